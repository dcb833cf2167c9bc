//! One computation per key over all processes: a lock on one byte of `locks/keys` while a key is computed.
//!
//! The key says which byte. Two keys may have the same one, with luck that nobody has: then one waits for the other. The
//! lock is the operating system's and belongs to an open file, so a killed process leaves none, two
//! stashes that one process has open exclude each other, and a recursion of any depth holds one descriptor. A lock
//! for the whole process would be dropped as any other descriptor of the file is closed; a file for each key costs
//! a descriptor for each level, and its making and removing took a third of a miss.
//!
//! Such a lock has no owner that the system would name. So it is as many bytes long as the number of the process that
//! has it, which others can ask for. Only the first byte counts.
//!
//! A lock saves time, and nothing's correctness hangs on it. Where the system or the file system has none, and where
//! the file can't be opened, the caller goes on without.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Stash, StashError, access, io_error};
use crate::digest::{Digest, Fields};
use crate::sync::{Process, lock};

/// The folder of all locks in a stash.
const LOCKS: &str = "locks";

const KEYS: &str = "keys";
const CONTENT: &str = "content";
const INDEX: &str = "index";
const OPEN: &str = "open";

/// The byte of `open` that whoever writes to the index has.
const WRITER: u64 = 0;

/// The byte that whoever carries its log over has, while others write.
const CARRIER: u64 = 1 << 40;

/// The files in it, but those of leases.
pub(super) const FILES: [&str; 4] = [KEYS, CONTENT, INDEX, OPEN];

/// The keys that one open stash computes.
#[derive(Debug, Default)]
pub(super) struct Locks(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    file: Option<Arc<File>>,
    /// All threads share the open file, whose locks don't exclude each other.
    held: BTreeSet<u64>,
}

/// A key that this process computes.
#[derive(Debug)]
pub(crate) struct KeyLock {
    locks: Arc<Locks>,
    byte: u64,
    /// Where the system's lock is, if there is one.
    file: Option<Arc<File>>,
    /// Which process took it. One that was forked meanwhile has no part in it.
    process: Process,
}

impl Drop for KeyLock {
    fn drop(&mut self) {
        if !self.process.is_this() {
            return;
        }
        let mut state = lock(&self.locks.0);
        if let Some(file) = &self.file {
            system::unlock(file, self.byte);
        }
        state.held.remove(&self.byte);
    }
}

/// A lock of a whole file, which ends with this although a process was forked that has the file open as well.
#[derive(Debug)]
pub(super) struct FileLock {
    file: File,
    process: Process,
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if self.process.is_this() {
            // If this fails, the lock goes as the file is closed.
            drop(self.file.unlock());
        }
    }
}

impl FileLock {
    /// Whether nobody else has it, who then can't get it before this goes. Otherwise it may be lost.
    pub(super) fn becomes_alone(&self) -> bool {
        self.process.is_this() && self.file.try_lock().is_ok()
    }

    pub(super) fn try_write(self: &Arc<Self>) -> Turn {
        self.try_byte(WRITER)
    }

    pub(super) fn try_carry_over(self: &Arc<Self>) -> Turn {
        self.try_byte(CARRIER)
    }

    /// Locks a byte of the file, which has nothing to do with the lock of all of it.
    fn try_byte(self: &Arc<Self>, byte: u64) -> Turn {
        match system::try_lock(&self.file, byte) {
            system::Answer::Mine => Turn::Mine(ByteLock { file: self.clone(), byte }),
            system::Answer::Theirs => Turn::Theirs,
            system::Answer::NoLocks => Turn::Anybodys,
        }
    }
}

