//! Frames and series of polars, as files of Arrow's IPC format in one batch. Text is written as any reader of Arrow knows
//! it, and not as polars has it in memory: that has several forms for the same text.

use std::io::{Cursor, Write};

use polars_core::prelude::{AnyValue, Column, CompatLevel, DataFrame, Series};
use polars_io::ipc::{IpcReader, IpcWriter};
use polars_io::{SerReader, SerWriter};

use super::{ArrowIpc, guarded};
use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview, Stored};

impl Stored for DataFrame {
    type Codec = ArrowIpc;
}

impl Stored for Series {
    type Codec = ArrowIpc;
}

#[cfg(feature = "parquet")]
const EXTENSIONS: &[&str] = &["arrow", "csv", "parquet"];
#[cfg(not(feature = "parquet"))]
const EXTENSIONS: &[&str] = &["arrow", "csv"];

/// The frame in one chunk. Behind the last bit of a column anything may stand, and in the file as well; where pieces are
/// joined, the bits are written anew.
fn joined(frame: &DataFrame) -> Result<DataFrame, Failed> {
    let has_bits = |column: &Column| column.null_count() > 0 || !column.dtype().is_primitive_numeric();
    let mut joined = frame.clone();
    if frame.height() > 1 && frame.columns().iter().any(has_bits) {
        joined = frame.slice(0, 1);
        joined.vstack_mut(&frame.slice(1, frame.height() - 1))?;
    }
    joined.rechunk_mut();
    Ok(joined)
}

fn encode(frame: &DataFrame, to: &mut Blob) -> Result<(), Failed> {
    let mut writer = IpcWriter::new(to).with_compat_level(CompatLevel::oldest()).with_parallel(false);
    Ok(writer.finish(&mut joined(frame)?)?)
}

fn decode(bytes: &[u8]) -> Result<DataFrame, Failed> {
    guarded(|| Ok(IpcReader::new(Cursor::new(bytes)).set_rechunk(true).finish()?))
}

fn save(frame: DataFrame, extension: &str, to: &mut Blob) -> Result<(), Failed> {
    match extension {
        "csv" => csv(frame.columns(), to),
        #[cfg(feature = "parquet")]
        "parquet" => super::Parquet::encode(&frame, to),
        _ => encode(&frame, to),
    }
}

/// Writes a table of texts: a line for the names, and one for each row.
fn csv(columns: &[Column], to: &mut Blob) -> Result<(), Failed> {
    let cell = |at: usize, text: &str, to: &mut Blob| {
        let comma = if at == 0 { "" } else { "," };
        if text.contains([',', '"', '\n', '\r']) {
            write!(to, "{comma}\"{}\"", text.replace('"', "\"\""))
        } else {
            write!(to, "{comma}{text}")
        }
    };
    for (at, column) in columns.iter().enumerate() {
        cell(at, column.name(), to)?;
    }
    for row in 0..columns.first().map_or(0, Column::len) {
        writeln!(to)?;
        for (at, column) in columns.iter().enumerate() {
            match column.get(row)? {
                AnyValue::Null => cell(at, "", to)?,
                AnyValue::String(text) => cell(at, text, to)?,
                AnyValue::StringOwned(text) => cell(at, &text, to)?,
                AnyValue::Float32(number) => cell(at, &format!("{number:?}"), to)?,
                AnyValue::Float64(number) => cell(at, &format!("{number:?}"), to)?,
                other => cell(at, &other.to_string(), to)?,
            }
        }
    }
    Ok(writeln!(to)?)
}

fn show(frame: &DataFrame) -> String {
    let names: Vec<_> = frame.get_column_names().into_iter().map(|name| name.as_str()).collect();
    format!("{} × {} frame: {}", frame.height(), frame.width(), names.join(", "))
}

impl Codec<DataFrame> for ArrowIpc {
    const ID: &'static str = "polars ipc 1";

    const EXTENSIONS: &'static [&'static str] = EXTENSIONS;

    fn encode(frame: &DataFrame, to: &mut Blob) -> Result<(), Failed> {
        encode(frame, to)
    }

    fn decode(bytes: &[u8]) -> Result<DataFrame, Failed> {
        decode(bytes)
    }

    fn show(frame: &DataFrame) -> String {
        show(frame)
    }

    fn preview(frame: &DataFrame) -> Preview {
        Preview::text(frame.to_string())
    }

    fn save(frame: &DataFrame, extension: &str, to: &mut Blob) -> Result<(), Failed> {
        save(frame.clone(), extension, to)
    }
}

impl Codec<Series> for ArrowIpc {
    const ID: &'static str = "polars series 1";

