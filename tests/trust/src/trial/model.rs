//! Edits, runs, kills, deletions and damage in any order, compared with one who computes everything each time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Figures;
use crate::layers::{LAYERS, VERSIONS, functions};
use crate::process::{Answer, Became, Order, Squirrel, follow, squirrel};

const ARGUMENTS: u64 = 8;

/// A result: which function, of which code, for what. The code is the numbers that it depends on.
type Known = (usize, Vec<u64>, u64);

/// What a naive one computes, and whose bodies run if nothing is stored.
fn compute(version: usize, function: usize, n: u64, needed: &mut Vec<(usize, u64)>) -> u64 {
    needed.push((function, n));
    let [leaf, middle, top] = VERSIONS[version];
    let mut below = |n| compute(version, function - 1, n, needed);
    match function {
        0 => n * leaf,
        1 => below(n) + below(n + 1) + middle,
        _ => (below(n) + below(n + 2)) * top,
    }
}

/// A stash, and what must be in it.
struct World {
    folder: tempfile::TempDir,
    version: usize,
    /// What is stored for certain.
    stored: BTreeSet<Known>,
    /// Of it, what was found after damage: its record may be what was damaged, so it goes with the index.
    in_index: BTreeSet<Known>,
    /// What may be stored, because a process that computed it was killed, or because something was damaged.
    perhaps: BTreeSet<Known>,
}

impl World {
    fn known(&self, function: usize, n: u64) -> Known {
        (function, VERSIONS[self.version][..=function].to_vec(), n)
    }

    /// Learns that a result is there, which has just been computed or was found.
    fn learn(&mut self, known: &Known, has_run: bool) {
        let is_new = self.stored.insert(known.clone());
        if has_run {
            self.in_index.remove(known);
        } else if is_new {
            self.in_index.insert(known.clone());
        }
    }

    /// Which bodies a call runs at least, if what may be stored is, and at most, if it is not.
    fn runs(&self, function: usize, n: u64, certain: bool, runs: &mut BTreeSet<(usize, u64)>) {
        let known = self.known(function, n);
        if self.stored.contains(&known) || (!certain && self.perhaps.contains(&known)) || !runs.insert((function, n)) {
            return;
        }
        match function {
            0 => {}
            1 => [n, n + 1].into_iter().for_each(|n| self.runs(0, n, certain, runs)),
            _ => [n, n + 2].into_iter().for_each(|n| self.runs(1, n, certain, runs)),
        }
    }
}

