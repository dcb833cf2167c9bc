//! Archives: nuts in one file, which another stash can take in.
//!
//! An archive has no paths in it, so nothing outside the stash can be named by one. All of it is verified before the
//! stash is touched, and again while it is taken in. `docs/format.md` has the form, byte by byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::Connection;

use super::content::Form;
use super::journal::bytes_of;
use super::nut::digest;
use super::rebuild::{put_code, put_nut};
use super::record::{NutRecord, Record};
use super::records::Records;
use super::removal::{Victim, is_there};
use super::rows::{each_code, each_nut};
use super::{Filter, Stash, StashError, io_error, limits};
use crate::digest::{Digest, Fields};
use crate::place::leads_into;

const MAGIC: [u8; 16] = *b"\x93scrat archive\r\n";

const DAMAGED: &str = "it is damaged";

const OTHER_BYTES: &str = "a result in it has other bytes than it says";

/// Magic, three numbers, a digest.
const HEADER: u64 = 16 + 3 * 8 + 32;

/// Before each content: its digest, its form, its length.
const BEFORE_CONTENT: usize = 32 + 1 + 8;

/// How many results are taken in at once, so that others can write in between.
const AT_ONCE: usize = 500;

/// What was written to an archive.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// use scrat::{Filter, Stash};
///
/// let here = Stash::create(&folder.join("here/.scrat"))?;
/// let archive = folder.join("nuts.scrat");
/// assert_eq!(here.export_to(&Filter::All, &archive)?.nuts, 0);
///
/// let there = Stash::create(&folder.join("there/.scrat"))?;
/// let imported = there.import_from(&archive)?;
/// assert_eq!((imported.nuts, imported.known), (0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Archived {
    /// How many nuts.
    pub nuts: usize,
    /// How many bytes the archive has.
    pub bytes: u64,
    /// How many nuts were left out, because their bytes are damaged or gone.
    pub left_out: usize,
}

/// What came from an archive. There is an example at [`Archived`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// How many nuts are new in the stash.
    pub nuts: usize,
    /// How many it had already. They stay as they are.
    pub known: usize,
}

/// The numbers at the start of an archive.
struct Header {
    contents: u64,
    /// Where the records begin.
    records: u64,
    /// How many bytes the archive has.
    length: u64,
}

impl Header {
    fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.contents, self.records, self.length];
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
        MAGIC.into_iter().chain(bytes).chain(*self.digest().as_bytes()).collect()
    }

    fn digest(&self) -> Digest {
        let mut fields = Fields::new("scrat archive v1");
        fields.number(self.contents).number(self.records).number(self.length).finish()
    }

    /// What is wrong with it, if it can't be used.
    fn read(mut from: impl Read, actual: u64) -> io::Result<Result<Self, &'static str>> {
        let mut magic = [0; 16];
        if actual < HEADER {
            return Ok(Err("it is not an archive of nuts"));
        }
        from.read_exact(&mut magic)?;
        let (contents, records, length) = (number(&mut from)?, number(&mut from)?, number(&mut from)?);
        let mut digest = [0; 32];
        from.read_exact(&mut digest)?;
        let header = Self { contents, records, length };
        Ok(if magic != MAGIC {
            Err("it is not an archive of nuts")
        } else if header.digest() != Digest(digest) {
            Err("its first bytes are damaged")
        } else if length != actual {
            Err("it is not whole")
        } else {
            Ok(header)
        })
    }
}

fn number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// A content of an archive.
struct Packed {
    digest: Digest,
    form: Form,
    length: u64,
}

impl Packed {
    fn to_bytes(&self) -> Vec<u8> {
        let form = [self.form.byte()];
        self.digest.as_bytes().iter().chain(&form).chain(&self.length.to_le_bytes()).copied().collect()
    }

    fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; BEFORE_CONTENT];
        from.read_exact(&mut bytes)?;
        let (Ok(digest), Some(form)) = (bytes[..32].try_into().map(Digest), Form::of(bytes[32])) else {
            return Ok(None);
        };
        Ok(Some(Self { digest, form, length: number(&mut &bytes[33..])? }))
    }
}

/// The longest time that a result can have taken: ten years.
const LONGEST: i64 = 10 * 366 * 86_400 * 1_000_000_000;

