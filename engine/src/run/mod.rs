//! Runs: computing what a plan says, in parallel, each step as soon as its inputs are there.
//!
//! ```text
//!            all inputs done            key found
//!  Waiting ------------------> Ready -----------------> Done (hit)
//!     |                          |  key not found
//!     | an input failed          v
//!     +------> Skipped       Running ----> Done (ran)
//!     | stopped                  |
//!     +------> Skipped           +-------> Failed
//! ```
//!
//! A step whose key somebody else computes is put aside, and the thread that called [`run`], which has nothing else to
//! do, puts it at the back of the queue again after a pause. So no thread of the pool waits for it. The queue is the
//! run's own: rayon's threads have one each, in which such a step would come before all that other queues hold, again
//! and again. Values are kept while a step that may need them is not over.

mod aside;
mod export;
mod outlet;
mod report;
mod step;
mod values;

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub use export::write_out;
pub use outlet::Streams;
pub use report::{RunReport, RunResult, StepReport};

use self::aside::Aside;
use crate::clock;
use crate::digest::Digest;
use crate::engine::Engine;
use crate::engine::event::{Event, Outcome};
use crate::engine::panics;
use crate::given::Given;
use crate::id::StepId;
use crate::pipeline::graph::Graph;
use crate::plan::{Plan, Prospect};
use crate::reason::Reason;
use crate::stack;
use crate::stash::Nut;
use crate::sync::lock;
use crate::value::Shared;
use crate::why::explain::Explainer;

/// How to run.
///
/// It is made of its default, by setting fields.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// Threads; as many as the machine has processors if not set.
    pub jobs: Option<usize>,
    /// Bytes of stack for each; as many as the main thread has if not set.
    pub stack: Option<usize>,
    /// Called on each of the threads as it starts.
    pub on_start: Option<fn()>,
    /// Whether what does not depend on a failed step goes on.
    pub keep_going: bool,
    /// Set from outside to start nothing new.
    pub cancel: Arc<AtomicBool>,
    /// What the pipeline was given, for the record of the run.
    pub given: Given,
    /// Where an export to `/dev/stdout` or `/dev/stderr` goes, if not to the process's own.
    pub streams: Streams,
}

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The system gives no threads.
    #[error("cannot start threads: {message}")]
    Threads {
        /// Its answer.
        message: String,
    },
}

/// A step's place in a run.
#[derive(Debug, Default)]
struct Slot {
    /// Of the value, once it is known.
    digest: Option<Digest>,
    nut: Option<Nut>,
    value: Option<Shared>,
    ended: Option<Outcome>,
    reason: Option<Reason>,
    started: Option<Duration>,
    worker: Option<usize>,
    /// How often the function was tried again.
    retries: u32,
}

/// A run under way.
struct Run<'r> {
    engine: &'r Arc<Engine>,
    graph: &'r Graph,
    plan: &'r Plan,
    options: &'r RunOptions,
    slots: Vec<Mutex<Slot>>,
    /// Inputs of each step that are not over yet.
    missing: Vec<AtomicUsize>,
    /// Users of each step that are not over yet.
    users: Vec<AtomicUsize>,
    /// Steps whose inputs are over, in the order in which they are taken; the pool has a task for each.
    ready: Mutex<VecDeque<StepId>>,
    aside: Aside,
    /// Whether a step's value is shown at the end.
    shown: Vec<bool>,
    failed: AtomicBool,
    /// Functions that run at the moment.
    running: AtomicUsize,
    routes: Mutex<Vec<(Digest, Digest)>>,
    export_failures: Mutex<Vec<String>>,
    explainer: Mutex<Explainer<'r>>,
    began: Instant,
}

