//! Runs: what happened to each step, and why.
//!
//! What a pipeline declares is kept once for all its runs, as an outline: the labels and functions of its steps in
//! order. A run keeps what happened to those steps to which something did, so that a run that finds everything fresh
//! costs a row, however many steps it has.

use rusqlite::{OptionalExtension, Row};
use scrat_fingerprint::decompressed;

use super::{Stash, StashError};
use crate::digest::Digest;
use crate::given::Given;
use crate::reason::Reason;
use crate::value::{decode_unverified, encode};

/// A run that is over.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// use scrat::Stash;
///
/// let stash = Stash::create(&root)?;
/// if let Some((run, steps)) = stash.last_run(Some("report"))? {
///     println!("run {} of {}: {} steps, {} ran", run.id, run.pipeline, steps.len(), run.totals.ran);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastRun {
    /// Its number; runs are counted up.
    pub id: i64,
    /// The pipeline's name.
    pub pipeline: String,
    /// Nanoseconds since 1970.
    pub started: i64,
    /// Nanoseconds since 1970.
    pub finished: i64,
    /// How many steps ended in which way.
    pub totals: RunTotals,
    /// The arguments that the pipeline was given. None if another version of scrat recorded them in another form, or
    /// not at all.
    pub given: Option<Given>,
}

/// How many steps ended in which way.
///
/// # Examples
///
/// ```
/// use scrat::RunTotals;
///
/// /// The part of the steps whose results were there.
/// fn fresh(totals: &RunTotals) -> f64 {
///     totals.hits as f64 / totals.steps.max(1) as f64
/// }
///
/// assert_eq!(fresh(&RunTotals::default()), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunTotals {
    /// All steps of the pipeline.
    pub steps: usize,
    /// The steps whose result was stored already.
    pub hits: usize,
    /// The steps that ran.
    pub ran: usize,
    /// The steps that failed.
    pub failed: usize,
    /// The steps that were not reached, because of a failure or an interruption.
    pub skipped: usize,
    /// How long the results of the hits took to compute when they were stored, in nanoseconds.
    pub saved_nanos: u64,
}

/// How a step of a past run ended.
///
/// # Examples
///
/// ```
/// use scrat::PastOutcome;
///
/// assert_eq!(PastOutcome::Skipped.as_str(), "skipped");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PastOutcome {
    /// Its result was stored already.
    #[default]
    Hit,
    /// It ran.
    Ran,
    /// It returned an error or panicked.
    Failed,
    /// It was not reached.
    Skipped,
    /// It was not a step: the pipeline's body called the function while it declared the steps.
    Body,
    /// An outcome that another version of scrat recorded, by a word that this version does not know.
    Other(String),
}

impl PastOutcome {
    /// The word that it is recorded as.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Hit => "hit",
            Self::Ran => "ran",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Body => "body",
            Self::Other(word) => word,
        }
    }

    fn of(word: String) -> Self {
        let known = [Self::Hit, Self::Ran, Self::Failed, Self::Skipped, Self::Body];
        known.into_iter().find(|known| known.as_str() == word).unwrap_or(Self::Other(word))
    }
}

/// What happened to one step of a run.
///
/// # Examples
///
/// ```
/// use scrat::{PastOutcome, PastStep};
///
/// /// What failed, and with which message.
/// fn failures(steps: &[PastStep]) -> Vec<(&str, &str)> {
///     let failed = steps.iter().filter(|step| step.outcome == PastOutcome::Failed);
///     failed.map(|step| (step.label.as_str(), step.message.as_deref().unwrap_or_default())).collect()
/// }
///
/// assert!(failures(&[PastStep::default()]).is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastStep {
    /// The step's label, as it was shown.
    pub label: String,
    /// The function's full name.
    pub function: String,
    /// How it ended.
    pub outcome: PastOutcome,
    /// Why it was not fresh, encoded: see [`PastStep::reason`].
    pub reason: Option<Vec<u8>>,
    /// When it began, in nanoseconds after the start of the run.
    pub started: Option<i64>,
    /// How long it took, in nanoseconds.
    pub nanos: Option<i64>,
    /// Which thread of the pool ran it.
    pub worker: Option<i64>,
    /// How often it was tried again after an error.
    pub retries: u32,
    /// The message of its failure.
    pub message: Option<String>,
}

impl PastStep {
    /// Why it was not fresh. None if it was, or if another version of scrat recorded the reason in another form.
    pub fn reason(&self) -> Option<Reason> {
        decode_unverified(self.reason.as_ref()?).ok()
    }
}

