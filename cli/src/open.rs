//! What a command is about, opened: the settings, the stash, the pipeline with its graph, and an engine for it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use owo_colors::OwoColorize;
use scrat_engine::{Config, Engine, Event, Force, Given, Graph, Pipeline, Stash, Which};

use crate::args::parameters::lists_take_commas;
use crate::args::{Common, Forcing};
use crate::complaint::Complaint;
use crate::print::{keep_apart, last_words, settle, show_by, talk};
use crate::session::{IF_MISSING, current_folder, shown, users_folder, variable, was_invoked};
use crate::words::steps::no_such_step;

/// The settings: flags over everything else.
pub(crate) fn config(common: &Common, forcing: Option<&Forcing>) -> Result<Config, Complaint> {
    let mut config = Config::load(&current_folder())?;
    // Only the environment leaves a path relative, and the user set that where the user stands.
    config.stash = config.stash.map(|stash| users_folder().join(stash));
    if let Some(stash) = &common.stash {
        config.stash = Some(users_folder().join(stash));
    }
    if forcing.is_some_and(|forcing| forcing.disable) {
        config.disable = Which::All;
    }
    Ok(config)
}

/// The stash that is there, for commands that only look.
pub(crate) fn stash(common: &Common) -> Result<Stash, Complaint> {
    let stash = Stash::open(&stash_folder(common)?)?;
    stash.on_long_wait(|| talk("waiting for another process, which is writing to the stash"));
    Ok(stash)
}

/// Where the stash is.
pub(crate) fn stash_folder(common: &Common) -> Result<PathBuf, Complaint> {
    let config = config(common, None)?;
    let root = config.stash.or_else(|| Stash::find(&current_folder()));
    root.ok_or_else(|| {
        Complaint::usage(format!("there is no stash in {} or above it", shown(&current_folder())))
            .hint("`scrat init` makes one, and so does the first run")
    })
}

/// The pipeline of the last run, if there is a stash that knows it. It is asked before the words are understood,
/// so what can't be found is no error yet.
pub(crate) fn last_pipeline(words: &[OsString]) -> Option<String> {
    let config = Config::load(&current_folder()).ok()?;
    let texts: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let after = texts.iter().zip(texts.iter().skip(1)).find(|(flag, _)| *flag == "--stash").map(|(_, stash)| &**stash);
    let typed = after.or_else(|| texts.iter().find_map(|text| text.strip_prefix("--stash=")));
    let typed = typed.map(|stash| users_folder().join(stash));
    let root = typed.or(config.stash).or_else(|| Stash::find(&current_folder()))?;
    Stash::open(&root).ok()?.last_run(None).ok()?.map(|(run, _)| run.pipeline)
}

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

/// That no other pipeline has its name, which would be out of reach.
pub(crate) fn the_only_one(linked: &[&'static Pipeline], pipeline: &Pipeline) -> Result<(), Complaint> {
    let places: Vec<_> = linked.iter().filter(|other| other.name == pipeline.name).map(|other| other.place).collect();
    if places.len() < 2 {
        return Ok(());
    }
    Err(Complaint::usage(format!("this program has {} pipelines called `{}`", places.len(), pipeline.name))
        .hint(format!("rename all but one of those at {}", places.join(" and "))))
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
    let _apart = keep_apart();
    let _under_way = last_words::listen();
    show_by(|line| talk(format_args!("{} {line}", format_args!("{} │", pipeline.name).dimmed())));
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
        Some(root) if config.disable != Which::All => match Stash::open(&root) {
            Err(scrat_engine::StashError::Missing { .. }) => None,
            other => Some(other?),
        },
        _ => None,
    };
    let observer = move |event: &Event| match event {
        Event::Aborting { message, .. } => {
            settle(true);
            talk(format_args!("{} {}: {message}", "failed".red().bold(), pipeline.name));
        }
        other => observer(other),
    };
    let engine = Arc::new(Engine::new(stash, observer).with_settings(config));
    // What a pipeline's body calls on threads of its own belongs to the same stash.
    engine.make_default();
    Ok(engine)
}

/// An engine for running. A damaged stash stops the run before it starts; one that can't be made does not.
pub(crate) fn running_engine(
    config: &Config,
    observer: impl Fn(&Event) + Send + Sync + 'static,
) -> Result<Arc<Engine>, Complaint> {
    if config.disable != Which::All {
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
