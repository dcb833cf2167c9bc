//! What the analyser says of the names around a function.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use scrat_fingerprint::{Analyzer, Beside, CrateSpec};
use tempfile::TempDir;

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";

/// A package on disk.
struct Package(TempDir);

impl Package {
    fn new(files: &[(&str, &str)]) -> Self {
        let package = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            let path = package.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        package
    }

    /// The target whose root ends so.
    fn analyzer(&self, root: &str) -> Analyzer {
        let specs = CrateSpec::of_package(self.0.path(), "rustc").unwrap();
        Analyzer::new(specs.into_iter().find(|spec| spec.root.ends_with(root)).unwrap()).unwrap()
    }

    fn clear(&self, root: &str) -> Vec<String> {
        self.analyzer(root).clear_modules()
    }
}

#[test]
fn a_module_is_clear_unless_something_that_has_an_inside_shares_its_name() {
    let package = Package::new(&[
        ("Cargo.toml", MANIFEST),
        (
            "src/lib.rs",
            "mod units { pub mod small {} }
             mod main { pub mod deep {} }
             fn main() { mod inner { struct Fixed; } struct Fixed; }
             mod level {}
             const level: u8 = { struct Fixed; 0 };
             mod made {}
             make!(made);
             mod written {}
             macro_rules! write { () => { fn written() { struct Fixed; } } }
             write!();
             mod imported {}
             use units::imported;",
        ),
    ]);
    assert_eq!(package.clear("lib.rs"), ["", "imported", "units", "units::small"]);
}

#[test]
fn nothing_is_clear_where_crates_share_a_name() {
    let both = [("Cargo.toml", MANIFEST), ("src/lib.rs", "pub mod a {}"), ("src/main.rs", "mod b {} fn main() {}")];
    let package = Package::new(&both);
    assert_eq!((package.clear("lib.rs").len(), package.clear("main.rs").len()), (0, 0));

    let apart = format!("{MANIFEST}[[bin]]\nname = \"run\"\npath = \"src/main.rs\"\n");
    let package = Package::new(&[("Cargo.toml", &apart), both[1], both[2]]);
    assert_eq!(package.clear("lib.rs"), ["", "a"]);
    assert_eq!(package.clear("main.rs"), ["", "b"]);

    let package = Package::new(&[both[0], both[1], ("tests/demo.rs", "")]);
    assert_eq!(package.clear("lib.rs").len(), 0, "a test of the library's name");

    let two = "[[package]]\nname = \"demo\"\nversion = \"1.0.0\"\n[[package]]\nname = \"demo\"\nversion = \"2.0.0\"\n";
    let package = Package::new(&[both[0], both[1], ("Cargo.lock", two)]);
    assert_eq!(package.clear("lib.rs").len(), 0, "two versions of the package");

    let one =
        "[[package]]\nname = \"demo\"\nversion = \"1.0.0\"\n[[package]]\nname = \"demo-more\"\nversion = \"2.0.0\"\n";
    let package = Package::new(&[both[0], both[1], ("Cargo.lock", one)]);
    assert_eq!(package.clear("lib.rs"), ["", "a"]);
}

#[test]
fn a_type_beside_a_function_is_kept_from_where_its_name_means_something_else() {
    let manifest = format!("{MANIFEST}[dependencies]\nrand = \"0.9\"\n");
    let package = Package::new(&[
        ("Cargo.toml", &manifest),
        (
            "src/lib.rs",
            "pub mod clean { pub fn clean() {} pub mod deep { pub fn clean() {} pub fn plain() {} } }
             pub mod a { pub fn route() {} pub fn sort() {} }
             mod elsewhere { mod route {} use crate::a::route; }
             mod sort {}
             pub mod hidden { pub fn sort() {} pub mod kind {} pub fn kind() {} pub struct shape {} pub fn shape() {} }
             extern crate core as basis;
             pub fn demo() {} pub fn rand() {} pub fn str() {} pub fn basis() {}",
        ),
    ]);
    let analyzer = package.analyzer("lib.rs");
    for (path, beside) in [
        ("demo::clean::clean", Beside::Module),
        ("demo::clean::deep::clean", Beside::Module),
        ("demo::clean::deep::plain", Beside::Everybody),
        ("demo::a::route", Beside::Module),
        ("demo::a::sort", Beside::Everybody),
        ("demo::hidden::sort", Beside::Everybody),
        ("demo::hidden::kind", Beside::Hidden),
        ("demo::hidden::shape", Beside::Hidden),
        ("demo::demo", Beside::Module),
        ("demo::rand", Beside::Nobody),
        ("demo::str", Beside::Nobody),
        ("demo::basis", Beside::Nobody),
    ] {
        assert_eq!(analyzer.beside(path), beside, "{path}");
    }
}
