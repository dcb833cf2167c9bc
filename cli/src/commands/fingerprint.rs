//! `scrat fingerprint`: every stashed function of a package with its fingerprint, and what is in it.
//!
//! The sources are analysed by the library that the macro uses. Only what rustc alone knows is asked of cargo:
//! which cfg predicates hold.

use std::path::Path;
use std::process::Command;

use owo_colors::OwoColorize;
use scrat_fingerprint::{Analyzer, CrateSpec, TOOLCHAIN, answers, fingerprint};
use serde_json::json;

use crate::args::{self, Common, Format};
use crate::complaint::{Complaint, code};
use crate::session::{result, shown, talk, users_folder};
use crate::words::census;

pub(crate) fn run(common: &Common, args: &args::Fingerprint) -> Result<u8, Complaint> {
    let folder = users_folder().join(&args.dir);
    let specs = CrateSpec::of_package(&folder, TOOLCHAIN)
        .map_err(|error| Complaint::usage(error.to_string()).hint("name the folder of a crate"))?;
    let json = match common.format {
        Some(Format::Json) => true,
        None | Some(Format::Text) => false,
        Some(_) => return Err(Complaint::usage("fingerprints are printed as text or json")),
    };
    let mut found = 0;
    for spec in specs {
        let cfg = held_predicates(&spec)?;
        let analyzer = Analyzer::new(spec).map_err(|error| Complaint::usage(error.to_string()))?;
        for function in analyzer.functions() {
            let Some(analysis) = analyzer.code(&function.name) else { continue };
            found += 1;
            let answers = answers(&analysis.code, &cfg, &analyzer.variables());
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

/// The lines of `rustc --print cfg` for a target, with the features that are on by default.
fn held_predicates(spec: &CrateSpec) -> Result<Vec<String>, Complaint> {
    let target = target_flags(spec);
    let output = Command::new(crate::cargo::program())
        .args(["rustc", "--quiet", "--manifest-path"])
        .arg(spec.manifest_dir.join("Cargo.toml"))
        .args(target)
        .args(["--", "--print", "cfg"])
        .output()
        .map_err(|error| Complaint::usage(format!("cannot run cargo: {error}")).hint("install Rust"))?;
    if !output.status.success() {
        talk(String::from_utf8_lossy(&output.stderr).trim_end());
        return Err(Complaint::usage(format!("cargo cannot tell the settings of {}", spec.crate_name))
            .code(code::DOES_NOT_COMPILE)
            .hint("mend what cargo says above"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn target_flags(spec: &CrateSpec) -> Vec<String> {
    if spec.binary {
        vec!["--bin".to_owned(), target_name(&spec.root, &spec.crate_name)]
    } else {
        vec!["--lib".to_owned()]
    }
}

/// Cargo's name of a program: like its file, unless that is the package's main one.
fn target_name(root: &Path, crate_name: &str) -> String {
    let stem = root.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem == "main" { crate_name.to_owned() } else { stem }
}
