//! A large result that is damaged, or that could not be written.

use std::sync::atomic::{AtomicUsize, Ordering};

use scrat::{Filter, Step, pipeline, stash};
use scrat_engine::{Force, Plan, RunOptions};

use crate::sandbox::{Sandbox, graph};

static ROOTS: AtomicUsize = AtomicUsize::new(0);

#[stash(compress = false)]
fn root() -> Vec<u64> {
    ROOTS.fetch_add(1, Ordering::Relaxed);
    std::thread::sleep(std::time::Duration::from_millis(50));
    vec![1; 10_000]
}

#[stash]
fn leaf(numbers: &[u64], at: usize) -> u64 {
    numbers[at]
}

#[pipeline]
fn lost() -> Vec<Step<u64>> {
    let root = root::step();
    (0..8).map(|at| leaf::step(&root, at)).collect()
}

#[test]
fn a_damaged_result_that_many_steps_need_is_computed_once() {
    let sandbox = Sandbox::new();
    sandbox.run("lost");
    let stash = sandbox.stash();
    let nut = stash.list(&Filter::Ending("root".to_owned())).unwrap().remove(0);
    let digest = nut.digest.to_string();
    let path = stash.root().join("nuts").join(&digest[..2]).join(&digest);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "damaged").unwrap();
    let engine = sandbox.engine();
    let graph = graph("lost");
    let plan = Plan::new(&engine, &graph, &Force::Named("leaf".to_owned()));
    let mut options = RunOptions::default();
    options.jobs = Some(8);
    let report = scrat_engine::run(&engine, "lost", &graph, &plan, &options).unwrap();
    assert_eq!(report.totals.failed, 0, "{report:?}");
    assert_eq!(ROOTS.load(Ordering::Relaxed), 2, "once, and once again");
}

#[stash]
fn climb(count: u64) -> Vec<f64> {
    (0..count).map(|at| at as f64 * 0.1).collect()
}

#[stash]
fn height(climb: &[f64]) -> f64 {
    climb.iter().sum()
}

#[pipeline]
fn slope() -> Step<f64> {
    height::step(climb::step(300_000))
}

#[test]
fn a_large_result_that_cannot_be_written_leaves_what_depends_on_it_stored() {
    let sandbox = Sandbox::new();
    drop(sandbox.stash());
    let scratch = sandbox.folder.path().join(".scrat/tmp");
    let engine = sandbox.engine();
    let run = || {
        let graph = graph("slope");
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        scrat_engine::run(&engine, "slope", &graph, &plan, &RunOptions::default()).unwrap().totals.ran
    };
    std::fs::remove_dir(&scratch).unwrap();
    std::fs::write(&scratch, "no folder").unwrap();
    assert_eq!((run(), run()), (2, 0), "the height is found by the digest of what could not be stored");
    let warnings = sandbox.warnings().concat();
    assert!(warnings.contains("NotStored") && !warnings.contains("decode"), "{warnings}");
}
