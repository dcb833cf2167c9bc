//! Days of the calendar, as numbers that can be counted with.

use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use std::fmt;

/// The number of days since the beginning of 1970, as Arrow counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i32);

const EPOCH: Date = date(1970, 1, 1);

impl Day {
    /// Reads a day: year, month and day of the month, such as 2012-01-31.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let date: Date =
            text.parse().ok().with_context(|| format!("expected a date like 2012-01-31, found \"{text}\""))?;
        Ok(Self(EPOCH.until(date)?.get_days()))
    }

    /// The day after so many days.
    pub(crate) fn after(self, days: usize) -> Self {
        Self(self.0 + days as i32)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match EPOCH.checked_add(jiff::Span::new().days(self.0)) {
            Ok(date) => date.fmt(f),
            Err(_) => write!(f, "day {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_days() {
        let [before, after] = ["2012-02-28", "2012-03-01"].map(|text| Day::parse(text).unwrap());
        assert_eq!(after.0 - before.0, 2);
        assert_eq!(before.after(1).to_string(), "2012-02-29");
        assert_eq!(Day::parse("1970-01-02").unwrap(), Day(1));
    }

    #[test]
    fn a_day_that_there_is_not_is_a_mistake() {
        for text in ["2013-02-29", "31.12.2012", ""] {
            let found = Day::parse(text).unwrap_err().to_string();
            assert_eq!(found, format!("expected a date like 2012-01-31, found \"{text}\""));
        }
    }
}
