//! What the body of a pipeline computes itself, by calling stashed functions while it declares steps.

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::function::Function;
use crate::place;
use crate::stash::lock;

/// A call that a pipeline's body made.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BodyCall {
    /// What was called.
    pub function: &'static Function,
    /// When.
    pub began: Instant,
    /// How long it took.
    pub took: Duration,
    /// Whether the result was there.
    pub hit: bool,
}

/// The calls of a body while it runs: none where no body does.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Option<Vec<BodyCall>>>);

impl Recorder {
    fn is_on(&self) -> bool {
        lock(&self.0).is_some()
    }

    fn add(&self, call: BodyCall) {
        if let Some(calls) = &mut *lock(&self.0) {
            calls.push(call);
        }
    }
}

thread_local! {
    /// Calls inside one another on this thread. What a called function calls is its own affair.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Notes a call that found its value.
pub(crate) fn hit(engine: &Engine, function: &'static Function, began: Instant) {
    if DEPTH.get() == 0 {
        engine.body.add(BodyCall { function, began, took: began.elapsed(), hit: true });
    }
}

/// Notes a call that computes, when it is over.
#[derive(Debug)]
pub(crate) struct Computing {
    engine: Arc<Engine>,
    function: &'static Function,
    began: Instant,
}

impl Computing {
    /// None if no body runs.
    pub(crate) fn new(engine: &Arc<Engine>, function: &'static Function) -> Option<Self> {
        let noted = engine.body.is_on();
        noted.then(|| {
            DEPTH.set(DEPTH.get() + 1);
            Self { engine: engine.clone(), function, began: Instant::now() }
        })
    }
}

impl Drop for Computing {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
        if DEPTH.get() == 0 {
            // As behind a step: what it made of the current folder is not for the rest of the body, which a hit spares it.
            place::return_to_start();
            let Self { function, began, .. } = *self;
            self.engine.body.add(BodyCall { function, began, took: began.elapsed(), hit: false });
        }
    }
}

impl Engine {
    /// Runs the body of a pipeline, and returns the calls that it made.
    pub(crate) fn recording<R>(self: &Arc<Self>, body: impl FnOnce() -> R) -> (R, Vec<BodyCall>) {
        drop(lock(&self.body.0).replace(Vec::new()));
        let result = self.enter(body);
        (result, lock(&self.body.0).take().unwrap_or_default())
    }
}
