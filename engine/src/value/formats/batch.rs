//! What is common to the formats of Arrow's record batches.

use std::fmt::Write as _;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow_data::transform::MutableArrayData;

use crate::value::Preview;
use crate::value::codec::Failed;

pub(super) fn show(batch: &RecordBatch) -> String {
    let names: Vec<_> = batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
    format!("{} × {} batch: {}", batch.num_rows(), batch.num_columns(), names.join(", "))
}

pub(super) fn preview(batch: &RecordBatch) -> Preview {
    let mut text = format!("{} rows, {} columns", batch.num_rows(), batch.num_columns());
    for field in batch.schema_ref().fields() {
        let null = if field.is_nullable() { ", with nulls" } else { "" };
        write!(text, "\n{}: {}{null}", field.name(), field.data_type()).unwrap_or_default();
    }
    Preview::text(text)
}

/// The batch without what equal ones may differ in: what lies under nulls, and nulls that are none.
pub(super) fn tidy(batch: &RecordBatch) -> Result<RecordBatch, Failed> {
    let columns = batch.columns().iter().map(tidy_column).collect::<Result<_, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(batch.schema(), columns, &options)?)
}

fn tidy_column(column: &ArrayRef) -> Result<ArrayRef, Failed> {
    let Some(nulls) = column.nulls() else { return Ok(column.clone()) };
    let data = column.to_data();
    if nulls.null_count() == 0 {
        return Ok(make_array(data.into_builder().nulls(None).build()?));
    }
    let mut copy = MutableArrayData::new(vec![&data], true, data.len());
    let mut end = 0;
    for (from, to) in nulls.valid_slices() {
        copy.try_extend_nulls(from - end)?;
        copy.try_extend(0, from, to)?;
        end = to;
    }
    copy.try_extend_nulls(data.len() - end)?;
    Ok(make_array(copy.freeze()))
}
