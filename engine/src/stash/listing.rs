//! What is in a stash, and taking it out: behind `scrat stash`.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row};

use super::nuts::digest;
use super::{Argument, Stash, StashError};
use crate::clock;
use crate::digest::Digest;
use crate::value::decode;

/// A nut, for showing.
#[derive(Clone, Debug)]
pub struct NutInfo {
    /// What it is found by.
    pub key: Digest,
    /// The function that made it.
    pub function: String,
    /// Digest of that function's code.
    pub fingerprint: Digest,
    /// Digest of that code with the function's name and `version`.
    pub identity: Digest,
    /// The function's arguments: names and readable forms, each on one line.
    pub arguments: Vec<(String, String)>,
    /// Digest of the value.
    pub digest: Digest,
    /// Bytes of the value.
    pub size: u64,
    /// How long the function took, in nanoseconds.
    pub nanos: i64,
    /// When it was stored, in nanoseconds since 1970.
    pub created: i64,
    /// When it was last used, in nanoseconds since 1970.
    pub used: i64,
    /// How often it was used.
    pub uses: u64,
}

/// Which nuts are meant.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those of this function: its full name, or the end of it after `::`.
    pub function: Option<String>,
    /// Those whose keys begin with these hexadecimal digits.
    pub key: Option<String>,
}

/// What was taken out of a stash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// How many nuts.
    pub nuts: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// The sums over one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionTotals {
    /// Its full name.
    pub function: String,
    /// How many nuts it has.
    pub nuts: usize,
    /// Bytes of their values.
    pub bytes: u64,
    /// How often a result was there.
    pub hits: u64,
    /// How often it ran.
    pub misses: u64,
    /// How long the hits had taken to compute, in nanoseconds.
    pub saved_nanos: u64,
}

const LISTED: &str =
    "SELECT n.key, f.name, c.fingerprint, n.arguments, n.digest, n.size, n.nanos, n.created, n.used, n.uses, c.identity
     FROM nuts n JOIN functions f ON f.id = n.function JOIN codes c ON c.id = n.code";

/// How many keys of removed nuts are remembered.
const REMOVED_KEPT: i64 = 100_000;

const MATCHES: &str = "(:function IS NULL OR f.name = :function OR f.name LIKE '%::' || :function)
     AND (:key IS NULL OR lower(hex(n.key)) LIKE :key || '%')";

