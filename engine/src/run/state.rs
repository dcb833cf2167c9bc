//! A run under way: what its parts share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::options::RunOptions;
use super::schedule::Schedule;
use super::slot::{Kept, Slot};
use crate::call::squirrel::Squirrel;
use crate::digest::Digest;
use crate::engine::Engine;
use crate::id::{StepId, StepTable};
use crate::pipeline::graph::Graph;
use crate::plan::{Plan, Prospect};
use crate::stash::Nut;
use crate::sync::lock;
use crate::why::explain::Explainer;

/// A run under way.
///
/// The schedule says where each step is on its way, and its slot what became of it. No lock is held while a function
/// runs, and none is taken while another one is held.
pub(super) struct Run<'r> {
    pub engine: &'r Arc<Engine>,
    pub graph: &'r Graph,
    pub plan: &'r Plan,
    pub options: &'r RunOptions,
    pub schedule: Mutex<Schedule>,
    pub slots: StepTable<Mutex<Slot>>,
    /// Steps whose values are shown at the end.
    pub shown: BTreeSet<StepId>,
    /// Steps that were fresh before the run and whose files are not what they should be.
    pub unwritten: Vec<StepId>,
    /// How many of them have been taken, or more.
    pub written: AtomicUsize,
    pub export_failures: Mutex<Vec<String>>,
    /// Functions that run at the moment.
    pub calls: AtomicUsize,
    pub routes: Mutex<Vec<(Digest, Digest)>>,
    /// Keys of the nuts that the run may have to load, by steps. None of them is evicted.
    needed: Mutex<BTreeMap<StepId, Digest>>,
    pub explainer: Mutex<Explainer<'r>>,
    pub began: Instant,
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if let Some(stash) = self.engine.stash() {
            let needed = std::mem::take(&mut *lock(&self.needed));
            stash.leases().let_go(&needed.into_values().collect::<Vec<_>>());
        }
    }
}

impl<'r> Run<'r> {
    /// A run that looks at what is stored, and counts nothing as used.
    pub(super) fn looking(engine: &'r Arc<Engine>, graph: &'r Graph, plan: &'r Plan, options: &'r RunOptions) -> Self {
        let mut run = Self::blank(engine, graph, plan, options);
        for step in graph.steps() {
            lock(&run.schedule).add_done(step);
            run.slots.insert(step, Mutex::new(Slot::Hit { saved: Duration::ZERO, kept: None }));
        }
        run
    }

    /// A run of which nothing has begun, with what the plan found.
    pub(super) fn new(engine: &'r Arc<Engine>, graph: &'r Graph, plan: &'r Plan, options: &'r RunOptions) -> Self {
        let mut run = Self::blank(engine, graph, plan, options);
        for step in graph.steps() {
            let slot = run.planned(step);
            let mut schedule = lock(&run.schedule);
            match slot {
                // It is taken from the queue if it is ready.
                Slot::Open => drop(schedule.add(step, graph.inputs(step))),
                _ => schedule.add_done(step),
            }
            drop(schedule);
            run.slots.insert(step, Mutex::new(slot));
        }
        if graph.steps().any(|step| run.is_active(step)) {
            run.need_what_is_there();
        }
        run.unwritten = graph.steps().filter(|&step| !run.is_active(step) && run.must_export(step)).collect();
        run
    }

    fn blank(engine: &'r Arc<Engine>, graph: &'r Graph, plan: &'r Plan, options: &'r RunOptions) -> Self {
        Self {
            engine,
            graph,
            plan,
            options,
            schedule: Mutex::new(Schedule::new(options.keep_going)),
            slots: StepTable::default(),
            shown: graph.wanted().iter().copied().filter(|&step| graph.exports(step).next().is_none()).collect(),
            unwritten: Vec::new(),
            written: AtomicUsize::new(0),
            export_failures: Mutex::default(),
            calls: AtomicUsize::new(0),
            routes: Mutex::default(),
            needed: Mutex::default(),
            explainer: Mutex::new(Explainer::new(graph)),
            // What the body of the pipeline computed belongs to the run.
            began: graph.body().iter().map(|call| call.began).min().unwrap_or_else(Instant::now),
        }
    }

