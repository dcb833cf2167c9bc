//! What may be written under `#[stash]`: any name, any ignored parameter, any way of saying `Result`, and names that
//! something else has as well.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "the modules stand for those of a library")]

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use scrat::prelude::*;
use scrat::{Engine, Stash};
use scrat_engine::{Takes, pipelines};
use serde::{Deserialize, Serialize};

/// Runs something twice with a new stash, as two processes would.
fn twice(work: impl Fn()) {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        Arc::new(Engine::new(Some(stash), |_| ())).enter(&work);
    }
}

/// Hits and misses of a function in this process.
fn counts(stats: scrat::Stats) -> (u64, u64) {
    (stats.hits, stats.misses)
}

mod names {
    //! Names that the macro might have used itself.
    use scrat::prelude::stash;

    #[stash]
    pub fn variables(
        arguments: u64,
        inputs: u64,
        pending: u64,
        value: u64,
        function: u64,
        builder: u64,
        run: u64,
    ) -> u64 {
        arguments + inputs + pending + value + function + builder + run
    }

    #[stash]
    pub fn more(engine: Vec<u64>, key: u64, wrong: u64, shape: u64, name: u64, argument_0: u64, stash: u64) -> u64 {
        engine.iter().sum::<u64>() + key + wrong + shape + name + argument_0 + stash
    }

    #[stash]
    pub fn patterns((argument_1, argument_0): (u64, u64), mut argument_2: u64, [a, b]: [u64; 2]) -> u64 {
        argument_2 += argument_0 - argument_1;
        argument_2 + a + b
    }

    #[stash]
    pub fn step(step: u64) -> u64 {
        step + 1
    }

    #[stash]
    pub fn begin(begin: &str) -> String {
        begin.to_uppercase()
    }

    #[stash]
    pub fn call_fresh(is_stashed: u64) -> u64 {
        is_stashed + 1
    }

    #[stash]
    pub fn r#type(r#match: u64, r#in: &str) -> u64 {
        r#match + r#in.len() as u64
    }

    pub struct Nest;
    impl Nest {
        #[stash]
        pub fn method(arguments: u64, pending: u64, (value, function): (u64, u64)) -> u64 {
            arguments + pending + value + function
        }

        #[stash]
        pub fn r#loop(r#fn: u64) -> u64 {
            r#fn + 1
        }
    }
}

