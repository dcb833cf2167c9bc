//! Files that NumPy, pandas and polars wrote in Python are read here, and files that are written here there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use nalgebra::DMatrix;
use ndarray::{Array0, Array1, Array2, Array3, ShapeBuilder, array};
use polars_core::df;
use polars_core::prelude::{AnyValue, DataFrame};
use scrat::formats::{ArrowIpc, Npy, Parquet};
use scrat::{Codec, stash};
use scrat_engine::{Filter, save};

use crate::with_stash;

fn data(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)).unwrap()
}

fn read<C: Codec<T>, T>(name: &str) -> T {
    C::decode(&data(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn arrays_of_numpy_are_read() {
    let table = array![[1.5, -0.0, f64::NAN], [f64::INFINITY, 5.0, 6.0]];
    for (name, is_c) in [("numpy_c.npy", true), ("numpy_fortran.npy", false)] {
        let read: Array2<f64> = read::<Npy, _>(name);
        assert_eq!(format!("{read:?}"), format!("{:?}", if is_c { table.clone() } else { in_fortran(&table) }));
        let matrix: DMatrix<f64> = self::read::<Npy, _>(name);
        assert_eq!((matrix.shape(), matrix[(1, 2)]), ((2, 3), 6.0));
    }
    let cube: Array3<i32> = read::<Npy, _>("numpy_big_endian.npy");
    assert_eq!(cube, Array1::from_iter(0..6).into_shape_with_order((1, 2, 3)).unwrap());
    assert_eq!(read::<Npy, Array0<u8>>("numpy_scalar.npy").into_scalar(), 7);
    assert_eq!(read::<Npy, Array1<bool>>("numpy_bool.npy"), array![true, false]);
    assert_eq!(read::<Npy, Array2<f32>>("numpy_empty.npy").shape(), [0, 3]);
}

fn in_fortran(table: &Array2<f64>) -> Array2<f64> {
    let mut copy = Array2::zeros(table.raw_dim().f());
    copy.assign(table);
    copy
}

#[test]
fn an_array_has_the_very_bytes_of_numpy() {
    for name in ["numpy_c.npy", "numpy_fortran.npy"] {
        let array: Array2<f64> = read::<Npy, _>(name);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(files_of(folder.path(), &array, "npy"), data(name));
    }
}

/// The file that a value is saved as.
fn files_of(folder: &Path, array: &Array2<f64>, extension: &str) -> Vec<u8> {
    #[stash]
    fn kept(array: &Array2<f64>) -> Array2<f64> {
        array.clone()
    }
    let stash = scrat::Stash::create(&folder.join(".scrat")).unwrap();
    let warnings = with_stash(folder, |_| assert_eq!(kept(array).shape(), array.shape()));
    assert_eq!(warnings, [""; 0]);
    let nut = stash.list(&Filter::All).unwrap().remove(0);
    save(&stash, &nut, extension).unwrap()
}

#[test]
fn frames_of_polars_and_pandas_are_read() {
    for name in ["polars.arrow", "polars_views.arrow", "pandas.arrow"] {
        check_frame(name, &read::<ArrowIpc, DataFrame>(name));
        check_batch(name, &read::<ArrowIpc, RecordBatch>(name));
    }
    for name in ["polars.parquet", "pandas.parquet"] {
        check_frame(name, &read::<Parquet, DataFrame>(name));
        check_batch(name, &read::<Parquet, RecordBatch>(name));
    }
}

fn check_frame(name: &str, frame: &DataFrame) {
    assert_eq!(frame.shape(), (3, 6), "{name}");
    let value = |column: &str, row: usize| frame.column(column).unwrap().get(row).unwrap();
    assert_eq!(value("name", 2), AnyValue::String("a, \"b\"\n"), "{name}");
    assert_eq!(value("name", 1), AnyValue::Null, "{name}");
    assert_eq!(value("count", 1), AnyValue::Int32(2), "{name}");
    assert_eq!(value("share", 2), AnyValue::Null, "{name}");
    assert!(matches!(value("share", 1), AnyValue::Float64(share) if share.is_nan()), "{name}");
    assert_eq!(value("is_old", 0), AnyValue::Boolean(true), "{name}");
    assert_eq!(value("day", 2), AnyValue::Date(-1), "{name}");
    assert!(value("at", 0).to_string().starts_with("2024-02-29 12:30:00.123456"), "{name}: {}", value("at", 0));
}

fn check_batch(name: &str, batch: &RecordBatch) {
    assert_eq!((batch.num_rows(), batch.num_columns()), (3, 6), "{name}");
    let count = batch.column_by_name("count").unwrap().as_any().downcast_ref::<Int32Array>().unwrap();
    assert_eq!(count.iter().collect::<Vec<_>>(), [Some(1), Some(2), None], "{name}");
}

fn written() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("values-written")
}

/// Files for `check.py`.
fn write_all(folder: &Path) {
    #[stash]
    fn array() -> Array2<f64> {
        in_fortran(&array![[1.5, -0.0, f64::NAN], [f64::INFINITY, 5.0, 6.0]])
    }
    #[stash]
    fn matrix() -> DMatrix<i32> {
        DMatrix::from_row_slice(2, 3, &[1, 2, 3, 4, 5, 6])
    }
    #[stash]
    fn frame() -> DataFrame {
        df!("name" => [Some("oak"), None], "share" => [Some(0.5), None], "count" => [1_i32, 2]).unwrap()
    }
    #[stash]
    fn batch() -> RecordBatch {
        let columns: [(&str, ArrayRef); 2] = [
            ("name", Arc::new(StringArray::from(vec![Some("oak"), None]))),
            ("share", Arc::new(Float64Array::from(vec![Some(0.5), None]))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }
    let stash = scrat::Stash::create(&folder.join(".scrat")).unwrap();
    let warnings = with_stash(folder, |_| {
        drop((array(), matrix(), frame(), batch()));
    });
    assert_eq!(warnings, [""; 0]);
    for nut in stash.list(&Filter::All).unwrap() {
        let name = nut.function.rsplit("::").next().unwrap().to_owned();
        let extensions: &[&str] = match name.as_str() {
            "array" => &["npy", "csv"],
            "matrix" => &["npy"],
            "frame" => &["arrow", "parquet", "csv"],
            _ => &["arrow", "parquet"],
        };
        for extension in extensions {
            let bytes = save(&stash, &nut, extension).unwrap();
            std::fs::write(folder.join(format!("{name}.{extension}")), bytes).unwrap();
        }
    }
}

#[test]
#[ignore = "it needs Python with NumPy, pandas, polars and pyarrow"]
#[expect(clippy::disallowed_methods, reason = "where Python is, the environment says")]
fn python_reads_what_is_written_here() {
    let folder = written();
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    write_all(&folder);
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("check.py");
    let output = Command::new(std::env::var("PYTHON").unwrap_or("python3".to_owned()))
        .arg(python)
        .arg(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn files_for_other_programs_are_written() {
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path());
    let csv = std::fs::read_to_string(folder.path().join("frame.csv")).unwrap();
    assert_eq!(csv, "name,share,count\noak,0.5,1\n,,2\n");
    let csv = std::fs::read_to_string(folder.path().join("array.csv")).unwrap();
    assert_eq!(csv, "1.5,-0.0,NaN\ninf,5.0,6.0\n");
}
