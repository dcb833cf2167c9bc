//! Which files the linker reads by what it is told: libraries, scripts, lists of its arguments, and what these name.

use std::path::{Path, PathBuf};

/// The files that the linker is told of, and those that such a file tells it of, if it is a text: another list, or a library.
/// Told are its options, a line each; folders are those that are searched besides those among these.
pub(super) fn files_of_linker(linking: &str, folders: &[&str]) -> Vec<PathBuf> {
    const LONGEST: usize = 1 << 20;
    let told: Vec<&str> = linking.lines().flat_map(told_to_linker).collect();
    let further = told.iter().filter_map(|word| word.strip_prefix("-L"));
    let folders: Vec<&str> = folders.iter().copied().chain(further).collect();
    let find = |word: &str| -> Option<PathBuf> {
        let names = match word.strip_prefix("-l") {
            Some(library) => vec![format!("lib{library}.so"), format!("lib{library}.a")],
            None => vec![word.to_owned()],
        };
        names.iter().find_map(|name| {
            let in_folders = folders.iter().map(|folder| Path::new(folder).join(name));
            std::iter::once(PathBuf::from(name)).chain(in_folders).find(|path| path.is_file())
        })
    };
    let mut found: Vec<PathBuf> = told.iter().filter_map(|word| find(word)).collect();
    let mut at = 0;
    while let Some(file) = found.get(at) {
        at += 1;
        let text = std::fs::read(file).ok().filter(|bytes| bytes.len() < LONGEST).map(String::from_utf8);
        let Some(Ok(text)) = text else { continue };
        let words = text.split(|char: char| char.is_whitespace() || "\"'(),;=@".contains(char));
        let words = words.flat_map(|word| [word, word.strip_prefix("-T").unwrap_or(word)]);
        for file in words.filter(|word| !word.is_empty()).filter_map(find) {
            if !found.contains(&file) {
                found.push(file);
            }
        }
    }
    found
}

/// What may be the name of a file in an option for the linker: `/a.o`, `-Wl,-T,/list.ld`, `-Tlist.ld`, `@words`.
fn told_to_linker(flag: &str) -> impl Iterator<Item = &str> {
    let words = flag.split(['=', ',', ' ']).filter(|word| !word.is_empty());
    words.flat_map(|word| [word, word.strip_prefix("-T").unwrap_or(word), word.strip_prefix('@').unwrap_or(word)])
}
