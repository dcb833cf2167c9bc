//! This program, called as the command.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) out: String,
    pub(crate) err: String,
    /// None if a signal ended it.
    pub(crate) code: Option<i32>,
}

impl Told {
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}")))
            .collect()
    }

    pub(crate) fn says(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.err.contains(text), "`{text}` is not in {self:#?}");
        }
    }
}

/// The command, to be called in a folder.
pub(crate) fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(words.split(' ')).current_dir(folder).env_remove("SCRAT_INVOKED_FROM");
    command
}

pub(crate) fn scrat(folder: &Path, words: &str) -> Told {
    told(command(folder, words))
}

pub(crate) fn told(mut command: Command) -> Told {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    Told { out, err, code: output.status.code() }
}
