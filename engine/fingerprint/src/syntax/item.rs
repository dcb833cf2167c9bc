//! What a file declares, without positions: the items, nested ones included, and what names them.
//!
//! A [`Shape`] stays equal when only the inside of functions changes, so it is the firewall between a
//! file's text and everything that is known of a crate's names.

use crate::index::{Idx, IdxVec};

use super::const_str::ConstStr;
use super::language;
use super::name::Name;

/// A path as written: `["", "a", "b"]` for `::a::b`, `["$crate", "x"]` for `$crate::x`.
pub(crate) type Path = Box<[Name]>;

/// A namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    Types,
    Values,
    Macros,
}

impl Space {
    pub(crate) const ALL: [Self; 3] = [Self::Types, Self::Values, Self::Macros];
}

/// A set of namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Spaces(u8);

impl Spaces {
    pub(crate) const TYPES: Self = Self(1);
    pub(crate) const VALUES: Self = Self(2);
    pub(crate) const MACROS: Self = Self(4);
    /// Types and values.
    pub(crate) const BOTH: Self = Self(3);
    pub(crate) const ALL: Self = Self(7);

    /// The namespaces in it.
    pub(crate) fn each(self) -> impl Iterator<Item = Space> {
        Space::ALL.into_iter().filter(move |space| self.0 & 1 << *space as u8 != 0)
    }

    pub(crate) fn has_macros(self) -> bool {
        self.0 & Self::MACROS.0 != 0
    }
}

/// What sort of item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Function,
    /// With whether it has a constructor in the value namespace.
    Struct(bool),
    Enum(Vec<Name>),
    Union,
    Trait(TraitHead),
    Alias,
    Constant,
    Static,
    /// `mod name;`
    FileModule,
    /// `mod name { … }`
    InlineModule,
    Use(Vec<Import>),
    /// `extern crate name as alias`, with the name.
    ExternCrate(Name),
    MacroRules(Box<Definition>),
    /// A macro call in item position.
    Call(CallHead),
    Impl(Box<ImplHead>),
    /// `extern "C" { … }`
    ExternBlock,
    /// A function or static declared in such a block.
    Foreign,
    /// Tokens that are not an item of any known kind.
    Unknown,
}

/// A trait's members.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct TraitHead {
    /// Everything declared in it, with or without a default.
    pub(crate) members: Vec<Name>,
    pub(crate) supers: Vec<Path>,
}

impl TraitHead {
    /// The member that stands for those that a macro declares.
    pub(crate) fn open() -> Name {
        Name::new("!")
    }
}

/// The part of an `impl` before its braces.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct ImplHead {
    /// The trait, if it implements one.
    pub(crate) of: Option<Path>,
    /// The path of the self type, if it is one.
    pub(crate) target: Option<Path>,
    /// Every path in the self type and the trait's arguments.
    pub(crate) types: Vec<Path>,
    /// `<Type>` or `<Type as Trait>`, for naming its members.
    pub(crate) title: Name,
    /// Whether anything but functions and constants stands in it.
    pub(crate) others: bool,
}

/// What a `macro_rules!` definition may declare where it is called.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Definition {
    /// Names that it writes itself.
    pub(crate) names: Vec<Name>,
    /// Imports that it writes itself.
    pub(crate) imports: Vec<Import>,
    /// Modules in files of their own that it declares, and whether it declares those that its input names.
    pub(crate) modules: Vec<Name>,
    pub(crate) any_module: bool,
    /// Whether it says where their files are.
    pub(crate) paths: bool,
    /// What it includes as source.
    pub(crate) includes: Vec<ConstStr>,
    /// Strings in it, where it may include something.
    pub(crate) strings: Vec<String>,
    /// Macros that it calls, by their last names.
    pub(crate) calls: Vec<Name>,
    /// Whether it may implement something.
    pub(crate) impls: bool,
    /// Whether it may make functions that track their callers.
    pub(crate) tracks: bool,
}

