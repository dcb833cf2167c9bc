//! Runs: computing the steps that a plan finds, in parallel, each step as soon as its inputs are there.
//!
//! | file | does |
//! | --- | --- |
//! | `schedule` | decides what may start, is skipped, or need not be kept: no threads, no values |
//! | `pool` | has the threads, and carries out the schedule |
//! | `step` | takes one step from "its inputs are there" to its end |
//! | `values`, `export` | get a value to the functions and the files that it is for |
//! | `state`, `slot` | what these share about the run, and about each step |
//! | `rerun` | runs stored steps again, to compare |
//! | `report` | reports the outcome of the run, and records it |

mod export;
mod options;
mod outlet;
mod pool;
mod report;
mod rerun;
mod schedule;
mod slot;
mod state;
mod step;
mod values;

use std::sync::Arc;

pub use export::{export_bytes, write_out};
pub use options::{RunError, RunOptions};
pub use outlet::Streams;
pub use report::{RunReport, RunResult, StepReport};
pub use rerun::{Rerun, RerunOutcome, rerun};

use self::state::Run;
use crate::clock;
use crate::engine::Engine;
use crate::pipeline::graph::Graph;
use crate::plan::Plan;
use crate::sync::lock;

/// Runs the steps of `graph` that are not fresh according to `plan`.
///
/// # Errors
/// If the system provides no threads.
pub fn run(
    engine: &Arc<Engine>,
    pipeline: &str,
    graph: &Graph,
    plan: &Plan,
    options: &RunOptions,
) -> Result<RunReport, RunError> {
    let run = Run::new(engine, graph, plan, options);
    let started = clock::now().saturating_sub(i64::try_from(run.began.elapsed().as_nanos()).unwrap_or(0));
    let todo = run.unwritten.len() + lock(&run.schedule).ready();
    if todo > 0 {
        let threads =
            pool::threads(engine, options).map_err(|error| RunError::Threads { message: error.to_string() })?;
        pool::execute(&threads, &run, todo);
    }
    Ok(run.finish(pipeline, started))
}
