//! Options of functions and of parameters, and settings that name functions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use scrat::prelude::*;
use scrat::{Config, Engine, Event, Given, Stash, Warning, Which};
use scrat_engine::{Force, Plan, RunOptions, RunReport};

use crate::counts;

/// A stash, and what was warned of.
struct Place {
    folder: tempfile::TempDir,
    warnings: Arc<Mutex<Vec<Warning>>>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), warnings: Arc::default() }
    }

    /// An engine as a new process has it.
    fn engine(&self, change: impl FnOnce(&mut Config)) -> Arc<Engine> {
        let mut config = Config::default();
        change(&mut config);
        let warnings = self.warnings.clone();
        let stash = Stash::create(&self.folder.path().join(".scrat")).unwrap();
        let engine = Engine::new(Some(stash), move |event| {
            if let Event::Warning(warning) = event {
                warnings.lock().unwrap().push(warning.clone());
            }
        });
        Arc::new(engine.with_settings(&config))
    }

    fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        self.engine(|_| ()).enter(work)
    }

    fn warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }
}

/// Runs a pipeline.
fn run(engine: &Arc<Engine>, name: &str) -> RunReport {
    let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == name).unwrap();
    let graph = pipeline.graph(&Given::default()).unwrap();
    let plan = Plan::new(engine, &graph, &Force::Nothing);
    scrat_engine::run(engine, name, &graph, &plan, &RunOptions::default()).unwrap()
}

/// How many steps ran, and how many were found.
fn ran_and_hit(report: &RunReport) -> (usize, usize) {
    (report.totals.ran, report.totals.hits)
}

static TIDE: AtomicU64 = AtomicU64::new(0);

#[stash]
fn tide(day: u64) -> u64 {
    day * 100 + TIDE.load(Ordering::SeqCst)
}

#[pipeline]
fn tides() -> Step<u64> {
    tide::step(5)
}

#[test]
fn a_forced_function_computes_each_result_once_more_and_replaces_it() {
    let place = Place::new();
    assert_eq!(place.enter(|| tide(1)), 100);
    TIDE.store(1, Ordering::SeqCst);
    assert_eq!(place.enter(|| tide(1)), 100);
    for (force, expected) in [("tides, neap", 100), ("tide", 101), ("ti*", 101)] {
        let engine = place.engine(|config| config.force = Which::parse(force));
        engine.enter(|| {
            assert_eq!(tide::is_stashed(1), expected == 100, "{force}");
            assert_eq!((tide(1), tide(1)), (expected, expected), "{force}");
            assert!(tide::is_stashed(1), "{force}");
        });
    }
    assert_eq!(place.enter(|| tide(1)), 101, "what was stored is replaced");
    assert_eq!(counts(tide::stats()), (6, 3));
    let missing = |name: &str| Warning::NoSuchFunction { setting: "force", name: name.to_owned() };
    assert_eq!(place.warnings(), [missing("tides"), missing("neap")]);

    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "tides")), (1, 0));
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "tides")), (0, 1));
    let engine = place.engine(|config| config.force = Which::All);
    assert_eq!(ran_and_hit(&run(&engine, "tides")), (1, 0), "steps are forced as well");
    assert_eq!(engine.enter(|| tide(5)), 501);
    assert_eq!(counts(tide::stats()), (8, 5), "the run has computed this one");
}

#[stash]
fn ebb(day: u64) -> u64 {
    day + 1
}

#[stash]
fn flood(day: u64) -> u64 {
    day + 2
}

#[test]
fn a_disabled_function_runs_each_time_beside_others_that_are_stored() {
    let place = Place::new();
    place.enter(|| assert_eq!((ebb(1), flood(1)), (2, 3)));
    let engine = place.engine(|config| config.disable = Which::parse("options::ebb"));
    engine.enter(|| {
        assert!(!ebb::is_stashed(1) && flood::is_stashed(1));
        assert_eq!((ebb(1), flood(1)), (2, 3));
    });
    assert_eq!((counts(ebb::stats()), counts(flood::stats())), ((0, 1), (1, 1)));
    assert_eq!(place.warnings(), []);
}

#[stash(code = "ignore")]
fn plant(
    tree: &str,
    #[stash(default = "loam")] soil: &str,
    #[stash(default = &[1, 2])] years: &[u64],
    #[stash(default = 3)] depth: u64,
    #[stash(ignore)] loud: bool,
) -> String {
    assert!(!loud, "planting {tree}");
    format!("{tree} in {soil}, {depth} deep, {years:?}")
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Spade(u64);

impl Spade {
    #[stash]
    fn dig(&self, #[stash(default = Spade(1))] other: Spade, #[stash(default = 3)] depth: u64) -> u64 {
        self.0 + other.0 + depth
    }
}

#[pipeline]
fn planted() -> Step<String> {
    plant::step("oak", "loam", vec![1, 2], 3, false)
}

#[test]
fn a_parameter_with_a_default_is_one_like_any_other() {
    let place = Place::new();
    for loud in [false, true] {
        place.enter(|| {
            assert_eq!(plant("oak", "loam", &[1, 2], 3, loud), "oak in loam, 3 deep, [1, 2]");
            assert_eq!(plant("oak", "sand", &[1, 2], 3, loud), "oak in sand, 3 deep, [1, 2]");
            assert_eq!(plant("oak", "loam", &[1, 2], 4, loud), "oak in loam, 4 deep, [1, 2]");
            assert_eq!(Spade(1).dig(Spade(1), 3), 5);
            assert_eq!(Spade(1).dig(Spade(1), 4), 6);
        });
    }
    assert_eq!(counts(plant::stats()), (3, 3));
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "planted")), (0, 1));
    place.enter(|| {
        assert!(plant::forget("oak", "loam", &[1, 2], 3, true).unwrap());
        assert!(!plant::is_stashed("oak", "loam", &[1, 2], 3, true));
        assert!(plant::is_stashed("oak", "loam", &[1, 2], 4, true));
    });
    assert_eq!(place.warnings(), []);
}
