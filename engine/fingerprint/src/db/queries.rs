//! The queries over one file or item.
//!
//! | query | changes when |
//! | --- | --- |
//! | [`parsed`] | the file's text does |
//! | [`shape`] | what the file declares does |
//! | [`facts`] | that one item does |

use std::sync::Arc;

use crate::facts::{Facts, read};
use crate::syntax::item::Shape;
use crate::syntax::parse::Parsed;

use super::base::Db;
use super::inputs::SourceFile;
use super::node::{Node, NodeKey};

/// Whether the file is there.
#[salsa::tracked(returns(copy))]
pub(crate) fn exists(db: &dyn Db, source: SourceFile) -> bool {
    source.text(db).is_some()
}

/// The file's items with their positions.
#[salsa::tracked(no_eq)]
pub(crate) fn parsed(db: &dyn Db, source: SourceFile) -> Arc<Parsed> {
    let text = source.text(db).clone().unwrap_or_else(|| "".into());
    Arc::new(Parsed::read(text))
}

/// What the file declares.
#[salsa::tracked]
pub(crate) fn shape(db: &dyn Db, source: SourceFile) -> Arc<Shape> {
    parsed(db, source).shape.clone()
}

/// What the item behind a node says by itself.
pub(crate) fn facts(db: &dyn Db, node: Node) -> &Arc<Facts> {
    facts_of(db, node.id())
}

#[salsa::tracked]
fn facts_of(db: &dyn Db, key: NodeKey) -> Arc<Facts> {
    let data = db.node_of(key).data();
    let parsed = parsed(db, data.source);
    let facts = parsed.find(data.ident).map(|id| read::facts(parsed, id));
    Arc::new(facts.unwrap_or_default())
}
