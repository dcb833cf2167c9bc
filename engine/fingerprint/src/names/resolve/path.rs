//! Paths, segment by segment.

use crate::crates::krate::Dependency;
use crate::crates::package::{Package, PackageId};
use crate::names::modules::{CrateMap, Scope, What};
use crate::syntax::item::{Space, Spaces};
use crate::syntax::language;
use crate::syntax::name::Name;

use super::found::{Found, Target};
use super::resolver::Resolver;

impl<'m> Resolver<'m> {
    /// Looks a path up from a module, in each of the namespaces; `dollar` is what `$crate` means.
    pub(crate) fn path(&mut self, scope: Scope<'m>, path: &[Name], spaces: Spaces, dollar: &'m CrateMap) -> Found {
        let mut all = Found::default();
        for space in spaces.each() {
            all.absorb(self.in_space(scope, path, space, dollar));
        }
        // An item of that name in other characters can't be told from one of another name, so all of them count.
        if path.iter().any(|segment| self.may_be_respelled(*segment)) {
            all.targets.push(Target::Whole(scope.map.krate));
        }
        // Macro calls count only for what nothing else was found for. A module does not suffice: it shares its name
        // with whatever the path really means in another namespace.
        if all.targets.iter().any(|target| !matches!(target, Target::Module(..))) || !all.members.is_empty() {
            all.calls.clear();
        }
        all
    }

    /// The same in one namespace: that of the last segment. All before it are modules or types.
    pub(super) fn in_space(&mut self, scope: Scope<'m>, path: &[Name], space: Space, dollar: &'m CrateMap) -> Found {
        let map = scope.map;
        let Some(first) = path.first().copied() else { return Found::default() };
        let (mut found, mut rest) = match first.text() {
            "" => (path.get(1).map(|name| self.krate(map, *name)).unwrap_or_default(), path.get(2..).unwrap_or(&[])),
            "$crate" => (Found::one(self.crate_root(dollar)), &path[1..]),
            "crate" => (Found::one(Target::Module(map.krate, CrateMap::ROOT)), &path[1..]),
            "self" => (Found::one(Target::Module(map.krate, scope.nearest().id)), &path[1..]),
            "super" => {
                let mut at = scope.nearest();
                let mut rest = path;
                while rest.first().is_some_and(|word| word.text() == "super") {
                    at = at.parent().map_or(map.root(), Scope::nearest);
                    rest = &rest[1..];
                }
                (Found::one(Target::Module(map.krate, at.id)), rest)
            }
            _ if path.len() == 1 => {
                let found = self.lexical(scope, space, first);
                return (*found).clone();
            }
            _ => ((*self.lexical(scope, Space::Types, first)).clone(), &path[1..]),
        };
        if found.targets.is_empty() {
            found.calls.extend(self.calls_around(scope).iter());
        }
        while let Some((&segment, after)) = rest.split_first() {
            let space = if after.is_empty() { space } else { Space::Types };
            let mut next = Found { targets: vec![], ..found };
            next.tail += usize::from(
                found
                    .targets
                    .iter()
                    .any(|target| matches!(target, Target::Package(_) | Target::Whole(_) | Target::Std)),
            );
            for target in found.targets {
                match target {
                    Target::Module(krate, id) => {
                        let Some(inner) = self.scope(krate, id) else { continue };
                        let step = self.inside(inner, space, segment, Some(scope));
                        if step.targets.is_empty() {
                            next.calls.extend(self.calls_around(inner).iter());
                        }
                        next.certain &= step.certain;
                        next.targets.extend(step.targets);
                        next.asks.extend(step.asks);
                        next.foreign.extend(step.foreign);
                        next.route.extend(step.route);
                    }
                    Target::Node(node) => {
                        // A variant is no node of its own, so the way through it is noted: another variant is another
                        // meaning.
                        if self.has_variant(node, segment) {
                            next.route.push(segment);
                        } else {
                            next.members.push((node, rest.into()));
                        }
                        next.targets.push(target);
                    }
                    Target::Package(_) | Target::Whole(_) | Target::Std => next.targets.push(target),
                }
            }
            found = next;
            rest = after;
        }
        found
    }

    /// What a path into a crate starts from. The macros of a procedural crate run at compile time, where no item of it
    /// can be told from another, so it counts whole.
    fn crate_root(&self, map: &CrateMap) -> Target {
        if map.data.proc_macro && !map.data.current {
            Target::Whole(map.krate)
        } else {
            Target::Module(map.krate, CrateMap::ROOT)
        }
    }

    /// A crate by its name in code.
    pub(super) fn krate(&mut self, map: &'m CrateMap, name: Name) -> Found {
        if let Some(meant) = map.data.dependencies.get(&name) {
            let mut found = Found::default();
            for dependency in meant {
                found.absorb(Found::one(match dependency {
                    Dependency::Package(package) => Target::Package(*package),
                    Dependency::Scrat => Target::Std,
                    Dependency::Local(krate) => match self.map(*krate) {
                        Some(other) => self.crate_root(other),
                        None => Target::Whole(*krate),
                    },
                }));
            }
            return found;
        }
        let mut renamed = Found::default();
        for binding in map.root().module().names.get(&(Space::Types, name)).into_iter().flatten() {
            if matches!(binding.what, What::Crate(_)) {
                renamed.absorb(self.binding(map.root(), binding, Space::Types));
            }
        }
        if !renamed.targets.is_empty() {
            return renamed;
        }
        if language::std_crate(&name) {
            return Found::one(Target::Std);
        }
        // In edition 2015 paths start from the crate's root.
        if map.data.edition.text() == "2015" {
            return self.inside(map.root(), Space::Types, name, None);
        }
        Found::default()
    }

    pub(super) fn extern_crate(&mut self, map: &'m CrateMap, name: Name) -> Found {
        match name.text() {
            "self" => Found::one(Target::Module(map.krate, CrateMap::ROOT)),
            _ if map.data.dependencies.contains_key(&name) => self.krate(map, name),
            _ if language::std_crate(&name) => Found::one(Target::Std),
            // What no manifest names is a crate that comes with the compiler, or a mistake.
            _ => Found::one(Target::Package(Package::new(vec![PackageId::unlisted(&name)]))),
        }
    }
}
