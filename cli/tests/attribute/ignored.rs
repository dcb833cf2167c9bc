//! Parameters that are ignored.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use scrat::prelude::*;
use scrat::{Engine, Stash};
use serde::{Deserialize, Serialize};

use crate::{counts, twice};

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
