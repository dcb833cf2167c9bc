//! The outcome of a run.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use super::state::Run;
use crate::engine::event::Outcome;
use crate::id::StepId;
use crate::reason::Reason;
use crate::stash::{Latest, PastOutcome, PastRun, PastStep, RunTotals, Stash, short_digest};
use crate::sync::lock;
use crate::value::{brief, encode, whole_text};

/// The outcome of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct RunReport {
    /// How many steps ended in which way.
    pub totals: RunTotals,
    /// How long the run took.
    pub took: Duration,
    /// The steps that were not fresh, in order.
    pub steps: Vec<StepReport>,
    /// For each value that could not be written to a path outside the stash, a message that says why.
    pub export_failures: Vec<String>,
    /// The wanted results that are not exported, unless they are large.
    pub results: Vec<RunResult>,
    /// The paths that values were exported to.
    pub exports: Vec<PathBuf>,
    /// Whether the run was cancelled.
    pub cancelled: bool,
}

/// A value that was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunResult {
    /// The step's label.
    pub label: String,
    /// The value itself if it is text, or else its short form.
    pub text: String,
    /// The whole value; on one line if it is not text.
    pub whole: String,
}

/// What happened to one step.
#[derive(Debug)]
#[non_exhaustive]
pub struct StepReport {
    /// The step.
    pub step: StepId,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ran, if it did.
    pub reason: Option<Reason>,
}

impl RunReport {
    /// Whether every step has its result and every export its file.
    pub fn is_complete(&self) -> bool {
        self.totals.failed == 0 && self.totals.skipped == 0 && self.export_failures.is_empty()
    }
}

impl Run<'_> {
    /// Records the outcome of the run, and returns it.
    pub(super) fn finish(self, pipeline: &str, started: i64) -> RunReport {
        let results = self.results();
        if let Some(stash) = self.engine.stash().filter(|stash| stash.is_writable()) {
            // Routes and counts make the next run quicker; its results don't hang on them.
            drop(stash.add_routes(&lock(&self.routes)));
            drop(stash.set_latest(pipeline, self.latest(stash, pipeline)));
            drop(stash.flush_uses());
        }
        let mut totals = RunTotals { steps: self.graph.len(), ..RunTotals::default() };
        let mut steps = Vec::new();
        for step in self.graph.steps() {
            let slot = self.slot(step);
            let outcome = slot.outcome();
            match &outcome {
                Outcome::Hit { saved } => {
                    totals.hits += 1;
                    totals.saved_nanos += u64::try_from(saved.as_nanos()).unwrap_or(u64::MAX);
                }
                Outcome::Ran { .. } => totals.ran += 1,
                Outcome::Failed { .. } => totals.failed += 1,
                Outcome::Skipped => totals.skipped += 1,
            }
            if self.is_active(step) {
                steps.push(StepReport { step, outcome, reason: slot.call().map(|call| call.reason.clone()) });
            }
        }
        self.record(pipeline, started, totals);
        RunReport {
            totals,
            took: self.began.elapsed(),
            steps,
            results,
            exports: self.graph.steps().flat_map(|step| self.graph.exports(step)).map(PathBuf::from).collect(),
            cancelled: self.is_cancelled(),
            export_failures: std::mem::take(&mut *lock(&self.export_failures)),
        }
    }

    /// What the steps are now; for steps that have no value, what they were before.
    fn latest(&self, stash: &Stash, pipeline: &str) -> Vec<Latest> {
        let before = stash.latest(pipeline).unwrap_or_default();
        let before: HashMap<u64, Latest> = before.into_iter().map(|step| (step.label, step)).collect();
        let step = |step: StepId| {
            let label = self.graph.label(step);
            let is_done = self.slot(step).is_done();
            match self.graph.step(step).deep {
                Some(deep) if is_done => Some(Latest::new(label, self.graph.function(step).name(), deep)),
                _ => before.get(&short_digest(label)).cloned(),
            }
        };
        self.graph.steps().filter_map(step).collect()
    }

    /// The wanted values that are not exported, unless they are large.
    fn results(&self) -> Vec<RunResult> {
        const SMALL: u64 = 64 * 1024;
        let is_small = |step: StepId| {
            let slot = self.slot(step);
            slot.is_done() && slot.kept().is_none_or(|kept| kept.stored_bytes() <= SMALL)
        };
        let shown = self.graph.wanted().iter().copied().filter(|step| self.shown.contains(step));
        shown
            .filter(|&step| is_small(step))
            .filter_map(|step| {
                // On the thread that called, which has no number of its own.
                let value = self.value(step, 0).ok()?.value;
                let kind = self.graph.step(step).node.kind;
                let label = self.graph.label(step).to_owned();
                if let Some(text) = whole_text(&*value) {
                    return Some(RunResult { label, whole: text.clone(), text });
                }
                let whole = kind.line(&*value, usize::MAX);
                Some(RunResult { label, text: brief(&whole).into_owned(), whole })
            })
            .collect()
    }

    fn record(&self, pipeline: &str, started: i64, totals: RunTotals) {
        let Some(stash) = self.engine.stash().filter(|stash| stash.is_writable()) else { return };
        let nanos = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        let mut steps: Vec<_> = self
            .graph
            .steps()
            .map(|step| {
                let slot = self.slot(step);
                let call = slot.call();
                let (outcome, took, message) = match slot.outcome() {
                    Outcome::Hit { .. } => (PastOutcome::Hit, None, None),
                    Outcome::Ran { took, .. } => (PastOutcome::Ran, Some(took), None),
                    Outcome::Failed { took, message } => (PastOutcome::Failed, Some(took), Some(shortened(&message))),
                    Outcome::Skipped => (PastOutcome::Skipped, None, None),
                };
                PastStep {
                    label: self.graph.label(step).to_owned(),
                    function: self.graph.function(step).name().to_owned(),
                    outcome,
                    reason: call.and_then(|call| encode(&call.reason).ok()),
                    started: call.map(|call| nanos(call.started)),
                    nanos: took.map(nanos),
                    worker: call.map(|call| i64::try_from(call.worker).unwrap_or(0)),
                    retries: call.map_or(0, |call| call.retries),
                    message,
                }
            })
            .collect();
        steps.extend(self.body());
        let run = PastRun {
            id: 0,
            pipeline: pipeline.to_owned(),
            started,
            // By the clock that is never set: a run does not end before it began.
            finished: started.saturating_add(nanos(self.began.elapsed())),
            totals,
            given: Some(self.options.given.clone()),
        };
        // A run that can't be remembered is still a run.
        drop(stash.record_run(&run, &steps));
    }
}

impl Run<'_> {
    /// What the pipeline's body computed, after its steps: one for each function, however often it was called.
    fn body(&self) -> Vec<PastStep> {
        let nanos = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        let mut functions: Vec<PastStep> = Vec::new();
        for call in self.graph.body().iter().filter(|call| !call.hit) {
            let (began, took) = (call.began.saturating_duration_since(self.began), nanos(call.took));
            if let Some(known) = functions.iter_mut().find(|known| known.function == call.function.name()) {
                known.nanos = known.nanos.map(|sum| sum.saturating_add(took));
                continue;
            }
            functions.push(PastStep {
                label: format!("{} in the body", call.function.short_name()),
                function: call.function.name().to_owned(),
                outcome: PastOutcome::Body,
                started: Some(nanos(began)),
                nanos: Some(took),
                worker: Some(0),
                ..PastStep::default()
            });
        }
        functions
    }
}

/// As much of a message as a record keeps.
fn shortened(message: &str) -> String {
    const LONGEST: usize = 4096;
    match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}
