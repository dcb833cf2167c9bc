//! Names to what they may mean, conservatively.
//!
//! Scopes are asked in the language's order: blocks, the module, its globs, crates by name, the standard
//! prelude. The first scope with a sure hit ends the search; a hit under a predicate, or one that a macro
//! may or may not make, is taken along and the search goes on. A map's answers depend on the map (and
//! those of its dependencies, which are part of it) alone, so they are kept with it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::crates::krate::{Dependency, Krate};
use crate::db::Node;
use crate::sorted::sort;
use crate::syntax::item::{Path, Spaces, Visibility};
use crate::syntax::name::Name;
use crate::syntax::{language, std_library};

use super::modules::{Binding, CrateMap, ModuleId, What};

mod found;
mod globs;
mod macros;
mod traits;

pub(crate) use found::{Found, Target};
pub(crate) use traits::TraitsInScope;

/// How many modules the globs of one may lead to, and how many macro calls may make what is looked for. Whoever looks
/// further depends on the whole crate, so that no search grows with the crate.
const MANY: usize = 128;

/// Answers kept with a map.
#[derive(Debug, Default)]
struct Cache {
    lexical: FxHashMap<(ModuleId, u8, Name), Arc<Found>>,
    globs: Option<globs::All>,
    traits: FxHashMap<ModuleId, Arc<TraitsInScope>>,
    own: FxHashMap<ModuleId, Arc<Vec<traits::Own>>>,
    calls: FxHashMap<ModuleId, Arc<Vec<Target>>>,
    foreign_globs: FxHashMap<ModuleId, Arc<Vec<globs::Edge>>>,
    reach: FxHashMap<ModuleId, globs::Reach>,
    /// How many modules searches looked into: for measuring.
    steps: usize,
}

/// Where somebody looks from, if visibility counts.
pub(crate) type Looker<'m> = Option<(&'m CrateMap, ModuleId)>;

/// One search and all that it leads to.
pub(crate) struct Resolver<'m> {
    maps: FxHashMap<Krate, &'m CrateMap>,
    /// Imports being followed, against cycles.
    following: Vec<(Krate, ModuleId, Path, u8)>,
    /// Crates whose globs are being resolved, with what is known so far.
    drafts: Vec<(Krate, globs::All)>,
    /// The lowest of the followed imports at which a cycle was cut: answers found above it hold for this
    /// search only, those found below it are complete.
    cut: usize,
}

impl<'m> Resolver<'m> {
    pub(crate) fn new(root: &'m CrateMap) -> Self {
        let mut maps = FxHashMap::default();
        let mut todo = vec![root];
        while let Some(map) = todo.pop() {
            if maps.insert(map.krate, map).is_none() {
                todo.extend(map.dependencies.values().map(|map| &**map));
            }
        }
        Self { maps, following: vec![], drafts: vec![], cut: usize::MAX }
    }

