//! Locks, taken in one way, and values of one process each.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Takes a lock, whoever panicked with it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a user's function poisons nothing of ours: no lock is held while one runs.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which process something is of. One that was forked has all that its parent had, and it stays the parent's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(u32);

impl Process {
    pub(crate) fn this() -> Self {
        Self(std::process::id())
    }

    /// Whether that is this one.
    pub(crate) fn is_this(self) -> bool {
        self.0 == std::process::id()
    }
}

/// A place for a value of each process: one that was forked has its own, whatever its parent was doing with the parent's.
#[derive(Debug)]
pub(crate) struct OfProcess<T> {
    process: Process,
    value: OnceLock<T>,
    next: OnceLock<Box<Self>>,
}

impl<T> Default for OfProcess<T> {
    fn default() -> Self {
        Self { process: Process::this(), value: OnceLock::new(), next: OnceLock::new() }
    }
}

impl<T> OfProcess<T> {
    /// Whether this process made it.
    pub(crate) fn is_own(&self) -> bool {
        self.process.is_this()
    }

    /// The place of this process.
    pub(crate) fn here(&self) -> &OnceLock<T> {
        let mut place = self;
        while !place.is_own() {
            place = place.next.get_or_init(Box::default);
        }
        &place.value
    }

    /// The values of the processes that this one comes from, the first one first.
    pub(crate) fn inherited(&self) -> impl Iterator<Item = &T> {
        let places = std::iter::successors(Some(self), |place| place.next.get().map(|next| &**next));
        places.take_while(|place| !place.is_own()).filter_map(|place| place.value.get())
    }
}
