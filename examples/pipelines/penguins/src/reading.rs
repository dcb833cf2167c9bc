//! From the file to records: every value is checked, nothing is changed.
//!
//! A row that is not what it should be stops the reading, with a message that says where it is and what was
//! expected there. A row left out in silence would change every number after it.

use crate::data::{Island, MEASUREMENTS, Record, Sex, Species};
use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use csv::{ReaderBuilder, StringRecord};
use scrat::stash;

/// What the file writes for a value that nobody has.
const MISSING: &str = "NA";

/// Reads the measurements: one record for each bird, in the order of the file.
#[stash]
pub(crate) fn load(csv: scrat::File) -> Result<Vec<Record>> {
    let file = csv.path().display();
    let unreadable = |cause: csv::Error| anyhow!("{file} cannot be read: {cause}");
    // Each message is one sentence with its cause in it, because messages are often shown without their causes.
    let mistake = |line: u64, cause: Error| anyhow!("{file}, line {line}: {cause:#}");

    // Rows of the wrong length are let through here, to be told of below in the same words as other mistakes.
    let mut reader = ReaderBuilder::new().flexible(true).from_path(&csv).map_err(unreadable)?;
    let header = reader.headers().map_err(unreadable)?.clone();
    let columns = Columns::find(&header).map_err(|cause| mistake(1, cause))?;
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let line = row.position().map_or(0, csv::Position::line);
        records.push(columns.read(&header, &row).map_err(|cause| mistake(line, cause))?);
    }
    ensure!(!records.is_empty(), "{file}: expected one row for each bird below the header, found none");
    Ok(records)
}

/// Where in a row each value stands.
struct Columns {
    species: usize,
    island: usize,
    measured: [usize; 4],
    sex: usize,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self> {
        let place = |name: &str| {
            let found = header.iter().position(|column| column == name);
            found.with_context(|| format!("expected a column named {name}, found only {}", list(header)))
        };
        let mut measured = [0; 4];
        for (at, (column, _, _)) in measured.iter_mut().zip(MEASUREMENTS) {
            *at = place(column)?;
        }
        Ok(Self { species: place("species")?, island: place("island")?, measured, sex: place("sex")? })
    }

    fn read(&self, header: &StringRecord, row: &StringRecord) -> Result<Record> {
        ensure!(
            row.len() == header.len(),
            "expected {} values, one for each column of the header, found {}",
            header.len(),
            row.len()
        );
        let mut measured = [None; 4];
        for ((value, at), (column, _, unit)) in measured.iter_mut().zip(self.measured).zip(MEASUREMENTS) {
            *value = parse_measurement(&row[at], unit).with_context(|| format!("column {column}"))?;
        }
        Ok(Record {
            species: parse_species(&row[self.species]).context("column species")?,
            island: parse_island(&row[self.island]).context("column island")?,
            measured,
            sex: parse_sex(&row[self.sex]).context("column sex")?,
        })
    }
}

fn list(header: &StringRecord) -> String {
    header.iter().collect::<Vec<_>>().join(", ")
}

fn parse_species(text: &str) -> Result<Species> {
    Ok(match text {
        "Adelie" => Species::Adelie,
        "Chinstrap" => Species::Chinstrap,
        "Gentoo" => Species::Gentoo,
        _ => bail!("expected Adelie, Chinstrap or Gentoo, found \"{text}\""),
    })
}

fn parse_island(text: &str) -> Result<Island> {
    Ok(match text {
        "Biscoe" => Island::Biscoe,
        "Dream" => Island::Dream,
        "Torgersen" => Island::Torgersen,
        _ => bail!("expected Biscoe, Dream or Torgersen, found \"{text}\""),
    })
}

fn parse_sex(text: &str) -> Result<Option<Sex>> {
    Ok(match text {
        "female" => Some(Sex::Female),
        "male" => Some(Sex::Male),
        MISSING => None,
        _ => bail!("expected female, male or {MISSING}, found \"{text}\""),
    })
}

fn parse_measurement(text: &str, unit: &str) -> Result<Option<f64>> {
    if text == MISSING {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(Some(value)),
        _ => bail!("expected a number above zero, in {unit}, or {MISSING}, found \"{text}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n";

    /// Each call gets a file of its own, because tests run at the same time.
    fn load_text(name: &str, text: &str) -> Result<Vec<Record>> {
        let path = std::env::temp_dir().join(format!("penguins-{}-{name}.csv", std::process::id()));
        std::fs::write(&path, text)?;
        let loaded = load::call_fresh(path.as_path().into());
        std::fs::remove_file(&path)?;
        loaded
    }

    fn mistake(name: &str, rows: &str) -> String {
        load_text(name, &format!("{HEADER}{rows}")).unwrap_err().to_string()
    }

    const GOOD: &str = "Adelie,Torgersen,39.1,18.7,181,3750,male,2007\n";

    #[test]
    fn a_missing_value_is_a_hole_and_not_a_mistake() {
        let records = load_text("hole", &format!("{HEADER}{GOOD}Gentoo,Biscoe,NA,14.3,216,4100,NA,2007\n")).unwrap();
        assert_eq!(records[0].measured, [Some(39.1), Some(18.7), Some(181.0), Some(3750.0)]);
        assert_eq!(records[1].measured[0], None);
        assert_eq!(records[1].sex, None);
    }

    #[test]
    fn a_broken_number_is_told_with_file_line_column_and_what_was_expected() {
        let text = mistake("number", &format!("{GOOD}Adelie,Dream,39.5,17.4,18?6,3800,female,2007\n"));
        assert!(
            text.ends_with(
                "number.csv, line 3: column flipper_length_mm: expected a number above zero, in mm, or NA, found \"18?6\""
            ),
            "{text}"
        );
    }

    #[test]
    fn a_number_that_no_bird_can_have_is_a_mistake() {
        for value in ["-39.5", "0", "inf", "NaN", ""] {
            let text = mistake("value", &format!("Adelie,Dream,{value},17.4,186,3800,female,2007\n"));
            assert!(text.contains("line 2: column bill_length_mm: expected a number above zero"), "{text}");
        }
    }

    #[test]
    fn a_short_row_is_told_with_the_number_of_values_expected() {
        let text = mistake("short", &format!("{GOOD}{GOOD}Adelie,Dream,39.5\n"));
        assert!(text.ends_with("line 4: expected 8 values, one for each column of the header, found 3"), "{text}");
    }

    #[test]
    fn an_unknown_species_is_told_with_those_that_are_known() {
        let text = mistake("species", "Emperor,Dream,39.5,17.4,186,3800,female,2007\n");
        assert!(text.ends_with("column species: expected Adelie, Chinstrap or Gentoo, found \"Emperor\""), "{text}");
    }

    #[test]
    fn a_missing_column_is_told_by_its_name() {
        let text = load_text("column", "species,island\nAdelie,Dream\n").unwrap_err().to_string();
        assert!(text.contains("line 1: expected a column named bill_length_mm"), "{text}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let text = load::call_fresh("no/such.csv".into()).unwrap_err().to_string();
        assert!(text.contains("no/such.csv cannot be read: "), "{text}");
    }

    #[test]
    fn a_file_without_birds_is_a_mistake() {
        assert!(mistake("empty", "").ends_with("expected one row for each bird below the header, found none"));
    }
}
