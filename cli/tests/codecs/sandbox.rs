//! A stash in a folder of its own, what was warned of, and pipelines run in it.

use std::sync::{Arc, Mutex};

use scrat::{Engine, Event, Stash};
use scrat_engine::{Force, Given, Graph, Plan, RunOptions, pipelines};

/// What a codec of these tests fails with.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A stash in a folder of its own, and what the engine warned of.
pub(crate) struct Sandbox {
    pub(crate) folder: tempfile::TempDir,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), warnings: Arc::default() }
    }

    pub(crate) fn stash(&self) -> Stash {
        Stash::create(&self.folder.path().join(".scrat")).unwrap()
    }

    /// Runs something as a process of its own would.
    pub(crate) fn process<R>(&self, work: impl FnOnce() -> R) -> R {
        self.engine().enter(work)
    }

    pub(crate) fn engine(&self) -> Arc<Engine> {
        let warnings = self.warnings.clone();
        Arc::new(Engine::new(Some(self.stash()), move |event| {
            if let Event::Warning(warning) = event {
                warnings.lock().unwrap().push(format!("{warning:?}"));
            }
        }))
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }

    /// Runs a pipeline: how many steps ran, and what the wanted steps say.
    pub(crate) fn run(&self, name: &str) -> (usize, Vec<String>) {
        let engine = self.engine();
        let graph = graph(name);
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        let report = scrat_engine::run(&engine, name, &graph, &plan, &RunOptions::default()).unwrap();
        assert_eq!(report.totals.failed, 0, "{report:?}");
        (report.totals.ran, report.results.iter().map(|result| result.text.clone()).collect())
    }
}

/// The graph of a pipeline of these tests.
pub(crate) fn graph(name: &str) -> Graph {
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == name).unwrap();
    pipeline.graph(&Given::default()).unwrap()
}
