//! Calls of async functions. They differ from others in how they wait: an executor's thread is never blocked for long.
//!
//! Calls of one key in one process wait for one of them, and are woken when it is done, dropped or unwinds. Where
//! another process computes the key, a thread of its own looks after the lock, because no timer can be had without
//! knowing the executor.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use super::report::Report;
use super::squirrel::{Hold, Squirrel};
use super::{Arguments, Computed, Pending, fetch, seek, stored, ticket};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::engine::claims::TaskClaim;
use crate::engine::tasks::{Progress, is_enclosed, within};
use crate::function::Function;
use crate::function::returns::{Returns, Shape};
use crate::stash::KeyLock;
use crate::sync::lock;
use crate::value::{KindOf, Known, Shared};

/// The outcome of a look-up for a call of an async function that returns an `O`.
#[derive(Debug)]
pub enum Awaited<O, const IS_RESULT: bool>
where
    O: Returns<IS_RESULT>,
{
    /// The value was stored.
    Hit(O),
    /// The body has to run.
    Miss(AwaitedPending<O, IS_RESULT>),
}

/// A call whose body runs. Dropping it without a result lets others try.
#[derive(Debug)]
pub struct AwaitedPending<O: Returns<IS_RESULT>, const IS_RESULT: bool> {
    pending: Pending<O, IS_RESULT>,
    engine: Arc<Engine>,
    progress: Option<Arc<Progress>>,
}

/// A function that adds the arguments of a call, on any thread.
type Tell<'a> = &'a (dyn Fn(&mut Arguments) + Sync);

/// Begins a call: looks for the value and, if it is not stored, claims the key for computing it.
pub async fn begin_async<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    function: &'static Function,
    _shape: Shape<O, IS_RESULT>,
    known: Known<O::Value>,
    tell: Tell<'_>,
) -> Awaited<O, IS_RESULT> {
    let engine = Engine::current();
    match look(&engine, function, known.kind_of(), tell).await {
        Ok(value) => Awaited::Hit(stored(known, value)),
        Err((call, progress)) => Awaited::Miss(AwaitedPending { pending: Pending { call, known }, engine, progress }),
    }
}

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> AwaitedPending<O, IS_RESULT> {
    /// Drives the body, stores what it returned, unless that is an error, and returns it.
    pub async fn finish(self, body: impl Future<Output = O>) -> O {
        let Self { pending, engine, progress } = self;
        let key = pending.call.ticket.as_ref().map(|ticket| ticket.key);
        let mut body = pin!(body);
        let output = poll_fn(|context| {
            within(key, || {
                engine.enter(|| match &progress {
                    Some(progress) => progress.poll(context, |context| body.as_mut().poll(context)),
                    None => body.as_mut().poll(context),
                })
            })
        });
        pending.finish(output.await)
    }
}

async fn look(
    engine: &Arc<Engine>,
    function: &'static Function,
    of: KindOf,
    tell: Tell<'_>,
) -> Result<Shared, (Computed, Option<Arc<Progress>>)> {
    let found = find(engine, function, of, tell).await;
    let report = engine.reports(function).then(|| Report::new(engine, function, tell));
    match found {
        Ok(value) => {
            report.inspect(|report| report.tell(None));
            Ok(value)
        }
        Err((ticket, progress)) => {
            let call = Computed { function, began: Instant::now(), ticket, report, _noted: None };
            Err((call, progress))
        }
    }
}

/// The right to compute and store a call, if it can be stored, and what shows that it gets on.
type Mine = (Option<Box<super::Ticket>>, Option<Arc<Progress>>);

async fn find(engine: &Arc<Engine>, function: &'static Function, of: KindOf, tell: Tell<'_>) -> Result<Shared, Mine> {
    let (squirrel, keys) = seek(engine, function, of, tell).ok_or((None, None))?;
    if let Some(value) = fetch(squirrel, &keys, of) {
        return Ok(value);
    }
    let (hold, progress) = loop {
        let held = hold(engine, squirrel, keys.key).await;
        // Whoever had it may have stored it meanwhile.
        if let Some(value) = fetch(squirrel, &keys, of) {
            return Ok(value);
        }
        if let Some(held) = held {
            break held;
        }
    };
    Err((ticket(engine, function, of.kind, tell, keys.key, hold), progress))
}

/// Takes a key for computing, and waits for whoever has it. None means that another task had it, so that the nut may
/// be there now.
async fn hold(engine: &Arc<Engine>, squirrel: Squirrel<'_>, key: Digest) -> Option<(Hold, Option<Arc<Progress>>)> {
    let claim = engine.claims.claim_task(key, engine.patience, || squirrel.tell_wait_for_thread(&key)).await;
    engine.waits.end(&key);
    match claim {
        TaskClaim::Released => None,
        TaskClaim::Refused => Some((Hold { _lock: None, _claim: None }, None)),
        TaskClaim::Mine(claim, progress) => {
            let lock = match squirrel.try_lock(&key) {
                Some(lock) => Some(lock),
                None => locked(engine, squirrel.function, key, &progress).await,
            };
            Some((Hold { _lock: lock, _claim: Some(claim) }, Some(progress)))
        }
    }
}

/// What a thread that looks after a lock has for the task that waits.
#[derive(Default)]
struct Watch {
    over: Option<Option<KeyLock>>,
    waker: Option<Waker>,
}

/// The lock of a key that another process has, or none if waiting longer could hang.
async fn locked(
    engine: &Arc<Engine>,
    function: &'static Function,
    key: Digest,
    progress: &Arc<Progress>,
) -> Option<KeyLock> {
    // What the other process computes may wait for the call that this one is a part of.
    let patience = is_enclosed().then_some(engine.patience);
    let watch = Arc::new(Mutex::new(Watch::default()));
    let (engine, watched) = (engine.clone(), Arc::downgrade(&watch));
    let look_after = move || look_after(&engine, function, key, patience, &watched);
    std::thread::Builder::new().name("scrat lock".to_owned()).spawn(look_after).ok()?;
    poll_fn(|context| {
        progress.poll(context, |context| {
            let mut watch = lock(&watch);
            watch.waker = Some(context.waker().clone());
            watch.over.take().map_or(Poll::Pending, Poll::Ready)
        })
    })
    .await
}

/// Tries for a lock until it can be had, or `patience` is over, or nobody wants it any more.
fn look_after(
    engine: &Arc<Engine>,
    function: &'static Function,
    key: Digest,
    patience: Option<Duration>,
    watched: &Weak<Mutex<Watch>>,
) {
    let began = Instant::now();
    let mut pause = Duration::from_micros(200);
    while let Some(watch) = watched.upgrade() {
        let found = Squirrel::new(engine, function).map(|squirrel| squirrel.try_lock(&key));
        let is_over = patience.is_some_and(|patience| began.elapsed() > patience);
        if is_over || !matches!(found, Some(None)) {
            engine.waits.end(&key);
            let waker = {
                let mut watch = lock(&watch);
                watch.over = Some(found.flatten());
                watch.waker.take()
            };
            return waker.into_iter().for_each(Waker::wake);
        }
        drop(watch);
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
