//! What the macros that an item calls may put paths together of.

use std::collections::BTreeSet;

use crate::crates::krate::Krate;
use crate::names::modules::ModuleId;
use crate::syntax::name::Name;

/// See the module.
#[derive(Default)]
pub(super) struct Pieces {
    pub(super) scopes: BTreeSet<ModuleId>,
    pub(super) words: BTreeSet<Name>,
    pub(super) krates: BTreeSet<Krate>,
}

impl Pieces {
    pub(super) fn add(&mut self, scope: ModuleId, words: &[Name], krate: Krate) {
        self.scopes.insert(scope);
        self.words.extend(words);
        self.krates.insert(krate);
    }
}
