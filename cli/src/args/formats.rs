//! Which commands print in which formats. One that a command does not have is refused, not taken for text.

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::args::{Cli, Command, Format};
use crate::complaint::Complaint;

/// Checks that the command has the format that was asked for.
pub(crate) fn check(cli: &Cli) -> Result<(), Complaint> {
    let Some(format) = cli.common.format else { return Ok(()) };
    let (name, formats) = formats(&cli.command);
    if formats.contains(&format) {
        return Ok(());
    }
    let word =
        |format: &Format| format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let all: Vec<_> = formats.iter().map(word).collect();
    let complaint = Complaint::usage(format!("`scrat {name}` prints {}, not {}", all.join(" or "), word(&format)));
    Err(match format {
        Format::Text | Format::Json => complaint,
        _ => complaint.hint(format!("`scrat graph --format {}` draws a pipeline", word(&format))),
    })
}

/// What is said of a format that was typed as a flag, as in `scrat graph --html`.
pub(crate) fn typed_as_flag(error: &clap::Error) -> Option<Complaint> {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else { return None };
    let word = typed.strip_prefix("--").filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    let format = Format::from_str(word, false).ok()?;
    let to_file = match format {
        Format::Text | Format::Json => String::new(),
        _ => format!("; `--format {word} > graph.{word}` keeps the drawing in a file"),
    };
    Some(
        Complaint::usage(format!("there is no flag `{typed}`"))
            .hint(format!("a format is named by `--format {word}`{to_file}")),
    )
}

fn formats(command: &Command) -> (&'static str, &'static [Format]) {
    const TEXT: &[Format] = &[Format::Text];
    const JSON: &[Format] = &[Format::Text, Format::Json];
    match command {
        Command::Graph(_) => ("graph", Format::value_variants()),
        Command::Run(_) => ("run", JSON),
        Command::Plan(_) => ("plan", JSON),
        Command::Why(_) => ("why", JSON),
        Command::Show(_) => ("show", JSON),
        Command::Watch(_) => ("watch", JSON),
        Command::Fingerprint(_) => ("fingerprint", JSON),
        Command::Stash(_) => ("stash", JSON),
        Command::Init(_) => ("init", TEXT),
        Command::Deinit(_) => ("deinit", TEXT),
        Command::New(_) => ("new", TEXT),
        Command::Completions { .. } => ("completions", TEXT),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn a_format_that_is_typed_as_a_flag_is_told_how_it_is_named() {
        let told = |line: &str| typed_as_flag(&Cli::try_parse_from(line.split(' ')).unwrap_err());
        let hint = told("scrat graph --html").unwrap().hint.unwrap();
        assert_eq!(
            hint,
            "a format is named by `--format html`; `--format html > graph.html` keeps the drawing in a file"
        );
        assert_eq!(told("scrat plan --json").unwrap().hint.unwrap(), "a format is named by `--format json`");
        assert!(told("scrat graph --htm").is_none() && told("scrat graph --depth html").is_none());
    }

    #[test]
    fn a_format_that_a_command_does_not_have_is_refused() {
        let told = |line: &str| check(&Cli::try_parse_from(line.split(' ')).unwrap()).map_err(|told| told.sentence);
        assert_eq!(told("scrat run --format svg").unwrap_err(), "`scrat run` prints text or json, not svg");
        assert_eq!(told("scrat deinit --format json").unwrap_err(), "`scrat deinit` prints text, not json");
        for line in
            ["scrat run --format json", "scrat graph --format dot", "scrat stash list --format json", "scrat plan"]
        {
            assert_eq!(told(line), Ok(()), "{line}");
        }
    }
}
