//! Flags of cargo's that scrat takes: they choose the program and how it is built, and go no further.
//!
//! The list is the only place that names them: the help, the search for the program, the build and the words for
//! the program all read it. A pipeline's parameter that is called like one is written out (see `parameters`).

use clap::{Arg, ArgAction, ArgMatches};

use crate::complaint::Complaint;

/// A flag of cargo's.
pub(crate) struct CargoFlag {
    /// Its name, without dashes.
    pub long: &'static str,
    pub short: Option<char>,
    /// What its value is called, if it has one.
    pub value: Option<&'static str>,
    help: &'static str,
}

const fn valued(long: &'static str, short: Option<char>, value: &'static str, help: &'static str) -> CargoFlag {
    CargoFlag { long, short, value: Some(value), help }
}

const fn switch(long: &'static str, short: Option<char>, help: &'static str) -> CargoFlag {
    CargoFlag { long, short, value: None, help }
}

/// All of them.
pub(crate) const FLAGS: [CargoFlag; 16] = [
    valued("package", Some('p'), "NAME", "Package that has the pipeline"),
    valued("bin", None, "NAME", "Program of the package that has the pipeline"),
    valued("example", None, "NAME", "Example that has the pipeline"),
    valued("manifest-path", None, "FILE", "Cargo.toml of the package"),
    valued("features", Some('F'), "NAMES", "Switch on these features, separated by commas"),
    switch("all-features", None, "Switch on all features"),
    switch("no-default-features", None, "Switch off the default features"),
    switch("release", Some('r'), "Build with the release profile, which is scrat's default"),
    valued("profile", None, "NAME", "Build with this profile"),
    valued("target", None, "TRIPLE", "Build for this target"),
    valued("target-dir", None, "DIR", "Folder that cargo builds into"),
    valued("config", None, "KEY=VALUE", "Setting for cargo, or a file of settings"),
    switch("locked", None, "Don't change Cargo.lock"),
    switch("offline", None, "Don't use the network"),
    switch("frozen", None, "The same as --locked and --offline"),
    switch("ignore-rust-version", None, "Build even if a package requires another version of Rust"),
];

/// The commands that build a program, or read it as it would be built.
const COMMANDS: [&str; 7] = ["run", "plan", "graph", "why", "show", "watch", "fingerprint"];

/// The command line with cargo's flags among those of the commands that build. A program that was built already
/// takes them for its reader's sake, but does not show them unless the installed command became it.
pub(crate) fn with_cargo_flags(mut command: clap::Command, are_shown: bool) -> clap::Command {
    for name in COMMANDS {
        // All programs of a package are looked at there.
        let is_useless = |flag: &&CargoFlag| name == "fingerprint" && ["bin", "example"].contains(&flag.long);
        let flags = FLAGS.iter().filter(|flag| !is_useless(flag)).map(|flag| flag.arg(are_shown));
        command = command.mut_subcommand(name, |command| command.args(flags));
    }
    command
}

/// Refuses them where nothing is built, so that nobody takes them for heeded.
pub(crate) fn refuse(flags: Option<&ArgMatches>) -> Result<(), Complaint> {
    match flags.and_then(|flags| FLAGS.iter().find(|flag| flag.is_given(flags))) {
        Some(flag) => {
            Err(Complaint::usage(format!("this program is built already, so --{} comes too late", flag.long))
                .hint("give it to the installed command, or to cargo"))
        }
        None => Ok(()),
    }
}

impl CargoFlag {
    /// clap's name for it, which no parameter of a pipeline has.
    pub(crate) fn id(&self) -> String {
        format!("cargo {}", self.long)
    }

    pub(crate) fn is_given(&self, flags: &ArgMatches) -> bool {
        match self.value {
            Some(_) => flags.try_get_many::<String>(&self.id()).is_ok_and(|values| values.is_some()),
            None => flags.try_get_one::<bool>(&self.id()).is_ok_and(|given| given == Some(&true)),
        }
    }

    fn arg(&self, is_shown: bool) -> Arg {
        let arg = Arg::new(self.id()).long(self.long).help(self.help);
        let arg = arg.help_heading("Cargo options").hide(!is_shown);
        let arg = match self.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        match self.value {
            Some(value) => arg.value_name(value).action(ArgAction::Append).num_args(1),
            // Twice is as good as once, as cargo has it.
            None => arg.action(ArgAction::SetTrue).overrides_with(self.id()),
        }
    }

    /// Whether a word is this flag, and the value that stands in the same word.
    #[cfg(feature = "installed")]
    pub(crate) fn is(&self, word: &str) -> Option<Option<String>> {
        if let Some(rest) = word.strip_prefix("--") {
            let (name, value) = rest.split_once('=').map_or((rest, None), |(name, value)| (name, Some(value)));
            return (name == self.long).then(|| value.map(str::to_owned));
        }
        let rest = word.strip_prefix('-')?.strip_prefix(self.short?)?;
        match (rest, self.value) {
            ("", _) => Some(None),
            (value, Some(_)) => Some(Some(value.trim_start_matches('=').to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn no_flag_of_cargo_hides_one_of_scrat() {
        for name in COMMANDS {
            let command = Cli::command();
            let own = command.find_subcommand(name).unwrap().get_arguments().chain(command.get_arguments());
            for arg in own {
                let clashes = |flag: &&CargoFlag| {
                    arg.get_long() == Some(flag.long) || (flag.short.is_some() && arg.get_short() == flag.short)
                };
                assert!(FLAGS.iter().find(clashes).is_none(), "{name} {arg}");
            }
        }
    }
}
