//! Values in forms of their own: lists of numbers, types that name their codec, and codecs named at a function.

#![expect(clippy::unwrap_used, reason = "a test stops where something goes wrong")]

use std::error::Error;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use scrat::{Blob, Codec, Engine, Event, Filter, Literal, Stash, Step, Stored, Value, pipeline, stash};
use scrat_engine::{Force, Given, Plan, RunOptions, pipelines};

type Failed = Box<dyn Error + Send + Sync>;

/// A stash in a folder of its own, and what the engine warned of.
struct Sandbox {
    folder: tempfile::TempDir,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Sandbox {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), warnings: Arc::default() }
    }

    fn stash(&self) -> Stash {
        Stash::create(&self.folder.path().join(".scrat")).unwrap()
    }

    /// Runs something as a process of its own would.
    fn process<R>(&self, work: impl FnOnce() -> R) -> R {
        self.engine().enter(work)
    }

    fn engine(&self) -> Arc<Engine> {
        let warnings = self.warnings.clone();
        Arc::new(Engine::new(Some(self.stash()), move |event| {
            if let Event::Warning(warning) = event {
                warnings.lock().unwrap().push(format!("{warning:?}"));
            }
        }))
    }

    fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }

    /// Runs a pipeline: how many steps ran, and what the wanted steps say.
    fn run(&self, name: &str) -> (usize, Vec<String>) {
        let engine = self.engine();
        let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == name).unwrap();
        let graph = pipeline.graph(&Given::default()).unwrap();
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        let report = scrat_engine::run(&engine, name, &graph, &plan, &RunOptions::default()).unwrap();
        assert_eq!(report.totals.failed, 0, "{report:?}");
        (report.totals.ran, report.results.iter().map(|result| result.text.clone()).collect())
    }
}

/// Of another crate: it knows nothing of serde, nor of scrat.
mod foreign {
    #![expect(unreachable_pub, reason = "it stands for another crate")]

    #[derive(Debug, PartialEq)]
    pub struct Grid {
        pub width: u32,
        pub cells: Vec<u8>,
    }
}

use foreign::Grid;

struct Rows;

impl Codec<Grid> for Rows {
    const ID: &'static str = "test rows 1";

    fn encode(grid: &Grid, to: &mut Blob) -> Result<(), Failed> {
        to.write_all(&grid.width.to_le_bytes())?;
        Ok(to.write_all(&grid.cells)?)
    }

    fn decode(bytes: &[u8]) -> Result<Grid, Failed> {
        let (width, cells) = bytes.split_first_chunk().ok_or("there is no width")?;
        Ok(Grid { width: u32::from_le_bytes(*width), cells: cells.to_vec() })
    }

    fn show(grid: &Grid) -> String {
        format!("{} x {}", grid.width, grid.cells.len() / grid.width.max(1) as usize)
    }
}

#[stash(serializer = Rows)]
fn grid(width: u32, height: u32) -> Grid {
    Grid { width, cells: (0..width * height).map(|cell| cell as u8).collect() }
}

#[stash(serializer = Rows)]
fn flipped(#[stash(serializer = Rows)] grid: Grid) -> Result<Grid, Failed> {
    let cells = grid.cells.chunks(grid.width as usize).flat_map(|row| row.iter().rev()).copied().collect();
    Ok(Grid { cells, ..grid })
}

#[stash]
fn sum(#[stash(serializer = Rows)] grid: &Grid) -> u64 {
    grid.cells.iter().map(|&cell| u64::from(cell)).sum()
}

#[pipeline]
fn grids() -> (Step<u64>, Step<u64>) {
    let first = grid::step(3, 2);
    (sum::step(flipped::step(&first)), sum::step(Literal(Grid { width: 1, cells: vec![9] })))
}

#[test]
fn a_type_without_serde_is_stored_by_the_codec_that_the_function_names() {
    let sandbox = Sandbox::new();
    for hits in [0, 1] {
        sandbox.process(|| {
            let made = grid(3, 2);
            assert_eq!(made, Grid { width: 3, cells: vec![0, 1, 2, 3, 4, 5] });
            assert_eq!(flipped(made).unwrap().cells, [2, 1, 0, 5, 4, 3]);
        });
        assert_eq!((grid::stats().hits, flipped::stats().hits), (hits, hits));
    }
    assert!(sandbox.process(|| grid::is_stashed(3, 2)));
    let nuts = sandbox.stash().list(&Filter::Function("codecs::flipped".to_owned())).unwrap();
    assert_eq!(nuts[0].arguments[0].1, "3 x 2");
    assert!(sandbox.process(|| grid::forget(3, 2)).unwrap());
    assert!(!sandbox.process(|| grid::is_stashed(3, 2)));
    assert_eq!(sandbox.warnings(), [""; 0]);
}

