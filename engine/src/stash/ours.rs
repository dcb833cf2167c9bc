//! What belongs to a stash's folder, by its name: where one may be made, and what goes when one is removed.
//!
//! None is made where other things are, and only what is ours is ever removed.

use std::fs::DirEntry;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::mark::{BESIDE, Found, INDEX, RECORDS, REPLACED, index_at};
use super::scratch::{TMP, is_scratch};
use super::{Stash, StashError, access, folders, io_error, leases, locks, packed};
use crate::digest::Digest;

/// What is in a stash beside the index: `.gitignore` as it is made, and folders of files.
const GITIGNORE: &str = "*\n";
/// The file in a stash in which the command writes cargo settings for the project to include.
pub const CARGO_FILE: &str = "cargo.toml";
/// The first line of that file, which marks it as scrat's.
pub const CARGO_MARK: &str =
    "# Written by scrat, for cargo. It is written anew where the command is called from another place.";
/// Where bytes are kept that are not what their digest says.
pub(super) const DAMAGED: &str = "damaged";
const FOLDERS: [&str; 5] = ["nuts", "locks", TMP, DAMAGED, folders::FOLDERS];

/// Whether a stash may be made here: the folder is not there, is empty, or has nothing in it but what belongs to one.
pub(super) fn check_place(root: &Path) -> Result<(), StashError> {
    let foreign = || StashError::Foreign { path: root.to_owned() };
    if index_at(root)? == Found::Foreign {
        return Err(foreign());
    }
    let entries = match std::fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        Err(source) => return Err(io_error("read", root, source)),
    };
    for entry in entries {
        let entry = entry.map_err(|source| io_error("read", root, source))?;
        let others = other_things(&entry).map_err(|source| io_error("read", &entry.path(), source))?;
        if let Some(other) = others.into_iter().next() {
            return Err(StashError::Occupied { path: root.to_owned(), entry: other });
        }
    }
    Ok(())
}

/// What is at or in an entry of the root and belongs to no stash.
fn other_things(entry: &DirEntry) -> io::Result<Vec<PathBuf>> {
    let (path, name) = (entry.path(), entry.file_name());
    let is_folder = entry.file_type()?.is_dir();
    let is_ours = match name.to_str() {
        Some(".gitignore") => is_our_gitignore(&path),
        Some(CARGO_FILE) => is_our_cargo_file(&path),
        Some(name) if name == RECORDS || is_index(name) => !is_folder,
        Some(folder) if FOLDERS.contains(&folder) && is_folder => return others_in(&path, &|it| is_inner(folder, it)),
        _ => false,
    };
    Ok(if is_ours { Vec::new() } else { vec![path] })
}

/// What is in a folder and is not ours, or is in a folder there that is ours, and is not.
fn others_in(folder: &Path, is_ours: &dyn Fn(&DirEntry) -> io::Result<bool>) -> io::Result<Vec<PathBuf>> {
    let mut others = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !is_ours(&entry)? {
            others.push(entry.path());
        } else if entry.file_type()?.is_dir() && !is_laid_out(&entry) {
            others.extend(others_in(&entry.path(), &is_content)?);
        }
    }
    Ok(others)
}

/// The index, or one that was replaced, and what SQLite lays beside it.
fn is_index(name: &str) -> bool {
    name.strip_prefix(INDEX)
        .map(|rest| rest.strip_prefix(REPLACED).unwrap_or(rest))
        .is_some_and(|rest| BESIDE.contains(&rest))
}

/// Whether it is ours: whole, or begun by somebody who was stopped.
fn is_our_gitignore(path: &Path) -> bool {
    read_plain(path).is_ok_and(|text| GITIGNORE.as_bytes().starts_with(&text))
}

fn is_our_cargo_file(path: &Path) -> bool {
    read_plain(path).is_ok_and(|text| text.starts_with(CARGO_MARK.as_bytes()))
}

fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    access::open_plain(path, std::fs::OpenOptions::new().read(true))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether an entry of a stash's folder has a name that scrat gives.
fn is_inner(folder: &str, entry: &DirEntry) -> io::Result<bool> {
    let name = entry.file_name();
    let Some(name) = name.to_str() else { return Ok(false) };
    let is_folder = entry.file_type()?.is_dir();
    Ok(match folder {
        "nuts" => is_folder && name.len() == 2 && name.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')),
        // Once, each key had a file of its own.
        "locks" => (locks::FILES.contains(&name) || leases::is_name(name)) && !is_folder || is_content(entry)?,
        "tmp" => is_scratch(name),
        folders::FOLDERS => is_folder && is_laid_out(entry),
        _ => is_content(entry)?,
    })
}

