//! Locks, taken in one way.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes a lock, whoever panicked with it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a user's function poisons nothing of ours: no lock is held while one runs.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
