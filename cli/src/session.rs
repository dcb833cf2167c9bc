//! What the commands share: the engine with its stash.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use owo_colors::OwoColorize;
use scrat_engine::{Config, Engine, Event, Force, Given, Graph, Pipeline, Stash, start_folder};

use crate::args::{Common, Forcing};
use crate::complaint::Complaint;
use crate::parameters::lists_take_commas;
use crate::streams::write_talk;
pub(crate) use crate::streams::{result, talk};

/// Where the user stood when `scrat` built a pipeline and became it.
pub(crate) const INVOKED_FROM: &str = "SCRAT_INVOKED_FROM";
/// Which process that was.
pub(crate) const INVOKED_BY: &str = "SCRAT_INVOKED_BY";
/// What to do if the program turns out not to have the pipeline that was seen in its sources.
pub(crate) const IF_MISSING: &str = "SCRAT_IF_MISSING";
/// Which flags were taken for cargo's without being written out, with commas between them.
pub(crate) const TAKEN: &str = "SCRAT_TAKEN_FLAGS";

/// Writes why a command failed to stderr.
pub(crate) fn complain(complaint: &Complaint) {
    talk(format_args!("{} {}", "error:".red().bold(), complaint.sentence));
    if let Some(hint) = &complaint.hint {
        talk(format_args!("{} {hint}", " hint:".cyan()));
    }
}

/// Where the installed command was called, if it built this program and became it.
fn invoked_from() -> Option<PathBuf> {
    variable(INVOKED_FROM).map(PathBuf::from).filter(|_| was_meant())
}

/// Whether the user typed the installed command, and not this program's name.
pub(crate) fn was_invoked() -> bool {
    invoked_from().is_some()
}

/// Whether the variables of the installed command are for this process, and not for one around it: a step may well
/// call `scrat`. The system knows who became whom.
#[cfg(unix)]
fn was_meant() -> bool {
    let Some(by) = variable(INVOKED_BY).and_then(|by| by.into_string().ok()) else { return true };
    by == by_exec(std::process::id()) || by == by_spawn(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn was_meant() -> bool {
    true
}

/// How a process says that it becomes another, or that it starts one.
pub(crate) fn by_exec(process: u32) -> String {
    format!("exec {process}")
}

pub(crate) fn by_spawn(process: u32) -> String {
    format!("spawn {process}")
}

/// A variable with which the command tells something to itself.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    #[expect(clippy::disallowed_methods, reason = "the command tells itself, through exec")]
    std::env::var_os(name)
}

/// The folder that paths typed by the user start from.
pub(crate) fn users_folder() -> PathBuf {
    invoked_from().unwrap_or_else(current_folder)
}

/// A path of ours as the user would write it.
pub(crate) fn shown(path: &Path) -> String {
    let at = current_folder().join(path);
    let absolute = std::path::absolute(&at).unwrap_or(at);
    let from = users_folder();
    match absolute.strip_prefix(&from) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.display().to_string(),
        _ => absolute.display().to_string(),
    }
}

/// Asks a question that is answered with `y` or anything else.
pub(crate) fn confirm(question: &str) -> bool {
    write_talk(&format!("{question} [y/N] "));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
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

/// Why a program without pipelines can't go on. It must not build anything: what it would start is itself.
pub(crate) fn no_pipelines() -> Complaint {
    Complaint::usage("this program has no pipelines")
        .hint(if_missing().unwrap_or_else(|| "mark a function with #[pipeline], and declare steps in it".to_owned()))
}

fn if_missing() -> Option<String> {
    variable(IF_MISSING).filter(|_| was_invoked())?.into_string().ok()
}

/// The settings: flags over everything else.
pub(crate) fn config(common: &Common, forcing: Option<&Forcing>) -> Result<Config, Complaint> {
    let mut config = Config::load(&current_folder())?;
    // Only the environment leaves a path relative, and the user set that where the user stands.
    config.stash = config.stash.map(|stash| users_folder().join(stash));
    if let Some(stash) = &common.stash {
        config.stash = Some(users_folder().join(stash));
    }
    config.disable |= forcing.is_some_and(|forcing| forcing.disable);
    Ok(config)
}

/// The folder that the program was started in, whatever its functions make of the current one.
pub(crate) fn current_folder() -> PathBuf {
    start_folder().to_owned()
}

/// The stash that is there, for commands that only look.
pub(crate) fn stash(common: &Common) -> Result<Stash, Complaint> {
    Ok(Stash::open(&stash_folder(common)?)?)
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

/// The graph of a pipeline, for commands that run nothing of it: but for its body. What that prints is kept apart
/// from results.
pub(crate) fn declare(pipeline: &'static Pipeline, engine: &Arc<Engine>, given: &Given) -> Result<Graph, Complaint> {
    let _apart = crate::streams::keep_apart();
    let _under_way = crate::last_words::listen();
    crate::streams::show_by(|line| talk(format_args!("{} {line}", format_args!("{} │", pipeline.name).dimmed())));
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
            crate::streams::settle(true);
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
        Some(file) if graph.reads(file) => Err(crate::timeline::taken(file, "an input of the pipeline")),
        Some(file) => crate::timeline::check(file, stash),
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
        Force::Named(step) if force.misses(graph) => Err(crate::commands::why::no_such_step(pipeline, graph, step)),
        _ => Ok(force),
    }
}
