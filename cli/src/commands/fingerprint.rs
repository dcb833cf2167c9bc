//! `scrat fingerprint`: every stashed function of a package with its fingerprint, and what is in it.
//!
//! The sources are analysed by the library that the macro uses. What rustc alone knows, which cfg predicates hold, is
//! asked of cargo; nothing of the package is built for it, unless it has a build script.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use owo_colors::OwoColorize;
use scrat_fingerprint::{Analyzer, CrateSpec, TOOLCHAIN, answers, fingerprint};
use serde_json::json;

use crate::args::{self, Common, Format};
use crate::cargo::{CargoFlags, Metadata, Told};
use crate::complaint::Complaint;
use crate::session::{result, shown, talk, users_folder};
use crate::words::census;

pub(crate) fn run(common: &Common, args: &args::Fingerprint, cargo: &CargoFlags) -> Result<u8, Complaint> {
    let folder = folder(args, cargo)?;
    let specs = CrateSpec::of_package(&folder, TOOLCHAIN)
        .map_err(|error| Complaint::usage(error.to_string()).hint("name the folder of a crate"))?;
    let json = match common.format {
        Some(Format::Json) => true,
        None | Some(Format::Text) => false,
        Some(_) => return Err(Complaint::usage("fingerprints are printed as text or json")),
    };
    let told = Told::by_cargo(&folder, cargo, cargo.profile(args.dev), common.quiet)?;
    let mut found = 0;
    for mut spec in specs {
        spec.out_dir = told.out_dir.clone().or(spec.out_dir);
        spec = spec.with_features(&told.predicates);
        let analyzer = Analyzer::new(spec).map_err(|error| Complaint::usage(error.to_string()))?;
        // What cargo sets goes over what the user's shell does.
        let mut variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        variables.extend(analyzer.variables());
        variables.extend(told.variables.clone());
        for function in analyzer.functions() {
            let exists = function.cfg.iter().all(|predicate| holds(predicate, &told.predicates));
            let Some(analysis) = analyzer.code(&function.name).filter(|_| exists) else { continue };
            found += 1;
            let answers = answers(&analysis.code, &told.predicates, &variables);
            let parts = analysis.code.parts(&answers);
            let digest = scrat_engine::Digest::from(fingerprint(&parts));
            if json {
                result(json!({
                    "function": function.name,
                    "fingerprint": digest.to_string(),
                    "file": shown(&function.file),
                    "line": function.line,
                    "parts": parts.len(),
                    "calls": analysis.code.calls,
                    "notes": analysis.code.notes,
                }));
            } else {
                result(format_args!("{}  {}  {}", digest.short(), function.name.bold(), census(&parts).dimmed()));
            }
            if common.verbose {
                analysis.code.notes.iter().for_each(|note| talk(format_args!("  {}: {note}", function.name)));
            }
        }
    }
    if found == 0 {
        talk(format_args!("no stashed functions in {}", shown(&folder)));
    }
    Ok(0)
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

/// Whether a predicate is true of the target.
fn holds(predicate: &str, told: &[String]) -> bool {
    let asked = scrat_fingerprint::Code { cfgs: vec![predicate.to_owned()], ..Default::default() };
    answers(&asked, told, &BTreeMap::new()).cfgs == [true]
}
