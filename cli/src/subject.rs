//! The pipeline that a command is about: which one it is, its graph, and an engine for it.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use owo_colors::OwoColorize;
use scrat_engine::{Config, Engine, Event, Force, Given, Graph, Pipeline, Stash};

use crate::args::Forcing;
use crate::complaint::Complaint;
use crate::parameters::lists_take_commas;
use crate::session::{IF_MISSING, current_folder, talk, variable, was_invoked};
use crate::steps::no_such_step;
use crate::{last_words, streams, timeline};

/// The pipeline that a command is about.
pub(crate) fn pipeline(
    linked: &[&'static Pipeline],
    chosen: Option<&'static Pipeline>,
    named: Option<&str>,
    words: &[OsString],
) -> Result<&'static Pipeline, Complaint> {
    let there = linked.iter().map(|pipeline| pipeline.name).collect::<Vec<_>>().join(", ");
    match (chosen, named) {
        (Some(pipeline), None) => Ok(pipeline),
        (Some(pipeline), Some(name)) if pipeline.name == name => Ok(pipeline),
        _ if linked.is_empty() => Err(no_pipelines()),
        (_, Some(name)) => {
            let hint = lists_take_commas(words, name).or_else(if_missing);
            Err(Complaint::usage(format!("there is no pipeline `{name}` in this program"))
                .hint(hint.unwrap_or_else(|| format!("this program has: {there}"))))
        }
        (None, None) => {
            Err(Complaint::usage("this program has several pipelines").hint(format!("name one of: {there}")))
        }
    }
}

/// Why a program without pipelines can't go on. It must not build anything: what it would start is itself.
pub(crate) fn no_pipelines() -> Complaint {
    Complaint::usage("this program has no pipelines")
        .hint(if_missing().unwrap_or_else(|| "mark a function with #[pipeline], and declare steps in it".to_owned()))
}

fn if_missing() -> Option<String> {
    variable(IF_MISSING).filter(|_| was_invoked())?.into_string().ok()
}

/// The graph of a pipeline, for commands that run nothing of it: but for its body. What that prints is kept apart
/// from results.
pub(crate) fn declare(pipeline: &'static Pipeline, engine: &Arc<Engine>, given: &Given) -> Result<Graph, Complaint> {
    let _apart = streams::keep_apart();
    let _under_way = last_words::listen();
    streams::show_by(|line| talk(format_args!("{} {line}", format_args!("{} │", pipeline.name).dimmed())));
    Ok(pipeline.graph_in(engine, given)?)
}

/// An engine for planning: it makes no stash.
pub(crate) fn looking_engine(
    config: &Config,
    pipeline: &'static Pipeline,
    observer: impl Fn(&Event) + Send + Sync + 'static,
) -> Result<Arc<Engine>, Complaint> {
    let root = config.stash.clone().or_else(|| Stash::find(&current_folder()));
    let stash = match root {
        Some(root) if !config.disable => match Stash::open(&root) {
            Err(scrat_engine::StashError::Missing { .. }) => None,
            other => Some(other?),
        },
        _ => None,
    };
    let observer = move |event: &Event| match event {
        Event::Aborting { message, .. } => {
            streams::settle(true);
            talk(format_args!("{} {}: {message}", "failed".red().bold(), pipeline.name));
        }
        other => observer(other),
    };
    let engine = Arc::new(Engine::new(stash, observer));
    // What a pipeline's body calls on threads of its own belongs to the same stash.
    engine.make_default();
    Ok(engine)
}

/// An engine for running. A damaged stash stops the run before it starts; one that can't be made does not.
pub(crate) fn running_engine(
    config: &Config,
    observer: impl Fn(&Event) + Send + Sync + 'static,
) -> Result<Arc<Engine>, Complaint> {
    if !config.disable {
        let root = config.stash.clone().or_else(|| Stash::find(&current_folder()));
        if let Some(root) = root {
            use scrat_engine::StashError::{Foreign, Missing, Occupied};
            match Stash::open(&root).map(drop) {
                // Where other things are, none can be meant. Whatever else is wrong is told by whoever makes it.
                Err(Missing { .. }) => {
                    if let Err(error @ (Occupied { .. } | Foreign { .. })) = Stash::check_place(&root) {
                        return Err(error.into());
                    }
                }
                other => other?,
            }
        }
    }
    let engine = Arc::new(Engine::open(config, &current_folder(), observer));
    // What steps call on threads of their own belongs to the same stash.
    engine.make_default();
    Ok(engine)
}

/// Checks that no export goes where something of ours is, and that the timeline takes nothing's place, either.
pub(crate) fn check_paths(graph: &Graph, engine: &Engine, timeline: Option<&Path>) -> Result<(), Complaint> {
    let stash = engine.stash().map(Stash::root);
    let in_stash = stash.map(|stash| (stash, "in the stash"));
    let reserved: Vec<_> = in_stash.into_iter().chain(timeline.map(|file| (file, "where the timeline goes"))).collect();
    graph.check_reserved(&reserved)?;
    match timeline {
        None => Ok(()),
        Some(file) if graph.reads(file) => Err(timeline::taken(file, "an input of the pipeline")),
        Some(file) => timeline::check(file, stash),
    }
}

/// Which steps the user wants to run in any case.
pub(crate) fn force(forcing: &Forcing, pipeline: &Pipeline, graph: &Graph) -> Result<Force, Complaint> {
    let force = match forcing.force.as_deref() {
        None => Force::Nothing,
        Some("") => Force::All,
        // `--force penguins` reads like `--force` and a pipeline.
        Some(name) if name == pipeline.name => Force::All,
        Some(step) => Force::Named(step.to_owned()),
    };
    match &force {
        Force::Named(step) if force.misses(graph) => Err(no_such_step(pipeline, graph, step)),
        _ => Ok(force),
    }
}
