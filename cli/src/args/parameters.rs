//! A pipeline's parameters as flags of the commands that take them.
//!
//! A parameter `depth` is the flag `--depth`, unless scrat, or cargo through it, has a flag of that name in any
//! command that takes a pipeline. Which of the two `--jobs 7` means could not be told then, and a later scrat with one
//! flag more would silently turn a user's parameter into its own. So the bare flag is refused where both are there:
//! `--param-jobs` is the pipeline's, `--scrat-jobs` is scrat's own. Both forms are understood for every flag,
//! clash or not, so a script can always say what it means.
//!
//! The installed command takes cargo's flags before anything is known of the pipeline's parameters, so it tells the
//! program which ones it took.

use std::collections::BTreeSet;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, ArgMatches, CommandFactory};
use scrat_engine::{Given, ParameterError, Pipeline, PipelineParameter, Takes, flag};

use crate::args::Cli;
use crate::args::cargo_flags::{FLAGS, with_cargo_flags};
use crate::complaint::Complaint;
use crate::session::{TAKEN, users_folder, variable, was_invoked};

/// The commands that take a pipeline's parameters.
const COMMANDS: [&str; 6] = ["run", "plan", "graph", "why", "show", "watch"];

/// How a pipeline's parameter is written out, whatever else is called so.
const THEIRS: &str = "param-";

/// How a flag of scrat's is written out.
pub(crate) const OURS: &str = "scrat-";

/// The flags that are not a pipeline's, of all commands that take one.
fn reserved() -> BTreeSet<String> {
    let command = with_cargo_flags(Cli::command(), true);
    let subcommands = COMMANDS.iter().filter_map(|name| command.find_subcommand(name));
    let args = subcommands.flat_map(clap::Command::get_arguments).chain(command.get_arguments());
    let longs = args.filter_map(|arg| arg.get_long().map(str::to_owned));
    longs.chain(["help", "version"].map(str::to_owned)).collect()
}

/// The flag of a parameter, without the dashes before it.
fn flag_of(name: &str, reserved: &BTreeSet<String>) -> String {
    let flag = flag(name);
    let is_taken = reserved.contains(&flag) || flag.starts_with(THEIRS) || flag.starts_with(OURS);
    if is_taken { format!("{THEIRS}{flag}") } else { flag }
}

/// The flag of a parameter as it is typed: `--depth`, `--param-jobs`.
pub(crate) fn typed(name: &str) -> String {
    format!("--{}", flag_of(name, &reserved()))
}

/// The command line with a pipeline's parameters as flags.
pub(crate) fn with_parameters(command: clap::Command, pipeline: &'static Pipeline) -> clap::Command {
    let reserved = reserved();
    let clashing: BTreeSet<String> = pipeline
        .parameters
        .iter()
        .map(|parameter| flag(parameter.name))
        .filter(|flag| reserved.contains(flag))
        .collect();
    let mut command = ours_apart(command, &clashing);
    for name in COMMANDS {
        command = command.mut_subcommand(name, |command| {
            let mut command = ours_apart(command, &clashing);
            if clashing.contains("help") {
                let help = Arg::new("help").short('h').long(format!("{OURS}help")).action(ArgAction::Help);
                command = command.disable_help_flag(true).arg(help.help("Print help"));
            }
            for parameter in pipeline.parameters {
                command = command.arg(argument(pipeline, parameter, &reserved));
            }
            if pipeline.doc.is_empty() { command } else { command.after_help(pipeline.doc) }
        });
    }
    command
}

/// The same command, in which a flag that the pipeline has, too, is written out.
fn ours_apart(mut command: clap::Command, clashing: &BTreeSet<String>) -> clap::Command {
    let longs: Vec<_> =
        command.get_arguments().filter_map(|arg| Some((arg.get_id().clone(), arg.get_long()?.to_owned()))).collect();
    for (id, long) in longs {
        let written_out = format!("{OURS}{long}");
        let is_clashing = clashing.contains(&long);
        command = command.mut_arg(id, |arg| match is_clashing {
            true => arg.long(written_out),
            false => arg.alias(written_out),
        });
    }
    command
}

