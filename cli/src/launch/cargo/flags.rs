//! Cargo's flags as a user gave them, and what of them is for which command of cargo's.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::args::cargo_flags::FLAGS;

/// Cargo's flags as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CargoFlags {
    given: Vec<(&'static str, Option<String>)>,
    /// Where they and their values stand among the words.
    pub(crate) words: Vec<usize>,
}

impl CargoFlags {
    /// Takes them from what was understood of the words.
    pub(crate) fn given(flags: Option<&ArgMatches>) -> Self {
        let mut given = Vec::new();
        let Some(flags) = flags else { return Self::default() };
        for flag in FLAGS.iter().filter(|flag| flag.is_given(flags)) {
            let values = flag.value.and_then(|_| flags.get_many::<String>(&flag.id()));
            match values {
                Some(values) => given.extend(values.map(|value| (flag.long, Some(value.clone())))),
                None => given.push((flag.long, None)),
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

    /// Those that may be meant for the pipeline: typed in full, and not written out as scrat's.
    pub(crate) fn bare(&self, words: &[OsString]) -> Vec<&'static str> {
        let typed = self.words.iter().filter_map(|&at| words.get(at)).map(|word| word.to_string_lossy());
        let bare = |word: &str| FLAGS.iter().find(|flag| word.starts_with("--") && flag.is(word).is_some());
        typed.filter_map(|word| bare(&word)).map(|flag| flag.long).collect()
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
    pub(crate) fn to_clean(&self, users_folder: &Path) -> Vec<OsString> {
        self.passed(users_folder, |long| {
            ["target", "target-dir", "config", "locked", "offline", "frozen"].contains(&long)
        })
    }

    /// The words for a question to cargo about any package.
    pub(crate) fn to_ask(&self, users_folder: &Path) -> Vec<OsString> {
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
    use super::*;

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
}
