//! The last run: what the index remembers of it, joined with the pipeline as it is now.

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{Graph, PastOutcome, PastRun, PastStep, Pipeline, Reason, StepId};

use super::causes::{Cause, causes};
use crate::args::Common;
use crate::args::parameters::given;
use crate::complaint::Complaint;
use crate::open::{config, declare, looking_engine, stash};
use crate::print::talk;

/// A recorded run.
pub(crate) struct Last {
    pub run: PastRun,
    pub steps: Vec<PastStep>,
    /// The pipeline as it is now, given what the run was given.
    pub graph: Graph,
    /// Positions of the inputs of each step, as the pipeline has them now.
    pub inputs: Vec<Vec<usize>>,
    /// The step of the pipeline as it is now that each step was.
    pub now: Vec<Option<StepId>>,
    /// Whether the pipeline declares other steps now.
    pub changed: bool,
}

/// What the index remembers of the last run of a pipeline.
pub(crate) fn recorded(common: &Common, pipeline: &Pipeline) -> Result<(PastRun, Vec<PastStep>), Complaint> {
    let found = stash(common)?.last_run(Some(pipeline.name))?;
    found.ok_or_else(|| {
        Complaint::usage(format!("{} has not been run with this stash", pipeline.name))
            .hint(format!("`scrat run {0}` runs it, and `scrat plan {0}` says what that would do", pipeline.name))
    })
}

/// Looks the last run of a pipeline up. Its parameters are those that it was given then, unless some are given now.
pub(crate) fn last(
    common: &Common,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<Last, Complaint> {
    let (run, steps) = recorded(common, pipeline)?;
    let typed = given(pipeline, flags);
    let engine = looking_engine(&config(common, None)?, pipeline, |_| {})?;
    let graph = match &run.given {
        Some(given) if typed.is_empty() => declare(pipeline, &engine, given).map_err(|complaint| {
            complaint.hint("the pipeline's parameters have changed since that run: give them as flags")
        })?,
        _ => declare(pipeline, &engine, &typed)?,
    };
    Ok(joined(run, steps, graph))
}

fn joined(run: PastRun, steps: Vec<PastStep>, graph: Graph) -> Last {
    let position: std::collections::HashMap<&str, usize> =
        steps.iter().enumerate().map(|(at, step)| (step.label.as_str(), at)).collect();
    let mut inputs = vec![Vec::new(); steps.len()];
    let mut now = vec![None; steps.len()];
    let mut known = 0;
    for step in graph.steps() {
        let Some(&at) = position.get(graph.label(step)) else { continue };
        known += 1;
        now[at] = Some(step);
        let earlier = graph.inputs(step).filter_map(|input| position.get(graph.label(input)).copied());
        // The order of declaration may be another now; a step never follows one that comes later.
        inputs[at] = earlier.filter(|&input| input < at).collect();
    }
    let declared = steps.iter().filter(|step| step.outcome != PastOutcome::Body).count();
    let changed = known != declared || known != graph.len();
    Last { run, steps, graph, inputs, now, changed }
}

impl Last {
    /// Why each step ran, in order; none for those that did not.
    pub(crate) fn reasons(&self) -> Vec<Option<Reason>> {
        let reason = |step: &PastStep| match step.outcome {
            PastOutcome::Ran | PastOutcome::Failed => Some(step.reason().unwrap_or(Reason::Upstream)),
            _ => None,
        };
        self.steps.iter().map(reason).collect()
    }

    pub(crate) fn causes(&self) -> Vec<Cause> {
        let functions: Vec<_> = self.steps.iter().map(|step| step.function.as_str()).collect();
        causes(&self.reasons(), &self.inputs, &functions)
    }

    /// Says it if the steps are not what they were.
    pub(crate) fn tell_if_changed(&self) {
        if self.changed {
            talk(format_args!(
                "{} the pipeline's steps or its parameters have changed since that run; how steps depend on each other \
                 is known only for those that still exist",
                "scrat:".dimmed()
            ));
        }
    }
}
