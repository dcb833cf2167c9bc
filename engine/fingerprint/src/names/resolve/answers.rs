//! KeptAnswers about names that are kept with a map. They depend on the map, and on those of its dependencies, which
//! are part of it, alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::crates::krate::Krate;
use crate::db::Node;
use crate::index::IdxVec;
use crate::names::modules::{CrateMap, Module, ModuleId};
use crate::syntax::item::{Space, Visibility};
use crate::syntax::name::Name;
use crate::syntax::std_library;

use super::found::{Found, Target};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct KeptAnswers {
    pub(super) lexical: FxHashMap<(ModuleId, Space, Name), Arc<Found>>,
    pub(super) globs: Option<Globs>,
    pub(super) traits: FxHashMap<ModuleId, Arc<TraitsInScope>>,
    pub(super) own_traits: FxHashMap<ModuleId, Arc<Vec<OwnTrait>>>,
    pub(super) calls: FxHashMap<ModuleId, Arc<Vec<Target>>>,
    pub(super) foreign_globs: FxHashMap<ModuleId, Arc<Vec<GlobEdge>>>,
    pub(super) reach: FxHashMap<ModuleId, Reach>,
    /// How many modules searches looked into: for measuring.
    pub(super) steps: usize,
}

/// The answers of a map.
pub(super) fn lock(map: &CrateMap) -> MutexGuard<'_, KeptAnswers> {
    let answers = map.answers.get::<Mutex<KeptAnswers>>().expect("nobody else keeps anything with a map");
    answers.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A glob import, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GlobEdge {
    pub(super) target: Target,
    pub(super) visibility: Visibility,
    pub(super) cfg: Vec<Name>,
    pub(super) call: Option<Node>,
    /// What of the path lies outside the crates at hand.
    pub(super) foreign: Vec<Name>,
}

impl GlobEdge {
    /// What stands for globs that are not followed to their end.
    pub(super) fn whole(krate: Krate) -> Self {
        let target = Target::Whole(krate);
        Self { target, visibility: Visibility::Wider, cfg: vec![], call: None, foreign: vec![] }
    }
}

/// The glob imports of all modules of a crate.
pub(super) type Globs = Arc<IdxVec<Module, Arc<Vec<GlobEdge>>>>;

/// The modules that globs lead to from one, itself first; none if they are too many to follow.
pub(super) type Reach = Option<Arc<Vec<(Krate, ModuleId)>>>;

/// The traits in scope somewhere, and packages from which some may come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TraitsInScope {
    /// By the names that they declare.
    pub(crate) local: FxHashMap<Name, Vec<Node>>,
    pub(crate) packages: Vec<Target>,
    /// Those that may be traits of packages and of the standard library.
    pub(crate) foreign: Vec<ForeignTrait>,
    /// Predicates that a trait is in scope under.
    pub(crate) asks: FxHashMap<Node, Vec<Name>>,
}

/// Something from outside that may be a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ForeignTrait {
    pub(crate) path: Name,
    pub(super) declares: Declares,
}

/// What is known of the members of such a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Declares {
    Anything,
    These(&'static [&'static str]),
    /// What some trait of the standard library declares.
    Standard,
}

impl ForeignTrait {
    pub(crate) fn declares(&self, member: Name) -> bool {
        match self.declares {
            Declares::Anything => true,
            Declares::These(members) => members.contains(&member.text()),
            Declares::Standard => std_library::method(&member),
        }
    }
}

/// A trait, or a package that may have some, as a module itself declares or imports it.
#[derive(Clone, Debug)]
pub(super) struct OwnTrait {
    pub(super) visibility: Visibility,
    pub(super) target: Target,
    pub(super) asks: Vec<Name>,
    pub(super) foreign: Vec<Name>,
}
