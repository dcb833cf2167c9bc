//! What the body of a pipeline computes itself, by calling stashed functions while it declares steps.

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::function::Function;
use crate::place;
use crate::sync::lock;

/// A call that a pipeline's body made.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BodyCall {
    /// The function that was called.
    pub function: &'static Function,
    /// When the call began.
    pub began: Instant,
    /// How long the call took.
    pub took: Duration,
    /// Whether the result was stored already.
    pub hit: bool,
}

/// The calls of a pipeline's body while it runs; none if no body is running.
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
    /// How many calls are nested on this thread. Calls that a called function makes are not recorded.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

impl Recorder {
    /// Starts recording, because the body of a pipeline begins to run.
    pub(crate) fn start(&self) {
        drop(lock(&self.0).replace(Vec::new()));
    }

    /// Stops recording, and returns the calls that were made.
    pub(crate) fn stop(&self) -> Vec<BodyCall> {
        lock(&self.0).take().unwrap_or_default()
    }

    /// Notes a call that found its value.
    pub(crate) fn hit(&self, function: &'static Function, began: Instant) {
        if DEPTH.get() == 0 {
            self.add(BodyCall { function, began, took: began.elapsed(), hit: true });
        }
    }
}

/// Notes a call that computes, when it is over.
#[derive(Debug)]
pub(crate) struct Computing {
    recorder: Arc<Recorder>,
    function: &'static Function,
    began: Instant,
}

impl Computing {
    /// None if no body runs.
    pub(crate) fn new(recorder: &Arc<Recorder>, function: &'static Function) -> Option<Self> {
        recorder.is_on().then(|| {
            DEPTH.set(DEPTH.get() + 1);
            Self { recorder: recorder.clone(), function, began: Instant::now() }
        })
    }
}

impl Drop for Computing {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
        if DEPTH.get() == 0 {
            // As behind a step: what it made of the current folder is not for the rest of the body, which a hit spares
            // it.
            place::return_to_start();
            let Self { function, began, .. } = *self;
            self.recorder.add(BodyCall { function, began, took: began.elapsed(), hit: false });
        }
    }
}
