//! What is said when a step ends the whole program: by `abort`, by a stack that overflows, by `exit`.
//!
//! None of these can be caught, and all would leave nobody knowing which step it was, or even that the run is not
//! complete: `exit(0)` in a step looks like success. So a handler of SIGABRT names the step, and the end of the
//! process by `exit` while a run is under way is a failure.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use scrat_engine::current_step;

#[cfg(unix)]
use super::apart::{last_of_pipe, last_word, settle};
#[cfg(unix)]
use super::streams::complain;
#[cfg(unix)]
use crate::complaint::{Complaint, code};

/// A run is under way.
static UNDER_WAY: AtomicBool = AtomicBool::new(false);

/// All is said.
static TOLD: AtomicBool = AtomicBool::new(false);

/// The labels of the steps of the run. They are never freed, since a handler may read them at any time.
static LABELS: OnceLock<Vec<String>> = OnceLock::new();

/// The steps that run, by worker, from 1; for a thread that a step has made itself.
static RUNNING: [AtomicU32; 64] = [const { AtomicU32::new(0) }; 64];

/// User's code runs until this is dropped.
pub(crate) struct UnderWay(());

/// Users' code begins to run.
pub(crate) fn listen() -> UnderWay {
    static SET: std::sync::Once = std::sync::Once::new();
    SET.call_once(set_handlers);
    make_room();
    UNDER_WAY.store(true, Ordering::Release);
    UnderWay(())
}

/// The program ends on purpose.
pub(crate) fn forget() {
    UNDER_WAY.store(false, Ordering::Release);
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        forget();
    }
}

/// These are the steps.
pub(crate) fn name(labels: &[String]) {
    LABELS.get_or_init(|| labels.to_vec());
}

/// A worker begins a step, or ends one.
pub(crate) fn note(worker: usize, step: Option<usize>) {
    if let Some(place) = RUNNING.get(worker) {
        let number = step.map_or(0, |step| u32::try_from(step + 1).unwrap_or(0));
        place.store(number, Ordering::Release);
    }
}

/// What runs on this thread, or else everywhere, told piece by piece.
fn tell_who(say: impl Fn(&str)) {
    let label = |step: usize| LABELS.get().and_then(|labels| labels.get(step)).map_or("a step", String::as_str);
    if let Some(step) = current_step() {
        return say(label(step.index()));
    }
    let running = RUNNING.iter().map(|place| place.load(Ordering::Acquire)).filter(|&step| step > 0);
    let mut any = false;
    for step in running {
        if any {
            say(", ");
        }
        any = true;
        say(label(step as usize - 1));
    }
    if !any {
        say("the pipeline's body");
    }
}

#[cfg(unix)]
extern "C" fn aborted(_: libc::c_int) {
    if UNDER_WAY.swap(false, Ordering::AcqRel) {
        tell_of_abort();
        TOLD.store(true, Ordering::Release);
    } else if LABELS.get().is_some() {
        // Another thread may be telling at the moment, and the process ends with the first one that goes on.
        const PAUSES: usize = 20;
        for _ in (0..PAUSES).take_while(|_| !TOLD.load(Ordering::Acquire)) {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
    #[expect(unsafe_code, reason = "whoever sends the signal, the program ends by it as it would have without us")]
    // SAFETY: both calls take numbers, and handlers may make them.
    unsafe {
        libc::signal(libc::SIGABRT, libc::SIG_DFL);
        libc::raise(libc::SIGABRT);
    }
}

#[cfg(unix)]
fn tell_of_abort() {
    let say = |text: &str| last_word(text.as_bytes());
    let overflowed = last_of_pipe();
    say("error: the program was aborted while it ran ");
    tell_who(say);
    say("\n");
    if overflowed {
        say(" hint: a larger stack is set by `stack = \"64MiB\"` in scrat.toml, or by SCRAT_STACK=64MiB\n");
    }
}

#[cfg(unix)]
extern "C" fn exited() {
    if !UNDER_WAY.swap(false, Ordering::AcqRel) {
        return;
    }
    settle(true);
    let who = std::cell::RefCell::new(String::new());
    tell_who(|text| who.borrow_mut().push_str(text));
    let complaint = Complaint::usage(format!("{} called exit, so the run is not complete", who.into_inner()))
        .hint("return an error instead; what ran before is stored");
    complain(&complaint);
    #[expect(
        unsafe_code,
        reason = "the status that exit was called with says that all is well; nothing else can change it"
    )]
    // SAFETY: `_exit` takes a number and does not return.
    unsafe {
        libc::_exit(i32::from(code::STEP_FAILED))
    }
}

#[cfg(unix)]
fn set_handlers() {
    let handler: extern "C" fn(libc::c_int) = aborted;
    #[expect(unsafe_code, reason = "the standard library has no handlers of signals")]
    // SAFETY: `aborted` is a function of the type that `signal` takes, and does what handlers may: it reads atomics
    // and initialised statics, calls read and write, and tries a lock without waiting.
    unsafe {
        libc::signal(libc::SIGABRT, handler as *const () as libc::sighandler_t);
    }
    #[expect(unsafe_code, reason = "nothing else hears of a call of exit")]
    // SAFETY: `exited` is a function without arguments that lives as long as the program, and does not unwind.
    unsafe {
        libc::atexit(exited);
    }
}

/// Gives the current thread a stack for handlers of signals. The one that it has is just large enough for the handler
/// in which the standard library notices that a stack has overflowed, and not for ours within that.
#[cfg(unix)]
pub(crate) fn make_room() {
    const ROOM: usize = 64 * 1024;
    let room: &'static mut [u8] = Box::leak(vec![0_u8; ROOM].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: room.as_mut_ptr().cast(), ss_flags: 0, ss_size: ROOM };
    #[expect(unsafe_code, reason = "nothing else sets it")]
    // SAFETY: the memory is the thread's alone and is never freed. As the thread ends, the standard library unsets
    // whatever stack is set, and frees the one that it has made.
    unsafe {
        libc::sigaltstack(&raw const stack, std::ptr::null_mut());
    }
}

#[cfg(not(unix))]
fn set_handlers() {}

#[cfg(not(unix))]
pub(crate) fn make_room() {}
