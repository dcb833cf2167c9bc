//! What the commands share: where the user stands, what is set, the stash, and talking.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use owo_colors::OwoColorize;
use scrat_engine::{Config, Stash, start_folder};

use crate::args::{Common, Forcing};
use crate::complaint::Complaint;
use crate::streams::write_talk;
pub(crate) use crate::streams::{result, talk};

/// Where the user stood when `scrat` built a pipeline and became it.
pub(crate) const INVOKED_FROM: &str = "SCRAT_INVOKED_FROM";
/// Which process that was.
pub(crate) const INVOKED_BY: &str = "SCRAT_INVOKED_BY";
/// What to do if the program turns out not to have the pipeline that was seen in its sources.
pub(crate) const IF_MISSING: &str = "SCRAT_IF_MISSING";
/// Which flags were taken for cargo's without being written out, with commas between them.
pub(crate) const TAKEN: &str = "SCRAT_TAKEN_FLAGS";

/// Writes why a command failed to stderr.
pub(crate) fn complain(complaint: &Complaint) {
    talk(format_args!("{} {}", "error:".red().bold(), complaint.sentence));
    if let Some(hint) = &complaint.hint {
        talk(format_args!("{} {hint}", " hint:".cyan()));
    }
}

/// Where the installed command was called, if it built this program and became it.
fn invoked_from() -> Option<PathBuf> {
    variable(INVOKED_FROM).map(PathBuf::from).filter(|_| was_meant())
}

/// Whether the user typed the installed command, and not this program's name.
pub(crate) fn was_invoked() -> bool {
    invoked_from().is_some()
}

/// Whether the variables of the installed command are for this process, and not for one around it: a step may well
/// call `scrat`. The system knows who became whom.
#[cfg(unix)]
fn was_meant() -> bool {
    let Some(by) = variable(INVOKED_BY).and_then(|by| by.into_string().ok()) else { return true };
    by == by_exec(std::process::id()) || by == by_spawn(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn was_meant() -> bool {
    true
}

/// How a process says that it becomes another, or that it starts one.
pub(crate) fn by_exec(process: u32) -> String {
    format!("exec {process}")
}

pub(crate) fn by_spawn(process: u32) -> String {
    format!("spawn {process}")
}

/// A variable with which the command tells something to itself.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    #[expect(clippy::disallowed_methods, reason = "the command tells itself, through exec")]
    std::env::var_os(name)
}

/// The folder that paths typed by the user start from.
pub(crate) fn users_folder() -> PathBuf {
    invoked_from().unwrap_or_else(current_folder)
}

/// A path of ours as the user would write it.
pub(crate) fn shown(path: &Path) -> String {
    let at = current_folder().join(path);
    let absolute = std::path::absolute(&at).unwrap_or(at);
    let from = users_folder();
    match absolute.strip_prefix(&from) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.display().to_string(),
        _ => absolute.display().to_string(),
    }
}

/// Asks a question that is answered with `y` or anything else.
pub(crate) fn confirm(question: &str) -> bool {
    write_talk(&format!("{question} [y/N] "));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// The settings: flags over everything else.
pub(crate) fn config(common: &Common, forcing: Option<&Forcing>) -> Result<Config, Complaint> {
    let mut config = Config::load(&current_folder())?;
    // Only the environment leaves a path relative, and the user set that where the user stands.
    config.stash = config.stash.map(|stash| users_folder().join(stash));
    if let Some(stash) = &common.stash {
        config.stash = Some(users_folder().join(stash));
    }
    config.disable |= forcing.is_some_and(|forcing| forcing.disable);
    Ok(config)
}

/// The folder that the program was started in, whatever its functions make of the current one.
pub(crate) fn current_folder() -> PathBuf {
    start_folder().to_owned()
}

/// The stash that is there, for commands that only look.
pub(crate) fn stash(common: &Common) -> Result<Stash, Complaint> {
    Ok(Stash::open(&stash_folder(common)?)?)
}

/// Where the stash is.
pub(crate) fn stash_folder(common: &Common) -> Result<PathBuf, Complaint> {
    let config = config(common, None)?;
    let root = config.stash.or_else(|| Stash::find(&current_folder()));
    root.ok_or_else(|| {
        Complaint::usage(format!("there is no stash in {} or above it", shown(&current_folder())))
            .hint("`scrat init` makes one, and so does the first run")
    })
}

/// The pipeline of the last run, if there is a stash that knows it. It is asked before the words are understood,
/// so what can't be found is no error yet.
pub(crate) fn last_pipeline(words: &[OsString]) -> Option<String> {
    let config = Config::load(&current_folder()).ok()?;
    let texts: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let after = texts.iter().zip(texts.iter().skip(1)).find(|(flag, _)| *flag == "--stash").map(|(_, stash)| &**stash);
    let typed = after.or_else(|| texts.iter().find_map(|text| text.strip_prefix("--stash=")));
    let typed = typed.map(|stash| users_folder().join(stash));
    let root = typed.or(config.stash).or_else(|| Stash::find(&current_folder()))?;
    Stash::open(&root).ok()?.last_run(None).ok()?.map(|(run, _)| run.pipeline)
}

/// How many threads there are to run steps on, if nobody says otherwise.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
