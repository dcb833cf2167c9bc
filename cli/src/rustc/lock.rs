//! What packages are built on, by the lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::session;

/// The workspace that a package in this folder is built in, if it has a lock file: cargo starts the compiler there, and a
/// member may have a lock file from when it was none. A package from outside is started in its own folder.
pub(super) fn workspace(package: &Path) -> Option<PathBuf> {
    let started = std::env::current_dir().ok().filter(|_| session::variable("CARGO_MANIFEST_DIR").is_some());
    let folders = started.iter().map(PathBuf::as_path).chain(package.ancestors());
    folders.map(Path::to_owned).find(|folder| folder.join("Cargo.lock").is_file())
}

/// The packages that each one names, by the lock file.
pub(super) fn dependencies<'v>(packages: impl Iterator<Item = &'v Value>) -> BTreeMap<&'v str, Vec<&'v str>> {
    let mut dependencies: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let Some(name) = package.get("name").and_then(Value::as_str) else { continue };
        let listed = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        let listed = listed.filter_map(|entry| entry.as_str()?.split(' ').next());
        dependencies.entry(name).or_default().extend(listed);
    }
    dependencies
}

/// The names in code of all packages that the one in a folder depends on, by the lock file, which lists others as well.
pub(super) fn behind(folder: &Path, dependencies: &BTreeMap<&str, Vec<&str>>) -> BTreeSet<String> {
    let manifest: Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default().parse().unwrap_or_default();
    let own = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    // What is not listed may depend on anything.
    let all = || dependencies.keys().copied().collect();
    let own = own.and_then(|own| dependencies.get_key_value(own)).map(|(own, _)| *own);
    closed(own.map_or_else(all, |own| vec![own]), dependencies)
}

/// These packages and all that they are built on, by their names in code.
pub(super) fn closed<'v>(mut todo: Vec<&'v str>, dependencies: &BTreeMap<&'v str, Vec<&'v str>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if found.insert(name.replace('-', "_")) {
            todo.extend(dependencies.get(name).into_iter().flatten());
        }
    }
    found
}
