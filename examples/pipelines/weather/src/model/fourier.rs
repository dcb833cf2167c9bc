//! Sums of waves: linear regression on sines and cosines that fit into a year.

use crate::series::Series;
use std::f64::consts::TAU;

/// Days in a year on average.
const YEAR: f64 = 365.25;

/// As the sum of waves that fits the days so far best.
pub(super) fn waves(series: &Series, waves: usize, days: usize) -> Vec<f64> {
    let fit = Fit::of(series, waves);
    (0..days).map(|day| fit.at(series.values.len() + day)).collect()
}

/// The same, and of what the last day was above it the part that is expected to be left.
pub(super) fn waves_and_rest(series: &Series, waves: usize, days: usize) -> Vec<f64> {
    let fit = Fit::of(series, waves);
    let rest: Vec<f64> = series.values.iter().enumerate().map(|(at, value)| value - fit.at(at)).collect();
    let squares: f64 = rest[..rest.len() - 1].iter().map(|rest| rest * rest).sum();
    let products: f64 = rest.windows(2).map(|pair| pair[0] * pair[1]).sum();
    // How much of it is left after a day; nothing, if the waves fit all days.
    let left = if squares > 0.0 { products / squares } else { 0.0 };
    let mut rest = rest[rest.len() - 1];
    let expect = |day: usize| {
        rest *= left;
        fit.at(series.values.len() + day) + rest
    };
    (0..days).map(expect).collect()
}

/// A sum of waves.
struct Fit {
    start: i32,
    weights: Vec<f64>,
}

impl Fit {
    fn of(series: &Series, waves: usize) -> Self {
        let start = series.start.0;
        let size = 1 + 2 * waves;
        let mut products = vec![vec![0.0; size]; size];
        let mut targets = vec![0.0; size];
        for (at, value) in series.values.iter().enumerate() {
            let row = features(start, at, waves);
            for ((products, target), feature) in products.iter_mut().zip(&mut targets).zip(&row) {
                products.iter_mut().zip(&row).for_each(|(product, other)| *product += feature * other);
                *target += feature * value;
            }
        }
        Self { start, weights: solve(products, targets) }
    }

    fn at(&self, place: usize) -> f64 {
        features(self.start, place, self.weights.len() / 2)
            .iter()
            .zip(&self.weights)
            .map(|(one, other)| one * other)
            .sum()
    }
}

/// 1, and each wave's sine and cosine on that day.
fn features(start: i32, place: usize, waves: usize) -> Vec<f64> {
    let year = (f64::from(start) + place as f64) / YEAR;
    let wave = |number: usize| [(TAU * number as f64 * year).sin(), (TAU * number as f64 * year).cos()];
    std::iter::once(1.0).chain((1..=waves).flat_map(wave)).collect()
}

/// Solves a system of linear equations whose matrix is symmetric and positive definite, by elimination.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for pivot in 0..size {
        let row = matrix[pivot].clone();
        for below in pivot + 1..size {
            let factor = matrix[below][pivot] / row[pivot];
            matrix[below].iter_mut().zip(&row).for_each(|(here, above)| *here -= factor * above);
            right[below] -= factor * right[pivot];
        }
    }
    for pivot in (0..size).rev() {
        let known: f64 = (pivot + 1..size).map(|after| matrix[pivot][after] * right[after]).sum();
        right[pivot] = (right[pivot] - known) / matrix[pivot][pivot];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;

    fn series(of: impl Fn(f64) -> f64) -> Series {
        Series { start: Day(40), values: (0..1000).map(|at| of((40.0 + f64::from(at)) / YEAR * TAU)).collect() }
    }

    #[test]
    fn a_sum_of_waves_is_found_again_and_goes_on() {
        let of = |angle: f64| 3.0 + 2.0 * angle.sin() - (2.0 * angle).cos();
        for (day, expected) in waves(&series(of), 2, 400).into_iter().enumerate() {
            let true_value = of((1040.0 + day as f64) / YEAR * TAU);
            assert!((expected - true_value).abs() < 1e-9, "day {day}: {expected} for {true_value}");
        }
    }

    #[test]
    fn what_the_last_day_was_above_the_waves_fades() {
        let mut warm = series(f64::sin);
        let mut rest = 0.0;
        for (at, value) in warm.values.iter_mut().enumerate() {
            // A push now and then, of which half is left the next day.
            rest = rest / 2.0 + if at % 37 == 0 { 4.0 } else { 0.0 };
            *value += rest;
        }
        let (plain, with_rest) = (waves(&warm, 1, 30), waves_and_rest(&warm, 1, 30));
        let above: Vec<f64> = with_rest.iter().zip(&plain).map(|(one, other)| one - other).collect();
        let left = above[1] / above[0];
        assert!((left - 0.5).abs() < 0.1, "{left}");
        assert!(above[29].abs() < 1e-6);
    }

    #[test]
    fn equations_are_solved() {
        let found = solve(vec![vec![4.0, 2.0], vec![2.0, 3.0]], vec![10.0, 9.0]);
        assert!((found[0] - 1.5).abs() < 1e-12 && (found[1] - 2.0).abs() < 1e-12);
    }
}
