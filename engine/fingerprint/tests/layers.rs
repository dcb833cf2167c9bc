//! How the crate is built: folders know those above them alone, and what is asked of salsa asks nothing of the disk.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders and files of `src/`, each after all that it may know: the table in `lib.rs`, from its top.
const LAYERS: &[&str] = &[
    "digest", "mistake", "size", "sorted", "index", "code", "compiler", "syntax", "facts", "disk", "crates", "db",
    "names", "reach", "ask", "lib",
];

/// Folders in which queries are computed.
const QUERIES: &[&str] = &["syntax", "facts", "names", "reach"];

/// How the disk is asked.
const DISK: &[&str] =
    &["std::fs", "fs::", ".exists()", ".is_file()", ".is_dir()", ".canonicalize(", ".metadata(", ".read_dir("];

/// The text of each source file without its tests, by its path below `src/`.
fn sources() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
                found.insert(path.strip_prefix(&root).unwrap().to_owned(), text);
            }
        }
    }
    found
}

/// The folder of a source file, or its own name if it stands beside the folders.
fn layer(path: &Path) -> String {
    path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The lines of a text that are no comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn a_folder_knows_those_above_it_alone() {
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    for (path, text) in sources() {
        let own = place(&layer(&path)).unwrap_or_else(|| panic!("{} is in no known folder", path.display()));
        for line in code(&text) {
            for after in line.split("crate::").skip(1) {
                let name = after.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap();
                assert!(place(name).is_none_or(|other| other <= own), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn no_query_asks_the_disk_but_through_inputs() {
    for (path, text) in sources() {
        if QUERIES.contains(&layer(&path).as_str()) {
            for line in code(&text) {
                assert!(DISK.iter().all(|call| !line.contains(call)), "{}: {line}", path.display());
            }
        }
    }
}
