//! A random forest: many trees, each grown on a random draw of birds and asking each question about features chosen
//! at random, so that they make different mistakes and outvote each other's.

use super::{Counts, tree::Tree};
use crate::data::{Example, Point, Species};
use crate::random::Random;

/// How many features a question may choose from: about the square root of all, as is usual.
const CHOICES: usize = 2;

/// The trees that vote.
#[derive(Debug)]
pub(crate) struct Forest {
    trees: Vec<Tree>,
}

impl Forest {
    /// Grows the trees.
    pub(super) fn train(birds: &[Example], trees: usize, depth: usize, random: &mut Random) -> Self {
        let mut grow = || {
            let drawn: Vec<Example> = random.draw(birds.len()).into_iter().map(|at| birds[at]).collect();
            Tree::grow(&drawn, depth, CHOICES, |features| random.shuffle(features))
        };
        Self { trees: (0..trees).map(|_| grow()).collect() }
    }

    /// The species with the most votes; of equals, the first.
    pub(super) fn predict(&self, point: &Point) -> Species {
        Counts::of(self.trees.iter().map(|tree| tree.predict(point))).most()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::two_groups;
    use crate::random::Purpose;

    #[test]
    fn the_same_seed_grows_the_same_forest() {
        let grow = |seed| {
            let forest = Forest::train(&two_groups(), 10, 3, &mut Random::new(seed, Purpose::Deal(0)));
            format!("{:?}", forest.trees)
        };
        assert_eq!(grow(1), grow(1));
        assert_ne!(grow(1), grow(2));
    }
}
