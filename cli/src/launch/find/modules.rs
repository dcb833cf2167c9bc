//! Which files a target is made of, read as text: its root, and what that declares with `mod name;`.
//!
//! It need not be exact, since the compiler has the last word; it has to tell the programs of a package apart, which
//! often share a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of a target.
pub(crate) fn modules(root: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![(root.to_owned(), root.parent().unwrap_or(root).to_owned())];
    while let Some((file, folder)) = open.pop() {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        if !found.insert(file.clone()) {
            continue;
        }
        let beside = file.parent().unwrap_or(&file);
        for declared in declared(&text) {
            open.extend(match declared {
                Declared::At(path) => Some(with_folder(beside.join(path))),
                Declared::Named(name) => [folder.join(format!("{name}.rs")), folder.join(&name).join("mod.rs")]
                    .into_iter()
                    .find(|file| file.is_file())
                    .map(|file| (file, folder.join(name))),
            });
        }
    }
    found
}

/// A file with the folder of the modules below it.
fn with_folder(file: PathBuf) -> (PathBuf, PathBuf) {
    let folder = file.parent().map(Path::to_owned).unwrap_or_default();
    (file, folder)
}

#[derive(Debug, PartialEq, Eq)]
enum Declared {
    Named(String),
    At(String),
}

fn declared(text: &str) -> Vec<Declared> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("mod ") {
        let before = &text[..at];
        let line = &before[before.rfind('\n').map_or(0, |start| start + 1)..];
        let is_word = before.chars().next_back().is_none_or(|last| last != '_' && !last.is_alphanumeric());
        if !is_word || line.trim_start().starts_with("//") {
            continue;
        }
        let after = text[at + "mod ".len()..].trim_start().trim_start_matches("r#");
        let name: String = after.chars().take_while(|&c| c == '_' || c.is_alphanumeric()).collect();
        if !after[name.len()..].trim_start().starts_with(';') || name.is_empty() {
            continue;
        }
        let attributes = &before[before.rfind([';', '}', '{']).map_or(0, |start| start + 1)..];
        let path = attributes.split_once("path").and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
        found.push(match path.and_then(|rest| rest.split('"').nth(1)) {
            Some(path) => Declared::At(path.to_owned()),
            None => Declared::Named(name),
        });
    }
    for (at, call) in text.match_indices("include!(\"") {
        found.extend(text[at + call.len()..].split('"').next().map(|path| Declared::At(path.to_owned())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_found_in_text() {
        let text = "mod a;\npub(crate) mod b ;\n// mod c;\nmod d { }\n#[path = \"other/e.rs\"]\nmod e;\nlet amod = 3; include!(\"f.rs\");";
        let name = |name: &str| Declared::Named(name.to_owned());
        let at = |path: &str| Declared::At(path.to_owned());
        assert_eq!(declared(text), [name("a"), name("b"), at("other/e.rs"), at("f.rs")]);
    }

    #[test]
    fn programs_in_one_folder_have_files_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for (path, text) in [
            ("main.rs", "mod deep;"),
            ("deep/mod.rs", "mod er;"),
            ("deep/er.rs", ""),
            ("bin/other.rs", "mod shared;"),
            ("bin/shared.rs", "mod gone;"),
        ] {
            std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            std::fs::write(at(path), text).unwrap();
        }
        assert_eq!(modules(&at("main.rs")), BTreeSet::from(["main.rs", "deep/mod.rs", "deep/er.rs"].map(at)));
        assert_eq!(modules(&at("bin/other.rs")), BTreeSet::from(["bin/other.rs", "bin/shared.rs"].map(at)));
    }
}
