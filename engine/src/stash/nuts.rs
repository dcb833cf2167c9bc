//! Nuts: looking them up, loading and verifying them.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Row};
use scrat_fingerprint::{Part, parts_from_bytes};

use super::argument::Argument;
use super::broken::Broken;
use super::content::INLINE_LIMIT;
use super::memory::Held;
use super::nut::{Nut, digest};
use super::{Stash, StashError, seal};
use crate::digest::Digest;
use crate::value::Shared;

/// Why a nut's bytes can't be had.
#[derive(Debug)]
pub(crate) enum Unloadable {
    /// The file is gone.
    Gone,
    /// The bytes are not those that were stored; they have been set aside.
    Damaged,
    /// Reading failed, which says nothing about the bytes.
    Unreadable(StashError),
}

impl Stash {
    /// The nut of a key, with its bytes if they are in the index.
    ///
    /// # Errors
    /// If the index can't be read, or has another entry there.
    pub(crate) fn lookup(&self, key: &Digest) -> Result<Option<Nut>, StashError> {
        let found = self.read("look up a nut", |index| {
            index
                .prepare_cached(&format!("SELECT {}, n.content FROM {} WHERE n.key = ?1", seal::COLUMNS, seal::TABLES))?
                .query_row([key.as_bytes()], |row| {
                    let Some(nut) = seal::nut(row, Some(key)) else { return Ok(None) };
                    Ok(row.get(seal::WIDTH).ok().map(|content| Nut { content, ..nut }))
                })
                .optional()
        })?;
        found.map(|nut| nut.ok_or_else(|| self.unsealed())).transpose()
    }

    /// The nut that a deep key leads to, without its bytes.
    ///
    /// # Errors
    /// If the index can't be read, or has another route or another entry there.
    pub(crate) fn follow(&self, deep: &Digest) -> Result<Option<Nut>, StashError> {
        let found = self.read("follow a route", |index| {
            index
                .prepare_cached(&format!(
                    "SELECT {}, r.key, r.seal FROM routes r CROSS JOIN {} WHERE r.deep = ?1 AND n.key = r.key",
                    seal::COLUMNS,
                    seal::TABLES
                ))?
                .query_row([deep.as_bytes()], |row| Ok(seal::followed(row, deep)))
                .optional()
        })?;
        found.map(|nut| nut.ok_or_else(|| self.unsealed())).transpose()
    }

    /// The nut of a key and its bytes, if both were used lately.
    pub(crate) fn recall(&self, key: &Digest) -> Option<(Arc<Nut>, Held)> {
        self.memory.get(key)
    }

    /// Keeps verified bytes of a nut at hand.
    pub(crate) fn remember(&self, nut: &Nut, bytes: &[u8]) {
        self.memory.put(nut.key, nut, bytes);
    }

    /// Keeps the value of a nut at hand, for callers that clone it.
    pub(crate) fn remember_value(&self, nut: &Nut, value: Shared) {
        self.memory.put_value(nut.key, nut, value);
    }

    /// How many bytes may be kept at hand, if it is not the usual number.
    pub(crate) fn set_memory(&self, bytes: usize) {
        self.memory.set_budget(bytes);
    }

    /// How many bytes of results this process keeps in memory, roughly.
    pub fn memory_bytes(&self) -> usize {
        self.memory.bytes()
    }

    /// The file with a nut's bytes, verified. None if they are elsewhere, or are not what they were.
    pub(crate) fn file(&self, nut: &Nut) -> Option<PathBuf> {
        if nut.size as usize > INLINE_LIMIT { self.content.file(&nut.digest) } else { None }
    }

    /// A nut's bytes, verified.
    pub(crate) fn load(&self, nut: &Nut) -> Result<Vec<u8>, Unloadable> {
        let bytes = match &nut.content {
            Some(bytes) => bytes.clone(),
            None if nut.size as usize <= INLINE_LIMIT => {
                let content = self.read("load a nut", |index| {
                    index
                        .prepare_cached("SELECT content FROM nuts WHERE key = ?1 AND content IS NOT NULL")?
                        .query_row([nut.key.as_bytes()], |row| row.get(0))
                        .optional()
                });
                match content.map_err(Unloadable::Unreadable)? {
                    Some(bytes) => bytes,
                    None => return Err(Unloadable::Gone),
                }
            }
            None => match self.content.read(&nut.digest, nut.size) {
                Ok(Some(bytes)) => bytes,
                Ok(None) if !self.root.exists() => {
                    return Err(Unloadable::Unreadable(StashError::Missing { path: self.root.clone() }));
                }
                Ok(None) => return Err(Unloadable::Gone),
                Err(error) => return Err(Unloadable::Unreadable(error)),
            },
        };
        if Digest::of(&bytes) == nut.digest {
            return Ok(bytes);
        }
        self.give_up(nut, nut.content.is_none());
        Err(Unloadable::Damaged)
    }

