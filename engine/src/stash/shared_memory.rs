//! What processes share beside the index: `index.db-shm`, which SQLite makes of holes and maps into memory. A process that
//! writes to a hole for which there is no room is killed by the system, so there must be none.

use std::path::PathBuf;

use super::Stash;
use super::mark::INDEX;

/// How long the file is.
const LENGTH: u64 = 32 << 10;

/// With the blocks that tell where it is.
const NEEDED: u64 = 64 << 10;

impl Stash {
    /// Whether there is room for it, before SQLite makes it.
    pub(super) fn can_share(&self) -> bool {
        system::is_there_or_fits(&self.shared_memory(), LENGTH, NEEDED)
    }

    /// Takes the room for all of it, once SQLite has made it. SQLite itself does so for pages of 4 KiB, by their last
    /// bytes, which leaves holes where blocks are smaller. Says whether there was room.
    pub(super) fn fill_shared_memory(&self) -> bool {
        system::fill(&self.shared_memory(), LENGTH)
    }

    fn shared_memory(&self) -> PathBuf {
        self.root().join(format!("{INDEX}-shm"))
    }
}

#[cfg(unix)]
mod system {
    use std::fs::{self, File};
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;
    use std::sync::Mutex;

    use rustix::fs::{FallocateFlags, fallocate, statvfs};
    use rustix::io::Errno;

    use crate::stash::access::{Identity, identity, open_plain};
    use crate::sync::lock;

    /// Whether so many bytes of a file are on the disk, and are no holes, or fit there.
    pub(super) fn is_there_or_fits(path: &Path, bytes: u64, room: u64) -> bool {
        let folder = path.parent().unwrap_or(path);
        let free = || {
            // What is kept for root alone, or by the file system for itself, can't be told apart.
            let disk = statvfs(folder).ok()?;
            Some(disk.f_bavail.saturating_mul(disk.f_frsize))
        };
        is_there(path, bytes) || free().is_none_or(|free| free >= room)
    }

    fn is_there(path: &Path, bytes: u64) -> bool {
        const BLOCK: u64 = 512;
        fs::symlink_metadata(path).is_ok_and(|file| file.len() >= bytes && file.blocks() * BLOCK >= file.len())
    }

    pub(super) fn fill(path: &Path, bytes: u64) -> bool {
        const PAGE: u64 = 4_096;
        /// Those that are open, for as long as the process lives: whoever closes a file drops the locks that SQLite has on
        /// it in this process.
        static FILLED: Mutex<Vec<(Identity, File)>> = Mutex::new(Vec::new());
        let has_small_blocks = || statvfs(path).is_ok_and(|disk| disk.f_frsize < PAGE);
        if is_there(path, bytes) || !has_small_blocks() {
            return true;
        }
        let Some(which) = identity(path) else { return true };
        let mut filled = lock(&FILLED);
        if !filled.iter().any(|(known, _)| *known == which) {
            let Ok(file) = open_plain(path, File::options().read(true).write(true)) else { return true };
            filled.push((which, file));
        }
        let file = filled.iter().find(|(known, _)| *known == which).map(|(_, file)| file);
        // Where this can't be asked for, there may be holes.
        file.is_none_or(|file| {
            !matches!(fallocate(file, FallocateFlags::empty(), 0, bytes), Err(Errno::NOSPC | Errno::DQUOT))
        })
    }
}

#[cfg(not(unix))]
mod system {
    use std::path::Path;

    pub(super) fn is_there_or_fits(_: &Path, _: u64, _: u64) -> bool {
        true
    }

    pub(super) fn fill(_: &Path, _: u64) -> bool {
        true
    }
}
