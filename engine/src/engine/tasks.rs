//! Async calls as tasks: which call a task is in the middle of, and whether somebody still drives it.
//!
//! A task that computes a key may be left alone by whoever drives it: kept in a variable after a timeout, say, while
//! its owner awaits the same call anew. Nobody can see that from outside, but it shows in the waker: such a task is
//! woken, and not polled. Who waits for it notices after a while, and computes for itself.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use crate::digest::Digest;
use crate::sync::lock;

thread_local! {
    /// The keys of the async calls whose bodies are being polled on this thread, the outermost first.
    static ENCLOSING: RefCell<Vec<Digest>> = const { RefCell::new(Vec::new()) };
}

/// Sees to it that this thread has this for as long as it has anything that is made later.
pub(super) fn last_as_long() {
    ENCLOSING.with(|_| ());
}

/// The keys of the async calls that the current code is in the middle of, the outermost first.
pub(crate) fn enclosing() -> Vec<Digest> {
    ENCLOSING.with_borrow(Clone::clone)
}

/// Whether the current code is in the middle of an async call.
pub(crate) fn is_enclosed() -> bool {
    ENCLOSING.with_borrow(|keys| !keys.is_empty())
}

/// Does something in the middle of the call with this key.
pub(crate) fn within<R>(key: Option<Digest>, work: impl FnOnce() -> R) -> R {
    struct Leave(usize);
    impl Drop for Leave {
        fn drop(&mut self) {
            ENCLOSING.with_borrow_mut(|keys| keys.truncate(self.0));
        }
    }
    let _leave = ENCLOSING.with_borrow_mut(|keys| {
        let depth = keys.len();
        keys.extend(key);
        Leave(depth)
    });
    work()
}

/// How a task that computes a key gets on.
#[derive(Debug)]
pub(crate) struct Progress(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Since when it could go on without having been polled.
    woken: Option<Instant>,
    waker: Option<Waker>,
}

impl Progress {
    /// Of a task that is being polled.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { woken: Some(Instant::now()), waker: None })))
    }

    /// Polls a part of the task.
    pub(crate) fn poll<R>(
        self: &Arc<Self>,
        context: &Context<'_>,
        part: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        *lock(&self.0) = State { woken: None, waker: Some(context.waker().clone()) };
        part(&mut Context::from_waker(&Waker::from(self.clone())))
    }

    /// Whether the task could have gone on for so long, and was not polled.
    pub(crate) fn is_abandoned(&self, patience: Duration) -> bool {
        lock(&self.0).woken.is_some_and(|woken| woken.elapsed() >= patience)
    }
}

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        let waker = {
            let mut state = lock(&self.0);
            state.woken.get_or_insert_with(Instant::now);
            state.waker.clone()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_abandoned_if_it_is_woken_and_not_polled() {
        let progress = Progress::new();
        let context = Context::from_waker(Waker::noop());
        let mut waker = None;
        let pending: Poll<()> = progress.poll(&context, |context| {
            waker = Some(context.waker().clone());
            Poll::Pending
        });
        assert!(pending.is_pending() && !progress.is_abandoned(Duration::ZERO), "it waits for something");
        waker.unwrap().wake();
        assert!(progress.is_abandoned(Duration::ZERO) && !progress.is_abandoned(Duration::from_secs(600)));
        assert!(progress.poll(&context, |_| Poll::Ready(())).is_ready());
        assert!(!progress.is_abandoned(Duration::ZERO));
    }

    #[test]
    fn a_call_is_left_even_by_a_panic() {
        let key = Digest::of(b"a");
        let caught = std::panic::catch_unwind(|| {
            within(Some(key), || {
                assert_eq!((enclosing(), is_enclosed()), (vec![key], true));
                std::panic::resume_unwind(Box::new(()));
            })
        });
        assert!(caught.is_err() && !is_enclosed());
    }
}