    /// Whether the index still has a nut that was looked up.
    pub(crate) fn is_there(&self, nut: &Nut) -> bool {
        self.lookup(&nut.key).is_ok_and(|there| there.is_some_and(|there| there.digest == nut.digest))
    }

    /// Takes a nut whose bytes are wrong out of the index; the bytes stay for whoever wants to look.
    pub(crate) fn give_up(&self, nut: &Nut, is_file: bool) {
        self.memory.clear();
        if !self.writable {
            return;
        }
        let is_gone = || !is_file || nut.size as usize <= INLINE_LIMIT || self.content.set_aside(&nut.digest).is_ok();
        if is_gone() {
            // Whoever can't write finds it as it is the next time.
            drop(self.remove_broken(&[Broken { key: nut.key, digest: nut.digest }]));
        }
    }

    /// What a key's function failed with, if that was the last that happened to it.
    pub(crate) fn last_failure(&self, key: &Digest) -> Result<Option<String>, StashError> {
        self.read("look up a failure", |index| {
            index
                .prepare_cached("SELECT message FROM failures WHERE key = ?1")?
                .query_row([key.as_bytes()], |row| row.get(0))
                .optional()
        })
    }

    /// The newest nuts of a function, the newest first: of one list of arguments, or of any.
    pub(crate) fn neighbours(
        &self,
        function: &str,
        arguments_hash: Option<i64>,
        most: usize,
    ) -> Result<Vec<Neighbour>, StashError> {
        // There may be very many of a function, and few of a list of arguments.
        let which = match arguments_hash {
            Some(_) => "+f.name = ?1 AND n.arguments_hash = ?2",
            None => "f.name = ?1 AND ?2 IS NULL",
        };
        self.read("look for similar nuts", |index| {
            index
                .prepare_cached(&format!(
                    "SELECT {}, c.version FROM {} WHERE {which} ORDER BY n.id DESC LIMIT ?3",
                    seal::COLUMNS,
                    seal::TABLES
                ))?
                .query_map((function, arguments_hash, i64::try_from(most).unwrap_or(i64::MAX)), |row| {
                    Ok(seal::nut(row, None).and_then(|nut| Neighbour::of(row, nut, seal::WIDTH)))
                })?
                .filter_map(Result::transpose)
                .collect()
        })
    }

    /// Whether any nut was ever made with the code of this identity.
    pub(crate) fn has_code(&self, identity: &Digest) -> Result<bool, StashError> {
        self.read("look up code", |index| {
            index
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM codes WHERE identity = ?1)")?
                .query_row([identity.as_bytes()], |row| row.get(0))
        })
    }

    /// The parts of a code that nuts were made with.
    pub(crate) fn parts_of(&self, identity: &Digest) -> Result<Vec<Part>, StashError> {
        let bytes: Vec<u8> = self.read("look up code", |index| {
            index
                .prepare_cached("SELECT parts FROM codes WHERE identity = ?1")?
                .query_row([identity.as_bytes()], |row| row.get(0))
        })?;
        Ok(parts_from_bytes(&bytes).unwrap_or_default())
    }

    /// How long a function takes in nanoseconds and how large its values are, by its most recent nuts: the means,
    /// because what is asked for is sums.
    pub(crate) fn typical(&self, function: &str) -> Result<Option<(i64, u64)>, StashError> {
        self.read("look up durations", |index| {
            index
                .prepare_cached(
                    "SELECT CAST(avg(nanos) AS INTEGER), CAST(avg(size) AS INTEGER) FROM (
                         SELECT n.nanos, n.size FROM nuts n JOIN functions f ON f.id = n.function
                         WHERE f.name = ?1 ORDER BY n.id DESC LIMIT 1000)",
                )?
                .query_row([function], |row| {
                    let (nanos, size): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
                    Ok(nanos.zip(size.map(i64::unsigned_abs)))
                })
        })
    }
}

/// A nut of the same function, to compare with.
#[derive(Clone, Debug)]
pub(crate) struct Neighbour {
    pub identity: Digest,
    pub version: Option<String>,
    pub arguments: Vec<Argument>,
    pub created: i64,
    pub codec: Option<String>,
}

impl Neighbour {
    /// The nut in a row, in which the version of its code is in this column.
    pub(super) fn of(row: &Row<'_>, nut: Nut, version: usize) -> Option<Self> {
        Some(Self {
            identity: digest(row, 2).ok()?,
            version: row.get(version).ok()?,
            arguments: seal::arguments(row),
            created: nut.created,
            codec: nut.codec,
        })
    }
}
