//! From one node to what it may depend on: its names resolved, its macros looked into.
//!
//! The outcome has a hash over the item's own tokens and over what each of its names resolves to. The latter is needed
//! where an edit elsewhere redirects a name: if a new import hides `max`, neither the caller nor either `max` changes,
//! but the caller's result does.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Hash, PartKind};
use crate::crates::krate::Krate;
use crate::crates::package::Package;
use crate::db::{Db, Nature, Node, NodeKey, facts, parsed, shape};
use crate::digest::{Digest, Fields};
use crate::disk::files::relative;
use crate::facts::{Facts, OpenCfg, Reference};
use crate::names::modules::{CrateMap, ModuleId, Place, crate_map};
use crate::names::resolve::{Resolver, Target};
use crate::sorted::sort;
use crate::syntax::cfg::Predicate;
use crate::syntax::item::{BlockId, ItemKind, Spaces};
use crate::syntax::name::Name;

mod macros;
mod meaning;
mod names;
mod pieces;
mod reads;

use meaning::{Meaning, Written};
use pieces::Pieces;

/// See the module. All lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edges {
    pub(crate) nodes: Vec<Node>,
    /// Members wanted of any type.
    pub(crate) members: Vec<Name>,
    /// Types of which all members are wanted.
    pub(crate) opened: Vec<Node>,
    /// Members wanted of one type.
    pub(crate) qualified: Vec<(Node, Name)>,
    pub(crate) packages: Vec<Package>,
    pub(crate) whole: Vec<Krate>,
    pub(crate) asks: Vec<Name>,
    pub(crate) envs: Vec<Name>,
    pub(crate) files: Vec<PathBuf>,
    /// Whether the crate's build script decides about it.
    pub(crate) script: bool,
    pub(crate) notes: Vec<String>,
}

/// The edges of a node: they stay equal when its code changes but leads to the same things.
pub(crate) fn edges(db: &dyn Db, node: Node) -> &Arc<Edges> {
    edges_of(db, node.id())
}

/// The digest of a node: of its tokens, and of what its names resolve to.
pub(crate) fn hash(db: &dyn Db, node: Node) -> Hash {
    resolved(db, node.id()).0
}

/// The digests of all nodes of a crate: for asking about many functions after an edit.
#[salsa::tracked]
pub(crate) fn hashes(db: &dyn Db, krate: Krate) -> Arc<FxHashMap<Node, Hash>> {
    Arc::new(crate_map(db, krate).nodes.iter().map(|node| (*node, hash(db, *node))).collect())
}

#[salsa::tracked]
fn edges_of(db: &dyn Db, key: NodeKey) -> Arc<Edges> {
    resolved(db, key).1.clone()
}

#[salsa::tracked]
fn resolved(db: &dyn Db, key: NodeKey) -> (Hash, Arc<Edges>) {
    let node = db.node_of(key);
    let data = node.data();
    let map = crate_map(db, data.krate);
    let Some(place) = map.places.get(&node) else { return Default::default() };
    let mut walk = EdgeWalk {
        db,
        node,
        map,
        place,
        resolver: Resolver::new(map),
        out: Edges::default(),
        resolved: vec![],
        at: None,
        asked: FxHashSet::default(),
        read: FxHashSet::default(),
        expanded: FxHashMap::default(),
        pieces: Pieces::default(),
        places: false,
        open_cfg: OpenCfg::default(),
    };
    walk.run(facts(db, node));
    walk.finish(facts(db, node))
}

struct EdgeWalk<'db> {
    db: &'db dyn Db,
    node: Node,
    map: &'db CrateMap,
    place: &'db Place,
    resolver: Resolver<'db>,
    out: Edges,
    /// What was written, what it resolves to, and in which block.
    resolved: Vec<(Written<'db>, Vec<Meaning>, Option<BlockId>)>,
    /// The block that names are being looked up from.
    at: Option<BlockId>,
    /// Members whose traits were looked for.
    asked: FxHashSet<Name>,
    /// References followed. Macro input is read twice, as code and as words, so most of them come twice.
    read: FxHashSet<&'db Reference>,
    /// Macro definitions looked into, by the block of the call, with the macros that they call.
    expanded: FxHashMap<(Node, ModuleId), Vec<Node>>,
    /// Words that the macros that are called may put paths together of.
    pieces: Pieces,
    /// Whether it matters where the item stands.
    places: bool,
    /// What the definitions of the macros that are called say of predicates.
    open_cfg: OpenCfg,
}

