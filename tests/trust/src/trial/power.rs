//! The power is cut: what is on a disk at a moment is all that there is afterwards.
//!
//! The disk is a file with a file system in it, and a cut is a copy of that file while somebody writes to the stash on
//! it. What the system holds back in memory is not in the copy, as it would not be on a disk.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::{Expected, Figures, any_call};
use crate::process::{Became, Order, Squirrel, follow, squirrel};

const DISK: u64 = 48 << 20;
const ARGUMENTS: u64 = 40;

/// A disk that is mounted until it is dropped.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn new(disk: &Path, at: &'a Path) -> Result<Self> {
        fs::create_dir_all(at)?;
        quiet(Command::new("mount").args(["-o", "loop"]).arg(disk).arg(at))?;
        Ok(Self(at))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // What was killed may take a moment to let go of its files.
        for _ in 0..100 {
            if quiet(Command::new("umount").arg(self.0)).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn quiet(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    anyhow::ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Whether disks can be made and mounted here, which takes an administrator.
pub fn can_mount() -> bool {
    let try_it = || -> Result<()> {
        let folder = tempfile::tempdir()?;
        let disk = folder.path().join("disk");
        format(&disk)?;
        drop(Mounted::new(&disk, &folder.path().join("mounted"))?);
        Ok(())
    };
    try_it().is_ok()
}

fn format(disk: &Path) -> Result<()> {
    File::create(disk)?.set_len(DISK)?;
    quiet(Command::new("mkfs.ext4").arg("-q").arg(disk))
}

/// Cuts the power so many times, under each of the two promises in turn.
///
/// # Errors
/// If no disk can be made or mounted, or a process can't be started.
pub fn run(program: &Path, cuts: usize, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir()?;
    let [formatted, disk, cut] = ["formatted", "disk", "cut"].map(|name| folder.path().join(name));
    format(&formatted)?;
    let mut counts = [(0, 0); 2];
    for number in 0..cuts {
        let survives = number % 2 == 1;
        let word = if survives { "power" } else { "process" };
        let when = || format!("seed {seed}, cut {number} ({word})");
        fs::copy(&formatted, &disk)?;
        let durability = Order { name: "durability".to_owned(), object: word.to_owned() };
        let mut orders = vec![durability.clone()];
        orders.extend((0..1_000).map(|_| match random.u8(..40) {
            0 => Order { name: "remove".to_owned(), object: "same".to_owned() },
            _ => any_call(&mut random, 0, ARGUMENTS),
        }));
        let live = folder.path().join("live");
        let answers = {
            let _mounted = Mounted::new(&disk, &live)?;
            let mut one = Squirrel::start(squirrel(program, &live.join(".scrat"), None), &orders)?;
            one.hear(random.usize(1..120));
            thread::sleep(Duration::from_micros(random.u64(..100_000)));
            one.stop()?;
            fs::copy(&disk, &cut)?;
            one.kill()?;
            one.end()?.answers
        };
        let mut kept = BTreeSet::new();
        for answer in &answers {
            figures.judge(answer, Expected::Anything, &when);
            if answer.order.number().is_some() && answer.became != Became::Unstored {
                kept.insert(answer.order.clone());
            }
        }
        // Where one deletion was under way or done, they may be gone.
        kept.retain(|order| order.name != "same");
        let _mounted = Mounted::new(&cut, &live)?;
        let check = Order { name: "check".to_owned(), object: "all".to_owned() };
        let asked: Vec<&Order> = kept.iter().chain([&check]).collect();
        let expected = if survives { Expected::Kept } else { Expected::Anything };
        for answer in follow(program, &live.join(".scrat"), None, asked)? {
            figures.judge(&answer, expected, &when);
            if answer.order == check && answer.value == u64::MAX {
                figures.fail(format!("{}: the index is not whole", when()));
            }
            if answer.became == Became::Kept && answer.order != check {
                counts[usize::from(survives)].1 += 1;
            }
        }
        counts[usize::from(survives)].0 += kept.len();
    }
    figures.row("power cuts", cuts);
    for (word, (all, kept)) in ["process", "power"].into_iter().zip(counts) {
        figures.row(&format!("`{word}`: results that had been returned"), all);
        figures.row(&format!("`{word}`: of them, still there"), kept);
    }
    Ok(figures)
}
