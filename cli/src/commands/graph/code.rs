//! What there is to see of the code behind a pipeline: its stashed functions, the helpers that they reach, and the
//! stashed functions that they call themselves.
//!
//! A function's parts tell of each piece of code through which other one it is reached first. A piece that is no
//! function (an `impl`, a type, a macro) is skipped, so that an arrow leads from a helper to the function that
//! reaches it.

use std::collections::BTreeMap;

use scrat_engine::{Function, Graph, Pipeline, Plan, Reason, Status as Freshness, functions};
use scrat_fingerprint::{Part, PartKind};

use super::nodes::{bug, causes, explain};
use crate::complaint::Complaint;
use crate::draw::{Kind, Node, NodeId, Picture, Status};
use crate::story::causes::Cause;
use crate::story::planned::causes_of;
use crate::words::reasons::{census, diff, short};

pub(super) fn picture(pipeline: &Pipeline, graph: &Graph, plan: &Plan) -> Result<Picture, Complaint> {
    let mut code = CodeGraph::default();
    for function in reached(graph) {
        code.stashed(function);
    }
    let status: BTreeMap<&str, Status> = statuses(graph, plan);
    for (name, node) in &mut code.nodes {
        let is_stashed = node.kind == Kind::Function;
        node.label.detail = if is_stashed { "stashed" } else { "helper" }.to_owned();
        let otherwise = if is_stashed { Status::Fresh } else { Status::Helper };
        node.status = status.get(name.as_str()).copied().unwrap_or(otherwise);
    }
    for step in graph.steps() {
        let node = code.nodes.get_mut(graph.function(step).name()).filter(|node| node.reason.is_none());
        if let (Some(node), Some(why)) = (node, plan.reason(step)) {
            explain(node, why, why.origin());
        }
    }
    let mut changed: Vec<Cause> = causes_of(graph, plan).into_iter().filter(|cause| cause.change.is_some()).collect();
    let names: Vec<&str> = graph.steps().map(|step| graph.function(step).name()).collect();
    for cause in &mut changed {
        let functions = cause.steps.iter().filter_map(|&step| Some(code.nodes.get(*names.get(step)?)?.id.0));
        let mut functions: Vec<_> = functions.collect();
        functions.sort_unstable();
        functions.dedup();
        cause.steps = functions;
    }
    // A function that changed is a node itself.
    changed.retain(|cause| {
        let change = cause.change.as_ref();
        let Some((node, change)) = change.and_then(|change| Some((code.nodes.get_mut(&change.name)?, change))) else {
            return true;
        };
        if node.kind == Kind::Helper {
            node.status = Status::Changed;
            node.label.detail.push_str(", changed");
            node.reason = Some(cause.sentence.clone());
            node.diff = Some(diff(&change.old, &change.new)).filter(|diff| !diff.is_empty());
        }
        false
    });
    let mut nodes: Vec<_> = code.nodes.into_values().collect();
    nodes.sort_by_key(|node| node.id);
    let edges = code.edges.into_iter().map(|(from, to)| (NodeId(from), NodeId(to))).collect::<Vec<_>>();
    let picture = Picture::new(pipeline.name, nodes, edges, causes(&changed));
    Ok(picture.map_err(bug)?.with_caption("code"))
}

/// The stashed functions of the steps, and those that they call.
fn reached(graph: &Graph) -> Vec<&'static Function> {
    let all: BTreeMap<&str, &'static Function> =
        functions().into_iter().map(|function| (function.name(), function)).collect();
    let mut found: Vec<&'static Function> = Vec::new();
    let mut open: Vec<&'static Function> = graph.steps().map(|step| graph.function(step)).collect();
    open.reverse();
    while let Some(function) = open.pop() {
        if !found.iter().any(|other| other.name() == function.name()) {
            found.push(function);
            open.extend(function.calls().iter().filter_map(|name| all.get(name.as_str())));
        }
    }
    found
}

/// The worst status of each function's steps.
fn statuses<'g>(graph: &'g Graph, plan: &Plan) -> BTreeMap<&'g str, Status> {
    let mut statuses = BTreeMap::new();
    for step in graph.steps() {
        let status = match (plan.status(step), plan.reason(step)) {
            (Freshness::Fresh, _) => Status::Fresh,
            (Freshness::Stale, Some(Reason::NeverRun)) => Status::NeverRun,
            (Freshness::Stale, _) => Status::Stale,
            _ => Status::Pending,
        };
        let worst = statuses.entry(graph.function(step).name()).or_insert(status);
        *worst = (*worst).min(status);
    }
    statuses
}

#[derive(Default)]
struct CodeGraph {
    nodes: BTreeMap<String, Node>,
    edges: Vec<(usize, usize)>,
}

impl CodeGraph {
    fn stashed(&mut self, function: &'static Function) {
        let parts = function.parts();
        let own = self.node(function.name(), Kind::Function);
        let (file, line) = function.place();
        if let Some(node) = self.nodes.get_mut(function.name()) {
            // It may have been met as another function's helper.
            node.kind = Kind::Function;
            node.source = Some(format!("{file}:{line}"));
            node.arguments = vec![("code".to_owned(), census(parts))];
        }
        for called in function.calls() {
            let called = self.node(called, Kind::Function);
            self.edge(called, own);
        }
        for part in parts.iter().filter(|part| part.kind == PartKind::Function && part.name != function.name()) {
            let is_called = function.calls().contains(&part.name);
            let id = self.node(&part.name, if is_called { Kind::Function } else { Kind::Helper });
            if let Some(node) = self.nodes.get_mut(&part.name).filter(|node| node.source.is_none()) {
                node.source = (!part.file.is_empty()).then(|| format!("{}:{}", part.file, part.line));
            }
            let user = user(parts, part).map_or(own, |user| self.node(&user.name, Kind::Helper));
            self.edge(id, user);
        }
    }

    /// The number of a function's node, which is made if it is not there.
    fn node(&mut self, name: &str, kind: Kind) -> usize {
        let next = self.nodes.len();
        let node = self.nodes.entry(name.to_owned()).or_insert_with(|| {
            let mut node = Node::new(next, short(name), name, Status::Fresh);
            node.kind = kind;
            node
        });
        node.id.0
    }

    fn edge(&mut self, from: usize, to: usize) {
        if from != to && !self.edges.contains(&(from, to)) {
            self.edges.push((from, to));
        }
    }
}

/// The function through which a part is reached.
fn user<'p>(parts: &'p [Part], part: &Part) -> Option<&'p Part> {
    let mut at = part.via;
    for _ in 0..parts.len() {
        let before = parts.get(at? as usize)?;
        if before.kind == PartKind::Function {
            return Some(before);
        }
        at = before.via;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind, name: &str, via: Option<u32>) -> Part {
        Part { kind, name: name.to_owned(), hash: [0; 32], file: String::new(), line: 0, via, text: String::new() }
    }

    #[test]
    fn a_helper_behind_an_impl_is_drawn_at_the_function_that_reaches_it() {
        let parts = [
            part(PartKind::Function, "demo::clean", None),
            part(PartKind::Impl, "demo::<Scale>", Some(0)),
            part(PartKind::Function, "demo::<Scale>::of", Some(1)),
        ];
        assert_eq!(user(&parts, &parts[2]), Some(&parts[0]));
        assert_eq!(user(&parts, &parts[0]), None);
    }
}
