//! The stash: a folder of stored values with an SQLite index over it.
//!
//! ```text
//! .scrat/
//!   index.db          the index: nuts, small values, code, routes, runs [index, schema, seal, one_machine]
//!   records           everything that the index is made from, one by one [record, records, journal, rebuild]
//!   nuts/ab/<digest>  larger values, and files and folders that values name         [content]
//!   folders/<digest>  folders that values name, laid out                            [folders]
//!   locks/keys        a byte of it is locked while a key is computed                [locks]
//!   locks/content     locked while content is stored or removed                     [locks]
//!   locks/index       locked while another index takes the place of one             [locks, rebuild]
//!   locks/use-…       what a process needs just now                                [leases]
//!   tmp/              files being written
//!   cargo.toml        settings of cargo's that the project includes, by the command   [ours]
//!   damaged/          what did not have its digest any more
//! ```
//!
//! What there is of all this is counted [limits], and goes where there is too much [evict].
//!
//! Look-ups use the index alone. The index can be made again from the records, which nothing else reads.
//!
//! Invariants: an entry in the index comes after the bytes that it names are whole and in place; bytes are
//! removed only when no entry names them, under a lock that storing holds shared; bytes are verified before
//! they are decoded; a failure to read or write never removes anything.

mod access;
mod archive;
mod argument;
mod aside;
mod broken;
mod check;
mod content;
mod copied;
mod counters;
mod disk;
mod durability;
mod error;
mod evict;
mod export_record;
mod fault;
mod file_size;
mod filter;
mod folders;
mod forked;
mod gc;
#[cfg(test)]
mod golden;
mod history;
mod index;
mod journal;
mod latest;
mod leases;
mod leftovers;
mod limits;
mod listing;
mod locks;
mod log;
mod mark;
mod memory;
mod nut;
mod nuts;
mod one_machine;
mod ours;
mod packed;
mod parents;
mod patience;
mod peek;
mod pieces;
mod pins;
mod placed;
mod portable;
mod reader;
mod rebuild;
mod record;
mod records;
mod removal;
mod repair;
mod room;
mod rows;
mod sample;
mod schema;
mod scratch;
mod seal;
mod sealing;
mod settle;
mod shared_memory;
mod sqlite_error;
mod storing;
mod sums;
mod trial;
mod unlisted;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub use archive::{Archived, Imported};
pub(crate) use argument::Argument;
pub use check::{Checked, Flaw, FlawKind};
pub use durability::Durability;
pub use error::StashError;
pub(crate) use export_record::Export;
pub use filter::Filter;
pub use history::{PastOutcome, PastRun, PastStep, RunTotals};
pub(crate) use latest::{Latest, short_digest};
pub use leftovers::Leftovers;
pub use listing::{FunctionTotals, NutInfo};
pub(crate) use locks::KeyLock;
pub(crate) use memory::Held;
pub(crate) use nut::Nut;
pub(crate) use nuts::{Neighbour, Unloadable};
pub use ours::{CARGO_FILE, CARGO_MARK};
pub(crate) use patience::last_as_long;
pub use rebuild::Rebuilt;
pub use removal::Removed;
pub use repair::Repaired;
pub use sample::Sample;
pub(crate) use storing::{Keeping, NewNut};

use crate::limit::Limit;
use crate::sync::Process;
use error::io_error;

/// The folder's name.
pub const FOLDER: &str = crate::place::STASH;

/// An open stash. Threads can share it.
///
/// # Examples
///
/// ```
/// use scrat::{Filter, Stash};
///
/// # let folder = tempfile::tempdir()?;
/// # let project = folder.path();
/// let stash = Stash::create(&project.join(".scrat"))?;
/// assert_eq!(Stash::find(&project.join("src/deep/below")).as_deref(), Some(&*project.join(".scrat")));
///
/// assert_eq!(stash.list(&Filter::All)?.len(), 0);
/// assert!(stash.check()?.is_sound());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Stash {
    root: PathBuf,
    /// Which process opened it.
    process: Process,
    writable: bool,
    /// Whether a group shares it.
    shared: bool,
    content: content::Content,
    index: index::Index,
    locks: Arc<locks::Locks>,
    uses: counters::Counters,
    sums: sums::Compared,
    memory: memory::Memory,
    journal: journal::Journal,
    patience: Arc<patience::Patience>,
    leases: leases::Leases,
    /// The most that may be kept.
    limit: Mutex<Limit>,
    unsettled: settle::Unsettled,
}

