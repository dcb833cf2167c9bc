//! The two passes of one crate, side by side.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::SystemTime;

use scrat_fingerprint::compiler::{Bodies, Record, Stamp};

use super::invocation::{Invocation, V0};
use super::{Compiler, PASS, cannot, code_of, record, table};
use crate::session;

/// Compiles the crate, looks at its code, and leaves a record, or a table in what was linked.
pub(super) fn both(compiler: &Compiler, invocation: &Invocation, arguments: &[OsString], toolchain: &str) -> ExitCode {
    let started = SystemTime::now();
    let mut real = compiler.as_asked();
    real.args(arguments).arg(format!("-C{V0}")).env(PASS, "program 1");
    let mut real = match real.spawn() {
        Ok(child) => child,
        Err(error) => return cannot(&real, &error),
    };
    // What an earlier compile left is not of this one.
    drop(fs::remove_file(invocation.file("scrat")));
    let looked = look(compiler, invocation);
    let status = match real.wait() {
        Ok(status) => status,
        Err(error) => return cannot(&compiler.as_asked(), &error),
    };
    if !status.success() {
        return code_of(status);
    }
    let kept = looked.and_then(|bodies| {
        still(invocation, started)?;
        keep(compiler, invocation, bodies, toolchain)
    });
    if let Err(problem) = kept {
        let name = &invocation.crate_name;
        session::talk(format_args!(
            "scrat: the results of {name} will be good for this build only, because its code could not be looked at: {problem}"
        ));
    }
    ExitCode::SUCCESS
}

/// The second pass: what the compiler makes of the crate.
fn look(compiler: &Compiler, invocation: &Invocation) -> Result<Bodies, String> {
    let folder = Folder::new(invocation.file("scrat-text")).map_err(|error| error.to_string())?;
    let incremental =
        invocation.out_dir.as_deref().and_then(Path::parent).unwrap_or(Path::new(".")).join("incremental-scrat");
    let mut command = compiler.plain();
    command.args(invocation.for_text(&folder.0, &incremental)).env(PASS, "code 1");
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let log = invocation.file("scrat-log");
        drop(fs::write(&log, &said));
        let first = said.lines().find(|line| line.starts_with("error")).unwrap_or("rustc failed");
        return Err(format!("{first} (all of it is in {})", log.display()));
    }
    drop(fs::remove_file(invocation.file("scrat-log")));
    let mut files: Vec<PathBuf> = fs::read_dir(&folder.0)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ll"))
        .collect();
    files.sort();
    // One text at a time: together they may be larger than the memory.
    let mut unread = None;
    let texts =
        files.iter().map_while(|file| fs::read_to_string(file).map_err(|error| unread = Some((file, error))).ok());
    let bodies = Bodies::read(&invocation.crate_name, texts);
    match unread {
        Some((file, error)) => Err(format!("{}: {error}", file.display())),
        None => Ok(bodies),
    }
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(path: PathBuf) -> std::io::Result<Self> {
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Checks that no source changed while two compilers read it.
fn still(invocation: &Invocation, started: SystemTime) -> Result<(), String> {
    let sources = crate::cargo::sources_in(&invocation.file("d"));
    let changed = sources.into_iter().find(|source| {
        let time = fs::metadata(source).and_then(|metadata| metadata.modified());
        time.is_ok_and(|time| time > started)
    });
    changed.map_or(Ok(()), |source| Err(format!("{} changed during the build", source.display())))
}

fn keep(compiler: &Compiler, invocation: &Invocation, bodies: Bodies, toolchain: &str) -> Result<(), String> {
    let record = Record {
        toolchain: toolchain.to_owned(),
        target: target(invocation),
        sources: record::sources(compiler, invocation, &bodies, toolchain)?,
        before: record::before(&invocation.dependencies()),
        archives: invocation.archives(),
        folders: invocation.folders(),
        built: invocation.library().and_then(|library| Stamp::of(&library)),
        bodies,
    };
    for linked in invocation.linked() {
        let table = table::of(record.clone())?;
        table.append(&linked).map_err(|error| format!("{}: {error}", linked.display()))?;
    }
    record::write(&invocation.file("scrat"), &record)
}

fn target(invocation: &Invocation) -> String {
    invocation.target.clone().unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
