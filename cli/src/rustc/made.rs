//! Libraries as others make them, for tests.

/// An archive of members with these names and contents.
pub(super) fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, text) in members {
        out.extend(format!("{name:<16}{:<32}{:<10}`\n{text}", "0", text.len()).bytes());
        out.extend((text.len() % 2 == 1).then_some(b'\n'));
    }
    out
}

/// The kind of a section that has symbols.
pub(super) const SYMBOLS: u8 = 2;
/// The kind of a section that says what a library needs.
pub(super) const DYNAMIC: u8 = 6;

/// An ELF file with one section of a kind, and the texts that it names.
pub(super) fn elf(kind: u8, table: &[u8], texts: &[u8]) -> Vec<u8> {
    const TEXTS: u8 = 3;
    let section = |kind: u8, offset: usize, size: usize, link: u8, of_each: u8| {
        let mut section = vec![0; 64];
        section[4] = kind;
        section[24..32].copy_from_slice(&(offset as u64).to_le_bytes());
        section[32..40].copy_from_slice(&(size as u64).to_le_bytes());
        section[40] = link;
        section[56] = of_each;
        section
    };
    let of_each = if kind == SYMBOLS { 24 } else { 16 };
    let sections =
        [vec![0; 64], section(kind, 64, table.len(), 2, of_each), section(TEXTS, 64 + table.len(), texts.len(), 0, 0)];
    let mut header = b"\x7fELF\x02\x01\x01".to_vec();
    header.resize(64, 0);
    header[40..48].copy_from_slice(&((64 + table.len() + texts.len()) as u64).to_le_bytes());
    // Lengths of the header and of a section's, how many sections there are, and which has their names.
    (header[52], header[58], header[60], header[62]) = (64, 64, 3, 2);
    [&header, table, texts, &sections.concat()].concat()
}
