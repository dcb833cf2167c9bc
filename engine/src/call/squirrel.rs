//! The squirrel: fetches nuts and stashes new ones, for one call.
//!
//! Whatever goes wrong with the stash on the way is told as a warning and costs a computation; it never
//! becomes the caller's error.

use std::any::Any;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::clock;
use crate::digest::Digest;
use crate::engine::Engine;
use crate::engine::claims::{Claim, Claimed};
use crate::engine::event::{Doing, Event, Warning};
use crate::engine::panics;
use crate::engine::tasks::is_enclosed;
use crate::function::Function;
use crate::function::behind::Fingerprint;
use crate::function::faithful;
use crate::id::StepId;
use crate::stash::{Argument, KeyLock, NewNut, Nut, Stash, StashError, Unloadable};
use crate::value::{
    Attachment, Comparing, Kept, Kind, KindOf, Room, Shared, Valid, ValueError, keeping_files, serving_files,
};

/// Works for one function in one stash.
#[derive(Clone, Copy)]
pub(crate) struct Squirrel<'e> {
    pub engine: &'e Engine,
    pub stash: &'e Stash,
    pub function: &'static Function,
    /// What a nut's value has to pass.
    check: Option<(&'static Kind, Valid)>,
    /// The step of a run that it works for.
    step: Option<StepId>,
}

/// The right to compute a key, or the knowledge that waiting for it could hang.
#[derive(Debug)]
pub(crate) struct Hold {
    // The order matters: other processes first, then other threads, which look it up at once.
    pub(super) _lock: Option<KeyLock>,
    pub(super) _claim: Option<Claimed>,
}

/// A result as bytes.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    pub digest: Digest,
    /// Whether there are files in it, whose content is elsewhere.
    pub has_files: bool,
    /// Whether they are in the stash now.
    pub is_stored: bool,
    /// What the bytes stand for, if it may differ from the result in what does not count.
    pub back: Option<Shared>,
}

/// What a nut remembers of the call that made it.
#[derive(Debug)]
pub(crate) struct Details {
    /// The code that runs.
    pub fingerprint: Fingerprint,
    pub arguments: Vec<Argument>,
    pub arguments_hash: i64,
    /// Files among the arguments, as they were when they were digested.
    pub files: Vec<Attachment>,
    /// The keys that the same call had before parameters with defaults were added.
    pub older: Vec<Digest>,
    /// The keys of results among the arguments.
    pub parents: Vec<Digest>,
}

impl Details {
    /// Of a call without types, and without arguments yet.
    pub(crate) fn new(function: &'static Function) -> Self {
        let fingerprint = function.behind().fingerprint;
        Self {
            fingerprint,
            arguments: Vec::new(),
            arguments_hash: 0,
            files: Vec::new(),
            older: Vec::new(),
            parents: Vec::new(),
        }
    }
}

impl<'e> Squirrel<'e> {
    /// A squirrel for a function, unless nothing is to be stored.
    pub(crate) fn new(engine: &'e Engine, function: &'static Function) -> Option<Self> {
        let stash = engine.stash().filter(|_| !engine.disables(function) && function.forgets().is_none())?;
        if let Some(error) = &function.behind().missing {
            engine.warn(Warning::NoFingerprints { error: error.clone() });
        }
        Some(Self { engine, stash, function, check: None, step: None })
    }

    /// One that finds only nuts whose values pass what the function's values have to.
    pub(crate) fn checking(self, KindOf { kind, valid, .. }: KindOf) -> Self {
        Self { check: valid.map(|valid| (kind, valid)), ..self }
    }

    /// One that finds other nuts as well.
    pub(crate) fn unchecked(self) -> Self {
        Self { check: None, ..self }
    }

    /// One that tells what it does for a step.
    pub(crate) fn of_step(self, step: StepId) -> Self {
        Self { step: Some(step), ..self }
    }

    fn tell_storing(&self, bytes: Option<u64>) {
        if let Some(step) = self.step {
            self.engine.tell(&Event::Doing { step, doing: Doing::Storing { bytes } });
        }
    }

    /// The nut of a key, if there is one that is not out of date.
    pub(crate) fn nut(&self, key: &Digest) -> Option<Nut> {
        self.current(self.stash.lookup(key))
    }

    fn current(&self, found: Result<Option<Nut>, StashError>) -> Option<Nut> {
        let nut = self.checked(found).flatten()?;
        (self.expired(&nut).is_none() && !self.refuses(&nut)).then_some(nut)
    }

    /// Whether the function's own check does not let a nut pass. It has to be loaded for that. One that can't be is
    /// damaged and not refused.
    pub(crate) fn refuses(&self, nut: &Nut) -> bool {
        let Some((kind, _)) = self.check else { return false };
        self.load(nut, kind, &|_| ()).is_some_and(|value| self.refuses_value(&*value))
    }

    /// The same of a value. A check that panics lets nothing pass.
    pub(crate) fn refuses_value(&self, value: &dyn Any) -> bool {
        self.check.is_some_and(|(_, valid)| !panics::catch_here(|| valid(value)).unwrap_or(false))
    }

