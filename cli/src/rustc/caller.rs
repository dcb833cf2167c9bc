//! How cargo was called: some of its settings stand there alone.

use std::path::PathBuf;

/// The cargo that called this process, itself or through other wrappers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cargo {
    /// Where it was called.
    pub(super) folder: PathBuf,
    words: Vec<String>,
}

impl Cargo {
    /// What follows each `--config`: a setting, as TOML, or the path of a file of them.
    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().take_while(|word| *word != "--");
        words.enumerate().filter_map(|(at, word)| match word.strip_prefix("--config") {
            Some("") => self.words.get(at + 1).map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        })
    }
}

/// None where the system doesn't tell.
pub(super) fn cargo() -> Option<Cargo> {
    #[cfg(target_os = "linux")]
    return linux::cargo();
    #[cfg(not(target_os = "linux"))]
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::Cargo;

    /// How many wrappers there may be between cargo and this process.
    const DEEP: usize = 16;

    pub(super) fn cargo() -> Option<Cargo> {
        let mut process = PathBuf::from("/proc/self");
        for _ in 0..DEEP {
            process = parent(&process)?;
            let words = fs::read(process.join("cmdline")).ok()?;
            let words = words.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
            let words: Vec<String> = words.collect();
            let program = words.first().and_then(|word| Path::new(word).file_stem()?.to_str());
            if program == Some("cargo") {
                return Some(Cargo { folder: fs::read_link(process.join("cwd")).ok()?, words });
            }
        }
        None
    }

    fn parent(process: &Path) -> Option<PathBuf> {
        let status = fs::read_to_string(process.join("status")).ok()?;
        let number = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().to_owned();
        Some(Path::new("/proc").join(number))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_process_has_a_parent() {
            let parent = parent(Path::new("/proc/self")).unwrap();
            assert_eq!(parent, Path::new("/proc").join(std::os::unix::process::parent_id().to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_in_two_ways() {
        let called = |line: &str| {
            let words = line.split(' ').map(str::to_owned).collect();
            Cargo { words, ..Cargo::default() }.settings().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(called("cargo --config a=1 run --config=more.toml -q"), ["a=1", "more.toml"]);
        assert!(called("cargo run -- --config a=1").is_empty(), "these are the program's");
        assert!(called("cargo run --config").is_empty());
    }
}
