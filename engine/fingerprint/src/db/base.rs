//! The database itself, and the tables beside it: which input stands for which file, and which node for which item.
//!
//! Files are read when first asked for and entered as inputs; [`Base::refresh`] reads those again that may have
//! changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};

use crate::disk::files;
use crate::disk::stamp::FileStamp;

use super::inputs::{Asset, SourceFile};
use super::node::{Node, NodeData, NodeKey};

/// What queries need beyond salsa.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    fn source(&self, path: &Path) -> SourceFile;
    fn asset(&self, path: &Path) -> Asset;
    fn node(&self, data: NodeData) -> Node;
    /// The node behind a query's key.
    fn node_of(&self, key: NodeKey) -> Node;
}

#[derive(Default)]
struct Tables {
    sources: FxHashMap<PathBuf, SourceFile>,
    stamps: FxHashMap<PathBuf, FileStamp>,
    assets: FxHashMap<PathBuf, Asset>,
    nodes: FxHashMap<NodeData, Node>,
}

impl Tables {
    fn keep(&mut self, path: &Path, stamp: Option<FileStamp>) {
        match stamp {
            Some(stamp) => drop(self.stamps.insert(path.to_owned(), stamp)),
            None => drop(self.stamps.remove(path)),
        }
    }
}

/// The database.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Base {
    storage: salsa::Storage<Self>,
    tables: Arc<Mutex<Tables>>,
}

#[salsa::db]
impl salsa::Database for Base {}

#[salsa::db]
impl Db for Base {
    fn source(&self, path: &Path) -> SourceFile {
        if let Some(found) = self.tables().sources.get(path) {
            return *found;
        }
        let source =
            SourceFile::builder(path.to_owned(), files::text(path)).path_durability(Durability::NEVER_CHANGE).new(self);
        *self.tables().sources.entry(path.to_owned()).or_insert(source)
    }

    fn asset(&self, path: &Path) -> Asset {
        if let Some(found) = self.tables().assets.get(path) {
            return *found;
        }
        let content = files::content(path);
        let asset = Asset::builder(path.to_owned(), content).path_durability(Durability::NEVER_CHANGE).new(self);
        *self.tables().assets.entry(path.to_owned()).or_insert(asset)
    }

    fn node(&self, data: NodeData) -> Node {
        if let Some(found) = self.tables().nodes.get(&data) {
            return *found;
        }
        let id = NodeKey::builder(data).durability(Durability::NEVER_CHANGE).new(self);
        let mut tables = self.tables();
        let order = u32::try_from(tables.nodes.len()).unwrap_or(u32::MAX);
        *tables.nodes.entry(data).or_insert_with(|| Node::new(order, id, data))
    }

    fn node_of(&self, key: NodeKey) -> Node {
        self.node(key.data(self))
    }
}

/// Called with the name of each query that runs.
pub type Observer = Box<dyn Fn(&str) + Send + Sync>;

impl Base {
    pub(crate) fn new(observer: Option<Observer>) -> Self {
        let callback = observer.map(|observer| -> Box<dyn Fn(salsa::Event) + Send + Sync> {
            Box::new(move |event| {
                if let salsa::EventKind::WillExecute { database_key } = event.kind {
                    observer(&format!("{database_key:?}"));
                }
            })
        });
        Self { storage: salsa::Storage::new(callback), tables: Arc::default() }
    }

    fn tables(&self) -> std::sync::MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads every file again that was read before and may have changed; says whether any did.
    pub(crate) fn refresh(&mut self) -> bool {
        let (mut sources, mut assets) = {
            let tables = self.tables();
            let sources: Vec<_> = tables.sources.iter().map(|(path, source)| (path.clone(), *source)).collect();
            let assets: Vec<_> = tables.assets.iter().map(|(path, asset)| (path.clone(), *asset)).collect();
            (sources, assets)
        };
        sources.sort_by(|a, b| a.0.cmp(&b.0));
        assets.sort_by(|a, b| a.0.cmp(&b.0));
        let mut changed = false;
        for (path, source) in sources {
            let stamp = FileStamp::of(&path);
            if stamp.is_some() && stamp.as_ref() == self.tables().stamps.get(&path) {
                continue;
            }
            let text = files::text(&path);
            self.tables().keep(&path, stamp);
            if *source.text(self) != text {
                source.set_text(self).to(text);
                changed = true;
            }
        }
        for (path, asset) in assets {
            let content = files::content(&path);
            if asset.content(self) != content {
                asset.set_content(self).to(content);
                changed = true;
            }
        }
        changed
    }

    /// The source files read so far, sorted.
    pub(crate) fn sources(&self) -> Vec<PathBuf> {
        let tables = self.tables();
        let mut paths: Vec<_> = tables.sources.keys().cloned().collect();
        paths.sort();
        paths
    }
}
