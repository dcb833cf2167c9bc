//! The front of the analyser: one crate, its database, and questions about its functions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::code::{Hash, PartKind, fingerprint};
use crate::crates::graph::CrateGraph;
use crate::crates::krate::Krate;
use crate::crates::settings::Settings;
use crate::crates::spec::{CrateSpec, SpecError};
use crate::db::{Base, NodeData, Observer, facts};
use crate::names::modules::crate_map;
use crate::names::resolve::Resolver;

use super::find;
use super::functions::{StashedFunction, describe, in_macros, stashed};
use super::parts::{Analysis, Assembly};
use super::surroundings::{self, Beside};

/// One crate under analysis, with the salsa database that lives as long.
pub struct Analyzer {
    spec: CrateSpec,
    db: Base,
    graph: CrateGraph,
    settings: Settings,
    krate: Krate,
}

impl Analyzer {
    /// Reads the manifests; sources are read when asked for.
    ///
    /// # Errors
    /// If the crate's root is not there, or the project's `scrat.toml` is not right.
    pub fn new(spec: CrateSpec) -> Result<Self, SpecError> {
        Self::observed(spec, None)
    }

    /// The same, with an observer that is called with the name of each query that runs.
    ///
    /// # Errors
    /// As [`Analyzer::new`].
    pub fn observed(spec: CrateSpec, observer: Option<Observer>) -> Result<Self, SpecError> {
        if !spec.root.exists() {
            return Err(SpecError::NoRoot(spec.root));
        }
        let settings = Settings::read(&spec.manifest_dir)?;
        let mut db = Base::new(observer);
        let mut graph = CrateGraph::default();
        let krate = graph.read(&mut db, &spec);
        Ok(Self { spec, db, graph, settings, krate })
    }

    /// The crate that is analysed.
    pub fn spec(&self) -> &CrateSpec {
        &self.spec
    }

    /// Looks at all files again; says whether any of the sources changed.
    ///
    /// Settings that have become wrong stay as they were.
    pub fn refresh(&mut self) -> bool {
        if let Ok(settings) = Settings::read(&self.spec.manifest_dir) {
            self.settings = settings;
        }
        let changed = self.db.refresh();
        self.krate = self.graph.read(&mut self.db, &self.spec);
        changed
    }

    /// Every source file, manifest and lock file that was read so far, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = self.db.sources();
        files.extend(self.graph.files.iter().chain(&self.settings.file).cloned());
        files.retain(|file| file.exists());
        files.sort();
        files.dedup();
        files
    }

    /// The variables that cargo sets for the crate from its manifest and from its configuration.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let mut variables = self.graph.config.variables();
        variables.extend(self.krate.data(&self.db).variables.clone());
        variables
    }

    /// Every stashed function of the crate, in the order of files and text, and then those in the input of macro
    /// calls, for which [`Analyzer::code`] is all of the crate.
    pub fn functions(&self) -> Vec<StashedFunction> {
        let plain = stashed(&self.db, self.krate).iter().filter_map(|node| describe(&self.db, *node));
        plain.chain(in_macros(&self.db, self.krate)).collect()
    }

    fn is_in_macro(&self, name: &str) -> bool {
        in_macros(&self.db, self.krate).iter().any(|function| function.name == name)
    }

    /// The name of every function of the crate, stashed or not, sorted.
    pub fn every_function(&self) -> Vec<String> {
        let map = crate_map(&self.db, self.krate);
        let functions = map.nodes.iter().map(|node| node.data()).filter(|data| data.kind == PartKind::Function);
        let names: BTreeSet<&str> = functions.map(NodeData::plain_name).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The code behind a function of the crate, stashed or not, by its name: `crate::module::name`.
    ///
    /// Where several alternatives have that name, all of them count.
    pub fn code(&self, name: &str) -> Option<Analysis> {
        let plain = self.parts().joined(&find::named(&self.db, self.krate, name));
        plain.or_else(|| self.is_in_macro(name).then(|| self.whole_crate(name)))
    }

    /// The fingerprint of a function's code without rustc's answers: that of [`Analyzer::code`]'s parts, at
    /// a fraction of the cost, for finding out which functions an edit concerns.
    pub fn fingerprint(&self, name: &str) -> Option<Hash> {
        let nodes = find::named(&self.db, self.krate, name);
        if nodes.is_empty() {
            return self.code(name).map(|analysis| fingerprint(&analysis.code.parts));
        }
        Some(self.parts().fingerprint(&nodes))
    }

    /// The code behind the function whose attributes, signature or body stand at a place; `name` is its
    /// own name, without a path. Lines and columns count from 1.
    pub fn code_at(&self, file: &Path, line: usize, column: usize, name: &str) -> Option<Analysis> {
        self.parts().joined(&find::around(&self.db, self.krate, file, (line, column), name))
    }

    /// The name of the function that stands at a place, as [`Code::function`](crate::Code::function) has it: what
    /// [`Analyzer::code_at`] says first, without looking at what the function reaches.
    pub fn name_at(&self, file: &Path, line: usize, column: usize, name: &str) -> Option<String> {
        let nodes = find::around(&self.db, self.krate, file, (line, column), name);
        nodes.first().map(|node| node.data().plain_name().to_owned())
    }

    /// The code behind a function that is not in the sources as such, because a macro makes it: all of the
    /// crate and of the crates in its graph, and every package.
    pub fn whole_crate(&self, function: &str) -> Analysis {
        self.parts().whole_crate(function)
    }

    /// The modules of the crate, without its name, in which a path says which item is meant; none if another crate of
    /// the same name may be in the program.
    pub fn clear_modules(&self) -> Vec<String> {
        if surroundings::shares_its_name(&self.db, self.krate, &self.spec, &self.graph.lock) {
            return Vec::new();
        }
        surroundings::clear_modules(&self.db, self.krate)
    }

    /// Who may use a type that stands beside the function of this path, `crate::module::name`, under its name.
    pub fn beside(&self, path: &str) -> Beside {
        surroundings::beside(&self.db, self.krate, path)
    }

    /// The project's settings, which are part of every fingerprint, if it has any.
    pub fn settings(&self) -> Option<&Path> {
        self.settings.file.as_deref()
    }

    /// The file of the package that `watch(file = "…")` names, if it is there.
    pub fn watched(&self, file: &str) -> Option<PathBuf> {
        Some(self.spec.manifest_dir.join(file)).filter(|file| file.is_file())
    }

    /// How many items the crate has, and how many references stand in them: for measuring.
    pub fn size(&self) -> (usize, usize) {
        let map = crate_map(&self.db, self.krate);
        let references = map.nodes.iter().map(|node| facts(&self.db, *node).references.len()).sum();
        (map.nodes.len(), references)
    }

    /// How many modules were looked into in order to find out what names mean: for measuring.
    pub fn steps(&self) -> usize {
        let map = crate_map(&self.db, self.krate);
        Resolver::new(map).steps()
    }

    fn parts(&self) -> Assembly<'_> {
        Assembly { db: &self.db, spec: &self.spec, graph: &self.graph, settings: &self.settings, krate: self.krate }
    }
}
