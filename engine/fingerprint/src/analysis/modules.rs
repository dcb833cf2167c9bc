//! The names of one crate: its modules as rustc loads them, blocks that declare items included, and what
//! each declares. Nothing is resolved here; `resolve` does that on demand.
//!
//! A map changes when a declaration does, never when the inside of a function does.

use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::PartKind;

use super::cfg::Predicate;
use super::db::{Db, Krate, Node, NodeData, Sort, Source, exists, shape};
use super::files::clean;
use super::item::{Attributes, Item, ItemKind, Path, Shape, Spaces, Visibility};
use super::krate::{Dependency, KrateData};
use super::name::Name;
use super::resolve::Cache;

/// A module, or a block that declares items, within its crate.
pub(crate) type ModuleId = u32;

/// What a name is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Node(Node),
    Module(ModuleId),
    /// An import, resolved from the module that it stands in.
    Import(Path),
    /// `extern crate`, with the crate's name in code.
    Crate(Name),
}

/// One meaning of a name in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) what: What,
    pub(crate) visibility: Visibility,
    /// Predicates that it is bound under.
    pub(crate) cfg: Vec<Name>,
    /// The macro call whose input declares it.
    pub(crate) call: Option<Node>,
}

/// A glob import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    pub(crate) path: Path,
    pub(crate) visibility: Visibility,
    pub(crate) cfg: Vec<Name>,
    pub(crate) call: Option<Node>,
}

/// A macro call among a module's items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) node: Node,
    pub(crate) path: Path,
    pub(crate) words: Vec<Name>,
    pub(crate) order: u32,
}

/// A `macro_rules!` definition, in textual order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) order: u32,
    pub(crate) name: Name,
    pub(crate) node: Node,
    pub(crate) cfg: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) path: Name,
    pub(crate) parent: Option<ModuleId>,
    /// Whether it is a block, which sees what is around it.
    pub(crate) block: bool,
    /// Where it stands among the items of its parent's file.
    pub(crate) order: u32,
    pub(crate) names: FxHashMap<(u8, Name), Vec<Binding>>,
    pub(crate) globs: Vec<Glob>,
    /// Imports as `_`.
    pub(crate) nameless: Vec<Binding>,
    pub(crate) calls: Vec<Call>,
    pub(crate) rules: Vec<Rules>,
    /// Modules inside whose macros leak out, in textual order.
    pub(crate) leaking: Vec<(u32, ModuleId)>,
    /// Predicates that the module itself stands under.
    pub(crate) cfg: Vec<Name>,
}

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) module: ModuleId,
    pub(crate) mount: u32,
    /// The index of its item in its file, which is also its textual order.
    pub(crate) item: u32,
    /// The trait or impl that it is a member of.
    pub(crate) owner: Option<Node>,
    /// Every predicate around it.
    pub(crate) cfg: Vec<Name>,
}

/// An impl anywhere in the crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Implementation {
    pub(crate) node: Node,
    pub(crate) members: Vec<(Name, Node)>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct CrateMap {
    pub(crate) krate: Krate,
    pub(crate) data: Arc<KrateData>,
    pub(crate) modules: Vec<Module>,
    pub(crate) places: FxHashMap<Node, Place>,
    /// Nodes in the order of files and text.
    pub(crate) nodes: Vec<Node>,
    pub(crate) impls: Vec<Implementation>,
    pub(crate) traits: Vec<Implementation>,
    /// What each trait declares, with or without a default.
    pub(crate) declared: FxHashMap<Node, Vec<Name>>,
    /// The variants of each enum.
    pub(crate) variants: FxHashMap<Node, Vec<Name>>,
    /// Every name that some module, enum or macro call may bind, by namespace: what is not among them need
    /// not be looked for.
    pub(crate) bound: FxHashSet<(u8, Name)>,
    /// The blocks of each mounted file.
    pub(crate) mounts: Vec<(Source, Vec<ModuleId>)>,
    /// Symbols that a linker knows items by.
    pub(crate) symbols: Vec<(Name, Node)>,
    /// Files that could not be read as source: everything in the crate depends on their bytes.
    pub(crate) opaque: Vec<PathBuf>,
    /// Modules whose file is missing, with the call or declaration that wants it.
    pub(crate) missing: Vec<Name>,
    pub(crate) dependencies: FxHashMap<Name, Arc<Self>>,
    pub(crate) cache: Mutex<Cache>,
}

