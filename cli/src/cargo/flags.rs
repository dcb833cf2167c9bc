//! Flags of cargo's that scrat takes: they choose the program and how it is built, and go no further.
//!
//! The list is the only place that names them: the help, the search for the program, the build and the words for
//! the program all read it. A pipeline's parameter can't have one of these names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches};

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
    valued("package", Some('p'), "NAME", "The package that has the pipeline"),
    valued("bin", None, "NAME", "The program of the package that has the pipeline"),
    valued("example", None, "NAME", "The example that has the pipeline"),
    valued("manifest-path", None, "FILE", "The Cargo.toml of the package"),
    valued("features", Some('F'), "NAMES", "Features to switch on, separated by commas"),
    switch("all-features", None, "Switch on all features"),
    switch("no-default-features", None, "Leave the default features off"),
    switch("release", Some('r'), "Build with the release profile, as scrat does anyway"),
    valued("profile", None, "NAME", "Build with this profile"),
    valued("target", None, "TRIPLE", "Build for this target"),
    valued("target-dir", None, "DIR", "Where cargo puts what it builds"),
    valued("config", None, "KEY=VALUE", "A setting for cargo, or a file of them"),
    switch("locked", None, "Let Cargo.lock stay as it is"),
    switch("offline", None, "Don't use the network"),
    switch("frozen", None, "Both of these"),
    switch("ignore-rust-version", None, "Build even if a package wants another version of Rust"),
];

/// The commands that build a program, or read it as it would be built.
const COMMANDS: [&str; 6] = ["run", "plan", "graph", "why", "watch", "fingerprint"];

/// The command line with cargo's flags among those of the commands that build. A program that was built already
/// takes them for its reader's sake, but does not show them unless the installed command became it.
pub(crate) fn with_cargo_flags(mut command: clap::Command, are_shown: bool) -> clap::Command {
    for name in COMMANDS {
        command = command.mut_subcommand(name, |command| command.args(FLAGS.iter().map(|flag| flag.arg(are_shown))));
    }
    command
}

impl CargoFlag {
    fn arg(&self, is_shown: bool) -> Arg {
        let arg = Arg::new(format!("cargo {}", self.long)).long(self.long).help(self.help);
        let arg = arg.help_heading("Cargo options").hide(!is_shown);
        let arg = match self.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        match self.value {
            Some(value) => arg.value_name(value).action(ArgAction::Append).num_args(1),
            None => arg.action(ArgAction::Count),
        }
    }

