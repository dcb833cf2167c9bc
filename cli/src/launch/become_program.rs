//! Becoming the program that has a pipeline, with the same words.

use std::ffi::OsString;

use super::watch::watch;
use crate::args::parameters::{lists_take_commas, meant_twice};
use crate::complaint::{Complaint, code};
use crate::launch::build::build;
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::find::{self, Found};
use crate::launch::request::Request;
use crate::session;

/// How many programs deep scrat may stand in calls of itself. A pipeline that calls `scrat` for another one is
/// fine; one that comes back to itself would build and start programs for ever.
const DEEPEST: u32 = 8;

/// The variable with that number.
const DEPTH: &str = "SCRAT_DEPTH";

/// Builds the program that has the wanted pipeline, and becomes it with the same words. It returns only if that
/// fails, or where the system can't replace a process.
pub(crate) fn become_pipeline(request: Request, words: &[OsString]) -> Result<u8, Complaint> {
    if depth() >= DEEPEST {
        return Err(Complaint::usage("scrat keeps being called by programs that it has started")
            .hint("a pipeline that calls `scrat run` must not lead back to itself"));
    }
    let (request, found) = match find(request, words) {
        (request, Ok(found)) => (request, found),
        // Help is worth having without a pipeline, too.
        (request, Err(_)) if request.help => return Ok(request.print_help()),
        (request, Err(complaint)) => {
            refuse_taken(&request, words, None)?;
            let stray = request.pipeline.as_deref();
            return Err(match stray.and_then(|stray| lists_take_commas(words, stray)) {
                Some(hint) => complaint.hint(hint),
                None => complaint,
            });
        }
    };
    let request = &request;
    if !request.help {
        refuse_taken(request, words, Some(&found))?;
    }
    if request.watches() {
        return if request.help { Ok(request.print_help()) } else { watch(request, words, &found) };
    }
    let program = build(&found.program, request)?;
    let mut command = std::process::Command::new(&program);
    command.args(request.words_for(words, &found)).current_dir(&found.program.folder).envs(found.surroundings(
        request,
        words,
        BECOMING(std::process::id()),
    ));
    run_instead(command)
        .map_err(|error| Complaint::usage(format!("cannot run {}: {error}", program.display())).code(code::STEP_FAILED))
}

fn depth() -> u32 {
    session::variable(DEPTH).and_then(|depth| depth.to_str()?.parse().ok()).unwrap_or(0)
}

impl Found {
    /// What the program is told by variables; `by` says which process tells it, and how it starts it.
    pub(super) fn surroundings(
        &self,
        request: &Request,
        words: &[OsString],
        by: String,
    ) -> [(&'static str, OsString); 5] {
        [
            (session::INVOKED_FROM, session::users_folder().into()),
            (session::INVOKED_BY, by.into()),
            (session::IF_MISSING, self.if_missing().into()),
            (session::TAKEN, request.cargo.bare(words).join(",").into()),
            (DEPTH, (depth() + 1).to_string().into()),
        ]
    }

    /// What to do if the program does not have the pipeline, although its sources do.
    fn if_missing(&self) -> String {
        let [file, root] = [&self.file, &self.program.root].map(|path| session::shown(path));
        match &self.library {
            _ if self.pipeline.is_none() || file.is_empty() => "mark a function with #[pipeline]".to_owned(),
            Some(library) => format!(
                "{file} has it, in the library: write `use {library} as _;` in {root} to link it, or, if it is behind \
                 a feature, use --features"
            ),
            None => {
                format!("{file} has it: if it is behind a feature, use --features; if no `mod` names the file, add one")
            }
        }
    }
}

/// Refuses a flag of cargo's that the pipeline has a parameter of, as far as its source shows that: cargo would not know
/// what to make of the value. The program itself has the last word.
fn refuse_taken(request: &Request, words: &[OsString], found: Option<&Found>) -> Result<(), Complaint> {
    let bare = request.cargo.bare(words);
    if bare.is_empty() {
        return Ok(());
    }
    // It may be the flag for which nothing was found.
    let without = || find::find(request.pipeline.as_deref(), &session::current_folder(), &CargoFlags::default()).ok();
    let Some(found) = found.cloned().or_else(without) else { return Ok(()) };
    let Some(pipeline) = &found.pipeline else { return Ok(()) };
    let text = std::fs::read_to_string(&found.file).unwrap_or_default();
    let parameters = find::parameters_in(&text, pipeline);
    let clash = |word: &&str| parameters.iter().find(|name| scrat_engine::flag(name) == *word);
    match bare.iter().find_map(|word| Some((word, clash(word)?))) {
        Some((word, parameter)) => Err(meant_twice(word, pipeline, parameter)),
        None => Ok(()),
    }
}

/// Finds the program. In `scrat why WORD` the word is a pipeline if one is called so; and where several are in
/// reach, a question about the last run is about the pipeline that ran.
fn find(request: Request, words: &[OsString]) -> (Request, Result<find::Found, Complaint>) {
    let home = session::current_folder();
    if let Some(word) = request.doubtful(words)
        && let Ok(found) = find::find(Some(&word), &home, &request.cargo)
    {
        return (request.about_doubtful(words), Ok(found));
    }
    let found = find::find(request.pipeline.as_deref(), &home, &request.cargo);
    if found.is_err()
        && request.pipeline.is_none()
        && request.looks_back(words)
        && let Some(name) = crate::open::last_pipeline(words)
        && let Ok(found) = find::find(Some(&name), &home, &request.cargo)
    {
        return (request, Ok(found));
    }
    if found.is_err()
        && request.names_a_step_to_force(words)
        && let Ok(found) = find::find(None, &home, &request.cargo)
    {
        return (request.about_the_only_pipeline(), Ok(found));
    }
    (request, found)
}

#[cfg(unix)]
const BECOMING: fn(u32) -> String = session::by_exec;

#[cfg(not(unix))]
const BECOMING: fn(u32) -> String = session::by_spawn;

#[cfg(unix)]
fn run_instead(mut command: std::process::Command) -> std::io::Result<u8> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn run_instead(mut command: std::process::Command) -> std::io::Result<u8> {
    let status = command.status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(code::STEP_FAILED))
}
