//! Folders as values: a [`Dir`] is all that is in a folder, wherever it lies.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::codec::context::{Attachment, Named, Served, find, is_keeping, keep};
use super::codec::serial::note_unreadable;
use super::manifest::Manifest;
use super::survey::stat_folder;
use super::temporary::Temporary;
use super::{File, ValueError};
use crate::digest::Digest;
use crate::place::absolute;

/// A folder as an argument or a result of a stashed function, with everything in it.
///
/// What counts is which folders and files there are, empty folders included, the content of the files, and whether they
/// are executable. As with [`File`], the place of the folder and the times do not count. A returned `Dir` is copied
/// into the stash, where equal files are kept once, and comes back as a folder in the stash; treat it as read-only.
///
/// A link to a file counts as the file. A link to a folder is an error, and so is anything else that is neither a file
/// nor a folder.
///
/// # Examples
///
/// ```
/// use scrat::{Dir, stash};
///
/// /// Cuts a text into one file for each word.
/// #[stash]
/// fn words(text: String) -> std::io::Result<Dir> {
///     let folder = std::env::temp_dir().join(format!("words-{}", std::process::id()));
///     std::fs::create_dir_all(&folder)?;
///     for (number, word) in text.split(' ').enumerate() {
///         std::fs::write(folder.join(format!("{number}.txt")), word)?;
///     }
///     Ok(Dir::new(folder))
/// }
///
/// #[stash]
/// fn longest(words: Dir) -> std::io::Result<usize> {
///     let texts = words.files()?.into_iter().map(|file| file.read_to_string());
///     Ok(texts.collect::<Result<Vec<_>, _>>()?.iter().map(String::len).max().unwrap_or(0))
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |_| {}));
/// # engine.enter(|| {
/// let fresh = words("nuts and seeds".to_owned())?;
/// assert_eq!(longest(fresh.clone())?, 5);
///
/// std::fs::remove_dir_all(fresh.path())?;
/// let stored = words("nuts and seeds".to_owned())?;
/// assert_eq!(stored.file("0.txt").read_to_string()?, "nuts");
/// assert!(longest::is_stashed(stored), "what is in it is the same");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dir {
    /// As it was written, for people.
    given: PathBuf,
    path: PathBuf,
    temporary: Temporary,
}

impl Dir {
    /// The folder at `path`. The folder need not exist before it is used. A relative path starts at the folder that is
    /// current when the `Dir` is made.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let given = path.into();
        Self { path: absolute(&given), given, temporary: Temporary::default() }
    }

    /// The absolute path where the folder lies at the moment.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it, by its path relative to the folder. It need not exist before it is used.
    pub fn file(&self, path: impl AsRef<Path>) -> File {
        File::new(self.given.join(&path)).at(self.path.join(&path)).kept_by(&self.temporary)
    }

    /// A folder in it, by its path relative to this one. It need not exist before it is used.
    pub fn dir(&self, path: impl AsRef<Path>) -> Self {
        Self { given: self.given.join(&path), path: self.path.join(&path), temporary: self.temporary.clone() }
    }

    /// All files in it, at any depth, sorted by path.
    ///
    /// # Errors
    /// If something in the folder can't be read, or is neither a file nor a folder.
    pub fn files(&self) -> io::Result<Vec<File>> {
        let manifest =
            self.manifest().map_err(|error| io::Error::new(error.kind(), format!("cannot read {self}: {error}")))?;
        Ok(manifest.files().map(|(path, _)| self.file(path)).collect())
    }

    /// The same, which keeps the temporary folder that it is in.
    pub(crate) fn kept_by(self, temporary: &Temporary) -> Self {
        Self { temporary: temporary.clone(), ..self }
    }

    pub(crate) fn manifest(&self) -> io::Result<Manifest> {
        Manifest::of(&self.path)
    }
}

impl AsRef<Path> for Dir {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl<P: Into<PathBuf>> From<P> for Dir {
    fn from(path: P) -> Self {
        Self::new(path)
    }
}

impl fmt::Display for Dir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.given.display().fmt(f)
    }
}

/// The canonical form of a folder.
#[derive(Serialize, Deserialize)]
#[serde(rename = "scrat::Dir")]
struct Content {
    /// Of the manifest.
    digest: [u8; 32],
    /// Of the manifest.
    length: u64,
}

impl Serialize for Dir {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            // As text it is a path, and one whose content has changed would be taken for the same value.
            if is_keeping() {
                let why = format!("the folder {self} is in a format for people, in which its content does not count");
                return Err(ser::Error::custom(why));
            }
            return serializer.collect_str(self);
        }
        // The first of the two: what changes in between has changed.
        let stat = stat_folder(&self.path);
        let manifest = stat.and_then(|stat| Ok((stat, self.manifest()?)));
        let (stat, manifest) = manifest.map_err(|source| {
            let error = ValueError::File { path: self.to_string(), source };
            let message = error.to_string();
            note_unreadable(error);
            ser::Error::custom(message)
        })?;
        let digest = manifest.digest();
        let content = Content { digest: digest.0, length: manifest.bytes().len() as u64 };
        let folder = Some(Arc::new(manifest));
        keep(Attachment { digest, path: self.path.clone(), given: self.given.clone(), stat, folder });
        content.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Dir {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return PathBuf::deserialize(deserializer).map(Self::new);
        }
        let content = Content::deserialize(deserializer)?;
        let digest = Digest(content.digest);
        find(&digest, Named::Folder)
            .map(|Served { given, path }| Self { given, path, temporary: Temporary::default() })
            .ok_or_else(|| de::Error::custom(format!("the stash has no folder {} that can be read", digest.short())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::codec::context;
    use crate::value::{decode, encode};

    #[test]
    fn a_folder_is_served_as_a_folder_and_not_as_a_file_with_the_bytes_of_its_manifest() {
        let root = tempfile::tempdir().unwrap();
        let [folder, file] = ["data", "manifest"].map(|name| root.path().join(name));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&file, Manifest::of(&folder).unwrap().bytes()).unwrap();
        let value = (File::new(&file), Dir::new(&folder));
        let (bytes, kept) = context::keeping_files(|| encode(&value).unwrap());
        assert_eq!(kept[0].digest, kept[1].digest);
        let back = context::serving_files(context::as_they_were(kept), || decode::<(File, Dir)>(&bytes));
        assert_eq!(back.unwrap(), value);
    }

    #[test]
    fn a_missing_folder_and_a_file_in_its_place_are_named_in_the_error() {
        let error = encode(&Dir::new("no/such/folder")).unwrap_err();
        assert!(matches!(error, ValueError::File { ref path, .. } if path == "no/such/folder"), "{error}");
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = encode(&Dir::new(file.path())).unwrap_err().to_string();
        assert!(error.ends_with("it is not a folder"), "{error}");
    }
}
