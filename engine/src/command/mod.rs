//! Programs that are run over files: a [`Command`] is data, so that it can be an argument of a stashed function.
//!
//! | in a key | not in a key |
//! | --- | --- |
//! | the last part of the program's name, and the content of its file | where the program lies |
//! | of a script, the content of its interpreter | shared libraries, settings, what else it reads |
//! | arguments, in their order | |
//! | names and content of files and folders, and what is read from stdin | where they lie |
//! | variables that are set or handed on, by name and value | `PATH`, and where temporary files go |
//!
//! A program sees its inputs by names in a folder of its own, and no variables but these, so that what it writes cannot
//! depend on where and by whom it is run.

mod output;
mod program;
mod running;

use std::collections::BTreeMap;
use std::fmt;

pub use output::{CommandError, Output};
use program::Program;
use serde::{Deserialize, Serialize, Serializer, ser};

use crate::value::{Dir, File, is_keeping};

/// A call of an external program: its name, its arguments, the files that it reads, and the variables that it sees.
///
/// A command is data. Give it to a stashed function as an argument: the result then counts until the program itself
/// changes (the content of its file, and that of its interpreter if it is a script), an argument, the content of an
/// input, or a variable. A command that is made within the function is only part of the function's code, and nobody
/// notices another version of the program. **What else the program reads is not known**: shared libraries, settings,
/// other programs that it starts. If the result depends on such a file, name it with [`Command::input`].
///
/// The program runs in a new temporary folder, in which it finds its inputs. Of the environment it sees only `PATH`,
/// where temporary files go, and what [`env`](Command::env) and [`inherit`](Command::inherit) name. Its stdin is empty
/// unless [`stdin`](Command::stdin) names a file.
///
/// # Examples
///
/// ```
/// # if cfg!(not(unix)) { return Ok(()) }
/// use scrat::prelude::*;
/// use scrat::{Command, File};
///
/// #[stash]
/// fn sorted(sort: Command, lines: File) -> Result<File> {
///     Ok(sort.arg(lines).run()?.stdout())
/// }
///
/// #[pipeline]
/// fn numbers(lines: File) -> Step<File> {
///     sorted::step(Command::new("sort").arg("-n"), lines)
/// }
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |event| panic!("{event:?}")));
/// # engine.enter(|| {
/// # let path = folder.path().join("lines");
/// # std::fs::write(&path, "10\n9\n")?;
/// # for _ in 0..2 {
/// # assert_eq!(sorted(Command::new("sort").arg("-n"), File::new(&path))?.read_to_string()?, "9\n10\n");
/// # }
/// # assert_eq!(sorted::stats().hits, 1);
/// # assert!(!sorted::is_stashed(Command::new("sort"), File::new(&path)));
/// # Ok::<(), scrat::prelude::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Files that the program writes are taken from its [`Output`]:
///
/// ```
/// # if cfg!(not(unix)) { return Ok(()) }
/// use scrat::{Command, Dir, File};
/// # let folder = tempfile::tempdir()?;
/// # let text = File::new(folder.path().join("text"));
/// # std::fs::write(text.path(), "acorns")?;
///
/// let script = "mkdir out; echo $WHO > out/who; wc -c < text > out/size";
/// let output = Command::new("sh").arg("-c").arg(script).env("WHO", "squirrel").input("text", text).run()?;
/// let results: Dir = output.dir("out")?;
/// assert_eq!(results.file("who").read_to_string()?, "squirrel\n");
/// assert_eq!(results.file("size").read_to_string()?.trim(), "6");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a command does nothing until it is run"]
pub struct Command(Parts);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "scrat::Command")]
struct Parts {
    program: Program,
    arguments: Vec<Word>,
    inputs: BTreeMap<String, Input>,
    stdin: Option<File>,
    /// Nothing for one that is not set.
    variables: BTreeMap<String, Option<String>>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Word {
    Text(String),
    /// The path of an input, which has this name in a folder of the argument's number.
    Input {
        name: String,
        input: Input,
    },
}

/// What a program reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Input {
    File(File),
    Folder(Dir),
}

