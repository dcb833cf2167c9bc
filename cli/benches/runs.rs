//! What a run costs beside what its steps do: `cargo bench -p scrat --bench runs`.

use std::sync::Arc;

use divan::{Bencher, black_box};
use scrat::prelude::*;
use scrat::{Engine, Stash};
use scrat_engine::{Force, Given, Graph, Outcome, Plan, RunOptions, pipelines};

fn main() {
    divan::main();
}

#[stash]
fn leaf(number: u64) -> u64 {
    number
}

#[stash]
fn join(left: u64, right: u64, layer: u64) -> u64 {
    left.rotate_left(7).wrapping_mul(31).wrapping_add(right).wrapping_add(layer)
}

#[stash]
fn total(numbers: Vec<u64>) -> u64 {
    numbers.into_iter().fold(0, u64::wrapping_add)
}

/// Layers of 100 steps, each of which uses two of the layer before.
#[pipeline]
fn layered(layers: u64) -> Vec<Step<u64>> {
    let mut layer: Vec<_> = (0..100_u64).map(leaf::step).collect();
    for number in 1..layers {
        layer = (0..layer.len()).map(|at| join::step(&layer[at], &layer[(at + 1) % layer.len()], number)).collect();
    }
    layer
}

/// Steps that all use one and are all used by one.
#[pipeline]
fn fan(width: u64) -> Step<u64> {
    let first = leaf::step(0_u64);
    total::step((0..width).map(|number| join::step(&first, number, 0_u64)).collect::<Vec<_>>())
}

fn graph(pipeline: &str, parameter: &str, size: u64) -> Graph {
    let mut given = Given::default();
    given.set(parameter, vec![size.to_string()]);
    let pipeline = pipelines().into_iter().find(|known| known.name == pipeline);
    pipeline.and_then(|pipeline| pipeline.graph(&given).ok()).expect("the pipeline takes these")
}

fn run(engine: &Arc<Engine>, graph: &Graph) -> usize {
    let plan = Plan::new(engine, graph, &Force::Nothing);
    let report = scrat_engine::run(engine, "bench", graph, &plan, &RunOptions::default()).expect("there are threads");
    let failed = report.steps.iter().find(|step| matches!(step.outcome, Outcome::Failed { .. }));
    assert_eq!((report.totals.ran, failed.map(|step| &step.outcome)), (graph.len(), None));
    black_box(report.totals.ran)
}

fn run_without_a_stash(bencher: Bencher<'_, '_>, graph: &Graph) {
    let engine = Arc::new(Engine::new(None, |_| {}));
    bencher.bench_local(|| run(&engine, graph));
}

#[divan::bench(sample_count = 15)]
fn layers_of_10_000_steps_that_are_not_stored(bencher: Bencher<'_, '_>) {
    run_without_a_stash(bencher, &graph("layered", "layers", 100));
}

#[divan::bench(sample_count = 5)]
fn layers_of_100_000_steps_that_are_not_stored(bencher: Bencher<'_, '_>) {
    run_without_a_stash(bencher, &graph("layered", "layers", 1_000));
}

#[divan::bench(sample_count = 15)]
fn a_fan_of_10_000_steps_that_are_not_stored(bencher: Bencher<'_, '_>) {
    run_without_a_stash(bencher, &graph("fan", "width", 9_998));
}

#[divan::bench(sample_count = 7)]
fn layers_of_10_000_steps_that_are_stored(bencher: Bencher<'_, '_>) {
    let graph = graph("layered", "layers", 100);
    let new = || {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let stash = Stash::create(&folder.path().join(".scrat")).expect("a stash can be made");
        (folder, Arc::new(Engine::new(Some(stash), |_| {})))
    };
    bencher.with_inputs(new).bench_local_refs(|(_folder, engine)| run(engine, &graph));
}
