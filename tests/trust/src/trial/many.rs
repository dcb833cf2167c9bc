//! A stash with very many results: how long it takes to store and find one, to look, and to delete half of them while
//! somebody else stores.

use std::io::{Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use scrat::{Engine, Filter, Stash};

use super::Figures;
use crate::functions::{plain, stashed};
use crate::process::{Order, Squirrel, squirrel};

/// Half of the results are of each of these.
const NAMES: [&str; 2] = ["small", "text"];
/// How many results a person looks at first: what `scrat stash list` prints in one piece.
const PAGE: usize = 1_000;
/// How many results are found again.
const HITS: u64 = 10_000;

/// Stores so many results, and notes how long things take then. How fast a disk is fails nothing here: figures are told.
///
/// # Errors
/// If a process can't be started, or the stash fails.
pub fn run(program: &Path, results: usize, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let folder = tempfile::tempdir()?;
    let root = folder.path().join(".scrat");
    let each = results as u64 / NAMES.len() as u64;
    let tenth = (each / 10).max(1);
    let opened = || Stash::create(&root).map(|stash| Arc::new(Engine::new(Some(stash), |_| {})));

    let engine = opened()?;
    for (part, from) in (0..each).step_by(tenth as usize).enumerate() {
        let began = Instant::now();
        let numbers = from..(from + tenth).min(each);
        let stored = (numbers.end - numbers.start) * NAMES.len() as u64;
        engine.enter(|| {
            for (n, name) in numbers.flat_map(|n| NAMES.map(|name| (n, name))) {
                stashed(name, n);
            }
        });
        if part == 0 || from + tenth >= each {
            let which = if part == 0 { "first" } else { "last" };
            figures.row(&format!("storing one of the {which} tenth"), micros(began.elapsed() / stored as u32));
        }
    }
    drop(engine);

    let stash = Stash::open(&root)?;
    let began = Instant::now();
    let (mut listed, mut first_page) = (0, Duration::ZERO);
    stash.each(&Filter::All, |_| {
        listed += 1;
        if listed == PAGE {
            first_page = began.elapsed();
        }
    })?;
    figures.row("results listed", listed);
    figures.row("listing the first page", millis(first_page));
    figures.row("listing all", millis(began.elapsed()));
    let began = Instant::now();
    let counted: usize = stash.totals()?.iter().map(|totals| totals.nuts).sum();
    figures.row("summing up", millis(began.elapsed()));
    if listed != counted || counted as u64 != each * NAMES.len() as u64 {
        figures.fail(format!("{results} were stored, {listed} are listed, and {counted} counted"));
    }
    drop(stash);

    let engine = opened()?;
    let mut random = fastrand::Rng::with_seed(seed);
    let began = Instant::now();
    let hits = HITS.min(each);
    for _ in 0..hits {
        let n = random.u64(..each);
        if engine.enter(|| stashed("small", n)) != plain("small", n) {
            figures.fail(format!("seed {seed}: small {n} gave a wrong value"));
        }
    }
    figures.row("a hit", micros(began.elapsed() / u32::try_from(hits).unwrap_or(u32::MAX).max(1)));

    let (stored, mut waits, slowest_sync) = delete_half(program, &root, &engine, each)?;
    waits.sort_unstable();
    figures.row("stored by others while half of all is deleted", stored);
    figures.row("the median of them", micros(waits.get(waits.len() / 2).copied().unwrap_or_default()));
    figures.row("99.9 % of them at most", millis(waits.get(waits.len() * 999 / 1000).copied().unwrap_or_default()));
    figures.row("the slowest", millis(waits.last().copied().unwrap_or_default()));
    figures.row("the slowest sync of 4 kB meanwhile", millis(slowest_sync));
    drop(engine);

    let stash = Stash::open(&root)?;
    for totals in stash.totals()? {
        let expected = if totals.function.ends_with("text") { 0 } else { each + stored };
        if totals.nuts as u64 != expected {
            figures.fail(format!("{} results of {} are left, not {expected}", totals.nuts, totals.function));
        }
    }
    figures.row("the stash after it", format!("{} MB", stash.bytes_on_disk()? / 1_000_000));
    Ok(figures)
}

/// Deletes one function's results in another process, and stores those of another one until that has ended. Returns how
/// many, how long each took, and how long the disk took meanwhile to have a few bytes: what no program can be faster than
/// whose index is whole after a power cut.
fn delete_half(program: &Path, root: &Path, engine: &Arc<Engine>, from: u64) -> Result<(u64, Vec<Duration>, Duration)> {
    let order = Order { name: "remove".to_owned(), object: NAMES[1].to_owned() };
    let other = Squirrel::start(squirrel(program, root, None), [&order])?;
    let has_ended = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&has_ended);
    let waiter = thread::spawn(move || {
        let ended = other.end();
        tell.store(true, Ordering::Release);
        ended
    });
    let syncing = syncing(root, &has_ended)?;
    let mut waits = Vec::new();
    while !has_ended.load(Ordering::Acquire) {
        let began = Instant::now();
        engine.enter(|| stashed(NAMES[0], from + waits.len() as u64));
        waits.push(began.elapsed());
    }
    let ended = waiter.join().map_err(|_| anyhow::anyhow!("nobody waits for the other process"))??;
    let answer = ended.answers.first().with_context(|| ended.complaints.clone())?;
    anyhow::ensure!(answer.value == from, "{} results were deleted, not {from}", answer.value);
    let slowest = syncing.join().map_err(|_| anyhow::anyhow!("nobody knows how fast the disk is"))??;
    Ok((waits.len() as u64, waits, slowest))
}

/// Writes a few bytes to the disk of the stash now and then, and waits until it has them. Returns what took longest.
fn syncing(root: &Path, has_ended: &Arc<AtomicBool>) -> Result<thread::JoinHandle<std::io::Result<Duration>>> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut file = tempfile::tempfile_in(root.parent().unwrap_or(root))?;
    file.write_all(&[0; 4_096])?;
    let has_ended = Arc::clone(has_ended);
    Ok(thread::spawn(move || {
        let mut slowest = Duration::ZERO;
        while !has_ended.load(Ordering::Acquire) {
            let began = Instant::now();
            file.rewind()?;
            file.write_all(&[1; 4_096])?;
            file.sync_data()?;
            slowest = slowest.max(began.elapsed());
            thread::sleep(PAUSE);
        }
        Ok(slowest)
    }))
}

fn micros(time: Duration) -> String {
    format!("{} µs", time.as_micros())
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