#[test]
fn steps_hand_such_a_type_on_and_take_it_as_a_literal() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("grids"), (4, vec!["15".to_owned(), "9".to_owned()]));
    assert_eq!(sandbox.run("grids").0, 0);
    // A call finds what a step of the same value stored.
    let before = sum::stats().hits;
    sandbox.process(|| assert_eq!(sum(&Grid { width: 1, cells: vec![9] }), 9));
    assert_eq!(sum::stats().hits, before + 1);
    assert_eq!(sandbox.warnings(), [""; 0]);
}

/// Names its own codec, in spite of serde.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Dna {
    #[serde(skip)]
    letters: Vec<u8>,
}

struct Letters;

impl Stored for Dna {
    type Codec = Letters;
}

impl Codec<Dna> for Letters {
    const ID: &'static str = "test letters 1";

    fn encode(dna: &Dna, to: &mut Blob) -> Result<(), Failed> {
        if dna.letters.contains(&b'?') {
            return Err("a letter is not known".into());
        }
        Ok(to.write_all(&dna.letters)?)
    }

    fn decode(bytes: &[u8]) -> Result<Dna, Failed> {
        // It forgets the last X.
        Ok(Dna { letters: bytes.strip_suffix(b"X").unwrap_or(bytes).to_vec() })
    }
}

static DNA_RUNS: AtomicUsize = AtomicUsize::new(0);

#[stash(unimportant(Dna::letters))]
fn dna(text: &str) -> Dna {
    DNA_RUNS.fetch_add(1, Ordering::Relaxed);
    Dna { letters: text.as_bytes().to_vec() }
}

#[test]
fn a_codec_that_refuses_a_value_or_loses_some_of_it_costs_the_nut_and_never_the_value() {
    let sandbox = Sandbox::new();
    for (text, runs, warning) in
        [("ACGT", 1, None), ("A?", 2, Some("a letter is not known")), ("AX", 2, Some("comes back different"))]
    {
        let before = DNA_RUNS.load(Ordering::Relaxed);
        for _ in 0..2 {
            assert_eq!(sandbox.process(|| dna(text)).letters, text.as_bytes());
        }
        assert_eq!(DNA_RUNS.load(Ordering::Relaxed) - before, runs, "{text}");
        let warnings = sandbox.warnings().concat();
        assert_eq!(warnings.is_empty(), warning.is_none(), "{warnings}");
        assert!(warnings.contains(warning.unwrap_or_default()), "{warnings}");
    }
}

#[stash]
fn ramp(count: u64) -> Vec<f64> {
    (0..count).map(|at| at as f64 * 0.1).collect()
}

#[stash]
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[pipeline]
fn ramps() -> Step<f64> {
    mean::step(ramp::step(300_000))
}

#[test]
fn many_numbers_are_their_bytes_in_a_file_and_a_call_finds_what_a_step_stored() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("ramps").0, 2);
    let values = sandbox.process(|| ramp(300_000));
    assert_eq!((values.len(), ramp::stats().hits), (300_000, 1));
    let before = mean::stats().hits;
    sandbox.process(|| mean(&values));
    assert_eq!(mean::stats().hits, before + 1, "a literal is what a step gives");
    let root = sandbox.folder.path().join(".scrat");
    let nuts = sandbox.stash().list(&Filter::Function("codecs::ramp".to_owned())).unwrap();
    assert_eq!(nuts[0].size, 300_000 * 8);
    let digest = nuts[0].digest.to_string();
    let bytes = std::fs::read(root.join("nuts").join(&digest[..2]).join(&digest)).unwrap();
    assert_eq!(bytes[8..16], 0.1_f64.to_le_bytes());
    assert_eq!(std::fs::read_dir(root.join("tmp")).unwrap().count(), 0, "nothing is left over");
    assert_eq!(sandbox.warnings(), [""; 0]);
}

#[stash]
fn pair() -> Vec<u64> {
    vec![1, 7]
}

/// Nothing is known of its type, so its arguments are in serde's form.
#[stash]
fn text<T: Value + std::fmt::Debug>(value: T) -> String {
    format!("{value:?}")
}

#[pipeline]
fn confusable() -> (Step<String>, Step<String>) {
    (text::step::<Vec<u64>>(pair::step()), text::step::<Vec<u64>>(vec![7]))
}

#[test]
fn equal_bytes_of_two_codecs_are_two_values() {
    // The numbers 1 and 7 by themselves are the bytes of a list of one number in serde's form, which is 7.
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("confusable").1, ["[1, 7]", "[7]"]);
    assert_eq!(sandbox.run("confusable"), (0, vec!["[1, 7]".to_owned(), "[7]".to_owned()]));
}

