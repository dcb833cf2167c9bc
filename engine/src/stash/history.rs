//! Runs: what happened to each step, and why.

use rusqlite::OptionalExtension;

use super::{Stash, StashError};
use crate::pipeline::Given;
use crate::reason::Reason;
use crate::value::{decode, encode};

/// A run that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastRun {
    /// Its number; runs are counted up.
    pub id: i64,
    /// The pipeline's name.
    pub pipeline: String,
    /// Nanoseconds since 1970.
    pub started: i64,
    /// Nanoseconds since 1970.
    pub finished: i64,
    /// The counts.
    pub totals: RunTotals,
    /// What the pipeline was given. None if another version of scrat wrote that down in a form of its own, or not
    /// at all.
    pub given: Option<Given>,
}

/// How many steps ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunTotals {
    /// All steps of the pipeline.
    pub steps: usize,
    /// Those whose result was there.
    pub hits: usize,
    /// Those that ran.
    pub ran: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that were not reached, because of a failure or an interruption.
    pub skipped: usize,
    /// How long the hits had taken to compute, in nanoseconds.
    pub saved_nanos: u64,
}

/// What happened to one step of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastStep {
    /// As it was shown.
    pub label: String,
    /// The function's full name.
    pub function: String,
    /// `hit`, `ran`, `failed` or `skipped`.
    pub outcome: String,
    /// Why it was not fresh, encoded: see [`PastStep::reason`].
    pub reason: Option<Vec<u8>>,
    /// When it began, in nanoseconds after the run did.
    pub started: Option<i64>,
    /// How long it took, in nanoseconds.
    pub nanos: Option<i64>,
    /// Which thread of the pool ran it.
    pub worker: Option<i64>,
    /// How often it was tried again after an error.
    pub retries: u32,
    /// What it failed with.
    pub message: Option<String>,
}

impl PastStep {
    /// The outcome of what was no step: the pipeline's body called it while it declared the steps.
    pub const BODY: &'static str = "body";

    /// Why it was not fresh. None if it was, or if another version of scrat wrote that down in a form of its own.
    pub fn reason(&self) -> Option<Reason> {
        decode(self.reason.as_ref()?).ok()
    }
}

impl Stash {
    /// Keeps the record of a run, and returns its number. Old records go.
    pub(crate) fn record_run(&self, run: &PastRun, steps: &[PastStep]) -> Result<i64, StashError> {
        const KEPT: i64 = 100;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.write("record a run", |index| {
            index.execute(
                "INSERT INTO runs(pipeline, started, finished, steps, hits, ran, failed, skipped, saved_nanos, parameters)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                (
                    &run.pipeline,
                    run.started,
                    run.finished,
                    count(run.totals.steps),
                    count(run.totals.hits),
                    count(run.totals.ran),
                    count(run.totals.failed),
                    count(run.totals.skipped),
                    i64::try_from(run.totals.saved_nanos).unwrap_or(i64::MAX),
                    run.given.as_ref().and_then(|given| encode(given).ok()),
                ),
            )?;
            let id = index.last_insert_rowid();
            let mut insert = index.prepare_cached(
                "INSERT INTO run_steps(run, position, label, function, outcome, reason, started, nanos, worker, retries, message)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?;
            for (position, step) in steps.iter().enumerate() {
                insert.execute((
                    id,
                    count(position),
                    &step.label,
                    &step.function,
                    &step.outcome,
                    &step.reason,
                    step.started,
                    step.nanos,
                    step.worker,
                    step.retries,
                    &step.message,
                ))?;
            }
            index.execute("DELETE FROM runs WHERE id <= ?1", [id - KEPT])?;
            Ok(id)
        })
    }

    /// The last run, of one pipeline or of any, with its steps in order.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn last_run(&self, pipeline: Option<&str>) -> Result<Option<(PastRun, Vec<PastStep>)>, StashError> {
        self.read("look up a run", |index| {
            let run = index
                .query_row(
                    "SELECT id, pipeline, started, finished, steps, hits, ran, failed, skipped, saved_nanos, parameters
                     FROM runs WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY id DESC LIMIT 1",
                    [pipeline],
                    |row| {
                        let count = |column| row.get::<_, i64>(column).map(|count| count.unsigned_abs() as usize);
                        Ok(PastRun {
                            id: row.get(0)?,
                            pipeline: row.get(1)?,
                            started: row.get(2)?,
                            finished: row.get(3)?,
                            totals: RunTotals {
                                steps: count(4)?,
                                hits: count(5)?,
                                ran: count(6)?,
                                failed: count(7)?,
                                skipped: count(8)?,
                                saved_nanos: row.get::<_, i64>(9)?.unsigned_abs(),
                            },
                            given: row.get::<_, Option<Vec<u8>>>(10)?.and_then(|bytes| decode(&bytes).ok()),
                        })
                    },
                )
                .optional()?;
            let Some(run) = run else { return Ok(None) };
            let steps = index
                .prepare(
                    "SELECT label, function, outcome, reason, started, nanos, worker, retries, message
                     FROM run_steps WHERE run = ?1 ORDER BY position",
                )?
                .query_map([run.id], |row| {
                    Ok(PastStep {
                        label: row.get(0)?,
                        function: row.get(1)?,
                        outcome: row.get(2)?,
                        reason: row.get(3)?,
                        started: row.get(4)?,
                        nanos: row.get(5)?,
                        worker: row.get(6)?,
                        retries: row.get(7)?,
                        message: row.get(8)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some((run, steps)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_reason_comes_back_and_a_foreign_one_is_none() {
        let reason = Reason::Failed { message: "no".to_owned() };
        let step = PastStep { reason: encode(&reason).ok(), ..PastStep::default() };
        assert_eq!(step.reason(), Some(reason));
        assert_eq!(PastStep { reason: Some(vec![255; 3]), ..PastStep::default() }.reason(), None);
        assert_eq!(PastStep::default().reason(), None);
    }
}