/// Runs what `plan` says about `graph`.
///
/// # Errors
/// If no threads can be had.
pub fn run(
    engine: &Arc<Engine>,
    pipeline: &str,
    graph: &Graph,
    plan: &Plan,
    options: &RunOptions,
) -> Result<RunReport, RunError> {
    let run = Run::new(engine, graph, plan, options);
    let started = clock::now().saturating_sub(i64::try_from(run.began.elapsed().as_nanos()).unwrap_or(0));
    let active: BTreeSet<_> = graph.steps().filter(|&step| run.is_active(step)).collect();
    run.settle_fresh();
    let to_export: Vec<_> = graph.steps().filter(|&step| !active.contains(&step) && run.must_export(step)).collect();
    if !active.is_empty() || !to_export.is_empty() {
        let pool = pool(engine, options).map_err(|error| RunError::Threads { message: error.to_string() })?;
        pool.in_place_scope_fifo(|scope| {
            for step in to_export {
                let run = &run;
                scope.spawn_fifo(move |_| run.export_fresh(step));
            }
            for &step in &active {
                if run.missing[step.index()].load(Ordering::Acquire) == 0 {
                    run.spawn(scope, step);
                }
            }
            run.take_back(scope);
        });
    }
    Ok(run.finish(pipeline, started, &active))
}

/// The threads of a run.
fn pool(engine: &Arc<Engine>, options: &RunOptions) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    let build = |stack: usize| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs.unwrap_or(0))
            .stack_size(stack)
            .thread_name(|index| format!("scrat {index}"))
            .start_handler({
                let engine = Arc::downgrade(engine);
                let on_start = options.on_start;
                move |_| {
                    if let Some(on_start) = on_start {
                        on_start();
                    }
                    panics::join_run();
                    // Idle threads take parts of a step's own parallel work, and what that calls is stashed here.
                    Engine::serve_run(engine.clone());
                }
            })
            .build()
    };
    match options.stack {
        Some(stack) => build(stack.max(1 << 20)),
        // Nobody asked for as much, and it may be more than there is.
        None => build(stack::of_main_thread()).or_else(|_| build(stack::LEAST)),
    }
}

impl<'r> Run<'r> {
    fn new(engine: &'r Arc<Engine>, graph: &'r Graph, plan: &'r Plan, options: &'r RunOptions) -> Self {
        let mut run = Self {
            engine,
            graph,
            plan,
            options,
            slots: graph.steps().map(|_| Mutex::default()).collect(),
            missing: Vec::new(),
            users: Vec::new(),
            ready: Mutex::default(),
            aside: Aside::default(),
            shown: vec![false; graph.len()],
            failed: AtomicBool::new(false),
            running: AtomicUsize::new(0),
            routes: Mutex::default(),
            export_failures: Mutex::default(),
            explainer: Mutex::new(Explainer::new(graph)),
            // What the body of the pipeline computed belongs to the run.
            began: graph.body().iter().map(|call| call.began).min().unwrap_or_else(Instant::now),
        };
        let active = |step: &StepId| run.is_active(*step);
        let missing = graph.steps().map(|step| AtomicUsize::new(graph.inputs(step).filter(active).count())).collect();
        let users = graph.steps().map(|step| AtomicUsize::new(graph.users(step).filter(active).count())).collect();
        for &step in graph.wanted() {
            run.shown[step.index()] = graph.exports(step).next().is_none();
        }
        run.missing = missing;
        run.users = users;
        run
    }

    /// Whether the run decides about a step, rather than the plan having done so.
    fn is_active(&self, step: StepId) -> bool {
        matches!(self.plan.prospects[step.index()], Prospect::Stale { .. } | Prospect::Pending)
    }

