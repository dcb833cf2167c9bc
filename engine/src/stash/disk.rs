//! How much a stash takes on disk.

use std::fs;
use std::io;
use std::path::Path;

use super::{Stash, StashError, io_error};

impl Stash {
    /// The bytes of all files in the stash's folder: results, compressed as they are, folders that were laid out, the index
    /// and the records.
    ///
    /// # Errors
    /// If the folder can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// use scrat::Stash;
    ///
    /// println!("{} bytes", Stash::create(&root)?.bytes_on_disk()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bytes_on_disk(&self) -> Result<u64, StashError> {
        bytes_in(self.root()).map_err(|source| io_error("read", self.root(), source))
    }
}

/// The bytes of the files in a folder. What is gone before it is looked at has none.
fn bytes_in(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in present(fs::read_dir(folder))?.into_iter().flatten() {
        let entry = entry?;
        let Some(found) = present(entry.metadata())? else { continue };
        bytes += if found.is_dir() { bytes_in(&entry.path())? } else { found.len() };
    }
    Ok(bytes)
}

fn present<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_the_stash_counts_whatever_folder_it_is_in() {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        let before = stash.bytes_on_disk().unwrap();
        let inner = stash.root().join("folders").join("a").join("b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("c"), [0; 1_000]).unwrap();
        fs::create_dir_all(stash.root().join("nuts").join("ab")).unwrap();
        fs::write(stash.root().join("nuts").join("ab").join("d"), [0; 50]).unwrap();
        assert_eq!(stash.bytes_on_disk().unwrap() - before, 1_050);
    }
}