    /// What a step is before the run has done anything.
    fn planned(&self, step: StepId) -> Slot {
        if self.is_active(step) {
            return Slot::Open;
        }
        // What nothing asked for was not looked up: its function's usual time stands for it.
        let stored = self.plan.stored(step).map(|(_, nanos)| nanos);
        let nanos = stored.or_else(|| self.plan.expected_nanos(self.graph, step));
        let saved = Duration::from_nanos(nanos.map_or(0, i64::unsigned_abs));
        let Prospect::Fresh { nut, routed } = &self.plan.prospects[step.index()] else {
            if let Some(stash) = self.engine.stash() {
                stash.note_unneeded(self.graph.function(step).name(), nanos.unwrap_or(0));
            }
            return Slot::Hit { saved, kept: None };
        };
        if !routed {
            self.add_route(step, &nut.key);
        }
        self.count_hit(step, nut);
        Slot::Hit { saved, kept: Some(Kept::Stored { nut: nut.clone(), memory: None }) }
    }

    /// Keeps all that the plan has found from being evicted.
    fn need_what_is_there(&self) {
        let Some(stash) = self.engine.stash() else { return };
        let key = |step: StepId| match &self.plan.prospects[step.index()] {
            Prospect::Fresh { nut, .. } => Some((step, nut.key)),
            _ => None,
        };
        let needed: BTreeMap<_, _> = self.graph.steps().filter_map(key).collect();
        stash.leases().take(&needed.values().copied().collect::<Vec<_>>());
        *lock(&self.needed) = needed;
    }

    /// Keeps the nut of a step from being evicted until the step is released or the run is over, whether it is there
    /// already or not.
    pub(super) fn need(&self, step: StepId, key: &Digest) {
        let Some(stash) = self.engine.stash() else { return };
        stash.leases().take(&[*key]);
        let before = lock(&self.needed).insert(step, *key);
        stash.leases().let_go(before.as_slice());
    }

    /// Whether the run decides about a step, rather than the plan having done so.
    pub(super) fn is_active(&self, step: StepId) -> bool {
        matches!(self.plan.prospects[step.index()], Prospect::Stale { .. } | Prospect::Pending)
    }

    pub(super) fn slot(&self, step: StepId) -> MutexGuard<'_, Slot> {
        lock(&self.slots[step])
    }

    /// The digest of a step's value, if it has one.
    pub(super) fn digest(&self, step: StepId) -> Option<Digest> {
        self.slot(step).kept().and_then(Kept::digest)
    }

    /// Lets go of a value in memory that no step uses any more. What the run shows at its end and is not in the stash
    /// stays.
    pub(super) fn release(&self, step: StepId) {
        let value = match self.slot(step).kept_mut() {
            Some(kept @ Kept::Stored { .. }) => kept.replace(None),
            Some(kept) if !self.shown.contains(&step) => kept.replace(None),
            _ => None,
        };
        // Dropping it may take a while, so it is not done under the lock.
        drop(value);
        if let Some(stash) = self.engine.stash().filter(|_| !self.shown.contains(&step)) {
            let key = lock(&self.needed).remove(&step);
            stash.leases().let_go(key.as_slice());
        }
    }

    /// Notes where a step's deep key leads, for the next plan.
    pub(super) fn add_route(&self, step: StepId, key: &Digest) {
        if let Some(deep) = self.graph.step(step).deep {
            lock(&self.routes).push((deep, *key));
        }
    }

    pub(super) fn count_hit(&self, step: StepId, nut: &Nut) {
        if let Some(squirrel) = Squirrel::new(self.engine, self.graph.function(step)) {
            squirrel.count_hit(nut);
        }
    }

    /// Whether somebody outside wants nothing new to start.
    pub(super) fn is_cancelled(&self) -> bool {
        self.options.cancel.load(Ordering::Acquire)
    }
}
