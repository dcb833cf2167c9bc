//! Panics in steps: a step's failure, in its words and with its place, and nothing on stderr.
//!
//! A step that uses rayon itself may panic on any thread of the run's pool, because idle ones take parts of its
//! work. So on those threads the hook keeps what it is told for the failure's message, except while they do the
//! engine's own work: a panic there is a bug, and is told as every program tells it.

use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, Once};

use crate::stash::lock;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    /// Not a thread of a run.
    Other,
    /// Steps, or waiting for some.
    Steps,
    /// Everything around steps.
    Engine,
}

thread_local! {
    static WORK: Cell<Work> = const { Cell::new(Work::Other) };
}

/// Messages and places of panics on the threads of runs that no failure has taken yet.
static TOLD: Mutex<VecDeque<(String, String)>> = Mutex::new(VecDeque::new());

/// Makes the current thread one of a run.
pub(crate) fn join_run() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| if WORK.get() == Work::Steps { keep(info) } else { before(info) }));
    });
    WORK.set(Work::Steps);
}

/// Does the engine's own work, within which [`catch`] runs steps.
pub(crate) fn as_engine<R>(work: impl FnOnce() -> R) -> R {
    doing(Work::Engine, work)
}

/// Runs a user's function. A panic is its failure, as a message.
pub(crate) fn catch<R>(function: impl FnOnce() -> R) -> Result<R, String> {
    let result = catch_unwind(AssertUnwindSafe(|| doing(Work::Steps, function)));
    result.map_err(|panic| {
        let message = message(&*panic);
        let mut told = lock(&TOLD);
        let at = told.iter().position(|(other, _)| other == message);
        match at.and_then(|at| told.remove(at)) {
            Some((_, place)) => format!("it panicked at {place}: {message}"),
            None => format!("it panicked: {message}"),
        }
    })
}

fn doing<R>(what: Work, work: impl FnOnce() -> R) -> R {
    struct Back(Work);
    impl Drop for Back {
        fn drop(&mut self) {
            WORK.set(self.0);
        }
    }
    let before = WORK.get();
    if before == Work::Other {
        return work();
    }
    let _back = Back(before);
    WORK.set(what);
    work()
}

fn keep(info: &PanicHookInfo<'_>) {
    const MANY: usize = 64;
    let mut told = lock(&TOLD);
    if told.len() == MANY {
        // A step that catches its own panics leaves them here.
        told.pop_front();
    }
    let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
    told.push_back((message(info.payload()).to_owned(), place));
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_place_wherever_in_the_pool_it_happens() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).start_handler(|_| join_run()).build().unwrap();
        let failure = pool.install(|| catch(|| panic!("squirrel {}", 7))).unwrap_err();
        assert!(failure.starts_with("it panicked at ") && failure.ends_with(": squirrel 7"), "{failure}");
        let nested = || rayon::join(|| (), || -> u32 { panic!("in a part") }).1;
        let failure = pool.install(|| as_engine(|| catch(nested))).unwrap_err();
        assert!(failure.contains("panics.rs:") && failure.ends_with(": in a part"), "{failure}");
        assert_eq!(catch(|| 1), Ok(1));
    }
}
