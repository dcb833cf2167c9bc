//! What one item declares: its node, and the names that it binds.

use crate::code::PartKind;
use crate::db::{Nature, Node, NodeData};
use crate::sorted::sort;
use crate::syntax::item::{Item, ItemId, ItemKind, Spaces, Visibility};
use crate::syntax::name::Name;

use super::load::{Loader, Mount};
use super::map::{Binding, Call, Container, CrateMap, Glob, ModuleId, Place, Rules, What};

impl Loader<'_> {
    pub(super) fn item(&mut self, mount: &mut Mount<'_>, root: ModuleId, item: &Item, order: ItemId) {
        let lost = item.parent.is_some_and(|parent| mount.gone[parent]) || self.absent(&item.attributes);
        if lost {
            mount.gone[order] = true;
            return;
        }
        let module = self.around(mount, root, order);
        let parent = item.parent.map(|parent| (parent, &mount.shape.items[parent]));
        let call = parent.and_then(|(index, parent)| match parent.kind {
            ItemKind::Call(_) => mount.nodes.get(&index).copied(),
            _ => None,
        });
        let cfg = self.open(&item.attributes.cfg);
        let binding = |what| Binding { what, visibility: item.visibility, cfg: cfg.clone(), call };
        match &item.kind {
            ItemKind::Use(imports) => {
                for import in imports {
                    match import.name.text() {
                        "*" => {
                            let glob =
                                Glob { path: import.path.clone(), visibility: item.visibility, cfg: cfg.clone(), call };
                            self.map.modules[module].globs.push(glob);
                        }
                        "_" => {
                            self.map.modules[module].nameless.push(binding(What::Import(import.path.clone())));
                        }
                        _ => {
                            self.map.bind(
                                module,
                                Spaces::ALL,
                                import.name,
                                &binding(What::Import(import.path.clone())),
                            );
                        }
                    }
                }
                return;
            }
            ItemKind::ExternCrate(krate) => {
                let bound = binding(What::Crate(*krate));
                self.map.bind(module, Spaces::TYPES, item.name, &bound);
                if item.attributes.macro_use {
                    let glob = Glob { path: [Name::none(), *krate].into(), visibility: Visibility::Private, cfg, call };
                    self.map.modules[module].globs.push(glob);
                }
                return;
            }
            ItemKind::FileModule | ItemKind::InlineModule => {
                self.module(mount, module, item, order, binding(What::Module(CrateMap::ROOT)));
                if item.attributes.heard() && item.kind == ItemKind::InlineModule {
                    let node = self.node(mount, module, item, order, &cfg);
                    let inner = mount.modules.get(&order).copied();
                    for id in inner.into_iter().chain([module]) {
                        let call = Call { node, path: Box::default(), words: vec![], order };
                        self.map.modules[id].calls.push(call);
                    }
                }
                return;
            }
            _ => {}
        }
        if let Some(call) = call {
            // Declared in macro input: the call as a whole is what the name leads to.
            self.map.bind(module, spaces_of(item), item.name, &binding(What::Node(call)));
            mount.nodes.insert(order, call);
            return;
        }
        let node = self.node(mount, module, item, order, &cfg);
        match &item.kind {
            ItemKind::Impl(_) => self.map.impls.push(Container { node, members: vec![] }),
            ItemKind::Call(head) => {
                let path = head.path.clone();
                self.map.modules[module].calls.push(Call { node, path, words: head.words.clone(), order });
                self.brought(mount, module, item, order, head, node);
            }
            ItemKind::Unknown => {
                let call = Call { node, path: Box::default(), words: vec![], order };
                self.map.modules[module].calls.push(call);
            }
            ItemKind::MacroRules(definition) => {
                self.map.definitions.entry(item.name).or_default().push((**definition).clone());
                let rules = Rules { order, name: item.name, node, cfg: cfg.clone() };
                self.map.modules[module].rules.push(rules);
                if item.attributes.macro_export {
                    let exported = Binding { visibility: Visibility::Wider, ..binding(What::Node(node)) };
                    self.map.bind(CrateMap::ROOT, Spaces::MACROS, item.name, &exported);
                }
                self.map.bind(module, Spaces::MACROS, item.name, &binding(What::Node(node)));
            }
            ItemKind::Function | ItemKind::Constant
                if parent.is_some_and(|(_, parent)| {
                    matches!(parent.kind, ItemKind::Impl(_)) && parent.block == item.block
                }) =>
            {
                if let Some(owner) =
                    self.map.impls.iter_mut().rev().find(|found| {
                        Some(found.node) == parent.and_then(|(index, _)| mount.nodes.get(&index).copied())
                    })
                {
                    owner.members.push((item.name, node));
                }
            }
            ItemKind::Function
                if parent.is_some_and(|(_, parent)| {
                    matches!(parent.kind, ItemKind::Trait(_)) && parent.block == item.block
                }) =>
            {
                if let Some(owner) =
                    self.map.traits.iter_mut().rev().find(|found| {
                        Some(found.node) == parent.and_then(|(index, _)| mount.nodes.get(&index).copied())
                    })
                {
                    owner.members.push((item.name, node));
                }
            }
            kind => {
                match kind {
                    ItemKind::Trait(head) => {
                        self.map.traits.push(Container { node, members: vec![] });
                        self.map.declared.insert(node, head.members.clone());
                    }
                    ItemKind::Enum(variants) => drop(self.map.variants.insert(node, variants.clone())),
                    _ => {}
                }
                self.map.bind(module, spaces_of(item), item.name, &binding(What::Node(node)));
            }
        }
        // What an attribute or a derive makes beside its item has names that only it knows.
        if let Some(path) = item.attributes.foreign.iter().find(|path| makes_names(path)) {
            let call = Call { node, path: path.clone(), words: vec![], order };
            self.map.modules[module].calls.push(call);
        }
        if let Some(symbol) = item.attributes.symbol
            && item.kind != ItemKind::Foreign
        {
            let symbol = if symbol.text() == "*" { item.name } else { symbol };
            self.map.symbols.push((symbol, node));
        }
    }

    fn node(&mut self, mount: &mut Mount<'_>, module: ModuleId, item: &Item, order: ItemId, cfg: &[Name]) -> Node {
        let parent = item.parent.and_then(|parent| mount.shape.items.get(parent));
        let owner = item.parent.and_then(|parent| mount.nodes.get(&parent).copied());
        let member = parent.is_some_and(|parent| {
            matches!(parent.kind, ItemKind::Impl(_) | ItemKind::Trait(_)) && parent.block == item.block
        });
        let mut key = self.map.module(module).path.to_string();
        if member && let Some(parent) = parent {
            key.push_str("::");
            key.push_str(&parent.name);
        }
        key.push_str("::");
        key.push_str(&item.name);
        if matches!(item.kind, ItemKind::Call(_)) {
            key.push('!');
        }
        for predicate in cfg {
            key.push_str(" if ");
            key.push_str(predicate);
        }
        let mut all = self.map.module(module).cfg.clone();
        if member && let Some(place) = owner.and_then(|owner| self.map.places.get(&owner)) {
            all.extend(place.cfg.iter().copied());
        }
        all.extend(cfg.iter().copied());
        sort(&mut all);
        let data = NodeData {
            kind: part_kind(&item.kind),
            nature: match item.kind {
                ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Union => Nature::Data,
                ItemKind::Alias => Nature::Alias,
                ItemKind::Function if item.attributes.track_caller => Nature::TracksCaller,
                _ => Nature::Other,
            },
            key: Name::new(&key),
            krate: self.map.krate,
            source: mount.source,
            ident: item.ident,
        };
        let node = self.db.node(data);
        let declared = parent.is_some_and(|parent| parent.kind == ItemKind::ExternBlock);
        let owner = owner.filter(|_| member || declared);
        let heard = self.heard(mount, item);
        let place = Place { module, mount: mount.id, item: order, owner, heard, cfg: all };
        self.map.places.insert(node, place);
        self.map.nodes.push(node);
        mount.nodes.insert(order, node);
        node
    }
}

