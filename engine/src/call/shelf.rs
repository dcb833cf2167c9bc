//! Shelves: handles of results, which are loaded when somebody asks for them.

use std::fmt;
use std::sync::Arc;

use super::squirrel::Squirrel;
use super::{Pending, Tell, find_nut};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::function::Function;
use crate::function::returns::{Returns, Shape};
use crate::stash::{Nut as Entry, StashError};
use crate::value::{Known, Shared, ValueError};

/// A handle of a stored result, as `f::shelve(…)` returns it. The value is loaded when it is asked for.
///
/// A clone is a handle of the same result. A result that could not be stored is kept in memory by its handle.
///
/// # Examples
///
/// ```
/// use scrat::{Nut, stash};
///
/// #[stash]
/// fn squares(most: u64) -> Vec<u64> {
///     (0..most).map(|x| x * x).collect()
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |_| {}));
/// # engine.enter(|| {
/// // None of these lists is in memory.
/// let shelf: Vec<Nut<Vec<u64>>> = (1..=20).map(|size| squares::shelve(size * 1_000)).collect();
/// assert_eq!(shelf[0].bytes(), Some(8_000));
///
/// let lengths: Result<Vec<usize>, _> = shelf.iter().map(|nut| nut.get().map(|list| list.len())).collect();
/// assert_eq!(lengths?[19], 20_000);
///
/// shelf[0].forget()?;
/// assert!(shelf[0].get().is_err() && !squares::is_stashed(1_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Nut<T: 'static> {
    shelved: Arc<Item>,
    known: Known<T>,
}

struct Item {
    function: &'static Function,
    place: Place,
}

enum Place {
    Stored {
        engine: Arc<Engine>,
        entry: Entry,
    },
    /// It could not be stored.
    Memory(Shared),
}

/// Why a shelved result can't be had.
///
/// # Examples
///
/// ```
/// use scrat::{NutError, stash};
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
/// let nut = double::shelve(2);
/// double::clear()?;
/// match nut.get() {
///     Err(NutError::Gone { function }) => assert!(function.ends_with("double")),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), scrat::StashError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NutError {
    /// The result was deleted, replaced or damaged after it was shelved.
    #[error("the result of {function} is not in the stash any more; call the function again")]
    Gone {
        /// The function.
        function: &'static str,
    },
    /// The result is kept in memory alone, and can't be copied.
    #[error("the result of {function} is not stored, and cannot be copied: {source}")]
    NotCopied {
        /// The function.
        function: &'static str,
        /// Why.
        source: ValueError,
    },
}

impl Drop for Item {
    fn drop(&mut self) {
        if let Place::Stored { engine, entry } = &self.place
            && let Some(stash) = engine.stash()
        {
            stash.leases().let_go(&[entry.key]);
        }
    }
}

impl<T> Nut<T> {
    fn new(function: &'static Function, place: Place, known: Known<T>) -> Self {
        // As long as somebody has a handle of it, it is not evicted.
        if let Place::Stored { engine, entry } = &place
            && let Some(stash) = engine.stash()
        {
            stash.leases().take(&[entry.key]);
        }
        Self { shelved: Arc::new(Item { function, place }), known }
    }

    /// Loads the value.
    ///
    /// # Errors
    /// If the result is not in the stash any more.
    pub fn get(&self) -> Result<T, NutError> {
        let function = self.shelved.function.name();
        let value = match &self.shelved.place {
            Place::Memory(value) => value.clone(),
            Place::Stored { engine, entry } => {
                let squirrel = Squirrel::new(engine, self.shelved.function).ok_or(NutError::Gone { function })?;
                // Another result may stand under the key meanwhile.
                let there = squirrel.stash.lookup(&entry.key).ok().flatten();
                let there = there.filter(|there| there.digest == entry.digest).ok_or(NutError::Gone { function })?;
                let value = squirrel.load(&there, self.known.kind(), &|_| ()).ok_or(NutError::Gone { function })?;
                squirrel.count_hit(&there);
                value
            }
        };
        let taken = self.known.take(value, false).map_err(|source| NutError::NotCopied { function, source })?;
        Ok(taken.0)
    }

    /// Removes the result from the stash, and says whether it was there.
    ///
    /// # Errors
    /// If the stash can't be written.
    pub fn forget(&self) -> Result<bool, StashError> {
        match &self.shelved.place {
            Place::Stored { engine, entry } => {
                let removed = engine.stash().map(|stash| stash.remove_keys(&[entry.key])).transpose()?;
                Ok(removed.is_some_and(|removed| removed.nuts > 0))
            }
            Place::Memory(_) => Ok(false),
        }
    }

    /// The full name of the function that returned it.
    pub fn function(&self) -> &'static str {
        self.shelved.function.name()
    }

    /// The key that it is stored under, if it is stored.
    pub fn key(&self) -> Option<Digest> {
        self.entry().map(|entry| entry.key)
    }

    /// Digest of the value, if it is stored: equal values have equal digests.
    pub fn digest(&self) -> Option<Digest> {
        self.entry().map(|entry| entry.digest)
    }

    /// How many bytes the value has in the stash, if it is stored.
    pub fn bytes(&self) -> Option<u64> {
        self.entry().map(|entry| entry.size)
    }

    fn entry(&self) -> Option<&Entry> {
        match &self.shelved.place {
            Place::Stored { entry, .. } => Some(entry),
            Place::Memory(_) => None,
        }
    }
}

impl<T> Clone for Nut<T> {
    fn clone(&self) -> Self {
        Self { shelved: self.shelved.clone(), known: self.known }
    }
}

impl<T> fmt::Debug for Nut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key().map(|key| key.short().to_string());
        f.debug_struct("Nut").field("function", &self.function()).field("key", &key).finish()
    }
}

/// The outcome of a look-up for the handle of a result of a function that returns an `O`.
pub enum Shelved<O: Returns<IS_RESULT>, const IS_RESULT: bool> {
    /// The value is stored.
    Hit(O::With<Nut<O::Value>>),
    /// The body has to run, and [`Pending::shelve`] takes what it returns.
    Miss(Pending<O, IS_RESULT>),
}

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> fmt::Debug for Shelved<O, IS_RESULT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Hit(_)) { "Hit" } else { "Miss" })
    }
}

/// Looks for the value of a call without loading it.
pub fn shelved<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    function: &'static Function,
    _shape: Shape<O, IS_RESULT>,
    known: Known<O::Value>,
    tell: Tell<'_>,
) -> Shelved<O, IS_RESULT> {
    match find_nut(function, known.kind_of(), tell) {
        Ok((engine, entry)) => Shelved::Hit(O::with(Nut::new(function, Place::Stored { engine, entry }, known))),
        Err(call) => Shelved::Miss(Pending { call, known }),
    }
}

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> Pending<O, IS_RESULT> {
    /// Stores what the body returned, and returns a handle of it.
    pub fn shelve(self, output: O) -> O::With<Nut<O::Value>> {
        let Self { call, known } = self;
        output.map_value(|value| {
            let stored = call.store(known.kind(), known.same, &value).filter(|encoded| encoded.is_stored);
            let stored = stored.and(call.ticket.as_ref()).and_then(|ticket| {
                let entry = ticket.engine.stash()?.lookup(&ticket.key).ok()??;
                Some(Place::Stored { engine: ticket.engine.clone(), entry })
            });
            let place = match stored {
                Some(place) => place,
                None => Place::Memory(known.share(value)),
            };
            Nut::new(call.function, place, known)
        })
    }
}
