//! The memory tier: bytes of recently used nuts, so that a repeated hit asks no index, and values of functions that want
//! it so, which are not even decoded.
//!
//! Two generations share the budget. What is used goes to the young one; when that is full it becomes the old
//! one, and the old one is dropped. So what was used lately stays, without a list to keep in order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::nut::Nut;
use crate::digest::Digest;
use crate::sync::lock;
use crate::value::Shared;

/// Bytes of both generations together, unless something else is set.
const BUDGET: usize = 64 * 1024 * 1024;

/// More bytes are read from disk each time.
const LARGEST: usize = 64 * 1024;

/// Bytes that an entry takes beside its value, roughly.
const OVERHEAD: usize = 256;

#[derive(Debug)]
pub(super) struct Memory {
    generations: Mutex<Generations>,
    budget: AtomicUsize,
}

impl Default for Memory {
    fn default() -> Self {
        Self { generations: Mutex::default(), budget: AtomicUsize::new(BUDGET) }
    }
}

type Entry = (Arc<Nut>, Held);

/// What is kept of a nut.
#[derive(Clone, Debug)]
pub(crate) enum Held {
    /// Its bytes, for a value to each caller.
    Bytes(Arc<[u8]>),
    /// Its value, for a clone to each caller.
    Value(Shared),
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Digest, Entry>,
    young_bytes: usize,
    old: HashMap<Digest, Entry>,
}

impl Memory {
    pub(super) fn get(&self, key: &Digest) -> Option<Entry> {
        let mut generations = lock(&self.generations);
        if let Some(entry) = generations.young.get(key) {
            return Some(entry.clone());
        }
        let entry = generations.old.remove(key)?;
        generations.put(*key, entry.clone(), self.budget());
        Some(entry)
    }

    pub(super) fn put(&self, key: Digest, nut: &Nut, bytes: &[u8]) {
        if bytes.len() <= LARGEST {
            self.put_entry(key, nut, Held::Bytes(bytes.into()));
        }
    }

    /// Keeps a value, unless it would take more than half of the budget.
    pub(super) fn put_value(&self, key: Digest, nut: &Nut, value: Shared) {
        self.put_entry(key, nut, Held::Value(value));
    }

    fn put_entry(&self, key: Digest, nut: &Nut, held: Held) {
        if size_of(nut) <= self.budget() / 2 {
            lock(&self.generations).put(key, (Arc::new(nut.without_content()), held), self.budget());
        }
    }

    pub(super) fn budget(&self) -> usize {
        self.budget.load(Ordering::Relaxed)
    }

    pub(super) fn set_budget(&self, bytes: usize) {
        self.budget.store(bytes, Ordering::Relaxed);
        self.clear();
    }

    /// How many bytes are kept, roughly.
    pub(super) fn bytes(&self) -> usize {
        let generations = lock(&self.generations);
        generations.young.values().chain(generations.old.values()).map(|(nut, _)| size_of(nut)).sum()
    }

    /// Forgets some nuts.
    pub(super) fn forget(&self, keys: &[Digest]) {
        if !keys.is_empty() {
            let mut generations = lock(&self.generations);
            for key in keys {
                if let Some((nut, _)) = generations.young.remove(key) {
                    generations.young_bytes -= size_of(&nut);
                }
                generations.old.remove(key);
            }
        }
    }

    /// Forgets everything: something was removed or replaced.
    pub(super) fn clear(&self) {
        *lock(&self.generations) = Generations::default();
    }
}

impl Generations {
    fn put(&mut self, key: Digest, entry: Entry, budget: usize) {
        self.young_bytes += size_of(&entry.0);
        self.young.insert(key, entry);
        if self.young_bytes > budget / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
}

/// What an entry takes, going by what its bytes take on disk.
fn size_of(nut: &Nut) -> usize {
    usize::try_from(nut.size).unwrap_or(usize::MAX).saturating_add(OVERHEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let memory = Memory::default();
        let (nut, bytes) = (Nut::for_tests(LARGEST as u64), vec![0; LARGEST]);
        for number in 0..2_000 {
            memory.put(key(number), &nut, &bytes);
            assert!(memory.get(&key(0)).is_some(), "lost after {number}");
        }
        assert!(memory.get(&key(1)).is_none());
        assert!(memory.bytes() <= BUDGET + LARGEST);
    }

    #[test]
    fn a_large_value_is_not_kept() {
        let memory = Memory::default();
        memory.put(key(0), &Nut::for_tests(0), &vec![0; LARGEST + 1]);
        assert!(memory.get(&key(0)).is_none());
    }

    #[test]
    fn a_budget_holds_for_values_too_and_nothing_is_kept_without_one() {
        let memory = Memory::default();
        let nut = Nut::for_tests(1_000);
        memory.set_budget(10_000);
        (0..100).for_each(|number| memory.put_value(key(number), &nut, Arc::new(number)));
        assert!(memory.get(&key(99)).is_some() && memory.bytes() <= 10_000 + 1_000 + OVERHEAD);
        memory.put_value(key(0), &Nut::for_tests(6_000), Arc::new(0));
        assert!(memory.get(&key(0)).is_none(), "it is more than half");
        memory.set_budget(0);
        memory.put(key(1), &nut, &[]);
        assert!(memory.get(&key(1)).is_none());
    }
}
