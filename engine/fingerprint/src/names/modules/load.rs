//! Modules as rustc loads them: files, inline modules, blocks that declare items, `#[path]`, `include!`.

use std::path::{Path as FilePath, PathBuf};

use rustc_hash::FxHashMap;

use crate::db::{Db, Node, SourceFile, exists, shape};
use crate::disk::files::clean;
use crate::index::IdxVec;
use crate::names::include;
use crate::sorted::sort;
use crate::syntax::cfg::Predicate;
use crate::syntax::const_str::ConstStr;
use crate::syntax::item::{
    Attributes, Block, BlockId, CallHead, Generics, Item, ItemId, ItemKind, Shape, Spaces, Visibility,
};
use crate::syntax::name::Name;

use super::map::{Binding, CrateMap, ModuleId, MountId, Mounted, What};

pub(super) struct Loader<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) map: CrateMap,
    /// Files being read, against modules that contain themselves.
    pub(super) loading: Vec<PathBuf>,
}

/// One file as it is mounted at a module.
pub(super) struct Mount<'a> {
    pub(super) source: SourceFile,
    pub(super) shape: &'a Shape,
    pub(super) id: MountId,
    /// The module of each container, by item.
    pub(super) modules: FxHashMap<ItemId, ModuleId>,
    /// The folder that `mod x;` is looked up in, by module.
    pub(super) folders: FxHashMap<ModuleId, PathBuf>,
    /// Where `#[path]` starts from, by module.
    pub(super) origins: FxHashMap<ModuleId, PathBuf>,
    pub(super) nodes: FxHashMap<ItemId, Node>,
    /// Items that don't exist: under a predicate that does not hold, or inside one that doesn't.
    pub(super) gone: IdxVec<Item, bool>,
}