/// Whether a function can have this name, as the macro has it.
fn is_name(text: &str) -> bool {
    const LONGEST: usize = 4_096;
    !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

/// Why an archive can't be taken in, or the system's error.
enum Refused {
    Wrong(&'static str),
    System(io::Error),
    Stash(StashError),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl Stash {
    /// Writes nuts to an archive, which another stash can [import](Self::import_from). There must be no file at `path` yet.
    ///
    /// # Errors
    /// If the stash can't be read, or the archive can't be written.
    pub fn export_to(&self, filter: &Filter, path: &Path) -> Result<Archived, StashError> {
        let error = |source| io_error("write", path, source);
        if leads_into(path, &self.root) {
            return Err(error(io::Error::new(io::ErrorKind::InvalidInput, "it would be in the stash")));
        }
        // Made here, so that nobody else's file is written over.
        let file = File::options().write(true).read(true).create_new(true).open(path).map_err(error)?;
        let written = self.write_archive(filter, &file, path);
        if written.is_err() {
            // A piece of an archive is of no use.
            drop(std::fs::remove_file(path));
        }
        written
    }

    fn write_archive(&self, filter: &Filter, file: &File, path: &Path) -> Result<Archived, StashError> {
        let error = |source| io_error("write", path, source);
        let listed = self.list(filter)?;
        let wanted: BTreeSet<Digest> = listed.iter().map(|nut| nut.key).collect();
        let _stays = self.content_lock();
        let named = self.read("look up files", |index| {
            index.prepare("SELECT DISTINCT digest FROM attachments")?.query_map((), |row| digest(row, 0))?.collect()
        })?;
        // Results may be evicted while they are read; their files are not, until they have been copied.
        let _needed = self.need(listed.iter().map(|nut| nut.digest).chain::<Vec<_>>(named).collect());
        let mut archived = Archived::default();
        let (mut contents, mut codes, mut left_out) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        // Beside the archive, where there is room for it.
        let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let new_file = || tempfile::tempfile_in(beside).map(BufWriter::new).map_err(error);
        let mut records = new_file()?;
        self.read_with("read nuts", |index| {
            // It begins anew if the index was another one meanwhile.
            (archived, contents, codes) = (Archived::default(), BTreeMap::new(), BTreeSet::new());
            (records, left_out) = (new_file()?, Vec::new());
            each_nut(index, |nut, content| {
                if !wanted.contains(&nut.key) {
                    return Ok(());
                }
                if !self.is_whole(&nut, content, &mut contents)? {
                    left_out.push(Victim { key: nut.key, stored: Some((nut.created, nut.digest)) });
                    return Ok(());
                }
                archived.nuts += 1;
                codes.insert(nut.identity);
                Ok(records.write_all(&bytes_of(&Record::Nut(nut), content)?).map_err(error)?)
            })?;
            each_code(index, |code, parts| {
                if !codes.contains(&code.identity) {
                    return Ok(());
                }
                Ok(records.write_all(&bytes_of(&Record::Code(code), parts)?).map_err(error)?)
            })
        })?;
        // One that has gone since, or is another, was not damaged.
        for nut in &left_out {
            archived.left_out += usize::from(self.read("look up a nut", |index| is_there(index, nut))?);
        }
        contents.retain(|_, form| form.is_some());
        archived.bytes = self.write_parts(&contents, records, file).map_err(error)?;
        Ok(archived)
    }

    /// Whether all bytes of a nut are what was stored; in which form each of its contents is, is noted.
    fn is_whole(
        &self,
        nut: &NutRecord<'_>,
        content: &[u8],
        contents: &mut BTreeMap<Digest, Option<Form>>,
    ) -> Result<bool, StashError> {
        if nut.is_inline && Digest::of(content) != nut.digest {
            return Ok(false);
        }
        let own = (!nut.is_inline).then_some(nut.digest);
        for digest in own.into_iter().chain(nut.attachments.iter().copied()) {
            let form = match contents.get(&digest) {
                Some(known) => *known,
                None => self.content().sound_form(&digest)?,
            };
            contents.insert(digest, form);
            if form.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn write_parts(
        &self,
        contents: &BTreeMap<Digest, Option<Form>>,
        records: BufWriter<File>,
        file: &File,
    ) -> io::Result<u64> {
        let mut out = BufWriter::new(file);
        out.write_all(&[0; HEADER as usize])?;
        let mut at = HEADER;
        for (digest, form) in contents {
            let Some(form) = *form else { continue };
            let mut content = self.content().open(digest, form)?;
            let length = content.metadata()?.len();
            out.write_all(&Packed { digest: *digest, form, length }.to_bytes())?;
            if io::copy(&mut (&mut content).take(length), &mut out)? != length {
                return Err(io::Error::other("a file of the stash changed meanwhile"));
            }
            at += BEFORE_CONTENT as u64 + length;
        }
        let mut records = records.into_inner().map_err(io::IntoInnerError::into_error)?;
        records.seek(SeekFrom::Start(0))?;
        let length = at + io::copy(&mut records, &mut out)?;
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&Header { contents: contents.len() as u64, records: at, length }.to_bytes())?;
        file.sync_all()?;
        Ok(length)
    }

    /// Takes in the nuts of an archive. What the stash has already stays as it is.
    ///
    /// An archive is verified against damage, and not against its author: who writes one decides which values its
    /// nuts have.
    ///
    /// # Errors
    /// If the archive is damaged, is not whole, or is none, in which case nothing has been changed; or if the stash
    /// can't be written.
    pub fn import_from(&self, path: &Path) -> Result<Imported, StashError> {
        if !self.is_writable() {
            return Err(StashError::ReadOnly { path: self.root.clone() });
        }
        self.take_in(path).map_err(|refused| match refused {
            Refused::Wrong(why) => StashError::Archive { path: path.to_owned(), why },
            Refused::System(source) => io_error("read", path, source),
            Refused::Stash(error) => error,
        })
    }

    fn take_in(&self, path: &Path) -> Result<Imported, Refused> {
        // Opening a pipe waits until somebody writes to it.
        if !path.metadata()?.is_file() {
            return Err(Refused::Wrong("it is not a file"));
        }
        let file = File::open(path)?;
        let header = Header::read(&file, file.metadata()?.len())?.map_err(Refused::Wrong)?;
        let contents = each_content(&file, &header, |packed, content| match packed.form.digest(content) {
            Ok(found) if found == packed.digest => Ok(()),
            // What does not unpack is damaged.
            Ok(_) => Err(Refused::Wrong(DAMAGED)),
            Err(error) if error.raw_os_error().is_none() => Err(Refused::Wrong(DAMAGED)),
            Err(error) => Err(error.into()),
        })?;
        self.each_record(&file, &header, &contents, |_| Ok(()))?;
        // Nothing is changed up to here.
        let _stays = self.content_lock();
        let _needed = self.need(contents.iter().copied().collect());
        each_content(&file, &header, |packed, content| {
            let put = self.content().take_in(&packed.digest, packed.form, content);
            put.map_err(Refused::Stash)
        })?;
        // Whoever comes later goes by the size.
        self.each_record(&file, &header, &contents, |(record, _)| match record {
            Record::Nut(nut) if !nut.is_inline => {
                let lengths = self.content().lengths(&nut.digest).map_err(Refused::Stash)?;
                if lengths.contains(&nut.size) { Ok(()) } else { Err(Refused::Wrong(OTHER_BYTES)) }
            }
            _ => Ok(()),
        })?;
        let mut imported = Imported::default();
        let mut waiting = Vec::new();
        self.each_record(&file, &header, &contents, |record| {
            waiting.push(record);
            if waiting.len() < AT_ONCE {
                return Ok(());
            }
            self.put_records(std::mem::take(&mut waiting), &mut imported).map_err(Refused::Stash)
        })?;
        self.put_records(waiting, &mut imported).map_err(Refused::Stash)?;
        Ok(imported)
    }

    /// Looks at each record of an archive, after making sure that it is one that an archive may have.
    fn each_record(
        &self,
        file: &File,
        header: &Header,
        contents: &BTreeSet<Digest>,
        mut work: impl FnMut((Record<'static>, Vec<u8>)) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let mut records = Records::within(file.try_clone()?, header.records, header.length)?;
        while let Some((record, behind)) = records.next()? {
            match &record {
                Record::Nut(nut) if nut.is_inline => {
                    if Digest::of(&behind) != nut.digest || behind.len() as u64 != nut.size {
                        return Err(Refused::Wrong(OTHER_BYTES));
                    }
                }
                Record::Nut(nut) if !contents.contains(&nut.digest) => {
                    return Err(Refused::Wrong("the bytes of a result are not in it"));
                }
                Record::Removed { .. } | Record::Pinned { .. } => {
                    return Err(Refused::Wrong("it would delete results, or pin them"));
                }
                Record::Nut(_) | Record::Code(_) => {}
            }
            if let Record::Nut(nut) = &record
                && !is_name(&nut.function)
            {
                return Err(Refused::Wrong("a function in it has a name that none can have"));
            }
            if let Record::Nut(nut) = &record
                && !nut.attachments.iter().all(|digest| contents.contains(digest))
            {
                return Err(Refused::Wrong("a file that a result names is not in it"));
            }
            work((record, behind))?;
        }
        match (records.damaged, records.unknown) {
            (0, 0) => Ok(()),
            (0, _) => Err(Refused::Wrong("a newer scrat made it")),
            _ => Err(Refused::Wrong(DAMAGED)),
        }
    }

    /// Adds to the index, and to the records, what is new of these.
    fn put_records(
        &self,
        mut found: Vec<(Record<'static>, Vec<u8>)>,
        imported: &mut Imported,
    ) -> Result<(), StashError> {
        for (record, _) in &mut found {
            if let Record::Nut(nut) = record {
                // Times are added up.
                nut.nanos = nut.nanos.clamp(0, LONGEST);
                // One that is named more often is one all the same, and others wait for whoever looks at each.
                let mut seen = BTreeSet::new();
                nut.attachments.retain(|digest| seen.insert(*digest));
            }
        }
        let counts = self.write_with("take in nuts", |index| {
            let (mut bytes, mut counts) = (Vec::new(), Imported::default());
            for (record, behind) in &found {
                match record {
                    Record::Nut(nut) if has_nut(index, &nut.key)? => {
                        counts.known += 1;
                        continue;
                    }
                    Record::Nut(nut) => {
                        counts.nuts += 1;
                        put_nut(index, nut, behind, None)?;
                        limits::measure(index, &self.content, nut)?;
                    }
                    Record::Code(code) if has_code(index, &code.identity)? => continue,
                    Record::Code(code) => put_code(index, code, behind)?,
                    Record::Removed { .. } | Record::Pinned { .. } => continue,
                }
                bytes.extend(bytes_of(record, behind)?);
            }
            self.append(index, &bytes)?;
            Ok(counts)
        })?;
        imported.nuts += counts.nuts;
        imported.known += counts.known;
        Ok(())
    }
}

fn has_nut(index: &Connection, key: &Digest) -> rusqlite::Result<bool> {
    index.prepare_cached("SELECT 1 FROM nuts WHERE key = ?1")?.exists([key.as_bytes()])
}

/// Whether it is known what is behind an identity.
fn has_code(index: &Connection, identity: &Digest) -> rusqlite::Result<bool> {
    index.prepare_cached("SELECT 1 FROM codes WHERE identity = ?1 AND length(parts) > 0")?.exists([identity.as_bytes()])
}

/// Hands on each content of an archive, to be read to its end, and returns their digests.
fn each_content(
    file: &File,
    header: &Header,
    mut work: impl FnMut(&Packed, &mut dyn Read) -> Result<(), Refused>,
) -> Result<BTreeSet<Digest>, Refused> {
    let mut from = BufReader::with_capacity(1 << 16, file);
    from.seek(SeekFrom::Start(HEADER))?;
    let mut at = HEADER;
    let mut found = BTreeSet::new();
    for _ in 0..header.contents {
        if header.records.saturating_sub(at) < BEFORE_CONTENT as u64 {
            return Err(Refused::Wrong(DAMAGED));
        }
        let packed = Packed::read(&mut from)?.ok_or(Refused::Wrong(DAMAGED))?;
        at += BEFORE_CONTENT as u64;
        if packed.length > header.records - at {
            return Err(Refused::Wrong(DAMAGED));
        }
        work(&packed, &mut (&mut from).take(packed.length))?;
        at += packed.length;
        found.insert(packed.digest);
    }
    if at == header.records { Ok(found) } else { Err(Refused::Wrong(DAMAGED)) }
}

#[cfg(test)]
mod tests;
