//! Direct calls: a stashed function that is simply called.
//!
//! The macro turns `f(a, b)` into [`begin`] with the arguments, and then either the stored value or the function's
//! body and [`Pending::finish`]. This code has no trait bounds on the types: what can be done with them is handed in,
//! as [`Known`] and [`Accepted`].

pub(crate) mod squirrel;

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use crate::call::squirrel::{Details, Hold, Squirrel};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::engine::body_calls::Computing;
use crate::engine::event::Warning;
use crate::engine::panics;
use crate::function::Function;
use crate::function::faithful;
use crate::function::returns::{Returns, Shape};
use crate::key::type_parameters::{Told, Types};
use crate::key::{Callee, arguments_digest, key};
use crate::stash::{Argument, Filter, StashError};
use crate::value::{
    Accepted, Compare, Comparing, Hashed, Kind, KindOf, Known, Owned, Room, Shared, ValueError, Verdict, Written,
    check, keeping_files, line,
};

/// The arguments of a call, added one by one.
#[derive(Debug)]
pub struct Arguments {
    function: &'static Function,
    types: Vec<Told>,
    digests: Vec<(&'static str, Digest)>,
    /// Gathered only for a call that is going to be stored.
    details: Option<Details>,
}

impl Arguments {
    fn new(function: &'static Function, details: Option<Details>) -> Self {
        Self { function, types: Vec::new(), digests: Vec::with_capacity(function.parameters().len()), details }
    }

    /// A type that the function was called with.
    pub fn add_type<T: ?Sized>(&mut self) {
        self.types.push(Told::of::<T>());
    }

    /// The impl of the method that is called, identified by a closure in it.
    pub fn add_method<F>(&mut self, _: &F) {
        self.types.push(Told::method::<F>());
    }

    /// An argument.
    ///
    /// # Errors
    /// If the argument can't be digested, or if the digest does not cover all of it.
    pub fn add<T: Owned + ?Sized>(
        &mut self,
        name: &'static str,
        accepted: Accepted<T>,
        value: &T,
    ) -> Result<(), ValueError> {
        let text = || line(accepted.told(&value).value(), Argument::TEXT);
        let hash = || accepted.hash(value);
        if let Some(hashed) = panics::catch_here(hash).unwrap_or_else(|message| {
            Some(Err(ValueError::Encode { kind: accepted.owner.kind().type_name(), message }))
        }) {
            let Hashed { written, in_key } = hashed?;
            self.digests.push((name, in_key));
            if let Some(details) = &mut self.details {
                details.arguments.push(Argument { bytes: None, ..Argument::new(name, &written, text(), 0) });
            }
            return Ok(());
        }
        let compare = |other: Option<&dyn Any>, back: &dyn Any| accepted.compare(value, other, back);
        let compare: Option<Compare<'_>> = if accepted.is_sure() { None } else { Some(&compare) };
        // What is compared is read back from its bytes. Of all else the digest will do.
        let in_memory = compare.is_some() && self.details.is_none();
        let write = || accepted.write(value, if in_memory { Room::Memory } else { Room::Digest });
        self.add_untyped(name, accepted.owner.kind(), &write, compare, &text)
    }

    /// An argument whose type is no longer known, given as what writes its bytes, and how it is compared with what the
    /// bytes stand for, if encoding can lose anything.
    fn add_untyped(
        &mut self,
        name: &'static str,
        kind: &'static Kind,
        write: &dyn Fn() -> Result<Written, ValueError>,
        compare: Option<Compare<'_>>,
        text: &dyn Fn() -> String,
    ) -> Result<(), ValueError> {
        // The code of the value's type runs here, and a call does not hang on it.
        panics::catch_here(|| {
            let (written, files) = keeping_files(write);
            let written = written?;
            self.digests.push((name, kind.in_key(written.digest)));
            let Some(details) = &mut self.details else {
                let compare = || compare.map_or(Ok(Verdict::Same), |compare| check(kind, &written, files, compare));
                return faithful::argument(self.function, kind, compare);
            };
            details.files.extend(files);
            details.arguments.push(Argument::new(name, &written, text(), Argument::OF_CALL));
            Ok(())
        })
        .unwrap_or_else(|message| Err(ValueError::Encode { kind: kind.type_name(), message }))
    }

