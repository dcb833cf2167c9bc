//! The table of fingerprints that the `scrat` command appends to a program which it has built.
//!
//! The compiler knows what a function reaches only when the program is linked, and by then the program is written. So
//! what is found out goes behind it, where neither a loader nor a debugger looks, and travels with it:
//!
//! ```text
//! the program │ digest of the record │ the record, compressed │ length of both, u64 │ magic
//! ```
//!
//! A program is asked for its own table at each start, so only the end of the file is read, and the code of a function
//! stays compressed until somebody asks for it. What is damaged is an error and never another table.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::digest::{Digest, Fields};

use super::compiled::Code;
use super::part::Hash;
use super::wire::{Reader, Truncated, Writer};

const MAGIC: [u8; 16] = *b"scrat table v1\0\0";

/// What comes last: the length and the magic.
const END: u64 = 24;

/// The fingerprints of a program's functions, by their keys: name and place, as the attribute writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// An entry for each function.
    pub entries: BTreeMap<String, Entry>,
}

/// What is known of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// One, of no types, for a function without type parameters; otherwise one for each with which the program has it.
    pub instances: Vec<Instance>,
    code: Vec<u8>,
}

/// A function with certain types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Rust's names of the types, empty where there are none.
    pub types: String,
    /// Digest of all compiled code that it reaches. None if another one has the same names of types.
    pub fingerprint: Option<Hash>,
    /// Whether the code is one: what has the same fingerprint does the same. Otherwise there are several functions of this
    /// key, or further types which the key does not show.
    pub is_one: bool,
}

impl Entry {
    /// `code` has the answers to its predicates and variables among its parts.
    pub fn new(instances: Vec<Instance>, code: &Code) -> Self {
        Self { instances, code: code.to_bytes() }
    }

    /// What the compiler says of each instance, by its types' names; nothing of those that two have. A method's types
    /// are those that the name of any closure in it tells.
    pub fn by_types(&self) -> BTreeMap<&str, Option<Hash>> {
        let mut by_types: BTreeMap<&str, Option<Hash>> = BTreeMap::new();
        for Instance { types, fingerprint, .. } in &self.instances {
            let types = types.trim_end_matches("::{{closure}}");
            by_types.entry(types).and_modify(|known| *known = None).or_insert(*fingerprint);
        }
        by_types
    }

    /// The fingerprint of the function, or the digest of those of all its instances. None if two functions have its
    /// key.
    pub fn fingerprint(&self) -> Option<Hash> {
        let by_types = self.by_types();
        if let Some(only) = by_types.get("") {
            return *only;
        }
        let mut all = Fields::new("scrat instances v1");
        all.list(&by_types, |fields, (types, hash)| {
            fields.text(types).option(*hash, |fields, hash| {
                fields.digest(&Digest(hash));
            });
        });
        Some(all.finish().0)
    }

    /// The code behind the function as the analyser sees it.
    ///
    /// # Errors
    /// If it was written by another version.
    pub fn code(&self) -> Result<Code, Truncated> {
        Code::from_bytes(&self.code)
    }
}

impl Table {
    /// The table as bytes, its own digest before all else.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let entries: Vec<_> = self.entries.iter().collect();
        out.list(&entries, |out, (key, entry)| {
            out.text(key);
            out.list(&entry.instances, |out, instance| {
                out.text(&instance.types);
                out.byte(u8::from(instance.fingerprint.is_some()));
                instance.fingerprint.iter().for_each(|fingerprint| out.hash(fingerprint));
                out.byte(u8::from(instance.is_one));
            });
            out.bytes(&entry.code);
        });
        let record = out.compressed();
        let mut bytes = Digest::of(&record).0.to_vec();
        bytes.extend(record);
        bytes
    }

    /// Reads what [`Table::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are damaged or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Truncated> {
        let (digest, record) = bytes.split_first_chunk::<32>().ok_or(Truncated)?;
        if Digest::of(record).0 != *digest {
            return Err(Truncated);
        }
        let record = Reader::decompress(record)?;
        let entries = Reader::new(&record).list(|from| {
            let key = from.text()?;
            let instances = from.list(|from| {
                let types = from.text()?;
                let fingerprint = if from.byte()? == 1 { Some(from.hash()?) } else { None };
                Ok(Instance { types, fingerprint, is_one: from.byte()? == 1 })
            })?;
            Ok((key, Entry { instances, code: from.bytes()? }))
        })?;
        Ok(Self { entries: entries.into_iter().collect() })
    }

    /// Writes the table behind a program. One that is there is replaced.
    ///
    /// # Errors
    /// If the program can't be written.
    pub fn append(&self, program: &Path) -> io::Result<()> {
        let mut file = File::options().read(true).write(true).open(program)?;
        let length = file.metadata()?.len();
        // What claims to be longer than the file is not a table. It stays, and does no harm behind another one.
        let start = length_at_end(&file, length)?.and_then(|table| length.checked_sub(END + table)).unwrap_or(length);
        file.set_len(start)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = self.to_bytes();
        bytes.extend((bytes.len() as u64).to_le_bytes());
        bytes.extend(MAGIC);
        file.write_all(&bytes)
    }

    /// Reads the table at the end of a program, if there is one.
    ///
    /// # Errors
    /// If it can't be read, or is damaged.
    pub fn read(mut program: &File) -> io::Result<Option<Self>> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the table at its end is damaged");
        let length = program.metadata()?.len();
        let Some(table) = length_at_end(program, length)? else { return Ok(None) };
        let start = length.checked_sub(END + table).ok_or_else(damaged)?;
        program.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        program.take(table).read_to_end(&mut bytes)?;
        Self::from_bytes(&bytes).map(Some).map_err(|_| damaged())
    }
}

