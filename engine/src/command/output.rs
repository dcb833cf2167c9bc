//! What a program left behind.

use std::io;
use std::path::Path;
use std::process::ExitStatus;

use crate::value::{Dir, File};

/// What a program wrote. It lies in a temporary folder, which is removed when neither this nor any [`File`] or [`Dir`]
/// that was taken from it is in use.
///
/// # Examples
///
/// ```
/// # if cfg!(not(unix)) { return Ok(()) }
/// use scrat::{Command, Output};
///
/// let output: Output = Command::new("sh").arg("-c").arg("echo nuts; echo seeds > more; echo done >&2").run()?;
/// assert_eq!(output.stdout().read_to_string()?, "nuts\n");
/// assert_eq!(output.stderr().read_to_string()?, "done\n");
/// assert_eq!(output.file("more")?.read_to_string()?, "seeds\n");
/// assert_eq!(output.file("less").unwrap_err().to_string(), "sh wrote no file `less`; it wrote more");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Output {
    pub(super) program: String,
    pub(super) folder: Dir,
    pub(super) stdout: File,
    pub(super) stderr: File,
}

impl Output {
    /// What it wrote to stdout.
    pub fn stdout(&self) -> File {
        self.stdout.clone()
    }

    /// What it wrote to stderr.
    pub fn stderr(&self) -> File {
        self.stderr.clone()
    }

    /// A file that it wrote, by its path relative to the folder that the program ran in.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn file(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let file = self.folder.file(&path);
        if file.path().is_file() { Ok(file) } else { Err(self.missing("file", path.as_ref())) }
    }

    /// A folder that it wrote, by its path relative to the folder that the program ran in, which itself is `.`. The
    /// inputs are no longer in there.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn dir(&self, path: impl AsRef<Path>) -> io::Result<Dir> {
        let folder = self.folder.dir(&path);
        if folder.path().is_dir() { Ok(folder) } else { Err(self.missing("folder", path.as_ref())) }
    }

    fn missing(&self, what: &str, path: &Path) -> io::Error {
        let entries = std::fs::read_dir(self.folder.path()).into_iter().flatten().filter_map(Result::ok);
        let mut wrote: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        wrote.sort();
        let wrote = if wrote.is_empty() { "nothing".to_owned() } else { wrote.join(", ") };
        let message = format!("{} wrote no {what} `{}`; it wrote {wrote}", self.program, path.display());
        io::Error::new(io::ErrorKind::NotFound, message)
    }
}

/// Why a [`Command`](super::Command) gave no output.
///
/// # Examples
///
/// ```
/// # if cfg!(not(unix)) { return }
/// use scrat::{Command, CommandError};
///
/// let error = Command::new("sh").arg("-c").arg("echo no nuts >&2; exit 3").run().unwrap_err();
/// assert!(matches!(&error, CommandError::Failed { status, .. } if status.code() == Some(3)));
/// assert!(error.to_string().ends_with("failed (exit status: 3):\nno nuts"));
///
/// let error = Command::new("no-such-program").run().unwrap_err();
/// assert!(error.to_string().contains("there is no program `no-such-program`"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The program can't be started.
    #[error("cannot run {command}: {message}")]
    Start {
        /// The command.
        command: String,
        /// What is wrong.
        message: String,
    },
    /// The program ended with a failure.
    #[error("{command} failed ({status}){}", told(stderr))]
    Failed {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote to stderr.
        stderr: String,
    },
}

fn told(stderr: &str) -> String {
    if stderr.is_empty() { ", and wrote nothing to stderr".to_owned() } else { format!(":\n{stderr}") }
}
