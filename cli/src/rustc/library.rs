//! What a library is, whatever its parts are called: rustc gives those new names each time.

use std::path::Path;

use scrat_fingerprint::digest::{Digest, Fields};

/// What a library is called in code, by its file.
pub(super) fn name(path: &Path) -> Option<&str> {
    let stem = path.file_stem()?.to_str()?;
    stem.rsplit_once('-').map_or(stem, |(name, _)| name).strip_prefix("lib")
}

/// Digest of an archive's members, or of all bytes of what is none.
pub(super) fn digest(bytes: &[u8]) -> Digest {
    let Some(members) = members(bytes) else { return Digest::of(bytes) };
    let mut digests: Vec<Digest> = members.into_iter().map(Digest::of).collect();
    digests.sort_unstable();
    let mut fields = Fields::new("scrat library v1");
    fields.list(&digests, |fields, digest| {
        fields.digest(digest);
    });
    fields.finish()
}

/// Whether a library is of procedural macros, which rustc finds by a symbol of this name.
pub(super) fn is_macro(bytes: &[u8]) -> bool {
    const DECLARED: &[u8] = b"__rustc_proc_macro_decls_";
    !bytes.starts_with(ARCHIVE) && bytes.windows(DECLARED.len()).any(|part| part == DECLARED)
}

const ARCHIVE: &[u8] = b"!<arch>\n";

/// The members of an archive, without its tables of symbols and names. None if it is not one, or not whole.
fn members(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let all = members_with_tables(bytes)?.into_iter();
    Some(all.filter(|(name, _)| !matches!(*name, b"/" | b"//" | b"/SYM64/")).map(|(_, member)| member).collect())
}

/// All members, and what they are called.
pub(super) fn members_with_tables(bytes: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    const HEADER: usize = 60;
    let mut rest = bytes.strip_prefix(ARCHIVE)?;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (header, after) = rest.split_at_checked(HEADER)?;
        let length: usize = std::str::from_utf8(&header[48..58]).ok()?.trim_end().parse().ok()?;
        let (member, after) = after.split_at_checked(length)?;
        let name = header[..16].trim_ascii_end();
        found.push((name, member));
        // Each begins at an even place.
        rest = if length % 2 == 1 { after.get(1..).unwrap_or_default() } else { after };
    }
    Some(found)
}

/// An archive of members with these names and contents.
#[cfg(test)]
pub(super) fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, text) in members {
        out.extend(format!("{name:<16}{:<32}{:<10}`\n{text}", "0", text.len()).bytes());
        out.extend((text.len() % 2 == 1).then_some(b'\n'));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_what_is_in_it() {
        let first = archive(&[("/", "symbols"), ("a.o/", "code"), ("lib.rmeta/", "types")]);
        let same = archive(&[("lib.rmeta/", "types"), ("//", "names"), ("/12", "code")]);
        assert_eq!(digest(&first), digest(&same));
        assert_ne!(digest(&first), digest(&archive(&[("a.o/", "other"), ("lib.rmeta/", "types")])));
        assert_eq!(digest(&first[..first.len() - 3]), Digest::of(&first[..first.len() - 3]), "it is cut off");
        assert_eq!(digest(b"ELF"), Digest::of(b"ELF"));
    }
}
