//! Glob imports: the graph that they make of modules, and names found through it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::db::Krate;
use super::super::facts::sort;
use super::super::item::{Spaces, Visibility};
use super::super::modules::{CrateMap, ModuleId};
use super::super::name::Name;
use super::super::words;
use super::{Found, Looker, Resolver, Target, lock, visible};

/// A glob import, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(super) target: Target,
    pub(super) visibility: Visibility,
    pub(super) cfg: Vec<Name>,
    pub(super) call: Option<super::Node>,
    /// What of the path lies outside the crates at hand.
    pub(super) foreign: Vec<Name>,
}

/// The glob imports of all modules of a crate.
pub(super) type All = Arc<Vec<Arc<Vec<Edge>>>>;

impl<'m> Resolver<'m> {
    /// Where the globs of a module lead.
    pub(super) fn glob_edges(&mut self, map: &'m CrateMap, module: ModuleId) -> Arc<Vec<Edge>> {
        if map.module(module).globs.is_empty() {
            return Arc::default();
        }
        if let Some(done) = &lock(map).globs {
            return done.get(module as usize).cloned().unwrap_or_default();
        }
        if let Some((_, draft)) = self.drafts.iter().find(|(krate, _)| *krate == map.krate) {
            self.cut = 0;
            return draft.get(module as usize).cloned().unwrap_or_default();
        }
        let done = self.settle(map);
        done.get(module as usize).cloned().unwrap_or_default()
    }

    /// Resolves all globs of a crate. One may find its path through another, in cycles too, so all are
    /// resolved again with what is known until nothing new turns up.
    fn settle(&mut self, map: &'m CrateMap) -> All {
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let following = std::mem::take(&mut self.following);
        let mut now: All = Arc::new(vec![Arc::default(); map.modules.len()]);
        for _ in 0..16 {
            self.drafts.push((map.krate, now.clone()));
            let next: Vec<Arc<Vec<Edge>>> =
                (0..).zip(&map.modules).map(|(id, _)| self.resolve_globs(map, id)).collect();
            self.drafts.pop();
            if next == *now {
                break;
            }
            now = Arc::new(next);
        }
        lock(map).globs = Some(now.clone());
        self.following = following;
        self.cut = outer;
        now
    }

    fn resolve_globs(&mut self, map: &'m CrateMap, module: ModuleId) -> Arc<Vec<Edge>> {
        let mut edges = Vec::new();
        for glob in &map.module(module).globs {
            let mut found = self.in_space(map, module, &glob.path, Spaces::TYPES, map);
            found.enter(&glob.path);
            found.targets.extend(found.calls.iter().map(|call| Target::Node(*call)));
            let mut cfg = [glob.cfg.clone(), found.asks].concat();
            sort(&mut cfg);
            sort(&mut found.targets);
            sort(&mut found.foreign);
            for target in found.targets {
                let foreign = found.foreign.clone();
                edges.push(Edge { target, visibility: glob.visibility, cfg: cfg.clone(), call: glob.call, foreign });
            }
        }
        Arc::new(edges)
    }

    /// A name in what a module imports by globs, and those import in turn.
    pub(super) fn through_globs(
        &mut self,
        map: &'m CrateMap,
        module: ModuleId,
        space: Spaces,
        name: Name,
        by: Looker<'m>,
    ) -> Found {
        let mut all = Found::default();
        if map.module(module).globs.is_empty() || words::primitive(&name) || !self.is_bound(space, name) {
            return all;
        }
        let mut seen: FxHashSet<(Krate, ModuleId)> = [(map.krate, module)].into_iter().collect();
        let mut todo = vec![(map, module, by, Vec::new(), true)];
        while let Some((at_map, at, by, cfg, sure)) = todo.pop() {
            for edge in self.glob_edges(at_map, at).iter() {
                if !visible(at_map, at, edge.visibility, by) {
                    continue;
                }
                let asks = || [cfg.clone(), edge.cfg.clone()].concat();
                let sure = sure && edge.cfg.is_empty() && edge.call.is_none();
                match edge.target {
                    Target::Module(krate, id) => {
                        let Some(inner) = self.map(krate) else { continue };
                        if !seen.insert((krate, id)) {
                            continue;
                        }
                        let looker = Some((at_map, at));
                        let mut found = self.explicit(inner, id, space, name, looker);
                        if !found.certain {
                            let calls =
                                inner.module(id).calls.iter().filter(|call| call.words.binary_search(&name).is_ok());
                            found.targets.extend(calls.map(|call| Target::Node(call.node)));
                            if !inner.module(id).globs.is_empty() {
                                todo.push((inner, id, looker, asks(), sure));
                            }
                        }
                        if !found.targets.is_empty() {
                            found.under(&asks(), 0);
                            found.asks.extend(asks());
                            found.targets.extend(edge.call.map(Target::Node));
                        }
                        found.certain &= sure;
                        all.absorb(found);
                    }
                    Target::Node(node) => {
                        let variant = self
                            .maps
                            .values()
                            .any(|map| map.variants.get(&node).is_some_and(|variants| variants.contains(&name)));
                        if variant {
                            all.targets.push(edge.target);
                            all.under(&asks(), all.targets.len() - 1);
                            all.asks.extend(asks());
                            all.certain |= sure;
                        }
                    }
                    Target::Package(_) | Target::Whole(_) | Target::Std => {}
                }
            }
        }
        all
    }

    /// What each name in a module leads to, those that come by globs included.
    pub(crate) fn everything(&mut self, krate: Krate, module: ModuleId) -> Vec<(Name, Found)> {
        let mut names: BTreeSet<Name> = BTreeSet::new();
        let mut seen: FxHashSet<(Krate, ModuleId)> = FxHashSet::default();
        let mut todo = vec![(krate, module)];
        while let Some((krate, id)) = todo.pop() {
            let Some(map) = self.map(krate).filter(|_| seen.insert((krate, id))) else { continue };
            names.extend(map.module(id).names.keys().map(|(_, name)| *name));
            todo.extend(self.glob_edges(map, id).iter().filter_map(|edge| match edge.target {
                Target::Module(krate, id) => Some((krate, id)),
                _ => None,
            }));
        }
        let Some(map) = self.map(krate) else { return vec![] };
        let spaces = [Spaces::TYPES, Spaces::VALUES];
        let both = names.into_iter().flat_map(|name| spaces.map(|space| (name, space)));
        both.map(|(name, space)| (name, self.inside(map, module, space, name, None))).collect()
    }

    /// What lies outside the crates at hand and a module imports everything from.
    pub(super) fn foreign_globs(&mut self, map: &'m CrateMap, module: ModuleId) -> Vec<Edge> {
        let mut found: Vec<Edge> = Vec::new();
        let mut seen: FxHashSet<(Krate, ModuleId)> = FxHashSet::default();
        let mut todo = vec![(map, module)];
        while let Some((map, at)) = todo.pop() {
            if !seen.insert((map.krate, at)) {
                continue;
            }
            if map.module(at).block {
                todo.extend(map.module(at).parent.map(|parent| (map, parent)));
            }
            for edge in self.glob_edges(map, at).iter() {
                match edge.target {
                    Target::Module(krate, id) => todo.extend(self.map(krate).map(|map| (map, id))),
                    Target::Package(_) | Target::Whole(_) | Target::Std => found.push(edge.clone()),
                    Target::Node(_) => {}
                }
            }
        }
        found.sort_by(|a, b| (a.target, &a.foreign).cmp(&(b.target, &b.foreign)));
        found.dedup();
        found
    }
}
