//! Quality control: what the reads look like, place by place, before and after trimming.

use crate::data::Pair;
use crate::trimming::{Cuts, Trimmed};
use scrat::stash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What trimming changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Quality {
    /// The pairs as they were read.
    pub(crate) before: Profile,
    /// The pairs that are left.
    pub(crate) after: Profile,
    /// What was cut.
    pub(crate) cuts: Cuts,
}

/// What is known of a set of pairs: of all first reads, and of all second ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Profile(pub(crate) [Side; 2]);

/// What is known of many reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Side {
    /// How many reads have each length.
    pub(crate) lengths: BTreeMap<usize, u64>,
    /// For each place in a read, what is there.
    pub(crate) places: Vec<Place>,
}

/// What many reads have at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The number of reads that reach to here.
    pub(crate) reads: u64,
    /// The sum of their qualities.
    pub(crate) quality: u64,
    /// How many have G or C here.
    pub(crate) gc: u64,
    /// How many have N here.
    pub(crate) unknown: u64,
}

/// Looks at every base of a chunk.
#[stash]
pub(crate) fn inspect(pairs: &[Pair], trimmed: &Trimmed) -> Quality {
    Quality { before: Profile::of(pairs), after: Profile::of(&trimmed.pairs), cuts: trimmed.cuts }
}

impl Quality {
    /// What is known of all chunks together.
    pub(crate) fn of(chunks: &[Self]) -> Self {
        let mut all = Self::default();
        for Self { before, after, cuts } in chunks {
            all.before.add(before);
            all.after.add(after);
            all.cuts.add(*cuts);
        }
        all
    }
}

impl Profile {
    fn of(pairs: &[Pair]) -> Self {
        let mut profile = Self::default();
        for pair in pairs {
            for (side, read) in profile.0.iter_mut().zip(pair) {
                *side.lengths.entry(read.bases.len()).or_default() += 1;
                side.reach(read.bases.len());
                for (place, (base, quality)) in side.places.iter_mut().zip(read.bases.bytes().zip(&read.qualities)) {
                    place.add(Place {
                        reads: 1,
                        quality: u64::from(*quality),
                        gc: u64::from(matches!(base, b'G' | b'C')),
                        unknown: u64::from(base == b'N'),
                    });
                }
            }
        }
        profile
    }

    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(here, there)| here.add(there));
    }
}

impl Side {
    /// The number of reads.
    pub(crate) fn reads(&self) -> u64 {
        self.lengths.values().sum()
    }

    /// What is at these places together.
    pub(crate) fn total(&self, places: std::ops::Range<usize>) -> Place {
        let mut total = Place::default();
        self.places.iter().take(places.end).skip(places.start).for_each(|place| total.add(*place));
        total
    }

    fn add(&mut self, other: &Self) {
        for (length, reads) in &other.lengths {
            *self.lengths.entry(*length).or_default() += reads;
        }
        self.reach(other.places.len());
        self.places.iter_mut().zip(&other.places).for_each(|(here, there)| here.add(*there));
    }

    fn reach(&mut self, length: usize) {
        self.places.resize(self.places.len().max(length), Place::default());
    }
}

impl Place {
    fn add(&mut self, other: Self) {
        self.reads += other.reads;
        self.quality += other.quality;
        self.gc += other.gc;
        self.unknown += other.unknown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Read;

    fn pair(bases: &str, quality: u8) -> Pair {
        [bases, "AA"].map(|bases| Read { name: "a".into(), bases: bases.into(), qualities: vec![quality; bases.len()] })
    }

    #[test]
    fn reads_are_counted_place_by_place_up_to_their_ends() {
        let profile = Profile::of(&[pair("GCN", 30), pair("AC", 10)]);
        let place = |reads, quality, gc, unknown| Place { reads, quality, gc, unknown };
        assert_eq!(profile.0[0].places, [place(2, 40, 1, 0), place(2, 40, 2, 0), place(1, 30, 0, 1)]);
        assert_eq!(profile.0[0].lengths, BTreeMap::from([(2, 1), (3, 1)]));
        assert_eq!(profile.0[0].total(1..9), place(3, 70, 2, 1));
        assert_eq!(profile.0[1].places.len(), 2);
    }

    #[test]
    fn chunks_together_are_as_all_pairs_at_once() {
        let pairs = [pair("GCN", 30), pair("AC", 10), pair("T", 2)];
        let quality = |before: &[Pair], kept: usize| {
            let cuts = Cuts { bases: before.len() as u64, ..Cuts::default() };
            inspect::call_fresh(before, &Trimmed { pairs: before[..kept].to_vec(), cuts })
        };
        let parts = [quality(&pairs[..1], 1), quality(&pairs[1..], 1)];
        assert_eq!(Quality::of(&parts), quality(&pairs, 2));
    }
}
