//! What is done again after an edit, asserted from salsa's own events and never from time.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

use scrat_fingerprint::{Analyzer, CrateSpec, Hash, fingerprint};
use tempfile::TempDir;

const LIB: &str = "
mod clean;
mod other;

#[scrat::stash]
pub fn load(x: u32) -> u32 { clean::normalise(x) }

#[scrat::stash]
pub fn apart(x: u32) -> u32 { other::shift(x) }
";
const CLEAN: &str = "
const SCALE: u32 = 3;
pub fn normalise(x: u32) -> u32 { trim(x) * SCALE }
fn trim(x: u32) -> u32 { x / 2 }
";
const OTHER: &str = "
pub fn shift(x: u32) -> u32 { x << 1 }
";

/// A crate on disk under analysis, with the queries that ran since they were last asked for.
struct Bench {
    folder: TempDir,
    analyzer: Analyzer,
    ran: Arc<Mutex<Vec<String>>>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        for (name, text) in [("lib.rs", LIB), ("clean.rs", CLEAN), ("other.rs", OTHER)] {
            fs::write(folder.path().join("src").join(name), text).unwrap();
        }
        let ran: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = ran.clone();
        let spec = CrateSpec::of_package(folder.path(), "rustc").unwrap().remove(0);
        let observer = Box::new(move |query: &str| log.lock().unwrap().push(query.to_owned()));
        let analyzer = Analyzer::observed(spec, Some(observer)).unwrap();
        Self { folder, analyzer, ran }
    }

    fn edit(&mut self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join("src").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(path, text.replace(from, to)).unwrap();
        assert!(self.analyzer.refresh());
    }

    fn fingerprints(&self) -> BTreeMap<String, Hash> {
        let functions = self.analyzer.functions();
        functions
            .into_iter()
            .map(|function| {
                let code = self.analyzer.code(&function.name).unwrap().code;
                (function.name, fingerprint(&code.parts))
            })
            .collect()
    }

    /// How often each query ran since this was last asked.
    fn ran(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for query in self.ran.lock().unwrap().drain(..) {
            *counts.entry(query.split('(').next().unwrap().to_owned()).or_insert(0) += 1;
        }
        counts
    }

    /// The same crate, analysed from nothing.
    fn cold(&self) -> BTreeMap<String, Hash> {
        let spec = CrateSpec::of_package(self.folder.path(), "rustc").unwrap().remove(0);
        let analyzer = Analyzer::new(spec).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), analyzer, ran: Arc::default() }.fingerprints()
    }
}

fn count(ran: &BTreeMap<String, usize>, query: &str) -> usize {
    ran.get(query).copied().unwrap_or(0)
}

#[test]
fn editing_a_body_redoes_one_file_and_one_item() {
    let mut bench = Bench::new();
    let before = bench.fingerprints();
    bench.ran();
    bench.edit("clean.rs", "x / 2", "x / 4");
    let after = bench.fingerprints();
    let ran = bench.ran();
    assert_ne!(before["case::load"], after["case::load"]);
    assert_eq!(before["case::apart"], after["case::apart"]);
    assert_eq!(count(&ran, "parsed"), 1, "{ran:?}");
    assert_eq!(count(&ran, "shape"), 1, "{ran:?}");
    // The items of that file are read again, and but one of them says the same.
    assert_eq!(count(&ran, "facts_of"), 3, "{ran:?}");
    assert_eq!(count(&ran, "resolved"), 1, "{ran:?}");
    // It leads to the same things, so nothing beyond it is looked at.
    assert_eq!((count(&ran, "crate_map"), count(&ran, "world"), count(&ran, "closure_of")), (0, 0, 0), "{ran:?}");
    assert_eq!(after, bench.cold());
}

