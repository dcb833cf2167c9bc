//! `scrat watch`: runs a pipeline again whenever a source or an input changes.
//!
//! ```text
//!   build ── fails ──> say so ─────────────┐
//!     │                                    v
//!    plan ──> say what became stale      wait for a save, then for the burst to end;
//!     │                                  say which functions it touches
//!     │                                    │
//!    run ──> draw ─────────────────────────┤
//!     ^                                    │
//!     └────────────────────────────────────┘
//! ```
//!
//! It stays in the installed command's process and runs the built program as a child, each time the one that
//! was just built. Ctrl-C ends it with 0, since nothing else ends a watch: the child, which gets it too, stores
//! what is running first.

mod sources;
mod touched;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use owo_colors::OwoColorize;
use scrat_engine::InputPattern;
use serde::Deserialize;

use crate::complaint::{Complaint, code};
use crate::launch::build::build;
use crate::launch::find::Found;
use crate::launch::request::Request;
use crate::print::{complain, talk};
use crate::session;
use sources::Sources;
use touched::Touched;

/// A burst of saves is over when nothing was saved for so long.
const QUIET: Duration = Duration::from_millis(150);

/// What wakes a watch.
enum Wake {
    Saved(PathBuf),
    Interrupted,
}

/// The part of `scrat plan --format json` that is read.
#[derive(Deserialize)]
struct Planned {
    causes: Vec<Cause>,
    stale: usize,
    pending: usize,
    input_files: Vec<PathBuf>,
    // The program may have an older scrat in it.
    #[serde(default)]
    input_patterns: Vec<InputPattern>,
}

#[derive(Deserialize)]
struct Cause {
    text: String,
}

/// Watches until Ctrl-C.
pub(super) fn watch(request: &Request, words: &[OsString], found: &Found) -> Result<u8, Complaint> {
    let (tell, wakes) = channel();
    let is_over = leave_on_interrupt(tell.clone());
    let watched = Watched::new(tell)?;
    let (sources, touched) = (Sources::default(), Touched::default());
    let mut watch = Watch { request, words, found, watched, sources, touched, is_over };
    watch.watch_sources()?;
    // Before the first build, so that what is saved in the middle of it is told by what it touches, too.
    watch.touched.look(&watch.sources.folders);
    loop {
        let round = watch.round();
        // What Ctrl-C stopped in the middle did not fail.
        if watch.is_over() {
            return Ok(0);
        }
        match round {
            Err(complaint) if complaint.code == code::INTERRUPTED => return Ok(0),
            Err(complaint) => complain(&complaint),
            Ok(()) => {}
        }
        let Some(saved) = burst(&wakes, |path| watch.concerns(path)) else { return Ok(0) };
        // A manifest may have been among what was saved.
        watch.watch_sources().unwrap_or_else(|complaint| complain(&complaint));
        watch.say_saved(&saved);
    }
}