impl Loader<'_> {
    /// The innermost module around an item that a macro is given as a whole.
    fn heard(&self, mount: &Mount<'_>, item: &Item) -> Option<Node> {
        let mut parent = item.parent;
        while let Some(index) = parent {
            let around = mount.shape.items.get(index)?;
            if around.kind == ItemKind::InlineModule
                && let Some(node) = mount.nodes.get(&index)
            {
                return Some(*node);
            }
            parent = around.parent;
        }
        None
    }
}

/// Whether an attribute of this path may make items of other names. scrat's own make none.
fn makes_names(path: &[Name]) -> bool {
    !path.last().is_some_and(|word| matches!(word.text(), "stash" | "pipeline"))
}

fn spaces_of(item: &Item) -> Spaces {
    match &item.kind {
        ItemKind::Function | ItemKind::Constant | ItemKind::Static | ItemKind::Foreign => Spaces::VALUES,
        ItemKind::Struct(true) => Spaces::BOTH,
        ItemKind::MacroRules(_) => Spaces::MACROS,
        _ => Spaces::TYPES,
    }
}

fn part_kind(kind: &ItemKind) -> PartKind {
    match kind {
        ItemKind::Function | ItemKind::Foreign => PartKind::Function,
        ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Union | ItemKind::Alias => PartKind::Type,
        ItemKind::Trait(_) => PartKind::Trait,
        ItemKind::Impl(_) | ItemKind::ExternBlock => PartKind::Impl,
        ItemKind::Constant => PartKind::Constant,
        ItemKind::Static => PartKind::Static,
        ItemKind::MacroRules(_) => PartKind::Macro,
        _ => PartKind::MacroCall,
    }
}
