//! What files a value names while it is encoded, and where they are while it is decoded.
//!
//! serde carries no context, so two scopes of the current thread do: within [`keeping_files`] every
//! [`File`](super::super::File) and [`Dir`](super::super::Dir) that is encoded is noted, and within [`serving_files`]
//! every one that is decoded is told its path.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::LocalKey;

use crate::digest::Digest;
use crate::value::manifest::Manifest;
use crate::value::stat::{Stat, digest_file};
use crate::value::survey::stat_folder;

/// A file or folder that an encoded value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// Digest of its content, or of its manifest.
    pub digest: Digest,
    /// Where the content is now: an absolute path.
    pub path: PathBuf,
    /// The path as it was written.
    pub given: PathBuf,
    /// What tells whether it changes: it was so when the digest was taken.
    pub stat: Stat,
    /// What is in it, if it is a folder.
    pub folder: Option<Arc<Manifest>>,
}

impl Attachment {
    fn named(&self) -> Named {
        if self.folder.is_some() { Named::Folder } else { Named::File }
    }

    /// Whether it is what it was when the value was encoded, and has not been anything else in between. A file of a
    /// stash may have been put there again.
    pub(crate) fn is_unchanged(&self) -> bool {
        let is_content = || self.path.file_name().is_some_and(|name| *name == *self.digest.to_string());
        let (stat, digest) = match &self.folder {
            None => (Stat::of(&self.path), digest_file(&self.path).map(|(digest, _)| digest)),
            Some(_) => (stat_folder(&self.path), Manifest::of(&self.path).map(|manifest| manifest.digest())),
        };
        (stat.is_ok_and(|stat| stat == self.stat) || is_content()) && digest.is_ok_and(|digest| digest == self.digest)
    }

    /// The digests of all content that stands for it: that of a folder is its manifest, and its files.
    pub(crate) fn contents(&self) -> impl Iterator<Item = Digest> + '_ {
        let files = self.folder.iter().flat_map(|folder| folder.files()).map(|(_, digest)| digest);
        std::iter::once(self.digest).chain(files)
    }
}

/// What a digest in a value is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A file's content.
    File,
    /// A folder's manifest.
    Folder,
}

/// Where the content of a digest is.
pub(crate) struct Served {
    /// The path as somebody wrote it.
    pub given: PathBuf,
    /// An absolute path.
    pub path: PathBuf,
}

impl From<PathBuf> for Served {
    fn from(path: PathBuf) -> Self {
        Self { given: path.clone(), path }
    }
}

/// Finds the content of a digest.
pub(crate) type FileKeeper = dyn Fn(&Digest, Named) -> Option<Served>;

/// Finds files where they were when a value was encoded. They are decoded in the same order, so that of two with the same
/// content each is itself again.
pub(crate) fn as_they_were(files: Vec<Attachment>) -> Rc<FileKeeper> {
    let next = Cell::new(0);
    Rc::new(move |digest, named| {
        let mut from_next = (0..files.len()).map(|offset| (next.get() + offset) % files.len());
        let at = from_next.find(|&at| files[at].digest == *digest && files[at].named() == named)?;
        next.set(at + 1);
        let Attachment { path, given, .. } = files[at].clone();
        Some(Served { given, path })
    })
}

thread_local! {
    static KEPT: RefCell<Option<Vec<Attachment>>> = const { RefCell::new(None) };
    static SERVED: RefCell<Option<Rc<FileKeeper>>> = const { RefCell::new(None) };
}

/// Sees to it that this thread has these for as long as it has anything that is made later.
pub(crate) fn last_as_long() {
    KEPT.with(|_| ());
    SERVED.with(|_| ());
    super::serial::last_as_long();
}

/// Puts a thread's variable back, even if what happens in between unwinds: the code of a user's type runs there.
struct Back<T: 'static>(&'static LocalKey<RefCell<T>>, Option<T>);

impl<T> Drop for Back<T> {
    fn drop(&mut self) {
        if let Some(outer) = self.1.take() {
            self.0.replace(outer);
        }
    }
}

/// Runs `work`, and returns the files of the values that it encoded.
pub(crate) fn keeping_files<R>(work: impl FnOnce() -> R) -> (R, Vec<Attachment>) {
    let _back = Back(&KEPT, Some(KEPT.replace(Some(Vec::new()))));
    let result = work();
    (result, KEPT.take().unwrap_or_default())
}

/// Runs `work`, which decodes values whose files `keeper` finds.
pub(crate) fn serving_files<R>(keeper: Rc<FileKeeper>, work: impl FnOnce() -> R) -> R {
    let _back = Back(&SERVED, Some(SERVED.replace(Some(keeper))));
    work()
}

/// Whether a value is being encoded for a stash or a key.
pub(crate) fn is_keeping() -> bool {
    KEPT.with_borrow(Option::is_some)
}

pub(in crate::value) fn keep(attachment: Attachment) {
    KEPT.with_borrow_mut(|kept| {
        if let Some(kept) = kept {
            kept.push(attachment);
        }
    });
}

pub(in crate::value) fn find(digest: &Digest, named: Named) -> Option<Served> {
    let keeper = SERVED.with_borrow(Clone::clone)?;
    keeper(digest, named)
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_scope_that_is_left_by_a_panic_is_left() {
        drop(catch_unwind(|| {
            serving_files(Rc::new(|_, _| Some(PathBuf::from("old").into())), || panic!("in a type's own code"))
        }));
        assert!(find(&Digest([0; 32]), Named::File).is_none());
        drop(catch_unwind(|| keeping_files(|| panic!("in a type's own code"))));
        assert!(KEPT.with_borrow(Option::is_none));
    }
}
