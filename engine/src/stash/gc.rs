//! Removing what is over a limit when somebody asks for it.
//!
//! What would go is found by reading alone, so that it can be shown; then just that goes, and nothing that was stored,
//! used or pinned anew in between. Long work goes in pieces, between which others write.

use rusqlite::{OptionalExtension, Transaction};

use super::evict::{Gone, PIECE, Scope, VICTIM, order, victim};
use super::limits::taken;
use super::removal::Victim;
use super::trial::Trial;
use super::{NutInfo, Removed, Stash, StashError};
use crate::clock;
use crate::limit::{Limit, LimitKind, Passed};

impl Stash {
    /// The nuts that are over a limit, or older than their function's `ttl`, and the limit that each is over. Of a
    /// function, `of_function` says what its limit is; for what it leaves open, the limit counts that the function had
    /// when it was last stored.
    ///
    /// # Errors
    /// If the index can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::{Engine, Limit, Stash, stash};
    ///
    /// #[stash(name = "many")]
    /// fn double(x: u64) -> u64 {
    ///     x * 2
    /// }
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let stash = Stash::create(&folder.path().join(".scrat"))?;
    /// # let engine = std::sync::Arc::new(Engine::new(Some(stash), |_| {}));
    /// # engine.enter(|| {
    /// (0..5).for_each(|x| drop(double(x)));
    /// # });
    /// # let stash = engine.stash().unwrap();
    /// let limit = Limit { max_count: Some(2), ..Limit::NONE };
    /// let over = stash.over_limits(limit, &|_| Limit::NONE)?;
    /// assert_eq!(over.len(), 3);
    /// assert_eq!(stash.evict(&over)?.nuts, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn over_limits(
        &self,
        limit: Limit,
        of_function: &dyn Fn(&str) -> Limit,
    ) -> Result<Vec<(NutInfo, Passed)>, StashError> {
        self.compare_sums_first()?;
        self.look_at_leases();
        let found = self.read_at_once("look for what is over a limit", |index| {
            let mut trial = Trial::new(index, of_function)?;
            let functions: Vec<i64> = trial.functions.keys().copied().collect();
            for id in functions {
                self.expire(&mut trial, id)?;
                let scope = trial.functions[&id].scope;
                self.shrink(&mut trial, scope)?;
            }
            self.shrink(&mut trial, Scope { function: None, limit })?;
            Ok(trial.found)
        })?;
        let with_info = |(key, passed)| Ok(self.info(&key)?.map(|nut| (nut, passed)));
        found.into_iter().filter_map(|found| with_info(found).transpose()).collect()
    }

    /// The limits that are passed as it is: each with its function, or with none where it is about the whole stash. After
    /// [`Stash::evict`] these are the ones that pinned results take, or results that somebody needs just now.
    ///
    /// # Errors
    /// If the index can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::Limit;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
    /// let limit = Limit { max_count: Some(2), ..Limit::NONE };
    /// assert!(stash.passed_limits(limit, &|_| Limit::NONE)?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn passed_limits(
        &self,
        limit: Limit,
        of_function: &dyn Fn(&str) -> Limit,
    ) -> Result<Vec<(Option<String>, Passed)>, StashError> {
        self.read_at_once("look for limits that are passed", |index| {
            let trial = Trial::new(index, of_function)?;
            let functions = trial.functions.values().map(|left| (Some(left.name.clone()), left.scope));
            let scopes = functions.chain([(None, Scope { function: None, limit })]);
            let passed = scopes.filter_map(|(function, scope)| {
                let (kind, most) = trial.passed(scope)?;
                Some((function, Passed { of_stash: scope.function.is_none(), kind, most }))
            });
            Ok(passed.collect())
        })
    }

    fn expire(&self, trial: &mut Trial<'_>, function: i64) -> rusqlite::Result<()> {
        let Some(ttl) = trial.functions[&function].ttl else { return Ok(()) };
        let oldest = clock::now().saturating_sub(ttl.saturating_mul(1_000_000_000));
        let passed = Passed { of_stash: false, kind: LimitKind::Ttl, most: ttl.unsigned_abs() };
        let index = trial.index;
        let mut statement =
            index.prepare(&format!("{VICTIM} WHERE pinned = 0 AND function = ?1 AND created <= ?2 ORDER BY id"))?;
        let mut rows = statement.query((function, oldest))?;
        while let Some(row) = rows.next()? {
            let victim = victim(row)?;
            if !self.is_needed(&victim.key) {
                trial.take(victim.id, victim.key, passed)?;
            }
        }
        Ok(())
    }

    fn shrink(&self, trial: &mut Trial<'_>, scope: Scope) -> rusqlite::Result<()> {
        if scope.limit.is_none() {
            return Ok(());
        }
        let (_, by) = order(scope.limit.policy.unwrap_or_default());
        let index = trial.index;
        let of = if scope.function.is_some() { "function = ?1" } else { "?1 IS NULL" };
        let mut statement = index.prepare(&format!("{VICTIM} WHERE pinned = 0 AND {of} ORDER BY {by}, id"))?;
        let mut rows = statement.query([scope.function])?;
        while let Some((kind, most)) = trial.passed(scope) {
            let Some(row) = rows.next()? else { break };
            let victim = victim(row)?;
            if !trial.gone.contains(&victim.id) && !self.is_needed(&victim.key) {
                let passed = Passed { of_stash: scope.function.is_none(), kind, most };
                trial.take(victim.id, victim.key, passed)?;
            }
        }
        Ok(())
    }

    /// Removes nuts that are over a limit, unless they were stored again, pinned, or needed by somebody since. Returns
    /// how many went, and how much less there is.
    ///
    /// # Errors
    /// If the stash can't be written.
    pub fn evict(&self, over: &[(NutInfo, Passed)]) -> Result<Removed, StashError> {
        let mut removed = Removed::default();
        for piece in over.chunks(PIECE) {
            let victims: Vec<_> = piece.iter().map(|(nut, _)| Victim::of(nut)).collect();
            let evict = |index: &Transaction<'_>| {
                self.look_at_leases();
                let (_, before) = taken(index, None)?;
                let mut gone = Gone::default();
                for (nut, passed) in piece {
                    let same = format!("{VICTIM} WHERE pinned = 0 AND key = ?1 AND digest = ?2 AND created = ?3");
                    let found = index
                        .prepare_cached(&same)?
                        .query_row((nut.key.as_bytes(), nut.digest.as_bytes(), nut.created), victim)
                        .optional()?;
                    if let Some(victim) = found.filter(|victim| !self.is_needed(&victim.key)) {
                        gone.take(index, victim, *passed)?;
                    }
                }
                self.note_gone(index, &gone)?;
                Ok((gone, before - taken(index, None)?.1))
            };
            let (gone, bytes) = self
                .with_room(&victims, || self.write_with("remove results over a limit", evict))
                .inspect_err(|_| self.end_making_room())?;
            self.memory.forget(&gone.keys);
            removed.nuts += gone.keys.len();
            removed.bytes += bytes;
            self.write_with("record what was removed", |index| self.record_gone(index, &gone))?;
            while self.write_with("remove files", |index| self.remove_unnamed(index))? {}
            self.breathe();
        }
        if removed.nuts > 0 {
            // The nuts are gone, whatever becomes of this.
            drop(self.give_space_back());
            self.end_making_room();
            drop(self.compact_if_worth_it());
        }
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::evict::given::{Given, Place};
    use super::*;
    use crate::limit::Policy;

    const TWO: Limit = Limit { max_count: Some(2), max_size: None, policy: Some(Policy::Fifo) };

    fn unlimited(_: &str) -> Limit {
        Limit::NONE
    }

    #[test]
    fn what_is_shown_goes_and_nothing_that_was_pinned_used_or_stored_since() {
        let place = Place::new();
        let stash = place.stash();
        let keys = ["a", "b", "c", "d", "e", "f"].map(|name| Given::new(name).put(&stash));
        let over = stash.over_limits(TWO, &unlimited).unwrap();
        assert_eq!(over.iter().map(|(nut, _)| nut.key).collect::<Vec<_>>(), keys[..4]);
        stash.pin(&keys[..1]).unwrap();
        stash.leases().take(&keys[1..2]);
        stash.remove_keys(&keys[2..3]).unwrap();
        Given::new("c").put(&stash);
        assert_eq!(stash.evict(&over).unwrap().nuts, 1);
        assert!(stash.info(&keys[3]).unwrap().is_none());
        let passed = stash.passed_limits(TWO, &unlimited).unwrap();
        assert_eq!(passed, [(None, over[0].1)], "five are left");
        assert_eq!(stash.removed(&keys[3]).unwrap().unwrap().1, Some(over[3].1));
    }

    #[test]
    fn what_would_go_is_what_goes_as_another_one_is_stored() {
        for policy in Policy::ALL {
            let limit = Limit { max_size: Some(400_000), max_count: Some(30), policy: Some(policy) };
            let fill = |stash: &Stash| {
                for number in 0..50_u8 {
                    let mut given = Given::new(&number.to_string());
                    given.fill(number);
                    given.put(stash);
                }
            };
            let [shown, done] = [Place::new(), Place::new()];
            let [shown, done] = [&shown, &done].map(Place::stash);
            fill(&shown);
            fill(&done);
            done.set_limit(limit);
            let last = Given::new("last").put(&done);
            shown.pin(&[Given::new("last").put(&shown)]).unwrap();
            let over = shown.over_limits(limit, &unlimited).unwrap();
            let before = shown.read("sum", |index| taken(index, None)).unwrap();
            let removed = shown.evict(&over).unwrap();
            let after = shown.read("sum", |index| taken(index, None)).unwrap();
            assert_eq!(before.1 - after.1, removed.bytes, "{policy:?}");
            assert_eq!(after, done.read("sum", |index| taken(index, None)).unwrap(), "{policy:?}");
            assert!(done.info(&last).unwrap().is_some());
        }
    }
}