    fn key(&self, kind: &Kind) -> Digest {
        self.key_with(&Types::new(self.function, &self.types), kind)
    }

    fn key_with(&self, types: &Types, kind: &Kind) -> Digest {
        key(Callee::new(types, kind), self.digests.iter().copied())
    }
}

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
    began: Instant,
    ticket: Option<Box<Ticket>>,
    /// In the body of a pipeline.
    _noted: Option<Computing>,
}

struct Ticket {
    _hold: Hold,
    engine: Arc<Engine>,
    function: &'static Function,
    key: Digest,
    details: Details,
}

/// A function that adds the arguments of a call.
type Tell<'a> = &'a dyn Fn(&mut Arguments) -> Result<(), ValueError>;

/// Begins a call: looks for the value and, if it is not stored, claims the key for computing it.
pub fn begin<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    function: &'static Function,
    _shape: Shape<O, IS_RESULT>,
    known: Known<O::Value>,
    tell: Tell<'_>,
) -> Begun<O, IS_RESULT> {
    match look(function, known.kind(), tell) {
        Ok(value) => Begun::Hit(O::kept(known.take(value, false).expect("nobody else has the value").0)),
        Err(call) => Begun::Miss(Pending { call, known }),
    }
}

fn look(function: &'static Function, kind: &Kind, tell: Tell<'_>) -> Result<Shared, Computed> {
    let engine = Engine::current();
    let began = Instant::now();
    find(&engine, function, kind, tell).inspect(|_| engine.body.hit(function, began)).map_err(|ticket| {
        let _noted = Computing::new(&engine.body, function);
        Computed { began: Instant::now(), ticket, _noted }
    })
}

/// The value of a call if it is stored; otherwise the right to compute and store it, if it can be stored.
fn find(
    engine: &Arc<Engine>,
    function: &'static Function,
    kind: &Kind,
    tell: Tell<'_>,
) -> Result<Shared, Option<Box<Ticket>>> {
    let no_key = |error: &ValueError| {
        engine.warn(Warning::NoKey { function: function.name(), error: error.to_string() });
        None
    };
    if let Some(forgets) = function.forgets().filter(|_| engine.stash().is_some()) {
        return Err(no_key(&forgets));
    }
    let Some(squirrel) = Squirrel::new(engine, function) else { return Err(None) };
    let mut arguments = Arguments::new(function, None);
    if let Err(error) = tell(&mut arguments) {
        return Err(no_key(&error));
    }
    let key = arguments.key(kind);
    if let Some(value) = fetch(&squirrel, &key, kind) {
        return Ok(value);
    }
    let hold = loop {
        let hold = squirrel.hold(&key);
        // Whoever had it may have stored it meanwhile.
        if let Some(value) = fetch(&squirrel, &key, kind) {
            return Ok(value);
        }
        if let Some(hold) = hold {
            break hold;
        }
    };
    let mut arguments = Arguments::new(function, Some(Details::new(function)));
    // Told again in full. An argument that changed in between has another key, and is not stored.
    let told = tell(&mut arguments).is_ok();
    let types = Types::new(function, &arguments.types);
    let told = told && arguments.key_with(&types, kind) == key;
    let Some(mut details) = arguments.details.take().filter(|_| told) else { return Err(None) };
    details.fingerprint = types.fingerprint;
    let digests = details.arguments.iter().map(|argument| (argument.name.as_str(), argument.digest));
    details.arguments_hash = arguments_digest(&types.names, digests).prefix();
    Err(Some(Box::new(Ticket { _hold: hold, engine: engine.clone(), function, key, details })))
}

