//! `scrat graph`: draws a pipeline as it would run, as it ran, or as code.

mod code;
mod last;
mod open;
mod plan;

use clap::ArgMatches;
use scrat_engine::{Graph, Origin, Pipeline, Reason, StepId};

use super::plan::prepare;
use crate::args::{self, Common, Format};
use crate::complaint::Complaint;
use crate::draw::{self, Cause, CauseId, Filter, FilterError, Node, NodeId, Options, PictureError, render};
use crate::session::{result, shown, stash, talk, users_folder};
use crate::words::{by, diff, reason};
use crate::wrap::columns;

pub(crate) fn run(
    common: &Common,
    args: &args::Graph,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    if let Some(file) = &args.timeline {
        return timeline(common, file, pipeline);
    }
    let whole = common.format == Some(Format::Json);
    let picture = if args.last {
        let last = super::last::last(common, pipeline, flags)?;
        last.tell_if_changed();
        last::picture(&last, whole)?
    } else {
        let planned = prepare(common, Some(&args.forcing), pipeline, flags)?;
        match args.code {
            true => code::picture(pipeline, &planned.graph, &planned.plan)?,
            false => plan::picture(pipeline, &planned.graph, &planned.plan, whole)?,
        }
    };
    let filter = Filter { stale: args.stale, from: args.from.clone(), to: args.to.clone(), depth: args.depth };
    let picture = picture.filtered(&filter).map_err(|error| match error {
        FilterError::NoSuchStep { .. } => Complaint::usage(error.to_string()),
        FilterError::Picture(error) => bug(error),
    })?;
    if args.open {
        if !matches!(common.format, None | Some(Format::Html)) {
            return Err(Complaint::usage("a browser opens html; leave --format out"));
        }
        open::open(pipeline.name, &render(&picture, draw::Format::Html, &options()))?;
        return Ok(0);
    }
    let format = match common.format {
        None | Some(Format::Text) => draw::Format::Text,
        Some(Format::Dot) => draw::Format::Dot,
        Some(Format::Mermaid) => draw::Format::Mermaid,
        Some(Format::Svg) => draw::Format::Svg,
        Some(Format::Html) => draw::Format::Html,
        Some(Format::Json) => draw::Format::Json,
    };
    result(render(&picture, format, &options()).trim_end());
    Ok(0)
}

fn options() -> Options {
    Options {
        width: columns().unwrap_or(Options::default().width),
        colour: crate::streams::has_colours(),
        ..Options::default()
    }
}

/// Writes the last run for a viewer of traces.
fn timeline(common: &Common, file: &std::path::Path, pipeline: &'static Pipeline) -> Result<u8, Complaint> {
    let (run, steps) = super::last::recorded(common, pipeline)?;
    let path = users_folder().join(file);
    let stash = stash(common)?;
    crate::timeline::write(&path, Some(stash.root()), &run, &steps, &scrat_engine::Streams::default())?;
    talk(format_args!("open it in a viewer of Chrome traces, such as chrome://tracing or Perfetto"));
    result(shown(&path));
    Ok(0)
}

/// A label as the drawing takes it: the function set apart from what tells its steps apart.
fn title(label: &str) -> String {
    label.replacen(' ', "  ", 1)
}

/// What the pipeline says of a step.
fn describe(node: &mut Node, graph: &Graph, step: StepId, whole: bool) {
    // A program that reads a drawing gets all of a value; nobody else does.
    node.arguments = match whole {
        true => graph.whole_literals(step).into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        false => graph.literals(step).into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    };
    let (file, line) = graph.function(step).place();
    node.source = Some(format!("{file}:{line}"));
    node.exports = graph.exports(step).map(|path| path.display().to_string()).collect();
}

/// Why a step is not fresh, or was not.
fn explain(node: &mut Node, why: &Reason, origin: Origin) {
    let by = by(origin);
    let by = if by.is_empty() { by } else { format!(" —{by}") };
    node.reason = Some(format!("{}{by}", reason(why)));
    node.reason_kind = Some(why.kind().to_owned());
    let diffs: String = why.code_changes().iter().map(|change| diff(&change.old, &change.new)).collect();
    node.diff = Some(diffs).filter(|diff| !diff.is_empty());
}

/// The things that changed, as nodes of their own. What says nothing but that steps ran is left to the steps.
fn causes(causes: &[crate::causes::Cause]) -> Vec<Cause> {
    let drawn = causes.iter().filter(|cause| cause.by.is_some());
    let cause = |(index, cause): (usize, &crate::causes::Cause)| {
        let change = cause.change.as_ref();
        let place = change.filter(|change| !change.file.is_empty());
        Cause {
            id: CauseId(index),
            label: cause.subject.clone(),
            kind: cause.kind.clone(),
            source: place.map(|change| format!("{}:{}", change.file, change.line)),
            diff: change.map(|change| diff(&change.old, &change.new)).filter(|diff| !diff.is_empty()),
            stale: cause.steps.iter().map(|&step| NodeId(step)).collect(),
            behind: 0,
        }
    };
    drawn.enumerate().map(cause).collect()
}

fn bug(error: PictureError) -> Complaint {
    Complaint::usage(format!("{error}, which is a bug of scrat"))
}
