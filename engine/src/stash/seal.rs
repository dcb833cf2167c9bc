//! Seals: what binds an entry of the index to what it says.
//!
//! SQLite does not notice a bit that flipped in a page of its file. An index of it may then lead from one key to the
//! entry of another, whose bytes have their digest. So each entry has a seal, over all that decides what is handed out
//! for its key. Whoever reads an entry compares it, by whatever way it was found, and one without its seal is not taken
//! for what it says. No number of a row is in it, so an index that is made again has the same seals.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};

use super::Argument;
use super::nut::{Nut, digest};
use super::record::NutRecord;
use crate::digest::{Digest, Fields};

/// What a seal is over, and the seal: the first columns of each query whose rows [`nut`] reads.
pub(super) const COLUMNS: &str = "n.key, f.name, c.identity, n.arguments_hash, n.arguments, n.digest, n.size, n.codec, \
     n.content IS NOT NULL, n.attached, n.nanos, n.created, n.seal";

/// The first column behind these.
pub(super) const WIDTH: usize = 13;

/// Where they come from.
pub(super) const TABLES: &str = "nuts n JOIN functions f ON f.id = n.function JOIN codes c ON c.id = n.code";

/// The same, and what is not of any function or code.
pub(super) const ALL_ROWS: &str =
    "nuts n LEFT JOIN functions f ON f.id = n.function LEFT JOIN codes c ON c.id = n.code";

/// All that decides what is handed out for a key.
#[derive(PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub key: Digest,
    pub function: &'a str,
    pub identity: Digest,
    pub arguments_hash: i64,
    pub arguments: &'a [u8],
    pub digest: Digest,
    pub size: i64,
    pub codec: Option<&'a str>,
    pub is_inline: bool,
    pub attached: Option<Digest>,
    pub nanos: i64,
    pub created: i64,
}

impl<'a> Entry<'a> {
    pub(super) fn of_row(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: digest(row, 0)?,
            function: row.get_ref(1)?.as_str()?,
            identity: digest(row, 2)?,
            arguments_hash: row.get(3)?,
            arguments: row.get_ref(4)?.as_blob()?,
            digest: digest(row, 5)?,
            size: row.get(6)?,
            codec: row.get_ref(7)?.as_str_or_null()?,
            is_inline: row.get(8)?,
            attached: row.get::<_, Option<[u8; 32]>>(9)?.map(Digest),
            nanos: row.get(10)?,
            created: row.get(11)?,
        })
    }

    /// As a record says it, of which these are the arguments in bytes.
    pub(super) fn of_record(nut: &'a NutRecord<'_>, arguments: &'a [u8]) -> Self {
        Self {
            key: nut.key,
            function: &nut.function,
            identity: nut.identity,
            arguments_hash: nut.arguments_hash,
            arguments,
            digest: nut.digest,
            size: nut.size as i64,
            codec: nut.codec.as_deref(),
            is_inline: nut.is_inline,
            attached: of_files(nut.attachments.iter().copied()),
            nanos: nut.nanos,
            created: nut.created,
        }
    }

    pub(super) fn seal(&self) -> Digest {
        Fields::new("scrat nut v1")
            .digest(&self.key)
            .text(self.function)
            .digest(&self.identity)
            .number(self.arguments_hash.cast_unsigned())
            .bytes(self.arguments)
            .digest(&self.digest)
            .number(self.size.cast_unsigned())
            .option(self.codec, |fields, codec| {
                fields.text(codec);
            })
            .number(self.is_inline.into())
            .option(self.attached.as_ref(), |fields, attached| {
                fields.digest(attached);
            })
            .number(self.nanos.cast_unsigned())
            .number(self.created.cast_unsigned())
            .finish()
    }
}

/// The nut in a row, without its bytes. None if it does not have its seal, or is not of the key that was asked for.
pub(super) fn nut(row: &Row<'_>, asked: Option<&Digest>) -> Option<Nut> {
    let entry = Entry::of_row(row).ok()?;
    let is_asked = asked.is_none_or(|key| *key == entry.key);
    let is_sealed = row.get::<_, [u8; 32]>(12).ok()? == entry.seal().0;
    (is_asked && is_sealed).then(|| Nut {
        key: entry.key,
        digest: entry.digest,
        size: entry.size.unsigned_abs(),
        nanos: entry.nanos,
        created: entry.created,
        codec: entry.codec.map(str::to_owned),
        content: None,
    })
}

/// The nut in a row that a route led to, with the route's key and its seal behind it.
pub(super) fn followed(row: &Row<'_>, deep: &Digest) -> Option<Nut> {
    let key = digest(row, WIDTH).ok()?;
    let is_sealed = row.get::<_, [u8; 32]>(WIDTH + 1).ok()? == of_route(deep, &key).0;
    if is_sealed { nut(row, Some(&key)) } else { None }
}

/// The arguments in a row.
pub(super) fn arguments(row: &Row<'_>) -> Vec<Argument> {
    row.get_ref(4).ok().and_then(|bytes| bytes.as_blob().ok()).map(Argument::from_bytes).unwrap_or_default()
}

/// What stands for the files that a value names. None if it names none.
pub(super) fn of_files(files: impl IntoIterator<Item = Digest>) -> Option<Digest> {
    let files: BTreeSet<_> = files.into_iter().collect();
    let each = |fields: &mut Fields, file: &Digest| {
        fields.digest(file);
    };
    (!files.is_empty()).then(|| Fields::new("scrat attached v1").list(&files, each).finish())
}

/// The deep keys of routes that are not what was noted, whatever kind of value they are now.
pub(super) fn damaged_routes(index: &Connection) -> rusqlite::Result<Vec<Value>> {
    let mut statement = index.prepare("SELECT deep, key, seal FROM routes")?;
    let mut rows = statement.query(())?;
    let mut damaged = Vec::new();
    while let Some(row) = rows.next()? {
        let seal = digest(row, 0).and_then(|deep| Ok(of_route(&deep, &digest(row, 1)?)));
        if !seal.is_ok_and(|seal| digest(row, 2) == Ok(seal)) {
            damaged.push(row.get(0)?);
        }
    }
    Ok(damaged)
}

/// The seal of a route.
pub(super) fn of_route(deep: &Digest, key: &Digest) -> Digest {
    Fields::new("scrat route v1").digest(deep).digest(key).finish()
}

/// Makes sure that storing under a key replaces that key's entry and no other. If the index leads to something else, all
/// of its ways are made again, and an entry that is damaged itself goes: it has a record.
pub(super) fn mend(index: &Connection, key: &Digest) -> rusqlite::Result<()> {
    let is_damaged = || {
        let entry = index
            .prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE n.key = ?1"))?
            .query_row([key.as_bytes()], |row| Ok(nut(row, Some(key)).is_none()))
            .optional()?;
        match entry {
            Some(damaged) => Ok(damaged),
            // Of no function, or of no code.
            None => index
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM nuts WHERE key = ?1)")?
                .query_row([key.as_bytes()], |row| row.get(0)),
        }
    };
    if is_damaged()? {
        index.execute_batch("REINDEX nuts")?;
        if is_damaged()? {
            index.execute("DELETE FROM nuts WHERE key = ?1", [key.as_bytes()])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
