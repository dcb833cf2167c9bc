//! Counts of uses, gathered in memory and written now and then: a hit never waits for a write.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::pieces::{BREATH, some_of};
use super::{Stash, StashError};
use crate::clock;
use crate::digest::Digest;
use crate::sync::lock;

/// The longest time that a count stays in memory alone while there are more hits.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long the end of a run or of the program waits for somebody else who writes to the index.
const AT_END: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Counters(Mutex<Pending>);

#[derive(Debug, Default)]
struct Counts {
    nuts: BTreeMap<Digest, (u32, i64)>,
    functions: BTreeMap<&'static str, [i64; 3]>,
}

#[derive(Debug)]
struct Pending {
    counts: Counts,
    /// By a clock that is never set. A short program writes as it ends, and not at its first hit.
    flushed: Instant,
}

impl Default for Counters {
    fn default() -> Self {
        Self(Mutex::new(Pending { counts: Counts::default(), flushed: Instant::now() }))
    }
}

impl Counts {
    fn is_empty(&self) -> bool {
        self.nuts.is_empty() && self.functions.is_empty()
    }

    /// Writes as many as fit into a piece. Returns the rest.
    fn write(&self, index: &Connection) -> rusqlite::Result<Self> {
        let mut function = index.prepare_cached(
            "INSERT INTO functions(name, hits, misses, saved_nanos) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT(name) DO UPDATE SET hits = hits + ?2, misses = misses + ?3,
                saved_nanos = CASE WHEN saved_nanos > 9223372036854775807 - ?4 THEN 9223372036854775807
                    ELSE saved_nanos + ?4 END",
        )?;
        for (name, [hits, misses, saved]) in &self.functions {
            function.execute((name, hits, misses, saved))?;
        }
        // The last use counts, whatever the clock said before.
        let mut nut = index.prepare_cached("UPDATE nuts SET uses = uses + ?2, used = ?3 WHERE key = ?1")?;
        let nuts: Vec<_> = self.nuts.iter().collect();
        let done = some_of(&nuts, |(key, (count, last))| nut.execute((key.as_bytes(), count, last)).map(drop))?;
        let rest = nuts[done..].iter().map(|&(key, counts)| (*key, *counts));
        Ok(Self { nuts: rest.collect(), functions: BTreeMap::new() })
    }

    /// Takes counts back that could not be written.
    fn add(&mut self, others: Self) {
        for (nut, (count, last)) in others.nuts {
            let known = self.nuts.entry(nut).or_insert((0, last));
            known.0 = known.0.saturating_add(count);
        }
        for (name, counts) in others.functions {
            let known = self.functions.entry(name).or_default();
            known.iter_mut().zip(counts).for_each(|(known, count)| *known = known.saturating_add(count));
        }
    }
}

impl Stash {
    /// Notes a hit on a nut.
    pub(crate) fn note_hit(&self, nut: Digest, function: &'static str, saved_nanos: i64) {
        self.note(|counts| {
            let (count, last) = counts.nuts.entry(nut).or_default();
            *count = count.saturating_add(1);
            *last = clock::now();
            let [hits, _, saved] = counts.functions.entry(function).or_default();
            *hits += 1;
            *saved = saved.saturating_add(saved_nanos);
        });
    }

    /// Notes that a result was not even needed, because one that was made of it was there.
    pub(crate) fn note_unneeded(&self, function: &'static str, saved_nanos: i64) {
        self.note(|counts| {
            let [hits, _, saved] = counts.functions.entry(function).or_default();
            *hits += 1;
            *saved = saved.saturating_add(saved_nanos);
        });
    }

    /// Notes that a function ran.
    pub(crate) fn note_miss(&self, function: &'static str) {
        self.note(|counts| counts.functions.entry(function).or_default()[1] += 1);
    }

    fn note(&self, change: impl FnOnce(&mut Counts)) {
        if !self.writable {
            return;
        }
        let due = {
            let mut pending = lock(&self.uses.0);
            change(&mut pending.counts);
            pending.flushed.elapsed() > INTERVAL
        };
        if due {
            // Counts are no reason to fail or to wait; they stay for the next time.
            drop(self.flush_pieces(1, Duration::ZERO));
        }
    }

