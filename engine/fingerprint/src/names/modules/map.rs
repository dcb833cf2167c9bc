//! The map of a crate's names, as data.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::crates::krate::{Krate, KrateData};
use crate::db::{Node, Source};
use crate::names::kept::Kept;
use crate::syntax::item::{Definition, Path, Spaces, Visibility};
use crate::syntax::name::Name;

/// A module, or a block that declares items, within its crate.
pub(crate) type ModuleId = u32;

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
    /// The calls by the words that they may make names of.
    pub(crate) made: FxHashMap<Name, Vec<Node>>,
    pub(crate) rules: Vec<Rules>,
    /// Modules inside whose macros leak out, in textual order.
    pub(crate) leaking: Vec<(u32, ModuleId)>,
    /// Predicates that the module itself stands under.
    pub(crate) cfg: Vec<Name>,
}

impl Module {
    /// Whether it may bind a name by itself.
    pub(crate) fn bound(&self, space: Spaces, name: Name) -> bool {
        self.names.contains_key(&(space.bits(), name)) || self.made.contains_key(&name)
    }
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
    /// The module around it that a macro is given as a whole.
    pub(crate) heard: Option<Node>,
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
#[derive(Debug, PartialEq, Eq)]
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
    /// What macros of each name may declare where they are called.
    pub(crate) definitions: FxHashMap<Name, Vec<Definition>>,
    /// The blocks of each mounted file.
    pub(crate) mounts: Vec<(Source, Vec<ModuleId>)>,
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
    /// Macro calls that bring in source which cannot be found: it may declare and implement anything.
    pub(crate) blind: FxHashSet<Node>,
    pub(crate) dependencies: FxHashMap<Name, Arc<Self>>,
    /// Answers to what was asked about names.
    pub(crate) answers: Kept,
}

impl CrateMap {
    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id as usize]
    }

    /// The module that a reference in this node is looked up from.
    pub(crate) fn scope(&self, place: &Place, block: Option<u32>) -> ModuleId {
        let blocks = self.mounts.get(place.mount as usize).map(|(_, blocks)| blocks);
        block.and_then(|block| blocks?.get(block as usize).copied()).unwrap_or(place.module)
    }

    pub(super) fn add_module(
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
            made: FxHashMap::default(),
            rules: vec![],
            leaking: vec![],
            cfg,
        });
        id
    }

    pub(super) fn bind(&mut self, module: ModuleId, spaces: Spaces, name: Name, binding: &Binding) {
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.meets(space) {
                self.modules[module as usize].names.entry((space.bits(), name)).or_default().push(binding.clone());
            }
        }
    }
}
