//! The catalogue: single edits to tiny packages, and what each must do to fingerprints.
//!
//! The project's own cases are in `tests/cases/`; its README has the form. `SCRAT_CASES` names another
//! folder of the same form to run as well, `SCRAT_CASE` a part of the names to run alone.

#![expect(clippy::disallowed_methods, reason = "variables choose what is tested")]
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and says why by printing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use scrat_fingerprint::{Analyzer, Change, CrateSpec, Part, answers, difference, fingerprint, path_to};
use toml::{Table, Value};

/// Coarse in the fall-back: functions of these cases change without need as long as no compiler is asked.
const COARSE: &[&str] = &["adv-named-argument-format", "derive-made-type-elsewhere"];

/// What a case says.
struct Case {
    name: String,
    folder: PathBuf,
    table: Table,
}

/// How a case went wrong.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Fault {
    Stale,
    False,
    Broken,
}

impl Case {
    fn text(&self, key: &str) -> Option<&str> {
        self.table.get(key).and_then(Value::as_str)
    }

    fn tier(&self) -> &str {
        self.text("tier").unwrap_or("must")
    }

    /// The parts of each root on one side, for both sides put at the same place.
    ///
    /// Features are `known` inside rustc and to the command; to an editor's server they are not.
    fn side(&self, side: &str, place: &Path, known: bool) -> BTreeMap<String, Vec<Part>> {
        if place.exists() {
            fs::remove_dir_all(place).unwrap();
        }
        copy(&self.folder.join(side), place);
        let package = self.text("package").map_or(place.to_owned(), |package| place.join(package));
        let env: BTreeMap<String, String> = self
            .table
            .get("env")
            .and_then(|env| env.get(side))
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or("").to_owned()))
            .collect();
        let cfg = cfg_lines(&package);
        let mut found = BTreeMap::new();
        for spec in CrateSpec::of_package(&package, "rustc").unwrap_or_default() {
            if self.text("bin").is_some() != spec.binary {
                continue;
            }
            let spec = if known { spec.with_features(&cfg) } else { spec };
            let analyzer = Analyzer::new(spec).unwrap();
            let mut variables = analyzer.variables();
            variables.extend(env.clone());
            for function in analyzer.functions() {
                let Some(analysis) = analyzer.code(&function.name) else { continue };
                let parts = analysis.code.parts(&answers(&analysis.code, &cfg, &variables));
                let name = function.name.rsplit("::").next().unwrap_or("").to_owned();
                found.insert(name, parts);
            }
        }
        found
    }

    fn run(&self) -> Vec<(Fault, String)> {
        let known = self.faults(true);
        if known.is_empty() { self.faults(false) } else { known }
    }

    fn faults(&self, known: bool) -> Vec<(Fault, String)> {
        let sandbox = tempfile::tempdir().unwrap();
        let place = sandbox.path().join("package");
        let before = self.side("before", &place, known);
        let after = self.side("after", &place, known);
        let mut faults = Vec::new();
        let expect = self.table.get("expect").and_then(Value::as_table).cloned().unwrap_or_default();
        for (root, wanted) in expect {
            let renamed = self.table.get("renamed").and_then(|renamed| renamed.get(&root)).and_then(Value::as_str);
            let (Some(old), Some(new)) = (before.get(&root), after.get(renamed.unwrap_or(&root))) else {
                faults.push((Fault::Broken, format!("{root} was not found")));
                continue;
            };
            let same = fingerprint(old) == fingerprint(new);
            match (wanted.as_str(), same) {
                (Some("changed"), true) => {
                    let reached: Vec<_> = new.iter().map(|part| part.name.as_str()).collect();
                    faults.push((Fault::Stale, format!("{root} is the same; it reaches {reached:?}")));
                }
                (Some("same"), false) => {
                    let because: Vec<String> = difference(old, new).iter().map(|change| said(change, new)).collect();
                    faults.push((Fault::False, format!("{root} changed: {}", because.join("; "))));
                }
                _ => {}
            }
        }
        faults
    }
}

