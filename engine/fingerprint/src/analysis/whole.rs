//! Crates and files that count as a whole: procedural macros, and source included in an expression.

use std::sync::Arc;

use crate::Hash;

use super::db::{Db, Krate, Source, parsed};
use super::facts::{Reference, sort};
use super::modules::crate_map;
use super::name::Name;
use super::{normal, scan};

/// The digest of a file's normal tokens, or of its bytes if it has none.
#[salsa::tracked(returns(copy))]
pub(crate) fn source_hash(db: &dyn Db, source: Source) -> Hash {
    let parsed = parsed(db, source);
    if parsed.shape.opaque {
        return *blake3::hash(parsed.text.as_bytes()).as_bytes();
    }
    let mut bytes = Vec::new();
    normal::write(parsed.view(), 0..parsed.tokens.list.len(), &[], &mut bytes);
    *blake3::hash(&bytes).as_bytes()
}

/// The digest of all sources of a crate and of the local crates that it is built with.
#[salsa::tracked(returns(copy))]
pub(crate) fn crate_hash(db: &dyn Db, krate: Krate) -> Hash {
    let map = crate_map(db, krate);
    let mut parts: Vec<(String, Hash)> = map
        .mounts
        .iter()
        .map(|(source, _)| (super::files::relative(source.path(db), &map.data.folder), source_hash(db, *source)))
        .collect();
    parts.extend(
        map.opaque
            .iter()
            .filter_map(|path| Some((super::files::relative(path, &map.data.folder), db.asset(path).hash(db)?))),
    );
    parts.extend(map.dependencies.iter().map(|(name, other)| (name.to_string(), crate_hash(db, other.krate))));
    sort(&mut parts);
    let mut hasher = blake3::Hasher::new();
    hasher.update(map.data.edition.as_bytes());
    for (name, hash) in parts {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&hash);
    }
    *hasher.finalize().as_bytes()
}

/// Every identifier in a crate's sources, those in strings included.
#[salsa::tracked]
pub(crate) fn words(db: &dyn Db, krate: Krate) -> Arc<Vec<Name>> {
    let map = crate_map(db, krate);
    let mut words: Vec<Name> =
        map.mounts.iter().flat_map(|(source, _)| loose_words(db, *source).iter().copied()).collect();
    sort(&mut words);
    Arc::new(words)
}

/// Every identifier in a file, those in strings included.
#[salsa::tracked]
pub(crate) fn loose_words(db: &dyn Db, source: Source) -> Arc<Vec<Name>> {
    Arc::new(scan::loose(parsed(db, source)).1)
}

/// Every path in a file.
#[salsa::tracked]
pub(crate) fn loose(db: &dyn Db, source: Source) -> Arc<Vec<Reference>> {
    Arc::new(scan::loose(parsed(db, source)).0)
}
