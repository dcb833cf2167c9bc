//! The file of all records, in the order in which they came: `records`.
//!
//! Whoever writes to it holds the index's write lock, so records never mix. A writer that is killed leaves a piece of one,
//! which is passed over: the next one has the magic bytes before it. Nothing else reads the file while there is an index.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use rusqlite::Connection;
use tempfile::NamedTempFile;

use super::fault::Fault;
use super::mark::RECORDS;
use super::nut::digest;
use super::record::Record;
use super::records::{Records, Standing};
use super::rows::{each_code, each_readable_nut};
use super::{Durability, Stash, StashError, access, io_error, limits};
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
        let mut journal = lock(&self.journal.0);
        journal.done = None;
        if !self.is_on_one_machine() {
            // How long the file is, the system may ask for no more while it is open.
            journal.open = None;
        }
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
        // Another machine may write the next one as soon as the index has what belongs to this one.
        if self.durability() == Durability::Power || !self.is_on_one_machine() { file.sync_data() } else { Ok(()) }
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
        let standing = Standing::of_records(first).map_err(error)?;
        if standing.unknown > 0 {
            // What a newer scrat wrote is not ours to judge.
            return Ok(());
        }
        let written = self.written(|put| {
            while let Some((record, behind)) = records.next().map_err(error)? {
                let counts = match &record {
                    // Where a clock stood still there may be two, of which the later one counts.
                    Record::Nut(nut) => standing.results.get(&nut.key) == Some(&nut.created),
                    Record::Code(_) => true,
                    Record::Removed { .. } | Record::Pinned { .. } => false,
                };
                if counts {
                    put(&record, &behind)?;
                }
            }
            put_pins(put, standing.pinned.iter().copied().collect())
        });
        let mut file = written.map_err(|fault| self.told(ACTION, fault))?;
        let follow = |at: &mut u64, to: u64, file: &mut File| {
            let mut rest = access::open_plain(&path, File::options().read(true))?;
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
        let slack = self.slack();
        if length <= slack.unwrap_or(SMALL).min(SMALL) {
            return Ok(());
        }
        let living = self.read("add up what counts", living)?;
        if length > living.saturating_add(slack.unwrap_or(living)) { self.compact() } else { Ok(()) }
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
