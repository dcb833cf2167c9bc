//! A pipeline's program that was started by its own name, maybe far from its sources: it can't build anything, so it
//! does not offer to.

use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::complaint::Complaint;
use crate::parameters::OF_CARGO;

/// Commands for which a program would have to be built.
const BUILDING: [&str; 2] = ["new", "watch"];

/// Whether a flag says how a program is to be built.
fn is_about_building(flag: &str) -> bool {
    flag == "dev" || OF_CARGO.contains(&flag)
}

/// The same command line, with nothing in its help that takes sources.
pub(crate) fn without_what_builds(mut command: clap::Command) -> clap::Command {
    let flags: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.get_long().is_some_and(is_about_building))
        .map(|arg| arg.get_id().clone())
        .collect();
    for flag in flags {
        command = command.mut_arg(flag, |arg| arg.hide(true));
    }
    command.mut_subcommands(|subcommand| {
        let hidden = BUILDING.contains(&subcommand.get_name()) || subcommand.is_hide_set();
        without_what_builds(subcommand).hide(hidden)
    })
}

/// Refuses what would have no effect.
pub(crate) fn check(matches: &ArgMatches) -> Result<(), Complaint> {
    let Some((command, flags)) = matches.subcommand() else { return Ok(()) };
    if command == "new" {
        return Err(Complaint::usage("a pipeline's own program makes no crates")
            .hint("`scrat new` of the installed command does"));
    }
    let typed =
        |flag: &&str| flags.try_contains_id(flag).is_ok() && flags.value_source(flag) == Some(ValueSource::CommandLine);
    let building = ["dev"].into_iter().chain(OF_CARGO);
    match building.filter(|flag| *flag != "release" || command != "fingerprint").find(typed) {
        Some(flag) => Err(Complaint::usage(format!("this program is built already, so --{flag} says nothing"))
            .hint("the installed command builds: `scrat run`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn a_program_by_itself_offers_nothing_that_takes_sources() {
        let mut command = without_what_builds(Cli::command());
        command.build();
        let help = command.render_long_help().to_string();
        assert!(!help.contains("  new ") && !help.contains("  watch "), "{help}");
        let run = command.find_subcommand_mut("run").unwrap().render_long_help().to_string();
        assert!(!run.contains("--dev"), "{run}");
        assert!(run.contains("--force"), "{run}");
        let matches = |line: &str| without_what_builds(Cli::command()).try_get_matches_from(line.split(' ')).unwrap();
        assert!(check(&matches("p run --dev")).is_err());
        assert!(check(&matches("p new demo")).is_err());
        assert!(check(&matches("p run --force -j 2")).is_ok());
        assert!(check(&matches("p stash stats")).is_ok());
    }
}
