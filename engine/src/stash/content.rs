//! Bytes outside the index: one file per digest, written whole or not at all. Nothing else knows where they lie, and
//! which of them are compressed ([`packed`]).

use std::fs::{DirEntry, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::{NamedTempFile, TempDir};

use super::folders::Apart;
use super::ours::DAMAGED;
use super::scratch::{self, Scratch};
use super::{Durability, StashError, access, io_error, packed};
use crate::digest::Digest;
use crate::value::{Attachment, Kept, MakeFile, Manifest, Named, Served, copy, digest_file};

/// Values above this many bytes are files; smaller ones live in the index.
pub(super) const INLINE_LIMIT: usize = 32 * 1024;

/// Where the folder is that has one file for each digest.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(super) root: PathBuf,
    /// Whether a group shares it.
    pub(super) shared: bool,
    pub(super) durability: Durability,
    scratch: Arc<Scratch>,
    pub(super) apart: Apart,
}

/// The folder of all of it in a stash.
const NUTS: &str = "nuts";

impl Content {
    pub(super) fn new(root: &Path, shared: bool) -> Self {
        Self {
            root: root.to_owned(),
            shared,
            durability: Durability::default(),
            scratch: Arc::default(),
            apart: Apart::default(),
        }
    }

    /// Puts bytes in their place, compressed if they may be and it is worth it. Earlier ones are replaced, which mends
    /// damaged ones. The open file has them whatever becomes of its name.
    pub(super) fn put(&self, digest: &Digest, bytes: Kept, may_pack: bool) -> Result<Own, StashError> {
        let path = self.path(digest);
        let packed = if may_pack { self.pack(digest, &bytes) } else { Ok(None) };
        if let Some(file) = packed.map_err(|source| io_error("write", &path, source))? {
            // Plain ones stay, if there are any: they may be a file that another value names.
            return Ok(Own { digest: *digest, file, form: Form::Packed });
        }
        let file = self.put_plain(digest, bytes)?;
        self.remove_file(&packed::beside(&path))?;
        Ok(Own { digest: *digest, file, form: Form::Plain })
    }

