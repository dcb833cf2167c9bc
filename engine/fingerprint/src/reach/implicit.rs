//! What is reached without being named: impls, default methods, and items that an attribute or a macro call ties to
//! others.
//!
//! No code names an `impl Display for Score`; it is reached by whatever prints a `Score`. Without types it cannot be
//! said who does, so each of these is tied to anchors, types and traits, and is taken as soon as they are reached. What
//! may be inferred from an impl alone, without naming its types anywhere, must not be tied to those types: it would be
//! missed.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::db::{Db, Nature, Node, facts, shape};
use crate::index::{Idx, IdxVec};
use crate::names::modules::{CrateMap, Place, crate_map};
use crate::names::resolve::{Resolver, Target};
use crate::sorted::sort;
use crate::syntax::item::{ImplHead, ItemKind, Path, Spaces};
use crate::syntax::name::Name;

use super::edges::edges;
use super::whole_crate;

/// Something that is tied to anchors.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Tied {
    /// What is reached; `None` for a trait's defaults, which come with the trait.
    pub(crate) node: Option<Node>,
    /// If not empty, one of these must be reached as well.
    pub(crate) traits: Vec<Node>,
    /// If not empty, one of these must be reached.
    pub(crate) types: Vec<Node>,
    /// Whether it is an inherent impl.
    pub(crate) inherent: bool,
    /// Whether its header does nothing by itself, so that it comes with the first of its members.
    pub(crate) with_members: bool,
    /// Reached when they are wanted by name.
    pub(crate) members: Vec<(Name, Node)>,
}

pub(crate) type TiedId = Idx<Tied>;

/// Everything in a build that is tied to anchors.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Implicit {
    pub(crate) tied: IdxVec<Tied>,
    pub(crate) by_anchor: FxHashMap<Node, Vec<TiedId>>,
    /// Those without an anchor.
    pub(crate) always: Vec<TiedId>,
    /// All types of the root crate.
    pub(crate) types: Vec<Node>,
}

/// The same as seen from a crate.
#[salsa::tracked]
pub(crate) fn implicit(db: &dyn Db, krate: Krate) -> Arc<Implicit> {
    let root = crate_map(db, krate);
    let mut builder = Builder { db, resolver: Resolver::new(root), named: Named::default(), tied: IdxVec::default() };
    let maps: Vec<_> = builder.resolver.maps().collect();
    for map in maps {
        if map.data.proc_macro && map.krate != krate {
            continue;
        }
        builder.impls(map);
        builder.hooks(map);
        builder.body_calls(map);
    }
    let tied = builder.tied;
    let mut by_anchor: FxHashMap<Node, Vec<TiedId>> = FxHashMap::default();
    let mut always = Vec::new();
    for (id, tied) in tied.iter() {
        if tied.traits.is_empty() && tied.types.is_empty() {
            always.push(id);
        }
        for anchor in tied.traits.iter().chain(&tied.types) {
            by_anchor.entry(*anchor).or_default().push(id);
        }
    }
    let types = root.nodes.iter().copied().filter(|node| node.data().kind == PartKind::Type).collect();
    Arc::new(Implicit { tied, by_anchor, always, types })
}

/// What anchors some paths lead to.
#[derive(Default)]
struct Anchors {
    nodes: Vec<Node>,
    /// Whether any leads out of the crates at hand.
    elsewhere: bool,
    /// Whether none leads to a package, or to what a macro makes.
    std: bool,
    /// Whether an alias stands for what only the compiler knows.
    projects: bool,
}

/// The types and traits of each crate, by their own names.
#[derive(Default)]
struct Named(FxHashMap<Krate, FxHashMap<Name, Vec<Node>>>);

impl Named {
    fn of(&mut self, map: &CrateMap) -> &FxHashMap<Name, Vec<Node>> {
        self.0.entry(map.krate).or_insert_with(|| {
            let mut named: FxHashMap<Name, Vec<Node>> = FxHashMap::default();
            let all = map.nodes.iter().filter(|node| matches!(node.data().kind, PartKind::Type | PartKind::Trait));
            for node in all {
                let own = node.data().plain_name().rsplit("::").next().unwrap_or("");
                named.entry(Name::new(own)).or_default().push(*node);
            }
            named
        })
    }
}

struct Builder<'db> {
    db: &'db dyn Db,
    resolver: Resolver<'db>,
    named: Named,
    tied: IdxVec<Tied>,
}