    /// The nut of a key, or else the one that the same call has under an older key, unless the user wants it computed.
    pub(crate) fn nut_of(&self, key: &Digest, older: &[Digest]) -> Option<Nut> {
        if self.engine.must_renew(self.function, key) {
            return None;
        }
        self.nut(key).or_else(|| older.iter().find_map(|key| self.nut(key)))
    }

    /// The nut that a deep key leads to, if there is one that is not out of date.
    pub(crate) fn follow(&self, deep: &Digest) -> Option<Nut> {
        self.current(self.stash.follow(deep))
    }

    /// The age of a nut that is too old to count, in seconds. One from the future is: how old it really is cannot be
    /// known, since the clock was wrong then or is now.
    pub(crate) fn expired(&self, nut: &Nut) -> Option<i64> {
        let limit = self.function.options().ttl_seconds?;
        expired(clock::now(), nut.created, limit)
    }

    /// A nut's value. None is a miss, told as a warning.
    ///
    /// Verified bytes that are a value are shown to `remember`.
    pub(crate) fn load(&self, nut: &Nut, kind: &Kind, remember: &dyn Fn(&[u8])) -> Option<Shared> {
        let function = self.function.name();
        if !nut.has_codec(kind.codec()) {
            let error = format!("it is in the format {}", nut.codec.as_deref().unwrap_or("of serde"));
            self.engine.warn(Warning::Unreadable { function, error });
            return None;
        }
        if let Some(mapped) = kind.map().and_then(|map| map(&self.stash.file(nut)?).ok()?) {
            return Some(mapped);
        }
        let bytes = match self.stash.load(nut) {
            Ok(bytes) => bytes,
            Err(Unloadable::Unreadable(error)) => {
                self.engine.warn_of(&error, Warning::Unreadable { function, error: error.with_hint() });
                return None;
            }
            // It was evicted or replaced since it was looked up.
            Err(Unloadable::Gone) if !self.stash.is_there(nut) => return None,
            Err(Unloadable::Gone | Unloadable::Damaged) => {
                self.stash.give_up(nut, false);
                self.engine.warn(Warning::Damaged { function });
                return None;
            }
        };
        let content = self.stash.content().clone();
        let (leases, key) = (self.stash.leases(), nut.key);
        // Whoever has the value may open its files at any time.
        let find = move |digest: &Digest, named| {
            leases.take(&[key, *digest]);
            content.find(digest, named)
        };
        let decoded = panics::catch_here(|| serving_files(Rc::new(find), || kind.decode(&bytes)));
        match decoded.unwrap_or_else(|message| Err(ValueError::Decode { kind: kind.type_name(), message })) {
            Ok(value) => {
                remember(&bytes);
                Some(value)
            }
            Err(error) => {
                self.engine.warn(Warning::Unreadable { function, error: error.to_string() });
                None
            }
        }
    }

    /// Counts a hit on a nut.
    pub(crate) fn count_hit(&self, nut: &Nut) {
        self.function.tally().hit(nut.nanos.unsigned_abs());
        self.stash.note_hit(nut.key, self.function.name(), nut.nanos);
    }

    /// Takes a key for computing, if nobody has it.
    pub(crate) fn try_hold(&self, key: &Digest) -> Option<Hold> {
        let claim = self.engine.claims.try_claim(*key)?;
        let lock = self.try_lock(key)?;
        Some(Hold { _lock: Some(lock), _claim: Some(claim) })
    }

    /// Locks a key against other processes. If one of them keeps it for long, that is told.
    pub(super) fn try_lock(&self, key: &Digest) -> Option<KeyLock> {
        let lock = self.stash.try_lock(key);
        if lock.is_some() {
            self.engine.waits.end(key);
        } else {
            // In two containers there may be two processes of one number.
            self.tell_wait(key, || self.stash.owner_of(key).filter(|owner| *owner != std::process::id()));
        }
        lock
    }

    /// Tells that a process, which may be this one, computes a key, if that takes long.
    fn tell_wait(&self, key: &Digest, process: impl Fn() -> Option<u32>) {
        if self.engine.waits.is_long(key) {
            self.engine.warn(Warning::Waiting { function: self.function.name(), process: process() });
        }
    }

    /// Tells that another thread computes a key, if that takes long.
    pub(crate) fn tell_wait_for_thread(&self, key: &Digest) {
        self.tell_wait(key, || Some(std::process::id()));
    }

