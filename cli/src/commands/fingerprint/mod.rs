//! `scrat fingerprint`: every stashed function of a package with its fingerprint, and what is in it.
//!
//! The package is built as `scrat run` would build it, and the fingerprints are those that its programs have. Where the
//! compiler can't tell them, and with `--source`, they are those of the sources.

mod compiled;
mod sources;

use std::path::{Path, PathBuf};

use owo_colors::OwoColorize;
use scrat_engine::Digest;
use scrat_fingerprint::Part;
use serde_json::json;

use crate::args::{self, Common, Format};
use crate::complaint::Complaint;
use crate::launch::{CargoFlags, Metadata};
use crate::print::{result, talk};
use crate::session::{shown, users_folder};
use crate::words::reasons::census;

/// What is told of one function.
struct Told {
    name: String,
    kind: &'static str,
    fingerprint: Digest,
    file: PathBuf,
    line: u32,
    parts: Vec<Part>,
    calls: Vec<String>,
    notes: Vec<String>,
}

pub(crate) fn run(common: &Common, args: &args::Fingerprint, cargo: &CargoFlags) -> Result<u8, Complaint> {
    let folder = folder(args, cargo)?;
    let json = match common.format {
        Some(Format::Json) => true,
        None | Some(Format::Text) => false,
        Some(_) => return Err(Complaint::usage("fingerprints are printed as text or json")),
    };
    let compiled = match args.source || !folder.join("Cargo.toml").is_file() {
        true => None,
        false => compiled::functions(&folder, args, cargo, common.quiet)?,
    };
    if compiled.is_none() && !args.source && !common.quiet && folder.join("Cargo.toml").is_file() {
        talk("scrat: the compiler can't be asked here, so these are the fingerprints of the sources");
    }
    let found = match compiled {
        Some(found) => found,
        None => sources::functions(&folder, args, cargo, common.quiet)?,
    };
    for told in &found {
        print(told, json);
        if common.verbose {
            told.notes.iter().for_each(|note| talk(format_args!("  {}: {note}", told.name)));
        }
    }
    if found.is_empty() {
        talk(format_args!("no stashed functions in {}", shown(&folder)));
    }
    Ok(0)
}

fn print(told: &Told, json: bool) {
    if json {
        result(json!({
            "function": told.name,
            "fingerprint": told.fingerprint.to_string(),
            "kind": told.kind,
            "file": shown(&told.file),
            "line": told.line,
            "parts": told.parts.len(),
            "calls": told.calls,
            "notes": told.notes,
        }));
    } else {
        let Told { name, fingerprint, parts, .. } = told;
        result(format_args!("{}  {}  {}", fingerprint.short(), name.bold(), census(parts).dimmed()));
    }
}

/// The folder of the package that is meant.
fn folder(args: &args::Fingerprint, cargo: &CargoFlags) -> Result<PathBuf, Complaint> {
    let manifest = cargo.value("manifest-path").map(|path| users_folder().join(path));
    let folder =
        manifest.as_deref().and_then(Path::parent).map_or_else(|| users_folder().join(&args.dir), Path::to_owned);
    let Some(name) = cargo.value("package") else { return Ok(folder) };
    let metadata = Metadata::read(Some(&folder.join("Cargo.toml")), cargo)?;
    let package = metadata.packages.iter().find(|package| package.name == name);
    package.map(|package| package.folder().to_owned()).ok_or_else(|| {
        Complaint::usage(format!("there is no package `{name}` in this workspace")).hint("name the folder of a crate")
    })
}
