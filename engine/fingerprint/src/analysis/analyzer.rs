//! The front of the analyser: one crate, its database, and questions about its functions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::{Code, Hash, Part, PartKind};

use super::build::Build;
use super::cfg::{self, Predicate};
use super::closure::{Closure, closure};
use super::db::{Base, Db, Krate, Node, Observer, Source, facts, parsed, shape};
use super::edges::{edges, hash};
use super::files::relative;
use super::functions::{StashedFunction, describe, is_stashed, stashed};
use super::item::ItemKind;
use super::modules::crate_map;
use super::name::Name;
use super::script::Script;
use super::spec::{CrateSpec, SpecError};
use super::whole;

/// What was found out about one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// What is compiled in.
    pub code: Code,
    /// Files that were read at build time and are no modules: the macro must name them to rustc.
    pub files: Vec<PathBuf>,
}

/// One crate under analysis, with the salsa database that lives as long.
pub struct Analyzer {
    spec: CrateSpec,
    db: Base,
    build: Build,
    krate: Krate,
}

impl Analyzer {
    /// Reads the manifests; sources are read when asked for.
    ///
    /// # Errors
    /// If the crate's root is not there.
    pub fn new(spec: CrateSpec) -> Result<Self, SpecError> {
        Self::observed(spec, None)
    }

    /// The same, with somebody who is told the name of each query that runs.
    ///
    /// # Errors
    /// As [`Analyzer::new`].
    pub fn observed(spec: CrateSpec, observer: Option<Observer>) -> Result<Self, SpecError> {
        if !spec.root.exists() {
            return Err(SpecError::NoRoot(spec.root));
        }
        let mut db = Base::new(observer);
        let mut build = Build::default();
        let krate = build.read(&mut db, &spec);
        Ok(Self { spec, db, build, krate })
    }

    /// The crate that is analysed.
    pub fn spec(&self) -> &CrateSpec {
        &self.spec
    }

    /// Reads all files again; says whether any of the sources changed.
    pub fn refresh(&mut self) -> bool {
        let changed = self.db.refresh();
        self.krate = self.build.read(&mut self.db, &self.spec);
        changed
    }