    /// Whether a word is this flag, and the value that stands in the same word.
    fn is(&self, word: &str) -> Option<Option<String>> {
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

/// Cargo's flags as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CargoFlags {
    given: Vec<(&'static str, Option<String>)>,
    /// Where they and their values stand among the words.
    pub(super) words: Vec<usize>,
}

impl CargoFlags {
    /// Takes them from what was understood of the words.
    pub(crate) fn given(flags: Option<&ArgMatches>) -> Self {
        let mut given = Vec::new();
        for flag in &FLAGS {
            let id = format!("cargo {}", flag.long);
            if flag.value.is_some() {
                let values = flags.and_then(|flags| flags.try_get_many::<String>(&id).ok().flatten());
                given.extend(values.into_iter().flatten().map(|value| (flag.long, Some(value.clone()))));
            } else if flags
                .and_then(|flags| flags.try_get_one::<u8>(&id).ok().flatten())
                .is_some_and(|&count| count > 0)
            {
                given.push((flag.long, None));
            }
        }
        Self { given, words: Vec::new() }
    }

    /// Picks them from the words behind the command.
    pub(crate) fn read(texts: &[String], start: usize) -> Self {
        let mut flags = Self::default();
        let mut at = start;
        while let Some(text) = texts.get(at) {
            if text == "--" {
                break;
            }
            let found = FLAGS.iter().find_map(|flag| flag.is(text).map(|value| (flag, value)));
            if let Some((flag, mut value)) = found {
                flags.words.push(at);
                if flag.value.is_some() && value.is_none() {
                    at += 1;
                    value = texts.get(at).cloned();
                    flags.words.push(at);
                }
                flags.given.push((flag.long, value));
            }
            at += 1;
        }
        flags
    }

    /// The value of a flag that was given; the last one, as elsewhere on a command line.
    pub(crate) fn value(&self, long: &str) -> Option<&str> {
        self.given.iter().rev().find(|(given, _)| *given == long)?.1.as_deref()
    }

    pub(crate) fn has(&self, long: &str) -> bool {
        self.given.iter().any(|(given, _)| *given == long)
    }

    /// The profile to build with. Release is what is built without a word.
    pub(crate) fn profile(&self, dev: bool) -> &str {
        match self.value("profile") {
            Some(profile) => profile,
            None if dev && !self.has("release") => "dev",
            None => "release",
        }
    }

    /// The words for a command of cargo's that builds, without those that choose the program and the profile.
    /// Paths start where the user stands, which need not be where cargo runs.
    pub(crate) fn to_build(&self, users_folder: &Path) -> Vec<OsString> {
        self.passed(users_folder, |long| {
            !["package", "bin", "example", "manifest-path", "release", "profile"].contains(&long)
        })
    }

    /// The words for a command of cargo's that only reads manifests.
    pub(crate) fn to_read(&self, users_folder: &Path) -> Vec<OsString> {
        self.passed(users_folder, |long| ["config", "locked", "offline", "frozen"].contains(&long))
    }

    /// The words for `cargo clean`.
    pub(super) fn to_clean(&self, users_folder: &Path) -> Vec<OsString> {
        self.passed(users_folder, |long| {
            ["target", "target-dir", "config", "locked", "offline", "frozen"].contains(&long)
        })
    }

    /// The words for a question to cargo about any package.
    pub(super) fn to_ask(&self, users_folder: &Path) -> Vec<OsString> {
        self.passed(users_folder, |long| ["target", "config", "offline"].contains(&long))
    }

    /// The features that are asked for, one by one.
    pub(crate) fn features(&self) -> Vec<String> {
        let given = self.given.iter().filter(|(long, _)| *long == "features").filter_map(|(_, value)| value.as_deref());
        let names = given.flat_map(|value| value.split([',', ' ']));
        names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn passed(&self, users_folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Vec<OsString> {
        let mut words = Vec::new();
        for (long, value) in self.given.iter().filter(|(long, _)| is_wanted(long)) {
            words.push(format!("--{long}").into());
            words.extend(value.as_ref().map(|value| placed(long, value, users_folder)));
        }
        words
    }

    /// Where cargo is told to build, if it is.
    pub(crate) fn target_dir(&self, users_folder: &Path) -> Option<PathBuf> {
        Some(users_folder.join(self.value("target-dir")?))
    }
}

/// A value as it is to be understood in another folder.
fn placed(long: &str, value: &str, users_folder: &Path) -> OsString {
    let path = users_folder.join(value);
    let is_path = match long {
        "target-dir" => true,
        // Either may be a file or something else.
        "config" | "target" => path.is_file(),
        _ => false,
    };
    if is_path { path.into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    fn read(line: &str) -> CargoFlags {
        let texts: Vec<String> = line.split(' ').map(str::to_owned).collect();
        CargoFlags::read(&texts, 0)
    }

    #[test]
    fn flags_are_read_in_each_form_that_cargo_knows() {
        let flags = read("--features slow --x 1 --bin=a -p b -Fc --locked --target-dir out");
        assert_eq!(flags.value("bin"), Some("a"));
        assert_eq!(flags.value("package"), Some("b"));
        assert_eq!(flags.words, [0, 1, 4, 5, 6, 7, 8, 9, 10]);
        let passed = flags.to_build(Path::new("/home"));
        assert_eq!(passed, ["--features", "slow", "--features", "c", "--locked", "--target-dir", "/home/out"]);
        assert_eq!(flags.to_read(Path::new("/home")), ["--locked"]);
    }

    #[test]
    fn the_profile_is_release_unless_another_is_named() {
        assert_eq!(read("").profile(false), "release");
        assert_eq!(read("").profile(true), "dev");
        assert_eq!(read("--profile=fast").profile(false), "fast");
        assert_eq!(read("-r").profile(false), "release");
    }

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
