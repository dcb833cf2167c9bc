//! Connections to the index: as many readers as threads read at once, and one writer, opened when it is first needed.
//!
//! On a disk of this machine the index is in WAL mode, so readers and the writer don't wait for each other, and what is
//! written stays in a log beside the index until it is carried over. Closing does that, so a stash at rest is one file that
//! anybody can read. On a disk that other machines use as well there is no log, and a commit waits for those who read.

use crate::sync::lock;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, TryLockError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::copied::Copy;
use super::fault::Fault;
use super::locks::{FileLock, Turn};
use super::mark::{BESIDE, INDEX};
use super::reader::{Reader, keep_log, leave};
use super::rebuild::Numbers;
use super::sqlite_error::is_busy;
use super::{Durability, Stash, StashError, access, io_error, schema};

/// The connections that are open.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Held while any of these is open.
    open: Mutex<Option<Arc<FileLock>>>,
    /// Whether somebody kept the lock of those who write for longer than anybody writes.
    has_waited_for_turn: AtomicBool,
    /// How many pages the log had after the last transaction, or 0 once it was seen to.
    pub(super) log_pages: Arc<AtomicU64>,
    // Closed in this order: the last one to be closed carries the log over, and a reader can't.
    pub(super) readers: Mutex<Vec<Reader>>,
    pub(super) writer: Mutex<Option<Connection>>,
    /// Which file the writer has open.
    file: Mutex<Option<access::Identity>>,
    /// Whether it was removed or replaced while it was open.
    was_lost: AtomicBool,
    /// What a reader reads who can't read the index itself.
    pub(super) copy: Mutex<Option<Arc<Copy>>>,
    /// Whether there is no room, and somebody makes some.
    pub(super) needs_room: AtomicBool,
    /// Whether it has an earlier format, and can't be brought up to date.
    pub(super) is_old: AtomicBool,
    pub(super) is_on_one_machine: OnceLock<bool>,
    /// Whether the disk refused a lock.
    pub(super) lacks_locks: AtomicBool,
    /// Whether this program has closed SQLite's files, as one may that closes all that it did not open.
    pub(super) is_closed: AtomicBool,
}