    const EXTENSIONS: &'static [&'static str] = EXTENSIONS;

    fn encode(series: &Series, to: &mut Blob) -> Result<(), Failed> {
        encode(&series.clone().into_frame(), to)
    }

    fn decode(bytes: &[u8]) -> Result<Series, Failed> {
        let mut columns = decode(bytes)?.into_columns();
        match (columns.pop(), columns.pop()) {
            (Some(column), None) => Ok(column.take_materialized_series()),
            _ => Err("a series is one column".into()),
        }
    }

    fn show(series: &Series) -> String {
        format!("{} {}: {}", series.len(), series.dtype(), series.name())
    }

    fn preview(series: &Series) -> Preview {
        Preview::text(series.to_string())
    }

    fn save(series: &Series, extension: &str, to: &mut Blob) -> Result<(), Failed> {
        save(series.clone().into_frame(), extension, to)
    }
}

#[cfg(feature = "parquet")]
mod parquet {
    use polars_io::parquet::read::ParquetReader;
    use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

    use super::*;
    use crate::value::formats::Parquet;

    impl Codec<DataFrame> for Parquet {
        const ID: &'static str = "polars parquet 1";

        const EXTENSIONS: &'static [&'static str] = EXTENSIONS;

        fn encode(frame: &DataFrame, to: &mut Blob) -> Result<(), Failed> {
            let writer = ParquetWriter::new(to).with_compression(ParquetCompression::Uncompressed);
            writer.set_parallel(false).finish(&mut joined(frame)?)?;
            Ok(())
        }

        fn decode(bytes: &[u8]) -> Result<DataFrame, Failed> {
            guarded(|| Ok(ParquetReader::new(Cursor::new(bytes)).set_rechunk(true).finish()?))
        }

        fn show(frame: &DataFrame) -> String {
            show(frame)
        }

        fn preview(frame: &DataFrame) -> Preview {
            Preview::text(frame.to_string())
        }

        fn save(frame: &DataFrame, extension: &str, to: &mut Blob) -> Result<(), Failed> {
            save(frame.clone(), extension, to)
        }
    }
}

#[cfg(test)]
mod tests {
    use polars_core::df;
    use polars_core::prelude::NamedFrom;

    use super::*;
    use crate::value::Room;
    use crate::value::hostile::try_each;

    fn bytes(frame: &DataFrame) -> Vec<u8> {
        let mut blob = Blob::new(Room::Memory);
        ArrowIpc::encode(frame, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    fn frame() -> DataFrame {
        df!("name" => [Some("oak"), None, Some("elm")], "share" => [Some(0.5), None, Some(f64::NAN)]).unwrap()
    }

    #[test]
    fn how_a_frame_is_cut_into_chunks_is_not_in_its_bytes() {
        let whole = frame();
        let mut cut = whole.slice(0, 1);
        cut.vstack_mut(&whole.slice(1, 2)).unwrap();
        assert_eq!(cut.first_col_n_chunks(), 2);
        assert_eq!(bytes(&cut), bytes(&whole));
        let back: DataFrame = ArrowIpc::decode(&bytes(&cut)).unwrap();
        assert_eq!((&back, back.first_col_n_chunks()), (&whole, 1));
    }

    #[test]
    fn a_slice_has_the_bytes_of_what_is_in_it() {
        let texts: Vec<String> =
            (0..100).map(|at| format!("a text that is too long to stand in its view: {at}")).collect();
        let whole = df!("text" => &texts, "at" => (0..100).collect::<Vec<i32>>()).unwrap();
        let alone = df!("text" => &texts[10..20], "at" => (10..20).collect::<Vec<i32>>()).unwrap();
        assert_eq!(bytes(&whole.slice(10, 10)), bytes(&alone));
    }

    #[test]
    fn a_series_is_one_column() {
        assert!(<ArrowIpc as Codec<Series>>::decode(&bytes(&frame())).is_err());
    }

    #[test]
    fn cut_bytes_are_an_error() {
        let whole = bytes(&frame());
        for end in 0..whole.len() {
            assert!(decode(&whole[..end]).is_err());
        }
    }

    #[test]
    fn bytes_that_are_changed_are_a_frame_or_an_error() {
        let lists = df!("list" => [Series::new("".into(), [1_i64, 2]), Series::new("".into(), [0_i64; 0])]).unwrap();
        for frame in [frame(), lists] {
            // Not as Parquet, whose reader in polars asks for what a file claims, and ends the process if that is too much.
            // It is given bytes alone whose digest is right, as all of them are.
            try_each(&bytes(&frame), |bytes| drop(decode(bytes)));
        }
    }
}
