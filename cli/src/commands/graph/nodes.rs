//! What nodes say, whatever is drawn.

use scrat_engine::{Graph, Origin, Reason, StepId};

use crate::complaint::Complaint;
use crate::draw::{Cause, CauseId, Label, Node, NodeId, PictureError};
use crate::story::causes;
use crate::words::reasons::{by, diff, reason};

/// A step's label: its function, and what tells its steps apart.
pub(super) fn label(text: &str) -> Label {
    let (title, detail) = text.split_once(' ').unwrap_or((text, ""));
    Label::new(title, detail)
}

/// What the pipeline says of a step.
pub(super) fn describe(node: &mut Node, graph: &Graph, step: StepId, whole: bool) {
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
pub(super) fn explain(node: &mut Node, why: &Reason, origin: Origin) {
    let by = by(origin);
    let by = if by.is_empty() { by } else { format!(" —{by}") };
    node.reason = Some(format!("{}{by}", reason(why)));
    node.reason_kind = Some(why.kind().to_owned());
    let diffs: String = why.code_changes().iter().map(|change| diff(&change.old, &change.new)).collect();
    node.diff = Some(diffs).filter(|diff| !diff.is_empty());
}

/// The things that changed, as nodes of their own. What says nothing but that steps ran is left to the steps.
pub(super) fn causes(causes: &[causes::Cause]) -> Vec<Cause> {
    let drawn = causes.iter().filter(|cause| cause.by.is_some());
    let cause = |(index, cause): (usize, &causes::Cause)| {
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

pub(super) fn bug(error: PictureError) -> Complaint {
    Complaint::usage(format!("{error}; this is a bug in scrat"))
}
