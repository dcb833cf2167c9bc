//! Steps: calls that are declared but not run.
//!
//! A step holds its inputs, so the wanted steps hold the whole graph behind them. Steps are not registered anywhere; a
//! step that is no longer held is dropped.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;

use super::exportable::Export;
use super::node::{ExportTo, Node, note_exported};
use crate::sync::lock;

/// One call of a stashed function in a pipeline, declared but not run.
///
/// # Examples
///
/// `f::step` takes, for each parameter, its value or a step that returns it.
///
/// ```
/// use scrat::{Step, pipeline, stash};
///
/// #[stash]
/// fn load(path: String) -> Vec<u64> {
///     vec![path.len() as u64]
/// }
///
/// #[stash]
/// fn sum(numbers: &[u64], most: u64) -> String {
///     numbers.iter().sum::<u64>().min(most).to_string()
/// }
///
/// #[pipeline]
/// fn total() -> Step<String> {
///     let numbers = load::step("numbers.txt");
///     sum::step(numbers, 100).export("total.txt")
/// }
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "total").unwrap();
/// # assert_eq!(pipeline.graph(&scrat_engine::Given::default()).unwrap().len(), 2);
/// ```
#[must_use = "a step runs only if the pipeline returns it, or a step that takes it"]
pub struct Step<T> {
    pub(crate) node: Arc<Node>,
    value: PhantomData<fn() -> T>,
}

impl<T> Step<T> {
    pub(super) fn new(node: Arc<Node>) -> Self {
        Self { node, value: PhantomData }
    }
}

impl<T> Clone for Step<T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<T> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.node.function.name())
    }
}

impl<T> Step<T> {
    /// Has a run write the step's value to a path: text and bytes as they are, a file or a folder as a copy.
    ///
    /// Missing folders on the way are made. A relative path starts at the pipeline's package, even if the current
    /// folder changes later. An existing file is replaced; a device or a FIFO is written into. A folder replaces a
    /// folder as a whole: one that scrat did not write, or that was edited since, is kept beside it.
    #[must_use = "the step that is exported is still the one to return"]
    pub fn export(self, path: impl Into<PathBuf>) -> Self
    where
        // Here, and not on the block, so that the compiler tells what `Export` has to say.
        T: Export,
    {
        lock(&self.node.exports).push(ExportTo::new::<T>(path.into()));
        note_exported(&self.node);
        self
    }
}
