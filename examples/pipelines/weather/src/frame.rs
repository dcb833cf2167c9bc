//! Frames: what the steps hand on. A frame is a table in Arrow's form, which other programs can read as well.
//!
//! Inside of the steps there are plain vectors. This file turns the one into the other, and nothing else here knows
//! Arrow.

use crate::day::Day;
use anyhow::{Context, Result, ensure};
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Float64Type, UInt32Type};
use arrow_array::{Array, ArrayRef, PrimitiveArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

/// A table: columns with names.
pub(crate) type Frame = RecordBatch;

/// What a column holds.
pub(crate) enum Column {
    /// Days.
    Days(Vec<Day>),
    /// Numbers.
    Numbers(Vec<f64>),
    /// Numbers, of which some are missing.
    Holes(Vec<Option<f64>>),
    /// Whole numbers.
    Counts(Vec<u32>),
    /// Text.
    Labels(Vec<String>),
}

/// A frame of these columns, in their order.
pub(crate) fn frame<const N: usize>(columns: [(&str, Column); N]) -> Result<Frame> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, column) in columns {
        let has_holes = matches!(column, Column::Holes(_));
        let array: ArrayRef = match column {
            Column::Days(days) => primitive::<Date32Type>(days.into_iter().map(|day| Some(day.0))),
            Column::Numbers(numbers) => primitive::<Float64Type>(numbers.into_iter().map(Some)),
            Column::Holes(numbers) => primitive::<Float64Type>(numbers),
            Column::Counts(counts) => primitive::<UInt32Type>(counts.into_iter().map(Some)),
            Column::Labels(labels) => Arc::new(StringArray::from_iter_values(labels)),
        };
        fields.push(Field::new(name, array.data_type().clone(), has_holes));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).context("the columns make no frame")
}

fn primitive<T: ArrowPrimitiveType>(values: impl IntoIterator<Item = Option<T::Native>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<PrimitiveArray<T>>())
}

/// The days in a column.
pub(crate) fn days(frame: &Frame, name: &str) -> Result<Vec<Day>> {
    Ok(whole::<Date32Type>(frame, name)?.into_iter().map(Day).collect())
}

/// The numbers in a column, which has no holes.
pub(crate) fn numbers(frame: &Frame, name: &str) -> Result<Vec<f64>> {
    whole::<Float64Type>(frame, name)
}

/// The whole numbers in a column.
pub(crate) fn counts(frame: &Frame, name: &str) -> Result<Vec<u32>> {
    whole::<UInt32Type>(frame, name)
}

/// The numbers in a column, holes included.
pub(crate) fn holes(frame: &Frame, name: &str) -> Result<Vec<Option<f64>>> {
    Ok(typed::<PrimitiveArray<Float64Type>>(frame, name)?.iter().collect())
}

/// The text in a column.
pub(crate) fn labels(frame: &Frame, name: &str) -> Result<Vec<String>> {
    Ok(typed::<StringArray>(frame, name)?.iter().flatten().map(str::to_owned).collect())
}

/// The names of the columns that hold numbers.
pub(crate) fn number_names(frame: &Frame) -> Vec<String> {
    let fields = frame.schema_ref().fields().iter();
    fields.filter(|field| *field.data_type() == DataType::Float64).map(|field| field.name().clone()).collect()
}

fn whole<T: ArrowPrimitiveType>(frame: &Frame, name: &str) -> Result<Vec<T::Native>> {
    let column = typed::<PrimitiveArray<T>>(frame, name)?;
    ensure!(
        column.null_count() == 0,
        "column {name}: expected a value in each row, found {} holes",
        column.null_count()
    );
    Ok(column.values().to_vec())
}

fn typed<'frame, A: Array + 'static>(frame: &'frame Frame, name: &str) -> Result<&'frame A> {
    let column = frame.column_by_name(name).with_context(|| format!("the frame has no column {name}"))?;
    let kind = column.data_type();
    column.as_any().downcast_ref().with_context(|| format!("column {name}: found {kind}, which was not expected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed() -> Frame {
        frame([
            ("day", Column::Days(vec![Day(1), Day(2)])),
            ("number", Column::Numbers(vec![0.5, -0.0])),
            ("hole", Column::Holes(vec![None, Some(2.5)])),
            ("count", Column::Counts(vec![7, 8])),
            ("label", Column::Labels(vec!["a".into(), "b".into()])),
        ])
        .unwrap()
    }

    #[test]
    fn a_frame_gives_back_what_it_was_made_of() {
        let frame = mixed();
        assert_eq!(days(&frame, "day").unwrap(), [Day(1), Day(2)]);
        assert_eq!(numbers(&frame, "number").unwrap(), [0.5, -0.0]);
        assert_eq!(holes(&frame, "hole").unwrap(), [None, Some(2.5)]);
        assert_eq!(counts(&frame, "count").unwrap(), [7, 8]);
        assert_eq!(labels(&frame, "label").unwrap(), ["a", "b"]);
        assert_eq!(number_names(&frame), ["number", "hole"]);
    }

    #[test]
    fn a_column_that_is_not_as_expected_is_a_mistake() {
        let frame = mixed();
        let text = numbers(&frame, "hole").unwrap_err().to_string();
        assert_eq!(text, "column hole: expected a value in each row, found 1 holes");
        assert_eq!(numbers(&frame, "rain").unwrap_err().to_string(), "the frame has no column rain");
        assert!(numbers(&frame, "label").unwrap_err().to_string().starts_with("column label: found Utf8"));
    }

    #[test]
    fn columns_of_different_lengths_are_a_mistake() {
        let columns = [("one", Column::Counts(vec![1])), ("two", Column::Counts(vec![1, 2]))];
        assert!(frame(columns).is_err());
    }
}
