//! Making the index again from the records.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, named_params};

use super::fault::Fault;
use super::index::make_empty;
use super::journal::bytes_of;
use super::mark::{BESIDE, INDEX, REPLACED};
use super::nut::digest;
use super::record::{CodeRecord, NutRecord, Record};
use super::records::{Records, Standing};
use super::rows::{each_code, each_readable_nut};
use super::seal::Entry;
use super::storing::make_way;
use super::{Argument, Durability, Stash, StashError, access, io_error, schema, seal};
use crate::digest::Digest;
use crate::sync::lock;

/// What an index was rebuilt from.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// use scrat::Stash;
///
/// drop(Stash::create(&root)?);
/// std::fs::remove_file(root.join("index.db"))?;
/// let rebuilt = Stash::rebuild(&root)?;
/// assert_eq!((rebuilt.nuts, rebuilt.without_bytes, rebuilt.damaged_bytes), (0, 0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rebuilt {
    /// Results that are in the new index.
    pub nuts: usize,
    /// Results that are not in the new index, because their bytes are gone.
    pub without_bytes: usize,
    /// Bytes of the records that could not be read.
    pub damaged_bytes: u64,
    /// Records that a newer scrat wrote and this one cannot read.
    pub unknown_records: usize,
}

impl Stash {
    /// Makes the index of the stash at `root` again, from its records and from as much of the old index as can be read.
    /// One that is damaged is kept beside the new one. Others may use the stash meanwhile.
    ///
    /// # Errors
    /// If there is no stash, if a newer scrat made it, or if it cannot be read or written. In that case nothing has been
    /// changed.
    pub fn rebuild(root: &Path) -> Result<Rebuilt, StashError> {
        access::refuse_private(root)?;
        Self::check_place(root)?;
        if !Self::is_at(root) {
            return Err(StashError::Missing { path: root.to_owned() });
        }
        let root = root.canonicalize().map_err(|source| io_error("open", root, source))?;
        let stash = Self::unopened(&root, super::is_writable(&root)?);
        stash.refuse_newer()?;
        let report = match stash.make_index_anew() {
            Err(StashError::Damaged { .. }) => stash.replace_index()?,
            made => made?,
        };
        if report.damaged_bytes > 0 {
            stash.compact()?;
        }
        drop(stash.give_space_back());
        Ok(report)
    }

    /// Refuses an index that a newer scrat made. A wrong number in one of today is damage.
    fn refuse_newer(&self) -> Result<(), StashError> {
        /// No format will have a number like this for long.
        const NEXT: i64 = schema::CURRENT + 1_000;
        let seen = self.read("open", |index| Ok((schema::version(index)?, schema::is_todays(index)?)));
        match seen {
            Ok((found, is_todays)) if found > schema::CURRENT && (found < NEXT || !is_todays) => {
                Err(StashError::TooNew { path: self.root.clone(), found, known: schema::CURRENT })
            }
            // What can't be read is damaged or lost.
            _ => Ok(()),
        }
    }

    /// Makes the index anew in the file that it has, if that is sound. To everybody else this is a transaction.
    fn make_index_anew(&self) -> Result<Rebuilt, StashError> {
        const ACTION: &str = "make the index anew";
        self.make_index()?;
        let told: String = self.read(ACTION, |index| index.query_row("PRAGMA quick_check(1)", (), |row| row.get(0)))?;
        if told != "ok" {
            return Err(StashError::Damaged { path: self.root.clone(), source: told.into() });
        }
        let keep_order = |keep: bool| match &*lock(&self.index.writer) {
            Some(writer) => {
                writer.pragma_update(None, "foreign_keys", keep).map_err(|source| self.error(ACTION, source))
            }
            None => Ok(()),
        };
        // Tables go in any order.
        keep_order(false)?;
        let made = self.write_with(ACTION, |index| {
            // What only the index has must not be lost with it.
            self.complete(index)?;
            let numbers = Numbers::of(index)?;
            schema::make_anew(index, &self.content, |index| self.import(index, numbers))?;
            leave_out_damaged_routes(index)?;
            self.survey(index)
        });
        keep_order(true)?;
        made
    }

