//! Batches: a function that takes a list, and is remembered element by element.
//!
//! Each element is a call of its own, whose key has the element where that of the whole call would have the list. The
//! function runs once, on the elements that are missing.

use std::cell::Cell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Instant;

use super::report::Report;
use super::squirrel::Squirrel;
use super::{Arguments, Keys, Ticket, claim, fetch, is_stashed, seek};
use crate::digest::Digest;
use crate::engine::Engine;
use crate::engine::body_calls::Computing;
use crate::function::Function;
use crate::function::returns::{Returns, Shape};
use crate::stash::StashError;
use crate::value::{KindOf, Known, Shared};

thread_local! {
    /// The function that a forced step is about to call on this thread.
    static RENEWED: Cell<Option<&'static Function>> = const { Cell::new(None) };
}

/// Calls the function of a forced step: one that is remembered element by element computes all of them again.
pub(crate) fn renewing<R>(function: &'static Function, call: impl FnOnce() -> R) -> R {
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            RENEWED.set(None);
        }
    }
    RENEWED.set(Some(function));
    let _over = Over;
    call()
}

/// A call of a function that is remembered element by element. For the macro.
pub struct Batch<U: 'static> {
    engine: Arc<Engine>,
    function: &'static Function,
    known: Known<U>,
    /// For each element, which of the values is its.
    values_of: Vec<usize>,
    values: Vec<Option<Shared>>,
    missing: Vec<Missing>,
    began: Instant,
    /// In the body of a pipeline.
    noted: Option<Computing>,
}

/// An element whose value has to be computed.
struct Missing {
    /// The first element that is equal to it.
    element: usize,
    value: usize,
    ticket: Option<Box<Ticket>>,
}

/// A function that adds the arguments of the call for one element.
type TellEach<'a> = &'a dyn Fn(&mut Arguments, usize);

impl<U> std::fmt::Debug for Batch<U> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("missing", &self.missing.len()).finish_non_exhaustive()
    }
}

/// Begins a call for so many elements: looks for their values, and claims the keys of those that are not stored.
pub fn begin_each<U>(function: &'static Function, known: Known<U>, count: usize, tell: TellEach<'_>) -> Batch<U> {
    let engine = Engine::current();
    let began = Instant::now();
    let renews = RENEWED.take().is_some_and(|renewed| std::ptr::eq(renewed, function));
    let Looked { values_of, values, missing } = look(&engine, function, known.kind_of(), renews, count, tell);
    let noted = if missing.is_empty() {
        engine.body.hit(function, began);
        None
    } else {
        Computing::new(&engine.body, function)
    };
    Batch { engine, function, known, values_of, values, missing, began: Instant::now(), noted }
}

struct Looked {
    values_of: Vec<usize>,
    values: Vec<Option<Shared>>,
    missing: Vec<Missing>,
}

fn look(
    engine: &Arc<Engine>,
    function: &'static Function,
    of: KindOf,
    renews: bool,
    count: usize,
    tell: TellEach<'_>,
) -> Looked {
    let fetch = |squirrel: Squirrel<'_>, keys: &Keys| if renews { None } else { fetch(squirrel, keys, of) };
    let (mut values_of, mut values) = (Vec::with_capacity(count), Vec::<Option<Shared>>::new());
    let mut missing: Vec<(Option<Keys>, Missing)> = Vec::new();
    let mut seen: HashMap<Digest, usize> = HashMap::new();
    for element in 0..count {
        let sought = seek(engine, function, of, &|arguments| tell(arguments, element));
        let value = values.len();
        if let Some((_, keys)) = &sought {
            match seen.entry(keys.key) {
                Entry::Occupied(known) => {
                    values_of.push(*known.get());
                    continue;
                }
                Entry::Vacant(new) => *new.insert(value),
            };
        }
        let found = sought.as_ref().and_then(|(squirrel, keys)| fetch(*squirrel, keys));
        if found.is_none() {
            missing.push((sought.map(|(_, keys)| keys), Missing { element, value, ticket: None }));
        }
        values_of.push(value);
        values.push(found);
    }
    // Whoever takes several keys takes them in one order, so that two never wait for each other.
    missing.sort_by_key(|(keys, missing)| (keys.as_ref().map(|keys| keys.key), missing.element));
    let mut rest = Vec::with_capacity(missing.len());
    for (keys, mut one) in missing {
        let Some(keys) = keys else {
            rest.push(one);
            continue;
        };
        let tell = |arguments: &mut Arguments| tell(arguments, one.element);
        // Where nothing is stored there are no keys.
        let Some(squirrel) = Squirrel::new(engine, function) else {
            rest.push(one);
            continue;
        };
        match claim(engine, squirrel.checking(of), of.kind, &tell, &keys, &fetch) {
            Ok(value) => values[one.value] = Some(value),
            Err(ticket) => {
                one.ticket = ticket;
                rest.push(one);
            }
        }
    }
    rest.sort_by_key(|missing| missing.element);
    Looked { values_of, values, missing: rest }
}

