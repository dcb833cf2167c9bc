//! The file of all records, in the order in which they came: `records`.
//!
//! Whoever writes to it holds the index's write lock, so records never mix. A writer that is killed leaves a piece of one,
//! which is passed over: the next one has the magic bytes before it. Nothing else reads the file while there is an index.

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::Connection;
use tempfile::NamedTempFile;

use super::fault::Fault;
use super::mark::RECORDS;
use super::nut::digest;
use super::record::{CodeRecord, HEADER, Header, MAGIC, NutRecord, Record, VERSION};
use super::{Durability, Stash, StashError, access, io_error, limits, seal};
use crate::digest::Digest;
use crate::sync::lock;

/// It is written anew, without what counts no more, once it is larger than this and than twice what counts.
const SMALL: u64 = 1 << 20;

/// How often what others append is copied before they have to wait for it.
const ROUNDS: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Journal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The open file, and which one it is.
    open: Option<(File, Option<access::Identity>)>,
    /// What the transaction of this moment has done to it.
    done: Option<Done>,
}

#[derive(Clone, Copy, Debug)]
enum Done {
    /// It was longer afterwards.
    Appended { before: u64, after: u64 },
    /// It was not there before.
    Made { after: u64 },
}

impl Stash {
    pub(super) fn records(&self) -> PathBuf {
        self.root.join(RECORDS)
    }

    /// Adds records, in a transaction that writes the same into the index. If the file is gone, it is made of the index.
    pub(super) fn append(&self, index: &Connection, records: &[u8]) -> Result<(), Fault> {
        let path = self.records();
        let error = |source| io_error("write", &path, source);
        let mut journal = lock(&self.journal.0);
        let at_place = access::identity(&path);
        if at_place.is_none() && !path.exists() {
            journal.open = None;
            self.rewrite(index)?;
            journal.done = Some(Done::Made { after: std::fs::metadata(&path).map_err(error)?.len() });
            return Ok(());
        }
        if journal.open.as_ref().is_none_or(|(_, identity)| *identity != at_place) {
            let file = access::open_plain(&path, OpenOptions::new().append(true));
            let file = file.map_err(|source| io_error("open", &path, source))?;
            journal.open = Some((file, at_place));
        }
        let State { open, done } = &mut *journal;
        if let Some((file, _)) = open {
            let before = file.metadata().map_err(error)?.len();
            if let Err(full) = file.write_all(records).and_then(|()| self.sync_records(file)) {
                // A piece of a record is of no use.
                drop(file.set_len(before));
                return Err(error(full).into());
            }
            let after = before + records.len() as u64;
            match done {
                Some(Done::Appended { after: known, .. } | Done::Made { after: known }) => *known = after,
                None => *done = Some(Done::Appended { before, after }),
            }
        }
        Ok(())
    }

    /// What was added belongs to the index from here on.
    pub(super) fn settle_records(&self) {
        lock(&self.journal.0).done = None;
    }

    /// Takes back what a transaction added that comes to nothing, under the index's lock. What others have added since
    /// stays, with what is before it.
    pub(super) fn take_records_back(&self) {
        let mut journal = lock(&self.journal.0);
        let path = self.records();
        let length = std::fs::metadata(&path).map(|file| file.len()).ok();
        match (journal.done.take(), &journal.open) {
            (Some(Done::Appended { before, after }), Some((file, identity)))
                if length == Some(after) && access::identity(&path) == *identity =>
            {
                drop(file.set_len(before));
            }
            (Some(Done::Made { after }), _) if length == Some(after) => drop(std::fs::remove_file(&path)),
            _ => {}
        }
    }

    /// Whether the transaction has added anything.
    pub(super) fn has_added_records(&self) -> bool {
        lock(&self.journal.0).done.is_some()
    }

    fn sync_records(&self, file: &File) -> io::Result<()> {
        if self.durability() == Durability::Power { file.sync_data() } else { Ok(()) }
    }

    /// Makes the file of what the index has. Of a damaged one, it is made of what can be read, before the error is told.
    pub(super) fn rewrite(&self, index: &Connection) -> Result<(), Fault> {
        let mut unread = None;
        let file = self.written(|put| {
            let mut or_unread = |read: Result<(), Fault>| match read {
                Err(error @ Fault::Index(_)) => {
                    unread.get_or_insert(error);
                    Ok(())
                }
                read => read,
            };
            or_unread(each_code(index, |code, parts| put(&Record::Code(code), parts)))?;
            or_unread(each_readable_nut(index, |nut, content| put(&Record::Nut(nut), content)))?;
            let pinned = || -> rusqlite::Result<Vec<Digest>> {
                let mut pinned = index.prepare("SELECT key FROM nuts WHERE pinned = 1")?;
                pinned.query_map((), |row| digest(row, 0))?.collect()
            };
            match pinned() {
                Ok(keys) => put_pins(put, keys),
                Err(error) => or_unread(Err(error.into())),
            }
        })?;
        self.put_in_place(file)?;
        unread.map_or(Ok(()), Err)
    }