/// Whose turn it is to do something with the index.
#[derive(Debug)]
pub(super) enum Turn {
    Mine(#[expect(dead_code, reason = "it is held")] ByteLock),
    Theirs,
    /// There are no such locks.
    Anybodys,
}

/// Held while that is done.
#[derive(Debug)]
pub(super) struct ByteLock {
    file: Arc<FileLock>,
    byte: u64,
}

impl Drop for ByteLock {
    fn drop(&mut self) {
        if self.file.process.is_this() {
            system::unlock(&self.file.file, self.byte);
        }
    }
}

impl From<File> for FileLock {
    fn from(file: File) -> Self {
        Self { file, process: Process::this() }
    }
}

impl Stash {
    /// Locks a key, or says that somebody else has it (`None`).
    pub(crate) fn try_lock(&self, key: &Digest) -> Option<KeyLock> {
        let byte = key.prefix() as u64 & system::LAST;
        let mut state = lock(&self.locks.0);
        if state.held.contains(&byte) {
            return None;
        }
        let mut file = if self.is_writable() { self.keys_file(&mut state) } else { None };
        if let Some(open) = &file {
            match system::try_lock(open, byte) {
                system::Answer::Mine => {}
                system::Answer::Theirs => return None,
                system::Answer::NoLocks => file = None,
            }
        }
        state.held.insert(byte);
        Some(KeyLock { locks: self.locks.clone(), byte, file, process: Process::this() })
    }

    /// Held while something is written to a path outside the stash and noted here: whoever else writes there would take it
    /// for somebody's own. None if the other one takes long.
    pub(crate) fn export_lock(&self, path: &Path) -> Option<KeyLock> {
        let key = Fields::new("scrat export lock").text(&path.to_string_lossy()).finish();
        self.patience.wait(self.patience.limit(), || self.try_lock(&key))
    }

    fn keys_file(&self, state: &mut State) -> Option<Arc<File>> {
        // A file that was removed is no meeting place any more; what is locked in it stays so.
        if state.file.as_deref().is_none_or(access::is_unlinked) {
            state.file = self.lock_file(KEYS).ok().map(Arc::new);
        }
        state.file.clone()
    }

    /// The process that computes a key, if that is another one and the system can tell.
    pub(crate) fn owner_of(&self, key: &Digest) -> Option<u32> {
        let file = lock(&self.locks.0).file.clone()?;
        system::owner(&file, key.prefix() as u64 & system::LAST)
    }

    /// Held while content is stored. Where there are no locks, it is stored without: a deletion at the same moment may
    /// take the content, and the result is computed again.
    pub(super) fn content_lock(&self) -> Result<Option<FileLock>, StashError> {
        let locked = self.lock_file(CONTENT).map_or(Ok(None), |file| self.lock_shared(file, self.patience.limit()));
        if matches!(locked, Err(StashError::Locked { .. })) {
            // That it can be had says nothing of the index, which is waited for next.
            self.patience.note(true);
        }
        locked
    }

    /// Held alone while content is removed.
    pub(super) fn content_lock_alone(&self) -> Result<FileLock, StashError> {
        self.content_lock_alone_within(self.patience.limit())
    }

    /// The same, for who would rather not wait as long.
    pub(super) fn content_lock_alone_within(&self, limit: Duration) -> Result<FileLock, StashError> {
        self.lock_alone(CONTENT, limit)
    }

    /// Held while a connection to the index is made, and nobody may put another index in its place: SQLite opens three
    /// files by their names, one after the other. Who may not write has nothing to hold where nobody ever did it.
    pub(super) fn index_lock(&self, limit: Duration) -> Result<Option<FileLock>, StashError> {
        let file = access::open_plain(&self.root.join(LOCKS).join(INDEX), OpenOptions::new().read(true));
        let file = file.or_else(|error| if self.writable { self.lock_file(INDEX) } else { Err(error) });
        file.map_or(Ok(None), |file| self.lock_shared(file, limit))
    }

    /// Held alone while an index is made, or put in the place of the one that is there.
    pub(super) fn index_lock_alone(&self, limit: Duration) -> Result<FileLock, StashError> {
        self.lock_alone(INDEX, limit)
    }

    /// Held while this stash has the index open. SQLite knows who else has it open, too, but forgets it of a process that
    /// reads the index's files as any other. Whoever has it alone is about to close the index, or was stopped in doing so:
    /// SQLite's locks have to do then.
    pub(super) fn open_lock(&self) -> Option<FileLock> {
        const LONGEST: Duration = Duration::from_secs(1);
        let read_only = || access::open_plain(&self.root.join(LOCKS).join(OPEN), OpenOptions::new().read(true));
        let file = if self.writable { self.lock_file(OPEN) } else { read_only() };
        let file = file.ok()?;
        self.lock_shared(file, LONGEST.min(self.patience.limit())).ok().flatten()
    }

