//! Nuts: looking them up, loading and verifying them, storing them.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Row, named_params};
use scrat_fingerprint::{Part, parts_from_bytes, parts_to_bytes};

use super::argument::Argument;
use super::broken::Broken;
use super::content::INLINE_LIMIT;
use super::evict;
use super::journal::bytes_of;
use super::memory::Held;
use super::nut::{Nut, digest};
use super::parents::Parents;
use super::placed::Placed;
use super::record::{CodeRecord, NutRecord, Record};
use super::{Stash, StashError, limits, seal};
use crate::clock;
use crate::digest::Digest;
use crate::limit::{Limit, Policy};
use crate::value::{Attachment, Kept, Shared, Written};

/// Everything about a result that is to be stored.
pub(crate) struct NewNut<'a> {
    pub key: Digest,
    pub function: &'static str,
    pub identity: Digest,
    pub fingerprint: Digest,
    pub version: Option<&'static str>,
    pub parts: &'a [Part],
    pub arguments: &'a [Argument],
    pub arguments_hash: i64,
    /// The name of the codec of the bytes: None is serde's.
    pub codec: Option<&'static str>,
    pub attachments: &'a [Attachment],
    /// Whether the bytes may be compressed.
    pub may_pack: bool,
    pub nanos: i64,
    /// Keys of the results that it was made of.
    pub parents: &'a [Digest],
    pub keeping: Keeping,
}

