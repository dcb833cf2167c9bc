//! Crates and files that count as a whole: procedural macros, and source included in an expression.

use std::path::Path;
use std::sync::Arc;

use crate::code::Hash;
use crate::crates::krate::Krate;
use crate::db::{Db, SourceFile, parsed};
use crate::digest::{Digest, Fields};
use crate::disk::files::relative;
use crate::facts::{Reference, scan};
use crate::names::modules::crate_map;
use crate::sorted::sort;
use crate::syntax::name::Name;
use crate::syntax::normal;

/// The digest of a file's normal tokens, or of its bytes where it could not be read as tokens.
#[salsa::tracked(returns(copy))]
pub(crate) fn source_hash(db: &dyn Db, source: SourceFile) -> Hash {
    let parsed = parsed(db, source);
    if parsed.shape.opaque {
        return Fields::new("scrat source bytes v1").text(&parsed.text).finish().0;
    }
    let mut bytes = Vec::new();
    normal::write(parsed.view(), 0..parsed.tokens.list.len(), &[], false, &mut bytes);
    Fields::new("scrat source v1").bytes(&bytes).finish().0
}

/// The digest of all sources of a crate and of the local crates that it is built with.
#[salsa::tracked(returns(copy))]
pub(crate) fn crate_hash(db: &dyn Db, krate: Krate) -> Hash {
    let map = crate_map(db, krate);
    let shown = |path: &Path| relative(path, &map.data.folder);
    let mounts =
        map.mounts.values().map(|mounted| (shown(mounted.source.path(db)), Some(source_hash(db, mounted.source))));
    let opaque = map.opaque.iter().map(|path| (shown(path), db.asset(path).hash(db)));
    let dependencies = map
        .dependencies
        .iter()
        .flat_map(|(name, meant)| meant.iter().map(|other| (name.to_string(), Some(crate_hash(db, other.krate)))));
    let mut fields = Fields::new("scrat crate v1");
    fields.text(&map.data.edition);
    for mut list in [mounts.collect::<Vec<_>>(), opaque.collect(), dependencies.collect()] {
        sort(&mut list);
        fields.list(list, |fields, (name, hash)| {
            fields.text(&name).option(hash, |fields, hash| {
                fields.digest(&Digest(hash));
            });
        });
    }
    fields.finish().0
}

/// Every identifier in a crate's sources, those in strings included.
#[salsa::tracked]
pub(crate) fn words(db: &dyn Db, krate: Krate) -> Arc<Vec<Name>> {
    let map = crate_map(db, krate);
    let mut words: Vec<Name> =
        map.mounts.values().flat_map(|mounted| loose_words(db, mounted.source).iter().copied()).collect();
    sort(&mut words);
    Arc::new(words)
}

/// Every identifier in a file, those in strings included.
#[salsa::tracked]
pub(crate) fn loose_words(db: &dyn Db, source: SourceFile) -> Arc<Vec<Name>> {
    Arc::new(scan::loose(parsed(db, source)).1)
}

/// Every path in a file.
#[salsa::tracked]
pub(crate) fn loose(db: &dyn Db, source: SourceFile) -> Arc<Vec<Reference>> {
    Arc::new(scan::loose(parsed(db, source)).0)
}
