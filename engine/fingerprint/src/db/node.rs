//! The nodes of the graph: the items of all crates, as queries are asked about them.

use std::cmp::Ordering;

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::syntax::name::Name;

use super::inputs::SourceFile;

/// What is known of a node's item wherever it is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Nature {
    /// A struct, enum or union, which has members of its own.
    Data,
    /// A type alias, which stands for others.
    Alias,
    /// A function to which its caller's place matters.
    TracksCaller,
    Other,
}

/// What identifies a node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeData {
    pub(crate) kind: PartKind,
    pub(crate) nature: Nature,
    /// Its full name: `crate::module::item`.
    pub(crate) key: Name,
    pub(crate) krate: Krate,
    pub(crate) source: SourceFile,
    /// What the item is called within its file.
    pub(crate) ident: Name,
}

/// What queries about a node are asked by.
#[salsa::input(debug)]
pub(crate) struct NodeKey {
    #[returns(copy)]
    pub(super) data: NodeData,
}

/// A node of the graph.
///
/// Its data never change, so they are kept outside salsa, where reading them does not make a dependency. They are kept
/// for as long as the process lives, like names.
#[derive(Clone, Copy)]
pub(crate) struct Node(&'static NodeEntry);

struct NodeEntry {
    order: u32,
    id: NodeKey,
    data: NodeData,
}

impl Node {
    /// A node that is kept for good, the `order`th that was made.
    pub(super) fn new(order: u32, id: NodeKey, data: NodeData) -> Self {
        Self(Box::leak(Box::new(NodeEntry { order, id, data })))
    }

    pub(crate) fn data(self) -> &'static NodeData {
        &self.0.data
    }

    pub(crate) fn id(self) -> NodeKey {
        self.0.id
    }
}

impl NodeData {
    /// Its full name without the predicates that it exists under.
    pub(crate) fn plain_name(&self) -> &'static str {
        self.key.text().split(" if ").next().unwrap_or("")
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.data.key)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Node {}

impl std::hash::Hash for Node {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u32(self.0.order);
    }
}

// In the order of their making, which is the same for equal histories.
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order.cmp(&other.0.order)
    }
}