    /// Whether nobody has the index open, and nobody opens it as long as this is held.
    pub(super) fn unopened_lock(&self) -> Option<FileLock> {
        let file = self.lock_file(OPEN).ok()?;
        file.try_lock().ok().map(|()| file.into())
    }

    fn lock_shared(&self, file: File, limit: Duration) -> Result<Option<FileLock>, StashError> {
        match self.wait_for(&file, limit, File::try_lock_shared) {
            Err(StashError::Io { .. }) => Ok(None),
            answer => answer.map(|()| Some(file.into())),
        }
    }

    fn lock_alone(&self, name: &str, limit: Duration) -> Result<FileLock, StashError> {
        if !self.is_writable() {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        let path = self.root.join(LOCKS).join(name);
        let file = self.lock_file(name).map_err(|source| io_error("lock", &path, source))?;
        self.wait_for(&file, limit, File::try_lock)?;
        Ok(file.into())
    }

    fn wait_for(
        &self,
        file: &File,
        limit: Duration,
        attempt: fn(&File) -> Result<(), TryLockError>,
    ) -> Result<(), StashError> {
        let answer = self.patience.wait(limit, || match attempt(file) {
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(source)) if source.kind() == io::ErrorKind::Interrupted => None,
            Err(TryLockError::Error(source)) => Some(Err(io_error("lock", &self.root.join(LOCKS), source))),
            Ok(()) => Some(Ok(())),
        });
        answer.unwrap_or_else(|| Err(StashError::Locked { path: self.root.clone() }))
    }

    fn lock_file(&self, name: &str) -> io::Result<File> {
        let folder = self.root.join(LOCKS);
        access::refuse_link(&folder)?;
        let path = folder.join(name);
        let open = || access::open_plain(&path, OpenOptions::new().create(true).truncate(false).write(true));
        let file = open().or_else(|_| {
            access::make_folder(&folder, self.shared)?;
            open()
        })?;
        access::let_group(&path, self.shared);
        Ok(file)
    }
}

/// Whether nobody gets a lock on the disk that a folder is on: one on a file that nobody else knows is refused.
pub(super) fn are_refused(folder: &Path) -> bool {
    let alone = tempfile::tempfile_in(folder);
    alone.is_ok_and(|file| matches!(system::try_lock(&file, 0), system::Answer::NoLocks) && system::HAS_LOCKS)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::fs::File;

    use nix::errno::Errno;
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;

    pub(super) const HAS_LOCKS: bool = true;

    /// Bits of a key that say its byte: those that an offset has, and one less, so that the end of a range is one, too.
    pub(super) const LAST: u64 = (libc::off_t::MAX as u64) >> 1;

    pub(super) enum Answer {
        Mine,
        Theirs,
        NoLocks,
    }

    pub(super) fn try_lock(file: &File, byte: u64) -> Answer {
        match fcntl(file, FcntlArg::F_OFD_SETLK(&range(libc::F_WRLCK, byte, own_length()))) {
            Ok(_) => Answer::Mine,
            Err(Errno::EAGAIN | Errno::EACCES) => Answer::Theirs,
            Err(_) => Answer::NoLocks,
        }
    }

    pub(super) fn unlock(file: &File, byte: u64) {
        // If this fails, the lock goes as the file is closed.
        let _ = fcntl(file, FcntlArg::F_OFD_SETLK(&range(libc::F_UNLCK, byte, own_length())));
    }

    /// Who has locked a byte through another open file.
    pub(super) fn owner(file: &File, byte: u64) -> Option<u32> {
        let mut found = range(libc::F_WRLCK, byte, 1);
        fcntl(file, FcntlArg::F_OFD_GETLK(&mut found)).ok()?;
        let is_held = found.l_type != libc::F_UNLCK as libc::c_short && found.l_start == byte as libc::off_t;
        is_held.then(|| u32::try_from(found.l_len).ok()).flatten()
    }

    fn own_length() -> u32 {
        std::process::id()
    }

    fn range(kind: libc::c_int, byte: u64, length: u32) -> libc::flock {
        libc::flock {
            l_type: kind as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: byte as libc::off_t,
            l_len: libc::off_t::from(length),
            l_pid: 0,
        }
    }
}

/// Locks of an open file on ranges of bytes are Linux's.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    use std::fs::File;

    pub(super) const HAS_LOCKS: bool = false;

    pub(super) const LAST: u64 = u64::MAX;

