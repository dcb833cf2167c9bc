//! The work of an analysis grows with the crate and no faster, counted in steps and never in time.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use scrat_fingerprint::{Analyzer, CrateSpec, fingerprint};

/// What it took to analyse a crate.
#[derive(Debug)]
struct Work {
    /// Modules looked into for a name.
    steps: usize,
    /// Queries that ran.
    queries: usize,
    /// Parts of the functions asked about.
    parts: usize,
}

/// Writes a crate as generated bindings have it: each of its modules imports all of its parent, which imports all of
/// each of them, and holds an item that an attribute makes names of.
fn bindings(folder: &Path, modules: usize) {
    let source = folder.join("src");
    fs::create_dir_all(source.join("features")).unwrap();
    let mut table = String::from("[package]\nname = \"bindings\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    table.push_str("[dependencies]\nscrat = \"*\"\nbindgen = \"1\"\n[features]\n");
    let mut list = String::new();
    for number in 0..modules {
        writeln!(table, "Thing{number} = []").unwrap();
        writeln!(list, "#[cfg(feature = \"Thing{number}\")]\nmod gen_thing{number};").unwrap();
        writeln!(list, "#[cfg(feature = \"Thing{number}\")]\npub use gen_thing{number}::*;").unwrap();
        let next = (number + 1) % modules;
        let module = format!(
            "use super::*;\nuse bindgen::prelude::*;\n\
             #[bindgen]\nextern \"C\" {{\n    #[bindgen(extends = Thing{next}, js_name = \"Thing{number}\")]\n    \
             #[derive(Clone)]\n    pub type Thing{number};\n    #[bindgen(method, getter)]\n    \
             pub fn field{number}(this: &Thing{number}) -> Thing{next};\n}}\n\
             impl Thing{number} {{\n    pub const KIND: u32 = {number};\n    \
             pub fn twice(&self) -> Made{next} {{ helper(self.field{number}(), Self::KIND) }}\n}}\n"
        );
        fs::write(source.join(format!("features/gen_thing{number}.rs")), module).unwrap();
    }
    fs::write(source.join("features/mod.rs"), list).unwrap();
    fs::write(
        source.join("lib.rs"),
        "mod features;\npub use features::*;\n\
         #[scrat::stash]\npub fn run(x: u32) -> u32 { Thing0::KIND + x }\n\
         #[scrat::stash]\npub fn control(x: u32) -> u32 { (x << 3) ^ 0x5a }\n",
    )
    .unwrap();
    fs::write(folder.join("Cargo.toml"), table).unwrap();
}

fn analyse(folder: &Path) -> (Work, Vec<[u8; 32]>) {
    let ran: Arc<AtomicUsize> = Arc::default();
    let count = ran.clone();
    let observer = Box::new(move |_: &str| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let spec = CrateSpec::of_package(folder, "rustc").unwrap().remove(0);
    let analyzer = Analyzer::observed(spec, Some(observer)).unwrap();
    let parts: Vec<_> =
        analyzer.functions().iter().map(|function| analyzer.code(&function.name).unwrap().code.parts).collect();
    let work =
        Work { steps: analyzer.steps(), queries: ran.load(Ordering::Relaxed), parts: parts.iter().map(Vec::len).sum() };
    (work, parts.iter().map(|parts| fingerprint(parts)).collect())
}

#[test]
fn twice_as_many_modules_that_import_one_another_take_twice_the_steps() {
    let work = |modules: usize| {
        let folder = tempfile::tempdir().unwrap();
        bindings(folder.path(), modules);
        analyse(folder.path()).0
    };
    let (some, twice) = (work(150), work(300));
    for (before, after) in [(some.steps, twice.steps), (some.queries, twice.queries), (some.parts, twice.parts)] {
        assert!(after * 10 <= before * 23, "{some:?}, {twice:?}");
    }
}

#[test]
fn a_name_beyond_what_is_searched_depends_on_its_whole_crate() {
    let folder = tempfile::tempdir().unwrap();
    bindings(folder.path(), 150);
    let before = analyse(folder.path()).1;
    let last = folder.path().join("src/features/gen_thing0.rs");
    let text = fs::read_to_string(&last).unwrap();
    fs::write(&last, text.replace("KIND: u32 = 0", "KIND: u32 = 7")).unwrap();
    let after = analyse(folder.path()).1;
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1], after[1]);
}

#[test]
fn a_chain_of_globs_is_followed_however_long_it_is() {
    for length in [20, 80] {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src");
        fs::create_dir_all(&source).unwrap();
        let mut text = String::new();
        (1..=length).for_each(|number| writeln!(text, "pub mod c{number};").unwrap());
        let mut lib = String::from("mod chain;\n");
        for number in 1..=length {
            let next = number + 1;
            let inner = if number < length {
                format!("pub mod c{next} {{ pub use super::super::super::chain::inner{next}::*; }}\n")
            } else {
                "pub fn deep(x: u32) -> u32 { x + 1 }\n".to_owned()
            };
            text = if number == 1 { String::new() } else { text };
            writeln!(text, "pub mod inner{number} {{ {inner} }}").unwrap();
        }
        lib.push_str("use chain::inner1::*;\n");
        (2..=length).rev().for_each(|number| writeln!(lib, "use c{number}::*;").unwrap());
        lib.push_str("#[scrat::stash]\npub fn run(x: u32) -> u32 { deep(x) }\n");
        lib.push_str("#[scrat::stash]\npub fn control(x: u32) -> u32 { (x << 3) ^ 0x5a }\n");
        fs::write(source.join("lib.rs"), lib).unwrap();
        fs::write(source.join("chain.rs"), &text).unwrap();
        let before = analyse(folder.path()).1;
        fs::write(source.join("chain.rs"), text.replace("x + 1", "x + 2")).unwrap();
        let after = analyse(folder.path()).1;
        assert_ne!(before[0], after[0], "{length}");
        assert_eq!(before[1], after[1], "{length}");
    }
}