/// Whether it is a file with the name of content, in one form or the other.
fn is_content(entry: &DirEntry) -> io::Result<bool> {
    let name = entry.file_name();
    let digest = name.to_str().map(|name| packed::plain_name(name).parse::<Digest>());
    let is_digest = matches!(digest, Some(Ok(_)));
    Ok(is_digest && !entry.file_type()?.is_dir())
}

/// Whether an entry is a folder that is all ours: what a value names, laid out, or what was to become that.
fn is_laid_out(entry: &DirEntry) -> bool {
    entry.file_name().to_str().is_some_and(|name| folders::is_name(name) || is_scratch(name))
}

pub(super) fn write_gitignore(root: &Path, shared: bool) -> Result<(), StashError> {
    const WHOLE: u64 = GITIGNORE.len() as u64;
    let ignore = root.join(".gitignore");
    let is_begun = || is_our_gitignore(&ignore) && std::fs::metadata(&ignore).is_ok_and(|it| it.len() < WHOLE);
    if !ignore.exists() || is_begun() {
        // It is put there whole: others may look at the folder at this moment.
        let error = |source| io_error("write", &ignore, source);
        let mut file = access::writable().tempfile_in(root.join(TMP)).map_err(error)?;
        file.write_all(GITIGNORE.as_bytes()).map_err(error)?;
        access::let_group(file.path(), shared);
        file.persist(&ignore).map_err(|failed| error(failed.error))?;
    }
    Ok(())
}

impl Stash {
    /// Whether a stash is at a path, or could be made there.
    ///
    /// # Errors
    /// If the folder has other things in it.
    pub fn check_place(root: &Path) -> Result<(), StashError> {
        match index_at(root)? {
            Found::Index => Ok(()),
            Found::Nothing | Found::Foreign => check_place(root),
        }
    }

    /// Everything in the stash's folder that is not scrat's, and so would stay if the stash were removed.
    pub fn other_things(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().filter_map(Result::ok);
        let mut others: Vec<_> = entries.flat_map(|entry| other_things(&entry).unwrap_or_default()).collect();
        others.sort();
        others
    }

    /// Removes the stash: everything that scrat made, recognised by name, and the folder if nothing else is in it. With
    /// `keep_folder` the empty folder stays. Returns whether the folder is gone.
    ///
    /// # Errors
    /// If something can't be removed. Everything that was removed before the error stays removed.
    pub fn dismantle(self, keep_folder: bool) -> Result<bool, StashError> {
        let root = self.root.clone();
        // Nobody stores while bytes go, and whoever comes later makes a stash of their own.
        let lock = self.content_lock_alone()?;
        // Its counts of uses go, too, and must not be written any more.
        drop(self);
        // What a stash is found by goes first: one that is half removed is none.
        remove_file(&root.join(RECORDS))?;
        for (replaced, beside) in ["", REPLACED].iter().flat_map(|it| BESIDE.map(|beside| (it, beside))) {
            remove_file(&root.join(format!("{INDEX}{replaced}{beside}")))?;
        }
        for folder in FOLDERS {
            remove_folder(&root.join(folder), &|entry| is_inner(folder, entry))?;
        }
        drop(lock);
        let ignore = root.join(".gitignore");
        if is_our_gitignore(&ignore) {
            remove_file(&ignore)?;
        }
        let settings = root.join(CARGO_FILE);
        if is_our_cargo_file(&settings) {
            remove_file(&settings)?;
        }
        Ok(!keep_folder && std::fs::remove_dir(&root).is_ok())
    }
}

/// Removes those entries of a folder that are ours, and the folder if it is empty then.
fn remove_folder(folder: &Path, is_ours: &dyn Fn(&DirEntry) -> io::Result<bool>) -> Result<(), StashError> {
    if folder.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
        // A link: what it leads to is not ours.
        return Ok(());
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let error = |source| io_error("remove", folder, source);
        let entry = entry.map_err(error)?;
        if !is_ours(&entry).map_err(error)? {
            continue;
        }
        if !entry.file_type().map_err(error)?.is_dir() {
            remove_file(&entry.path())?;
        } else if is_laid_out(&entry) {
            std::fs::remove_dir_all(entry.path()).map_err(error)?;
        } else {
            // A folder of `nuts/`, named by the first digits of what is in it.
            remove_folder(&entry.path(), &is_content)?;
        }
    }
    // What is not empty stays.
    drop(std::fs::remove_dir(folder));
    Ok(())
}

