//! The program of a command: which file it is, and which file runs it.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer, ser};

use crate::value::File;

/// A program, which may not be there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Program {
    /// The last part of its path: some programs do one thing or another by the name that they are called by.
    name: String,
    file: Option<File>,
    /// What runs it, if it is a script.
    interpreter: Option<File>,
}

impl Program {
    pub(super) fn find(given: String) -> Self {
        let folders = folders();
        let file = found(&given, &folders);
        let interpreter = file.as_ref().and_then(|file| interpreter(file, &folders)).map(File::new);
        let name = Path::new(&given).file_name().map_or(given.clone(), |name| name.to_string_lossy().into_owned());
        Self { name, file: file.map(File::new), interpreter }
    }

    /// Lets its interpreter be looked for in other folders: those that it gets as its `PATH`.
    pub(super) fn interpret_with(&mut self, folders: Option<&str>) {
        // Without any, the system looks there.
        let folders = folders.unwrap_or("/bin:/usr/bin").into();
        self.interpreter = self.file.as_ref().and_then(|file| interpreter(file.path(), &folders)).map(File::new);
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    #[cfg(test)]
    pub(super) fn lie_at(&mut self, file: File) {
        self.file = Some(file);
    }

    /// Its file, or why there is none.
    pub(super) fn file(&self) -> Result<&File, String> {
        let hint = "install it, or give its path";
        self.file.as_ref().ok_or_else(|| format!("there is no program `{}` in the folders of PATH; {hint}", self.name))
    }
}

impl Serialize for Program {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename = "Program")]
        struct Found<'p> {
            name: &'p str,
            file: Option<&'p File>,
            interpreter: Option<&'p File>,
        }
        let file = Some(self.file().map_err(ser::Error::custom)?);
        Found { name: &self.name, file, interpreter: self.interpreter.as_ref() }.serialize(serializer)
    }
}

#[expect(clippy::disallowed_methods, reason = "what is found counts by its content")]
fn folders() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// The file of a program that is named as in a shell.
fn found(given: &str, folders: &OsString) -> Option<PathBuf> {
    if Path::new(given).components().count() != 1 || given.starts_with('.') {
        return Some(given.into());
    }
    let name = format!("{given}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(folders).map(|folder| folder.join(&name)).find(|path| can_run(path))
}

#[cfg(unix)]
fn can_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn can_run(path: &Path) -> bool {
    path.is_file()
}

/// The file that the first line of a script names, directly or by way of `env`.
fn interpreter(script: &Path, folders: &OsString) -> Option<PathBuf> {
    const LONGEST: u64 = 256;
    let mut head = Vec::new();
    std::fs::File::open(script).ok()?.take(LONGEST).read_to_end(&mut head).ok()?;
    let line = head.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let mut words = str::from_utf8(line).ok()?.split_ascii_whitespace();
    let first = words.next()?;
    if !first.ends_with("/env") {
        return Some(first.into());
    }
    found(words.find(|word| !word.starts_with('-') && !word.contains('='))?, folders)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_script_has_the_interpreter_that_its_first_line_names() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("script");
        let found = |name: &str| found(name, &folders());
        let sh = found("sh").unwrap();
        for (line, expected) in [
            ("#!/bin/cat -u", Some(PathBuf::from("/bin/cat"))),
            ("#! /usr/bin/env sh", Some(sh.clone())),
            ("#!/usr/bin/env -S LANG=C sh -e", Some(sh)),
            ("#!/usr/bin/env no-such-interpreter", None),
            ("\x7fELF", None),
            ("", None),
        ] {
            std::fs::write(&script, format!("{line}\necho")).unwrap();
            assert_eq!(interpreter(&script, &folders()), expected, "{line}");
        }
    }

    #[test]
    fn a_program_is_looked_for_as_a_shell_does() {
        let found = |name: &str| found(name, &folders());
        assert!(found("sh").unwrap().is_absolute());
        assert_eq!(found("no-such-program"), None);
        assert_eq!(found("./tool"), Some("./tool".into()));
        assert_eq!(found("tools/tool"), Some("tools/tool".into()));
    }
}
