//! A stash in a folder of its own, and what was warned of.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use scrat::{Engine, Event, Stash, Warning};

/// A folder with a stash in it.
pub(crate) struct Sandbox {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) warnings: Arc<Mutex<Vec<Warning>>>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), warnings: Arc::default() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a new process would have: nothing is known but what the stash holds.
    pub(crate) fn engine(&self) -> Arc<Engine> {
        let warnings = self.warnings.clone();
        let stash = Stash::create(&self.path(".scrat")).unwrap();
        Arc::new(Engine::new(Some(stash), move |event| {
            if let Event::Warning(warning) = event {
                warnings.lock().unwrap().push(warning.clone());
            }
        }))
    }

    pub(crate) fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        self.engine().enter(work)
    }

    pub(crate) fn warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }

    /// The files of values that are not in the index.
    pub(crate) fn content(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.path(".scrat/nuts")).unwrap();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect()
    }
}

/// Hits and misses of a function in this process.
pub(crate) fn counts(stats: scrat::Stats) -> (u64, u64) {
    (stats.hits, stats.misses)
}
