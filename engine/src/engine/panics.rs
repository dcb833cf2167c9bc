//! Panics in steps: a panic becomes the step's failure, with its message and its place, and nothing goes to stderr.
//!
//! A step that uses rayon itself may panic on any thread of the run's pool, because idle threads take parts of its
//! work. So on those threads the hook keeps each panic for the failure's message, except while they do the engine's
//! own work: a panic there is a bug, and is reported as in any program.
//!
//! Some panics can't be caught: one in a destructor while another panic unwinds, and every panic if the profile has
//! `panic = "abort"`. Such a panic ends the process, so everything that was kept is reported at once.

use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, Once};
use std::thread::ThreadId;

use crate::engine::Engine;
use crate::engine::event::Event;
use crate::id::StepId;
use crate::sync::lock;

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
    static STEP: Cell<Option<StepId>> = const { Cell::new(None) };
}

/// A panic on the thread of a run that no failure has taken yet.
struct Told {
    thread: ThreadId,
    message: String,
    place: String,
}

static TOLD: Mutex<VecDeque<Told>> = Mutex::new(VecDeque::new());

/// The step whose function runs on the current thread. A signal handler may call this.
pub fn current_step() -> Option<StepId> {
    STEP.get()
}

/// Makes the current thread one of a run.
pub(crate) fn join_run() {
    set_hook();
    WORK.set(Work::Steps);
}

fn set_hook() {
    static HOOK: Once = Once::new();
    // While a thread unwinds, the standard library refuses to change the hook with another panic, which would abort the
    // process. A destructor may be what calls a stashed function first.
    if std::thread::panicking() {
        return;
    }
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| if WORK.get() == Work::Steps { keep(info) } else { before(info) }));
    });
}

/// Does the engine's own work, in which [`catch`] may run steps.
pub(crate) fn as_engine<R>(work: impl FnOnce() -> R) -> R {
    match WORK.get() {
        Work::Other => work(),
        _ => doing(Work::Engine, work),
    }
}

/// Runs the function of a step. If it panics, the error is the panic's message.
pub(crate) fn catch<R>(step: StepId, function: impl FnOnce() -> R) -> Result<R, String> {
    let within = || {
        let _back = Back(&STEP, STEP.replace(Some(step)));
        function()
    };
    caught(|| if WORK.get() == Work::Other { within() } else { doing(Work::Steps, within) })
}

/// Runs user code that belongs to no step, on any thread. If it panics, the error is the panic's message.
pub(crate) fn catch_here<R>(body: impl FnOnce() -> R) -> Result<R, String> {
    set_hook();
    caught(|| doing(Work::Steps, body))
}

fn caught<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    let result = catch_unwind(AssertUnwindSafe(work));
    result.map_err(|panic| {
        let text = message(&*panic).to_owned();
        // What was thrown may panic in its turn as it is dropped.
        if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            std::mem::forget(another);
        }
        let message = text;
        let mut told = lock(&TOLD);
        let at = told.iter().position(|other| other.message == message);
        match at.and_then(|at| told.remove(at)) {
            Some(told) => told.sentence(),
            None => format!("it panicked: {message}"),
        }
    })
}

/// Restores a thread-local variable, even if the code in between unwinds.
struct Back<T: Copy + 'static>(&'static std::thread::LocalKey<Cell<T>>, T);

impl<T: Copy + 'static> Drop for Back<T> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

fn doing<R>(what: Work, work: impl FnOnce() -> R) -> R {
    let _back = Back(&WORK, WORK.replace(what));
    work()
}

impl Told {
    fn sentence(&self) -> String {
        format!("it panicked at {}: {}", self.place, self.message)
    }
}

fn keep(info: &PanicHookInfo<'_>) {
    const MANY: usize = 64;
    let thread = std::thread::current().id();
    let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
    let new = Told { thread, message: message(info.payload()).to_owned(), place };
    let can_be_caught = cfg!(panic = "unwind") && !CANNOT_UNWIND.contains(&new.message.as_str());
    let mut told = lock(&TOLD);
    if told.len() == MANY {
        // A step that catches its own panics leaves them here.
        told.pop_front();
    }
    told.push_back(new);
    if can_be_caught {
        return;
    }
    let sentences: Vec<_> = told.iter().filter(|told| told.thread == thread).map(Told::sentence).collect();
    drop(told);
    // Whoever listens may panic in its turn, and that is told as every program tells it.
    doing(Work::Engine, || {
        Engine::current().tell(&Event::Aborting { step: current_step(), message: sentences.join("\n") });
    });
}

/// The standard library's messages where a panic can't unwind any further. They come after the message that matters.
const CANNOT_UNWIND: [&str; 2] = ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];

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

    const STEP: StepId = StepId(7);

    #[test]
    fn a_panic_is_told_with_its_place_wherever_in_the_pool_it_happens() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).start_handler(|_| join_run()).build().unwrap();
        let failure = pool.install(|| catch(STEP, || panic!("squirrel {}", 7))).unwrap_err();
        assert!(failure.starts_with("it panicked at ") && failure.ends_with(": squirrel 7"), "{failure}");
        let nested = || rayon::join(|| (), || -> u32 { panic!("in a part") }).1;
        let failure = pool.install(|| as_engine(|| catch(STEP, nested))).unwrap_err();
        assert!(failure.contains("panics.rs:") && failure.ends_with(": in a part"), "{failure}");
        assert_eq!(catch(STEP, || 1), Ok(1));
    }

    #[test]
    fn a_pipelines_body_panics_on_any_thread_and_leaves_no_trace() {
        let failure = catch_here(|| panic!("no acorns")).unwrap_err();
        assert!(failure.contains("panics.rs:") && failure.ends_with(": no acorns"), "{failure}");
        assert!(WORK.get() == Work::Other);
    }

    #[test]
    fn what_is_thrown_may_panic_as_it_is_dropped() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                std::panic::panic_any("no acorns");
            }
        }
        assert!(catch_here(|| std::panic::panic_any(Bomb)).unwrap_err().contains("without a message"));
    }

    #[test]
    fn a_thread_knows_the_step_that_it_runs() {
        assert_eq!(
            catch(STEP, || (current_step(), catch(StepId(8), current_step))),
            Ok((Some(STEP), Ok(Some(StepId(8)))))
        );
        assert_eq!(current_step(), None);
    }
}
