//! Macros: textual scope, in which order matters, and then paths.

use crate::names::modules::{CrateMap, ModuleId};
use crate::syntax::item::Spaces;
use crate::syntax::name::Name;

use super::{Found, Resolver, Target};

impl<'m> Resolver<'m> {
    /// A macro's name without a path, as seen from an item at a place in its file's order.
    pub(crate) fn macro_name(&mut self, map: &'m CrateMap, module: ModuleId, order: u32, name: Name) -> Found {
        let mut all = Found::default();
        let mut at = Some(module);
        let mut order = order;
        while let Some(id) = at {
            let scope = map.module(id);
            // In a body the order of statements is not known here, so that all definitions count.
            let before = if scope.block { u32::MAX } else { order };
            self.textual(map, id, before, name, &mut all);
            if all.certain && !scope.block {
                return all;
            }
            if !scope.block {
                order = scope.order;
            }
            at = scope.parent;
        }
        all.absorb((*self.lexical(map, module, Spaces::MACROS, name)).clone());
        if all.targets.is_empty() || all.targets == [Target::Std] {
            // `#[macro_use] extern crate` at the root serves the whole crate.
            all.absorb(self.inside(map, 0, Spaces::MACROS, name, None));
        }
        if all.targets.is_empty() {
            // Nothing in scope: any definition of that name in the crate.
            let rules = map.modules.iter().flat_map(|module| &module.rules).filter(|rules| rules.name == name);
            all.targets.extend(rules.map(|rules| Target::Node(rules.node)));
        }
        all
    }

    /// The definitions that a module has in effect before a place in its order.
    fn textual(&self, map: &'m CrateMap, module: ModuleId, before: u32, name: Name, all: &mut Found) {
        let scope = map.module(module);
        let own = scope.rules.iter().filter(|rules| rules.name == name && rules.order < before);
        let leaking = scope.leaking.iter().filter(|(order, _)| *order < before);
        let mut places: Vec<(u32, Option<ModuleId>)> = leaking.map(|(order, inner)| (*order, Some(*inner))).collect();
        places.extend(own.map(|rules| (rules.order, None)));
        places.sort_unstable_by(|a, b| b.cmp(a));
        for (order, inner) in places {
            match inner {
                Some(inner) => self.textual(map, inner, u32::MAX, name, all),
                None => {
                    let found = scope.rules.iter().filter(|rules| rules.name == name && rules.order == order);
                    for rules in found {
                        all.targets.push(Target::Node(rules.node));
                        all.asks.extend(&rules.cfg);
                        all.certain |= rules.cfg.is_empty();
                    }
                }
            }
            if all.certain && !scope.block {
                return;
            }
        }
    }
}
