//! Four writers are killed at random moments.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Expected, Figures, all_kept, any_call};
use crate::process::{Became, Order, Squirrel, squirrel};

const WRITERS: usize = 4;
/// After how many rounds a new stash is begun.
const ROUNDS_OF_A_STASH: usize = 25;
/// Of how many arguments the writers of a round choose, so that they meet.
const ARGUMENTS: u64 = 60;

/// Kills so many processes, four at a time, and looks after each time whether all that had been acknowledged is there.
///
/// # Errors
/// If a process can't be started, or fails without having been killed.
pub fn run(program: &Path, kills: usize, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut folder = tempfile::tempdir()?;
    let mut acknowledged = BTreeSet::new();
    let (mut calls, mut slowest, mut killed) = (0, Duration::ZERO, 0);
    for round in 0..kills.div_ceil(WRITERS) {
        if round % ROUNDS_OF_A_STASH == 0 {
            folder = tempfile::tempdir()?;
            acknowledged.clear();
        }
        let stash = folder.path().join(".scrat");
        let when = || format!("seed {seed}, round {round}");
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            let orders: Vec<Order> =
                (0..2_000).map(|_| any_call(&mut random, round as u64 * ARGUMENTS, ARGUMENTS)).collect();
            writers.push(Squirrel::start(squirrel(program, &stash, None), &orders)?);
        }
        // The moment is one of the first calls, or of those that follow, or before all of them.
        if random.u8(..10) > 0 {
            writers[0].hear(random.usize(1..80));
            thread::sleep(Duration::from_micros(random.u64(..3_000)));
        }
        for writer in &mut writers {
            writer.kill()?;
            killed += 1;
        }
        for writer in writers {
            for answer in writer.end()?.answers {
                figures.judge(&answer, Expected::Anything, &when);
                if answer.became == Became::Unstored {
                    figures.fail(format!("{}: {} was not stored", when(), answer.order));
                }
                calls += 1;
                acknowledged.insert(answer.order);
            }
        }
        let started = Instant::now();
        let mut first = Squirrel::start(squirrel(program, &stash, None), acknowledged.first())?;
        first.hear(2);
        slowest = slowest.max(started.elapsed());
        first.end()?;
        all_kept(&mut figures, program, &stash, &acknowledged, &when)?;
    }
    figures.row("processes killed", killed);
    figures.row("calls that they had acknowledged", calls);
    figures.row("slowest first answer of the next process", format!("{} ms", slowest.as_millis()));
    Ok(figures)
}
