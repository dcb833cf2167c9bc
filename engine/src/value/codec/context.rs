//! What files a value names while it is encoded, and where they are while it is decoded.
//!
//! serde carries no context, so two scopes of the current thread do: within [`keeping_files`] every
//! [`File`](super::File) that is encoded is noted, and within [`serving_files`] every one that is decoded
//! is told its path.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use crate::digest::Digest;

/// A file that an encoded value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// Digest of its content.
    pub digest: Digest,
    /// Where the content is now: an absolute path.
    pub path: PathBuf,
    /// The path as it was written.
    pub given: PathBuf,
}

/// Where the content of a digest is.
pub(crate) type FileKeeper = dyn Fn(&Digest) -> Option<PathBuf>;

thread_local! {
    static KEPT: RefCell<Option<Vec<Attachment>>> = const { RefCell::new(None) };
    static SERVED: RefCell<Option<Rc<FileKeeper>>> = const { RefCell::new(None) };
}

/// Runs `work`, and returns the files of the values that it encoded.
pub(crate) fn keeping_files<R>(work: impl FnOnce() -> R) -> (R, Vec<Attachment>) {
    let outer = KEPT.replace(Some(Vec::new()));
    let result = work();
    (result, KEPT.replace(outer).unwrap_or_default())
}

/// Runs `work`, which decodes values whose files `keeper` finds.
pub(crate) fn serving_files<R>(keeper: Rc<FileKeeper>, work: impl FnOnce() -> R) -> R {
    let outer = SERVED.replace(Some(keeper));
    let result = work();
    SERVED.replace(outer);
    result
}

pub(in crate::value) fn keep(attachment: Attachment) {
    KEPT.with_borrow_mut(|kept| {
        if let Some(kept) = kept {
            kept.push(attachment);
        }
    });
}

pub(in crate::value) fn find(digest: &Digest) -> Option<PathBuf> {
    let keeper = SERVED.with_borrow(Clone::clone)?;
    keeper(digest)
}
