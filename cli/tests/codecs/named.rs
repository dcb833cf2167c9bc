//! A codec that is named at a function: for a type without serde, and in place of serde's form.

use std::io::Write;

use scrat::{Blob, Codec, Filter, Literal, Step, pipeline, stash};

use crate::sandbox::{Failed, Sandbox};

/// Of another crate: it knows nothing of serde, nor of scrat.
pub(crate) mod foreign {
    #![expect(unreachable_pub, reason = "it stands for another crate")]

    #[derive(Debug, PartialEq)]
    pub struct Grid {
        pub width: u32,
        pub cells: Vec<u8>,
    }
}

use foreign::Grid;

pub(crate) struct Rows;

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
    let nuts = sandbox.stash().list(&Filter::Function("codecs::named::flipped".to_owned())).unwrap();
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
