//! What can be asked of a function and its calls beside calling it, and how its values are forgotten.

use super::squirrel::Squirrel;
use super::{Arguments, Keys, Tell};
use crate::engine::Engine;
use crate::function::Function;
use crate::stash::{Filter, FunctionTotals, StashError};
use crate::value::KindOf;

/// Whether a call with these arguments would find its value.
pub fn is_stashed(function: &'static Function, kind: KindOf, tell: Tell<'_>) -> bool {
    with_key(function, kind, tell, |squirrel, Keys { key, older }| squirrel.nut_of(key, older).is_some())
        .unwrap_or(false)
}

/// Forgets the value of a call with these arguments. Returns whether there was one.
///
/// # Errors
/// If the stash can't be written.
pub fn forget(function: &'static Function, kind: KindOf, tell: Tell<'_>) -> Result<bool, StashError> {
    with_key(function, kind, tell, |squirrel, Keys { key, older }| {
        squirrel.stash.remove_keys(&[&[*key], older.as_slice()].concat()).map(|removed| removed.nuts > 0)
    })
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
    work: impl FnOnce(&Squirrel<'_>, &Keys) -> R,
) -> Option<R> {
    let engine = Engine::current();
    let squirrel = Squirrel::new(&engine, function)?.checking(kind);
    let arguments = Arguments::told(function, None, tell).ok()?;
    Some(work(&squirrel, &arguments.keys(kind.kind)))
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

/// What is stored of a function, with counts of its calls in all processes.
///
/// # Errors
/// If the stash can't be read.
pub fn totals(function: &'static Function) -> Result<FunctionTotals, StashError> {
    let found = Engine::current().stash().map(|stash| stash.totals_of(Some(function.name()))).transpose()?;
    let found = found.and_then(|mut all| all.pop());
    Ok(found.unwrap_or_else(|| FunctionTotals { function: function.name().to_owned(), ..FunctionTotals::default() }))
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
