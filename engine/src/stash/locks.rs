//! One computation per key over all processes: a lock file per key while it is computed.
//!
//! The lock is the operating system's (`flock` and its like), so a killed process leaves none. The file is
//! removed by the holder, which makes a race with the next one who opens it: after locking, a file that is
//! no longer the one at the path is let go and the next one tried.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::{Stash, StashError, io_error};
use crate::digest::Digest;

/// A key that this process computes.
#[derive(Debug)]
pub(crate) struct KeyLock {
    path: PathBuf,
    _file: File,
}

impl Drop for KeyLock {
    fn drop(&mut self) {
        // A file that stays behind is found and locked by the next one who wants it.
        drop(std::fs::remove_file(&self.path));
    }
}

impl Stash {
    /// Locks a key, or says that another process has it (`None`).
    pub(crate) fn try_lock(&self, key: &Digest) -> Result<Option<KeyLock>, StashError> {
        if !self.writable {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        let path = self.root.join("locks").join(key.to_string());
        loop {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(|source| io_error("open", &path, source))?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => return Ok(Some(KeyLock { path, _file: file })),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) => return Err(io_error("lock", &path, source)),
            }
        }
    }

    /// Held shared while content is stored, and alone while content is removed.
    pub(super) fn content_lock(&self, alone: bool) -> Result<File, StashError> {
        if !self.writable {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        let path = self.root.join("locks").join("content");
        let error = |source| io_error("lock", &path, source);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(error)?;
        if alone { file.lock() } else { file.lock_shared() }.map_err(error)?;
        Ok(file)
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere an open file can't be removed, so it is still there.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_locked_by_one_at_a_time_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = [(), ()].map(|()| Stash::create(&folder.path().join(".scrat")).unwrap());
        let key = Digest::of(b"key");
        let held = one.try_lock(&key).unwrap().unwrap();
        assert!(two.try_lock(&key).unwrap().is_none());
        assert!(two.try_lock(&Digest::of(b"other")).unwrap().is_some());
        drop(held);
        assert!(two.try_lock(&key).unwrap().is_some());
        assert_eq!(std::fs::read_dir(folder.path().join(".scrat/locks")).unwrap().count(), 0);
    }

    #[test]
    fn many_threads_never_hold_one_key_together() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        drop(Stash::create(&root).unwrap());
        let key = Digest::of(b"key");
        let inside = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let stash = Stash::open(&root).unwrap();
                    let mut taken = 0;
                    while taken < 50 {
                        if let Some(held) = stash.try_lock(&key).unwrap() {
                            assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                            drop(held);
                            taken += 1;
                        }
                    }
                });
            }
        });
    }
}