impl<U> Batch<U> {
    /// Which elements the function has to be called with: none if it need not be called.
    pub fn missing(&self) -> Vec<usize> {
        self.missing.iter().map(|missing| missing.element).collect()
    }

    /// Stores what the function returned for the missing elements, unless that is an error, and returns the values of all.
    ///
    /// # Panics
    /// If the function returned another number of values than it was given elements.
    pub fn finish<O: Returns<IS_RESULT, Value = Vec<U>>, const IS_RESULT: bool>(
        mut self,
        _shape: Shape<O, IS_RESULT>,
        output: Option<O>,
    ) -> O {
        let took = self.began.elapsed();
        drop(self.noted.take());
        let computed = match output {
            Some(output) if output.value().is_none() => return output,
            Some(output) => output.into_value().unwrap_or_else(|_| unreachable!("it has a value")),
            None => Vec::new(),
        };
        let (given, returned) = (self.missing.len(), computed.len());
        let name = self.function.name();
        assert!(
            given == returned,
            "{name} was given {given} elements and returned {returned} values: it must return one for each"
        );
        if self.engine.reports(self.function) {
            let what = format!("{} elements, {given} of them missing", self.values_of.len());
            let report = Report::of(&self.engine, self.function, what);
            report.tell((given > 0).then_some(took));
        }
        let each_took = took / u32::try_from(given.max(1)).unwrap_or(u32::MAX);
        for (missing, value) in std::mem::take(&mut self.missing).into_iter().zip(computed) {
            let store = |ticket: Box<Ticket>| {
                ticket.store(self.function, self.known.kind(), self.known.same, &value, each_took)?.back
            };
            let back = missing.ticket.and_then(store);
            self.values[missing.value] = Some(back.unwrap_or_else(|| self.known.share(value)));
        }
        O::kept(self.all())
    }

    /// The values of all elements: those of equal ones are copies.
    fn all(mut self) -> Vec<U> {
        let mut uses = vec![0_usize; self.values.len()];
        self.values_of.iter().for_each(|value| uses[*value] += 1);
        let take = |value: usize| {
            uses[value] -= 1;
            let shared = if uses[value] == 0 { self.values[value].take() } else { self.values[value].clone() };
            let shared = shared.expect("each element was found or computed");
            let taken = self.known.take(shared, false);
            taken.unwrap_or_else(|error| panic!("a value of {} can't be copied: {error}", self.function.name())).0
        };
        self.values_of.iter().copied().map(take).collect()
    }
}

/// Whether a call for these elements would find all values.
pub fn are_stashed(function: &'static Function, kind: KindOf, count: usize, tell: TellEach<'_>) -> bool {
    (0..count).all(|element| is_stashed(function, kind, &|arguments| tell(arguments, element)))
}

/// Forgets the values of these elements. Returns whether there was one.
///
/// # Errors
/// If the stash can't be written.
pub fn forget_each(
    function: &'static Function,
    kind: KindOf,
    count: usize,
    tell: TellEach<'_>,
) -> Result<bool, StashError> {
    (0..count).try_fold(false, |any, element| {
        Ok(super::forget(function, kind, &|arguments| tell(arguments, element))? || any)
    })
}
