//! Files that count by their content, and paths as they are shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::code::Hash;
use crate::digest::{Digest, Fields};

/// What is in a file or folder, as far as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The digest of its bytes.
    File(Hash),
    /// The digest of the names and bytes of the files in it.
    Folder(Hash),
}

/// What is at a path; `None` if it can't be read.
pub(crate) fn content(path: &Path) -> Option<Content> {
    if path.is_dir() {
        let mut fields = Fields::new("scrat folder v1");
        fields.list(tree(path), |fields, file| {
            let content = std::fs::read(&file).ok().map(|bytes| Digest::of(&bytes));
            fields.text(&relative(&file, path)).option(content, |fields, content| {
                fields.digest(&content);
            });
        });
        return Some(Content::Folder(fields.finish().0));
    }
    std::fs::read(path).ok().map(|bytes| Content::File(Digest::of(&bytes).0))
}

/// The text of a file; `None` if it can't be read. What is not UTF-8 in it is replaced.
pub(crate) fn text(path: &Path) -> Option<Arc<str>> {
    let bytes = std::fs::read(path).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into(),
    })
}

/// The files below a folder, sorted, without hidden ones and build output.
pub(crate) fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let hidden = name.to_str().is_some_and(|name| name.starts_with('.'));
            let path = entry.path();
            let output = name == "target" && path.join("CACHEDIR.TAG").exists();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden && !output => folders.push(path),
                Ok(kind) if kind.is_file() && !hidden => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// A path as seen from `base`, with `/`; the whole path if it lies elsewhere.
pub(crate) fn relative(path: &Path, base: &Path) -> String {
    let path = clean(path);
    let base = clean(base);
    let shown = path.strip_prefix(&base).map(Path::to_owned).unwrap_or_else(|_| outside(&path, &base));
    shown.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The way from `base` to a path that is not below it.
fn outside(path: &Path, base: &Path) -> PathBuf {
    let mut up = PathBuf::new();
    let mut from = base;
    loop {
        if let Ok(rest) = path.strip_prefix(from) {
            return up.join(rest);
        }
        up.push("..");
        match from.parent() {
            Some(parent) => from = parent,
            None => return path.to_owned(),
        }
    }
}

/// Removes `.` and `..` where that needs no look at the disk.
pub(crate) fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let pops = matches!(out.components().next_back(), Some(Component::Normal(_)));
                if pops {
                    out.pop();
                } else {
                    out.push("..");
                }
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_workspace_with_slashes() {
        assert_eq!(relative(Path::new("/w/a/./b/../c.rs"), Path::new("/w")), "a/c.rs");
        assert_eq!(relative(Path::new("/v/c.rs"), Path::new("/w/x")), "../../v/c.rs");
    }
}
