//! A search: the maps that it may look into, and what it is in the middle of.

use rustc_hash::FxHashMap;

use crate::crates::krate::Krate;
use crate::db::Node;
use crate::disk::files::relative;
use crate::names::modules::{CrateMap, ModuleId, Scope};
use crate::syntax::item::{Path, Space, Visibility};
use crate::syntax::name::Name;

use super::answers::{Globs, lock};
use super::found::{Found, Target};

/// How many modules the globs of one may lead to, and how many macro calls may make a name. Where there are more, the
/// answer is the whole crate: without such an end each of n modules might be searched by each of n items.
pub(super) const MANY: usize = 128;

/// From where a name is looked up, if visibility counts.
pub(crate) type Looker<'m> = Option<Scope<'m>>;

/// One search and all that it leads to.
pub(crate) struct Resolver<'m> {
    pub(super) maps: FxHashMap<Krate, &'m CrateMap>,
    /// Imports being followed, against cycles.
    pub(super) following: Vec<(Krate, ModuleId, Path, Space)>,
    /// Crates whose globs are being resolved, with what is known so far.
    pub(super) drafts: Vec<(Krate, Globs)>,
    /// The lowest of the followed imports at which a cycle was cut.
    ///
    /// `use a::x` in `b` and `use b::x` in `a` lead to each other. The inner search gives up without an answer, which
    /// is right for the outer one, but would be wrong as an answer for anyone else. So what is found above the cut is
    /// used by this search and not kept; what is found below it is complete.
    pub(super) cut: usize,
}

impl<'m> Resolver<'m> {
    pub(crate) fn new(root: &'m CrateMap) -> Self {
        let mut maps = FxHashMap::default();
        let mut todo = vec![root];
        while let Some(map) = todo.pop() {
            if maps.insert(map.krate, map).is_none() {
                todo.extend(map.dependencies.values().flatten().map(|map| &**map));
            }
        }
        Self { maps, following: vec![], drafts: vec![], cut: usize::MAX }
    }

    /// The map of a crate that the root is built with.
    pub(crate) fn map(&self, krate: Krate) -> Option<&'m CrateMap> {
        self.maps.get(&krate).copied()
    }

    /// A module of a crate that the root is built with.
    pub(crate) fn scope(&self, krate: Krate, id: ModuleId) -> Option<Scope<'m>> {
        Some(self.map(krate)?.scope(id))
    }

    /// Whether what was just found is the answer for any search, so that it may be kept.
    pub(super) fn complete(&self) -> bool {
        self.drafts.is_empty() && self.cut >= self.following.len()
    }

    /// Goes back to an outer search, with the cut that was known there or the one that the inner search made below it.
    pub(super) fn keep_cut(&mut self, outer: usize) {
        let inner = if self.cut < self.following.len() { self.cut } else { usize::MAX };
        self.cut = outer.min(inner);
    }

    /// All maps of the build.
    pub(crate) fn maps(&self) -> impl Iterator<Item = &'m CrateMap> + use<'m> {
        let mut maps: Vec<_> = self.maps.values().copied().collect();
        maps.sort_by(|a, b| (a.data.name, &a.data.root).cmp(&(b.data.name, &b.data.root)));
        maps.into_iter()
    }

    /// How many modules were looked into for all answers so far.
    pub(crate) fn steps(&self) -> usize {
        self.maps().map(|map| lock(map).steps).sum()
    }

    /// Whether any module of the build binds a name.
    pub(crate) fn is_bound(&self, space: Space, name: Name) -> bool {
        self.maps.values().any(|map| map.bound.contains(&(space, name)))
    }

    /// Whether a node is an enum with a variant of that name.
    pub(super) fn has_variant(&self, node: Node, name: Name) -> bool {
        self.maps.values().any(|map| map.variants.get(&node).is_some_and(|variants| variants.contains(&name)))
    }

    /// Notes the predicates that an import stands under, together with what it leads to. Without this, exchanging the
    /// predicates of two imports would change nothing: the same predicates are asked about, and the same things are
    /// reached.
    pub(super) fn under(&self, found: &mut Found, predicates: &[Name], from: usize) {
        if predicates.is_empty() {
            return;
        }
        let predicates = predicates.iter().map(|name| name.text()).collect::<Vec<_>>().join(" and ");
        let targets = found.targets.get(from..).unwrap_or_default().iter().map(|target| match target {
            Target::Node(node) => self.in_crate(node.data().krate, &node.data().key),
            Target::Module(krate, id) => {
                self.in_crate(*krate, self.scope(*krate, *id).map_or("", |scope| scope.module().path.text()))
            }
            Target::Whole(krate) => self.in_crate(*krate, self.map(*krate).map_or("", |map| map.data.name.text())),
            Target::Package(package) => package.text().to_string(),
            Target::Std => String::new(),
        });
        let foreign = found.foreign.iter().map(ToString::to_string);
        let said: Vec<Name> = targets.chain(foreign).map(|name| Name::new(&format!("{predicates}: {name}"))).collect();
        found.route.extend(said);
    }

    /// The path of something in a crate. A library and a binary may share their name: then it is not enough.
    fn in_crate(&self, krate: Krate, path: &str) -> String {
        let Some(data) = self.map(krate).map(|map| &map.data) else { return path.to_owned() };
        let shared = self.maps.values().any(|other| other.krate != krate && other.data.name == data.name);
        if shared { format!("{path} of {}", relative(&data.root, &data.workspace)) } else { path.to_owned() }
    }

    /// Whether a name may be that of an item that is written with other characters. rustc compares names in Unicode's
    /// normal form C, and this crate has no tables for that.
    pub(crate) fn may_be_respelled(&self, name: Name) -> bool {
        !name.is_ascii() && self.maps.values().any(|map| map.respelled)
    }

    /// Whether some function of that name tracks its caller.
    pub(crate) fn tracks(&self, name: Name) -> bool {
        self.maps.values().any(|map| map.tracks.contains(&name))
    }
}

/// Whether what a module declares with this visibility can be seen from elsewhere.
pub(super) fn visible(scope: Scope<'_>, visibility: Visibility, by: Looker<'_>) -> bool {
    let Some(from) = by else { return true };
    if visibility == Visibility::Wider {
        return true;
    }
    if from.map.krate != scope.map.krate {
        return false;
    }
    let nearest = scope.nearest();
    let within = match visibility {
        Visibility::Private => nearest.id,
        Visibility::Super => nearest.parent().map_or(CrateMap::ROOT, |parent| parent.nearest().id),
        Visibility::Crate | Visibility::Somewhere | Visibility::Wider => return true,
    };
    let mut at = from;
    loop {
        if at.id == within {
            return true;
        }
        match at.parent() {
            Some(parent) => at = parent,
            None => return false,
        }
    }
}