    /// Puts another index in the place of one that can't be written to.
    fn replace_index(&self) -> Result<Rebuilt, StashError> {
        let _content = self.content_lock_alone()?;
        let mut replaced = None;
        // If it can be locked, nobody stores meanwhile what the new one misses.
        let completed = self.write_with("complete the records", |index| {
            // Of what can't be read, the records have to do.
            drop(self.complete(index));
            replaced = Some(self.put_another_index());
            Ok(())
        });
        self.leave_index();
        match (replaced, completed) {
            (Some(report), _) => report,
            (None, Ok(()) | Err(StashError::Damaged { .. })) => {
                self.put_another_index()?;
                // Whoever had the other one open may have stored something in between.
                self.make_index_anew()
            }
            (None, Err(other)) => Err(other),
        }
    }

    /// Makes another index apart, and puts it in its place once it is whole.
    fn put_another_index(&self) -> Result<Rebuilt, StashError> {
        const ACTION: &str = "make another index";
        let folder = self.content.scratch_folder().map_err(|source| io_error("make", &self.root, source))?;
        let path = folder.path().join(INDEX);
        make_empty(&path, self.shared).map_err(|source| io_error("make", &path, source))?;
        let mut index = self.connect(path.clone(), OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::ZERO)?;
        let mut fill = || -> Result<Rebuilt, Fault> {
            schema::mark(&index)?;
            self.choose_log(&index)?;
            schema::migrate(&mut index, &self.content, |index, _| self.import(index, Numbers::default()))?;
            self.survey(&index)
        };
        let report = fill().map_err(|fault| self.told(ACTION, fault))?;
        index.close().map_err(|(_, source)| self.error(ACTION, source))?;
        let _alone = self.index_lock_alone(self.patience.limit())?;
        for beside in BESIDE {
            let from = self.root.join(format!("{INDEX}{beside}"));
            let to = self.root.join(format!("{INDEX}{REPLACED}{beside}"));
            let moved = match std::fs::rename(&from, &to) {
                // Nothing of one that was replaced before must be taken for its own.
                Err(none) if none.kind() == io::ErrorKind::NotFound => match std::fs::remove_file(&to) {
                    Err(none) if none.kind() == io::ErrorKind::NotFound => Ok(()),
                    removed => removed,
                },
                moved => moved,
            };
            moved.map_err(|source| io_error("move", &from, source))?;
        }
        std::fs::rename(&path, self.index_path()).map_err(|source| io_error("move", &path, source))?;
        if self.durability() == Durability::Power {
            access::sync_folder(&self.root).map_err(|source| io_error("sync", &self.root, source))?;
        }
        Ok(report)
    }

    /// Adds what is in the index and not in the records to these. Nothing that only they have is touched. What can be read
    /// of a damaged index is added as well, before the error is told.
    pub(super) fn complete(&self, index: &Connection) -> Result<(), Fault> {
        let standing = Standing::of(&self.records())?;
        let mut missing = Vec::new();
        let read = each_readable_nut(index, |nut, content| {
            let known = standing.results.get(&nut.key).or_else(|| {
                // The index is older than its deletion, or somebody was killed between the two.
                standing.deleted.get(&nut.key).filter(|created| **created == nut.created)
            });
            if known.is_none_or(|created| *created < nut.created) {
                missing.extend(bytes_of(&Record::Nut(nut), content)?);
            }
            Ok(())
        });
        if !missing.is_empty() {
            // Of a code that can't be read, the fingerprint is known all the same.
            drop(each_code(index, |code, parts| {
                missing.extend(bytes_of(&Record::Code(code), parts)?);
                Ok(())
            }));
        }
        if read.is_ok() {
            missing.extend(self.removed_since(index, &standing)?);
            for pinned in [true, false] {
                let mut keys = index.prepare("SELECT key FROM nuts WHERE pinned = ?1")?;
                let keys = keys.query_map([pinned], |row| digest(row, 0))?.filter_map(Result::ok);
                let keys: Vec<_> = keys.filter(|key| standing.pinned.contains(key) != pinned).collect();
                if !keys.is_empty() {
                    missing.extend(bytes_of(&Record::Pinned { keys, pinned }, b"")?);
                }
            }
        }
        if !missing.is_empty() {
            self.append(index, &missing)?;
        }
        read
    }

