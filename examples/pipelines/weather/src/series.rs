//! A series: one value for each day, without holes. From the measurements to there.

use crate::day::Day;
use crate::frame::{Column, Frame, days, frame, holes, number_names, numbers};
use anyhow::{Result, bail, ensure};
use scrat::stash;

/// One value for each day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    /// The day of the first value.
    pub(crate) start: Day,
    /// The values.
    pub(crate) values: Vec<f64>,
}

impl Series {
    /// The column `value` of a frame that has a row for each day.
    pub(crate) fn of(frame: &Frame) -> Result<Self> {
        let days = days(frame, "date")?;
        let Some(start) = days.first() else { bail!("expected at least one day, found none") };
        Ok(Self { start: *start, values: numbers(frame, "value")? })
    }

    /// The days before this one alone.
    pub(crate) fn until(&self, end: usize) -> Self {
        Self { start: self.start, values: self.values[..end].to_vec() }
    }
}

/// Takes one of the measured columns and makes gaps in it, to see what filling them is worth: the data have none. They
/// are spread evenly, and last one to nine days.
///
/// The frame has the columns `date`, `measured`, and `value`, which has the gaps.
#[stash]
pub(crate) fn blank(measurements: &Frame, column: &str, gaps: usize) -> Result<Frame> {
    let names = number_names(measurements);
    ensure!(names.iter().any(|name| name == column), "column: expected one of {}, found {column}", names.join(", "));
    let measured = holes(measurements, column)?;
    let mut value = measured.clone();
    for gap in 0..gaps {
        let start = (2 * gap + 1) * value.len() / (2 * gaps);
        value.iter_mut().skip(start).take(1 + 2 * (gap % 5)).for_each(|value| *value = None);
    }
    let dates = days(measurements, "date")?;
    frame([("date", Column::Days(dates)), ("measured", Column::Holes(measured)), ("value", Column::Holes(value))])
}

/// Fills each gap with a straight line between the values around it, or with the nearest value at the ends.
///
/// The frame has the columns `date` and `value`.
#[stash]
pub(crate) fn fill(gaps: &Frame) -> Result<Frame> {
    let values = holes(gaps, "value")?;
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
    ensure!(!known.is_empty(), "expected at least one value to fill gaps from, found none");
    let filled = (0..values.len()).map(|at| {
        let after = known.partition_point(|(place, _)| *place < at);
        match (after.checked_sub(1).map(|before| known[before]), known.get(after)) {
            (Some((before, low)), Some((after, high))) => {
                low + (high - low) * (at - before) as f64 / (after - before) as f64
            }
            (Some((_, value)), None) | (None, Some(&(_, value))) => value,
            (None, None) => f64::NAN,
        }
    });
    frame([("date", Column::Days(days(gaps, "date")?)), ("value", Column::Numbers(filled.collect()))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_holes(values: &[Option<f64>]) -> Frame {
        let days = (0..values.len()).map(|at| Day(0).after(at)).collect();
        frame([("date", Column::Days(days)), ("value", Column::Holes(values.to_vec()))]).unwrap()
    }

    #[test]
    fn a_gap_becomes_a_line_between_its_neighbours() {
        let values = [None, Some(1.0), None, None, Some(7.0), Some(5.0), None];
        let filled = fill::call_fresh(&with_holes(&values)).unwrap();
        assert_eq!(Series::of(&filled).unwrap().values, [1.0, 1.0, 3.0, 5.0, 7.0, 5.0, 5.0]);
    }

    #[test]
    fn nothing_to_fill_from_is_a_mistake() {
        assert!(fill::call_fresh(&with_holes(&[None, None])).is_err());
    }

    #[test]
    fn gaps_are_spread_and_what_was_there_is_kept_beside_them() {
        let values: Vec<Option<f64>> = (0..100).map(|at| Some(f64::from(at))).collect();
        let blanked = blank::call_fresh(&with_holes(&values), "value", 4).unwrap();
        assert_eq!(holes(&blanked, "measured").unwrap(), values);
        let found = holes(&blanked, "value").unwrap();
        let gaps: Vec<usize> = (0..100).filter(|at| found[*at].is_none()).collect();
        assert_eq!(gaps, [12, 37, 38, 39, 62, 63, 64, 65, 66, 87, 88, 89, 90, 91, 92, 93]);
    }

    #[test]
    fn a_column_that_there_is_not_is_told_with_those_that_there_are() {
        let text = blank::call_fresh(&with_holes(&[None]), "rain", 4).unwrap_err().to_string();
        assert_eq!(text, "column: expected one of value, found rain");
    }
}
