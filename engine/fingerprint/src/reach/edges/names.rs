//! One name to what it may mean, and members with the traits that declare them.

use std::borrow::Cow;

use crate::code::PartKind;
use crate::db::{Nature, Node, facts, shape};
use crate::facts::Reference;
use crate::names::modules::{CrateMap, ModuleId, Scope};
use crate::names::resolve::{Found, Target};
use crate::sorted::sort;
use crate::syntax::item::{BlockId, ItemKind, Spaces, TraitHead};
use crate::syntax::name::Name;

use super::meaning::{Meaning, Written};
use super::{EdgeWalk, edges};

impl<'db> EdgeWalk<'db> {
    pub(super) fn reference(&mut self, reference: &'db Reference) {
        if !self.read.insert(reference) {
            return;
        }
        let scope = self.map.scope_at(self.place, reference.block);
        self.at = reference.block;
        if reference.path.first().is_some_and(|word| word.text() == "Self") {
            return self.of_self(&reference.path[1..]);
        }
        let found = self.look_up(scope, reference, self.map);
        let written = Written::Path(Cow::Borrowed(&reference.path));
        self.take(written, &found, reference.bound || reference.local);
    }

    /// What is named to a macro that may use whatever is in it: all members of a type, all items of a module.
    pub(super) fn open(&mut self, reference: &'db Reference) {
        let scope = self.map.scope_at(self.place, reference.block);
        self.at = reference.block;
        let found = self.look_up(scope, reference, self.map);
        for target in found.targets {
            match target {
                Target::Node(node) if node.data().nature == Nature::Data => self.out.opened.push(node),
                Target::Module(krate, id) => {
                    let Some(inside) = self.resolver.scope(krate, id) else { continue };
                    for (name, found) in self.resolver.everything(inside) {
                        let path: Vec<Name> = reference.path.iter().copied().chain([name]).collect();
                        self.take(Written::Path(Cow::Owned(path)), &found, true);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn look_up(&mut self, scope: Scope<'db>, reference: &Reference, dollar: &'db CrateMap) -> Found {
        let mut found = self.resolver.path(scope, &reference.path, reference.spaces, dollar);
        if reference.spaces.has_macros() && reference.path.len() == 1 && !reference.bound {
            let by_text = self.resolver.macro_name(scope, self.place.item, reference.path[0]);
            found.absorb(by_text);
        }
        if reference.spaces == Spaces::MACROS {
            // Attributes and derives: no macro call makes those.
            found.calls.clear();
        }
        // A local variable of that name is in reach, so the name means the local, or something that a pattern can mean
        // instead of binding it: a constant, a unit struct, a variant.
        if reference.bound {
            found.calls.clear();
            found.members.clear();
            let upper = reference.path[0].starts_with(char::is_uppercase);
            // A local hides the functions around the body. It hides no types, and nothing that a block inside the body
            // declares, since that block may stand within the local's scope.
            if !scope.module().block {
                if !upper {
                    found.foreign.clear();
                }
                found.targets.retain(|target| match target {
                    Target::Node(node) => match node.data().kind {
                        PartKind::Constant | PartKind::Static | PartKind::Type | PartKind::Trait => true,
                        PartKind::MacroCall => upper,
                        _ => false,
                    },
                    _ => false,
                });
            }
            if found.targets.is_empty() {
                found.route.clear();
            }
        }
        found
    }

    /// `Self::…` as a member says it: a member of the type that the impl is for, where that is one of ours. Otherwise
    /// it is a member of any type.
    fn of_self(&mut self, rest: &[Name]) {
        let Some(member) = rest.first().copied() else { return };
        self.members(rest.iter().copied().skip(1), None);
        let owner = self.place.owner.unwrap_or(self.node);
        let data = owner.data();
        let shape = shape(self.db, data.source);
        let item = self.map.places.get(&owner).and_then(|place| shape.items.get(place.item));
        let mut types = Vec::new();
        if let Some(ItemKind::Impl(head)) = item.map(|item| &item.kind)
            && let Some(target) = &head.target
        {
            let found = self.resolver.path(self.map.scope(self.place.module), target, Spaces::TYPES, self.map);
            types.extend(found.targets.into_iter().filter_map(|target| match target {
                Target::Node(node) if node.data().nature == Nature::Data => Some(node),
                _ => None,
            }));
        } else if data.kind == PartKind::Type {
            types.push(owner);
        }
        if types.is_empty() {
            self.members([member], None);
        } else {
            self.members([member], Some(&types));
        }
    }

    /// Members wanted, of some types or of any, with the traits in scope that declare them.
    pub(super) fn members(&mut self, names: impl IntoIterator<Item = Name>, of: Option<&[Node]>) {
        let mut names: Vec<Name> = names.into_iter().collect();
        if names.is_empty() {
            return;
        }
        sort(&mut names);
        self.places |= names.iter().any(|name| self.resolver.tracks(*name));
        if names.iter().any(|name| self.resolver.may_be_respelled(*name)) {
            self.out.whole.push(self.map.krate);
        }
        self.traits_of(&names);
        match of {
            Some(types) => {
                self.out.qualified.extend(types.iter().flat_map(|node| names.iter().map(|name| (*node, *name))));
            }
            None => self.out.members.extend(names),
        }
    }

    /// The traits in scope that declare members of these names, once for each name.
    fn traits_of(&mut self, names: &[Name]) {
        let names: Vec<Name> =
            names.iter().copied().chain([TraitHead::open()]).filter(|name| self.asked.insert(*name)).collect();
        if names.is_empty() {
            return;
        }
        let mut scopes: Vec<(ModuleId, Option<BlockId>)> = vec![(self.place.module, None)];
        // A method's name stands in the facts without its block, so traits imported in any block of the item count for
        // all.
        if let Some(mounted) = self.map.mounts.get(self.place.mount) {
            let shape = shape(self.db, self.node.data().source);
            let own = shape.blocks.iter().zip(mounted.blocks.values());
            let own = own.filter(|((_, block), _)| block.owner == self.place.item);
            scopes.extend(own.map(|((id, _), module)| (*module, Some(id))));
        }
        for (scope, block) in scopes {
            let traits = self.resolver.traits(self.map.scope(scope));
            for name in &names {
                for node in traits.local.get(name).into_iter().flatten() {
                    self.out.nodes.push(*node);
                    let asks = traits.asks.get(node).into_iter().flatten().copied();
                    let meanings = std::iter::once(self.meaning(*node)).chain(asks.clone().map(Meaning::Route));
                    self.resolved.push((Written::Member(*name), meanings.collect(), block));
                    self.out.asks.extend(asks);
                }
            }
            for target in &traits.packages {
                self.target(*target);
            }
            for foreign in &traits.foreign {
                if names.iter().any(|name| foreign.declares(*name)) {
                    let meanings = vec![Meaning::Foreign(foreign.path)];
                    self.resolved.push((Written::Member(Name::none()), meanings, block));
                }
            }
        }
    }

    /// Takes the outcome of a search along.
    pub(super) fn take(&mut self, written: Written<'db>, found: &Found, bound: bool) {
        let mut meanings = Vec::new();
        for target in &found.targets {
            meanings.extend(self.target(*target));
        }
        let lost = found.targets.is_empty() && !bound;
        if lost {
            for call in &found.calls {
                meanings.extend(self.target(*call));
            }
        }
        self.out.asks.extend(&found.asks);
        for (node, rest) in &found.members {
            let Some(first) = rest.first().copied() else { continue };
            self.members(rest.iter().copied().skip(1), None);
            if node.data().nature == Nature::Data {
                self.members([first], Some(&[*node]));
            } else if self.node != *node && node.data().kind == PartKind::Type {
                // An alias: members of what it stands for.
                let behind: Vec<Node> = edges(self.db, *node)
                    .nodes
                    .iter()
                    .copied()
                    .filter(|node| node.data().nature == Nature::Data)
                    .collect();
                if behind.is_empty() || facts(self.db, *node).projects() {
                    self.members([first], None);
                } else {
                    self.members([first], Some(&behind));
                }
            } else {
                self.members([first], None);
            }
        }
        meanings.extend(found.foreign.iter().map(|path| Meaning::Foreign(*path)));
        meanings.extend(found.route.iter().map(|route| Meaning::Route(*route)));
        if !meanings.is_empty() {
            sort(&mut meanings);
            self.resolved.push((written, meanings, self.at));
        }
    }
}
