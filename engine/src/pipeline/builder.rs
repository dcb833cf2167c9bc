//! How the macro puts a step together.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::input::IntoInput;
use super::node::{Input, Node, Runner, Source};
use super::step::Step;
use crate::function::Function;
use crate::function::returns::{Returns, Shape};
use crate::key::type_parameters::{Told, Types};
use crate::sealed::Sealed;
use crate::value::{Accepted, Comparing, HashAny, Kind, Known, Owned};

/// Puts a step together. For the macro.
#[derive(Debug)]
pub struct StepBuilder {
    function: &'static Function,
    types: Vec<Told>,
    inputs: Vec<Input>,
}

impl StepBuilder {
    /// A step of a function, without inputs yet.
    pub fn new(function: &'static Function) -> Self {
        Self { function, types: Vec::new(), inputs: Vec::with_capacity(function.parameters().len()) }
    }

    /// A type that the function is called with.
    pub fn add_type<T: ?Sized>(&mut self) {
        self.types.push(Told::of::<T>());
    }

    /// An argument that is part of the key; those are added in the order of the parameters.
    pub fn add<T: 'static>(
        &mut self,
        name: &'static str,
        accepted: &Accepted<impl Owned<Owner = T> + ?Sized>,
        input: impl IntoInput<T>,
    ) {
        self.push(name, input.into_input(accepted.owner, Sealed), accepted.owner.same, accepted.hash_any());
    }

    fn push(&mut self, name: &'static str, source: Source, same: &'static dyn Comparing, hash: Option<HashAny>) {
        self.inputs.push(Input { name, source, same, hash });
    }

    /// The step.
    pub fn build<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
        self,
        _shape: Shape<O, IS_RESULT>,
        known: Known<O::Value>,
        run: Runner,
    ) -> Step<O::Value> {
        Step::new(self.node(known.kind(), known.same, known.cloner(), run))
    }

    fn node(
        self,
        kind: &'static Kind,
        same: &'static dyn Comparing,
        cloner: &'static (dyn Any + Send + Sync),
        run: Runner,
    ) -> Arc<Node> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let Self { function, types, inputs } = self;
        let types = Types::new(function, &types);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Node { id, function, types, inputs, run, kind, same, cloner, exports: Mutex::default() })
    }
}
