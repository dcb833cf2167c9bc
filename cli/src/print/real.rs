//! The process's own stdout and stderr, while a pipe stands in for them.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Two streams that nothing stands in for.
pub(super) struct Real {
    pub out: Arc<File>,
    pub err: Arc<File>,
}

/// Set before anything stands in for them, and then for good.
pub(super) static REAL: OnceLock<Real> = OnceLock::new();

/// A lock that is good whoever panicked under it.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
