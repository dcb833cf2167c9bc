//! The models: each says from the days so far how the next ones will be.

mod fourier;
mod level;
mod smoothing;

use crate::seasons::YEAR;
use crate::series::Series;
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Shorter waves than three days cannot be told apart from day to day.
const MOST_WAVES: usize = 120;

/// A model. None looks at the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Model {
    /// As on the last day.
    Naive,
    /// As the mean of all days so far.
    Mean,
    /// On along the line from the first day to the last.
    Drift,
    /// As a year before.
    SeasonalNaive,
    /// As the mean of the days so far, the later ones counting more (simple exponential smoothing).
    Smoothing,
    /// A level, a trend that fades, and a season, all of which follow the days (additive Holt-Winters).
    HoltWinters,
    /// A sum of waves, of which the longest is a year long.
    Waves {
        /// How many.
        waves: usize,
    },
    /// A sum of waves, and a part of what the last day was above it, less every day.
    WavesAndRest {
        /// How many waves.
        waves: usize,
    },
}

impl Model {
    /// All models, the sums of waves in each of these numbers of waves.
    pub(crate) fn all(waves: &[usize]) -> Vec<Self> {
        let plain = [Self::Naive, Self::Mean, Self::Drift, Self::SeasonalNaive, Self::Smoothing, Self::HoltWinters];
        let sums = waves.iter().flat_map(|&waves| [Self::Waves { waves }, Self::WavesAndRest { waves }]);
        plain.into_iter().chain(sums).collect()
    }

    /// What it expects of so many days after those of the series.
    pub(crate) fn forecast(self, series: &Series, days: usize) -> Result<Vec<f64>> {
        let found = series.values.len();
        ensure!(found >= 2 * YEAR, "expected two years or more to learn from, found {found} days");
        if let Self::Waves { waves } | Self::WavesAndRest { waves } = self {
            ensure!((1..=MOST_WAVES).contains(&waves), "waves: expected numbers from 1 to {MOST_WAVES}, found {waves}");
        }
        Ok(match self {
            Self::Naive => level::naive(&series.values, days),
            Self::Mean => level::mean(&series.values, days),
            Self::Drift => level::drift(&series.values, days),
            Self::SeasonalNaive => level::seasonal_naive(&series.values, days),
            Self::Smoothing => smoothing::simple(&series.values, days),
            Self::HoltWinters => smoothing::holt_winters(&series.values, days),
            Self::Waves { waves } => fourier::waves(series, waves, days),
            Self::WavesAndRest { waves } => fourier::waves_and_rest(series, waves, days),
        })
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Naive => f.write_str("naive"),
            Self::Mean => f.write_str("mean"),
            Self::Drift => f.write_str("drift"),
            Self::SeasonalNaive => f.write_str("seasonal naive"),
            Self::Smoothing => f.write_str("smoothing"),
            Self::HoltWinters => f.write_str("Holt-Winters"),
            Self::Waves { waves: 1 } => f.write_str("1 wave"),
            Self::Waves { waves } => write!(f, "{waves} waves"),
            Self::WavesAndRest { waves: 1 } => f.write_str("1 wave and rest"),
            Self::WavesAndRest { waves } => write!(f, "{waves} waves and rest"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;

    #[test]
    fn every_model_says_of_a_series_that_stays_the_same_that_it_will() {
        let series = Series { start: Day(15_000), values: vec![12.5; 900] };
        for model in Model::all(&[1, 3]) {
            let expected = model.forecast(&series, 40).unwrap();
            assert_eq!(expected.len(), 40);
            assert!(expected.iter().all(|value| (value - 12.5).abs() < 1e-9), "{model}: {expected:?}");
        }
    }

    #[test]
    fn every_model_has_a_name_of_its_own() {
        let mut names: Vec<String> = Model::all(&[1, 2, 3]).iter().map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 12);
    }

    #[test]
    fn less_than_two_years_are_too_little_to_learn_from() {
        let series = Series { start: Day(0), values: vec![1.0; 729] };
        let text = Model::Naive.forecast(&series, 1).unwrap_err().to_string();
        assert_eq!(text, "expected two years or more to learn from, found 729 days");
    }

    #[test]
    fn a_number_of_waves_that_cannot_be_fitted_is_a_mistake() {
        let series = Series { start: Day(0), values: vec![1.0; 800] };
        for waves in [0, 200] {
            let text = Model::Waves { waves }.forecast(&series, 1).unwrap_err().to_string();
            assert_eq!(text, format!("waves: expected numbers from 1 to 120, found {waves}"));
        }
    }
}
