//! Where a name is looked up: a module or a block, with the map that has it.

use crate::crates::krate::Krate;
use crate::syntax::item::BlockId;

use super::map::{CrateMap, Module, ModuleId, Place};

/// See the module.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'m> {
    pub(crate) map: &'m CrateMap,
    pub(crate) id: ModuleId,
}

impl<'m> Scope<'m> {
    pub(crate) fn module(self) -> &'m Module {
        self.map.module(self.id)
    }

    /// What tells it from any other.
    pub(crate) fn key(self) -> (Krate, ModuleId) {
        (self.map.krate, self.id)
    }

    /// The module around it; of a block, what it stands in.
    pub(crate) fn parent(self) -> Option<Self> {
        self.module().parent.map(|id| Self { id, ..self })
    }

    /// What is around a block, which sees all that is declared there. A module sees nothing of what is around it.
    pub(crate) fn around(self) -> Option<Self> {
        self.parent().filter(|_| self.module().block)
    }

    /// The module that it is, or that the block is in.
    pub(crate) fn nearest(self) -> Self {
        let mut at = self;
        while let Some(around) = at.around() {
            at = around;
        }
        at
    }
}

impl CrateMap {
    pub(crate) fn root(&self) -> Scope<'_> {
        self.scope(Self::ROOT)
    }

    pub(crate) fn scope(&self, id: ModuleId) -> Scope<'_> {
        Scope { map: self, id }
    }

    /// What a name in an item is looked up from, if it stands in a block of the item's file or else at its top.
    pub(crate) fn scope_at(&self, place: &Place, block: Option<BlockId>) -> Scope<'_> {
        let blocks = self.mounts.get(place.mount).map(|mounted| &mounted.blocks);
        self.scope(block.and_then(|block| blocks?.get(block).copied()).unwrap_or(place.module))
    }
}
