//! Everything that reads bytes which it did not write in this process, given bytes that nobody wrote.
//!
//! Each target returns: it neither panics nor takes memory without a bound. The crate in `fuzz/` drives them by coverage,
//! and a test of this one with what their seeds become when they are mutilated.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use scrat::{Config, Engine, Filter, Stash};
use scrat_fingerprint::digest::Digest;
use scrat_fingerprint::{Analyzer, Code, CrateSpec, Entry, Hash, Instance, Table, parts_from_bytes};

use crate::functions::{NAMES, plain, stashed};

/// What reads bytes.
pub type Target = fn(&[u8]);

/// All targets by their names.
pub const TARGETS: [(&str, Target); 8] = [
    ("archive", archive),
    ("records", records),
    ("index", index),
    ("config", config),
    ("manifest", manifest),
    ("source", source),
    ("code", code),
    ("table", table),
];

fn in_folder(work: impl FnOnce(&Path) -> Result<()>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    work(folder.path()).expect("the files can be written");
}

/// A file that `scrat stash import` is given.
pub fn archive(bytes: &[u8]) {
    in_folder(|folder| {
        let path = folder.join("archive");
        fs::write(&path, bytes)?;
        let stash = Stash::create(&folder.join(".scrat"))?;
        if stash.import_from(&path).is_ok() {
            let _checked = stash.check();
        }
        Ok(())
    });
}

/// The file of all records, of which an index is made.
pub fn records(bytes: &[u8]) {
    in_folder(|folder| {
        fs::create_dir(folder.join(".scrat"))?;
        fs::write(folder.join(".scrat/records"), bytes)?;
        use_stash(&folder.join(".scrat"));
        Ok(())
    });
}

/// The database.
pub fn index(bytes: &[u8]) {
    in_folder(|folder| {
        let root = folder.join(".scrat");
        drop(Stash::create(&root)?);
        fs::write(root.join("index.db"), bytes)?;
        use_stash(&root);
        Ok(())
    });
}

/// Whatever can be asked of a stash is asked; a value that comes must be right.
fn use_stash(root: &Path) {
    let Ok(stash) = Stash::open(root) else { return };
    let _listed = stash.list(&Filter::All);
    let _totals = stash.totals();
    let _run = stash.last_run(None);
    let _checked = stash.check();
    let engine = Arc::new(Engine::new(Some(stash), |_| {}));
    for name in NAMES {
        let value = engine.enter(|| stashed(name, 1));
        assert_eq!(value, plain(name, 1), "{name} gave a wrong value");
    }
}

/// `scrat.toml`.
pub fn config(bytes: &[u8]) {
    in_folder(|folder| {
        fs::write(folder.join("scrat.toml"), bytes)?;
        let _config = Config::load(folder);
        Ok(())
    });
}

/// `Cargo.toml` of a crate with stashed functions.
pub fn manifest(bytes: &[u8]) {
    in_folder(|folder| {
        fs::create_dir(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), bytes)?;
        fs::write(folder.join("src/lib.rs"), "#[scrat::stash]\nfn f(x: u64) -> u64 { x }\n")?;
        analyse(folder);
        Ok(())
    });
}

/// The source text of one.
pub fn source(bytes: &[u8]) {
    in_folder(|folder| {
        fs::create_dir(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), MANIFEST)?;
        fs::write(folder.join("src/lib.rs"), bytes)?;
        analyse(folder);
        Ok(())
    });
}

const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

fn analyse(folder: &Path) {
    let Ok(targets) = CrateSpec::of_package(folder, "toolchain") else { return };
    for target in targets {
        let Ok(analyzer) = Analyzer::new(target) else { continue };
        for function in analyzer.functions() {
            let _code = analyzer.code(&function.name);
        }
    }
}

/// What the macro compiled in, and what the index has of it.
pub fn code(bytes: &[u8]) {
    let _code = Code::from_bytes(bytes);
    let _parts = parts_from_bytes(bytes);
}

/// The table behind a program.
pub fn table(bytes: &[u8]) {
    // Nobody comes further whose digest is wrong.
    let _table = Table::from_bytes(&[Digest::of(bytes).as_bytes(), bytes].concat());
}