impl<'db> Builder<'db> {
    fn impls(&mut self, map: &'db CrateMap) {
        for found in &map.traits {
            self.tied.push(Tied {
                node: None,
                traits: vec![found.node],
                members: found.members.clone(),
                ..Tied::default()
            });
        }
        for found in &map.impls {
            let Some(place) = map.places.get(&found.node) else { continue };
            let shape = shape(self.db, found.node.data().source);
            let Some(item) = shape.items.get(place.item) else { continue };
            let ItemKind::Impl(head) = &item.kind else { continue };
            let mut traits = Vec::new();
            let mut foreign = false;
            let mut packaged = false;
            if let Some(of) = &head.of {
                let anchors = self.anchors(map, place, std::slice::from_ref(of), &[]);
                traits = anchors.nodes.into_iter().filter(|node| node.data().kind == PartKind::Trait).collect();
                foreign = anchors.elsewhere || traits.is_empty();
                packaged = foreign && !anchors.std;
            }
            let types = match self.head(map, place, head, &item.generics.names) {
                Some(own) => own,
                None => {
                    let mut anchors = self.anchors(map, place, &head.types, &item.generics.names);
                    anchors.nodes.retain(|node| node.data().kind != PartKind::Constant);
                    if head.of.is_some() && !foreign {
                        // `impl Rate for (Day, u8)`: the types of a trait of ours, and its arguments, may be inferred
                        // from the fact that there is just one impl. The trait alone is the anchor.
                        anchors.nodes.clear();
                    } else if anchors.projects {
                        // An alias of a projection stands for some type of the crate.
                        let all = self.named.of(map).values().flatten();
                        anchors.nodes = all.copied().filter(|node| node.data().kind == PartKind::Type).collect();
                        sort(&mut anchors.nodes);
                    } else if packaged {
                        // A package's trait may be called through its methods' names alone, on types that nothing
                        // names.
                        self.tied.push(Tied { members: found.members.clone(), ..Tied::default() });
                    }
                    anchors.nodes
                }
            };
            if foreign {
                // The trait, or one of the alternatives that it may be, is called by code that is not at hand: the impl
                // is taken with its type, without waiting for anyone to reach the trait, and with all its members.
                traits.clear();
            }
            self.tied.push(Tied {
                node: Some(found.node),
                traits,
                types,
                inherent: head.of.is_none(),
                with_members: head.of.is_none() && !head.others && item.attributes.foreign.is_empty(),
                members: if foreign { vec![] } else { found.members.clone() },
            });
        }
    }

    /// What an impl is for, if that is a struct, enum or union of ours by its own name: nothing reaches such an impl
    /// but a value of that type, or its name. Arguments of types and of traits are another matter: the compiler infers
    /// them from the impls that there are, so that a type may matter that is named nowhere else.
    fn head(&mut self, map: &'db CrateMap, place: &Place, head: &ImplHead, generics: &[Name]) -> Option<Vec<Node>> {
        let target = head.target.as_ref()?;
        if target.first().is_some_and(|first| generics.contains(first)) {
            return None;
        }
        let found = self.resolver.path(map.scope(place.module), target, Spaces::TYPES, map);
        let own: Option<Vec<Node>> = found
            .targets
            .into_iter()
            .map(|target| match target {
                Target::Node(node) if node.data().nature == Nature::Data => Some(node),
                _ => None,
            })
            .collect();
        own.filter(|own| !own.is_empty() && found.calls.is_empty())
    }

    /// The local nodes that paths lead to, aliases followed.
    fn anchors(&mut self, map: &'db CrateMap, place: &Place, paths: &[Path], generics: &[Name]) -> Anchors {
        let mut nodes = Vec::new();
        let mut anchors = Anchors { std: true, ..Anchors::default() };
        for path in paths {
            let Some(first) = path.first() else { continue };
            if generics.contains(first) || first.text() == "Self" {
                continue;
            }
            let found = self.resolver.path(map.scope(place.module), path, Spaces::TYPES, map);
            for target in found.targets {
                match target {
                    Target::Node(node) => nodes.push(node),
                    Target::Std => anchors.elsewhere = true,
                    Target::Package(_) | Target::Whole(_) => {
                        anchors.elsewhere = true;
                        anchors.std = false;
                    }
                    Target::Module(..) => {}
                }
            }
            anchors.std &= found.calls.is_empty();
            nodes.extend(found.calls.iter().filter_map(Target::node));
        }
        let mut seen: FxHashSet<Node> = FxHashSet::default();
        let mut todo = nodes;
        while let Some(node) = todo.pop() {
            if !seen.insert(node) {
                continue;
            }
            let data = node.data();
            if data.nature == Nature::Alias {
                anchors.projects |= facts(self.db, node).projects();
                todo.extend(
                    edges(self.db, node).nodes.iter().filter(|node| {
                        matches!(node.data().kind, PartKind::Type | PartKind::Trait | PartKind::MacroCall)
                    }),
                );
            }
        }
        anchors.nodes = seen.into_iter().collect();
        sort(&mut anchors.nodes);
        anchors
    }