impl Stash {
    /// The path of the nearest stash at or above a folder.
    pub fn find(from: &Path) -> Option<PathBuf> {
        from.ancestors().map(|folder| folder.join(FOLDER)).find(|stash| Self::is_at(stash))
    }

    /// Whether this folder contains something from which a stash can be opened.
    fn is_at(root: &Path) -> bool {
        // One that the network has lost is there, and opening it says what is wrong.
        let is_there = |found: io::Result<bool>| {
            found.unwrap_or_else(|error| error.kind() == io::ErrorKind::StaleNetworkFileHandle)
        };
        [mark::INDEX, mark::RECORDS].iter().any(|name| is_there(root.join(name).try_exists()))
    }

    /// Opens the stash at `root`, and makes it if there is none, for its user alone: see [`share`](Self::share).
    ///
    /// # Errors
    /// If the stash can't be made or opened.
    pub fn create(root: &Path) -> Result<Self, StashError> {
        mark::refuse_long(root)?;
        access::refuse_private(root)?;
        Self::wait_while_replaced(root)?;
        // Its own mode says whether it is shared, so nothing else is asked for the folder itself.
        let shared = access::is_shared(root);
        if mark::index_at(root)? != mark::Found::Index {
            ours::check_place(root)?;
        }
        Self::make_folder(root)?;
        for folder in ["nuts", "locks", scratch::TMP].map(|name| root.join(name)) {
            access::make_folder(&folder, shared).map_err(|source| io_error("make", &folder, source))?;
        }
        ours::write_gitignore(root, shared)?;
        Self::unopened(root, true).make_index()?;
        Self::open(root)
    }

