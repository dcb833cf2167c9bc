//! Glob imports: the graph that they make of modules, and names found through it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::crates::krate::Krate;
use crate::names::modules::{CrateMap, Module, ModuleId};
use crate::sorted::sort;
use crate::syntax::item::{Spaces, Visibility};
use crate::syntax::language;
use crate::syntax::name::Name;

use super::{Found, Looker, MANY, Resolver, Target, lock, makers, visible};

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

impl Edge {
    /// What stands for globs that are not followed to their end.
    fn whole(krate: Krate) -> Self {
        let target = Target::Whole(krate);
        Self { target, visibility: Visibility::Wider, cfg: vec![], call: None, foreign: vec![] }
    }
}

/// The glob imports of all modules of a crate.
pub(super) type All = Arc<Vec<Arc<Vec<Edge>>>>;

/// The modules that globs lead to from one, itself first; none if they are too many to follow.
pub(super) type Reach = Option<Arc<Vec<(Krate, ModuleId)>>>;

/// How many globs may each be found through the one before.
const ROUNDS: usize = 64;

impl<'m> Resolver<'m> {
    /// The modules that the globs of one lead to.
    pub(super) fn reach(&mut self, map: &'m CrateMap, module: ModuleId) -> Reach {
        if map.module(module).globs.is_empty() {
            return Some(Arc::new(vec![(map.krate, module)]));
        }
        if let Some(found) = lock(map).reach.get(&module) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut found = vec![(map.krate, module)];
        let mut seen: FxHashSet<(Krate, ModuleId)> = found.iter().copied().collect();
        let mut at = 0;
        while let Some((krate, id)) = found.get(at).copied().filter(|_| found.len() <= MANY) {
            at += 1;
            let Some(there) = self.map(krate) else { continue };
            let edges = self.glob_edges(there, id);
            for edge in edges.iter() {
                let next = match edge.target {
                    Target::Module(krate, id) => (krate, id),
                    // Not followed to their end.
                    Target::Whole(krate) if krate == there.krate => {
                        found = vec![found[0]; MANY + 1];
                        break;
                    }
                    _ => continue,
                };
                lock(map).steps += 1;
                if seen.insert(next) {
                    found.push(next);
                }
                if found.len() > MANY {
                    break;
                }
            }
        }
        let found = Some(Arc::new(found)).filter(|found| found.len() <= MANY);
        if self.complete() {
            lock(map).reach.insert(module, found.clone());
        }
        self.keep_cut(outer);
        found
    }

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
        let mut rounds = 0;
        loop {
            self.drafts.push((map.krate, now.clone()));
            let next: Vec<Arc<Vec<Edge>>> =
                (0..).zip(&map.modules).map(|(id, _)| self.resolve_globs(map, id)).collect();
            self.drafts.pop();
            if next == *now {
                break;
            }
            now = Arc::new(next);
            rounds += 1;
            if rounds > ROUNDS {
                // Each through the one before: none of them is followed to its end.
                let any = Edge::whole(map.krate);
                let with = |(module, edges): (&Module, &Arc<Vec<Edge>>)| match module.globs.is_empty() {
                    true => edges.clone(),
                    false => Arc::new(edges.iter().cloned().chain([any.clone()]).collect()),
                };
                now = Arc::new(map.modules.iter().zip(&*now).map(with).collect());
                break;
            }
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
            found.targets.append(&mut found.calls);
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
        if map.module(module).globs.is_empty() || language::primitive(&name) || !self.is_bound(space, name) {
            return all;
        }
        if self.reach(map, module).is_none() {
            all.targets.push(Target::Whole(map.krate));
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
                            found.targets.extend(makers(inner, id, name));
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
        let reach = self.map(krate).and_then(|map| self.reach(map, module));
        for (krate, id) in reach.as_deref().into_iter().flatten() {
            names.extend(self.map(*krate).iter().flat_map(|map| map.module(*id).names.keys().map(|(_, name)| *name)));
        }
        if reach.is_none() {
            let whole = Found { targets: vec![Target::Whole(krate)], ..Found::default() };
            return vec![(Name::new("*"), whole)];
        }
        let Some(map) = self.map(krate) else { return vec![] };
        let spaces = [Spaces::TYPES, Spaces::VALUES];
        let both = names.into_iter().flat_map(|name| spaces.map(|space| (name, space)));
        both.map(|(name, space)| (name, self.inside(map, module, space, name, None))).collect()
    }

    /// What lies outside the crates at hand and a module imports everything from.
    pub(super) fn foreign_globs(&mut self, map: &'m CrateMap, module: ModuleId) -> Arc<Vec<Edge>> {
        if let Some(found) = lock(map).foreign_globs.get(&module) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut found: Vec<Edge> = Vec::new();
        let mut scope = Some(module);
        while let Some(at) = scope {
            let Some(reach) = self.reach(map, at) else {
                found = vec![Edge::whole(map.krate)];
                break;
            };
            for (krate, id) in reach.iter() {
                let Some(there) = self.map(*krate) else { continue };
                let outside = |edge: &&Edge| matches!(edge.target, Target::Package(_) | Target::Whole(_) | Target::Std);
                found.extend(self.glob_edges(there, *id).iter().filter(outside).cloned());
            }
            scope = map.module(at).parent.filter(|_| map.module(at).block);
        }
        found.sort_by(|a, b| (a.target, &a.foreign).cmp(&(b.target, &b.foreign)));
        found.dedup();
        let found = Arc::new(found);
        if self.complete() {
            lock(map).foreign_globs.insert(module, found.clone());
        }
        self.keep_cut(outer);
        found
    }
}
