//! The catalogue once more, by what rustc says, one test a case: those that are one crate without a manifest.
//!
//! `SCRAT_CASES` names a further folder, of cases that are folders. Cases with manifests go through the command, in its
//! own tests, and so do those about options of the attribute, which here stands for nothing. What a case says under
//! `compiled` goes over what it expects of the sources.

#![expect(clippy::disallowed_methods, reason = "a variable says what else is tested")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};
use scrat_fingerprint::compiler::{Alone, Linked};
use scrat_fingerprint::{Hash, Strictness};
use tempfile::TempDir;

use crate::catalogue::{Case, Outcome, Side};
use crate::rustc::{compile, stand_in};

mod catalogue;
mod rustc;

/// What the cases depend on: built once, when the first of them asks for it.
#[derive(Default)]
struct Library(OnceLock<TempDir>);

impl Library {
    fn path(&self) -> &Path {
        let folder = self.0.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            stand_in(folder.path());
            folder
        });
        folder.path()
    }
}

/// Whether one call of rustc with nothing around it is enough.
fn is_plain(case: &Case) -> bool {
    let plain_side = |side: &Side| {
        let around = |path: &String| path == "Cargo.toml" || path == "build.rs" || path.starts_with(".cargo/");
        let watches = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("watch(");
        side.env.is_empty()
            && side.files.contains_key("src/lib.rs")
            && !side.files.keys().any(around)
            && !side.files.values().any(watches)
    };
    case.compiles && case.package.is_none() && case.bin.is_none() && plain_side(&case.before) && plain_side(&case.after)
}

/// The fingerprints of the roots of one side.
fn fingerprints(side: &Side, place: &Path, library: &Path, roots: &[&str]) -> Result<BTreeMap<String, Hash>, String> {
    side.unpack(place);
    let bodies = compile(place, library)?;
    let crates = [&bodies];
    let linked = Linked::new(&crates, ("rustc", "target"), Strictness::default(), &Alone);
    let mut found = BTreeMap::new();
    for root in roots {
        if let [only] = linked.named(root)[..] {
            found.insert((*root).to_owned(), linked.closure(only));
        }
    }
    Ok(found)
}

fn judge(case: &Case, library: &Path) -> Result<(), Failed> {
    let sandbox = tempfile::tempdir().unwrap();
    let place = sandbox.path().join("package");
    let mut expect = case.expect.clone();
    expect.extend(case.compiled.clone());
    let roots: Vec<&str> = expect.keys().map(String::as_str).collect();
    let renamed: Vec<&str> = roots.iter().map(|root| case.name_after(root)).collect();
    let before = fingerprints(&case.before, &place, library, &roots)?;
    let after = fingerprints(&case.after, &place, library, &renamed)?;
    let mut faults = Vec::new();
    for (root, wanted) in &expect {
        // A generic function has no body by itself: what is called has.
        let (Some(old), Some(new)) = (before.get(root), after.get(case.name_after(root))) else { continue };
        match (wanted, old == new) {
            (Outcome::Changed, true) => faults.push(format!("Stale: {root} is the same")),
            (Outcome::Same, false) => faults.push(format!("False: {root} changed")),
            _ => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(format!("{}\n{}", case.title, faults.join("\n")).into()) }
}

fn main() -> ExitCode {
    let library = Arc::new(Library::default());
    let trial = |name: String, case: Case| {
        let library = Arc::clone(&library);
        Trial::test(name, move || judge(&case, library.path()))
    };
    let own = catalogue::own().into_iter().filter(is_plain);
    let mut trials: Vec<Trial> = own.map(|case| trial(case.name.clone(), case)).collect();
    if let Ok(folder) = std::env::var("SCRAT_CASES") {
        let further = catalogue::further(Path::new(&folder)).into_iter().filter(is_plain);
        trials.extend(further.map(|case| trial(format!("further/{}", case.name), case)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
