//! Traits whose methods can be called without naming them.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::db::Node;
use crate::names::modules::{CrateMap, ModuleId};
use crate::sorted::sort;
use crate::syntax::item::{Spaces, Visibility};
use crate::syntax::name::Name;
use crate::syntax::std_library;

use super::{Looker, Resolver, Target, lock, visible};

/// The traits in scope somewhere, and packages from which some may come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TraitsInScope {
    /// By the names that they declare.
    pub(crate) local: FxHashMap<Name, Vec<Node>>,
    pub(crate) packages: Vec<Target>,
    /// Those that may be traits of packages and of the standard library.
    pub(crate) foreign: Vec<Foreign>,
    /// Predicates that a trait is in scope under.
    pub(crate) asks: FxHashMap<Node, Vec<Name>>,
}

/// Something from outside that may be a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Foreign {
    pub(crate) path: Name,
    declares: Declares,
}

/// What is known of the members of such a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Declares {
    Anything,
    These(&'static [&'static str]),
    /// What some trait of the standard library declares.
    Standard,
}

impl Foreign {
    pub(crate) fn declares(&self, member: Name) -> bool {
        match self.declares {
            Declares::Anything => true,
            Declares::These(members) => members.contains(&member.text()),
            Declares::Standard => std_library::method(&member),
        }
    }
}

/// A trait, or a package that may have some, as a module itself declares or imports it.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    visibility: Visibility,
    target: Target,
    asks: Vec<Name>,
    foreign: Vec<Name>,
}

impl<'m> Resolver<'m> {
    /// The traits in scope in a module or block.
    pub(crate) fn traits(&mut self, map: &'m CrateMap, module: ModuleId) -> Arc<TraitsInScope> {
        if let Some(found) = lock(map).traits.get(&module) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut found = TraitsInScope::default();
        let mut seen: FxHashSet<(Krate, ModuleId)> = FxHashSet::default();
        let mut todo: Vec<(&'m CrateMap, ModuleId, Looker<'m>)> = vec![(map, module, None)];
        let mut nodes = Vec::new();
        while let Some((at_map, at, by)) = todo.pop() {
            if !seen.insert((at_map.krate, at)) {
                continue;
            }
            for own in self.own(at_map, at).iter().filter(|own| visible(at_map, at, own.visibility, by)) {
                match own.target {
                    Target::Node(node) => {
                        nodes.push(node);
                        if !own.asks.is_empty() {
                            found.asks.entry(node).or_default().extend(&own.asks);
                        }
                    }
                    target => {
                        let declares = |path: &Name| match target {
                            Target::Std => {
                                let name = path.rsplit("::").next().unwrap_or("");
                                std_library::methods(name).map_or(Declares::Anything, Declares::These)
                            }
                            _ => Declares::Anything,
                        };
                        found
                            .foreign
                            .extend(own.foreign.iter().map(|path| Foreign { path: *path, declares: declares(path) }));
                        if target != Target::Std {
                            found.packages.push(target);
                        }
                    }
                }
            }
            if at_map.module(at).block && by.is_none() {
                todo.extend(at_map.module(at).parent.map(|parent| (at_map, parent, None)));
            }
            if self.reach(at_map, at).is_none() {
                found.packages.push(Target::Whole(at_map.krate));
                continue;
            }
            for edge in self.glob_edges(at_map, at).iter() {
                match edge.target {
                    Target::Module(krate, id) => {
                        todo.extend(self.map(krate).map(|map| (map, id, Some((at_map, at)))));
                    }
                    Target::Package(_) | Target::Whole(_) | Target::Std => {
                        let std = edge.target == Target::Std;
                        let declares = if std { Declares::Standard } else { Declares::Anything };
                        found.foreign.extend(edge.foreign.iter().map(|path| Foreign { path: *path, declares }));
                        if !std {
                            found.packages.push(edge.target);
                        }
                    }
                    Target::Node(_) => {}
                }
            }
        }
        sort(&mut nodes);
        for node in nodes {
            let declared = self.map(node.data().krate).and_then(|map| map.declared.get(&node));
            for name in declared.into_iter().flatten() {
                let list = found.local.entry(*name).or_default();
                if list.last() != Some(&node) {
                    list.push(node);
                }
            }
        }
        sort(&mut found.packages);
        sort(&mut found.foreign);
        let found = Arc::new(found);
        if self.complete() {
            lock(map).traits.insert(module, found.clone());
        }
        self.keep_cut(outer);
        found
    }

    /// Those that a module declares or imports by name.
    fn own(&mut self, map: &'m CrateMap, module: ModuleId) -> Arc<Vec<Own>> {
        if let Some(found) = lock(map).own.get(&module) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let scope = map.module(module);
        let mut names: Vec<_> = scope.names.iter().filter(|((space, _), _)| *space == Spaces::TYPES.bits()).collect();
        names.sort_unstable_by_key(|((_, name), _)| *name);
        let named =
            names.into_iter().flat_map(|((_, name), bindings)| bindings.iter().map(|binding| (name.text(), binding)));
        let mut found = Vec::new();
        for (name, binding) in named.chain(scope.nameless.iter().map(|binding| ("_", binding))) {
            let meant = self.binding(map, module, binding, Spaces::TYPES);
            for target in meant.targets {
                let counts = match target {
                    Target::Node(node) => node.data().kind == PartKind::Trait,
                    // Nothing is known of a package's names but the custom that traits have capitals.
                    Target::Package(_) => name == "_" || name.starts_with(char::is_uppercase),
                    Target::Std => {
                        let known =
                            |path: &Name| std_library::methods(path.rsplit("::").next().unwrap_or("")).is_some();
                        name == "_" || meant.foreign.iter().any(known)
                    }
                    _ => false,
                };
                if counts {
                    let foreign = meant.foreign.clone();
                    found.push(Own { visibility: binding.visibility, target, asks: meant.asks.clone(), foreign });
                }
            }
        }
        let found = Arc::new(found);
        if self.complete() {
            lock(map).own.insert(module, found.clone());
        }
        self.keep_cut(outer);
        found
    }
}
