//! One step of a run: from "its inputs are there" to its end.

use std::any::Any;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Run;
use crate::call::squirrel::{Details, Encoded, Hold, Squirrel};
use crate::digest::Digest;
use crate::engine::event::{Event, Outcome};
use crate::engine::panics;
use crate::function::faithful;
use crate::function::returns::Failure;
use crate::id::StepId;
use crate::pipeline::graph::GraphSource;
use crate::pipeline::node::{Node, SourceKind};
use crate::pipeline::running::Inputs;
use crate::place;
use crate::plan::{Prospect, keyed};
use crate::reason::Reason;
use crate::stash::Nut;
use crate::sync::lock;
use crate::value::{Room, Shared, keeping_files};

impl Run<'_> {
    /// Takes a step whose inputs are over as far as it goes.
    pub(super) fn advance<'s>(&'s self, scope: &rayon::ScopeFifo<'s>, step: StepId) {
        let outcome =
            if self.stopping() || !self.inputs_are_there(step) { Some(Outcome::Skipped) } else { self.decide(step) };
        match outcome {
            Some(outcome) => self.end(scope, step, outcome),
            // Somebody else computes it. Whatever else is ready goes first.
            None => self.aside.put(step),
        }
    }

    fn inputs_are_there(&self, step: StepId) -> bool {
        self.graph
            .inputs(step)
            .all(|input| matches!(self.slot(input).ended, Some(Outcome::Hit { .. } | Outcome::Ran { .. })))
    }

    /// The step's outcome, or none if somebody else computes it just now.
    fn decide(&self, step: StepId) -> Option<Outcome> {
        let graph_step = self.graph.step(step);
        let function = graph_step.node.function;
        let keyed = keyed(graph_step, |input| self.slot(input).digest);
        let squirrel = Squirrel::new(self.engine, function);
        let (Some(squirrel), Some((key, details)), None) = (squirrel, keyed, &graph_step.problem) else {
            if let Some(problem) = &graph_step.problem {
                return Some(self.refuse_or_run(step, problem));
            }
            return Some(self.compute(step, Reason::NotStored, None));
        };
        let forced = matches!(&self.plan.prospects[step.index()], Prospect::Stale { reason: Reason::Forced, .. });
        if !forced && let Some(nut) = squirrel.nut(&key) {
            return Some(self.hit(step, &nut));
        }
        let hold = squirrel.try_hold(&key)?;
        // Whoever had it before may have stored it.
        if !forced && let Some(nut) = squirrel.nut(&key) {
            return Some(self.hit(step, &nut));
        }
        let reason = match &self.plan.prospects[step.index()] {
            Prospect::Stale { reason, keyed: true } => reason.clone(),
            _ => lock(&self.explainer).explain(squirrel, step, &key, &details),
        };
        Some(self.compute(step, reason, Some(Tracked { squirrel, key, details, _hold: hold })))
    }

    /// A step one of whose arguments has no digest: a file that can't be read is its failure, and a value
    /// that can't be encoded makes it run without being stored.
    fn refuse_or_run(&self, step: StepId, problem: &crate::value::ValueError) -> Outcome {
        if let crate::value::ValueError::File { .. } = problem {
            return Outcome::Failed { message: problem.to_string(), took: Duration::ZERO };
        }
        let function = self.graph.function(step).name();
        // Where nothing is stored in any case, this is no news.
        if self.engine.stash().is_some() {
            self.engine.warn(crate::engine::event::Warning::NoKey { function, error: problem.to_string() });
        }
        self.compute(step, Reason::NotStored, None)
    }

    fn hit(&self, step: StepId, nut: &Nut) -> Outcome {
        {
            let mut slot = self.slot(step);
            slot.digest = Some(nut.digest);
            slot.nut = Some(nut.clone());
        }
        self.add_route(step, &nut.key);
        self.count_hit(step, nut);
        match self.export_if_wanted(step) {
            Ok(()) => Outcome::Hit { saved: Duration::from_nanos(nut.nanos.unsigned_abs()) },
            Err(message) => Outcome::Failed { message, took: Duration::ZERO },
        }
    }

    fn export_if_wanted(&self, step: StepId) -> Result<(), String> {
        if !self.must_export(step) {
            return Ok(());
        }
        self.value(step).map_err(|failure| failure.0).and_then(|value| self.export(step, &value))
    }

    pub(super) fn count_hit(&self, step: StepId, nut: &Nut) {
        if let Some(squirrel) = Squirrel::new(self.engine, self.graph.function(step)) {
            squirrel.count_hit(nut);
        }
    }

    /// Runs the step's function, stores what it returned, and writes it where it is wanted.
    fn compute(&self, step: StepId, reason: Reason, mut tracked: Option<Tracked<'_>>) -> Outcome {
        let worker = rayon::current_thread_index().unwrap_or(0);
        {
            let mut slot = self.slot(step);
            slot.reason = Some(reason.clone());
            slot.started = Some(self.began.elapsed());
            slot.worker = Some(worker);
        }
        self.engine.tell(&Event::Started { step, worker, reason });
        let began = Instant::now();
        let result = self.run_function(step);
        let took = began.elapsed();
        let function = self.graph.function(step);
        function.tally().miss();
        let value = match result {
            Ok(value) => value,
            Err(Failure(message)) => {
                if let Some(tracked) = &tracked {
                    // Only the explanation of the next run is poorer without it.
                    drop(tracked.squirrel.stash.note_failure(&tracked.key, &message));
                }
                return Outcome::Failed { message, took };
            }
        };
        let node = &self.graph.step(step).node;
        // An input that was damaged has been computed again, and may be another value than the one looked up. The
        // result is kept for the value that it was computed from.
        tracked = tracked.and_then(|tracked| {
            let (key, details) = keyed(self.graph.step(step), |input| self.slot(input).digest)?;
            Some(Tracked { key, details, ..tracked })
        });
        let before = tracked.as_ref().and_then(|tracked| tracked.squirrel.nut(&tracked.key)).map(|nut| nut.digest);
        let encoded = match &tracked {
            Some(tracked) => tracked.store(node, &*value, took),
            None => encoded(node, &*value),
        };
        let digest = encoded.map(|encoded| encoded.digest);
        let mut is_stored = false;
        if let Some(tracked) = &tracked
            && let Some(nut) = tracked.squirrel.nut(&tracked.key)
        {
            is_stored = digest == Some(nut.digest);
            self.add_route(step, &tracked.key);
            self.slot(step).nut = Some(nut);
        }
        {
            let mut slot = self.slot(step);
            slot.digest = digest;
            // Another step may write to the path of a file that this one returned. What is in the stash stays.
            let is_elsewhere = is_stored && encoded.is_some_and(|encoded| encoded.has_files);
            slot.value = (!is_elsewhere).then(|| value.clone());
        }
        match self.export(step, &value) {
            Ok(()) => Outcome::Ran { took, same: before.is_some() && before == digest },
            Err(message) => Outcome::Failed { message, took },
        }
    }

    /// Calls the function on its inputs, again if it failed and may be retried.
    pub(super) fn run_function(&self, step: StepId) -> Result<Shared, Failure> {
        let node = &self.graph.step(step).node;
        let mut tries_left = node.function.options().retries;
        loop {
            let inputs = self.inputs(step)?;
            self.running.fetch_add(1, Ordering::AcqRel);
            let result = panics::catch(step, || (node.run)(&mut Inputs::new(inputs, node.function)));
            if self.running.fetch_sub(1, Ordering::AcqRel) == 1 {
                // The current folder is the process's. What a step made of it is not for those that follow.
                place::return_to_start();
            }
            let failure = match result {
                Ok(Ok(ran)) => return Ok(ran.0),
                Ok(Err(failure)) => failure,
                Err(message) => Failure(message),
            };
            if tries_left == 0 || self.stopping() {
                return Err(failure);
            }
            tries_left -= 1;
            self.slot(step).retries += 1;
        }
    }

    /// The values that the function takes, in the order of its parameters.
    fn inputs(&self, step: StepId) -> Result<Vec<Shared>, Failure> {
        let graph_step = self.graph.step(step);
        let pairs = graph_step.inputs.iter().zip(&graph_step.node.inputs);
        pairs
            .map(|(from, input)| match (&from.from, &input.source.0) {
                (GraphSource::Step(from), _) => self.value(*from),
                (GraphSource::Steps(from), SourceKind::Steps { nodes, assemble }) => {
                    let values = from.iter().map(|step| self.value(*step)).collect::<Result<_, _>>()?;
                    assemble(values, nodes).map_err(|error| Failure(error.to_string()))
                }
                (_, SourceKind::Literal { value, .. }) => Ok(value.clone()),
                _ => Err(Failure("its inputs are not what was declared".to_owned())),
            })
            .collect()
    }
}

/// A computation that is going to be stored.
struct Tracked<'e> {
    squirrel: Squirrel<'e>,
    key: Digest,
    details: Details,
    _hold: Hold,
}

impl Tracked<'_> {
    fn store(&self, node: &Node, value: &dyn Any, took: Duration) -> Option<Encoded> {
        self.squirrel.stash.note_miss(self.squirrel.function.name());
        self.squirrel.stash(&self.key, &self.details, node.kind, node.same, value, took)
    }
}

/// The digest of a value that is not stored, if that is all of it: what uses the value is found by it.
fn encoded(node: &Node, value: &dyn Any) -> Option<Encoded> {
    let (written, files) = keeping_files(|| node.kind.write(value, Room::Memory));
    let written = written.ok()?;
    faithful::result(node.function, node.kind, node.same, value, &written, &files).ok()?;
    Some(Encoded { digest: written.digest, has_files: !files.is_empty() })
}
