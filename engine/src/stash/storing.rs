//! Storing a nut: its bytes are in place before the index names them, and it is in the records with the same transaction.

use rusqlite::{OptionalExtension, named_params};
use scrat_fingerprint::{Part, parts_to_bytes};

use super::argument::Argument;
use super::content::INLINE_LIMIT;
use super::evict;
use super::journal::bytes_of;
use super::parents::Parents;
use super::placed::Placed;
use super::record::{CodeRecord, NutRecord, Record};
use super::{Stash, StashError, file_size, limits, seal};
use crate::clock;
use crate::digest::Digest;
use crate::limit::{Limit, Policy};
use crate::value::{Attachment, Kept, Written};

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

impl Stash {
    /// Stores a result. Its bytes are in place before the index names them.
    pub(crate) fn store(&self, new: &NewNut<'_>, written: Written) -> Result<Digest, StashError> {
        // It may have been set since the stash was opened.
        file_size::heed_limit();
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