impl<'db> EdgeWalk<'db> {
    fn run(&mut self, facts: &'db Facts) {
        self.surroundings();
        for reference in &facts.references {
            self.reference(reference);
        }
        for reference in &facts.opened {
            self.open(reference);
        }
        self.members(facts.members.iter().copied(), None);
        for used in &facts.macros {
            self.macro_use(used);
        }
        self.put_together();
        self.open_predicates(&facts.macros);
        self.out.asks.extend(&facts.asks);
        self.out.asks.extend(&self.place.cfg);
        self.envs(&facts.envs);
        self.includes(&facts.includes);
        self.places |= facts.places;
    }

    fn finish(mut self, facts: &Facts) -> (Hash, Arc<Edges>) {
        // What holds in every build of these sources need not be asked. Features are asked about even where they are
        // known: another build of the same sources may have others.
        let known = |name: &str, value: Option<&str>| self.map.data.always_holds(name, value);
        self.out.asks.retain(|ask| Predicate::of(*ask).holds(&known).is_none());
        let out = &mut self.out;
        out.nodes.retain(|node| *node != self.node);
        sort(&mut out.nodes);
        sort(&mut out.members);
        sort(&mut out.opened);
        sort(&mut out.qualified);
        sort(&mut out.packages);
        sort(&mut out.whole);
        sort(&mut out.asks);
        sort(&mut out.envs);
        sort(&mut out.files);
        sort(&mut out.notes);
        sort(&mut self.resolved);
        let mut fields = Fields::new("scrat item v1");
        fields.digest(&Digest(facts.hash));
        self.names(&mut fields);
        fields.list(&self.place.cfg, |fields, predicate| {
            fields.text(predicate);
        });
        if self.places {
            let data = self.node.data();
            let parsed = parsed(self.db, data.source);
            if let Some(span) = parsed.spans.get(self.place.item) {
                let start = parsed.tokens.list.get(span.range.start).map_or(0, |token| token.start);
                let end = span
                    .range
                    .end
                    .checked_sub(1)
                    .and_then(|last| parsed.tokens.list.get(last))
                    .map_or(0, |token| token.end);
                let column = parsed
                    .text
                    .get(..start as usize)
                    .map_or(0, |before| before.len() - before.rfind('\n').map_or(0, |at| at + 1));
                let line = parsed.tokens.line(start);
                fields.text(&relative(data.source.path(self.db), &self.map.data.workspace));
                fields.number(line.into()).number(column as u64);
                fields.text(parsed.text.get(start as usize..end as usize).unwrap_or(""));
            }
        }
        (fields.finish().0, Arc::new(self.out))
    }

    /// What each name resolves to.
    ///
    /// A name may mean different things in different blocks of one item. Then it counts in which block it means what,
    /// by the number of tokens before that block: without it, exchanging the declarations in two blocks would change
    /// nothing.
    fn names(&self, fields: &mut Fields) {
        let groups: Vec<_> = self.resolved.chunk_by(|a, b| a.0 == b.0).collect();
        fields.list(groups, |fields, group| {
            let differ = group.windows(2).any(|pair| pair[0].1 != pair[1].1);
            let alike: Vec<_> = group.chunk_by(|a, b| a.1 == b.1).collect();
            fields.list(alike, |fields, same| {
                let Some((written, meanings, _)) = same.first() else { return };
                written.write(fields);
                fields.list(meanings, |fields, meaning| meaning.write(fields));
                // Positions change with each edit of the file, so they are looked at only where they matter.
                fields.option(differ.then_some(same), |fields, same| {
                    let parsed = parsed(self.db, self.node.data().source);
                    fields.list(same, |fields, (_, _, block)| {
                        let open = block.and_then(|block| parsed.blocks.get(block).copied());
                        let before = open.map(|open| parsed.before(self.place.item, open));
                        fields.option(before, |fields, before| {
                            fields.number(before as u64);
                        });
                    });
                });
            });
        });
    }

