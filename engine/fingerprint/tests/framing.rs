//! What digests are put together of must not run into one another.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a variable says whether this is the child")]

use std::fs;
use std::path::Path;
use std::process::Command;

use scrat_fingerprint::{Analyzer, CrateSpec, answers};

/// Where the package lies of which the child tells the fingerprint.
const PACKAGE: &str = "FRAMING_PACKAGE";

fn package() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    write("src/lib.rs", "#[scrat::stash] pub fn run(x: u32) -> usize { env!(\"MODE\").len() + x as usize }");
    write("Cargo.toml", "[package]\nname = \"case\"\nversion = \"0.1.0\"\nedition = \"2024\"\nbuild = \"build.rs\"\n");
    write(
        "build.rs",
        "fn main() {
            println!(\"cargo::rerun-if-env-changed=FRAMING_A\");
            println!(\"cargo::rerun-if-env-changed=FRAMING_B\");
            println!(\"cargo::rerun-if-changed=one.txt\");
            println!(\"cargo::rerun-if-changed=two.txt\");
            println!(\"cargo::rustc-env=MODE={:?}\", std::env::var(\"FRAMING_A\"));
        }",
    );
    folder
}

/// Variables are a process's own, and another one cannot be given any but by its parent.
#[test]
fn child() {
    let Ok(package) = std::env::var(PACKAGE) else { return };
    let spec = CrateSpec::of_package(Path::new(&package), "rustc").unwrap().remove(0);
    let code = Analyzer::new(spec).unwrap().code("case::run").unwrap().code;
    let fingerprint = scrat_fingerprint::fingerprint(&code.parts(&answers(&code, &[], &std::env::vars().collect())));
    println!("fingerprint {fingerprint:?}");
}

fn fingerprint(package: &Path, variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child", "--nocapture"]).env(PACKAGE, package);
    child.env_remove("FRAMING_A").env_remove("FRAMING_B").envs(variables.iter().copied());
    let text = String::from_utf8(child.output().unwrap().stdout).unwrap();
    text.split("fingerprint ").nth(1).unwrap().lines().next().unwrap().to_owned()
}

#[test]
fn variables_of_a_build_script_do_not_run_into_one_another() {
    let package = package();
    let told = |variables: &[(&str, &str)]| fingerprint(package.path(), variables);
    let mut all = vec![
        told(&[("FRAMING_A", "1FRAMING_B2"), ("FRAMING_B", "")]),
        told(&[("FRAMING_A", "1"), ("FRAMING_B", "2FRAMING_B")]),
        told(&[("FRAMING_A", ""), ("FRAMING_B", "")]),
        told(&[("FRAMING_A", "")]),
        told(&[]),
    ];
    assert_eq!(all[4], told(&[]));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 5, "each is another call of the build script");
}

#[test]
fn a_missing_file_of_a_build_script_is_not_an_empty_one() {
    let package = package();
    let missing = fingerprint(package.path(), &[]);
    fs::write(package.path().join("one.txt"), "").unwrap();
    let empty = fingerprint(package.path(), &[]);
    fs::rename(package.path().join("one.txt"), package.path().join("two.txt")).unwrap();
    let other = fingerprint(package.path(), &[]);
    assert!(missing != empty && empty != other && missing != other);
}
