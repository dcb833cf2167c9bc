//! Async functions, on tokio's executors.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use scrat::prelude::*;
use scrat::{Engine, Stash};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use crate::counts;

fn on_one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn on_four_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap()
}

fn engine(folder: &tempfile::TempDir) -> Arc<Engine> {
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    Arc::new(Engine::new(Some(stash), |_| ()))
}

/// Spawns a call under an engine.
macro_rules! spawn {
    ($runtime:expr, $engine:expr, $call:expr) => {{
        let engine = $engine.clone();
        $runtime.spawn(async move { engine.enter_async($call).await })
    }};
}

async fn slowly<T>(value: T) -> T {
    tokio::time::sleep(Duration::from_millis(20)).await;
    value
}

#[stash]
async fn fetch(page: &str, size: u64) -> Result<String> {
    ensure!(size > 0, "there is nothing of {page}");
    Ok(slowly(page.repeat(size as usize)).await)
}

#[test]
fn a_hundred_calls_at_once_compute_once_on_one_thread_and_on_four() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder);
    for (page, runtime) in [("a", on_one_thread()), ("b", on_four_threads())] {
        let calls: Vec<_> = (0..100).map(|_| spawn!(runtime, engine, fetch(page, 2))).collect();
        runtime.block_on(async {
            for call in calls {
                assert_eq!(call.await.unwrap().unwrap(), page.repeat(2));
            }
            assert!(engine.enter_async(fetch(page, 0)).await.is_err());
        });
    }
    assert_eq!(counts(fetch::stats()), (198, 2));
    engine.enter(|| {
        assert!(fetch::is_stashed("a", 2) && !fetch::is_stashed("a", 0));
        assert!(fetch::forget("a", 2).unwrap() && !fetch::is_stashed("a", 2));
    });
}

#[stash]
async fn apart(x: u64) -> u64 {
    slowly(x + 1).await
}

#[test]
fn a_thread_is_not_blocked_while_another_process_computes() {
    let folder = tempfile::tempdir().unwrap();
    // Two engines over one stash, as two processes have. The one that waits leaves the thread to the one that computes.
    let engines = [engine(&folder), engine(&folder)];
    let runtime = on_one_thread();
    let calls: Vec<_> = engines.iter().map(|engine| spawn!(runtime, engine, apart(1))).collect();
    runtime.block_on(async {
        for call in calls {
            assert_eq!(call.await.unwrap(), 2);
        }
    });
    assert_eq!(counts(apart::stats()), (1, 1));
}

static STUCK: AtomicU64 = AtomicU64::new(1);
static NEVER: Semaphore = Semaphore::const_new(0);

#[stash]
async fn stuck(x: u64) -> u64 {
    if STUCK.fetch_sub(1, Ordering::SeqCst) == 1 {
        drop(NEVER.acquire().await);
    }
    x
}

#[test]
fn a_call_that_is_dropped_lets_those_that_wait_try() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, runtime) = (engine(&folder), on_one_thread());
    runtime.block_on(async {
        let first = spawn!(runtime, engine, stuck(1));
        let others = [spawn!(runtime, engine, stuck(1)), spawn!(runtime, engine, stuck(1))];
        slowly(()).await;
        assert!(others.iter().all(|other| !other.is_finished()));
        first.abort();
        for other in others {
            assert_eq!(other.await.unwrap(), 1);
        }
        assert!(first.await.unwrap_err().is_cancelled());
    });
    assert_eq!(counts(stuck::stats()), (1, 1));
}

static BREAKS: AtomicU64 = AtomicU64::new(1);

#[stash]
async fn fall(height: u64) -> u64 {
    slowly(()).await;
    if BREAKS.fetch_sub(1, Ordering::SeqCst) == 1 {
        std::panic::panic_any(height);
    }
    height
}

#[test]
fn a_panic_goes_to_its_caller_and_lets_those_that_wait_try() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, runtime) = (engine(&folder), on_four_threads());
    let calls: Vec<_> = (0..8).map(|_| spawn!(runtime, engine, fall(3))).collect();
    runtime.block_on(async {
        let mut ends = Vec::new();
        for call in calls {
            ends.push(call.await);
        }
        let panics: Vec<_> = ends.into_iter().filter_map(Result::err).map(|error| error.into_panic()).collect();
        assert_eq!(panics.len(), 1);
        assert_eq!(panics[0].downcast_ref::<u64>(), Some(&3));
    });
    assert_eq!(counts(fall::stats()), (6, 1));
}

static DEPTH: AtomicU64 = AtomicU64::new(0);

#[stash]
async fn circle(x: u64) -> u64 {
    if DEPTH.fetch_add(1, Ordering::SeqCst) < 3 { Box::pin(around(x)).await } else { x }
}

#[stash]
async fn around(x: u64) -> u64 {
    Box::pin(circle(x)).await
}

#[test]
fn a_call_of_itself_is_computed_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder);
    assert_eq!(on_one_thread().block_on(engine.enter_async(circle(5))), 5);
    assert_eq!(DEPTH.load(Ordering::SeqCst), 4);
}

#[derive(Clone, Serialize, Deserialize)]
struct Scale(u64);

impl Scale {
    #[stash]
    async fn weigh(&self, (nuts, more): (u64, u64), #[stash(ignore)] log: impl Fn(u64)) -> Result<u64, String> {
        log(nuts);
        let weight: u64 = slowly("3").await.parse().map_err(|_| "no number".to_owned())?;
        if more > 9 {
            return Err("too many".to_owned());
        }
        Ok(self.0 * (nuts + more) * weight)
    }
}

#[stash(ttl = "7d")]
async fn repeated<T: scrat::Value + Clone>(x: &T, #[stash(default = 1)] times: usize) -> Vec<T> {
    vec![x.clone(); times]
}

#[stash]
async fn nested(x: u64) -> u64 {
    // Each on whatever thread the executor has.
    slowly(apart_too(x).await + sync_too(x)).await
}

#[stash]
async fn apart_too(x: u64) -> u64 {
    slowly(x).await
}

#[stash]
fn sync_too(x: u64) -> u64 {
    x
}

#[test]
fn methods_generic_functions_and_nested_calls_may_be_async() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = on_four_threads();
    for round in 0..2 {
        let engine = engine(&folder);
        runtime.block_on(engine.enter_async(async {
            let log = |_| assert_eq!(round, 0, "it is found");
            assert_eq!(Scale(2).weigh((1, 2), log).await, Ok(18));
            assert_eq!(Scale(2).weigh((1, 10), |_| ()).await, Err("too many".to_owned()));
            assert_eq!((repeated(&1_u8, 1).await, repeated(&2_u64, 2).await), (vec![1], vec![2, 2]));
        }));
        assert_eq!(runtime.block_on(spawn!(runtime, engine, nested(4))).unwrap(), 8);
        engine.enter(|| assert!(apart_too::is_stashed(4) && sync_too::is_stashed(4)));
    }
    assert_eq!((counts(repeated::stats()), counts(nested::stats())), ((2, 2), (1, 1)));
    assert_eq!((counts(apart_too::stats()), counts(sync_too::stats())), ((0, 1), (0, 1)));
}