    /// Puts bytes in their place in compressed form, if it is worth it.
    fn pack(&self, digest: &Digest, bytes: &Kept) -> io::Result<Option<File>> {
        let pack = |bytes: &mut dyn io::Read, length: u64| {
            let mut file = self.new_content()?;
            packed::pack(bytes, length, &mut file)?;
            self.persist(&packed::beside(&self.path(digest)), file)
        };
        match bytes {
            Kept::Memory(bytes) if packed::is_worth_it(bytes) => pack(&mut &bytes[..], bytes.len() as u64).map(Some),
            Kept::File(file) if packed::is_file_worth_it(file.as_file())? => {
                pack(&mut file.as_file(), file.as_file().metadata()?.len()).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn put_plain(&self, digest: &Digest, bytes: Kept) -> Result<File, StashError> {
        match bytes {
            Kept::Memory(bytes) => self.fill(digest, |file| file.write_all(&bytes)),
            Kept::File(file) => self.place(digest, file),
            Kept::Nowhere => self.fill(digest, |_| Err(io::Error::other("only its digest was kept"))),
            Kept::Failed(error) => Err(io_error("write", &self.root.join(scratch::TMP), error)),
        }
    }

    /// Copies what a value names. It must still be what it was when the value was encoded.
    pub(super) fn put_named(&self, attachment: &Attachment) -> Result<(), StashError> {
        let Some(folder) = &attachment.folder else { return self.put_file(&attachment.digest, &attachment.path) };
        for (path, digest) in folder.files() {
            self.put_file(&digest, &attachment.path.join(path))?;
        }
        self.put(&attachment.digest, Kept::Memory(folder.bytes().to_vec()), false).map(drop)
    }

    /// Puts bytes in their place that were there, from the open file that they were in.
    pub(super) fn put_again(&self, digest: &Digest, mut from: &File, form: Form) -> Result<(), StashError> {
        let plain = self.path(digest);
        let path = if form == Form::Packed { packed::beside(&plain) } else { plain };
        let mut put = || {
            let mut file = self.new_content()?;
            from.seek(io::SeekFrom::Start(0))?;
            io::copy(&mut from, &mut file)?;
            self.persist(&path, file)
        };
        put().map(drop).map_err(|source| io_error("write", &path, source))
    }

    fn put_file(&self, digest: &Digest, from: &Path) -> Result<(), StashError> {
        if self.path(digest) == from {
            return Ok(());
        }
        self.fill(digest, |file| {
            copy(&File::open(from)?, file.as_file())?;
            if Digest::of_reader(File::open(file.path())?)? == *digest {
                Ok(())
            } else {
                Err(io::Error::other(format!("{} changed while it was stored", from.display())))
            }
        })
        .map(drop)
    }

    /// What makes the file for bytes that are many, before their digest is known.
    pub(crate) fn spool(&self) -> MakeFile {
        let content = self.clone();
        Box::new(move || content.new_content())
    }

    /// The bytes of a digest, as they are, of which there are no more than `most`. None if there are none.
    pub(super) fn read(&self, digest: &Digest, most: u64) -> Result<Option<Vec<u8>>, StashError> {
        // Behind a link in place of a folder there is nothing of ours, but that may be for a moment.
        self.refuse_links(&self.path(digest))?;
        // What does not unpack is not what was stored, and neither is a link.
        let or_nothing = |read| match read {
            Err(error) if !is_of_the_system(&error) => Ok(Vec::new()),
            read => read,
        };
        let unpacked = self.open(digest, Form::Packed).and_then(|file| packed::unpack(file, most));
        let unpacked = self.found(digest, or_nothing(unpacked))?;
        // Whoever gets them looks whether they are right. Where there are plain ones as well, those may be.
        if unpacked.as_ref().is_some_and(|bytes| !self.path(digest).exists() || Digest::of(bytes) == *digest) {
            return Ok(unpacked);
        }
        let plain = self.open(digest, Form::Plain).and_then(|mut file| {
            let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len().min(most)).unwrap_or(0));
            file.read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let plain = self.found(digest, or_nothing(plain))?;
        Ok(plain.or(unpacked))
    }

    /// What there is for a digest: how many bytes on disk, and whether they have it, all of them.
    pub(super) fn examine(&self, digest: &Digest) -> Result<Option<(u64, bool)>, StashError> {
        self.refuse_links(&self.path(digest))?;
        let found = [self.look(digest, Form::Plain)?, self.look(digest, Form::Packed)?];
        let all = found.into_iter().flatten().reduce(|one, other| (one.0 + other.0, one.1 && other.1));
        Ok(all)
    }

    /// The same of one form.
    fn look(&self, digest: &Digest, form: Form) -> Result<Option<(u64, bool)>, StashError> {
        let mut length = 0;
        let found = self.open(digest, form).and_then(|mut file| {
            length = file.metadata()?.len();
            form.digest(&mut file)
        });
        let found = match found {
            Err(error) if !is_of_the_system(&error) => Ok((length, false)),
            found => found.map(|found| (length, found == *digest)),
        };
        self.found(digest, found)
    }

    /// How much room the bytes of a digest take, in both forms; of the manifest of a folder also what that takes where
    /// it is laid out, whether it is or not. None if there are none.
    pub(super) fn room(&self, digest: &Digest) -> Option<u64> {
        let length = |file: File| file.metadata().ok().map(|found| found.len());
        let packed = self.open(digest, Form::Packed).ok().and_then(length);
        let plain = self.open(digest, Form::Plain).ok().and_then(|mut file| {
            let folder = Manifest::read(&mut file).map_or(0, |manifest| manifest.length());
            Some(length(file)? + folder)
        });
        let forms = [plain, packed].into_iter().flatten();
        forms.reduce(|one, other| one + other)
    }

    /// How many bytes there are for a digest, however many they take on disk.
    pub(crate) fn length(&self, digest: &Digest) -> Option<u64> {
        let plain = self.open(digest, Form::Plain).and_then(|file| file.metadata()).map(|file| file.len());
        plain.or_else(|_| self.open(digest, Form::Packed).and_then(packed::length)).ok()
    }

    /// How many bytes there are for a digest in each form that is there. An error of the system says nothing of that.
    pub(super) fn lengths(&self, digest: &Digest) -> Result<Vec<u64>, StashError> {
        self.refuse_links(&self.path(digest))?;
        let plain = self.open(digest, Form::Plain).and_then(|file| file.metadata()).map(|file| file.len());
        let packed = self.open(digest, Form::Packed).and_then(packed::length);
        let mut lengths = Vec::new();
        for length in [plain, packed] {
            match length {
                // What is no file, or does not unpack, is not what was stored.
                Err(error) if !is_of_the_system(&error) => {}
                length => lengths.extend(self.found(digest, length)?),
            }
        }
        Ok(lengths)
    }

    /// Where the content of a digest is that a value names.
    pub(crate) fn find(&self, digest: &Digest, named: Named) -> Option<Served> {
        match named {
            Named::File => self.file(digest),
            Named::Folder => self.folder(digest),
        }
        .map(Into::into)
    }

    /// A file with the bytes of a digest, which are what they were.
    pub(crate) fn file(&self, digest: &Digest) -> Option<PathBuf> {
        self.open(digest, Form::Plain).ok()?;
        let path = self.path(digest);
        digest_file(&path).ok().filter(|(found, _)| found == digest).map(|_| path)
    }

    /// Opens what there is for a digest in one form. Links are not followed.
    pub(super) fn open(&self, digest: &Digest, form: Form) -> io::Result<File> {
        let path = self.path(digest);
        let path = if form == Form::Packed { packed::beside(&path) } else { path };
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        access::open_below(&self.root, [NUTS, &name[..2], name])
    }

    /// Every digest that there are bytes for, and how many.
    pub(super) fn each(&self, mut work: impl FnMut(Digest, u64)) -> Result<(), StashError> {
        let nuts = self.root.join(NUTS);
        let folders = match std::fs::read_dir(&nuts) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(|source| io_error("read", &nuts, source))?,
        };
        let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        for folder in folders.filter_map(Result::ok).filter(is_folder) {
            for entry in std::fs::read_dir(folder.path()).into_iter().flatten().filter_map(Result::ok) {
                let name = entry.file_name();
                let name = name.to_str().map(packed::plain_name);
                let digest = name.and_then(|name| name.parse::<Digest>().ok());
                if let Some(digest) = digest.filter(|digest| self.path(digest) == entry.path().with_extension("")) {
                    work(digest, entry.metadata().map_or(0, |file| file.len()));
                }
            }
        }
        Ok(())
    }

    /// Moves bytes that are not what their digest says out of the way, and keeps them. Returns how many files were moved:
    /// somebody else may have stored the right ones since they were read, or be storing them, and those stay.
    pub(super) fn set_aside(&self, digest: &Digest) -> Result<usize, StashError> {
        let folder = self.root.join(DAMAGED);
        let plain = self.path(digest);
        self.refuse_links(&plain)?;
        let mut moved = 0;
        for (from, form) in [(packed::beside(&plain), Form::Packed), (plain, Form::Plain)] {
            if !matches!(self.look(digest, form)?, Some((_, false))) {
                continue;
            }
            let error = |source| io_error("set aside", &from, source);
            access::make_folder(&folder, self.shared).map_err(|source| io_error("make", &folder, source))?;
            let aside = folder.join(from.file_name().unwrap_or_default());
            match std::fs::rename(&from, &aside) {
                Err(none) if none.kind() == io::ErrorKind::NotFound => continue,
                done => done.map_err(error)?,
            }
            // They may have been put there since they were looked at.
            if !self.take_back(&aside)? {
                moved += 1;
            }
        }
        Ok(moved)
    }

    /// Puts a file that was moved out of the way back, if it has the digest that it is named by: whoever moved it there was
    /// killed before doing so, or is about to.
    pub(super) fn take_back(&self, aside: &Path) -> Result<bool, StashError> {
        let form = if aside.extension().is_some_and(|it| it == packed::ENDING) { Form::Packed } else { Form::Plain };
        let Some(digest) = digest_of_name(aside).filter(|digest| has_digest(aside, form, digest)) else {
            return Ok(false);
        };
        let plain = self.path(&digest);
        self.refuse_links(&plain)?;
        let place = if form == Form::Packed { packed::beside(&plain) } else { plain };
        match std::fs::rename(aside, &place) {
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => Ok(true),
            moved => moved.map(|()| true).map_err(|source| io_error("move back", aside, source)),
        }
    }

    /// Removes bytes, which no entry of the index names any more.
    pub(super) fn remove(&self, digest: &Digest) -> Result<(), StashError> {
        let path = self.path(digest);
        self.refuse_links(&path)?;
        self.remove_file(&packed::beside(&path))?;
        self.remove_file(&path)?;
        self.remove_folders(digest)
    }

    /// Whether the folders on the way to a file are folders, as far as they are there.
    pub(super) fn refuse_links(&self, path: &Path) -> Result<(), StashError> {
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.root) {
            if folder.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
                return Err(io_error("use", folder, access::in_the_way()));
            }
        }
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> Result<(), StashError> {
        match std::fs::remove_file(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path, source)),
            _ => Ok(()),
        }
    }

    pub(super) fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(NUTS).join(&name[..2]).join(name)
    }

    fn found<T>(&self, digest: &Digest, read: io::Result<T>) -> Result<Option<T>, StashError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(io_error("read", &self.path(digest), source)),
        }
    }

    fn fill(
        &self,
        digest: &Digest,
        fill: impl FnOnce(&mut NamedTempFile) -> io::Result<()>,
    ) -> Result<File, StashError> {
        let error = |source| io_error("write", &self.path(digest), source);
        let mut file = self.new_content().map_err(error)?;
        fill(&mut file).map_err(error)?;
        self.place(digest, file)
    }

    /// Puts a file with the bytes of a digest where they belong.
    fn place(&self, digest: &Digest, file: NamedTempFile) -> Result<File, StashError> {
        let path = self.path(digest);
        self.persist(&path, file).map_err(|source| io_error("write", &path, source))
    }

    pub(super) fn persist(&self, path: &Path, file: NamedTempFile) -> io::Result<File> {
        access::let_group(file.path(), self.shared);
        #[cfg(not(unix))]
        {
            let mut permissions = file.as_file().metadata()?.permissions();
            permissions.set_readonly(true);
            file.as_file().set_permissions(permissions)?;
        }
        let folder = path.parent().unwrap_or(path);
        access::make_folder(&self.root.join(NUTS), self.shared)?;
        access::make_folder(folder, self.shared)?;
        if self.durability == Durability::Power {
            file.as_file().sync_all()?;
        }
        let file = file.persist(path).map_err(|failed| failed.error)?;
        if self.durability == Durability::Power {
            // The name of the file, and that of its folder, which may be new.
            access::sync_folder(folder)?;
            folder.parent().map_or(Ok(()), access::sync_folder)?;
        }
        Ok(file)
    }

    /// A file that is going to be content.
    pub(super) fn new_content(&self) -> io::Result<NamedTempFile> {
        self.scratch(&access::read_only())
    }

    /// A file that is going to be part of the stash.
    pub(super) fn scratch(&self, builder: &tempfile::Builder<'_, '_>) -> io::Result<NamedTempFile> {
        self.scratch.with_folder(&self.root, self.shared, |folder| builder.tempfile_in(folder))
    }

    /// A folder that is going to be part of the stash.
    pub(super) fn scratch_folder(&self) -> io::Result<TempDir> {
        self.scratch.with_folder(&self.root, self.shared, |folder| tempfile::tempdir_in(folder))
    }

    /// Leaves nothing behind that is not in use.
    pub(super) fn close(&self) {
        self.scratch.close();
    }

    /// Leaves what is another process's to remove.
    pub(super) fn leave_inherited(&self) {
        self.scratch.leave_inherited();
        self.apart.leave_inherited();
    }

    /// Leaves nothing behind at all: the program ends.
    pub(crate) fn end(&self) {
        self.apart.end();
    }
}

