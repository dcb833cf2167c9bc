//! Values by their digests, for comparing them. Nothing is counted, set aside or removed by looking.

use rusqlite::{OptionalExtension, Row};

use super::nut::{Nut, digest};
use super::{Stash, seal};
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
                .prepare_cached(&format!("SELECT {}, n.content FROM {} WHERE n.key = ?1", seal::COLUMNS, seal::TABLES))?
                .query_row([key.as_bytes()], |row| Ok(seen(row, Some(key))))
                .optional()
        });
        self.verified(found.ok()???)
    }

    fn verified(&self, Seen { nut, identity }: Seen) -> Option<StoredValue> {
        let bytes = match nut.content {
            Some(bytes) => bytes,
            None => self.content.read(&nut.digest, nut.size).ok()??,
        };
        (Digest::of(&bytes) == nut.digest).then_some(StoredValue { bytes, identity, codec: nut.codec })
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
                .prepare_cached(&format!(
                    "SELECT {}, n.content FROM {} WHERE n.id = (
                         SELECT id FROM (
                             SELECT m.id, m.digest, m.size FROM nuts m JOIN functions f ON f.id = m.function
                             WHERE f.name = ?1 ORDER BY m.id DESC LIMIT ?4)
                         WHERE digest BETWEEN ?2 AND ?3 AND size <= ?5 LIMIT 1)",
                    seal::COLUMNS,
                    seal::TABLES
                ))?
                .query_row((function, bound(0), bound(255), KNOWN, LARGEST as i64), |row| Ok(seen(row, None)))
                .optional()
        });
        self.verified(found.ok()???)
    }
}

/// A nut that is looked at, with the code that made it.
struct Seen {
    nut: Nut,
    identity: Digest,
}

/// The one in a row that has its bytes behind it.
fn seen(row: &Row<'_>, asked: Option<&Digest>) -> Option<Seen> {
    let nut = seal::nut(row, asked)?;
    Some(Seen { nut: Nut { content: row.get(seal::WIDTH).ok()?, ..nut }, identity: digest(row, 2).ok()? })
}
