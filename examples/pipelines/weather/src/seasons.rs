//! What a series is made of: a slow trend, what returns every year, and the rest.

use crate::frame::{Column, Frame, days, frame};
use crate::series::Series;
use anyhow::{Result, ensure};
use scrat::stash;

/// Days in a year, as far as seasons go: a leap day shifts them by a day.
pub(crate) const YEAR: usize = 365;

/// Takes a series apart. The trend is the mean over the year around a day; the season of a day of the year is the mean
/// of what is above the trend on that day, over all years; the rest is what is left. Half a year at both ends has no
/// year around it, and so no trend and no rest.
///
/// The frame has the columns `date`, `trend`, `season` and `rest`.
#[stash]
pub(crate) fn decompose(filled: &Frame) -> Result<Frame> {
    let Series { values, .. } = Series::of(filled)?;
    ensure!(values.len() >= 2 * YEAR, "expected two years or more to find seasons in, found {} days", values.len());
    let trend: Vec<Option<f64>> = (0..values.len())
        .map(|at| Some(mean(values.get(at.checked_sub(YEAR / 2)?..=at + YEAR / 2)?.iter().copied())))
        .collect();
    let above: Vec<Option<f64>> = values.iter().zip(&trend).map(|(value, trend)| Some(value - (*trend)?)).collect();
    let seasons: Vec<f64> =
        (0..YEAR).map(|day| mean(above.iter().skip(day).step_by(YEAR).flatten().copied())).collect();
    // A season lifts no year as a whole: that would be the trend's part.
    let lift = mean(seasons.iter().copied());
    let season: Vec<f64> = (0..values.len()).map(|at| seasons[at % YEAR] - lift).collect();
    let rest = above.iter().zip(&season).map(|(above, season)| Some((*above)? - season)).collect();
    frame([
        ("date", Column::Days(days(filled, "date")?)),
        ("trend", Column::Holes(trend)),
        ("season", Column::Numbers(season)),
        ("rest", Column::Holes(rest)),
    ])
}

/// The mean; not a number, if there is nothing.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;
    use crate::frame::{holes, numbers};

    fn series(values: Vec<f64>) -> Frame {
        let days = (0..values.len()).map(|at| Day(0).after(at)).collect();
        frame([("date", Column::Days(days)), ("value", Column::Numbers(values))]).unwrap()
    }

    #[test]
    fn what_was_put_together_is_taken_apart_again() {
        let season = |at: usize| if at % YEAR < 100 { 1.0 - 0.01 } else { -100.0 / 265.0 + 0.99 * 100.0 / 26_500.0 };
        let values = (0..4 * YEAR).map(|at| 5.0 + 0.001 * at as f64 + season(at)).collect();
        let parts = decompose::call_fresh(&series(values)).unwrap();
        let (trend, rest) = (holes(&parts, "trend").unwrap(), holes(&parts, "rest").unwrap());
        assert_eq!(trend.iter().take_while(|trend| trend.is_none()).count(), YEAR / 2);
        for at in YEAR..3 * YEAR {
            assert!((numbers(&parts, "season").unwrap()[at] - season(at)).abs() < 0.01);
            assert!((trend[at].unwrap() - 5.0 - 0.001 * at as f64).abs() < 0.01);
            assert!(rest[at].unwrap().abs() < 0.01);
        }
    }

    #[test]
    fn less_than_two_years_are_a_mistake() {
        let text = decompose::call_fresh(&series(vec![1.0; 700])).unwrap_err().to_string();
        assert_eq!(text, "expected two years or more to find seasons in, found 700 days");
    }
}
