//! Building a program with cargo, and seeing to it that it is made of the sources as they are now.
//!
//! ```text
//!  the seal of the last build ──> remove what was built from files that cargo can't see to have changed
//!                                   │
//!                                   v
//!                                 cargo build ──> did a source change meanwhile? ── yes ──> once more
//!                                                   │ no
//!                                                   v
//!                                                 seal it, and hand it out
//! ```

mod hint;
mod place;
mod seal;
mod units;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use owo_colors::OwoColorize;
use serde::Deserialize;

use crate::complaint::{Complaint, code};
use crate::launch::cargo::metadata::{Kind, Program, program as cargo};
use crate::launch::cargo::plain::keep_true;
use crate::launch::cargo::progress;
use crate::launch::cargo::wrapping::wrapped;
use crate::launch::request::Request;
pub(crate) use hint::LINES as QUICK_PROFILE;
pub(crate) use place::Place;
use seal::{Contents, Seal, Time};
use units::sources_of;

use crate::print::{talk, talks_in_colours};
use crate::session::{shown, users_folder};

/// How often sources may change while they are built.
const TRIES: usize = 3;

/// A line of cargo's JSON.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    fresh: bool,
    #[serde(default)]
    package_id: String,
    executable: Option<PathBuf>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    #[serde(default)]
    kind: Vec<String>,
}

/// What cargo has built.
struct Built {
    program: PathBuf,
    /// Whether it was there before.
    is_fresh: bool,
    /// How long crates were compiled, if all of them stand in folders here: so it is after an edit.
    local: Option<Duration>,
}

/// Builds a program, or a library, and returns its path. cargo's words go to stderr as they come, but for those of a build in
/// which there was nothing to do.
pub(crate) fn build(program: &Program, request: &Request) -> Result<PathBuf, Complaint> {
    // cargo asks the compiler for other things than a build, too.
    keep_true(&program.folder);
    let place = Place::of(program, &request.cargo, request.dev, &users_folder());
    let before = Seal::read(&place.seal).unwrap_or_default();
    let was_hinted = before.hinted;
    let mut look = Look::before(program, request, &place, before)?;
    for _ in 0..TRIES {
        let started = seal::now();
        let built = run_cargo(program, request)?;
        if look.is_first && built.is_fresh {
            // Only now it is known where the program is.
            look.is_first = false;
            let slipped = slipped(&sources(&place, &built.program), &[built_at(&built.program)]);
            if !slipped.is_empty() {
                look.remove(&slipped, request)?;
                continue;
            }
        }
        let sources = sources(&place, &built.program);
        if built.is_fresh && look.suspects.iter().any(|file| sources.contains(file)) {
            if look.was_cleaned {
                return Err(not_built(program, &look.suspects));
            }
            look.clean(request)?;
            continue;
        }
        let now = seal::contents(&sources);
        let moved = if built.is_fresh { BTreeSet::new() } else { look.moved(&now, started) };
        if moved.is_empty() {
            let hinted = was_hinted || built.local.is_some_and(|took| hint::after(took, program, request));
            look.seal(&built, now, hinted);
            return Ok(built.program);
        }
        look.say(format_args!("{} changed during the build; building again", names(&moved)));
        let old: BTreeSet<_> = moved.into_iter().filter(|file| seal::looks_old(file, started)).collect();
        look.remove(&old, request)?;
        look.suspects.clear();
        look.contents = now;
    }
    Err(Complaint::usage("the sources change faster than they can be built")
        .hint("run again when they no longer change; what a build script generates belongs in its OUT_DIR"))
}

/// What is known of the sources while a program is built.
struct Look<'b> {
    program: &'b Program,
    place: &'b Place,
    quiet: bool,
    /// As they were before cargo was called.
    contents: Contents,
    suspects: BTreeSet<PathBuf>,
    /// Whether all of the package was removed.
    was_cleaned: bool,
    /// Whether nothing was known of the program.
    is_first: bool,
}