/// Tries so many sequences of what may happen to a stash.
///
/// # Errors
/// If a process can't be started, or fails.
pub fn run(program: &Path, sequences: usize, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut counts = BTreeMap::<&str, usize>::new();
    for sequence in 0..sequences as u64 {
        let mut random = fastrand::Rng::with_seed(seed ^ sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut world = World {
            folder: tempfile::tempdir()?,
            version: 0,
            stored: BTreeSet::new(),
            in_index: BTreeSet::new(),
            perhaps: BTreeSet::new(),
        };
        let mut story = format!("seed {seed}, sequence {sequence}:");
        for _ in 0..random.usize(4..9) {
            let what = match random.u8(..10) {
                0..=3 => "run",
                4..=5 => "edit",
                6 => "kill",
                7 => "delete",
                8 => "damage",
                _ => "lose the index",
            };
            story += &format!(" {what}");
            *counts.entry(what).or_default() += 1;
            happen(what, &mut world, program, &mut random, &mut figures, &mut story)?;
        }
    }
    figures.row("sequences", sequences);
    for (what, times) in counts {
        figures.row(what, times);
    }
    Ok(figures)
}

fn happen(
    what: &str,
    world: &mut World,
    program: &Path,
    random: &mut fastrand::Rng,
    figures: &mut Figures,
    story: &mut String,
) -> Result<()> {
    let stash = world.folder.path().join(".scrat");
    let version = world.version;
    let call = |random: &mut fastrand::Rng| {
        Order::call(&format!("{}.{version}", LAYERS[random.usize(..3)]), random.u64(..ARGUMENTS))
    };
    match what {
        "edit" => {
            world.version = random.usize(..4);
            *story += &format!(" to {}", world.version);
        }
        "run" => {
            for _ in 0..random.usize(1..4) {
                let order = call(random);
                *story += &format!(" {order}");
                let runs = world.folder.path().join("runs");
                let answers = follow(program, &stash, Some(&runs), [&order])?;
                judge(world, answers.first().context("an answer")?, &runs, figures, story)?;
            }
        }
        "kill" => {
            let orders: Vec<Order> = (0..20).map(|_| call(random)).collect();
            let mut one = Squirrel::start(squirrel(program, &stash, None), &orders)?;
            one.hear(random.usize(1..20));
            thread::sleep(Duration::from_micros(random.u64(..2_000)));
            one.kill()?;
            // What it answered, and whether it ran for that. What can't be stored is told once in a process.
            let mut acknowledged = BTreeMap::<Order, bool>::new();
            for answer in one.end()?.answers.into_iter().take_while(|answer| answer.became != Became::Unstored) {
                *acknowledged.entry(answer.order).or_default() |= answer.became == Became::Ran;
            }
            for order in &orders {
                let n = order.number().context("a call")?;
                let mut needed = Vec::new();
                compute(world.version, index(&order.name)?, n, &mut needed);
                let all: Vec<Known> = needed.into_iter().map(|(function, n)| world.known(function, n)).collect();
                // What was acknowledged is there, and what it needed may have been there or come from deeper results.
                if let (Some(has_run), Some(known)) = (acknowledged.get(order), all.first()) {
                    world.learn(known, *has_run);
                }
                world.perhaps.extend(all);
            }
        }
        "delete" => {
            let function = random.usize(..3);
            *story += &format!(" {}", LAYERS[function]);
            if stash.exists() {
                // One that is damaged may refuse.
                let removed = scrat::Stash::open(&stash).and_then(|open| {
                    functions(function).try_for_each(|name| open.remove(&scrat::Filter::Function(name)).map(drop))
                });
                if removed.is_err() {
                    world.perhaps.append(&mut world.stored);
                    return Ok(());
                }
            }
            world.stored.retain(|(of, ..)| *of != function);
            world.in_index.retain(|(of, ..)| *of != function);
            world.perhaps.retain(|(of, ..)| *of != function);
        }
        "damage" => {
            for name in ["index.db", "records"] {
                let path = stash.join(name);
                if let Ok(mut bytes) = fs::read(&path)
                    && !bytes.is_empty()
                {
                    let at = random.usize(..bytes.len());
                    bytes[at] ^= 1 << random.u8(..8);
                    fs::write(&path, bytes)?;
                }
            }
            world.perhaps.append(&mut world.stored);
            world.in_index.clear();
        }
        _ => {
            // The records have everything that was stored since they were damaged.
            world.stored.retain(|known| !world.in_index.contains(known));
            world.perhaps.append(&mut world.in_index);
            for name in ["index.db", "index.db-wal", "index.db-shm"] {
                if let Err(error) = fs::remove_file(stash.join(name))
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    return Err(error.into());
                }
            }
        }
    }
    Ok(())
}

fn index(name: &str) -> Result<usize> {
    let layer = name.split('.').next();
    LAYERS.iter().position(|known| Some(*known) == layer).context("a function of the model")
}

/// Compares a call's value with the naive one, and the bodies that ran with those that had to.
fn judge(world: &mut World, answer: &Answer, runs: &Path, figures: &mut Figures, story: &str) -> Result<()> {
    let (function, n) = (index(&answer.order.name)?, answer.order.number().context("a call")?);
    let value = compute(world.version, function, n, &mut Vec::new());
    if answer.value != value {
        figures.fail(format!("{story}: {} where {value} is right", answer.value));
    }
    let ran = fs::read_to_string(runs).unwrap_or_default();
    let ran: Vec<(usize, u64)> = ran
        .lines()
        .map(|line| {
            let (name, n) = line.split_once(' ').context("a line of runs")?;
            Ok((index(name)?, n.parse()?))
        })
        .collect::<Result<_>>()?;
    fs::write(runs, "")?;
    let (mut least, mut most) = (BTreeSet::new(), BTreeSet::new());
    world.runs(function, n, false, &mut least);
    world.runs(function, n, true, &mut most);
    let as_set: BTreeSet<_> = ran.iter().copied().collect();
    if as_set.len() < ran.len() {
        figures.fail(format!("{story}: a body ran twice: {ran:?}"));
    }
    if !as_set.is_subset(&most) {
        figures.fail(format!("{story}: {ran:?} ran where {most:?} had to, at most"));
    }
    if !least.is_subset(&as_set) && world.perhaps.is_empty() {
        figures.fail(format!("{story}: {ran:?} ran where {least:?} had to"));
    }
    if answer.became == Became::Unstored {
        world.perhaps.insert(world.known(function, n));
        return Ok(());
    }
    for (function, n) in &as_set {
        world.learn(&world.known(*function, *n), true);
    }
    world.learn(&world.known(function, n), as_set.contains(&(function, n)));
    Ok(())
}