fn fetch(squirrel: &Squirrel<'_>, key: &Digest, kind: &Kind) -> Option<Shared> {
    if let Some((nut, bytes)) = squirrel.stash.recall(key)
        && squirrel.expired(&nut).is_none()
        && nut.has_codec(kind.codec())
        && let Ok(value) = kind.decode(&bytes)
    {
        squirrel.count_hit(&nut);
        return Some(value);
    }
    let nut = squirrel.nut(key)?;
    let value = squirrel.load(&nut, kind, &|bytes| squirrel.stash.remember(&nut, bytes))?;
    squirrel.count_hit(&nut);
    Some(value)
}

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> Pending<O, IS_RESULT> {
    /// Stores what the body returned, unless that is an error, and returns it.
    pub fn finish(self, output: O) -> O {
        if let Some(value) = output.value() {
            self.call.store(self.known.kind(), self.known.same, value);
        }
        output
    }
}

impl Computed {
    fn store(&self, kind: &Kind, same: &dyn Comparing, value: &dyn Any) {
        let took = self.began.elapsed();
        if let Some(ticket) = &self.ticket
            && let Some(squirrel) = Squirrel::new(&ticket.engine, ticket.function)
        {
            ticket.function.tally().miss();
            ticket.engine.stash().inspect(|stash| stash.note_miss(ticket.function.name()));
            squirrel.stash(&ticket.key, &ticket.details, kind, same, value, took);
        }
    }
}

/// Whether a call with these arguments would find its value.
pub fn is_stashed(function: &'static Function, kind: KindOf, tell: Tell<'_>) -> bool {
    with_key(function, kind, tell, |squirrel, key| squirrel.nut(key).is_some()).unwrap_or(false)
}

/// Forgets the value of a call with these arguments. Returns whether there was one.
///
/// # Errors
/// If the stash can't be written.
pub fn forget(function: &'static Function, kind: KindOf, tell: Tell<'_>) -> Result<bool, StashError> {
    with_key(function, kind, tell, |squirrel, key| squirrel.stash.remove_keys(&[*key]).map(|removed| removed.nuts > 0))
        .unwrap_or(Ok(false))
}

/// Forgets every value of a function, whatever its code and arguments. Returns how many there were.
///
/// # Errors
/// If the stash can't be written.
pub fn clear(function: &'static Function) -> Result<usize, StashError> {
    let engine = Engine::current();
    let filter = Filter::Function(function.name().to_owned());
    engine.stash().map_or(Ok(0), |stash| stash.remove(&filter).map(|removed| removed.nuts))
}

fn with_key<R>(
    function: &'static Function,
    kind: KindOf,
    tell: Tell<'_>,
    work: impl FnOnce(&Squirrel<'_>, &Digest) -> R,
) -> Option<R> {
    let engine = Engine::current();
    let squirrel = Squirrel::new(&engine, function)?;
    let mut arguments = Arguments::new(function, None);
    tell(&mut arguments).ok()?;
    Some(work(&squirrel, &arguments.key(kind.0)))
}

/// Counts of the calls of a function in this process.
///
/// # Examples
///
/// ```
/// use scrat::{Stats, stash};
///
/// #[stash]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |_| {}));
/// # engine.enter(|| {
/// for x in [1, 2, 1] {
///     double(x);
/// }
/// let Stats { hits, misses, .. } = double::stats();
/// assert_eq!((hits, misses), (1, 2));
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// How often the value was stored already.
    pub hits: u64,
    /// How often the function ran.
    pub misses: u64,
    /// How long the values of the hits took to compute when they were stored.
    pub time_saved: std::time::Duration,
}

/// Counts of the calls of a function in this process.
pub fn stats(function: &'static Function) -> Stats {
    use std::sync::atomic::Ordering::Relaxed;
    let tally = function.tally();
    Stats {
        hits: tally.hits.load(Relaxed),
        misses: tally.misses.load(Relaxed),
        time_saved: std::time::Duration::from_nanos(tally.saved_nanos.load(Relaxed)),
    }
}