impl<'b> Look<'b> {
    /// Compares the sources with the seal, and removes what cargo would take for up to date although it is not.
    fn before(program: &'b Program, request: &Request, place: &'b Place, seal: Seal) -> Result<Self, Complaint> {
        let is_copy = !seal.root.as_os_str().is_empty() && seal.root != program.workspace;
        let mut seal = seal.moved_to(&program.workspace);
        if seal.files.is_empty() {
            seal.program = place.guess().to_owned();
        }
        let mut files: BTreeSet<PathBuf> = seal.files.keys().cloned().collect();
        files.extend(sources(place, &seal.program));
        let contents = seal::contents(&files);
        let known = seal.files.clone();
        let changed: BTreeSet<_> = match known.is_empty() {
            true => BTreeSet::new(),
            false => seal::changed(&known, &contents).into_iter().filter(|file| known.contains_key(file)).collect(),
        };
        let mut suspects: BTreeSet<_> =
            changed.iter().filter(|file| is_copy || seal::looks_old(file, seal.sealed)).cloned().collect();
        if !seal.is_whole(place.built()) {
            let times = [Some(seal.sealed).filter(|_| !known.is_empty()), built_at(&seal.program)];
            suspects.extend(slipped(&files, &times));
            suspects.extend(copied(place, program, &files));
        }
        let is_first = files.is_empty();
        let mut look = Self {
            program,
            place,
            quiet: request.quiet,
            contents,
            suspects: BTreeSet::new(),
            was_cleaned: false,
            is_first,
        };
        if !changed.is_empty() || !suspects.is_empty() {
            // If the build fails, some of it may be of the sources as they are now.
            for file in changed.iter().chain(&suspects) {
                seal.files.insert(file.clone(), None);
            }
            seal.write(&place.seal);
        }
        if !suspects.is_empty() {
            look.say(format_args!("cargo may not see that {} changed; building again", names(&suspects)));
            look.remove(&suspects, request)?;
        }
        Ok(look)
    }

    /// Removes what was built from these files, so that cargo builds it again.
    fn remove(&mut self, files: &BTreeSet<PathBuf>, request: &Request) -> Result<(), Complaint> {
        if files.is_empty() {
            return Ok(());
        }
        let Program { crates, folders, .. } = self.program;
        let lock = self.place.locked();
        let units = self.place.units();
        let mut unread = files.clone();
        for unit in &units {
            let read: Vec<_> = files.iter().filter(|file| unit.reads(file, crates)).collect();
            if read.is_empty() && !unit.is_of_a_copy(crates, folders) {
                continue;
            }
            unread.retain(|file| !read.contains(&file));
            unit.remove().map_err(|error| {
                Complaint::usage(format!("what was built from other sources can't be removed: {error}"))
                    .code(code::UNWRITABLE)
            })?;
        }
        drop(lock);
        self.suspects.extend(files.iter().cloned());
        if unread.is_empty() { Ok(()) } else { self.clean(request) }
    }

    /// Removes all of the program's package, where it can't be told what was built from a file.
    fn clean(&mut self, request: &Request) -> Result<(), Complaint> {
        self.was_cleaned = true;
        let mut command = Command::new(cargo());
        command.args(["clean", "--quiet", "--package", &self.program.package_id, "--profile"]);
        command.arg(request.cargo.profile(request.dev)).args(request.cargo.to_clean(&users_folder()));
        let status = command.current_dir(&self.program.folder).stdin(Stdio::null()).status();
        status.map(drop).map_err(|error| Complaint::usage(format!("cannot run cargo: {error}")).hint("install Rust"))
    }

    /// The sources that changed while cargo worked.
    fn moved(&self, now: &Contents, started: Time) -> BTreeSet<PathBuf> {
        let is_other = |(file, digest): &(&PathBuf, &Option<String>)| match self.contents.get(*file) {
            Some(before) => before != *digest,
            None => seal::was_touched(file, started),
        };
        now.iter().filter(is_other).map(|(file, _)| file.clone()).collect()
    }

    fn seal(&self, built: &Built, files: Contents, hinted: bool) {
        let seal = Seal {
            root: self.program.workspace.clone(),
            program: built.program.clone(),
            stamp: seal::stamp(&built.program),
            built: self.place.built(),
            sealed: seal::now(),
            files,
            hinted,
        };
        let same = Seal::read(&self.place.seal).is_some_and(|old| Seal { sealed: seal.sealed, ..old } == seal);
        if !same {
            seal.write(&self.place.seal);
        }
    }

    fn say(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            talk(format_args!("{} {text}", "scrat:".dimmed()));
        }
    }
}

/// The sources of a program, without what was made while it was built.
fn sources(place: &Place, program: &Path) -> BTreeSet<PathBuf> {
    sources_of(program).into_iter().filter(|file| !place.is_made(file)).collect()
}

