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
//! An async call owns its key as a task, which no thread belongs to. Other async calls that want the key are woken when
//! its owner is done, and look after their owners now and then: see [`super::tasks`].
//!
//! Computing twice costs time; both results are the same value.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use super::tasks::{Progress, enclosing};
use crate::digest::Digest;
use crate::sync::lock;

/// How often whoever waits says so.
const TELLING: Duration = Duration::from_millis(500);

/// Who computes which key, and who waits for which.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct State {
    owners: HashMap<Digest, Owner>,
    /// How many keys each thread computes: as many as a recursion is deep.
    busy: HashMap<ThreadId, usize>,
    waiting: HashMap<ThreadId, Digest>,
    /// Tasks that wait for a key.
    sleepers: HashMap<Digest, Vec<Waker>>,
    /// What the tasks that compute a key wait for.
    needs: HashMap<Digest, Vec<Digest>>,
    /// Whether a thread wakes the sleepers now and then.
    is_ticking: bool,
}

/// Who computes a key.
#[derive(Debug)]
enum Owner {
    Thread(ThreadId),
    Task(Arc<Progress>),
}

impl State {
    fn take(&mut self, key: Digest, thread: ThreadId) {
        self.owners.insert(key, Owner::Thread(thread));
        *self.busy.entry(thread).or_default() += 1;
    }

