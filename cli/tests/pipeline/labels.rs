//! What steps and parameters are called.

use scrat::prelude::*;
use scrat_engine::pipelines;

use crate::sandbox::graph;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Model {
    /// Longer than a short form, and the same in all.
    name: String,
    depth: u64,
}

#[stash]
fn fitted(model: Model, rows: Vec<u64>) -> u64 {
    model.depth + rows.len() as u64
}

#[stash]
fn judged(fitted: u64, round: u64) -> u64 {
    fitted + round
}

#[stash]
fn again(number: u64) -> u64 {
    number + 1
}

#[pipeline(depths = [1, 20])]
fn labelled(depths: Vec<u64>) -> Vec<Step<u64>> {
    let name = "a model whose name says nothing about it ".repeat(3);
    let fit = |depth| fitted::step(Model { name: name.clone(), depth }, vec![depth; 50]);
    depths.into_iter().map(|depth| judged::step(again::step(fit(depth)), 1)).collect()
}

#[test]
fn labels_keep_what_tells_siblings_apart_however_far_behind_it_is() {
    let graph = graph("labelled", &[]);
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    assert_eq!(labels.len(), 6);
    for function in ["fitted", "again", "judged"] {
        for depth in ["depth: 1", "depth: 20"] {
            let label = labels.iter().find(|label| label.starts_with(function) && label.contains(depth));
            assert!(label.is_some(), "no {function} with {depth} in {labels:?}");
        }
    }
    let named = graph.named("judged round=1");
    assert_eq!(named.len(), 2);
}

#[stash]
fn advance(state: u64, round: u64) -> u64 {
    state + round
}

#[pipeline(rounds = 5)]
fn chained(rounds: u64) -> Step<u64> {
    (0..rounds).fold(advance::step(0, 0), |state, round| advance::step(state, round + 1))
}

#[pipeline]
fn repeated() -> Step<u64> {
    (0..3).fold(again::step(1), |state, _| again::step(state))
}

#[test]
fn a_step_of_a_chain_is_called_by_its_own_argument_and_not_by_all_before_it() {
    let chain = graph("chained", &[]);
    let labels: Vec<_> = chain.steps().map(|step| chain.label(step).to_owned()).collect();
    assert_eq!(labels[1..4], ["advance round=1", "advance round=2", "advance round=3"]);
    assert!(labels.iter().all(|label| label.chars().count() < 40), "{labels:?}");
    let repeated = graph("repeated", &[]);
    let labels: Vec<_> = repeated.steps().map(|step| repeated.label(step)).collect();
    assert_eq!(labels, ["again #1", "again #2", "again #3", "again #4"]);
}

#[test]
fn what_a_chain_is_called_grows_with_its_length_and_no_faster() {
    let letters = |rounds: &str| {
        let chain = graph("chained", &[("rounds", rounds)]);
        chain.steps().map(|step| chain.label(step).len()).sum::<usize>()
    };
    let (short, long) = (letters("500"), letters("4000"));
    assert!(long < short * 10, "{short} letters, then {long}");
}

#[stash]
fn kept(r#type: u64) -> u64 {
    r#type
}

#[pipeline(r#type = 3, _seed = 1)]
fn r#loop(r#type: u64, _seed: u64) -> Vec<Step<u64>> {
    vec![kept::step(r#type), kept::step(_seed + 10)]
}

#[test]
fn raw_identifiers_are_called_by_their_names() {
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "loop").unwrap();
    let names: Vec<_> = pipeline.parameters.iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["type", "_seed"]);
    assert_eq!(scrat_engine::flag("_seed"), "seed");
    let graph = graph("loop", &[("type", "7")]);
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    assert_eq!(labels, ["kept type=7", "kept type=11"]);
}
