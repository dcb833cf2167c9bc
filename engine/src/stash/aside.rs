//! What was kept aside: bytes that were damaged, and an index that another one was made for. Nothing reads them again.

use std::io;
use std::path::{Path, PathBuf};

use super::mark::{BESIDE, INDEX, REPLACED};
use super::ours::DAMAGED;
use super::{Leftovers, Stash, StashError, content, io_error};

impl Stash {
    /// What was kept aside: files that had not the digest that they are named by any more, and a damaged index.
    ///
    /// # Errors
    /// If the stash can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// assert_eq!(scrat::Stash::create(&root)?.kept_aside()?.files, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kept_aside(&self) -> Result<Leftovers, StashError> {
        let files = files_aside(&self.root)?;
        Ok(Leftovers { files: files.len(), bytes: files.iter().map(|(_, bytes)| bytes).sum() })
    }

    /// Puts files back that are right after all. Somebody was killed before doing so.
    pub(super) fn take_back(&self) -> Result<(), StashError> {
        files_aside(&self.root)?.into_iter().try_for_each(|(path, _)| self.content.take_back(&path).map(drop))
    }

    /// Removes what was kept aside.
    ///
    /// # Errors
    /// If the stash can't be read or written.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// let removed = scrat::Stash::create(&root)?.remove_kept_aside()?;
    /// assert_eq!((removed.files, removed.bytes), (0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn remove_kept_aside(&self) -> Result<Leftovers, StashError> {
        let mut removed = Leftovers::default();
        for (path, bytes) in files_aside(&self.root)? {
            if self.content.take_back(&path)? {
                continue;
            }
            let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
            match if is_folder { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) } {
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
                done => done.map_err(|source| io_error("remove", &path, source))?,
            }
            removed.files += 1;
            removed.bytes += bytes;
        }
        Ok(removed)
    }
}

/// The files, with their bytes, and folders that somebody put in the place of one. A link is none of ours.
fn files_aside(root: &Path) -> Result<Vec<(PathBuf, u64)>, StashError> {
    let folder = root.join(DAMAGED);
    let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
    let damaged = if is_folder {
        let entries = std::fs::read_dir(&folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        entries.map_err(|source| io_error("read", &folder, source))?
    } else {
        Vec::new()
    };
    let replaced = BESIDE.map(|beside| root.join(format!("{INDEX}{REPLACED}{beside}")));
    let is_ours = |path: &PathBuf| content::digest_of_name(path).is_some();
    let paths = damaged.into_iter().map(|entry| entry.path()).filter(is_ours).chain(replaced);
    let with_length = |path: PathBuf| {
        let found = path.symlink_metadata().ok().filter(|found| found.is_file() || found.is_dir())?;
        let bytes = if found.is_dir() { 0 } else { found.len() };
        Some((path, bytes))
    };
    Ok(paths.filter_map(with_length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::stash::evict::given::{Dice, Given};

    #[test]
    fn what_was_kept_aside_is_counted_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let mut large = Given::new("large");
        large.bytes = Dice(1).noise(100_000);
        large.put(&stash);
        let digest = stash.list(&crate::stash::Filter::All).unwrap()[0].digest;
        let path = stash.content().path(&digest);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, [1; 70]).unwrap();
        std::fs::write(root.join("index.db-replaced"), [0; 30]).unwrap();
        drop(stash);
        assert_eq!(Stash::repair(&root).unwrap().set_aside, 1);

        let stash = Stash::open(&root).unwrap();
        let sound = Digest::of(b"sound");
        std::fs::create_dir_all(stash.content().path(&sound).parent().unwrap()).unwrap();
        std::fs::write(root.join(DAMAGED).join(sound.to_string()), "sound").unwrap();
        assert_eq!(stash.remove_leftovers().unwrap(), Leftovers::default(), "it may tell what happened");
        std::fs::write(root.join(DAMAGED).join("photo.jpg"), "mine").unwrap();
        let instead = root.join(DAMAGED).join(Digest::of(b"a folder stood there").to_string());
        std::fs::create_dir_all(instead.join("with/more")).unwrap();
        let aside = stash.kept_aside().unwrap();
        assert_eq!((aside.files, aside.bytes), (4, 105));
        let removed = stash.remove_kept_aside().unwrap();
        assert_eq!((removed.files, removed.bytes), (3, 100));
        assert!(!instead.exists());
        assert_eq!(stash.content().read(&sound, 10).unwrap().as_deref(), Some(&b"sound"[..]));
        assert_eq!(stash.kept_aside().unwrap(), Leftovers::default());
        assert!(!root.join("index.db-replaced").exists());
        assert!(root.join(DAMAGED).join("photo.jpg").exists(), "it is somebody's");
    }
}
