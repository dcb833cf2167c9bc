//! Running a command: a folder for it, its inputs in there, and what it wrote.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::output::{CommandError, Output};
use super::parts::{Input, Parts, Word};
#[cfg(not(unix))]
use crate::value::Access;
use crate::value::{Dir, File, Temporary, leads_down};

/// Variables that say nothing about results, and without which programs don't find what they need.
const HANDED_ON: [&str; 5] = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

pub(super) fn run(parts: &Parts) -> Result<Output, CommandError> {
    let failed = |message: String| CommandError::Start { command: parts.to_string(), message };
    let program = parts.program.file().map_err(failed)?;
    let prepared = Prepared::new(parts).map_err(|error| failed(error.to_string()))?;
    let status = prepared.run(program, parts).map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        let stderr = end_of(&prepared.stderr).unwrap_or_default();
        return Err(CommandError::Failed { command: parts.to_string(), status, stderr });
    }
    prepared.into_output(parts.program.name()).map_err(|error| failed(error.to_string()))
}

/// A folder for a program, with its inputs.
struct Prepared {
    temporary: tempfile::TempDir,
    /// Where the program runs.
    work: PathBuf,
    stdout: PathBuf,
    stderr: PathBuf,
    arguments: Vec<String>,
    /// What was put into the folder.
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
            // What a link leads to is not the program's folder, but whosever it is.
            if let Some(outer) = Path::new(path).ancestors().skip(1).find(|outer| work.join(outer).is_symlink()) {
                let outer = outer.display();
                let message = format!("the input `{path}` would lie in the input `{outer}`; give it another path");
                return Err(io::Error::other(message));
            }
            inputs.push(work.join(path));
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

    /// A path at which a program has its name and can be run: in the stash its content has neither.
    fn runnable(&self, program: &File, name: &str) -> io::Result<PathBuf> {
        if program.path().file_name().is_some_and(|own| own == name) {
            return Ok(program.path().to_owned());
        }
        let copy = self.temporary.path().join("program").join(name);
        fs::create_dir_all(copy.with_file_name(""))?;
        fs::copy(program.path(), &copy)?;
        #[cfg(unix)]
        fs::set_permissions(&copy, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        Ok(copy)
    }

    fn run(&self, program: &File, parts: &Parts) -> io::Result<std::process::ExitStatus> {
        let mut process = std::process::Command::new(self.runnable(program, parts.program.name())?);
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
            match input.symlink_metadata() {
                Ok(there) if there.is_dir() => fs::remove_dir_all(input)?,
                Ok(_) => fs::remove_file(input)?,
                Err(_) => {}
            }
            // Folders that were made for it go as well, unless the program wrote into them.
            let mut made = input.ancestors().skip(1).take_while(|folder| *folder != self.work);
            while made.next().is_some_and(|folder| fs::remove_dir(folder).is_ok()) {}
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
