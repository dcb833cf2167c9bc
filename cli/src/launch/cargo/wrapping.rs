//! Telling cargo to call scrat in front of the compiler.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use toml::{Table, Value};

use crate::rustc::{OTHER_WRAPPER, cargo_home};
use crate::session;

/// The two variables that name a wrapper: for all crates, and for those of the workspace.
const WRAPPERS: [&str; 2] = ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"];

/// The variables that name one for all crates.
pub(crate) const OTHERS: [&str; 2] = ["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"];

/// What cargo's settings call them.
const KEYS: [&str; 2] = ["rustc-wrapper", "rustc-workspace-wrapper"];

/// Has cargo call this command in front of the compiler, in a folder that cargo looks for its settings from. A wrapper that
/// is set already comes behind it.
pub(crate) fn wrapped(command: &mut Command, folder: &Path) {
    let Ok(own) = std::env::current_exe() else { return };
    // One for the workspace's crates alone checks or changes what is compiled: then the sources have to do.
    if set(folder, 1).is_some_and(|other| !is_same(&other, &own)) {
        return;
    }
    if let Some(other) = set(folder, 0).filter(|other| !is_same(other, &own)) {
        command.env(OTHER_WRAPPER, other);
    }
    command.envs(WRAPPERS.map(|name| (name, &own)));
}

/// What is set as one of the two wrappers, by a variable or in a file.
pub(crate) fn set(folder: &Path, which: usize) -> Option<OsString> {
    let variable = |name: &str| session::variable(name).filter(|value| !value.is_empty());
    let name = WRAPPERS[which];
    variable(name).or_else(|| variable(&format!("CARGO_BUILD_{name}"))).or_else(|| configured(folder, KEYS[which]))
}

pub(crate) fn is_same(one: &OsString, own: &Path) -> bool {
    Path::new(one) == own
        || Path::new(one).canonicalize().is_ok_and(|one| own.canonicalize().is_ok_and(|own| one == own))
}

/// What cargo's own settings say of a key of `[build]`: the nearest file upwards, and then the user's. What those include is
/// not read: that is where ours is.
pub(crate) fn configured(folder: &Path, key: &str) -> Option<OsString> {
    let mut folders = folder.ancestors().map(|folder| folder.join(".cargo")).chain(cargo_home());
    folders.find_map(|folder| value_in(&folder, key))
}

/// What the settings in one folder `.cargo` say of it.
pub(crate) fn value_in(folder: &Path, key: &str) -> Option<OsString> {
    [folder.join("config"), folder.join("config.toml")].iter().find_map(|file| {
        let table: Table = std::fs::read_to_string(file).ok()?.parse().ok()?;
        let value = table.get("build")?.get(key).and_then(Value::as_str)?;
        // A path with a folder in it starts from the one that the settings are in.
        let is_path = value.contains('/');
        Some(if is_path { folder.parent()?.join(value).into() } else { value.into() })
    })
}
