//! A single name: as seen from a scope, and as it is bound in one.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::names::modules::{Binding, Scope, What};
use crate::syntax::item::{Path, Space, Visibility};
use crate::syntax::name::Name;
use crate::syntax::{language, std_library};

use super::answers::lock;
use super::calls::makers;
use super::found::{Found, Target};
use super::resolver::{Looker, Resolver, visible};

impl<'m> Resolver<'m> {
    /// A name as seen from a module, in one namespace.
    pub(crate) fn lexical(&mut self, scope: Scope<'m>, space: Space, name: Name) -> Arc<Found> {
        let key = (scope.id, space, name);
        if let Some(found) = lock(scope.map).lexical.get(&key) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let found = Arc::new(self.search(scope, space, name));
        if self.complete() {
            lock(scope.map).lexical.insert(key, found.clone());
        }
        self.keep_cut(outer);
        found
    }

    fn search(&mut self, scope: Scope<'m>, space: Space, name: Name) -> Found {
        let map = scope.map;
        let mut all = Found::default();
        let mut at = Some(scope).filter(|_| self.is_bound(space, name));
        while let Some(inner) = at {
            all.absorb(self.inside(inner, space, name, Some(scope)));
            if all.certain {
                return all;
            }
            at = inner.around();
        }
        if space == Space::Types {
            all.absorb(self.krate(map, name));
        }
        if all.targets.is_empty() {
            let std = match space {
                Space::Macros => language::std_macro(&name) || language::std_derive(&name) || language::prelude(&name),
                _ => language::prelude(&name),
            };
            if std {
                all.targets.push(Target::Std);
            }
            if map.data.edition.text() == "2015" {
                all.absorb(self.inside(map.root(), space, name, None));
            }
        }
        if all.targets.is_empty() || all.targets == [Target::Std] && !language::primitive(&name) {
            // A glob of a package may bring any name.
            let none = all.targets.is_empty();
            for edge in self.foreign_globs(scope).iter() {
                if edge.target != Target::Std {
                    all.targets.push(edge.target);
                }
                // While globs are being resolved it is enough that they may bring it: their own paths count with
                // them, and paths put together of one another's would never end.
                if self.drafts.is_empty() && (none || edge.target != Target::Std) {
                    all.foreign.extend(&edge.foreign);
                }
            }
        }
        if all.targets.is_empty() {
            all.calls = self.calls_around(scope).to_vec();
        }
        all
    }

    /// A name inside a module, as seen by somebody.
    pub(crate) fn inside(&mut self, scope: Scope<'m>, space: Space, name: Name, by: Looker<'m>) -> Found {
        let mut all = self.explicit(scope, space, name, by);
        if !all.certain {
            all.targets.extend(makers(scope, name));
            all.absorb(self.through_globs(scope, space, name, by));
        }
        all
    }

    /// What a module itself binds a name to.
    pub(super) fn explicit(&mut self, scope: Scope<'m>, space: Space, name: Name, by: Looker<'m>) -> Found {
        let mut all = Found::default();
        let Some(bindings) = scope.module().names.get(&(space, name)) else { return all };
        let seen = |binding: &&Binding| visible(scope, binding.visibility, by);
        let mut followed: FxHashSet<(&What, &[Name])> = FxHashSet::default();
        for binding in bindings.iter().filter(seen) {
            if followed.insert((&binding.what, &binding.cfg)) {
                all.absorb(self.binding(scope, binding, space));
            } else {
                // Many calls of one macro make the same import, of which only the calls are several.
                all.targets.extend(binding.call.map(Target::Node));
            }
        }
        all.tidy();
        all.certain |= complete(bindings.iter().filter(seen));
        all
    }

    pub(super) fn binding(&mut self, scope: Scope<'m>, binding: &'m Binding, space: Space) -> Found {
        let mut found = match &binding.what {
            What::Node(node) => Found::one(Target::Node(*node)),
            What::Module(id) => Found::one(Target::Module(scope.map.krate, *id)),
            What::Crate(name) => self.extern_crate(scope.map, *name),
            What::Import(path) => self.import(scope, path, space),
        };
        if let What::Import(path) = &binding.what {
            found.under(&binding.cfg, 0);
            // In which namespaces something from outside is, is known of few names.
            found.certain &= !found.all_foreign() || surely_in(space, path);
        }
        found.asks.extend(&binding.cfg);
        if let Some(call) = binding.call {
            found.targets.push(Target::Node(call));
        }
        found.certain &=
            binding.cfg.is_empty() && binding.call.is_none() && binding.visibility != Visibility::Somewhere;
        found
    }

    fn import(&mut self, scope: Scope<'m>, path: &'m Path, space: Space) -> Found {
        let key = (scope.map.krate, scope.id, path.clone(), space);
        if let Some(at) = self.following.iter().position(|followed| *followed == key) {
            self.cut = self.cut.min(at);
            return Found::default();
        }
        self.following.push(key);
        let mut found = self.in_space(scope, path, space, scope.map);
        found.certain = !found.targets.is_empty();
        if found.targets.is_empty() && !found.calls.is_empty() {
            // In no namespace at all? Then a macro makes it.
            let elsewhere =
                Space::ALL.into_iter().any(|space| !self.in_space(scope, path, space, scope.map).targets.is_empty());
            if !elsewhere {
                found.targets.append(&mut found.calls);
            }
        }
        found.calls.clear();
        found.enter(path);
        self.following.pop();
        found
    }
}

/// Whether something from outside surely is in a namespace, by its name.
fn surely_in(space: Space, path: &[Name]) -> bool {
    let Some(name) = path.last() else { return false };
    if name.starts_with(char::is_uppercase) {
        return true;
    }
    let std = path.iter().find(|name| !name.is_none()).is_some_and(|name| language::std_crate(name));
    std && match space {
        Space::Types => std_library::module(name),
        Space::Values => std_library::function(name),
        _ => language::std_macro(name),
    }
}

/// Whether bindings under predicates cover all cases: one under `P`, one under `not(P)`.
fn complete<'a>(bindings: impl Iterator<Item = &'a Binding> + Clone) -> bool {
    let alone = |binding: &'a Binding| match (binding.cfg.as_slice(), binding.call) {
        ([predicate], None) => Some(predicate.text()),
        _ => None,
    };
    bindings.clone().filter_map(alone).any(|predicate| {
        bindings
            .clone()
            .filter_map(alone)
            .any(|other| other.strip_prefix("not(").and_then(|inner| inner.strip_suffix(')')) == Some(predicate))
    })
}