    /// Every source file, manifest and lock file that was read so far, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = self.db.sources();
        files.extend(self.build.files.iter().cloned());
        files.retain(|file| file.exists());
        files.sort();
        files.dedup();
        files
    }

    /// The variables that cargo sets for the crate from its manifest.
    pub fn variables(&self) -> BTreeMap<String, String> {
        self.krate.data(&self.db).variables.clone()
    }

    /// Every stashed function of the crate, in the order of files and text.
    pub fn functions(&self) -> Vec<StashedFunction> {
        stashed(&self.db, self.krate).into_iter().filter_map(|node| describe(&self.db, node)).collect()
    }

    /// The name of every function of the crate, stashed or not, sorted.
    pub fn every_function(&self) -> Vec<String> {
        let map = crate_map(&self.db, self.krate);
        let functions = map.nodes.iter().map(|node| node.data()).filter(|data| data.kind == PartKind::Function);
        let names: BTreeSet<&str> = functions.map(|data| data.key.text().split(" if ").next().unwrap_or("")).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// The code behind a function of the crate, stashed or not, by its name: `crate::module::name`.
    ///
    /// Where several alternatives have that name, all of them count.
    pub fn code(&self, name: &str) -> Option<Analysis> {
        let map = crate_map(&self.db, self.krate);
        let named = |node: &&Node| {
            let data = node.data();
            data.kind == PartKind::Function && data.key.split(" if ").next() == Some(name)
        };
        let nodes: Vec<Node> = map.nodes.iter().filter(named).copied().collect();
        self.joined(&nodes, true)
    }

    /// The same without source texts: enough for a fingerprint, and much cheaper to put together.
    pub fn brief(&self, name: &str) -> Option<Analysis> {
        let map = crate_map(&self.db, self.krate);
        let named = |node: &&Node| {
            let data = node.data();
            data.kind == PartKind::Function && data.key.split(" if ").next() == Some(name)
        };
        let nodes: Vec<Node> = map.nodes.iter().filter(named).copied().collect();
        self.joined(&nodes, false)
    }

    /// The code behind the function whose attributes, signature or body stand at a place; `name` is its
    /// own name, without a path. Lines and columns count from 1.
    pub fn code_at(&self, file: &Path, line: usize, column: usize, name: &str) -> Option<Analysis> {
        let db = &self.db;
        let map = crate_map(db, self.krate);
        let wanted = canonical(file);
        let mut found: Vec<(usize, Node)> = Vec::new();
        for node in &map.nodes {
            let data = node.data();
            if data.kind != PartKind::Function || canonical(data.source.path(db)) != wanted {
                continue;
            }
            let parsed = parsed(db, data.source);
            let Some(place) = map.places.get(node) else { continue };
            let (Some(item), Some(span)) =
                (parsed.shape.items.get(place.item as usize), parsed.spans.get(place.item as usize))
            else {
                continue;
            };
            if item.name.text() != name.trim_start_matches("r#") {
                continue;
            }
            let at = |index: usize, end: bool| {
                parsed.tokens.list.get(index).map_or((0, 0), |token| {
                    let byte = if end { token.end } else { token.start };
                    let before = parsed.text.get(..byte as usize).unwrap_or("");
                    let start = before.rfind('\n').map_or(0, |at| at + 1);
                    (parsed.tokens.line(byte) as usize, before[start..].chars().count() + 1)
                })
            };
            let first = at(span.range.start, false);
            let last = at(span.range.end.saturating_sub(1), true);
            if first <= (line, column) && (line, column) <= last {
                found.push((span.range.len(), *node));
            }
        }
        // The innermost; a file mounted twice has two of them, which both count.
        let least = found.iter().map(|(length, _)| *length).min()?;
        let nodes: Vec<Node> = found.into_iter().filter(|(length, _)| *length == least).map(|(_, node)| node).collect();
        self.joined(&nodes, true)
    }

    /// The code behind a function that is not in the sources as such, because a macro makes it: all of the
    /// crate and of the crates in its graph, and every package.
    pub fn whole_crate(&self, function: &str) -> Analysis {
        let db = &self.db;
        let mut code = Code { function: function.to_owned(), ..Code::default() };
        let data = self.krate.data(db);
        code.parts.push(part(PartKind::Crate, &data.name, whole::crate_hash(db, self.krate)));
        code.notes.push(format!("`{function}` is made by a macro: all code of the crate counts"));
        let maps = self.maps();
        let mut files = BTreeSet::new();
        let mut predicates = BTreeSet::new();
        let mut envs = BTreeSet::new();
        for krate in &maps {
            let map = crate_map(db, *krate);
            for package in &map.data.packages {
                code.parts.push(self.package(*package, Some(0)));
            }
            for node in &map.nodes {
                let edges = edges(db, *node);
                files.extend(edges.files.iter().cloned());
                envs.extend(edges.envs.iter().map(ToString::to_string));
                if *krate == self.krate {
                    predicates.extend(edges.asks.iter().map(ToString::to_string));
                }
            }
            if map.data.build_script.is_some() {
                code.parts.extend(self.script(*krate, Some(0)));
            }
        }
        for path in &files {
            code.parts.extend(self.file(path, Some(0)));
        }
        code.cfgs = predicates.into_iter().collect();
        code.envs = envs.into_iter().collect();
        self.frame(&mut code, &maps);
        settle(&mut code.parts);
        Analysis { code, files: files.into_iter().collect() }
    }

    /// The crates of the graph, the analysed one first.
    fn maps(&self) -> Vec<Krate> {
        let mut found = vec![self.krate];
        let mut at = 0;
        while let Some(krate) = found.get(at).copied() {
            let map = crate_map(&self.db, krate);
            let mut next: Vec<_> = map.dependencies.iter().map(|(name, map)| (*name, map.krate)).collect();
            next.sort();
            for (_, krate) in next {
                if !found.contains(&krate) {
                    found.push(krate);
                }
            }
            at += 1;
        }
        found
    }

    fn joined(&self, nodes: &[Node], texts: bool) -> Option<Analysis> {
        let mut analyses = nodes.iter().map(|node| self.analysis(*node, texts));
        let mut first = analyses.next()?;
        for other in analyses {
            let offset = u32::try_from(first.code.parts.len()).unwrap_or(u32::MAX);
            first.code.parts.extend(
                other.code.parts.into_iter().map(|part| Part { via: part.via.map(|via| via + offset), ..part }),
            );
            for (into, from) in [
                (&mut first.code.cfgs, other.code.cfgs),
                (&mut first.code.envs, other.code.envs),
                (&mut first.code.calls, other.code.calls),
                (&mut first.code.notes, other.code.notes),
            ] {
                into.extend(from);
                into.sort();
                into.dedup();
            }
            first.files.extend(other.files);
            first.files.sort();
            first.files.dedup();
        }
        Some(first)
    }

    fn analysis(&self, node: Node, texts: bool) -> Analysis {
        let db = &self.db;
        let reached = closure(db, node);
        let data = node.data();
        let name = data.key.split(" if ").next().unwrap_or("").to_owned();
        let mut code = Code { function: name.clone(), notes: reached.notes.clone(), ..Code::default() };
        let mut krates = BTreeSet::new();
        code.parts.reserve(reached.nodes.len() + 16);
        let mut shown: FxHashMap<Source, String> = FxHashMap::default();
        for (node, via) in &reached.nodes {
            krates.insert(node.data().krate);
            let source = node.data().source;
            let file = shown.entry(source).or_insert_with(|| relative(source.path(db), &self.krate.data(db).workspace));
            code.parts.push(if texts {
                self.node(*node, *via, file)
            } else {
                Part { via: *via, ..part(node.data().kind, &node.data().key, hash(db, *node)) }
            });
            let map = crate_map(db, node.data().krate);
            if is_stashed(db, map, *node) {
                code.calls.push(node.data().key.split(" if ").next().unwrap_or("").to_owned());
            }
        }
        code.calls.retain(|call| *call != name);
        self.outside(reached, &mut code);
        for (krate, via) in &reached.scripts {
            code.parts.extend(self.script(*krate, Some(*via)));
        }
        for krate in &krates {
            for path in &crate_map(db, *krate).opaque {
                code.parts.extend(self.file(path, Some(0)).map(|part| Part { kind: PartKind::Module, ..part }));
                let shown = relative(path, &self.krate.data(db).workspace);
                code.notes.push(format!(
                    "{shown} could not be read as source: every function of its crate depends on all of it"
                ));
            }
        }
        let krates: Vec<Krate> = krates.into_iter().collect();
        self.frame(&mut code, &krates);
        settle(&mut code.parts);
        for list in [&mut code.cfgs, &mut code.envs, &mut code.calls, &mut code.notes] {
            list.sort();
            list.dedup();
        }
        let mut files: Vec<PathBuf> =
            reached.files.iter().map(|(path, _)| path.clone()).filter(|path| path.is_file()).collect();
        files.sort();
        Analysis { code, files }
    }

    /// What a closure reaches beyond items.
    fn outside(&self, reached: &Closure, code: &mut Code) {
        let db = &self.db;
        for (package, via) in &reached.packages {
            code.parts.push(self.package(*package, Some(*via)));
        }
        for (krate, via) in &reached.whole {
            let data = krate.data(db);
            let mut whole = part(PartKind::Crate, &data.name, whole::crate_hash(db, *krate));
            whole.via = Some(*via);
            code.parts.push(whole);
            for krate in self.below(*krate) {
                code.parts.extend(krate.data(db).packages.iter().map(|package| self.package(*package, Some(*via))));
                if krate.data(db).build_script.is_some() {
                    code.parts.extend(self.script(krate, Some(*via)));
                }
            }
        }
        for (path, via) in &reached.files {
            code.parts.extend(self.file(path, Some(*via)));
        }
        for ((krate, ask), via) in &reached.asks {
            self.ask(*krate, *ask, *via, code);
        }
        for ((krate, name), via) in &reached.envs {
            self.env(*krate, *name, *via, code);
        }
    }

    /// A crate and the local ones that it is built with.
    fn below(&self, krate: Krate) -> Vec<Krate> {
        let mut found = vec![krate];
        let mut at = 0;
        while let Some(krate) = found.get(at).copied() {
            let mut next: Vec<Krate> = crate_map(&self.db, krate).dependencies.values().map(|map| map.krate).collect();
            next.retain(|krate| !found.contains(krate));
            next.sort();
            next.dedup();
            found.extend(next);
            at += 1;
        }
        found
    }

    fn node(&self, node: Node, via: Option<u32>, file: &str) -> Part {
        let db = &self.db;
        let data = node.data();
        let map = crate_map(db, data.krate);
        let parsed = parsed(db, data.source);
        let span = map.places.get(&node).and_then(|place| parsed.spans.get(place.item as usize));
        let range = span.map_or(0..0, |span| span.range.clone());
        let start = parsed.tokens.list.get(range.start).map_or(0, |token| token.start);
        let end =
            range.end.checked_sub(1).and_then(|last| parsed.tokens.list.get(last)).map_or(start, |token| token.end);
        let mut text = String::new();
        let mut from = start as usize;
        for skip in span.into_iter().flat_map(|span| &span.skip) {
            let (Some(first), Some(last)) =
                (parsed.tokens.list.get(skip.start), parsed.tokens.list.get(skip.end.saturating_sub(1)))
            else {
                continue;
            };
            text.push_str(parsed.text.get(from..first.start as usize).unwrap_or("").trim_end_matches([' ', '\t']));
            from = from.max(last.end as usize);
        }
        text.push_str(parsed.text.get(from..end as usize).unwrap_or(""));
        Part {
            kind: data.kind,
            name: data.key.to_string(),
            hash: hash(db, node),
            file: file.to_owned(),
            line: parsed.tokens.line(start),
            via,
            text,
        }
    }

    fn package(&self, package: Name, via: Option<u32>) -> Part {
        let mut hasher = blake3::Hasher::new();
        let mut text = Vec::new();
        for id in package.split('|') {
            let (hash, said) = self.build.lock.identity(id);
            hasher.update(&hash);
            text.push(said);
        }
        for features in self.build.features.get(&package).into_iter().flatten() {
            hasher.update(features.as_bytes());
            hasher.update(&[0]);
        }
        let mut part = part(PartKind::Package, package.split(' ').next().unwrap_or(""), *hasher.finalize().as_bytes());
        part.via = via;
        part.text = text.join("\n");
        part
    }

    fn file(&self, path: &Path, via: Option<u32>) -> Option<Part> {
        let hash = self.db.asset(path).hash(&self.db).unwrap_or_default();
        let mut part = part(PartKind::File, &relative(path, &self.krate.data(&self.db).workspace), hash);
        part.file.clone_from(&part.name);
        part.via = via;
        Some(part)
    }

    /// A crate's build script, with what it declares to read.
    fn script(&self, krate: Krate, via: Option<u32>) -> Vec<Part> {
        let db = &self.db;
        let data = krate.data(db);
        let Some(path) = &data.build_script else { return vec![] };
        let source = db.source(path);
        let script = Script::read(source.text(db).as_deref().unwrap_or(""), &data.folder);
        let mut inputs = script.inputs;
        if script.anything {
            inputs.push(data.folder.clone());
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&whole::source_hash(db, source));
        for input in inputs.iter().filter(|input| *input != path) {
            hasher.update(relative(input, &data.folder).as_bytes());
            hasher.update(&db.asset(input).hash(db).unwrap_or_default());
        }
        for name in &script.envs {
            let value = super::spec::variable(name).unwrap_or_default();
            hasher.update(name.as_bytes());
            hasher.update(value.as_bytes());
        }
        let mut part = part(PartKind::BuildScript, &data.name, *hasher.finalize().as_bytes());
        part.file = relative(path, &data.workspace);
        part.line = 1;
        part.via = via;
        part.text = source.text(db).as_deref().unwrap_or("").to_owned();
        vec![part]
    }

    /// A predicate that decides about something reached.
    fn ask(&self, krate: Krate, ask: Name, via: u32, code: &mut Code) {
        let db = &self.db;
        let predicate = Predicate::read(&ask);
        let mut leaves = Vec::new();
        predicate.leaves(&mut leaves);
        let own = krate == self.krate;
        if own && predicate != Predicate::Unknown {
            code.cfgs.push(ask.to_string());
        }
        for (name, value) in leaves {
            if name == "feature" {
                if !own {
                    let data = krate.data(db);
                    let mut part = part(
                        PartKind::Cfg,
                        &format!("features of {}", data.name),
                        *blake3::hash(data.features.as_bytes()).as_bytes(),
                    );
                    part.via = Some(via);
                    part.text.clone_from(&data.features);
                    code.parts.push(part);
                }
            } else if cfg::of_the_target(&name) {
                if !own {
                    code.cfgs.push(value.map_or(name.clone(), |value| format!("{name} = {value:?}")));
                }
            } else if name != "test" {
                code.parts.extend(self.script(krate, Some(via)));
            }
        }
    }

    /// A variable read at build time.
    fn env(&self, krate: Krate, name: Name, via: u32, code: &mut Code) {
        let db = &self.db;
        let data = krate.data(db);
        if krate != self.krate
            && let Some(value) = data.variables.get(name.text())
        {
            let value = value.replace(&*data.folder.to_string_lossy(), "");
            let mut part =
                part(PartKind::Env, &format!("{} of {}", name, data.name), *blake3::hash(value.as_bytes()).as_bytes());
            part.via = Some(via);
            part.text = value;
            code.parts.push(part);
            return;
        }
        if let Some(path) = &data.build_script
            && !data.variables.contains_key(name.text())
        {
            let source = db.source(path);
            let script = Script::read(source.text(db).as_deref().unwrap_or(""), &data.folder);
            let sets = script.sets.iter().any(|set| set == name.text());
            if sets || script.sets_any {
                code.parts.extend(self.script(krate, Some(via)));
            }
            if sets {
                return;
            }
        }
        code.envs.push(name.to_string());
    }

    /// What every function depends on: the toolchain, and the editions of the crates reached.
    fn frame(&self, code: &mut Code, krates: &[Krate]) {
        let mut toolchain =
            part(PartKind::Toolchain, "rustc", *blake3::hash(self.spec.toolchain.as_bytes()).as_bytes());
        toolchain.text.clone_from(&self.spec.toolchain);
        code.parts.push(toolchain);
        for krate in krates {
            let data = krate.data(&self.db);
            let mut edition = part(PartKind::Edition, &data.name, *blake3::hash(data.edition.as_bytes()).as_bytes());
            edition.text = data.edition.to_string();
            code.parts.push(edition);
        }
    }

    /// The parts behind further functions, for a stashed one that says to watch them; names as
    /// [`Analyzer::code`] takes them, or their ends.
    pub fn expand(&self, functions: &[String]) -> Option<Analysis> {
        let map = crate_map(&self.db, self.krate);
        let named = |node: &&Node| {
            let data = node.data();
            let key = data.key.split(" if ").next().unwrap_or("");
            let item = shape(&self.db, data.source).items.iter().find(|item| item.ident == data.ident);
            item.is_some_and(|item| !matches!(item.kind, ItemKind::Impl(_) | ItemKind::Call(_)))
                && functions
                    .iter()
                    .any(|name| key == name || key.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with("::")))
        };
        let nodes: Vec<Node> = map.nodes.iter().filter(named).copied().collect();
        self.joined(&nodes, true)
    }

    /// How many items the crate has, and how many tokens' hashes have been taken: for measuring.
    pub fn size(&self) -> (usize, usize) {
        let map = crate_map(&self.db, self.krate);
        let references = map.nodes.iter().map(|node| facts(&self.db, *node).references.len()).sum();
        (map.nodes.len(), references)
    }
}

