//! Files that were put in their places before the entry that names them, and that eviction may remove until then.
//!
//! Whoever removes files holds the index's write lock and looks whether an entry names them. Whoever stores looks under
//! the same lock whether its files are still there, and puts them there again if not.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;

use super::content::{Content, Own};
use super::{Stash, StashError, io_error, limits};
use crate::digest::Digest;
use crate::limit::Limit;
use crate::value::Attachment;

/// The files of a result that is about to be stored.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    /// The file of its bytes, open: they can be had even if it has no name any more.
    pub own: Option<Own>,
    pub attachments: &'a [Attachment],
}

impl Stash {
    /// Whether a result is not larger than what may be kept of all results. If it is, its files go.
    pub(super) fn check_size(&self, entry: u64, placed: &Placed<'_>, of_function: Limit) -> Result<(), StashError> {
        let limits = [of_function.max_size, self.whole().limit.max_size];
        let Some(most) = limits.into_iter().flatten().min() else { return Ok(()) };
        let files = placed.files(&self.content)?;
        let bytes = entry + files.values().sum::<u64>();
        if bytes <= most {
            return Ok(());
        }
        self.write_with("remove files", |index| {
            for file in files.keys() {
                limits::doom(index, file)?;
            }
            self.look_at_leases();
            self.remove_unnamed(index)
        })?;
        Err(StashError::TooLarge { bytes, most })
    }
}

impl Placed<'_> {
    /// All of them, each with how much room it takes. What is gone is put there again.
    pub(super) fn files(&self, content: &Content) -> Result<BTreeMap<Digest, u64>, StashError> {
        let mut files = BTreeMap::new();
        if let Some(Own { digest, file, form }) = &self.own {
            files.insert(*digest, there(content, digest, || content.put_again(digest, file, *form))?);
        }
        for attachment in self.attachments {
            for digest in attachment.contents() {
                if let Entry::Vacant(place) = files.entry(digest) {
                    place.insert(there(content, &digest, || content.put_named(attachment))?);
                }
            }
        }
        Ok(files)
    }
}

fn there(content: &Content, digest: &Digest, put: impl FnOnce() -> Result<(), StashError>) -> Result<u64, StashError> {
    if let Some(room) = content.room(digest) {
        return Ok(room);
    }
    put()?;
    let gone = || io_error("find", &content.path(digest), io::ErrorKind::NotFound.into());
    content.room(digest).ok_or_else(gone)
}
