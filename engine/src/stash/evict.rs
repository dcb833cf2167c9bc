//! Eviction: what goes when a limit is reached, as the result that reached it is stored.
//!
//! The entries go in the transaction that stores the result, so what is counted is never more than a limit allows with
//! the newest result beside it. Their files go in a second transaction: a file must not go before the entries that name
//! it, and whoever stores looks in its own transaction whether a file that it has put there still is.
//!
//! | policy | first goes what has the least |
//! | --- | --- |
//! | `cost` | (seconds it took + seconds that evicted results took that it was made of) × (uses + 1) ÷ bytes |
//! | `lru` | time of its last use |
//! | `lfu` | uses |
//! | `fifo` | time at which it was stored |
//!
//! Each order is an index of the database, made when a limit first asks for it, over the nuts that are not pinned. What
//! was evicted of a nut's ancestors is looked up when its turn has come: it only ever makes the nut dearer, so one that
//! turns out dearer than the index says is put where it belongs, and the next one is looked at.

use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Row};

use super::fault::Fault;
use super::journal::bytes_of;
use super::limits::taken;
use super::nut::digest;
use super::parents::Parents;
use super::record::Record;
use super::removal::is_named;
use super::{Stash, StashError};
use crate::clock;
use crate::digest::Digest;
use crate::limit::{Limit, Passed, Policy};
use crate::sync::lock;

/// How many results go in one transaction at most: others want to write, too.
pub(super) const PIECE: usize = 256;

/// How long storing one result goes on making room, where a limit was lowered. The next one goes on with it.
const LONGEST: Duration = Duration::from_secs(1);

/// How many files are removed in one transaction.
const FILES: usize = 64;

/// How many keys of removed nuts are remembered, if that is not too much for a limit.
const REMOVED_KEPT: u64 = 100_000;

/// What one of them takes, about.
const REMOVED: u64 = 256;

/// After how many evictions, about, the keys are counted, where many are kept.
const SOMETIMES: u64 = 1_024;

/// What a limit is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// The function's number; none for the whole stash.
    pub function: Option<i64>,
    pub limit: Limit,
}

/// A nut that may go.
#[derive(Debug)]
pub(super) struct Victim {
    pub id: i64,
    pub key: Digest,
    pub nanos: i64,
    pub debt: i64,
    pub parents: Option<Vec<u8>>,
    pub created: i64,
}

/// What went.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub keys: Vec<Digest>,
    /// The latest time at which any of them was stored.
    pub stored: i64,
    /// Whether there is still too much.
    pub more: bool,
    /// Whether files are named no more.
    pub files: bool,
    /// Whether there is too much, and nothing of it may go now.
    pub stays_over: bool,
}

/// How nuts are sorted by a policy: a name, and what is ordered by.
pub(super) fn order(policy: Policy) -> (&'static str, &'static str) {
    match policy {
        Policy::Cost => ("cost", "(nanos + debt) * (uses + 1.0) / weight, used"),
        Policy::Lru => ("lru", "used"),
        Policy::Lfu => ("lfu", "uses, used"),
        Policy::Fifo => ("fifo", "created"),
    }
}

/// What is asked of a victim.
pub(super) const VICTIM: &str = "SELECT id, key, nanos, debt, parents, created FROM nuts";

pub(super) fn victim(row: &Row<'_>) -> rusqlite::Result<Victim> {
    Ok(Victim {
        id: row.get(0)?,
        key: digest(row, 1)?,
        nanos: row.get(2)?,
        debt: row.get(3)?,
        parents: row.get(4)?,
        created: row.get(5)?,
    })
}

impl Scope {
    /// The limit that is passed, if one is.
    fn passed(&self, index: &Connection) -> rusqlite::Result<Option<Passed>> {
        if self.limit.is_none() {
            return Ok(None);
        }
        let (count, bytes) = taken(index, self.function)?;
        let passed = self.limit.passed_by(count, bytes);
        Ok(passed.map(|(kind, most)| Passed { of_stash: self.function.is_none(), kind, most }))
    }

