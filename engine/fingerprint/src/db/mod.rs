//! The salsa database: its inputs, the nodes of the graph, and the queries over one file.

mod base;
mod inputs;
mod node;
mod queries;

pub use base::Observer;
pub(crate) use base::{Base, Db};
pub(crate) use inputs::Source;
pub(crate) use node::{Node, NodeData, NodeKey, Sort};
pub(crate) use queries::{exists, facts, parsed, shape};
