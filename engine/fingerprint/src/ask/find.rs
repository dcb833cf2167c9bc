//! Finding functions: by their name, or by where they stand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::db::{Db, Node, parsed};
use crate::disk::files::clean;
use crate::names::modules::crate_map;

/// The functions of a name: several where they are alternatives.
pub(crate) fn named(db: &dyn Db, krate: Krate, name: &str) -> Vec<Node> {
    let named = |node: &&Node| {
        let data = node.data();
        data.kind == PartKind::Function && data.key.starts_with(name) && data.plain_name() == name
    };
    crate_map(db, krate).nodes.iter().filter(named).copied().collect()
}

/// The innermost functions of this name around a line and column; a file mounted twice has two of them.
pub(crate) fn around(db: &dyn Db, krate: Krate, file: &Path, at: (usize, usize), name: &str) -> Vec<Node> {
    let map = crate_map(db, krate);
    let wanted = canonical(file);
    let mut found: Vec<(usize, Node)> = Vec::new();
    for node in by_own_name(db, krate).get(name.trim_start_matches("r#")).into_iter().flatten() {
        let data = node.data();
        let parsed = parsed(db, data.source);
        let Some(span) = map.places.get(node).and_then(|place| parsed.spans.get(place.item)) else { continue };
        if canonical(data.source.path(db)) != wanted {
            continue;
        }
        let end_of = |index: usize, end: bool| {
            parsed.tokens.list.get(index).map_or((0, 0), |token| {
                let byte = if end { token.end } else { token.start };
                let before = parsed.text.get(..byte as usize).unwrap_or("");
                let start = before.rfind('\n').map_or(0, |at| at + 1);
                (parsed.tokens.line(byte) as usize, before[start..].chars().count() + 1)
            })
        };
        let first = end_of(span.range.start, false);
        let last = end_of(span.range.end.saturating_sub(1), true);
        if first <= at && at <= last {
            found.push((span.range.len(), *node));
        }
    }
    let least = found.iter().map(|(length, _)| *length).min();
    found.into_iter().filter(|(length, _)| Some(*length) == least).map(|(_, node)| node).collect()
}

/// The functions of the crate by their own names. The macro asks about one after the other.
#[salsa::tracked]
fn by_own_name(db: &dyn Db, krate: Krate) -> Arc<FxHashMap<&'static str, Vec<Node>>> {
    let map = crate_map(db, krate);
    let mut functions: FxHashMap<_, Vec<Node>> = FxHashMap::default();
    for node in map.nodes.iter().filter(|node| node.data().kind == PartKind::Function) {
        let parsed = parsed(db, node.data().source);
        if let Some(item) = map.places.get(node).and_then(|place| parsed.shape.items.get(place.item)) {
            functions.entry(item.name.text()).or_default().push(*node);
        }
    }
    Arc::new(functions)
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| clean(path))
}
