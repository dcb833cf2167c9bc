//! A stash in a folder of its own, and pipelines run in it.

use std::path::Path;
use std::sync::{Arc, Mutex};

use scrat::{Engine, Event, Stash};
use scrat_engine::{Force, Given, Graph, Plan, RunOptions, RunReport, pipelines};

/// A stash in a folder of its own, and what the engine told.
pub(crate) struct Sandbox {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), events: Arc::default() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// A fresh engine, as a new process would have.
    pub(crate) fn engine(&self) -> Arc<Engine> {
        let root = self.folder.path().join(".scrat");
        let stash = if root.exists() { Stash::open(&root) } else { Stash::create(&root) };
        let events = self.events.clone();
        Arc::new(Engine::new(Some(stash.unwrap()), move |event| events.lock().unwrap().push(event.clone())))
    }

    pub(crate) fn run(&self, pipeline: &str, given: &[(&str, &str)]) -> RunReport {
        self.run_with(pipeline, given, &Force::Nothing, on_threads(4))
    }

    pub(crate) fn run_with(
        &self,
        pipeline: &str,
        given: &[(&str, &str)],
        force: &Force,
        options: RunOptions,
    ) -> RunReport {
        let engine = self.engine();
        let graph = graph(pipeline, given);
        let plan = Plan::new(&engine, &graph, force);
        scrat_engine::run(&engine, pipeline, &graph, &plan, &options).unwrap()
    }

    pub(crate) fn plan(&self, pipeline: &str, given: &[(&str, &str)]) -> (Graph, Plan) {
        let graph = graph(pipeline, given);
        let plan = Plan::new(&self.engine(), &graph, &Force::Nothing);
        (graph, plan)
    }
}

pub(crate) fn on_threads(jobs: usize) -> RunOptions {
    let mut options = RunOptions::default();
    options.jobs = Some(jobs);
    options
}

pub(crate) fn graph(pipeline: &str, given: &[(&str, &str)]) -> Graph {
    let mut typed = Given::default();
    for (name, text) in given {
        typed.set(name, vec![(*text).to_owned()]);
    }
    pipelines().into_iter().find(|known| known.name == pipeline).unwrap().graph(&typed).unwrap()
}

/// `(hits, ran, failed, skipped)`.
pub(crate) fn counts(report: &RunReport) -> (usize, usize, usize, usize) {
    let totals = report.totals;
    (totals.hits, totals.ran, totals.failed, totals.skipped)
}

pub(crate) fn content_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let inside = |folder: std::fs::DirEntry| std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    std::fs::read_dir(folder).unwrap().flat_map(|folder| inside(folder.unwrap())).collect()
}

pub(crate) fn make_writable(file: &Path) {
    let mut permissions = std::fs::metadata(file).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "the test is about to damage the file")]
    permissions.set_readonly(false);
    std::fs::set_permissions(file, permissions).unwrap();
}
