//! All facts of one item: its hash, what its tokens name, and what it says of itself.

use crate::digest::Fields;
use crate::sorted::sort;
use crate::syntax::const_str::ConstStr;
use crate::syntax::item::{Item, ItemId, ItemKind, Spaces, Watch};
use crate::syntax::name::Name;
use crate::syntax::normal;
use crate::syntax::parse::Parsed;

use super::{Facts, Include, Reference, scan};

/// Reads the facts of one item.
pub(crate) fn facts(parsed: &Parsed, id: ItemId) -> Facts {
    let (Some(item), Some(span)) = (parsed.shape.items.get(id), parsed.spans.get(id)) else {
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
    order(parsed, id, &mut fields);
    facts.hash = fields.finish().0;
    scan::item(parsed, id, &mut facts);
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

/// A macro can be called only behind its definition, so in a body it matters where the definition stands.
fn order(parsed: &Parsed, id: ItemId, fields: &mut Fields) {
    let Some(span) = parsed.spans.get(id) else { return };
    if span.skip.is_empty() {
        return;
    }
    for (item, inner) in parsed.shape.items.values().zip(parsed.spans.values()).skip(id.at() + 1) {
        if inner.range.start >= span.range.end {
            return;
        }
        let own = item.parent == Some(id) && item.block.is_some();
        if own && matches!(item.kind, ItemKind::MacroRules(_)) {
            fields.number(parsed.before(id, inner.range.start) as u64).text(&item.name);
        }
    }
}

/// What a stashed function says that its result depends on.
fn watch(item: &Item, facts: &mut Facts) {
    for watched in &item.attributes.watch {
        match watched {
            Watch::Item(path) => facts.references.push(Reference::new(path.clone(), item.block, Spaces::ALL)),
            Watch::File(file) => facts.includes.push(Include {
                what: ConstStr::Concat(vec![
                    ConstStr::Env(Name::new("CARGO_MANIFEST_DIR")),
                    ConstStr::Literal(format!("/{file}")),
                ]),
                code: false,
            }),
            Watch::Env(name) => facts.envs.push(*name),
        }
    }
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