    fn slot(&self, step: StepId) -> std::sync::MutexGuard<'_, Slot> {
        lock(&self.slots[step.index()])
    }

    /// Takes over what the plan found.
    fn settle_fresh(&self) {
        for step in self.graph.steps() {
            if let Prospect::Fresh { nut, routed } = &self.plan.prospects[step.index()] {
                let mut slot = self.slot(step);
                slot.digest = Some(nut.digest);
                slot.nut = Some(nut.clone());
                if !routed {
                    self.add_route(step, &nut.key);
                }
                self.count_hit(step, nut);
            }
            if !self.is_active(step) {
                // What nothing asked for was not looked up: its function's usual time stands for it.
                let stored = self.plan.stored(step).map(|(_, nanos)| nanos);
                let nanos = stored.or_else(|| self.plan.expected_nanos(self.graph, step));
                let saved = nanos.map_or(0, i64::unsigned_abs);
                if let (Prospect::Unneeded, Some(stash)) = (&self.plan.prospects[step.index()], self.engine.stash()) {
                    stash.note_unneeded(self.graph.function(step).name(), nanos.unwrap_or(0));
                }
                self.slot(step).ended = Some(Outcome::Hit { saved: Duration::from_nanos(saved) });
            }
        }
    }

    fn add_route(&self, step: StepId, key: &Digest) {
        if let Some(deep) = self.graph.step(step).deep {
            lock(&self.routes).push((deep, *key));
        }
    }

    fn stopping(&self) -> bool {
        self.options.cancel.load(Ordering::Acquire) || (self.failed.load(Ordering::Acquire) && !self.options.keep_going)
    }

    /// Ends a step, and starts those that waited for it alone.
    fn end<'s>(&'s self, scope: &rayon::ScopeFifo<'s>, step: StepId, outcome: Outcome) {
        if matches!(outcome, Outcome::Failed { .. }) {
            self.failed.store(true, Ordering::Release);
        }
        self.slot(step).ended = Some(outcome.clone());
        self.engine.tell(&Event::Ended { step, outcome });
        for input in self.graph.inputs(step) {
            if self.users[input.index()].fetch_sub(1, Ordering::AcqRel) == 1 {
                self.release(input);
            }
        }
        if self.users[step.index()].load(Ordering::Acquire) == 0 {
            self.release(step);
        }
        for user in self.graph.users(step) {
            if self.is_active(user) && self.missing[user.index()].fetch_sub(1, Ordering::AcqRel) == 1 {
                self.spawn(scope, user);
            }
        }
    }

    /// Lets go of a value that no step needs any more. What the run shows at its end and is not in the stash stays.
    fn release(&self, step: StepId) {
        let mut slot = self.slot(step);
        if slot.nut.is_some() || !self.shown[step.index()] {
            slot.value = None;
        }
    }

    fn spawn<'s>(&'s self, scope: &rayon::ScopeFifo<'s>, step: StepId) {
        lock(&self.ready).push_back(step);
        let task = self.aside.task();
        scope.spawn_fifo(move |scope| {
            let _task = task;
            let next = lock(&self.ready).pop_front();
            if let Some(step) = next {
                panics::as_engine(|| self.engine.enter(|| self.advance(scope, step)));
            }
        });
    }

    /// Whether a file that a fresh step exports is not what it should be.
    fn must_export(&self, step: StepId) -> bool {
        let Some(digest) = self.export_digest(step) else { return false };
        let mut missing = false;
        for target in &self.graph.step(step).exports {
            if export::is_current(self.engine, target, &digest) {
                self.engine.tell(&Event::Exported { path: target.path.clone(), unchanged: true, kept: None });
            } else {
                missing = true;
            }
        }
        missing
    }

    fn export_digest(&self, step: StepId) -> Option<Digest> {
        let has_exports = self.graph.exports(step).next().is_some();
        // Bytes of two codecs may be equal, and what is written of them is not.
        let kind = self.graph.step(step).node.kind;
        if has_exports { self.slot(step).digest.map(|digest| kind.in_key(digest)) } else { None }
    }

    fn export_fresh(&self, step: StepId) {
        let written = self.value(step).map_err(|failure| failure.0).and_then(|value| self.export(step, &value));
        if let Err(message) = written {
            lock(&self.export_failures).push(message);
        }
    }

    /// Writes a step's value to the paths where it is not yet.
    fn export(&self, step: StepId, value: &Shared) -> Result<(), String> {
        let Some(digest) = self.export_digest(step) else { return Ok(()) };
        for target in &self.graph.step(step).exports {
            if export::is_current(self.engine, target, &digest) {
                continue;
            }
            (target.bytes)(&**value)
                .and_then(|bytes| export::write(self.engine, target, &digest, &bytes, &self.options.streams))
                .map_err(|error| format!("cannot write {}: {error}", target.path.display()))?;
        }
        Ok(())
    }
}
