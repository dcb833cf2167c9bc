//! Limits in runs: what a run needs stays, and what was evicted is told.

use std::sync::Arc;

use scrat::prelude::*;
use scrat::{Config, Engine, Filter, LimitKind, Passed, Stash};
use scrat_engine::{Reason, Status};

use crate::sandbox::{Sandbox, counts};

#[stash(max_count = 1, policy = "fifo")]
fn part(by: u64) -> Vec<u64> {
    vec![by; 10]
}

#[stash]
fn sum(parts: Vec<Vec<u64>>) -> u64 {
    parts.iter().flatten().sum()
}

#[pipeline(by = [1, 2, 3])]
fn limited(by: Vec<u64>) -> Step<u64> {
    sum::step(by.into_iter().map(part::step).collect::<Vec<_>>())
}

fn parts(sandbox: &Sandbox) -> usize {
    let engine = sandbox.engine();
    engine.stash().unwrap().list(&Filter::Ending("part".to_owned())).unwrap().len()
}

#[test]
fn a_run_keeps_what_it_needs_and_what_was_evicted_afterwards_makes_nothing_run() {
    let sandbox = Sandbox::new();
    assert_eq!(counts(&sandbox.run("limited", &[])), (0, 4, 0, 0));
    assert_eq!(parts(&sandbox), 1, "none went while it was needed, and nobody needs the others any more");
    assert_eq!(counts(&sandbox.run("limited", &[("by", "1,2,3,4")])), (1, 4, 0, 0), "one part is there");
    sandbox.engine().enter(|| part(9));
    assert_eq!(parts(&sandbox), 1);
    for by in ["1,2,3", "1,2,3,4"] {
        assert_eq!(sandbox.run("limited", &[("by", by)]).totals.ran, 0, "what was made of them is there");
    }
    let (graph, plan) = sandbox.plan("limited", &[("by", "1,2,3,4,5")]);
    let reason = |label: &str| plan.reason(graph.steps().find(|step| graph.label(*step) == label).unwrap());
    let limit = Passed { of_stash: false, kind: LimitKind::MaxCount, most: 1 };
    assert!(matches!(reason("part by=2"), Some(Reason::Evicted { limit: Some(passed), .. }) if *passed == limit));
    assert_eq!(plan.count(Status::Stale), 5);
    assert_eq!(counts(&sandbox.run("limited", &[("by", "1,2,3,4,5")])), (0, 6, 0, 0));
}

#[stash(max_count = 1, policy = "fifo")]
fn slow(millis: u64) -> u64 {
    std::thread::sleep(std::time::Duration::from_millis(millis));
    millis
}

#[stash]
fn quick(millis: u64) -> u64 {
    millis + 1
}

#[pipeline]
fn dear() -> Step<u64> {
    quick::step(slow::step(100))
}

#[test]
fn a_result_is_as_dear_as_what_was_evicted_behind_it() {
    let sandbox = Sandbox::new();
    sandbox.run("dear", &[]);
    sandbox.engine().enter(|| slow(20));
    let mut config = Config::default();
    config.limits.stash.max_count = Some(2);
    let stash = Stash::open(sandbox.path(".scrat").as_ref()).unwrap();
    let engine = Arc::new(Engine::new(Some(stash), |_| {}).with_settings(&config));
    engine.enter(|| quick(7));
    let left = engine.stash().unwrap().list(&Filter::All).unwrap();
    assert!(left.len() == 2 && left.iter().all(|nut| nut.function.ends_with("quick")), "{left:?}");
}
