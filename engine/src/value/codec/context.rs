//! What files a value names while it is encoded, and where they are while it is decoded.
//!
//! serde carries no context, so two scopes of the current thread do: within [`keeping_files`] every
//! [`File`](super::File) that is encoded is noted, and within [`serving_files`] every one that is decoded
//! is told its path.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::thread::LocalKey;

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

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_scope_that_is_left_by_a_panic_is_left() {
        drop(catch_unwind(|| {
            serving_files(Rc::new(|_| Some(PathBuf::from("old"))), || panic!("in a type's own code"))
        }));
        assert_eq!(find(&Digest([0; 32])), None);
        drop(catch_unwind(|| keeping_files(|| panic!("in a type's own code"))));
        assert!(KEPT.with_borrow(Option::is_none));
    }
}
