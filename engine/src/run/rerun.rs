//! Running again what is stored, to see whether the same comes out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::options::{RunError, RunOptions};
use super::pool;
use super::slot::Call;
use super::state::Run;
use crate::engine::{Engine, panics};
use crate::function::returns::Failure;
use crate::id::StepId;
use crate::pipeline::graph::Graph;
use crate::plan::{Plan, squirrel_of};
use crate::reason::Reason;
use crate::stash::{Nut, Sample};
use crate::value::{Difference, Room, differ, keeping_files};

/// A stored step that ran again.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rerun {
    /// The step.
    pub step: StepId,
    /// How long its function took.
    pub took: Duration,
    /// What came out.
    pub outcome: RerunOutcome,
}

/// What comes out when a stored step runs again.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RerunOutcome {
    /// What is stored.
    Same,
    /// Something else, for the same arguments and the same code.
    Different {
        /// Where it first differs, if that can be said.
        difference: Option<Difference>,
    },
    /// No value.
    Failed {
        /// Why not.
        message: String,
    },
}

/// Runs a share of a pipeline's stored steps again, one after the other, but at least one, and compares what comes out
/// with what is stored. Nothing of it is stored or exported. Calls that their functions make are answered from the stash.
///
/// # Errors
/// If the system provides no thread.
pub fn rerun(
    engine: &Arc<Engine>,
    graph: &Graph,
    plan: &Plan,
    sample: &Sample,
    options: &RunOptions,
    tell: &(dyn Fn(&Rerun) + Sync),
) -> Result<(), RunError> {
    let threads = pool::threads(engine, options).map_err(|error| RunError::Threads { message: error.to_string() })?;
    let run = Run::looking(engine, graph, plan, options);
    let drawn = drawn(&run, sample);
    threads.install(|| {
        for (step, nut) in drawn {
            if run.is_cancelled() {
                break;
            }
            panics::as_engine(|| engine.enter(|| tell(&again(&run, step, &nut))));
        }
    });
    Ok(())
}

/// The stored steps that are drawn, in their order. One whose inputs are not all stored can't run by itself.
fn drawn(run: &Run<'_>, sample: &Sample) -> Vec<(StepId, Nut)> {
    let stored: BTreeMap<StepId, Nut> =
        run.graph.steps().filter_map(|step| Some((step, stored_nut(run, step)?))).collect();
    let can_run = |step: StepId| run.graph.inputs(step).all(|input| stored.contains_key(&input));
    let mut drawn: Vec<_> = stored.iter().filter(|(step, _)| can_run(**step)).collect();
    drawn.sort_by(|(_, one), (_, other)| sample.rank(&one.key).total_cmp(&sample.rank(&other.key)));
    let count = drawn.iter().filter(|(_, nut)| sample.draws(&nut.key)).count();
    drawn.truncate(count.max(1));
    drawn.sort_by_key(|(step, _)| **step);
    drawn.into_iter().map(|(step, nut)| (*step, nut.clone())).collect()
}

fn stored_nut(run: &Run<'_>, step: StepId) -> Option<Nut> {
    let graph_step = run.graph.step(step);
    squirrel_of(run.engine, &graph_step.node)?.follow(graph_step.deep.as_ref()?)
}

fn again(run: &Run<'_>, step: StepId, nut: &Nut) -> Rerun {
    let mut call = Call::new(Reason::NotStored, run.began.elapsed(), 0);
    let outcome = match run.call(step, &mut call) {
        Err(Failure(message)) => RerunOutcome::Failed { message },
        Ok(returned) => compared(run, step, nut, &*returned.value),
    };
    Rerun { step, took: call.took, outcome }
}

fn compared(run: &Run<'_>, step: StepId, nut: &Nut, value: &dyn std::any::Any) -> RerunOutcome {
    let kind = run.graph.step(step).node.kind;
    let written = panics::catch_here(|| keeping_files(|| kind.write(value, Room::Memory)).0);
    let written = match written {
        Ok(Ok(written)) => written,
        Ok(Err(error)) => return RerunOutcome::Failed { message: error.to_string() },
        Err(message) => return RerunOutcome::Failed { message },
    };
    if written.digest == nut.digest {
        return RerunOutcome::Same;
    }
    let before = run.engine.stash().and_then(|stash| stash.load(nut).ok());
    let difference = before.zip(written.bytes().ok()).and_then(|(before, now)| differ(kind, &before, &now));
    RerunOutcome::Different { difference }
}
