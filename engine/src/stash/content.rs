//! Bytes outside the index: one file per digest, written whole or not at all. Nothing else knows where they lie.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{StashError, access, io_error};
use crate::digest::Digest;
use crate::value::{Attachment, Kept, MakeFile, digest_file};

/// Values above this many bytes are files; smaller ones live in the index.
pub(super) const INLINE_LIMIT: usize = 32 * 1024;

/// Where the folder is that has one file for each digest.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    root: PathBuf,
    /// Whether a group shares it.
    shared: bool,
}

impl Content {
    pub(super) fn new(root: &Path, shared: bool) -> Self {
        Self { root: root.to_owned(), shared }
    }

    /// Puts bytes in their place. Earlier ones are replaced, which mends damaged ones.
    pub(super) fn put(&self, digest: &Digest, bytes: Kept) -> Result<(), StashError> {
        match bytes {
            Kept::Memory(bytes) => self.fill(digest, |file| file.write_all(&bytes)),
            Kept::File(file) => self.place(digest, file),
            Kept::Nowhere => self.fill(digest, |_| Err(io::Error::other("only its digest was kept"))),
            Kept::Failed(error) => Err(io_error("write", &self.root.join("tmp"), error)),
        }
    }

    /// Copies a file that a value names. It must still be what it was when the value was encoded.
    pub(super) fn put_file(&self, attachment: &Attachment) -> Result<(), StashError> {
        if self.path(&attachment.digest) == attachment.path {
            return Ok(());
        }
        self.fill(&attachment.digest, |file| {
            io::copy(&mut File::open(&attachment.path)?, file)?;
            if Digest::of_reader(File::open(file.path())?)? == attachment.digest {
                Ok(())
            } else {
                Err(io::Error::other(format!("{} changed while it was stored", attachment.path.display())))
            }
        })
    }

    /// What makes the file for bytes that are many, before their digest is known.
    pub(crate) fn spool(&self) -> MakeFile {
        let content = self.clone();
        Box::new(move || content.scratch())
    }

    /// The bytes of a digest, as they are. None if there are none.
    pub(super) fn read(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StashError> {
        self.found(digest, std::fs::read(self.path(digest)))
    }

    /// What there is for a digest: how many bytes, and whether they have it.
    pub(super) fn examine(&self, digest: &Digest) -> Result<Option<(u64, bool)>, StashError> {
        let examined = File::open(self.path(digest))
            .and_then(|file| Ok((file.metadata()?.len(), Digest::of_reader(file)? == *digest)));
        self.found(digest, examined)
    }

    /// How many bytes there are for a digest.
    pub(crate) fn length(&self, digest: &Digest) -> Option<u64> {
        std::fs::metadata(self.path(digest)).ok().map(|file| file.len())
    }

    /// A file with the bytes of a digest, which are what they were.
    pub(crate) fn file(&self, digest: &Digest) -> Option<PathBuf> {
        let path = self.path(digest);
        digest_file(&path).ok().filter(|(found, _)| found == digest).map(|_| path)
    }

    /// Every digest that there are bytes for, and how many.
    pub(super) fn each(&self, mut work: impl FnMut(Digest, u64)) -> Result<(), StashError> {
        let nuts = self.root.join("nuts");
        let folders = match std::fs::read_dir(&nuts) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(|source| io_error("read", &nuts, source))?,
        };
        for folder in folders.filter_map(Result::ok) {
            for entry in std::fs::read_dir(folder.path()).into_iter().flatten().filter_map(Result::ok) {
                let digest = entry.file_name().to_str().and_then(|name| name.parse::<Digest>().ok());
                if let Some(digest) = digest.filter(|digest| self.path(digest) == entry.path()) {
                    work(digest, entry.metadata().map_or(0, |file| file.len()));
                }
            }
        }
        Ok(())
    }

    /// Moves bytes that are not what their digest says out of the way, and keeps them.
    pub(super) fn set_aside(&self, digest: &Digest) -> Result<(), StashError> {
        let from = self.path(digest);
        let folder = self.root.join("damaged");
        access::make_folder(&folder, self.shared).map_err(|source| io_error("make", &folder, source))?;
        match std::fs::rename(&from, folder.join(digest.to_string())) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("set aside", &from, source)),
            _ => Ok(()),
        }
    }

    /// Removes bytes, which no entry of the index names any more.
    pub(super) fn remove(&self, digest: &Digest) -> Result<(), StashError> {
        let path = self.path(digest);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &path, source)),
            _ => Ok(()),
        }
    }

    pub(super) fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join("nuts").join(&name[..2]).join(name)
    }

    fn found<T>(&self, digest: &Digest, read: io::Result<T>) -> Result<Option<T>, StashError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(io_error("read", &self.path(digest), source)),
        }
    }

    fn fill(&self, digest: &Digest, fill: impl FnOnce(&mut NamedTempFile) -> io::Result<()>) -> Result<(), StashError> {
        let error = |source| io_error("write", &self.path(digest), source);
        let mut file = self.scratch().map_err(error)?;
        fill(&mut file).map_err(error)?;
        self.place(digest, file)
    }

    /// Puts a file with the bytes of a digest where they belong.
    fn place(&self, digest: &Digest, file: NamedTempFile) -> Result<(), StashError> {
        let path = self.path(digest);
        let error = |source| io_error("write", &path, source);
        access::let_group(file.path(), self.shared);
        #[cfg(not(unix))]
        {
            let mut permissions = file.as_file().metadata().map_err(error)?.permissions();
            permissions.set_readonly(true);
            file.as_file().set_permissions(permissions).map_err(error)?;
        }
        if let Some(folder) = path.parent() {
            access::make_folder(folder, self.shared).map_err(error)?;
        }
        file.persist(&path).map_err(|failed| error(failed.error))?;
        Ok(())
    }

    /// A file that is going to be content.
    fn scratch(&self) -> io::Result<NamedTempFile> {
        let folder = self.root.join("tmp");
        let make = || access::read_only().tempfile_in(&folder);
        make().or_else(|_| {
            access::make_folder(&folder, self.shared)?;
            make()
        })
    }
}
