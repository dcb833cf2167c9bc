//! One computation per key within a process.
//!
//! A thread that wants a key which another thread computes waits for it. Waiting must not be able to hang:
//!
//! - Where the owner, through the keys that owners wait for, waits for the asking thread, the asking thread
//!   is refused at once, and computes for itself.
//! - A rayon worker may have picked up its present work while it waits for other work further down its
//!   stack, and rayon does not say so. What it waits for may then depend on what it interrupted. So a worker
//!   waits for a limited time, and then computes for itself.
//!
//! Computing twice costs time; both results are the same value.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use crate::digest::Digest;
use crate::sync::lock;

/// Who computes which key, and who waits for which.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct State {
    owners: HashMap<Digest, ThreadId>,
    /// How many keys each thread computes: as many as a recursion is deep.
    busy: HashMap<ThreadId, usize>,
    waiting: HashMap<ThreadId, Digest>,
}

impl State {
    fn take(&mut self, key: Digest, thread: ThreadId) {
        self.owners.insert(key, thread);
        *self.busy.entry(thread).or_default() += 1;
    }

    fn release(&mut self, key: &Digest) {
        // The thread that took it, which may not be the one that lets it go.
        let Some(owner) = self.owners.remove(key) else { return };
        if let Entry::Occupied(mut count) = self.busy.entry(owner) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    /// Whether the owner of `key` can't go on before `thread` does, as far as can be seen.
    fn leads_to(&self, mut key: Digest, thread: ThreadId) -> bool {
        // Each thread waits for one key, so the chain ends after as many links as threads wait.
        for _ in 0..=self.waiting.len() {
            match self.owners.get(&key) {
                Some(&owner) if owner == thread => return true,
                Some(owner) => match self.waiting.get(owner) {
                    Some(&next) => key = next,
                    None => return false,
                },
                None => return false,
            }
        }
        false
    }
}

/// The answer to wanting a key.
pub(crate) enum Claim {
    /// The key is the caller's until this is dropped.
    Mine(Claimed),
    /// Somebody else had it, and is done: the result may be there now.
    Released,
    /// Waiting could hang.
    Refused,
}

/// A key that a thread computes.
#[derive(Debug)]
pub(crate) struct Claimed {
    claims: Arc<Claims>,
    key: Digest,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        lock(&self.claims.state).release(&self.key);
        self.claims.released.notify_all();
    }
}

impl Claims {
    /// Takes a key, or says that another thread has it (`None`).
    pub(crate) fn try_claim(self: &Arc<Self>, key: Digest) -> Option<Claimed> {
        let mut state = lock(&self.state);
        if state.owners.contains_key(&key) {
            return None;
        }
        state.take(key, std::thread::current().id());
        Some(Claimed { claims: self.clone(), key })
    }

    /// Takes a key, or waits until its owner is done; a rayon worker waits for `patience` at most.
    pub(crate) fn claim(self: &Arc<Self>, key: Digest, patience: Duration) -> Claim {
        let me = std::thread::current().id();
        let deadline = rayon::current_thread_index().map(|_| Instant::now() + patience);
        let mut state = lock(&self.state);
        if !state.owners.contains_key(&key) {
            state.take(key, me);
            return Claim::Mine(Claimed { claims: self.clone(), key });
        }
        let mut refused = false;
        while !refused && state.owners.contains_key(&key) {
            if state.leads_to(key, me) {
                refused = true;
                break;
            }
            state.waiting.insert(me, key);
            state = match deadline {
                None => self.released.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    refused = left.is_zero();
                    let waited = self.released.wait_timeout(state, left);
                    waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
                }
            };
        }
        state.waiting.remove(&me);
        if refused && state.owners.contains_key(&key) { Claim::Refused } else { Claim::Released }
    }

    /// Whether the current thread computes some key.
    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.state).busy.contains_key(&std::thread::current().id())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn key(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    #[test]
    fn a_thread_is_refused_a_key_that_it_computes_itself() {
        let claims = Arc::new(Claims::default());
        let _held = claims.try_claim(key("a")).unwrap();
        assert!(matches!(claims.claim(key("a"), LONG), Claim::Refused));
    }

    #[test]
    fn a_thread_is_busy_from_its_first_key_to_its_last() {
        let claims = Arc::new(Claims::default());
        let held = [claims.try_claim(key("a")), claims.try_claim(key("b"))].map(Option::unwrap);
        assert!(claims.is_busy());
        let [a, b] = held;
        drop(a);
        assert!(claims.is_busy());
        std::thread::scope(|scope| scope.spawn(|| assert!(!claims.is_busy())).join().unwrap());
        drop(b);
        assert!(!claims.is_busy());
    }

    #[test]
    fn one_of_two_threads_that_want_each_others_keys_is_refused() {
        let claims = Arc::new(Claims::default());
        let both_hold = Barrier::new(2);
        let refused = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for (mine, other) in [("a", "b"), ("b", "a")] {
                let (claims, both_hold, refused) = (&claims, &both_hold, &refused);
                scope.spawn(move || {
                    let held = claims.try_claim(key(mine)).unwrap();
                    both_hold.wait();
                    if matches!(claims.claim(key(other), LONG), Claim::Refused) {
                        refused.fetch_add(1, Ordering::SeqCst);
                    }
                    drop(held);
                });
            }
        });
        assert_eq!(refused.into_inner(), 1);
    }

    #[test]
    fn waiting_ends_when_the_owner_is_done() {
        let claims = Arc::new(Claims::default());
        let held = claims.try_claim(key("a")).unwrap();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| matches!(claims.claim(key("a"), LONG), Claim::Released));
            while lock(&claims.state).waiting.is_empty() {
                std::thread::yield_now();
            }
            drop(held);
            assert!(waiter.join().unwrap());
        });
    }

    #[test]
    fn a_rayon_worker_waits_for_a_limited_time() {
        let claims = Arc::new(Claims::default());
        let _held = claims.try_claim(key("a")).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert!(pool.install(|| matches!(claims.claim(key("a"), Duration::from_millis(5)), Claim::Refused)));
    }
}