/// A file in its place, open.
#[derive(Debug)]
pub(super) struct Own {
    pub digest: Digest,
    pub file: File,
    pub form: Form,
}

/// How bytes lie in their file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Packed,
}

/// The digest that a file is named by.
pub(super) fn digest_of_name(path: &Path) -> Option<Digest> {
    packed::plain_name(path.file_name()?.to_str()?).parse().ok()
}

fn has_digest(path: &Path, form: Form, digest: &Digest) -> bool {
    let file = access::open_plain(path, OpenOptions::new().read(true));
    file.and_then(|mut file| form.digest(&mut file)).is_ok_and(|found| found == *digest)
}

/// Whether an error is the system's own, and says nothing about the bytes.
fn is_of_the_system(error: &io::Error) -> bool {
    error.raw_os_error().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn no_link_leads_out_of_the_stash() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let [root, outside] = ["stash", "outside"].map(|name| folder.path().join(name));
        [&root, &outside].iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
        let content = Content::new(&root, false);
        let bytes = vec![7; 100_000];
        let digest = Digest::of(&bytes);
        let put = || content.put(&digest, Kept::Memory(bytes.clone()), false);
        put().unwrap();
        let path = content.path(&digest);
        let away = outside.join(path.file_name().unwrap());
        std::fs::rename(&path, &away).unwrap();
        symlink(&away, &path).unwrap();
        assert_eq!(content.read(&digest, 100_000).unwrap(), Some(Vec::new()), "it is not what was stored");
        assert_eq!(content.examine(&digest).unwrap(), Some((0, false)));
        assert_eq!((content.length(&digest), content.file(&digest)), (None, None));
        put().unwrap();
        assert!(path.symlink_metadata().unwrap().is_file());
        assert_eq!(content.read(&digest, 100_000).unwrap().as_ref(), Some(&bytes));

        for linked in [path.parent().unwrap(), &root.join(NUTS)] {
            std::fs::remove_dir_all(linked).unwrap();
            let target = if linked == root.join(NUTS) { folder.path() } else { &outside };
            symlink(target, linked).unwrap();
            assert!(content.read(&digest, 100_000).is_err() && content.lengths(&digest).is_err(), "it is not gone");
            assert!(put().is_err() && content.remove(&digest).is_err() && content.set_aside(&digest).is_err());
            assert!(away.exists() && std::fs::read_dir(&outside).unwrap().count() == 1);
            content.each(|_, _| panic!("what is outside is not ours")).unwrap();
            std::fs::remove_file(linked).unwrap();
            put().unwrap();
        }
    }

    #[test]
    fn plain_bytes_stand_in_for_compressed_ones_that_are_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let content = Content::new(folder.path(), false);
        let bytes = vec![7; 100_000];
        let digest = Digest::of(&bytes);
        let put = |may_pack| content.put(&digest, Kept::Memory(bytes.clone()), may_pack).unwrap();
        let read = || content.read(&digest, 100_000).unwrap();
        put(true);
        let packed = packed::beside(&content.path(&digest));
        std::fs::remove_file(&packed).unwrap();
        std::fs::write(&packed, b"rotten").unwrap();
        assert_eq!(read(), Some(vec![]), "whoever asked sees that it is damaged");
        put(false);
        assert_eq!(read().as_ref(), Some(&bytes));
        std::fs::write(&packed, b"rotten").unwrap();
        assert_eq!(read().as_ref(), Some(&bytes));
    }
}
