//! The steps on the data, compared with what pandas, NumPy and statsmodels make of it: see `reference/README.md`.

use crate::evaluate::{backtest, places, rank};
use crate::frame::{Frame, days, holes, numbers};
use crate::model::Model;
use crate::reading::parse;
use crate::seasons::decompose;
use crate::series::{blank, fill};

/// As far as the numbers of the reference are written out, and a little of rounding.
const CLOSE: f64 = 1e-7;

fn filled() -> Frame {
    let measurements = parse::call_fresh("data/seattle-weather.csv".into()).unwrap();
    fill::call_fresh(&blank::call_fresh(&measurements, "temp_max", 12).unwrap()).unwrap()
}

/// The rows of a table without its header.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn is_close(found: f64, expected: &str) -> bool {
    (found - expected.parse::<f64>().unwrap()).abs() < CLOSE
}

#[test]
fn gaps_are_filled_as_by_pandas_and_days_are_taken_apart_as_by_statsmodels() {
    let filled = filled();
    let (values, dates) = (numbers(&filled, "value").unwrap(), days(&filled, "date").unwrap());
    let parts = decompose::call_fresh(&filled).unwrap();
    let [trend, rest] = ["trend", "rest"].map(|name| holes(&parts, name).unwrap());
    let season = numbers(&parts, "season").unwrap();
    let mut compared = 0;
    for (row, at) in rows(include_str!("../reference/parts.csv")).zip((0..).step_by(20)) {
        assert_eq!(dates[at].to_string(), row[0]);
        for (found, expected) in [Some(values[at]), trend[at], Some(season[at]), rest[at]].into_iter().zip(&row[1..]) {
            match found {
                Some(found) => assert!(is_close(found, expected), "{}: {found} for {expected}", row[0]),
                None => assert_eq!(*expected, ""),
            }
            compared += usize::from(found.is_some());
        }
    }
    assert!(compared > 200);
}

#[test]
fn every_model_is_as_wrong_as_that_of_numpy_or_statsmodels() {
    let filled = filled();
    let backtests = Model::all(&[1, 3]).into_iter().flat_map(|model| {
        let filled = &filled;
        [1, 7, 30, 90].map(move |horizon| backtest::call_fresh(filled, model, horizon, 730, 7).unwrap())
    });
    let found = places(&rank::call_fresh(backtests.collect()).unwrap()).unwrap();
    let expected: Vec<Vec<&str>> = rows(include_str!("../reference/errors.csv")).collect();
    assert_eq!(found.len(), expected.len());
    for place in &found {
        let is_same = |row: &&Vec<&str>| row[0] == place.model && row[1] == place.horizon.to_string();
        let row = expected.iter().find(is_same).unwrap_or_else(|| panic!("{place:?} is not in the reference"));
        assert_eq!(place.times.to_string(), row[2], "{place:?}");
        assert!(is_close(place.absolute, row[3]) && is_close(place.squared, row[4]), "{place:?} for {row:?}");
    }
}
