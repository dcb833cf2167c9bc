//! What cargo makes of a package: its library and its programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::given::CargoFlags;
use super::metadata::program;
use super::plain::keep_true;
use super::talk;
use super::told::output;
use super::wrapping::wrapped;
use crate::complaint::{Complaint, code};
use crate::session::users_folder;

/// A library or a program that was built.
#[derive(Debug)]
pub(crate) struct Artifact {
    /// The name of the crate in code.
    pub crate_name: String,
    pub files: Vec<PathBuf>,
    /// If it is one.
    pub program: Option<PathBuf>,
}

/// A line of cargo's JSON.
#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: PathBuf,
    target: Target,
    filenames: Vec<PathBuf>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds the package in a folder, its library and its programs, with this command in front of the compiler.
pub(crate) fn artifacts(
    folder: &Path,
    flags: &CargoFlags,
    profile: &str,
    quiet: bool,
) -> Result<Vec<Artifact>, Complaint> {
    let mut command = Command::new(program());
    command.current_dir(folder).args(["build", "--message-format=json-render-diagnostics", "--profile", profile]);
    command.args(flags.to_build(&users_folder()));
    if quiet {
        command.arg("--quiet");
    }
    keep_true(folder);
    wrapped(&mut command, folder);
    let output = output(command, talk::pass_on)?;
    let Some(said) = output.whole else {
        return Err(Complaint::usage("the package does not compile")
            .code(code::DOES_NOT_COMPILE)
            .hint("mend what the compiler says above, or ask about the sources with --source"));
    };
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.canonicalize().unwrap_or(manifest);
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let is_wanted = |message: &Message| {
        let kinds = ["lib", "rlib", "bin", "cdylib"];
        message.reason == "compiler-artifact"
            && message.manifest_path == manifest
            && message.target.kind.iter().any(|kind| kinds.contains(&kind.as_str()))
    };
    let artifact = |message: Message| Artifact {
        crate_name: message.target.name.replace('-', "_"),
        files: message.filenames,
        program: message.executable,
    };
    Ok(messages.filter(is_wanted).map(artifact).collect())
}