    fn policy(&self) -> Policy {
        self.limit.policy.unwrap_or_default()
    }

    /// Makes the order, unless it is there.
    fn prepare(&self, index: &Connection) -> rusqlite::Result<()> {
        let (name, by) = order(self.policy());
        let (suffix, first) = if self.function.is_some() { ("_of_function", "function, ") } else { ("", "") };
        index.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS nuts_by_{name}{suffix} ON nuts({first}{by}) WHERE pinned = 0"
        ))
    }

    /// What was used by a clock that was ahead was used before all that the right one tells of. Otherwise what comes now
    /// would go first for as long as the clock was ahead.
    fn take_back_the_future(&self, index: &Connection) -> rusqlite::Result<()> {
        let Some(change) = self.change_of_the_future() else { return Ok(()) };
        let (past, future) = around_now();
        index.prepare_cached(&change)?.execute((self.function, future, past)).map(drop)
    }

    fn change_of_the_future(&self) -> Option<String> {
        let of = self.of();
        let of = match self.policy() {
            Policy::Lru => of.to_owned(),
            Policy::Lfu => format!("{of} AND uses = (SELECT min(uses) FROM nuts WHERE pinned = 0 AND {of})"),
            Policy::Cost | Policy::Fifo => return None,
        };
        Some(format!("UPDATE nuts SET used = ?3 WHERE pinned = 0 AND {of} AND used > ?2"))
    }

    fn of(&self) -> &'static str {
        if self.function.is_some() { "function = ?1" } else { "?1 IS NULL" }
    }

    /// What may go, in the order of the policy. When something was stored can't be changed, so what a clock that was ahead
    /// dates is asked for by itself.
    fn queries(&self) -> Vec<String> {
        let ((_, by), of) = (order(self.policy()), self.of());
        let query = |and: &str| format!("{VICTIM} WHERE pinned = 0 AND {of} AND {and} ORDER BY {by}, id");
        match self.policy() {
            Policy::Fifo => vec![query("created > ?2"), query("created <= ?2")],
            Policy::Cost | Policy::Lru | Policy::Lfu => vec![query("?2 IS NOT NULL")],
        }
    }
}

impl Stash {
    /// The most that may be kept in this stash, whatever the functions.
    pub(crate) fn set_limit(&self, limit: Limit) {
        *lock(&self.limit) = limit;
    }

    /// The limit of the whole stash.
    pub(super) fn whole(&self) -> Scope {
        Scope { function: None, limit: *lock(&self.limit) }
    }

    /// What the limits are about that a result of a function is stored under. Another index may have other numbers, so they
    /// hold for one transaction.
    pub(super) fn scopes(&self, index: &Connection, function: &str, limit: Limit) -> rusqlite::Result<Vec<Scope>> {
        let id: Option<i64> = index
            .prepare_cached("SELECT id FROM functions WHERE name = ?1")?
            .query_row([function], |row| row.get(0))
            .optional()?;
        let of_function = id.map(|id| Scope { function: Some(id), limit });
        Ok(of_function.into_iter().chain([self.whole()]).collect())
    }

    /// Takes nuts out of the index until no limit is passed, or as many as go at once; never the one that was just
    /// stored.
    pub(super) fn make_room(&self, index: &Connection, scopes: &[Scope], newest: &Digest) -> Result<Gone, Fault> {
        let mut gone = Gone::default();
        for scope in scopes {
            let mut is_prepared = false;
            while let Some(passed) = scope.passed(index)? {
                if !is_prepared {
                    self.look_at_leases();
                    scope.prepare(index)?;
                    scope.take_back_the_future(index)?;
                    is_prepared = true;
                }
                // One goes for each that comes. Where more have to, the counts may be wrong.
                if !gone.keys.is_empty() && self.compare_sums_once(index)? {
                    continue;
                }
                if gone.keys.len() == PIECE {
                    gone.more = true;
                    break;
                }
                let Some(victim) = self.first(index, scope, newest)? else {
                    gone.stays_over = true;
                    break;
                };
                gone.take(index, victim, passed)?;
            }
        }
        self.note_gone(index, &gone)?;
        Ok(gone)
    }

