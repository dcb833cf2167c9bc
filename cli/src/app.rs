//! From the words that a user typed to an exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use scrat_engine::{Pipeline, Stash, pipelines};

use crate::args::words::{Places, plain};
use crate::args::{Cli, Color, Command};
use crate::args::{alone, cargo_flags, formats, misspelt, parameters};
use crate::complaint::{Complaint, code, installed_only};
#[cfg(feature = "installed")]
use crate::launch;
use crate::{commands, open, print, session};

/// The command `scrat`, with the pipelines that are linked into this program.
///
/// A program with pipelines calls it from its own `main`, and is then self-contained. The installed command
/// has none; it finds the program that has the wanted one, builds it, and becomes it.
///
/// # Examples
///
/// ```no_run
/// use scrat::prelude::*;
///
/// #[stash]
/// fn shout(word: String) -> String {
///     word.to_uppercase()
/// }
///
/// #[pipeline]
/// fn shouting(word: String) -> Step<String> {
///     shout::step(word)
/// }
///
/// fn main() -> std::process::ExitCode {
///     scrat::main()
/// }
/// ```
pub fn main() -> ExitCode {
    // Before anything of the user's runs that may change the current folder.
    scrat_engine::start_folder();
    let words: Vec<OsString> = std::env::args_os().collect();
    #[cfg(feature = "installed")]
    if let Some(code) = crate::rustc::wrap(&words) {
        return code;
    }
    let tell = || print::talk("waiting for another process, which is writing to the stash");
    match Stash::telling_of_waits(tell, || serve(&words)) {
        Ok(code) => ExitCode::from(code),
        Err(complaint) => {
            print::complain(&complaint);
            ExitCode::from(complaint.code)
        }
    }
}

fn serve(words: &[OsString]) -> Result<u8, Complaint> {
    let linked = pipelines();
    let alone = !linked.is_empty() && !session::was_invoked();
    let mut command = cargo_flags::with_cargo_flags(Cli::command(), !alone);
    // What the command itself has built and started never builds again.
    #[cfg(feature = "installed")]
    if linked.is_empty()
        && !session::was_invoked()
        && let Some(request) = launch::Request::read(&command, words)
    {
        set_color(request.color());
        return launch::become_pipeline(request, words);
    }
    if session::was_invoked() {
        command = command.bin_name("scrat");
    }
    if alone {
        command = alone::without_what_builds(command);
    }
    let chosen = choose(&linked, &command, words);
    if let Some(pipeline) = chosen {
        open::the_only_one(&linked, pipeline)?;
        command = parameters::with_parameters(command, pipeline);
    }
    let matches = match command.clone().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(mut error) => {
            let complaint = parameters::refused(&error, chosen).or_else(|| parameters::stray(&error, words));
            if let Some(complaint) = complaint.or_else(|| formats::typed_as_flag(&error)) {
                return Err(complaint);
            }
            misspelt::suggest(&mut error, &command, chosen);
            let text = error.render().ansi().to_string();
            return Ok(match error.use_stderr() {
                true => {
                    print::talk(text.trim_end());
                    code::USAGE
                }
                false => {
                    print::result(text.trim_end());
                    0
                }
            });
        }
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| Complaint::usage(error.to_string()))?;
    set_color(cli.common.color);
    formats::check(&cli)?;
    if alone {
        alone::check(&matches)?;
    }
    if let Some(pipeline) = chosen {
        parameters::refuse_taken(pipeline)?;
    }
    dispatch(&cli, &matches, &linked, chosen, words)
}

