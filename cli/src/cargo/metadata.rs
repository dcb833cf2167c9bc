//! The packages of the workspace, as `cargo metadata` tells them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::complaint::{Complaint, code};

/// What cargo tells of a workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub packages: Vec<Package>,
    pub workspace_root: PathBuf,
    /// The folder that cargo builds into.
    pub target_directory: PathBuf,
}

/// A package of the workspace.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Package {
    pub name: String,
    pub manifest_path: PathBuf,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
}

/// A program of a package.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub package: String,
    pub target: String,
    pub folder: PathBuf,
    /// The folder of its sources.
    pub sources: PathBuf,
}

impl Package {
    pub(super) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    pub(super) fn uses_scrat(&self) -> bool {
        self.dependencies.iter().any(|dependency| dependency.name == "scrat")
    }

    /// The root files of its targets.
    pub(super) fn source_files(&self) -> impl Iterator<Item = &PathBuf> {
        let is_built =
            |target: &&Target| !target.kind.iter().any(|kind| ["test", "bench", "example"].contains(&&**kind));
        self.targets.iter().filter(is_built).map(|target| &target.src_path)
    }

    /// The folders of the packages that it depends on by path.
    pub(super) fn path_dependencies(&self) -> impl Iterator<Item = PathBuf> {
        self.dependencies.iter().filter_map(|dependency| dependency.path.clone())
    }

    /// Its programs.
    pub(super) fn programs(&self) -> Vec<Program> {
        let is_program = |target: &&Target| target.kind.iter().any(|kind| kind == "bin");
        self.targets
            .iter()
            .filter(is_program)
            .map(|target| Program {
                package: self.name.clone(),
                target: target.name.clone(),
                folder: self.folder().to_owned(),
                sources: target.src_path.parent().unwrap_or(&target.src_path).to_owned(),
            })
            .collect()
    }
}

impl Metadata {
    /// The workspace of a manifest, or of the one that is found from the current folder upwards.
    pub(super) fn read(manifest: Option<&Path>) -> Result<Self, Complaint> {
        let mut command = Command::new(program());
        command.args(["metadata", "--no-deps", "--format-version", "1", "--quiet"]);
        if let Some(manifest) = manifest {
            command.arg("--manifest-path").arg(manifest);
        }
        let output = command.output().map_err(|error| {
            Complaint::usage(format!("cannot run cargo: {error}"))
                .hint("install Rust, or run the pipeline's own program")
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let first = said.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let complaint = Complaint::usage(format!("cargo cannot read the project: {first}"));
            return Err(if first.starts_with("could not find `Cargo.toml`") {
                complaint.hint(
                    "go to a project's folder, name one (`scrat run path/to/crate`), or make one with `scrat new NAME`",
                )
            } else {
                complaint.code(code::DOES_NOT_COMPILE).hint("`cargo metadata` shows the whole message")
            });
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Complaint::usage(format!("cannot understand what cargo says of the project: {error}")))
    }
}

/// The cargo to use: the one that runs us, if one does.
pub(crate) fn program() -> std::ffi::OsString {
    #[expect(clippy::disallowed_methods, reason = "cargo tells its children so")]
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
