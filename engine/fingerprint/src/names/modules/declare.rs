//! What one item declares: its node, and the names that it binds.

use crate::code::PartKind;
use crate::db::{Nature, Node, NodeData};
use crate::sorted::sort;
use crate::syntax::item::{Import, Item, ItemId, ItemKind, Path, Spaces, Visibility};
use crate::syntax::name::Name;

use super::load::{Loader, Mount};
use super::map::{Binding, Call, Container, CrateMap, Glob, ModuleId, Place, Rules, What};

/// An item while it is declared: where it stands, and under what.
struct Declared<'a> {
    item: &'a Item,
    id: ItemId,
    /// The module or block that it stands in.
    module: ModuleId,
    /// Predicates in front of it that only rustc can answer.
    cfg: Vec<Name>,
    /// The macro call in whose input it stands.
    call: Option<Node>,
}

impl Declared<'_> {
    fn binding(&self, what: What) -> Binding {
        Binding { what, visibility: self.item.visibility, cfg: self.cfg.clone(), call: self.call }
    }

    fn glob(&self, path: Path, visibility: Visibility) -> Glob {
        Glob { path, visibility, cfg: self.cfg.clone(), call: self.call }
    }
}

impl Loader<'_> {
    /// Enters what an item declares. Items come in the order of the text, parents before what is in them.
    pub(super) fn item(&mut self, mount: &mut Mount<'_>, root: ModuleId, item: &Item, id: ItemId) {
        // What stands in an item that does not exist does not exist either.
        if item.parent.is_some_and(|parent| mount.gone[parent]) || self.absent(&item.attributes) {
            mount.gone[id] = true;
            return;
        }
        let around = item.parent.map(|parent| (parent, &mount.shape.items[parent].kind));
        let call = around.and_then(|(parent, kind)| match kind {
            ItemKind::Call(_) => mount.nodes.get(&parent).copied(),
            _ => None,
        });
        let module = self.around(mount, root, id);
        let declared = Declared { item, id, module, cfg: self.open(&item.attributes.cfg), call };
        match &item.kind {
            ItemKind::Use(imports) => self.imports(&declared, imports),
            ItemKind::ExternCrate(krate) => self.extern_crate(&declared, *krate),
            ItemKind::FileModule | ItemKind::InlineModule => self.inner_module(mount, &declared),
            _ => match call {
                Some(call) => {
                    // A macro may do with its input whatever it likes, so what is declared in there is no node of its
                    // own: its name leads to the call, which counts as a whole.
                    self.map.bind(module, spaces_of(item), item.name, &declared.binding(What::Node(call)));
                    mount.nodes.insert(id, call);
                }
                None => self.own_node(mount, &declared),
            },
        }
    }

    fn imports(&mut self, declared: &Declared<'_>, imports: &[Import]) {
        let module = declared.module;
        for import in imports {
            let path = import.path.clone();
            match import.name.text() {
                "*" => self.map.modules[module].globs.push(declared.glob(path, declared.item.visibility)),
                // It has no name, but a trait that comes by it is in scope.
                "_" => self.map.modules[module].nameless.push(declared.binding(What::Import(path))),
                // In which namespaces the path leads somewhere is found out when the name is looked up.
                _ => self.map.bind(module, Spaces::ALL, import.name, &declared.binding(What::Import(path))),
            }
        }
    }

    fn extern_crate(&mut self, declared: &Declared<'_>, krate: Name) {
        let (item, module) = (declared.item, declared.module);
        self.map.bind(module, Spaces::TYPES, item.name, &declared.binding(What::Crate(krate)));
        if item.attributes.macro_use {
            let glob = declared.glob([Name::none(), krate].into(), Visibility::Private);
            self.map.modules[module].globs.push(glob);
        }
    }

    fn inner_module(&mut self, mount: &mut Mount<'_>, declared: &Declared<'_>) {
        let (item, id, module) = (declared.item, declared.id, declared.module);
        self.module(mount, module, item, id, declared.binding(What::Module(CrateMap::ROOT)));
        if item.attributes.heard() && item.kind == ItemKind::InlineModule {
            // An attribute macro is given the whole module: it may make names in it and around it.
            let node = self.node(mount, declared);
            let inner = mount.modules.get(&id).copied();
            for scope in inner.into_iter().chain([module]) {
                let call = Call { node, path: Box::default(), words: vec![], order: id };
                self.map.modules[scope].calls.push(call);
            }
        }
    }

    /// Declares an item that counts by itself.
    fn own_node(&mut self, mount: &mut Mount<'_>, declared: &Declared<'_>) {
        let (item, id, module) = (declared.item, declared.id, declared.module);
        let node = self.node(mount, declared);
        let bound = declared.binding(What::Node(node));
        match &item.kind {
            ItemKind::Impl(_) => self.map.impls.push(Container { node, members: vec![] }),
            ItemKind::Call(head) => {
                let call = Call { node, path: head.path.clone(), words: head.words.clone(), order: id };
                self.map.modules[module].calls.push(call);
                self.brought(mount, module, item, id, head, node);
            }
            // What is not understood may be a call of any macro.
            ItemKind::Unknown => {
                let call = Call { node, path: Box::default(), words: vec![], order: id };
                self.map.modules[module].calls.push(call);
            }
            ItemKind::MacroRules(definition) => {
                self.map.definitions.entry(item.name).or_default().push((**definition).clone());
                let rules = Rules { order: id, name: item.name, node, cfg: declared.cfg.clone() };
                self.map.modules[module].rules.push(rules);
                if item.attributes.macro_export {
                    // Its path is the crate's, wherever it stands.
                    let exported = Binding { visibility: Visibility::Wider, ..bound.clone() };
                    self.map.bind(CrateMap::ROOT, Spaces::MACROS, item.name, &exported);
                }
                self.map.bind(module, Spaces::MACROS, item.name, &bound);
            }
            kind => {
                if !self.is_member(mount, item, node) {
                    match kind {
                        ItemKind::Trait(head) => {
                            self.map.traits.push(Container { node, members: vec![] });
                            self.map.declared.insert(node, head.members.clone());
                        }
                        ItemKind::Enum(variants) => drop(self.map.variants.insert(node, variants.clone())),
                        _ => {}
                    }
                    self.map.bind(module, spaces_of(item), item.name, &bound);
                }
            }
        }
        // What an attribute or a derive makes beside its item has names that only it knows.
        if let Some(path) = item.attributes.foreign.iter().find(|path| makes_names(path)) {
            let call = Call { node, path: path.clone(), words: vec![], order: id };
            self.map.modules[module].calls.push(call);
        }
        if let Some(symbol) = item.attributes.symbol
            && item.kind != ItemKind::Foreign
        {
            let symbol = if symbol.text() == "*" { item.name } else { symbol };
            self.map.symbols.push((symbol, node));
        }
    }

    /// Enters a member with the impl or trait that it stands in: it has no name in the module. Whether it is one; what
    /// is declared in the body of a member, or in a block of a constant beside it, is not.
    fn is_member(&mut self, mount: &Mount<'_>, item: &Item, node: Node) -> bool {
        let Some(owner) = item.parent.filter(|owner| mount.shape.items[*owner].block == item.block) else {
            return false;
        };
        let containers = match (&mount.shape.items[owner].kind, &item.kind) {
            (ItemKind::Impl(_), ItemKind::Function | ItemKind::Constant) => &mut self.map.impls,
            (ItemKind::Trait(_), ItemKind::Function) => &mut self.map.traits,
            _ => return false,
        };
        let owner = mount.nodes.get(&owner).copied();
        // It is one of the last, most likely.
        if let Some(found) = containers.iter_mut().rev().find(|found| Some(found.node) == owner) {
            found.members.push((item.name, node));
        }
        true
    }

    /// The node of an item, entered with its place.
    ///
    /// Its name is told from those of its namesakes by the predicates that it stands under, so that the alternatives of
    /// an item are parts of their own.
    fn node(&mut self, mount: &mut Mount<'_>, declared: &Declared<'_>) -> Node {
        let Declared { item, id, module, cfg, .. } = declared;
        let module = *module;
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
        let place = Place { module, mount: mount.id, item: *id, owner, heard, cfg: all };
        self.map.places.insert(node, place);
        self.map.nodes.push(node);
        mount.nodes.insert(*id, node);
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
