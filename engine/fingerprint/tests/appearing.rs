//! Files that appear while an analyser lives on: it must say what one says that was made after they had appeared.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use scrat_fingerprint::{Analyzer, CrateSpec, Hash};

const MANIFEST: &str = "[package]\nname = \"case\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn analyzer(folder: &Path) -> Analyzer {
    Analyzer::new(CrateSpec::of_package(folder, "rustc").unwrap().remove(0)).unwrap()
}

fn fingerprint(analyzer: &Analyzer) -> Hash {
    let hash = analyzer.fingerprint("case::run").unwrap();
    let parts = analyzer.code("case::run").unwrap().code.parts;
    assert_eq!(hash, scrat_fingerprint::fingerprint(&parts));
    hash
}

/// Lets files appear around a function `run`, which must be noticed, and go, which must be noticed as well.
fn appears(package: &[(&str, &str)], files: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), package);
    let mut lasting = analyzer(folder.path());
    let without = fingerprint(&lasting);
    write(folder.path(), files);
    lasting.refresh();
    let with = fingerprint(&lasting);
    assert_ne!(with, without, "{files:?} was not noticed");
    assert_eq!(with, fingerprint(&analyzer(folder.path())));
    for (name, _) in files {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    lasting.refresh();
    assert_eq!(without, fingerprint(&lasting), "{files:?} was not forgotten");
}

#[test]
fn a_module() {
    let lib = "mod part;\n#[scrat::stash]\npub fn run() -> u32 { part::one() }\n";
    for name in ["src/part.rs", "src/part/mod.rs"] {
        appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib)], &[(name, "pub fn one() -> u32 { 1 }")]);
    }
}

#[test]
fn a_module_by_path_and_one_in_a_macro() {
    let lib = "#[path = \"elsewhere/part.rs\"]\nmod part;\n#[scrat::stash]\npub fn run() -> u32 { part::one() }\n";
    let file = [("src/elsewhere/part.rs", "pub fn one() -> u32 { 1 }")];
    appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib)], &file);
    let lib = "macro_rules! part { ($name:ident) => { mod $name; } }\npart!(part);\n#[scrat::stash]\npub fn run() -> u32 { part::one() }\n";
    appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib)], &[("src/part.rs", "pub fn one() -> u32 { 1 }")]);
}

#[test]
fn an_included_file() {
    for call in ["include_str!(\"limits.txt\").len() as u32", "include!(\"limits.txt\")"] {
        let lib = format!("#[scrat::stash]\npub fn run() -> u32 {{ {call} }}\n");
        appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", &lib)], &[("src/limits.txt", "12")]);
    }
    let lib = "include!(\"more.rs\");\n#[scrat::stash]\npub fn run() -> u32 { one() }\n";
    appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib)], &[("src/more.rs", "fn one() -> u32 { 1 }")]);
}

#[test]
fn a_file_where_a_folder_was() {
    let folder = tempfile::tempdir().unwrap();
    let lib = "macro_rules! read { ($name:literal) => { include_str!(concat!($name, \".txt\")).len() as u32 } }\n#[scrat::stash]\npub fn run() -> u32 { read!(\"limits\") }\n";
    write(folder.path(), &[("Cargo.toml", MANIFEST), ("src/lib.rs", lib), ("src/limits.txt/inner", "12")]);
    let mut lasting = analyzer(folder.path());
    let before = fingerprint(&lasting);
    fs::remove_dir_all(folder.path().join("src/limits.txt")).unwrap();
    write(folder.path(), &[("src/limits.txt", "12")]);
    lasting.refresh();
    assert_ne!(before, fingerprint(&lasting));
    assert_eq!(fingerprint(&lasting), fingerprint(&analyzer(folder.path())));
}

#[test]
fn a_build_script() {
    let lib = "#[scrat::stash]\npub fn run() -> u32 { if cfg!(fast) { 1 } else { 2 } }\n";
    let script = "fn main() { println!(\"cargo::rustc-cfg=fast\"); println!(\"cargo::rerun-if-changed=mode.txt\"); }";
    appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib)], &[("build.rs", script)]);
    appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib), ("build.rs", script)], &[("mode.txt", "fast")]);
    let script = "mod more;\nfn main() { more::tell() }";
    let more = "pub fn tell() { println!(\"cargo::rustc-cfg=fast\"); }";
    appears(&[("Cargo.toml", MANIFEST), ("src/lib.rs", lib), ("build.rs", script)], &[("more.rs", more)]);
}

#[test]
fn a_lock_file() {
    let manifest = format!("{MANIFEST}[dependencies]\nrand = \"0.9\"\n");
    let lib = "#[scrat::stash]\npub fn run() -> u32 { rand::random() }\n";
    let lock =
        "version = 4\n[[package]]\nname = \"rand\"\nversion = \"0.9.1\"\nsource = \"registry+x\"\nchecksum = \"1\"\n";
    appears(&[("Cargo.toml", &manifest), ("src/lib.rs", lib)], &[("Cargo.lock", lock)]);
}

#[test]
fn a_dependency_by_path() {
    let manifest = format!("{MANIFEST}[dependencies]\nhelper = {{ path = \"helper\" }}\n");
    let lib = "#[scrat::stash]\npub fn run() -> u32 { helper::one() }\n";
    let helper = MANIFEST.replace("case", "helper");
    let files = [("helper/Cargo.toml", helper.as_str()), ("helper/src/lib.rs", "pub fn one() -> u32 { 1 }")];
    appears(&[("Cargo.toml", &manifest), ("src/lib.rs", lib)], &files);
}

#[test]
fn settings_of_the_project_and_of_cargo() {
    let manifest = format!("{MANIFEST}[dependencies]\nrand = \"0.9\"\n");
    let lib = "#[scrat::stash]\npub fn run() -> u32 { if cfg!(debug_assertions) { 1 } else { rand::random() } }\n";
    let package = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", lib)];
    appears(&package, &[("scrat.toml", "[fingerprint]\npackages = \"ignore\"\n")]);
    appears(&package, &[(".cargo/config.toml", "[build]\nrustflags = [\"-Cdebug-assertions=off\"]\n")]);
}
