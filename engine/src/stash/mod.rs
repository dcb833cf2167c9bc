//! The stash: a folder of stored values with an SQLite index over it.
//!
//! ```text
//! .scrat/
//!   index.db          the index (WAL): nuts, small values, code, routes, runs       [schema]
//!   nuts/ab/<digest>  larger values, and files that values name                     [content]
//!   locks/<key>       one while a key is computed; the system releases it           [locks]
//!   tmp/              files being written
//!   damaged/          what did not have its digest any more
//! ```
//!
//! Invariants: an entry in the index comes after the bytes that it names are whole and in place; bytes are
//! removed only when no entry names them, under a lock that storing holds shared; bytes are verified before
//! they are decoded; a failure to read or write never removes anything.

mod content;
mod exports;
mod history;
mod latest;
mod listing;
mod locks;
mod memory;
mod nuts;
mod schema;
mod uses;
mod values;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

pub(crate) use exports::Export;
pub use history::{PastRun, PastStep, RunTotals};
pub(crate) use latest::{Latest, short_digest};
pub use listing::{Filter, FunctionTotals, NutInfo, Removed};
pub(crate) use locks::KeyLock;
pub(crate) use nuts::{Argument, Neighbour, NewNut, Nut, Unloadable};

use crate::digest::Digest;

/// The folder's name.
pub const FOLDER: &str = ".scrat";

/// How long to wait for another process that writes to the index.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why something could not be done with a stash.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StashError {
    /// There is none at this path.
    #[error("there is no stash at {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file or folder of it could not be made, read or written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The index answered with an error.
    #[error("cannot {action} in the index of {path}: {source}")]
    Index {
        /// What was attempted.
        action: &'static str,
        /// The stash.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// The index is not a readable database.
    #[error("the index of {path} is damaged: {source}")]
    Damaged {
        /// The stash.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// Another process held the index for longer than scrat waits.
    #[error("another process keeps the index of {path} locked")]
    Locked {
        /// The stash.
        path: PathBuf,
    },
    /// It can be read but not written.
    #[error("the stash {path} cannot be written")]
    ReadOnly {
        /// The stash.
        path: PathBuf,
    },
    /// A newer scrat made it.
    #[error("the stash {path} has format {found}, and this scrat knows formats up to {known}")]
    TooNew {
        /// The stash.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
}

/// An open stash. It is shared between threads.
#[derive(Debug)]
pub struct Stash {
    root: PathBuf,
    writable: bool,
    readers: Mutex<Vec<Connection>>,
    writer: OnceLock<Mutex<Connection>>,
    uses: uses::Uses,
    memory: memory::Memory,
}

impl Stash {
    /// The path of the nearest stash at or above a folder.
    pub fn find(from: &Path) -> Option<PathBuf> {
        from.ancestors().map(|folder| folder.join(FOLDER)).find(|stash| stash.join("index.db").exists())
    }

    /// Opens the stash at `root`, and makes it if there is none.
    ///
    /// # Errors
    /// If it can't be made or opened.
    pub fn create(root: &Path) -> Result<Self, StashError> {
        for folder in [root.to_owned(), root.join("nuts"), root.join("locks"), root.join("tmp")] {
            std::fs::create_dir_all(&folder).map_err(|source| io_error("make", &folder, source))?;
        }
        let ignore = root.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(&ignore, "*\n").map_err(|source| io_error("write", &ignore, source))?;
        }
        let stash = Self::unopened(root, true);
        drop(stash.writer()?);
        Self::open(root)
    }

    /// Opens the stash at `root`: for reading alone if it can't be written.
    ///
    /// # Errors
    /// If there is none, or it can't be opened.
    pub fn open(root: &Path) -> Result<Self, StashError> {
        if !root.join("index.db").exists() {
            return Err(StashError::Missing { path: root.to_owned() });
        }
        let root = root.canonicalize().map_err(|source| io_error("open", root, source))?;
        let mut stash = Self::unopened(&root, is_writable(&root));
        let version = match stash.read("open", schema::version) {
            Err(StashError::ReadOnly { .. }) => {
                stash.writable = false;
                stash.read("open", schema::version)?
            }
            other => other?,
        };
        if version > schema::CURRENT {
            return Err(StashError::TooNew { path: root, found: version, known: schema::CURRENT });
        }
        if version < schema::CURRENT {
            drop(stash.writer()?);
        }
        Ok(stash)
    }

    fn unopened(root: &Path, writable: bool) -> Self {
        Self {
            root: root.to_owned(),
            writable,
            readers: Mutex::default(),
            writer: OnceLock::new(),
            uses: uses::Uses::default(),
            memory: memory::Memory::default(),
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether results can be stored in it.
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    fn read<R>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<R>,
    ) -> Result<R, StashError> {
        let idle = lock(&self.readers).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let result = work(&connection).map_err(|source| self.error(action, source));
        lock(&self.readers).push(connection);
        result
    }

    fn write<R>(
        &self,
        action: &'static str,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<R>,
    ) -> Result<R, StashError> {
        let mut writer = self.writer()?;
        let error = |source| self.error(action, source);
        let transaction = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(error)?;
        let result = work(&transaction).map_err(error)?;
        transaction.commit().map_err(error)?;
        Ok(result)
    }

    fn writer(&self) -> Result<MutexGuard<'_, Connection>, StashError> {
        if !self.writable {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        if let Some(writer) = self.writer.get() {
            return Ok(lock(writer));
        }
        let mut connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let prepare = |connection: &mut Connection| {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            schema::migrate(connection)
        };
        prepare(&mut connection).map_err(|source| self.error("prepare", source))?;
        Ok(lock(self.writer.get_or_init(|| Mutex::new(connection))))
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, StashError> {
        let path = self.root.join("index.db");
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let opened = if self.writable {
            Connection::open_with_flags(&path, flags)
        } else {
            // WAL needs a file beside the index; where none can be made, nobody writes to it either.
            let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
        };
        let connection = opened.map_err(|source| self.error("open", source))?;
        connection.busy_timeout(PATIENCE).map_err(|source| self.error("open", source))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    fn error(&self, action: &'static str, source: rusqlite::Error) -> StashError {
        let path = self.root.clone();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StashError::Locked { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StashError::Damaged { path, source },
            Some(ErrorCode::ReadOnly) => StashError::ReadOnly { path },
            _ => StashError::Index { action, path, source },
        }
    }

    fn content_path(&self, digest: &Digest) -> PathBuf {
        content_path(&self.root, digest)
    }
}

/// Where a stash keeps the content of a digest.
pub(crate) fn content_path(root: &Path, digest: &Digest) -> PathBuf {
    let name = digest.to_string();
    root.join("nuts").join(&name[..2]).join(name)
}

impl Drop for Stash {
    fn drop(&mut self) {
        // What is lost if this fails is a count of uses.
        drop(self.flush_uses());
    }
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> StashError {
    StashError::Io { action, path: path.to_owned(), source }
}

/// Whether a file can be made in the folder, found out by making one.
fn is_writable(root: &Path) -> bool {
    tempfile::tempfile_in(root).is_ok()
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a user's function poisons nothing of ours: no lock is held while one runs.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