impl Command {
    /// A call of a program: a name that is looked for in the folders of `PATH`, or a path, which starts at the current
    /// folder if it is relative. Whether there is such a program is said when the command is used.
    pub fn new(program: impl Into<String>) -> Self {
        Self(Parts {
            program: Program::find(program.into()),
            arguments: Vec::new(),
            inputs: BTreeMap::new(),
            stdin: None,
            variables: BTreeMap::new(),
        })
    }

    /// Adds an argument: text, or a [`File`] or [`Dir`], of which the program gets a path. The path ends in the name
    /// that the file or folder has now, and this name counts, since programs go by it and print it.
    pub fn arg(mut self, argument: impl Into<CommandArgument>) -> Self {
        self.0.arguments.push(argument.into().0);
        self
    }

    /// Adds several arguments.
    pub fn args(self, arguments: impl IntoIterator<Item = impl Into<CommandArgument>>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Puts a [`File`] or [`Dir`] at a path in the program's folder. The path is relative.
    pub fn input(mut self, path: impl Into<String>, input: impl Into<CommandInput>) -> Self {
        self.0.inputs.insert(path.into(), input.into().0);
        self
    }

    /// Lets the program read a file from stdin.
    pub fn stdin(mut self, file: impl Into<File>) -> Self {
        self.0.stdin = Some(file.into());
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.variables.insert(name.into(), Some(value.into()));
        self
    }

    /// Hands a variable on, with the value that it has now, which counts.
    #[expect(clippy::disallowed_methods, reason = "what is read becomes part of the value")]
    pub fn inherit(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let value = std::env::var(&name).ok();
        self.0.variables.insert(name, value);
        self
    }

    /// Runs the program, and waits until it has ended.
    ///
    /// # Errors
    /// If the program can't be started, or if it fails: the error has its exit status and the end of what it wrote to
    /// stderr.
    pub fn run(&self) -> Result<Output, CommandError> {
        running::run(self)
    }
}

/// As it would be typed, roughly.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.program.name())?;
        for word in &self.0.arguments {
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

impl Serialize for Command {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.0.serialize(serializer);
        }
        if is_keeping() {
            return Err(ser::Error::custom("a command is in a format for people, in which its files do not count"));
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Parts::deserialize(deserializer).map(Self)
    }
}

/// What can be an argument of a [`Command`]: text, a [`File`] or a [`Dir`].
///
/// # Examples
///
/// ```
/// use scrat::{Command, CommandArgument, File};
///
/// let arguments: [CommandArgument; 2] = ["-n".into(), File::new("lines.txt").into()];
/// assert_eq!(Command::new("sort").args(arguments).to_string(), "sort -n lines.txt");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandArgument(Word);

/// What a [`Command`] can read: a [`File`] or a [`Dir`].
///
/// # Examples
///
/// ```
/// use scrat::{Command, CommandInput, Dir};
///
/// let index: CommandInput = Dir::new("index").into();
/// assert_eq!(Command::new("search").input("index", index).arg("nuts").to_string(), "search nuts");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandInput(Input);

macro_rules! words {
    ($($text:ty)+; $($input:ident $variant:ident)+) => {
        $(impl From<$text> for CommandArgument {
            fn from(text: $text) -> Self {
                Self(Word::Text(text.into()))
            }
        })+
        $(
            impl From<$input> for CommandInput {
                fn from(input: $input) -> Self {
                    Self(Input::$variant(input))
                }
            }

            impl From<&$input> for CommandInput {
                fn from(input: &$input) -> Self {
                    input.clone().into()
                }
            }

            impl From<$input> for CommandArgument {
                fn from(input: $input) -> Self {
                    let name = input.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
                    Self(Word::Input { name, input: Input::$variant(input) })
                }
            }

            impl From<&$input> for CommandArgument {
                fn from(input: &$input) -> Self {
                    input.clone().into()
                }
            }
        )+
    };
}

words! { &str String &String; File File Dir Folder }