/// Waits for a save that matters and for the end of the burst that it begins. None if the watch is over.
fn burst(wakes: &Receiver<Wake>, concerns: impl Fn(&Path) -> bool) -> Option<BTreeSet<PathBuf>> {
    let mut saved = BTreeSet::new();
    loop {
        let wake = if saved.is_empty() {
            wakes.recv().ok()?
        } else {
            match wakes.recv_timeout(QUIET) {
                Ok(wake) => wake,
                Err(RecvTimeoutError::Timeout) => return Some(saved),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        match wake {
            Wake::Saved(path) if concerns(&path) => drop(saved.insert(path)),
            Wake::Saved(_) => {}
            Wake::Interrupted => return None,
        }
    }
}

/// Ends the watch at Ctrl-C. What it returns says whether it is over.
fn leave_on_interrupt(tell: Sender<Wake>) -> Arc<AtomicBool> {
    let is_over = Arc::new(AtomicBool::new(false));
    let over = is_over.clone();
    let set = ctrlc::set_handler(move || {
        over.store(true, Ordering::Release);
        drop(tell.send(Wake::Interrupted));
    });
    // Without a handler Ctrl-C ends the process, which is what is wanted anyway.
    drop(set);
    is_over
}

/// Names of files on one line.
fn names(paths: &BTreeSet<PathBuf>) -> String {
    const FEW: usize = 3;
    // Editors write through files that are gone at once.
    let mut there: Vec<_> = paths.iter().filter(|path| path.is_file()).collect();
    if there.is_empty() {
        there = paths.iter().collect();
    }
    let mut names: Vec<_> = there.iter().take(FEW).map(|path| session::shown(path)).collect();
    if there.len() > FEW {
        names.push(format!("{} more", there.len() - FEW));
    }
    names.join(", ")
}

struct Watch<'w> {
    request: &'w Request,
    words: &'w [OsString],
    found: &'w Found,
    watched: Watched,
    sources: Sources,
    touched: Touched,
    is_over: Arc<AtomicBool>,
}

impl Watch<'_> {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    fn concerns(&self, path: &Path) -> bool {
        self.sources.concern(path) || self.watched.is_input(path)
    }

    /// Says what was saved and, before anything is built, which functions that touches.
    fn say_saved(&mut self, saved: &BTreeSet<PathBuf>) {
        let touched = self.touched.look(&self.sources.folders);
        let is_source = saved.iter().any(|path| self.sources.concern(path));
        let said = self.touched.said(&touched).filter(|_| is_source);
        let touches = said.map(|said| format!(": {said}")).unwrap_or_default();
        self.say(format_args!("{} {}{touches}", "saved".cyan(), names(saved)));
    }

    fn watch_sources(&mut self) -> Result<(), Complaint> {
        self.sources = Sources::of(&self.found.program, &self.request.cargo)?;
        for tree in &self.sources.trees {
            self.watched.add(tree, RecursiveMode::Recursive)?;
        }
        for folder in &self.sources.folders {
            self.watched.add(folder, RecursiveMode::NonRecursive)?;
        }
        Ok(())
    }

    /// Builds, says what is stale, runs, and draws.
    fn round(&mut self) -> Result<(), Complaint> {
        let mend = "fix the errors above; the watch goes on when you save";
        let program = build(&self.found.program, self.request).map_err(|complaint| match complaint.code {
            code::DOES_NOT_COMPILE => complaint.hint(mend),
            _ => complaint,
        })?;
        let planned = self.plan(&program)?;
        if let Some(planned) = planned.as_ref().filter(|_| !self.is_over()) {
            self.say(stale(planned));
            for file in &planned.input_files {
                self.watched.input(&self.found.program.folder.join(file))?;
            }
            for pattern in &planned.input_patterns {
                self.watched.pattern(pattern)?;
            }
        }
        if !self.is_over() {
            // With nothing stale, too: what an edit that was undone exported is still there.
            let is_fresh = planned.is_some_and(|planned| planned.stale + planned.pending == 0);
            self.call(&program, "run", if is_fresh { &["--quiet"] } else { &[] })?;
            if !is_fresh && !self.is_over() {
                self.call(&program, "graph", &["--last"])?;
            }
        }
        if !self.is_over() {
            self.say("watching; Ctrl-C ends it".dimmed());
        }
        Ok(())
    }

    /// What a run would do. None if the program can't say; the run will say why.
    fn plan(&self, program: &Path) -> Result<Option<Planned>, Complaint> {
        let output = self
            .command(program, "plan", &["--format", "json"])
            .stderr(Stdio::null())
            .output()
            .map_err(|error| cannot_run(program, &error))?;
        Ok(serde_json::from_slice(&output.stdout).ok())
    }

    fn call(&self, program: &Path, command: &str, more: &[&str]) -> Result<ExitStatus, Complaint> {
        self.command(program, command, more).status().map_err(|error| cannot_run(program, &error))
    }

    fn command(&self, program: &Path, command: &str, more: &[&str]) -> Command {
        let mut call = Command::new(program);
        call.args(self.request.words_for_child(self.words, self.found, command))
            .args(more)
            .current_dir(&self.found.program.folder)
            .envs(self.found.surroundings(self.request, self.words, session::by_spawn(std::process::id())));
        call
    }

    fn say(&self, text: impl std::fmt::Display) {
        if !self.request.quiet {
            talk(text);
        }
    }
}

/// What became stale, in a line.
fn stale(planned: &Planned) -> String {
    let counts = [(planned.stale, "stale"), (planned.pending, "pending")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, word)| format!("{number} {word}")).collect();
    match &planned.causes[..] {
        _ if counts.is_empty() => "nothing became stale".to_owned(),
        [] => counts.join(", "),
        [only] => format!("{}: {}", only.text.yellow(), counts.join(", ")),
        [first, rest @ ..] => {
            format!("{}, and {} more: {}", first.text.yellow(), rest.len(), counts.join(", "))
        }
    }
}

