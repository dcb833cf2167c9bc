//! Bytes outside the index: one file per digest, written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use super::{Stash, StashError, access, io_error};
use crate::digest::Digest;
use crate::value::{Attachment, Content, MakeFile};

/// Values above this many bytes are files; smaller ones live in the index.
pub(super) const INLINE_LIMIT: usize = 32 * 1024;

impl Stash {
    /// Puts bytes into their file. An earlier one is replaced, which mends a damaged one.
    pub(super) fn put_content(&self, digest: &Digest, content: Content) -> Result<(), StashError> {
        match content {
            Content::Memory(bytes) => self.put(digest, |file| file.write_all(&bytes)),
            Content::File(file) => self.place(digest, file),
            Content::Gone => self.put(digest, |_| Err(io::Error::other("only its digest was kept"))),
            Content::Failed(error) => Err(io_error("write", &self.root.join("tmp"), error)),
        }
    }

    /// What makes the file for bytes that are many.
    pub(crate) fn spool(&self) -> MakeFile {
        let (root, shared) = (self.root.clone(), self.shared);
        Box::new(move || scratch(&root, shared))
    }

    /// Copies a file that a value names. It must still be what it was when the value was encoded.
    pub(super) fn put_attachment(&self, attachment: &Attachment) -> Result<(), StashError> {
        if self.content_path(&attachment.digest) == attachment.path {
            return Ok(());
        }
        self.put(&attachment.digest, |file| {
            let mut source = std::fs::File::open(&attachment.path)?;
            io::copy(&mut source, file)?;
            if Digest::of_reader(std::fs::File::open(file.path())?)? == attachment.digest {
                Ok(())
            } else {
                Err(io::Error::other(format!("{} changed while it was stored", attachment.path.display())))
            }
        })
    }

    fn put(
        &self,
        digest: &Digest,
        fill: impl FnOnce(&mut tempfile::NamedTempFile) -> io::Result<()>,
    ) -> Result<(), StashError> {
        let error = |source| io_error("write", &self.content_path(digest), source);
        let mut file = scratch(&self.root, self.shared).map_err(error)?;
        fill(&mut file).map_err(error)?;
        self.place(digest, file)
    }

    /// Puts a file with the bytes of a digest where they belong.
    fn place(&self, digest: &Digest, file: tempfile::NamedTempFile) -> Result<(), StashError> {
        let path = self.content_path(digest);
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

    /// Moves bytes that are not what their name says out of the way, and keeps them.
    pub(super) fn set_aside(&self, digest: &Digest) -> Result<(), StashError> {
        let from = self.content_path(digest);
        let folder = self.root.join("damaged");
        access::make_folder(&folder, self.shared).map_err(|source| io_error("make", &folder, source))?;
        match std::fs::rename(&from, folder.join(digest.to_string())) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("set aside", &from, source)),
            _ => Ok(()),
        }
    }

    /// Removes content, which no entry of the index names any more.
    pub(super) fn remove_content(&self, digest: &Digest) -> Result<(), StashError> {
        let path = self.content_path(digest);
        match remove(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &path, source)),
            _ => Ok(()),
        }
    }
}

/// A file that is going to be content.
fn scratch(root: &Path, shared: bool) -> io::Result<tempfile::NamedTempFile> {
    let folder = root.join("tmp");
    let make = || access::read_only().tempfile_in(&folder);
    make().or_else(|_| {
        access::make_folder(&folder, shared)?;
        make()
    })
}

fn remove(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)
}
