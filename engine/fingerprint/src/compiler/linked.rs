//! The compiled code of all crates of a program, put together by symbols.

mod closure;
mod registered;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Counts, Hash, Strictness, compatible};
use crate::digest::{Digest, Fields};

use super::bodies::{Bodies, Body, BodyKind};
use super::symbol;

/// What is known of code that is not among the bodies: nothing, where nothing else is said.
pub trait Outside: Sync {
    /// The version of the package whose library has this name, if there is just one in the lock file.
    fn version(&self, _: &str) -> Option<String> {
        None
    }

    /// Digest of a crate that is of the user's own, but was not compiled for its fingerprint.
    fn unseen(&self, _: &str) -> Option<Hash> {
        None
    }

    /// Digest of the library of one of the program's own crates: with all generic code in it, and all that is behind it.
    fn library(&self, _: &str) -> Option<Hash> {
        None
    }

    /// Digest of what may define symbols of another language: libraries that are linked.
    fn foreign(&self) -> Option<Hash> {
        None
    }

    /// Whether a library of the user's own defines a symbol with a name like this.
    fn defines(&self, _: fn(&str) -> bool) -> bool {
        false
    }

    /// Digest of what packages are made of besides what their symbols tell: flags, and crates of the user's own behind
    /// them.
    fn packages(&self) -> Option<Hash> {
        None
    }

    /// Whether two packages may touch the same memory: they are one, or one of them or of those that they are built on is
    /// the same. Whoever does not know says so.
    fn share(&self, _: &str, _: &str) -> bool {
        true
    }

    /// What instances of generic code are compiled with, whoever made them: whether sums are checked, for example.
    fn checks(&self) -> &str {
        ""
    }
}

/// Nothing is around a crate: no lock file, no libraries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Outside for Alone {}

/// Index of a name in the program.
pub type Id = usize;

/// A program's crates, put together.
pub struct Linked<'b> {
    pub(super) names: Vec<&'b str>,
    ids: FxHashMap<&'b str, Id>,
    bodies: Vec<Option<At<'b>>>,
    crates: Vec<&'b Bodies>,
    /// For each crate, its names' indices in the program.
    own: Vec<Vec<Id>>,
    facts: Vec<std::sync::OnceLock<SymbolFacts>>,
    pub(super) foreign: FxHashSet<Id>,
    /// Functions from elsewhere, made for types from elsewhere: see [`Linked::elsewhere`].
    instances: FxHashSet<Id>,
    /// Those of them that were made here.
    made: FxHashMap<Id, At<'b>>,
    /// Further bodies of the same symbols.
    namesakes: FxHashMap<Id, Vec<Id>>,
    registered: Registered,
    exported: std::sync::OnceLock<Vec<Id>>,
    exposed: std::sync::OnceLock<FxHashSet<Id>>,
    assembler: std::sync::OnceLock<Option<Hash>>,
    replacing: std::sync::OnceLock<[Option<Hash>; 2]>,
    toolchain: String,
    target: String,
    strictness: Strictness,
    outside: &'b dyn Outside,
}

/// What is kept in the program though nothing refers to it.
#[derive(Debug, Default)]
struct Registered {
    kept: Vec<Kept>,
    /// By section.
    sections: Vec<(String, Id)>,
    /// Those of them that only packages may read.
    elsewhere: Vec<Id>,
    /// What any function may call: the allocator, and what stands in the place of the C library's functions.
    everywhere: Vec<Id>,
}

/// Something that is kept, and may run before `main`.
#[derive(Debug)]
struct Kept {
    id: Id,
    /// What it touches.
    memory: FxHashSet<Id>,
    /// Those that it calls, and that may touch memory of their own.
    packages: BTreeSet<String>,
}

#[derive(Clone, Copy)]
struct At<'b> {
    krate: usize,
    body: &'b Body,
}

/// What a symbol says.
struct SymbolFacts {
    path: String,
    /// Whether it was made of the path.
    is_mangled: bool,
    is_common: bool,
    whose: Whose,
}

/// Whose text a function was made of, if it counts by that and not by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whose {
    Scrat,
    /// A package or the standard library, with what of its version counts.
    Other(String),
    /// The user's, or a package whose every version is another one.
    Text,
}

/// What is called with certain types, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instances<'b> {
    /// What the macro called the function.
    pub key: &'b str,
    /// The names of the types that are part of a call's key; empty if there are none.
    pub types: &'b str,
    telling: Option<Id>,
    /// More than one if the function has further types, which no argument in the key shows, or if a macro makes two
    /// functions at one place, which the program tells apart in their identities.
    codes: BTreeSet<Id>,
    /// Whether the names are those of one list of types.
    is_clear: bool,
}

