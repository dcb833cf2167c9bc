//! Values by their digests, for comparing them. Nothing is counted, set aside or removed by looking.

use rusqlite::OptionalExtension;

use super::Stash;
use super::nut::digest;
use crate::digest::Digest;
use crate::value::LARGEST;

/// A stored value.
#[derive(Debug)]
pub(crate) struct StoredValue {
    pub bytes: Vec<u8>,
    /// Of the code that made it.
    pub identity: Digest,
    /// The name of the codec of the bytes: None is serde's.
    pub codec: Option<String>,
}

impl Stash {
    /// The value of a key, unless its bytes are gone or not what they were.
    pub(crate) fn look(&self, key: &Digest) -> Option<StoredValue> {
        let found = self.read("look at a value", |index| {
            index
                .prepare_cached(
                    "SELECT n.digest, n.content, c.identity, n.codec, n.size FROM nuts n JOIN codes c ON c.id = n.code
                     WHERE n.key = ?1",
                )?
                .query_row([key.as_bytes()], |row| {
                    Ok((digest(row, 0)?, row.get(1)?, digest(row, 2)?, row.get(3)?, row.get::<_, i64>(4)?))
                })
                .optional()
        });
        let (digest, content, identity, codec, size) = found.ok()??;
        self.verified(digest, content, size.unsigned_abs()).map(|bytes| StoredValue { bytes, identity, codec })
    }

    fn verified(&self, digest: Digest, content: Option<Vec<u8>>, most: u64) -> Option<Vec<u8>> {
        let bytes = match content {
            Some(bytes) => bytes,
            None => self.content.read(&digest, most).ok()??,
        };
        (Digest::of(&bytes) == digest).then_some(bytes)
    }

    /// The newest value of a function whose digest begins like this, unless it is large or not what it was.
    pub(crate) fn peek(&self, function: &str, beginning: &[u8]) -> Option<StoredValue> {
        /// Only so many of the function's newest nuts are looked through: digests have no index.
        const KNOWN: i64 = 4096;
        let bound = |filler: u8| {
            let mut bound = [filler; 32];
            let length = beginning.len().min(32);
            bound[..length].copy_from_slice(&beginning[..length]);
            bound
        };
        let found = self.read("look for a value", |index| {
            index
                .prepare_cached(
                    "SELECT n.digest, n.content, c.identity, n.codec FROM nuts n JOIN codes c ON c.id = n.code WHERE n.id = (
                         SELECT id FROM (
                             SELECT m.id, m.digest, m.size FROM nuts m JOIN functions f ON f.id = m.function
                             WHERE f.name = ?1 ORDER BY m.id DESC LIMIT ?4)
                         WHERE digest BETWEEN ?2 AND ?3 AND size <= ?5 LIMIT 1)",
                )?
                .query_row((function, bound(0), bound(255), KNOWN, LARGEST as i64), |row| {
                    Ok((digest(row, 0)?, row.get::<_, Option<Vec<u8>>>(1)?, digest(row, 2)?, row.get(3)?))
                })
                .optional()
        });
        let (digest, content, identity, codec) = found.ok()??;
        self.verified(digest, content, LARGEST).map(|bytes| StoredValue { bytes, identity, codec })
    }
}