impl PartialEq for CrateMap {
    fn eq(&self, other: &Self) -> bool {
        self.krate == other.krate
            && self.data == other.data
            && self.modules == other.modules
            && self.nodes == other.nodes
            && self.impls == other.impls
            && self.traits == other.traits
            && self.declared == other.declared
            && self.variants == other.variants
            && self.mounts == other.mounts
            && self.symbols == other.symbols
            && self.opaque == other.opaque
            && self.missing == other.missing
            && self.places == other.places
            && self.dependencies.len() == other.dependencies.len()
            && self
                .dependencies
                .iter()
                .all(|(name, map)| other.dependencies.get(name).is_some_and(|other| Arc::ptr_eq(map, other)))
    }
}

impl Eq for CrateMap {}

impl CrateMap {
    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id as usize]
    }

    /// The module that a reference in this node is looked up from.
    pub(crate) fn scope(&self, place: &Place, block: Option<u32>) -> ModuleId {
        let blocks = self.mounts.get(place.mount as usize).map(|(_, blocks)| blocks);
        block.and_then(|block| blocks?.get(block as usize).copied()).unwrap_or(place.module)
    }
}

/// The map of a crate, with those of its dependencies.
#[salsa::tracked]
pub(crate) fn crate_map(db: &dyn Db, krate: Krate) -> Arc<CrateMap> {
    let data = krate.data(db).clone();
    let mut dependencies = FxHashMap::default();
    for (name, dependency) in &data.dependencies {
        if let Dependency::Local(other) = dependency
            && *other != krate
        {
            dependencies.insert(*name, crate_map(db, *other).clone());
        }
    }
    let map = CrateMap {
        krate,
        data: data.clone(),
        modules: vec![],
        places: FxHashMap::default(),
        nodes: vec![],
        impls: vec![],
        traits: vec![],
        declared: FxHashMap::default(),
        variants: FxHashMap::default(),
        bound: FxHashSet::default(),
        mounts: vec![],
        symbols: vec![],
        opaque: vec![],
        missing: vec![],
        dependencies,
        cache: Mutex::default(),
    };
    let mut loader = Loader { db, map, loading: vec![] };
    let root = loader.map.add_module(data.name, None, false, 0, vec![]);
    let folder = data.root.parent().unwrap_or(FilePath::new("")).to_owned();
    loader.file(&data.root, root, folder);
    let mut map = loader.map;
    map.bound = map.modules.iter().flat_map(|module| module.names.keys().copied()).collect();
    let words = map.modules.iter().flat_map(|module| &module.calls).flat_map(|call| &call.words);
    let free: FxHashSet<Name> = words.chain(map.variants.values().flatten()).copied().collect();
    for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
        map.bound.extend(free.iter().map(|name| (space.bits(), *name)));
    }
    Arc::new(map)
}

impl CrateMap {
    fn add_module(
        &mut self,
        path: Name,
        parent: Option<ModuleId>,
        block: bool,
        order: u32,
        cfg: Vec<Name>,
    ) -> ModuleId {
        let id = u32::try_from(self.modules.len()).unwrap_or(u32::MAX);
        self.modules.push(Module {
            path,
            parent,
            block,
            order,
            names: FxHashMap::default(),
            globs: vec![],
            nameless: vec![],
            calls: vec![],
            rules: vec![],
            leaking: vec![],
            cfg,
        });
        id
    }