impl<'b> Linked<'b> {
    /// Puts crates together, which a compiler made for a target.
    pub fn new(
        crates: &'b [&'b Bodies],
        (toolchain, target): (&str, &str),
        strictness: Strictness,
        outside: &'b dyn Outside,
    ) -> Self {
        let mut linked = Self {
            names: Vec::new(),
            ids: FxHashMap::default(),
            bodies: Vec::new(),
            crates: crates.to_vec(),
            own: Vec::new(),
            facts: Vec::new(),
            foreign: FxHashSet::default(),
            instances: FxHashSet::default(),
            made: FxHashMap::default(),
            namesakes: FxHashMap::default(),
            registered: Registered::default(),
            exported: std::sync::OnceLock::new(),
            exposed: std::sync::OnceLock::new(),
            assembler: std::sync::OnceLock::new(),
            replacing: std::sync::OnceLock::new(),
            toolchain: toolchain.to_owned(),
            target: target.to_owned(),
            strictness,
            outside,
        };
        for (krate, bodies) in crates.iter().enumerate() {
            let ids: Vec<Id> = bodies.names.iter().map(|name| linked.name(name)).collect();
            for body in &bodies.bodies {
                let id = ids[body.name as usize];
                let at = At { krate, body };
                if body.kind == BodyKind::Function && linked.instances.contains(&id) {
                    linked.made.entry(id).or_insert(at);
                } else if linked.bodies[id].is_some() && symbol::is_chosen(linked.names[id]) {
                    linked.add_namesake(id, at);
                } else {
                    linked.bodies[id].get_or_insert(at);
                }
            }
            linked.foreign.extend(bodies.foreign.iter().map(|name| ids[*name as usize]));
            linked.own.push(ids);
        }
        linked.facts.resize_with(linked.names.len(), std::sync::OnceLock::new);
        linked.registered = linked.find_registered();
        linked
    }

    /// Two crates have a symbol of the same name, of their own choice. The linker takes one of the two, by an order that
    /// nobody tells, and so both count.
    fn add_namesake(&mut self, id: Id, at: At<'b>) {
        self.namesakes.entry(id).or_default().push(self.names.len());
        self.names.push(self.names[id]);
        self.bodies.push(Some(at));
    }

    /// A name's index. That of a function from elsewhere does not depend on which crate made it.
    fn name(&mut self, name: &'b str) -> Id {
        let Some(without) = self.elsewhere(name) else { return self.id(name) };
        let id = self.id(without);
        self.instances.insert(id);
        id
    }

    /// A symbol without the crate that it was made in, if neither its text nor its types are the user's.
    ///
    /// It counts by its name, which stands for the version that the text is of, even if it was made here and there is
    /// a body: rustc takes an instance that some package happens to have made, and it depends on all of the others, and
    /// on its profile, whether there is one.
    fn elsewhere(&self, name: &'b str) -> Option<&'b str> {
        let is_ours = |krate: &str| symbol::is_scrat(krate) || self.is_own(krate);
        let defining = symbol::defining_crate(name);
        if defining.is_some_and(is_ours) {
            return None;
        }
        let without = symbol::without_maker(name)?;
        let path = symbol::path(without);
        let mut crates = defining.into_iter().chain(symbol::crates(&path)).peekable();
        (crates.peek().is_some() && !crates.any(is_ours)).then_some(without)
    }

    /// A name's index. What means something in one crate alone is another thing in each.
    fn id(&mut self, name: &'b str) -> Id {
        let is_local = name.contains(symbol::LOCAL);
        if !is_local && let Some(&known) = self.ids.get(name) {
            return known;
        }
        let next = self.names.len();
        self.names.push(name);
        self.bodies.push(None);
        if !is_local {
            self.ids.insert(name, next);
        }
        next
    }

    /// The stashed functions of all crates, each instance once.
    pub fn roots(&self) -> Vec<Instances<'b>> {
        let mut found: BTreeMap<(&str, &str), Instances<'b>> = BTreeMap::new();
        for (bodies, own) in self.crates.iter().zip(&self.own) {
            for root in &bodies.roots {
                let telling = root.telling.map(|telling| own[telling as usize]);
                let (key, types) = (root.key.as_str(), root.types.as_str());
                let instances = found.entry((key, types)).or_insert_with(|| Instances {
                    key,
                    types,
                    telling,
                    codes: BTreeSet::new(),
                    is_clear: true,
                });
                instances.codes.insert(own[root.code as usize]);
                instances.is_clear &= instances.telling == telling;
            }
        }
        found.into_values().collect()
    }

    /// The fingerprint of all code that calls of these types may run, and whether that is one. None if it can't be told which
    /// types they are.
    pub fn fingerprint(&self, instances: &Instances<'_>) -> Option<(Hash, bool)> {
        if !instances.is_clear {
            return None;
        }
        let mut closures: Vec<Hash> = instances.codes.iter().map(|code| self.closure(*code)).collect();
        closures.sort_unstable();
        closures.dedup();
        if let [only] = closures[..] {
            return Some((only, true));
        }
        let mut fields = Fields::new("scrat compiled instances v1");
        fields.list(closures, |fields, closure| {
            fields.digest(&Digest(closure));
        });
        Some((fields.finish().0, false))
    }

    pub(super) fn body(&self, id: Id) -> Option<&'b Body> {
        self.bodies[id].map(|at| at.body)
    }

    pub(super) fn refers(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let at = self.bodies[id];
        let named =
            at.into_iter().flat_map(move |at| at.body.refers.iter().map(move |name| (at.krate, *name as usize)));
        let namesakes = self.namesakes.get(&id).into_iter().flatten().copied();
        named.map(|(krate, name)| self.own[krate][name]).chain(namesakes)
    }

    pub(super) fn crates(&self) -> impl Iterator<Item = (&'b Bodies, &Vec<Id>)> {
        self.crates.iter().copied().zip(&self.own)
    }

    /// What has this symbol.
    pub fn find(&self, symbol: &str) -> Option<Id> {
        self.ids.get(symbol).copied()
    }

    /// The functions with a body whose path in Rust ends with this name.
    pub fn named(&self, name: &str) -> Vec<Id> {
        let ends = |path: &str| path.strip_suffix(name).is_some_and(|before| before.ends_with("::"));
        let is_it = |id: &Id| {
            self.body(*id).is_some_and(|body| body.kind == BodyKind::Function)
                && self.facts(*id).is_mangled
                && ends(&self.facts(*id).path)
        };
        (0..self.names.len()).filter(is_it).collect()
    }

    fn facts(&self, id: Id) -> &SymbolFacts {
        self.facts[id].get_or_init(|| {
            let name = self.names[id];
            let path = symbol::path(name);
            let is_mangled = symbol::is_mangled(name);
            let is_common =
                is_mangled && symbol::is_common(&path) && !symbol::crates(&path).any(|krate| self.is_own(krate));
            let drops_scrats = symbol::dropped(&path).is_some_and(symbol::is_scrat);
            let whose = match symbol::defining_crate(name) {
                _ if drops_scrats => Whose::Scrat,
                Some(krate) => self.whose(krate),
                None => Whose::Text,
            };
            SymbolFacts { path, is_mangled, is_common, whose }
        })
    }

    fn has_bodies(&self, krate: &str) -> bool {
        self.crates.iter().any(|bodies| bodies.krate == krate)
    }

    /// Whether a crate is the user's own, even if another one has its name.
    fn is_own(&self, krate: &str) -> bool {
        self.has_bodies(krate) || (!symbol::is_scrat(krate) && self.outside.unseen(krate).is_some())
    }

    fn whose(&self, krate: &str) -> Whose {
        if symbol::is_scrat(krate) {
            return Whose::Scrat;
        }
        if self.is_own(krate) {
            return Whose::Text;
        }
        let is_standard = symbol::comes_with_compiler(krate);
        let counts = if is_standard { self.strictness.toolchain } else { self.strictness.packages };
        let version = if is_standard { Some(String::new()) } else { self.outside.version(krate) };
        match (counts, version) {
            (Counts::Compatible, Some(version)) => Whose::Other(format!("{krate} {}", compatible(&version))),
            (Counts::Ignore, Some(_)) => Whose::Other(krate.to_owned()),
            _ => Whose::Text,
        }
    }

    pub(super) fn is_scrat(&self, id: Id) -> bool {
        self.facts(id).whose == Whose::Scrat
    }

    /// Whether this drops what is a package's, or the standard library's, alone. Where scrat does so, in storing and
    /// loading, it decides about no value.
    fn drops_a_package(&self, id: Id) -> bool {
        let path = &self.facts(id).path;
        path.starts_with("core::ptr::drop_in_place") && !symbol::crates(path).any(|krate| self.is_own(krate))
    }

    /// What a function is made for that does not count by its text: all that its bodies lead to and that does.
    fn behind(&self, id: Id) -> Vec<Id> {
        let is_scrat = self.is_scrat(id);
        let mut found = Vec::new();
        let mut seen = FxHashSet::from_iter([id]);
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let mut next: Vec<Id> = self.refers(id).filter(|next| seen.insert(*next)).collect();
            next.reverse();
            for next in next {
                let facts = self.facts(next);
                // Scrat's code may change what it is made of without its meaning another thing.
                let is_inside = facts.whose != Whose::Text || (is_scrat && facts.is_common);
                match self.body(next).map(|body| body.kind) {
                    Some(BodyKind::Place) => {}
                    Some(BodyKind::Constant | BodyKind::Root) => todo.push(next),
                    Some(_) if is_inside => todo.push(next),
                    None if is_scrat && (is_inside || self.drops_a_package(next)) => {}
                    _ => found.push(next),
                }
            }
        }
        found
    }

    /// All that a body leads to, as far as it counts.
    pub(super) fn leads_to(&self, id: Id) -> Vec<Id> {
        match self.facts(id).whose {
            Whose::Text => self.refers(id).collect(),
            _ => self.behind(id),
        }
    }
}

/// What was reached, in order, and at which number.
pub(super) struct Reached {
    pub(super) reached: Vec<Id>,
    pub(super) numbers: FxHashMap<Id, usize>,
}
