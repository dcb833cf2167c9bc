//! What becomes of an open stash in a process that was forked from the one that opened it.
//!
//! The connections to the index are there, and SQLite's locks, which belong to a process, are not: nobody would know that
//! this process uses the index, and what it wrote would be lost. Locks of an open file are shared with the parent, so
//! letting go of one here would let go of the parent's. So nothing is done with what was inherited but to leave it, and
//! the stash is opened anew.

use super::reader::leave;
use super::{Stash, StashError, io_error};

impl Stash {
    /// Whether another process opened it, from which this one was forked.
    pub(super) fn is_inherited(&self) -> bool {
        !self.process.is_this()
    }

    pub(super) fn refuse_inherited(&self) -> Result<(), StashError> {
        if self.is_inherited() { Err(self.forked_error()) } else { Ok(()) }
    }

    pub(crate) fn forked_error(&self) -> StashError {
        StashError::Forked { path: self.root.clone() }
    }

    /// Whether nothing of the index is open in this process, whatever SQLite thinks.
    pub(super) fn is_closed_by_others(&self) -> bool {
        system::open_here(&self.index_path()) == Some(0)
    }

    pub(super) fn closed_error(&self) -> StashError {
        let closed = std::io::Error::other("this program has closed files that it did not open");
        io_error("use", &self.index_path(), closed)
    }

    /// Opens it for this process. It may never return: SQLite has locks of its own, which a thread of the parent's may have
    /// had, and that thread is not here to let go of them.
    ///
    /// # Errors
    /// If it can't be opened, or if a thread used it as this process was forked, or if it is open twice.
    pub(crate) fn anew(&self) -> Result<Self, StashError> {
        if !self.leave_inherited() || system::open_here(&self.index_path()).is_none_or(|open| open > 0) {
            return Err(self.forked_error());
        }
        system::let_go_of_locks(&self.root);
        let stash = Self::open(&self.root)?;
        stash.set_memory(self.memory.budget());
        Ok(if stash.durability() == self.durability() { stash } else { stash.with_durability(self.durability()) })
    }

    /// Leaves all that the parent opened, and changes nothing by it. False if something of it is in use, or is not there: a
    /// process that has closed what it didn't open may have files of its own under the same numbers.
    pub(crate) fn leave_inherited(&self) -> bool {
        // Files that are no more needed here are closed with the process.
        std::mem::forget((self.locks.clone(), self.leases.clone()));
        self.content.leave_inherited();
        let (Ok(mut readers), Ok(mut writer)) = (self.index.readers.try_lock(), self.index.writer.try_lock()) else {
            return false;
        };
        if let Ok(mut copy) = self.index.copy.try_lock() {
            // Its folder is the parent's to remove.
            copy.take().into_iter().for_each(std::mem::forget);
        }
        let own = readers.len() + usize::from(writer.is_some());
        if system::open_here(&self.index_path()).is_none_or(|open| open < own) {
            std::mem::forget((readers.drain(..).collect::<Vec<_>>(), writer.take()));
            return false;
        }
        readers.drain(..).for_each(super::reader::Reader::leave);
        writer.take().into_iter().for_each(leave);
        true
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::fs::{self, File};
    use std::path::{Path, PathBuf};

    use crate::stash::access;

    /// What this process has open: numbers, and where the system finds each.
    fn open_files() -> Option<Vec<(i32, PathBuf)>> {
        let entries = fs::read_dir("/proc/self/fd").ok()?.flatten();
        Some(entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path()))).collect())
    }

    /// How often this process has a file open, if that can be told.
    pub(super) fn open_here(path: &Path) -> Option<usize> {
        let file = access::identity(path)?;
        Some(open_files()?.iter().filter(|(_, open)| access::identity(open) == Some(file)).count())
    }

    /// Takes this process's part in the parent's locks away, which they would outlive the parent by: a lock belongs to an open
    /// file, and goes with the last number of that. The numbers stay taken.
    pub(super) fn let_go_of_locks(root: &Path) {
        let folders = ["locks", "tmp"].map(|name| root.join(name));
        let Ok(nothing) = File::open("/dev/null") else { return };
        for (number, place) in open_files().into_iter().flatten() {
            let is_lock = fs::read_link(&place).is_ok_and(|file| folders.iter().any(|folder| file.starts_with(folder)));
            if is_lock {
                use std::os::fd::AsRawFd;
                #[expect(unsafe_code, reason = "nothing safe replaces what is behind a number")]
                // SAFETY: the file is one of scrat's own, so nothing but scrat uses its number, which stays an open file's.
                unsafe {
                    nix::libc::dup3(nothing.as_raw_fd(), number, nix::libc::O_CLOEXEC);
                }
            }
        }
    }
}

