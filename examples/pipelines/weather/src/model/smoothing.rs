//! Exponential smoothing: what is known follows each day by a share of what it was off.
//!
//! The shares are those, of a few, with which the days so far would have been foretold best, each from the days before
//! it, by the sum of the squares.

use crate::seasons::{YEAR, mean};

/// How much of the trend there still is after a day.
const FADING: f64 = 0.98;

/// Follows the level alone.
pub(super) fn simple(values: &[f64], days: usize) -> Vec<f64> {
    let follow = |share: f64| {
        values.iter().fold((values[0], 0.0), |(level, squares), value| {
            let off = value - level;
            (level + share * off, squares + off * off)
        })
    };
    let levels = (1..=20).map(|share| follow(f64::from(share) / 20.0));
    let (level, _) = levels.reduce(least).unwrap_or((values[0], 0.0));
    vec![level; days]
}

/// Follows a level, a trend and a season.
pub(super) fn holt_winters(values: &[f64], days: usize) -> Vec<f64> {
    let start = State::start(values);
    let followed = SHARES.map(|shares| {
        let mut state = start.clone();
        let off = values[YEAR..].iter().enumerate().map(|(at, value)| state.follow(at % YEAR, *value, &shares));
        let squares = off.map(|off| off * off).sum::<f64>();
        (state, squares)
    });
    let (state, _) = followed.into_iter().reduce(least).unwrap_or((start, 0.0));
    state.forecast((values.len() - YEAR) % YEAR, days)
}

/// Of two, the one with the smaller sum of squares; of equals, the first.
fn least<T>(one: (T, f64), other: (T, f64)) -> (T, f64) {
    if other.1 < one.1 { other } else { one }
}

/// By which share of what a day was off each part follows it.
#[derive(Clone, Copy)]
struct Shares {
    level: f64,
    trend: f64,
    season: f64,
}

const SHARES: [Shares; 16] = {
    let (levels, trends, seasons) = ([0.1, 0.3, 0.5, 0.7], [0.01, 0.1], [0.05, 0.2]);
    let mut shares = [Shares { level: 0.0, trend: 0.0, season: 0.0 }; 16];
    let mut at = 0;
    while at < 16 {
        shares[at] = Shares { level: levels[at / 4], trend: trends[at / 2 % 2], season: seasons[at % 2] };
        at += 1;
    }
    shares
};

/// What is known after some days.
#[derive(Clone)]
struct State {
    level: f64,
    trend: f64,
    /// For each day of the year, from the first day of the series on.
    season: Vec<f64>,
}

impl State {
    /// What the first year tells: its mean, no trend, and seasons smoothed over a month, so that the weather of that
    /// year's days is not taken for the season's.
    fn start(values: &[f64]) -> Self {
        let year = &values[..YEAR];
        let level = mean(year.iter().copied());
        let month = |day: usize| mean((0..31).map(|near| year[(day + near + YEAR - 15) % YEAR]));
        Self { level, trend: 0.0, season: (0..YEAR).map(|day| month(day) - level).collect() }
    }

    /// Follows the value of a day, and says how much it was off from what was expected.
    fn follow(&mut self, day: usize, value: f64, shares: &Shares) -> f64 {
        let expected = self.level + FADING * self.trend;
        let level = expected + shares.level * (value - self.season[day] - expected);
        self.trend = FADING * self.trend + shares.trend * (level - self.level - FADING * self.trend);
        self.level = level;
        let off = value - expected - self.season[day];
        self.season[day] += shares.season * off;
        off
    }

    fn forecast(&self, next: usize, days: usize) -> Vec<f64> {
        let mut trend = 0.0;
        let mut fading = 1.0;
        let expect = |day: usize| {
            fading *= FADING;
            trend += fading * self.trend;
            self.level + trend + self.season[(next + day) % YEAR]
        };
        (0..days).map(expect).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_follows_a_step_and_does_not_follow_noise() {
        let step: Vec<f64> = (0..800).map(|at| if at < 400 { 1.0 } else { 9.0 }).collect();
        assert!((simple(&step, 1)[0] - 9.0).abs() < 1e-6);
        let noise: Vec<f64> = (0..800).map(|at| if at % 2 == 0 { 1.0 } else { 9.0 }).collect();
        assert!((simple(&noise, 1)[0] - 5.0).abs() < 0.5);
    }

    #[test]
    fn holt_winters_foretells_a_season_on_a_level_that_moved() {
        let season = |at: usize| 10.0 * (at as f64 * std::f64::consts::TAU / YEAR as f64).sin();
        let values: Vec<f64> = (0..4 * YEAR).map(|at| season(at) + if at < YEAR { 0.0 } else { 3.0 }).collect();
        for (day, expected) in holt_winters(&values, 2 * YEAR).into_iter().enumerate() {
            assert!((expected - season(day) - 3.0).abs() < 0.5, "day {day}: {expected}");
        }
    }

    #[test]
    fn a_trend_goes_on_and_fades() {
        let state = State { level: 1.0, trend: 1.0, season: vec![0.0; YEAR] };
        let expected = state.forecast(0, 1000);
        assert!((expected[1] - 1.0 - FADING - FADING * FADING).abs() < 1e-12);
        assert!((expected[999] - 1.0 - FADING / (1.0 - FADING)).abs() < 1e-6);
    }
}