/// How much of a function's results is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keeping {
    pub limit: Limit,
    pub ttl_seconds: Option<u64>,
}

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

    /// Stores a result. Its bytes are in place before the index names them.
    pub(crate) fn store(&self, new: &NewNut<'_>, written: Written) -> Result<Digest, StashError> {
        self.put(new, written).map_err(|error| self.or_gone(error))
    }

    /// An error, or that the stash itself is gone.
    fn or_gone(&self, error: StashError) -> StashError {
        if self.root.exists() { error } else { StashError::Missing { path: self.root.clone() } }
    }

    fn put(&self, new: &NewNut<'_>, written: Written) -> Result<Digest, StashError> {
        if self.memory.get(&new.key).is_some() {
            self.memory.clear();
        }
        if !self.writable {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        let Written { digest, length, kept } = written;
        let inline = match &kept {
            Kept::Memory(bytes) if bytes.len() <= INLINE_LIMIT => Some(bytes.clone()),
            _ => None,
        };
        let held = if inline.is_some() && new.attachments.is_empty() { None } else { self.content_lock()? };
        let own = if inline.is_none() { Some(self.content.put(&digest, kept, new.may_pack)?) } else { None };
        for attachment in new.attachments {
            self.content.put_named(attachment)?;
        }
        let arguments = Argument::to_bytes(new.arguments)?;
        let placed = Placed { own, attachments: new.attachments };
        let own = limits::entry(&arguments, inline.as_deref());
        self.check_size(own, &placed, new.keeping.limit)?;
        let now = clock::now();
        let nut = NutRecord {
            key: new.key,
            function: new.function.into(),
            identity: new.identity,
            fingerprint: new.fingerprint,
            version: new.version.map(Into::into),
            arguments_hash: new.arguments_hash,
            arguments: new.arguments.into(),
            digest,
            size: length,
            codec: new.codec.map(Into::into),
            is_inline: inline.is_some(),
            attachments: new.attachments.iter().flat_map(Attachment::contents).collect(),
            nanos: new.nanos,
            created: now,
        };
        let entry = seal::Entry::of_record(&nut, &arguments);
        let (attached, seal) = (entry.attached, entry.seal());
        let nut = bytes_of(&Record::Nut(nut), inline.as_deref().unwrap_or_default())?;
        let enter = |index: &rusqlite::Transaction<'_>| {
            seal::mend(index, &new.key)?;
            let waiting = evict::unnamed(index)?;
            let function = id(
                index,
                "INSERT INTO functions(name) VALUES (?1) ON CONFLICT(name) DO NOTHING",
                "SELECT id FROM functions WHERE name = ?1",
                new.function,
            )?;
            set_limits(index, function, new.keeping)?;
            let (code, is_news) = code(index, new)?;
            make_way(index, &new.key, function)?;
            let files = placed.files(&self.content)?;
            index
                .prepare_cached(
                    "INSERT INTO nuts(key, function, code, arguments_hash, arguments, digest, size, codec, content, attached,
                        nanos, created, used, parents, weight, seal)
                     VALUES (:key, :function, :code, :hash, :arguments, :digest, :size, :codec, :content, :attached,
                        :nanos, :now, :now, :parents, :weight, :seal)
                     ON CONFLICT(key) DO UPDATE SET
                        code = :code, arguments_hash = :hash, arguments = :arguments, digest = :digest, size = :size, codec = :codec, content = :content,
                        attached = :attached, nanos = :nanos, created = :now, used = :now, parents = :parents,
                        weight = :weight, debt = 0, seal = :seal",
                )?
                .execute(named_params! {
                    ":key": new.key.as_bytes(),
                    ":function": function,
                    ":code": code,
                    ":hash": new.arguments_hash,
                    ":arguments": arguments,
                    ":digest": digest.as_bytes(),
                    ":size": length as i64,
                    ":codec": new.codec,
                    ":content": inline,
                    ":attached": attached.map(|files| files.0),
                    ":nanos": new.nanos,
                    ":now": now,
                    ":seal": seal.as_bytes(),
                    ":parents": Parents::new(new.parents).to_bytes(),
                    ":weight": (own + files.values().sum::<u64>()) as i64,
                })?;
            index
                .prepare_cached("DELETE FROM attachments WHERE nut = (SELECT id FROM nuts WHERE key = ?1)")?
                .execute([new.key.as_bytes()])?;
            if !new.attachments.is_empty() {
                let mut attach = index.prepare_cached(
                    "INSERT OR IGNORE INTO attachments(nut, digest) SELECT id, ?2 FROM nuts WHERE key = ?1",
                )?;
                for digest in new.attachments.iter().flat_map(Attachment::contents) {
                    attach.execute((new.key.as_bytes(), digest.as_bytes()))?;
                }
            }
            for (file, bytes) in &files {
                limits::measured(index, file, *bytes)?;
            }
            index.prepare_cached("DELETE FROM failures WHERE key = ?1")?.execute([new.key.as_bytes()])?;
            index.prepare_cached("DELETE FROM removed WHERE key = ?1")?.execute([new.key.as_bytes()])?;
            let mut records = if is_news { code_record(new)? } else { Vec::new() };
            records.extend(&nut);
            self.append(index, &records)?;
            let scopes = self.scopes(index, new.function, new.keeping.limit)?;
            let mut gone = self.make_room(index, &scopes, &new.key)?;
            // What some of them wait for is that somebody lets go of them.
            gone.files = evict::unnamed(index)? > waiting;
            Ok(gone)
        };
        let mut gone = match self.write_with("store a nut", enter) {
            // A wrong count can be one that no entry fits to.
            Err(StashError::Damaged { .. }) if self.write_with("count", |index| self.compare_sums(index))? => {
                self.write_with("store a nut", enter)?
            }
            stored => stored?,
        };
        if self.is_index_astray() {
            // Whoever took the index took what was just written.
            gone = self.write_with("store a nut", enter)?;
        }
        drop(held);
        self.go_on_making_room(gone, new.function, new.keeping.limit, &new.key);
        Ok(digest)
    }

    /// Notes which nuts deep keys led to, as far as they are still there.
    pub(crate) fn add_routes(&self, routes: &[(Digest, Digest)]) -> Result<(), StashError> {
        if routes.is_empty() {
            return Ok(());
        }
        self.write("add routes", |index| {
            let mut insert = index.prepare_cached(
                "INSERT INTO routes(deep, key, seal) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM nuts WHERE key = ?2)
                 ON CONFLICT(deep) DO UPDATE SET key = ?2, seal = ?3 WHERE key <> ?2 OR seal IS NOT ?3",
            )?;
            for (deep, key) in routes {
                insert.execute((deep.as_bytes(), key.as_bytes(), seal::of_route(deep, key).as_bytes()))?;
            }
            Ok(())
        })
    }

    /// Notes that a key's function failed.
    pub(crate) fn note_failure(&self, key: &Digest, message: &str) -> Result<(), StashError> {
        self.write("note a failure", |index| {
            index
                .prepare_cached("INSERT OR REPLACE INTO failures(key, at, message) VALUES (?1, ?2, ?3)")?
                .execute((key.as_bytes(), clock::now(), message))
                .map(drop)
        })
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

fn id(index: &rusqlite::Connection, insert: &str, select: &str, name: &str) -> rusqlite::Result<i64> {
    let found =
        |index: &rusqlite::Connection| index.prepare_cached(select)?.query_row([name], |row| row.get(0)).optional();
    if let Some(id) = found(index)? {
        return Ok(id);
    }
    index.prepare_cached(insert)?.execute([name])?;
    Ok(index.last_insert_rowid())
}

/// Notes how much of a function's results is kept, for whoever cleans up.
fn set_limits(index: &rusqlite::Connection, function: i64, keeping: Keeping) -> rusqlite::Result<()> {
    let number = |number: Option<u64>| number.map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let Keeping { limit, ttl_seconds } = keeping;
    index
        .prepare_cached(
            "UPDATE functions SET ttl = ?2, max_size = ?3, max_count = ?4, policy = ?5 WHERE id = ?1
             AND NOT (ttl IS ?2 AND max_size IS ?3 AND max_count IS ?4 AND policy IS ?5)",
        )?
        .execute((
            function,
            number(ttl_seconds),
            number(limit.max_size),
            number(limit.max_count),
            limit.policy.map(Policy::word),
        ))
        .map(drop)
}

/// Takes out what is there under a key for another function: only who writes keys by hand gets there.
pub(super) fn make_way(index: &rusqlite::Connection, key: &Digest, function: i64) -> rusqlite::Result<()> {
    let delete = "DELETE FROM nuts WHERE key = ?1 AND function <> ?2";
    index.prepare_cached(delete)?.execute((key.as_bytes(), function)).map(drop)
}

fn code_record(new: &NewNut<'_>) -> Result<Vec<u8>, StashError> {
    let code =
        CodeRecord { identity: new.identity, fingerprint: new.fingerprint, version: new.version.map(Into::into) };
    bytes_of(&Record::Code(code), &parts_to_bytes(new.parts))
}

/// The code's row, and whether it was not there as it is now.
fn code(index: &rusqlite::Connection, new: &NewNut<'_>) -> rusqlite::Result<(i64, bool)> {
    let known = index
        .prepare_cached("SELECT id, fingerprint = ?2 FROM codes WHERE identity = ?1")?
        .query_row((new.identity.as_bytes(), new.fingerprint.as_bytes()), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
        })
        .optional()?;
    match known {
        Some((id, true)) => Ok((id, false)),
        // The code is ignored, and has changed: what is remembered is the latest.
        Some((id, false)) => {
            index.prepare_cached("UPDATE codes SET fingerprint = ?2, parts = ?3 WHERE id = ?1")?.execute((
                id,
                new.fingerprint.as_bytes(),
                parts_to_bytes(new.parts),
            ))?;
            Ok((id, true))
        }
        None => {
            index
                .prepare_cached("INSERT INTO codes(identity, fingerprint, version, parts) VALUES (?1, ?2, ?3, ?4)")?
                .execute((
                    new.identity.as_bytes(),
                    new.fingerprint.as_bytes(),
                    new.version,
                    parts_to_bytes(new.parts),
                ))?;
            Ok((index.last_insert_rowid(), true))
        }
    }
}
