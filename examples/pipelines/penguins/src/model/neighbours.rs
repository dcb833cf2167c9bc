//! k nearest neighbours: a bird is what most of the birds are that are most like it.

use super::Counts;
use super::scale::{Scale, distance};
use crate::data::{Example, Point, Species};

/// The birds to compare with.
#[derive(Debug)]
pub(crate) struct Neighbours {
    count: usize,
    scale: Scale<5>,
    /// In standard deviations.
    birds: Vec<Example>,
}

impl Neighbours {
    /// Learns the scale, and the birds by heart. There are at least `count` birds, and `count` is above zero.
    pub(super) fn train(birds: &[Example], count: usize) -> Self {
        let scale = Scale::of(&birds.iter().map(|bird| bird.point).collect::<Vec<_>>());
        let standard = |bird: &Example| Example { point: scale.standardise(&bird.point), ..*bird };
        let birds = birds.iter().map(standard).collect();
        Self { count, scale, birds }
    }

    /// The species of most of the nearest birds. If two species have the same number of votes, the nearest bird of
    /// either decides.
    pub(super) fn predict(&self, point: &Point) -> Species {
        let point = self.scale.standardise(point);
        let mut birds: Vec<(f64, usize)> =
            self.birds.iter().enumerate().map(|(at, bird)| (distance(&point, &bird.point), at)).collect();
        // Of birds at the same distance the earlier one counts as nearer, so that the order is the same every time.
        let nearer = |one: &(f64, usize), other: &(f64, usize)| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1));
        birds.select_nth_unstable_by(self.count - 1, nearer);
        let nearest = &mut birds[..self.count];
        nearest.sort_unstable_by(nearer);
        let species = nearest.iter().map(|(_, at)| self.birds[*at].species);
        let votes = Counts::of(species.clone()).0;
        let most = votes.into_iter().max();
        let mut winners = species.filter(|one| Some(votes[one.index()]) == most);
        winners.next().expect("there is at least one neighbour")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::two_groups;

    #[test]
    fn one_neighbour_is_the_bird_itself() {
        let birds = two_groups();
        let model = Neighbours::train(&birds, 1);
        assert!(birds.iter().all(|bird| model.predict(&bird.point) == bird.species));
    }

    #[test]
    fn more_neighbours_outvote_a_stray_bird() {
        let mut birds = two_groups();
        birds.push(Example { point: [40.4, 18.0, 200.0, 4000.0, 0.0], species: Species::Gentoo });
        let beside = [40.3, 18.0, 200.0, 4000.0, 0.0];
        assert_eq!(Neighbours::train(&birds, 1).predict(&beside), Species::Gentoo);
        assert_eq!(Neighbours::train(&birds, 3).predict(&beside), Species::Adelie);
    }

    #[test]
    fn the_nearest_bird_decides_between_equal_votes() {
        let model = Neighbours::train(&two_groups(), 10);
        assert_eq!(model.predict(&[46.0, 18.0, 200.0, 4000.0, 0.0]), Species::Chinstrap);
        assert_eq!(model.predict(&[44.0, 18.0, 200.0, 4000.0, 0.0]), Species::Adelie);
    }

    #[test]
    fn a_unit_that_makes_large_numbers_does_not_drown_the_others() {
        let bird = |length, mass, species| Example { point: [length, 18.0, 200.0, mass, 0.0], species };
        let birds = [bird(40.0, 4000.0, Species::Adelie), bird(50.0, 4100.0, Species::Chinstrap)];
        assert_eq!(Neighbours::train(&birds, 1).predict(&[41.0, 4060.0, 0.0, 0.0, 0.0]), Species::Adelie);
    }
}
