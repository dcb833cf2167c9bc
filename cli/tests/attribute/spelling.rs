//! What types are is asked of the compiler, and not of their spelling.

use scrat::Value;
use scrat::prelude::*;
use scrat_engine::{Takes, pipelines};

use crate::{counts, twice};

type Outcome<T> = std::result::Result<T, String>;
type Sum = Outcome<u64>;

mod other {
    /// What is not the standard library's `Result`.
    #[derive(serde::Serialize, serde::Deserialize, Debug, PartialEq, Eq)]
    pub enum Result {
        Win,
        Lose,
    }

    #[scrat::stash]
    pub fn play(win: bool) -> Result {
        if win { Result::Win } else { Result::Lose }
    }
}

#[stash]
fn aliased(x: u64) -> Sum {
    if x == 0 { Err("nothing".to_owned()) } else { Ok(x) }
}

#[stash]
fn aliased_generic<T: Value>(x: Option<T>) -> Outcome<u64> {
    x.map(|_| 1).ok_or_else(|| "nothing".to_owned())
}

#[stash]
fn formatted(x: u64) -> std::fmt::Result {
    if x == 0 { Err(std::fmt::Error) } else { Ok(()) }
}

#[stash]
fn read(x: u64) -> std::io::Result<u64> {
    if x == 0 { Err(std::io::Error::other("nothing")) } else { Ok(x) }
}

#[stash]
fn wordless(x: u64) -> std::result::Result<u64, ()> {
    if x == 0 { Err(()) } else { Ok(x) }
}

struct Silent;

#[stash]
fn silent<T: Value>(x: T, fails: bool) -> std::result::Result<T, Silent> {
    if fails { Err(Silent) } else { Ok(x) }
}

#[pipeline]
fn results() -> (Step<u64>, Step<()>, Step<other::Result>) {
    (aliased::step(read::step(wordless::step(silent::step(1, false)))), formatted::step(1), other::play::step(true))
}

#[test]
fn a_result_is_what_the_compiler_says() {
    twice(|| {
        drop(results());
        assert!(aliased(0).is_err() && aliased_generic::<u8>(None).is_err() && formatted(0).is_err());
        assert!(read(0).is_err() && wordless(0).is_err() && silent(1, true).is_err());
        assert_eq!((aliased(1), aliased_generic(Some(1)), formatted(1)), (Ok(1), Ok(1), Ok(())));
        assert_eq!((read(1).unwrap(), wordless(1), silent(1, false).ok()), (1, Ok(1), Some(1)));
        assert_eq!((other::play(true), other::play(false)), (other::Result::Win, other::Result::Lose));
    });
    for stats in [aliased::stats(), aliased_generic::stats(), formatted::stats(), read::stats(), wordless::stats()] {
        assert_eq!(counts(stats), (1, 1), "an error is not stored, a value is");
    }
    assert_eq!(counts(other::play::stats()), (2, 2));
}

mod bytes {
    pub type Bytes = [u8];
    pub type Text = str;
    #[derive(serde::Serialize, serde::Deserialize)]
    pub struct Path(pub u8);
}

#[stash]
fn lengths(bytes: &bytes::Bytes, text: &bytes::Text, path: &bytes::Path) -> usize {
    bytes.len() + text.len() + usize::from(path.0)
}

#[test]
fn what_a_reference_refers_to_is_asked_not_spelled() {
    twice(|| {
        assert_eq!(lengths(&[1], "oak", &bytes::Path(2)), 6);
        drop(lengths::step(vec![1], "oak", bytes::Path(2)));
    });
    assert_eq!(counts(lengths::stats()), (1, 1));
}

type Csv = scrat::File;
type Flag = bool;

#[derive(Clone)]
struct LogFile(u64);

impl std::str::FromStr for LogFile {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[pipeline]
fn paths(csv: Csv, log: LogFile, folders: Vec<std::path::PathBuf>, loud: Flag, count: u64) -> Step<u64> {
    drop((csv, folders, loud));
    wordless::step(log.0 + count)
}

#[test]
fn what_a_parameter_takes_is_asked_not_spelled() {
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "paths").unwrap();
    let are: Vec<_> = pipeline.parameters.iter().map(|parameter| parameter.takes).collect();
    assert_eq!(are, [Takes::File, Takes::Other, Takes::Path, Takes::Bool, Takes::Other]);
}
