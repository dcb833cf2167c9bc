//! Packages of which a profile says otherwise than of the program whether sums are checked, or assertions.
//!
//! In the development profile a program takes generic code that a package happens to have made, as that package is
//! compiled. Which it takes nobody tells, so what is said of any package counts for all generic code, and with it which
//! packages there are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use scrat_fingerprint::digest::Digest;
use toml::{Table, Value};

use super::caller;

/// What counts of a package's profile: the level of optimisation changes no result.
const COUNTING: [&str; 2] = ["overflow-checks", "debug-assertions"];

/// What manifest and settings of a workspace, and the words that cargo was called with, say of single packages; empty if
/// that is nothing. `lock` is the lock file's text.
pub(super) fn overrides(workspace: &Path, lock: &str) -> String {
    let cargo = caller::cargo();
    let started = cargo.iter().map(|cargo| cargo.folder.as_path());
    let folders = workspace.ancestors().chain(started.flat_map(Path::ancestors));
    let settings = folders.map(|folder| folder.join(".cargo")).chain(cargo_home());
    let settings = settings.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name)));
    let mut files: Vec<PathBuf> = [workspace.join("Cargo.toml")].into_iter().chain(settings).collect();
    let mut tables = Vec::new();
    for said in cargo.iter().flat_map(|cargo| cargo.settings()) {
        match said.parse() {
            Ok(table) => tables.push(table),
            Err(_) => files.extend(cargo.iter().map(|cargo| cargo.folder.join(said))),
        }
    }
    tables.extend(with_included(files));
    let said: BTreeSet<String> = tables.iter().flat_map(in_table).collect();
    let said: BTreeSet<String> = said.into_iter().chain(in_variables()).collect();
    if said.is_empty() {
        return String::new();
    }
    let said: String = said.into_iter().map(|one| format!(" {one}")).collect();
    format!("{said} of {}", Digest::of(lock.as_bytes()))
}

/// What files of settings say, and those that they include.
fn with_included(mut todo: Vec<PathBuf>) -> Vec<Table> {
    let mut seen = BTreeSet::new();
    let mut tables = Vec::new();
    while let Some(file) = todo.pop() {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        if !seen.insert(file.clone()) {
            continue;
        }
        let table: Table = text.parse().unwrap_or_default();
        let included = match table.get("include") {
            Some(Value::Array(all)) => all.clone(),
            one => one.into_iter().cloned().collect(),
        };
        let paths = included.iter().filter_map(|one| one.as_str().or_else(|| one.get("path")?.as_str()));
        todo.extend(paths.filter_map(|path| Some(file.parent()?.join(path))));
        tables.push(table);
    }
    tables
}

fn in_table(table: &Table) -> Vec<String> {
    let tables = |value: Option<&Value>| -> Vec<(String, Value)> {
        let table = value.and_then(Value::as_table).cloned().unwrap_or_default();
        table.into_iter().collect()
    };
    let mut found = Vec::new();
    for (profile, says) in tables(table.get("profile")) {
        for (package, says) in tables(says.get("package")) {
            for key in COUNTING {
                found.extend(says.get(key).map(|value| format!("{profile} {package}: {key}={value:?}")));
            }
        }
    }
    found
}

/// `CARGO_PROFILE_DEV_PACKAGE_…`
fn in_variables() -> Vec<String> {
    let counts = |name: &str| {
        let key = |key: &str| name.ends_with(&key.replace('-', "_").to_uppercase());
        name.starts_with("CARGO_PROFILE_") && name.contains("_PACKAGE_") && COUNTING.iter().any(|it| key(it))
    };
    let all = std::env::vars_os();
    let texts = all.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| counts(name)).map(|(name, value)| format!("{name}={value}")).collect()
}

/// The folder of the user's own settings of cargo.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    crate::session::variable("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_profile_says_of_a_package_counts_and_so_do_the_packages_then() {
        let folder = tempfile::tempdir().unwrap();
        let of = |manifest: &str, lock: &str| {
            std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
            overrides(folder.path(), lock)
        };
        let none = "[profile.dev]\noverflow-checks = false\n[profile.dev.package.\"*\"]\nopt-level = 3\n";
        let other = |value: bool| format!("[profile.dev.package.csv]\noverflow-checks = {value}\n");
        assert_eq!(of(none, "one"), "");
        assert_ne!(of(&other(true), "one"), "");
        assert_ne!(of(&other(true), "one"), of(&other(false), "one"));
        assert_ne!(of(&other(true), "one"), of(&other(true), "two"));
        std::fs::create_dir(folder.path().join(".cargo")).unwrap();
        std::fs::write(folder.path().join(".cargo/config.toml"), other(true)).unwrap();
        assert_ne!(of(none, "one"), "");
        std::fs::write(folder.path().join(".cargo/config.toml"), "include = [{ path = \"more.toml\" }]\n").unwrap();
        assert_eq!(of(none, "one"), "");
        std::fs::write(folder.path().join(".cargo/more.toml"), other(true)).unwrap();
        assert_ne!(of(none, "one"), "", "settings may include others");
    }
}