/// Elsewhere nobody can tell, and a process that was forked has no stash.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    use std::path::Path;

    pub(super) fn open_here(_: &Path) -> Option<usize> {
        None
    }

    pub(super) fn let_go_of_locks(_: &Path) {}
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::super::evict::given::Given;
    use super::*;
    use crate::engine::Engine;
    use crate::stash::Filter;

    fn wait_for(file: &str) {
        let began = Instant::now();
        while !Path::new(file).exists() {
            assert!(began.elapsed() < Duration::from_secs(60), "{file}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What the child does, and with what it ends.
    fn child(inherited: &Arc<Engine>) -> i32 {
        let refused = inherited.stash().map(|stash| Given::new("refused").try_put(stash));
        if !matches!(refused, Some(Err(StashError::Forked { .. }))) {
            return 2;
        }
        wait_for("closed");
        let engine = inherited.enter(Engine::current);
        let Some(stash) = engine.stash() else { return 3 };
        let count = Given::new("child").try_put(stash).and_then(|_| stash.list(&Filter::All)).map(|all| all.len());
        if !matches!(count, Ok(3)) {
            return 4;
        }
        0
    }

    #[test]
    #[ignore = "it is called by the test below"]
    fn forking_in_a_process_of_its_own() {
        if !Path::new(".scrat").exists() {
            return;
        }
        let engine = Arc::new(Engine::new(Some(Stash::open(Path::new(".scrat")).unwrap()), |_| {}));
        Given::new("before").put(engine.stash().unwrap());
        #[expect(unsafe_code, reason = "nothing safe forks")]
        // SAFETY: no other thread does anything meanwhile but wait.
        let process = unsafe { nix::libc::fork() };
        if process == 0 {
            let code = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| child(&engine))).unwrap_or(1);
            #[expect(unsafe_code, reason = "what the harness does at the end is the parent's affair")]
            // SAFETY: nothing comes after it.
            unsafe {
                nix::libc::_exit(code)
            }
        }
        Given::new("parent").put(engine.stash().unwrap());
        drop(engine);
        std::fs::write("closed", "").unwrap();
        let mut status = 0;
        #[expect(unsafe_code, reason = "it was forked without a handle of it")]
        // SAFETY: the status is there to be written to.
        unsafe {
            nix::libc::waitpid(process, &raw mut status, 0);
        }
        assert_eq!(status, 0);
        std::fs::write("over", "").unwrap();
    }

    #[test]
    fn what_a_forked_process_stores_is_there_although_its_parent_has_closed_the_stash() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        drop(Stash::create(&root).unwrap());
        let mut forking = std::process::Command::new(std::env::current_exe().unwrap());
        forking.current_dir(folder.path());
        forking.args(["--ignored", "--exact", "stash::forked::tests::forking_in_a_process_of_its_own"]);
        let output = forking.output().unwrap();
        assert!(folder.path().join("over").exists(), "{}", String::from_utf8_lossy(&output.stdout));
        let stash = Stash::open(&root).unwrap();
        assert_eq!(stash.list(&Filter::All).unwrap().len(), 3);
        assert!(stash.check().unwrap().is_sound());
    }
}