    fn bind(&mut self, module: ModuleId, spaces: Spaces, name: Name, binding: &Binding) {
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.meets(space) {
                self.modules[module as usize].names.entry((space.bits(), name)).or_default().push(binding.clone());
            }
        }
    }
}

struct Loader<'db> {
    db: &'db dyn Db,
    map: CrateMap,
    /// Files being read, against modules that contain themselves.
    loading: Vec<PathBuf>,
}

/// One file as it is mounted at a module.
struct Mount<'a> {
    source: Source,
    shape: &'a Shape,
    index: u32,
    /// The module of each container, by item.
    modules: FxHashMap<u32, ModuleId>,
    /// The folder that `mod x;` is looked up in, by module.
    folders: FxHashMap<ModuleId, PathBuf>,
    /// Where `#[path]` starts from, by module.
    origins: FxHashMap<ModuleId, PathBuf>,
    nodes: FxHashMap<u32, Node>,
    /// Items that don't exist: under a predicate that does not hold, or inside one that doesn't.
    gone: Vec<bool>,
}

impl Loader<'_> {
    /// Reads a file into a module; `folder` is where its children are.
    fn file(&mut self, path: &FilePath, module: ModuleId, folder: PathBuf) {
        let source = self.db.source(path);
        let shape = shape(self.db, source).clone();
        if !exists(self.db, source) {
            self.map.missing.push(self.map.module(module).path);
            return;
        }
        if shape.opaque {
            self.map.opaque.push(path.to_owned());
            return;
        }
        if self.loading.len() > 64 || self.loading.iter().filter(|loading| *loading == path).count() > 1 {
            return;
        }
        self.loading.push(path.to_owned());
        self.map.modules[module as usize].cfg.extend(shape.attributes.cfg.iter().copied());
        let index = u32::try_from(self.map.mounts.len()).unwrap_or(u32::MAX);
        self.map.mounts.push((source, vec![module; shape.blocks.len()]));
        let mut mount = Mount {
            source,
            shape: &shape,
            index,
            modules: FxHashMap::default(),
            folders: [(module, folder)].into_iter().collect(),
            origins: [(module, path.parent().unwrap_or(FilePath::new("")).to_owned())].into_iter().collect(),
            nodes: FxHashMap::default(),
            gone: vec![false; shape.items.len()],
        };
        let mut blocks = vec![false; shape.blocks.len()];
        for (item, order) in shape.items.iter().zip(0..) {
            if let Some(block) = item.block {
                self.block(&mut mount, module, block, &mut blocks);
            }
            self.item(&mut mount, module, item, order);
        }
        self.loading.pop();
    }

    /// Makes the module of a block, once.
    fn block(&mut self, mount: &mut Mount<'_>, root: ModuleId, block: u32, made: &mut [bool]) {
        let at = block as usize;
        if made.get(at).copied().unwrap_or(true) {
            return;
        }
        made[at] = true;
        let described = &mount.shape.blocks[at];
        let parent = match described.parent {
            Some(parent) => {
                self.block(mount, root, parent, made);
                self.map.mounts[mount.index as usize].1[parent as usize]
            }
            None => self.around(mount, root, described.owner),
        };
        let owner = mount.nodes.get(&described.owner).map(|node| node.data().key);
        let path = owner.unwrap_or(self.map.module(parent).path);
        let cfg = self.map.module(parent).cfg.clone();
        let module = self.map.add_module(path, Some(parent), true, described.owner, cfg);
        let folder = mount.folders.get(&parent).cloned().unwrap_or_default();
        let origin = mount.origins.get(&parent).cloned().unwrap_or_default();
        mount.folders.insert(module, folder);
        mount.origins.insert(module, origin);
        self.map.mounts[mount.index as usize].1[at] = module;
    }

    /// The module or block that an item of this index stands in.
    fn around(&self, mount: &Mount<'_>, root: ModuleId, index: u32) -> ModuleId {
        let Some(item) = mount.shape.items.get(index as usize) else { return root };
        if let Some(block) = item.block {
            return self.map.mounts[mount.index as usize].1[block as usize];
        }
        match item.parent {
            None => root,
            Some(parent) => match mount.modules.get(&parent) {
                Some(module) => *module,
                None => self.around(mount, root, parent),
            },
        }
    }

    /// Whether the item surely does not exist in this build.
    fn absent(&self, attributes: &Attributes) -> bool {
        let data = &self.map.data;
        let leaf = |name: &str, value: Option<&str>| match (name, value) {
            ("test", None) => Some(data.test),
            ("doc" | "doctest" | "miri" | "loom" | "rust_analyzer" | "bootstrap", None) => Some(false),
            _ => None,
        };
        attributes.test && !data.test
            || attributes.cfg.iter().any(|predicate| Predicate::read(predicate).holds(&leaf) == Some(false))
    }

    /// Predicates without those that are known to hold.
    fn open(&self, cfg: &[Name]) -> Vec<Name> {
        let data = &self.map.data;
        let leaf = |name: &str, value: Option<&str>| match (name, value) {
            ("test", None) => Some(data.test),
            ("doc" | "doctest" | "miri" | "loom" | "rust_analyzer" | "bootstrap", None) => Some(false),
            _ => None,
        };
        cfg.iter().copied().filter(|predicate| Predicate::read(predicate).holds(&leaf) != Some(true)).collect()
    }

    fn item(&mut self, mount: &mut Mount<'_>, root: ModuleId, item: &Item, order: u32) {
        let lost = item.parent.is_some_and(|parent| mount.gone[parent as usize]) || self.absent(&item.attributes);
        if lost {
            mount.gone[order as usize] = true;
            return;
        }
        let module = self.around(mount, root, order);
        let parent = item.parent.map(|parent| (parent, &mount.shape.items[parent as usize]));
        let call = parent.and_then(|(index, parent)| match parent.kind {
            ItemKind::Call(_) => mount.nodes.get(&index).copied(),
            _ => None,
        });
        let cfg = self.open(&item.attributes.cfg);
        let binding = |what| Binding { what, visibility: item.visibility, cfg: cfg.clone(), call };
        match &item.kind {
            ItemKind::Use(imports) => {
                for import in imports {
                    match import.name.text() {
                        "*" => {
                            let glob =
                                Glob { path: import.path.clone(), visibility: item.visibility, cfg: cfg.clone(), call };
                            self.map.modules[module as usize].globs.push(glob);
                        }
                        "_" => {
                            self.map.modules[module as usize].nameless.push(binding(What::Import(import.path.clone())));
                        }
                        _ => {
                            self.map.bind(
                                module,
                                Spaces::ALL,
                                import.name,
                                &binding(What::Import(import.path.clone())),
                            );
                        }
                    }
                }
                return;
            }
            ItemKind::ExternCrate(krate) => {
                let bound = binding(What::Crate(*krate));
                self.map.bind(module, Spaces::TYPES, item.name, &bound);
                if item.attributes.macro_use {
                    let glob = Glob { path: [Name::none(), *krate].into(), visibility: Visibility::Private, cfg, call };
                    self.map.modules[module as usize].globs.push(glob);
                }
                return;
            }
            ItemKind::FileModule | ItemKind::InlineModule => {
                self.module(mount, module, item, order, binding(What::Module(0)));
                return;
            }
            _ => {}
        }
        if let Some(call) = call {
            // Declared in macro input: the call as a whole is what the name leads to.
            self.map.bind(module, spaces_of(item), item.name, &binding(What::Node(call)));
            mount.nodes.insert(order, call);
            return;
        }
        let node = self.node(mount, module, item, order, &cfg);
        match &item.kind {
            ItemKind::Impl(_) => self.map.impls.push(Implementation { node, members: vec![] }),
            ItemKind::Call(head) => {
                let path = head.path.clone();
                self.map.modules[module as usize].calls.push(Call { node, path, words: head.words.clone(), order });
                if let Some(include) = &head.include {
                    self.include(mount, module, include);
                }
            }
            ItemKind::Unknown => {
                let call = Call { node, path: Box::default(), words: vec![], order };
                self.map.modules[module as usize].calls.push(call);
            }
            ItemKind::MacroRules => {
                let rules = Rules { order, name: item.name, node, cfg: cfg.clone() };
                self.map.modules[module as usize].rules.push(rules);
                if item.attributes.macro_export {
                    let exported = Binding { visibility: Visibility::Wider, ..binding(What::Node(node)) };
                    self.map.bind(0, Spaces::MACROS, item.name, &exported);
                }
                self.map.bind(module, Spaces::MACROS, item.name, &binding(What::Node(node)));
            }
            ItemKind::Function if parent.is_some_and(|(_, parent)| matches!(parent.kind, ItemKind::Impl(_))) => {
                if let Some(owner) =
                    self.map.impls.iter_mut().rev().find(|found| {
                        Some(found.node) == parent.and_then(|(index, _)| mount.nodes.get(&index).copied())
                    })
                {
                    owner.members.push((item.name, node));
                }
            }
            ItemKind::Function if parent.is_some_and(|(_, parent)| matches!(parent.kind, ItemKind::Trait(_))) => {
                if let Some(owner) =
                    self.map.traits.iter_mut().rev().find(|found| {
                        Some(found.node) == parent.and_then(|(index, _)| mount.nodes.get(&index).copied())
                    })
                {
                    owner.members.push((item.name, node));
                }
            }
            kind => {
                match kind {
                    ItemKind::Trait(head) => {
                        self.map.traits.push(Implementation { node, members: vec![] });
                        self.map.declared.insert(node, head.members.clone());
                    }
                    ItemKind::Enum(variants) => drop(self.map.variants.insert(node, variants.clone())),
                    _ => {}
                }
                self.map.bind(module, spaces_of(item), item.name, &binding(What::Node(node)));
            }
        }
        if let Some(symbol) = item.attributes.symbol {
            let symbol = if symbol.text() == "*" { item.name } else { symbol };
            self.map.symbols.push((symbol, node));
        }
    }

    fn node(&mut self, mount: &mut Mount<'_>, module: ModuleId, item: &Item, order: u32, cfg: &[Name]) -> Node {
        let parent = item.parent.and_then(|parent| mount.shape.items.get(parent as usize));
        let owner = item.parent.and_then(|parent| mount.nodes.get(&parent).copied());
        let member = item.block.is_none()
            && parent.is_some_and(|parent| matches!(parent.kind, ItemKind::Impl(_) | ItemKind::Trait(_)));
        let mut key = self.map.module(module).path.to_string();
        if member && let Some(parent) = parent {
            key.push_str("::");
            key.push_str(&parent.name);
        }
        key.push_str("::");
        key.push_str(&item.name);
        if matches!(item.kind, ItemKind::Call(_)) {
            key.push('!');
        }
        for predicate in cfg {
            key.push_str(" if ");
            key.push_str(predicate);
        }
        let mut all = self.map.module(module).cfg.clone();
        if member && let Some(place) = owner.and_then(|owner| self.map.places.get(&owner)) {
            all.extend(place.cfg.iter().copied());
        }
        all.extend(cfg.iter().copied());
        super::facts::sort(&mut all);
        let data = NodeData {
            kind: part_kind(&item.kind),
            sort: match item.kind {
                ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Union => Sort::Data,
                ItemKind::Alias => Sort::Alias,
                ItemKind::Function if item.attributes.track_caller => Sort::TracksCaller,
                _ => Sort::Other,
            },
            key: Name::new(&key),
            krate: self.map.krate,
            source: mount.source,
            ident: item.ident,
        };
        let node = self.db.node(data);
        let declared = parent.is_some_and(|parent| parent.kind == ItemKind::ExternBlock);
        let owner = owner.filter(|_| member || declared);
        let place = Place { module, mount: mount.index, item: order, owner, cfg: all };
        self.map.places.insert(node, place);
        self.map.nodes.push(node);
        mount.nodes.insert(order, node);
        node
    }

    fn module(&mut self, mount: &mut Mount<'_>, parent: ModuleId, item: &Item, order: u32, mut binding: Binding) {
        let path = format!("{}::{}", self.map.module(parent).path, item.name);
        let mut cfg = self.map.module(parent).cfg.clone();
        cfg.extend(binding.cfg.iter().copied());
        let folder = mount.folders.get(&parent).cloned().unwrap_or_default();
        let origin = mount.origins.get(&parent).cloned().unwrap_or_default();
        // With `#[path]` under a predicate, each alternative is a module of its own.
        let mut alternatives: Vec<(Option<PathBuf>, Vec<Name>)> = item
            .attributes
            .path
            .iter()
            .map(|(under, path)| (Some(clean(&origin.join(path))), under.iter().copied().collect()))
            .collect();
        if alternatives.iter().all(|(_, under)| !under.is_empty()) {
            let not = alternatives.iter().flat_map(|(_, under)| under.clone()).collect();
            alternatives.push((None, not));
        }
        for (place, under) in alternatives {
            let mut cfg = cfg.clone();
            cfg.extend(self.open(&under));
            let module = self.map.add_module(Name::new(&path), Some(parent), false, order, cfg);
            binding.what = What::Module(module);
            let conditional = Binding { cfg: [binding.cfg.clone(), under].concat(), ..binding.clone() };
            self.map.bind(parent, Spaces::TYPES, item.name, &conditional);
            if item.attributes.macro_use {
                self.map.modules[parent as usize].leaking.push((order, module));
            }
            if item.kind == ItemKind::InlineModule {
                let below = place.unwrap_or_else(|| folder.join(item.name.text()));
                mount.modules.insert(order, module);
                mount.origins.insert(module, below.clone());
                mount.folders.insert(module, below);
            } else if let Some(path) = place {
                let below = path.parent().unwrap_or(FilePath::new("")).to_owned();
                self.file(&path, module, below);
            } else {
                let flat = folder.join(format!("{}.rs", item.name));
                let below = folder.join(item.name.text());
                let nested = below.join("mod.rs");
                // Both are asked for, so that the appearance of either is noticed.
                let missing = !exists(self.db, self.db.source(&flat));
                let path = if missing && exists(self.db, self.db.source(&nested)) { nested } else { flat };
                self.file(&path, module, below);
            }
        }
    }

    /// `include!` among items: what the file declares stands in this module.
    fn include(&mut self, mount: &Mount<'_>, module: ModuleId, what: &super::item::Text) {
        let data = self.map.data.clone();
        let Some(path) = super::include::path(what, &data, mount.source.path(self.db)) else { return };
        let folder = path.parent().unwrap_or(FilePath::new("")).to_owned();
        if exists(self.db, self.db.source(&path)) {
            self.file(&path, module, folder);
        }
    }
}

fn spaces_of(item: &Item) -> Spaces {
    match &item.kind {
        ItemKind::Function | ItemKind::Constant | ItemKind::Static | ItemKind::Foreign => Spaces::VALUES,
        ItemKind::Struct(true) => Spaces::BOTH,
        ItemKind::MacroRules => Spaces::MACROS,
        _ => Spaces::TYPES,
    }
}

fn part_kind(kind: &ItemKind) -> PartKind {
    match kind {
        ItemKind::Function | ItemKind::Foreign => PartKind::Function,
        ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Union | ItemKind::Alias => PartKind::Type,
        ItemKind::Trait(_) => PartKind::Trait,
        ItemKind::Impl(_) | ItemKind::ExternBlock => PartKind::Impl,
        ItemKind::Constant => PartKind::Constant,
        ItemKind::Static => PartKind::Static,
        ItemKind::MacroRules => PartKind::Macro,
        _ => PartKind::MacroCall,
    }
}