    /// Writes the counts that are still in memory, unless the index is locked by somebody else for longer than a
    /// moment. They stay for the next time then.
    ///
    /// # Errors
    /// If the index can't be written.
    pub fn flush_uses(&self) -> Result<(), StashError> {
        self.flush_within(AT_END)
    }

    /// Writes the counts for the last time.
    pub(super) fn count_uses_at_end(&self) {
        // What is lost if this fails is a count.
        drop(self.flush_within(AT_END));
    }

    fn flush_within(&self, patience: Duration) -> Result<(), StashError> {
        self.flush_pieces(usize::MAX, patience)
    }

    /// Writes at most so many pieces of the counts: others wait for each, and so does whoever has a hit. The rest stays.
    fn flush_pieces(&self, most: usize, patience: Duration) -> Result<(), StashError> {
        let mut counts = {
            let mut pending = lock(&self.uses.0);
            pending.flushed = Instant::now();
            std::mem::take(&mut pending.counts)
        };
        if !self.writable || counts.is_empty() {
            return Ok(());
        }
        let mut written = Ok(());
        for piece in 0..most {
            if piece > 0 {
                std::thread::sleep(BREATH);
            }
            written = self.try_write("count uses", patience, |index| counts.write(index)).map(|rest| counts = rest);
            if written.is_err() || counts.is_empty() {
                break;
            }
        }
        if !counts.is_empty() {
            lock(&self.uses.0).counts.add(counts);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(stash: &Stash) -> Vec<(u64, u64)> {
        let totals = stash.read("sum up", |index| {
            index
                .prepare("SELECT hits, misses FROM functions")?
                .query_map((), |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs())))?
                .collect()
        });
        totals.unwrap()
    }

    #[test]
    fn counts_that_cannot_be_written_stay_for_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let blocker = rusqlite::Connection::open(root.join("index.db")).unwrap();
        blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
        stash.note_hit(Digest::of(b"nut"), "f", 5);
        stash.note_miss("f");
        assert!(matches!(stash.flush_within(Duration::ZERO), Err(StashError::Locked { .. })));
        stash.note_hit(Digest::of(b"nut"), "f", 5);
        blocker.execute_batch("COMMIT").unwrap();
        stash.flush_uses().unwrap();
        assert_eq!(hits(&stash), [(2, 1)]);
        stash.flush_uses().unwrap();
        assert_eq!(hits(&stash), [(2, 1)], "and are written once");
    }

    #[test]
    fn a_hit_writes_one_piece_of_many_counts_and_the_end_all() {
        const MANY: u32 = 100_000;
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        for number in 0..MANY {
            stash.note_hit(Digest::of(&number.to_le_bytes()), "f", 5);
        }
        let left = || lock(&stash.uses.0).counts.nuts.len();
        stash.flush_pieces(1, AT_END).unwrap();
        assert!(left() < MANY as usize, "a piece is written");
        let others = left();
        stash.flush_uses().unwrap();
        assert!(left() == 0 && others > 0, "{others} were left, and {} are", left());
        assert_eq!(hits(&stash), [(u64::from(MANY), 0)]);
    }

    #[test]
    fn counts_stay_while_another_thread_of_this_process_writes() {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        stash.note_hit(Digest::of(b"nut"), "f", 5);
        let writing = lock(&stash.index.writer);
        assert!(matches!(stash.flush_uses(), Err(StashError::Locked { .. })));
        stash.note_miss("f");
        drop(writing);
        stash.flush_uses().unwrap();
        assert_eq!(hits(&stash), [(1, 1)]);
    }

    #[test]
    fn the_first_hit_writes_nothing_and_closing_does() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        drop(Stash::create(&root).unwrap());
        let stash = Stash::open(&root).unwrap();
        stash.note_hit(Digest::of(b"nut"), "f", 5);
        assert!(lock(&stash.index.writer).is_none(), "no connection for writing was opened");
        stash.close();
        assert_eq!(hits(&stash), [(1, 0)]);
    }
}
