//! A pipeline's program that was started by its own name, maybe far from its sources: it can't build anything, so it
//! does not offer to.

use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::args::cargo_flags::refuse;
use crate::complaint::{Complaint, installed_only};

/// Commands for which a program would have to be built.
const BUILDING: [&str; 2] = ["new", "watch"];

/// The command that reads sources and builds none of them, so it heeds how they would be built.
const READING: &str = "fingerprint";

/// scrat's own flag that says how a program is to be built, and clap's name for it.
const DEV: &str = "dev";

/// The same command line, with nothing in its help that takes sources. Flags of cargo's are hidden already.
pub(crate) fn without_what_builds(mut command: clap::Command) -> clap::Command {
    if command.get_name() != READING && command.get_arguments().any(|arg| arg.get_id() == DEV) {
        command = command.mut_arg(DEV, |arg| arg.hide(true));
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
        return Err(installed_only("new", "makes no projects"));
    }
    if command == READING {
        return Ok(());
    }
    refuse(Some(flags))?;
    if flags.try_contains_id(DEV).is_ok() && flags.value_source(DEV) == Some(ValueSource::CommandLine) {
        return Err(Complaint::usage(format!("this program is built already, so --{DEV} comes too late"))
            .hint("give it to the installed command"));
    }
    check(flags)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;
    use crate::args::cargo_flags::with_cargo_flags;

    fn shape() -> clap::Command {
        without_what_builds(with_cargo_flags(Cli::command(), false))
    }

    #[test]
    fn a_program_by_itself_offers_nothing_that_takes_sources() {
        let mut command = shape();
        command.build();
        let help = command.render_long_help().to_string();
        assert!(!help.contains("  new ") && !help.contains("  watch "), "{help}");
        let run = command.find_subcommand_mut("run").unwrap().render_long_help().to_string();
        assert!(!run.contains("--dev") && !run.contains("--features"), "{run}");
        assert!(run.contains("--force"), "{run}");
    }

    #[test]
    fn a_program_by_itself_refuses_what_would_have_no_effect() {
        let checked = |line: &str| check(&shape().try_get_matches_from(line.split(' ')).unwrap());
        for line in ["p run --dev", "p new demo", "p run --features a", "p plan -r", "p stash list --stale --dev"] {
            assert!(checked(line).is_err(), "{line}");
        }
        for line in ["p run --force -j 2", "p stash stats", "p fingerprint --dev --features a"] {
            assert!(checked(line).is_ok(), "{line}");
        }
    }
}
