//! Packages from outside. Their sources are not read; all that counts is which package it is.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::syntax::name::Name;

/// One version of a package, as the lock file has it. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct PackageId {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) source: String,
}

impl PackageId {
    /// A package that no lock file lists.
    pub(crate) fn unlisted(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for more in [&self.version, &self.source].into_iter().filter(|more| !more.is_empty()) {
            write!(f, " {more}")?;
        }
        Ok(())
    }
}

/// The package that a name in code means: one version of it, or several, where it is not plain which one.
///
/// It is interned like a name, and ordered by its text, so that no order depends on what was read first.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    text: Name,
    ids: &'static [PackageId],
}

static TABLE: Mutex<FxHashMap<Name, &'static [PackageId]>> = Mutex::new(FxHashMap::with_hasher(FxBuildHasher));

impl Package {
    pub(crate) fn new(ids: Vec<PackageId>) -> Self {
        let text: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let text = Name::new(&text.join("|"));
        let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { text, ids: table.entry(text).or_insert_with(|| Vec::leak(ids)) }
    }

    /// Its name in the registry or elsewhere.
    pub(crate) fn name(self) -> &'static str {
        self.ids.first().map_or("", |id| &id.name)
    }

    /// The versions that may be meant.
    pub(crate) fn ids(self) -> &'static [PackageId] {
        self.ids
    }

    /// All of them as one text.
    pub(crate) fn text(self) -> Name {
        self.text
    }
}

impl fmt::Debug for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl PartialEq for Package {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Package {}

impl Hash for Package {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for Package {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Package {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}
