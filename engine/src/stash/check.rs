//! Checks that everything in the stash is as it was when it was stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::Connection;

use super::nut::digest;
use super::record::Record;
use super::records::{Records, Standing};
use super::removal::is_named;
use super::{Sample, Stash, StashError, io_error, scratch, seal, sums};
use crate::digest::Digest;

/// The outcome of a check.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// use scrat::{Filter, Stash};
///
/// let stash = Stash::create(&root)?;
/// let checked = stash.check()?;
/// assert!(checked.is_sound());
/// println!("{} results, {} bytes", checked.nuts, checked.bytes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// How many results were checked.
    pub nuts: usize,
    /// How many bytes were read and compared.
    pub bytes: u64,
    /// What is wrong, one entry for each result and file.
    pub flaws: Vec<Flaw>,
    /// Files that no result refers to, left behind by interrupted work.
    pub unused_files: usize,
    /// The bytes of those files.
    pub unused_bytes: u64,
    /// Bytes in the file of records that belong to no readable record.
    pub damaged_record_bytes: u64,
    /// Results that are only in the index, and would be lost with it.
    pub without_record: usize,
    /// Results whose record and bytes are there, and that the index lacks.
    pub only_in_records: usize,
    /// What is wrong with the index as a whole: what SQLite finds, in its own words, and what is counted wrongly.
    pub index_faults: Vec<String>,
    /// Routes from a step to its result that are not what was noted. They are not followed.
    pub damaged_routes: usize,
}

/// A result that can't be read as it was stored.
///
/// # Examples
///
/// ```
/// use scrat::{Flaw, FlawKind, Stash};
///
/// /// The functions whose results are gone.
/// fn gone(flaws: &[Flaw]) -> Vec<&str> {
///     flaws.iter().filter(|flaw| flaw.kind == FlawKind::Missing).map(|flaw| flaw.function.as_str()).collect()
/// }
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// assert!(gone(&Stash::create(&root)?.check()?.flaws).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flaw {
    /// The key of the result.
    pub key: Digest,
    /// The function that made it.
    pub function: String,
    /// What is wrong.
    pub kind: FlawKind,
    /// The digest that its bytes, or those of a file that it names, should have.
    pub digest: Digest,
    /// Whether the bytes are in the index, and not in a file.
    pub is_in_index: bool,
}

/// What is wrong with bytes.
///
/// # Examples
///
/// ```
/// use scrat::FlawKind;
///
/// let words = |kind: FlawKind| match kind {
///     FlawKind::Damaged => "the bytes are others",
///     FlawKind::Missing => "the bytes are gone",
///     _ => "something is wrong",
/// };
/// assert_eq!(words(FlawKind::Missing), "the bytes are gone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlawKind {
    /// The bytes have changed.
    Damaged,
    /// The bytes are gone.
    Missing,
    /// The entry in the index is not what was stored, so it is not believed.
    Entry,
}

/// Where the bytes of a result are.
struct Entry {
    key: Digest,
    function: String,
    digest: Digest,
    created: i64,
    /// Whether it is what was stored.
    is_sealed: bool,
    /// Nothing if they are in a file.
    inline: Option<bool>,
    /// Bytes in the index.
    size: u64,
    attachments: Vec<Digest>,
}

impl Checked {
    /// Whether nothing is wrong. Files that no result refers to are not wrong.
    pub fn is_sound(&self) -> bool {
        self.flaws.is_empty()
            && self.damaged_record_bytes == 0
            && self.without_record == 0
            && self.index_faults.is_empty()
            && self.damaged_routes == 0
    }
}

