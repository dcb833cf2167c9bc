//! Parquet, for record batches of Arrow and frames of polars. It takes longer to write and to read than Arrow's own
//! files, and less room for what repeats itself.

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_select::concat::concat_batches;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;

use super::batch::{preview, show, tidy};
use super::{ArrowIpc, guarded};
use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview};

/// Parquet files, for Arrow's `RecordBatch`, and for polars's `DataFrame` if the feature `polars` is on.
///
/// # Examples
///
/// ```
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch};
/// use scrat::formats::Parquet;
/// use scrat::stash;
///
/// #[stash(disable, serializer = Parquet)]
/// fn squares(count: i64) -> RecordBatch {
///     let squares = Int64Array::from_iter_values((0..count).map(|x| x * x));
///     RecordBatch::try_from_iter([("square", std::sync::Arc::new(squares) as ArrayRef)]).unwrap()
/// }
///
/// assert_eq!(squares(3).num_rows(), 3);
/// ```
#[derive(Debug)]
pub struct Parquet;

impl Codec<RecordBatch> for Parquet {
    const ID: &'static str = "parquet 1";

    const EXTENSIONS: &'static [&'static str] = <ArrowIpc as Codec<RecordBatch>>::EXTENSIONS;

    fn encode(batch: &RecordBatch, to: &mut Blob) -> Result<(), Failed> {
        let properties = WriterProperties::builder().set_created_by("scrat".to_owned()).build();
        let mut writer = ArrowWriter::try_new(to, batch.schema(), Some(properties))?;
        writer.write(&tidy(batch)?)?;
        writer.close()?;
        Ok(())
    }

    fn decode(bytes: &[u8]) -> Result<RecordBatch, Failed> {
        guarded(|| read(bytes))
    }

    fn show(batch: &RecordBatch) -> String {
        show(batch)
    }

    fn preview(batch: &RecordBatch) -> Preview {
        preview(batch)
    }

    fn save(batch: &RecordBatch, extension: &str, to: &mut Blob) -> Result<(), Failed> {
        ArrowIpc::save(batch, extension, to)
    }
}

fn read(bytes: &[u8]) -> Result<RecordBatch, Failed> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::copy_from_slice(bytes))?;
    let schema = builder.schema().clone();
    let batches: Vec<_> = builder.build()?.collect::<Result<_, _>>()?;
    if schema.fields().is_empty() {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        return Ok(RecordBatch::try_new_with_options(schema, Vec::new(), &options)?);
    }
    Ok(concat_batches(&schema, &batches)?)
}

#[cfg(test)]
mod tests {
    use super::super::arrow::tests::{batch, bytes};
    use super::*;
    use crate::value::hostile::try_all;

    fn read_back(bytes: &[u8]) -> Result<RecordBatch, Failed> {
        Parquet::decode(bytes)
    }

    #[test]
    fn a_batch_comes_back_with_its_types_nulls_and_metadata() {
        for batch in [batch(), batch().slice(0, 0)] {
            let bytes_of_it = bytes::<Parquet>(&batch);
            let back = read_back(&bytes_of_it).unwrap();
            assert_eq!(back, batch);
            assert_eq!(bytes::<Parquet>(&back), bytes_of_it);
        }
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let whole = bytes::<Parquet>(&batch());
        for end in 0..whole.len() {
            assert!(read_back(&whole[..end]).is_err());
        }
        try_all(&whole, |bytes| drop(read_back(bytes)));
    }
}
