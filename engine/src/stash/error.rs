//! Why something could not be done with a stash.

use std::io;
use std::path::{Path, PathBuf};

use super::{access, file_size};

/// Why something could not be done with a stash.
///
/// # Examples
///
/// ```
/// use std::path::Path;
///
/// use scrat::{Stash, StashError};
///
/// let error = Stash::open(Path::new("no/such/folder/.scrat")).unwrap_err();
/// assert!(matches!(error, StashError::Missing { .. }));
/// assert_eq!(error.to_string(), "there is no stash at no/such/folder/.scrat");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StashError {
    /// There is no stash at this path.
    #[error("there is no stash at {path}")]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// A file or folder of the stash could not be made, read or written.
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
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The index is not a readable database.
    #[error("the index of {path} is damaged: {source}")]
    Damaged {
        /// The stash.
        path: PathBuf,
        /// SQLite's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another process held the index for longer than scrat waits.
    #[error("another process keeps the index of {path} locked")]
    Locked {
        /// The stash.
        path: PathBuf,
    },
    /// The disk has no locks, without which two processes would damage the index.
    #[error("the disk of the stash {path} grants no locks")]
    NoLocks {
        /// The stash.
        path: PathBuf,
    },
    /// There is no room for what the index needs to be written.
    #[error("there is no room left on the disk of the stash {path}")]
    Full {
        /// The stash.
        path: PathBuf,
    },
    /// The result alone is larger than a limit.
    #[error("the result takes {bytes} bytes, and `max_size` is {most}")]
    TooLarge {
        /// What the result takes on disk.
        bytes: u64,
        /// The limit of its function, or of the stash.
        most: u64,
    },
    /// The stash can be read but not written.
    #[error("the stash {path} cannot be written")]
    ReadOnly {
        /// The stash.
        path: PathBuf,
    },
    /// A file may not become as large as it would have to.
    #[error("{path} may not become larger than the limit that `ulimit -f` shows")]
    FileLimit {
        /// The stash, or the file.
        path: PathBuf,
    },
    /// The process was forked from one that had the stash open.
    #[error("the stash {path} was opened before this process was forked")]
    Forked {
        /// The stash.
        path: PathBuf,
    },
    /// The process, or the system, has as many files open as it may.
    #[error("cannot open {path}: too many files are open")]
    TooManyFiles {
        /// The stash, or what was to be opened in it.
        path: PathBuf,
    },
    /// The folder has other things in it, so no stash is made there.
    #[error("{path} is not a stash and has other things in it: {}", entry.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// One of them.
        entry: PathBuf,
    },
    /// The stash belongs to another user, who has not shared it.
    #[error("the stash {path} belongs to another user, and is not shared with a group of yours alone")]
    Private {
        /// The stash.
        path: PathBuf,
    },
    /// The database in the folder belongs to another program.
    #[error("{path} is not a stash: its index.db was made by another program")]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A file is not an archive that can be taken in.
    #[error("{path} cannot be imported: {why}")]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The stash was made by a newer scrat.
    #[error("the stash {path} has format {found}, and this scrat knows formats up to {known}")]
    TooNew {
        /// The stash.
        path: PathBuf,
        /// The version of its index.
        found: i64,
        /// The newest version that this program can read.
        known: i64,
    },
}

impl StashError {
    /// The same, with what to do about it.
    pub(crate) fn with_hint(&self) -> String {
        match self {
            Self::Damaged { .. } => format!("{self}; `scrat stash check --repair` makes it again"),
            Self::NoLocks { .. } => format!("{self}; name a stash on another disk with SCRAT_STASH"),
            Self::Forked { .. } => {
                format!("{self}; fork before the first call, or start a program")
            }
            _ => self.to_string(),
        }
    }

    /// Whether nothing is wrong but that there is no room.
    pub(super) fn is_full(&self) -> bool {
        self.cause() == FULL
    }

    /// What is wrong, whichever file or result it happened to: the same for all that one cause lets fail.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => FULL.to_owned(),
            Self::Io { source, .. } => match source.raw_os_error() {
                Some(number) => format!("system {number}"),
                None => format!("io {:?}", source.kind()),
            },
            Self::Full { .. } => FULL.to_owned(),
            Self::Index { source, .. } => format!("index {source}"),
            Self::Missing { .. } => "missing".to_owned(),
            Self::Damaged { .. } => "damaged".to_owned(),
            Self::Locked { .. } => "locked".to_owned(),
            Self::TooLarge { most, .. } => format!("larger than {most}"),
            Self::ReadOnly { .. } => "read-only".to_owned(),
            Self::Private { .. } => "private".to_owned(),
            Self::Occupied { .. } | Self::Foreign { .. } => "foreign".to_owned(),
            Self::NoLocks { .. } => "no locks".to_owned(),
            Self::FileLimit { .. } => "file limit".to_owned(),
            Self::Forked { .. } => "forked".to_owned(),
            Self::TooManyFiles { .. } => "too many files".to_owned(),
            Self::Archive { .. } => "archive".to_owned(),
            Self::TooNew { .. } => "too new".to_owned(),
        }
    }
}

/// The cause of all that a full disk lets fail.
const FULL: &str = "full";

pub(super) fn io_error(action: &'static str, path: &Path, source: io::Error) -> StashError {
    if access::says_too_many(&source) {
        return StashError::TooManyFiles { path: path.to_owned() };
    }
    if file_size::is_passed(&source) {
        return StashError::FileLimit { path: path.to_owned() };
    }
    StashError::Io { action, path: path.to_owned(), source }
}
