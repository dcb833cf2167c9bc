//! A process that calls stashed functions as it is ordered, line by line, and says what came.
//!
//! It is given the stash's folder and a file for runs, and reads orders from its input: `NAME NUMBER` calls a
//! function, `remove NAME` deletes its results, `check all` looks what is wrong. To each it answers with the order, a
//! number that says what came, and one of three words: `kept` if the result was found, `ran` if a body ran, and
//! `unstored` if scrat warned about it. The first line may be `durability power`, which is not answered.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, IoSlice, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};
use scrat::{Durability, Engine, Event, Filter, Stash};

/// How many bodies have run in this process, and how often scrat has warned.
static RAN: AtomicUsize = AtomicUsize::new(0);
static WARNED: AtomicUsize = AtomicUsize::new(0);
/// Where all processes of a trial note what ran.
static RUNS: OnceLock<File> = OnceLock::new();

/// Notes that a body runs.
///
/// # Panics
/// If it can't be written down, because a trial that does not know what ran proves nothing.
pub fn ran(name: &str, n: u64) {
    RAN.fetch_add(1, Ordering::Relaxed);
    if let Some(mut runs) = RUNS.get() {
        // In one piece, since others write, too.
        let line = format!("{name} {n}\n");
        let written = runs.write_vectored(&[IoSlice::new(line.as_bytes())]).expect("runs can be noted");
        assert_eq!(written, line.len(), "runs are noted in one piece");
    }
}

/// Follows the orders in its input to their end.
///
/// # Errors
/// If the stash can't be opened, or an order is none.
pub fn serve(stash: &Path, runs: Option<&Path>, call: fn(&str, u64) -> u64) -> Result<()> {
    if let Some(path) = runs {
        let file = OpenOptions::new().append(true).create(true).open(path).context("the file of runs")?;
        RUNS.set(file).map_err(|_| anyhow::anyhow!("a process serves once"))?;
    }
    let orders: Vec<String> = io::stdin().lock().lines().collect::<io::Result<_>>()?;
    // With another system call than those that are made to fail.
    let mut out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut say = move |line: String| -> Result<()> {
        let line = format!("{line}\n");
        let written = out.write_vectored(&[IoSlice::new(line.as_bytes())])?;
        anyhow::ensure!(written == line.len(), "answers are given in one piece");
        Ok(())
    };
    say("ready".to_owned())?;
    let (durability, orders) = match orders.split_first() {
        Some((first, rest)) if first == "durability power" => (Durability::Power, rest),
        Some((first, rest)) if first == "durability process" => (Durability::Process, rest),
        _ => (Durability::Process, &*orders),
    };
    let engine = Arc::new(engine(stash, durability));
    for order in orders {
        let (verb, object) = order.split_once(' ').unwrap_or((order, ""));
        let (had_run, had_warned) = (RAN.load(Ordering::Relaxed), WARNED.load(Ordering::Relaxed));
        let value = match verb {
            "remove" => remove(&engine, object),
            "check" => check(&engine),
            name => {
                let n = object.parse().with_context(|| format!("`{order}` is no order"))?;
                engine.enter(|| call(name, n))
            }
        };
        let became = if engine.stash().is_none() || WARNED.load(Ordering::Relaxed) > had_warned {
            "unstored"
        } else if RAN.load(Ordering::Relaxed) > had_run {
            "ran"
        } else {
            "kept"
        };
        say(format!("{verb} {object} {value} {became}"))?;
    }
    Ok(())
}

/// An engine over the stash, or one without if it can't be had, as programs of users have it.
fn engine(stash: &Path, durability: Durability) -> Engine {
    let tell = |event: &Event| {
        if let Event::Warning(warning) = event {
            WARNED.fetch_add(1, Ordering::Relaxed);
            say_on_stderr(&format!("{warning:?}"));
        }
    };
    match Stash::create(stash) {
        Ok(stash) => Engine::new(Some(stash.with_durability(durability)), tell),
        Err(error) => {
            WARNED.fetch_add(1, Ordering::Relaxed);
            say_on_stderr(&format!("no stash: {error}"));
            Engine::new(None, tell)
        }
    }
}

/// In a program of users, this would be scrat's own. A trial may let any write fail, this one as well.
fn say_on_stderr(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// How many results of a function were deleted.
fn remove(engine: &Engine, name: &str) -> u64 {
    let filter = Filter::Function(format!("trust::functions::{name}"));
    engine.stash().and_then(|stash| stash.remove(&filter).ok()).map_or(0, |removed| removed.nuts as u64)
}

/// How many things are wrong.
fn check(engine: &Engine) -> u64 {
    match engine.stash().map(Stash::check) {
        Some(Ok(checked)) => checked.flaws.len() as u64,
        Some(Err(_)) | None => u64::MAX,
    }
}

/// What a program of squirrels is called with: the stash, and the file of runs if there is one.
///
/// # Errors
/// If it is called otherwise, and as [`serve`].
pub fn main(call: fn(&str, u64) -> u64) -> Result<()> {
    let words: Vec<_> = std::env::args_os().skip(1).skip_while(|word| word == "squirrel").collect();
    match &*words {
        [stash] => serve(Path::new(stash), None, call),
        [stash, runs] => serve(Path::new(stash), Some(Path::new(runs)), call),
        _ => bail!("a squirrel is called with the stash's folder and the file of runs"),
    }
}
