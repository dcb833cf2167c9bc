//! Finding the program that has a pipeline, building it with cargo, and becoming it, or running it again and again.

mod ask;
mod build;
mod metadata;
mod request;
mod search;
mod sources;
mod touched;
mod watch;

use std::ffi::OsString;

pub(crate) use ask::{ask, ask_built, built, function_names, programs};
pub(crate) use metadata::program;
pub(crate) use request::Request;

use crate::complaint::{Complaint, code};
use crate::session;

/// Builds the program that has the wanted pipeline, and becomes it with the same words. It returns only if that
/// fails, or where the system can't replace a process.
pub(crate) fn become_pipeline(request: Request, words: &[OsString]) -> Result<u8, Complaint> {
    let (request, found) = match find(request, words) {
        (request, Ok(found)) => (request, found),
        // Help is worth having without a pipeline, too.
        (request, Err(_)) if request.help => return Ok(request.print_help()),
        (request, Err(complaint)) => {
            let stray = request.pipeline.as_deref();
            return Err(match stray.and_then(|stray| crate::parameters::lists_take_commas(words, stray)) {
                Some(hint) => complaint.hint(hint),
                None => complaint,
            });
        }
    };
    let request = &request;
    if request.watches() {
        return if request.help { Ok(request.print_help()) } else { watch::watch(request, words, &found) };
    }
    let program = build::build(&found.program, request)?;
    let mut command = std::process::Command::new(&program);
    command
        .args(request.words_for(words, &found))
        .current_dir(&found.program.folder)
        .env(session::INVOKED_FROM, session::users_folder());
    run_instead(command)
        .map_err(|error| Complaint::usage(format!("cannot run {}: {error}", program.display())).code(code::STEP_FAILED))
}

/// Finds the program. In `scrat why WORD` the word is a pipeline if one is called so; and where several are in
/// reach, a question about the last run is about the pipeline that ran.
fn find(request: Request, words: &[OsString]) -> (Request, Result<search::Found, Complaint>) {
    let home = session::current_folder();
    if let Some(word) = request.doubtful(words)
        && let Ok(found) = search::find(Some(&word), &home)
    {
        return (request.about_doubtful(words), Ok(found));
    }
    let found = search::find(request.pipeline.as_deref(), &home);
    if found.is_err()
        && request.pipeline.is_none()
        && request.looks_back(words)
        && let Some(name) = session::last_pipeline(words)
        && let Ok(found) = search::find(Some(&name), &home)
    {
        return (request, Ok(found));
    }
    if found.is_err()
        && request.names_a_step_to_force(words)
        && let Ok(found) = search::find(None, &home)
    {
        return (request.about_the_only_pipeline(), Ok(found));
    }
    (request, found)
}

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
