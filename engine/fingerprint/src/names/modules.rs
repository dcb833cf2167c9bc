//! The names of one crate: its modules as rustc loads them, blocks that declare items included, and what
//! each declares. Nothing is resolved here; `resolve` does that on demand.
//!
//! A map changes when a declaration does, never when the inside of a function does.

use std::path::Path as FilePath;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::crates::krate::{Dependency, Krate};
use crate::db::Db;
use crate::index::IdxVec;
use crate::syntax::item::{ItemId, Space};
use crate::syntax::name::Name;

use super::kept::Kept;

mod declare;
mod load;
mod made;
mod map;
mod scope;

use load::Loader;
pub(crate) use map::{Binding, CrateMap, Module, ModuleId, Place, What};
pub(crate) use scope::Scope;

/// The map of a crate, with those of its dependencies.
#[salsa::tracked]
pub(crate) fn crate_map(db: &dyn Db, krate: Krate) -> Arc<CrateMap> {
    let data = krate.data(db).clone();
    let mut dependencies: FxHashMap<Name, Vec<Arc<CrateMap>>> = FxHashMap::default();
    for (name, meant) in &data.dependencies {
        for dependency in meant {
            if let Dependency::Local(other) = dependency
                && *other != krate
            {
                dependencies.entry(*name).or_default().push(crate_map(db, *other).clone());
            }
        }
    }
    let map = CrateMap {
        krate,
        data: data.clone(),
        modules: IdxVec::default(),
        places: FxHashMap::default(),
        nodes: vec![],
        impls: vec![],
        traits: vec![],
        declared: FxHashMap::default(),
        variants: FxHashMap::default(),
        bound: FxHashSet::default(),
        definitions: FxHashMap::default(),
        mounts: IdxVec::default(),
        respelled: false,
        makes: false,
        tracks: FxHashSet::default(),
        symbols: vec![],
        opaque: vec![],
        blind: FxHashSet::default(),
        dependencies,
        answers: Kept::default(),
    };
    let mut loader = Loader { db, map, loading: vec![] };
    let root = loader.map.add_module(data.name, None, false, ItemId::FIRST, vec![]);
    let folder = data.root.parent().unwrap_or(FilePath::new("")).to_owned();
    loader.file(&data.root, root, folder);
    let mut map = loader.map;
    map.enter_made();
    for module in map.modules.values_mut() {
        for call in &module.calls {
            call.words.iter().for_each(|word| module.made.entry(*word).or_default().push(call.node));
        }
    }
    map.bound = map.modules.values().flat_map(|module| module.names.keys().copied()).collect();
    map.makes = map.modules.values().any(|module| !module.calls.is_empty());
    let words = map.modules.values().flat_map(|module| &module.calls).flat_map(|call| &call.words);
    let free: FxHashSet<Name> = words.chain(map.variants.values().flatten()).copied().collect();
    for space in Space::ALL {
        map.bound.extend(free.iter().map(|name| (space, *name)));
    }
    Arc::new(map)
}
