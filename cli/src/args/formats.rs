//! Which commands print in which formats. One that a command does not have is refused, not taken for text.

use clap::ValueEnum;

use crate::args::{Cli, Command, Format, StashCommand};
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
        Command::Stash(StashCommand::Delete { .. }) => ("stash delete", TEXT),
        Command::Stash(StashCommand::Clear(_)) => ("stash clear", TEXT),
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
    fn a_format_that_a_command_does_not_have_is_refused() {
        let told = |line: &str| check(&Cli::try_parse_from(line.split(' ')).unwrap()).map_err(|told| told.sentence);
        assert_eq!(told("scrat run --format svg").unwrap_err(), "`scrat run` prints text or json, not svg");
        assert_eq!(told("scrat stash clear --format json").unwrap_err(), "`scrat stash clear` prints text, not json");
        for line in
            ["scrat run --format json", "scrat graph --format dot", "scrat stash list --format json", "scrat plan"]
        {
            assert_eq!(told(line), Ok(()), "{line}");
        }
    }
}
