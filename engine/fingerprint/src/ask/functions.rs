//! The stashed functions of a crate.

use std::path::PathBuf;

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::db::{Db, Node, facts, parsed, shape};
use crate::names::modules::{CrateMap, Place, What, crate_map};
use crate::syntax::item::{Item, ItemId, ItemKind, Path, Shape, Space};

/// A function marked `#[stash]`, as the sources have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StashedFunction {
    /// `crate::module::name`, or `crate::module::<Type>::name` for a method.
    pub name: String,
    /// Its file, as it was given or found.
    pub file: PathBuf,
    /// The line of its name, from 1.
    pub line: u32,
    /// Whether it has type parameters, its own or its impl's.
    pub generic: bool,
    /// Whether it stands in an `impl` or a trait.
    pub method: bool,
    /// Predicates that it exists under; without any it always does.
    pub cfg: Vec<String>,
}

/// The nodes of stashed functions, in the order of files and text.
#[salsa::tracked]
pub(crate) fn stashed(db: &dyn Db, krate: Krate) -> Vec<Node> {
    let map = crate_map(db, krate);
    let found = map.nodes.iter().copied().filter(|node| is_stashed(db, map, *node));
    found.collect()
}

/// Whether a node is a function marked for stashing.
fn is_stashed(db: &dyn Db, map: &CrateMap, node: Node) -> bool {
    let data = node.data();
    if data.kind != PartKind::Function {
        return false;
    }
    let Some(place) = map.places.get(&node) else { return false };
    let shape = shape(db, data.source);
    let Some(item) = shape.items.get(place.item) else { return false };
    item.kind == ItemKind::Function && item.attributes.foreign.iter().any(|path| marks(map, place, path))
}

/// Whether an attribute of this path is scrat's, by its own name or by an import's.
fn marks(map: &CrateMap, place: &Place, path: &Path) -> bool {
    let stash = |path: &Path| path.last().is_some_and(|word| word.text() == "stash");
    if stash(path) {
        return true;
    }
    let [name] = &**path else { return false };
    let mut module = Some(place.module);
    while let Some(id) = module {
        let scope = map.module(id);
        let bindings = scope.names.get(&(Space::Macros, *name)).into_iter().flatten();
        if bindings.into_iter().any(|binding| matches!(&binding.what, What::Import(path) if stash(path))) {
            return true;
        }
        module = scope.parent.filter(|_| scope.block);
    }
    false
}

/// Stashed functions in the input of macro calls. Most macros leave such a function as it is, but what this one does is
/// not known. So these functions have no nodes of their own, and the whole crate counts for each.
pub(crate) fn in_macros(db: &dyn Db, krate: Krate) -> Vec<StashedFunction> {
    let map = crate_map(db, krate);
    let mut found: Vec<StashedFunction> = Vec::new();
    for node in map.nodes.iter().filter(|node| node.data().kind == PartKind::MacroCall) {
        let source = node.data().source;
        let (Some(place), parsed) = (map.places.get(node), parsed(db, source)) else { continue };
        for (item, span) in parsed.shape.items.values().zip(parsed.spans.values()) {
            let stashed =
                item.kind == ItemKind::Function && item.attributes.foreign.iter().any(|path| marks(map, place, path));
            let Some(modules) = stashed.then(|| within(&parsed.shape, item, place.item)).flatten() else { continue };
            let module = [map.module(place.module).path.text()].into_iter().chain(modules);
            let name = module.chain([item.name.text()]).collect::<Vec<_>>().join("::");
            if found.iter().any(|known| known.name == name) {
                continue;
            }
            let cfg = place.cfg.iter().chain(&item.attributes.cfg).chain(&item.attributes.asks);
            found.push(StashedFunction {
                name,
                file: source.path(db).clone(),
                line: parsed.tokens.list.get(span.name_at).map_or(0, |token| parsed.tokens.line(token.start)),
                generic: item.generics.types,
                method: false,
                cfg: cfg.map(ToString::to_string).collect(),
            });
        }
    }
    found
}

/// The modules between an item and a macro call around it; none if the call is not around it.
fn within(shape: &Shape, item: &Item, call: ItemId) -> Option<Vec<&'static str>> {
    let mut modules = Vec::new();
    let mut parent = item.parent?;
    while parent != call {
        let around = shape.items.get(parent)?;
        if around.kind == ItemKind::InlineModule {
            modules.push(around.name.text());
        }
        parent = around.parent?;
    }
    modules.reverse();
    Some(modules)
}

/// A stashed function as it is listed.
pub(crate) fn describe(db: &dyn Db, node: Node) -> Option<StashedFunction> {
    let data = node.data();
    let map = crate_map(db, data.krate);
    let place = map.places.get(&node)?;
    let parsed = parsed(db, data.source);
    let item: &Item = parsed.shape.items.get(place.item)?;
    let span = parsed.spans.get(place.item)?;
    let line = parsed.tokens.list.get(span.name_at).map_or(0, |token| parsed.tokens.line(token.start));
    let mut cfg: Vec<String> = place.cfg.iter().map(ToString::to_string).collect();
    let switched = item.attributes.asks.iter().map(ToString::to_string);
    cfg.extend(switched);
    Some(StashedFunction {
        name: data.key.to_string(),
        file: data.source.path(db).clone(),
        line,
        generic: item.generics.types || facts(db, node).takes_any,
        method: place.owner.is_some(),
        cfg,
    })
}
