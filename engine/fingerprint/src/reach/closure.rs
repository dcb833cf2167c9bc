//! Everything that a function reaches: a walk over edges. What is tied to anchors is taken as soon as those are
//! reached, and a member as soon as something that was reached calls its name.
//!
//! The walk is breadth-first, so each node is entered by a shortest path. The outcome is a set; nothing
//! is hashed along the way, so cycles need no care.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::crates::krate::Krate;
use crate::crates::package::Package;
use crate::db::{Db, Node, NodeKey, facts, shape};
use crate::index::{Idx, IdxVec};
use crate::names::modules::crate_map;
use crate::syntax::item::ItemKind;
use crate::syntax::name::Name;

use super::edges::edges;
use super::implicit::{Implicit, Tied, TiedId, implicit};

/// Something reached, with the node that reached it.
pub(crate) type Via<T> = (T, StepId);

/// A node that was reached, and the one that reached it: none reached the function itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) node: Node,
    pub(crate) via: Option<StepId>,
}

pub(crate) type StepId = Idx<Step>;

/// See the module. Lists are in the order of the walk.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Closure {
    /// The function is the first.
    pub(crate) steps: IdxVec<Step>,
    /// The same by kind and name.
    pub(crate) sorted: Vec<Node>,
    /// Their crates, sorted.
    pub(crate) krates: Vec<Krate>,
    pub(crate) packages: Vec<Via<Package>>,
    pub(crate) whole: Vec<Via<Krate>>,
    pub(crate) asks: Vec<Via<(Krate, Name)>>,
    pub(crate) envs: Vec<Via<(Krate, Name)>>,
    pub(crate) files: Vec<Via<PathBuf>>,
    pub(crate) scripts: Vec<Via<Krate>>,
    pub(crate) notes: Vec<String>,
    /// Whether the function is generic over types, so that any of the crate's may come in.
    pub(crate) generic: bool,
}

/// The closure of a function.
pub(crate) fn closure(db: &dyn Db, root: Node) -> &Arc<Closure> {
    closure_of(db, root.id())
}

#[salsa::tracked]
fn closure_of(db: &dyn Db, key: NodeKey) -> Arc<Closure> {
    let root = db.node_of(key);
    let krate = root.data().krate;
    let mut walk = ClosureWalk {
        db,
        implicit: implicit(db, krate),
        out: Closure::default(),
        index: FxHashMap::default(),
        todo: VecDeque::new(),
        wanted: FxHashSet::default(),
        wanted_of: FxHashSet::default(),
        opened: FxHashSet::default(),
        wanted_of_any: FxHashSet::default(),
        active: IdxVec::default(),
        waiting: Waiting::default(),
        once: Once::default(),
    };
    walk.active = IdxVec::filled(false, walk.implicit.tied.len());
    walk.reach(root, None);
    walk.out.generic = generic(db, key);
    if walk.out.generic {
        for node in &walk.implicit.types {
            walk.reach(*node, Some(StepId::FIRST));
        }
    }
    for id in &walk.implicit.always {
        walk.activate(*id, StepId::FIRST);
    }
    while let Some(at) = walk.todo.pop_front() {
        walk.step(at);
    }
    walk.finish()
}

/// Whether a function, or what it is a member of, has type parameters.
#[salsa::tracked(returns(copy))]
fn generic(db: &dyn Db, key: NodeKey) -> bool {
    let root = db.node_of(key);
    let data = root.data();
    let shape = shape(db, data.source);
    let map = crate_map(db, data.krate);
    let item = map.places.get(&root).and_then(|place| shape.items.get(place.item));
    item.is_some_and(|item| {
        let of_trait = item
            .parent
            .and_then(|parent| shape.items.get(parent))
            .is_some_and(|parent| matches!(parent.kind, ItemKind::Trait(_)));
        item.generics.types || of_trait || facts(db, root).takes_any
    })
}

#[derive(Default)]
struct Once {
    packages: FxHashSet<Package>,
    whole: FxHashSet<Krate>,
    asks: FxHashSet<(Krate, Name)>,
    envs: FxHashSet<(Krate, Name)>,
    files: FxHashSet<PathBuf>,
    scripts: FxHashSet<Krate>,
}

/// Members of what has been taken that nothing has called yet, each with the step that took its header. A member waits
/// in several lists; taking it from a second one changes nothing.
#[derive(Default)]
struct Waiting {
    by_name: FxHashMap<Name, Vec<(Node, StepId)>>,
    by_type: FxHashMap<(Node, Name), Vec<(Node, StepId)>>,
    of_any: FxHashMap<Name, Vec<(Node, StepId)>>,
}

struct ClosureWalk<'db> {
    db: &'db dyn Db,
    implicit: &'db Implicit,
    out: Closure,
    index: FxHashMap<Node, StepId>,
    todo: VecDeque<StepId>,
    wanted: FxHashSet<Name>,
    wanted_of: FxHashSet<(Node, Name)>,
    /// Names wanted of some type, which a blanket impl or a trait's defaults may have.
    wanted_of_any: FxHashSet<Name>,
    /// Types of which all members are wanted.
    opened: FxHashSet<Node>,
    /// What of the tied has been taken.
    active: IdxVec<Tied, bool>,
    waiting: Waiting,
    once: Once,
}

