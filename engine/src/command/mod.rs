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
mod parts;
mod program;
mod running;

use std::collections::BTreeMap;
use std::fmt;

pub use output::{CommandError, Output};
use parts::{Input, Parts, Word};
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
    pub fn env(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variable(name.into(), Some(value.into()))
    }

    /// Hands a variable on, with the value that it has now, which counts.
    #[expect(clippy::disallowed_methods, reason = "what is read becomes part of the value")]
    pub fn inherit(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let value = std::env::var(&name).ok();
        self.variable(name, value)
    }

    fn variable(mut self, name: String, value: Option<String>) -> Self {
        if name == "PATH" {
            self.0.program.interpret_with(value.as_deref());
        }
        self.0.variables.insert(name, value);
        self
    }

    /// Runs the program, and waits until it has ended.
    ///
    /// # Errors
    /// If the program can't be started, or if it fails: the error has its exit status and the end of what it wrote to
    /// stderr.
    pub fn run(&self) -> Result<Output, CommandError> {
        running::run(&self.0)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
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

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::value::encode;

    fn sh(script: &str) -> Command {
        Command::new("sh").arg("-c").arg(script)
    }

    fn text(file: &File) -> String {
        file.read_to_string().unwrap()
    }

    fn file(folder: &tempfile::TempDir, name: &str, content: &str) -> File {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        File::new(path)
    }

    #[test]
    fn a_program_sees_its_inputs_by_name_and_nothing_of_where_they_are() {
        let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let run = |folder| {
            let command = sh("echo $0 $1; cat $0 sub/two; ls; env | grep -v ^_ | cut -d= -f1 | sort");
            let command = command.arg(file(folder, "one.txt", "1")).arg("x").input("sub/two", file(folder, "two", "2"));
            text(&command.env("LC_ALL", "C").env("SET", "").run().unwrap().stdout())
        };
        let told = run(&a);
        assert_eq!(told, run(&b));
        assert!(told.starts_with("input-3/one.txt x\n12input-3\nsub\nLC_ALL\nPATH\nPWD\nSET\n"), "{told}");
    }

    #[test]
    fn what_a_program_writes_beside_its_inputs_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let input = |name| file(&folder, name, "in");
        let command = sh("echo out > data/out; echo index > input-3/reads.index").arg(input("reads"));
        let output = command.input("data/in", input("i")).input("deep/er/in", input("j")).run().unwrap();
        assert_eq!(text(&output.file("data/out").unwrap()), "out\n");
        assert_eq!(text(&output.file("input-3/reads.index").unwrap()), "index\n");
        for gone in ["data/in", "input-3/reads", "deep"] {
            assert!(!output.dir(".").unwrap().path().join(gone).exists(), "{gone}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_whose_content_lies_elsewhere_is_run_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let tool = file(&folder, "tool", "#!/bin/sh\necho ${0##*/}\n");
        let mut command = Command::new(tool.path().to_str().unwrap());
        let elsewhere = file(&folder, "0123abcd", &tool.read_to_string().unwrap());
        command.0.program.lie_at(elsewhere);
        assert_eq!(text(&command.run().unwrap().stdout()), "tool\n");
    }

    #[cfg(unix)]
    #[test]
    fn the_interpreter_is_the_one_that_the_program_finds() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let script = file(&folder, "script", "#!/usr/bin/env nutty\n");
        let with = |name: &str, says: &str| {
            fs::create_dir_all(folder.path().join(name)).unwrap();
            let nutty = file(&folder, &format!("{name}/nutty"), &format!("#!/bin/sh\necho {says}\n"));
            for path in [nutty.path(), script.path()] {
                fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            let path = format!("{}:/bin:/usr/bin", folder.path().join(name).display());
            Command::new(script.path().to_str().unwrap()).env("PATH", path)
        };
        let (one, other) = (with("one", "1"), with("one", "1"));
        assert_eq!(encode(&one).unwrap(), encode(&other).unwrap());
        assert_eq!(text(&one.run().unwrap().stdout()), "1\n");
        let before = encode(&one).unwrap();
        let edited = with("one", "2");
        assert_ne!(before, encode(&edited).unwrap(), "the interpreter counts");
    }

    #[test]
    fn what_a_program_wrote_lasts_as_long_as_it_is_used_and_has_no_inputs_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let command =
            sh("echo new > new; mkdir deep; echo d > deep/d; cat input >&2").input("input", file(&folder, "i", "in"));
        let output = command.run().unwrap();
        let root = output.dir(".").unwrap();
        let [new, stderr] = [output.file("new").unwrap(), output.stderr()];
        drop(output);
        assert_eq!(root.files().unwrap().len(), 2);
        assert_eq!((text(&new), text(&stderr)), ("new\n".to_owned(), "in".to_owned()));
        let path = root.file("deep/d").path().to_owned();
        drop((root, new));
        assert!(path.exists());
        drop(stderr);
        assert!(!path.exists());
        assert_eq!(text(&file(&folder, "i", "in")), "in", "an input is still where it was");
    }

    #[test]
    fn a_failure_has_the_status_and_the_end_of_stderr() {
        let error = sh("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 7").run().unwrap_err();
        let CommandError::Failed { status, stderr, .. } = error else { panic!("{error}") };
        assert_eq!(status.code(), Some(7));
        assert_eq!((stderr.lines().count(), stderr.lines().last()), (21, Some("line 1999")));
        assert!(sh("kill -9 $$").run().unwrap_err().to_string().contains("signal: 9"));
    }

    #[test]
    fn stdin_is_a_file_or_empty() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(text(&sh("cat").run().unwrap().stdout()), "");
        assert_eq!(text(&sh("cat").stdin(file(&folder, "a", "acorns")).run().unwrap().stdout()), "acorns");
    }

    #[test]
    fn an_input_that_would_be_outside_or_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = sh("true").input("../a", file(&folder, "a", "")).run().unwrap_err().to_string();
        assert!(error.contains("`../a` is not a relative path"), "{error}");
        let error = sh("true").arg(File::new("no/such/file")).run().unwrap_err().to_string();
        assert!(error.contains("no/such/file: No such file"), "{error}");
    }

    #[test]
    fn an_input_is_never_put_into_the_folder_of_another_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("d")).unwrap();
        let nested = sh("true").input("a", Dir::new(folder.path().join("d"))).input("a/b/c", file(&folder, "f", ""));
        let error = nested.run().unwrap_err().to_string();
        assert!(error.contains("`a/b/c` would lie in the input `a`"), "{error}");
        assert_eq!(fs::read_dir(folder.path().join("d")).unwrap().count(), 0);
    }

    #[test]
    fn each_part_of_a_command_is_in_its_bytes_and_no_place_is() {
        let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let full = |folder: &tempfile::TempDir, changed: &str| {
            let with = |name: &'static str| if name == changed { "changed" } else { name };
            file(folder, "i", with("input"));
            file(folder, "s", with("stdin"));
            fs::create_dir_all(folder.path().join("d")).unwrap();
            file(folder, "d/x", with("folder"));
            let tool = file(folder, "tool", &format!("#!/bin/sh\n{}", with("program")));
            let command = Command::new(tool.path().to_str().unwrap()).arg(with("argument"));
            let command =
                command.arg(file(folder, "i", with("input"))).input(with("name"), Dir::new(folder.path().join("d")));
            encode(&command.stdin(folder.path().join("s")).env(with("variable"), with("value"))).unwrap()
        };
        let bytes = full(&a, "");
        assert_eq!(bytes, full(&b, ""));
        for part in ["program", "argument", "input", "folder", "name", "stdin", "variable", "value"] {
            assert_ne!(full(&a, part), bytes, "{part}");
        }
        assert_eq!(full(&a, ""), bytes);
    }

    #[test]
    fn a_program_that_is_not_there_has_no_key() {
        let error = encode(&Command::new("no-such-program")).unwrap_err().to_string();
        assert!(error.contains("there is no program `no-such-program` in the folders of PATH"), "{error}");
    }

    #[test]
    fn a_command_reads_as_it_would_be_typed() {
        assert_eq!(sh("a 'b'").arg("--c=d").arg(File::new("e.txt")).to_string(), r"sh -c 'a '\''b'\''' --c=d e.txt");
    }
}