fn remove_file(path: &Path) -> Result<(), StashError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path, source)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Kept;

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "mine").unwrap();
        }
        folder
    }

    #[test]
    fn no_stash_is_made_among_other_things() {
        for file in ["notes.txt", "nuts/my-walnuts.csv", "tmp/letter.txt", ".gitignore", "damaged/photo.jpg"] {
            let folder = folder_with(&[file]);
            let error = Stash::create(folder.path()).unwrap_err();
            assert!(matches!(error, StashError::Occupied { .. }), "{file}: {error}");
            assert_eq!(std::fs::read(folder.path().join(file)).unwrap(), b"mine");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{file}: nothing was put beside it");
        }
    }

    #[test]
    fn a_stash_is_made_in_an_empty_folder_and_where_one_was_begun() {
        let folder = tempfile::tempdir().unwrap();
        drop(Stash::create(folder.path()).unwrap());
        let begun = tempfile::tempdir().unwrap();
        for inner in ["nuts", "locks"] {
            std::fs::create_dir(begun.path().join(inner)).unwrap();
        }
        std::fs::write(begun.path().join(INDEX), "").unwrap();
        assert!(matches!(Stash::open(begun.path()), Err(StashError::Missing { .. })));
        drop(Stash::create(begun.path()).unwrap());
        drop(Stash::create(begun.path()).unwrap());
    }

    #[test]
    fn compressed_bytes_belong_to_a_stash_that_is_made_again_or_removed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let bytes = vec![7; 100_000];
        stash.content().put(&Digest::of(&bytes), Kept::Memory(bytes.clone()), true).unwrap();
        drop(stash);
        std::fs::remove_file(root.join(INDEX)).unwrap();
        assert!(Stash::create(&root).unwrap().dismantle(false).unwrap());
        assert!(!root.exists());
    }

    #[test]
    fn a_stash_whose_gitignore_was_begun_is_made() {
        for begun in ["", "*"] {
            let folder = tempfile::tempdir().unwrap();
            let ignore = folder.path().join(".gitignore");
            std::fs::write(&ignore, begun).unwrap();
            drop(Stash::create(folder.path()).unwrap());
            assert_eq!(std::fs::read_to_string(&ignore).unwrap(), GITIGNORE);
        }
    }

    #[test]
    fn many_make_one_stash_at_the_same_moment() {
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().join(".scrat");
            std::thread::scope(|scope| {
                let makers: Vec<_> = (0..6).map(|_| scope.spawn(|| Stash::create(&root).map(drop))).collect();
                for maker in makers {
                    maker.join().unwrap().unwrap();
                }
            });
        }
    }

    #[test]
    fn what_is_removed_is_scrats_alone() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("stash");
        let stash = Stash::create(&root).unwrap();
        let digest = Digest::of(b"walnut");
        stash.content().put(&digest, Kept::Memory(b"walnut".to_vec()), false).unwrap();
        drop(stash.try_lock(&digest));
        let inner = format!("nuts/{}/mine.txt", &digest.to_string()[..2]);
        let mine = [
            "folders/mine.txt",
            "locks/README",
            "locks/notes",
            "notes.txt",
            "nuts/ab/mine.txt",
            &inner,
            "nuts/mine.csv",
            "tmp/.tmp-notes",
            "tmp/.tmpnotes12",
            "tmp/letter.txt",
        ];
        let mut mine = mine.map(|name| root.join(name));
        mine.sort();
        for path in &mine {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "mine").unwrap();
        }
        std::fs::write(root.join("tmp/.tmpA1b2C3"), "ours").unwrap();
        let walnut = stash.content().path(&digest);
        let laid_out = ["", "-12"].map(|number| root.join(format!("folders/{digest}{number}/deep")));
        laid_out.iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
        assert!(walnut.exists());
        assert_eq!(stash.other_things(), mine.clone().map(|path| path.canonicalize().unwrap()));
        assert!(!stash.dismantle(false).unwrap());
        assert!(mine.iter().all(|path| path.exists()));
        let left = ["nuts", "locks", "tmp"].map(|folder| others_in(&root.join(folder), &|_| Ok(false)).unwrap().len());
        assert_eq!(left, [3, 2, 3], "of ours nothing is left");
        assert!(!root.join(INDEX).exists() && !walnut.exists() && !laid_out.iter().any(|folder| folder.exists()));

        let bare = folder.path().join("bare");
        let settings = bare.join(CARGO_FILE);
        std::fs::create_dir(&bare).unwrap();
        std::fs::write(&settings, format!("{CARGO_MARK}\n[build]\n")).unwrap();
        let stash = Stash::create(&bare).unwrap();
        assert_eq!(stash.other_things(), [""; 0].map(std::path::PathBuf::from));
        assert!(stash.dismantle(false).unwrap());
        assert!(!bare.exists());
        std::fs::create_dir(&bare).unwrap();
        assert!(!Stash::create(&bare).unwrap().dismantle(true).unwrap());
        assert_eq!(std::fs::read_dir(&bare).unwrap().count(), 0);
    }
}