impl ClosureWalk<'_> {
    fn finish(mut self) -> Arc<Closure> {
        let nodes = self.out.steps.values().map(|step| step.node);
        self.out.krates = nodes.clone().map(|node| node.data().krate).collect::<FxHashSet<_>>().into_iter().collect();
        self.out.krates.sort();
        self.out.sorted = nodes.collect();
        self.out.sorted.sort_by_cached_key(|node| (node.data().kind, node.data().key));
        Arc::new(self.out)
    }

    fn reach(&mut self, node: Node, via: Option<StepId>) {
        if self.index.contains_key(&node) {
            return;
        }
        let next = self.out.steps.push(Step { node, via });
        self.index.insert(node, next);
        self.todo.push_back(next);
        let implicit = self.implicit;
        for id in implicit.by_anchor.get(&node).into_iter().flatten() {
            let tied = &implicit.tied[*id];
            let reached = |list: &[Node]| list.is_empty() || list.iter().any(|node| self.index.contains_key(node));
            if reached(&tied.traits) && reached(&tied.types) {
                self.activate(*id, next);
            }
        }
    }

    fn activate(&mut self, id: TiedId, via: StepId) {
        if std::mem::replace(&mut self.active[id], true) {
            return;
        }
        let implicit = self.implicit;
        let tied = &implicit.tied[id];
        let mut header = via;
        if let Some(node) = tied.node.filter(|_| !tied.with_members) {
            self.reach(node, Some(via));
            header = self.index.get(&node).copied().unwrap_or(via);
        }
        // A blanket impl, and the defaults of a trait, are for any type: `Type::name` may mean their members, too.
        let any = tied.types.is_empty() && !tied.inherent;
        let opened = tied.types.iter().any(|node| self.opened.contains(node));
        for (name, member) in &tied.members {
            let wanted = opened
                || self.wanted.contains(name)
                || any && self.wanted_of_any.contains(name)
                || tied.types.iter().any(|node| self.wanted_of.contains(&(*node, *name)));
            if wanted {
                self.reach(*member, Some(header));
                continue;
            }
            let entry = (*member, header);
            self.waiting.by_name.entry(*name).or_default().push(entry);
            if any {
                self.waiting.of_any.entry(*name).or_default().push(entry);
            }
            for node in &tied.types {
                self.waiting.by_type.entry((*node, *name)).or_default().push(entry);
            }
        }
    }

    /// Takes all members of a type, as far as what has them was taken before; the rest is taken with them as it comes.
    fn open(&mut self, node: Node, at: StepId) {
        let implicit = self.implicit;
        let tied = implicit.by_anchor.get(&node).into_iter().flatten().filter(|id| self.active[**id]);
        let tied: Vec<TiedId> = tied.copied().collect();
        for id in tied {
            for (_, member) in &implicit.tied[id].members {
                self.reach(*member, Some(at));
            }
        }
    }

    fn step(&mut self, at: StepId) {
        let node = self.out.steps[at].node;
        let edges = edges(self.db, node);
        let krate = node.data().krate;
        for node in &edges.nodes {
            self.reach(*node, Some(at));
        }
        let mut found = Vec::new();
        for name in &edges.members {
            if self.wanted.insert(*name) {
                found.extend(self.waiting.by_name.remove(name).into_iter().flatten());
            }
        }
        for node in &edges.opened {
            if self.opened.insert(*node) {
                self.open(*node, at);
            }
        }
        for (of, name) in &edges.qualified {
            if self.wanted_of.insert((*of, *name)) {
                found.extend(self.waiting.by_type.remove(&(*of, *name)).into_iter().flatten());
            }
            if self.wanted_of_any.insert(*name) {
                found.extend(self.waiting.of_any.remove(name).into_iter().flatten());
            }
        }
        for (member, _) in found {
            self.reach(member, Some(at));
        }
        let out = &mut self.out;
        let once = &mut self.once;
        out.packages.extend(
            edges.packages.iter().filter(|package| once.packages.insert(**package)).map(|package| (*package, at)),
        );
        out.whole.extend(edges.whole.iter().filter(|krate| once.whole.insert(**krate)).map(|krate| (*krate, at)));
        out.asks
            .extend(edges.asks.iter().filter(|ask| once.asks.insert((krate, **ask))).map(|ask| ((krate, *ask), at)));
        out.envs
            .extend(edges.envs.iter().filter(|env| once.envs.insert((krate, **env))).map(|env| ((krate, *env), at)));
        out.files.extend(
            edges.files.iter().filter(|file| once.files.insert((*file).clone())).map(|file| (file.clone(), at)),
        );
        if edges.script && once.scripts.insert(krate) {
            out.scripts.push((krate, at));
        }
        out.notes.extend(edges.notes.iter().cloned());
    }
}
