//! The two passes of one crate, side by side.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
#[cfg(unix)]
use std::time::Duration;
use std::time::SystemTime;

use scrat_fingerprint::compiler::{Bodies, Record, Stamp};
use scrat_fingerprint::digest::Digest;

use super::dep_info::DepInfo;
use super::invocation::{Invocation, V0};
use super::known::Toolchain;
use super::outside::Around;
use super::{Compiler, PASS, cannot, code_of, library, record, table};

use crate::print::talk;
use crate::session;

/// Compiles the crate, looks at its code, and leaves a record, or a table in what was linked.
pub(super) fn both(compiler: &Compiler, invocation: &Invocation, toolchain: &Toolchain) -> ExitCode {
    let folder =
        Folder::new(invocation.file("scrat-text")).map_err(|error| format!("no folder can be made beside it: {error}"));
    let mut real = compiler.as_asked();
    if let Err(error) = give(&mut real, &invocation.words, folder.as_ref().ok(), "program") {
        return cannot(&real, &error);
    }
    real.arg(format!("-C{V0}")).env(PASS, "program 1");
    let mut real = match real.spawn() {
        Ok(child) => child,
        Err(error) => return cannot(&real, &error),
    };
    // What an earlier compile left is not of this one.
    drop(fs::remove_file(invocation.file("scrat")));
    let looked = folder.as_ref().map_err(String::clone);
    let looked = looked.and_then(|folder| Ok((look(compiler, invocation, folder)?, folder.made)));
    let status = match real.wait() {
        Ok(status) => status,
        Err(error) => return cannot(&compiler.as_asked(), &error),
    };
    if !status.success() {
        return code_of(status);
    }
    let kept = looked.and_then(|(bodies, started)| {
        still(invocation, started)?;
        keep(compiler, invocation, bodies, toolchain)
    });
    if let Err(problem) = kept {
        let name = &invocation.crate_name;
        talk(format_args!(
            "scrat: the results of {name} are valid for this build only, because its code could not be examined: {problem}"
        ));
    }
    ExitCode::SUCCESS
}

/// The second pass: what the compiler makes of the crate.
fn look(compiler: &Compiler, invocation: &Invocation, folder: &Folder) -> Result<Bodies, String> {
    let incremental =
        invocation.out_dir.as_deref().and_then(Path::parent).unwrap_or(Path::new(".")).join("incremental-scrat");
    let mut command = compiler.plain();
    let mut words = invocation.for_text(&folder.path, &incremental);
    // A crate before this one has instances of generic code that are only in its program, as whatever scrat needs to store
    // values. Without this, they would be taken from there, and nothing of them would stand in the text.
    words.push("-Zshare-generics=no".to_owned());
    give(&mut command, &words, Some(folder), "code").map_err(|error| error.to_string())?;
    command.env(PASS, "code 1").env("RUSTC_BOOTSTRAP", "1");
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let log = invocation.file("scrat-log");
        drop(fs::write(&log, &said));
        let first = said.lines().find(|line| line.starts_with("error")).unwrap_or("rustc failed");
        return Err(format!("{first} (all of it is in {})", log.display()));
    }
    drop(fs::remove_file(invocation.file("scrat-log")));
    let mut files: Vec<PathBuf> = fs::read_dir(&folder.path)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ll"))
        .collect();
    files.sort();
    // One text at a time: together they may be larger than the memory.
    let mut unread = None;
    let texts =
        files.iter().map_while(|file| fs::read_to_string(file).map_err(|error| unread = Some((file, error))).ok());
    let mut bodies = Bodies::read(&invocation.crate_name, texts);
    bodies.add_included(|file| fs::read(file).ok());
    match unread {
        Some((file, error)) => Err(format!("{}: {error}", file.display())),
        None => Ok(bodies),
    }
}

