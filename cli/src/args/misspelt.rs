//! What a misspelt word may have been meant as. clap compares from the first letter on, so it finds no `--min` behind
//! `--mni`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use scrat_engine::Pipeline;

use super::parameters::typed;
use crate::nearest::nearest;

/// Sets what an error suggests, if something differs from what was typed by a slip.
pub(crate) fn suggest(error: &mut clap::Error, command: &clap::Command, pipeline: Option<&'static Pipeline>) {
    match error.kind() {
        ErrorKind::UnknownArgument => suggest_flag(error, command, pipeline),
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => {
            let names = command.get_subcommands().map(clap::Command::get_name);
            let near =
                said(error, ContextKind::InvalidSubcommand).and_then(|word| nearest(&word, names).map(str::to_owned));
            if let Some(near) = near {
                error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near]));
            }
        }
        _ => {}
    }
}

fn suggest_flag(error: &mut clap::Error, command: &clap::Command, pipeline: Option<&'static Pipeline>) {
    let Some(word) = said(error, ContextKind::InvalidArg).filter(|word| word.starts_with("--")) else { return };
    let word = word.split('=').next().unwrap_or(&word);
    let parameters: Vec<String> =
        pipeline.iter().flat_map(|it| it.parameters).map(|parameter| typed(parameter.name)).collect();
    let commands = std::iter::once(command).chain(command.get_subcommands());
    let flags = commands.flat_map(clap::Command::get_arguments).filter_map(clap::Arg::get_long);
    let flags: Vec<String> = flags.map(|flag| format!("--{flag}")).collect();
    let nearest = |names: &[String]| nearest(word, names.iter().map(String::as_str)).map(str::to_owned);
    if let Some(near) = nearest(&parameters).or_else(|| nearest(&flags)) {
        let is_news = said(error, ContextKind::SuggestedArg).is_none_or(|before| before != near);
        if is_news {
            error.insert(ContextKind::SuggestedArg, ContextValue::String(near));
            // It shows how to use what had been suggested.
            error.remove(ContextKind::Usage);
        }
        error.remove(ContextKind::Suggested);
    } else if let Some(pipeline) = pipeline.filter(|_| said(error, ContextKind::SuggestedArg).is_none()) {
        let takes = match &parameters[..] {
            [] => format!("{} takes no parameters", pipeline.name),
            _ => format!("{} takes {}", pipeline.name, parameters.join(", ")),
        };
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![takes.into()]));
    }
}

fn said(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    fn told(line: &str) -> String {
        let command = Cli::command();
        let mut error = command.clone().try_get_matches_from(line.split(' ')).unwrap_err();
        suggest(&mut error, &command, None);
        error.to_string()
    }

    #[test]
    fn letters_in_another_order_are_a_slip() {
        for (line, near) in [
            ("scrat rnu", "'run'"),
            ("scrat paln", "'plan'"),
            ("scrat run --jbos 2", "'--jobs'"),
            ("scrat run --focre", "'--force'"),
        ] {
            assert!(told(line).contains(near), "{line}: {}", told(line));
        }
        assert!(!told("scrat quit").contains("tip"));
    }
}
