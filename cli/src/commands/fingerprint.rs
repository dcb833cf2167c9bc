//! `scrat fingerprint`: every stashed function of a package with its fingerprint, and what is in it.
//!
//! The sources are analysed by the library that the macro uses. Only what rustc alone knows is asked of cargo:
//! which cfg predicates hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use owo_colors::OwoColorize;
use scrat_fingerprint::{Analyzer, CrateSpec, TOOLCHAIN, answers, fingerprint};
use serde::Deserialize;
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
    for mut spec in specs {
        let told = Told::by_cargo(&spec, args.release)?;
        spec.out_dir = told.out_dir.clone().or(spec.out_dir);
        spec = spec.with_features(&told.predicates);
        let analyzer = Analyzer::new(spec).map_err(|error| Complaint::usage(error.to_string()))?;
        // What cargo sets goes over what the user's shell does.
        let mut variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        variables.extend(analyzer.variables());
        variables.extend(told.variables);
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

/// What only cargo and rustc know of a target.
#[derive(Default)]
struct Told {
    /// The lines of `rustc --print cfg`.
    predicates: Vec<String>,
    /// Where the package's build script wrote to.
    out_dir: Option<PathBuf>,
    /// Variables that it set.
    variables: BTreeMap<String, String>,
}

/// A line of cargo's JSON about a build script.
#[derive(Deserialize)]
struct Script {
    reason: String,
    package_id: String,
    out_dir: PathBuf,
    env: Vec<(String, String)>,
}

impl Told {
    fn by_cargo(spec: &CrateSpec, release: bool) -> Result<Self, Complaint> {
        let mut command = Command::new(crate::cargo::program());
        // cargo looks for its own settings from the current folder upwards.
        command.current_dir(&spec.manifest_dir).args(["rustc", "--quiet", "--message-format=json"]);
        command.args(target_flags(spec)).args(release.then_some("--release")).args(["--", "--print", "cfg"]);
        let output = command
            .output()
            .map_err(|error| Complaint::usage(format!("cannot run cargo: {error}")).hint("install Rust"))?;
        if !output.status.success() {
            talk(String::from_utf8_lossy(&output.stderr).trim_end());
            return Err(Complaint::usage(format!("cargo cannot tell the settings of {}", spec.crate_name))
                .code(code::DOES_NOT_COMPILE)
                .hint("mend what cargo says above"));
        }
        let mut told = Self::default();
        let folder = spec.manifest_dir.canonicalize().unwrap_or_else(|_| spec.manifest_dir.clone());
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            if !line.starts_with('{') {
                told.predicates.push(line.to_owned());
            } else if let Ok(script) = serde_json::from_str::<Script>(line)
                && script.reason == "build-script-executed"
                && is_of(&script.package_id, &folder)
            {
                told.out_dir = Some(script.out_dir);
                told.variables = script.env.into_iter().collect();
            }
        }
        Ok(told)
    }
}

/// Whether cargo's name of a package, `path+file:///folder#name@version`, is about the one in this folder.
fn is_of(package_id: &str, folder: &Path) -> bool {
    package_id.split_once('#').is_some_and(|(source, _)| source.ends_with(&*folder.to_string_lossy()))
}

/// Whether a predicate is true of the target.
fn holds(predicate: &str, told: &[String]) -> bool {
    let asked = scrat_fingerprint::Code { cfgs: vec![predicate.to_owned()], ..Default::default() };
    answers(&asked, told, &BTreeMap::new()).cfgs == [true]
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
