//! What a search finds: what a name may lead to, what decides between that, and how it was reached.

use crate::crates::krate::Krate;
use crate::crates::package::Package;
use crate::db::Node;
use crate::names::modules::ModuleId;
use crate::sorted::sort;
use crate::syntax::item::Path;
use crate::syntax::name::Name;

/// What a name may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Target {
    Node(Node),
    Module(Krate, ModuleId),
    Package(Package),
    /// A crate that counts as a whole.
    Whole(Krate),
    /// The standard library, or scrat.
    Std,
}

impl Target {
    pub(crate) fn node(&self) -> Option<Node> {
        match self {
            Self::Node(node) => Some(*node),
            _ => None,
        }
    }

    pub(crate) fn module(&self) -> Option<(Krate, ModuleId)> {
        match self {
            Self::Module(krate, id) => Some((*krate, *id)),
            _ => None,
        }
    }
}

/// The outcome of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) targets: Vec<Target>,
    /// Predicates that decide between the targets.
    pub(crate) asks: Vec<Name>,
    /// Members named behind a type or trait: `Type::new`.
    pub(crate) members: Vec<(Node, Path)>,
    /// Macro calls that may make the name, where nothing else was found; the crate, if there are many.
    pub(crate) calls: Vec<Target>,
    /// Whether one of the targets exists whatever the predicates say.
    pub(crate) certain: bool,
    /// What imports lead to outside the crates at hand: `fmt::Display` for `std`, below its crate.
    pub(crate) foreign: Vec<Name>,
    /// What else the way to the targets says: variants, and predicates of imports with what they lead to.
    pub(crate) route: Vec<Name>,
    /// How many of the path's last segments lie outside the crates at hand.
    pub(super) tail: usize,
}

impl Found {
    pub(crate) fn absorb(&mut self, other: Self) {
        self.targets.extend(other.targets);
        self.asks.extend(other.asks);
        self.members.extend(other.members);
        self.calls.extend(other.calls);
        self.certain |= other.certain;
        self.foreign.extend(other.foreign);
        self.route.extend(other.route);
    }

    /// Keeps each thing once, where there are many.
    pub(super) fn tidy(&mut self) {
        const MANY: usize = 16;
        if self.targets.len() > MANY {
            sort(&mut self.targets);
        }
        for list in [&mut self.asks, &mut self.foreign, &mut self.route] {
            if list.len() > MANY {
                sort(list);
            }
        }
    }

    /// Whether all that was found lies outside the crates at hand, where namespaces are not known.
    pub(super) fn all_foreign(&self) -> bool {
        !self.targets.is_empty()
            && self.targets.iter().all(|target| matches!(target, Target::Package(_) | Target::Whole(_) | Target::Std))
    }

    /// Keeps what of an import's path lies outside.
    pub(super) fn enter(&mut self, path: &[Name]) {
        let tail = path.get(path.len().saturating_sub(self.tail)..).unwrap_or_default();
        if !tail.is_empty() {
            let tail = tail.iter().map(|segment| segment.text()).collect::<Vec<_>>().join("::");
            if self.foreign.is_empty() {
                self.foreign.push(Name::new(&tail));
            } else {
                self.foreign.iter_mut().for_each(|base| *base = Name::new(&format!("{base}::{tail}")));
            }
        }
        self.tail = 0;
    }

    pub(super) fn one(target: Target) -> Self {
        Self { targets: vec![target], certain: true, ..Self::default() }
    }
}
