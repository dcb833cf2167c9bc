//! Asking the programs of the workspace what only they know: which functions they have, and what stored bytes mean.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::complaint::{Complaint, code};
use crate::launch::build::{Place, build};
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::metadata::{Kind, Metadata, Package, Program};
use crate::launch::find;
use crate::launch::request::Request;

/// The programs of the workspace that have pipelines, and so this command in them.
pub(crate) fn programs() -> Result<Vec<Program>, Complaint> {
    Ok(programs_of(&Metadata::read(None, &CargoFlags::default())?))
}

fn programs_of(metadata: &Metadata) -> Vec<Program> {
    let packages: Vec<&Package> = metadata.packages.iter().collect();
    let (all, _) = find::pipelines_of(metadata, &packages);
    let mut seen = BTreeSet::new();
    let programs = all.into_iter().map(|found| found.program);
    programs.filter(|program| seen.insert(program.root.clone())).collect()
}

/// The programs of the workspace that have pipelines as they were built before, in whatever profile: those named like
/// `near` first, then the newest.
pub(crate) fn built(near: &str) -> Result<Vec<PathBuf>, Complaint> {
    let metadata = Metadata::read(None, &CargoFlags::default())?;
    let profiles = std::fs::read_dir(&metadata.target_directory).into_iter().flatten().flatten();
    let profiles: Vec<PathBuf> = profiles.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    let mut found = Vec::new();
    for program in programs_of(&metadata) {
        let is_far = program.target.replace('-', "_") != near;
        for profile in &profiles {
            let folder = match program.kind {
                Kind::Bin | Kind::Library => profile.clone(),
                Kind::Example => profile.join("examples"),
            };
            let path = folder.join(format!("{}{}", program.target, std::env::consts::EXE_SUFFIX));
            if let Ok(modified) = path.metadata().and_then(|metadata| metadata.modified()) {
                found.push((is_far, std::cmp::Reverse(modified), path));
            }
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, _, path)| path).collect())
}

/// What a program that was built before prints for these words. None if it does not understand them.
pub(crate) fn ask_built(program: &Path, words: &[OsString]) -> Option<String> {
    let mut command = Command::new(program);
    let output = command.args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// cargo's name for the profile.
pub(crate) fn profile(dev: bool) -> &'static str {
    if dev { "dev" } else { "release" }
}

/// The profiles in which a program was built, however long ago.
pub(crate) fn profiles(program: &Program) -> BTreeSet<String> {
    let here = std::env::current_dir().unwrap_or_default();
    let folders = std::fs::read_dir(&program.target_directory).into_iter().flatten().flatten();
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    let profiles = names.map(|name| if name == "debug" { profile(true).to_owned() } else { name });
    let flags = |profile: &str| CargoFlags::read(&["--profile".to_owned(), profile.to_owned()], 0);
    profiles.filter(|profile| Place::of(program, &flags(profile), false, &here).guess().is_file()).collect()
}

/// What a program of the workspace prints for these words, after it was built.
pub(crate) fn ask(program: &Program, profile: &str, words: &[OsString]) -> Result<String, Complaint> {
    let path = build(program, &Request::for_build(profile)?)?;
    let output = Command::new(&path).args(words).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output
        .map_err(|error| Complaint::usage(format!("cannot run {}: {error}", path.display())).code(code::STEP_FAILED))?;
    if !output.status.success() {
        return Err(Complaint::usage(format!("{} does not say what functions it has", program.target))
            .hint("its `main` must call `scrat::main()`, from the same version of scrat as this command"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// All words in the sources of the workspace, and the names of functions in other files of text, which may be included:
/// whatever is behind a `cfg`, made by a macro, named by an attribute, in a test or in a program that was not asked is
/// among them. None outside a workspace.
pub(crate) fn function_names() -> Option<BTreeSet<String>> {
    let metadata = Metadata::read(None, &CargoFlags::default()).ok()?;
    let mut names = BTreeSet::new();
    for package in &metadata.packages {
        collect(package.folder(), &mut names);
    }
    Some(names)
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !path.ends_with("target") && !path.ends_with(".git") && !path.ends_with(".scrat") {
                collect(&path, names);
            }
        } else if (is_source || entry.metadata().is_ok_and(|metadata| metadata.len() <= LARGEST))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            if is_source {
                names.extend(words(&text).map(str::to_owned));
            } else {
                names.extend(text.split("fn ").skip(1).map(name));
            }
        }
    }
}

/// The largest file that is not Rust by its name and is read nevertheless, in bytes.
const LARGEST: u64 = 1024 * 1024;

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c != '_' && !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn name(after: &str) -> String {
    let after = after.trim_start();
    after.strip_prefix("r#").unwrap_or(after).chars().take_while(|&c| c == '_' || c.is_alphanumeric()).collect()
}
