//! What a crate's build script says about itself, all of its modules read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::crates::build_script::Script;
use crate::crates::krate::Krate;
use crate::db::{Db, SourceFile};
use crate::names::modules::crate_map;
use crate::names::resolve::Resolver;

/// The build script of a crate, with its modules and the local crates that it is built with; one that says nothing if
/// there is none.
#[salsa::tracked]
pub(crate) fn script(db: &dyn Db, krate: Krate) -> Arc<Script> {
    let data = krate.data(db);
    let Some(path) = &data.build_script else { return Arc::default() };
    let mut sources: BTreeMap<PathBuf, SourceFile> = [(path.clone(), db.source(path))].into();
    let maps = data.script.map(|script| crate_map(db, script));
    let maps: Vec<_> = maps.iter().flat_map(|map| Resolver::new(map).maps().collect::<Vec<_>>()).collect();
    for mounted in maps.iter().flat_map(|map| map.mounts.values()) {
        sources.insert(mounted.source.path(db).clone(), mounted.source);
    }
    let mut script = Script::default();
    for source in sources.values() {
        script.read(source.text(db).as_deref().unwrap_or(""), &data.folder);
    }
    Arc::new(script.settled(data))
}
