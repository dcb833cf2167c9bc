//! What there is to see of a plan.

use scrat_engine::{Origin, Pipeline, Reason, Status as Freshness, StepId};

use super::nodes::{bug, causes, describe, explain, label};
use crate::complaint::Complaint;
use crate::draw::{Label, Node, NodeId, Picture, Status};
use crate::story::planned::{Planned, body_computed, causes_of};

/// What there is to see of a plan.
pub(super) fn picture(pipeline: &Pipeline, planned: &Planned, whole: bool) -> Result<Picture, Complaint> {
    let Planned { graph, plan, .. } = planned;
    let id = |step: StepId| NodeId(step.index());
    let origins = plan.origins(graph);
    let mut nodes: Vec<_> = graph.steps().map(|step| node(planned, step, origins[step.index()], whole)).collect();
    // What the pipeline's function computed itself is drawn apart: where its results go is not known.
    for (function, count, seconds) in body_computed(graph) {
        let often = if count > 1 { format!(" ×{count}") } else { String::new() };
        let label = Label::new(function.short_name(), format!("in the body{often}"));
        let mut node = Node::new(nodes.len(), label, function.name(), Status::Ran);
        node.seconds = Some(seconds);
        nodes.push(node);
    }
    let edges = graph.steps().flat_map(|step| graph.inputs(step).map(move |input| (id(input), id(step))));
    let picture = Picture::new(pipeline.name, nodes, edges.collect::<Vec<_>>(), causes(&causes_of(graph, plan)));
    Ok(picture.map_err(bug)?.with_caption("plan"))
}

fn node(planned: &Planned, step: StepId, origin: Origin, whole: bool) -> Node {
    let Planned { graph, plan, engine } = planned;
    let function = graph.function(step);
    let status = match (plan.status(step), plan.reason(step)) {
        (Freshness::Fresh, _) => Status::Fresh,
        (Freshness::Stale, Some(Reason::NeverRun)) => Status::NeverRun,
        (Freshness::Stale, _) => Status::Stale,
        _ => Status::Pending,
    };
    let mut node = Node::new(step.index(), label(graph.label(step)), function.name(), status);
    describe(&mut node, graph, step, whole);
    if let Some(why) = plan.reason(step) {
        explain(&mut node, why, origin);
    }
    let stored = plan.stored_in(engine, graph, step);
    node.seconds =
        stored.map(|(_, nanos)| nanos).or_else(|| plan.expected_nanos(graph, step)).map(|nanos| nanos as f64 / 1e9);
    node.bytes = stored.map(|(bytes, _)| bytes);
    node
}