    /// Takes a key for computing, and waits for whoever has it. None means that another thread had it, so
    /// that the nut may be there now.
    pub(crate) fn hold(&self, key: &Digest) -> Option<Hold> {
        let nested = self.engine.claims.is_busy() || rayon::current_thread_index().is_some() || is_enclosed();
        let claim = match self.engine.claims.claim(*key, self.engine.patience, || self.tell_wait_for_thread(key)) {
            Claim::Mine(claim) => claim,
            Claim::Released => {
                self.engine.waits.end(key);
                return None;
            }
            Claim::Refused => {
                self.engine.waits.end(key);
                return Some(Hold { _lock: None, _claim: None });
            }
        };
        let began = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(lock) = self.try_lock(key) {
                return Some(Hold { _lock: Some(lock), _claim: Some(claim) });
            }
            // What another process computes may wait for what is further down this thread's stack.
            if nested && began.elapsed() > self.engine.patience {
                self.engine.waits.end(key);
                return Some(Hold { _lock: None, _claim: Some(claim) });
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Stores a result. Returns what is known of its bytes if it has any, even if they could not be stored.
    pub(crate) fn stash(
        &self,
        key: &Digest,
        details: &Details,
        kind: &Kind,
        same: &dyn Comparing,
        value: &dyn Any,
        took: Duration,
    ) -> Option<Encoded> {
        let function = self.function.name();
        self.tell_storing(None);
        // The code of the value's type runs here. The value is the user's, whatever becomes of its bytes.
        let checked = panics::catch_here(|| {
            let (written, attachments) = keeping_files(|| kind.write(value, Room::File(self.stash.content().spool())));
            let written = written?;
            self.tell_storing(Some(written.length));
            let back = match &written.kept {
                // What follows is found by the digest, wherever the bytes are.
                Kept::Failed(_) => {
                    let in_memory = kind.write(value, Room::Memory)?;
                    faithful::result(self.function, kind, same, value, &in_memory, &attachments)?
                }
                _ => faithful::result(self.function, kind, same, value, &written, &attachments)?,
            };
            Ok((written, attachments, back))
        });
        let failed = |message| Err(ValueError::Encode { kind: kind.type_name(), message });
        let (written, attachments, back) = match checked.unwrap_or_else(failed) {
            Ok(written) => written,
            Err(error) => {
                self.engine.warn(Warning::Unstorable { function, error: error.to_string() });
                return None;
            }
        };
        let mut encoded =
            Encoded { digest: written.digest, has_files: !attachments.is_empty(), is_stored: false, back };
        if let Some(changed) = details.files.iter().find(|file| !file.is_unchanged()) {
            self.engine.warn(Warning::InputChanged { function, path: changed.given.clone() });
            return Some(encoded);
        }
        let new = NewNut {
            key: *key,
            function,
            identity: self.function.identity_with(details.fingerprint),
            fingerprint: details.fingerprint.digest,
            version: self.function.options().version,
            parts: &self.function.parts_of(details.fingerprint),
            arguments: &details.arguments,
            arguments_hash: details.arguments_hash,
            codec: kind.codec(),
            attachments: &attachments,
            may_pack: kind.map().is_none() && self.engine.packs(self.function),
            nanos: i64::try_from(took.as_nanos()).unwrap_or(i64::MAX),
            parents: &details.parents,
            keeping: self.engine.keeping(self.function),
        };
        let stored = self.stash.store(&new, written);
        encoded.is_stored = stored.is_ok();
        if encoded.is_stored {
            self.engine.note_renewed(self.function, key);
        }
        match stored {
            Err(error) => self.cannot_store(&error),
            Ok(_) if self.stash.has_lost_index() => {
                self.engine.warn(Warning::LostIndex { path: self.stash.root().to_owned() });
            }
            Ok(_) => {}
        }
        Some(encoded)
    }

    pub(crate) fn cannot_store(&self, error: &StashError) {
        match error {
            // Said once, of the stash and not of each function.
            StashError::ReadOnly { .. } => self.engine.warn(Warning::read_only(self.stash)),
            _ => {
                let warning = Warning::NotStored { function: self.function.name(), error: error.with_hint() };
                self.engine.warn_of(error, warning);
            }
        }
    }

    fn checked<R>(&self, result: Result<R, StashError>) -> Option<R> {
        result
            .inspect_err(|error| {
                let warning = Warning::Unreadable { function: self.function.name(), error: error.with_hint() };
                self.engine.warn_of(error, warning);
            })
            .ok()
    }
}

fn expired(now: i64, created: i64, limit: u64) -> Option<i64> {
    let age = now.saturating_sub(created);
    // Rounded towards the past, so that the least future is one.
    let seconds = age.div_euclid(1_000_000_000);
    u64::try_from(seconds).map_or(true, |seconds| seconds >= limit).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::expired;

    const SECOND: i64 = 1_000_000_000;

    #[test]
    fn a_result_expires_at_its_age_and_one_from_the_future_at_once() {
        let now = 1_000 * SECOND;
        assert_eq!(expired(now, now, 30), None);
        assert_eq!(expired(now, now - 30 * SECOND + 1, 30), None);
        assert_eq!(expired(now, now - 30 * SECOND, 30), Some(30));
        assert_eq!(expired(now, now + 1, 30), Some(-1));
        assert_eq!(expired(now, now + 3_600 * SECOND, 30), Some(-3_600));
        assert_eq!(expired(now, i64::MIN, 30), Some(i64::MAX / SECOND));
        assert!(expired(i64::MIN, i64::MAX, u64::MAX).is_some());
        assert_eq!(expired(now, now, 0), Some(0));
    }
}
