//! What a function reaches, and what of that counts.
//!
//! A closure is walked from the root on, and everything in it is called by the number at which it was reached. So its
//! digest covers what each body does and which other one it does it with, but no names: those are only for what is
//! outside.
//!
//! | reached | counts |
//! | --- | --- |
//! | a body of the program's own crates, or one of a generic from elsewhere that was made for their types | its text |
//! | a function of a package, or of the standard library, and what is made of them for each other's types | its symbol, which stands for the locked version and its features |
//! | a function of scrat, or one of the standard library that was made for scrat's types | nothing, but what it is made for is followed: serializers call the user's code |
//! | a place in a source | only where something asks for places |
//! | memory that a start-up function or another crate may change | what does so, see [`registered`](super::registered) |
//! | a function without a path in Rust and without a body | assembler and libraries that have it, see [`Outside`](super::Outside) |

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Counts, Hash, compatible_compiler};
use crate::compiler::assembler;
use crate::compiler::bodies::{Bodies, BodyKind};
use crate::compiler::{symbol, usual};
use crate::digest::{Digest, Fields};

use super::{At, Id, Linked, Reached, SymbolFacts, Whose};

/// What was reached, and the numbers of what was reached of itself after the root.
struct All {
    walk: Reached,
    further: Vec<usize>,
}

