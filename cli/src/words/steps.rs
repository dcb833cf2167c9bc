//! Steps in words: several on a few lines, a way from one to another, and one that is not there.

use std::collections::BTreeMap;

use scrat_engine::{Graph, Pipeline, StepId};

use crate::complaint::Complaint;
use crate::words::formats::{self, count};
use crate::words::reasons::short;

/// Steps by function: few with their labels, many as a count.
pub(crate) fn some_lines(steps: &[usize], functions: &[&str], labels: &[&str]) -> Vec<String> {
    const FEW: usize = 4;
    let mut lines = Vec::new();
    for (function, members) in by_function(steps, functions) {
        if members.len() <= FEW {
            lines.extend(members.iter().map(|&step| labels[step].to_owned()));
        } else {
            lines.push(format!("{} ×{}", short(function), formats::thousands(members.len())));
        }
    }
    lines
}

/// Steps on one line, by function: `split, score ×75, choose`.
pub(crate) fn few_functions(steps: &[usize], functions: &[&str]) -> String {
    let one = |(function, members): &(&str, Vec<usize>)| match members.len() {
        1 => short(function),
        many => format!("{} ×{}", short(function), formats::thousands(many)),
    };
    by_function(steps, functions).iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Steps by function, in the order in which these come first.
fn by_function<'f>(steps: &[usize], functions: &[&'f str]) -> Vec<(&'f str, Vec<usize>)> {
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    for &step in steps {
        let function = functions[step];
        let at = *place.entry(function).or_insert_with(|| {
            groups.push((function, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(step);
    }
    groups
}

/// A way of many steps by its ends.
pub(crate) fn shortened(way: &[&str]) -> Vec<String> {
    const ENDS: usize = 4;
    let whole = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    if way.len() <= 2 * ENDS + 1 {
        return whole(way);
    }
    let (first, last) = (whole(&way[..ENDS]), whole(&way[way.len() - ENDS..]));
    first.into_iter().chain([count(way.len() - 2 * ENDS, "more step")]).chain(last).collect()
}

/// Why a step can't be named so.
pub(crate) fn no_such_step(pipeline: &Pipeline, graph: &Graph, name: &str) -> Complaint {
    let complaint = Complaint::usage(format!("{} has no step `{name}`", pipeline.name));
    let function = name.split_whitespace().next().unwrap_or_default();
    let siblings = graph.named(function);
    if siblings.is_empty() {
        let mut names: Vec<_> = graph.steps().map(|step| graph.function(step).short_name()).collect();
        names.sort_unstable();
        names.dedup();
        return complaint.hint(format!("its functions are: {}", names.join(", ")));
    }
    complaint.hint(format!("its steps of {function} are: {}", some_labels(graph, &siblings)))
}

/// The labels of the first few steps, as they are typed.
pub(crate) fn some_labels(graph: &Graph, steps: &[StepId]) -> String {
    /// More labels than these are not told.
    const TOLD: usize = 5;
    let labels: Vec<_> = steps.iter().take(TOLD).map(|&step| format!("`{}`", graph.label(step))).collect();
    let more = if steps.len() > TOLD { ", …" } else { "" };
    labels.join(", ") + more
}
