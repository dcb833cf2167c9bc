//! A nut as the index has it.

use rusqlite::Row;

use crate::digest::Digest;

/// An entry of the index, without its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Nut {
    pub key: Digest,
    /// Of the value's bytes.
    pub digest: Digest,
    pub size: u64,
    /// How long the function took.
    pub nanos: i64,
    pub created: i64,
    /// The name of the codec of the bytes: None is serde's.
    pub codec: Option<String>,
    /// The bytes, where they are in the index and were asked for.
    pub(super) content: Option<Vec<u8>>,
}

impl Nut {
    /// The same entry, to be kept while its bytes are kept beside it.
    pub(super) fn without_content(&self) -> Self {
        Self { content: None, ..self.clone() }
    }

    /// Whether its bytes are this codec's.
    pub(crate) fn has_codec(&self, codec: Option<&str>) -> bool {
        self.codec.as_deref() == codec
    }

    #[cfg(test)]
    pub(super) fn for_tests(size: u64) -> Self {
        let digest = Digest::of(b"");
        Self { key: digest, digest, size, nanos: 0, created: 0, codec: None, content: None }
    }
}

/// A digest in a row of the index.
pub(super) fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Digest> {
    row.get::<_, [u8; 32]>(column).map(Digest)
}