fn argument(pipeline: &Pipeline, parameter: &PipelineParameter, reserved: &BTreeSet<String>) -> Arg {
    let mut remarks = Vec::new();
    if parameter.many {
        remarks.push("several, separated by commas".to_owned());
    }
    if let Some(default) = parameter.default {
        remarks.push(format!("default: {default}"));
    }
    let mut help = parameter.doc.replace('\n', " ");
    for remark in remarks {
        let gap = if help.is_empty() { "" } else { " " };
        help = format!("{help}{gap}[{remark}]");
    }
    let plain = flag(parameter.name);
    let long = flag_of(parameter.name, reserved);
    let written_out = format!("{THEIRS}{plain}");
    let mut arg = Arg::new(id(parameter))
        .value_name(placeholder(parameter))
        .help(help)
        .help_heading(format!("Parameters of {}", pipeline.name))
        .action(ArgAction::Append)
        .allow_negative_numbers(true);
    if long != written_out {
        arg = arg.alias(written_out);
    }
    if parameter.takes == Takes::Bool {
        arg = arg.num_args(0..=1).default_missing_value("true");
    }
    arg.long(long)
}

/// clap's name for it, which no flag of scrat's can have.
fn id(parameter: &PipelineParameter) -> String {
    format!("parameter {}", parameter.name)
}

/// What stands for a value in the help: the type by its last name, `FILE` for a `scrat::File`, `DIR` for a `scrat::Dir`.
fn placeholder(parameter: &PipelineParameter) -> String {
    let outer = parameter.kind.split('<').next().unwrap_or_default();
    let name = match parameter.takes {
        Takes::Path => "PATH".to_owned(),
        Takes::File => "FILE".to_owned(),
        Takes::Dir => "DIR".to_owned(),
        Takes::Text => "TEXT".to_owned(),
        _ => outer.rsplit("::").next().unwrap_or_default().trim().to_uppercase(),
    };
    if parameter.many { format!("{name},…") } else { name }
}

/// What a bare flag is refused with that is both scrat's and the pipeline's. None if that is not what is wrong.
pub(crate) fn refused(error: &clap::Error, pipeline: Option<&'static Pipeline>) -> Option<Complaint> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else { return None };
    let word = word.split(['=', ' ']).next()?.strip_prefix("--")?;
    let pipeline = pipeline?;
    let parameter = pipeline.parameters.iter().find(|parameter| flag(parameter.name) == word)?;
    reserved().contains(word).then(|| meant_twice(word, pipeline.name, parameter.name))
}

/// Refuses a flag that the installed command took for cargo's, if the pipeline has a parameter of that name.
pub(crate) fn refuse_taken(pipeline: &Pipeline) -> Result<(), Complaint> {
    let taken = variable(TAKEN).filter(|_| was_invoked()).unwrap_or_default();
    let taken = taken.to_string_lossy();
    let clash = |word: &str| {
        let parameter = pipeline.parameters.iter().find(|parameter| flag(parameter.name) == word)?;
        Some(meant_twice(word, pipeline.name, parameter.name))
    };
    taken.split(',').find_map(clash).map_or(Ok(()), Err)
}

/// What is said of a flag that is scrat's, or cargo's through it, and the pipeline's.
pub(crate) fn meant_twice(word: &str, pipeline: &str, parameter: &str) -> Complaint {
    let whose = if FLAGS.iter().any(|flag| flag.long == word) { "cargo" } else { "scrat" };
    Complaint::usage(format!("`--{word}` is {whose}'s own flag, and {pipeline} has a parameter `{parameter}` as well"))
        .hint(format!("write `{}` for the parameter; `--{OURS}{word}` for {whose}'s", typed(parameter)))
}

/// What is wrong with a parameter, with its flag as it is typed.
pub(crate) fn wrong(error: &ParameterError) -> String {
    match error {
        ParameterError::Missing { name } => format!("the pipeline needs {}", typed(name)),
        ParameterError::Invalid { name, text, kind, message } => {
            format!("`{text}` is not a value for {}, which takes {kind}: {message}", typed(name))
        }
        other => other.to_string(),
    }
}

