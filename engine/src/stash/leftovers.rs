//! What interrupted work leaves behind: files that no entry of the index names, and what killed processes were making.

use std::time::{Duration, Instant};

use super::pieces::PIECE;
use super::records::Standing;
use super::removal::is_named;
use super::{Stash, StashError, folders, io_error, scratch};
use crate::digest::Digest;

/// What was removed that no result refers to.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// let removed = scrat::Stash::create(&root)?.remove_leftovers()?;
/// assert_eq!((removed.files, removed.bytes), (0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leftovers {
    /// How many files there were.
    pub files: usize,
    /// How many bytes they had on disk.
    pub bytes: u64,
}

impl Stash {
    /// What interrupted work has left behind, and [`Stash::remove_leftovers`] would remove.
    ///
    /// # Errors
    /// If the stash can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// assert_eq!(scrat::Stash::create(&root)?.leftovers()?.files, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn leftovers(&self) -> Result<Leftovers, StashError> {
        let error = |source| io_error("look for leftovers of", &self.root, source);
        let abandoned = scratch::count(&self.root).map_err(error)?;
        let unnamed = self.unnamed_content()?;
        let files = unnamed.iter().filter(|(_, length)| *length > 0).count();
        Ok(Leftovers {
            files: abandoned.files + files,
            bytes: abandoned.bytes + unnamed.iter().map(|(_, length)| length).sum::<u64>(),
        })
    }

    /// Content that no result names and nobody needs, with its bytes; of folders that are laid out, none.
    fn unnamed_content(&self) -> Result<Vec<(Digest, u64)>, StashError> {
        let error = |source| io_error("look for leftovers of", &self.root, source);
        self.look_at_leases();
        let mut unnamed: Vec<(Digest, u64)> = Vec::new();
        let mut failed = None;
        // An index that is older than the records lacks results that can be had again.
        let records = self.records();
        let recorded = Standing::of(&records)?.files(&records)?;
        self.content.each(|digest, length| match self.is_unnamed(&digest) {
            Ok(true) if recorded.contains(&digest) => {}
            Ok(true) => unnamed.push((digest, length)),
            Ok(false) => {}
            Err(error) => failed = Some(error),
        })?;
        for digest in folders::laid_out(&self.root).map_err(error)? {
            if self.is_unnamed(&digest)? {
                unnamed.push((digest, 0));
            }
        }
        failed.map_or(Ok(unnamed), Err)
    }

    pub(super) fn is_unnamed(&self, digest: &Digest) -> Result<bool, StashError> {
        if self.is_needed(digest) {
            return Ok(false);
        }
        self.read("look for a file", |index| Ok(!is_named(index, digest)?))
    }

    /// Removes what interrupted work has left behind. What a living process is making or needs stays.
    ///
    /// # Errors
    /// If the stash can't be read or written.
    pub fn remove_leftovers(&self) -> Result<Leftovers, StashError> {
        let error = |source| io_error("remove leftovers of", &self.root, source);
        let swept = scratch::sweep(&self.root, Duration::ZERO).map_err(error)?;
        let mut removed = Leftovers { files: swept.files, bytes: swept.bytes };
        let unnamed = self.unnamed_content()?;
        let mut left = unnamed.into_iter().peekable();
        while left.peek().is_some() {
            // Whoever stores a file holds this until its entry is written.
            let alone = self.content_lock_alone()?;
            let began = Instant::now();
            while began.elapsed() < PIECE
                && let Some((digest, length)) = left.next()
            {
                if self.is_unnamed(&digest)? {
                    self.content.remove(&digest)?;
                    removed.files += usize::from(length > 0);
                    removed.bytes += length;
                }
            }
            drop(alone);
            self.breathe();
        }
        while self.write_with("remove files", |index| self.remove_unnamed(index))? {}
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Kept;

    #[test]
    fn what_is_left_behind_is_counted_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let bytes = vec![5; 50_000];
        let digest = Digest::of(&bytes);
        stash.content().put(&digest, Kept::Memory(bytes), false).unwrap();
        let killed = tempfile::tempdir_in(root.join("tmp")).unwrap().keep();
        std::fs::write(killed.join("half"), "bytes").unwrap();
        let laid_out = root.join(format!("folders/{}", Digest::of(b"manifest")));
        std::fs::create_dir_all(&laid_out).unwrap();
        let checked = stash.check().unwrap();
        assert_eq!((checked.unused_files, checked.unused_bytes), (2, 50_005));
        assert!(checked.is_sound());

        let removed = stash.remove_leftovers().unwrap();
        assert_eq!((removed.files, removed.bytes), (2, 50_005));
        assert!(stash.content().length(&digest).is_none() && !killed.exists() && !laid_out.exists());
        assert_eq!(stash.remove_leftovers().unwrap(), Leftovers::default());
    }
}
