//! The models that tell the species of a bird, behind one way to train them and one to ask them.

pub(crate) mod forest;
pub(crate) mod neighbours;
pub(crate) mod scale;
pub(crate) mod tree;

use crate::data::{Example, Point, Species};
use crate::random::Random;
use anyhow::{Result, ensure};
use forest::Forest;
use neighbours::Neighbours;
use serde::{Deserialize, Serialize};
use std::fmt;
use tree::Tree;

/// A kind of model with the number that makes it finer or coarser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Setting {
    /// One decision tree with at most this many questions from root to leaf.
    Tree {
        /// Questions.
        depth: usize,
    },
    /// The vote of the birds that are most alike.
    Neighbours {
        /// Birds that vote.
        count: usize,
    },
    /// The vote of many decision trees, each grown on a random draw of birds.
    Forest {
        /// Trees that vote.
        trees: usize,
        /// Questions of each tree.
        depth: usize,
    },
}

impl Setting {
    /// Trains a model. Only a forest uses chance.
    pub(crate) fn train(self, birds: &[Example], random: &mut Random) -> Result<Model> {
        ensure!(!birds.is_empty(), "{self}: expected at least one bird to learn from, found none");
        Ok(match self {
            Self::Tree { depth } => {
                ensure!(depth > 0, "{self}: expected a depth of at least 1");
                Model::Tree(Tree::train(birds, depth))
            }
            Self::Neighbours { count } => {
                ensure!(
                    (1..=birds.len()).contains(&count),
                    "{self}: expected 1 to {} neighbours, as many as there are birds to learn from",
                    birds.len()
                );
                Model::Neighbours(Neighbours::train(birds, count))
            }
            Self::Forest { trees, depth } => {
                ensure!(trees > 0 && depth > 0, "{self}: expected at least 1 tree and a depth of at least 1");
                Model::Forest(Forest::train(birds, trees, depth, random))
            }
        })
    }

    /// Orders settings from simple to involved, to choose between equals: a tree can be read by a person, birds to
    /// compare with can be looked at, a forest can only be asked. Fewer questions are simpler; so are more
    /// neighbours, which make a smoother border.
    pub(crate) fn simplicity(self) -> (usize, usize) {
        match self {
            Self::Tree { depth } => (0, depth),
            Self::Neighbours { count } => (1, usize::MAX - count),
            Self::Forest { depth, .. } => (2, depth),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tree { depth } => write!(f, "tree of depth {depth}"),
            Self::Neighbours { count: 1 } => write!(f, "1 nearest neighbour"),
            Self::Neighbours { count } => write!(f, "{count} nearest neighbours"),
            Self::Forest { trees, depth } => write!(f, "forest of {trees} trees, depth {depth}"),
        }
    }
}

/// A trained model.
#[derive(Debug)]
pub(crate) enum Model {
    /// One tree.
    Tree(Tree),
    /// The birds to compare with.
    Neighbours(Neighbours),
    /// Many trees.
    Forest(Forest),
}

impl Model {
    /// The species that the model takes this bird for.
    pub(crate) fn predict(&self, point: &Point) -> Species {
        match self {
            Self::Tree(tree) => tree.predict(point),
            Self::Neighbours(neighbours) => neighbours.predict(point),
            Self::Forest(forest) => forest.predict(point),
        }
    }
}

/// The number of birds of each species, in the order of [`Species::ALL`].
#[derive(Clone, Copy, Debug, Default)]
struct Counts([usize; 3]);

impl Counts {
    fn of(species: impl Iterator<Item = Species>) -> Self {
        let mut counts = Self::default();
        species.for_each(|one| counts.0[one.index()] += 1);
        counts
    }

    fn total(self) -> usize {
        self.0.iter().sum()
    }

    /// The species with the most birds; of equals, the first.
    fn most(self) -> Species {
        let mut most = Species::ALL[0];
        for species in Species::ALL {
            if self.0[species.index()] > self.0[most.index()] {
                most = species;
            }
        }
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    /// Birds of two species that differ in nothing but bill length: 38 to 42 mm and 48 to 52 mm.
    pub(super) fn two_groups() -> Vec<Example> {
        let bird = |length, species| Example { point: [length, 18.0, 200.0, 4000.0, 0.0], species };
        let short = [38.0, 39.0, 40.0, 41.0, 42.0].map(|length| bird(length, Species::Adelie));
        let long = [48.0, 49.0, 50.0, 51.0, 52.0].map(|length| bird(length, Species::Chinstrap));
        [short, long].concat()
    }

    #[test]
    fn every_kind_of_model_tells_two_groups_apart() {
        for setting in
            [Setting::Tree { depth: 1 }, Setting::Neighbours { count: 3 }, Setting::Forest { trees: 25, depth: 2 }]
        {
            let model = setting.train(&two_groups(), &mut Random::new(1, Purpose::Deal(0))).unwrap();
            assert_eq!(model.predict(&[37.0, 18.0, 200.0, 4000.0, 0.0]), Species::Adelie, "{setting}");
            assert_eq!(model.predict(&[53.0, 18.0, 200.0, 4000.0, 0.0]), Species::Chinstrap, "{setting}");
        }
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_told_with_what_was_expected() {
        let train = |setting: Setting| {
            setting.train(&two_groups(), &mut Random::new(1, Purpose::Deal(0))).map(drop).unwrap_err().to_string()
        };
        assert!(train(Setting::Neighbours { count: 0 }).contains("expected 1 to 10 neighbours"));
        assert!(train(Setting::Neighbours { count: 11 }).contains("expected 1 to 10 neighbours"));
        assert!(train(Setting::Tree { depth: 0 }).contains("expected a depth of at least 1"));
        assert!(train(Setting::Forest { trees: 0, depth: 1 }).contains("expected at least 1 tree"));
    }
}
