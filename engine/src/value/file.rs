//! Files as values: a [`File`] is the content of a file, wherever it lies.
//!
//! Reading large files only to learn that they are the same as before would make no-op runs slow, so digests are
//! remembered with the file's size, times and inode. The digest of a file that changed less than [`SETTLED`] before it
//! was read is not remembered, because an edit within the same tick of the clock would leave the file's times as they
//! were.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::ValueError;
use super::codec::bincode::note_unreadable;
use super::codec::context::{Attachment, Served, find, is_keeping, keep};
#[cfg(not(unix))]
use crate::clock;
use crate::clock::Moment;
use crate::digest::Digest;
use crate::place::absolute;

/// A file as an argument or a result of a stashed function.
///
/// Only the content counts: a file that was moved or touched is the same value, and one that was edited is a different
/// value. A function's result must not depend on where the file lies. A returned `File` is copied into the stash, and
/// comes back with a path in the stash; treat the file at this path as read-only.
///
/// A relative path starts at the folder that is current when the `File` is made, even if the current folder changes
/// later.
///
/// # Examples
///
/// ```
/// use scrat::{File, stash};
///
/// #[stash]
/// fn shout(text: File) -> std::io::Result<File> {
///     let loud = std::env::temp_dir().join(format!("loud-{}.txt", std::process::id()));
///     std::fs::write(&loud, text.read_to_string()?.to_uppercase())?;
///     Ok(File::new(loud))
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |_| {}));
/// # let (text, moved) = (folder.path().join("text.txt"), folder.path().join("moved.txt"));
/// # engine.enter(|| {
/// std::fs::write(&text, "nuts")?;
/// assert_eq!(shout(File::new(&text))?.read_to_string()?, "NUTS");
///
/// std::fs::rename(&text, &moved)?;
/// assert!(shout::is_stashed(File::new(&moved)), "the content is the same");
/// std::fs::write(&moved, "seeds")?;
/// assert!(!shout::is_stashed(File::new(&moved)));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct File {
    /// As it was written, for people.
    given: PathBuf,
    path: PathBuf,
}

impl File {
    /// The file at `path`. The file need not exist before it is used.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let given = path.into();
        Self { path: absolute(&given), given }
    }

    /// The absolute path where the file lies at the moment.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// The system's error, with the path in front.
    pub fn open(&self) -> io::Result<std::fs::File> {
        std::fs::File::open(&self.path).map_err(|error| self.named(&error))
    }

    /// The file's content.
    ///
    /// # Errors
    /// The system's error, with the path in front.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        std::fs::read(&self.path).map_err(|error| self.named(&error))
    }

    /// The file's content as text.
    ///
    /// # Errors
    /// The system's error, with the path in front, or an error if the content is not UTF-8.
    pub fn read_to_string(&self) -> io::Result<String> {
        std::fs::read_to_string(&self.path).map_err(|error| self.named(&error))
    }

    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("cannot read {self}: {error}"))
    }
}

impl AsRef<Path> for File {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl<P: Into<PathBuf>> From<P> for File {
    fn from(path: P) -> Self {
        Self::new(path)
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.given.display().fmt(f)
    }
}

/// The canonical form of a file.
#[derive(Serialize, Deserialize)]
#[serde(rename = "scrat::File")]
struct Content {
    digest: [u8; 32],
    length: u64,
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            // As text it is a path, and one whose content has changed would be taken for the same value.
            if is_keeping() {
                let why = format!("the file {self} is in a format for people, in which its content does not count");
                return Err(ser::Error::custom(why));
            }
            return serializer.collect_str(self);
        }
        let (digest, length) = digest_file(&self.path).map_err(|source| {
            let error = ValueError::File { path: self.to_string(), source };
            let message = error.to_string();
            note_unreadable(error);
            ser::Error::custom(message)
        })?;
        keep(Attachment { digest, path: self.path.clone(), given: self.given.clone() });
        Content { digest: digest.0, length }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return PathBuf::deserialize(deserializer).map(Self::new);
        }
        let content = Content::deserialize(deserializer)?;
        let digest = Digest(content.digest);
        find(&digest)
            .map(|Served { given, path }| Self { given, path })
            .ok_or_else(|| de::Error::custom(format!("the file {} is not in the stash", digest.short())))
    }
}

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

    /// Whether an edit from now on would have to leave other times.
    fn settled(&self, now: i64) -> bool {
        let last = self.modified.max(self.changed);
        last.checked_add(SETTLED.as_nanos() as i64).is_some_and(|quiet| quiet < now)
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
const SETTLED: Duration = Duration::from_secs(2);

type Known = BTreeMap<PathBuf, (Stat, Digest, Moment)>;

static KNOWN: Mutex<Known> = Mutex::new(Known::new());

/// Digest and length of a file's content.
///
/// # Errors
/// If it can't be read, is no file, or changes while it is read.
pub(crate) fn digest_file(path: &Path) -> io::Result<(Digest, u64)> {
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
        }
        let before = Stat::from(&metadata);
        let now = Moment::now();
        // A clock that was set back may give an edited file its old times again.
        let holds = |(stat, _, read): &&(Stat, Digest, Moment)| *stat == before && !read.was_set_back_until(&now);
        let known = |known: &Known| known.get(path).filter(holds).map(|(_, digest, _)| *digest);
        if let Some(digest) = known(&KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)) {
            return Ok((digest, before.size));
        }
        let digest = Digest::of_reader(std::fs::File::open(path)?)?;
        if Stat::of(path)? != before {
            continue;
        }
        if before.settled(now.time) {
            remember(path, before, digest, now);
        }
        return Ok((digest, before.size));
    }
    Err(io::Error::other("it keeps changing while it is read"))
}

fn remember(path: &Path, stat: Stat, digest: Digest, read: Moment) {
    KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(path.to_owned(), (stat, digest, read));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::codec::context;
    use crate::value::{decode, encode};

    #[test]
    fn a_file_is_its_content_not_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
        std::fs::write(&a, "acorns").unwrap();
        std::fs::write(&b, "acorns").unwrap();
        assert_eq!(encode(&File::new(&a)).unwrap(), encode(&File::new(&b)).unwrap());
        std::fs::write(&b, "hazel").unwrap();
        assert_ne!(encode(&File::new(&a)).unwrap(), encode(&File::new(&b)).unwrap());
    }

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
    fn a_missing_file_is_named_in_the_error() {
        let error = encode(&vec![File::new("no/such/file")]).unwrap_err();
        assert!(matches!(error, ValueError::File { ref path, .. } if path == "no/such/file"), "{error}");
    }

    #[test]
    fn an_encoded_file_is_kept_and_served() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "acorns").unwrap();
        let (bytes, kept) = context::keeping_files(|| encode(&File::new(&path)).unwrap());
        assert_eq!(kept, [Attachment { digest: Digest::of(b"acorns"), path: path.clone(), given: path.clone() }]);
        assert!(decode::<File>(&bytes).is_err());
        let served =
            context::serving_files(std::rc::Rc::new(move |_| Some(path.clone().into())), || decode::<File>(&bytes));
        assert_eq!(served.unwrap().read_to_string().unwrap(), "acorns");
    }
}
