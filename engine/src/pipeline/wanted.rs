//! What a pipeline can return.

use std::fmt;
use std::sync::Arc;

use super::node::Node;
use super::step::Step;
use crate::function::returns::Failure;
use crate::sealed::Sealed;

/// What a pipeline can return: one step, several steps, nothing if everything that it wants is exported, or a `Result`
/// of any of these.
///
/// This trait is sealed: scrat implements it for every type that fits.
///
/// # Examples
///
/// ```
/// use scrat::{Step, Wanted, pipeline, stash};
///
/// #[stash]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// #[pipeline]
/// fn several() -> Result<(Step<u64>, Vec<Step<u64>>), std::fmt::Error> {
///     Ok((double::step(1), vec![double::step(2), double::step(3)]))
/// }
///
/// fn is_wanted(_: impl Wanted) {}
/// is_wanted(several());
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "several").unwrap();
/// # assert_eq!(pipeline.graph(&scrat_engine::Given::default()).unwrap().len(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "a pipeline cannot return `{Self}`",
    note = "return a `Step`, a `Vec` of steps, a tuple of these, or a `Result` of one"
)]
pub trait Wanted {
    /// The steps, in order.
    #[doc(hidden)]
    fn into_steps(self, _: Sealed) -> WantedSteps;
}

/// The steps that a pipeline wants.
#[derive(Debug, Default)]
pub struct WantedSteps {
    pub(crate) nodes: Vec<Arc<Node>>,
    /// The error that the pipeline's function returned instead of steps.
    pub(crate) failure: Option<Failure>,
}

impl WantedSteps {
    fn and(mut self, mut more: Self) -> Self {
        self.nodes.append(&mut more.nodes);
        Self { nodes: self.nodes, failure: self.failure.or(more.failure) }
    }
}

impl<T> Wanted for Step<T> {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        WantedSteps { nodes: vec![self.node], failure: None }
    }
}

impl<W: Wanted> Wanted for Vec<W> {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        self.into_iter().fold(WantedSteps::default(), |all, wanted| all.and(wanted.into_steps(Sealed)))
    }
}

impl<W: Wanted, E: fmt::Display> Wanted for Result<W, E> {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        match self {
            Ok(wanted) => wanted.into_steps(Sealed),
            Err(error) => WantedSteps { nodes: Vec::new(), failure: Some(Failure(format!("{error:#}"))) },
        }
    }
}

impl Wanted for () {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        WantedSteps::default()
    }
}

macro_rules! wanted_tuples {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Wanted),+> Wanted for ($($name,)+) {
            fn into_steps(self, _: Sealed) -> WantedSteps {
                #[expect(non_snake_case, reason = "the variables are named like the types")]
                let ($($name,)+) = self;
                let steps = WantedSteps::default();
                $(let steps = steps.and($name.into_steps(Sealed));)+
                steps
            }
        }
    )+};
}

wanted_tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
}