    /// Writes it anew with the records alone that still count, whether the index knows them or not. Others may store
    /// meanwhile: their records follow.
    pub(super) fn compact(&self) -> Result<(), StashError> {
        const ACTION: &str = "write the records anew";
        let path = self.records();
        let error = |source| io_error("read", &path, source);
        // Under the lock of the index nobody is in the middle of a record, or of one that is going to be taken back.
        let settled = || {
            self.write_with("look at the records", |_| {
                let length = std::fs::metadata(&path).map(|file| file.len());
                Ok(length.ok().map(|length| (length, access::identity(&path))))
            })
        };
        let Some((until, identity)) = settled()? else { return Ok(()) };
        let open = || Records::open_until(&path, until).map_err(error);
        let (Some(first), Some(mut records)) = (open()?, open()?) else { return Ok(()) };
        let mut standing = Standing::of_records(first).map_err(error)?;
        if standing.unknown > 0 {
            // What a newer scrat wrote is not ours to judge.
            return Ok(());
        }
        let written = self.written(|put| {
            while let Some((record, behind)) = records.next().map_err(error)? {
                let counts = match &record {
                    Record::Nut(nut) if standing.results.get(&nut.key) == Some(&nut.created) => {
                        standing.results.remove(&nut.key);
                        true
                    }
                    Record::Code(_) => true,
                    Record::Nut(_) | Record::Removed { .. } | Record::Pinned { .. } => false,
                };
                if counts {
                    put(&record, &behind)?;
                }
            }
            put_pins(put, standing.pinned.iter().copied().collect())
        });
        let mut file = written.map_err(|fault| self.told(ACTION, fault))?;
        let follow = |at: &mut u64, to: u64, file: &mut File| {
            let mut rest = File::open(&path)?;
            rest.seek(SeekFrom::Start(*at))?;
            let copied = io::copy(&mut rest.take(to.saturating_sub(*at)), file)?;
            *at += copied;
            file.sync_all()?;
            Ok(copied)
        };
        // Others wait while the last piece is copied, so it should be small, and all before it on the disk.
        let mut at = until;
        for _ in 0..ROUNDS {
            let Some((to, _)) = settled()?.filter(|(_, now)| *now == identity) else { return Ok(()) };
            if follow(&mut at, to, file.as_file_mut()).map_err(error)? < SMALL {
                break;
            }
        }
        self.write_with(ACTION, |_| {
            if access::identity(&path) != identity {
                return Ok(());
            }
            follow(&mut at, u64::MAX, file.as_file_mut()).map_err(error)?;
            Ok(self.put_in_place(file)?)
        })
    }

    /// The same, if it would lose much.
    pub(super) fn compact_if_worth_it(&self) -> Result<(), StashError> {
        let length = std::fs::metadata(self.records()).map_or(0, |file| file.len());
        if length > SMALL && length > 2 * self.read("add up what counts", living)? { self.compact() } else { Ok(()) }
    }

