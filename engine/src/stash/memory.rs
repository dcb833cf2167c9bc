//! The memory tier: bytes of recently used nuts, so that a repeated hit asks no index.
//!
//! Two generations share the budget. What is used goes to the young one; when that is full it becomes the old
//! one, and the old one is dropped. So what was used lately stays, without a list to keep in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::Nut;
use crate::digest::Digest;
use crate::sync::lock;

/// Bytes of both generations together.
const BUDGET: usize = 64 * 1024 * 1024;

/// Larger values are read from disk each time.
const LARGEST: usize = 64 * 1024;

/// Bytes that an entry takes beside its value, roughly.
const OVERHEAD: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Generations>);

type Entry = (Arc<Nut>, Arc<[u8]>);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Digest, Entry>,
    young_bytes: usize,
    old: HashMap<Digest, Entry>,
}

impl Memory {
    pub(super) fn get(&self, key: &Digest) -> Option<Entry> {
        let mut generations = lock(&self.0);
        if let Some(entry) = generations.young.get(key) {
            return Some(entry.clone());
        }
        let entry = generations.old.remove(key)?;
        generations.put(*key, entry.clone());
        Some(entry)
    }

    pub(super) fn put(&self, key: Digest, nut: &Nut, bytes: &[u8]) {
        if bytes.len() <= LARGEST {
            lock(&self.0).put(key, (Arc::new(nut.without_content()), bytes.into()));
        }
    }

    /// Forgets everything: something was removed or replaced.
    pub(super) fn clear(&self) {
        *lock(&self.0) = Generations::default();
    }
}

impl Generations {
    fn put(&mut self, key: Digest, entry: Entry) {
        self.young_bytes += entry.1.len() + OVERHEAD;
        self.young.insert(key, entry);
        if self.young_bytes > BUDGET / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
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
        let (nut, bytes) = (Nut::for_tests(), vec![0; LARGEST]);
        for number in 0..2_000 {
            memory.put(key(number), &nut, &bytes);
            assert!(memory.get(&key(0)).is_some(), "lost after {number}");
        }
        assert!(memory.get(&key(1)).is_none());
        let generations = lock(&memory.0);
        assert!((generations.young.len() + generations.old.len()) * LARGEST <= BUDGET);
    }

    #[test]
    fn a_large_value_is_not_kept() {
        let memory = Memory::default();
        memory.put(key(0), &Nut::for_tests(), &vec![0; LARGEST + 1]);
        assert!(memory.get(&key(0)).is_none());
    }
}
