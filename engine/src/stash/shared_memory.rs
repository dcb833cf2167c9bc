//! What processes share beside the index: `index.db-shm`, which SQLite makes of holes and maps into memory. A process that
//! writes to a hole for which there is no room is killed by the system, so there must be none.
//!
//! SQLite takes room for it by pages of 4 KiB, by writing the last byte of each. Where a disk has smaller blocks, that leaves
//! holes, so it is made here, as SQLite makes it, before SQLite opens it.
//!
//! Whoever opens it first cuts it, and a process that uses what was cut off is killed as well. That somebody has it open,
//! SQLite tells by a lock of the process's, which is gone once the program itself has read the file, as a backup does. So
//! the same is told here, by a lock of an open file's.

use std::path::PathBuf;

use super::Stash;
use super::mark::INDEX;

impl Stash {
    /// Whether there is room for it, where it is needed.
    pub(super) fn can_share(&self) -> bool {
        !self.is_on_one_machine() || system::can_share(&self.index_path(), &self.shared_memory())
    }

    /// Says that this process has it open, once it has.
    pub(super) fn hold_shared_memory(&self) {
        #[cfg(target_os = "linux")]
        if self.is_on_one_machine() {
            held::hold(&self.shared_memory());
        }
    }

    /// Says that it is no more needed than SQLite's connections need it, before they are closed.
    pub(super) fn let_go_of_shared_memory(&self) {
        #[cfg(target_os = "linux")]
        held::let_go(&self.shared_memory());
    }

    fn shared_memory(&self) -> PathBuf {
        self.root().join(format!("{INDEX}-shm"))
    }
}

#[cfg(unix)]
mod system {
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use rustix::fs::statvfs;

    /// How long the file is at first.
    const LENGTH: u64 = 32 << 10;

    /// With the blocks that tell where it is.
    const NEEDED: u64 = 64 << 10;

    pub(super) fn can_share(index: &Path, memory: &Path) -> bool {
        // Where nothing can be told, SQLite tells it.
        let Ok(disk) = statvfs(index) else { return true };
        #[cfg(target_os = "linux")]
        if disk.f_frsize < 4_096
            && let Some(is_made) = super::held::make(index, memory)
        {
            return is_made;
        }
        // What is kept for root alone, or by the file system for itself, can't be told apart.
        is_there(memory, LENGTH) || disk.f_bavail.saturating_mul(disk.f_frsize) >= NEEDED
    }

    /// Whether so many bytes of a file are on the disk, and are no holes.
    pub(super) fn is_there(path: &Path, bytes: u64) -> bool {
        const BLOCK: u64 = 512;
        fs::symlink_metadata(path).is_ok_and(|file| file.len() >= bytes && file.blocks() * BLOCK >= file.len())
    }
}

#[cfg(not(unix))]
mod system {
    use std::path::Path;

    pub(super) fn can_share(_: &Path, _: &Path) -> bool {
        true
    }
}

