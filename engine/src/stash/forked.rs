//! What becomes of an open stash in a process that was forked from the one that opened it.
//!
//! The connections to the index are there, and SQLite's locks, which belong to a process, are not: nobody would know that
//! this process uses the index, and what it wrote would be lost. Locks of an open file are shared with the parent, so
//! letting go of one here would let go of the parent's. So nothing is done with what was inherited but to leave it, and
//! the stash is opened anew.

use std::path::Path;

use super::reader::leave;
use super::{Stash, StashError};

impl Stash {
    /// Whether another process opened it, from which this one was forked.
    pub(super) fn is_inherited(&self) -> bool {
        self.process != std::process::id()
    }

    pub(super) fn refuse_inherited(&self) -> Result<(), StashError> {
        if self.is_inherited() { Err(self.forked_error()) } else { Ok(()) }
    }

    pub(crate) fn forked_error(&self) -> StashError {
        StashError::Forked { path: self.root.clone() }
    }

    /// Opens it for this process. It may never return: SQLite has locks of its own, which a thread of the parent's may have
    /// had, and that thread is not here to let go of them.
    ///
    /// # Errors
    /// If it can't be opened, or if a thread used it as this process was forked.
    pub(crate) fn anew(&self) -> Result<Self, StashError> {
        self.leave_inherited();
        if is_open_here(&self.index_path()) {
            return Err(self.forked_error());
        }
        let stash = Self::open(&self.root)?;
        stash.set_memory(self.memory.budget());
        Ok(if stash.durability() == self.durability() { stash } else { stash.with_durability(self.durability()) })
    }

    /// Lets go of all connections, and changes nothing by it. Whatever a thread of the parent's has in use stays so.
    pub(super) fn leave_inherited(&self) {
        if let Ok(mut readers) = self.index.readers.try_lock() {
            readers.drain(..).for_each(super::reader::Reader::leave);
        }
        if let Ok(mut writer) = self.index.writer.try_lock() {
            writer.take().into_iter().for_each(leave);
        }
        self.content.leave_inherited();
        if let Ok(mut copy) = self.index.copy.try_lock() {
            // Its folder is the parent's to remove.
            copy.take().into_iter().for_each(std::mem::forget);
        }
    }
}

/// Whether this process has a file open. Where the system doesn't tell, it may.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_open_here(path: &Path) -> bool {
    let Some(file) = super::access::identity(path) else { return false };
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return true };
    open.flatten().any(|entry| super::access::identity(&entry.path()) == Some(file))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_open_here(_: &Path) -> bool {
    true
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
