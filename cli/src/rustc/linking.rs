//! Which files the linker reads by what it is told: libraries, scripts, lists of its arguments, and what these name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::session;

/// The files that the linker is told of, these among them, and those that such a file tells it of, if it is a text, as a
/// script or a list of words is, or a library that has only the names of what is in it. Told are its options, a line each;
/// folders are those that are searched besides those among these.
pub(super) fn files_of_linker(linking: &str, folders: &[PathBuf], known: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let told: Vec<&str> = linking.lines().flat_map(told_to_linker).collect();
    let further = told.iter().map(|word| PathBuf::from(word.strip_prefix("-L").unwrap_or(word)));
    let further = further.filter(|folder| folder.is_dir());
    let folders: Vec<PathBuf> = folders.iter().cloned().chain(further).collect();
    let mut todo: Vec<PathBuf> = known.into_iter().chain(told.iter().filter_map(|word| find(word, &folders))).collect();
    let mut found = BTreeSet::new();
    while let Some(file) = todo.pop() {
        if !found.insert(file.clone()) {
            continue;
        }
        let Some(text) = text_of(&file) else { continue };
        let beside = file.parent().map(Path::to_owned);
        let folders: Vec<PathBuf> = beside.into_iter().chain(folders.iter().cloned()).collect();
        let words = text.split(|char: char| char.is_whitespace() || "\"'(),;=@".contains(char));
        let words = words.chain(text.split('"')).chain(text.lines().map(|line| line.trim_end_matches('/')));
        let words = words.flat_map(|word| [word, word.strip_prefix("-T").unwrap_or(word)]);
        todo.extend(words.filter(|word| !word.is_empty()).filter_map(|word| find(word, &folders)));
    }
    found
}

/// The folders that the linker searches for libraries though nobody tells it of them on this occasion.
pub(super) fn searched_always() -> Vec<PathBuf> {
    session::variable("LIBRARY_PATH").iter().flat_map(std::env::split_paths).filter(|path| path.is_dir()).collect()
}

/// The file that a word means: a path, a name in one of the folders, or a library, as `-lname` or `-l:name`.
fn find(word: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let names = match word.strip_prefix("-l") {
        Some(library) => match library.strip_prefix(':') {
            Some(name) => vec![name.to_owned()],
            None => vec![format!("lib{library}.so"), format!("lib{library}.a")],
        },
        None => vec![word.to_owned()],
    };
    names.iter().find_map(|name| {
        let in_folders = folders.iter().map(|folder| folder.join(name));
        std::iter::once(PathBuf::from(name)).chain(in_folders).find(|path| path.is_file())
    })
}

/// A file as text, if it may name others.
fn text_of(file: &Path) -> Option<String> {
    const LONGEST: u64 = 1 << 20;
    const NAMES_ONLY: &[u8] = b"!<thin>\n";
    if file.metadata().ok()?.len() >= LONGEST {
        return None;
    }
    let bytes = std::fs::read(file).ok()?;
    if bytes.starts_with(NAMES_ONLY) {
        return Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).ok()
}

/// What may be the name of a file in an option for the linker: `/a.o`, `-Wl,-T,/list.ld`, `-Tlist.ld`, `@words`.
fn told_to_linker(flag: &str) -> impl Iterator<Item = &str> {
    let value = flag.split_once('=').map_or(flag, |(_, value)| value);
    let words = flag.split(['=', ',', ' ']).chain(flag.split(['=', ','])).chain([value]);
    let words = words.filter(|word| !word.is_empty());
    words.flat_map(|word| [word, word.strip_prefix("-T").unwrap_or(word), word.strip_prefix('@').unwrap_or(word)])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_a_file_names_is_read_too_wherever_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("own")).unwrap();
        for name in ["own/a b.o", "own/c.o", "own/d.o", "own/e.lib", "own/f.o"] {
            fs::write(at(name), [0xFF]).unwrap();
        }
        fs::write(at("own/list.ld"), "INPUT(c.o)").unwrap();
        fs::write(at("own/libtext.a"), "GROUP ( \"d.o\" )").unwrap();
        fs::write(
            at("own/libthin.a"),
            b"!<thin>\n//                                              6         `\nf.o/\n\n",
        )
        .unwrap();
        let linking = format!(
            "link-arg={}\nlink-args=-Wl,-T,{} -l:e.lib\n",
            at("own/a b.o").display(),
            at("own/list.ld").display()
        );
        let known = ["own/libtext.a", "own/libthin.a"].map(at);
        let found = files_of_linker(&linking, &[at("own")], BTreeSet::from(known));
        let names: Vec<_> =
            found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "own/a b.o",
                "own/c.o",
                "own/d.o",
                "own/e.lib",
                "own/f.o",
                "own/libtext.a",
                "own/libthin.a",
                "own/list.ld"
            ]
        );
    }
}