    fn release(&mut self, key: &Digest) {
        // The thread that took it, which may not be the one that lets it go.
        let Some(Owner::Thread(owner)) = self.owners.remove(key) else { return };
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
                Some(Owner::Thread(owner)) if *owner == thread => return true,
                Some(Owner::Task(_)) | None => return false,
                Some(Owner::Thread(owner)) => match self.waiting.get(owner) {
                    Some(&next) => key = next,
                    None => return false,
                },
            }
        }
        false
    }

    /// Whether a task that is in the middle of these calls, and waits for `key`, would wait for itself.
    fn closes(&self, key: Digest, enclosing: &[Digest]) -> bool {
        let mut open = vec![key];
        let mut seen = HashSet::new();
        while let Some(key) = open.pop() {
            if enclosing.contains(&key) {
                return true;
            }
            if seen.insert(key) {
                open.extend(self.needs.get(&key).into_iter().flatten());
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

/// The answer to a task that wants a key.
pub(crate) enum TaskClaim {
    /// The key is the task's until this is dropped.
    Mine(Claimed, Arc<Progress>),
    /// Somebody else had it, and is done: the result may be there now.
    Released,
    /// Waiting could hang.
    Refused,
}

/// That a task waits for a key, until this is dropped.
struct Need {
    claims: Arc<Claims>,
    by: Option<Digest>,
    key: Digest,
}

impl Drop for Need {
    fn drop(&mut self) {
        let Some(by) = self.by else { return };
        let mut state = lock(&self.claims.state);
        if let Entry::Occupied(mut needs) = state.needs.entry(by) {
            if let Some(at) = needs.get().iter().position(|need| *need == self.key) {
                needs.get_mut().swap_remove(at);
            }
            if needs.get().is_empty() {
                needs.remove();
            }
        }
    }
}

/// A key that a thread or a task computes.
#[derive(Debug)]
pub(crate) struct Claimed {
    claims: Arc<Claims>,
    key: Digest,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        let sleepers = {
            let mut state = lock(&self.claims.state);
            state.release(&self.key);
            state.sleepers.remove(&self.key)
        };
        self.claims.released.notify_all();
        sleepers.into_iter().flatten().for_each(Waker::wake);
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

    /// Takes a key, or waits until its owner is done; a rayon worker waits for `patience` at most. Now and then a wait is
    /// told.
    pub(crate) fn claim(self: &Arc<Self>, key: Digest, patience: Duration, waits: impl Fn()) -> Claim {
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
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            refused = left.is_some_and(|left| left.is_zero());
            let pause = left.map_or(TELLING, |left| left.min(TELLING));
            let (after, timeout) =
                self.released.wait_timeout(state, pause).unwrap_or_else(std::sync::PoisonError::into_inner);
            state = after;
            if timeout.timed_out() {
                drop(state);
                waits();
                state = lock(&self.state);
            }
        }
        state.waiting.remove(&me);
        if refused && state.owners.contains_key(&key) { Claim::Refused } else { Claim::Released }
    }

    /// Takes a key for a task, or waits until its owner is done, or seems to have been left alone for `patience`. Now and
    /// then a wait is told.
    pub(crate) async fn claim_task(self: &Arc<Self>, key: Digest, patience: Duration, waits: impl Fn()) -> TaskClaim {
        let enclosing = enclosing();
        let mut need = None;
        poll_fn(|context| {
            let polled = self.poll_claim(key, patience, &enclosing, &mut need, context);
            if polled.is_pending() {
                waits();
            }
            polled
        })
        .await
    }

    fn poll_claim(
        self: &Arc<Self>,
        key: Digest,
        patience: Duration,
        enclosing: &[Digest],
        need: &mut Option<Need>,
        context: &Context<'_>,
    ) -> Poll<TaskClaim> {
        let mut state = lock(&self.state);
        let is_stuck = match state.owners.get(&key) {
            None if need.is_some() => return Poll::Ready(TaskClaim::Released),
            None => {
                let progress = Progress::new();
                state.owners.insert(key, Owner::Task(progress.clone()));
                return Poll::Ready(TaskClaim::Mine(Claimed { claims: self.clone(), key }, progress));
            }
            Some(Owner::Task(progress)) => progress.is_abandoned(patience),
            Some(Owner::Thread(_)) => false,
        };
        if is_stuck || state.closes(key, enclosing) {
            return Poll::Ready(TaskClaim::Refused);
        }
        if need.is_none() {
            let by = enclosing.last().copied();
            by.into_iter().for_each(|by| state.needs.entry(by).or_default().push(key));
            *need = Some(Need { claims: self.clone(), by, key });
        }
        let sleepers = state.sleepers.entry(key).or_default();
        if !sleepers.iter().any(|sleeper| sleeper.will_wake(context.waker())) {
            sleepers.push(context.waker().clone());
        }
        self.tick(&mut state, patience);
        Poll::Pending
    }

    /// Has the sleepers look after what they wait for, as long as there are any.
    fn tick(self: &Arc<Self>, state: &mut State, patience: Duration) {
        if state.is_ticking {
            return;
        }
        let claims = Arc::downgrade(self);
        let pause = (patience / 4).min(Duration::from_secs(1));
        let tick = move || loop {
            std::thread::sleep(pause);
            let Some(claims) = claims.upgrade() else { return };
            let sleepers: Vec<_> = {
                let mut state = lock(&claims.state);
                let sleepers = std::mem::take(&mut state.sleepers);
                state.is_ticking = !sleepers.is_empty();
                sleepers.into_values().flatten().collect()
            };
            if sleepers.is_empty() {
                return;
            }
            sleepers.into_iter().for_each(Waker::wake);
        };
        state.is_ticking = std::thread::Builder::new().name("scrat tick".to_owned()).spawn(tick).is_ok();
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

    use super::super::tasks::within;
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn key(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    #[test]
    fn a_thread_is_refused_a_key_that_it_computes_itself() {
        let claims = Arc::new(Claims::default());
        let _held = claims.try_claim(key("a")).unwrap();
        assert!(matches!(claims.claim(key("a"), LONG, || {}), Claim::Refused));
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
                    if matches!(claims.claim(key(other), LONG, || {}), Claim::Refused) {
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
            let waiter = scope.spawn(|| matches!(claims.claim(key("a"), LONG, || {}), Claim::Released));
            while lock(&claims.state).waiting.is_empty() {
                std::thread::yield_now();
            }
            drop(held);
            assert!(waiter.join().unwrap());
        });
    }

    #[test]
    fn whoever_waits_says_so_now_and_then() {
        let claims = Arc::new(Claims::default());
        let held = Mutex::new(claims.try_claim(key("a")));
        let told = AtomicU32::new(0);
        let waits = || {
            // The second time, the owner is done.
            if told.fetch_add(1, Ordering::SeqCst) == 1 {
                drop(lock(&held).take());
            }
        };
        assert!(matches!(claims.claim(key("b"), LONG, waits), Claim::Mine(_)));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| matches!(claims.claim(key("a"), LONG, waits), Claim::Released));
            assert!(waiter.join().unwrap());
        });
        assert_eq!(told.into_inner(), 2);
    }

    #[test]
    fn a_rayon_worker_waits_for_a_limited_time() {
        let claims = Arc::new(Claims::default());
        let _held = claims.try_claim(key("a")).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert!(pool.install(|| matches!(claims.claim(key("a"), Duration::from_millis(5), || {}), Claim::Refused)));
    }

    fn poll<F: Future>(future: &mut std::pin::Pin<Box<F>>) -> Poll<F::Output> {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_task_waits_for_another_until_that_is_done_or_left_alone() {
        const SHORT: Duration = Duration::from_millis(20);
        let claims = Arc::new(Claims::default());
        let Poll::Ready(TaskClaim::Mine(held, progress)) =
            poll(&mut Box::pin(claims.claim_task(key("a"), LONG, || {})))
        else {
            panic!("nobody had it")
        };
        let mut waiting = Box::pin(claims.claim_task(key("a"), SHORT, || {}));
        let mut patient = Box::pin(claims.claim_task(key("a"), LONG, || {}));
        let mut waker = None;
        let part = progress.poll(&Context::from_waker(Waker::noop()), |context| {
            waker = Some(context.waker().clone());
            Poll::<()>::Pending
        });
        assert!(part.is_pending());
        std::thread::sleep(SHORT);
        assert!(poll(&mut waiting).is_pending() && poll(&mut patient).is_pending(), "it waits for something itself");
        waker.unwrap().wake();
        std::thread::sleep(SHORT);
        assert!(matches!(poll(&mut waiting), Poll::Ready(TaskClaim::Refused)));
        assert!(poll(&mut patient).is_pending());
        drop(held);
        assert!(matches!(poll(&mut patient), Poll::Ready(TaskClaim::Released)));
    }

    #[test]
    fn a_task_that_waits_is_woken_now_and_then_to_look_again() {
        struct Count(AtomicU32);
        impl std::task::Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let claims = Arc::new(Claims::default());
        let held = poll(&mut Box::pin(claims.claim_task(key("a"), LONG, || {})));
        let Poll::Ready(TaskClaim::Mine(_held, progress)) = held else { panic!("nobody had it") };
        assert!(progress.poll(&Context::from_waker(Waker::noop()), |_| Poll::<()>::Pending).is_pending());
        let count = Arc::new(Count(AtomicU32::new(0)));
        let mut waiting = Box::pin(claims.claim_task(key("a"), Duration::from_millis(4), || {}));
        for woken in 1..4 {
            assert!(waiting.as_mut().poll(&mut Context::from_waker(&count.clone().into())).is_pending());
            while count.0.load(Ordering::SeqCst) < woken {
                std::thread::yield_now();
            }
        }
    }

    #[test]
    fn one_of_two_tasks_that_want_each_others_keys_is_refused() {
        let claims = Arc::new(Claims::default());
        let held = ["a", "b"].map(|name| poll(&mut Box::pin(claims.claim_task(key(name), LONG, || {}))));
        assert!(held.iter().all(|held| matches!(held, Poll::Ready(TaskClaim::Mine(..)))));
        let claim = |wanted: &str| Box::pin(claims.claim_task(key(wanted), LONG, || {}));
        let (mut first, mut second) = (claim("b"), claim("a"));
        assert!(within(Some(key("a")), || poll(&mut first)).is_pending());
        let refused = within(Some(key("b")), || poll(&mut second));
        assert!(matches!(refused, Poll::Ready(TaskClaim::Refused)));
        drop(first);
        let mut again = claim("a");
        assert!(within(Some(key("b")), || poll(&mut again)).is_pending(), "nobody waits for it now");
    }
}