impl Linked<'_> {
    /// Digest of all that counts of what the code of a root reaches.
    pub fn closure(&self, code: Id) -> Hash {
        let (mut with_places, mut all) = (false, self.all(code, false));
        if all.walk.reached.iter().any(|id| asks_for_places(self.names[*id]) || self.tells_a_place(*id)) {
            (with_places, all) = (true, self.all(code, true));
        }
        let All { walk, further } = all;
        let mut fields = Fields::new("scrat compiled function v1");
        let toolchain = match self.strictness.toolchain {
            Counts::Exact => self.toolchain.as_str(),
            Counts::Compatible => &compatible_compiler(&self.toolchain),
            Counts::Ignore => "",
        };
        fields.text(toolchain).text(&self.target).number(u64::from(with_places));
        fields.list(further, |fields, number| {
            fields.number(number as u64);
        });
        let is_open = self.is_open(&walk);
        let has_instances = walk.reached.iter().any(|id| self.instances.contains(id));
        let leads_to_packages = self.leads_to_packages(&walk);
        fields.text(if has_instances { self.outside.checks() } else { "" });
        fields.digest(&Digest(self.digest(&walk, with_places)));
        for foreign in [self.outside.foreign(), self.assembler()] {
            fields.option(foreign.filter(|_| is_open), |fields, digest| {
                fields.digest(&Digest(digest));
            });
        }
        for replacing in self.replacing() {
            fields.option(replacing, |fields, digest| {
                fields.digest(&Digest(digest));
            });
        }
        fields.option(self.outside.packages().filter(|_| leads_to_packages), |fields, digest| {
            fields.digest(&Digest(digest));
        });
        fields.finish().0
    }

    /// All that a root reaches, and all that counts besides: what that reaches may make more count.
    fn all(&self, code: Id, with_places: bool) -> All {
        let mut all = All { walk: self.walk(code, with_places), further: Vec::new() };
        let mut counted = FxHashSet::default();
        let mut add = |all: &mut All, codes: Vec<Id>| {
            let new: Vec<Id> = codes.into_iter().filter(|code| counted.insert(*code)).collect();
            new.iter().for_each(|code| all.further.push(self.walk_on(&mut all.walk, *code, with_places)));
            !new.is_empty()
        };
        add(&mut all, self.registered.everywhere.clone());
        loop {
            let (touching, called_back) = (self.touching(&all.walk), self.called_back(&all.walk, with_places));
            if !(add(&mut all, touching) | add(&mut all, called_back)) {
                return all;
            }
        }
    }

    /// Whether a body gives its place in the source to somebody who may ask for it: to a function of a package, however
    /// many others hand it on. Where there is a body, it says what becomes of the place that it gets: many functions of
    /// the standard library get one, and those that panic tell it to nobody else.
    ///
    /// A place in memory may be read by whoever sees the memory.
    fn tells_a_place(&self, id: Id) -> bool {
        let Some(at) = self.bodies[id] else { return false };
        let is_place = |id: Id| self.body(id).is_some_and(|body| body.kind == BodyKind::Place);
        if matches!(at.body.kind, BodyKind::Constant | BodyKind::Static) && self.refers(id).any(is_place) {
            return true;
        }
        let names = |at: At<'_>, names: &[u32]| -> Vec<Id> {
            names.iter().map(|name| self.own[at.krate][*name as usize]).collect()
        };
        let mut todo = names(at, &at.body.given_places);
        let mut told = FxHashSet::default();
        while let Some(id) = todo.pop() {
            if !told.insert(id) {
                continue;
            }
            match self.bodies[id].or_else(|| self.made.get(&id).copied()) {
                _ if asks_for_places(self.names[id]) => return true,
                // Memory stands first in a line that calls something without a name.
                Some(at) if at.body.keeps || at.body.kind != BodyKind::Function => return true,
                Some(at) => todo.extend(names(at, &at.body.passes_on)),
                None if self.calls_back(id) => return true,
                None => {}
            }
        }
        false
    }

    /// Whether a function may do anything with what it gets, and call back what has a symbol of its own choice: one of a
    /// package.
    fn calls_back(&self, id: Id) -> bool {
        self.is_of_package(id) && !symbol::calls_nothing_back(&self.facts(id).path)
    }

    /// Whether a function may differ by what packages are compiled with, and by crates of the user's own beneath them.
    fn differs_with_packages(&self, id: Id) -> bool {
        self.is_of_package(id) && !symbol::stands_alone(&self.facts(id).path)
    }

    /// Whether a symbol is a package's, or made for one. Scrat is none: it tells nothing of what it gets.
    pub(super) fn is_of_package(&self, id: Id) -> bool {
        let SymbolFacts { path, whose, is_mangled, .. } = self.facts(id);
        *is_mangled
            && *whose != Whose::Scrat
            && symbol::crates(path).any(|krate| !symbol::comes_with_compiler(krate) && !symbol::is_scrat(krate))
    }

    fn leads_to_packages(&self, walk: &Reached) -> bool {
        walk.reached.iter().any(|id| self.body(*id).is_none() && self.differs_with_packages(*id))
    }

    /// What packages, libraries and assembler may lead back to: all that has a symbol of its own choice, in an order that
    /// names have no part in.
    fn called_back(&self, walk: &Reached, with_places: bool) -> Vec<Id> {
        if !self.leads_away(&walk.reached) && !self.is_open(walk) {
            return Vec::new();
        }
        let exported = self.exported().iter().copied().filter(|id| !walk.numbers.contains_key(id));
        let mut exported: Vec<(Hash, Id)> =
            exported.map(|id| (self.digest(&self.walk(id, with_places), with_places), id)).collect();
        exported.sort_unstable();
        exported.into_iter().map(|(_, id)| id).collect()
    }

    /// Whether another language or assembler may have a part in it although nothing of theirs is called: by what stands in
    /// the place of functions that all call, of what has a symbol of its own choice, or by writing to memory that such
    /// functions touch, before `main` for example.
    fn is_open(&self, walk: &Reached) -> bool {
        if self.outside.foreign().is_none() && self.assembler().is_none() {
            return false;
        }
        self.replacing().iter().any(Option::is_some) || walk.reached.iter().any(|id| self.exposed().contains(id))
    }

    /// What has a symbol of its own choice, and the memory that it touches.
    fn exposed(&self) -> &FxHashSet<Id> {
        self.exposed.get_or_init(|| {
            let exported = self.exported().iter().copied();
            self.memory(&self.at_start(exported.clone())).into_iter().chain(exported).collect()
        })
    }

    /// Whether another language or assembler may read what it finds by itself.
    pub(super) fn leads_to_foreign(&self, walk: &Reached) -> bool {
        let is_away = |id: &Id| self.body(*id).is_none() && (self.is_foreign(*id) || self.is_assembler(*id));
        walk.reached.iter().any(is_away) || self.is_open(walk)
    }

    /// Whether something is called that may call back: packages, libraries and assembler.
    pub(super) fn leads_away<'i>(&self, reached: impl IntoIterator<Item = &'i Id>) -> bool {
        let is_away = |id: &Id| self.calls_back(*id) || self.is_foreign(*id) || self.is_assembler(*id);
        reached.into_iter().any(|id| self.body(*id).is_none() && is_away(id))
    }

    /// Whether a symbol may be one of another language, or assembler's.
    fn is_foreign(&self, id: Id) -> bool {
        !self.facts(id).is_mangled && !usual::is_usual(self.names[id])
    }

    /// Digests of the libraries and of all assembler, if they may have what every program calls.
    fn replacing(&self) -> [Option<Hash>; 2] {
        *self.replacing.get_or_init(|| {
            let in_library = self.outside.defines(usual::is_usual);
            let in_assembler = self.crates.iter().any(|bodies| assembler::may_name(&bodies.assembler, usual::is_usual));
            let foreign = if in_library { self.outside.foreign() } else { None };
            let assembler = if in_assembler { self.assembler() } else { None };
            [foreign, assembler]
        })
    }

    /// Whether assembler has what a symbol of Rust means: a naked function.
    fn is_assembler(&self, id: Id) -> bool {
        self.facts(id).is_mangled
            && self.crates.iter().any(|bodies| assembler::defines(&bodies.assembler, self.names[id]))
    }

    /// All that has a symbol of its own choice, or that assembler names.
    pub(super) fn exported(&self) -> &[Id] {
        self.exported.get_or_init(|| self.find_exported())
    }

    fn find_exported(&self) -> Vec<Id> {
        let has_own_symbol = |id: &Id| {
            let name = self.names[*id];
            self.body(*id).is_some() && symbol::is_chosen(name) && name != "main"
        };
        let named: FxHashSet<Id> = self.crates.iter().flat_map(|bodies| self.named_in_assembler(bodies)).collect();
        (0..self.names.len()).filter(|id| has_own_symbol(id) || named.contains(id)).collect()
    }

    /// What the assembler of a crate names that has a body.
    pub(super) fn named_in_assembler<'a>(&'a self, bodies: &'a Bodies) -> impl Iterator<Item = Id> + 'a {
        let words = bodies.assembler.lines().flat_map(assembler::words);
        words.filter_map(|word| self.find(word)).filter(|id| self.body(*id).is_some())
    }

    /// All that is reached. The names of files are behind places.
    pub(in crate::compiler) fn walk(&self, code: Id, with_places: bool) -> Reached {
        let mut walk = Reached { reached: Vec::new(), numbers: FxHashMap::default() };
        self.walk_on(&mut walk, code, with_places);
        walk
    }

    /// Goes on with further code, which may share memory with what was reached, and returns its number. What both reach
    /// keeps the one that it has.
    fn walk_on(&self, walk: &mut Reached, code: Id, with_places: bool) -> usize {
        let next = walk.numbers.len();
        let start = *walk.numbers.entry(code).or_insert(next);
        let mut todo: VecDeque<Id> = (start == next).then_some(code).into_iter().collect();
        while let Some(id) = todo.pop_front() {
            walk.reached.push(id);
            if !with_places && self.body(id).is_some_and(|body| body.kind == BodyKind::Place) {
                continue;
            }
            for next in self.leads_to(id) {
                let number = walk.numbers.len();
                if let Entry::Vacant(entry) = walk.numbers.entry(next) {
                    entry.insert(number);
                    todo.push_back(next);
                }
            }
        }
        start
    }

    fn digest(&self, walk: &Reached, with_places: bool) -> Hash {
        let mut fields = Fields::new("scrat compiled closure v1");
        for &id in &walk.reached {
            let Some(body) = self.body(id) else {
                self.external(&mut fields, id);
                continue;
            };
            match (&self.facts(id).whose, body.kind) {
                (_, BodyKind::Place) if !with_places => {
                    fields.text("place");
                    continue;
                }
                (Whose::Scrat, _) => fields.text("scrat").text(self.made_for(id)),
                (Whose::Other(version), _) => {
                    let path = symbol::without_crates(&self.facts(id).path, |krate| self.is_own(krate));
                    fields.text("package").text(version).text(&path)
                }
                (Whose::Text, BodyKind::Root) => fields.text("root"),
                (Whose::Text, _) => fields.text("body").digest(&Digest(body.digest)),
            };
            fields.list(self.leads_to(id), |fields, next| {
                fields.number(walk.numbers.get(&next).map_or(u64::MAX, |number| *number as u64));
            });
        }
        fields.finish().0
    }

    /// What has no body here: a function of a package, of the standard library, or of another language.
    fn external(&self, fields: &mut Fields, id: Id) {
        let name = self.names[id];
        let SymbolFacts { path, whose, is_common, is_mangled } = self.facts(id);
        if !is_mangled {
            fields.text("foreign").text(name);
            let assembler = if self.is_foreign(id) { self.assembler() } else { None };
            fields.option(assembler, |fields, digest| {
                fields.digest(&Digest(digest));
            });
            let foreign = self.is_foreign(id).then(|| self.outside.foreign()).flatten();
            fields.option(foreign, |fields, digest| {
                fields.digest(&Digest(digest));
            });
            return;
        }
        if self.is_assembler(id) {
            fields.text("assembler").option(self.assembler(), |fields, digest| {
                fields.digest(&Digest(digest));
            });
            return;
        }
        match whose {
            Whose::Scrat => fields.text("scrat's").text(self.made_for(id)),
            Whose::Other(version) => fields.text("package's").text(version).text(path),
            Whose::Text if !symbol::crates(path).any(symbol::is_scrat) => fields.text("outside").text(name),
            Whose::Text if *is_common => fields.text("scrat's").text(path),
            Whose::Text => fields.text("outside").text(&symbol::without_scrats_version(name)),
        };
        let krates = symbol::crates(path);
        let is_generic = symbol::without_maker(name).is_some() || !name.starts_with("_R");
        let own = krates.flat_map(|krate| self.seen_otherwise(krate, is_generic).chain(self.outside.unseen(krate)));
        fields.list(own.collect::<Vec<_>>(), |fields, digest| {
            fields.digest(&Digest(digest));
        });
    }

    /// Digest of one of the program's own crates, whose function has no body here although it should: it was made in a
    /// crate before it, by the ordinary build alone. So all of the crate counts. Generic code that nobody else has an
    /// instance of may have no body at all, nor what it reaches, so for that the library counts, and all that is behind it.
    fn seen_otherwise(&self, krate: &str, is_generic: bool) -> impl Iterator<Item = Hash> {
        let same = self.crates.iter().filter(move |bodies| bodies.krate == krate);
        let library = move || if is_generic { self.outside.library(krate) } else { None };
        same.map(move |bodies| library().unwrap_or_else(|| bodies.whole()))
    }

    /// The types that a function of scrat is made for, where no code of theirs tells: a `char` and a `u32` are both
    /// stored by scrat alone.
    fn made_for(&self, id: Id) -> &str {
        let SymbolFacts { path, is_common, .. } = self.facts(id);
        if *is_common { path } else { "" }
    }

    /// Digest of all assembler. A label of it may be made by a macro, and be called from another language or another piece.
    fn assembler(&self) -> Option<Hash> {
        *self.assembler.get_or_init(|| {
            let mut all: Vec<&str> = self.crates.iter().map(|bodies| bodies.assembler.as_str()).collect();
            all.retain(|text| !text.is_empty());
            all.sort_unstable();
            (!all.is_empty()).then(|| Digest::of(all.concat().as_bytes()).0)
        })
    }
}

/// Whether a function reads the file, line or column of a place, or is given what tells it.
fn asks_for_places(name: &str) -> bool {
    // `core::panic::location::Location`, of which a symbol has each name once, and what a panic's hook is given.
    (name.contains("8location") && name.contains("8Location")) || name.contains("13PanicHookInfo")
}
