//! What steps are called: the function, and what tells a step from its siblings.
//!
//! `score fold=2 setting=Tree { depth: 4 }`. A label has the step's own literals that vary among its siblings, in
//! the order of the parameters. Steps that are still called alike take, one by one, the literals behind them that
//! vary, the nearest first, until they differ; those that nothing tells apart are numbered. A value whose short form
//! is cut off before it differs from a sibling's is shown where it does ([`apart`]).
//!
//! A step is asked for no more than [`NEAREST`] of the literals behind it, so a chain of any length costs what its
//! steps do.

mod apart;
mod meant;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

pub use self::meant::{Meant, meant};
use crate::digest::Digest;
use crate::id::StepId;
use crate::pipeline::graph::{Graph, GraphSource};

/// How many literals behind a step may tell it from its siblings.
const NEAREST: usize = 8;

impl Graph {
    /// A step's name for people: its function, and the arguments that tell it from its siblings.
    pub fn label(&self, step: StepId) -> &str {
        &self.labels.get_or_init(|| label_all(self))[step.index()]
    }

    /// The steps that somebody means who types this: one by its label, all of a function by its name, or those of a
    /// function that have some arguments, `score fold=2`.
    pub fn named(&self, typed: &str) -> Vec<StepId> {
        let fit = |step: StepId| {
            let literals = self.literals(step);
            (meant(typed, self.function(step).name(), self.label(step), literals), step)
        };
        let fits: Vec<_> = self.steps().map(fit).filter(|(meant, _)| *meant > Meant::No).collect();
        let Some(best) = fits.iter().map(|(meant, _)| *meant).max() else { return Vec::new() };
        fits.into_iter().filter(|(meant, _)| *meant == best).map(|(_, step)| step).collect()
    }
}

/// The labels of all steps, in order.
fn label_all(graph: &Graph) -> Vec<String> {
    let mut families: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
    for step in graph.steps() {
        families.entry(graph.function(step).name()).or_default().push(step);
    }
    let values = Values::of(graph, &families);
    let own: Vec<Vec<Mark>> = graph.steps().map(|step| values.marks(graph, step)).collect();
    let mut labels: Vec<String> = graph
        .steps()
        .map(|step| {
            let mut label = graph.function(step).short_name().to_owned();
            for &mark in &own[step.index()] {
                values.write(graph, mark, &mut label);
            }
            label
        })
        .collect();
    let twins: Vec<Vec<StepId>> = families.into_values().flat_map(|steps| alike(&labels, steps)).collect();
    if !twins.is_empty() {
        let behind = behind(graph, &own);
        for twins in twins {
            tell_by_what_is_behind(graph, &values, &behind, twins, &mut labels);
        }
    }
    labels
}

/// A literal: of a step, its input of this position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    step: StepId,
    input: u32,
}

impl Mark {
    /// What it is: two marks of one name and value tell nothing apart.
    fn fact(self, graph: &Graph) -> Option<(&'static str, &Digest)> {
        let input = &graph.step(self.step).inputs[self.input as usize];
        match &input.from {
            GraphSource::Literal { argument, .. } => Some((input.name, &argument.digest)),
            _ => None,
        }
    }
}

/// Which parameters vary among the steps of a function, and how values are written whose short forms are not enough.
struct Values<'g> {
    varying: HashSet<(&'g str, &'static str)>,
    written: HashMap<(&'g str, &'static str, Digest), String>,
}

impl<'g> Values<'g> {
    fn of(graph: &'g Graph, families: &BTreeMap<&'g str, Vec<StepId>>) -> Self {
        let mut values = Self { varying: HashSet::new(), written: HashMap::new() };
        for (&function, steps) in families.iter().filter(|(_, steps)| steps.len() > 1) {
            let parameters = graph.step(steps[0]).inputs.len();
            for input in 0..parameters {
                values.parameter(graph, function, steps, input);
            }
        }
        values
    }

