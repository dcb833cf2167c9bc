//! What a command is made of.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::program::Program;
use crate::value::{Dir, File};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "scrat::Command")]
pub(super) struct Parts {
    pub program: Program,
    pub arguments: Vec<Word>,
    pub inputs: BTreeMap<String, Input>,
    pub stdin: Option<File>,
    /// Nothing for one that is not set.
    pub variables: BTreeMap<String, Option<String>>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Word {
    Text(String),
    /// The path of an input, which has this name in a folder of the argument's number.
    Input {
        name: String,
        input: Input,
    },
}

/// What a program reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Input {
    File(File),
    Folder(Dir),
}

/// As it would be typed, roughly.
impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program.name())?;
        for word in &self.arguments {
            match word {
                Word::Text(text) if is_plain(text) => write!(f, " {text}")?,
                Word::Text(text) => write!(f, " '{}'", text.replace('\'', r"'\''"))?,
                Word::Input { input: Input::File(file), .. } => write!(f, " {file}")?,
                Word::Input { input: Input::Folder(folder), .. } => write!(f, " {folder}")?,
            }
        }
        Ok(())
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || "-_=+,./:@%".contains(it))
}
