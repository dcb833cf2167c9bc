//! The end of the program: the stashes of direct calls and of a run that did not come to its end are closed, since a
//! static is never dropped.
//!
//! It is the process that matters and not a thread: the one that leads to the end may never have called a stashed
//! function, and threads of a pool never end. So nothing here may count on thread-locals, or wait for a thread.

use std::sync::Once;

use super::{DEFAULT, GLOBAL};

/// Closes the program's stashes when it ends: by returning from `main`, by a panic there, or by `process::exit`. A
/// killed program leaves its log, which the next one carries over.
pub(super) fn close_stashes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(register);
}

extern "C" fn close() {
    calmly(|| {
        let current = DEFAULT.get().and_then(std::sync::Weak::upgrade);
        let own = GLOBAL.get().and_then(|places| places.here().get().cloned());
        let current = current.and_then(super::Engine::known_to_this_process);
        for engine in own.into_iter().chain(current) {
            if let Some(stash) = engine.stash() {
                // What goes wrong with one of these is no reason to leave out the next.
                calmly(|| stash.leases().end());
                calmly(|| stash.settle());
                calmly(|| stash.close());
                calmly(|| stash.content().end());
            }
        }
    });
}

/// A panic must not leave a function that C has called.
fn calmly(work: impl FnOnce()) {
    if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        std::mem::forget(panic);
    }
}

#[cfg(unix)]
fn register() {
    #[expect(unsafe_code, reason = "nothing safe is called when a program ends")]
    // SAFETY: `close` is a function of the program, takes nothing, never unwinds, and may be called at any time.
    let refused = unsafe { nix::libc::atexit(close) };
    // Then a count is lost, and the log stays.
    debug_assert_eq!(refused, 0);
}

/// Elsewhere the log stays for the next program, with the counts of the last second lost.
#[cfg(not(unix))]
fn register() {
    let _: extern "C" fn() = close;
}
