//! What there is to see of the last run: how each step ended, and how long it took.

use scrat_engine::{PastOutcome, PastStep, Reason};

use super::nodes::{bug, causes, describe, explain, label};
use crate::complaint::Complaint;
use crate::draw::{Node, NodeId, Picture, Status};
use crate::story::last_run::Last;
use crate::words::reasons::time;

pub(super) fn picture(last: &Last, whole: bool) -> Result<Picture, Complaint> {
    let nodes = (0..last.steps.len()).map(|at| node(last, at, whole)).collect();
    let edges = last.inputs.iter().enumerate().flat_map(|(at, inputs)| inputs.iter().map(move |&input| (input, at)));
    let edges: Vec<_> = edges.map(|(from, to)| (NodeId(from), NodeId(to))).collect();
    let picture = Picture::new(&last.run.pipeline, nodes, edges, causes(&last.causes()));
    let gone = if last.changed { ", pipeline changed since" } else { "" };
    Ok(picture.map_err(bug)?.with_caption(format!("run of {}{gone}", time(last.run.started))))
}

fn node(last: &Last, at: usize, whole: bool) -> Node {
    let step = &last.steps[at];
    let mut node = Node::new(at, label(&step.label), &step.function, status(step));
    if let Some(now) = last.now[at] {
        describe(&mut node, &last.graph, now, whole);
    }
    if let Some(why) = step.reason() {
        // What a step inherits in a run is the value that the one before returned.
        let origin = why.origin();
        explain(&mut node, &why, origin);
        if why == Reason::Upstream {
            node.reason = None;
        }
    }
    node.seconds = step.nanos.map(|nanos| nanos as f64 / 1e9);
    node.message = step.message.clone();
    node.retries = step.retries;
    node
}

fn status(step: &PastStep) -> Status {
    match step.outcome {
        PastOutcome::Hit => Status::Hit,
        PastOutcome::Ran | PastOutcome::Body => Status::Ran,
        PastOutcome::Failed => Status::Failed,
        _ => Status::Skipped,
    }
}