    pub(super) enum Answer {
        #[expect(dead_code, reason = "other systems lock nothing")]
        Mine,
        #[expect(dead_code, reason = "other systems lock nothing")]
        Theirs,
        NoLocks,
    }

    pub(super) fn try_lock(_: &File, _: u64) -> Answer {
        Answer::NoLocks
    }

    pub(super) fn unlock(_: &File, _: u64) {}

    pub(super) fn owner(_: &File, _: u64) -> Option<u32> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_locked_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = [(), ()].map(|()| Stash::create(&folder.path().join(".scrat")).unwrap());
        let key = Digest::of(b"key");
        let held = one.try_lock(&key).unwrap();
        assert!(two.try_lock(&key).is_none(), "by another stash of this process");
        assert!(one.try_lock(&key).is_none(), "by another thread");
        let other = two.try_lock(&Digest::of(b"other")).unwrap();
        drop(std::fs::File::open(folder.path().join(".scrat/locks/keys")).unwrap());
        assert!(two.try_lock(&key).is_none(), "though a descriptor of the file was closed");
        drop(held);
        let held = two.try_lock(&key).unwrap();
        drop(other);
        assert!(one.try_lock(&key).is_none(), "though a neighbour was released");
        drop(held);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn whoever_waits_for_a_key_learns_which_process_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = [(), ()].map(|()| Stash::create(&folder.path().join(".scrat")).unwrap());
        let [key, free] = [b"key", b"one"].map(|name| Digest::of(name));
        let held = one.try_lock(&key).unwrap();
        assert!(two.try_lock(&key).is_none());
        assert_eq!(two.owner_of(&key), Some(std::process::id()));
        assert_eq!(two.owner_of(&free), None);
        drop(held);
        assert_eq!(two.owner_of(&key), None);
    }

    #[test]
    fn content_is_waited_for_for_a_limited_time() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let [one, two] = [(), ()].map(|()| Stash::create(&root).unwrap());
        two.patience.note(true);
        let alone = one.content_lock_alone().unwrap();
        assert!(matches!(two.content_lock(), Err(StashError::Locked { .. })));
        assert!(matches!(two.content_lock_alone(), Err(StashError::Locked { .. })));
        drop(alone);
        let stored = [one.content_lock().unwrap(), two.content_lock().unwrap()];
        assert!(stored.iter().all(Option::is_some), "who stores does not exclude others who do");
        let at_once = one.content_lock_alone_within(Duration::ZERO);
        assert!(matches!(at_once, Err(StashError::Locked { .. })));
    }

    #[test]
    fn a_lock_file_that_is_gone_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let [one, two] = [(), ()].map(|()| Stash::create(&root).unwrap());
        let held = [&one, &two].map(|stash| stash.try_lock(&Digest::of(b"before")));
        std::fs::remove_dir_all(root.join("locks")).unwrap();
        let key = Digest::of(b"after");
        let _after = one.try_lock(&key).unwrap();
        assert!(two.try_lock(&key).is_none());
        drop(held);
        assert!(two.try_lock(&Digest::of(b"before")).is_some());
        assert!(one.content_lock().unwrap().is_some());
    }

    #[test]
    fn a_lock_that_cannot_be_had_is_gone_without() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        std::fs::remove_dir_all(root.join("locks")).unwrap();
        std::fs::write(root.join("locks"), "in the way").unwrap();
        let key = Digest::of(b"key");
        let held = stash.try_lock(&key).unwrap();
        assert!(stash.try_lock(&key).is_none(), "threads of this process are still told apart");
        drop(held);
        assert!(stash.try_lock(&key).is_some());
    }

    #[test]
    fn many_threads_never_hold_one_key_together() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let shared = Stash::create(&root).unwrap();
        let key = Digest::of(b"key");
        let inside = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (root, shared, inside) = (&root, &shared, &inside);
                scope.spawn(move || {
                    // Two threads share a stash, and two have one of their own.
                    let own = Stash::open(root).unwrap();
                    let stash = if thread % 2 == 0 { shared } else { &own };
                    let mut taken = 0;
                    while taken < 50 {
                        if let Some(held) = stash.try_lock(&key) {
                            assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                            drop(held);
                            taken += 1;
                        } else {
                            std::thread::yield_now();
                        }
                    }
                });
            }
        });
    }
}