#[test]
fn parameters_and_functions_may_have_any_name() {
    twice(|| {
        assert_eq!(names::variables(1, 1, 1, 1, 1, 1, 1), 7);
        assert_eq!(names::more(vec![1], 1, 1, 1, 1, 1, 1), 7);
        assert_eq!(names::patterns((1, 2), 3, [4, 5]), 13);
        assert_eq!((names::step(1), names::call_fresh(1)), (2, 2));
        assert_eq!(names::begin("oak"), "OAK");
        assert_eq!(names::r#type(1, "oak"), 4);
        assert_eq!((names::Nest::method(1, 1, (1, 1)), names::Nest::r#loop(1)), (4, 2));
        drop(names::step::step(names::step::step(1)));
        drop(names::r#type::step(1, "oak"));
        drop(names::variables::step(1, 1, 1, 1, 1, 1, 1));
    });
    assert_eq!(counts(names::variables::stats()), (1, 1));
    let described: Vec<_> = scrat::functions()
        .into_iter()
        .filter(|function| function.name().contains("type") || function.name().contains("loop"))
        .map(|function| {
            (function.name(), function.parameters().iter().map(|parameter| parameter.name).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        described,
        [("attribute::names::<Nest>::loop", vec!["fn"]), ("attribute::names::type", vec!["match", "in"])]
    );
}

mod shadowed {
    //! Types, macros and modules that are called as what the macro's code needs.
    #![allow(non_camel_case_types, dead_code, unused_macros, reason = "that is the point")]

    pub struct Ok;
    pub struct Err;
    pub struct Some;
    pub struct None;
    pub struct Option;
    pub struct Vec;
    pub struct Result;
    pub struct Clone;
    pub struct Send;
    pub struct Fn;
    pub mod core {}
    pub mod std {}
    pub mod alloc {}
    pub mod scrat {}
    macro_rules! concat {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }

    trait Everywhere: Sized {
        fn finish(self, _: u64) -> u64 {
            0
        }
        fn with(self) {}
        fn add(self) {}
        fn take(self) {}
        fn lend(self) {}
        fn clone(self) {}
        fn into_owned(self) {}
    }
    impl<T> Everywhere for T {}

    #[::scrat::stash]
    pub fn sum(
        numbers: &[u64],
        #[stash(ignore)] step: u64,
        #[stash(ignore)] progress: impl ::std::ops::Fn(u64),
    ) -> u64 {
        progress(step);
        numbers.iter().sum()
    }
}

#[test]
fn nothing_in_scope_is_mistaken_for_what_the_macro_means() {
    twice(|| {
        assert_eq!(shadowed::sum(&[1, 2], 3, |_| ()), 3);
        drop(shadowed::sum::step(vec![1, 2], 3_u64, |_| ()));
    });
    assert_eq!(counts(shadowed::sum::stats()), (1, 1));
}

struct Logger {
    lines: RefCell<Vec<String>>,
}

#[stash]
fn logged(#[stash(ignore)] log: &Logger, x: u64) -> u64 {
    log.lines.borrow_mut().push(format!("seen {x}"));
    x + 1
}

#[stash]
fn told<F: Fn(u64)>(x: u64, #[stash(ignore)] progress: F, y: u64) -> u64 {
    progress(x);
    x + y
}

#[stash]
fn written(x: u64, #[stash(ignore)] out: &mut String, #[stash(ignore)] more: &mut dyn std::fmt::Write) -> Result<u64> {
    write!(out, "{x}")?;
    write!(more, "{x}")?;
    Ok(x)
}

#[stash]
fn locked(
    x: u64,
    #[stash(ignore)] out: &mut std::io::BufWriter<std::io::StdoutLock>,
    #[stash(ignore)] view: &View,
) -> u64 {
    drop(out.flush());
    view.0.set(x);
    x
}

struct View<'a>(&'a Cell<u64>);

#[stash]
fn all_sorts<'a, W: std::fmt::Write>(
    x: u64,
    #[stash(ignore)] plain: impl FnMut(u64),
    #[stash(ignore)] shared: &impl Fn(u64),
    #[stash(ignore)] object: &dyn Fn(u64),
    #[stash(ignore)] boxed: Box<dyn Fn(&str)>,
    #[stash(ignore)] view: View<'a>,
    #[stash(ignore)] out: &'a mut W,
    #[stash(ignore)] words: Option<&str>,
) -> u64 {
    let mut plain = plain;
    plain(x);
    shared(x);
    object(x);
    boxed("x");
    view.0.set(x);
    out.write_str(words.unwrap_or("nothing")).unwrap_or(());
    x
}

#[derive(Serialize, Deserialize)]
struct Scale(u64);

impl Scale {
    #[stash]
    fn weigh(&self, #[stash(ignore)] log: &Logger, x: u64, #[stash(ignore)] mut progress: impl FnMut()) -> u64 {
        progress();
        log.lines.borrow_mut().push("weighed".to_owned());
        self.0 * x
    }
}

#[test]
fn an_ignored_parameter_need_not_be_a_value() {
    let log = Logger { lines: RefCell::default() };
    let (count, cell) = (Cell::new(0), Cell::new(0));
    let (out, more) = (RefCell::new(String::new()), RefCell::new(String::new()));
    twice(|| {
        assert_eq!(logged(&log, 1), 2);
        assert_eq!(told(1, |_| count.set(count.get() + 1), 2), 3);
        assert_eq!(told(1, |x| assert_eq!(x, 1), 2), 3);
        assert_eq!(written(1, &mut out.borrow_mut(), &mut *more.borrow_mut()).unwrap(), 1);
        let sorts = all_sorts(
            1,
            |_| (),
            &|_| (),
            &|_| (),
            Box::new(|_: &str| ()),
            View(&cell),
            &mut *out.borrow_mut(),
            Some("end"),
        );
        assert_eq!(sorts, 1);
        let mut locking = std::io::BufWriter::new(std::io::stdout().lock());
        assert_eq!(locked(1, &mut locking, &View(&cell)), 1);
        assert_eq!(Scale(2).weigh(&log, 3, || count.set(count.get() + 10)), 6);
    });
    assert_eq!(*log.lines.borrow(), ["seen 1", "weighed"]);
    assert_eq!((count.get(), cell.get()), (11, 1), "one call each, whatever the types of closures");
    assert_eq!((&**out.borrow(), &**more.borrow()), ("1end", "1"));
}

static TOLD: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[stash]
fn kept(
    x: u64,
    #[stash(ignore)] threads: usize,
    #[stash(ignore)] name: &str,
    #[stash(ignore)] list: &[u8],
    #[stash(ignore)] progress: impl Fn(u64),
    #[stash(ignore)] object: &dyn Fn(u64),
    #[stash(ignore)] out: &mut String,
) -> u64 {
    out.push_str(name);
    progress(threads as u64);
    object(list.len() as u64);
    x + out.len() as u64
}

#[stash]
fn kept_generic<T: Value, F: Fn(u64), G: Fn(u64)>(x: T, #[stash(ignore)] f: F, #[stash(ignore)] g: &G) -> T {
    f(1);
    g(1);
    x
}

use scrat::Value;

#[pipeline]
fn keeps() -> (Step<u64>, Step<u64>) {
    use std::sync::atomic::Ordering::SeqCst;
    let add = |n| {
        TOLD.fetch_add(n, SeqCst);
    };
    let first = kept::step(1, 4, "oak", vec![1, 2], add, add, String::new());
    let second = kept_generic::step(&first, add, add);
    (first, second)
}

#[test]
fn a_step_keeps_its_ignored_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    Arc::new(Engine::new(Some(stash), |_| ())).enter(|| {
        let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "keeps").unwrap();
        let graph = pipeline.graph(&scrat_engine::Given::default()).unwrap();
        let engine = Engine::current();
        let plan = scrat_engine::Plan::new(&engine, &graph, &scrat_engine::Force::Nothing);
        let report = scrat_engine::run(&engine, "keeps", &graph, &plan, &scrat_engine::RunOptions::default()).unwrap();
        assert_eq!((graph.len(), report.totals.ran), (2, 2));
        assert_eq!(TOLD.load(std::sync::atomic::Ordering::SeqCst), 4 + 2 + 1 + 1);
        // What was ignored is no part of the key.
        assert_eq!(kept(1, 8, "ash", &[], |_| (), &|_| (), &mut String::new()), 4);
    });
    assert_eq!(counts(kept::stats()).0, 1);
}

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

mod clean {
    use scrat::prelude::*;

    #[stash]
    pub fn clean(x: u64) -> u64 {
        x + 1
    }

    pub fn step() -> Step<u64> {
        clean::step(1)
    }
}
use clean::clean;

mod beside {
    #![allow(dead_code, non_camel_case_types, reason = "they are there for their names")]
    use scrat::prelude::*;

    pub mod sort {
        pub fn kind() -> u64 {
            1
        }
    }
    #[stash]
    pub fn sort(x: u64) -> u64 {
        x + sort::kind()
    }

    pub struct shape {
        pub x: u64,
    }
    #[stash]
    pub fn shape(x: u64) -> u64 {
        shape { x }.x
    }

    use std::fmt;
    #[stash]
    pub fn fmt(x: u64) -> std::result::Result<u64, fmt::Error> {
        Ok(x)
    }
}

mod elsewhere {
    pub mod route {
        pub fn kind() -> u64 {
            2
        }
    }
    mod found {
        #[scrat::stash]
        pub fn route(x: u64) -> u64 {
            x + u64::from(route::is_stashed(0))
        }
    }
    pub use found::{route, stashed_route};
}

#[stash]
fn serde_json(x: u64) -> String {
    serde_json::to_string(&x).unwrap_or_default()
}

#[stash]
fn str(text: &str) -> usize {
    text.len()
}

#[stash]
fn attribute(x: u64) -> u64 {
    x
}

fn in_a_block() -> u64 {
    #[stash]
    fn inner(x: u64) -> u64 {
        x + 1
    }
    drop(inner::step(1));
    inner(1)
}

mod outer {
    fn nothing() -> u64 {
        0
    }

    #[scrat::stash]
    pub fn same(x: u64) -> u64 {
        x + 1
    }

    pub mod inner {
        use super::*;

        #[scrat::stash]
        pub fn same(x: u64) -> u64 {
            x + u64::from(same::is_stashed(x)) + nothing()
        }

        pub fn above() -> u64 {
            super::same(1) + u64::from(super::same::is_stashed(1))
        }
    }
}

macro_rules! stashed {
    ($name:ident, $kind:ty, $value:ty) => {
        #[stash]
        fn $name(of: $kind) -> $value {
            of.len() as u64
        }
    };
}
stashed!(made, &str, u64);
stashed!(made_too, &[u8], u64);

#[test]
fn what_a_macro_writes_can_be_stashed() {
    twice(|| {
        assert_eq!((made("oak"), made_too(&[1])), (3, 1));
        drop((made::step("oak"), made_too::step(vec![1])));
    });
    assert_eq!(counts(made::stats()), (1, 1));
}

#[test]
fn a_function_may_be_called_like_one_that_a_glob_brings() {
    twice(|| assert_eq!((outer::inner::same(1), outer::inner::above()), (1, 3)));
}

#[test]
fn a_module_a_type_an_import_or_a_crate_may_have_the_functions_name() {
    twice(|| {
        assert_eq!((clean(1), clean::clean(1)), (2, 2));
        drop((clean::step(), clean::stashed_clean::step(1)));
        assert_eq!((beside::sort(1), beside::sort::kind(), beside::shape(1), beside::fmt(1)), (2, 1, 1, Ok(1)));
        drop((beside::stashed_sort::step(1), beside::stashed_shape::step(1), beside::stashed_fmt::step(1)));
        assert_eq!((elsewhere::route::kind(), elsewhere::route(1)), (2, 1));
        drop(elsewhere::stashed_route::step(1));
        assert_eq!((serde_json(1), str("oak"), attribute(1), in_a_block()), ("1".to_owned(), 3, 1, 2));
        drop((stashed_serde_json::step(1), stashed_str::step("oak"), attribute::step(1)));
    });
    assert_eq!(counts(clean::stashed_clean::stats()), (3, 1));
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
