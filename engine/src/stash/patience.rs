//! How long others are waited for, and who hears of a wait that is long.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::LocalKey;
use std::time::{Duration, Instant};

/// How long to wait for another process that writes to the stash.
const LONG: Duration = Duration::from_secs(30);

/// How long, once that was in vain: until a write succeeds, whoever holds the stash is taken for one that goes on to.
const SHORT: Duration = Duration::from_millis(500);

/// How long is waited in silence.
const SILENCE: Duration = Duration::from_secs(2);

/// The first pause; each is twice as long as the one before it.
const FIRST_PAUSE: Duration = Duration::from_micros(200);

/// The longest pause before what is waited for is asked for again.
const PAUSE: Duration = Duration::from_millis(5);

thread_local! {
    /// Who hears of a long wait of this thread's for a stash that has no listener yet.
    static TOLD: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Does something that may wait for other processes before there is a stash whose listener could be told.
pub(super) fn telling<R>(tell: impl Fn() + 'static, work: impl FnOnce() -> R) -> R {
    let _before = Before(&TOLD, put(&TOLD, Some(Rc::new(tell))));
    work()
}

/// What a thread has for a while.
type OfThread<T> = LocalKey<RefCell<Option<T>>>;

/// Puts something in the place of what the thread has. A thread that ends may have nothing any more, and the first one has
/// nothing at the end of the program: what would be told there is not.
fn put<T>(place: &'static OfThread<T>, new: Option<T>) -> Option<T> {
    place.try_with(|place| place.replace(new)).ok().flatten()
}

/// What the thread had before, and has again after this.
struct Before<T: 'static>(&'static OfThread<T>, Option<T>);

impl<T: 'static> Drop for Before<T> {
    fn drop(&mut self) {
        drop(put(self.0, self.1.take()));
    }
}

/// What SQLite waits for on this thread.
struct Waiting {
    patience: Arc<Patience>,
    began: Instant,
    limit: Duration,
}

thread_local! {
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

/// Does something in which SQLite waits for others by [`go_on`].
pub(super) fn waiting<R>(patience: &Arc<Patience>, limit: Duration, work: impl FnOnce() -> R) -> R {
    let waiting = Waiting { patience: patience.clone(), began: Instant::now(), limit };
    let _before = Before(&WAITING, put(&WAITING, Some(waiting)));
    work()
}

/// Whether SQLite, which has asked so many times, is to ask again: it would wait in silence by itself.
pub(super) fn go_on(asked: i32) -> bool {
    let pause = FIRST_PAUSE.saturating_mul(1 << asked.clamp(0, 8)).min(PAUSE);
    let is_left = WAITING.try_with(|waiting| {
        let waiting = waiting.borrow();
        let Some(Waiting { patience, began, limit }) = &*waiting else { return false };
        let is_left = patience.pause(SILENCE, *limit, *began, pause);
        if !is_left {
            patience.note(true);
        }
        is_left
    });
    is_left.unwrap_or(false)
}

/// Sees to it that this thread has these for as long as it has anything that is made later.
pub(crate) fn last_as_long() {
    // A thread that has none any more does without.
    let _ = (TOLD.try_with(|_| ()), WAITING.try_with(|_| ()));
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
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(result) = attempt() {
                return Some(result);
            }
            if !self.pause(silence, limit, began, pause) {
                return None;
            }
            pause = (pause * 2).min(PAUSE);
        }
    }

    /// Waits a little longer, and says so if it has become long. False once the limit is reached.
    fn pause(&self, silence: Duration, limit: Duration, began: Instant, pause: Duration) -> bool {
        let waited = began.elapsed();
        if waited >= limit {
            return false;
        }
        if waited >= silence && !self.has_told.swap(true, Ordering::Relaxed) {
            match self.listener.get() {
                Some(listener) => listener(),
                // Whoever opens a stash waits for more than one thing, and says so once.
                None => put(&TOLD, None).into_iter().for_each(|tell| tell()),
            }
        }
        std::thread::sleep(pause.min(limit - waited));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn a_thread_that_has_nothing_any_more_waits_all_the_same() {
        struct AtTheEnd(std::sync::mpsc::Sender<bool>);
        impl Drop for AtTheEnd {
            fn drop(&mut self) {
                let done = waiting(&Arc::default(), SHORT, || telling(|| (), || !go_on(0)));
                let _ = self.0.send(done);
            }
        }
        thread_local! {
            static LAST: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
        }
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            LAST.set(Some(AtTheEnd(sender)));
            // Made later, these go before it.
            last_as_long();
        });
        assert_eq!(receiver.recv(), Ok(true), "the destructor did not panic");
    }

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
    fn sqlite_waits_as_long_as_who_calls_it() {
        let patience = Arc::new(Patience::default());
        assert!(!go_on(0), "nobody waits here");
        let limit = Duration::from_millis(5);
        let asked = waiting(&patience, limit, || (0..).take_while(|asked| go_on(*asked)).count());
        assert!(asked > 1 && patience.limit() == SHORT, "{asked}");
        assert!(!go_on(0));
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
