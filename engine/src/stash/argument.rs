//! What is remembered of an argument.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::StashError;
use super::mark::INDEX;
use crate::digest::Digest;
use crate::value::{Written, brief, decode_unverified, encode};

/// An argument, as an entry remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Argument {
    pub name: String,
    pub digest: Digest,
    /// The readable form on one line, cut only if it is longer than [`Argument::TEXT`].
    pub text: String,
    /// The canonical bytes, while they are small.
    pub bytes: Option<Vec<u8>>,
}

impl Argument {
    /// Bytes that are kept of an argument of a direct call: there may be millions of those.
    pub(crate) const OF_CALL: usize = 256;
    /// Bytes that are kept of an argument of a step, where a reason may ask for them.
    pub(crate) const OF_STEP: usize = 1024;

    /// Characters that are kept of an argument's readable form: what a user typed shall be found again.
    pub(crate) const TEXT: usize = 4096;

    /// An argument with its bytes, unless they are more than `most`.
    pub(crate) fn new(name: &str, written: &Written, text: String, most: usize) -> Self {
        let bytes = written.small(most).map(<[u8]>::to_vec);
        Self { name: name.to_owned(), digest: written.digest, text, bytes }
    }

    /// A list of them, as the index has it.
    pub(super) fn to_bytes(arguments: &[Self]) -> Result<Vec<u8>, StashError> {
        encode(arguments).map_err(|error| StashError::Io {
            action: "write",
            path: INDEX.into(),
            source: std::io::Error::other(error.to_string()),
        })
    }

    /// The list that was written. Empty, if another version of scrat wrote it in another form.
    pub(super) fn from_bytes(bytes: &[u8]) -> Vec<Self> {
        decode_unverified(bytes).unwrap_or_default()
    }

    /// The short readable form.
    pub(crate) fn short(&self) -> Cow<'_, str> {
        brief(&self.text)
    }
}
