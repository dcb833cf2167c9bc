//! Files as values: a [`File`] is the content of a file, wherever it lies.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::ValueError;
use super::codec::context::{Attachment, Named, Served, find, is_keeping, keep};
use super::codec::serial::note_unreadable;
use super::stat::stat_and_digest;
use super::temporary::Temporary;
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
    temporary: Temporary,
}

impl File {
    /// The file at `path`. The file need not exist before it is used.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let given = path.into();
        Self { path: absolute(&given), given, temporary: Temporary::default() }
    }

    /// The same, found at another absolute path.
    pub(super) fn at(self, path: PathBuf) -> Self {
        Self { path, ..self }
    }

    /// The same, which keeps the temporary folder that it is in.
    pub(crate) fn kept_by(self, temporary: &Temporary) -> Self {
        Self { temporary: temporary.clone(), ..self }
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
        let (stat, digest) = stat_and_digest(&self.path).map_err(|source| {
            let error = ValueError::File { path: self.to_string(), source };
            let message = error.to_string();
            note_unreadable(error);
            ser::Error::custom(message)
        })?;
        keep(Attachment { digest, path: self.path.clone(), given: self.given.clone(), stat, folder: None });
        Content { digest: digest.0, length: stat.size }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return PathBuf::deserialize(deserializer).map(Self::new);
        }
        let content = Content::deserialize(deserializer)?;
        let digest = Digest(content.digest);
        find(&digest, Named::File)
            .map(|Served { given, path }| Self { given, path, temporary: Temporary::default() })
            .ok_or_else(|| de::Error::custom(format!("the stash has no file {} that can be read", digest.short())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::codec::context;
    use crate::value::stat::Stat;
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
        let stat = Stat::of(&path).unwrap();
        let digest = Digest::of(b"acorns");
        assert_eq!(kept, [Attachment { digest, path: path.clone(), given: path.clone(), stat, folder: None }]);
        assert!(decode::<File>(&bytes).is_err());
        let served =
            context::serving_files(std::rc::Rc::new(move |_, _| Some(path.clone().into())), || decode::<File>(&bytes));
        assert_eq!(served.unwrap().read_to_string().unwrap(), "acorns");
    }
}