impl Stash {
    /// Reads everything in the stash, and compares it with its digests. Nothing is changed.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn check(&self) -> Result<Checked, StashError> {
        self.check_sample(&Sample::all())
    }

    /// The same of some results: the bytes of the others are not read. The index and the records are looked at as a
    /// whole.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn check_sample(&self, sample: &Sample) -> Result<Checked, StashError> {
        let entries = self.read("check nuts", entries)?;
        let mut checked = Checked {
            index_faults: self.read_at_once("check the index", index_faults)?,
            damaged_routes: self.read("check routes", seal::damaged_routes)?.len(),
            ..Checked::default()
        };
        let mut files: BTreeMap<Digest, Option<FlawKind>> = BTreeMap::new();
        let mut unsure = BTreeSet::new();
        for entry in &entries {
            let own = entry.inline.is_none().then_some(entry.digest);
            let named = own.into_iter().chain(entry.attachments.iter().copied());
            if !entry.is_sealed {
                checked.flaws.push(flaw(entry, FlawKind::Entry, entry.digest));
                // Whatever it names may be needed by what it was.
                unsure.extend(named);
                checked.nuts += 1;
                continue;
            }
            if !sample.draws(&entry.key) {
                unsure.extend(named);
                continue;
            }
            checked.nuts += 1;
            checked.bytes += entry.size;
            for file in named {
                let kind = match files.get(&file) {
                    Some(known) => *known,
                    None => {
                        let kind = self.check_file(&file, &mut checked.bytes)?;
                        files.insert(file, kind);
                        kind
                    }
                };
                checked.flaws.extend(kind.map(|kind| flaw(entry, kind, file)));
            }
            if entry.inline == Some(false) {
                checked.flaws.push(flaw(entry, FlawKind::Damaged, entry.digest));
            }
        }
        unsure.extend(files.into_keys());
        self.look_for_unused(&unsure, &mut checked)?;
        self.check_records(&entries, &mut checked)?;
        Ok(checked)
    }

    fn check_file(&self, digest: &Digest, bytes: &mut u64) -> Result<Option<FlawKind>, StashError> {
        let Some((length, is_same)) = self.content.examine(digest)? else {
            // Whoever deletes takes the entry out before the file.
            let is_missed = self.read("look for a file", |index| is_named(index, digest))?;
            return Ok(is_missed.then_some(FlawKind::Missing));
        };
        *bytes += length;
        Ok((!is_same).then_some(FlawKind::Damaged))
    }

    fn look_for_unused(&self, named: &BTreeSet<Digest>, checked: &mut Checked) -> Result<(), StashError> {
        let mut unused = Vec::new();
        // Results that the index lacks can be had again.
        let records = self.records();
        let recorded = Standing::of(&records)?.files(&records)?;
        let is_named = |digest: &Digest| named.contains(digest) || recorded.contains(digest);
        self.content.each(|digest, length| unused.extend((!is_named(&digest)).then_some((digest, length))))?;
        for (digest, length) in unused {
            // It may have been stored since the index was read.
            if self.is_unnamed(&digest)? {
                checked.unused_files += 1;
                checked.unused_bytes += length;
            }
        }
        let abandoned = scratch::count(&self.root).map_err(|source| io_error("read", &self.root, source))?;
        checked.unused_files += abandoned.files;
        checked.unused_bytes += abandoned.bytes;
        Ok(())
    }

    /// Compares the index with the records. While others store and delete, one of the two is always read too early: so
    /// only that counts which is there when both are read again.
    fn check_records(&self, entries: &[Entry], checked: &mut Checked) -> Result<(), StashError> {
        let mut found = self.compare_with_records(entries)?;
        if found != Astray::default() {
            // A record is there before its entry can be seen: whoever is between the two is waited for, if that can be.
            drop(self.write("wait for others", |_| Ok(())));
            let entries = self.read("check nuts", self::entries)?;
            let again = self.compare_with_records(&entries)?;
            found.damaged = found.damaged.min(again.damaged);
            found.without_record.retain(|key| again.without_record.contains(key));
            found.only_in_records.retain(|key, created| again.only_in_records.get(key) == Some(created));
        }
        checked.damaged_record_bytes = found.damaged;
        checked.without_record = found.without_record.len();
        checked.only_in_records = self.count_those_with_bytes(&found.only_in_records)?;
        Ok(())
    }

    fn compare_with_records(&self, entries: &[Entry]) -> Result<Astray, StashError> {
        let Standing { damaged, results: mut known, deleted, .. } = Standing::of(&self.records())?;
        // Whoever deletes may be killed after noting it. Nobody would miss what they were asked to delete.
        let is_known = |entry: &&Entry| {
            let created = known.get(&entry.key).or_else(|| deleted.get(&entry.key));
            created.is_some_and(|created| *created >= entry.created)
        };
        let without_record = entries.iter().filter(|entry| !is_known(entry)).map(|entry| entry.key).collect();
        for entry in entries {
            known.remove(&entry.key);
        }
        Ok(Astray { damaged, without_record, only_in_records: known })
    }

    /// How many of the results in the records that were stored at these times have their bytes.
    pub(super) fn count_those_with_bytes(&self, results: &HashMap<Digest, i64>) -> Result<usize, StashError> {
        if results.is_empty() {
            return Ok(0);
        }
        let path = self.records();
        let error = |source| io_error("read", &path, source);
        let Some(mut records) = Records::open(&path).map_err(error)? else { return Ok(0) };
        let mut found = BTreeSet::new();
        while let Some((record, _)) = records.next().map_err(error)? {
            let Record::Nut(nut) = record else { continue };
            if results.get(&nut.key) != Some(&nut.created) {
                continue;
            }
            // What can't be read is not gone.
            let mut has_all = nut.is_inline || self.content.lengths(&nut.digest)?.contains(&nut.size);
            for file in &nut.attachments {
                has_all = has_all && !self.content.lengths(file)?.is_empty();
            }
            if has_all {
                found.insert(nut.key);
            }
        }
        Ok(found.len())
    }
}

