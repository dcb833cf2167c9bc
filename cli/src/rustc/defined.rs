//! Which symbols a library of another language defines.
//!
//! Every such library uses `memcpy` and `malloc`, so that a name stands in it tells nothing. Archives have a table of what
//! they define, and ELF files one of all symbols, which says of each whether it is there.

use std::collections::BTreeSet;

use super::library::members_with_tables;

/// The symbols that a library defines. Of what is neither an archive with a table nor an ELF file of 64 bits, all words that a
/// symbol may be: what it defines stands among them.
pub(super) fn defined(bytes: &[u8]) -> BTreeSet<String> {
    let names = of_archive(bytes).or_else(|| of_elf(bytes)).unwrap_or_else(|| words(bytes).collect());
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

/// Those in an archive's table: they stand behind a number, and so many numbers of a size.
fn of_archive(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let members = members_with_tables(bytes)?;
    let (table, size) = members.iter().find_map(|(name, table)| match *name {
        b"/" => Some((*table, 4)),
        b"/SYM64/" => Some((*table, 8)),
        _ => None,
    })?;
    let (number, rest) = table.split_at_checked(size)?;
    let number = number.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
    Some(rest.get(number.checked_mul(size)?..)?.split(|byte| *byte == 0).collect())
}

/// Those in the tables of an ELF file, with the least significant byte first, that are seen outside and have a place.
fn of_elf(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    const SECTION: usize = 64;
    const SYMBOL: usize = 24;
    const TABLES: [u64; 2] = [2, 11];
    if !bytes.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let number = |at: usize, size: usize| -> Option<u64> {
        let bytes = bytes.get(at..at.checked_add(size)?)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    let place = |at: usize, size: usize| usize::try_from(number(at, size)?).ok();
    let (start, count) = (place(40, 8)?, place(60, 2)?);
    // Where a section's header is, if all of it is there.
    let header = |at: usize| -> Option<usize> {
        let header = start.checked_add(at.checked_mul(SECTION)?)?;
        bytes.get(header..header.checked_add(SECTION)?).map(|_| header)
    };
    let section = |at: usize| -> Option<&[u8]> {
        let header = header(at)?;
        let (offset, size) = (place(header + 24, 8)?, place(header + 32, 8)?);
        bytes.get(offset..offset.checked_add(size)?)
    };
    let mut found = Vec::new();
    for at in 0..count {
        let header = header(at)?;
        if !TABLES.contains(&number(header + 4, 4)?) {
            continue;
        }
        let symbols = section(at)?;
        let names = section(place(header + 40, 4)?)?;
        for symbol in symbols.chunks_exact(SYMBOL) {
            let is_seen = symbol[4] >> 4 != 0;
            let is_there = symbol[6..8] != [0, 0];
            if is_seen && is_there {
                let name = u32::from_le_bytes(symbol[..4].try_into().ok()?) as usize;
                found.push(names.get(name..)?.split(|byte| *byte == 0).next()?);
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rustc::library::archive;

    #[test]
    fn what_an_archive_defines_its_table_says_and_not_what_it_uses() {
        let table = "\0\0\0\u{2}\0\0\0\u{1}\0\0\0\u{9}sin\0cos\0";
        let with_table = archive(&[("/", table), ("a.o/", "\0malloc\0code")]);
        assert_eq!(defined(&with_table).into_iter().collect::<Vec<_>>(), ["cos", "sin"]);
        assert!(defined(&archive(&[("a.o/", "\0malloc\0code")])).contains("malloc"), "nothing says what it defines");
        assert!(defined(&archive(&[("/", "\u{7f}\u{7f}\u{7f}\u{7f}"), ("a.o/", "\0sin\0")])).contains("sin"));
        assert!(defined(b"\0sin\0").contains("sin"));
    }

    /// An ELF file with a table of symbols: name, whether it is seen outside, and whether it is there.
    fn elf(symbols: &[(&str, bool, bool)]) -> Vec<u8> {
        let mut names = vec![0];
        let mut table = vec![0; 24];
        for (name, is_seen, is_there) in symbols {
            table.extend(u32::try_from(names.len()).unwrap().to_le_bytes());
            table.extend([if *is_seen { 0x12 } else { 2 }, 0, u8::from(*is_there), 0]);
            table.extend([0; 16]);
            names.extend(name.bytes().chain([0]));
        }
        let mut header = b"\x7fELF\x02\x01".to_vec();
        header.resize(64, 0);
        let sections = 64 + table.len() + names.len();
        header[40..48].copy_from_slice(&(sections as u64).to_le_bytes());
        header[60] = 2;
        let section = |kind: u8, offset: usize, size: usize, link: u8| {
            let mut section = vec![0; 64];
            section[4] = kind;
            section[24..32].copy_from_slice(&(offset as u64).to_le_bytes());
            section[32..40].copy_from_slice(&(size as u64).to_le_bytes());
            section[40] = link;
            section
        };
        let sections = [section(2, 64, table.len(), 1), section(3, 64 + table.len(), names.len(), 0)];
        [header, table, names, sections.concat()].concat()
    }

    #[test]
    fn what_an_object_defines_is_seen_outside_and_has_a_place() {
        let bytes = elf(&[("sin", true, true), ("malloc", true, false), ("hidden", false, true)]);
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
