//! Counts of uses, gathered in memory and written now and then: a hit never waits for a write.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Stash, StashError, lock};
use crate::clock;

/// The longest time that a count stays in memory alone while there are more hits.
const INTERVAL_NANOS: i64 = 1_000_000_000;

#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    nuts: BTreeMap<i64, (u32, i64)>,
    functions: BTreeMap<&'static str, [i64; 3]>,
    flushed: i64,
}

impl Stash {
    /// Notes a hit on a nut.
    pub(crate) fn note_hit(&self, nut: i64, function: &'static str, saved_nanos: i64) {
        let now = clock::now();
        self.note(now, |pending| {
            let (count, last) = pending.nuts.entry(nut).or_default();
            *count += 1;
            *last = now;
            let [hits, _, saved] = pending.functions.entry(function).or_default();
            *hits += 1;
            *saved += saved_nanos;
        });
    }

    /// Notes that a result was not even needed, because one that was made of it was there.
    pub(crate) fn note_unneeded(&self, function: &'static str, saved_nanos: i64) {
        self.note(clock::now(), |pending| {
            let [hits, _, saved] = pending.functions.entry(function).or_default();
            *hits += 1;
            *saved += saved_nanos;
        });
    }

    /// Notes that a function ran.
    pub(crate) fn note_miss(&self, function: &'static str) {
        self.note(clock::now(), |pending| pending.functions.entry(function).or_default()[1] += 1);
    }

    fn note(&self, now: i64, change: impl FnOnce(&mut Pending)) {
        let due = {
            let mut pending = lock(&self.uses.0);
            change(&mut pending);
            now - pending.flushed > INTERVAL_NANOS
        };
        if due {
            // Counts are no reason to fail; they stay for the next time.
            drop(self.flush_uses());
        }
    }

    /// Writes the counts that are still in memory.
    ///
    /// # Errors
    /// If the index can't be written.
    pub fn flush_uses(&self) -> Result<(), StashError> {
        if !self.writable {
            return Ok(());
        }
        let (nuts, functions) = {
            let mut pending = lock(&self.uses.0);
            pending.flushed = clock::now();
            (std::mem::take(&mut pending.nuts), std::mem::take(&mut pending.functions))
        };
        if nuts.is_empty() && functions.is_empty() {
            return Ok(());
        }
        self.write("count uses", |index| {
            let mut nut = index.prepare_cached("UPDATE nuts SET uses = uses + ?2, used = max(used, ?3) WHERE id = ?1")?;
            for (id, (count, last)) in &nuts {
                nut.execute((id, count, last))?;
            }
            let mut function = index.prepare_cached(
                "INSERT INTO functions(name, hits, misses, saved_nanos) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT(name) DO UPDATE SET hits = hits + ?2, misses = misses + ?3, saved_nanos = saved_nanos + ?4",
            )?;
            for (name, [hits, misses, saved]) in &functions {
                function.execute((name, hits, misses, saved))?;
            }
            Ok(())
        })
    }
}
