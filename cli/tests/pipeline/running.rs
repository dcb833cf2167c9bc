//! Running: failures, cancellation, threads, and other processes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use scrat::prelude::*;
use scrat::{Doing, Event, Stash};
use scrat_engine::{Force, Outcome, Reason};

use crate::sandbox::{Sandbox, content_files, counts, make_writable, on_threads};

static FRAGILE_RUNS: AtomicU32 = AtomicU32::new(0);

#[stash]
fn fragile(number: u64) -> Result<u64> {
    FRAGILE_RUNS.fetch_add(1, Ordering::SeqCst);
    assert!(number != 2, "two is not welcome");
    ensure!(number != 3, "three is an error");
    Ok(number)
}

#[stash]
fn after(number: u64) -> u64 {
    number + 100
}

#[pipeline]
fn breaking() -> Vec<Step<u64>> {
    (0..6).map(|number| after::step(fragile::step(number))).collect()
}

#[test]
fn with_keep_going_only_what_needs_a_failed_step_is_left_out() {
    let sandbox = Sandbox::new();
    let mut options = on_threads(2);
    options.keep_going = true;
    let report = sandbox.run_with("breaking", &[], &Force::Nothing, options);
    assert_eq!(counts(&report), (0, 8, 2, 2));
    let messages: BTreeMap<_, _> = report
        .steps
        .iter()
        .filter_map(|step| match &step.outcome {
            Outcome::Failed { message, .. } => Some((step.step.index(), message.as_str())),
            _ => None,
        })
        .collect();
    let [panic, error] = messages.into_values().collect::<Vec<_>>()[..] else { panic!("two steps fail") };
    assert!(panic.starts_with(&format!("it panicked at {}:", file!())) && panic.ends_with(": two is not welcome"));
    assert_eq!(error, "three is an error");
    // What failed is told as such by the next plan.
    let (graph, plan) = sandbox.plan("breaking", &[]);
    let reasons: Vec<_> = graph.steps().filter_map(|step| plan.reason(step)).collect();
    assert!(
        reasons.iter().any(|reason| matches!(reason, Reason::Failed { message } if message == "three is an error"))
    );
}

#[stash]
fn many(count: usize) -> Vec<u64> {
    vec![7; count]
}

#[stash]
fn sum_of(numbers: &[u64], times: u64) -> u64 {
    numbers.iter().sum::<u64>() * times
}

#[pipeline(times = 1)]
fn adding(times: u64) -> Step<u64> {
    sum_of::step(many::step(1_000_usize), times)
}

#[test]
fn a_step_tells_what_it_loads_and_stores_with_its_size() {
    let sandbox = Sandbox::new();
    let told = |given: &[(&str, &str)]| {
        sandbox.run("adding", given);
        let events = std::mem::take(&mut *sandbox.events.lock().unwrap());
        let doing = events.iter().filter_map(|event| match event {
            Event::Doing { step, doing } => Some((step.index(), *doing)),
            _ => None,
        });
        doing.collect::<Vec<_>>()
    };
    let stored = |step, bytes| [(step, Doing::Storing { bytes: None }), (step, Doing::Storing { bytes: Some(bytes) })];
    assert_eq!(told(&[]), [stored(0, 8_000), stored(1, 8)].concat());
    let second = told(&[("times", "2")]);
    assert!(matches!(second[0], (1, Doing::Loading { from, bytes: 8_000 }) if from.index() == 0), "{second:?}");
    assert_eq!(second[1], (1, Doing::Running));
    assert_eq!(second[2..], stored(1, 8));
}

#[test]
fn a_cancelled_run_starts_nothing() {
    let sandbox = Sandbox::new();
    let mut options = on_threads(2);
    options.cancel = Arc::new(AtomicBool::new(true));
    let report = sandbox.run_with("tree", &[], &Force::Nothing, options);
    assert!(report.cancelled);
    assert_eq!((report.totals.ran, report.totals.skipped), (0, report.totals.steps));
}

#[stash]
fn leaf(number: u64) -> u64 {
    number
}

#[stash]
fn join(left: u64, right: u64) -> u64 {
    left.wrapping_add(right)
}

/// Layers of joins, with steps that are declared twice.
#[pipeline(layers = 6, width = 32)]
fn tree(layers: u64, width: u64) -> Vec<Step<u64>> {
    let mut layer: Vec<_> = (0..width).map(leaf::step).collect();
    for _ in 0..layers {
        layer = (0..layer.len()).map(|at| join::step(&layer[at], &layer[(at + 1) % layer.len()])).collect();
    }
    let again = (0..width).map(leaf::step);
    layer.into_iter().chain(again).collect()
}

