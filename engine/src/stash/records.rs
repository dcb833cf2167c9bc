//! Reading records: one after the other, and what all of them together come to.

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::Connection;

use super::fault::Fault;
use super::nut::digest;
use super::record::{HEADER, Header, MAGIC, Record, VERSION};
use super::{StashError, access, io_error};
use crate::digest::Digest;

/// How many nuts are looked at while the index is read at once.
const AT_ONCE: i64 = 10_000;

/// What all records together come to.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The keys of results that were not deleted, with when each was stored last.
    pub(super) results: HashMap<Digest, i64>,
    /// Those that were deleted, with when they had been stored.
    pub(super) deleted: HashMap<Digest, i64>,
    /// When the results of a key were deleted last, whether it was stored again or not.
    pub(super) deletions: HashMap<Digest, i64>,
    /// Keys of results that are pinned.
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

    /// Takes out of the results what an index has as well. Returns how many that has.
    pub(super) fn take_out(&mut self, index: &Connection) -> Result<usize, Fault> {
        let mut nuts = index.prepare("SELECT id, key, created FROM nuts WHERE id > ?1 ORDER BY id LIMIT ?2")?;
        let (mut count, mut last) = (0, i64::MIN);
        loop {
            // Others may write meanwhile, and the log grows as long as somebody reads.
            let (mut rows, from) = (nuts.query((last, AT_ONCE))?, last);
            while let Some(row) = rows.next()? {
                last = row.get(0)?;
                let (key, created) = (digest(row, 1)?, row.get(2)?);
                if self.results.get(&key) == Some(&created) {
                    self.results.remove(&key);
                }
                count += 1;
            }
            // In a damaged index they may come in another order.
            if last <= from {
                return Ok(count);
            }
        }
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

    pub(super) fn of_records(mut records: Records) -> io::Result<Self> {
        let mut standing = Self::default();
        while let Some((record, _)) = records.next()? {
            match record {
                Record::Nut(nut) => {
                    standing.results.insert(nut.key, nut.created);
                    standing.deleted.remove(&nut.key);
                }
                // What comes later in the file is later, whatever clocks said.
                Record::Removed { keys, at } => keys.iter().for_each(|key| {
                    standing.deletions.insert(*key, at);
                    standing.deleted.extend(standing.results.remove(key).map(|created| (*key, created)));
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
    pub(super) fn open_until(path: &Path, until: u64) -> io::Result<Option<Self>> {
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
