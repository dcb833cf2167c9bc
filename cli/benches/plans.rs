//! What looking a pipeline of 1,000 steps up costs: `cargo bench -p scrat --bench plans`.

use std::sync::Arc;

use divan::{Bencher, black_box};
use scrat::prelude::*;
use scrat::{Engine, Stash};
use scrat_engine::{Force, Given, Graph, Plan, RunOptions, Status, pipelines};

fn main() {
    divan::main();
}

#[stash]
fn source(seed: u64) -> Vec<f64> {
    (0..200_u64).map(|number| (number ^ seed) as f64).collect()
}

#[stash]
fn prepared(data: &[f64], number: u64) -> Vec<f64> {
    data.iter().map(|value| value + number as f64).collect()
}

#[stash]
fn fitted(data: &[f64], depth: u64, rate: f64) -> Vec<f64> {
    data.iter().map(|value| value * rate + depth as f64).collect()
}

#[stash]
fn scored(model: &[f64], data: &[f64]) -> f64 {
    model.iter().zip(data).map(|(model, value)| model * value).sum()
}

#[stash]
fn best(scores: Vec<f64>) -> f64 {
    scores.into_iter().fold(0.0, f64::max)
}

#[stash]
fn report(best: Vec<f64>) -> String {
    format!("{best:?}")
}

/// 1,002 steps.
#[pipeline(seed = 1, rate = 0.5)]
fn thousand(seed: u64, rate: f64) -> Step<String> {
    let data = source::step(seed);
    let one = |depth: u64| {
        let scores: Vec<_> = (0..33)
            .map(|number| {
                let own = prepared::step(&data, number + 100 * depth);
                scored::step(fitted::step(&own, depth, rate), &own)
            })
            .collect();
        best::step(scores)
    };
    report::step((0..10).map(one).collect::<Vec<_>>())
}

fn graph(given: &[(&str, &str)]) -> Graph {
    let mut typed = Given::default();
    for (name, text) in given {
        typed.set(name, vec![(*text).to_owned()]);
    }
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "thousand");
    pipeline.and_then(|pipeline| pipeline.graph(&typed).ok()).expect("the pipeline takes these")
}

/// Plans the pipeline after a run with its defaults, each time as a new process would.
fn plan_after_a_run(bencher: Bencher<'_, '_>, given: &[(&str, &str)], stale: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path().join(".scrat");
    drop(Stash::create(&root).expect("a stash can be made"));
    let open = || Arc::new(Engine::new(Stash::open(&root).ok(), |_| {}));
    let (engine, first) = (open(), graph(&[]));
    let plan = Plan::new(&engine, &first, &Force::Nothing);
    scrat_engine::run(&engine, "thousand", &first, &plan, &RunOptions::default()).expect("there are threads");
    bencher.bench_local(|| {
        let (engine, graph) = (open(), graph(given));
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        assert_eq!(plan.count(Status::Stale), stale);
        black_box(plan.origins(&graph).len())
    });
}

#[divan::bench(sample_count = 20)]
fn plan_of_1000_fresh_steps(bencher: Bencher<'_, '_>) {
    plan_after_a_run(bencher, &[], 0);
}

#[divan::bench(sample_count = 20)]
fn plan_of_1000_steps_of_which_330_are_stale(bencher: Bencher<'_, '_>) {
    plan_after_a_run(bencher, &[("rate", "0.25")], 330);
}
