//! Cross-validation: how often each setting is right about birds that it was not trained on, and which is best.

use crate::data::{Example, Penguin};
use crate::model::Setting;
use crate::random::{Purpose, Random};
use anyhow::{Context, Result};
use scrat::stash;
use serde::{Deserialize, Serialize};

/// How a setting did in the fold of one number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Score {
    /// The setting.
    pub(crate) setting: Setting,
    /// Its answers about the birds of the fold, for each deal.
    pub(crate) answers: Vec<Confusion>,
}

/// The number of birds by true species (rows) and answered species (columns).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Confusion(pub(crate) [[usize; 3]; 3]);

impl Confusion {
    /// The number of right answers.
    pub(crate) fn correct(&self) -> usize {
        (0..3).map(|at| self.0[at][at]).sum()
    }

    /// The number of answers.
    pub(crate) fn total(&self) -> usize {
        self.0.iter().flatten().sum()
    }

    /// The share of right answers, from 0 to 1.
    pub(crate) fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    fn add(&mut self, other: &Self) {
        for (here, there) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *here += there;
        }
    }
}

/// Trains on all folds but this one, and asks about the birds of this one; once for each deal.
#[stash]
pub(crate) fn score(
    flock: &[Penguin],
    deals: &[Vec<usize>],
    fold: usize,
    setting: Setting,
    seed: u64,
) -> Result<Score> {
    let birds: Vec<Example> = flock.iter().map(Example::from).collect();
    let test = |(deal, fold_of): (usize, &Vec<usize>)| {
        let pick = |in_fold: bool| {
            let picked = birds.iter().zip(fold_of).filter(move |(_, at)| (**at == fold) == in_fold);
            picked.map(|(bird, _)| *bird).collect::<Vec<_>>()
        };
        let model = setting.train(&pick(false), &mut Random::new(seed, Purpose::Fold { deal, fold }))?;
        let mut confusion = Confusion::default();
        for bird in pick(true) {
            confusion.0[bird.species.index()][model.predict(&bird.point).index()] += 1;
        }
        Ok(confusion)
    };
    Ok(Score { setting, answers: deals.iter().enumerate().map(test).collect::<Result<_>>()? })
}

/// The setting that was right most often; of equals, the simplest.
#[stash]
pub(crate) fn choose(scores: Vec<Score>) -> Result<Setting> {
    // In each deal every bird is in exactly one fold, so the number of right answers orders settings as the mean
    // accuracy over all birds does, and it can be compared without rounding.
    let best = by_setting(&scores)
        .into_iter()
        .min_by_key(|result| (std::cmp::Reverse(result.all().correct()), result.setting.simplicity()));
    Ok(best.context("expected at least one number of neighbours or depth to try, found none")?.setting)
}

/// How a setting did in all folds of all deals.
#[derive(Debug)]
pub(crate) struct Results {
    /// The setting.
    pub(crate) setting: Setting,
    /// Its answers, for each fold and each deal.
    pub(crate) answers: Vec<Confusion>,
}

impl Results {
    /// Its answers in all folds and deals together.
    pub(crate) fn all(&self) -> Confusion {
        let mut all = Confusion::default();
        self.answers.iter().for_each(|confusion| all.add(confusion));
        all
    }
}

/// Gathers the scores of each setting, in the order in which the settings first appear.
pub(crate) fn by_setting(scores: &[Score]) -> Vec<Results> {
    let mut gathered: Vec<Results> = Vec::new();
    for Score { setting, answers } in scores {
        match gathered.iter_mut().find(|result| result.setting == *setting) {
            Some(known) => known.answers.extend_from_slice(answers),
            None => gathered.push(Results { setting: *setting, answers: answers.clone() }),
        }
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Sex, Species};

    fn some_birds() -> Vec<Penguin> {
        let bird = |species, length| Penguin {
            species,
            measured: [length, 18.0, 190.0, 4000.0],
            sex: Sex::Male,
            filled_in: 0,
        };
        let groups = [(Species::Adelie, 38.0), (Species::Chinstrap, 49.0), (Species::Gentoo, 60.0)];
        (0..12).map(|at| (groups[at % 3], at)).map(|((one, length), at)| bird(one, length + at as f64 / 10.0)).collect()
    }

    const FOLD_OF: [usize; 12] = [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1];

    fn score_once(birds: &[Penguin], setting: Setting) -> Confusion {
        score::call_fresh(birds, &[FOLD_OF.to_vec()], 1, setting, 1).unwrap().answers.remove(0)
    }

    fn scored(setting: Setting, right: usize, wrong: usize) -> Score {
        Score { setting, answers: vec![Confusion([[right, wrong, 0], [0; 3], [0; 3]])] }
    }

    #[test]
    fn birds_that_are_easy_to_tell_apart_are_told_apart() {
        let answers = score_once(&some_birds(), Setting::Tree { depth: 2 });
        assert_eq!(answers.0, [[2, 0, 0], [0, 2, 0], [0, 0, 2]]);
        assert_eq!(answers.accuracy(), 1.0);
    }

    #[test]
    fn the_tested_birds_are_not_learnt_from() {
        let mut birds = some_birds();
        // In fold 1 the species are swapped: whoever learnt from those birds would answer otherwise.
        for at in (0..12).filter(|at| FOLD_OF[*at] == 1) {
            birds[at].species = Species::ALL[(birds[at].species.index() + 1) % 3];
        }
        assert_eq!(score_once(&birds, Setting::Neighbours { count: 1 }).correct(), 0);
    }

    #[test]
    fn the_same_seed_gives_the_same_score() {
        let deals = [FOLD_OF.to_vec(), FOLD_OF.to_vec()];
        let run = || score::call_fresh(&some_birds(), &deals, 0, Setting::Forest { trees: 5, depth: 2 }, 7).unwrap();
        assert_eq!(run().answers.len(), 2);
        assert_eq!(run(), run());
    }

    #[test]
    fn the_setting_with_the_most_right_answers_is_chosen() {
        let (tree, near) = (Setting::Tree { depth: 2 }, Setting::Neighbours { count: 3 });
        let scores = vec![scored(tree, 5, 5), scored(near, 9, 1), scored(tree, 9, 1), scored(near, 6, 4)];
        assert_eq!(choose::call_fresh(scores).unwrap(), near);
    }

    #[test]
    fn of_equally_good_settings_the_simplest_is_chosen() {
        let forest = Setting::Forest { trees: 9, depth: 1 };
        let [near, far] = [1, 9].map(|count| Setting::Neighbours { count });
        let [deep, flat] = [4, 2].map(|depth| Setting::Tree { depth });
        let choice =
            |settings: &[Setting]| choose::call_fresh(settings.iter().map(|one| scored(*one, 8, 2)).collect()).unwrap();
        assert_eq!(choice(&[forest, near, far]), far);
        assert_eq!(choice(&[forest, near, deep, far, flat]), flat);
    }

    #[test]
    fn nothing_to_choose_from_is_a_mistake() {
        assert!(choose::call_fresh(Vec::new()).unwrap_err().to_string().contains("found none"));
    }
}
