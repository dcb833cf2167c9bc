//! From one node to what it may depend on: its names resolved, its macros looked into.
//!
//! The outcome has a hash over the item's own tokens and over what each of its names resolves to, so an
//! edit elsewhere that redirects a name changes it although neither end of the old edge did.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::{Hash, PartKind};

use super::cfg::Predicate;
use super::db::{Db, Krate, Node, NodeKey, Sort, facts, parsed, shape};
use super::facts::{Facts, Include, MacroUse, Reference, sort};
use super::item::{ItemKind, Spaces};
use super::modules::{CrateMap, ModuleId, Place, crate_map};
use super::name::Name;
use super::paths;
use super::resolve::{Found, Resolver, Target};
use super::{include, whole, words};

/// See the module. All lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edges {
    pub(crate) nodes: Vec<Node>,
    /// Members wanted of any type.
    pub(crate) members: Vec<Name>,
    /// Members wanted of one type.
    pub(crate) qualified: Vec<(Node, Name)>,
    pub(crate) packages: Vec<Name>,
    pub(crate) whole: Vec<Krate>,
    pub(crate) asks: Vec<Name>,
    pub(crate) envs: Vec<Name>,
    pub(crate) files: Vec<PathBuf>,
    /// Whether the crate's build script decides about it.
    pub(crate) script: bool,
    pub(crate) notes: Vec<String>,
}

/// The edges of a node: they stay equal when its code changes but leads to the same things.
pub(crate) fn edges(db: &dyn Db, node: Node) -> &Arc<Edges> {
    edges_of(db, node.id())
}

/// The digest of a node: of its tokens, and of what its names resolve to.
pub(crate) fn hash(db: &dyn Db, node: Node) -> Hash {
    resolved(db, node.id()).0
}

#[salsa::tracked]
fn edges_of(db: &dyn Db, key: NodeKey) -> Arc<Edges> {
    resolved(db, key).1.clone()
}

#[salsa::tracked]
fn resolved(db: &dyn Db, key: NodeKey) -> (Hash, Arc<Edges>) {
    let node = Node::of(db, key);
    let data = node.data();
    let map = crate_map(db, data.krate);
    let Some(place) = map.places.get(&node) else { return Default::default() };
    let mut walk = Walk {
        db,
        node,
        map,
        place,
        resolver: Resolver::new(map),
        out: Edges::default(),
        resolved: vec![],
        expanded: FxHashSet::default(),
        places: false,
    };
    walk.run(facts(db, node));
    walk.finish(facts(db, node))
}

struct Walk<'db> {
    db: &'db dyn Db,
    node: Node,
    map: &'db CrateMap,
    place: &'db Place,
    resolver: Resolver<'db>,
    out: Edges,
    /// What was written, and what it resolves to.
    resolved: Vec<(String, Vec<String>)>,
    /// Macro definitions looked into, by the block of the call.
    expanded: FxHashSet<(Node, ModuleId)>,
    /// Whether it matters where the item stands.
    places: bool,
}

impl<'db> Walk<'db> {
    fn run(&mut self, facts: &Facts) {
        self.surroundings();
        for reference in &facts.references {
            self.reference(reference);
        }
        self.members(facts.members.iter().copied(), None);
        for used in &facts.macros {
            self.macro_use(used);
        }
        self.out.asks.extend(&facts.asks);
        self.out.asks.extend(&self.place.cfg);
        self.envs(&facts.envs);
        self.includes(&facts.includes);
        self.places |= facts.places;
    }

