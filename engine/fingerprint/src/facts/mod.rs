//! What one item's tokens say by themselves: their hash, and every name in them that may mean something.
//!
//! Facts have no positions in them, and nothing is resolved. They change when the item changes and at no other time, so
//! an edit goes no further than this, as far as other items are concerned.

use crate::code::Hash;
use crate::syntax::const_str::ConstStr;
use crate::syntax::item::{BlockId, Path, Spaces};
use crate::syntax::name::Name;

pub(crate) mod read;
pub(crate) mod scan;

/// A path that may name an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Reference {
    pub(crate) path: Path,
    /// The block that it is looked up from.
    pub(crate) block: Option<BlockId>,
    pub(crate) spaces: Spaces,
    /// Whether a local variable of that name is in scope. Then only what a pattern can name may be meant.
    pub(crate) bound: bool,
    /// Whether the macro that writes it seems to declare it, too. Then it is no surprise if nothing is found.
    pub(crate) local: bool,
}

impl Reference {
    /// A path that stands for nothing local.
    pub(crate) fn new(path: Path, block: Option<BlockId>, spaces: Spaces) -> Self {
        Self { path, block, spaces, bound: false, local: false }
    }
}

/// A macro call inside an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MacroUse {
    pub(crate) path: Path,
    pub(crate) block: Option<BlockId>,
    /// Everything in the input that may name an item, if the macro does what it likes with it.
    pub(crate) wild: Vec<Reference>,
    /// Every identifier in the input.
    pub(crate) words: Vec<Name>,
    /// Every string in the input.
    pub(crate) strings: Vec<String>,
}

/// What a macro's definition says of predicates with metavariables in them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct OpenCfg {
    /// Whether it has any.
    pub(crate) any: bool,
    /// Words beside the metavariables, and in the input of macros that it calls.
    pub(crate) words: Vec<Name>,
    /// Strings at the same places.
    pub(crate) strings: Vec<String>,
}

/// A file read at build time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Include {
    pub(crate) what: ConstStr,
    /// Whether it is read as source.
    pub(crate) code: bool,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    pub(crate) hash: Hash,
    pub(crate) references: Vec<Reference>,
    /// What is named to a macro that may use whatever is in it: members of types, items of modules.
    pub(crate) opened: Vec<Reference>,
    /// Names of methods called, and of members named behind a type that is not a path.
    pub(crate) members: Vec<Name>,
    pub(crate) macros: Vec<MacroUse>,
    /// Predicates of `cfg`.
    pub(crate) asks: Vec<Name>,
    pub(crate) envs: Vec<Name>,
    pub(crate) includes: Vec<Include>,
    /// Whether it says where it stands: `line!` and the like.
    pub(crate) places: bool,
    /// Whether a parameter is of any type that fits: `impl Trait`, `dyn Trait`.
    pub(crate) takes_any: bool,
    /// For a macro's definition: variables of the environment that it reads, as far as their names are put together of
    /// its input.
    pub(crate) open_envs: Vec<ConstStr>,
    /// The same for predicates, with what may be put into them beside its input.
    pub(crate) open_cfg: OpenCfg,
    /// For a macro's definition: every identifier in it.
    pub(crate) words: Vec<Name>,
    /// The same for strings.
    pub(crate) strings: Vec<String>,
}

impl Facts {
    /// Whether an alias stands for what only the compiler knows: `<A as B>::C`, or what a macro makes.
    pub(crate) fn projects(&self) -> bool {
        !self.members.is_empty() || !self.macros.is_empty()
    }
}
