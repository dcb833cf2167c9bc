//! Chance that can be repeated.
//!
//! A stashed step must give the same result for the same arguments, on every machine and in any order of running.
//! So each step makes a generator of its own from the seed and a stream number, and none is shared.
//!
//! The generator is ChaCha with 8 rounds: it is defined by its specification, so the numbers will be the same in
//! every later version of the library, which general-purpose generators do not promise. Nor do libraries promise
//! it for shuffling and drawing, so these few lines are here.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A source of random numbers.
#[derive(Debug)]
pub(crate) struct Random(ChaCha8Rng);

/// What the numbers are for. Every purpose has numbers of its own, independent of those of all others.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// To deal the birds into folds for the time of this number.
    Deal(usize),
    /// To train on all folds but this one of that deal.
    Fold { deal: usize, fold: usize },
    /// To draw the resample of this number.
    Resample(usize),
}

impl Random {
    /// The numbers that belong to a seed and a purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        let (kind, number) = match purpose {
            Purpose::Deal(number) => (0, number as u64),
            Purpose::Fold { deal, fold } => (1, ((deal as u64) << 32) | fold as u64),
            Purpose::Resample(number) => (2, number as u64),
        };
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = kind;
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(number);
        Self(generator)
    }

    /// A number from 0 to `end - 1`, each as likely as the others. `end` is above zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = end as u64;
        // The last, incomplete round of `end` numbers would make small ones more likely, and is thrown again.
        let complete = u64::MAX - u64::MAX % end;
        loop {
            let thrown = self.0.next_u64();
            if thrown < complete {
                return (thrown % end) as usize;
            }
        }
    }

    /// Brings the items into random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (2..=items.len()).rev() {
            items.swap(end - 1, self.below(end));
        }
    }

    /// Draws as many numbers below `end` as there are, with putting back.
    pub(crate) fn draw(&mut self, end: usize) -> Vec<usize> {
        (0..end).map(|_| self.below(end)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let mut random = Random::new(1, Purpose::Deal(0));
        let numbers: Vec<usize> = (0..8).map(|_| random.below(1000)).collect();
        assert_eq!(numbers, [407, 230, 458, 594, 360, 526, 700, 210]);
    }

    #[test]
    fn every_purpose_has_numbers_of_its_own() {
        let first = |seed, purpose| Random::new(seed, purpose).below(usize::MAX);
        let all = [
            first(1, Purpose::Deal(0)),
            first(1, Purpose::Deal(1)),
            first(1, Purpose::Fold { deal: 0, fold: 0 }),
            first(1, Purpose::Fold { deal: 0, fold: 1 }),
            first(1, Purpose::Fold { deal: 1, fold: 0 }),
            first(1, Purpose::Resample(0)),
            first(1, Purpose::Resample(1)),
            first(2, Purpose::Deal(0)),
        ];
        for (at, number) in all.iter().enumerate() {
            assert!(!all[..at].contains(number), "number {at}");
        }
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut items: Vec<usize> = (0..100).collect();
        Random::new(1, Purpose::Deal(0)).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