impl PastStep {
    /// Takes over what happened to it.
    fn become_what(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        self.outcome = PastOutcome::of(row.get(1)?);
        self.reason = row.get(2)?;
        self.started = row.get(3)?;
        self.nanos = row.get(4)?;
        self.worker = row.get(5)?;
        self.retries = row.get(6)?;
        self.message = row.get(7)?;
        Ok(())
    }
}

impl Stash {
    /// Keeps the record of a run, and returns its number. Old records go.
    pub(crate) fn record_run(&self, run: &PastRun, steps: &[PastStep]) -> Result<i64, StashError> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let outline = Outline::of(steps);
        self.write("record a run", |index| {
            let outline = outline.keep(index)?;
            index
                .prepare_cached(
                    "INSERT INTO runs(pipeline, started, finished, steps, hits, ran, failed, skipped, saved_nanos, parameters, outline)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?
                .execute((
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
                    outline,
                ))?;
            let id = index.last_insert_rowid();
            let mut insert = index.prepare_cached(
                "INSERT INTO run_steps(run, position, outcome, reason, started, nanos, worker, retries, message)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            for (position, step) in steps.iter().enumerate().filter(|(_, step)| step.outcome != PastOutcome::Hit) {
                insert.execute((
                    id,
                    count(position),
                    step.outcome.as_str(),
                    &step.reason,
                    step.started,
                    step.nanos,
                    step.worker,
                    step.retries,
                    &step.message,
                ))?;
            }
            forget_old(index, id)?;
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
                .prepare_cached(
                    "SELECT r.id, pipeline, started, finished, r.steps, hits, ran, failed, skipped, saved_nanos, parameters, o.steps
                     FROM runs r LEFT JOIN outlines o ON o.id = r.outline
                     WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY r.id DESC LIMIT 1",
                )?
                .query_row([pipeline], |row| {
                    let count = |column| row.get::<_, i64>(column).map(|count| count.unsigned_abs() as usize);
                    let run = PastRun {
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
                        given: row.get::<_, Option<Vec<u8>>>(10)?.and_then(|bytes| decode_unverified(&bytes).ok()),
                    };
                    Ok((run, row.get::<_, Option<Vec<u8>>>(11)?))
                })
                .optional()?;
            let Some((run, outline)) = run else { return Ok(None) };
            let mut steps = outline.and_then(|bytes| Outline { bytes }.steps()).unwrap_or_default();
            let mut rows = index.prepare_cached(
                "SELECT position, outcome, reason, started, nanos, worker, retries, message
                 FROM run_steps WHERE run = ?1 ORDER BY position",
            )?;
            let mut rows = rows.query([run.id])?;
            while let Some(row) = rows.next()? {
                let position = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
                let Some(step) = steps.get_mut(position) else { continue };
                // Of a row of nonsense, as much is told as can be.
                drop(step.become_what(row));
            }
            Ok(Some((run, steps)))
        })
    }
}

/// The steps of a pipeline: the canonical bytes of a list of labels and functions, compressed.
struct Outline {
    bytes: Vec<u8>,
}

impl Outline {
    fn of(steps: &[PastStep]) -> Self {
        let steps: Vec<_> = steps.iter().map(|step| (step.label.as_str(), step.function.as_str())).collect();
        let bytes = encode(&steps).unwrap_or_default();
        Self { bytes: lz4_flex::compress_prepend_size(&bytes) }
    }

    /// The number of the outline in the index, where it is put unless it is there.
    fn keep(&self, index: &rusqlite::Connection) -> rusqlite::Result<i64> {
        let digest = Digest::of(&self.bytes);
        let known = index
            .prepare_cached("SELECT id FROM outlines WHERE digest = ?1")?
            .query_row([digest.as_bytes()], |row| row.get(0))
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        index
            .prepare_cached("INSERT INTO outlines(digest, steps) VALUES (?1, ?2)")?
            .execute((digest.as_bytes(), &self.bytes))?;
        Ok(index.last_insert_rowid())
    }

    /// The steps, each as if nothing had happened to it.
    fn steps(&self) -> Option<Vec<PastStep>> {
        let bytes = decompressed(&self.bytes).ok()?;
        let steps: Vec<(String, String)> = decode_unverified(&bytes).ok()?;
        let hit = |(label, function)| PastStep { label, function, ..PastStep::default() };
        Some(steps.into_iter().map(hit).collect())
    }
}

