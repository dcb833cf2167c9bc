//! Digests of files on disk.
//!
//! Reading large files only to learn that they are the same as before would make no-op runs slow, so digests are
//! remembered with the file's size, times and inode, once the file has settled: once any edit from then on would have to
//! leave other times. That takes a tick of the file system's clock. Where somebody may have the file mapped into memory, it
//! takes longer: what is written to a page through a map changes the times when the page is written to for the first time
//! after it was last carried to the disk, and not again before the next time. Where pages are carried nowhere, as in
//! memory, or nobody knows when, as on a network, a file never settles.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

#[cfg(not(unix))]
use crate::clock;
use crate::clock::Moment;
use crate::digest::Digest;
use crate::place::{INDEX, looks_like_stash};

use super::carried::carried_within;

/// A file's size, times and identity: equal ones mean an unchanged file, once it has settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub size: u64,
    pub modified: i64,
    pub changed: i64,
    pub inode: u64,
}

impl Stat {
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        std::fs::metadata(path).map(|metadata| Self::from(&metadata))
    }

    /// Whether an edit from now on would have to leave other times, if that takes so long.
    fn settled(&self, quiet: Duration, now: i64) -> bool {
        let last = self.modified.max(self.changed);
        last.checked_add(quiet.as_nanos() as i64).is_some_and(|quiet| quiet < now)
    }
}

impl From<&Metadata> for Stat {
    #[cfg(unix)]
    fn from(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanos = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
        Self {
            size: metadata.len(),
            modified: nanos(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanos(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    #[cfg(not(unix))]
    fn from(metadata: &Metadata) -> Self {
        let modified = metadata.modified().map_or(i64::MAX, clock::nanos);
        Self { size: metadata.len(), modified, changed: modified, inode: 0 }
    }
}

/// Longer than a tick of any file system's clock.
const TICK: Duration = Duration::from_secs(2);

/// How long a file has to be left alone until any edit leaves other times. None if that is never so.
fn quiet(path: &Path, file: &File, metadata: &Metadata, digest: &Digest) -> Option<Duration> {
    // It was written as a copy before anybody saw it, and whoever wants to write to it has to be let in.
    let is_content = metadata.permissions().readonly() && (is_named(path, digest) || is_laid_out(path));
    if is_content { Some(TICK) } else { carried_within(file) }
}

/// Whether a file is called by its digest, as the content of a stash is.
fn is_named(path: &Path, digest: &Digest) -> bool {
    path.file_name().is_some_and(|name| *name == *digest.to_string())
}

/// Whether a file is in a folder that a stash has laid out: in `folders/` or among temporary files, by its digest.
fn is_laid_out(path: &Path) -> bool {
    let is_digest = |name: &[u8]| {
        let (digest, rest) = name.split_at(name.len().min(64));
        digest.len() == 64
            && digest.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
            && (rest.is_empty() || rest.starts_with(b"-"))
    };
    let is_scrats = |name: &[u8]| name == b"folders" || name.starts_with(b"scrat-");
    let name = |folder: &Path| folder.file_name().map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default();
    let mut folders = path.ancestors().skip(1);
    folders.any(|folder| is_digest(&name(folder)) && folder.parent().is_some_and(|around| is_scrats(&name(around))))
}

type Known = BTreeMap<PathBuf, (Stat, Digest, Moment)>;

static KNOWN: Mutex<Known> = Mutex::new(Known::new());

/// Digest and length of a file's content.
///
/// # Errors
/// If it can't be read, is no file, or changes while it is read.
pub(crate) fn digest_file(path: &Path) -> io::Result<(Digest, u64)> {
    stat_and_digest(path).map(|(stat, digest)| (digest, stat.size))
}

/// Digest of a file's content, and what tells whether it has changed since.
///
/// # Errors
/// If it can't be read, is no file, or changes while it is read.
pub(super) fn stat_and_digest(path: &Path) -> io::Result<(Stat, Digest)> {
    digest_at(path, &Moment::now)
}

fn digest_at(path: &Path, clock: &dyn Fn() -> Moment) -> io::Result<(Stat, Digest)> {
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
        }
        let before = Stat::from(&metadata);
        let now = clock();
        // A clock that was set back may give an edited file its old times again.
        let holds = |(stat, _, read): &&(Stat, Digest, Moment)| *stat == before && !read.was_set_back_until(&now);
        let known = |known: &Known| known.get(path).filter(holds).map(|(_, digest, _)| *digest);
        if let Some(digest) = known(&KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)) {
            return Ok((before, digest));
        }
        refuse_index(path)?;
        let file = File::open(path)?;
        let digest = Digest::of_reader(&file)?;
        if Stat::of(path)? != before {
            continue;
        }
        if quiet(path, &file, &metadata, &digest).is_some_and(|quiet| before.settled(quiet, now.time)) {
            remember(path, before, digest, now);
        }
        return Ok((before, digest));
    }
    Err(io::Error::other("it keeps changing while it is read"))
}

/// Refuses the index of a stash and what SQLite lays beside it: closing one of them drops SQLite's locks on it in this
/// process, and others would take the stash for one that nobody uses.
fn refuse_index(path: &Path) -> io::Result<()> {
    let path = path.canonicalize()?;
    let is_named_so = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(INDEX));
    if is_named_so && path.parent().is_some_and(looks_like_stash) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is the index of a stash, which changes"));
    }
    Ok(())
}