/// Gives a compiler its arguments, in a file of this name if there are many.
fn give(command: &mut Command, words: &[String], folder: Option<&Folder>, name: &str) -> std::io::Result<()> {
    let length = words.iter().map(String::len).sum::<usize>();
    let Some(folder) = folder.filter(|_| length >= LONGEST) else {
        command.args(words);
        return Ok(());
    };
    let file = folder.path.join(format!("{name}-arguments"));
    fs::write(&file, words.join("\n"))?;
    command.arg(format!("@{}", file.display()));
    Ok(())
}

/// How long arguments may be together, in bytes, before they are put into a file: cargo does so where the system's limit is.
const LONGEST: usize = 64 * 1024;

/// A folder that is gone afterwards.
struct Folder {
    path: PathBuf,
    /// By the clock that files have their times from.
    made: SystemTime,
}

impl Folder {
    fn new(path: PathBuf) -> std::io::Result<Self> {
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path)?;
        let made = touched(&path)?;
        Ok(Self { path, made })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

/// Checks that no source changed while two compilers read it.
fn still(invocation: &Invocation, started: SystemTime) -> Result<(), String> {
    let sources = DepInfo::of(&invocation.file("d")).sources;
    // A source that is gone is another one, too.
    let is_other = |source: &PathBuf| touched(source).is_ok_and(|time| time >= started) || !source.exists();
    let changed = sources.into_iter().find(is_other);
    changed.map_or(Ok(()), |source| Err(format!("{} changed during the build", source.display())))
}

/// What the code is made for and by, and with which library of its own name, if nobody looked at that.
fn target(invocation: &Invocation, toolchain: &Toolchain) -> String {
    // A target that is told although it is the usual one makes the same code.
    let target = invocation.target.clone().unwrap_or_else(|| toolchain.host.clone());
    let unseen = invocation.namesakes().into_iter().filter(|library| record::of_library(library).is_none());
    // Symbols of the two can't be told apart, so all of it counts for everything.
    let unseen = unseen.map(|library| library::digest(&fs::read(library).unwrap_or_default()));
    let target = unseen.fold(target, |target, digest| format!("{target} {digest}"));
    invocation.generating().fold(target, |target, flag| format!("{target} {flag}"))
}

/// When a file came to be what it is: also one that was put in the place of another with an older time of its own.
#[cfg(unix)]
fn touched(path: &Path) -> std::io::Result<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path)?;
    let (seconds, nanos) = (metadata.ctime(), metadata.ctime_nsec());
    let since = Duration::new(seconds.try_into().unwrap_or(0), nanos.try_into().unwrap_or(0));
    Ok(SystemTime::UNIX_EPOCH + since)
}

#[cfg(not(unix))]
fn touched(path: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

/// What the build script of the crate printed, which cargo keeps beside the script's folder.
fn said_by_script() -> String {
    let folder = session::variable("OUT_DIR").map(PathBuf::from);
    let output = folder.and_then(|folder| Some(folder.parent()?.join("output")));
    output.and_then(|output| fs::read_to_string(output).ok()).unwrap_or_default()
}

fn keep(compiler: &Compiler, invocation: &Invocation, bodies: Bodies, toolchain: &Toolchain) -> Result<(), String> {
    let archives = invocation.archives();
    let record = Record {
        toolchain: toolchain.text.clone(),
        target: target(invocation, toolchain),
        sources: record::sources(compiler, invocation, &bodies, &toolchain.text)?,
        before: record::before(&invocation.dependencies()),
        bundled: Around::digest(&archives.iter().cloned().collect())
            .map(|digest| Digest(digest).to_string())
            .unwrap_or_default(),
        archives,
        folders: invocation.folders(),
        flags: invocation.flags(&said_by_script()),
        checks: format!("{} {}", invocation.checks(), invocation.sharing()),
        linking: invocation.linking(),
        built: invocation.library().and_then(|library| Stamp::of(&library)),
        bodies,
    };
    for linked in invocation.linked() {
        let table = table::of(record.clone())?;
        table.append(&linked).map_err(|error| format!("{}: {error}", linked.display()))?;
    }
    record::write(&invocation.file("scrat"), &record)
}
