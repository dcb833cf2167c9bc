//! Record batches of Arrow, as a file of Arrow's IPC format with one batch.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::writer::FileWriter;
use arrow_ipc::{Block, root_as_footer};
use arrow_schema::SchemaRef;

use super::batch::{preview, show, tidy};
use super::{ArrowIpc, guarded};
use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview, Stored};

impl Stored for RecordBatch {
    type Codec = ArrowIpc;
}

impl Codec<RecordBatch> for ArrowIpc {
    const ID: &'static str = "arrow ipc 1";

    #[cfg(feature = "parquet")]
    const EXTENSIONS: &'static [&'static str] = &["arrow", "parquet"];
    #[cfg(not(feature = "parquet"))]
    const EXTENSIONS: &'static [&'static str] = &["arrow"];

    fn encode(batch: &RecordBatch, to: &mut Blob) -> Result<(), Failed> {
        let mut writer = FileWriter::try_new(to, &batch.schema())?;
        writer.write(&tidy(batch)?)?;
        Ok(writer.finish()?)
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
        match extension {
            #[cfg(feature = "parquet")]
            "parquet" => super::Parquet::encode(batch, to),
            _ => Self::encode(batch, to),
        }
    }
}

fn read(bytes: &[u8]) -> Result<RecordBatch, Failed> {
    const CUT: &str = "the file ends too early";
    let (rest, trailer) = bytes.split_last_chunk().ok_or(CUT)?;
    let length = read_footer_length(*trailer)?;
    let footer = rest.len().checked_sub(length).and_then(|at| rest.get(at..)).ok_or(CUT)?;
    let footer = root_as_footer(footer).map_err(|error| error.to_string())?;
    let schema: SchemaRef = Arc::new(arrow_ipc::convert::try_fb_to_schema(footer.schema().ok_or("it has no schema")?)?);
    let file = Buffer::from(bytes);
    let piece = |block: &Block| {
        let [offset, header, body] =
            [block.offset(), block.metaDataLength().into(), block.bodyLength()].map(usize::try_from);
        let (offset, header, body) = (offset?, header?, body?);
        let length = header.checked_add(body).ok_or(CUT)?;
        let is_there = offset.checked_add(length).is_some_and(|end| end <= file.len());
        if is_there { Ok::<_, Failed>(file.slice_with_length(offset, length)) } else { Err(CUT.into()) }
    };
    let mut decoder = FileDecoder::new(schema, footer.version());
    for block in footer.dictionaries().iter().flatten() {
        decoder.read_dictionary(block, &piece(block)?)?;
    }
    let batches = footer.recordBatches().ok_or("it has no batches")?;
    let mut batches = batches.iter().map(|block| Ok(decoder.read_record_batch(block, &piece(block)?)?));
    match (batches.next(), batches.next()) {
        (Some(batch), None) => batch.and_then(|batch: Option<_>| batch.ok_or_else(|| "its batch is empty".into())),
        _ => Err("it has another number of batches than one".into()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;

    use arrow_array::types::Int32Type;
    use arrow_array::{
        Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, ListArray, NullArray,
        RecordBatchOptions, StringArray, StructArray,
    };
    use arrow_buffer::NullBuffer;
    use arrow_schema::{Field, Fields, Schema};

    use super::*;
    use crate::value::Room;
    use crate::value::hostile::try_all;

    pub(in crate::value::formats) fn bytes<C: Codec<RecordBatch>>(batch: &RecordBatch) -> Vec<u8> {
        let mut blob = Blob::new(Room::Memory);
        C::encode(batch, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    fn read_back(bytes: &[u8]) -> Result<RecordBatch, Failed> {
        ArrowIpc::decode(bytes)
    }

    pub(in crate::value::formats) fn batch() -> RecordBatch {
        let floats = Float64Array::from(vec![Some(f64::from_bits(0x7ff8_0000_0000_1234)), None, Some(-0.0)]);
        let words: DictionaryArray<Int32Type> = [Some("oak"), None, Some("elm")].into_iter().collect();
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None, Some(vec![])]);
        let pairs = StructArray::from(vec![(
            Arc::new(Field::new("x", arrow_schema::DataType::Boolean, false)),
            Arc::new(BooleanArray::from(vec![true, false, true])) as ArrayRef,
        )]);
        let columns: [(&str, ArrayRef); 6] = [
            ("floats", Arc::new(floats)),
            ("words", Arc::new(words)),
            ("text", Arc::new(StringArray::from(vec![Some("a"), Some(""), None]))),
            ("lists", Arc::new(lists)),
            ("pairs", Arc::new(pairs)),
            ("nothing", Arc::new(NullArray::new(3))),
        ];
        let metadata: HashMap<_, _> = [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())].into();
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let fields: Fields =
            batch.schema().fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
        let schema = Schema::new(fields).with_metadata(metadata);
        batch.with_schema(Arc::new(schema)).unwrap()
    }

    #[test]
    fn a_batch_comes_back_with_its_types_nulls_and_metadata() {
        let batch = batch();
        let bytes_of_it = bytes::<ArrowIpc>(&batch);
        let back = read_back(&bytes_of_it).unwrap();
        assert_eq!(back, batch);
        assert_eq!(bytes::<ArrowIpc>(&back), bytes_of_it);
        let floats = back.column(0).as_any().downcast_ref::<Float64Array>().unwrap();
        assert_eq!(floats.value(0).to_bits(), 0x7ff8_0000_0000_1234);
    }

    #[test]
    fn a_batch_of_no_rows_or_no_columns_comes_back() {
        let none = batch().slice(0, 0);
        assert_eq!(read_back(&bytes::<ArrowIpc>(&none)).unwrap(), none);
        let options = RecordBatchOptions::new().with_row_count(Some(3));
        let bare = RecordBatch::try_new_with_options(Arc::new(Schema::new(Fields::empty())), vec![], &options).unwrap();
        assert_eq!(read_back(&bytes::<ArrowIpc>(&bare)).unwrap(), bare);
    }

    #[test]
    fn equal_batches_have_equal_bytes_whatever_lies_around_and_under_them() {
        let of = |numbers: Int32Array| RecordBatch::try_from_iter([("a", Arc::new(numbers) as ArrayRef)]).unwrap();
        let nulls = NullBuffer::from(vec![true, false, true]);
        let one = of(Int32Array::new(vec![1, 0, 3].into(), Some(nulls.clone())));
        let other = of(Int32Array::new(vec![1, 7, 3].into(), Some(nulls)));
        assert_eq!(bytes::<ArrowIpc>(&one), bytes::<ArrowIpc>(&other));
        let sliced = of(Int32Array::from(vec![Some(9), Some(1), None, Some(3), None]).slice(1, 3));
        assert_eq!(bytes::<ArrowIpc>(&one), bytes::<ArrowIpc>(&sliced));
        let valid = of(Int32Array::new(vec![1, 2].into(), Some(NullBuffer::new_valid(2))));
        assert_eq!(bytes::<ArrowIpc>(&valid), bytes::<ArrowIpc>(&of(Int32Array::from(vec![1, 2]))));
        let whole = batch();
        assert_eq!(bytes::<ArrowIpc>(&whole.slice(0, 3)), bytes::<ArrowIpc>(&whole));
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let whole = bytes::<ArrowIpc>(&batch());
        for end in 0..whole.len() {
            assert!(read_back(&whole[..end]).is_err());
        }
        try_all(&whole, |bytes| drop(read_back(bytes)));
    }
}
