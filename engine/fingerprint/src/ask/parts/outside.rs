//! What a closure reaches beyond items, and what every function depends on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::code::{Code, Counts, Part, PartKind, compatible_compiler};
use crate::crates::krate::Krate;
use crate::crates::lockfile;
use crate::crates::package::Package;
use crate::db::Db;
use crate::digest::{Digest, Fields};
use crate::disk::files::relative;
use crate::names::modules::crate_map;
use crate::reach::closure::Closure;
use crate::reach::edges::edges;
use crate::reach::script::script;
use crate::reach::whole_crate;
use crate::syntax::cfg::{self, Predicate};
use crate::syntax::name::Name;

use super::{Assembly, part};

impl Assembly<'_> {
    /// What a closure reaches beyond items, and what every function depends on.
    ///
    /// Returned is what the analysed crate reads at build time, where it counts whole.
    pub(super) fn beyond_items(&self, reached: &Closure, code: &mut Code) -> BTreeSet<PathBuf> {
        let mut read = BTreeSet::new();
        let db = self.db;
        for (package, via) in &reached.packages {
            self.enter_package(*package, via.number(), code);
        }
        for (krate, via) in &reached.whole {
            let files = self.whole(*krate, Some(via.number()), code);
            // What another one reads is tracked where it is compiled itself.
            if *krate == self.krate {
                read.extend(files);
            }
        }
        for (path, via) in &reached.files {
            code.parts.extend(self.file(path, Some(via.number())));
        }
        for ((krate, ask), via) in &reached.asks {
            self.ask(*krate, *ask, via.number(), code);
        }
        for ((krate, name), via) in &reached.envs {
            self.env(*krate, *name, via.number(), code);
        }
        for (krate, via) in &reached.scripts {
            self.enter_script(*krate, Some(via.number()), code);
        }
        for krate in &reached.krates {
            for path in &crate_map(db, *krate).opaque {
                code.parts.extend(self.file(path, Some(0)).map(|part| Part { kind: PartKind::Module, ..part }));
                let shown = relative(path, &self.krate.data(db).workspace);
                code.notes.push(format!(
                    "{shown} could not be read as source: every function of its crate depends on all of it"
                ));
            }
        }
        self.frame(code, &reached.krates);
        read
    }

    /// Enters a whole crate, with the crates and packages that it is built with and what any of them reads at build
    /// time. Returned are the files among that.
    pub(super) fn whole(&self, krate: Krate, via: Option<u32>, code: &mut Code) -> BTreeSet<PathBuf> {
        let db = self.db;
        let mut whole = part(PartKind::Crate, &krate.data(db).name, whole_crate::crate_hash(db, krate));
        whole.via = via;
        code.parts.push(whole);
        let via = via.unwrap_or(0);
        let mut files = BTreeSet::new();
        for krate in self.below(krate) {
            for package in &krate.data(db).packages {
                self.enter_package(*package, via, code);
            }
            self.enter_script(krate, Some(via), code);
            let mut envs = BTreeSet::new();
            let mut asks = BTreeSet::new();
            for node in &crate_map(db, krate).nodes {
                let edges = edges(db, *node);
                files.extend(edges.files.iter().cloned());
                envs.extend(edges.envs.iter().copied());
                asks.extend(edges.asks.iter().copied());
            }
            envs.into_iter().for_each(|name| self.env(krate, name, via, code));
            asks.into_iter().for_each(|ask| self.ask(krate, ask, via, code));
        }
        for file in &files {
            code.parts.extend(self.file(file, Some(via)));
        }
        files
    }

    /// A crate and the local ones that it is built with.
    pub(super) fn below(&self, krate: Krate) -> Vec<Krate> {
        let mut found = vec![krate];
        let mut at = 0;
        while let Some(krate) = found.get(at).copied() {
            let mut next: Vec<Krate> =
                crate_map(self.db, krate).dependencies.values().flatten().map(|map| map.krate).collect();
            next.retain(|krate| !found.contains(krate));
            next.sort();
            next.dedup();
            found.extend(next);
            at += 1;
        }
        found
    }

    /// Enters a package, and the features of ours that switch on something in it, for rustc to say.
    fn enter_package(&self, package: Package, via: u32, code: &mut Code) {
        code.parts.push(Part { via: Some(via), ..self.package(package) });
        let switched = self.graph.switched.get(&package).into_iter().flatten();
        code.cfgs.extend(switched.map(|feature| format!("feature = {feature:?}")));
    }

    fn package(&self, package: Package) -> Part {
        let name = package.name();
        let mut fields = Fields::new("scrat packages v1");
        let mut text = Vec::new();
        match self.settings.strictness.packages {
            Counts::Exact => fields.number(0).list(package.ids(), |fields, id| {
                let (identity, said) = self.graph.lock.identity(id);
                fields.digest(&identity);
                text.push(said);
            }),
            Counts::Compatible => fields.number(1).list(package.ids(), |fields, id| {
                let common = lockfile::compatible(id);
                fields.text(&common);
                text.push(format!("{common}, or what is compatible with it, as scrat.toml says"));
            }),
            Counts::Ignore => {
                text.push(format!("{name} of any version, as scrat.toml says"));
                fields.number(2)
            }
        };
        let features: Vec<_> = self.graph.features.get(&package).into_iter().flatten().collect();
        fields.list(features, |fields, features| {
            fields.text(features);
        });
        let mut part = part(PartKind::Package, name, fields.finish().0);
        part.text = text.join("\n");
        part
    }

    fn file(&self, path: &Path, via: Option<u32>) -> Option<Part> {
        let hash = self.db.asset(path).hash(self.db).unwrap_or_default();
        let data = self.krate.data(self.db);
        let generated = data.out_dir.as_deref().and_then(|folder| path.strip_prefix(folder).ok());
        let shown = match generated {
            // Where the build script's output lies says nothing of what it is.
            Some(rest) => format!("OUT_DIR/{}", relative(rest, Path::new(""))),
            None => relative(path, &data.workspace),
        };
        let mut part = part(PartKind::File, &shown, hash);
        part.file.clone_from(&part.name);
        part.via = via;
        Some(part)
    }

    /// Enters a crate's build script, and those of its dependencies whose words it may read.
    fn enter_script(&self, krate: Krate, via: Option<u32>, code: &mut Code) {
        self.enter_own_script(krate, via, code);
        if script(self.db, krate).metadata {
            self.below(krate).into_iter().skip(1).for_each(|below| self.enter_own_script(below, via, code));
            for package in &krate.data(self.db).packages {
                self.enter_package(*package, via.unwrap_or(0), code);
            }
        }
    }

    /// The same by itself, with what it declares to read.
    fn enter_own_script(&self, krate: Krate, via: Option<u32>, code: &mut Code) {
        let db = self.db;
        let data = krate.data(db);
        let Some(path) = &data.build_script else { return };
        let source = db.source(path);
        let script = script(db, krate);
        let mut fields = Fields::new("scrat build script v2");
        fields.digest(&Digest(whole_crate::source_hash(db, source)));
        fields.option(data.script, |fields, script| self.built_with(script, fields));
        let inputs: Vec<&PathBuf> = script.inputs.iter().filter(|input| *input != path).collect();
        self.contents(inputs, &data.folder, &mut fields);
        let mut part = part(PartKind::BuildScript, &data.name, fields.finish().0);
        part.file = relative(path, &data.workspace);
        part.line = 1;
        part.via = via;
        part.text = source.text(db).as_deref().unwrap_or("").to_owned();
        code.parts.push(part);
        code.envs.extend(script.envs.iter().cloned());
    }

    /// What a build script is made of besides its own file: modules, files that it includes, dependencies.
    fn built_with(&self, script: Krate, fields: &mut Fields) {
        let db = self.db;
        fields.digest(&Digest(whole_crate::crate_hash(db, script)));
        fields.list(self.below(script), |fields, krate| {
            let data = krate.data(db);
            fields.list(&data.packages, |fields, package| {
                fields.digest(&Digest(self.package(*package).hash));
            });
            let mut files = BTreeSet::new();
            for node in &crate_map(db, krate).nodes {
                files.extend(edges(db, *node).files.iter().cloned());
            }
            self.contents(&files, &data.folder, fields);
        });
    }

    /// Files by their names and contents; one that is not there is another than an empty one.
    fn contents<'f, I>(&self, files: I, folder: &Path, fields: &mut Fields)
    where
        I: IntoIterator<Item = &'f PathBuf, IntoIter: ExactSizeIterator>,
    {
        fields.list(files, |fields, file| {
            let content = self.db.asset(file).hash(self.db);
            fields.text(&relative(file, folder)).option(content, |fields, hash| {
                fields.digest(&Digest(hash));
            });
        });
    }

    /// A predicate that decides about something reached.
    fn ask(&self, krate: Krate, ask: Name, via: u32, code: &mut Code) {
        let db = self.db;
        let predicate = Predicate::of(ask);
        let mut leaves = Vec::new();
        predicate.leaves(&mut leaves);
        let own = krate == self.krate;
        if own && *predicate != Predicate::Unknown && !ask.contains('$') {
            code.cfgs.push(ask.to_string());
        }
        for (name, value) in leaves {
            if name == "feature" {
                if !own {
                    let data = krate.data(db);
                    let mut part = part(
                        PartKind::Cfg,
                        &format!("features of {}", data.name),
                        Digest::of(data.features.as_bytes()).0,
                    );
                    part.via = Some(via);
                    part.text.clone_from(&data.features);
                    code.parts.push(part);
                    // Those of the analysed crate are for rustc to say.
                    code.cfgs.extend(data.forwarding.iter().map(|feature| format!("feature = {:?}", feature.text())));
                }
            } else if cfg::of_the_target(&name) {
                if !own || name == "debug_assertions" || name == "overflow_checks" {
                    code.parts.push(self.flags(via));
                }
                if !own {
                    code.cfgs.push(value.map_or(name.clone(), |value| format!("{name} = {value:?}")));
                }
            } else if name != "test" {
                if !own {
                    code.parts.push(self.flags(via));
                }
                self.enter_script(krate, Some(via), code);
            }
        }
    }

    /// What sets flags and checks for all crates, or for some: which for which is cargo's to know.
    fn flags(&self, via: u32) -> Part {
        let said = &self.graph.flags;
        let mut part = part(PartKind::Env, "cargo's configuration", Digest::of(said.as_bytes()).0);
        part.via = Some(via);
        part.text.clone_from(said);
        part
    }

    /// A variable read at build time.
    fn env(&self, krate: Krate, name: Name, via: u32, code: &mut Code) {
        let db = self.db;
        let data = krate.data(db);
        if krate != self.krate
            && let Some(value) = data.variables.get(name.text())
        {
            let value = value.replace(&*data.folder.to_string_lossy(), "");
            let mut part = part(PartKind::Env, &format!("{} of {}", name, data.name), Digest::of(value.as_bytes()).0);
            part.via = Some(via);
            part.text = value;
            code.parts.push(part);
            return;
        }
        if data.build_script.is_some() && !data.variables.contains_key(name.text()) {
            let script = script(db, krate);
            let sets = script.sets.iter().any(|set| set == name.text());
            if sets || script.sets_any {
                self.enter_script(krate, Some(via), code);
            }
            if sets {
                return;
            }
        }
        code.envs.push(name.to_string());
    }

    /// What every function depends on: the toolchain, and the editions of the crates reached.
    pub(super) fn frame(&self, code: &mut Code, krates: &[Krate]) {
        let text = match self.settings.strictness.toolchain {
            Counts::Exact => self.spec.toolchain.clone(),
            Counts::Compatible => format!("{}, as scrat.toml says", compatible_compiler(&self.spec.toolchain)),
            Counts::Ignore => "any version, as scrat.toml says".to_owned(),
        };
        let mut toolchain = part(PartKind::Toolchain, "rustc", Digest::of(text.as_bytes()).0);
        toolchain.text = text;
        code.parts.push(toolchain);
        for krate in krates {
            let data = krate.data(self.db);
            let mut edition = part(PartKind::Edition, &data.name, Digest::of(data.edition.as_bytes()).0);
            edition.text = data.edition.to_string();
            code.parts.push(edition);
        }
    }
}