    /// What comes with the item by where it stands and what kind of item it is, whatever is in it.
    fn surroundings(&mut self) {
        let data = self.node.data();
        let shape = shape(self.db, data.source);
        let Some(item) = shape.items.get(self.place.item) else { return };
        // A member depends on its header: on the type, the trait, the bounds.
        self.out.nodes.extend(self.place.owner);
        self.out.nodes.extend(self.place.heard);
        if self.map.blind.contains(&self.node) {
            self.out.whole.push(self.map.krate);
            self.out.files.push(self.map.data.folder.clone());
            self.out
                .notes
                .push(format!("`{}` brings in source that cannot be found: its package counts whole", data.key));
        }
        match &item.kind {
            ItemKind::Impl(head) => {
                let foreign = head.of.as_ref().is_some_and(|of| {
                    let found = self.resolver.path(self.map.scope(self.place.module), of, Spaces::TYPES, self.map);
                    !found
                        .targets
                        .iter()
                        .any(|target| matches!(target, Target::Node(node) if node.data().kind == PartKind::Trait))
                });
                // The methods of a trait from elsewhere are called by code that is not at hand (`Display::fmt` by
                // `println!`), so whoever reaches the impl reaches them all. Those of our own traits wait until someone
                // calls their names.
                if foreign {
                    let own = self.map.impls.iter().find(|found| found.node == self.node);
                    self.out.nodes.extend(own.into_iter().flat_map(|own| own.members.iter().map(|(_, node)| *node)));
                }
            }
            ItemKind::Foreign => {
                let name = item.attributes.symbol.filter(|name| name.text() != "*").unwrap_or(item.name);
                let mut found = false;
                let maps: Vec<_> = self.resolver.maps().collect();
                for map in maps {
                    for (symbol, node) in &map.symbols {
                        if *symbol == name {
                            found = true;
                            self.out.nodes.push(*node);
                        }
                    }
                }
                if !found {
                    // Some macro may export it, under a name that is not written anywhere.
                    let makers = self.resolver.maps().filter(|map| map.makes);
                    self.out.whole.extend(makers.map(|map| map.krate));
                    self.out.script = true;
                    self.out.notes.push(format!("`{name}` is linked in from elsewhere: its code is not covered"));
                }
            }
            _ => {}
        }
    }

    /// Enters one target. Returned is what it adds to the hash: what the target is called, not what is in it, since
    /// that is a part of its own.
    fn target(&mut self, target: Target) -> Option<Meaning> {
        match target {
            Target::Node(node) => {
                self.out.nodes.push(node);
                if node.data().nature == Nature::TracksCaller {
                    self.places = true;
                }
                Some(self.meaning(node))
            }
            Target::Package(package) => {
                self.out.packages.push(package);
                // Its version is a part of its own, so that an update changes one part, not all of its users.
                let mut others = self.map.data.packages.iter().filter(|other| **other != package);
                // With two packages of one name, the name alone would not say which is meant.
                let several = others.any(|other| other.name() == package.name());
                Some(Meaning::Package(if several { package.text() } else { Name::new(package.name()) }))
            }
            Target::Whole(krate) => {
                // A procedural macro of the workspace may write any name: those who could write it here count too.
                self.out.whole.extend([krate, self.map.krate]);
                Some(Meaning::Crate(krate.data(self.db).name))
            }
            Target::Module(..) | Target::Std => None,
        }
    }

    fn meaning(&self, node: Node) -> Meaning {
        let data = node.data();
        if matches!(data.kind, PartKind::MacroCall | PartKind::Macro) {
            // Calls of one macro in one module have one name, and so have a macro's definitions.
            return Meaning::Macro(data.key, facts(self.db, node).hash);
        }
        Meaning::Item(data.kind, data.key)
    }
}