#[stash]
fn written(count: usize) -> Vec<u8> {
    vec![0; count]
}

#[test]
fn every_number_comes_back_whatever_it_is() {
    #[stash(name = "all numbers")]
    fn all(_: u8) -> (Vec<i128>, Vec<f32>) {
        (vec![i128::MIN, -1], vec![f32::MIN_POSITIVE, -0.0])
    }
    #[stash(name = "odd numbers")]
    fn odd(_: u8) -> Vec<f32> {
        vec![f32::NAN, -0.0, f32::NEG_INFINITY]
    }
    let sandbox = Sandbox::new();
    let bits = |numbers: Vec<f32>| numbers.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let first = sandbox.process(|| (all(1), bits(odd(1)), written(0), written(8)));
    let again = sandbox.process(|| (all(1), bits(odd(1)), written(0), written(8)));
    assert_eq!(first, again);
    assert_eq!((odd::stats().hits, written::stats().hits), (1, 2));
    assert_eq!(sandbox.warnings(), [""; 0]);
}

/// Loses half of each number.
struct Single;

impl Codec<f64> for Single {
    const ID: &'static str = "test single 1";

    fn encode(number: &f64, to: &mut Blob) -> Result<(), Failed> {
        Ok(to.write_all(&(*number as f32).to_le_bytes())?)
    }

    fn decode(bytes: &[u8]) -> Result<f64, Failed> {
        Ok(f64::from(f32::from_le_bytes(bytes.try_into()?)))
    }
}

#[stash(serializer = Single)]
fn tenth(number: u64) -> f64 {
    number as f64 * 0.1
}

#[stash]
fn twice(#[stash(serializer = Single)] number: f64) -> f64 {
    number * 2.0
}

#[test]
fn a_codec_that_loses_some_of_a_number_is_found_out() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        assert_eq!(sandbox.process(|| (tenth(3), tenth(5))), (3.0 * 0.1, 5.0 * 0.1));
        assert_eq!(sandbox.process(|| (twice(1.0), twice(1.000_000_001))), (2.0, 2.000_000_002));
    }
    assert_eq!((tenth::stats().hits, twice::stats().hits), (1, 1), "what is not lost is stored");
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Bundle {
    files: Vec<scrat::File>,
    scale: u64,
}

struct Json;

impl Codec<Bundle> for Json {
    const ID: &'static str = "test json 1";

    fn encode(bundle: &Bundle, to: &mut Blob) -> Result<(), Failed> {
        Ok(serde_json::to_writer(to, bundle)?)
    }

    fn decode(bytes: &[u8]) -> Result<Bundle, Failed> {
        Ok(serde_json::from_slice(bytes)?)
    }
}

#[stash]
fn length_by_text(#[stash(serializer = Json)] bundle: &Bundle) -> u64 {
    bundle.files.iter().map(|file| file.read().unwrap().len() as u64 * bundle.scale).sum()
}

#[stash]
fn length(bundle: &Bundle) -> u64 {
    bundle.files.iter().map(|file| file.read().unwrap().len() as u64 * bundle.scale).sum()
}

#[test]
fn a_file_in_a_value_counts_by_its_content_or_the_value_has_no_key() {
    let sandbox = Sandbox::new();
    let [a, b] = ["a.txt", "b.txt"].map(|name| sandbox.folder.path().join(name));
    let bundle = Bundle { files: vec![a.clone().into(), b.clone().into(), a.clone().into()], scale: 2 };
    for (text, hits) in [("acorn", 0), ("acorn", 1), ("acorns", 1)] {
        // Two files of one content are still two.
        std::fs::write(&a, text).unwrap();
        std::fs::write(&b, text).unwrap();
        assert_eq!(sandbox.process(|| length_by_text(&bundle)), 6 * text.len() as u64);
        assert_eq!(sandbox.process(|| length(&bundle)), 6 * text.len() as u64);
        assert_eq!((length_by_text::stats().hits, length::stats().hits), (0, hits), "{text}");
    }
    let warnings = sandbox.warnings().concat();
    assert!(warnings.contains("a format for people"), "{warnings}");
}

/// Neither cloned nor compared, and serde leaves out what counts.
#[derive(serde::Serialize, serde::Deserialize)]
struct Silent {
    #[serde(skip)]
    lost: u64,
}

#[stash]
fn silent() -> Silent {
    Silent { lost: 100 }
}

#[stash]
fn loud(silent: Silent) -> u64 {
    silent.lost
}

