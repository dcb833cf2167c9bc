//! A pipeline looked up in the stash: what is fresh, and what makes the rest stale. `plan`, `graph` and `why` tell of it.

use std::sync::Arc;

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{Engine, Force, Function, Graph, Pipeline, Plan, Status, StepId};

use super::causes::{Cause, causes};
use super::timeline::check_paths;
use crate::args::parameters::given;
use crate::args::{Common, Forcing};
use crate::complaint::Complaint;
use crate::notices::notice;
use crate::open::{config, declare, force, looking_engine};
use crate::print::talk;
use crate::words::steps::some_lines;

/// A pipeline that was looked up.
pub(crate) struct Planned {
    pub graph: Graph,
    pub plan: Plan,
    pub engine: Arc<Engine>,
}

/// Looks a pipeline up, as `plan`, `graph` and `why` need it.
pub(crate) fn prepare(
    common: &Common,
    forcing: Option<&Forcing>,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<Planned, Complaint> {
    let config = config(common, forcing)?;
    let engine = looking_engine(&config, pipeline, |event| {
        if let Some(notice) = notice(event) {
            talk(format_args!("{} {notice}", "scrat:".dimmed()));
        }
    })?;
    let graph = declare(pipeline, &engine, &given(pipeline, flags))?;
    check_paths(&graph, &engine, None)?;
    let force = forcing.map_or(Ok(Force::Nothing), |forcing| force(forcing, pipeline, &graph))?;
    let plan = Plan::new(&engine, &graph, &force);
    Ok(Planned { graph, plan, engine })
}

/// What the pipeline's function had to compute itself, each function once, with how often and how long.
pub(crate) fn body_computed(graph: &Graph) -> Vec<(&'static Function, usize, f64)> {
    let mut functions: Vec<(&'static Function, usize, f64)> = Vec::new();
    for call in graph.body().iter().filter(|call| !call.hit) {
        let seconds = call.took.as_secs_f64();
        match functions.iter_mut().find(|(function, ..)| function.name() == call.function.name()) {
            Some((_, count, sum)) => {
                *count += 1;
                *sum += seconds;
            }
            None => functions.push((call.function, 1, seconds)),
        }
    }
    functions
}

/// What makes steps stale, each thing once. Positions are those of the steps.
pub(crate) fn causes_of(graph: &Graph, plan: &Plan) -> Vec<Cause> {
    let reasons: Vec<_> = graph.steps().map(|step| plan.reason(step).cloned()).collect();
    let inputs: Vec<_> = graph.steps().map(|step| graph.inputs(step).map(StepId::index).collect()).collect();
    let functions: Vec<_> = graph.steps().map(|step| graph.function(step).name()).collect();
    causes(&reasons, &inputs, &functions)
}

pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Fresh => "fresh",
        Status::Stale => "stale",
        _ => "pending",
    }
}

/// Steps by function: few with their labels, many as a count.
pub(crate) fn folded(graph: &Graph, steps: &[StepId]) -> Vec<String> {
    let functions: Vec<_> = graph.steps().map(|step| graph.function(step).name()).collect();
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    some_lines(&steps.iter().map(|step| step.index()).collect::<Vec<_>>(), &functions, &labels)
}
