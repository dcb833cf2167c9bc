//! Running a command: a folder for it, its inputs in there, and what it wrote.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::output::{CommandError, Output};
use super::{Command, Input, Parts, Word};
#[cfg(not(unix))]
use crate::value::Access;
use crate::value::{Dir, File, Temporary, leads_down};

/// Variables that say nothing about results, and without which programs don't find what they need.
const HANDED_ON: [&str; 5] = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

pub(super) fn run(command: &Command) -> Result<Output, CommandError> {
    let failed = |message: String| CommandError::Start { command: command.to_string(), message };
    let program = command.0.program.file().map_err(failed)?;
    let prepared = Prepared::new(&command.0).map_err(|error| failed(error.to_string()))?;
    let status = prepared.run(program, &command.0).map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        let stderr = end_of(&prepared.stderr).unwrap_or_default();
        return Err(CommandError::Failed { command: command.to_string(), status, stderr });
    }
    prepared.into_output(command.0.program.name()).map_err(|error| failed(error.to_string()))
}

/// A folder for a program, with its inputs.
struct Prepared {
    temporary: tempfile::TempDir,
    /// Where the program runs.
    work: PathBuf,
    stdout: PathBuf,
    stderr: PathBuf,
    arguments: Vec<String>,
    /// What was put into the folder, the outermost part of each path.
    inputs: Vec<PathBuf>,
}

impl Prepared {
    fn new(parts: &Parts) -> io::Result<Self> {
        let temporary = tempfile::Builder::new().prefix("scrat-").tempdir()?;
        let [work, stdout, stderr] = ["work", "stdout", "stderr"].map(|name| temporary.path().join(name));
        fs::create_dir(&work)?;
        let (mut arguments, mut inputs) = (Vec::new(), Vec::new());
        let mut put = |path: &str, input: &Input| {
            if !leads_down(path.as_bytes()) {
                return Err(io::Error::other(format!("`{path}` is not a relative path for an input; leave `..` out")));
            }
            inputs.extend(Path::new(path).components().next().map(|first| work.join(first)));
            place(input, &work.join(path))
        };
        for (path, input) in &parts.inputs {
            put(path, input)?;
        }
        for (number, word) in parts.arguments.iter().enumerate() {
            arguments.push(match word {
                Word::Text(text) => text.clone(),
                Word::Input { name, input } => {
                    let path = format!("input-{}/{name}", number + 1);
                    put(&path, input)?;
                    path
                }
            });
        }
        Ok(Self { temporary, work, stdout, stderr, arguments, inputs })
    }

    fn run(&self, program: &File, parts: &Parts) -> io::Result<std::process::ExitStatus> {
        let mut process = std::process::Command::new(program.path());
        process.args(&self.arguments).current_dir(&self.work).env_clear();
        for name in HANDED_ON {
            #[expect(clippy::disallowed_methods, reason = "these say nothing about results")]
            if let Some(value) = std::env::var_os(name) {
                process.env(name, value);
            }
        }
        for (name, value) in &parts.variables {
            match value {
                Some(value) => process.env(name, value),
                None => process.env_remove(name),
            };
        }
        process.stdin(match &parts.stdin {
            Some(file) => Stdio::from(file.open()?),
            None => Stdio::null(),
        });
        process.stdout(fs::File::create(&self.stdout)?).stderr(fs::File::create(&self.stderr)?);
        process.status()
    }

    fn into_output(self, program: &str) -> io::Result<Output> {
        for input in &self.inputs {
            // It is the same for several inputs in one folder.
            match input.symlink_metadata() {
                Ok(there) if there.is_dir() => fs::remove_dir_all(input)?,
                Ok(_) => fs::remove_file(input)?,
                Err(_) => {}
            }
        }
        let kept = Temporary::new(self.temporary);
        let file = |path| File::new(path).kept_by(&kept);
        Ok(Output {
            program: program.to_owned(),
            stdout: file(self.stdout),
            stderr: file(self.stderr),
            folder: Dir::new(self.work).kept_by(&kept),
        })
    }
}

/// Lets a program find an input at a path: by a link, so that it costs nothing.
fn place(input: &Input, at: &Path) -> io::Result<()> {
    if let Some(folder) = at.parent() {
        fs::create_dir_all(folder)?;
    }
    let path = match input {
        Input::File(file) => file.path(),
        Input::Folder(folder) => folder.path(),
    };
    // A link to what is not there would be the program's error, told in its words.
    fs::metadata(path)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display())))?;
    #[cfg(unix)]
    return std::os::unix::fs::symlink(path, at);
    #[cfg(not(unix))]
    match input {
        Input::File(file) => fs::copy(file.path(), at).map(drop),
        Input::Folder(folder) => folder.manifest()?.write(at, Access::Full, &|path, _| folder.path().join(path)),
    }
}

/// The end of a text: its last lines, as far as they fit.
fn end_of(path: &Path) -> io::Result<String> {
    const BYTES: u64 = 4096;
    const LINES: usize = 20;
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(BYTES)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let text = String::from_utf8_lossy(&end);
    let lines: Vec<_> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(LINES).max(usize::from(length > BYTES));
    let more = if from > 0 { "…\n" } else { "" };
    Ok(format!("{more}{}", lines.get(from..).unwrap_or_default().join("\n")))
}

#[cfg(all(test, unix))]
mod tests {
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
