//! The catalogue once more, by what rustc says: those of its cases that are one crate without a manifest.
//!
//! `SCRAT_CASES` names another folder to run as well, `SCRAT_CASE` a part of the names to run alone. Cases with manifests go
//! through the command, in its own tests, and so do those about options of the attribute, which here stands for nothing.
//! What a case says under `[compiled]` goes over what it expects of the sources.

#![cfg(feature = "analysis")]
#![expect(clippy::disallowed_methods, reason = "variables choose what is tested")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and says why by printing")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use scrat_fingerprint::compiler::Linked;
use scrat_fingerprint::{Hash, Strictness};
use toml::{Table, Value};

use crate::rustc::{Nothing, compile, stand_in};

mod rustc;

struct Case {
    name: String,
    folder: PathBuf,
    table: Table,
}

fn cases(folder: &Path) -> Vec<Case> {
    let only = std::env::var("SCRAT_CASE").unwrap_or_default();
    let is_plain = |side: &Path| {
        ["Cargo.toml", "build.rs", ".cargo"].iter().all(|name| !side.join(name).exists())
            && side.join("src/lib.rs").exists()
    };
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<Case> = entries
        .filter(|folder| is_plain(&folder.join("before")) && is_plain(&folder.join("after")))
        .filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.to_owned();
            let table: Table = fs::read_to_string(folder.join("case.toml")).ok()?.parse().ok()?;
            let other = ["bin", "env", "package", "compiles"];
            let is_plain = other.iter().all(|key| !table.contains_key(*key)) && !name.starts_with("watch-");
            (is_plain && name.contains(&only)).then_some(Case { name, folder, table })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The fingerprints of the roots of one side.
fn side(
    case: &Case,
    side: &str,
    place: &Path,
    library: &Path,
    roots: &[String],
) -> Result<BTreeMap<String, Hash>, String> {
    if place.exists() {
        fs::remove_dir_all(place).unwrap();
    }
    copy(&case.folder.join(side), place);
    let bodies = compile(place, library)?;
    let crates = [&bodies];
    let linked = Linked::new(&crates, ("rustc", "target"), Strictness::default(), &Nothing);
    let mut found = BTreeMap::new();
    for root in roots {
        if let [only] = linked.named(root)[..] {
            found.insert(root.clone(), linked.closure(only));
        }
    }
    Ok(found)
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

/// What went wrong with a case: the kind of fault, and the root.
fn faults(case: &Case, place: &Path, library: &Path) -> Vec<(&'static str, String)> {
    let said = |key: &str| case.table.get(key).and_then(Value::as_table).cloned().unwrap_or_default();
    let mut expect = said("expect");
    expect.extend(said("compiled"));
    let renamed = |root: &str| {
        let renamed = case.table.get("renamed").and_then(|renamed| renamed.get(root)).and_then(Value::as_str);
        renamed.unwrap_or(root).to_owned()
    };
    let roots: Vec<String> = expect.keys().cloned().collect();
    let after: Vec<String> = roots.iter().map(|root| renamed(root)).collect();
    let sides = side(case, "before", place, library, &roots)
        .and_then(|before| Ok((before, side(case, "after", place, library, &after)?)));
    let (before, after) = match sides {
        Ok(sides) => sides,
        Err(said) => return vec![("broken", said)],
    };
    let mut faults = Vec::new();
    for (root, wanted) in expect {
        // A generic function has no body by itself: what is called has.
        let (Some(old), Some(new)) = (before.get(&root), after.get(&renamed(&root))) else {
            faults.push(("absent", root));
            continue;
        };
        match (wanted.as_str(), old == new) {
            (Some("changed"), true) => faults.push(("stale", root)),
            (Some("same"), false) => faults.push(("false", root)),
            _ => {}
        }
    }
    faults
}

fn run(folder: &Path) -> Vec<(String, &'static str, String)> {
    let sandbox = tempfile::tempdir().unwrap();
    let library = sandbox.path().join("library");
    fs::create_dir(&library).unwrap();
    stand_in(&library);
    let cases = cases(folder);
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let place = sandbox.path().join(format!("place-{thread}"));
            let (cases, next, wrong, library) = (&cases, &next, &wrong, &library);
            scope.spawn(move || {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for (fault, root) in faults(case, &place, library) {
                        wrong.lock().unwrap().push((case.name.clone(), fault, root));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    for (name, fault, root) in &wrong {
        println!("{name:<40} {fault}: {root}");
    }
    println!("{} cases, {} faults in {}", cases.len(), wrong.len(), folder.display());
    wrong
}

#[test]
fn every_plain_case_changes_what_rustc_says_it_must_and_nothing_else() {
    let mut wrong = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    if let Ok(folder) = std::env::var("SCRAT_CASES") {
        wrong.extend(run(Path::new(&folder)));
    }
    wrong.retain(|(_, fault, _)| *fault != "absent");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
