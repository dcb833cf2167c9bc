//! What steps are called: the function, and the arguments that tell a step from its siblings.
//!
//! `score fold=2 setting=Tree { depth: 4 }`. Siblings that no literal tells apart take what tells their
//! inputs apart; those that nothing tells apart are numbered.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, GraphSource};
use crate::id::StepId;

/// The longest label, in characters.
const LONGEST: usize = 64;

/// The labels of all steps, in order.
pub(crate) fn label_all(graph: &Graph) -> Vec<String> {
    let mut siblings: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
    for step in graph.steps() {
        siblings.entry(graph.function(step).name()).or_default().push(step);
    }
    let varying: BTreeMap<&str, BTreeSet<&str>> =
        siblings.iter().map(|(&function, steps)| (function, varying_literals(graph, steps))).collect();
    let mut marks: Vec<Vec<String>> = Vec::with_capacity(graph.len());
    for step in graph.steps() {
        let varying = &varying[graph.function(step).name()];
        let mut own: Vec<_> = graph
            .literals(step)
            .into_iter()
            .filter(|(name, _)| varying.contains(name))
            .map(|(name, short)| format!("{name}={short}"))
            .collect();
        if siblings[graph.function(step).name()].len() > 1 {
            for input in &graph.step(step).inputs {
                if let GraphSource::Step(from) = input.from {
                    own.extend(
                        marks[from.index()].iter().filter(|mark| !own.contains(mark)).cloned().collect::<Vec<_>>(),
                    );
                }
            }
        }
        marks.push(own);
    }
    let mut labels: Vec<_> = graph
        .steps()
        .map(|step| {
            let words = std::iter::once(graph.function(step).short_name())
                .chain(marks[step.index()].iter().map(String::as_str));
            shortened(&words.collect::<Vec<_>>().join(" "))
        })
        .collect();
    number_twins(&mut labels);
    labels
}

fn varying_literals<'g>(graph: &'g Graph, steps: &[StepId]) -> BTreeSet<&'g str> {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for &step in steps {
        for (name, short) in graph.literals(step) {
            seen.entry(name).or_default().insert(short);
        }
    }
    seen.into_iter().filter(|(_, shorts)| shorts.len() > 1).map(|(name, _)| name).collect()
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    label.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn number_twins(labels: &mut [String]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for label in labels.iter() {
        *count.entry(label.clone()).or_default() += 1;
    }
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    for label in labels.iter_mut() {
        if count[label] > 1 {
            let number = given.entry(label.clone()).or_default();
            *number += 1;
            *label = format!("{label} #{number}");
        }
    }
}
