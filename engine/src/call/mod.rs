//! Direct calls: a stashed function that is simply called.
//!
//! The macro turns `f(a, b)` into [`begin`] with the arguments, and then either the stored value or the function's
//! body and [`Pending::finish`]. This code has no trait bounds on the types: what can be done with them is handed in,
//! as [`Known`] and [`Accepted`].

mod arguments;
mod ask;
mod awaited;
mod each;
mod report;
mod shelf;
pub(crate) mod squirrel;

pub use arguments::{Arguments, telling};
pub use ask::{Stats, clear, forget, is_stashed, stats, totals};
pub use awaited::{Awaited, AwaitedPending, begin_async};
pub(crate) use each::renewing;
pub use each::{Batch, are_stashed, begin_each, forget_each};
pub use shelf::{Nut, NutError, Shelved, shelved};

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::call::arguments::{Keys, Tell};
use crate::call::report::Report;
use crate::call::squirrel::{Details, Encoded, Hold, Squirrel};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::engine::body_calls::Computing;
use crate::engine::event::Warning;
use crate::engine::panics;
use crate::function::Function;
use crate::function::returns::{Returns, Shape};
use crate::key::arguments_digest;
use crate::key::type_parameters::Types;
use crate::stash::Held;
use crate::value::{Comparing, Kind, KindOf, Known, Shared, ValueError};

/// The outcome of a look-up for a call of a function that returns an `O`.
#[derive(Debug)]
pub enum Begun<O, const IS_RESULT: bool>
where
    O: Returns<IS_RESULT>,
{
    /// The value was stored.
    Hit(O),
    /// The body has to run.
    Miss(Pending<O, IS_RESULT>),
}

/// A call whose body runs. Dropping it without a result lets others try.
pub struct Pending<O: Returns<IS_RESULT>, const IS_RESULT: bool> {
    call: Computed,
    known: Known<O::Value>,
}

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> std::fmt::Debug for Pending<O, IS_RESULT> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// A call whose value is being computed.
struct Computed {
    function: &'static Function,
    began: Instant,
    ticket: Option<Box<Ticket>>,
    /// For a user who wants to hear of each call.
    report: Option<Report>,
    /// In the body of a pipeline.
    _noted: Option<Computing>,
}

struct Ticket {
    _hold: Hold,
    engine: Arc<Engine>,
    key: Digest,
    details: Details,
}

/// Whether a stored value passes what its function says that it has to. For the macro.
pub fn is_valid<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    value: &dyn Any,
    _shape: Shape<O, IS_RESULT>,
    valid: impl FnOnce(&O::Value) -> bool,
) -> bool {
    value.downcast_ref().is_some_and(valid)
}

/// Begins a call: looks for the value and, if it is not stored, claims the key for computing it.
pub fn begin<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    function: &'static Function,
    _shape: Shape<O, IS_RESULT>,
    known: Known<O::Value>,
    tell: Tell<'_>,
) -> Begun<O, IS_RESULT> {
    match look(function, known.kind_of(), tell) {
        Ok(value) => Begun::Hit(stored(known, value)),
        Err(call) => Begun::Miss(Pending { call, known }),
    }
}

/// A value as the function returns it: itself, or a clone if the memory has it as well.
fn stored<O: Returns<IS_RESULT>, const IS_RESULT: bool>(known: Known<O::Value>, value: Shared) -> O {
    O::kept(known.take(value, false).expect("nobody else has the value, or it can be cloned").0)
}

fn look(function: &'static Function, kind: KindOf, tell: Tell<'_>) -> Result<Shared, Computed> {
    let engine = Engine::current();
    let began = Instant::now();
    let fetched = find(&engine, function, kind, tell, &|squirrel, keys| fetch(squirrel, keys, kind));
    ended_or_missed(engine, function, tell, began, fetched)
}

/// What was found of a call, or the call, which has to run.
fn ended_or_missed<R>(
    engine: Arc<Engine>,
    function: &'static Function,
    tell: Tell<'_>,
    began: Instant,
    found: Result<R, Option<Box<Ticket>>>,
) -> Result<R, Computed> {
    let report = engine.reports(function).then(|| Report::new(&engine, function, tell));
    match found {
        Ok(found) => {
            engine.body.hit(function, began);
            report.inspect(|report| report.tell(None));
            Ok(found)
        }
        Err(ticket) => {
            let _noted = Computing::new(&engine.body, function);
            Err(Computed { function, began: Instant::now(), ticket, report, _noted })
        }
    }
}

/// The nut of a call if there is one; otherwise the call, which has to run.
fn find_nut(
    function: &'static Function,
    kind: KindOf,
    tell: Tell<'_>,
) -> Result<(Arc<Engine>, crate::stash::Nut), Computed> {
    let engine = Engine::current();
    let began = Instant::now();
    let found = find(&engine, function, kind, tell, &|squirrel, keys| squirrel.nut_of(&keys.key, &keys.older));
    let found = found.map(|nut| (engine.clone(), nut));
    ended_or_missed(engine, function, tell, began, found)
}