impl Stash {
    /// Writes to the index, after whoever writes to it now.
    pub(super) fn write<R>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<R>,
    ) -> Result<R, StashError> {
        self.write_with(action, |index| Ok(work(index)?))
    }

    /// The same, and to files as well.
    pub(super) fn write_with<R>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, Fault>,
    ) -> Result<R, StashError> {
        self.refuse_inherited()?;
        self.refuse_without_locks()?;
        let mut writer = lock(&self.index.writer);
        let result = self.transact(action, &mut writer, self.patience.limit(), work);
        self.patience.note(matches!(result, Err(StashError::Locked { .. })));
        result
    }

    /// Writes to the index unless somebody else does for longer than this.
    pub(super) fn try_write<R>(
        &self,
        action: &'static str,
        patience: Duration,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<R>,
    ) -> Result<R, StashError> {
        self.refuse_inherited()?;
        self.refuse_without_locks()?;
        let mut writer = match self.index.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(StashError::Locked { path: self.root.clone() }),
        };
        if self.is_index_astray() {
            // Making another one takes longer than who calls this wants to wait.
            return Err(StashError::Locked { path: self.root.clone() });
        }
        self.transact(action, &mut writer, patience, |index| Ok(work(index)?))
    }

    fn transact<R>(
        &self,
        action: &'static str,
        writer: &mut Option<Connection>,
        patience: Duration,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, Fault>,
    ) -> Result<R, StashError> {
        let error = |source| self.error(action, source);
        let until = Instant::now() + patience;
        loop {
            self.leave_if_lost(writer);
            let connection = match &mut *writer {
                Some(connection) => connection,
                None => writer.insert(self.writer(patience)?),
            };
            // SQLite would wait in silence, and with pauses so long that whoever writes in pieces is never met between two.
            connection.busy_timeout(Duration::ZERO).map_err(error)?;
            let connection = &*connection;
            let began = Instant::now();
            let begun = self.patience.wait(patience, || {
                let turn = self.turn_to_write(began)?;
                match Transaction::new_unchecked(connection, TransactionBehavior::Immediate) {
                    Err(busy) if is_busy(&busy) => None,
                    begun => Some((turn, begun)),
                }
            });
            let (turn, begun) = begun.ok_or_else(|| StashError::Locked { path: self.root.clone() })?;
            let transaction = begun.map_err(error)?;
            if !self.is_index_astray() {
                self.settle_records();
                let done = work(&transaction).and_then(|result| Ok((result, self.commit(&transaction, patience)?)));
                if done.is_ok() {
                    // Others may write meanwhile.
                    drop(turn);
                    self.shorten_log(connection);
                }
                // Without a log, what fails may be what comes after the index has it all.
                let may_stand = transaction.is_autocommit() && !self.is_on_one_machine();
                if done.is_err() && self.has_added_records() && !may_stand {
                    // Where SQLite has ended the transaction by itself, others may be writing already.
                    let again = transaction
                        .is_autocommit()
                        .then(|| Transaction::new_unchecked(connection, TransactionBehavior::Immediate));
                    if !matches!(again, Some(Err(_))) {
                        self.take_records_back();
                    }
                }
                return done.map(|(result, ())| result).map_err(|fault| self.told(action, fault));
            }
            // Whoever was waited for has put another one there.
            if Instant::now() >= until {
                return Err(StashError::Locked { path: self.root.clone() });
            }
        }
    }

    /// The turn to write to the index. SQLite sees to that as well, but forgets it of a process that reads the index's files
    /// as any other. None if it is somebody else's: a process that was forked may keep it of one that was killed, so it is
    /// waited for only for a while.
    pub(super) fn turn_to_write(&self, since: Instant) -> Option<Turn> {
        const LONGEST: Duration = Duration::from_secs(1);
        let open = lock(&self.index.open).clone();
        let turn = open.map_or(Turn::Anybodys, |open| open.try_write());
        let is_theirs = matches!(turn, Turn::Theirs);
        let has_waited = &self.index.has_waited_for_turn;
        if !is_theirs {
            has_waited.store(false, Ordering::Relaxed);
        } else if since.elapsed() >= LONGEST {
            has_waited.store(true, Ordering::Relaxed);
        }
        (!is_theirs || has_waited.load(Ordering::Relaxed)).then_some(turn)
    }

    /// The turn to carry the log over while others write, in the same way. Somebody else who is at it does as well.
    pub(super) fn turn_to_carry_over(&self) -> Option<Turn> {
        let open = lock(&self.index.open).clone();
        let turn = open.map_or(Turn::Anybodys, |open| open.try_carry_over());
        (!matches!(turn, Turn::Theirs)).then_some(turn)
    }

    /// Without a log, this waits for those who read, and whoever comes meanwhile waits for this.
    fn commit(&self, transaction: &Transaction<'_>, patience: Duration) -> Result<(), Fault> {
        let done = self.patience.wait(patience, || match transaction.execute_batch("COMMIT") {
            Err(busy) if is_busy(&busy) => None,
            done => Some(done),
        });
        Ok(done.ok_or_else(|| StashError::Locked { path: self.root.clone() })??)
    }

    /// Writes all of the index anew, without its free pages, unless somebody else writes to it.
    pub(super) fn write_anew(&self) -> Result<(), StashError> {
        let writer = lock(&self.index.writer);
        let Some(connection) = &*writer else { return Ok(()) };
        let turn = self.turn_to_write(Instant::now());
        let turn = turn.ok_or_else(|| StashError::Locked { path: self.root.clone() })?;
        let written = connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
        drop(turn);
        self.shorten_log(connection);
        written.map_err(|source| self.error("give space back", source))
    }

    /// Makes the index, or brings it up to date.
    pub(super) fn make_index(&self) -> Result<(), StashError> {
        let mut writer = lock(&self.index.writer);
        if writer.is_none() {
            *writer = Some(self.writer(self.patience.limit())?);
        }
        Ok(())
    }

    /// Whether the index is gone, and can be made of the records.
    pub(super) fn is_lost(&self) -> bool {
        self.writable && !self.index_path().exists() && self.records().exists()
    }

    /// Makes the index if there is none, or if somebody has only begun to make it: what it has, nobody knows before that.
    pub(super) fn join_in_making(&self) -> Result<(), StashError> {
        if !self.writable {
            return Ok(());
        }
        // Whoever reads within a transaction has it already.
        let patience = self.patience.limit();
        let writer = self.patience.wait(patience, || match self.index.writer.try_lock() {
            Ok(writer) => Some(writer),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut writer = writer.ok_or_else(|| StashError::Locked { path: self.root.clone() })?;
        self.leave_if_lost(&mut writer);
        if writer.is_none() {
            *writer = Some(self.writer(patience)?);
        }
        Ok(())
    }

    fn writer(&self, patience: Duration) -> Result<Connection, StashError> {
        if !self.writable {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        let until = Instant::now() + patience;
        loop {
            self.make_file(patience)?;
            match self.prepared(patience) {
                // Somebody has removed what was made, and it is made again until that is in vain for long.
                Err(_) if self.is_lost() && Instant::now() < until => {}
                prepared => return prepared,
            }
        }
    }

    /// A connection to an index that has all that it needs.
    fn prepared(&self, patience: Duration) -> Result<Connection, StashError> {
        self.refuse_other_index()?;
        if !self.can_share() {
            return Err(StashError::Full { path: self.root.clone() });
        }
        let _stays = self.index_lock(patience)?;
        self.hold_open();
        let began = Instant::now();
        let prepare = || -> Result<Connection, Fault> {
            let turn = self.turn_to_write(began);
            let _turn = turn.ok_or_else(|| StashError::Locked { path: self.root.clone() })?;
            let mut connection = self.connect_alone_if_shared()?;
            schema::mark(&connection)?;
            self.choose_log(&connection)?;
            connection.pragma_update(None, "foreign_keys", true)?;
            self.prepare_log(&mut connection)?;
            schema::migrate(&mut connection, &self.content, |index, before| self.complete_index(index, before))?;
            if self.durability() == Durability::Power {
                // The index may be new, and so may the stash.
                let folders = [Some(&*self.root), self.root.parent()];
                let synced = folders.into_iter().flatten().try_for_each(access::sync_folder);
                synced.map_err(|source| io_error("sync", &self.root, source))?;
            }
            if !self.records().exists() && !self.index.needs_room.load(Ordering::Relaxed) {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                match self.rewrite(&transaction) {
                    // Whoever stores tries again.
                    Err(Fault::Stash(full)) if full.is_full() => {}
                    written => written?,
                }
                transaction.commit()?;
            }
            Ok(connection)
        };
        // Where waiting could last for ever, SQLite doesn't begin to: two that both turn an index into one with a log
        // each have what the other needs. Each step can be taken again, so this one begins anew, and with nothing locked.
        let prepared = self.patience.wait(patience, || match prepare().map_err(|fault| self.told("prepare", fault)) {
            Err(StashError::Locked { .. }) => None,
            done => Some(done),
        });
        let connection = prepared.unwrap_or_else(|| Err(StashError::Locked { path: self.root.clone() }))?;
        self.hold_shared_memory();
        let file = access::identity(&self.index_path());
        *lock(&self.index.file) = file;
        self.keep_readers_of(file);
        Ok(connection)
    }

    /// What SQL alone can't bring up to date.
    pub(super) fn complete_index(&self, index: &Connection, before: i64) -> Result<(), Fault> {
        match before {
            // A new index in an old stash: it was lost, or taken away.
            0 => self.import(index, Numbers::default()),
            1..schema::SEALED => self.seal_old(index),
            _ => Ok(()),
        }
    }

    /// Makes the index's file if there is none, with the mode that the umask leaves: SQLite would let nobody else write to
    /// it. What SQLite makes beside it has its mode. A file that is there must not be opened: closing it again would drop
    /// the locks that SQLite has on it in this process.
    fn make_file(&self, patience: Duration) -> Result<(), StashError> {
        let path = self.index_path();
        let is_there = || path.symlink_metadata().is_ok();
        if is_there() {
            return Ok(());
        }
        let _alone = match self.index_lock_alone(patience) {
            Err(locked @ StashError::Locked { .. }) => return Err(locked),
            // Where there are no locks, it is made without.
            other => other.ok(),
        };
        if is_there() {
            return Ok(());
        }
        // What is left of one that was removed, or is still open somewhere, is not this one's.
        for beside in BESIDE {
            drop(std::fs::remove_file(self.root.join(format!("{INDEX}{beside}"))));
        }
        make_empty(&path, self.shared).map_err(|source| match source.kind() {
            ErrorKind::NotFound => StashError::Missing { path: self.root.clone() },
            _ => io_error("make", &path, source),
        })
    }

    /// Whether the index is a file, and what SQLite opens beside it. A link would lead to another stash, or to no stash at
    /// all, and a pipe would be waited for without end.
    pub(super) fn refuse_other_index(&self) -> Result<(), StashError> {
        BESIDE
            .iter()
            .map(|beside| self.root.join(format!("{INDEX}{beside}")))
            .try_for_each(|path| access::refuse_no_file(&path).map_err(|source| io_error("open", &path, source)))
    }

    /// Which file is written to, if one is.
    pub(super) fn written_index(&self) -> Option<access::Identity> {
        *lock(&self.index.file)
    }

    /// Whether the index was removed or replaced while it was in use, and another one is used since.
    pub(crate) fn has_lost_index(&self) -> bool {
        self.index.was_lost.load(Ordering::Relaxed)
    }

    /// Whether the index that is written to is at its place no more: somebody has removed it, or put another there.
    /// SQLite goes on writing to a file without a name, and all of it is lost.
    pub(super) fn is_index_astray(&self) -> bool {
        let open = *lock(&self.index.file);
        open.is_some() && access::identity(&self.index_path()) != open
    }

    /// Leaves an index that is at its place no more, for the one that is there or is made of the records.
    fn leave_if_lost(&self, writer: &mut Option<Connection>) {
        if !self.is_index_astray() {
            return;
        }
        self.index.was_lost.store(true, Ordering::Relaxed);
        if let Some(mut connection) = writer.take() {
            // What it has would be lost with it if it is nowhere else. Where there are records, they know better what is
            // left of it.
            if !self.records().exists() {
                let rest = connection.transaction().map_err(Fault::from).and_then(|index| self.complete(&index));
                drop(rest);
            }
            leave(connection);
        }
        self.keep_readers_of(None);
        *lock(&self.index.file) = None;
    }

    /// Leaves an index that another one was made of, as far as that was possible.
    pub(super) fn leave_index(&self) {
        if let Some(connection) = lock(&self.index.writer).take() {
            leave(connection);
        }
        self.keep_readers_of(None);
        *lock(&self.index.file) = None;
    }

    pub(super) fn connect(
        &self,
        name: PathBuf,
        flags: OpenFlags,
        patience: Duration,
    ) -> Result<Connection, StashError> {
        let error = |source| self.error("open", source);
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(name, flags).map_err(error)?;
        // Without this, a statement is compiled anew for each value that is bound to it, in case another plan is
        // better for that one. It took half of a run's instructions.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(error)?;
        connection.busy_timeout(patience).map_err(error)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    /// Opens the index for a connection that stays, which never removes the log by itself.
    pub(super) fn connect_to_stay(&self, flags: OpenFlags, patience: Duration) -> Result<Connection, StashError> {
        self.hold_open();
        let connection = self.connect(self.index_path(), flags, patience)?;
        keep_log(&connection, true);
        Ok(connection)
    }

    /// Says that this stash has the index open.
    pub(super) fn hold_open(&self) {
        let mut open = lock(&self.index.open);
        if open.is_none() && self.is_on_one_machine() {
            *open = self.open_lock().map(Arc::new);
        }
    }

    /// Carries the log over and removes it, unless others use it.
    fn carry_over(&self, writer: Connection) {
        // The next one who closes does what this one can't.
        drop(writer.busy_timeout(Duration::ZERO));
        drop(writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())));
        keep_log(&writer, false);
        drop(writer);
    }

    /// Writes what is still in memory, and leaves the index as one file, unless other processes use it. It never
    /// waits for long, and whoever uses the stash afterwards opens it again.
    pub fn close(&self) {
        if self.is_inherited() {
            return;
        }
        self.count_uses_at_end();
        self.content.close();
        let readers = std::mem::take(&mut *lock(&self.index.readers));
        let writer = self.index.writer.try_lock();
        if self.index.is_closed.load(Ordering::Relaxed) {
            // Their numbers may be those of other files by now.
            std::mem::forget((readers, writer.map(|mut writer| writer.take())));
            return;
        }
        if !readers.is_empty() || writer.as_ref().is_ok_and(|writer| writer.is_some()) {
            self.let_go_of_shared_memory();
        }
        drop(readers);
        let Ok(mut writer) = writer else { return };
        self.leave_if_lost(&mut writer);
        let open = lock(&self.index.open).take();
        let Some(connection) = writer.take() else { return };
        *lock(&self.index.file) = None;
        if open.as_ref().is_none_or(|open| open.becomes_alone()) {
            self.carry_over(connection);
            return;
        }
        leave(connection);
        drop(open);
        // Who closed at the same moment may have been in the way of this one, and this one of that.
        if let Some(_alone) = self.unopened_lock().filter(|_| self.files().log.is_some())
            && let Ok(connection) = self.connect(self.index_path(), OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::ZERO)
        {
            self.carry_over(connection);
        }
    }
}

/// Makes an empty file for an index.
pub(super) fn make_empty(path: &Path, shared: bool) -> std::io::Result<()> {
    match std::fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Err(there) if there.kind() == ErrorKind::AlreadyExists => {}
        made => drop(made?),
    }
    access::let_group(path, shared);
    Ok(())
}

#[cfg(test)]
mod tests;
