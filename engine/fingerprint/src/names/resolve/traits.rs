//! Traits whose methods can be called without naming them.
//!
//! A method call names no trait, and its receiver's type is not known here. So a trait that is brought into scope, or
//! taken out of it, changes every item there that calls a method of that name: the call may mean another one now.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::names::modules::{ModuleId, Scope};
use crate::sorted::sort;
use crate::syntax::item::Space;
use crate::syntax::name::Name;
use crate::syntax::std_library;

use super::answers::{Declares, ForeignTrait, OwnTrait, TraitsInScope, lock};
use super::found::Target;
use super::resolver::{Looker, Resolver, visible};

impl<'m> Resolver<'m> {
    /// The traits in scope in a module or block.
    pub(crate) fn traits(&mut self, scope: Scope<'m>) -> Arc<TraitsInScope> {
        let map = scope.map;
        if let Some(found) = lock(map).traits.get(&scope.id) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut found = TraitsInScope::default();
        let mut seen: FxHashSet<(Krate, ModuleId)> = FxHashSet::default();
        let mut todo: Vec<(Scope<'m>, Looker<'m>)> = vec![(scope, None)];
        let mut nodes = Vec::new();
        while let Some((at, by)) = todo.pop() {
            if !seen.insert(at.key()) {
                continue;
            }
            for own in self.own_traits(at).iter().filter(|own| visible(at, own.visibility, by)) {
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
                        found.foreign.extend(
                            own.foreign.iter().map(|path| ForeignTrait { path: *path, declares: declares(path) }),
                        );
                        if target != Target::Std {
                            found.packages.push(target);
                        }
                    }
                }
            }
            if by.is_none() {
                todo.extend(at.around().map(|around| (around, None)));
            }
            if self.reach(at).is_none() {
                found.packages.push(Target::Whole(at.map.krate));
                continue;
            }
            for edge in self.glob_edges(at).iter() {
                match edge.target {
                    Target::Module(krate, id) => {
                        todo.extend(self.scope(krate, id).map(|there| (there, Some(at))));
                    }
                    Target::Package(_) | Target::Whole(_) | Target::Std => {
                        let std = edge.target == Target::Std;
                        let declares = if std { Declares::Standard } else { Declares::Anything };
                        found.foreign.extend(edge.foreign.iter().map(|path| ForeignTrait { path: *path, declares }));
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
            lock(map).traits.insert(scope.id, found.clone());
        }
        self.keep_cut(outer);
        found
    }

    /// Those that a module declares or imports by name.
    fn own_traits(&mut self, scope: Scope<'m>) -> Arc<Vec<OwnTrait>> {
        let map = scope.map;
        if let Some(found) = lock(map).own_traits.get(&scope.id) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let module = scope.module();
        let mut names: Vec<_> = module.names.iter().filter(|((space, _), _)| *space == Space::Types).collect();
        names.sort_unstable_by_key(|((_, name), _)| *name);
        let named =
            names.into_iter().flat_map(|((_, name), bindings)| bindings.iter().map(|binding| (name.text(), binding)));
        let mut found = Vec::new();
        for (name, binding) in named.chain(module.nameless.iter().map(|binding| ("_", binding))) {
            let meant = self.binding(scope, binding, Space::Types);
            for target in meant.targets {
                let counts = match target {
                    Target::Node(node) => node.data().kind == PartKind::Trait,
                    // Of a package's names only the custom is known that traits have capitals.
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
                    found.push(OwnTrait { visibility: binding.visibility, target, asks: meant.asks.clone(), foreign });
                }
            }
        }
        let found = Arc::new(found);
        if self.complete() {
            lock(map).own_traits.insert(scope.id, found.clone());
        }
        self.keep_cut(outer);
        found
    }
}
