//! The catalogue: single edits to tiny packages, and what each must do to fingerprints.
//!
//! `tests/cases/README.md` has the form of a case.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

mod folder;
mod text;

pub(crate) use text::read;

/// One edit, and what it must do.
#[derive(Debug)]
pub(crate) struct Case {
    /// Of the project's own: the path below `tests/cases`, as in `09-impls/as_ref_through_a_helper`.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) tier: Tier,
    /// By the name of a stashed function.
    pub(crate) expect: BTreeMap<String, Outcome>,
    /// Where rustc's answer is another one.
    pub(crate) compiled: BTreeMap<String, Outcome>,
    /// What functions are called after the edit.
    pub(crate) renamed: BTreeMap<String, String>,
    /// The folder of the package with the functions, where that is not the root.
    pub(crate) package: Option<String>,
    /// The binary with the functions, where that is not the library.
    pub(crate) bin: Option<String>,
    /// Whether both sides are valid Rust.
    pub(crate) compiles: bool,
    pub(crate) before: Side,
    pub(crate) after: Side,
}

/// What a fault of a case means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// None is tolerated.
    Must,
    /// A function may change without need in one case of twenty.
    Precise,
    /// A documented exception.
    Stretch,
}

/// What the edit does to a function's fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    Same,
    Any,
}

/// The world before the edit, or after it.
#[derive(Debug, Default)]
pub(crate) struct Side {
    pub(crate) env: BTreeMap<String, String>,
    /// Bytes by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Tier {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "must" => Self::Must,
            "precise" => Self::Precise,
            "stretch" => Self::Stretch,
            _ => return None,
        })
    }
}

impl Outcome {
    fn of(word: &str) -> Result<Self, String> {
        Ok(match word {
            "changed" => Self::Changed,
            "same" => Self::Same,
            "any" => Self::Any,
            _ => return Err(format!("`{word}` is none of changed, same and any")),
        })
    }
}

impl Side {
    /// Writes the files to a folder, which has nothing else in it afterwards.
    pub(crate) fn unpack(&self, place: &Path) {
        if place.exists() {
            fs::remove_dir_all(place).unwrap();
        }
        for (path, bytes) in &self.files {
            let path = place.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

impl Case {
    /// What a function of the side before is called after the edit.
    pub(crate) fn name_after<'a>(&'a self, root: &'a str) -> &'a str {
        self.renamed.get(root).map_or(root, String::as_str)
    }
}

/// The project's own cases.
pub(crate) fn own() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().with_extension("").display().to_string();
    let texts = texts(&root).into_iter();
    texts
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            read(&name(&path), &text).unwrap_or_else(|said| panic!("{}: {said}", path.display()))
        })
        .collect()
}

/// All files but the one that describes them: whatever else is there is a case, or fails to be read as one.
fn texts(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut found): (Vec<_>, Vec<_>) = entries(folder).into_iter().partition(|path| path.is_dir());
    found.retain(|path| !path.ends_with("README.md"));
    found.extend(folders.iter().flat_map(|folder| texts(folder)));
    found
}

/// The cases of another folder, each of which is a folder with `case.toml`, `before` and `after`.
pub(crate) fn further(root: &Path) -> Vec<Case> {
    let folders = entries(root).into_iter().filter(|path| path.join("case.toml").exists());
    folders.map(|path| folder::read(&path).unwrap_or_else(|said| panic!("{}: {said}", path.display()))).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}