#[cfg(target_os = "linux")]
mod held {
    use std::fs::{File, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    use std::path::Path;
    use std::sync::{LazyLock, Mutex};

    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;

    use crate::stash::access::{Identity, identity, open_plain};
    use crate::sync::{OfProcess, lock};

    /// For eight pieces of what SQLite maps: as much as a log of 128 MiB needs, and it seldom has more than half of that.
    pub(super) const LENGTH: u64 = 256 << 10;

    /// The byte by which SQLite tells whether anybody has the file open: whoever finds it free makes the file empty, and
    /// then locks it as a reader for as long as it has the file open.
    const OPEN: libc::off_t = 128;

    /// Those that this process has or had open, for as long as it lives: whoever closes a file drops the locks that SQLite
    /// has on it in this process.
    ///
    /// One that was forked has its own: a thread of its parent's may have been at these.
    static OPENED: LazyLock<OfProcess<Mutex<Vec<Opened>>>> = LazyLock::new(OfProcess::default);

    struct Opened {
        which: Identity,
        file: File,
        /// Whether this process says that it has it open.
        is_held: bool,
    }

    /// Makes the file whole, and holds it. Says whether there was room, if that can be told.
    pub(super) fn make(index: &Path, memory: &Path) -> Option<bool> {
        with(memory, || open(index, memory), Opened::prepare)?
    }

    /// Holds a file that is there.
    pub(super) fn hold(memory: &Path) {
        let [both, reading] =
            [true, false].map(|write| move || open_plain(memory, File::options().read(true).write(write)));
        with(memory, || both().or_else(|_| reading()), Opened::hold);
    }

    /// Lets SQLite remove the file with its last connection.
    pub(super) fn let_go(memory: &Path) {
        with(
            memory,
            || Err(io::ErrorKind::NotFound.into()),
            |file| {
                lock_as(&file.file, libc::F_UNLCK);
                file.is_held = false;
            },
        );
    }

    /// Does something with the file that is at a path. It is opened unless it was before.
    fn with<R>(
        memory: &Path,
        open: impl FnOnce() -> io::Result<File>,
        work: impl FnOnce(&mut Opened) -> R,
    ) -> Option<R> {
        let mut all = lock(OPENED.here().get_or_init(Mutex::default));
        // SQLite removes it with the last connection, and nobody has locks on it then.
        all.retain(|it| it.file.metadata().is_ok_and(|metadata| metadata.nlink() > 0));
        let which = identity(memory);
        if let Some(known) = all.iter_mut().find(|it| Some(it.which) == which) {
            return Some(work(known));
        }
        let file = open().ok()?;
        let metadata = file.metadata().ok()?;
        let mut new = Opened { which: (metadata.dev(), metadata.ino()), file, is_held: false };
        let result = work(&mut new);
        all.push(new);
        Some(result)
    }

    impl Opened {
        fn prepare(&mut self) -> Option<bool> {
            let file = &self.file;
            // If nobody has it open, what is in it is of no use. SQLite's own locks on what this process holds may be gone.
            let is_first = !self.is_held && lock_as(file, libc::F_WRLCK);
            let is_empty = !is_first || file.set_len(0).is_ok();
            let is_made = if is_empty { fill(file) } else { None };
            if is_first && is_made != Some(true) {
                drop(file.set_len(0));
                lock_as(file, libc::F_UNLCK);
            } else {
                self.hold();
            }
            is_made
        }

        fn hold(&mut self) {
            self.is_held = self.is_held || lock_as(&self.file, libc::F_RDLCK);
        }
    }

    fn fill(file: &File) -> Option<bool> {
        match fallocate(file, FallocateFlags::empty(), 0, LENGTH) {
            Ok(()) => Some(true),
            Err(Errno::NOSPC | Errno::DQUOT) => Some(false),
            Err(_) => None,
        }
    }

    /// Opens the file, with the owner and the mode that SQLite would give it.
    fn open(index: &Path, memory: &Path) -> io::Result<File> {
        let of_index = index.metadata()?;
        match open_plain(memory, File::options().read(true).write(true).create_new(true)) {
            Err(there) if there.kind() == io::ErrorKind::AlreadyExists => {
                open_plain(memory, File::options().read(true).write(true))
            }
            Ok(file) => {
                file.set_permissions(Permissions::from_mode(of_index.mode() & 0o777))?;
                // Only root may, and only root needs to.
                drop(fchown(&file, Some(of_index.uid()), Some(of_index.gid())));
                Ok(file)
            }
            failed => failed,
        }
    }

    fn lock_as(file: &File, kind: libc::c_int) -> bool {
        fcntl(file, FcntlArg::F_OFD_SETLK(&byte(kind))).is_ok()
    }

    fn byte(kind: libc::c_int) -> libc::flock {
        libc::flock {
            l_type: kind as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: OPEN,
            l_len: 1,
            l_pid: 0,
        }
    }

    /// Whether somebody says so.
    #[cfg(test)]
    pub(super) fn is_open(file: &File) -> bool {
        let mut found = byte(libc::F_WRLCK);
        fcntl(file, FcntlArg::F_OFD_GETLK(&mut found)).unwrap();
        found.l_type != libc::F_UNLCK as libc::c_short
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::held::{self, LENGTH, make};
    use crate::stash::evict::given::{Given, Place};

    fn files(place: &Place) -> [std::path::PathBuf; 2] {
        ["index.db", "index.db-shm"].map(|name| place.root.join(name))
    }

    #[test]
    fn what_was_made_before_sqlite_opens_it_is_what_sqlite_uses() {
        let place = Place::new();
        let [index, memory] = files(&place);
        Given::new("before").put(&place.stash());
        // As a killed process would have left it.
        std::fs::write(&memory, [0xaa; 40_000]).unwrap();
        assert_eq!(make(&index, &memory), Some(true));
        let [one, other] = [(), ()].map(|()| rusqlite::Connection::open(&index).unwrap());
        one.execute("INSERT INTO failures VALUES (x'00', 1, 'no')", ()).unwrap();
        let failures = |index: &rusqlite::Connection| -> i64 {
            index.query_row("SELECT count(*) FROM failures", (), |row| row.get(0)).unwrap()
        };
        assert_eq!(failures(&other), 1);
        assert!(memory.metadata().unwrap().len() == LENGTH, "nobody has cut it");
        held::let_go(&memory);
        drop((one, other));
        assert!(!memory.exists(), "a stash at rest is one file");
        assert_eq!(make(&index, &memory), Some(true));
        assert!(place.stash().check().unwrap().is_sound());
    }

    #[test]
    fn it_is_known_to_be_open_after_the_program_has_read_it() {
        let place = Place::new();
        let [_, memory] = files(&place);
        let stash = place.stash();
        Given::new("before").put(&stash);
        // SQLite's locks in this process are gone with it.
        drop(std::fs::read(&memory));
        let other = std::fs::File::options().read(true).write(true).open(&memory).unwrap();
        assert!(held::is_open(&other));
        Given::new("after").put(&stash);
        stash.close();
        assert!(!memory.exists() && !held::is_open(&other));
    }

    #[test]
    fn what_somebody_uses_is_only_made_longer() {
        let place = Place::new();
        let [index, memory] = files(&place);
        let stash = place.stash();
        Given::new("before").put(&stash);
        // Not read here: who closes it drops the locks on it.
        let content = || std::process::Command::new("cat").arg(&memory).output().unwrap().stdout;
        let before = content();
        assert_eq!(make(&index, &memory), Some(true));
        let after = content();
        assert!(after.len() as u64 == LENGTH && after[..before.len()] == before);
        Given::new("after").put(&stash);
        assert_eq!(place.stash().list(&crate::stash::Filter::All).unwrap().len(), 2);
    }
}
