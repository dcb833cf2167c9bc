//! From the file to a frame with a row for each day.

use crate::day::Day;
use crate::frame::{Column, Frame, frame};
use anyhow::{Context, Result, anyhow, bail, ensure};
use scrat::stash;

/// The columns of the file that are measured.
const MEASURED: [&str; 4] = ["precipitation", "temp_max", "temp_min", "wind"];

/// Reads the measurements. A day that the file leaves out, and a value that it leaves empty, is a hole in the frame; a
/// row that is not what it should be stops the reading, with a message that says where it is.
#[stash]
pub(crate) fn parse(csv: scrat::File) -> Result<Frame> {
    let unreadable = |cause: csv::Error| anyhow!("{csv} cannot be read: {cause}");
    let mut reader = csv::Reader::from_path(&csv).map_err(unreadable)?;
    let header = reader.headers().map_err(unreadable)?.clone();
    let place = |name: &str| {
        let found = header.iter().position(|column| column == name);
        found.with_context(|| format!("{csv}, line 1: expected a column named {name}"))
    };
    let date = place("date")?;
    let mut places = [0; MEASURED.len()];
    for (at, name) in places.iter_mut().zip(MEASURED) {
        *at = place(name)?;
    }

    let mut days: Vec<Day> = Vec::new();
    let mut columns: [Vec<Option<f64>>; MEASURED.len()] = Default::default();
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let line = row.position().map_or(0, csv::Position::line);
        let mistake = |cause: anyhow::Error| anyhow!("{csv}, line {line}: {cause}");
        let day = Day::parse(&row[date]).map_err(mistake)?;
        let next = days.last().map_or(day, |last| last.after(1));
        ensure!(day >= next, "{csv}, line {line}: expected a day from {next} on, found {day}");
        for left_out in next.0..day.0 {
            days.push(Day(left_out));
            columns.iter_mut().for_each(|column| column.push(None));
        }
        days.push(day);
        for ((column, at), name) in columns.iter_mut().zip(places).zip(MEASURED) {
            column.push(number(&row[at], name).map_err(mistake)?);
        }
    }
    ensure!(!days.is_empty(), "{csv}: expected a row for each day below the header, found none");

    let [precipitation, temp_max, temp_min, wind] = columns.map(Column::Holes);
    frame([
        ("date", Column::Days(days)),
        (MEASURED[0], precipitation),
        (MEASURED[1], temp_max),
        (MEASURED[2], temp_min),
        (MEASURED[3], wind),
    ])
}

fn number(text: &str, name: &str) -> Result<Option<f64>> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Some(value)),
        _ => bail!("column {name}: expected a number or nothing, found \"{text}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{days, holes};

    const HEADER: &str = "date,precipitation,temp_max,temp_min,wind,weather\n";

    /// Each call gets a file of its own, because tests run at the same time.
    fn parse_text(name: &str, text: &str) -> Result<Frame> {
        let path = std::env::temp_dir().join(format!("weather-{}-{name}.csv", std::process::id()));
        std::fs::write(&path, text)?;
        let parsed = parse::call_fresh(path.as_path().into());
        std::fs::remove_file(&path)?;
        parsed
    }

    #[test]
    fn every_day_has_a_row_and_what_is_missing_is_a_hole() {
        let rows = "2012-02-27,0.0,12.8,5.0,4.7,rain\n2012-03-01,10.9,,2.8,4.5,rain\n";
        let frame = parse_text("holes", &format!("{HEADER}{rows}")).unwrap();
        let first = Day::parse("2012-02-27").unwrap();
        assert_eq!(days(&frame, "date").unwrap(), [0, 1, 2, 3].map(|days| first.after(days)));
        assert_eq!(holes(&frame, "temp_max").unwrap(), [Some(12.8), None, None, None]);
        assert_eq!(holes(&frame, "wind").unwrap(), [Some(4.7), None, None, Some(4.5)]);
    }

    #[test]
    fn a_broken_row_is_told_with_file_line_and_what_was_expected() {
        let good = "2012-01-01,0.0,12.8,5.0,4.7,rain\n";
        for (name, row, expected) in [
            ("number", "2012-01-02,0.0,1x,5.0,4.7,rain", "column temp_max: expected a number or nothing, found \"1x\""),
            ("nan", "2012-01-02,0.0,NaN,5.0,4.7,rain", "column temp_max: expected a number or nothing, found \"NaN\""),
            ("date", "2012-13-02,0.0,1.0,5.0,4.7,rain", "expected a date like 2012-01-31, found \"2012-13-02\""),
            ("order", "2012-01-01,0.0,1.0,5.0,4.7,rain", "expected a day from 2012-01-02 on, found 2012-01-01"),
        ] {
            let text = parse_text(name, &format!("{HEADER}{good}{row}\n")).unwrap_err().to_string();
            assert!(text.ends_with(&format!("{name}.csv, line 3: {expected}")), "{text}");
        }
    }

    #[test]
    fn a_missing_column_is_told_by_its_name() {
        let text = parse_text("column", "date,wind\n2012-01-01,4.7\n").unwrap_err().to_string();
        assert!(text.ends_with("line 1: expected a column named precipitation"), "{text}");
    }
}
