//! The map of a crate's names, as data.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::crates::krate::{Krate, KrateData};
use crate::db::{Node, SourceFile};
use crate::index::{Idx, IdxVec};
use crate::names::kept::Kept;
use crate::syntax::item::{Block, Definition, ItemId, Path, Space, Spaces, Visibility};
use crate::syntax::name::Name;

/// A module, or a block that declares items, within its crate.
pub(crate) type ModuleId = Idx<Module>;

/// The number of a mounted file within its crate.
pub(crate) type MountId = Idx<Mounted>;

/// What a name is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// A macro call among a module's items, or an item with an attribute or derive that is not the language's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) node: Node,
    pub(crate) path: Path,
    pub(crate) words: Vec<Name>,
    pub(crate) order: ItemId,
}

/// A `macro_rules!` definition, in textual order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) order: ItemId,
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
    pub(crate) order: ItemId,
    pub(crate) names: FxHashMap<(Space, Name), Vec<Binding>>,
    pub(crate) globs: Vec<Glob>,
    /// Imports as `_`.
    pub(crate) nameless: Vec<Binding>,
    pub(crate) calls: Vec<Call>,
    /// The calls by the words that they may make names of.
    pub(crate) made: FxHashMap<Name, Vec<Node>>,
    pub(crate) rules: Vec<Rules>,
    /// Modules inside whose macros leak out, in textual order.
    pub(crate) leaking: Vec<(ItemId, ModuleId)>,
    /// Predicates that the module itself stands under.
    pub(crate) cfg: Vec<Name>,
}

impl Module {
    /// Whether it may bind a name itself, without its globs.
    pub(crate) fn bound(&self, space: Space, name: Name) -> bool {
        self.names.contains_key(&(space, name)) || self.made.contains_key(&name)
    }
}

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) module: ModuleId,
    pub(crate) mount: MountId,
    pub(crate) item: ItemId,
    /// The trait or impl that it is a member of.
    pub(crate) owner: Option<Node>,
    /// The module around it that a macro is given as a whole.
    pub(crate) heard: Option<Node>,
    /// Every predicate around it.
    pub(crate) cfg: Vec<Name>,
}

/// A file that stands for a module, or for a part of one: the same file may stand at several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mounted {
    pub(crate) source: SourceFile,
    /// The module of each of its blocks.
    pub(crate) blocks: IdxVec<Block, ModuleId>,
}

/// An impl or a trait, with the functions and constants in it that count by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) node: Node,
    pub(crate) members: Vec<(Name, Node)>,
}

/// See the module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CrateMap {
    pub(crate) krate: Krate,
    pub(crate) data: Arc<KrateData>,
    pub(crate) modules: IdxVec<Module>,
    pub(crate) places: FxHashMap<Node, Place>,
    /// Nodes in the order of files and text.
    pub(crate) nodes: Vec<Node>,
    pub(crate) impls: Vec<Container>,
    pub(crate) traits: Vec<Container>,
    /// What each trait declares, with or without a default.
    pub(crate) declared: FxHashMap<Node, Vec<Name>>,
    /// The variants of each enum.
    pub(crate) variants: FxHashMap<Node, Vec<Name>>,
    /// Every name that some module, enum or macro call may bind, by namespace. Most identifiers in a body are none of
    /// these, and no scope has to be searched for them.
    pub(crate) bound: FxHashSet<(Space, Name)>,
    /// What macros of each name may declare where they are called.
    pub(crate) definitions: FxHashMap<Name, Vec<Definition>>,
    pub(crate) mounts: IdxVec<Mounted>,
    /// Whether some name may be taken for another one that is written with other characters.
    pub(crate) respelled: bool,
    /// Whether macros or attributes may make items.
    pub(crate) makes: bool,
    /// Names of functions that track their callers.
    pub(crate) tracks: FxHashSet<Name>,
    /// Symbols that a linker knows items by.
    pub(crate) symbols: Vec<(Name, Node)>,
    /// Files that could not be read as source: everything in the crate depends on their bytes.
    pub(crate) opaque: Vec<PathBuf>,
    /// Macro calls that bring in source that cannot be found: it may declare and implement anything.
    pub(crate) blind: FxHashSet<Node>,
    pub(crate) dependencies: FxHashMap<Name, Vec<Arc<Self>>>,
    /// Answers to what was asked about names, which depend on nothing but the map.
    pub(crate) answers: Kept,
}

impl CrateMap {
    /// The module that is the crate's root.
    pub(crate) const ROOT: ModuleId = Idx::FIRST;

    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id]
    }

    pub(super) fn add_module(
        &mut self,
        path: Name,
        parent: Option<ModuleId>,
        block: bool,
        order: ItemId,
        cfg: Vec<Name>,
    ) -> ModuleId {
        self.modules.push(Module {
            path,
            parent,
            block,
            order,
            names: FxHashMap::default(),
            globs: vec![],
            nameless: vec![],
            calls: vec![],
            made: FxHashMap::default(),
            rules: vec![],
            leaking: vec![],
            cfg,
        })
    }

    pub(super) fn bind(&mut self, module: ModuleId, spaces: Spaces, name: Name, binding: &Binding) {
        for space in spaces.each() {
            self.modules[module].names.entry((space, name)).or_default().push(binding.clone());
        }
    }
}