    /// Makes the folder of a stash for its user alone, with nothing in it, unless it is there.
    ///
    /// # Errors
    /// If it can't be made.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// scrat::Stash::make_folder(&root)?;
    /// assert_eq!(std::fs::read_dir(&root)?.count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn make_folder(root: &Path) -> Result<(), StashError> {
        access::make_root(root).map_err(|source| io_error("make", root, source))
    }

    /// Opens the stash at `root`. If it can't be written, it is opened for reading only.
    ///
    /// # Errors
    /// If there is no stash, if it is another user's who has not shared it, or if it can't be opened.
    pub fn open(root: &Path) -> Result<Self, StashError> {
        mark::refuse_long(root)?;
        access::refuse_private(root)?;
        Self::wait_while_replaced(root)?;
        match mark::index_at(root)? {
            // Its index is lost, and is made again below.
            mark::Found::Nothing if root.join(mark::RECORDS).exists() => {
                if !is_writable(root)? {
                    let source = "it is gone, and whoever may write to the stash makes it again".into();
                    return Err(StashError::Damaged { path: root.to_owned(), source });
                }
            }
            mark::Found::Nothing => return Err(StashError::Missing { path: root.to_owned() }),
            mark::Found::Foreign => return Err(StashError::Foreign { path: root.to_owned() }),
            mark::Found::Index => {}
        }
        let root = root.canonicalize().map_err(|source| io_error("open", root, source))?;
        let writable = is_writable(&root)?;
        Self::open_as(&root, writable)
    }

    /// Waits while another index is put in the place of the one that is there, if somebody ever did that.
    fn wait_while_replaced(root: &Path) -> Result<(), StashError> {
        let stash = Self::unopened(root, false);
        stash.index_lock(stash.patience.limit()).map(drop)
    }

    fn open_as(root: &Path, writable: bool) -> Result<Self, StashError> {
        let mut stash = Self::unopened(root, writable);
        if mark::index_at(root)? == mark::Found::Nothing {
            stash.make_index()?;
        }
        let version = match stash.read("open", schema::version) {
            Err(StashError::ReadOnly { .. }) => {
                // Who only reads can't end what somebody was killed in the middle of. Who may write does.
                match stash.make_index() {
                    Err(StashError::ReadOnly { .. }) => stash.writable = false,
                    made => made?,
                }
                stash.read("open", schema::version)?
            }
            other => other?,
        };
        if version > schema::CURRENT {
            return Err(StashError::TooNew { path: root.to_owned(), found: version, known: schema::CURRENT });
        }
        match stash.writable {
            true if version < schema::CURRENT => stash.make_index()?,
            false if version < schema::CURRENT => stash.read_up_to_date(),
            _ => {}
        }
        Ok(stash)
    }

    fn unopened(root: &Path, writable: bool) -> Self {
        if writable {
            file_size::heed_limit();
        }
        let shared = access::is_shared(root);
        Self {
            root: root.to_owned(),
            process: Process::this(),
            writable,
            shared,
            content: content::Content::new(root, shared),
            index: index::Index::default(),
            locks: Arc::default(),
            uses: counters::Counters::default(),
            sums: sums::Compared::default(),
            memory: memory::Memory::default(),
            journal: journal::Journal::default(),
            patience: Arc::default(),
            leases: leases::Leases::new(root, writable, shared),
            limit: Mutex::default(),
            unsettled: settle::Unsettled::default(),
        }
    }

    /// The same stash, whose results survive what is said from here on.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::{Durability, Stash};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// let stash = Stash::create(&root)?.with_durability(Durability::Power);
    /// assert_eq!(stash.durability(), Durability::Power);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_durability(mut self, durability: Durability) -> Self {
        // A connection that was opened for the old one promises what was promised then.
        self.close();
        self.content.durability = durability;
        self
    }

    /// What its results survive.
    pub fn durability(&self) -> Durability {
        self.content.durability
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether results can be stored in it.
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// Whether its index belongs to another user.
    pub fn is_foreign(&self) -> bool {
        access::is_foreign(&self.root)
    }

    /// Sets what is told when another process that writes to the stash has been waited for for two seconds. It is told
    /// once, and an engine does this for its stash.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
    /// stash.on_long_wait(|| eprintln!("somebody else writes to the stash"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_long_wait(&self, tell: impl Fn() + Send + Sync + 'static) {
        self.patience.set_listener(Box::new(tell));
    }

    /// Does something that opens stashes, and has a wait of more than two seconds told that comes before they are open.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::Stash;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// let tell = || eprintln!("somebody else makes or repairs the stash");
    /// let stash = Stash::telling_of_waits(tell, || Stash::create(&root))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn telling_of_waits<R>(tell: impl Fn() + 'static, work: impl FnOnce() -> R) -> R {
        patience::telling(tell, work)
    }

    /// Its bytes outside the index.
    pub(crate) fn content(&self) -> &content::Content {
        &self.content
    }
}

impl Drop for Stash {
    fn drop(&mut self) {
        if self.is_inherited() {
            self.leave_inherited();
            return;
        }
        self.settle();
        self.close();
    }
}

impl Stash {
    /// What is wrong if an entry of the index does not have its seal.
    fn unsealed(&self) -> StashError {
        StashError::Damaged { path: self.root.clone(), source: "an entry is not what was stored".into() }
    }
}

/// Whether a file can be made in the folder, found out by making one, and the index written to.
fn is_writable(root: &Path) -> Result<bool, StashError> {
    let files =
        ["index.db", "index.db-wal", "index.db-shm", "index.db-journal", mark::RECORDS].map(|name| root.join(name));
    if !files.iter().all(|path| access::may_write(path)) {
        return Ok(false);
    }
    match tempfile::tempfile_in(root) {
        Ok(_) => Ok(true),
        Err(error) if access::says_too_many(&error) => Err(StashError::TooManyFiles { path: root.to_owned() }),
        // A full disk is not a read-only one: what can't be stored is told when it can't be.
        Err(error) => Ok(matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)),
    }
}