#[test]
fn editing_a_body_that_nothing_reaches_redoes_its_file_and_nothing_else() {
    let mut bench = Bench::new();
    bench.fingerprints();
    bench.edit("clean.rs", "const SCALE", "pub fn unused(x: u32) -> u32 { x + 1 }\nconst SCALE");
    let before = bench.fingerprints();
    bench.ran();
    bench.edit("clean.rs", "x + 1", "x + 2");
    let after = bench.fingerprints();
    let ran = bench.ran();
    assert_eq!(before, after);
    assert_eq!(count(&ran, "parsed"), 1, "{ran:?}");
    assert_eq!((count(&ran, "resolved"), count(&ran, "crate_map"), count(&ran, "closure_of")), (0, 0, 0), "{ran:?}");
    assert_eq!(after, bench.cold());
}

#[test]
fn editing_a_comment_redoes_nothing_but_the_file() {
    let mut bench = Bench::new();
    let before = bench.fingerprints();
    bench.ran();
    bench.edit("clean.rs", "const SCALE", "// a remark\n\nconst SCALE");
    let after = bench.fingerprints();
    let ran = bench.ran();
    assert_eq!(before, after);
    assert_eq!((count(&ran, "resolved"), count(&ran, "crate_map"), count(&ran, "closure_of")), (0, 0, 0), "{ran:?}");
}

#[test]
fn a_file_that_a_macro_includes_is_noticed_when_it_appears() {
    let mut bench = Bench::new();
    bench.fingerprints();
    let macros = "macro_rules! read { ($name:literal) => { include_str!(concat!($name, \".txt\")).len() as u32 } }\n";
    bench.edit("clean.rs", "const SCALE: u32 = 3;", &format!("{macros}const SCALE: u32 = 3;"));
    bench.edit("clean.rs", "x / 2", "x / read!(\"limits\")");
    let before = bench.fingerprints();
    fs::write(bench.folder.path().join("src/limits.txt"), "2").unwrap();
    bench.analyzer.refresh();
    let after = bench.fingerprints();
    assert_ne!(before["case::load"], after["case::load"]);
    assert_eq!(after, bench.cold());
}

#[test]
fn a_new_call_in_a_body_redoes_the_closures_that_reach_it() {
    let mut bench = Bench::new();
    let before = bench.fingerprints();
    bench.ran();
    bench.edit("clean.rs", "trim(x) * SCALE", "trim(x) * SCALE * crate::other::shift(1)");
    let after = bench.fingerprints();
    let ran = bench.ran();
    assert_ne!(before["case::load"], after["case::load"]);
    assert_eq!(before["case::apart"], after["case::apart"]);
    assert_eq!((count(&ran, "resolved"), count(&ran, "closure_of"), count(&ran, "crate_map")), (1, 1, 0), "{ran:?}");
    assert_eq!(after, bench.cold());
}

#[test]
fn a_new_declaration_redoes_the_names_but_no_closure_that_it_does_not_concern() {
    let mut bench = Bench::new();
    let before = bench.fingerprints();
    bench.ran();
    bench.edit("other.rs", "pub fn shift", "pub fn unused() {}\npub fn shift");
    let after = bench.fingerprints();
    let ran = bench.ran();
    assert_eq!(before, after);
    assert_eq!(count(&ran, "crate_map"), 1, "{ran:?}");
    assert_eq!(count(&ran, "closure_of"), 0, "{ran:?}");
    assert_eq!(after, bench.cold());
}

#[test]
fn a_file_that_appears_and_goes_is_noticed() {
    let mut bench = Bench::new();
    let before = bench.fingerprints();
    let path = bench.folder.path().join("src/other.rs");
    let elsewhere = bench.folder.path().join("src/other");
    fs::create_dir(&elsewhere).unwrap();
    fs::rename(&path, elsewhere.join("mod.rs")).unwrap();
    assert!(bench.analyzer.refresh());
    assert_eq!(before, bench.fingerprints());
    fs::write(elsewhere.join("mod.rs"), "pub fn shift(x: u32) -> u32 { x << 2 }").unwrap();
    assert!(bench.analyzer.refresh());
    assert_ne!(before["case::apart"], bench.fingerprints()["case::apart"]);
}
