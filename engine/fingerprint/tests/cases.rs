//! The catalogue by the analyser: what each edit must do to fingerprints, one test a case.
//!
//! The project's own cases are in `tests/cases/`; its README has their form, and how to run some of them. `SCRAT_CASES`
//! names a further folder, of cases that are folders.

#![expect(clippy::disallowed_methods, reason = "a variable says what else is tested")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says why by printing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Failed, Trial};
use scrat_fingerprint::{Analyzer, Change, CrateSpec, Part, answers, difference, fingerprint, path_to};
use toml::{Table, Value};

use crate::catalogue::{Case, Outcome, Side, Tier};

mod catalogue;

/// Coarse in the fall-back: functions of these cases change without need as long as no compiler is asked.
const COARSE: &[&str] = &[
    "02-scopes/std_import_function_shadows",
    "12-macros/named_argument_of_a_format_call",
    "proc-macros/derive_made_type_elsewhere",
];

/// How a case went wrong.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Fault {
    Stale,
    False,
    Broken,
}

/// The parts of each root on one side, for both sides put at the same place.
///
/// Features are `known` inside rustc and to the command; to an editor's server they are not.
fn parts(case: &Case, side: &Side, place: &Path, known: bool) -> BTreeMap<String, Vec<Part>> {
    side.unpack(place);
    let package = case.package.as_ref().map_or(place.to_owned(), |package| place.join(package));
    let cfg = cfg_lines(&package);
    let mut found = BTreeMap::new();
    for spec in CrateSpec::of_package(&package, "rustc").unwrap_or_default() {
        if case.bin.is_some() != spec.binary {
            continue;
        }
        let spec = if known { spec.with_features(&cfg) } else { spec };
        let analyzer = Analyzer::new(spec).unwrap();
        let mut variables = analyzer.variables();
        variables.extend(side.env.clone());
        for function in analyzer.functions() {
            let Some(analysis) = analyzer.code(&function.name) else { continue };
            let parts = analysis.code.parts(&answers(&analysis.code, &cfg, &variables));
            let name = function.name.rsplit("::").next().unwrap_or("").to_owned();
            found.insert(name, parts);
        }
    }
    found
}

fn faults(case: &Case) -> Vec<(Fault, String)> {
    let known = faults_with(case, true);
    if known.is_empty() { faults_with(case, false) } else { known }
}

fn faults_with(case: &Case, known: bool) -> Vec<(Fault, String)> {
    let sandbox = tempfile::tempdir().unwrap();
    let place = sandbox.path().join("package");
    let before = parts(case, &case.before, &place, known);
    let after = parts(case, &case.after, &place, known);
    let mut faults = Vec::new();
    for (root, wanted) in &case.expect {
        let (Some(old), Some(new)) = (before.get(root), after.get(case.name_after(root))) else {
            faults.push((Fault::Broken, format!("{root} was not found")));
            continue;
        };
        match (wanted, fingerprint(old) == fingerprint(new)) {
            (Outcome::Changed, true) => {
                let reached: Vec<_> = new.iter().map(|part| part.name.as_str()).collect();
                faults.push((Fault::Stale, format!("{root} is the same; it reaches {reached:?}")));
            }
            (Outcome::Same, false) => {
                let because: Vec<String> = difference(old, new).iter().map(|change| said(change, new)).collect();
                faults.push((Fault::False, format!("{root} changed: {}", because.join("; "))));
            }
            _ => {}
        }
    }
    faults
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

/// What counts over the cases of a further folder, where none is known to be coarse.
#[derive(Default)]
struct Tally {
    precise: AtomicUsize,
    without_need: AtomicUsize,
}

/// Fails unless what went wrong with a case is tolerated: of the project's own, only what `COARSE` lists.
fn judge(case: &Case, tally: Option<&Tally>) -> Result<(), Failed> {
    let faults = faults(case);
    let without_need = faults.iter().filter(|(fault, _)| *fault == Fault::False).count();
    if let Some(tally) = tally
        && case.tier == Tier::Precise
    {
        tally.precise.fetch_add(1, Ordering::Relaxed);
        tally.without_need.fetch_add(without_need, Ordering::Relaxed);
    }
    let is_coarse = COARSE.contains(&case.name.as_str());
    if is_coarse && without_need == 0 {
        return Err("no function changed without need: take the case out of COARSE".into());
    }
    let serious = faults.iter().filter(|(fault, _)| match (fault, case.tier) {
        (Fault::Broken, _) | (_, Tier::Must) => true,
        (Fault::Stale, tier) => tier != Tier::Stretch,
        (Fault::False, _) => tally.is_none() && !is_coarse,
    });
    let lines: Vec<String> = serious.map(|(fault, text)| format!("{fault:?}: {text}")).collect();
    if lines.is_empty() { Ok(()) } else { Err(format!("{}\n{}", case.title, lines.join("\n")).into()) }
}

/// Whether more than one in twenty changed without need.
fn too_many(without_need: usize, precise: usize) -> bool {
    without_need * 20 > precise
}

fn main() -> ExitCode {
    let own = catalogue::own();
    let precise: BTreeSet<String> =
        own.iter().filter(|case| case.tier == Tier::Precise).map(|case| case.name.clone()).collect();
    let names: BTreeSet<String> = own.iter().map(|case| case.name.clone()).collect();
    let mut trials = vec![Trial::test("coarse_cases_are_few_and_exist", move || {
        assert!(COARSE.iter().all(|name| names.contains(*name)), "{COARSE:?}");
        assert!(!too_many(COARSE.iter().filter(|name| precise.contains(**name)).count(), precise.len()));
        Ok(())
    })];
    trials.extend(own.into_iter().map(|case| Trial::test(case.name.clone(), move || judge(&case, None))));
    let tally = Arc::new(Tally::default());
    if let Ok(folder) = std::env::var("SCRAT_CASES") {
        trials.extend(catalogue::further(Path::new(&folder)).into_iter().map(|case| {
            let tally = Arc::clone(&tally);
            Trial::test(format!("further/{}", case.name), move || judge(&case, Some(&tally)))
        }));
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    let (without_need, precise) = (tally.without_need.load(Ordering::Relaxed), tally.precise.load(Ordering::Relaxed));
    if too_many(without_need, precise) {
        eprintln!("{without_need} of {precise} precise cases of the further folder changed without need");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}
