//! A line for each call, for a user who asks for it.

use std::sync::Arc;
use std::time::Duration;

use super::arguments::{Arguments, Tell};
use super::squirrel::Details;
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::function::Function;
use crate::value::brief;

/// What is to be reported of a call.
pub(super) struct Report {
    engine: Arc<Engine>,
    function: &'static Function,
    arguments: String,
}

impl Report {
    pub(super) fn new(engine: &Arc<Engine>, function: &'static Function, tell: Tell<'_>) -> Self {
        let mut told = Arguments::new(function, Some(Details::new(function)));
        // One that can't be told is warned of.
        tell(&mut told);
        let arguments = told.details.into_iter().flat_map(|details| details.arguments);
        let arguments: Vec<_> = arguments.map(|one| format!("{}: {}", one.name, brief(&one.text))).collect();
        Self::of(engine, function, arguments.join(", "))
    }

    /// The same with a text for the arguments.
    pub(super) fn of(engine: &Arc<Engine>, function: &'static Function, arguments: String) -> Self {
        Self { engine: engine.clone(), function, arguments }
    }

    /// Tells how long the function ran, or that the value was found.
    pub(super) fn tell(&self, took: Option<Duration>) {
        let (function, arguments) = (self.function.name(), self.arguments.clone());
        self.engine.tell(&Event::Called { function, arguments, took });
    }
}
