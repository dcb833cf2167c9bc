//! What an error of SQLite's means for a stash.

use std::path::Path;
use std::sync::atomic::Ordering;

use rusqlite::ErrorCode;

use super::fault::Fault;
use super::{Stash, StashError, access, file_size, locks};

impl Stash {
    pub(super) fn told(&self, action: &'static str, fault: Fault) -> StashError {
        match fault {
            Fault::Index(source) => self.error(action, source),
            Fault::Stash(error) => error,
        }
    }

    pub(super) fn error(&self, action: &'static str, source: rusqlite::Error) -> StashError {
        if is_protocol(&source) && self.is_closed_by_others() {
            self.index.is_closed.store(true, Ordering::Relaxed);
            return self.closed_error();
        }
        if !self.root.exists() {
            return StashError::Missing { path: self.root.clone() };
        }
        let error = told(&self.root, action, source);
        if matches!(error, StashError::NoLocks { .. }) {
            self.index.lacks_locks.store(true, Ordering::Relaxed);
        }
        error
    }

    /// Refuses what SQLite would try for half a minute each time, once the disk has refused it locks and still does, or once
    /// its files were closed behind its back.
    pub(super) fn refuse_without_locks(&self) -> Result<(), StashError> {
        if self.index.is_closed.load(Ordering::Relaxed) {
            return Err(self.closed_error());
        }
        if self.index.lacks_locks.load(Ordering::Relaxed) {
            if locks::are_refused(&self.root) {
                return Err(StashError::NoLocks { path: self.root.clone() });
            }
            self.index.lacks_locks.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// What an error of the index of the stash at `root` is to whoever uses it.
pub(super) fn told(root: &Path, action: &'static str, source: rusqlite::Error) -> StashError {
    let path = root.to_owned();
    match source.sqlite_error_code() {
        _ if has_no_meaning(&source) => StashError::Damaged { path, source: source.into() },
        // SQLite takes a lock that the system refuses for one that somebody has.
        _ if (is_busy(&source) || is_protocol(&source)) && locks::are_refused(&path) => StashError::NoLocks { path },
        _ if is_busy(&source) => StashError::Locked { path },
        _ if is_cut(&source) || has_other_values(&source) => StashError::Damaged { path, source: source.into() },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StashError::Damaged { path, source: source.into() }
        }
        _ if is_full(&source) => StashError::Full { path },
        Some(ErrorCode::ReadOnly) => StashError::ReadOnly { path },
        // SQLite does not say why.
        _ if is_write(&source) && file_size::limit().is_some() => StashError::FileLimit { path },
        Some(ErrorCode::CannotOpen) if too_many_are_open(&path) => StashError::TooManyFiles { path },
        _ => StashError::Index { action, path, source: source.into() },
    }
}

/// Whether there was no room for the index, its log, or what processes share beside it.
fn is_full(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DiskFull))
        || error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

/// Whether SQLite gave up on the locks of its log.
fn is_protocol(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::FileLockingProtocolFailed)
}

/// Whether a file could not be written.
fn is_write(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE)
}

/// Whether the index ends where there should be more of it.
fn is_cut(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ)
}

/// Whether there is something in the index that nobody writes into it, or nothing where there always is something.
fn has_other_values(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, QueryReturnedNoRows};
    matches!(
        error,
        InvalidColumnType(..) | FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | QueryReturnedNoRows
    ) || error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

/// Whether SQLite can't make sense of a statement. All of them are scrat's own, so a table or a trigger is not what it was.
fn has_no_meaning(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqlInputError { .. } => true,
        // The same code tells that a transaction has ended already, after an error that said why.
        rusqlite::Error::SqliteFailure(failure, Some(said)) => {
            failure.code == ErrorCode::Unknown && !said.contains("transaction")
        }
        _ => false,
    }
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether this process, or the system, has as many files open as it may. It is found out by opening some.
fn too_many_are_open(folder: &Path) -> bool {
    const OF_AN_INDEX: usize = 3;
    let files: Result<Vec<_>, _> = (0..OF_AN_INDEX).map(|_| std::fs::File::open(folder)).collect();
    files.is_err_and(|error| access::says_too_many(&error))
}