impl From<ParameterError> for Complaint {
    fn from(error: ParameterError) -> Self {
        Self::usage(wrong(&error)).hint("`scrat run --help` shows the pipeline's parameters")
    }
}

/// A hint for who wrote `--depths 2 4`: the second value is taken for the name of a pipeline.
pub(crate) fn lists_take_commas(words: &[impl AsRef<std::ffi::OsStr>], stray: &str) -> Option<String> {
    let texts: Vec<_> = words.iter().map(|word| word.as_ref().to_string_lossy()).collect();
    let at = texts.iter().position(|text| text == stray)?;
    let start = texts[..at].iter().rposition(|text| text.starts_with('-'))?;
    let (flag, before) = (texts[start].as_ref(), &texts[start + 1..at]);
    let after = texts[at..].iter().take_while(|text| !text.starts_with('-'));
    let is_list = flag.starts_with("--") && !flag.contains('=') && !before.is_empty();
    let values: Vec<&str> = before.iter().chain(after).map(AsRef::as_ref).collect();
    is_list.then(|| format!("a list takes commas: `{flag} {}`", values.join(",")))
}

/// What is said of a word too many that follows a list's first value.
pub(crate) fn stray(error: &clap::Error, words: &[std::ffi::OsString]) -> Option<Complaint> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else { return None };
    let hint = lists_take_commas(words, word)?;
    Some(Complaint::usage(format!("`{word}` is neither a flag nor the value of one")).hint(hint))
}

