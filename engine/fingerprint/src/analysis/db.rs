//! The salsa database: its inputs, and the queries over one file.
//!
//! | query | changes when |
//! | --- | --- |
//! | [`parsed`] | the file's text does |
//! | [`shape`] | what the file declares does |
//! | [`facts`] | that one item does |
//!
//! Files are read when first asked for and entered as inputs; [`Base::refresh`] reads those again that may
//! have changed.
//! A file that is missing is an input as well, so that its appearance is noticed.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};

use crate::{Hash, PartKind};

use super::facts::Facts;
use super::item::Shape;
use super::krate::Krate;
use super::name::Name;
use super::parse::Parsed;
use super::stamp::Stamp;

/// A file of source text; `None` if it can't be read as that.
#[salsa::input(debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: Option<Arc<str>>,
}

/// A file or folder of which only the content's digest counts; `None` if it can't be read.
#[salsa::input(debug)]
pub(crate) struct Asset {
    pub(crate) path: PathBuf,
    #[returns(copy)]
    pub(crate) hash: Option<Hash>,
}

/// What is known of a node's item wherever it is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    /// A struct, enum or union, which has members of its own.
    Data,
    /// A type alias, which stands for others.
    Alias,
    /// A function to which its caller's place matters.
    TracksCaller,
    Other,
}

/// What identifies a node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeData {
    pub(crate) kind: PartKind,
    pub(crate) sort: Sort,
    /// Its full name: `crate::module::item`.
    pub(crate) key: Name,
    pub(crate) krate: Krate,
    pub(crate) source: Source,
    /// What the item is called within its file.
    pub(crate) ident: Name,
}

/// What queries about a node are asked by.
#[salsa::input(debug)]
pub(crate) struct NodeKey {
    #[returns(copy)]
    data: NodeData,
}

/// A node of the graph.
///
/// Its data never change, so they are kept outside salsa: reading them is no dependency. They are kept
/// for as long as the process lives, like names.
#[derive(Clone, Copy)]
pub(crate) struct Node(&'static Entry);

struct Entry {
    order: u32,
    id: NodeKey,
    data: NodeData,
}

impl Node {
    pub(crate) fn data(self) -> &'static NodeData {
        &self.0.data
    }

    /// The node behind a query's key.
    pub(crate) fn of(db: &dyn Db, key: NodeKey) -> Self {
        db.node(key.data(db))
    }

    pub(crate) fn id(self) -> NodeKey {
        self.0.id
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.data.key)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Node {}

impl std::hash::Hash for Node {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u32(self.0.order);
    }
}

// In the order of their making, which is the same for equal histories.
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order.cmp(&other.0.order)
    }
}

/// What queries need beyond salsa.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    fn source(&self, path: &Path) -> Source;
    fn asset(&self, path: &Path) -> Asset;
    fn node(&self, data: NodeData) -> Node;
}

#[derive(Default)]
struct Tables {
    sources: FxHashMap<PathBuf, Source>,
    stamps: FxHashMap<PathBuf, Stamp>,
    assets: FxHashMap<PathBuf, Asset>,
    nodes: FxHashMap<NodeData, Node>,
}

impl Tables {
    fn keep(&mut self, path: &Path, stamp: Option<Stamp>) {
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
    fn source(&self, path: &Path) -> Source {
        if let Some(found) = self.tables().sources.get(path) {
            return *found;
        }
        let source =
            Source::builder(path.to_owned(), read_text(path)).path_durability(Durability::NEVER_CHANGE).new(self);
        *self.tables().sources.entry(path.to_owned()).or_insert(source)
    }

    fn asset(&self, path: &Path) -> Asset {
        if let Some(found) = self.tables().assets.get(path) {
            return *found;
        }
        let hash = super::files::digest(path);
        let asset = Asset::builder(path.to_owned(), hash).path_durability(Durability::NEVER_CHANGE).new(self);
        *self.tables().assets.entry(path.to_owned()).or_insert(asset)
    }

    fn node(&self, data: NodeData) -> Node {
        if let Some(found) = self.tables().nodes.get(&data) {
            return *found;
        }
        let id = NodeKey::builder(data).durability(Durability::NEVER_CHANGE).new(self);
        let mut tables = self.tables();
        let order = u32::try_from(tables.nodes.len()).unwrap_or(u32::MAX);
        *tables.nodes.entry(data).or_insert_with(|| Node(Box::leak(Box::new(Entry { order, id, data }))))
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
            let stamp = Stamp::of(&path);
            if stamp.is_some() && stamp.as_ref() == self.tables().stamps.get(&path) {
                continue;
            }
            let text = read_text(&path);
            self.tables().keep(&path, stamp);
            if *source.text(self) != text {
                source.set_text(self).to(text);
                changed = true;
            }
        }
        for (path, asset) in assets {
            let hash = super::files::digest(&path);
            if asset.hash(self) != hash {
                asset.set_hash(self).to(hash);
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

fn read_text(path: &Path) -> Option<Arc<str>> {
    let bytes = std::fs::read(path).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into(),
    })
}

/// Whether the file is there.
#[salsa::tracked(returns(copy))]
pub(crate) fn exists(db: &dyn Db, source: Source) -> bool {
    source.text(db).is_some()
}

/// The file's items with their positions.
#[salsa::tracked(no_eq)]
pub(crate) fn parsed(db: &dyn Db, source: Source) -> Arc<Parsed> {
    let text = source.text(db).clone().unwrap_or_else(|| "".into());
    Arc::new(Parsed::read(text))
}

/// What the file declares.
#[salsa::tracked]
pub(crate) fn shape(db: &dyn Db, source: Source) -> Arc<Shape> {
    parsed(db, source).shape.clone()
}

/// What the item behind a node says by itself.
pub(crate) fn facts(db: &dyn Db, node: Node) -> &Arc<Facts> {
    facts_of(db, node.id())
}

#[salsa::tracked]
fn facts_of(db: &dyn Db, key: NodeKey) -> Arc<Facts> {
    let data = Node::of(db, key).data();
    let parsed = parsed(db, data.source);
    let facts = parsed.find(data.ident).map(|index| super::scan::facts(parsed, index));
    Arc::new(facts.unwrap_or_default())
}
