//! The process's streams: stdout for results, stderr for talk.
//!
//! While a pipeline's functions run, what they print must not stand among results, in lines of JSON, or under a
//! progress bar. So stdout and stderr lead into a pipe then, for their children, too, and what comes out of it is
//! shown on the real stderr with the name of the step. Our own words go to the real streams.
//!
//! Any thread may empty the pipe, under a lock. Each step does so as it begins and ends, so that what was printed
//! before is shown under the names of those that ran before; a thread of its own does so in between.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use owo_colors::OwoColorize;

use super::real::{REAL, lock};
use crate::complaint::Complaint;

/// Lines are written whole, whoever writes.
static WRITING: Mutex<()> = Mutex::new(());

/// Writes results to stdout. A reader that has gone away is no error.
pub(crate) fn result(text: impl std::fmt::Display) {
    match REAL.get() {
        Some(real) => write(&real.out, &format!("{text}\n")),
        None => drop(writeln!(anstream::stdout(), "{text}")),
    }
}

/// Writes talk to stderr.
pub(crate) fn talk(text: impl std::fmt::Display) {
    write_talk(&format!("{text}\n"));
}

fn write_talk(text: &str) {
    match REAL.get() {
        Some(real) => write(&real.err, text),
        None => drop(anstream::stderr().write_all(text.as_bytes())),
    }
}

/// Writes why a command failed to stderr.
pub(crate) fn complain(complaint: &Complaint) {
    talk(format_args!("{} {}", "error:".red().bold(), complaint.sentence));
    if let Some(hint) = &complaint.hint {
        talk(format_args!("{} {hint}", " hint:".cyan()));
    }
}

/// Asks a question that is answered with `y` or anything else.
///
/// # Errors
/// If there is nobody to answer. A script would otherwise take what was not done for done.
pub(crate) fn confirm(question: &str) -> Result<bool, Complaint> {
    write_talk(&format!("{question} [y/N] "));
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(1..) => Ok(matches!(answer.trim(), "y" | "Y" | "yes")),
        Ok(0) | Err(_) => {
            write_talk("\n");
            Err(Complaint::usage("nobody answered, so nothing was removed").hint("`--yes` answers in a script"))
        }
    }
}

fn write(mut stream: &File, text: &str) {
    let choice = anstream::AutoStream::choice(stream);
    let mut bytes = anstream::AutoStream::new(Vec::new(), choice);
    drop(bytes.write_all(text.as_bytes()));
    let _writing = lock(&WRITING);
    drop(stream.write_all(&bytes.into_inner()));
}

/// Whether results are shown in colours.
pub(crate) fn has_colours() -> bool {
    let choice = match REAL.get() {
        Some(real) => anstream::AutoStream::choice(&*real.out),
        None => anstream::AutoStream::choice(&io::stdout()),
    };
    choice != anstream::ColorChoice::Never
}

/// Whether talk is shown in colours.
#[cfg(feature = "installed")]
pub(crate) fn talks_in_colours() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

/// The columns of the terminal that results go to, if they go to one.
pub(crate) fn columns() -> Option<usize> {
    let size = match REAL.get() {
        Some(real) => size_of(&real.out),
        None => terminal_size::terminal_size(),
    };
    results_to_a_terminal().then_some(size).flatten().map(|(width, _)| usize::from(width.0))
}

/// Whether results go to a terminal.
pub(crate) fn results_to_a_terminal() -> bool {
    REAL.get().map_or_else(|| io::stdout().is_terminal(), |real| real.out.is_terminal())
}

#[cfg(unix)]
fn size_of(stream: &File) -> Option<(terminal_size::Width, terminal_size::Height)> {
    terminal_size::terminal_size_of(stream)
}

#[cfg(not(unix))]
fn size_of(_: &File) -> Option<(terminal_size::Width, terminal_size::Height)> {
    terminal_size::terminal_size()
}

/// Whether talk goes to a terminal.
pub(crate) fn talks_to_a_terminal() -> bool {
    REAL.get().map_or_else(|| io::stderr().is_terminal(), |real| real.err.is_terminal())
}

/// Where a progress bar is drawn.
pub(crate) fn bars() -> indicatif::ProgressDrawTarget {
    #[cfg(unix)]
    if let Some(real) = REAL.get()
        && let (Ok(read), Ok(write)) = (real.err.try_clone(), real.err.try_clone())
    {
        const RATE: u8 = 20;
        return indicatif::ProgressDrawTarget::term(console::Term::read_write_pair(read, write), RATE);
    }
    indicatif::ProgressDrawTarget::stderr()
}

/// Where exports to `/dev/stdout` and `/dev/stderr` go. Among lines of JSON there is no place for others.
pub(crate) fn for_exports(json: bool) -> scrat_engine::Streams {
    let Some(real) = REAL.get() else { return scrat_engine::Streams::default() };
    let out = if json { &real.err } else { &real.out };
    scrat_engine::Streams { out: Some(out.clone()), err: Some(real.err.clone()) }
}