/// How long the table is that a file of this length ends with.
fn length_at_end(mut file: &File, length: u64) -> io::Result<Option<u64>> {
    let Some(start) = length.checked_sub(END) else { return Ok(None) };
    file.seek(SeekFrom::Start(start))?;
    let mut end = [0; END as usize];
    file.read_exact(&mut end)?;
    let (table, magic) = end.split_first_chunk::<8>().expect("it is longer");
    // No file is as long as the sum may be.
    Ok((*magic == MAGIC).then_some(u64::from_le_bytes(*table).min(u64::MAX - END)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(types: &str, fingerprint: Option<Hash>) -> Instance {
        Instance { types: types.to_owned(), fingerprint, is_one: true }
    }

    fn table(fingerprint: u8) -> Table {
        let code = Code { function: "demo::clean".to_owned(), notes: vec!["a note".to_owned()], ..Code::default() };
        let generic = vec![instance("(u8,)", Some([fingerprint; 32])), instance("(demo::f::A,)", None)];
        let entries = [
            ("demo::clean\nsrc/main.rs:3:4".to_owned(), Entry::new(vec![instance("", Some([7; 32]))], &code)),
            ("demo::sum\nsrc/main.rs:9:4".to_owned(), Entry::new(generic, &Code::default())),
        ];
        Table { entries: entries.into() }
    }

    fn read(bytes: &[u8]) -> io::Result<Option<Table>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Table::read(&file)
    }

    #[test]
    fn a_table_survives_its_bytes_and_any_damage_is_noticed() {
        let bytes = table(1).to_bytes();
        assert_eq!(Table::from_bytes(&bytes), Ok(table(1)));
        assert_eq!(table(1).entries["demo::clean\nsrc/main.rs:3:4"].code().unwrap().notes, ["a note"]);
        for at in 0..bytes.len() {
            assert_eq!(Table::from_bytes(&bytes[..at]), Err(Truncated), "{at} bytes were taken");
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Table::from_bytes(&damaged), Err(Truncated), "byte {at} does not count");
        }
    }

    #[test]
    fn a_program_keeps_its_bytes_and_has_the_table_that_was_appended_last() {
        let program = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&program, b"the program").unwrap();
        assert_eq!(Table::read(program.as_file()).unwrap(), None);
        for fingerprint in [1, 2] {
            table(fingerprint).append(program.path()).unwrap();
            assert_eq!(Table::read(program.as_file()).unwrap(), Some(table(fingerprint)));
        }
        Table::default().append(program.path()).unwrap();
        assert_eq!(Table::read(program.as_file()).unwrap(), Some(Table::default()));
        let written = std::fs::read(&program).unwrap();
        assert!(written.starts_with(b"the program"));
        assert_eq!(written.len(), 11 + Table::default().to_bytes().len() + 24);
    }

    #[test]
    fn the_end_of_a_program_is_a_whole_table_or_none_or_an_error() {
        let program = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&program, b"the program").unwrap();
        table(1).append(program.path()).unwrap();
        let whole = std::fs::read(&program).unwrap();
        for length in 0..whole.len() {
            assert!(matches!(read(&whole[..length]), Ok(None)), "{length} bytes");
        }
        for start in 1..whole.len() - 24 {
            let outcome = read(&whole[start..]);
            assert_eq!(matches!(outcome, Ok(Some(_))), start <= 11, "from {start}");
            assert_eq!(outcome.is_err(), start > 11, "from {start}");
        }
        let mut damaged = whole.clone();
        damaged[20] ^= 1;
        assert!(read(&damaged).is_err());
        let endless = [&u64::MAX.to_le_bytes()[..], &MAGIC].concat();
        assert!(read(&endless).is_err());
    }
}