    fn finish(mut self, facts: &Facts) -> (Hash, Arc<Edges>) {
        let known = |name: &str, value: Option<&str>| match (name, value) {
            ("test", None) => Some(self.map.data.test),
            ("doc" | "doctest" | "miri" | "loom" | "rust_analyzer" | "bootstrap", None) => Some(false),
            _ => None,
        };
        self.out.asks.retain(|ask| Predicate::read(ask).holds(&known).is_none());
        let out = &mut self.out;
        out.nodes.retain(|node| *node != self.node);
        sort(&mut out.nodes);
        sort(&mut out.members);
        sort(&mut out.qualified);
        sort(&mut out.packages);
        sort(&mut out.whole);
        sort(&mut out.asks);
        sort(&mut out.envs);
        sort(&mut out.files);
        sort(&mut out.notes);
        sort(&mut self.resolved);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&facts.hash);
        let mut text = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for (written, targets) in &self.resolved {
            text(written);
            text(&targets.len().to_string());
            targets.iter().for_each(|target| text(target));
        }
        if self.places {
            let data = self.node.data();
            let parsed = parsed(self.db, data.source);
            if let Some(span) = parsed.spans.get(self.place.item as usize) {
                let start = parsed.tokens.list.get(span.range.start).map_or(0, |token| token.start);
                let end = span
                    .range
                    .end
                    .checked_sub(1)
                    .and_then(|last| parsed.tokens.list.get(last))
                    .map_or(0, |token| token.end);
                let column = parsed
                    .text
                    .get(..start as usize)
                    .map_or(0, |before| before.len() - before.rfind('\n').map_or(0, |at| at + 1));
                text(&super::files::relative(data.source.path(self.db), &self.map.data.workspace));
                text(&format!("{}:{column}", parsed.tokens.line(start)));
                text(parsed.text.get(start as usize..end as usize).unwrap_or(""));
            }
        }
        (*hasher.finalize().as_bytes(), Arc::new(self.out))
    }

    /// The item's owner, and members that come with it.
    fn surroundings(&mut self) {
        let data = self.node.data();
        let shape = shape(self.db, data.source);
        let Some(item) = shape.items.get(self.place.item as usize) else { return };
        self.out.nodes.extend(self.place.owner);
        match &item.kind {
            ItemKind::Impl(head) => {
                let foreign = head.of.as_ref().is_some_and(|of| {
                    let found = self.resolver.path(self.map, self.place.module, of, Spaces::TYPES, self.map);
                    !found
                        .targets
                        .iter()
                        .any(|target| matches!(target, Target::Node(node) if node.data().kind == PartKind::Trait))
                });
                if foreign {
                    let own = self.map.impls.iter().find(|found| found.node == self.node);
                    self.out.nodes.extend(own.into_iter().flat_map(|own| own.members.iter().map(|(_, node)| *node)));
                }
            }
            ItemKind::Foreign => {
                let name = item.name;
                let mut found = false;
                let maps: Vec<_> = self.resolver.maps().collect();
                for map in maps {
                    for (symbol, node) in &map.symbols {
                        if *symbol == name {
                            found = true;
                            self.out.nodes.push(*node);
                        }
                    }
                }
                if !found {
                    self.out.script = true;
                    self.out.notes.push(format!("`{name}` is linked in from elsewhere: its code is not covered"));
                }
            }
            _ => {}
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let scope = self.map.scope(self.place, reference.block);
        if reference.path.first().is_some_and(|word| word.text() == "Self") {
            return self.of_self(&reference.path[1..]);
        }
        let found = self.look_up(self.map, scope, reference, self.map);
        self.take(&reference.path, found, reference.bound || reference.local, scope);
    }

    fn look_up(&mut self, map: &'db CrateMap, scope: ModuleId, reference: &Reference, dollar: &'db CrateMap) -> Found {
        let mut found = self.resolver.path(map, scope, &reference.path, reference.spaces, dollar);
        if reference.spaces.meets(Spaces::MACROS) && reference.path.len() == 1 && !reference.bound {
            let by_text = self.resolver.macro_name(map, scope, self.place.item, reference.path[0]);
            found.absorb(by_text);
        }
        if reference.spaces == Spaces::MACROS {
            // Attributes and derives: no macro call makes those.
            found.calls.clear();
        }
        if reference.bound {
            found.calls.clear();
            found.members.clear();
            found.targets.retain(|target| match target {
                Target::Node(node) => match node.data().kind {
                    PartKind::Constant | PartKind::Static => true,
                    PartKind::MacroCall => reference.path[0].starts_with(char::is_uppercase),
                    PartKind::Type => reference.path[0].starts_with(char::is_uppercase),
                    _ => false,
                },
                _ => false,
            });
        }
        found
    }

    /// `Self::…`, seen from a member.
    fn of_self(&mut self, rest: &[Name]) {
        let Some(member) = rest.first().copied() else { return };
        self.members(rest.iter().copied().skip(1), None);
        let owner = self.place.owner.unwrap_or(self.node);
        let data = owner.data();
        let shape = shape(self.db, data.source);
        let item = self.map.places.get(&owner).and_then(|place| shape.items.get(place.item as usize));
        let mut types = Vec::new();
        if let Some(ItemKind::Impl(head)) = item.map(|item| &item.kind)
            && let Some(target) = &head.target
        {
            let found = self.resolver.path(self.map, self.place.module, target, Spaces::TYPES, self.map);
            types.extend(found.targets.into_iter().filter_map(|target| match target {
                Target::Node(node) if node.data().sort == Sort::Data => Some(node),
                _ => None,
            }));
        } else if data.kind == PartKind::Type {
            types.push(owner);
        }
        if types.is_empty() {
            self.members([member], None);
        } else {
            self.members([member], Some(&types));
        }
    }

    /// Members wanted, of some types or of any, with the traits in scope that declare them.
    fn members(&mut self, names: impl IntoIterator<Item = Name>, of: Option<&[Node]>) {
        let mut names: Vec<Name> = names.into_iter().collect();
        if names.is_empty() {
            return;
        }
        sort(&mut names);
        let mut scopes: Vec<ModuleId> = vec![self.place.module];
        // Traits imported in any block of the item count for all of it.
        if let Some((_, blocks)) = self.map.mounts.get(self.place.mount as usize) {
            let parsed = shape(self.db, self.node.data().source);
            let own = parsed.blocks.iter().zip(blocks).filter(|(block, _)| block.owner == self.place.item);
            scopes.extend(own.map(|(_, module)| *module));
        }
        for scope in scopes {
            let traits = self.resolver.traits(self.map, scope);
            for name in &names {
                for node in traits.local.get(name).into_iter().flatten() {
                    self.out.nodes.push(*node);
                    self.resolved.push((format!(".{name}"), vec![self.key(*node)]));
                    self.out.asks.extend(traits.asks.get(node).into_iter().flatten());
                }
            }
            for target in &traits.packages {
                self.target(*target);
            }
        }
        match of {
            Some(types) => {
                self.out.qualified.extend(types.iter().flat_map(|node| names.iter().map(|name| (*node, *name))));
            }
            None => self.out.members.extend(names),
        }
    }

    /// Takes the outcome of a search along.
    fn take(&mut self, path: &[Name], found: Found, bound: bool, scope: ModuleId) {
        let mut keys = Vec::new();
        for target in &found.targets {
            keys.extend(self.target(*target));
        }
        let lost = found.targets.is_empty() && !bound;
        if lost {
            for call in &found.calls {
                keys.extend(self.target(Target::Node(*call)));
            }
        }
        self.out.asks.extend(&found.asks);
        for (node, rest) in &found.members {
            let Some(first) = rest.first().copied() else { continue };
            self.members(rest.iter().copied().skip(1), None);
            if node.data().sort == Sort::Data {
                self.members([first], Some(&[*node]));
            } else if self.node != *node && node.data().kind == PartKind::Type {
                // An alias: members of what it stands for.
                let behind: Vec<Node> =
                    edges(self.db, *node).nodes.iter().copied().filter(|node| node.data().sort == Sort::Data).collect();
                if behind.is_empty() {
                    self.members([first], None);
                } else {
                    self.members([first], Some(&behind));
                }
            } else {
                self.members([first], None);
            }
        }
        let whole: Vec<_> = found
            .targets
            .iter()
            .filter_map(|target| match target {
                Target::Whole(krate) => Some(*krate),
                _ => None,
            })
            .collect();
        for krate in whole {
            self.made_by(krate, scope);
        }
        if !keys.is_empty() {
            sort(&mut keys);
            self.resolved.push((paths::text(path), keys));
        }
    }

    /// Names that a procedural macro of a local crate may write where it is used.
    fn made_by(&mut self, krate: Krate, scope: ModuleId) {
        for name in whole::words(self.db, krate).iter() {
            let reference =
                Reference { path: [*name].into(), block: None, spaces: Spaces::ALL, bound: false, local: false };
            let mut found = self.look_up(self.map, scope, &reference, self.map);
            found.calls.clear();
            found.targets.retain(|target| matches!(target, Target::Node(_)));
            self.take(&reference.path, found, true, scope);
            self.out.members.push(*name);
        }
    }

    /// Enters one target; its key, for the hash.
    fn target(&mut self, target: Target) -> Option<String> {
        match target {
            Target::Node(node) => {
                self.out.nodes.push(node);
                if node.data().sort == Sort::TracksCaller {
                    self.places = true;
                }
                Some(self.key(node))
            }
            Target::Package(package) => {
                self.out.packages.push(package);
                // Its version is a part of its own, and no part of who uses it.
                Some(format!("package {}", package.split(' ').next().unwrap_or("")))
            }
            Target::Whole(krate) => {
                self.out.whole.push(krate);
                Some(format!("crate {}", krate.data(self.db).name))
            }
            Target::Module(..) | Target::Std => None,
        }
    }

    fn key(&self, node: Node) -> String {
        let data = node.data();
        if matches!(data.kind, PartKind::MacroCall | PartKind::Macro) {
            // Calls of one macro in one module have one name, and so have a macro's definitions.
            let hash = blake3::Hash::from_bytes(facts(self.db, node).hash);
            return format!("{} {}", data.key, hash.to_hex());
        }
        format!("{} {}", data.kind.word(), data.key)
    }

    fn macro_use(&mut self, used: &MacroUse) {
        let scope = self.map.scope(self.place, used.block);
        let found = match &*used.path {
            [name] => self.resolver.macro_name(self.map, scope, self.place.item, *name),
            path => self.resolver.path(self.map, scope, path, Spaces::MACROS, self.map),
        };
        let definitions: Vec<Node> = found
            .targets
            .iter()
            .filter_map(|target| match target {
                Target::Node(node) => Some(*node),
                _ => None,
            })
            .collect();
        let plain = !found.targets.is_empty() && found.targets.iter().all(|target| *target == Target::Std)
            || found.targets.is_empty() && used.path.first().is_some_and(|word| words::std_crate(word));
        let written = [&used.path[..], &[Name::new("!")]].concat();
        self.take(&written, found, false, scope);
        if plain {
            return;
        }
        for reference in &used.wild {
            self.reference(reference);
        }
        self.members(used.words.iter().copied(), None);
        let mut words = used.words.clone();
        for definition in definitions {
            words.extend(&facts(self.db, definition).members);
            self.expand(definition, scope, used, 0);
        }
        self.pieces(used, &words, scope);
    }

    /// Paths that a macro may put together of a module in its input and another word.
    fn pieces(&mut self, used: &MacroUse, words: &[Name], scope: ModuleId) {
        if used.words.len() > 64 {
            return;
        }
        for module in &used.words {
            let found = self.resolver.path(self.map, scope, &[*module], Spaces::TYPES, self.map);
            if !found.targets.iter().any(|target| matches!(target, Target::Module(..))) {
                continue;
            }
            for word in words {
                let path = [*module, *word];
                let mut found = self.resolver.path(self.map, scope, &path, Spaces::ALL, self.map);
                found.calls.clear();
                self.take(&path, found, true, scope);
            }
        }
    }

    /// What a macro's definition names, looked up where the macro is called.
    fn expand(&mut self, definition: Node, scope: ModuleId, used: &MacroUse, depth: u32) {
        if definition.data().kind != PartKind::Macro || !self.expanded.insert((definition, scope)) || depth > 64 {
            return;
        }
        let rules = facts(self.db, definition);
        let dollar = self.resolver.map(definition.data().krate).unwrap_or(self.map);
        self.places |= rules.places;
        self.out.asks.extend(&rules.asks);
        // Traits in scope where it is called decide about its method calls, and what it reads at build
        // time is read from there.
        self.members(rules.members.iter().copied(), None);
        self.envs(&rules.envs);
        let known = rules.includes.iter().filter(|include| include.what != super::item::Text::Unknown);
        self.includes(&known.cloned().collect::<Vec<_>>());
        if rules.open_env {
            let names: Vec<Name> = used.strings.iter().map(|text| Name::new(text)).collect();
            self.envs(&names);
        }
        if rules.open_include {
            let files: Vec<Include> = used
                .strings
                .iter()
                .map(|text| Include { what: super::item::Text::Literal(text.clone()), code: false })
                .collect();
            self.includes(&files);
        }
        for reference in &rules.references {
            let found = self.look_up(self.map, scope, &Reference { block: None, ..reference.clone() }, dollar);
            let inner: Vec<Node> = found
                .targets
                .iter()
                .filter_map(|target| match target {
                    Target::Node(node) if node.data().kind == PartKind::Macro => Some(*node),
                    _ => None,
                })
                .collect();
            // Metavariables and locals of the macro's make most names there mean nothing here.
            let found = Found { calls: vec![], ..found };
            self.take(&reference.path, found, true, scope);
            for definition in inner {
                self.expand(definition, scope, used, depth + 1);
            }
        }
    }

    fn envs(&mut self, names: &[Name]) {
        for name in names {
            match name.text() {
                "OUT_DIR" => self.out.script = true,
                _ => self.out.envs.push(*name),
            }
        }
    }

    fn includes(&mut self, includes: &[Include]) {
        for include in includes {
            let mut envs = Vec::new();
            include.what.envs(&mut envs);
            let source = self.node.data().source.path(self.db);
            match include::path(&include.what, &self.map.data, source) {
                // In a macro's definition it is looked for where the macro is called.
                Some(path) if self.node.data().kind == PartKind::Macro && !path.exists() => {}
                Some(path) => {
                    if include.code {
                        let source = self.db.source(&path);
                        for reference in whole::loose(self.db, source).iter() {
                            self.reference(reference);
                        }
                    }
                    self.out.files.push(path);
                }
                None if include::generated(&include.what) => self.out.script = true,
                None if self.node.data().kind == PartKind::Macro => {}
                None => {
                    let key = self.node.data().key;
                    self.out.notes.push(format!(
                        "`{key}` includes a file whose name cannot be computed: all files of the package count"
                    ));
                    self.out.files.push(self.map.data.folder.clone());
                }
            }
        }
    }
}
