//! What a result was made of: keys of other results, and what it would take to have those back that were evicted.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use crate::digest::Digest;

/// How many keys are kept. Where there are more, as of a step over a long list, these stand for all.
const KEPT: usize = 64;

/// How many ancestors are looked at.
const LOOKED_AT: usize = 512;

/// Keys of results that another one was made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parents {
    /// How many there were.
    count: u64,
    keys: Vec<Digest>,
}

impl Parents {
    /// A part of these keys, evenly spread.
    pub(super) fn new(keys: &[Digest]) -> Self {
        let some = (0..keys.len().min(KEPT)).map(|at| keys[at * keys.len() / keys.len().min(KEPT)]);
        Self { count: keys.len() as u64, keys: some.collect() }
    }

    /// As the index has them.
    pub(super) fn of(bytes: Option<&[u8]>) -> Self {
        let Some((count, keys)) = bytes.and_then(|bytes| bytes.split_first_chunk::<8>()) else {
            return Self::default();
        };
        let (keys, _) = keys.as_chunks::<32>();
        Self { count: u64::from_le_bytes(*count), keys: keys.iter().map(|key| Digest(*key)).collect() }
    }

    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let bytes = || self.count.to_le_bytes().into_iter().chain(self.keys.iter().flat_map(|key| key.0)).collect();
        (!self.keys.is_empty()).then(bytes)
    }

    /// How long it took to compute those that are gone, and what is gone of what they were made of, each once.
    pub(super) fn debt(&self, index: &Connection) -> rusqlite::Result<i64> {
        let mut seen: BTreeSet<Digest> = self.keys.iter().copied().collect();
        let mut next: Vec<_> = self.each().collect();
        let mut debt = 0.0;
        let mut gone = index.prepare_cached("SELECT nanos, parents FROM removed WHERE key = ?1")?;
        while let Some((key, share)) = next.pop() {
            let found: Option<(Option<i64>, Option<Vec<u8>>)> =
                gone.query_row([key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((nanos, parents)) = found else { continue };
            debt += nanos.unwrap_or(0) as f64 * share;
            for (parent, part) in Self::of(parents.as_deref()).each() {
                if seen.len() < LOOKED_AT && seen.insert(parent) {
                    next.push((parent, share * part));
                }
            }
        }
        Ok(debt as i64)
    }

    /// The keys, each with how many it stands for.
    fn each(&self) -> impl Iterator<Item = (Digest, f64)> + '_ {
        let share = self.count as f64 / self.keys.len().max(1) as f64;
        self.keys.iter().map(move |key| (*key, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u32) -> Vec<Digest> {
        (0..count).map(|number| Digest::of(&number.to_le_bytes())).collect()
    }

    #[test]
    fn a_few_keys_stand_for_many() {
        for count in [1, 3, 64, 65, 1_000] {
            let parents = Parents::new(&keys(count));
            assert_eq!(Parents::of(parents.to_bytes().as_deref()), parents);
            assert_eq!(parents.keys.len(), 64.min(count as usize));
            let all: f64 = parents.each().map(|(_, share)| share).sum();
            assert!((all - f64::from(count)).abs() < 0.001);
        }
        assert_eq!(Parents::new(&[]).to_bytes(), None);
        assert_eq!(Parents::of(None), Parents::default());
    }

    #[test]
    fn what_is_gone_counts_once_however_many_ways_lead_to_it() {
        let index = Connection::open_in_memory().unwrap();
        index.execute_batch("CREATE TABLE removed (key BLOB PRIMARY KEY, nanos INTEGER, parents BLOB)").unwrap();
        let [a, b, c, there] = keys(4)[..] else { unreachable!() };
        let remove = |key: Digest, nanos: i64, parents: &[Digest]| {
            let row = (key.as_bytes(), nanos, Parents::new(parents).to_bytes());
            index.execute("INSERT INTO removed VALUES (?1, ?2, ?3)", row).unwrap();
        };
        remove(a, 100, &[]);
        remove(b, 10, &[a, there]);
        remove(c, 1, &[a, c]);
        let debt = |parents: &[Digest]| Parents::new(parents).debt(&index).unwrap();
        assert_eq!((debt(&[b, c]), debt(&[b]), debt(&[a, b]), debt(&[there]), debt(&[])), (111, 110, 110, 0, 0));
    }
}