    /// A record of what the index knows to be deleted and the records, which are older then, still have.
    fn removed_since(&self, index: &Connection, standing: &Standing) -> Result<Vec<u8>, Fault> {
        let (mut keys, mut last) = (Vec::new(), i64::MIN);
        let mut removed = index.prepare(
            "SELECT key, at FROM removed WHERE NOT EXISTS (SELECT 1 FROM nuts WHERE nuts.key = removed.key)",
        )?;
        let mut rows = removed.query(())?;
        while let Some(row) = rows.next()? {
            let (key, at): (Digest, i64) = (digest(row, 0)?, row.get(1)?);
            // One that the records have is before what they have of the key, whatever clocks said.
            let is_known = standing.deletions.get(&key).is_some_and(|known| *known >= at);
            if !is_known && standing.results.get(&key).is_some_and(|created| *created <= at) {
                keys.push(key);
                last = last.max(at);
            }
        }
        if keys.is_empty() { Ok(Vec::new()) } else { Ok(bytes_of(&Record::Removed { keys, at: last }, b"")?) }
    }

    /// Fills a new index with what the records say.
    pub(super) fn import(&self, index: &Connection, mut numbers: Numbers) -> Result<(), Fault> {
        let path = self.records();
        let error = |source| Fault::from(io_error("read", &path, source));
        let Some(mut records) = Records::open(&path).map_err(error)? else { return Ok(()) };
        while let Some((record, behind)) = records.next().map_err(error)? {
            match record {
                Record::Nut(nut) => put_nut(index, &nut, &behind, numbers.of_nut(&nut.key))?,
                Record::Code(code) => put_code(index, &code, &behind)?,
                Record::Pinned { keys, pinned } => {
                    for key in keys {
                        index
                            .prepare_cached("UPDATE nuts SET pinned = ?2 WHERE key = ?1")?
                            .execute((key.as_bytes(), pinned))?;
                    }
                }
                Record::Removed { keys, at } => {
                    for key in keys {
                        // What comes later in the file is later, whatever clocks said.
                        let gone =
                            index.prepare_cached("DELETE FROM nuts WHERE key = ?1")?.execute([key.as_bytes()])?;
                        if gone > 0 {
                            index
                                .prepare_cached("INSERT OR REPLACE INTO removed(key, at) VALUES (?1, ?2)")?
                                .execute((key.as_bytes(), at))?;
                        }
                    }
                }
            }
        }
        self.leave_out_what_has_no_bytes(index)
    }

    /// An error that says nothing about the bytes is none of theirs: nothing is left out then.
    fn leave_out_what_has_no_bytes(&self, index: &Connection) -> Result<(), Fault> {
        let mut gone: Vec<i64> = Vec::new();
        let mut files = index.prepare("SELECT id, digest, size FROM nuts WHERE content IS NULL")?;
        let mut rows = files.query(())?;
        while let Some(row) = rows.next()? {
            let size: i64 = row.get(2)?;
            if !self.content.lengths(&digest(row, 1)?)?.contains(&size.unsigned_abs()) {
                gone.push(row.get(0)?);
            }
        }
        let mut attachments = index.prepare("SELECT nut, digest FROM attachments")?;
        let mut rows = attachments.query(())?;
        while let Some(row) = rows.next()? {
            if self.content.lengths(&digest(row, 1)?)?.is_empty() {
                gone.push(row.get(0)?);
            }
        }
        for id in gone {
            index.prepare_cached("DELETE FROM nuts WHERE id = ?1")?.execute([id])?;
        }
        Ok(())
    }

    /// What an index was made of.
    fn survey(&self, index: &Connection) -> Result<Rebuilt, Fault> {
        let mut standing = Standing::of(&self.records())?;
        let nuts = standing.take_out(index)?;
        let without_bytes = standing.results.len() - self.count_those_with_bytes(&standing.results)?;
        let Standing { damaged, unknown, .. } = standing;
        Ok(Rebuilt { nuts, without_bytes, damaged_bytes: damaged, unknown_records: unknown })
    }
}

/// The numbers that results have in an index, for one that is made in its place: others have them in hand.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<Digest, i64>,
    last: Option<i64>,
}

impl Numbers {
    fn of(index: &Connection) -> rusqlite::Result<Self> {
        let mut nuts = index.prepare("SELECT key, id FROM nuts")?;
        let known: HashMap<_, _> =
            nuts.query_map((), |row| Ok((digest(row, 0)?, row.get(1)?)))?.filter_map(Result::ok).collect();
        let last = index.query_row("SELECT coalesce(max(id), 0) FROM nuts", (), |row| row.get(0))?;
        Ok(Self { known, last: Some(last) })
    }