fn dispatch(
    cli: &Cli,
    matches: &ArgMatches,
    linked: &[&'static Pipeline],
    chosen: Option<&'static Pipeline>,
    words: &[OsString],
) -> Result<u8, Complaint> {
    let flags = matches.subcommand().map(|(_, flags)| flags);
    let pipeline = |named: Option<&str>| open::pipeline(linked, chosen, named, words);
    match &cli.command {
        Command::Init(args) => commands::init::run(&cli.common, args),
        Command::Deinit(sure) => commands::deinit::run(&cli.common, sure),
        #[cfg(feature = "installed")]
        Command::New(new) => commands::new::run(&cli.common, new),
        #[cfg(not(feature = "installed"))]
        Command::New(_) => Err(installed_only("new", "makes no projects")),
        Command::Run(run) => commands::run::run(&cli.common, run, pipeline(run.which.pipeline.as_deref())?, flags),
        Command::Plan(plan) => commands::plan::run(&cli.common, plan, pipeline(plan.which.pipeline.as_deref())?, flags),
        Command::Graph(graph) => {
            commands::graph::run(&cli.common, graph, pipeline(graph.which.pipeline.as_deref())?, flags)
        }
        Command::Why(why) => commands::why::run(&cli.common, why, pipeline(why.which.pipeline.as_deref())?, flags),
        Command::Show(show) => commands::show::run(&cli.common, show, pipeline(show.which.pipeline.as_deref())?, flags),
        Command::Watch(_) => Err(installed_only("watch", "cannot build itself anew, so it cannot watch its sources")),
        #[cfg(feature = "installed")]
        Command::Fingerprint(fingerprint) => {
            let cargo = launch::CargoFlags::given(flags);
            commands::fingerprint::run(&cli.common, fingerprint, &cargo)
        }
        #[cfg(not(feature = "installed"))]
        Command::Fingerprint(_) => Err(installed_only("fingerprint", "has no analyser in it")),
        Command::Stash(command) => commands::stash::run(&cli.common, command),
        Command::Completions { shell } => commands::completions::run(*shell),
    }
}

/// The linked pipeline that the words are about: the one that they name, or else the only one.
fn choose(linked: &[&'static Pipeline], shape: &clap::Command, words: &[OsString]) -> Option<&'static Pipeline> {
    if let [only] = linked {
        return Some(only);
    }
    let texts: Vec<String> = words.iter().map(|word| plain(&word.to_string_lossy())).collect();
    let places = Places::of(shape, &texts)?;
    let called = |at: usize| linked.iter().copied().find(|pipeline| texts[at] == pipeline.name);
    let looks_back = texts[places.at] == "why" || texts[places.at] == "show";
    // A step may be called like a pipeline. `scrat why WORD` means the pipeline then, and `scrat show WORD` the step.
    let alone = places.own.filter(|_| texts[places.at] == "why" && places.pipeline.is_none());
    if let Some(pipeline) = places.pipeline.or(alone).and_then(called) {
        return Some(pipeline);
    }
    // A question about what was done before is about the pipeline that ran last.
    if looks_back || texts.iter().any(|text| text == "--last") {
        let last = open::last_pipeline(words)?;
        return linked.iter().copied().find(|pipeline| pipeline.name == last);
    }
    // It may stand behind a flag of its own that has no value.
    (places.at + 1..texts.len()).find_map(called)
}

fn set_color(color: Color) {
    match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn named(name: &'static str) -> Pipeline {
        let declare = |_: &_| Ok(scrat_engine::private::wanted(()));
        Pipeline {
            name,
            doc: "",
            crate_name: "demo",
            place: "src/main.rs:1",
            parameters: &[],
            check: |_| Ok(()),
            declare,
        }
    }

    #[test]
    fn a_step_that_is_called_like_a_pipeline_is_not_taken_for_it() {
        static STOCK: Pipeline = named("stock");
        static REPORT: Pipeline = named("report");
        let shape = cargo_flags::with_cargo_flags(Cli::command(), false);
        let chosen = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            choose(&[&STOCK, &REPORT], &shape, &words).map(|pipeline| pipeline.name)
        };
        for command in ["why", "show"] {
            assert_eq!(chosen(&format!("scrat {command} report stock")), Some("stock"));
            assert_eq!(chosen(&format!("scrat {command} stock report")), Some("report"));
            assert_eq!(chosen(&format!("scrat {command} --title stock load report")), Some("report"));
        }
        assert_eq!(chosen("scrat why report --stash nowhere"), Some("report"), "alone, it is the pipeline");
        assert_eq!(chosen("scrat show report --stash nowhere"), None, "alone, it is the step");
        assert_eq!(chosen("scrat run --title stock report"), Some("report"));
        assert_eq!(chosen("scrat run --quick stock"), Some("stock"));
        assert_eq!(chosen("scrat run"), None);
    }
}