    /// A file with these records, which is not in its place yet.
    pub(super) fn written(&self, fill: impl FnOnce(Put<'_>) -> Result<(), Fault>) -> Result<NamedTempFile, Fault> {
        let path = self.records();
        let error = |source| io_error("write", &path, source);
        let mut file = self.content.scratch(&access::writable()).map_err(error)?;
        let mut out = io::BufWriter::new(file.as_file_mut());
        fill(&mut |record, behind| Ok(out.write_all(&bytes_of(record, behind)?).map_err(error)?))?;
        out.flush().map_err(error)?;
        drop(out);
        Ok(file)
    }

    /// Puts another file in its place, whole.
    pub(super) fn put_in_place(&self, file: NamedTempFile) -> Result<(), StashError> {
        let path = self.records();
        let error = |source| io_error("write", &path, source);
        file.as_file().sync_all().map_err(error)?;
        access::let_group(file.path(), self.shared);
        file.persist(&path).map_err(|failed| error(failed.error))?;
        if self.durability() == Durability::Power {
            access::sync_folder(&self.root).map_err(error)?;
        }
        Ok(())
    }
}

pub(super) type Put<'p> = &'p mut dyn FnMut(&Record<'_>, &[u8]) -> Result<(), Fault>;

fn put_pins(put: Put<'_>, keys: Vec<Digest>) -> Result<(), Fault> {
    if keys.is_empty() { Ok(()) } else { put(&Record::Pinned { keys, pinned: true }, b"") }
}

pub(super) fn bytes_of(record: &Record<'_>, behind: &[u8]) -> Result<Vec<u8>, StashError> {
    record.to_bytes(behind).map_err(|error| StashError::Io {
        action: "write",
        path: RECORDS.into(),
        source: io::Error::other(error.to_string()),
    })
}

/// How large the file would be with what counts alone, about.
fn living(index: &Connection) -> rusqlite::Result<u64> {
    let codes: i64 = index.query_row("SELECT coalesce(sum(length(parts)), 0) FROM codes", (), |row| row.get(0))?;
    Ok(limits::recorded(index)? + codes.unsigned_abs())
}

pub(super) fn each_code(
    index: &Connection,
    mut work: impl FnMut(CodeRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = index.prepare("SELECT identity, fingerprint, version, parts FROM codes ORDER BY id")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let version: Option<String> = row.get(2)?;
        let code =
            CodeRecord { identity: digest(row, 0)?, fingerprint: digest(row, 1)?, version: version.map(Into::into) };
        work(code, row.get_ref(3)?.as_blob().unwrap_or_default())?;
    }
    Ok(())
}

pub(super) fn each_nut(
    index: &Connection,
    work: impl FnMut(NutRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    each_nut_behind(index, &mut i64::MIN.clone(), work)
}

/// Each that has a higher number than this, which is that of the last one afterwards.
pub(super) fn each_nut_behind(
    index: &Connection,
    last: &mut i64,
    mut work: impl FnMut(NutRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut files = index.prepare("SELECT digest FROM attachments WHERE nut = ?1 ORDER BY digest")?;
    let mut statement = index.prepare(&format!(
        "SELECT {}, n.id, c.fingerprint, c.version, n.content FROM {} WHERE n.id > ?1 ORDER BY n.id",
        seal::COLUMNS,
        seal::TABLES
    ))?;
    let mut rows = statement.query([*last])?;
    while let Some(row) = rows.next()? {
        *last = row.get(seal::WIDTH)?;
        // What is not as it was stored is no news.
        let Some(nut) = seal::nut(row, None) else { continue };
        let column = |offset: usize| seal::WIDTH + offset;
        let id: i64 = row.get(column(0))?;
        let attachments = files.query_map([id], |row| digest(row, 0))?.collect::<Result<_, _>>()?;
        let (function, version): (String, Option<String>) = (row.get(1)?, row.get(column(2))?);
        let content = row.get_ref(column(3))?.as_blob_or_null().ok().flatten();
        if content.is_some_and(|content| Digest::of(content) != nut.digest) {
            continue;
        }
        let nut = NutRecord {
            key: nut.key,
            function: function.into(),
            identity: digest(row, 2)?,
            fingerprint: digest(row, column(1))?,
            version: version.map(Into::into),
            arguments_hash: row.get(3)?,
            arguments: seal::arguments(row).into(),
            digest: nut.digest,
            size: nut.size,
            codec: nut.codec.map(Into::into),
            is_inline: content.is_some(),
            attachments,
            nanos: nut.nanos,
            created: nut.created,
        };
        work(nut, content.unwrap_or_default())?;
    }
    Ok(())
}

/// Goes on behind what can't be read, and tells of the first error at the end.
pub(super) fn each_readable_nut(
    index: &Connection,
    mut work: impl FnMut(NutRecord<'static>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    const TRIES: usize = 1_000;
    let (mut last, mut step, mut first_error) = (i64::MIN, 1_i64, None);
    for _ in 0..TRIES {
        let before = last;
        match each_nut_behind(index, &mut last, &mut work) {
            Ok(()) => break,
            Err(error @ Fault::Index(_)) => drop(first_error.get_or_insert(error)),
            Err(other) => return Err(other),
        }
        step = if last > before { 1 } else { step.saturating_mul(2) };
        if step > 1 << 40 {
            break;
        }
        last = last.max(0).saturating_add(step);
    }
    first_error.map_or(Ok(()), Err)
}

/// What all records together come to.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The keys of results that were not deleted, with when each was stored last.
    pub(super) results: HashMap<Digest, i64>,
    /// Those of them that are pinned.
    pub(super) pinned: BTreeSet<Digest>,
    /// See [`Records::damaged`].
    pub(super) damaged: u64,
    /// See [`Records::unknown`].
    pub(super) unknown: usize,
}

impl Standing {
    /// Nothing, if there is no such file.
    pub(super) fn of(path: &Path) -> Result<Self, StashError> {
        let error = |source| io_error("read", path, source);
        let records = Records::open(path).map_err(error)?;
        records.map_or_else(|| Ok(Self::default()), |records| Self::of_records(records).map_err(error))
    }

    /// The files that the results which count are made of.
    pub(super) fn files(&self, path: &Path) -> Result<BTreeSet<Digest>, StashError> {
        let error = |source| io_error("read", path, source);
        let mut files = BTreeSet::new();
        let Some(mut records) = Records::open(path).map_err(error)? else { return Ok(files) };
        while let Some((record, _)) = records.next().map_err(error)? {
            if let Record::Nut(nut) = record
                && self.results.get(&nut.key) == Some(&nut.created)
            {
                files.extend((!nut.is_inline).then_some(nut.digest));
                files.extend(nut.attachments);
            }
        }
        Ok(files)
    }

    fn of_records(mut records: Records) -> io::Result<Self> {
        let mut standing = Self::default();
        while let Some((record, _)) = records.next()? {
            match record {
                Record::Nut(nut) => drop(standing.results.insert(nut.key, nut.created)),
                // What comes later in the file is later, whatever clocks said.
                Record::Removed { keys, .. } => keys.iter().for_each(|key| {
                    standing.results.remove(key);
                    standing.pinned.remove(key);
                }),
                Record::Pinned { keys, pinned: true } => standing.pinned.extend(keys),
                Record::Pinned { keys, pinned: false } => keys.iter().for_each(|key| {
                    standing.pinned.remove(key);
                }),
                Record::Code(_) => {}
            }
        }
        (standing.damaged, standing.unknown) = (records.damaged, records.unknown);
        Ok(standing)
    }
}

/// A record that is whole, before it is understood.
struct Whole {
    version: u32,
    fields: Vec<u8>,
    behind: Vec<u8>,
}

/// Reads records one after the other.
pub(super) struct Records {
    file: BufReader<File>,
    length: u64,
    at: u64,
    /// Bytes that are no record.
    pub(super) damaged: u64,
    /// Records of a newer scrat.
    pub(super) unknown: usize,
}

impl Records {
    /// None if there is no such file.
    pub(super) fn open(path: &Path) -> io::Result<Option<Self>> {
        Self::open_until(path, u64::MAX)
    }

    /// Those in the first bytes of the file alone.
    fn open_until(path: &Path, until: u64) -> io::Result<Option<Self>> {
        let file = match access::open_plain(path, OpenOptions::new().read(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let length = file.metadata()?.len().min(until);
        Self::within(file, 0, length).map(Some)
    }

    /// The records in a part of a file.
    pub(super) fn within(file: File, from: u64, to: u64) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        file.seek(SeekFrom::Start(from))?;
        Ok(Self { file, length: to, at: from, damaged: 0, unknown: 0 })
    }

    /// The next record, with what is behind it.
    pub(super) fn next(&mut self) -> io::Result<Option<(Record<'static>, Vec<u8>)>> {
        while self.at < self.length {
            let Some(Whole { version, fields, behind }) = self.whole()? else {
                self.pass_over()?;
                continue;
            };
            match Record::from_fields(&fields) {
                Ok(record) if version <= VERSION => return Ok(Some((record, behind))),
                _ => self.unknown += 1,
            }
        }
        Ok(None)
    }

    /// What begins here, if it is whole.
    fn whole(&mut self) -> io::Result<Option<Whole>> {
        let left = self.length - self.at;
        let mut header = [0; HEADER];
        if left < HEADER as u64 {
            return Ok(None);
        }
        self.file.read_exact(&mut header)?;
        let Some(header) = Header::read(&header) else { return Ok(None) };
        let whole = HEADER as u64 + header.fields as u64 + header.behind as u64;
        if whole > left {
            return Ok(None);
        }
        let (mut fields, mut behind) = (vec![0; header.fields], vec![0; header.behind]);
        self.file.read_exact(&mut fields)?;
        self.file.read_exact(&mut behind)?;
        if !header.fits(&fields, &behind) {
            return Ok(None);
        }
        self.at += whole;
        Ok(Some(Whole { version: header.version, fields, behind }))
    }

    /// Goes on to where the next one may begin.
    fn pass_over(&mut self) -> io::Result<()> {
        let from = self.at;
        self.at += 1;
        self.file.seek(SeekFrom::Start(self.at))?;
        let mut seen: Vec<u8> = Vec::new();
        loop {
            let mut chunk = [0; 4096];
            let count = self.file.read(&mut chunk)?;
            seen.extend_from_slice(&chunk[..count]);
            if let Some(found) = seen.windows(MAGIC.len()).position(|bytes| bytes == MAGIC) {
                self.at = self.length.min(self.at + found as u64);
                break;
            }
            if count == 0 || self.at >= self.length {
                self.at = self.length;
                break;
            }
            let keep = seen.len().min(MAGIC.len() - 1);
            self.at += (seen.len() - keep) as u64;
            seen.drain(..seen.len() - keep);
        }
        self.damaged += self.at - from;
        self.file.seek(SeekFrom::Start(self.at))?;
        Ok(())
    }
}
