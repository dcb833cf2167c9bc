//! A share of what is stored, drawn by chance.

use crate::clock;
use crate::digest::{Digest, Fields};

/// A share of the results in a stash, drawn by chance: another one each time.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// use scrat::{Sample, Stash};
///
/// let stash = Stash::create(&folder.path().join(".scrat"))?;
/// let checked = stash.check_sample(&Sample::of(0.1))?;
/// assert!(checked.is_sound());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sample {
    share: f64,
    seed: u64,
}

impl Sample {
    /// Everything.
    pub fn all() -> Self {
        Self { share: 1.0, seed: 0 }
    }

    /// Of ten results, 0.1 draws about one.
    pub fn of(share: f64) -> Self {
        Self { share, seed: clock::now().unsigned_abs() ^ u64::from(std::process::id()).rotate_left(40) }
    }

    /// Where a result stands among all, from 0 to 1.
    pub(crate) fn rank(&self, key: &Digest) -> f64 {
        let drawn = Fields::new("scrat sample v1").number(self.seed).digest(key).finish().prefix();
        (drawn.cast_unsigned() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether a result is drawn.
    pub(crate) fn draws(&self, key: &Digest) -> bool {
        self.rank(key) < self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_drawn_and_another_one_by_another_seed() {
        let keys: Vec<_> = (0_u32..2_000).map(|number| Digest::of(&number.to_le_bytes())).collect();
        let drawn = |sample: &Sample| keys.iter().filter(|key| sample.draws(key)).copied().collect::<Vec<_>>();
        let (first, second) = (drawn(&Sample { share: 0.1, seed: 1 }), drawn(&Sample { share: 0.1, seed: 2 }));
        assert!((100..300).contains(&first.len()), "{}", first.len());
        assert_ne!(first, second);
        assert_eq!(drawn(&Sample::all()).len(), keys.len());
        assert_eq!(drawn(&Sample { share: 0.0, seed: 1 }), []);
    }
}