/// What is right, for each target, so that what is nearly right can be made of it.
///
/// # Errors
/// If the stash of the seeds can't be made.
pub fn seeds() -> Result<Vec<(&'static str, Vec<u8>)>> {
    let folder = tempfile::tempdir()?;
    let root = folder.path().join(".scrat");
    let engine = Arc::new(Engine::new(Some(Stash::create(&root)?), |_| {}));
    for name in NAMES {
        engine.enter(|| stashed(name, 1));
    }
    let stash = engine.stash().context("it was made above")?;
    stash.export_to(&Filter::All, &folder.path().join("archive"))?;
    stash.close();
    let analysed = folder.path().join("demo");
    fs::create_dir_all(analysed.join("src"))?;
    fs::write(analysed.join("Cargo.toml"), MANIFEST)?;
    fs::write(analysed.join("src/lib.rs"), SOURCE)?;
    let spec = CrateSpec::of_package(&analysed, "toolchain")?.into_iter().next().context("a target")?;
    let analyzer = Analyzer::new(spec)?;
    let function = analyzer.functions().into_iter().next().context("a function")?;
    let code = analyzer.code(&function.name).context("its code")?.code;
    let instance = Instance { types: String::new(), fingerprint: Some(Hash::default()), is_one: true };
    let mut table = Table::default();
    table.entries.insert("demo::f\nsrc/lib.rs:1:1".to_owned(), Entry::new(vec![instance], &code));
    Ok(vec![
        ("archive", fs::read(folder.path().join("archive"))?),
        ("records", fs::read(root.join("records"))?),
        ("index", fs::read(root.join("index.db"))?),
        ("config", CONFIG.into()),
        ("manifest", MANIFEST.into()),
        ("source", SOURCE.into()),
        ("code", code.to_bytes()),
        ("table", table.to_bytes().split_off(32)),
    ])
}

const CONFIG: &str = "stash = \"cache\"\njobs = 2\nstack = \"64MiB\"\ncompress = false\ndisable = [\"f\"]\n\
                      durability = \"power\"\n[memory]\nbudget = \"1 GiB\"\n[fingerprint]\npackages = \"exact\"\n";

const SOURCE: &str = r###"
use std::collections::{BTreeMap, HashMap as Map};
mod inner { pub use super::*; pub const N: usize = 3; macro_rules! m { ($($x:ident),*) => { $(fn $x() {})* } } m!(a, b); }
struct S<'a, T: Into<u64> + ?Sized>(&'a T) where T: Copy;
impl<T> Drop for Boxed<T> { fn drop(&mut self) { inner::a() } }
#[derive(Clone, serde::Serialize)] pub(crate) struct Boxed<T> { #[serde(with = "inner")] it: Option<Box<T>> }
#[scrat::stash(version = "1", ignore(y))]
fn f(x: u64, y: &str) -> Result<Vec<f64>, String> {
    let s = format!("{y:>8} {} {{}}", r#"raw"# );
    match x { 0..=9 if s.len() > inner::N => Ok(vec![1.0e-3]), n @ _ => Err(b'\x7f'.to_string() + &n.to_string()) }
}
"###;

/// Something that is nearly what it was.
pub fn mutilate(random: &mut fastrand::Rng, seed: &[u8], other: &[u8]) -> Vec<u8> {
    const TELLING: [u64; 8] = [0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, u64::MAX, 1 << 40];
    let mut bytes = seed.to_vec();
    for _ in 0..random.usize(1..5) {
        if bytes.is_empty() {
            break;
        }
        let at = random.usize(..bytes.len());
        let to = (at + random.usize(1..64)).min(bytes.len());
        match random.u8(..7) {
            0 => bytes[at] ^= 1 << random.u8(..8),
            1 => bytes[at] = random.u8(..),
            2 => {
                let number = random.choice(TELLING).unwrap_or(0).to_le_bytes();
                let length = random.usize(1..9).min(bytes.len() - at);
                bytes[at..at + length].copy_from_slice(&number[..length]);
            }
            3 => drop(bytes.drain(at..to)),
            4 => {
                let again = bytes[at..to].to_vec();
                let times = random.usize(1..40);
                drop(bytes.splice(at..at, again.repeat(times)));
            }
            5 if !other.is_empty() => {
                let from = random.usize(..other.len());
                let piece = &other[from..(from + 64).min(other.len())];
                drop(bytes.splice(at..to, piece.iter().copied()));
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}
