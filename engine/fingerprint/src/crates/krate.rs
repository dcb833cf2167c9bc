//! What is known of a crate before any of its sources is read.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use salsa::plumbing::AsId;

use crate::syntax::name::Name;

use super::package::Package;

/// A crate whose sources are at hand.
#[salsa::input(debug)]
pub(crate) struct Krate {
    pub(crate) data: Arc<KrateData>,
}

impl PartialOrd for Krate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Krate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_id().cmp(&other.as_id())
    }
}

/// How a crate is reached by the name it has in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dependency {
    /// Its sources are in the same graph.
    Local(Krate),
    /// A package, of which only the identity counts.
    Package(Package),
    /// scrat itself. Its version is part of the key, and its sources count for no function.
    Scrat,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KrateData {
    /// Its name in code.
    pub(crate) name: Name,
    pub(crate) root: PathBuf,
    /// Its manifest's folder.
    pub(crate) folder: PathBuf,
    /// The folder that shown paths start from.
    pub(crate) workspace: PathBuf,
    pub(crate) edition: Name,
    pub(crate) proc_macro: bool,
    /// Whether it is the crate that is being compiled, so that rustc answers for it.
    pub(crate) current: bool,
    pub(crate) test: bool,
    /// By their names in code. There are several of one name where manifests declare one for each target.
    pub(crate) dependencies: BTreeMap<Name, Vec<Dependency>>,
    pub(crate) build_script: Option<PathBuf>,
    /// The build script as a crate, with what it is built with.
    pub(crate) script: Option<Krate>,
    pub(crate) out_dir: Option<PathBuf>,
    /// `CARGO_PKG_*` and the like, as the manifest has them.
    pub(crate) variables: BTreeMap<String, String>,
    /// The features that are on, if that is known.
    pub(crate) on: Option<BTreeSet<String>>,
    /// What the manifests say about its features, as text.
    pub(crate) features: String,
    /// Features of the current crate that switch on others here.
    pub(crate) forwarding: Vec<Name>,
    /// All packages outside that it is built with, for where the whole crate counts.
    pub(crate) packages: Vec<Package>,
}

impl KrateData {
    /// Whether a leaf of a `cfg` predicate holds, for whether an item exists. None where only rustc knows.
    pub(crate) fn holds(&self, name: &str, value: Option<&str>) -> Option<bool> {
        match (name, value, &self.on) {
            ("feature", Some(feature), Some(on)) => Some(on.contains(feature)),
            _ => self.always_holds(name, value),
        }
    }

    /// The same without features, which may be others in the next build of the same sources.
    pub(crate) fn always_holds(&self, name: &str, value: Option<&str>) -> Option<bool> {
        match (name, value) {
            ("test", None) => Some(self.test),
            // Of no program that runs. `loom` and `miri` are: whoever builds so sets them.
            ("doc" | "doctest" | "rust_analyzer" | "bootstrap", None) => Some(false),
            _ => None,
        }
    }
}
