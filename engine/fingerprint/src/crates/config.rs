//! Cargo's configuration: what `.cargo/config.toml` of the package's folder, of those above it and of cargo's home say.
//!
//! Most of it says how to build, not what. What counts is what replaces packages, and what sets flags, settings of
//! profiles and variables: those as a whole, for every function that asks about any of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::disk::environment;
use crate::disk::files::clean;

/// Tables whose content may change what a crate means.
const TELLING: &[&str] = &["build", "target", "host", "profile", "env", "unstable"];

/// Variables that set flags.
const FLAGS: &[&str] = &["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct CargoConfig {
    /// The tables, the nearest first, each with the folder that its paths start from.
    found: Vec<(PathBuf, Table)>,
    /// Every place where one may be.
    pub(crate) files: Vec<PathBuf>,
}

impl CargoConfig {
    pub(crate) fn read(folder: &Path) -> Self {
        let mut places: Vec<(PathBuf, PathBuf)> =
            folder.ancestors().map(|folder| (folder.to_owned(), folder.join(".cargo"))).collect();
        if let Some(home) = environment::cargo_home()
            && !places.iter().any(|(_, place)| *place == home)
        {
            places.push((home.parent().unwrap_or(Path::new("")).to_owned(), home));
        }
        let mut config = Self::default();
        for (base, place) in places {
            for name in ["config", "config.toml"] {
                let file = place.join(name);
                let table = std::fs::read_to_string(&file).ok().and_then(|text| text.parse().ok());
                config.found.extend(table.map(|table| (base.clone(), table)));
                config.files.push(file);
            }
        }
        config
    }

    /// Packages replaced by local ones, as `[patch]` has them: the folder that paths start from, and its tables.
    pub(crate) fn patches(&self) -> impl Iterator<Item = (&PathBuf, &Table)> {
        self.found.iter().filter_map(|(base, table)| Some((base, table.get("patch")?.as_table()?)))
    }

    /// Folders of packages that take the place of those of the same name, even against a manifest.
    pub(crate) fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.found.iter().flat_map(|(base, table)| {
            let list = table.get("paths").and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|path| Some(clean(&base.join(path.as_str()?))))
        })
    }

    /// Variables that cargo sets for rustc, unless the environment has one of that name.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for (base, table) in self.found.iter().rev() {
            for (name, value) in table.get("env").and_then(Value::as_table).into_iter().flatten() {
                let flag = |key: &str| value.get(key).and_then(Value::as_bool) == Some(true);
                let Some(text) = value.as_str().or_else(|| value.get("value")?.as_str()) else { continue };
                let said = environment::variable(name).filter(|_| !flag("force"));
                let relative = || base.join(text).to_string_lossy().into_owned();
                let text = if flag("relative") { relative() } else { text.to_owned() };
                variables.insert(name.clone(), said.unwrap_or(text));
            }
        }
        variables
    }

    /// What it, the variables that set flags, and the profiles of a workspace's manifest say about all of it.
    pub(crate) fn said(&self, manifest: &Table) -> String {
        let mut said = Vec::new();
        for (_, table) in &self.found {
            said.extend(TELLING.iter().filter_map(|key| Some(format!("{key} = {:?}", table.get(*key)?))));
        }
        said.extend(manifest.get("profile").and_then(checks).map(|profiles| format!("profile = {profiles:?}")));
        said.extend(FLAGS.iter().filter_map(|name| Some(format!("{name}={}", environment::variable(name)?))));
        said.join("\n")
    }
}

/// Of profiles, the settings that switch checks: no other setting changes what a program computes.
fn checks(profiles: &Value) -> Option<Value> {
    let Value::Table(table) = profiles else { return None };
    let mut kept = Table::new();
    for (key, value) in table {
        if matches!(key.as_str(), "debug-assertions" | "overflow-checks" | "inherits" | "panic") {
            kept.insert(key.clone(), value.clone());
        } else {
            kept.extend(checks(value).map(|inner| (key.clone(), inner)));
        }
    }
    (!kept.is_empty()).then_some(Value::Table(kept))
}
