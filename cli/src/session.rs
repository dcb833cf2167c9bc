//! What the commands share: the engine with its stash, and the only place that prints.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use owo_colors::OwoColorize;
use scrat_engine::{Config, Engine, Event, Force, Graph, Pipeline, Stash};

use crate::args::{Common, Forcing};
use crate::complaint::Complaint;
use crate::parameters::lists_take_commas;

/// Where the user stood when `scrat` built a pipeline and became it.
pub(crate) const INVOKED_FROM: &str = "SCRAT_INVOKED_FROM";

/// Writes results to stdout. A reader that has gone away is no error.
pub(crate) fn result(text: impl std::fmt::Display) {
    drop(writeln!(anstream::stdout(), "{text}"));
}

/// Writes talk to stderr.
pub(crate) fn talk(text: impl std::fmt::Display) {
    drop(writeln!(anstream::stderr(), "{text}"));
}

/// Writes why a command failed to stderr.
pub(crate) fn complain(complaint: &Complaint) {
    talk(format_args!("{} {}", "error:".red().bold(), complaint.sentence));
    if let Some(hint) = &complaint.hint {
        talk(format_args!("{} {hint}", " hint:".cyan()));
    }
}

/// Where the installed command was called, if it built this program and became it.
fn invoked_from() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the command tells itself, through exec")]
    std::env::var_os(INVOKED_FROM).map(PathBuf::from)
}

/// Whether the user typed the installed command, and not this program's name.
pub(crate) fn was_invoked() -> bool {
    invoked_from().is_some()
}

/// The folder that paths typed by the user start from.
pub(crate) fn users_folder() -> PathBuf {
    invoked_from().or_else(|| std::env::current_dir().ok()).unwrap_or_else(|| PathBuf::from("."))
}

/// A path of ours as the user would write it.
pub(crate) fn shown(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let from = users_folder();
    match absolute.strip_prefix(&from) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.display().to_string(),
        _ => absolute.display().to_string(),
    }
}

/// Asks a question that is answered with `y` or anything else.
pub(crate) fn confirm(question: &str) -> bool {
    drop(write!(anstream::stderr(), "{question} [y/N] "));
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
        (_, Some(name)) if linked.is_empty() => Err(no_pipeline_linked(name)),
        (_, Some(name)) => {
            let hint = lists_take_commas(words, name).unwrap_or_else(|| format!("this program has: {there}"));
            Err(Complaint::usage(format!("there is no pipeline `{name}`")).hint(hint))
        }
        (None, None) if linked.is_empty() => Err(no_pipeline_linked("")),
        (None, None) => {
            Err(Complaint::usage("this program has several pipelines").hint(format!("name one of: {there}")))
        }
    }
}

fn no_pipeline_linked(_: &str) -> Complaint {
    Complaint::usage("this program has no pipelines").hint("mark a function with #[pipeline], and declare steps in it")
}

/// The settings: flags over everything else.
pub(crate) fn config(common: &Common, forcing: Option<&Forcing>) -> Result<Config, Complaint> {
    let mut config = Config::load(&current_folder())?;
    if let Some(stash) = &common.stash {
        config.stash = Some(users_folder().join(stash));
    }
    config.disable |= forcing.is_some_and(|forcing| forcing.disable);
    Ok(config)
}

pub(crate) fn current_folder() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

/// The stash that is there, for commands that only look.
pub(crate) fn stash(common: &Common) -> Result<Stash, Complaint> {
    let config = config(common, None)?;
    let root = config.stash.or_else(|| Stash::find(&current_folder()));
    let root = root.ok_or_else(|| {
        Complaint::usage(format!("there is no stash in {} or above it", shown(&current_folder())))
            .hint("`scrat init` makes one, and so does the first run")
    })?;
    Ok(Stash::open(&root)?)
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

/// An engine for planning: it makes no stash.
pub(crate) fn looking_engine(
    config: &Config,
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
    Ok(Arc::new(Engine::new(stash, observer)))
}

/// An engine for running. A damaged stash stops the run before it starts; one that can't be made does not.
pub(crate) fn running_engine(
    config: &Config,
    observer: impl Fn(&Event) + Send + Sync + 'static,
) -> Result<Arc<Engine>, Complaint> {
    if !config.disable {
        let root = config.stash.clone().or_else(|| Stash::find(&current_folder()));
        if let Some(root) = root {
            match Stash::open(&root) {
                Ok(_) | Err(scrat_engine::StashError::Missing { .. }) => {}
                Err(error) => return Err(error.into()),
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
        Force::Named(step) if force.misses(graph) => Err(crate::commands::why::no_such_step(pipeline, graph, step)),
        _ => Ok(force),
    }
}