/// Forgets all runs but the last ones: as many as are kept, of as many steps as are kept, and always this one.
fn forget_old(index: &rusqlite::Connection, newest: i64) -> rusqlite::Result<()> {
    const RUNS: i64 = 100;
    const STEPS: i64 = 200_000;
    index
        .prepare_cached(
            "DELETE FROM runs WHERE id <> ?1 AND (id <= ?1 - ?2 OR id IN (
                 SELECT id FROM (SELECT id, sum(ran + failed + skipped) OVER (ORDER BY id DESC) AS steps FROM runs)
                 WHERE steps > ?3))",
        )?
        .execute((newest, RUNS, STEPS))?;
    index.prepare_cached("DELETE FROM outlines WHERE id NOT IN (SELECT outline FROM runs)")?.execute(())?;
    Ok(())
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

    fn step(label: &str, outcome: PastOutcome) -> PastStep {
        let nanos = (outcome == PastOutcome::Ran).then_some(5);
        PastStep { label: label.to_owned(), function: "f".to_owned(), outcome, nanos, ..PastStep::default() }
    }

    fn run(ran: usize) -> PastRun {
        PastRun { pipeline: "p".to_owned(), totals: RunTotals { ran, ..RunTotals::default() }, ..PastRun::default() }
    }

    fn count(stash: &Stash, table: &str) -> i64 {
        stash
            .read("count", |index| index.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)))
            .unwrap()
    }

    #[test]
    fn a_run_comes_back_with_all_its_steps_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        let steps = [
            step("a", PastOutcome::Hit),
            step("b", PastOutcome::Ran),
            step("c", PastOutcome::Hit),
            step("d", PastOutcome::Failed),
            step("e", PastOutcome::Skipped),
        ];
        stash.record_run(&run(1), &steps).unwrap();
        assert_eq!(stash.last_run(None).unwrap().unwrap().1, steps);
        let fewer = [step("a", PastOutcome::Hit), step("b", PastOutcome::Hit)];
        stash.record_run(&run(0), &fewer).unwrap();
        assert_eq!(stash.last_run(Some("p")).unwrap().unwrap().1, fewer);
        assert!(stash.last_run(Some("q")).unwrap().is_none());
    }

    #[test]
    fn an_outcome_of_another_version_comes_back_by_its_own_word() {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        let outcomes =
            ["hit", "ran", "failed", "skipped", "body", "evicted"].map(|word| PastOutcome::of(word.to_owned()));
        assert_eq!(outcomes[5], PastOutcome::Other("evicted".to_owned()));
        let steps = outcomes.map(|outcome| step(outcome.as_str(), outcome.clone()));
        stash.record_run(&run(1), &steps).unwrap();
        let found = stash.last_run(None).unwrap().unwrap().1;
        assert_eq!(found, steps);
        assert!(found.iter().all(|step| step.label == step.outcome.as_str()));
    }

    #[test]
    fn runs_in_which_nothing_happened_leave_a_few_kilobytes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let steps: Vec<_> = (0..1_000).map(|number| step(&format!("score fold={number}"), PastOutcome::Hit)).collect();
        stash.record_run(&run(0), &steps).unwrap();
        stash.close();
        let before = std::fs::metadata(root.join("index.db")).unwrap().len();
        for _ in 0..100 {
            stash.record_run(&run(0), &steps).unwrap();
        }
        stash.close();
        let grown = std::fs::metadata(root.join("index.db")).unwrap().len() - before;
        assert!(grown <= 16 * 1024, "{grown}");
        assert_eq!((count(&stash, "run_steps"), count(&stash, "outlines"), count(&stash, "runs")), (0, 1, 100));
    }

    #[test]
    fn old_runs_go_with_their_steps_and_outlines() {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        stash.record_run(&run(1), &[step("large", PastOutcome::Ran)]).unwrap();
        stash.record_run(&run(199_999), &[step("a", PastOutcome::Ran)]).unwrap();
        assert_eq!(count(&stash, "runs"), 2, "as many steps as are kept");
        stash.record_run(&run(1_000_000), &[step("b", PastOutcome::Ran), step("c", PastOutcome::Ran)]).unwrap();
        assert_eq!((count(&stash, "runs"), count(&stash, "run_steps"), count(&stash, "outlines")), (1, 2, 1));
        assert_eq!(stash.last_run(None).unwrap().unwrap().1.len(), 2, "the newest stays, however large");
    }
}