impl Stash {
    /// The nuts that a filter meets, the oldest first.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<NutInfo>, StashError> {
        self.read("list nuts", |index| {
            index
                .prepare_cached(&format!("{LISTED} WHERE {MATCHES} ORDER BY n.id"))?
                .query_map(rusqlite::named_params! { ":function": filter.function, ":key": filter.key }, info)?
                .collect()
        })
    }

    /// The nut of a key.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn info(&self, key: &Digest) -> Result<Option<NutInfo>, StashError> {
        self.read("look up a nut", |index| {
            index.prepare_cached(&format!("{LISTED} WHERE n.key = ?1"))?.query_row([key.as_bytes()], info).optional()
        })
    }

    /// Sums by function, by name.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn totals(&self) -> Result<Vec<FunctionTotals>, StashError> {
        self.flush_uses()
            .or_else(|error| if matches!(error, StashError::ReadOnly { .. }) { Ok(()) } else { Err(error) })?;
        self.read("sum up", |index| {
            index
                .prepare_cached(
                    "SELECT f.name, count(n.id), coalesce(sum(n.size), 0), f.hits, f.misses, f.saved_nanos
                     FROM functions f LEFT JOIN nuts n ON n.function = f.id GROUP BY f.id ORDER BY f.name",
                )?
                .query_map((), |row| {
                    let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                    Ok(FunctionTotals {
                        function: row.get(0)?,
                        nuts: count(1)? as usize,
                        bytes: count(2)?,
                        hits: count(3)?,
                        misses: count(4)?,
                        saved_nanos: count(5)?,
                    })
                })?
                .collect()
        })
    }

    /// Takes nuts out, with the bytes that no other nut needs.
    ///
    /// # Errors
    /// If the stash can't be written.
    pub fn remove(&self, filter: &Filter) -> Result<Removed, StashError> {
        let victims: Vec<_> = self.list(filter)?.into_iter().map(|nut| nut.key).collect();
        self.remove_keys(&victims)
    }

    /// Takes these nuts out, with the bytes that no other nut needs. One that has been stored again since it was
    /// listed stays.
    ///
    /// # Errors
    /// If the stash can't be read or written.
    pub fn remove_nuts(&self, nuts: &[NutInfo]) -> Result<Removed, StashError> {
        let mut keys = Vec::with_capacity(nuts.len());
        for nut in nuts {
            if self.info(&nut.key)?.is_some_and(|now| (now.created, now.digest) == (nut.created, nut.digest)) {
                keys.push(nut.key);
            }
        }
        self.remove_keys(&keys)
    }

    /// When the nut of a key was taken out, if it was and has not been stored again.
    pub(crate) fn removed_at(&self, key: &Digest) -> Result<Option<i64>, StashError> {
        self.read("look up a removal", |index| {
            index
                .prepare_cached("SELECT at FROM removed WHERE key = ?1")?
                .query_row([key.as_bytes()], |row| row.get(0))
                .optional()
        })
    }

    /// Takes the nuts of these keys out.
    pub(crate) fn remove_keys(&self, keys: &[Digest]) -> Result<Removed, StashError> {
        if keys.is_empty() {
            return Ok(Removed::default());
        }
        self.memory.clear();
        let _alone = self.content_lock(true)?;
        let (removed, unused) = self.write("remove nuts", |index| {
            let mut removed = Removed::default();
            let mut files = BTreeSet::new();
            for key in keys {
                files.extend(named_files(index, key)?);
                let size: Option<i64> = index
                    .prepare_cached("DELETE FROM nuts WHERE key = ?1 RETURNING size")?
                    .query_map([key.as_bytes()], |row| row.get(0))?
                    .next()
                    .transpose()?;
                if let Some(size) = size {
                    index
                        .prepare_cached("INSERT OR REPLACE INTO removed(key, at) VALUES (?1, ?2)")?
                        .execute((key.as_bytes(), clock::now()))?;
                    removed.nuts += 1;
                    removed.bytes += size.unsigned_abs();
                }
            }
            let mut unused = Vec::new();
            for file in files {
                if !is_named(index, &file)? {
                    unused.push(file);
                }
            }
            index
                .execute("DELETE FROM routes WHERE NOT EXISTS (SELECT 1 FROM nuts WHERE nuts.key = routes.key)", ())?;
            // They only make a reason better, so the oldest may go.
            index.execute(
                "DELETE FROM removed WHERE at < (SELECT at FROM removed ORDER BY at DESC LIMIT 1 OFFSET ?1)",
                [REMOVED_KEPT],
            )?;
            Ok((removed, unused))
        })?;
        self.memory.clear();
        for file in unused {
            self.remove_content(&file)?;
        }
        Ok(removed)
    }
}

fn named_files(index: &Connection, key: &Digest) -> rusqlite::Result<Vec<Digest>> {
    index
        .prepare_cached(
            "SELECT digest FROM nuts WHERE key = ?1 AND content IS NULL
             UNION SELECT a.digest FROM attachments a JOIN nuts n ON n.id = a.nut WHERE n.key = ?1",
        )?
        .query_map([key.as_bytes()], |row| digest(row, 0))?
        .collect()
}

fn is_named(index: &Connection, file: &Digest) -> rusqlite::Result<bool> {
    index
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM nuts WHERE digest = ?1 AND content IS NULL)
                 OR EXISTS (SELECT 1 FROM attachments WHERE digest = ?1)",
        )?
        .query_row([file.as_bytes()], |row| row.get(0))
}

fn info(row: &Row<'_>) -> rusqlite::Result<NutInfo> {
    let arguments: Vec<Argument> = decode(&row.get::<_, Vec<u8>>(3)?).unwrap_or_default();
    Ok(NutInfo {
        key: digest(row, 0)?,
        function: row.get(1)?,
        fingerprint: digest(row, 2)?,
        arguments: arguments.into_iter().map(|argument| (argument.name, argument.text)).collect(),
        digest: digest(row, 4)?,
        size: row.get::<_, i64>(5)?.unsigned_abs(),
        nanos: row.get(6)?,
        created: row.get(7)?,
        used: row.get(8)?,
        uses: row.get::<_, i64>(9)?.unsigned_abs(),
        identity: digest(row, 10)?,
    })
}
