//! Which symbols a library of another language defines.
//!
//! Every such library uses `memcpy` and `malloc`, so that a name stands in it tells nothing. Archives have a table of what
//! they define, and objects one of all symbols, which says of each whether it is there.

use std::collections::BTreeSet;

use object::read::archive::ArchiveFile;
use object::{File, Object as _, ObjectSymbol as _, Symbol};

/// The symbols that a library defines. Of what is neither an archive with a table nor an object, all words that a symbol may
/// be: what it defines stands among them.
pub(super) fn defined(bytes: &[u8]) -> BTreeSet<String> {
    let names = of_archive(bytes).or_else(|| of_object(bytes)).unwrap_or_else(|| words(bytes).collect());
    let is_symbol = |word: &&[u8]| (1..LONGEST).contains(&word.len()) && word.iter().all(is_part);
    names.into_iter().filter(is_symbol).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// The words of a text that may be symbols.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !is_part(byte))
}

fn is_part(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')
}

/// How long the names are, in bytes, that anybody asks for: those of the system and the compiler.
const LONGEST: usize = 40;

/// Those in an archive's table.
fn of_archive(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let symbols = ArchiveFile::parse(bytes).ok()?.symbols().ok()??;
    symbols.map(|symbol| Some(symbol.ok()?.name())).collect()
}

/// Those in the tables of an object that are seen outside and have a place.
fn of_object(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let object = File::parse(bytes).ok()?;
    let symbols = object.symbols().chain(object.dynamic_symbols());
    let is_there = |symbol: &Symbol<'_, '_>| symbol.is_global() && !symbol.is_undefined();
    symbols.filter(is_there).map(|symbol| symbol.name_bytes().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rustc::made::{SYMBOLS, archive, elf};

    #[test]
    fn what_an_archive_defines_its_table_says_and_not_what_it_uses() {
        let table = "\0\0\0\u{2}\0\0\0\u{1}\0\0\0\u{9}sin\0cos\0";
        let with_table = archive(&[("/", table), ("a.o/", "\0malloc\0code")]);
        assert_eq!(defined(&with_table).into_iter().collect::<Vec<_>>(), ["cos", "sin"]);
        assert!(defined(&archive(&[("a.o/", "\0malloc\0code")])).contains("malloc"), "nothing says what it defines");
        assert!(defined(&archive(&[("/", "\u{7f}\u{7f}\u{7f}\u{7f}"), ("a.o/", "\0sin\0")])).contains("sin"));
        assert!(defined(b"\0sin\0").contains("sin"));
    }

    /// An object with these symbols: name, whether it is seen outside, and whether it is there.
    fn object(symbols: &[(&str, bool, bool)]) -> Vec<u8> {
        let mut names = vec![0];
        let mut table = vec![0; 24];
        for (name, is_seen, is_there) in symbols {
            table.extend(u32::try_from(names.len()).unwrap().to_le_bytes());
            table.extend([if *is_seen { 0x12 } else { 2 }, 0, u8::from(*is_there), 0]);
            table.extend([0; 16]);
            names.extend(name.bytes().chain([0]));
        }
        elf(SYMBOLS, &table, &names)
    }

    #[test]
    fn what_an_object_defines_is_seen_outside_and_has_a_place() {
        let bytes = object(&[("sin", true, true), ("malloc", true, false), ("hidden", false, true)]);
        assert_eq!(defined(&bytes).into_iter().collect::<Vec<_>>(), ["sin"]);
        for length in 0..bytes.len() {
            // Of what is cut off every word counts.
            drop(defined(&bytes[..length]));
        }
        assert!(defined(&bytes[..bytes.len() - 64]).contains("malloc"));
        let mut nowhere = bytes;
        nowhere[40..48].copy_from_slice(&(u64::MAX - 9).to_le_bytes());
        assert!(defined(&nowhere).contains("malloc"), "its sections can't be");
    }
}