    /// The first nut of an order that may go.
    fn first(&self, index: &Connection, scope: &Scope, newest: &Digest) -> rusqlite::Result<Option<Victim>> {
        let (_, future) = around_now();
        for query in scope.queries() {
            while let Some(found) = self.first_of(index, &query, (scope.function, future), newest)? {
                if scope.policy() != Policy::Cost {
                    return Ok(Some(found));
                }
                let debt = Parents::of(found.parents.as_deref()).debt(index)?;
                if debt == found.debt {
                    return Ok(Some(found));
                }
                index.prepare_cached("UPDATE nuts SET debt = ?2 WHERE id = ?1")?.execute((found.id, debt))?;
                if debt < found.debt {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    fn first_of(
        &self,
        index: &Connection,
        query: &str,
        about: (Option<i64>, i64),
        newest: &Digest,
    ) -> rusqlite::Result<Option<Victim>> {
        let mut statement = index.prepare_cached(query)?;
        let mut rows = statement.query(about)?;
        while let Some(row) = rows.next()? {
            let victim = victim(row)?;
            if victim.key != *newest && !self.is_needed(&victim.key) {
                return Ok(Some(victim));
            }
        }
        Ok(None)
    }

    /// Remembers not too much of what went.
    pub(super) fn note_gone(&self, index: &Connection, gone: &Gone) -> Result<(), Fault> {
        let Some(key) = gone.keys.first() else { return Ok(()) };
        let kept = self.slack().map_or(REMOVED_KEPT, |slack| (slack / REMOVED).min(REMOVED_KEPT));
        // Keys have no pattern, so this is now and then.
        if key.prefix().cast_unsigned().is_multiple_of(SOMETIMES.min(kept / 4)) {
            forget_the_oldest(index, kept)?;
        }
        Ok(())
    }

    /// Writes to the records what went in a transaction before this one. Nobody asked for that to go, so if the transaction
    /// had come to nothing, the records must not say that it went. Whoever is killed in between leaves more in them.
    pub(super) fn record_gone(&self, index: &Connection, gone: &Gone) -> Result<(), Fault> {
        let mut keys = Vec::new();
        for key in &gone.keys {
            // Somebody may have stored it again.
            if index
                .prepare_cached("SELECT 1 FROM nuts WHERE key = ?1")?
                .query_row([key.as_bytes()], |_| Ok(()))
                .optional()?
                .is_none()
            {
                keys.push(*key);
            }
        }
        if keys.is_empty() {
            return Ok(());
        }
        // A nut may be dated in the future.
        let at = clock::now().max(gone.stored);
        self.append(index, &bytes_of(&Record::Removed { keys, at }, b"")?)
    }

    /// Removes files that no result names any more, unless somebody uses them. Says whether there may be more of them.
    pub(super) fn remove_unnamed(&self, index: &Connection) -> Result<bool, Fault> {
        let mut unneeded = Vec::new();
        let mut statement = index.prepare_cached("SELECT digest FROM unnamed")?;
        let mut rows = statement.query(())?;
        while unneeded.len() < FILES
            && let Some(row) = rows.next()?
        {
            let file = digest(row, 0)?;
            if !self.is_needed(&file) {
                unneeded.push(file);
            }
        }
        drop(rows);
        for file in &unneeded {
            if !is_named(index, file)? {
                self.content.remove(file)?;
            }
            index.prepare_cached("DELETE FROM unnamed WHERE digest = ?1")?.execute([file.as_bytes()])?;
        }
        Ok(unneeded.len() == FILES)
    }

    /// Goes on after a result was stored: records what went, removes files that are named no more, and does what one
    /// transaction did not do. What can't be done now is done as the next result is stored.
    pub(super) fn go_on_making_room(&self, mut gone: Gone, function: &str, limit: Limit, newest: &Digest) {
        let began = Instant::now();
        loop {
            self.memory.forget(&gone.keys);
            self.unsettled.note(gone.stays_over, function, limit, newest);
            if gone.keys.is_empty() && !gone.files && !gone.more {
                return;
            }
            let goes_on = began.elapsed() <= LONGEST;
            if gone.more && goes_on {
                self.breathe();
            }
            let next = self.write_with("remove results over a limit", |index| {
                self.record_gone(index, &gone)?;
                if !goes_on {
                    return Ok(Gone::default());
                }
                self.look_at_leases();
                let files = self.remove_unnamed(index)?;
                let next = match gone.more {
                    true => self.make_room(index, &self.scopes(index, function, limit)?, newest)?,
                    false => Gone::default(),
                };
                Ok(Gone { files: files || !next.keys.is_empty(), ..next })
            });
            if !gone.keys.is_empty() {
                // The next one who evicts tries again.
                drop(self.compact_if_worth_it());
                drop(self.give_space_back());
            }
            match next {
                Ok(next) => gone = next,
                Err(_) => return,
            }
        }
    }

    /// The limit that was passed when the nut of a key was removed, and when, if it was and has not been stored again.
    pub(crate) fn removed(&self, key: &Digest) -> Result<Option<(i64, Option<Passed>)>, StashError> {
        self.read("look up a removal", |index| {
            index
                .prepare_cached("SELECT at, cause FROM removed WHERE key = ?1")?
                .query_row([key.as_bytes()], |row| {
                    let cause: Option<String> = row.get(1)?;
                    Ok((row.get(0)?, cause.as_deref().and_then(Passed::from_text)))
                })
                .optional()
        })
    }
}

impl Gone {
    /// Takes a nut out of the index, and leaves a mark.
    pub(super) fn take(&mut self, index: &Connection, victim: Victim, passed: Passed) -> rusqlite::Result<()> {
        let key = victim.key;
        index.prepare_cached("DELETE FROM nuts WHERE id = ?1")?.execute([victim.id])?;
        index.prepare_cached("DELETE FROM routes WHERE key = ?1")?.execute([key.as_bytes()])?;
        index
            .prepare_cached(
                "INSERT OR REPLACE INTO removed(key, at, cause, nanos, parents) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((key.as_bytes(), clock::now(), passed.to_text(), victim.nanos, victim.parents))?;
        self.stored = self.stored.max(victim.created);
        self.keys.push(key);
        Ok(())
    }
}

/// What is before all that is done now, and what is later than a clock may say: computers that share a stash may differ
/// a little.
fn around_now() -> (i64, i64) {
    const LITTLE: i64 = 60_000_000_000;
    let now = clock::now();
    (now.saturating_sub(LITTLE), now.saturating_add(LITTLE))
}

/// How many files wait for being removed.
pub(super) fn unnamed(index: &Connection) -> rusqlite::Result<i64> {
    /// More don't matter: they wait until leftovers are removed.
    const MOST: i64 = 4_096;
    let count = "SELECT count(*) FROM (SELECT 1 FROM unnamed LIMIT ?1)";
    index.prepare_cached(count)?.query_row([MOST], |row| row.get(0))
}

/// Marks of removals only make reasons and orders better, so the oldest may go. Looking for them takes a while.
fn forget_the_oldest(index: &Connection, kept: u64) -> rusqlite::Result<()> {
    index
        .prepare_cached("DELETE FROM removed WHERE at < (SELECT at FROM removed ORDER BY at DESC LIMIT 1 OFFSET ?1)")?
        .execute([kept.cast_signed()])
        .map(drop)
}

#[cfg(test)]
pub(super) mod given;
#[cfg(test)]
mod tests;
