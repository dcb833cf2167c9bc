//! A single name: as seen from a scope, and as it is bound in one.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::names::modules::{Binding, Scope, What};
use crate::syntax::item::{Path, Space, Visibility};
use crate::syntax::language;
use crate::syntax::name::Name;

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

    /// Asks the scopes in the language's order: blocks from the inside, the module, crates, the standard prelude.
    ///
    /// A scope whose binding certainly exists hides all behind it. Any other one is taken along and the search goes on,
    /// since which of them is meant is rustc's to know; both are in the fingerprint then.
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
            // Nothing is known of what a package declares, so a glob of it may bring any name. It would hide the
            // standard prelude's, too; only primitive types are never meant by a glob.
            let none = all.targets.is_empty();
            for edge in self.foreign_globs(scope).iter() {
                if edge.target != Target::Std {
                    all.targets.push(edge.target);
                }
                // While globs are being resolved, only where they lead counts: paths that are put together of one
                // another's would grow in each round, and the rounds would never end.
                if self.drafts.is_empty() && (none || edge.target != Target::Std) {
                    all.foreign.extend(&edge.foreign);
                }
            }
        }
        // A name that nothing declares must come from a macro, as the crate compiles.
        if all.targets.is_empty() {
            all.calls = self.calls_around(scope).to_vec();
        }
        all
    }

    /// What a name in a module leads to: what the module declares or imports, or else what a macro call or a glob may
    /// bring.
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
                // A hundred calls of one macro make the same import a hundred times: only the calls differ.
                all.targets.extend(binding.call.map(Target::Node));
            }
        }
        all.tidy();
        all
    }

    /// What one binding leads to. It is certain only if it exists in every build, and if the namespace is known to be
    /// right.
    pub(super) fn binding(&mut self, scope: Scope<'m>, binding: &'m Binding, space: Space) -> Found {
        let mut found = match &binding.what {
            What::Node(node) => Found::one(Target::Node(*node)),
            What::Module(id) => Found::one(Target::Module(scope.map.krate, *id)),
            What::Crate(name) => self.extern_crate(scope.map, *name),
            What::Import(path) => self.import(scope, path, space),
        };
        if matches!(binding.what, What::Import(_) | What::Crate(_)) {
            self.under(&mut found, &binding.cfg, 0);
        }
        if let What::Import(path) = &binding.what {
            // An import binds its name in each namespace in which its path leads somewhere. Of paths that lead outside
            // this is known for few names; an import that is not certain does not hide what is behind it.
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

    /// Follows an import from the module that it stands in.
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
            // That a path leads nowhere in this namespace is common: most names are in one alone. If it leads nowhere
            // in any, a macro must make what it imports.
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

/// Whether something from outside certainly is in a namespace, by its name. A capital may stand for a type, a
/// constructor or a derive alike, so it counts for each.
fn surely_in(space: Space, path: &[Name]) -> bool {
    let Some(name) = path.last() else { return false };
    if name.starts_with(char::is_uppercase) {
        return true;
    }
    let std = path.iter().find(|name| !name.is_none()).is_some_and(|name| language::std_crate(name));
    std && space == Space::Macros && language::std_macro(name)
}
