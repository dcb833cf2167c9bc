//! What a library is, whatever its parts are called: rustc gives those new names each time.

use std::path::Path;

use object::read::archive::ArchiveFile;
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

/// The members of an archive, without its tables of symbols and names. None if it is not one, or not whole, or only has
/// their names.
fn members(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let archive = ArchiveFile::parse(bytes).ok().filter(|archive| !archive.is_thin())?;
    archive.members().map(|member| member.ok()?.data(bytes).ok()).collect()
}

/// Whether a library is of procedural macros, which rustc finds by a symbol of this name.
pub(super) fn is_macro(bytes: &[u8]) -> bool {
    const DECLARED: &[u8] = b"__rustc_proc_macro_decls_";
    ArchiveFile::parse(bytes).is_err() && bytes.windows(DECLARED.len()).any(|part| part == DECLARED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rustc::made::archive;

    #[test]
    fn a_library_is_what_is_in_it() {
        let first = archive(&[("/", "symbols"), ("a.o/", "code"), ("lib.rmeta/", "types")]);
        let same = archive(&[("//", "a longer name.o/\n"), ("lib.rmeta/", "types"), ("/0", "code")]);
        assert_eq!(digest(&first), digest(&same));
        assert_ne!(digest(&first), digest(&archive(&[("a.o/", "other"), ("lib.rmeta/", "types")])));
        assert_eq!(digest(&first[..first.len() - 3]), Digest::of(&first[..first.len() - 3]), "it is cut off");
        assert_eq!(digest(b"ELF"), Digest::of(b"ELF"));
    }
}
