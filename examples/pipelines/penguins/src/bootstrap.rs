//! The bootstrap: how sure the accuracy is, and what it hangs on.
//!
//! A resample draws as many birds as there are, with putting back. The model learns from those drawn and is asked
//! about those never drawn, a little over a third. What differs between many resamples is what would differ
//! between researchers who had met other birds.

use crate::data::{Example, FEATURES, Penguin};
use crate::model::{Model, Setting};
use crate::random::{Purpose, Random};
use anyhow::{Result, ensure};
use scrat::stash;
use serde::{Deserialize, Serialize};

/// How often each feature is shuffled, to even out the luck of a single shuffle.
const SHUFFLES: usize = 20;

/// How the chosen setting did on one resample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The number of birds that were never drawn.
    pub(crate) tested: usize,
    /// How many of them got the right answer.
    pub(crate) correct: usize,
    /// For each of [`FEATURES`], the share of right answers lost when its values are shuffled among the tested
    /// birds: 0 if the model can do without it, and less by chance.
    pub(crate) losses: [f64; FEATURES.len()],
}

impl Outcome {
    /// The share of right answers, from 0 to 1.
    pub(crate) fn accuracy(&self) -> f64 {
        self.correct as f64 / self.tested as f64
    }
}

/// Trains on the resample of this number, asks about the birds left out, and asks again with each feature shuffled.
#[stash]
pub(crate) fn resample(flock: &[Penguin], setting: Setting, number: usize, seed: u64) -> Result<Outcome> {
    let mut random = Random::new(seed, Purpose::Resample(number));
    let birds: Vec<Example> = flock.iter().map(Example::from).collect();
    let drawn = random.draw(birds.len());
    let training: Vec<Example> = drawn.iter().map(|&at| birds[at]).collect();
    let mut is_drawn = vec![false; birds.len()];
    drawn.iter().for_each(|&at| is_drawn[at] = true);
    let tests: Vec<Example> = birds.iter().zip(is_drawn).filter(|(_, drawn)| !drawn).map(|(bird, _)| *bird).collect();
    ensure!(!tests.is_empty(), "expected enough birds to leave some out of a resample, found {}", birds.len());

    let model = setting.train(&training, &mut random)?;
    let correct = right_answers(&model, &tests);
    let mut losses = [0.0; FEATURES.len()];
    for (feature, loss) in losses.iter_mut().enumerate() {
        let mut shuffled = tests.clone();
        let mut still_correct = 0;
        for _ in 0..SHUFFLES {
            let mut values: Vec<f64> = shuffled.iter().map(|bird| bird.point[feature]).collect();
            random.shuffle(&mut values);
            shuffled.iter_mut().zip(values).for_each(|(bird, value)| bird.point[feature] = value);
            still_correct += right_answers(&model, &shuffled);
        }
        *loss = (correct as f64 - still_correct as f64 / SHUFFLES as f64) / tests.len() as f64;
    }
    Ok(Outcome { tested: tests.len(), correct, losses })
}

fn right_answers(model: &Model, birds: &[Example]) -> usize {
    birds.iter().filter(|bird| model.predict(&bird.point) == bird.species).count()
}

/// Where the accuracy lies; all shares from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Interval {
    /// The mean over the resamples.
    pub(crate) mean: f64,
    /// As many resamples lie below this as above [`Interval::high`].
    pub(crate) low: f64,
    /// The upper end.
    pub(crate) high: f64,
    /// The share of the resamples that lie between the ends.
    pub(crate) confidence: f64,
}

/// The percentile interval of the accuracy: the middle `confidence` (a share, such as 0.95) of all resamples.
#[stash]
pub(crate) fn confidence_interval(outcomes: Vec<Outcome>, confidence: f64) -> Result<Interval> {
    ensure!(!outcomes.is_empty(), "resamples: expected at least 1, found none");
    ensure!(confidence > 0.0 && confidence < 1.0, "confidence: expected a share between 0 and 1, found {confidence}");
    let mut accuracies: Vec<f64> = outcomes.iter().map(Outcome::accuracy).collect();
    accuracies.sort_unstable_by(f64::total_cmp);
    let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
    let tail = (1.0 - confidence) / 2.0;
    Ok(Interval { mean, low: quantile(&accuracies, tail), high: quantile(&accuracies, 1.0 - tail), confidence })
}

