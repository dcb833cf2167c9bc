//! One step of a run: from "its inputs are there" to its end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::pool::{Advance, Work};
use super::schedule::Change;
use super::slot::{Call, Kept, Slot};
use super::state::Run;
use crate::call::squirrel::{Hold, Squirrel};
use crate::digest::Digest;
use crate::engine::event::{Event, Outcome, Warning};
use crate::engine::panics;
use crate::id::StepId;
use crate::plan::{Prospect, keyed, squirrel_of};
use crate::reason::Reason;
use crate::stash::Nut;
use crate::sync::lock;
use crate::value::ValueError;

impl Work for Run<'_> {
    fn advance(&self, worker: usize) -> Advance {
        panics::as_engine(|| self.engine.enter(|| self.advance_one(worker)))
    }

    fn take_back(&self) -> usize {
        let changes = lock(&self.schedule).take_back();
        self.follow(changes)
    }
}

/// Who computes a step, and under which key its result is looked for.
struct Held<'e> {
    squirrel: Squirrel<'e>,
    key: Digest,
    _hold: Hold,
}

impl Run<'_> {
    fn advance_one(&self, worker: usize) -> Advance {
        if let Some(step) = self.unwritten.get(self.written.fetch_add(1, Ordering::Relaxed)) {
            self.export_fresh(*step, worker);
            return Advance::default();
        }
        let (step, skipped) = self.take();
        let ready = self.follow(skipped);
        let Some(step) = step else { return Advance { ready, aside: false } };
        if self.settle(step, worker) {
            return Advance { ready: ready + self.end(step), aside: false };
        }
        let changes = lock(&self.schedule).put_aside(step);
        Advance { ready: ready + self.follow(changes), aside: true }
    }

    /// The next step, unless nothing new is to start.
    fn take(&self) -> (Option<StepId>, Vec<Change>) {
        let mut schedule = lock(&self.schedule);
        let skipped = if self.is_cancelled() { schedule.stop() } else { Vec::new() };
        (schedule.take(), skipped)
    }

    /// Tells that a step ended, and what follows. Says how many steps became ready.
    fn end(&self, step: StepId) -> usize {
        let (outcome, is_done) = {
            let slot = self.slot(step);
            (slot.outcome(), slot.is_done())
        };
        self.engine.tell(&Event::Ended { step, outcome });
        let changes = {
            let mut schedule = lock(&self.schedule);
            if is_done { schedule.done(step) } else { schedule.failed(step) }
        };
        self.follow(changes)
    }

    /// Does what the schedule says, and counts the steps that are ready now.
    fn follow(&self, changes: Vec<Change>) -> usize {
        let mut ready = 0;
        for change in changes {
            match change {
                Change::Ready(_) => ready += 1,
                Change::Skipped(step) => {
                    *self.slot(step) = Slot::Skipped;
                    self.engine.tell(&Event::Ended { step, outcome: Outcome::Skipped });
                }
                Change::Released(step) => self.release(step),
            }
        }
        ready
    }

    /// Finds a step's result or computes it. False if somebody else computes it just now.
    fn settle(&self, step: StepId, worker: usize) -> bool {
        let graph_step = self.graph.step(step);
        if let Some(problem) = &graph_step.problem {
            self.refuse_or_run(step, worker, problem);
            return true;
        }
        let squirrel = squirrel_of(self.engine, &graph_step.node);
        let found = squirrel.and_then(|squirrel| Some((squirrel, keyed(graph_step, |input| self.digest(input))?)));
        let Some((squirrel, (key, details))) = found else {
            self.compute(step, worker, Reason::NotStored, None);
            return true;
        };
        let prospect = &self.plan.prospects[step.index()];
        self.need(step, &key);
        let is_forced = matches!(prospect, Prospect::Stale { reason: Reason::Forced, .. });
        let there = || if is_forced { None } else { squirrel.nut_of(&key, &details.older) };
        if let Some(nut) = there() {
            self.hit(step, worker, nut);
            return true;
        }
        let Some(hold) = squirrel.try_hold(&key) else { return false };
        // Whoever had it before may have stored it.
        if let Some(nut) = there() {
            self.hit(step, worker, nut);
            return true;
        }
        let reason = match prospect {
            Prospect::Stale { reason, keyed: true } => reason.clone(),
            _ => lock(&self.explainer).explain(squirrel, step, &key, &details),
        };
        self.compute(step, worker, reason, Some(&Held { squirrel, key, _hold: hold }));
        true
    }

    /// A step one of whose arguments has no digest: a file that can't be read is its failure, and a value
    /// that can't be encoded makes it run without being stored.
    fn refuse_or_run(&self, step: StepId, worker: usize, problem: &ValueError) {
        if let ValueError::File { .. } = problem {
            *self.slot(step) = Slot::Failed { message: problem.to_string(), call: None };
            return;
        }
        let function = self.graph.function(step).name();
        // Where nothing is stored in any case, this is no news.
        if self.engine.stash().is_some() {
            self.engine.warn(Warning::NoKey { function, error: problem.to_string() });
        }
        self.compute(step, worker, Reason::NotStored, None);
    }

    fn hit(&self, step: StepId, worker: usize, nut: Nut) {
        self.need(step, &nut.key);
        self.add_route(step, &nut.key);
        self.count_hit(step, &nut);
        let saved = Duration::from_nanos(nut.nanos.unsigned_abs());
        *self.slot(step) = Slot::Hit { saved, kept: Some(Kept::Stored { nut, memory: None }) };
        if self.must_export(step)
            && let Err(message) = self.export_kept(step, worker)
        {
            *self.slot(step) = Slot::Failed { message, call: None };
        }
    }

    /// Calls the step's function, stores what it returned, and writes it where it is wanted.
    fn compute(&self, step: StepId, worker: usize, reason: Reason, held: Option<&Held<'_>>) {
        let mut call = Call::new(reason.clone(), self.began.elapsed(), worker);
        self.engine.tell(&Event::Started { step, worker, reason });
        let result = self.call(step, &mut call);
        self.graph.function(step).tally().miss();
        let slot = match result {
            Err(failure) => {
                if let Some(held) = held {
                    // Only the explanation of the next run is poorer without it.
                    drop(held.squirrel.stash.note_failure(&held.key, &failure.0));
                }
                Slot::Failed { message: failure.0, call: Some(call) }
            }
            Ok(returned) => {
                let squirrel = held.map(|held| held.squirrel);
                if let Some(squirrel) = squirrel {
                    squirrel.stash.note_miss(squirrel.function.name());
                }
                let (kept, same) = self.keep(step, &returned, squirrel, call.took);
                match self.export(step, kept.digest(), &returned.value) {
                    Ok(()) => Slot::Ran { call, same, kept },
                    Err(message) => Slot::Failed { message, call: Some(call) },
                }
            }
        };
        *self.slot(step) = slot;
    }
}