/// Where the index and the records differ.
#[derive(Default, PartialEq)]
struct Astray {
    damaged: u64,
    without_record: BTreeSet<Digest>,
    /// With when they were stored.
    only_in_records: HashMap<Digest, i64>,
}

fn flaw(entry: &Entry, kind: FlawKind, digest: Digest) -> Flaw {
    let is_in_index = entry.inline.is_some() && digest == entry.digest;
    Flaw { key: entry.key, function: entry.function.clone(), kind, digest, is_in_index }
}

fn entries(index: &Connection) -> rusqlite::Result<Vec<Entry>> {
    let mut files = index.prepare("SELECT digest FROM attachments WHERE nut = ?1")?;
    let mut statement =
        index.prepare(&format!("SELECT {}, n.id, n.content FROM {} ORDER BY n.id", seal::COLUMNS, seal::ALL_ROWS))?;
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let content = row.get_ref(seal::WIDTH + 1)?.as_blob_or_null().unwrap_or_default();
        let attachments = files.query_map([row.get::<_, i64>(seal::WIDTH)?], |row| digest(row, 0))?;
        let attachments: Vec<_> = attachments.collect::<Result<_, _>>()?;
        let nut = seal::nut(row, None);
        let has_files = row
            .get(9)
            .is_ok_and(|files: Option<[u8; 32]>| files.map(Digest) == seal::of_files(attachments.iter().copied()));
        let or_none = |column| digest(row, column).unwrap_or(Digest([0; 32]));
        found.push(Entry {
            key: or_none(0),
            function: row.get(1).unwrap_or_default(),
            digest: or_none(5),
            created: nut.as_ref().map_or(i64::MIN, |nut| nut.created),
            is_sealed: nut.is_some() && has_files,
            size: content.map_or(0, |content| content.len() as u64),
            inline: content.map(|content| Digest::of(content) == or_none(5)),
            attachments,
        });
    }
    Ok(found)
}

fn index_faults(index: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = sqlites_own(index)?;
    if faults.is_empty() {
        faults.extend(sums::wrong(index)?.into_iter().map(|what| format!("it is counted wrongly {what}")));
    }
    Ok(faults)
}

/// What SQLite itself finds wrong with the index, in its words.
fn sqlites_own(index: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = index.prepare("PRAGMA integrity_check(20)")?;
    let told = statement.query_map((), |row| row.get(0))?;
    let mut faults: Vec<String> =
        told.collect::<Result<Vec<String>, _>>()?.into_iter().filter(|it| it != "ok").collect();
    faults.extend(of_triggers(index)?);
    Ok(faults)
}

/// What is wrong with the text of the schema. SQLite's own check passes over triggers; a changed bit in one makes every
/// store fail. They are compiled with a statement that would set them off, which is not carried out.
fn of_triggers(index: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        index.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
    let tables = statement.query_map((), |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut faults = Vec::new();
    for table in tables {
        let column: String =
            index.query_row("SELECT name FROM pragma_table_info(?1) LIMIT 1", [&table], |row| row.get(0))?;
        for change in [
            format!("DELETE FROM \"{table}\""),
            format!("INSERT INTO \"{table}\" DEFAULT VALUES"),
            format!("UPDATE \"{table}\" SET \"{column}\" = NULL"),
        ] {
            if let Err(error) = index.prepare(&change) {
                faults.push(error.to_string());
            }
        }
    }
    Ok(faults)
}