#[test]
fn steps_declared_twice_are_one_and_parallel_equals_serial() {
    let [serial, parallel] = [1, 8].map(|jobs| {
        let sandbox = Sandbox::new();
        let options = on_threads(jobs);
        let report = sandbox.run_with("tree", &[], &Force::Nothing, options);
        assert_eq!(counts(&report), (0, 32 * 7, 0, 0));
        report.results
    });
    assert_eq!(serial, parallel);
    assert_eq!(serial.len(), 64);
}

#[test]
fn two_engines_over_one_stash_compute_each_step_once() {
    let sandbox = Sandbox::new();
    drop(sandbox.engine());
    let ran: usize = std::thread::scope(|scope| {
        let runs = [(); 3].map(|()| scope.spawn(|| sandbox.run("tree", &[("layers", "3")]).totals.ran));
        runs.map(|run| run.join().unwrap()).into_iter().sum()
    });
    assert_eq!(ran, 32 * 4);
}

#[test]
fn a_chain_of_a_hundred_thousand_steps_is_declared_looked_up_and_dropped() {
    let mut step = leaf::step(0);
    for number in 0..100_000 {
        step = join::step(&step, number);
    }
    drop(step);
}

/// Steps that call a stashed function directly, on the threads of the run.
#[stash]
fn caller(number: u64) -> u64 {
    helper(number % 3)
}

static HELPER_RUNS: AtomicU32 = AtomicU32::new(0);

#[stash]
fn helper(number: u64) -> u64 {
    HELPER_RUNS.fetch_add(1, Ordering::SeqCst);
    std::thread::sleep(std::time::Duration::from_millis(2));
    number * 2
}

#[pipeline]
fn nested() -> Vec<Step<u64>> {
    (0..40).map(caller::step).collect()
}

#[test]
fn direct_calls_inside_steps_share_their_results() {
    let sandbox = Sandbox::new();
    let report = sandbox.run("nested", &[]);
    assert_eq!(counts(&report), (0, 40, 0, 0));
    assert_eq!(HELPER_RUNS.load(Ordering::SeqCst), 3);
}

static DRIFT: AtomicU32 = AtomicU32::new(0);

/// What no stashed function should be: another value each time.
#[stash]
fn drifting() -> Vec<u32> {
    vec![DRIFT.fetch_add(1, Ordering::SeqCst); 10_000]
}

#[stash]
fn first(series: &[u32], times: u32) -> u32 {
    series[0] * times
}

#[pipeline(times = 1)]
fn drifts(times: u32) -> Step<u32> {
    first::step(drifting::step(), times)
}

#[test]
fn a_result_is_kept_for_the_value_that_it_was_computed_from() {
    let sandbox = Sandbox::new();
    sandbox.run("drifts", &[]);
    for file in content_files(&sandbox.folder.path().join(".scrat/nuts")) {
        make_writable(&file);
        std::fs::write(&file, "rotten").unwrap();
    }
    // The input that was looked up is damaged, and what stands in for it is another value.
    assert_eq!(counts(&sandbox.run("drifts", &[("times", "7")])).2, 0);
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    let nuts = |function: &str| {
        let filter = scrat_engine::Filter::Ending(function.to_owned());
        stash.list(&filter).unwrap()
    };
    let series = nuts("drifting").remove(0).digest.short();
    let kept = nuts("first").pop().unwrap();
    let (_, shown) = kept.arguments.iter().find(|(name, _)| name == "series").unwrap();
    assert!(shown.contains(&series), "computed from {series}, kept for {shown}");
}

static MET: (Mutex<[bool; 2]>, std::sync::Condvar) = (Mutex::new([false; 2]), std::sync::Condvar::new());

/// Says that a place was reached, and waits until the other one was.
fn meet(place: usize) {
    let mut met = MET.0.lock().unwrap();
    met[place] = true;
    MET.1.notify_all();
    drop(MET.1.wait_while(met, |met| !met[1 - place]).unwrap());
}

#[stash]
fn held() -> u32 {
    meet(0);
    1
}

#[stash]
fn free() -> u32 {
    meet(1);
    2
}

#[stash]
fn both(held: u32, free: u32) -> u32 {
    held + free
}

#[pipeline]
fn beside_another() -> Step<u32> {
    both::step(held::step(), free::step())
}

#[test]
fn a_step_that_somebody_else_computes_is_put_aside_while_the_others_run() {
    let sandbox = Sandbox::new();
    let other = sandbox.engine();
    let held_by_other = std::thread::spawn(move || other.enter(held));
    while !MET.0.lock().unwrap()[0] {
        std::thread::yield_now();
    }
    // On one thread: the other one goes on only when `free` has begun.
    let options = on_threads(1);
    let report = sandbox.run_with("beside_another", &[], &Force::Nothing, options);
    assert_eq!(counts(&report), (1, 2, 0, 0));
    assert_eq!(held_by_other.join().unwrap(), 1);
}
