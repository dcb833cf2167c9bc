//! What can be passed to a step for a parameter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::node::{Node, Source, SourceKind};
use super::step::Step;
use crate::function::faithful;
use crate::sealed::Sealed;
use crate::value::{Cloner, Dir, File, Known, Shared, Value, ValueError, take};

/// What can be passed for a parameter of type `T` in `f::step(…)`: a value, a step that returns one, a reference to
/// such a step, or, for a `Vec`, a `Vec` of steps.
///
/// This trait is sealed: scrat implements it for every type that fits.
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
    note = "a parameter takes a value, a `Step` of it, a `&Step` of it, or, for a `Vec`, a `Vec` of steps",
    note = "a value that serde does not know is given as `scrat::Literal(value)`"
)]
pub trait IntoInput<T> {
    /// The argument, without its type.
    #[doc(hidden)]
    fn into_input(self, known: Known<T>, _: Sealed) -> Source;
}

fn literal<T>(value: T, known: Known<T>) -> Source {
    Source(SourceKind::Literal { value: known.share(value), kind: known.kind() })
}

/// Passes a value of a type that serde does not know to a step.
///
/// # Examples
///
/// ```
/// # use std::error::Error;
/// # use std::io::Write;
/// use scrat::{Literal, Step, pipeline, stash};
/// # use scrat::{Blob, Codec, Stored};
///
/// /// Knows how it is stored, and nothing of serde.
/// #[derive(Clone, Debug, PartialEq)]
/// struct Dna(Vec<u8>);
/// # struct Letters;
/// # impl Stored for Dna { type Codec = Letters; }
/// # impl Codec<Dna> for Letters {
/// #     const ID: &'static str = "demo letters 1";
/// #     fn encode(dna: &Dna, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>> { Ok(to.write_all(&dna.0)?) }
/// #     fn decode(bytes: &[u8]) -> Result<Dna, Box<dyn Error + Send + Sync>> { Ok(Dna(bytes.to_vec())) }
/// # }
///
/// #[stash]
/// fn reversed(dna: Dna) -> Dna {
///     Dna(dna.0.into_iter().rev().collect())
/// }
///
/// #[pipeline]
/// fn twice() -> Step<Dna> {
///     let once = reversed::step(Literal(Dna(b"ACC".to_vec())));
///     reversed::step(once)
/// }
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "twice").unwrap();
/// # assert_eq!(pipeline.graph(&scrat_engine::Given::default()).unwrap().len(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<T>(pub T);

impl<T: 'static> IntoInput<T> for Literal<T> {
    fn into_input(self, known: Known<T>, _: Sealed) -> Source {
        literal(self.0, known)
    }
}

impl<T: Value> IntoInput<T> for T {
    fn into_input(self, known: Known<T>, _: Sealed) -> Source {
        literal(self, known)
    }
}

impl<T: 'static> IntoInput<T> for Step<T> {
    fn into_input(self, _: Known<T>, _: Sealed) -> Source {
        Source(SourceKind::Step(self.node))
    }
}

impl<T: 'static> IntoInput<T> for &Step<T> {
    fn into_input(self, _: Known<T>, _: Sealed) -> Source {
        Source(SourceKind::Step(self.node.clone()))
    }
}

impl<T: Send + Sync + 'static> IntoInput<Vec<T>> for Vec<Step<T>> {
    fn into_input(self, _: Known<Vec<T>>, _: Sealed) -> Source {
        steps::<T>(self.into_iter().map(|step| step.node).collect())
    }
}

impl<T: Send + Sync + 'static> IntoInput<Vec<T>> for &[Step<T>] {
    fn into_input(self, _: Known<Vec<T>>, _: Sealed) -> Source {
        steps::<T>(self.iter().map(|step| step.node.clone()).collect())
    }
}

impl<T: Send + Sync + 'static> IntoInput<Vec<T>> for &Vec<Step<T>> {
    fn into_input(self, known: Known<Vec<T>>, _: Sealed) -> Source {
        self.as_slice().into_input(known, Sealed)
    }
}

impl IntoInput<String> for &str {
    fn into_input(self, known: Known<String>, _: Sealed) -> Source {
        literal(self.to_owned(), known)
    }
}

impl IntoInput<PathBuf> for &Path {
    fn into_input(self, known: Known<PathBuf>, _: Sealed) -> Source {
        literal(self.to_owned(), known)
    }
}

impl IntoInput<PathBuf> for &str {
    fn into_input(self, known: Known<PathBuf>, _: Sealed) -> Source {
        literal(PathBuf::from(self), known)
    }
}

impl IntoInput<File> for &str {
    fn into_input(self, known: Known<File>, _: Sealed) -> Source {
        literal(File::new(self), known)
    }
}

impl IntoInput<Dir> for &str {
    fn into_input(self, known: Known<Dir>, _: Sealed) -> Source {
        literal(Dir::new(self), known)
    }
}

fn steps<T: Send + Sync + 'static>(nodes: Vec<Arc<Node>>) -> Source {
    let assemble = |values: Vec<Shared>, nodes: &[Arc<Node>]| {
        let pairs = values.into_iter().zip(nodes);
        let values: Vec<T> = pairs.map(|(value, node)| own(value, node)).collect::<Result<_, _>>()?;
        Ok(Arc::new(values) as Shared)
    };
    Source(SourceKind::Steps { nodes, assemble })
}

/// The value of a step itself if nothing else holds it, or else a copy.
fn own<T: Send + Sync + 'static>(value: Shared, node: &Node) -> Result<T, ValueError> {
    let cloner = node.cloner.downcast_ref::<Cloner<T>>().unwrap_or(Cloner::none());
    let of_shared = |value: Shared| value.downcast().ok();
    let (value, verdict) = take(value, of_shared, node.kind, cloner, node.same, node.function.compares_values())?;
    faithful::judge(node.function, node.kind, verdict).map(|()| value)
}
