//! Where the user stands, and what the installed command and the programs that it starts tell each other.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use scrat_engine::start_folder;

/// Where the user stood when `scrat` built a pipeline and became it.
pub(crate) const INVOKED_FROM: &str = "SCRAT_INVOKED_FROM";
/// Which process that was.
pub(crate) const INVOKED_BY: &str = "SCRAT_INVOKED_BY";
/// What to do if the program turns out not to have the pipeline that was seen in its sources.
pub(crate) const IF_MISSING: &str = "SCRAT_IF_MISSING";
/// Which flags were taken for cargo's without being written out, separated by commas.
pub(crate) const TAKEN: &str = "SCRAT_TAKEN_FLAGS";

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

/// The folder that the program was started in, whatever its functions make of the current one.
pub(crate) fn current_folder() -> PathBuf {
    start_folder().to_owned()
}

/// How many threads there are to run steps on, if nobody says otherwise.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