    fn parameter(&mut self, graph: &'g Graph, function: &'g str, steps: &[StepId], input: usize) {
        let mut seen: BTreeMap<&Digest, StepId> = BTreeMap::new();
        for &step in steps {
            let from = graph.step(step).inputs.get(input);
            if let Some(GraphSource::Literal { argument, .. }) = from.map(|from| &from.from) {
                seen.entry(&argument.digest).or_insert(step);
            }
        }
        if seen.len() < 2 {
            return;
        }
        let name = graph.step(steps[0]).inputs[input].name;
        self.varying.insert((function, name));
        let mut by_short: BTreeMap<Cow<'_, str>, Vec<(&Digest, StepId)>> = BTreeMap::new();
        for (digest, step) in seen {
            if let GraphSource::Literal { argument, .. } = &graph.step(step).inputs[input].from {
                by_short.entry(argument.short()).or_default().push((digest, step));
            }
        }
        for mut alike in by_short.into_values().filter(|alike| alike.len() > 1) {
            alike.sort_unstable_by_key(|(_, step)| *step);
            let wholes: Vec<&str> = alike.iter().map(|&(_, step)| text(graph, step, input)).collect();
            for ((digest, _), text) in alike.into_iter().zip(apart::tell_apart(&wholes)) {
                self.written.insert((function, name, *digest), text);
            }
        }
    }

    /// The literals of a step that tell it from its siblings.
    fn marks(&self, graph: &Graph, step: StepId) -> Vec<Mark> {
        let function = graph.function(step).name();
        let inputs = graph.step(step).inputs.iter().enumerate();
        let told = inputs.filter(|(_, input)| {
            matches!(input.from, GraphSource::Literal { .. }) && self.varying.contains(&(function, input.name))
        });
        told.map(|(input, _)| Mark { step, input: u32::try_from(input).unwrap_or(u32::MAX) }).collect()
    }

    /// Appends ` name=value`.
    fn write(&self, graph: &Graph, mark: Mark, label: &mut String) {
        let input = &graph.step(mark.step).inputs[mark.input as usize];
        let GraphSource::Literal { argument, .. } = &input.from else { return };
        let function = graph.function(mark.step).name();
        let written = self.written.get(&(function, input.name, argument.digest));
        let value = written.map_or_else(|| argument.short(), |written| Cow::Borrowed(written.as_str()));
        for part in [" ", input.name, "=", &value] {
            label.push_str(part);
        }
    }
}

/// As much of a literal as siblings may be told apart by.
fn text(graph: &Graph, step: StepId, input: usize) -> &str {
    match &graph.step(step).inputs[input].from {
        GraphSource::Literal { argument, .. } => &argument.text,
        _ => "",
    }
}

/// Of each step the nearest varying literals behind it, each once.
fn behind(graph: &Graph, own: &[Vec<Mark>]) -> Vec<Vec<Mark>> {
    let mut behind: Vec<Vec<Mark>> = Vec::with_capacity(graph.len());
    for step in graph.steps() {
        let inputs = || {
            graph.step(step).inputs.iter().filter_map(|input| match input.from {
                GraphSource::Step(from) => Some(from.index()),
                _ => None,
            })
        };
        let near = inputs().flat_map(|input| &own[input]);
        let far = inputs().flat_map(|input| &behind[input]);
        let mut marks: Vec<Mark> = Vec::new();
        for &mark in near.chain(far) {
            let is_told = |known: &Mark| known.fact(graph) == mark.fact(graph);
            if marks.len() < NEAREST && !own[step.index()].iter().any(is_told) && !marks.iter().any(is_told) {
                marks.push(mark);
            }
        }
        behind.push(marks);
    }
    behind
}

/// Groups of steps that are called alike.
fn alike(labels: &[String], steps: Vec<StepId>) -> Vec<Vec<StepId>> {
    let mut groups: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
    for step in steps {
        groups.entry(&labels[step.index()]).or_default().push(step);
    }
    groups.into_values().filter(|steps| steps.len() > 1).collect()
}

fn tell_by_what_is_behind(
    graph: &Graph,
    values: &Values<'_>,
    behind: &[Vec<Mark>],
    twins: Vec<StepId>,
    labels: &mut [String],
) {
    let mut open = vec![twins];
    for place in 0..NEAREST {
        let mut still = Vec::new();
        for group in open {
            let mark = |step: StepId| behind[step.index()].get(place).copied();
            let fact = |step: StepId| mark(step).and_then(|mark| mark.fact(graph));
            // What all of them have says nothing.
            if group.iter().all(|&step| fact(step) == fact(group[0])) {
                still.push(group);
                continue;
            }
            for &step in &group {
                if let Some(mark) = mark(step) {
                    values.write(graph, mark, &mut labels[step.index()]);
                }
            }
            still.extend(alike(labels, group));
        }
        open = still;
    }
    for group in open {
        for (number, step) in group.into_iter().enumerate() {
            labels[step.index()].push_str(&format!(" #{}", number + 1));
        }
    }
}