/// What `fetch` finds of a call; otherwise the right to compute and store it, if it can be stored.
fn find<R>(
    engine: &Arc<Engine>,
    function: &'static Function,
    of: KindOf,
    tell: Tell<'_>,
    fetch: &dyn Fn(Squirrel<'_>, &Keys) -> Option<R>,
) -> Result<R, Option<Box<Ticket>>> {
    let (squirrel, keys) = seek(engine, function, of, tell).ok_or(None)?;
    if let Some(value) = fetch(squirrel, &keys) {
        return Ok(value);
    }
    claim(engine, squirrel, of.kind, tell, &keys, fetch)
}

/// What somebody else stores meanwhile, or the right to compute and store it.
fn claim<R>(
    engine: &Arc<Engine>,
    squirrel: Squirrel<'_>,
    kind: &Kind,
    tell: Tell<'_>,
    keys: &Keys,
    fetch: &dyn Fn(Squirrel<'_>, &Keys) -> Option<R>,
) -> Result<R, Option<Box<Ticket>>> {
    loop {
        let hold = squirrel.hold(&keys.key);
        // Whoever had it may have stored it meanwhile.
        if let Some(value) = fetch(squirrel, keys) {
            return Ok(value);
        }
        if let Some(hold) = hold {
            return Err(ticket(engine, squirrel.function, kind, tell, keys.key, hold));
        }
    }
}

/// What a call may be found by, unless nothing of it can be stored.
fn seek<'e>(
    engine: &'e Engine,
    function: &'static Function,
    of: KindOf,
    tell: Tell<'_>,
) -> Option<(Squirrel<'e>, Keys)> {
    let no_key = |error: &ValueError| {
        engine.warn(Warning::NoKey { function: function.name(), error: error.to_string() });
    };
    if let Some(forgets) = function.forgets().filter(|_| engine.stash().is_some() && !engine.disables(function)) {
        no_key(&forgets);
        return None;
    }
    let squirrel = Squirrel::new(engine, function)?.checking(of);
    let arguments = Arguments::told(function, None, tell).inspect_err(no_key).ok()?;
    Some((squirrel, arguments.keys(of.kind)))
}

/// The right to store what a call computes, if its arguments are still those of the key.
fn ticket(
    engine: &Arc<Engine>,
    function: &'static Function,
    kind: &Kind,
    tell: Tell<'_>,
    key: Digest,
    hold: Hold,
) -> Option<Box<Ticket>> {
    // Told again in full. An argument that changed in between has another key, and is not stored.
    let mut arguments = Arguments::told(function, Some(Details::new(function)), tell).ok()?;
    let types = Types::new(function, &arguments.types);
    let is_same = arguments.key_with(&types, kind) == key;
    let mut details = arguments.details.take().filter(|_| is_same)?;
    details.fingerprint = types.fingerprint;
    let digests = details.arguments.iter().map(|argument| (argument.name.as_str(), argument.digest));
    details.arguments_hash = arguments_digest(&types.names, digests).prefix();
    Some(Box::new(Ticket { _hold: hold, engine: engine.clone(), key, details }))
}

fn fetch(checking: Squirrel<'_>, Keys { key, older }: &Keys, of: KindOf) -> Option<Shared> {
    let kind = of.kind;
    // What is loaded in any case is not loaded for the check.
    let squirrel = checking.unchecked();
    if squirrel.engine.must_renew(squirrel.function, key) {
        return None;
    }
    if let Some((nut, held)) = squirrel.stash.recall(key)
        && squirrel.expired(&nut).is_none()
        && nut.has_codec(kind.codec())
        && let Some(value) = value_of(held, kind)
        && !checking.refuses_value(&*value)
    {
        squirrel.count_hit(&nut);
        return Some(value);
    }
    let nut = squirrel.nut_of(key, older)?;
    let remember = |bytes: &[u8]| {
        if !of.in_memory {
            squirrel.stash.remember(&nut, bytes);
        }
    };
    let value = squirrel.load(&nut, kind, &remember)?;
    if checking.refuses_value(&*value) {
        return None;
    }
    if of.in_memory {
        squirrel.stash.remember_value(&nut, value.clone());
    }
    squirrel.count_hit(&nut);
    Some(value)
}

fn value_of(held: Held, kind: &Kind) -> Option<Shared> {
    match held {
        // The type's own code runs here.
        Held::Bytes(bytes) => panics::catch_here(|| kind.decode(&bytes).ok()).ok().flatten(),
        Held::Value(value) => Some(value),
    }
}

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> Pending<O, IS_RESULT> {
    /// Stores what the body returned, unless that is an error, and returns it.
    pub fn finish(self, output: O) -> O {
        let back = output.value().and_then(|value| self.call.store(self.known.kind(), self.known.same, value)?.back);
        match back {
            Some(back) => stored(self.known, back),
            None => output,
        }
    }
}

impl Computed {
    /// Stores a value. Returns what is known of its bytes.
    fn store(&self, kind: &Kind, same: &dyn Comparing, value: &dyn Any) -> Option<Encoded> {
        let took = self.began.elapsed();
        self.report.as_ref().inspect(|report| report.tell(Some(took)));
        self.ticket.as_ref()?.store(self.function, kind, same, value, took)
    }
}

impl Ticket {
    fn store(
        &self,
        function: &'static Function,
        kind: &Kind,
        same: &dyn Comparing,
        value: &dyn Any,
        took: Duration,
    ) -> Option<Encoded> {
        let squirrel = Squirrel::new(&self.engine, function)?;
        function.tally().miss();
        squirrel.stash.note_miss(function.name());
        squirrel.stash(&self.key, &self.details, kind, same, value, took)
    }
}
