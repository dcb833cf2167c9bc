//! Steps without their types, each with what it is given: the graph as it is declared.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::exportable::{Erased, Export};
use super::pattern::InputPattern;
use super::running::{Inputs, Ran};
use crate::digest::Digest;
use crate::function::Function;
use crate::function::returns::Failure;
use crate::key::type_parameters::Types;
use crate::place::{absolute, start_folder};
use crate::value::{Comparing, HashAny, Kind, KindOf, Shared, Valid, ValueError};

/// A value to be written to a path.
#[derive(Clone, Debug)]
pub(crate) struct ExportTo {
    /// As it was declared.
    pub path: PathBuf,
    /// The same from the root on.
    pub at: PathBuf,
    pub is_folder: bool,
    pub exported: Erased,
}

impl ExportTo {
    pub(super) fn new<T: Export>(path: PathBuf) -> Self {
        let at = absolute(&start_folder().join(&path));
        Self { at, path, is_folder: T::IS_FOLDER, exported: T::ERASED }
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
    /// What a stored result has to pass.
    pub valid: Option<Valid>,
    pub same: &'static dyn Comparing,
    /// The `Cloner` of its type.
    pub cloner: &'static (dyn Any + Send + Sync),
    pub exports: Mutex<Vec<ExportTo>>,
}

/// Runs a step's function on its inputs. It holds the arguments that are left out of the key.
pub(crate) type Runner = Box<dyn Fn(&mut Inputs) -> Result<Ran, Failure> + Send + Sync>;

impl Node {
    /// What can be done with its result.
    pub(crate) fn kind_of(&self) -> KindOf {
        KindOf { kind: self.kind, valid: self.valid, in_memory: false }
    }
}

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
    /// The digest, as keys have it, of the default that the parameter was added with.
    pub default: Option<Digest>,
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

/// What a pipeline's function declares beside what it returns.
#[derive(Default)]
pub(crate) struct Declared {
    /// The steps that are wanted.
    pub wanted: Vec<Arc<Node>>,
    /// What it looked for files with.
    pub patterns: BTreeSet<InputPattern>,
}

thread_local! {
    /// Of the pipeline that is being declared. A step that it exports is wanted even if it does not return it.
    static DECLARED: RefCell<Option<Declared>> = const { RefCell::new(None) };
}

/// Notes that a step is exported.
pub(super) fn note_exported(node: &Arc<Node>) {
    note(|declared| declared.wanted.push(node.clone()));
}

/// Notes that files are looked for.
pub(super) fn note_pattern(pattern: InputPattern) {
    note(|declared| {
        declared.patterns.insert(pattern);
    });
}

fn note(what: impl FnOnce(&mut Declared)) {
    DECLARED.with_borrow_mut(|declared| declared.as_mut().map(what));
}

/// Runs `declare`, and returns all that it declared; the steps that it returned come first.
pub(crate) fn declaring(declare: impl FnOnce() -> Vec<Arc<Node>>) -> Declared {
    let outer = DECLARED.replace(Some(Declared::default()));
    let mut wanted = declare();
    let mut declared = DECLARED.replace(outer).unwrap_or_default();
    wanted.append(&mut declared.wanted);
    Declared { wanted, ..declared }
}
