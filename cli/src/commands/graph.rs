//! `scrat graph`: draws a pipeline.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use clap::ArgMatches;
use scrat_engine::{CodeChange, Graph, Pipeline, Plan, Reason, Status as Freshness, StepId};

use super::plan::{Planned, prepare};
use crate::args::{self, Common, Format};
use crate::complaint::Complaint;
use crate::draw::{self, Cause, CauseId, Filter, FilterError, Node, NodeId, Options, Picture, Status, render};
use crate::session::result;
use crate::words::{diff, reason, subject};

pub(crate) fn run(
    common: &Common,
    args: &args::Graph,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let Planned { graph, plan, .. } = prepare(common, Some(&args.forcing), pipeline, flags)?;
    let filter = Filter { stale: args.stale, from: args.from.clone(), to: args.to.clone(), depth: args.depth };
    let picture = picture(pipeline, &graph, &plan)?.filtered(&filter).map_err(|error| match error {
        FilterError::NoSuchStep { .. } => Complaint::usage(error.to_string()),
        FilterError::Picture(_) => Complaint::usage(format!("{error}, which is a bug of scrat")),
    })?;
    let format = match common.format {
        None | Some(Format::Text) => draw::Format::Text,
        Some(Format::Dot) => draw::Format::Dot,
        Some(Format::Mermaid) => draw::Format::Mermaid,
        Some(Format::Svg) => draw::Format::Svg,
        Some(Format::Html) => draw::Format::Html,
        Some(Format::Json) => draw::Format::Json,
    };
    let terminal = std::io::stdout().is_terminal();
    let options = Options {
        width: if terminal { terminal_width() } else { Options::default().width },
        colour: anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
        ..Options::default()
    };
    result(render(&picture, format, &options).trim_end());
    Ok(0)
}

/// Columns of the terminal.
fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(Options::default().width, |(width, _)| usize::from(width.0))
}

/// What there is to see of a plan.
fn picture(pipeline: &Pipeline, graph: &Graph, plan: &Plan) -> Result<Picture, Complaint> {
    let id = |step: StepId| NodeId(step.index());
    let nodes = graph.steps().map(|step| node(graph, plan, step)).collect();
    let edges = graph.steps().flat_map(|step| graph.inputs(step).into_iter().map(move |input| (id(input), id(step))));
    let picture = Picture::new(pipeline.name, nodes, edges.collect::<Vec<_>>(), causes(graph, plan));
    let picture = picture.map_err(|error| Complaint::usage(format!("{error}, which is a bug of scrat")))?;
    Ok(picture.with_caption("plan"))
}

fn node(graph: &Graph, plan: &Plan, step: StepId) -> Node {
    let function = graph.function(step);
    let status = match (plan.status(step), plan.reason(step)) {
        (Freshness::Fresh, _) => Status::Fresh,
        (Freshness::Stale, Some(Reason::NeverRun)) => Status::NeverRun,
        (Freshness::Stale, _) => Status::Stale,
        (Freshness::Pending, _) => Status::Pending,
    };
    // The drawing sets the function apart from what tells its steps apart.
    let label = graph.label(step).replacen(' ', "  ", 1);
    let mut node = Node::new(step.index(), label, function.name(), status);
    node.arguments =
        graph.literals(step).into_iter().map(|(name, short)| (name.to_owned(), short.to_owned())).collect();
    node.reason = plan.reason(step).map(reason);
    node.reason_kind = plan.reason(step).map(|why| why.kind().to_owned());
    node.diff =
        plan.reason(step).map(|why| why.code_changes().iter().map(|change| diff(&change.old, &change.new)).collect());
    node.diff = node.diff.filter(|diff: &String| !diff.is_empty());
    let stored = plan.stored(step);
    node.seconds =
        stored.map(|(_, nanos)| nanos).or_else(|| plan.expected_nanos(graph, step)).map(|nanos| nanos as f64 / 1e9);
    node.bytes = stored.map(|(bytes, _)| bytes);
    let (file, line) = function.place();
    node.source = Some(format!("{file}:{line}"));
    node.exports = graph.exports(step).map(|path| path.display().to_string()).collect();
    node
}

/// Everything that changed, once, with the steps that it makes stale by itself.
fn causes(graph: &Graph, plan: &Plan) -> Vec<Cause> {
    let mut found: BTreeMap<(String, String), (CodeChange, Vec<NodeId>)> = BTreeMap::new();
    for step in graph.steps() {
        for change in plan.reason(step).map(Reason::code_changes).unwrap_or_default() {
            let entry = found.entry((change.kind.clone(), change.name.clone()));
            entry.or_insert_with(|| (change.clone(), Vec::new())).1.push(NodeId(step.index()));
        }
    }
    let cause = |(index, (change, stale)): (usize, (CodeChange, Vec<NodeId>))| Cause {
        id: CauseId(index),
        label: subject(&change),
        kind: change.kind.clone(),
        source: (!change.file.is_empty()).then(|| format!("{}:{}", change.file, change.line)),
        diff: Some(diff(&change.old, &change.new)).filter(|diff| !diff.is_empty()),
        stale,
        behind: 0,
    };
    found.into_values().enumerate().map(cause).collect()
}