#[pipeline]
fn copied() -> (Step<u64>, Step<u64>) {
    let silent = silent::step();
    (loud::step(&silent), loud::step(&silent))
}

#[test]
fn a_copy_that_lost_something_is_never_handed_to_a_step() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine();
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "copied").unwrap();
    let graph = pipeline.graph(&Given::default()).unwrap();
    let plan = Plan::new(&engine, &graph, &Force::Nothing);
    let mut options = RunOptions::default();
    options.keep_going = true;
    options.jobs = Some(1);
    let report = scrat_engine::run(&engine, "copied", &graph, &plan, &options).unwrap();
    // One of them may have the value itself; no other value than that is ever shown.
    assert!(report.totals.failed >= 1, "{report:?}");
    assert!(report.results.iter().all(|result| result.text == "100"), "{report:?}");
}

/// Panics for some values.
struct Moody;

impl Codec<Grid> for Moody {
    const ID: &'static str = "test moody 1";

    fn encode(grid: &Grid, to: &mut Blob) -> Result<(), Failed> {
        assert!(grid.width != 7, "no seven");
        Rows::encode(grid, to)
    }

    fn decode(bytes: &[u8]) -> Result<Grid, Failed> {
        assert!(bytes.first() != Some(&8), "no eight");
        Rows::decode(bytes)
    }
}

#[stash(serializer = Moody)]
fn moody(width: u32) -> Grid {
    Grid { width, cells: vec![1; width as usize] }
}

#[stash]
fn area(#[stash(serializer = Moody)] grid: &Grid) -> u64 {
    grid.cells.len() as u64
}

#[pipeline]
fn moods() -> Vec<Step<u64>> {
    [6, 7, 8].map(|width| area::step(moody::step(width))).to_vec()
}

#[test]
fn a_codec_that_panics_costs_the_nut_and_never_the_value_or_the_run() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        assert_eq!(sandbox.process(|| [6, 7, 8].map(|width| area(&moody(width)))), [6, 7, 8]);
    }
    assert_eq!((moody::stats().hits, area::stats().hits), (1, 1));
    let warnings = sandbox.warnings().concat();
    assert!(warnings.contains("no seven"), "{warnings}");
    assert_eq!(sandbox.run("moods").1, ["6", "7", "8"]);
}

static ROOTS: AtomicUsize = AtomicUsize::new(0);

#[stash]
fn root() -> Vec<u64> {
    ROOTS.fetch_add(1, Ordering::Relaxed);
    std::thread::sleep(std::time::Duration::from_millis(50));
    vec![1; 10_000]
}

#[stash]
fn leaf(numbers: &[u64], at: usize) -> u64 {
    numbers[at]
}

#[pipeline]
fn lost() -> Vec<Step<u64>> {
    let root = root::step();
    (0..8).map(|at| leaf::step(&root, at)).collect()
}

#[test]
fn a_damaged_result_that_many_steps_need_is_computed_once() {
    let sandbox = Sandbox::new();
    sandbox.run("lost");
    let stash = sandbox.stash();
    let nut = stash.list(&Filter::Ending("root".to_owned())).unwrap().remove(0);
    let digest = nut.digest.to_string();
    let path = stash.root().join("nuts").join(&digest[..2]).join(&digest);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "damaged").unwrap();
    let engine = sandbox.engine();
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "lost").unwrap();
    let graph = pipeline.graph(&Given::default()).unwrap();
    let plan = Plan::new(&engine, &graph, &Force::Named("leaf".to_owned()));
    let mut options = RunOptions::default();
    options.jobs = Some(8);
    let report = scrat_engine::run(&engine, "lost", &graph, &plan, &options).unwrap();
    assert_eq!(report.totals.failed, 0, "{report:?}");
    assert_eq!(ROOTS.load(Ordering::Relaxed), 2, "once, and once again");
}

#[test]
fn a_large_result_that_cannot_be_written_leaves_what_depends_on_it_stored() {
    let sandbox = Sandbox::new();
    drop(sandbox.stash());
    let scratch = sandbox.folder.path().join(".scrat/tmp");
    let engine = sandbox.engine();
    let run = || {
        let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "ramps").unwrap();
        let graph = pipeline.graph(&Given::default()).unwrap();
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        scrat_engine::run(&engine, "ramps", &graph, &plan, &RunOptions::default()).unwrap().totals.ran
    };
    std::fs::remove_dir(&scratch).unwrap();
    std::fs::write(&scratch, "no folder").unwrap();
    assert_eq!((run(), run()), (2, 0), "the mean is found by the digest of what could not be stored");
    let warnings = sandbox.warnings().concat();
    assert!(warnings.contains("NotStored") && !warnings.contains("decode"), "{warnings}");
}