/// The value below which this share of the sorted values lies, read off a straight line between the two nearest.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor();
    let (low, high) = (sorted[below as usize], sorted[place.ceil() as usize]);
    low + (high - low) * (place - below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Sex, Species};

    fn some_birds() -> Vec<Penguin> {
        let bird = |at: usize| Penguin {
            species: if at.is_multiple_of(2) { Species::Adelie } else { Species::Chinstrap },
            measured: [if at.is_multiple_of(2) { 38.0 } else { 49.0 } + at as f64 / 10.0, 18.0, 190.0, 4000.0],
            sex: Sex::Male,
            filled_in: 0,
        };
        (0..40).map(bird).collect()
    }

    fn outcomes(correct: &[usize]) -> Vec<Outcome> {
        correct.iter().map(|&correct| Outcome { tested: 100, correct, losses: [0.0; 5] }).collect()
    }

    #[test]
    fn the_ends_of_the_interval_lie_on_either_side_of_the_mean() {
        let found = confidence_interval::call_fresh(outcomes(&[90, 99, 95, 97, 93, 96, 94]), 0.95).unwrap();
        assert!(0.90 <= found.low && found.low < found.mean && found.mean < found.high && found.high <= 0.99);
    }

    #[test]
    fn more_confidence_takes_a_wider_interval() {
        let all = outcomes(&[90, 99, 95, 97, 93, 96, 94]);
        let (narrow, wide) = (
            confidence_interval::call_fresh(all.clone(), 0.5).unwrap(),
            confidence_interval::call_fresh(all, 0.99).unwrap(),
        );
        assert!(wide.low < narrow.low && narrow.high < wide.high);
    }

    #[test]
    fn the_order_of_the_resamples_does_not_change_the_ends() {
        let [one, other] =
            [[90, 99, 95], [95, 90, 99]].map(|all| confidence_interval::call_fresh(outcomes(&all), 0.9).unwrap());
        assert_eq!((one.low, one.high), (other.low, other.high));
    }

    #[test]
    fn a_confidence_that_is_no_share_is_a_mistake() {
        for confidence in [0.0, 1.0, 95.0, f64::NAN] {
            let mistake = confidence_interval::call_fresh(outcomes(&[90]), confidence).unwrap_err().to_string();
            assert!(mistake.contains("expected a share between 0 and 1"), "{mistake}");
        }
    }

    #[test]
    fn no_resamples_are_a_mistake() {
        assert!(
            confidence_interval::call_fresh(Vec::new(), 0.95).unwrap_err().to_string().contains("expected at least 1")
        );
    }

    #[test]
    fn quantiles_lie_on_a_line_between_the_values() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.0), 1.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 1.0), 4.0);
    }

    #[test]
    fn the_same_seed_and_number_give_the_same_outcome() {
        let run = |number, seed| {
            resample::call_fresh(&some_birds(), Setting::Forest { trees: 5, depth: 2 }, number, seed).unwrap()
        };
        assert_eq!(run(0, 1), run(0, 1));
        assert_ne!(run(0, 1), run(1, 1));
        assert_ne!(run(0, 1), run(0, 2));
    }

    #[test]
    fn only_the_feature_that_tells_the_birds_apart_is_missed_when_shuffled() {
        let outcome = resample::call_fresh(&some_birds(), Setting::Neighbours { count: 1 }, 0, 1).unwrap();
        assert_eq!(outcome.correct, outcome.tested);
        assert!(outcome.losses[0] > 0.3);
        assert_eq!(outcome.losses[1..], [0.0; 4]);
    }
}