/// A macro call in item position.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct CallHead {
    pub(crate) path: Path,
    /// Every identifier in the input, sorted.
    pub(crate) words: Vec<Name>,
    /// Every path in the input, sorted.
    pub(crate) paths: Vec<Path>,
    /// For `include!`, what is included.
    pub(crate) include: Option<ConstStr>,
    /// Every string in the input.
    pub(crate) strings: Vec<String>,
}

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) path: Path,
    /// The name it is given; `_` for none, `*` for a glob.
    pub(crate) name: Name,
}

/// Who may see an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Its module, and those inside.
    Private,
    /// Its module's parent, and all inside.
    Super,
    Crate,
    /// Some module of the crate.
    Somewhere,
    /// Everybody who can name it.
    Wider,
}

/// Attributes that this crate understands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    /// Predicates that must hold for the item to exist.
    pub(crate) cfg: Vec<Name>,
    /// Predicates that decide about other attributes.
    pub(crate) asks: Vec<Name>,
    /// `#[path]`, with the predicate it stands under.
    pub(crate) path: Vec<(Option<Name>, String)>,
    pub(crate) macro_use: bool,
    pub(crate) macro_export: bool,
    pub(crate) track_caller: bool,
    pub(crate) test: bool,
    /// The symbol that a linker knows it by.
    pub(crate) symbol: Option<Name>,
    /// The paths of attributes and derives that are not the language's.
    pub(crate) foreign: Vec<Path>,
    /// Paths in the arguments of those attributes.
    pub(crate) named: Vec<Path>,
    /// What a stashed function says that its result depends on besides its code.
    pub(crate) watch: Vec<Watch>,
}

impl Attributes {
    /// Whether a macro is given the item that does what it likes with all of it, documentation included.
    pub(crate) fn heard(&self) -> bool {
        self.foreign.iter().any(|path| !path.last().is_some_and(|word| language::attentive_to_arguments_alone(word)))
    }
}

/// One thing in `#[stash(watch(…))]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// An item, and all that it reaches.
    Item(Path),
    /// A file, relative to the package, by its content at build time.
    File(String),
    /// A variable of the environment, by its value at build time.
    Env(Name),
}

/// The number of an item in its file, which is also its place in the order of the text.
pub(crate) type ItemId = Idx<Item>;

/// The number of a block in its file.
pub(crate) type BlockId = Idx<Block>;

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    pub(crate) name: Name,
    /// What it is called within its file: unique, and the same after an edit elsewhere.
    pub(crate) ident: Name,
    /// The module, trait, impl, macro call or extern block that it stands in.
    pub(crate) parent: Option<ItemId>,
    /// The block that it stands in, if it stands in a body.
    pub(crate) block: Option<BlockId>,
    pub(crate) visibility: Visibility,
    pub(crate) attributes: Attributes,
    /// Generic parameters, its own and its parents'.
    pub(crate) generics: Generics,
}

/// Generic parameters but lifetimes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Generics {
    pub(crate) names: Vec<Name>,
    /// Whether any of them stands for a type.
    pub(crate) types: bool,
}

impl Generics {
    pub(crate) fn extend(&mut self, own: Self) {
        self.names.extend(own.names);
        self.types |= own.types;
    }
}

/// A block that declares items, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) parent: Option<BlockId>,
    /// The item whose body it is in.
    pub(crate) owner: ItemId,
}

/// What a file declares.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    /// In the order of the text; parents come before children.
    pub(crate) items: IdxVec<Item>,
    pub(crate) blocks: IdxVec<Block>,
    /// Macros called in bodies, but for those of the standard library: by the item, and by their last names.
    pub(crate) body_calls: Vec<(ItemId, Name)>,
    /// Functions that track their callers, members and those in macro input included.
    pub(crate) tracks: Vec<Name>,
    /// Attributes of the file as a whole.
    pub(crate) attributes: Attributes,
    /// Whether some name may be taken for another one that is written with other characters.
    pub(crate) respelled: bool,
    /// Whether the text made no sense and counts as bytes.
    pub(crate) opaque: bool,
}
