//! Code that nothing refers to, and that a function depends on all the same.
//!
//! - What runs before `main` (the crates `inventory` and `ctor` do so) may change memory that the function reads. It counts
//!   where it touches memory that the closure touches. What scrat's macros register goes into a list: its functions run
//!   when a program asks for them, and none of them before `main`.
//! - Elements of a slice that the linker puts together (`linkme`) stand in a section of their own. They count where the
//!   closure names that section's start or end.

use rustc_hash::FxHashSet;

use crate::compiler::bodies::BodyKind;

use super::{Id, Linked, Reached, Registered};

impl Linked<'_> {
    pub(super) fn find_registered(&self) -> Registered {
        let mut ids: Vec<Id> = Vec::new();
        let mut sections = Vec::new();
        for (bodies, own) in self.crates() {
            ids.extend(bodies.kept.iter().map(|name| own[*name as usize]));
            for (name, section) in &bodies.sections {
                let id = own[*name as usize];
                ids.push(id);
                sections.push((section.clone(), id));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let kept = ids.into_iter().filter(|id| self.body(*id).is_some());
        let kept = kept.map(|id| (id, self.memory(&self.at_start(id)))).filter(|(_, memory)| !memory.is_empty());
        Registered { kept: kept.collect(), sections }
    }

    /// What counts for a closure, in the order in which the compiler wrote it. Memory that it touches in turn joins the closure's.
    pub(super) fn touching(&self, walk: &Reached) -> Vec<Id> {
        let mut found: Vec<Id> = Vec::new();
        let mut touched = self.memory(&walk.reached);
        for id in &walk.reached {
            let name = self.names[*id];
            let Some(section) = name.strip_prefix("__start_").or_else(|| name.strip_prefix("__stop_")) else {
                continue;
            };
            found.extend(self.registered.sections.iter().filter(|(name, _)| name == section).map(|(_, id)| *id));
        }
        loop {
            let before = found.len();
            for (id, memory) in &self.registered.kept {
                let is_new = !found.contains(id) && !walk.numbers.contains_key(id);
                if is_new && memory.iter().any(|id| touched.contains(id)) {
                    found.push(*id);
                    touched.extend(memory);
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
    fn memory<'i>(&self, reached: impl IntoIterator<Item = &'i Id>) -> FxHashSet<Id> {
        let is_memory = |id: &&Id| match self.body(**id) {
            Some(body) => body.kind == BodyKind::Static,
            // Nearly everything touches the allocator's own memory, and no start-up function does.
            None => self.foreign.contains(*id) && !self.names[**id].starts_with("__rust"),
        };
        reached.into_iter().filter(is_memory).filter(|id| !self.is_scrat(**id)).copied().collect()
    }

    /// All that may be reached before `main`.
    fn at_start(&self, code: Id) -> FxHashSet<Id> {
        let mut reached = FxHashSet::default();
        let mut todo = vec![code];
        while let Some(id) = todo.pop() {
            let is_over = self.is_registered_by_scrat(id) || !reached.insert(id);
            let is_place = self.body(id).is_some_and(|body| body.kind == BodyKind::Place);
            if !is_over && !is_place {
                todo.extend(self.leads_to(id));
            }
        }
        reached
    }

    /// Whether this is what the macro makes of a stashed function or of a pipeline.
    fn is_registered_by_scrat(&self, id: Id) -> bool {
        const NAMES: [&str; 2] = ["16___SCRAT_FUNCTION", "16___SCRAT_PIPELINE"];
        NAMES.iter().any(|name| self.names[id].ends_with(name))
    }
}