impl Loader<'_> {
    /// Reads a file into a module; `folder` is where its children are.
    pub(super) fn file(&mut self, path: &FilePath, module: ModuleId, folder: PathBuf) {
        let source = self.db.source(path);
        let shape = shape(self.db, source).clone();
        if !exists(self.db, source) {
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
        self.map.modules[module].cfg.extend(shape.attributes.cfg.iter().copied());
        self.map.tracks.extend(&shape.tracks);
        self.map.respelled |= shape.respelled;
        let blocks = IdxVec::filled(module, shape.blocks.len());
        let id = self.map.mounts.push(Mounted { source, blocks });
        let mut mount = Mount {
            source,
            shape: &shape,
            id,
            modules: FxHashMap::default(),
            folders: [(module, folder)].into_iter().collect(),
            origins: [(module, path.parent().unwrap_or(FilePath::new("")).to_owned())].into_iter().collect(),
            nodes: FxHashMap::default(),
            gone: IdxVec::filled(false, shape.items.len()),
        };
        let mut blocks = IdxVec::filled(false, shape.blocks.len());
        for (order, item) in shape.items.iter() {
            if let Some(block) = item.block {
                self.block(&mut mount, module, block, &mut blocks);
            }
            self.item(&mut mount, module, item, order);
        }
        self.loading.pop();
    }

    /// Makes the module of a block, once.
    fn block(&mut self, mount: &mut Mount<'_>, root: ModuleId, block: BlockId, made: &mut IdxVec<Block, bool>) {
        if made.get(block).copied().unwrap_or(true) {
            return;
        }
        made[block] = true;
        let described = &mount.shape.blocks[block];
        let parent = match described.parent {
            Some(parent) => {
                self.block(mount, root, parent, made);
                self.map.mounts[mount.id].blocks[parent]
            }
            None => self.around(mount, root, described.owner),
        };
        let owner = mount.nodes.get(&described.owner).map(|node| node.data().key);
        let path = owner.unwrap_or(self.map.module(parent).path);
        // Two blocks of one body may declare items of the same name, which need different ones in the list of parts.
        let before =
            mount.shape.blocks.values().take(block.at()).filter(|other| other.owner == described.owner).count();
        let path = if before == 0 { path } else { Name::new(&format!("{path} #{}", before + 1)) };
        let cfg = self.map.module(parent).cfg.clone();
        let module = self.map.add_module(path, Some(parent), true, described.owner, cfg);
        let folder = mount.folders.get(&parent).cloned().unwrap_or_default();
        let origin = mount.origins.get(&parent).cloned().unwrap_or_default();
        mount.folders.insert(module, folder);
        mount.origins.insert(module, origin);
        self.map.mounts[mount.id].blocks[block] = module;
    }

    /// The module or block that an item stands in.
    pub(super) fn around(&self, mount: &Mount<'_>, root: ModuleId, item: ItemId) -> ModuleId {
        let Some(item) = mount.shape.items.get(item) else { return root };
        if let Some(block) = item.block {
            return self.map.mounts[mount.id].blocks[block];
        }
        match item.parent {
            None => root,
            Some(parent) => match mount.modules.get(&parent) {
                Some(module) => *module,
                None => self.around(mount, root, parent),
            },
        }
    }

    /// Whether the item certainly does not exist in this build. Where only rustc knows, it is taken to exist, under a
    /// predicate that is asked about.
    pub(super) fn absent(&self, attributes: &Attributes) -> bool {
        let data = &self.map.data;
        let holds = |name: &str, value: Option<&str>| data.holds(name, value);
        attributes.test && !data.test
            || attributes.cfg.iter().any(|predicate| Predicate::of(*predicate).holds(&holds) == Some(false))
    }

    /// Predicates without those that are known to hold: the ones that rustc has to be asked about.
    pub(super) fn open(&self, cfg: &[Name]) -> Vec<Name> {
        let holds = |name: &str, value: Option<&str>| self.map.data.holds(name, value);
        cfg.iter().copied().filter(|predicate| Predicate::of(*predicate).holds(&holds) != Some(true)).collect()
    }

    /// The files that a macro call brings in: those of modules that the macro's definition declares, and those that it
    /// includes.
    ///
    /// Macros are not expanded. Where the definition writes `mod $name;` or `include!($file)`, each word and each
    /// string of the call's input is tried. If no file is found by that, the call is blind: what it declares is
    /// unknown, so the whole package counts for it.
    pub(super) fn brought(
        &mut self,
        mount: &mut Mount<'_>,
        module: ModuleId,
        item: &Item,
        order: ItemId,
        head: &CallHead,
        node: Node,
    ) {
        if let Some(include) = &head.include
            && !self.include(mount, module, include)
        {
            self.map.blind.insert(node);
        }
        let Some(name) = head.path.last() else { return };
        let (mut names, mut includes, mut strings) = (vec![], vec![], head.strings.clone());
        let mut blind = false;
        let mut any = false;
        for definition in self.map.read_so_far(*name) {
            names.extend(&definition.modules);
            any |= definition.any_module;
            blind |= definition.paths && (definition.any_module || !definition.modules.is_empty());
            includes.extend(definition.includes.clone());
            strings.extend(definition.strings.clone());
        }
        if any {
            let folder = mount.folders.get(&module).cloned().unwrap_or_default();
            let there = |path: PathBuf| exists(self.db, self.db.source(&path));
            let found = head.words.iter().copied().filter(|word| {
                there(folder.join(format!("{word}.rs"))) || there(folder.join(word.text()).join("mod.rs"))
            });
            let before = names.len();
            names.extend(found);
            blind |= names.len() == before;
        }
        sort(&mut names);
        for name in names {
            let visibility = Visibility::Wider;
            let made = Item {
                kind: ItemKind::FileModule,
                name,
                visibility,
                attributes: Attributes::default(),
                generics: Generics::default(),
                ..item.clone()
            };
            let binding = Binding { what: What::Module(CrateMap::ROOT), visibility, cfg: vec![], call: Some(node) };
            self.module(mount, module, &made, order, binding);
        }
        for include in includes {
            let found = if include.is_open() {
                let filled: Vec<ConstStr> = strings.iter().map(|text| include.filled(text)).collect();
                filled.iter().filter(|what| self.include(mount, module, what)).count() > 0
            } else {
                self.include(mount, module, &include)
            };
            blind |= !found;
        }
        if blind {
            self.map.blind.insert(node);
        }
    }

    pub(super) fn module(
        &mut self,
        mount: &mut Mount<'_>,
        parent: ModuleId,
        item: &Item,
        order: ItemId,
        mut binding: Binding,
    ) {
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
                self.map.modules[parent].leaking.push((order, module));
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
                // Both are looked for, so that it is noticed when either appears.
                let missing = !exists(self.db, self.db.source(&flat));
                let path = if missing && exists(self.db, self.db.source(&nested)) { nested } else { flat };
                self.file(&path, module, below);
            }
        }
    }

    /// `include!` among items: what the file declares stands in this module; whether it was found.
    fn include(&mut self, mount: &Mount<'_>, module: ModuleId, what: &ConstStr) -> bool {
        let data = self.map.data.clone();
        let path = include::path(what, &data, mount.source.path(self.db));
        let Some(path) = path.filter(|path| exists(self.db, self.db.source(path))) else { return false };
        let folder = path.parent().unwrap_or(FilePath::new("")).to_owned();
        self.file(&path, module, folder);
        true
    }
}