fn remember(path: &Path, stat: Stat, digest: Digest, read: Moment) {
    KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(path.to_owned(), (stat, digest, read));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_right_after_a_digest_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for round in 0..50_u32 {
            std::fs::write(&path, round.to_le_bytes()).unwrap();
            assert_eq!(digest_file(&path).unwrap(), (Digest::of(&round.to_le_bytes()), 4));
        }
    }

    #[test]
    fn the_index_of_a_stash_is_no_input_however_the_stash_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, link) = (folder.path().join("cache"), folder.path().join("link"));
        drop(crate::Stash::create(&cache).unwrap());
        let stash = crate::Stash::open(&cache).unwrap();
        for name in [INDEX, "index.db-shm"] {
            let refused = digest_file(&cache.join(name));
            assert!(refused.is_err_and(|error| error.kind() == io::ErrorKind::InvalidInput), "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(cache.join(INDEX), &link).unwrap();
            assert!(digest_file(&link).is_err());
            std::fs::remove_file(&link).unwrap();
        }
        for around in [&*cache, folder.path()] {
            let refused = super::super::survey::stat_folder(around).unwrap_err().to_string();
            assert!(refused.contains("is a stash, which changes"), "{refused}");
        }
        std::fs::write(&link, "a file").unwrap();
        assert!(digest_file(&link).is_ok());
        drop(stash);
    }

    const SECOND: i64 = 1_000_000_000;

    /// So many seconds later by the clock that can be set, and by the one that can't.
    fn later(time: i64, since: u64) -> Moment {
        let now = Moment::now();
        Moment { time: now.time + time * SECOND, since: now.since + Duration::from_secs(since) }
    }

    /// A file whose digest is remembered, wrongly, so that it shows whether the file is read.
    fn remembered(folder: &tempfile::TempDir, content: &[u8]) -> PathBuf {
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        remember(&path, Stat::of(&path).unwrap(), Digest::of(b"remembered"), later(10, 10));
        path
    }

    fn digest(path: &Path, now: Moment) -> Digest {
        digest_at(path, &|| now).unwrap().1
    }

    #[test]
    fn a_file_that_has_settled_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "acorns").unwrap();
        let is_known = || KNOWN.lock().unwrap().contains_key(&path);
        assert_eq!(digest(&path, later(60, 60)), Digest::of(b"acorns"));
        assert!(!is_known(), "somebody may have it mapped");
        assert_eq!(digest(&path, later(100, 100)), Digest::of(b"acorns"));
        assert_eq!(is_known(), carried_within(&File::open(&path).unwrap()).is_some());
        let name = Digest::of(b"acorns").to_string();
        let content = folder.path().join(&name);
        let laid_out = folder.path().join("folders").join(name).join("sub/a");
        let other = folder.path().join("other");
        std::fs::create_dir_all(laid_out.parent().unwrap()).unwrap();
        for (path, settles) in [(&content, true), (&laid_out, true), (&other, false)] {
            std::fs::write(path, "acorns").unwrap();
            let mut permissions = std::fs::metadata(path).unwrap().permissions();
            permissions.set_readonly(true);
            std::fs::set_permissions(path, permissions).unwrap();
            assert_eq!(digest(path, later(10, 10)), Digest::of(b"acorns"));
            assert_eq!(KNOWN.lock().unwrap().contains_key(path), settles, "{}", path.display());
        }
        let path = remembered(&folder, b"acorns");
        assert_eq!(digest(&path, later(20, 20)), Digest::of(b"remembered"));
    }

    #[test]
    fn a_file_is_read_again_if_the_clock_was_set_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = remembered(&folder, b"acorns");
        assert_eq!(digest(&path, later(-3_600, 20)), Digest::of(b"acorns"));
    }

    #[test]
    #[cfg(unix)]
    fn an_edit_that_keeps_size_and_time_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = remembered(&folder, b"acorns");
        let before = Stat::of(&path).unwrap();
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        // As `cp -p` and `touch -r` do. The test writes within a tick; an editor does so only before the file settles.
        while Stat::of(&path).unwrap().changed == before.changed {
            std::fs::write(&path, "walnut").unwrap();
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        }
        let after = Stat::of(&path).unwrap();
        assert_eq!((after.size, after.modified, after.inode), (before.size, before.modified, before.inode));
        assert_eq!(digest(&path, later(20, 20)), Digest::of(b"walnut"));
    }

    #[test]
    #[cfg(unix)]
    fn another_file_of_the_same_size_and_time_in_its_place_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = remembered(&folder, b"acorns");
        let other = folder.path().join("other");
        std::fs::write(&other, "walnut").unwrap();
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::fs::File::options().write(true).open(&other).unwrap().set_modified(modified).unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_eq!(digest(&path, later(20, 20)), Digest::of(b"walnut"));
    }

    #[test]
    fn an_edit_after_a_file_has_settled_has_another_time_even_where_a_tick_takes_two_seconds() {
        const TICK: i64 = 2 * SECOND;
        let stamp = |time: i64| time - time.rem_euclid(TICK);
        let tenths = || (0..100).map(|tenth| tenth * SECOND / 10);
        for edit in tenths() {
            let stat = Stat { size: 0, modified: stamp(edit), changed: stamp(edit), inode: 0 };
            for read in tenths().filter(|read| *read >= edit && stat.settled(super::TICK, *read)) {
                assert_ne!(stamp(read), stat.modified, "edited at {edit}, read and edited again at {read}");
            }
        }
    }
}
