//! Codecs, and serde's form, that refuse a value, lose some of it, or panic.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use scrat::{Blob, Codec, Step, Stored, pipeline, stash};
use scrat_engine::{Force, Plan, RunOptions};

use crate::named::{Rows, foreign::Grid};
use crate::sandbox::{Failed, Sandbox, graph};

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
    let graph = graph("copied");
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

/// Says no more of itself than its `Serialize`, which leaves the note out.
struct Note {
    number: u8,
    note: u8,
}

impl serde::Serialize for Note {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Note {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { number: serde::Deserialize::deserialize(deserializer)?, note: 0 })
    }
}

struct Bases;

impl Stored for Bases {
    type Codec = Self;
}

impl Codec<Self> for Bases {
    const ID: &'static str = "test bases 1";

    fn encode(_: &Self, _: &mut Blob) -> Result<(), Failed> {
        Ok(())
    }

    fn decode(_: &[u8]) -> Result<Self, Failed> {
        Ok(Self)
    }
}

#[stash]
fn read_note((note, _): (Note, Bases)) -> u8 {
    note.note
}

#[stash]
fn write_note(note: u8) -> Vec<(Note, Bases)> {
    vec![(Note { number: 1, note }, Bases)]
}

#[test]
fn a_part_that_serde_writes_and_that_cannot_be_compared_is_not_taken_for_whole_because_another_has_a_codec() {
    let sandbox = Sandbox::new();
    for note in [7, 8] {
        assert_eq!(sandbox.process(|| read_note((Note { number: 1, note }, Bases))), note);
        assert_eq!(sandbox.process(|| write_note(note))[0].0.note, note);
    }
    let warnings = sandbox.warnings();
    assert!(warnings.len() == 4 && warnings.iter().all(|warning| warning.contains("cannot be told")), "{warnings:?}");
}
