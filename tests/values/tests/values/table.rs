//! The table of types: each is stored by one process, and read by another, as a result and as an argument, given by hand
//! and by a step.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use image::{DynamicImage, Rgb, Rgb32FImage, RgbImage};
use nalgebra::{DMatrix, DVector, Matrix3};
use ndarray::{ArcArray2, Array0, Array1, Array2, Array3, ArrayD, ShapeBuilder, arr0, array};
use polars_core::df;
use polars_core::prelude::{
    AnyValue, Categories, DataFrame, DataType, IntoColumn, IntoSeries, NamedFrom, Series, TimeUnit,
};
use scrat::formats::{Json, MessagePack, Parquet};
use scrat::{Literal, Stats, Step, pipeline, stash};
use scrat_engine::{Force, Given, Plan, RunOptions, pipelines};
use serde::{Deserialize, Serialize};

use crate::with_stash;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf,
    Fork(Box<Self>, u8, Box<Self>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Model {
    name: String,
    #[serde(with = "scrat::as_value")]
    weights: Array2<f64>,
    #[serde(with = "scrat::as_value")]
    history: Vec<DataFrame>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sparse {
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    value: f64,
}

fn frame() -> DataFrame {
    let cast = |name: &str, values: Vec<Option<i64>>, to: DataType| {
        Series::new(name.into(), values).cast(&to).unwrap().into_column()
    };
    let some = || vec![Some(1), None, Some(-100)];
    let words = Series::new("kind".into(), [Some("oak"), None, Some("elm")]);
    let lists = Series::new("list".into(), [Series::new("".into(), [1_i64, 2]), Series::new("".into(), [0_i64; 0])]);
    let mut frame = df!(
        "text" => [Some("a"), None, Some("")],
        "share" => [Some(f64::from_bits(0x7ff8_0000_0000_1234)), None, Some(-0.0)],
        "small" => [Some(0.1_f32), None, Some(f32::INFINITY)],
        "flag" => [Some(true), None, Some(false)],
        "bytes" => [Some(&b"\xff\x00"[..]), None, Some(b"")],
    )
    .unwrap();
    let columns = [
        cast("i8", some(), DataType::Int8),
        cast("i16", some(), DataType::Int16),
        cast("i128", some(), DataType::Int128),
        cast("u16", vec![Some(1), None, Some(3)], DataType::UInt16),
        cast("day", some(), DataType::Date),
        cast("at", some(), DataType::Datetime(TimeUnit::Microseconds, None)),
        cast("took", some(), DataType::Duration(TimeUnit::Nanoseconds)),
        cast("time", vec![Some(1), None, Some(3)], DataType::Time),
        cast("price", some(), DataType::Decimal(10, 2)),
        words.cast(&DataType::from_categories(Categories::global())).unwrap().into_column(),
        lists.extend_constant(AnyValue::Null, 1).unwrap().into_column(),
        Series::new_null("nothing".into(), 3).into_column(),
        df!("x" => [1_i64, 2, 3], "y" => ["a", "b", "c"])
            .unwrap()
            .into_struct("pair".into())
            .into_series()
            .into_column(),
    ];
    for column in columns {
        frame.with_column(column).unwrap();
    }
    frame
}

fn batch() -> RecordBatch {
    let columns: [(&str, ArrayRef); 2] = [
        ("x", Arc::new(Float64Array::from(vec![Some(1.5), None]))),
        ("name", Arc::new(StringArray::from(vec!["a", "b"]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn picture() -> RgbImage {
    RgbImage::from_fn(7, 5, |x, y| Rgb([x as u8 * 30, y as u8 * 40, 200]))
}

fn same<T: Debug + PartialEq>(one: &T, other: &T) -> bool {
    #[expect(clippy::eq_op, reason = "a value with a NaN in it is not equal to itself")]
    let is_equal = one == other || one != one;
    is_equal && letters(one) == letters(other)
}

/// The letters of its text: those of a hash map come in another order each time.
fn letters(value: &impl Debug) -> Vec<char> {
    let mut letters: Vec<char> = format!("{value:?}").chars().collect();
    letters.sort_unstable();
    letters
}

/// What was called how often, as a result and as an argument.
type Counts = Vec<(&'static str, Stats, Stats)>;

macro_rules! table {
    ($($name:ident: $type:ty $(, $by:ident)? = $value:expr;)+) => {
        $(mod $name {
            use super::*;

            pub(super) fn value() -> $type {
                $value
            }

            #[stash($(serializer = $by)?)]
            pub(super) fn made() -> $type {
                value()
            }

            #[stash]
            pub(super) fn taken($(#[stash(serializer = $by)])? value: &$type) -> bool {
                same(value, &self::value())
            }
        })+

        fn call_all() -> Counts {
            vec![$({
                let value = $name::made();
                assert!(same(&value, &$name::value()), "{}", stringify!($name));
                assert!($name::taken(&value), "{}", stringify!($name));
                (stringify!($name), $name::made::stats(), $name::taken::stats())
            }),+]
        }

        #[pipeline]
        fn of_steps() -> Vec<Step<bool>> {
            vec![$($name::taken::step($name::made::step())),+]
        }

        #[pipeline]
        fn of_literals() -> Vec<Step<bool>> {
            vec![$($name::taken::step(Literal($name::value()))),+]
        }
    };
}

table! {
    unit: () = ();
    truth: bool = true;
    byte: u8 = 255;
    large: i128 = i128::MIN;
    larger: u128 = u128::MAX;
    nan: f64 = f64::NAN;
    minus_zero: f32 = -0.0;
    letter: char = 'ü';
    empty_text: String = String::new();
    path: PathBuf = PathBuf::from("a/b");
    maybe_text: Option<String> = Some("nut".to_owned());
    numbers: Vec<f64> = vec![1.0, f64::NEG_INFINITY, -0.0];
    bytes: Vec<u8> = vec![0, 255];
    no_numbers: Vec<u64> = vec![];
    rows: Vec<Vec<f64>> = vec![vec![1.0], vec![]];
    sorted: BTreeMap<String, Vec<i64>> = [("a".to_owned(), vec![1, -1])].into();
    unsorted: HashMap<u32, HashSet<String>> = (0..9).map(|at| (at, (0..at).map(|at| at.to_string()).collect())).collect();
    mixed: (u8, String, Vec<f32>) = (1, "a".to_owned(), vec![0.5]);
    fixed: [u16; 4] = [1, 2, 3, 4];
    duration: Duration = Duration::from_nanos(1_000_000_001);
    tree: Tree = Tree::Fork(Box::new(Tree::Leaf), 3, Box::new(Tree::Fork(Box::new(Tree::Leaf), 4, Box::new(Tree::Leaf))));
    scalar: Array0<f64> = arr0(2.5);
    vector: Array1<i64> = array![1, -2, 3];
    matrix: Array2<f32> = array![[1.0, 2.0, 3.0], [4.0, 5.0, f32::NAN]].reversed_axes();
    cube: Array3<bool> = Array3::from_shape_fn((2, 3, 4).f(), |(i, j, k)| (i + j + k) % 2 == 0);
    any_dimensions: ArrayD<u16> = Array1::from_iter(0..24).into_shape_with_order(vec![1, 2, 3, 4]).unwrap();
    shared: ArcArray2<u8> = array![[1, 2], [3, 4]].into_shared();
    no_rows: Array2<f64> = Array2::zeros((0, 3));
    dynamic_matrix: DMatrix<f64> = DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    dynamic_vector: DVector<i32> = DVector::from_vec(vec![3, 2, 1]);
    static_matrix: Matrix3<f64> = Matrix3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
    record_batch: RecordBatch = batch();
    all_columns: DataFrame = frame();
    empty_frame: DataFrame = frame().head(Some(0));
    no_frame: DataFrame = DataFrame::empty();
    series: Series = Series::new("a".into(), [Some(1_i32), None]);
    dynamic_image: DynamicImage = DynamicImage::from(picture()).to_luma_alpha16().into();
    picture_of_bytes: RgbImage = picture();
    picture_of_floats: Rgb32FImage = Rgb32FImage::from_pixel(2, 1, Rgb([0.1, -1.0, 1e9]));
    maybe_frame: Option<DataFrame> = Some(frame());
    no_array: Option<Array1<f64>> = None;
    frames: Vec<DataFrame> = vec![frame(), frame().head(Some(1))];
    frame_and_score: (DataFrame, f64) = (frame(), 0.5);
    named_arrays: Vec<(String, Array2<f64>)> = vec![("a".to_owned(), Array2::eye(3)), (String::new(), Array2::zeros((0, 1)))];
    nested: Option<(RecordBatch, Vec<Option<DMatrix<f64>>>, Tree)> = Some((batch(), vec![None, Some(DMatrix::identity(2, 2))], Tree::Leaf));
    shared_frame: Arc<DataFrame> = Arc::new(frame());
    shared_numbers: Arc<Vec<f64>> = Arc::new(vec![0.5, -0.0]);
    boxed_pair: Box<(Array1<u8>, String)> = Box::new((array![1, 2], "a".to_owned()));
    frames_by_name: HashMap<String, DataFrame> = [("b".to_owned(), frame()), ("a".to_owned(), frame().head(Some(1)))].into();
    arrays_by_pair: BTreeMap<(u8, String), Vec<Array1<i64>>> = [((1, "a".to_owned()), vec![array![1], array![]])].into();
    in_a_field: Model = Model { name: "m".to_owned(), weights: array![[1.0], [2.0]], history: vec![frame()] };
    as_json: Sparse, Json = Sparse { note: None, value: 0.1 };
    as_message_pack: Sparse, MessagePack = Sparse { note: None, value: f64::NAN };
    as_parquet: RecordBatch, Parquet = batch();
    frame_as_parquet: DataFrame, Parquet = frame().select(["text", "share", "i16", "day", "kind", "list", "pair"]).unwrap();
}

/// What a process of its own does with all of them.
const ROLE: &str = "VALUES_ROLE";
const FOLDER: &str = "VALUES_FOLDER";

fn in_a_process(role: &str, folder: &Path) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "table::process", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{role}: {said}");
}

fn steps_that_run(engine: &Arc<scrat::Engine>, name: &str) -> Vec<String> {
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == name).unwrap();
    let graph = pipeline.graph(&Given::default()).unwrap();
    let plan = Plan::new(engine, &graph, &Force::Nothing);
    let report = scrat_engine::run(engine, name, &graph, &plan, &RunOptions::default()).unwrap();
    assert_eq!(report.totals.failed, 0, "{report:?}");
    let ran = report.steps.iter().filter(|step| matches!(step.outcome, scrat::Outcome::Ran { .. }));
    ran.map(|step| format!("{:?}: {:?}", graph.function(step.step).name(), step.reason)).collect()
}

#[test]
#[ignore = "it is what the other test runs as a process of its own"]
#[expect(clippy::disallowed_methods, reason = "the other process says so what to do")]
fn process() {
    let role = std::env::var(ROLE).unwrap();
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let warnings = with_stash(&folder, |engine| match role.as_str() {
        "store" => {
            for (name, made, taken) in call_all() {
                assert_eq!((made.misses, taken.misses), (1, 1), "{name}");
            }
        }
        "read" => {
            for (name, made, taken) in call_all() {
                assert_eq!((made.hits, made.misses), (1, 0), "{name}");
                assert_eq!((taken.hits, taken.misses), (1, 0), "{name}");
            }
        }
        "run" => {
            for pipeline in ["of_steps", "of_literals"] {
                assert_eq!(steps_that_run(engine, pipeline), [""; 0], "{pipeline}");
            }
        }
        other => panic!("{other}"),
    });
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn each_type_is_stored_by_one_process_and_found_by_others() {
    let folder = tempfile::tempdir().unwrap();
    in_a_process("store", folder.path());
    in_a_process("read", folder.path());
    in_a_process("run", folder.path());
}
