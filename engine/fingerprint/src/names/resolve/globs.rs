//! Glob imports: the graph that they make of modules, and names found through it.
//!
//! Where a glob leads may depend on another glob (`use a::*; use b::*;` where `b` comes from `a`), also in cycles. So
//! all globs of a crate are resolved together, again and again with what is known so far, until a round finds nothing
//! new.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::crates::krate::Krate;
use crate::index::IdxVec;
use crate::names::modules::{CrateMap, Module, ModuleId, Scope};
use crate::sorted::sort;
use crate::syntax::item::Space;
use crate::syntax::language;
use crate::syntax::name::Name;

use super::answers::{GlobEdge, Globs, Reach, lock};
use super::calls::makers;
use super::found::{Found, Target};
use super::resolver::{Looker, MANY, Resolver, visible};

/// How many rounds there are at most. Each finds what comes by one more glob; real code has chains of a few.
const ROUNDS: usize = 64;

impl<'m> Resolver<'m> {
    /// The modules that the globs of one lead to.
    pub(super) fn reach(&mut self, scope: Scope<'m>) -> Reach {
        let map = scope.map;
        if scope.module().globs.is_empty() {
            return Some(Arc::new(vec![scope.key()]));
        }
        if let Some(found) = lock(map).reach.get(&scope.id) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut found = vec![scope.key()];
        let mut seen: FxHashSet<(Krate, ModuleId)> = found.iter().copied().collect();
        let mut at = 0;
        while let Some((krate, id)) = found.get(at).copied().filter(|_| found.len() <= MANY) {
            at += 1;
            let Some(there) = self.scope(krate, id) else { continue };
            let edges = self.glob_edges(there);
            for edge in edges.iter() {
                let next = match edge.target {
                    Target::Module(krate, id) => (krate, id),
                    // Not followed to their end.
                    Target::Whole(krate) if krate == there.map.krate => {
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
            lock(map).reach.insert(scope.id, found.clone());
        }
        self.keep_cut(outer);
        found
    }

    /// Where the globs of a module lead.
    pub(super) fn glob_edges(&mut self, scope: Scope<'m>) -> Arc<Vec<GlobEdge>> {
        let map = scope.map;
        if scope.module().globs.is_empty() {
            return Arc::default();
        }
        if let Some(done) = &lock(map).globs {
            return done.get(scope.id).cloned().unwrap_or_default();
        }
        if let Some((_, draft)) = self.drafts.iter().find(|(krate, _)| *krate == map.krate) {
            self.cut = 0;
            return draft.get(scope.id).cloned().unwrap_or_default();
        }
        let done = self.settle(map);
        done.get(scope.id).cloned().unwrap_or_default()
    }

    /// Resolves all globs of a crate, in rounds.
    fn settle(&mut self, map: &'m CrateMap) -> Globs {
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let following = std::mem::take(&mut self.following);
        let mut now: Globs = Arc::new(IdxVec::filled(Arc::default(), map.modules.len()));
        let mut rounds = 0;
        loop {
            self.drafts.push((map.krate, now.clone()));
            let next: IdxVec<Module, _> = map.modules.iter().map(|(id, _)| self.resolve_globs(map.scope(id))).collect();
            self.drafts.pop();
            if next == *now {
                break;
            }
            now = Arc::new(next);
            rounds += 1;
            if rounds > ROUNDS {
                // Something may still be missing, so an item that looks through any of them depends on the whole crate.
                let any = GlobEdge::whole(map.krate);
                let with = |(module, edges): (&Module, &Arc<Vec<GlobEdge>>)| match module.globs.is_empty() {
                    true => edges.clone(),
                    false => Arc::new(edges.iter().cloned().chain([any.clone()]).collect()),
                };
                now = Arc::new(map.modules.values().zip(now.values()).map(with).collect());
                break;
            }
        }
        lock(map).globs = Some(now.clone());
        self.following = following;
        self.cut = outer;
        now
    }

    fn resolve_globs(&mut self, scope: Scope<'m>) -> Arc<Vec<GlobEdge>> {
        let mut edges = Vec::new();
        for glob in &scope.module().globs {
            let mut found = self.in_space(scope, &glob.path, Space::Types, scope.map);
            found.enter(&glob.path);
            found.targets.append(&mut found.calls);
            let mut cfg = [glob.cfg.clone(), found.asks].concat();
            sort(&mut cfg);
            sort(&mut found.targets);
            sort(&mut found.foreign);
            for target in found.targets {
                let foreign = found.foreign.clone();
                edges.push(GlobEdge {
                    target,
                    visibility: glob.visibility,
                    cfg: cfg.clone(),
                    call: glob.call,
                    foreign,
                });
            }
        }
        Arc::new(edges)
    }

    /// A name in what a module imports by globs, directly or through the globs of others.
    pub(super) fn through_globs(&mut self, scope: Scope<'m>, space: Space, name: Name, by: Looker<'m>) -> Found {
        let mut all = Found::default();
        if scope.module().globs.is_empty() || language::primitive(&name) || !self.is_bound(space, name) {
            return all;
        }
        if self.reach(scope).is_none() {
            all.targets.push(Target::Whole(scope.map.krate));
            return all;
        }
        let mut seen: FxHashSet<(Krate, ModuleId)> = [scope.key()].into_iter().collect();
        let mut todo = vec![(scope, by, Vec::new(), true)];
        while let Some((at, by, cfg, sure)) = todo.pop() {
            for edge in self.glob_edges(at).iter() {
                if !visible(at, edge.visibility, by) {
                    continue;
                }
                let asks = || [cfg.clone(), edge.cfg.clone()].concat();
                let sure = sure && edge.cfg.is_empty() && edge.call.is_none();
                match edge.target {
                    Target::Module(krate, id) => {
                        let Some(inner) = self.scope(krate, id) else { continue };
                        if !seen.insert((krate, id)) {
                            continue;
                        }
                        let mut found = self.explicit(inner, space, name, Some(at));
                        if !found.certain {
                            found.targets.extend(makers(inner, name));
                            if !inner.module().globs.is_empty() {
                                todo.push((inner, Some(at), asks(), sure));
                            }
                        }
                        if !found.targets.is_empty() {
                            self.under(&mut found, &asks(), 0);
                            found.asks.extend(asks());
                            found.targets.extend(edge.call.map(Target::Node));
                        }
                        found.certain &= sure;
                        all.absorb(found);
                    }
                    Target::Node(node) => {
                        if self.has_variant(node, name) {
                            all.targets.push(edge.target);
                            let from = all.targets.len() - 1;
                            self.under(&mut all, &asks(), from);
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
    pub(crate) fn everything(&mut self, scope: Scope<'m>) -> Vec<(Name, Found)> {
        let mut names: BTreeSet<Name> = BTreeSet::new();
        let reach = self.reach(scope);
        for (krate, id) in reach.as_deref().into_iter().flatten() {
            names.extend(
                self.scope(*krate, *id).iter().flat_map(|there| there.module().names.keys().map(|(_, name)| *name)),
            );
        }
        if reach.is_none() {
            let whole = Found { targets: vec![Target::Whole(scope.map.krate)], ..Found::default() };
            return vec![(Name::new("*"), whole)];
        }
        let spaces = [Space::Types, Space::Values];
        let both = names.into_iter().flat_map(|name| spaces.map(|space| (name, space)));
        both.map(|(name, space)| (name, self.inside(scope, space, name, None))).collect()
    }

    /// What lies outside the crates at hand and a module imports everything from.
    pub(super) fn foreign_globs(&mut self, scope: Scope<'m>) -> Arc<Vec<GlobEdge>> {
        let map = scope.map;
        if let Some(found) = lock(map).foreign_globs.get(&scope.id) {
            return found.clone();
        }
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let mut found: Vec<GlobEdge> = Vec::new();
        let mut around = Some(scope);
        while let Some(at) = around {
            let Some(reach) = self.reach(at) else {
                found = vec![GlobEdge::whole(map.krate)];
                break;
            };
            for (krate, id) in reach.iter() {
                let Some(there) = self.scope(*krate, *id) else { continue };
                let outside =
                    |edge: &&GlobEdge| matches!(edge.target, Target::Package(_) | Target::Whole(_) | Target::Std);
                found.extend(self.glob_edges(there).iter().filter(outside).cloned());
            }
            around = at.around();
        }
        found.sort_by(|a, b| (a.target, &a.foreign).cmp(&(b.target, &b.foreign)));
        found.dedup();
        let found = Arc::new(found);
        if self.complete() {
            lock(map).foreign_globs.insert(scope.id, found.clone());
        }
        self.keep_cut(outer);
        found
    }
}