fn cannot_run(program: &Path, error: &std::io::Error) -> Complaint {
    Complaint::usage(format!("cannot run {}: {error}", program.display())).code(code::STEP_FAILED)
}

/// What is being watched. Folders are, not files: editors put a new file in the place of the old one.
struct Watched {
    watcher: RecommendedWatcher,
    places: BTreeSet<PathBuf>,
    inputs: BTreeSet<PathBuf>,
    patterns: BTreeSet<InputPattern>,
}

impl Watched {
    fn new(tell: Sender<Wake>) -> Result<Self, Complaint> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // To read a file is no change of it.
            if let Ok(event) = event
                && !matches!(event.kind, EventKind::Access(_))
            {
                for path in event.paths {
                    drop(tell.send(Wake::Saved(path)));
                }
            }
        });
        let watcher = watcher.map_err(|error| Complaint::usage(format!("cannot watch files: {error}")))?;
        Ok(Self { watcher, places: BTreeSet::new(), inputs: BTreeSet::new(), patterns: BTreeSet::new() })
    }

    fn add(&mut self, place: &Path, mode: RecursiveMode) -> Result<(), Complaint> {
        if self.places.insert(place.to_owned()) {
            self.watcher
                .watch(place, mode)
                .map_err(|error| Complaint::usage(format!("cannot watch {}: {error}", place.display())))?;
        }
        Ok(())
    }

    /// Watches for input files that match a pattern.
    fn pattern(&mut self, pattern: &InputPattern) -> Result<(), Complaint> {
        if self.patterns.insert(pattern.clone()) && pattern.folder.is_dir() {
            self.add(&pattern.folder, RecursiveMode::Recursive)?;
        }
        Ok(())
    }

    fn is_input(&self, path: &Path) -> bool {
        path.ancestors().any(|path| self.inputs.contains(path))
            || self.patterns.iter().any(|pattern| pattern.matches(path))
    }

    /// Watches an input file or folder.
    fn input(&mut self, file: &Path) -> Result<(), Complaint> {
        let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        if file.is_dir() {
            self.add(&file, RecursiveMode::Recursive)?;
        }
        let folder = file.parent().map(Path::to_owned);
        if self.inputs.insert(file)
            && let Some(folder) = folder.filter(|folder| folder.is_dir())
            // A folder inside a watched tree is watched already.
            && !self.places.iter().any(|place| *place == folder)
        {
            self.add(&folder, RecursiveMode::NonRecursive)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_saves_is_one_and_ends_when_it_is_quiet() {
        let (tell, wakes) = channel();
        for name in ["a.rs", "b.rs", "a.rs", "notes.txt"] {
            tell.send(Wake::Saved(name.into())).unwrap();
        }
        let saved = burst(&wakes, |path| path.extension().is_some_and(|extension| extension == "rs")).unwrap();
        assert_eq!(saved, BTreeSet::from(["a.rs".into(), "b.rs".into()]));
        tell.send(Wake::Interrupted).unwrap();
        assert!(burst(&wakes, |_| true).is_none());
    }

    #[test]
    fn inputs_are_files_what_is_in_folders_and_what_matches_a_pattern() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().canonicalize().unwrap().join(path);
        std::fs::create_dir(at("folder")).unwrap();
        let mut watched = Watched::new(channel().0).unwrap();
        watched.input(&at("file")).unwrap();
        watched.input(&at("folder")).unwrap();
        watched.pattern(&InputPattern { folder: at("data"), pattern: "*.csv".to_owned() }).unwrap();
        for (path, is_input) in [
            ("file", true),
            ("folder/deep/new", true),
            ("data/new.csv", true),
            ("data/new.txt", false),
            ("other", false),
        ] {
            assert_eq!(watched.is_input(&at(path)), is_input, "{path}");
        }
    }

    #[test]
    fn what_became_stale_is_one_line() {
        let planned = |causes: &[&str], stale, pending| Planned {
            causes: causes.iter().map(|text| Cause { text: (*text).to_owned() }).collect(),
            stale,
            pending,
            input_files: Vec::new(),
            input_patterns: Vec::new(),
        };
        let plain = |planned| anstream::adapter::strip_str(&stale(&planned)).to_string();
        assert_eq!(plain(planned(&["helper median changed"], 1, 21)), "helper median changed: 1 stale, 21 pending");
        assert_eq!(plain(planned(&["a", "b", "c"], 2, 0)), "a, and 2 more: 2 stale");
        assert_eq!(plain(planned(&[], 0, 0)), "nothing became stale");
    }
}
