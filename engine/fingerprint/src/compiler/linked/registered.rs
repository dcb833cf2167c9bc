//! Code that nothing refers to, and that a function depends on all the same.
//!
//! - What runs before `main` (the crates `inventory` and `ctor` do so) may change memory that the function reads. It counts
//!   where it touches memory that the closure touches. Of a package's functions nobody sees what memory they touch, so it
//!   also counts where it calls a package that one of the closure's packages is, is built on, or shares one with. What
//!   scrat's macros register goes into a list: its functions run when a program asks for them, and none of them before
//!   `main`.
//! - The standard library calls an allocator, and the C library, and its functions have no bodies. So an allocator of the
//!   user's own counts everywhere, and so does what stands in the place of `memcpy`, `sin` and their like.
//! - Elements of a slice that the linker puts together (`linkme`) stand in a section of their own. They count where the
//!   closure names that section's start or end. Where no crate of the program does, a package may, so they count for all
//!   that calls one. Another language, assembler and the linker's scripts find sections in ways of their own, so all
//!   elements count for what calls these.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::compiler::bodies::BodyKind;
use crate::compiler::{symbol, usual};

use super::{Id, Kept, Linked, Reached, Registered};

impl Linked<'_> {
    pub(super) fn find_registered(&self) -> Registered {
        let mut ids: Vec<Id> = Vec::new();
        let mut sections = Vec::new();
        let mut elements = FxHashSet::default();
        for (bodies, own) in self.crates() {
            ids.extend(bodies.kept.iter().map(|name| own[*name as usize]));
            for (name, section) in &bodies.sections {
                let id = own[*name as usize];
                ids.push(id);
                sections.push((section.clone(), id));
                elements.extend((!is_of_start_up(section)).then_some(id));
            }
            if START_UP.iter().any(|section| bodies.assembler.contains(section)) {
                ids.extend(self.named_in_assembler(bodies));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let exported = self.exported();
        let kept = ids.into_iter().filter(|id| self.body(*id).is_some()).map(|id| {
            let mut reached = self.at_start([id]);
            if self.leads_away(&reached) {
                reached = self.at_start(exported.iter().copied().chain([id]));
            }
            let packages = if elements.contains(&id) { BTreeSet::new() } else { self.packages_of(&reached) };
            Kept { id, memory: self.memory(&reached), packages }
        });
        let is_read_elsewhere = |section: &str| {
            let is_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
            // The linker tells the bounds of no other.
            section.bytes().all(is_name)
                && !["__start_", "__stop_"].iter().any(|bound| self.find(&format!("{bound}{section}")).is_some())
        };
        Registered {
            kept: kept.filter(|kept| !kept.memory.is_empty() || !kept.packages.is_empty()).collect(),
            elsewhere: sections.iter().filter(|(name, _)| is_read_elsewhere(name)).map(|(_, id)| *id).collect(),
            sections,
            everywhere: self.everywhere(),
        }
    }

    /// The allocator of the user's own, if there is one, and what is called as every program's functions are.
    fn everywhere(&self) -> Vec<Id> {
        const NAMES: [&str; 4] = ["alloc", "dealloc", "realloc", "alloc_zeroed"];
        let is_its = |name: &str| NAMES.iter().any(|it| symbol::path(name).ends_with(&format!("__rustc::__rust_{it}")));
        let mut found: Vec<(&str, Id)> = (0..self.names.len())
            .map(|id| (self.names[id], id))
            .filter(|(name, id)| {
                let is_of_allocator = || name.contains("___rust_") && is_its(name);
                self.body(*id).is_some() && (is_of_allocator() || usual::is_usual(name))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// What counts for a closure, in the order in which the compiler wrote it. Memory that it touches in turn joins the closure's.
    pub(super) fn touching(&self, walk: &Reached) -> Vec<Id> {
        let mut found: Vec<Id> = Vec::new();
        if self.registered.kept.is_empty() && self.registered.sections.is_empty() {
            return found;
        }
        let (mut touched, mut packages) = (self.memory(&walk.reached), self.packages_of(&walk.reached));
        for id in &walk.reached {
            let name = self.names[*id];
            let Some(section) = name.strip_prefix("__start_").or_else(|| name.strip_prefix("__stop_")) else {
                continue;
            };
            found.extend(self.registered.sections.iter().filter(|(name, _)| name == section).map(|(_, id)| *id));
        }
        if self.leads_to_foreign(walk) {
            let elements = self.registered.sections.iter().filter(|(section, _)| !is_of_start_up(section));
            found.extend(elements.map(|(_, id)| *id));
        }
        if packages.iter().any(|krate| !symbol::is_beneath_scrat(krate)) {
            found.extend(self.registered.elsewhere.iter().filter(|id| !walk.numbers.contains_key(id)));
        }
        loop {
            let before = found.len();
            for kept in &self.registered.kept {
                let is_new = !found.contains(&kept.id) && !walk.numbers.contains_key(&kept.id);
                let meets = || {
                    kept.memory.iter().any(|id| touched.contains(id))
                        || kept.packages.iter().any(|one| packages.iter().any(|other| self.outside.share(one, other)))
                };
                if is_new && meets() {
                    found.push(kept.id);
                    touched.extend(&kept.memory);
                    packages.extend(kept.packages.iter().cloned());
                }
            }
            if found.len() == before {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The memory that a closure may read what others wrote in: statics, of this program and of packages, but not
    /// scrat's.
    pub(super) fn memory<'i>(&self, reached: impl IntoIterator<Item = &'i Id>) -> FxHashSet<Id> {
        let is_memory = |id: &&Id| match self.body(**id) {
            Some(body) => body.kind == BodyKind::Static,
            // Nearly everything touches the allocator's own memory, and no start-up function does.
            None => self.foreign.contains(*id) && !self.names[**id].starts_with("__rust"),
        };
        reached.into_iter().filter(is_memory).filter(|id| !self.is_scrat(**id)).copied().collect()
    }

    /// The packages whose functions are called without a body that tells what they do.
    fn packages_of<'i>(&self, reached: impl IntoIterator<Item = &'i Id>) -> BTreeSet<String> {
        let away = reached.into_iter().filter(|id| self.body(**id).is_none() && self.is_of_package(**id));
        let krates = away.flat_map(|id| symbol::crates(&self.facts(*id).path));
        // A library that nobody looked at may be a package's, called otherwise than the package.
        let is_package =
            |krate: &&str| !symbol::comes_with_compiler(krate) && !symbol::is_scrat(krate) && !self.has_bodies(krate);
        krates.filter(is_package).map(str::to_owned).collect()
    }

    /// All that may be reached before `main` from these.
    pub(super) fn at_start(&self, codes: impl IntoIterator<Item = Id>) -> FxHashSet<Id> {
        let mut reached = FxHashSet::default();
        let mut todo: Vec<Id> = codes.into_iter().collect();
        while let Some(id) = todo.pop() {
            let is_over = self.is_registered_by_scrat(id) || !reached.insert(id);
            let is_place = self.body(id).is_some_and(|body| body.kind == BodyKind::Place);
            if !is_over && !is_place {
                todo.extend(self.leads_to(id));
            }
        }
        reached
    }

    /// Whether this is what the macros make of a stashed function or of a pipeline, so that a list has it, or that it is
    /// compiled.
    fn is_registered_by_scrat(&self, id: Id) -> bool {
        const NAMES: [&str; 3] = ["16___SCRAT_FUNCTION", "16___SCRAT_PIPELINE", "12___SCRAT_KEPT"];
        NAMES.iter().any(|name| self.names[id].ends_with(name))
    }
}

/// How the sections are called in which the system finds what it calls before `main`.
const START_UP: [&str; 5] = [".init_array", ".preinit_array", ".ctors", "__DATA,__mod_init_func", ".CRT$X"];

fn is_of_start_up(section: &str) -> bool {
    START_UP.iter().any(|start| section.starts_with(start))
}