    /// Functions in whose bodies a macro call implements something: an impl counts everywhere, wherever it stands.
    fn body_calls(&mut self, map: &'db CrateMap) {
        let mut known: FxHashMap<Name, bool> = FxHashMap::default();
        for node in &map.nodes {
            let Some(place) = map.places.get(node) else { continue };
            let shape = shape(self.db, node.data().source);
            let start = shape.body_calls.partition_point(|(owner, _)| *owner < place.item);
            let calls = shape.body_calls[start..].iter().take_while(|(owner, _)| *owner == place.item);
            for (_, name) in calls {
                if !*known.entry(*name).or_insert_with(|| map.made(*name).impls) {
                    continue;
                }
                for used in facts(self.db, *node).macros.iter().filter(|used| used.path.last() == Some(name)) {
                    let paths: Vec<Path> = used.wild.iter().map(|reference| reference.path.clone()).collect();
                    let mut anchors = self.call_anchors(map, place, *node, &used.path, &used.words, &paths);
                    if !anchors.is_empty() {
                        sort(&mut anchors);
                        self.tied.push(Tied { node: Some(*node), types: anchors, ..Tied::default() });
                    }
                }
            }
        }
    }

    /// Items that an attribute, and macro calls that their input, tie to what they name.
    fn hooks(&mut self, map: &'db CrateMap) {
        for node in &map.nodes {
            let Some(place) = map.places.get(node) else { continue };
            let shape = shape(self.db, node.data().source);
            let Some(item) = shape.items.get(place.item) else { continue };
            let mut anchors = if item.attributes.named.is_empty() {
                vec![]
            } else {
                self.anchors(map, place, &item.attributes.named, &item.generics.names).nodes
            };
            for path in &item.attributes.named {
                let found = self.resolver.path(map.scope(place.module), path, Spaces::VALUES, map);
                anchors.extend(found.targets.iter().filter_map(|target| match target {
                    Target::Node(node) => Some(*node),
                    _ => None,
                }));
            }
            if let ItemKind::Call(head) = &item.kind {
                anchors.extend(self.call_anchors(map, place, *node, &head.path, &head.words, &head.paths));
            }
            if map.blind.contains(node) {
                anchors.extend(self.named.of(map).values().flatten());
            }
            for path in item.attributes.foreign.iter().filter(|_| item.attributes.heard()) {
                let found = self.resolver.path(map.scope(place.module), path, Spaces::MACROS, map);
                anchors.extend(self.written(map, &found.targets));
            }
            anchors.retain(|anchor| anchor != node && anchor.data().kind != PartKind::MacroCall);
            if !anchors.is_empty() {
                sort(&mut anchors);
                self.tied.push(Tied { node: Some(*node), types: anchors, ..Tied::default() });
            }
        }
    }

    /// The types and traits that procedural macros of the workspace may implement something for: all that their
    /// sources name.
    fn written(&mut self, map: &'db CrateMap, targets: &[Target]) -> Vec<Node> {
        let mut found = Vec::new();
        for target in targets {
            let Target::Whole(krate) = target else { continue };
            if *krate == map.krate {
                // This only says that the search for the macro's name gave up, not that there is a procedural macro.
                continue;
            }
            let named = self.named.of(map);
            found.extend(whole_crate::words(self.db, *krate).iter().filter_map(|word| named.get(word)).flatten());
        }
        found
    }

    /// The types and traits that a macro call may implement something for.
    fn call_anchors(
        &mut self,
        map: &'db CrateMap,
        place: &Place,
        call: Node,
        path: &Path,
        words: &[Name],
        paths: &[Path],
    ) -> Vec<Node> {
        let found = match &**path {
            [name] => self.resolver.macro_name(map.scope(place.module), place.item, *name),
            path => self.resolver.path(map.scope(place.module), path, Spaces::MACROS, map),
        };
        let mut definitions: Vec<Node> = Vec::new();
        let mut unknown = found.targets.is_empty();
        let mut anchors = self.written(map, &found.targets);
        for target in found.targets {
            match target {
                Target::Node(node) if node.data().kind == PartKind::Macro => definitions.push(node),
                Target::Std => {}
                _ => unknown = true,
            }
        }
        let mut seen: FxHashSet<Node> = FxHashSet::default();
        let mut makes_impls = unknown || words.iter().any(|word| word.text() == "impl");
        while let Some(definition) = definitions.pop() {
            if !seen.insert(definition) {
                continue;
            }
            makes_impls |= facts(self.db, definition).words.iter().any(|word| matches!(word.text(), "impl" | "derive"));
            let edges = edges(self.db, definition);
            let foreign = !edges.packages.is_empty() || !edges.whole.is_empty();
            makes_impls |= foreign;
            for node in &edges.nodes {
                match node.data().kind {
                    PartKind::Macro => definitions.push(*node),
                    PartKind::Type | PartKind::Trait => anchors.push(*node),
                    // The macro of a package may register the item in it, as `linkme` and `inventory` do.
                    PartKind::Static if foreign => anchors.push(*node),
                    _ => {}
                }
            }
        }
        if !makes_impls {
            return vec![];
        }
        let own = self.anchors(map, place, paths, &[]).nodes;
        anchors.extend(own.into_iter().filter(|node| matches!(node.data().kind, PartKind::Type | PartKind::Trait)));
        anchors.retain(|node| *node != call);
        anchors
    }
}
