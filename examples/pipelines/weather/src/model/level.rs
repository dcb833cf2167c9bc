//! The models that need no fitting. All that are better have to be better than these. `values` is not empty.

use crate::seasons::{self, YEAR};

/// As on the last day.
pub(super) fn naive(values: &[f64], days: usize) -> Vec<f64> {
    vec![values[values.len() - 1]; days]
}

/// As on the mean of all days.
pub(super) fn mean(values: &[f64], days: usize) -> Vec<f64> {
    vec![seasons::mean(values.iter().copied()); days]
}

/// On along the line from the first day to the last.
pub(super) fn drift(values: &[f64], days: usize) -> Vec<f64> {
    let last = values[values.len() - 1];
    let step = (last - values[0]) / (values.len() - 1) as f64;
    (1..=days).map(|day| last + step * day as f64).collect()
}

/// As a year before; of several years that are not known yet, the last that is.
pub(super) fn seasonal_naive(values: &[f64], days: usize) -> Vec<f64> {
    let year = &values[values.len() - YEAR..];
    year.iter().cycle().take(days).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simple_models_do_what_they_say() {
        assert_eq!(naive(&[1.0, 4.0], 2), [4.0, 4.0]);
        assert_eq!(super::mean(&[1.0, 4.0], 2), [2.5, 2.5]);
        assert_eq!(drift(&[1.0, 2.0, 7.0], 2), [10.0, 13.0]);
        let values: Vec<f64> = (0..400).map(f64::from).collect();
        let expected = seasonal_naive(&values, 366);
        assert_eq!([expected[0], expected[364], expected[365]], [35.0, 399.0, 35.0]);
    }
}
