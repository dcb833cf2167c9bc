//! The lock file: which package from outside is which, and what it depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

use crate::code;
use crate::digest::{Digest, Fields};

use super::package::PackageId;

/// The lock file, read. Without one every package is known by its requirement alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lockfile {
    text: String,
    packages: Vec<Locked>,
    by_name: BTreeMap<String, Vec<usize>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Locked {
    id: PackageId,
    checksum: String,
    dependencies: Vec<String>,
}

impl Lockfile {
    /// Reads the file, unless its text is the same as before.
    pub(crate) fn read_again(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text != self.text {
            *self = Self::read(text);
        }
    }

    fn read(text: String) -> Self {
        let table: Option<Table> = text.parse().ok();
        let list = table.as_ref().and_then(|table| table.get("package")).and_then(Value::as_array);
        let packages = list.into_iter().flatten().map(|package| {
            let field = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
            let dependencies = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
            Locked {
                id: PackageId { name: field("name"), version: field("version"), source: field("source") },
                checksum: field("checksum"),
                dependencies: dependencies.filter_map(|entry| entry.as_str().map(str::to_owned)).collect(),
            }
        });
        let packages: Vec<Locked> = packages.collect();
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, package) in packages.iter().enumerate() {
            by_name.entry(package.id.name.clone()).or_default().push(index);
        }
        Self { text, packages, by_name }
    }

    /// Whether a package but for the one called `own` has a library that is called `krate` in code, most likely.
    pub(crate) fn shares(&self, own: &str, krate: &str) -> bool {
        let called = self.packages.iter().filter(|package| package.id.name.replace('-', "_") == krate).count();
        called > usize::from(own.replace('-', "_") == krate)
    }

    /// What `owner` may mean by a package's name; the name alone if nothing is listed of it.
    ///
    /// Several versions of one package are told apart by what the owner's entry lists.
    pub(crate) fn find(&self, owner: &str, owner_version: &str, name: &str) -> Vec<PackageId> {
        let owner = self.named(owner).find(|package| package.id.version == owner_version);
        let listed: Vec<&Locked> = owner
            .into_iter()
            .flat_map(|owner| &owner.dependencies)
            .filter(|entry| entry.split(' ').next() == Some(name))
            .flat_map(|entry| self.meant(entry))
            .collect();
        let found = if listed.is_empty() { self.named(name).collect() } else { listed };
        if found.is_empty() {
            return vec![PackageId::unlisted(name)];
        }
        found.into_iter().map(|package| package.id.clone()).collect()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Locked> {
        self.by_name.get(name).into_iter().flatten().filter_map(|index| self.packages.get(*index))
    }

    /// The packages that an entry `name [version [(source)]]` can mean.
    fn meant(&self, entry: &str) -> Vec<&Locked> {
        let mut words = entry.split(' ');
        let name = words.next().unwrap_or("");
        let version = words.next();
        let source = words.next().map(|source| source.trim_matches(['(', ')']));
        self.named(name)
            .filter(|package| {
                version.is_none_or(|version| package.id.version == version)
                    && source.is_none_or(|source| package.id.source == source)
            })
            .collect()
    }

    /// The digest of a package's identity and of everything that it depends on, and a text that says it.
    pub(crate) fn identity(&self, id: &PackageId) -> (Digest, String) {
        let mut seen: BTreeMap<String, &Locked> = BTreeMap::new();
        let mut todo: Vec<&Locked> = self.named(&id.name).filter(|package| package.id == *id).collect();
        let mut text = BTreeSet::new();
        while let Some(package) = todo.pop() {
            if seen.insert(package.id.to_string(), package).is_none() {
                todo.extend(package.dependencies.iter().flat_map(|entry| self.meant(entry)));
            }
        }
        let mut fields = Fields::new("scrat package v1");
        fields.text(&id.to_string()).list(&seen, |fields, (identity, package)| {
            fields.text(identity).text(&package.checksum);
            text.insert(format!("{} {}", package.id.name, package.id.version));
        });
        (fields.finish(), text.into_iter().collect::<Vec<_>>().join("\n"))
    }
}

/// What compatible versions of a package have in common. Only registries promise that: of any other source every
/// version is a thing of its own.
pub(crate) fn compatible(id: &PackageId) -> String {
    if id.source.starts_with("registry+") || id.source.starts_with("sparse+") {
        return format!("{} {}", id.name, code::compatible(&id.version));
    }
    id.to_string()
}
