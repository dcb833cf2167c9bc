//! Pipelines: functions marked `#[pipeline]`, with parameters that become flags.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::conflict::ExportConflict;
use crate::engine::Engine;
use crate::graph::Graph;
use crate::panics;
use crate::place::{self, start_folder};
use crate::sealed::Sealed;
use crate::step::{Wanted, WantedSteps, declaring};
use crate::value::File;

/// A function marked `#[pipeline]`. The macro makes one static of it for each.
#[derive(Debug)]
pub struct Pipeline {
    /// The function's name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// The crate that it is in.
    pub crate_name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [PipelineParameter],
    /// Declares its steps.
    pub declare: fn(&Given) -> Result<WantedSteps, ParameterError>,
}

/// A parameter of a pipeline.
#[derive(Debug)]
pub struct PipelineParameter {
    /// As it is written.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// Its type, as it is written.
    pub kind: &'static str,
    /// Whether it takes several values.
    pub many: bool,
    /// Whether a value is a path.
    pub is_path: bool,
    /// Its default, as it is written.
    pub default: Option<&'static str>,
}

/// The type of a parameter, for asking whether it is a path: an inherent constant hides the trait's.
#[derive(Debug)]
pub struct Typed<T>(std::marker::PhantomData<T>);

impl Typed<File> {
    /// It is.
    pub const IS_PATH: bool = true;
}

impl Typed<PathBuf> {
    /// It is.
    pub const IS_PATH: bool = true;
}

/// The answer for everything else.
pub trait NoPath {
    /// It is not.
    const IS_PATH: bool = false;
}

impl<T> NoPath for Typed<T> {}

/// A pipeline in the program's list. For the macro.
#[derive(Debug)]
pub struct RegisteredPipeline(pub &'static Pipeline);

inventory::collect!(RegisteredPipeline);

/// All pipelines linked into this program, by name.
pub fn pipelines() -> Vec<&'static Pipeline> {
    let mut pipelines: Vec<_> = inventory::iter::<RegisteredPipeline>.into_iter().map(|entry| entry.0).collect();
    pipelines.sort_unstable_by_key(|pipeline| (pipeline.name, pipeline.crate_name));
    pipelines
}

impl Pipeline {
    /// The graph of its steps for these parameters.
    ///
    /// # Errors
    /// If a parameter is missing or not of its type, if the function fails, or if its exports are in each other's way.
    pub fn graph(&self, given: &Given) -> Result<Graph, PipelineError> {
        start_folder();
        let failed = |message| PipelineError::Body { pipeline: self.name, message };
        let mut result = Ok(());
        let graph = panics::catch_here(|| {
            let wanted = declaring(|| match (self.declare)(given) {
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
            Graph::new(self.name, &wanted)
        });
        place::return_to_start();
        result?;
        let graph = graph.map_err(failed)?;
        graph.check_exports()?;
        Ok(graph)
    }

    /// The same, with what its function calls itself done by this engine, and noted in the graph.
    ///
    /// # Errors
    /// The same.
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
    #[error("the pipeline {pipeline} failed before it had declared its steps: {message}")]
    Body {
        /// Its name.
        pipeline: &'static str,
        /// In the words of its function.
        message: String,
    },
    /// Its exports are in each other's way.
    #[error(transparent)]
    Exports(#[from] ExportConflict),
}

/// The steps that a pipeline's function returned. For the macro.
pub fn wanted(wanted: impl Wanted) -> WantedSteps {
    wanted.into_steps(Sealed)
}

/// Parameters as they were typed: texts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given(BTreeMap<String, Vec<String>>);

/// A parameter of a pipeline is missing, or not of its type.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// It has no default and was not given.
    #[error("the pipeline needs --{}", flag(name))]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// What was given is not of its type.
    #[error("`{text}` is not a value for --{}, which takes {kind}: {message}", flag(name))]
    Invalid {
        /// The parameter.
        name: &'static str,
        /// As it was typed.
        text: String,
        /// The type, as it is written.
        kind: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

impl Given {
    /// Sets what a parameter was given.
    pub fn set(&mut self, name: &str, texts: Vec<String>) {
        self.0.insert(name.to_owned(), texts);
    }

    /// What parameters were given: names and texts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, texts)| (name.as_str(), texts.as_slice()))
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A parameter of one value.
    ///
    /// # Errors
    /// If it is missing and has no default, or not of its type.
    #[doc(hidden)]
    pub fn one<T: FromStr<Err: std::fmt::Display>>(
        &self,
        parameter: &PipelineParameter,
        default: Option<T>,
    ) -> Result<T, ParameterError> {
        match self.0.get(parameter.name).and_then(|texts| texts.last()) {
            Some(text) => parse(parameter, text),
            None => default.ok_or_else(|| missing(parameter)),
        }
    }

    /// A parameter of several values, given one by one or with commas between them.
    ///
    /// # Errors
    /// If it is missing and has no default, or one of them is not of its type.
    #[doc(hidden)]
    pub fn many<T: FromStr<Err: std::fmt::Display>>(
        &self,
        parameter: &PipelineParameter,
        default: Option<Vec<T>>,
    ) -> Result<Vec<T>, ParameterError> {
        match self.0.get(parameter.name) {
            Some(texts) => texts
                .iter()
                .flat_map(|text| text.split(','))
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| parse(parameter, text))
                .collect(),
            None => default.ok_or_else(|| missing(parameter)),
        }
    }
}

fn missing(parameter: &PipelineParameter) -> ParameterError {
    ParameterError::Missing { name: parameter.name }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(parameter: &PipelineParameter, text: &str) -> Result<T, ParameterError> {
    text.parse().map_err(|error: T::Err| ParameterError::Invalid {
        name: parameter.name,
        text: text.to_owned(),
        kind: parameter.kind,
        message: error.to_string(),
    })
}

/// The flag of a parameter, without the dashes before it: its name with dashes between the words. An underscore
/// before or after the name, which keeps it from being a keyword or unused, is not part of the flag.
pub fn flag(name: &str) -> String {
    name.trim_matches('_').replace('_', "-")
}

impl FromStr for File {
    type Err = std::convert::Infallible;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(path))
    }
}

/// What a default in `#[pipeline(name = default)]` may be for a parameter of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no default for a pipeline's parameter of type `{T}`",
    label = "not a `{T}`"
)]
pub trait DefaultFor<T> {
    /// The default.
    fn into_default(self) -> T;
}

impl<T> DefaultFor<T> for T {
    fn into_default(self) -> T {
        self
    }
}

impl DefaultFor<String> for &str {
    fn into_default(self) -> String {
        self.to_owned()
    }
}

impl DefaultFor<PathBuf> for &str {
    fn into_default(self) -> PathBuf {
        self.into()
    }
}

impl DefaultFor<File> for &str {
    fn into_default(self) -> File {
        File::new(self)
    }
}

impl<T, D: DefaultFor<T>, const N: usize> DefaultFor<Vec<T>> for [D; N] {
    fn into_default(self) -> Vec<T> {
        self.into_iter().map(D::into_default).collect()
    }
}
