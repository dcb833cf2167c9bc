//! Many processes want the same results of a new stash.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{Expected, Figures};
use crate::functions::NAMES;
use crate::process::{Became, Order, Squirrel, squirrel};

/// Starts so many processes at once over a new stash, each of which wants all of so many results in its own order.
///
/// # Errors
/// If a process can't be started or fails.
pub fn run(program: &Path, rounds: usize, processes: usize, keys: u64, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut calls = 0;
    for round in 0..rounds {
        let folder = tempfile::tempdir()?;
        let (stash, runs) = (folder.path().join(".scrat"), folder.path().join("runs"));
        let when = || format!("seed {seed}, round {round}");
        let mut orders: Vec<Order> = (0..keys).map(|n| Order::call(NAMES[n as usize % NAMES.len()], n)).collect();
        let mut squirrels = Vec::new();
        for _ in 0..processes {
            random.shuffle(&mut orders);
            squirrels.push(Squirrel::start(squirrel(program, &stash, Some(&runs)), &orders)?);
        }
        for one in squirrels {
            let ended = one.end()?;
            anyhow::ensure!(ended.status.success(), "{}: {}", when(), ended.complaints);
            for answer in &ended.answers {
                calls += 1;
                figures.judge(answer, Expected::Anything, &when);
                if answer.became == Became::Unstored {
                    figures.fail(format!("{}: {} was not stored: {}", when(), answer.order, ended.complaints.trim()));
                }
            }
        }
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for line in fs::read_to_string(&runs)?.lines() {
            *times.entry(line.to_owned()).or_default() += 1;
        }
        for (call, times) in times.into_iter().filter(|(_, times)| *times > 1) {
            figures.fail(format!("{}: the body of {call} ran {times} times", when()));
        }
    }
    figures.row("new stashes", rounds);
    figures.row("processes for each", processes);
    figures.row("calls", calls);
    Ok(figures)
}
