//! Macros: textual scope, in which order matters, and then paths.

use crate::names::modules::Scope;
use crate::syntax::item::{ItemId, Space};
use crate::syntax::name::Name;

use super::found::{Found, Target};
use super::resolver::Resolver;

impl<'m> Resolver<'m> {
    /// A macro's name without a path, as seen from an item at a place in its file's order.
    pub(crate) fn macro_name(&mut self, scope: Scope<'m>, order: ItemId, name: Name) -> Found {
        let map = scope.map;
        let mut all = Found::default();
        let mut at = Some(scope);
        let mut order = order;
        while let Some(scope) = at {
            let module = scope.module();
            // In a body the order of statements is not known here, so that all definitions count.
            let before = (!module.block).then_some(order);
            textual(scope, before, name, &mut all);
            if all.certain && !module.block {
                return all;
            }
            if !module.block {
                order = module.order;
            }
            at = scope.parent();
        }
        all.absorb((*self.lexical(scope, Space::Macros, name)).clone());
        if all.targets.is_empty() || all.targets == [Target::Std] {
            // `#[macro_use] extern crate` at the root serves the whole crate.
            all.absorb(self.inside(map.root(), Space::Macros, name, None));
        }
        if all.targets.is_empty() {
            // Another macro may have brought it into scope: any definition of that name in the crate.
            let rules = map.modules.values().flat_map(|module| &module.rules).filter(|rules| rules.name == name);
            all.targets.extend(rules.map(|rules| Target::Node(rules.node)));
        }
        all
    }
}

/// The definitions that a module has in effect before a place in its order; at its end without one.
fn textual(scope: Scope<'_>, before: Option<ItemId>, name: Name, all: &mut Found) {
    let module = scope.module();
    let is_before = |order: ItemId| before.is_none_or(|before| order < before);
    let own = module.rules.iter().filter(|rules| rules.name == name && is_before(rules.order));
    let leaking = module.leaking.iter().filter(|(order, _)| is_before(*order));
    let mut places: Vec<_> = leaking.map(|(order, inner)| (*order, Some(*inner))).collect();
    places.extend(own.map(|rules| (rules.order, None)));
    // The last one hides those before it.
    places.sort_unstable_by(|a, b| b.cmp(a));
    for (order, inner) in places {
        match inner {
            Some(inner) => textual(scope.map.scope(inner), None, name, all),
            None => {
                let found = module.rules.iter().filter(|rules| rules.name == name && rules.order == order);
                for rules in found {
                    all.targets.push(Target::Node(rules.node));
                    all.asks.extend(&rules.cfg);
                    all.certain |= rules.cfg.is_empty();
                }
            }
        }
        if all.certain && !module.block {
            return;
        }
    }
}
