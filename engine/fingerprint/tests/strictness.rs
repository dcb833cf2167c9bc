//! How strictly the compiler counts, by the project's `scrat.toml`, and what a mistake in that file says.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use scrat_fingerprint::{Analyzer, CrateSpec, Hash};

const OLD: &str = "release: 1.95.0; commit-hash: a; LLVM version: 22.1.0";
const PATCHED: &str = "release: 1.95.1; commit-hash: b; LLVM version: 22.1.1";
const NEWER: &str = "release: 1.96.0; commit-hash: c; LLVM version: 22.1.1";

fn package(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/lib.rs"), "pub fn work(x: u32) -> u32 { x + 1 }").unwrap();
    fs::write(folder.path().join("scrat.toml"), settings).unwrap();
    folder
}

fn fingerprint(folder: &Path, toolchain: &str) -> Hash {
    let spec = CrateSpec::of_package(folder, toolchain).unwrap().remove(0);
    let analyzer = Analyzer::new(spec).unwrap();
    assert!(analyzer.files().contains(&folder.join("scrat.toml")));
    analyzer.fingerprint("case::work").unwrap()
}

#[test]
fn the_compiler_counts_as_strictly_as_the_project_says() {
    for (settings, same_when_patched, same_when_newer) in [
        ("", false, false),
        ("[fingerprint]\ntoolchain = \"exact\"", false, false),
        ("[fingerprint]\ntoolchain = \"compatible\"", true, false),
        ("[fingerprint]\ntoolchain = \"ignore\"", true, true),
    ] {
        let package = package(settings);
        let [old, patched, newer] = [OLD, PATCHED, NEWER].map(|toolchain| fingerprint(package.path(), toolchain));
        assert_eq!((old == patched, old == newer), (same_when_patched, same_when_newer), "{settings}");
    }
}

#[test]
fn a_mistake_in_the_settings_names_the_file_and_what_may_stand_there() {
    let package = package("[fingerprint]\ntoolchain = \"sloppy\"");
    let spec = CrateSpec::of_package(package.path(), OLD).unwrap().remove(0);
    let error = Analyzer::new(spec).err().unwrap().to_string();
    for word in ["scrat.toml", "sloppy", "compatible"] {
        assert!(error.contains(word), "{error}");
    }
}
