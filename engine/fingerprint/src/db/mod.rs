//! The salsa database: its inputs, the nodes of the graph, and the queries over one file.

mod base;
mod inputs;
mod node;
mod queries;

pub use base::Observer;
pub(crate) use base::{Base, Db};
pub(crate) use inputs::SourceFile;
pub(crate) use node::{Nature, Node, NodeData, NodeKey};
pub(crate) use queries::{exists, facts, parsed, shape};
