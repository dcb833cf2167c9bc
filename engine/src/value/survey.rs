//! Which files and folders are in a folder, at any depth, without reading the files.

use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::stat::Stat;
use crate::digest::{Digest, Fields};
use crate::place::{STASH, looks_like_stash};

/// Something that was found in a folder.
#[derive(PartialEq)]
pub(super) struct Found {
    /// The bytes of the names on the way to it, with `/` between them.
    pub path: Vec<u8>,
    /// Of a file, what tells whether it changes, and whether its owner may execute it. Nothing of a folder: its times
    /// change with whatever is in it.
    pub file: Option<(Stat, bool)>,
}

/// Everything in a folder, sorted.
pub(super) fn survey(root: &Path) -> io::Result<Vec<Found>> {
    if !fs::metadata(root)?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is not a folder"));
    }
    if looks_like_stash(root) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a stash, which changes"));
    }
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), Vec::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let mut path: Vec<u8> = prefix.clone();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend(name_of(&entry)?);
            let metadata = look(&entry, &path)?;
            if metadata.is_dir() {
                folders.push((entry.path(), path.clone()));
            }
            let file = metadata.is_file().then(|| (Stat::from(&metadata), is_executable(&metadata)));
            found.push(Found { path, file });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// What an entry is, if it may be in a manifest.
fn look(entry: &DirEntry, path: &[u8]) -> io::Result<Metadata> {
    let is_link = entry.file_type()?.is_symlink();
    let metadata = fs::metadata(entry.path()).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if is_link => {
            refused(path, io::ErrorKind::InvalidInput, "is a link that leads nowhere")
        }
        _ => unreadable(path, &error),
    })?;
    let why = match () {
        () if is_link && metadata.is_dir() => "is a link to a folder; put the folder itself in its place",
        () if metadata.is_dir() && (entry.file_name() == STASH || looks_like_stash(&entry.path())) => {
            "is a stash, which changes; choose a folder without it"
        }
        () if metadata.is_dir() || metadata.is_file() => return Ok(metadata),
        () => "is neither a file nor a folder",
    };
    Err(refused(path, io::ErrorKind::InvalidInput, why))
}

pub(super) fn unreadable(path: &[u8], error: &io::Error) -> io::Error {
    refused(path, error.kind(), format_args!("cannot be read: {error}"))
}

fn refused(path: &[u8], kind: io::ErrorKind, why: impl std::fmt::Display) -> io::Error {
    io::Error::new(kind, format!("`{}` in it {why}", String::from_utf8_lossy(path)))
}

/// What tells whether anything in a folder has changed, as times and sizes tell it of a file.
///
/// # Errors
/// If it can't be read, or if something in it is neither a file nor a folder.
pub(crate) fn stat_folder(root: &Path) -> io::Result<Stat> {
    let mut fields = Fields::new("scrat folder stat v1");
    for Found { path, file } in survey(root)? {
        fields.bytes(&path).option(file, |fields, (stat, executable)| {
            let times = [stat.modified, stat.changed].map(i64::cast_unsigned);
            fields.number(stat.size).number(times[0]).number(times[1]).number(stat.inode);
            fields.number(executable.into());
        });
    }
    let digest = fields.finish();
    let [size, modified, changed, inode] = [0, 1, 2, 3].map(|part| word(&digest, part));
    // A size is no negative number.
    Ok(Stat { size: size >> 1, modified: modified.cast_signed(), changed: changed.cast_signed(), inode })
}

/// Eight bytes of a digest.
fn word(digest: &Digest, part: usize) -> u64 {
    digest.0.as_chunks().0.get(part).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The path with these bytes.
#[cfg(unix)]
pub(super) fn path_of(path: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(path).into())
}

#[cfg(not(unix))]
pub(super) fn path_of(path: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(path).ok().map(PathBuf::from)
}

#[cfg(unix)]
fn name_of(entry: &DirEntry) -> io::Result<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    Ok(entry.file_name().into_vec())
}

#[cfg(not(unix))]
fn name_of(entry: &DirEntry) -> io::Result<Vec<u8>> {
    let error = |name: std::ffi::OsString| {
        refused(name.to_string_lossy().as_bytes(), io::ErrorKind::InvalidData, "its name is not text")
    };
    entry.file_name().into_string().map(String::into_bytes).map_err(error)
}

/// Whether its owner may execute a file.
#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_anywhere_in_a_folder_shows_without_reading_its_files() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        fs::write(root.path().join("a/x"), "1").unwrap();
        let before = stat_folder(root.path()).unwrap();
        assert_eq!(stat_folder(root.path()).unwrap(), before);
        fs::write(root.path().join("a/x"), "longer").unwrap();
        let edited = stat_folder(root.path()).unwrap();
        fs::create_dir(root.path().join("a/new")).unwrap();
        assert!(edited != before && stat_folder(root.path()).unwrap() != edited);
    }
}
