//! Dealing the birds into folds: groups of which each in turn is kept from the training, to be the test.

use crate::data::{Penguin, Species};
use crate::random::{Purpose, Random};
use anyhow::{Result, ensure};
use scrat::stash;

/// Deals the birds into folds, as many times over as there are `repeats`, and says for each deal and each bird in
/// which fold it is. Every fold gets its share of each species (it is stratified).
///
/// One deal alone can be lucky: with so few mistakes, it would often choose another model than the next.
#[stash]
pub(crate) fn split(flock: &[Penguin], folds: usize, repeats: usize, seed: u64) -> Result<Vec<Vec<usize>>> {
    ensure!(folds >= 2, "folds: expected at least 2, one to test and one to train on, found {folds}");
    ensure!(repeats >= 1, "repeats: expected at least 1, found {repeats}");
    (0..repeats).map(|number| deal_once(flock, folds, &mut Random::new(seed, Purpose::Deal(number)))).collect()
}

fn deal_once(flock: &[Penguin], folds: usize, random: &mut Random) -> Result<Vec<usize>> {
    let mut fold_of = vec![0; flock.len()];
    // The deal goes on from one species to the next, so that the folds differ in size by one bird at most.
    let mut next = (0..folds).cycle();
    for species in Species::ALL {
        let mut birds: Vec<usize> = (0..flock.len()).filter(|&at| flock[at].species == species).collect();
        ensure!(
            birds.is_empty() || birds.len() >= folds,
            "folds: expected at most {}, the number of {species} birds, found {folds}",
            birds.len()
        );
        random.shuffle(&mut birds);
        for bird in birds {
            fold_of[bird] = next.next().unwrap_or_default();
        }
    }
    Ok(fold_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Sex;

    fn some_birds() -> Vec<Penguin> {
        let birds = [(Species::Adelie, 23), (Species::Chinstrap, 11), (Species::Gentoo, 18)];
        let bird = |species| Penguin { species, measured: [40.0, 18.0, 190.0, 4000.0], sex: Sex::Male, filled_in: 0 };
        birds.into_iter().flat_map(|(species, count)| vec![bird(species); count]).collect()
    }

    #[test]
    fn every_fold_has_its_share_of_every_species_and_of_all_birds() {
        let birds = some_birds();
        let fold_of = &split::call_fresh(&birds, 5, 3, 1).unwrap()[2];
        let sizes = |wanted: &dyn Fn(&Penguin) -> bool| {
            let size = |fold| birds.iter().zip(fold_of).filter(|(bird, at)| **at == fold && wanted(bird)).count();
            (0..5).map(size).collect::<Vec<_>>()
        };
        let even = |sizes: Vec<usize>| sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1;
        assert!(even(sizes(&|_| true)));
        for species in Species::ALL {
            assert!(even(sizes(&|bird| bird.species == species)), "{species}");
        }
    }

    #[test]
    fn the_same_seed_deals_the_same_folds_and_another_seed_others() {
        assert_eq!(
            split::call_fresh(&some_birds(), 5, 2, 1).unwrap(),
            split::call_fresh(&some_birds(), 5, 2, 1).unwrap()
        );
        assert_ne!(
            split::call_fresh(&some_birds(), 5, 2, 1).unwrap(),
            split::call_fresh(&some_birds(), 5, 2, 2).unwrap()
        );
    }

    #[test]
    fn every_deal_is_another_and_one_more_leaves_the_first_as_they_were() {
        let [two, three] = [2, 3].map(|repeats| split::call_fresh(&some_birds(), 5, repeats, 1).unwrap());
        assert_eq!(two[..], three[..2]);
        assert_ne!(three[1], three[2]);
    }

    #[test]
    fn too_few_or_too_many_folds_are_told_with_what_was_expected() {
        assert!(split::call_fresh(&some_birds(), 1, 1, 1).unwrap_err().to_string().contains("expected at least 2"));
        assert!(split::call_fresh(&some_birds(), 12, 1, 1).unwrap_err().to_string().contains("expected at most 11"));
        assert!(
            split::call_fresh(&some_birds(), 5, 0, 1).unwrap_err().to_string().contains("repeats: expected at least 1")
        );
    }
}
