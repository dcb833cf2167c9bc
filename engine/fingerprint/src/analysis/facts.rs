//! What one item's tokens say by themselves: their hash, and every name in them that may mean something.
//!
//! Facts carry no positions and resolve nothing. They change when the item changes and at no other time,
//! so they are the firewall between an edit and everything that was concluded about other items.

use crate::Hash;
use crate::digest::Fields;

use super::item::{Item, ItemKind, Path, Spaces, Text, Watch};
use super::name::Name;
use super::normal;
use super::parse::Parsed;
use super::scan;

/// A path that may name an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Reference {
    pub(crate) path: Path,
    /// The block that it is looked up from.
    pub(crate) block: Option<u32>,
    pub(crate) spaces: Spaces,
    /// Whether a local variable of that name is in reach, so that only what a pattern can name counts.
    pub(crate) bound: bool,
    /// Whether the macro that writes it seems to declare it too, so that finding nothing is no wonder.
    pub(crate) local: bool,
}

/// A macro call inside an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MacroUse {
    pub(crate) path: Path,
    pub(crate) block: Option<u32>,
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
    pub(crate) what: Text,
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
    /// For a macro's definition: variables of which it reads some by names in its input.
    pub(crate) open_envs: Vec<Text>,
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

/// Reads the facts of one item.
pub(crate) fn read(parsed: &Parsed, index: usize) -> Facts {
    let (Some(item), Some(span)) = (parsed.shape.items.get(index), parsed.spans.get(index)) else {
        return Facts::default();
    };
    let view = parsed.view();
    let mut facts = Facts::default();
    let mut bytes = Vec::with_capacity(256);
    let heard = item.attributes.heard();
    let skip = if item.kind == ItemKind::InlineModule { &[][..] } else { &span.skip };
    normal::write(view, span.range.clone(), skip, heard, &mut bytes);
    let mut fields = Fields::new("scrat tokens v1");
    fields.number(tag(item).into()).bytes(&bytes);
    order(parsed, index, &mut fields);
    facts.hash = fields.finish().0;
    scan::item(parsed, index, &mut facts);
    watch(item, &mut facts);
    if let Some(open) = span.parameters {
        facts.takes_any = view.inside(open).any(|at| view.is_word(at, "impl") || view.is_word(at, "dyn"));
    }
    sort(&mut facts.references);
    sort(&mut facts.opened);
    sort(&mut facts.members);
    sort(&mut facts.macros);
    sort(&mut facts.asks);
    sort(&mut facts.envs);
    sort(&mut facts.includes);
    sort(&mut facts.words);
    sort(&mut facts.open_cfg.words);
    sort(&mut facts.open_cfg.strings);
    facts
}

/// Macros count from where they are defined on, so in a body it matters where that is.
fn order(parsed: &Parsed, index: usize, fields: &mut Fields) {
    let Some(span) = parsed.spans.get(index) else { return };
    if span.skip.is_empty() {
        return;
    }
    for (item, inner) in parsed.shape.items.iter().zip(&parsed.spans).skip(index + 1) {
        if inner.range.start >= span.range.end {
            return;
        }
        let own = item.parent == u32::try_from(index).ok() && item.block.is_some();
        if own && matches!(item.kind, ItemKind::MacroRules(_)) {
            fields.number(parsed.before(index, inner.range.start) as u64).text(&item.name);
        }
    }
}

/// What a stashed function says that its result depends on.
fn watch(item: &Item, facts: &mut Facts) {
    for watched in &item.attributes.watch {
        match watched {
            Watch::Item(path) => facts.references.push(Reference {
                path: path.clone(),
                block: item.block,
                spaces: Spaces::ALL,
                bound: false,
                local: false,
            }),
            Watch::File(file) => facts.includes.push(Include {
                what: Text::Concat(vec![Text::Env(Name::new("CARGO_MANIFEST_DIR")), Text::Literal(format!("/{file}"))]),
                code: false,
            }),
            Watch::Env(name) => facts.envs.push(*name),
        }
    }
}

/// Sorted, each once.
pub(crate) fn sort<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

fn tag(item: &Item) -> u8 {
    match item.kind {
        ItemKind::Function => 0,
        ItemKind::Struct(_) => 1,
        ItemKind::Enum(_) => 2,
        ItemKind::Union => 3,
        ItemKind::Trait(_) => 4,
        ItemKind::Alias => 5,
        ItemKind::Constant => 6,
        ItemKind::Static => 7,
        ItemKind::MacroRules(_) => 8,
        ItemKind::Call(_) => 9,
        ItemKind::Impl(_) => 10,
        ItemKind::Foreign => 11,
        _ => 12,
    }
}
