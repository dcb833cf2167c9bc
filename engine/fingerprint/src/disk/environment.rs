//! What the process is told by its environment: the one place of the analyser that reads any of it.

use std::ffi::OsString;
use std::path::PathBuf;

/// Cargo's home.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    variable("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

/// A variable of the process that says something.
pub(crate) fn variable(name: &str) -> Option<String> {
    exact_variable(name)?.into_string().ok().filter(|value| !value.is_empty())
}

/// A variable of the process as it is: an empty one is not a missing one.
#[expect(clippy::disallowed_methods, reason = "cargo and rustc tell what they compile so")]
pub(crate) fn exact_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