fn part(kind: PartKind, name: &str, hash: Hash) -> Part {
    Part { kind, name: name.to_owned(), hash, file: String::new(), line: 0, via: None, text: String::new() }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| super::files::clean(path))
}

/// Takes out repetitions and tells parts of one kind and name apart, whatever order they were found in.
fn settle(parts: &mut Vec<Part>) {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        let key = |index: usize| {
            let part: &Part = &parts[index];
            (part.kind, part.name.as_str(), &part.hash, index)
        };
        key(a).cmp(&key(b))
    });
    // For each part the first one that is equal to it, and its number among those of its kind and name.
    let mut first: Vec<usize> = (0..parts.len()).collect();
    let mut number = vec![1_usize; parts.len()];
    for pair in order.windows(2) {
        let (before, after) = (&parts[pair[0]], &parts[pair[1]]);
        if (before.kind, &before.name) == (after.kind, &after.name) {
            if before.hash == after.hash {
                first[pair[1]] = first[pair[0]];
                number[pair[1]] = number[pair[0]];
            } else {
                number[pair[1]] = number[pair[0]] + 1;
            }
        }
    }
    let mut place = vec![0_u32; parts.len()];
    let mut kept = 0;
    for (index, first) in first.iter().enumerate() {
        place[index] = if *first == index { kept } else { place[*first] };
        kept += u32::from(*first == index);
    }
    let mut index = 0;
    parts.retain(|_| {
        index += 1;
        first[index - 1] == index - 1
    });
    let numbers = (0..first.len()).filter(|index| first[*index] == *index).map(|index| number[index]);
    for (part, number) in parts.iter_mut().zip(numbers) {
        part.via = part.via.and_then(|via| place.get(via as usize).copied());
        if number > 1 {
            part.name.push_str(&format!(" #{number}"));
        }
    }
}
