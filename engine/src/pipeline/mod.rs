//! Pipelines: functions marked `#[pipeline]`, with parameters that become flags.

pub(crate) mod builder;
pub(crate) mod conflict;
pub(crate) mod exportable;
pub(crate) mod files;
pub(crate) mod graph;
pub(crate) mod input;
pub(crate) mod label;
pub(crate) mod node;
pub(crate) mod parameters;
pub(crate) mod pattern;
pub(crate) mod running;
pub(crate) mod step;
pub(crate) mod wanted;

use std::sync::Arc;

use conflict::ExportConflict;
use graph::Graph;
use node::declaring;
use parameters::{ParameterError, PipelineParameter};
use wanted::{Wanted, WantedSteps};

use crate::engine::{Engine, panics};
use crate::given::Given;
use crate::place::{self, start_folder};
use crate::sealed::Sealed;

/// A function marked `#[pipeline]`. The macro makes a static of this type for each one.
#[derive(Debug)]
pub struct Pipeline {
    /// The function's name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// The crate that it is in.
    pub crate_name: &'static str,
    /// The file and line of its attribute.
    pub place: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [PipelineParameter],
    /// Reads its arguments, and does nothing with them.
    pub check: fn(&Given) -> Result<(), ParameterError>,
    /// The function that declares its steps.
    pub declare: fn(&Given) -> Result<WantedSteps, ParameterError>,
}

/// A pipeline in the program's list. For the macro.
#[derive(Debug)]
pub struct RegisteredPipeline(pub &'static Pipeline);

inventory::collect!(RegisteredPipeline);

/// All pipelines linked into this program, by name.
pub fn pipelines() -> Vec<&'static Pipeline> {
    let mut pipelines: Vec<_> = inventory::iter::<RegisteredPipeline>.into_iter().map(|entry| entry.0).collect();
    pipelines.sort_unstable_by_key(|pipeline| (pipeline.name, pipeline.crate_name, pipeline.place));
    pipelines
}

impl Pipeline {
    /// Whether a pipeline can be made of these arguments, which is known before any of its code runs.
    ///
    /// # Errors
    /// If a parameter is missing or not of its type.
    pub fn check(&self, given: &Given) -> Result<(), PipelineError> {
        start_folder();
        // What panics here does so again where the graph is made, and is told there.
        let checked = panics::catch_here(|| (self.check)(given));
        Ok(checked.unwrap_or(Ok(()))?)
    }

    /// The graph of the pipeline's steps for these arguments.
    ///
    /// # Errors
    /// If a parameter is missing or not of its type, if the function fails, or if exports conflict.
    pub fn graph(&self, given: &Given) -> Result<Graph, PipelineError> {
        start_folder();
        let failed = |message| PipelineError::Body { pipeline: self.name, message };
        let mut result = Ok(());
        let graph = panics::catch_here(|| {
            let declared = declaring(|| match (self.declare)(given) {
                Ok(WantedSteps { nodes, failure: None }) => nodes,
                Ok(WantedSteps { failure: Some(failure), .. }) => {
                    result = Err(failed(failure.0));
                    Vec::new()
                }
                Err(error) => {
                    result = Err(error.into());
                    Vec::new()
                }
            });
            Graph::new(self.name, declared)
        });
        place::return_to_start();
        result?;
        let graph = graph.map_err(failed)?;
        graph.check_exports()?;
        Ok(graph)
    }

    /// The same graph, made with this engine. Stashed functions that the pipeline's function calls itself use the
    /// engine, and the calls are noted in the graph.
    ///
    /// # Errors
    /// As for [`Pipeline::graph`].
    pub fn graph_in(&self, engine: &Arc<Engine>, given: &Given) -> Result<Graph, PipelineError> {
        let (graph, calls) = engine.recording(|| self.graph(given));
        graph.map(|graph| graph.with_body(calls))
    }
}

/// Why a pipeline has no graph.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// A parameter is missing or not of its type.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Its function returned an error or panicked.
    #[error("the pipeline {pipeline} failed before all of its steps were declared: {message}")]
    Body {
        /// Its name.
        pipeline: &'static str,
        /// The message of the error or the panic.
        message: String,
    },
    /// Two exports conflict, or an export's path is used for something else.
    #[error(transparent)]
    Exports(#[from] ExportConflict),
}

/// The steps that a pipeline's function returned. For the macro.
pub fn wanted(wanted: impl Wanted) -> WantedSteps {
    wanted.into_steps(Sealed)
}
