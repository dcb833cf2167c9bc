//! Traits whose methods can be called without naming them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::PartKind;

use super::super::db::{Db, Krate, Node};
use super::super::item::Spaces;
use super::super::modules::{Binding, CrateMap, ModuleId};
use super::super::name::Name;
use super::{Looker, Resolver, Target, lock, visible};

/// The traits in scope somewhere, and packages from which some may come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TraitsInScope {
    pub(crate) local: Vec<Node>,
    pub(crate) packages: Vec<Target>,
    pub(crate) asks: Vec<(Node, Name)>,
}

impl<'m> Resolver<'m> {
    /// The traits in scope in a module or block.
    pub(crate) fn traits(&mut self, db: &dyn Db, map: &'m CrateMap, module: ModuleId) -> Arc<TraitsInScope> {
        if let Some(found) = lock(map).traits.get(&module) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, false);
        let mut found = TraitsInScope::default();
        let mut seen: FxHashSet<(Krate, ModuleId)> = FxHashSet::default();
        let mut todo: Vec<(&'m CrateMap, ModuleId, Looker<'m>)> = vec![(map, module, None)];
        while let Some((at_map, at, by)) = todo.pop() {
            if !seen.insert((at_map.krate, at)) {
                continue;
            }
            self.own(db, at_map, at, by, &mut found);
            if at_map.module(at).block && by.is_none() {
                todo.extend(at_map.module(at).parent.map(|parent| (at_map, parent, None)));
            }
            for edge in self.glob_edges(at_map, at).iter() {
                match edge.target {
                    Target::Module(krate, id) => todo.extend(self.map(krate).map(|map| (map, id, Some((at_map, at))))),
                    Target::Package(_) | Target::Whole(_) => found.packages.push(edge.target),
                    Target::Node(_) | Target::Std => {}
                }
            }
        }
        super::super::facts::sort(&mut found.local);
        super::super::facts::sort(&mut found.packages);
        super::super::facts::sort(&mut found.asks);
        let found = Arc::new(found);
        if !self.cut {
            lock(map).traits.insert(module, found.clone());
        }
        self.cut |= outer;
        found
    }

    /// Those that a module declares or imports by name.
    fn own(&mut self, db: &dyn Db, map: &'m CrateMap, module: ModuleId, by: Looker<'m>, into: &mut TraitsInScope) {
        let scope = map.module(module);
        let mut add = |this: &mut Self, binding: &'m Binding, name: &str| {
            if !visible(map, module, binding.visibility, by) {
                return;
            }
            let found = this.binding(map, module, binding, Spaces::TYPES);
            for target in found.targets {
                match target {
                    Target::Node(node) if node.data(db).kind == PartKind::Trait => {
                        into.local.push(node);
                        into.asks.extend(found.asks.iter().map(|ask| (node, *ask)));
                    }
                    // Nothing is known of a package's names but the custom that traits have capitals.
                    Target::Package(_) if name == "_" || name.starts_with(char::is_uppercase) => {
                        into.packages.push(target);
                    }
                    _ => {}
                }
            }
        };
        let mut names: Vec<_> = scope.names.iter().filter(|((space, _), _)| *space == Spaces::TYPES.bits()).collect();
        names.sort_unstable_by_key(|((_, name), _)| *name);
        for ((_, name), bindings) in names {
            for binding in bindings {
                add(self, binding, name);
            }
        }
        for binding in &scope.nameless {
            add(self, binding, "_");
        }
    }
}
