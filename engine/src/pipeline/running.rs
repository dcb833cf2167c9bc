//! What a step's function runs on, and what it returns.

use std::fmt;
use std::ops::Deref;

use crate::function::returns::{Failure, Returns, Shape, Wrong};
use crate::function::{Function, faithful};
use crate::value::{Accepted, Known, Owned, Shared};

/// The arguments that a step's function runs on, taken in order. For the macro.
#[derive(Debug)]
pub struct Inputs {
    values: std::vec::IntoIter<Shared>,
    function: &'static Function,
}

impl Inputs {
    pub(crate) fn new(values: Vec<Shared>, function: &'static Function) -> Self {
        Self { values: values.into_iter(), function }
    }

    /// The next argument.
    pub fn take<T>(&mut self, accepted: &Accepted<impl Owned<Owner = T> + ?Sized>) -> Loaded<T> {
        Loaded { value: self.next(), known: accepted.owner, function: self.function }
    }

    fn next(&mut self) -> Shared {
        self.values.next().expect("a step has as many inputs as its function has parameters in the key")
    }
}

/// An argument, perhaps shared with other steps.
pub struct Loaded<T: 'static> {
    value: Shared,
    known: Known<T>,
    /// What takes it.
    function: &'static Function,
}

impl<T> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loaded")
    }
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.known.borrow(&self.value)
    }
}

impl<T: 'static> Loaded<T> {
    /// The value itself if no other step has it, or else a copy.
    ///
    /// # Errors
    /// If it has to be copied and can't be.
    pub fn into_owned(self) -> Result<T, Failure> {
        let taken = self.known.take(self.value, self.function.compares_values());
        // A copy must be the value itself, with all that serde leaves out.
        let judged = taken
            .and_then(|(value, verdict)| faithful::judge(self.function, self.known.kind(), verdict).map(|()| value));
        judged.map_err(|error| Failure(error.to_string()))
    }
}

/// What a step's function returned.
#[derive(Debug)]
pub struct Ran(pub(crate) Shared);

/// What a step's function returned, or its error in words. For the macro.
///
/// # Errors
/// If the function returned one.
pub fn ran<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    _shape: Shape<O, IS_RESULT>,
    known: Known<O::Value>,
    output: O,
    words: fn(Wrong<O::Error>) -> Failure,
) -> Result<Ran, Failure> {
    output.into_value().map(|value| Ran(known.share(value))).map_err(|error| words(Wrong(error)))
}

/// A step's function as one that captures nothing: all of them have one type. For the macro.
pub fn run(run: fn(&mut Inputs) -> Result<Ran, Failure>) -> fn(&mut Inputs) -> Result<Ran, Failure> {
    run
}