fn built_at(program: &Path) -> Option<Time> {
    seal::stamp(program).map(|(_, time)| time)
}

/// The files that look older than what was built at one of these times, but came after it.
fn slipped(files: &BTreeSet<PathBuf>, times: &[Option<Time>]) -> BTreeSet<PathBuf> {
    let slipped = |file: &&PathBuf| times.iter().flatten().any(|time| seal::slipped_in(file, *time));
    files.iter().filter(slipped).cloned().collect()
}

/// The program's files, if what was built is of a copy of the package that shares the folder.
fn copied(place: &Place, program: &Program, files: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let is_copy = place.units().iter().any(|unit| unit.is_of_a_copy(&program.crates, &program.folders));
    let is_here = |file: &&PathBuf| is_copy && file.starts_with(&program.workspace);
    files.iter().filter(is_here).cloned().collect()
}

fn not_built(program: &Program, suspects: &BTreeSet<PathBuf>) -> Complaint {
    Complaint::usage(format!(
        "cargo considers {} up to date, although {} has changed since it was built",
        program.target,
        names(suspects)
    ))
    .hint(format!("`cargo clean -p {}` makes cargo build it", program.package))
}

/// A few names of files.
fn names(files: &BTreeSet<PathBuf>) -> String {
    match files.first() {
        Some(first) if files.len() == 1 => shown(first),
        Some(first) => format!("{} and {} more", shown(first), files.len() - 1),
        None => "a source".to_owned(),
    }
}

/// Runs `cargo build`.
fn run_cargo(program: &Program, request: &Request) -> Result<Built, Complaint> {
    let mut command = Command::new(cargo());
    command.args(["build", "--message-format=json-render-diagnostics", program.kind.flag()]);
    if program.kind != Kind::Library {
        command.arg(&program.target);
    }
    command.args(["--package", &program.package_id, "--profile", request.cargo.profile(request.dev)]);
    command.args(request.cargo.to_build(&users_folder()));
    // cargo looks for its own settings from the current folder upwards.
    command.current_dir(&program.folder);
    wrapped(&mut command, &program.folder);
    if request.quiet {
        command.arg("--quiet");
    }
    let colored = talks_in_colours();
    command.arg(if colored { "--color=always" } else { "--color=never" });
    let cannot = |error: std::io::Error| Complaint::usage(format!("cannot run cargo: {error}")).hint("install Rust");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
    let talker = child.stderr.take().map(progress::pass_on);
    let began = Instant::now();
    let messages =
        child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines().map_while(Result::ok));
    let mut executable = None;
    let mut is_local = true;
    for message in messages.filter_map(|line| serde_json::from_str::<Message>(&line).ok()) {
        if message.reason != "compiler-artifact" {
            continue;
        }
        is_local &= message.fresh || message.package_id.starts_with("path+");
        let is_of_package = message.package_id == program.package_id;
        let is_ours = message.target.filter(|_| is_of_package).is_some_and(|target| {
            target.name == program.target
                && (program.kind != Kind::Library || target.kind.iter().any(|kind| kind.ends_with("lib")))
        });
        let made = match program.kind {
            Kind::Library => message.filenames.into_iter().find(|file| file.extension().is_some_and(|it| it == "rlib")),
            Kind::Bin | Kind::Example => message.executable,
        };
        if let Some(found) = made.filter(|_| is_ours) {
            executable = Some((found, message.fresh));
        }
    }
    let status = child.wait().map_err(cannot)?;
    drop(talker.map(std::thread::JoinHandle::join));
    match executable {
        Some((program, is_fresh)) if status.success() => {
            Ok(Built { program, is_fresh, local: (is_local && !is_fresh).then(|| began.elapsed()) })
        }
        _ if was_interrupted(status) => Err(Complaint::usage("the build was stopped").code(code::INTERRUPTED)),
        _ => Err(Complaint::usage(format!("{} does not compile", program.package))
            .code(code::DOES_NOT_COMPILE)
            .hint("fix the errors above, and run again; nothing in the stash is lost")),
    }
}

/// Whether Ctrl-C ended cargo, which is in the terminal's foreground as scrat is.
#[cfg(unix)]
fn was_interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGINT: i32 = 2;
    status.signal() == Some(SIGINT) || status.code() == Some(i32::from(code::INTERRUPTED))
}

#[cfg(not(unix))]
fn was_interrupted(status: ExitStatus) -> bool {
    status.code() == Some(i32::from(code::INTERRUPTED))
}