    /// The map of a crate that the root is built with.
    pub(crate) fn map(&self, krate: Krate) -> Option<&'m CrateMap> {
        self.maps.get(&krate).copied()
    }

    /// Whether what was just found holds whoever asks.
    fn complete(&self) -> bool {
        self.drafts.is_empty() && self.cut >= self.following.len()
    }

    /// Ends what may have been cut, inside something that may have been cut before.
    fn keep_cut(&mut self, outer: usize) {
        let inner = if self.cut < self.following.len() { self.cut } else { usize::MAX };
        self.cut = outer.min(inner);
    }

    /// All maps of the build.
    pub(crate) fn maps(&self) -> impl Iterator<Item = &'m CrateMap> + use<'m> {
        let mut maps: Vec<_> = self.maps.values().copied().collect();
        maps.sort_by(|a, b| (a.data.name, &a.data.root).cmp(&(b.data.name, &b.data.root)));
        maps.into_iter()
    }

    /// How many modules were looked into for all answers so far.
    pub(crate) fn steps(&self) -> usize {
        self.maps().map(|map| lock(map).steps).sum()
    }

    /// Looks a path up from a module, in each of the namespaces; `dollar` is what `$crate` means.
    pub(crate) fn path(
        &mut self,
        map: &'m CrateMap,
        module: ModuleId,
        path: &[Name],
        spaces: Spaces,
        dollar: &'m CrateMap,
    ) -> Found {
        let mut all = Found::default();
        for space in [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS] {
            if spaces.meets(space) {
                all.absorb(self.in_space(map, module, path, space, dollar));
            }
        }
        if path.iter().any(|segment| self.may_be_respelled(*segment)) {
            all.targets.push(Target::Whole(map.krate));
        }
        if all.targets.iter().any(|target| !matches!(target, Target::Module(..))) || !all.members.is_empty() {
            all.calls.clear();
        }
        all
    }

    fn in_space(
        &mut self,
        map: &'m CrateMap,
        module: ModuleId,
        path: &[Name],
        space: Spaces,
        dollar: &'m CrateMap,
    ) -> Found {
        let Some(first) = path.first().copied() else { return Found::default() };
        let (mut found, mut rest) = match first.text() {
            "" => (path.get(1).map(|name| self.krate(map, *name)).unwrap_or_default(), path.get(2..).unwrap_or(&[])),
            "$crate" => (Found::one(self.crate_root(dollar)), &path[1..]),
            "crate" => (Found::one(Target::Module(map.krate, 0)), &path[1..]),
            "self" => (Found::one(Target::Module(map.krate, nearest(map, module))), &path[1..]),
            "super" => {
                let mut at = nearest(map, module);
                let mut rest = path;
                while rest.first().is_some_and(|word| word.text() == "super") {
                    at = map.module(at).parent.map_or(0, |parent| nearest(map, parent));
                    rest = &rest[1..];
                }
                (Found::one(Target::Module(map.krate, at)), rest)
            }
            _ if path.len() == 1 => {
                let found = self.lexical(map, module, space, first);
                return (*found).clone();
            }
            _ => ((*self.lexical(map, module, Spaces::TYPES, first)).clone(), &path[1..]),
        };
        if found.targets.is_empty() {
            found.calls.extend(self.calls_around(map, module).iter());
        }
        while let Some((&segment, after)) = rest.split_first() {
            let space = if after.is_empty() { space } else { Spaces::TYPES };
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
                        let Some(inner) = self.map(krate) else { continue };
                        let step = self.inside(inner, id, space, segment, Some((map, module)));
                        if step.targets.is_empty() {
                            next.calls.extend(self.calls_around(inner, id).iter());
                        }
                        next.certain &= step.certain;
                        next.targets.extend(step.targets);
                        next.asks.extend(step.asks);
                        next.foreign.extend(step.foreign);
                        next.route.extend(step.route);
                    }
                    Target::Node(node) => {
                        let variant = self
                            .maps
                            .values()
                            .any(|map| map.variants.get(&node).is_some_and(|variants| variants.contains(&segment)));
                        if variant {
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

    fn crate_root(&self, map: &CrateMap) -> Target {
        if map.data.proc_macro && !map.data.current { Target::Whole(map.krate) } else { Target::Module(map.krate, 0) }
    }

    /// A crate by its name in code.
    fn krate(&mut self, map: &'m CrateMap, name: Name) -> Found {
        if let Some(dependency) = map.data.dependencies.get(&name) {
            return Found::one(match dependency {
                Dependency::Package(package) => Target::Package(*package),
                Dependency::Scrat => Target::Std,
                Dependency::Local(krate) => match self.map(*krate) {
                    Some(other) => self.crate_root(other),
                    None => Target::Whole(*krate),
                },
            });
        }
        let renamed = map.module(0).names.get(&(Spaces::TYPES.bits(), name)).into_iter().flatten();
        for binding in renamed {
            if let What::Crate(krate) = binding.what {
                return self.extern_crate(map, krate);
            }
        }
        if language::std_crate(&name) {
            return Found::one(Target::Std);
        }
        if map.data.edition.text() == "2015" {
            return self.inside(map, 0, Spaces::TYPES, name, None);
        }
        Found::default()
    }

    fn extern_crate(&mut self, map: &'m CrateMap, name: Name) -> Found {
        match name.text() {
            "self" => Found::one(Target::Module(map.krate, 0)),
            _ if map.data.dependencies.contains_key(&name) => self.krate(map, name),
            _ if language::std_crate(&name) => Found::one(Target::Std),
            // Something that no manifest names: a crate of the compiler's, or a mistake.
            _ => Found::one(Target::Package(name)),
        }
    }

    /// Whether any module of the build binds a name.
    pub(crate) fn is_bound(&self, space: Spaces, name: Name) -> bool {
        self.maps.values().any(|map| map.bound.contains(&(space.bits(), name)))
    }

    /// Whether a name may be that of an item which is written with other characters.
    pub(crate) fn may_be_respelled(&self, name: Name) -> bool {
        !name.is_ascii() && self.maps.values().any(|map| map.respelled)
    }

    /// Whether some function of that name tracks its caller.
    pub(crate) fn tracks(&self, name: Name) -> bool {
        self.maps.values().any(|map| map.tracks.contains(&name))
    }

    /// A name as seen from a module, in one namespace.
    pub(crate) fn lexical(&mut self, map: &'m CrateMap, module: ModuleId, space: Spaces, name: Name) -> Arc<Found> {
        let key = (module, space.bits(), name);
        if let Some(found) = lock(map).lexical.get(&key) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let found = Arc::new(self.search(map, module, space, name));
        if self.complete() {
            lock(map).lexical.insert(key, found.clone());
        }
        self.keep_cut(outer);
        found
    }

    fn search(&mut self, map: &'m CrateMap, module: ModuleId, space: Spaces, name: Name) -> Found {
        let mut all = Found::default();
        let mut at = module;
        while self.is_bound(space, name) {
            all.absorb(self.inside(map, at, space, name, Some((map, module))));
            if all.certain {
                return all;
            }
            match map.module(at) {
                scope if scope.block => at = scope.parent.unwrap_or(0),
                _ => break,
            }
        }
        if space == Spaces::TYPES {
            all.absorb(self.krate(map, name));
        }
        if all.targets.is_empty() {
            let std = match space {
                Spaces::MACROS => language::std_macro(&name) || language::std_derive(&name) || language::prelude(&name),
                _ => language::prelude(&name),
            };
            if std {
                all.targets.push(Target::Std);
            }
            if map.data.edition.text() == "2015" {
                all.absorb(self.inside(map, 0, space, name, None));
            }
        }
        if all.targets.is_empty() || all.targets == [Target::Std] && !language::primitive(&name) {
            // A glob of a package may bring any name.
            let none = all.targets.is_empty();
            for edge in self.foreign_globs(map, module).iter() {
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
            all.calls = self.calls_around(map, module).to_vec();
        }
        all
    }

    /// A name inside a module, as seen by somebody.
    pub(crate) fn inside(
        &mut self,
        map: &'m CrateMap,
        module: ModuleId,
        space: Spaces,
        name: Name,
        by: Looker<'m>,
    ) -> Found {
        let mut all = self.explicit(map, module, space, name, by);
        if !all.certain {
            all.targets.extend(makers(map, module, name));
            all.absorb(self.through_globs(map, module, space, name, by));
        }
        all
    }

    /// What a module itself binds a name to.
    fn explicit(&mut self, map: &'m CrateMap, module: ModuleId, space: Spaces, name: Name, by: Looker<'m>) -> Found {
        let mut all = Found::default();
        let Some(bindings) = map.module(module).names.get(&(space.bits(), name)) else { return all };
        let seen = |binding: &&Binding| visible(map, module, binding.visibility, by);
        let mut followed: FxHashSet<(&What, &[Name])> = FxHashSet::default();
        for binding in bindings.iter().filter(seen) {
            if followed.insert((&binding.what, &binding.cfg)) {
                all.absorb(self.binding(map, module, binding, space));
            } else {
                // Many calls of one macro make the same import, of which only the calls are several.
                all.targets.extend(binding.call.map(Target::Node));
            }
        }
        all.tidy();
        all.certain |= complete(bindings.iter().filter(seen));
        all
    }

    fn binding(&mut self, map: &'m CrateMap, module: ModuleId, binding: &'m Binding, space: Spaces) -> Found {
        let mut found = match &binding.what {
            What::Node(node) => Found::one(Target::Node(*node)),
            What::Module(id) => Found::one(Target::Module(map.krate, *id)),
            What::Crate(name) => self.extern_crate(map, *name),
            What::Import(path) => self.import(map, module, path, space),
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

    fn import(&mut self, map: &'m CrateMap, module: ModuleId, path: &'m Path, space: Spaces) -> Found {
        let key = (map.krate, module, path.clone(), space.bits());
        if let Some(at) = self.following.iter().position(|followed| *followed == key) {
            self.cut = self.cut.min(at);
            return Found::default();
        }
        self.following.push(key);
        let mut found = self.in_space(map, module, path, space, map);
        found.certain = !found.targets.is_empty();
        if found.targets.is_empty() && !found.calls.is_empty() {
            // In no namespace at all? Then a macro makes it.
            let elsewhere = [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS]
                .into_iter()
                .any(|space| !self.in_space(map, module, path, space, map).targets.is_empty());
            if !elsewhere {
                found.targets.append(&mut found.calls);
            }
        }
        found.calls.clear();
        found.enter(path);
        self.following.pop();
        found
    }

    /// Every macro call that may make names seen from this module; the crate, if there are many.
    pub(crate) fn calls_around(&mut self, map: &'m CrateMap, module: ModuleId) -> Arc<Vec<Target>> {
        if let Some(found) = lock(map).calls.get(&module) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut calls: Vec<Target> = Vec::new();
        let mut scope = Some(module);
        while let Some(at) = scope {
            let Some(reach) = self.reach(map, at) else {
                calls.push(Target::Whole(map.krate));
                break;
            };
            for (krate, id) in reach.iter() {
                let Some(there) = self.map(*krate) else { continue };
                let makes = there.module(*id).calls.iter().filter(|call| !declares_only_its_input(&call.path));
                calls.extend(makes.take(MANY + 1).map(|call| Target::Node(call.node)));
                if calls.len() > MANY {
                    sort(&mut calls);
                }
                if calls.len() > MANY {
                    break;
                }
            }
            scope = map.module(at).parent.filter(|_| map.module(at).block);
        }
        if calls.len() > MANY {
            calls = vec![Target::Whole(map.krate)];
        }
        sort(&mut calls);
        let calls = Arc::new(calls);
        if self.complete() {
            lock(map).calls.insert(module, calls.clone());
        }
        self.keep_cut(outer);
        calls
    }
}

/// The macro calls in a module whose words may make a name.
fn makers(map: &CrateMap, module: ModuleId, name: Name) -> Vec<Target> {
    let calls = map.module(module).made.get(&name).map_or(&[][..], |calls| calls);
    if calls.len() > MANY {
        return vec![Target::Whole(map.krate)];
    }
    calls.iter().map(|call| Target::Node(*call)).collect()
}

/// Macros of the standard library that stand among items and make no names but those in their input.
fn declares_only_its_input(path: &[Name]) -> bool {
    path.last().is_some_and(|word| matches!(word.text(), "thread_local" | "compile_error" | "global_asm"))
}

/// Whether something from outside surely is in a namespace, by its name.
fn surely_in(space: Spaces, path: &[Name]) -> bool {
    let Some(name) = path.last() else { return false };
    if name.starts_with(char::is_uppercase) {
        return true;
    }
    let std = path.iter().find(|name| !name.is_none()).is_some_and(|name| language::std_crate(name));
    std && match space {
        Spaces::TYPES => std_library::module(name),
        Spaces::VALUES => std_library::function(name),
        _ => language::std_macro(name),
    }
}

/// The module that is no block.
pub(crate) fn nearest(map: &CrateMap, module: ModuleId) -> ModuleId {
    let mut at = module;
    while map.module(at).block {
        at = map.module(at).parent.unwrap_or(0);
    }
    at
}

/// Whether a module's thing can be seen from where somebody looks.
fn visible(map: &CrateMap, module: ModuleId, visibility: Visibility, by: Looker<'_>) -> bool {
    let Some((from, mut at)) = by else { return true };
    if visibility == Visibility::Wider {
        return true;
    }
    if from.krate != map.krate {
        return false;
    }
    let module = match visibility {
        Visibility::Private => nearest(map, module),
        Visibility::Super => map.module(nearest(map, module)).parent.map_or(0, |parent| nearest(map, parent)),
        Visibility::Crate | Visibility::Somewhere | Visibility::Wider => return true,
    };
    loop {
        if at == module {
            return true;
        }
        match map.module(at).parent {
            Some(parent) => at = parent,
            None => return false,
        }
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

fn lock(map: &CrateMap) -> std::sync::MutexGuard<'_, Cache> {
    let answers = map.answers.get::<Mutex<Cache>>().expect("nobody else keeps anything with a map");
    answers.lock().unwrap_or_else(PoisonError::into_inner)
}
