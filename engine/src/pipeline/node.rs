//! Steps without their types, each with what it is given: the graph as it is declared.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::exportable::Erased;
use super::running::{Inputs, Ran};
use crate::function::Function;
use crate::function::returns::Failure;
use crate::key::type_parameters::Types;
use crate::place::{absolute, start_folder};
use crate::value::{Comparing, HashAny, Kind, Shared, ValueError};

/// A value to be written to a path.
#[derive(Clone, Debug)]
pub(crate) struct ExportTo {
    /// As it was declared.
    pub path: PathBuf,
    /// The same from the root on.
    pub at: PathBuf,
    pub bytes: Erased,
}

impl ExportTo {
    pub(super) fn new(path: PathBuf, bytes: Erased) -> Self {
        Self { at: absolute(&start_folder().join(&path)), path, bytes }
    }
}

/// A step without its type.
pub(crate) struct Node {
    /// In the order of declaration, so an input's is always smaller.
    pub id: u64,
    pub function: &'static Function,
    pub types: Types,
    pub inputs: Vec<Input>,
    pub run: Runner,
    pub kind: &'static Kind,
    pub same: &'static dyn Comparing,
    /// The `Cloner` of its type.
    pub cloner: &'static (dyn Any + Send + Sync),
    pub exports: Mutex<Vec<ExportTo>>,
}

/// Runs a step's function on its inputs. It holds the arguments that are left out of the key.
pub(crate) type Runner = Box<dyn Fn(&mut Inputs) -> Result<Ran, Failure> + Send + Sync>;

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({} #{})", self.function.name(), self.id)
    }
}

impl Drop for Node {
    /// A long chain of steps is taken apart in a loop: dropping it by recursion would overflow the stack.
    fn drop(&mut self) {
        let mut rest: Vec<_> = self.inputs.drain(..).collect();
        while let Some(input) = rest.pop() {
            for node in input.source.into_nodes() {
                if let Some(mut node) = Arc::into_inner(node) {
                    rest.append(&mut node.inputs);
                }
            }
        }
    }
}

/// An argument of a step.
pub(crate) struct Input {
    pub name: &'static str,
    pub source: Source,
    /// How a literal is compared with what its bytes stand for.
    pub same: &'static dyn Comparing,
    /// What stands for a literal instead of its bytes.
    pub hash: Option<HashAny>,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

/// Where an argument of a step comes from.
#[derive(Debug)]
pub struct Source(pub(crate) SourceKind);

#[derive(Debug)]
pub(crate) enum SourceKind {
    Literal { value: Shared, kind: &'static Kind },
    Step(Arc<Node>),
    Steps { nodes: Vec<Arc<Node>>, assemble: Assemble },
}

/// Makes a list of the values of steps.
pub(crate) type Assemble = fn(Vec<Shared>, &[Arc<Node>]) -> Result<Shared, ValueError>;

impl Source {
    fn into_nodes(self) -> Vec<Arc<Node>> {
        match self.0 {
            SourceKind::Literal { .. } => Vec::new(),
            SourceKind::Step(node) => vec![node],
            SourceKind::Steps { nodes, .. } => nodes,
        }
    }

    pub(crate) fn nodes(&self) -> &[Arc<Node>] {
        match &self.0 {
            SourceKind::Literal { .. } => &[],
            SourceKind::Step(node) => std::slice::from_ref(node),
            SourceKind::Steps { nodes, .. } => nodes,
        }
    }
}

thread_local! {
    /// The steps that the pipeline being declared exports: they are wanted even if it does not return them.
    static EXPORTED: RefCell<Option<Vec<Arc<Node>>>> = const { RefCell::new(None) };
}

/// Notes that a step is exported.
pub(super) fn note_exported(node: &Arc<Node>) {
    EXPORTED.with_borrow_mut(|exported| {
        if let Some(exported) = exported {
            exported.push(node.clone());
        }
    });
}

/// Runs `declare`, and returns the steps that it returned or exported.
pub(crate) fn declaring(declare: impl FnOnce() -> Vec<Arc<Node>>) -> Vec<Arc<Node>> {
    let outer = EXPORTED.replace(Some(Vec::new()));
    let mut wanted = declare();
    wanted.extend(EXPORTED.replace(outer).unwrap_or_default());
    wanted
}