/// The parameters of a pipeline as they were typed.
pub(crate) fn given(pipeline: &'static Pipeline, flags: Option<&ArgMatches>) -> Given {
    let mut given = Given::default();
    let Some(flags) = flags else { return given };
    for parameter in pipeline.parameters {
        let typed = flags.try_get_many::<String>(&id(parameter)).ok().flatten();
        if let Some(typed) = typed {
            let place = |text: &String| match matches!(parameter.takes, Takes::Path | Takes::File | Takes::Dir) {
                // The program may have been moved to the pipeline's folder; the user was not.
                true => users_folder().join(text).to_string_lossy().into_owned(),
                false => text.clone(),
            };
            given.set(parameter.name, typed.map(place).collect());
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use scrat_engine::Pipeline;

    use super::*;

    const fn parameter(name: &'static str, kind: &'static str, many: bool) -> PipelineParameter {
        let takes = match kind.as_bytes() {
            b"bool" => Takes::Bool,
            b"String" => Takes::Text,
            _ => Takes::Other,
        };
        PipelineParameter { name, doc: "", kind, takes, many, default: Some("3") }
    }

    static PARAMETERS: [PipelineParameter; 14] = [
        parameter("jobs", "u64", false),
        parameter("format", "String", false),
        parameter("check", "u64", false),
        parameter("help", "u64", false),
        parameter("version", "u64", false),
        parameter("features", "String", true),
        parameter("quiet", "bool", false),
        parameter("param_jobs", "u64", false),
        parameter("scrat_jobs", "u64", false),
        parameter("type_", "u64", false),
        parameter("j", "u64", false),
        parameter("keep_going", "u64", false),
        parameter("no_header", "bool", false),
        parameter("depths", "Vec<usize>", true),
    ];

    static PIPELINE: Pipeline = Pipeline {
        name: "p",
        doc: "",
        crate_name: "demo",
        place: "src/main.rs:1",
        parameters: &PARAMETERS,
        check: |_| Ok(()),
        declare: |_| Ok(scrat_engine::private::wanted(())),
    };

    fn parse(line: &str) -> Result<ArgMatches, clap::Error> {
        let command = with_parameters(with_cargo_flags(Cli::command(), true), &PIPELINE);
        command.try_get_matches_from(line.split(' '))
    }

    /// The parameters that a line sets, as `name=text`.
    fn set(line: &str) -> Vec<String> {
        let matches = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let given = given(&PIPELINE, matches.subcommand().map(|(_, flags)| flags));
        given.iter().map(|(name, texts)| format!("{name}={}", texts.join(","))).collect()
    }

    fn refusal(line: &str) -> String {
        let error = parse(line).map(|_| ()).unwrap_err();
        let complaint = refused(&error, Some(&PIPELINE)).unwrap_or_else(|| panic!("{line}: {error}"));
        format!("{} {}", complaint.sentence, complaint.hint.unwrap_or_default())
    }

    #[test]
    fn no_command_line_is_ill_formed_whatever_parameters_are_called() {
        with_parameters(with_cargo_flags(Cli::command(), true), &PIPELINE).debug_assert();
    }

    #[test]
    fn every_parameter_can_be_set_in_every_command_whatever_it_is_called() {
        for command in ["run", "plan", "graph", "why", "show step"] {
            for parameter in PIPELINE.parameters.iter().filter(|parameter| parameter.takes != Takes::Bool) {
                let typed = typed(parameter.name);
                let line = format!("scrat {command} {typed} 7");
                assert_eq!(set(&line), [format!("{}=7", parameter.name)], "{line}");
                let written_out = format!("scrat {command} --param-{} 7", flag(parameter.name));
                assert_eq!(set(&written_out), [format!("{}=7", parameter.name)], "{written_out}");
            }
        }
    }

    #[test]
    fn a_flag_that_both_have_is_refused_with_both_ways_to_write_it_out() {
        for flag in ["jobs", "format", "check", "help", "keep-going", "version"] {
            for line in
                [format!("scrat run --{flag} 7"), format!("scrat run --{flag}=7"), format!("scrat plan --{flag}=7")]
            {
                let told = refusal(&line);
                assert!(told.contains("scrat's own") && told.contains(&format!("`--param-{flag}`")), "{line}: {told}");
            }
        }
        let told = refusal("scrat run --features a");
        for text in ["cargo's own flag", "`--param-features`", "`--scrat-features` for cargo's"] {
            assert!(told.contains(text), "{told}");
        }
        assert!(refusal("scrat run --format png").contains("`--scrat-format` for scrat's"));
    }

    #[test]
    fn a_flag_that_only_the_pipeline_has_is_not_taken_for_scrats_if_its_value_is_missing() {
        let error = parse("scrat run --depths --dev").unwrap_err();
        assert!(refused(&error, Some(&PIPELINE)).is_none(), "{error}");
        assert!(error.to_string().contains("a value is required for '--depths <VEC,…>'"), "{error}");
    }

    #[test]
    fn a_flag_of_scrats_that_is_written_out_is_scrats() {
        let matches = parse("scrat run --scrat-jobs 4 --scrat-format json --scrat-quiet --param-jobs 9").unwrap();
        let flags = matches.subcommand().unwrap().1;
        assert_eq!(flags.get_one::<usize>("jobs"), Some(&4));
        assert!(flags.get_flag("quiet"));
        assert_eq!(set("scrat run --param-jobs 9 -j 4"), ["jobs=9"]);
        assert_eq!(set("scrat run --j 4 -j 2"), ["j=4"]);
        assert!(parse("scrat run --scrat-stash x --stash y").is_err(), "one flag, twice");
    }

    #[test]
    fn the_help_has_plain_placeholders_and_says_that_lists_take_commas() {
        let mut command = with_parameters(with_cargo_flags(Cli::command(), true), &PIPELINE);
        command.build();
        let help = command.find_subcommand_mut("run").unwrap().render_long_help().to_string();
        for text in
            ["--param-jobs <U64>", "--param-format <TEXT>", "--depths <VEC,…>", "separated by commas", "--type <U64>"]
        {
            assert!(help.contains(text), "no `{text}` in\n{help}");
        }
        assert!(!help.contains("::"), "{help}");
    }

    #[test]
    fn a_list_that_was_written_with_spaces_is_understood() {
        let hint = |line: &str, stray| lists_take_commas(&line.split(' ').collect::<Vec<_>>(), stray);
        assert_eq!(hint("scrat run --depths 1 10 -j 2", "10").unwrap(), "a list takes commas: `--depths 1,10`");
        assert_eq!(hint("scrat run p --depths 1 10 20", "10").unwrap(), "a list takes commas: `--depths 1,10,20`");
        assert_eq!(hint("scrat run nobody --depths 1", "nobody"), None);
        assert_eq!(hint("scrat run -j 2 nobody", "nobody"), None);
    }
}