fn said(change: &Change, new: &[Part]) -> String {
    let part = change.part();
    let path = new.iter().position(|other| other == part).map(|index| path_to(new, index)).unwrap_or_default();
    let word = match change {
        Change::Added(_) => "added",
        Change::Removed(_) => "removed",
        Change::Changed { .. } => "changed",
    };
    format!("{word} {} {} ({})", part.kind.word(), part.name, path.join(" → "))
}

/// What `rustc --print cfg` would say, with the default features.
fn cfg_lines(package: &Path) -> Vec<String> {
    let mut lines: Vec<String> =
        ["unix", "debug_assertions", "panic=\"unwind\"", "target_os=\"linux\"", "target_pointer_width=\"64\""]
            .map(str::to_owned)
            .to_vec();
    let table: Table = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default().parse().unwrap_or_default();
    let features = table.get("features").and_then(Value::as_table).cloned().unwrap_or_default();
    let mut on = BTreeSet::new();
    let mut todo = vec!["default".to_owned()];
    while let Some(feature) = todo.pop() {
        if let Some(Value::Array(list)) = features.get(&feature)
            && on.insert(feature.clone())
        {
            todo.extend(list.iter().filter_map(|entry| entry.as_str().map(str::to_owned)));
        }
    }
    lines.extend(on.into_iter().map(|feature| format!("feature=\"{feature}\"")));
    lines
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn cases(folder: &Path) -> Vec<Case> {
    let only = std::env::var("SCRAT_CASE").unwrap_or_default();
    let mut found: Vec<Case> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.to_owned();
            let table = fs::read_to_string(folder.join("case.toml")).ok()?.parse().ok()?;
            name.contains(&only).then_some(Case { name, folder, table })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Runs a catalogue; what went wrong, and how many of the tier `precise` were run.
fn run(folder: &Path) -> (Vec<(String, String, Fault)>, usize) {
    let mut wrong = Vec::new();
    let mut precise = 0;
    let cases = cases(folder);
    for case in &cases {
        precise += usize::from(case.tier() == "precise");
        for (fault, text) in case.run() {
            println!("{:<36} {:<8} {fault:?}: {text}", case.name, case.tier());
            wrong.push((case.name.clone(), case.tier().to_owned(), fault));
        }
    }
    println!("{} cases, {} faults in {}", cases.len(), wrong.len(), folder.display());
    (wrong, precise)
}

/// The names of those that changed without need.
fn check(folder: &Path) -> BTreeSet<String> {
    let (wrong, precise) = run(folder);
    let serious: Vec<_> = wrong
        .iter()
        .filter(|(_, tier, fault)| match tier.as_str() {
            "must" => true,
            "precise" => *fault != Fault::False,
            _ => *fault == Fault::Broken,
        })
        .collect();
    assert!(serious.is_empty(), "{serious:#?}");
    let false_ones = wrong.iter().filter(|(_, tier, fault)| tier == "precise" && *fault == Fault::False).count();
    assert!(false_ones * 20 <= precise, "{false_ones} of {precise} changed without need");
    wrong.into_iter().filter(|(_, _, fault)| *fault == Fault::False).map(|(name, ..)| name).collect()
}

#[test]
fn every_case_of_the_catalogue_changes_what_it_must_and_nothing_else() {
    let coarse = check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    let only = std::env::var("SCRAT_CASE").unwrap_or_default();
    let known: BTreeSet<String> =
        COARSE.iter().filter(|name| name.contains(&only)).map(|name| (*name).to_owned()).collect();
    assert_eq!(coarse, known);
}

#[test]
fn every_case_of_another_catalogue_does_too() {
    if let Ok(folder) = std::env::var("SCRAT_CASES") {
        check(Path::new(&folder));
    }
}
