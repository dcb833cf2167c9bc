//! Steps that somebody else computes just now, and when they are looked at again.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::Run;
use crate::id::StepId;
use crate::sync::lock;

/// How long a step that was put aside stays there. Another process has as many as it has threads, so looking at them
/// again costs little.
const PAUSE: Duration = Duration::from_millis(5);

/// What is put aside, beside the tasks of the pool that may still put something there.
#[derive(Debug, Default)]
pub(super) struct Aside {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    steps: Vec<StepId>,
    tasks: usize,
}

/// A task of the pool, from its place in the queue to its end, however it ends.
pub(super) struct Task<'a>(&'a Aside);

impl Drop for Task<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.tasks -= 1;
        if state.tasks == 0 {
            self.0.changed.notify_all();
        }
    }
}

impl Aside {
    pub(super) fn task(&self) -> Task<'_> {
        lock(&self.state).tasks += 1;
        Task(self)
    }

    pub(super) fn put(&self, step: StepId) {
        lock(&self.state).steps.push(step);
        self.changed.notify_all();
    }
}

impl Run<'_> {
    /// Puts steps that were put aside back into the queue after a pause, until no task is left. It waits, so no thread
    /// of the pool may call it.
    pub(super) fn take_back<'s>(&'s self, scope: &rayon::ScopeFifo<'s>) {
        let mut state = lock(&self.aside.state);
        loop {
            while state.tasks > 0 && state.steps.is_empty() {
                state = self.aside.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.steps.is_empty() {
                return;
            }
            drop(state);
            std::thread::sleep(PAUSE);
            let steps = std::mem::take(&mut lock(&self.aside.state).steps);
            for step in steps {
                self.spawn(scope, step);
            }
            state = lock(&self.aside.state);
        }
    }
}
