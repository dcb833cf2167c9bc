//! Single system calls fail, or are the last thing that a process does: each in turn, by `strace`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use super::{Expected, Figures, all_kept, copy};
use crate::functions::NAMES;
use crate::process::{Became, Order, Squirrel, follow, squirrel};

/// Which calls, and what becomes of them. A short write writes nothing: one that says more than it has done would be a
/// disk that lies.
const CALLS: [(&str, &[&str]); 10] = [
    ("write,pwrite64", &["signal=KILL", "error=ENOSPC", "error=EIO", "error=EINTR", "retval=0"]),
    ("fsync,fdatasync", &["signal=KILL", "error=EIO", "error=ENOSPC"]),
    ("rename,renameat,renameat2,link,linkat", &["signal=KILL", "error=EIO", "error=ENOSPC"]),
    ("unlink,unlinkat", &["signal=KILL", "error=EIO"]),
    ("ftruncate,fallocate", &["signal=KILL", "error=EIO", "error=ENOSPC"]),
    ("mkdir,mkdirat,chmod,fchmod,fchmodat", &["signal=KILL", "error=EIO", "error=ENOSPC"]),
    ("open,openat", &["signal=KILL", "error=EMFILE", "error=ENOSPC", "error=EIO", "error=EINTR"]),
    ("fcntl,flock", &["signal=KILL", "error=ENOLCK", "error=EINTR", "error=EIO"]),
    ("pread64", &["error=EIO", "error=EINTR"]),
    ("fstat,stat,statx,newfstatat", &["error=EIO", "error=ESTALE"]),
];

/// Whether the tracer is there, and allowed to trace.
pub fn can_trace() -> bool {
    let mut command = Command::new("strace");
    command.args(["-qq", "-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Makes each call fail in each way, or only every so many.
///
/// # Errors
/// If a process can't be started.
pub fn run(program: &Path, stride: usize, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir()?;
    let template = folder.path().join("template");
    let old: BTreeSet<Order> = NAMES.iter().map(|name| Order::call(name, 1)).collect();
    follow(program, &template, None, &old)?;
    // Old ones, new ones, and old ones that are gone.
    let mut orders: Vec<Order> = old.iter().cloned().collect();
    orders.extend(NAMES.iter().map(|name| Order::call(name, 2)));
    orders.push(Order { name: "remove".to_owned(), object: "text".to_owned() });
    orders.extend(NAMES.iter().map(|name| Order::call(name, 3)));
    let (mut tried, mut killed, mut told) = (0, 0, 0);
    for (names, fates) in CALLS {
        for fate in fates {
            let mut at = 1 + random.usize(..stride);
            loop {
                let this = at;
                let when = || format!("{names}: {fate} at the {this}th");
                let place = folder.path().join("place");
                copy(&template, &place)?;
                let report = folder.path().join("report");
                let one = Squirrel::start(traced(program, &place, &report, names, fate, at), &orders)?;
                let ended = one.end()?;
                let report = fs::read_to_string(&report).unwrap_or_default();
                let was_killed = report.contains("killed by SIGKILL");
                if !was_killed && !report.contains("(INJECTED)") {
                    break;
                }
                at += stride;
                if !ended.began {
                    // It failed while it was loaded, before it was a program of ours.
                    fs::remove_dir_all(&place)?;
                    continue;
                }
                tried += 1;
                killed += usize::from(was_killed);
                told += usize::from(!ended.complaints.is_empty());
                if !was_killed && !ended.status.success() {
                    figures.fail(format!("{}: it ended with {}: {}", when(), ended.status, ended.complaints));
                }
                let mut kept = old.clone();
                for answer in &ended.answers {
                    figures.judge(answer, Expected::Anything, &when);
                    let says = answer.became == Became::Unstored || !ended.complaints.is_empty();
                    if answer.order.number().is_some() && !says {
                        kept.insert(answer.order.clone());
                    }
                }
                // It may have been killed, or have failed, in the middle of the deletion, or after it.
                let deletes = ended.answers.len() >= orders.len() - NAMES.len() - 1;
                kept.retain(|order| !deletes || order.name != "text" || order.object == "3");
                all_kept(&mut figures, program, &place, &kept, &|| format!("{}, afterwards", when()))?;
                fs::remove_dir_all(&place)?;
            }
        }
    }
    figures.row("system calls that failed or were the last", tried);
    figures.row("of them, kills", killed);
    figures.row("of them, where something was said", told);
    Ok(figures)
}

fn traced(program: &Path, stash: &Path, report: &Path, names: &str, fate: &str, at: usize) -> Command {
    let plain = squirrel(program, stash, None);
    let mut command = Command::new("strace");
    let words: [OsString; 8] = [
        "-f".into(),
        "-qq".into(),
        "-o".into(),
        report.into(),
        "-e".into(),
        format!("trace={names}").into(),
        "-e".into(),
        format!("inject={names}:{fate}:when={at}").into(),
    ];
    command.args(words).arg(plain.get_program()).args(plain.get_args());
    command
}
