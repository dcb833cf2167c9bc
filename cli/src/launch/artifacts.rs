//! What cargo makes of a package: its library and its programs, of the sources as they are.

use std::path::{Path, PathBuf};

use crate::complaint::Complaint;
use crate::launch::ask::profile;
use crate::launch::build::build;
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::metadata::{Kind, Metadata};
use crate::launch::request::Request;

/// A library or a program that was built.
#[derive(Debug)]
pub(crate) struct Artifact {
    /// The name of the crate in code.
    pub crate_name: String,
    pub file: PathBuf,
    pub is_library: bool,
}

/// Builds the package in a folder as `scrat run` would. `each` is given what was built before anything else is, since a program
/// may have the library built anew.
pub(crate) fn artifacts(
    folder: &Path,
    flags: &CargoFlags,
    (dev, quiet): (bool, bool),
    mut each: impl FnMut(Artifact) -> Result<(), Complaint>,
) -> Result<(), Complaint> {
    let manifest = folder.join("Cargo.toml");
    let metadata = Metadata::read(Some(&manifest), flags)?;
    let manifest = manifest.canonicalize().unwrap_or(manifest);
    let package = metadata.packages.iter().find(|package| package.manifest_path == manifest).ok_or_else(|| {
        Complaint::usage(format!("{} has no package", manifest.display())).hint("name the folder of a crate")
    })?;
    let mut request = Request::for_build(profile(dev))?;
    request.cargo = flags.clone();
    (request.dev, request.quiet) = (dev, quiet);
    let programs = metadata.programs(package).into_iter().filter(|program| program.kind == Kind::Bin);
    let wanted = metadata.library(package).into_iter().chain(programs);
    for program in wanted {
        each(Artifact {
            crate_name: program.target.replace('-', "_"),
            file: build(&program, &request)?,
            is_library: program.kind == Kind::Library,
        })?;
    }
    Ok(())
}
