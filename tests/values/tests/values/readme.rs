//! The README's step with frames, which is compiled here as it stands there.

use polars::prelude::*;
use scrat::prelude::*;

#[stash]
fn late(flights: &DataFrame, minutes: i64) -> PolarsResult<DataFrame> {
    flights.filter(&flights.column("delay")?.i64()?.gt(minutes))
}

#[test]
fn the_readmes_step_is_the_one_above_and_its_frames_are_stored() {
    let (_, after) = include_str!("../../../../README.md").split_once("<!-- test: polars -->\n```rust\n").unwrap();
    let (code, _) = after.split_once("```").unwrap();
    assert!(include_str!("readme.rs").contains(code), "{code}");
    let folder = tempfile::tempdir().unwrap();
    let flights = polars::df!("delay" => [3_i64, 70, 12]).unwrap();
    let warnings = crate::with_stash(folder.path(), |_| {
        for _ in 0..2 {
            assert_eq!(late(&flights, 10).unwrap().height(), 2);
        }
        assert_eq!(late::stats().hits, 1);
    });
    assert_eq!(warnings, [""; 0]);
}
