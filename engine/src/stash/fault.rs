//! What ends a transaction that writes to the index, and to files beside it.

use super::StashError;

/// What ends a transaction.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite says so.
    Index(rusqlite::Error),
    /// Something else in the stash.
    Stash(StashError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Index(error)
    }
}

impl From<StashError> for Fault {
    fn from(error: StashError) -> Self {
        Self::Stash(error)
    }
}
