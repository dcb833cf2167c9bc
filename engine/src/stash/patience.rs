//! How long others are waited for, and who hears of a wait that is long.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long to wait for another process that writes to the stash.
const LONG: Duration = Duration::from_secs(30);

/// How long, once that was in vain: until a write succeeds, whoever holds the stash is taken for one that goes on to.
const SHORT: Duration = Duration::from_millis(500);

/// How long is waited in silence.
const SILENCE: Duration = Duration::from_secs(2);

/// The longest pause before what is waited for is asked for again.
const PAUSE: Duration = Duration::from_millis(5);

thread_local! {
    /// Who hears of a long wait of this thread's for a stash that has no listener yet.
    static TOLD: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Does something that may wait for other processes before there is a stash whose listener could be told.
pub(super) fn telling<R>(tell: impl Fn() + 'static, work: impl FnOnce() -> R) -> R {
    struct Before(Option<Rc<dyn Fn()>>);
    impl Drop for Before {
        fn drop(&mut self) {
            drop(TOLD.replace(self.0.take()));
        }
    }
    let _before = Before(TOLD.replace(Some(Rc::new(tell))));
    work()
}

type Listener = Box<dyn Fn() + Send + Sync>;

/// Waits for other processes, for a limited time.
#[derive(Default)]
pub(super) struct Patience {
    listener: OnceLock<Listener>,
    has_told: AtomicBool,
    /// Whether the last wait was in vain.
    was_in_vain: AtomicBool,
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience").field("was_in_vain", &self.was_in_vain).finish_non_exhaustive()
    }
}

impl Patience {
    /// Sets who hears of a long wait, once. The first one stays.
    pub(super) fn set_listener(&self, listener: Listener) {
        drop(self.listener.set(listener));
    }

    /// How long to wait for others now.
    pub(super) fn limit(&self) -> Duration {
        if self.was_in_vain.load(Ordering::Relaxed) { SHORT } else { LONG }
    }

    /// Remembers how a wait ended, for the next one.
    pub(super) fn note(&self, was_in_vain: bool) {
        self.was_in_vain.store(was_in_vain, Ordering::Relaxed);
    }

    /// Makes an attempt until one succeeds. None if none has within `limit`.
    pub(super) fn wait<R>(&self, limit: Duration, attempt: impl FnMut() -> Option<R>) -> Option<R> {
        self.wait_telling_after(SILENCE, limit, attempt)
    }

    fn wait_telling_after<R>(
        &self,
        silence: Duration,
        limit: Duration,
        mut attempt: impl FnMut() -> Option<R>,
    ) -> Option<R> {
        let began = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(result) = attempt() {
                return Some(result);
            }
            let waited = began.elapsed();
            if waited >= limit {
                return None;
            }
            if waited >= silence && !self.has_told.swap(true, Ordering::Relaxed) {
                match self.listener.get() {
                    Some(listener) => listener(),
                    // Whoever opens a stash waits for more than one thing, and says so once.
                    None => TOLD.take().into_iter().for_each(|tell| tell()),
                }
            }
            std::thread::sleep(pause.min(limit - waited));
            pause = (pause * 2).min(PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn a_long_wait_is_told_once_and_a_short_one_never() {
        const MOMENT: Duration = Duration::from_millis(5);
        let patience = Patience::default();
        let told = Arc::new(AtomicU32::new(0));
        let listener = told.clone();
        patience.set_listener(Box::new(move || {
            listener.fetch_add(1, Ordering::SeqCst);
        }));
        assert_eq!(patience.wait_telling_after(SILENCE, MOMENT, || None::<()>), None);
        assert_eq!(told.load(Ordering::SeqCst), 0);
        for _ in 0..2 {
            assert_eq!(patience.wait_telling_after(MOMENT, MOMENT * 4, || None::<()>), None);
            assert_eq!(told.load(Ordering::SeqCst), 1);
        }
        assert_eq!(patience.wait(Duration::ZERO, || Some(7)), Some(7), "one attempt is always made");
    }

    #[test]
    fn a_stash_that_is_being_opened_tells_whoever_opens_it_once() {
        let told = Rc::new(std::cell::Cell::new(0));
        let (told_here, wait) = (told.clone(), |patience: &Patience| {
            assert_eq!(patience.wait_telling_after(Duration::ZERO, Duration::from_millis(5), || None::<()>), None);
        });
        telling(
            move || told_here.set(told_here.get() + 1),
            || [Patience::default(), Patience::default()].iter().for_each(wait),
        );
        wait(&Patience::default());
        assert_eq!(told.get(), 1);
    }

    #[test]
    fn who_waited_in_vain_waits_for_less_until_a_wait_ends_well() {
        let patience = Patience::default();
        assert_eq!(patience.limit(), LONG);
        patience.note(true);
        assert_eq!(patience.limit(), SHORT);
        patience.note(false);
        assert_eq!(patience.limit(), LONG);
    }
}
