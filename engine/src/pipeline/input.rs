//! What a step may be given for a parameter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::node::{Node, Source, SourceKind};
use super::step::Step;
use crate::sealed::Sealed;
use crate::value::{Cloner, File, Shared, Value, ValueError, kind, take};

/// What a parameter of type `T` takes in `f::step(…)`: the value, a step of it, a reference to such a step,
/// or, for a `Vec`, a `Vec` of steps.
///
/// It is implemented for all that fits, and for nothing else.
///
/// # Examples
///
/// ```
/// use scrat::{IntoInput, Step, stash};
///
/// #[stash]
/// fn score(fold: u64) -> u64 {
///     fold * 10
/// }
///
/// #[stash]
/// fn best(scores: &[u64], of: String) -> String {
///     format!("{of}: {:?}", scores.iter().max())
/// }
///
/// /// Declares a step for whatever gives the folds.
/// fn scored(fold: impl IntoInput<u64>) -> Step<u64> {
///     score::step(fold)
/// }
///
/// let first = scored(1);
/// let again = scored(&first);
/// let _of_steps: Step<String> = best::step(vec![first, again], "steps");
/// let _of_values: Step<String> = best::step(vec![1, 2], String::from("values"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a step where a `{T}` is wanted",
    label = "neither a `{T}` nor a `Step` of it",
    note = "a parameter takes a value, a `Step` of it, a `&Step` of it, or, for a `Vec`, a `Vec` of steps"
)]
pub trait IntoInput<T> {
    /// The argument, without its type.
    #[doc(hidden)]
    fn into_input(self, _: Sealed) -> Source;
}

fn literal<T: Value>(value: T) -> Source {
    Source(SourceKind::Literal { value: Arc::new(value), kind: kind::<T>() })
}

impl<T: Value> IntoInput<T> for T {
    fn into_input(self, _: Sealed) -> Source {
        literal(self)
    }
}

impl<T: Value> IntoInput<T> for Step<T> {
    fn into_input(self, _: Sealed) -> Source {
        Source(SourceKind::Step(self.node))
    }
}

impl<T: Value> IntoInput<T> for &Step<T> {
    fn into_input(self, _: Sealed) -> Source {
        Source(SourceKind::Step(self.node.clone()))
    }
}

impl<T: Value> IntoInput<Vec<T>> for Vec<Step<T>> {
    fn into_input(self, _: Sealed) -> Source {
        steps::<T>(self.into_iter().map(|step| step.node).collect())
    }
}

impl<T: Value> IntoInput<Vec<T>> for &[Step<T>] {
    fn into_input(self, _: Sealed) -> Source {
        steps::<T>(self.iter().map(|step| step.node.clone()).collect())
    }
}

impl<T: Value> IntoInput<Vec<T>> for &Vec<Step<T>> {
    fn into_input(self, _: Sealed) -> Source {
        self.as_slice().into_input(Sealed)
    }
}

impl IntoInput<String> for &str {
    fn into_input(self, _: Sealed) -> Source {
        literal(self.to_owned())
    }
}

impl IntoInput<PathBuf> for &Path {
    fn into_input(self, _: Sealed) -> Source {
        literal(self.to_owned())
    }
}

impl IntoInput<PathBuf> for &str {
    fn into_input(self, _: Sealed) -> Source {
        literal(PathBuf::from(self))
    }
}

impl IntoInput<File> for &str {
    fn into_input(self, _: Sealed) -> Source {
        literal(File::new(self))
    }
}

fn steps<T: Value>(nodes: Vec<Arc<Node>>) -> Source {
    let assemble = |values: Vec<Shared>, nodes: &[Arc<Node>]| {
        let pairs = values.into_iter().zip(nodes);
        let values: Vec<T> = pairs.map(|(value, node)| own(value, node)).collect::<Result<_, _>>()?;
        Ok(Arc::new(values) as Shared)
    };
    Source(SourceKind::Steps { nodes, assemble })
}

/// The value of a step itself if nobody else has it, or else a copy.
fn own<T: Value>(value: Shared, node: &Node) -> Result<T, ValueError> {
    let cloner = node.cloner.downcast_ref::<Cloner<T>>().unwrap_or(Cloner::none());
    take(value, cloner, node.same, node.function.compares_values())
}
