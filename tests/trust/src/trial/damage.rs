//! The files of a stash are damaged, byte by byte.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rustix::process::{Resource, Rlimit, setrlimit};
use scrat::{Engine, Stash};

use super::{Figures, copy};
use crate::functions::{NAMES, plain, stashed};
use crate::process::{Order, follow};

/// What a process that reads a damaged stash may take.
const MEMORY: u64 = 1 << 30;
/// How much is made zero.
const ZEROS: u64 = 100;
/// For how many arguments each function has a result.
const ARGUMENTS: u64 = 3;

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// A bit is another.
    Flip,
    /// It ends here.
    Cut,
    /// Some bytes are zero from here.
    Zero,
    /// It begins with what another file of the same folder has there. (Whole files, if it is at 0.)
    Exchange,
}

const DAMAGES: [Damage; 4] = [Damage::Flip, Damage::Cut, Damage::Zero, Damage::Exchange];

/// Damages every byte of every file in every way, or only every so many.
///
/// # Errors
/// If a process can't be started.
pub fn run(program: &Path, stride: u64, seed: u64) -> Result<Figures> {
    let mut figures = Figures::default();
    let folder = tempfile::tempdir()?;
    let template = folder.path().join("template");
    let orders: Vec<Order> = NAMES.iter().flat_map(|name| (0..ARGUMENTS).map(move |n| Order::call(name, n))).collect();
    follow(program, &template, None, &orders)?;
    let mut files = Vec::new();
    files_of(&template, Path::new(""), &mut files)?;
    let (mut tried, mut bytes) = (0_u64, 0);
    for file in &files {
        let length = fs::metadata(template.join(file))?.len();
        bytes += length;
        let mut from = fastrand::Rng::with_seed(seed ^ length).u64(..stride);
        while from < length {
            // A process does all of them, unless it dies of one.
            let mut command = Command::new(program);
            command.arg("spoil").arg(&template).arg(file).args([from.to_string(), stride.to_string()]);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
            let out = child.stdout.take().context("it has an output")?;
            for line in BufReader::new(out).lines() {
                match line?.split_once(' ') {
                    Some(("wrong", what)) => figures.fail(format!("{}: {what}", file.display())),
                    Some(("done", at)) => {
                        tried += DAMAGES.len() as u64;
                        from = at.parse::<u64>()? + stride;
                    }
                    _ => bail!("the process says something else"),
                }
            }
            let status = child.wait()?;
            if status.success() {
                break;
            }
            let mut complaints = String::new();
            child.stderr.take().context("it has a second output")?.read_to_string(&mut complaints)?;
            let last: Vec<&str> = complaints.trim().lines().rev().take(4).collect();
            figures.fail(format!("{}, byte {from}: the process ended with {status}: {last:?}", file.display()));
            from += stride;
        }
    }
    figures.row("files", files.len());
    figures.row("bytes in them", bytes);
    figures.row("damages, each followed by a call for every result", tried);
    Ok(figures)
}

fn files_of(root: &Path, below: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries: Vec<_> = fs::read_dir(root.join(below))?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => files_of(root, &path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

/// Damages a file of copies of a stash, from a byte on, and says which bytes are done, and what came of them if it is
/// wrong.
///
/// # Errors
/// If the copies can't be made.
pub fn spoil(template: &Path, file: &Path, from: u64, stride: u64) -> Result<()> {
    setrlimit(Resource::As, Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) })?;
    let length = fs::metadata(template.join(file))?.len();
    let folder = tempfile::tempdir()?;
    let mut out = std::io::stdout().lock();
    let mut at = from;
    while at < length {
        for damage in DAMAGES {
            let place = folder.path().join("place");
            copy(template, &place)?;
            apply(damage, &place.join(file), at, length)?;
            for wrong in wrong_values(&place) {
                writeln!(out, "wrong {damage:?} at byte {at}: {wrong}")?;
            }
            fs::remove_dir_all(&place)?;
        }
        writeln!(out, "done {at}")?;
        at += stride;
    }
    Ok(())
}

fn apply(damage: Damage, path: &Path, at: u64, length: u64) -> Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "it is a copy that is thrown away")]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)?;
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    file.seek(SeekFrom::Start(at))?;
    match damage {
        Damage::Flip => {
            let mut byte = [0];
            file.read_exact(&mut byte)?;
            byte[0] ^= 1 << (at % 8);
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&byte)?;
        }
        Damage::Cut => file.set_len(at)?,
        Damage::Zero => file.write_all(&vec![0; ZEROS.min(length - at) as usize])?,
        Damage::Exchange => exchange(&mut file, path, at)?,
    }
    Ok(())
}

/// Writes what another file of the same kind has at this place: parts of one file elsewhere in it, if there is none.
fn exchange(file: &mut File, path: &Path, at: u64) -> Result<()> {
    let folder = path.parent().and_then(Path::parent).context("it is in a folder")?;
    let mut others = Vec::new();
    if folder.ends_with("nuts") {
        files_of(folder, Path::new(""), &mut others)?;
        others.retain(|other| folder.join(other) != path);
    }
    let mut bytes = Vec::new();
    match others.get(at as usize % others.len().max(1)) {
        Some(other) => {
            File::open(folder.join(other))?.read_to_end(&mut bytes)?;
            bytes.drain(..(at as usize).min(bytes.len()));
            if at == 0 {
                file.set_len(0)?;
            }
        }
        None => {
            // Rows and pages trade places with others.
            file.seek(SeekFrom::Start(at / 2))?;
            file.take(ZEROS).read_to_end(&mut bytes)?;
        }
    }
    file.seek(SeekFrom::Start(at))?;
    Ok(file.write_all(&bytes)?)
}

fn wrong_values(stash: &Path) -> Vec<String> {
    let engine = Arc::new(match Stash::create(stash) {
        Ok(stash) => Engine::new(Some(stash), |_| {}),
        Err(_) => Engine::new(None, |_| {}),
    });
    let mut wrong = Vec::new();
    for name in NAMES {
        for n in 0..ARGUMENTS {
            if engine.enter(|| stashed(name, n)) != plain(name, n) {
                wrong.push(format!("{name}({n}) gave a wrong value"));
            }
        }
    }
    if let Some(stash) = engine.stash() {
        // Whatever they answer, they come back.
        let _checked = stash.check();
        let _listed = stash.list(&scrat::Filter::All);
    }
    wrong
}