    /// The number of a result. None leaves it to the index.
    fn of_nut(&mut self, key: &Digest) -> Option<i64> {
        let last = self.last.as_mut()?;
        let number = *self.known.entry(*key).or_insert_with(|| {
            *last = last.saturating_add(1);
            *last
        });
        Some(number)
    }
}

fn leave_out_damaged_routes(index: &Connection) -> rusqlite::Result<()> {
    for deep in seal::damaged_routes(index)? {
        index.prepare_cached("DELETE FROM routes WHERE deep = ?1")?.execute([deep])?;
    }
    Ok(())
}

pub(super) fn put_code(index: &Connection, code: &CodeRecord<'_>, parts: &[u8]) -> rusqlite::Result<()> {
    index
        .prepare_cached(
            "INSERT INTO codes(identity, fingerprint, version, parts) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT(identity) DO UPDATE SET fingerprint = ?2, parts = ?4",
        )?
        .execute((code.identity.as_bytes(), code.fingerprint.as_bytes(), code.version.as_deref(), parts))
        .map(drop)
}

pub(super) fn put_nut(
    index: &Connection,
    nut: &NutRecord<'_>,
    content: &[u8],
    number: Option<i64>,
) -> Result<(), Fault> {
    index
        .prepare_cached("INSERT INTO functions(name) VALUES (?1) ON CONFLICT(name) DO NOTHING")?
        .execute([&nut.function])?;
    // Its record may be in a damaged piece: what is missing then is what it is compared with.
    index
        .prepare_cached(
            "INSERT INTO codes(identity, fingerprint, version, parts) VALUES (?1, ?2, ?3, x'')
             ON CONFLICT(identity) DO NOTHING",
        )?
        .execute((nut.identity.as_bytes(), nut.fingerprint.as_bytes(), nut.version.as_deref()))?;
    let function = index
        .prepare_cached("SELECT id FROM functions WHERE name = ?1")?
        .query_row([&nut.function], |row| row.get(0))?;
    make_way(index, &nut.key, function)?;
    let arguments = Argument::to_bytes(&nut.arguments)?;
    let entry = Entry::of_record(nut, &arguments);
    let (attached, seal) = (entry.attached, entry.seal());
    index
        .prepare_cached(
            "INSERT INTO nuts(id, key, function, code, arguments_hash, arguments, digest, size, codec, content, attached,
                nanos, created, used, seal)
             SELECT :id, :key, f.id, c.id, :hash, :arguments, :digest, :size, :codec, :content, :attached, :nanos,
                :created, :created, :seal
             FROM functions f, codes c WHERE f.name = :function AND c.identity = :identity
             ON CONFLICT(key) DO UPDATE SET
                code = excluded.code, arguments_hash = :hash, arguments = :arguments, digest = :digest, size = :size, codec = :codec, content = :content,
                attached = :attached, nanos = :nanos, created = :created, used = :created, seal = :seal",
        )?
        .execute(named_params! {
            ":id": number,
            ":key": nut.key.as_bytes(),
            ":function": nut.function,
            ":identity": nut.identity.as_bytes(),
            ":hash": nut.arguments_hash,
            ":arguments": arguments,
            ":digest": nut.digest.as_bytes(),
            ":size": nut.size as i64,
            ":codec": nut.codec,
            ":content": nut.is_inline.then_some(content),
            ":attached": attached.map(|files| files.0),
            ":nanos": nut.nanos,
            ":created": nut.created,
            ":seal": seal.as_bytes(),
        })?;
    index
        .prepare_cached("DELETE FROM attachments WHERE nut = (SELECT id FROM nuts WHERE key = ?1)")?
        .execute([nut.key.as_bytes()])?;
    for digest in &nut.attachments {
        index
            .prepare_cached("INSERT OR IGNORE INTO attachments(nut, digest) SELECT id, ?2 FROM nuts WHERE key = ?1")?
            .execute((nut.key.as_bytes(), digest.as_bytes()))?;
    }
    index.prepare_cached("DELETE FROM removed WHERE key = ?1")?.execute([nut.key.as_bytes()])?;
    Ok(())
}

#[cfg(test)]
mod tests;
