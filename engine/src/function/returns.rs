//! What a stashed function returns: a value, or a `Result` of which only the value is kept.
//!
//! The compiler is asked, by what it resolves, and never the spelling: `io::Result<T>`, `anyhow::Result<T>` and an alias
//! of any name are `Result`s, and a type of the user's that is called `Result` is none.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use crate::value::probe::Probe;

/// A type that a function returns, for asking what it is.
pub struct Returned<T>(PhantomData<fn() -> T>);

/// What a type is found to be: whether it is the standard library's `Result`.
pub struct Shape<O, const IS_RESULT: bool>(PhantomData<fn() -> O>);

impl<O: Returns<IS_RESULT>, const IS_RESULT: bool> Shape<O, IS_RESULT> {
    /// For asking what the type of the value has.
    pub const fn probe(&self) -> Probe<O::Value> {
        Probe::NEW
    }
}

impl<O, const IS_RESULT: bool> fmt::Debug for Shape<O, IS_RESULT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shape({IS_RESULT})")
    }
}

/// An inherent item hides that of the trait below.
impl<T, E> Returned<Result<T, E>> {
    /// It is.
    pub const IS_RESULT: bool = true;

    /// It is.
    pub const fn shape() -> Shape<Result<T, E>, true> {
        Shape(PhantomData)
    }
}

/// The answer for everything else.
pub trait NoResult<O> {
    /// It is not.
    const IS_RESULT: bool = false;

    /// It is not.
    fn shape() -> Shape<O, false> {
        Shape(PhantomData)
    }
}

impl<T> NoResult<T> for Returned<T> {}

/// The shape of a type whose spelling alone says that it is no `Result`: the compiler need not be asked.
pub const fn no_result<T>() -> Shape<T, false> {
    Shape(PhantomData)
}

/// The words of an error that there can't be.
pub fn no_error(wrong: Wrong<Infallible>) -> Failure {
    match wrong.0 {}
}

impl<T> fmt::Debug for Returned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returned")
    }
}

/// What a shape is in a generic function, whose step is declared before its types are known.
#[diagnostic::on_unimplemented(
    message = "in a generic function, a `Result` of its own types is written as `Result<…>`",
    label = "whether this is the standard library's `Result` is not what its name says",
    note = "otherwise the type of `step(…)` could not be written down, and errors would be stored"
)]
pub trait AsWritten<const IS_RESULT: bool> {}

impl<O> AsWritten<true> for Shape<O, true> {}
impl<O> AsWritten<false> for Shape<O, false> {}

/// Nothing is this. If one type alone would do, the compiler would take it for what is meant, and complain of the rest.
impl AsWritten<true> for Shape<Infallible, false> {}
impl AsWritten<false> for Shape<Infallible, true> {}

/// The shape that the name tells, if it is the one that the type has.
pub fn as_written<O, const WRITTEN: bool, const IS_RESULT: bool>(_: Shape<O, IS_RESULT>) -> Shape<O, WRITTEN>
where
    Shape<O, IS_RESULT>: AsWritten<WRITTEN>,
{
    Shape(PhantomData)
}

/// What a function returns, with the value that is kept of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is named like a `Result`, but is not the standard library's",
    label = "not a `Result<_, _>`",
    note = "in a generic function scrat goes by the name: rename the type, or return a `Result<_, _>`"
)]
pub trait Returns<const IS_RESULT: bool>: Sized {
    /// What is kept.
    type Value: 'static;
    /// The same type with something else for the value.
    type With<U>;
    /// That, of such a thing.
    fn with<U>(other: U) -> Self::With<U>;
    /// That, of the value.
    fn map_value<U>(self, change: impl FnOnce(Self::Value) -> U) -> Self::With<U>;
    /// What it may be instead.
    type Error;
    /// From a value that was kept.
    fn kept(value: Self::Value) -> Self;
    /// What is to be kept.
    fn value(&self) -> Option<&Self::Value>;
    /// What is to be kept.
    ///
    /// # Errors
    /// If it is an error.
    fn into_value(self) -> Result<Self::Value, Self::Error>;
}

impl<T: 'static> Returns<false> for T {
    type Value = T;
    type With<U> = U;
    type Error = Infallible;

    fn with<U>(other: U) -> U {
        other
    }

    fn map_value<U>(self, change: impl FnOnce(T) -> U) -> U {
        change(self)
    }

    fn kept(value: T) -> T {
        value
    }

    fn value(&self) -> Option<&T> {
        Some(self)
    }

    fn into_value(self) -> Result<T, Infallible> {
        Ok(self)
    }
}

impl<T: 'static, E> Returns<true> for Result<T, E> {
    type Value = T;
    type With<U> = Result<U, E>;
    type Error = E;

    fn with<U>(other: U) -> Result<U, E> {
        Ok(other)
    }

    fn map_value<U>(self, change: impl FnOnce(T) -> U) -> Result<U, E> {
        self.map(change)
    }

    fn kept(value: T) -> Self {
        Ok(value)
    }

    fn value(&self) -> Option<&T> {
        self.as_ref().ok()
    }

    fn into_value(self) -> Self {
        self
    }
}

/// An error of a function, to be put into words: those of `Display`, or else of `Debug`, or else its type's name.
#[derive(Debug)]
pub struct Wrong<E>(pub E);

/// An error that displays itself, with its causes if it shows them in its alternate form.
pub trait Displayed {
    /// In words.
    fn __scrat_words(&self) -> Failure;
}

impl<E: fmt::Display> Displayed for &&Wrong<E> {
    fn __scrat_words(&self) -> Failure {
        Failure(format!("{:#}", self.0))
    }
}

/// An error that can be shown to programmers alone.
pub trait Debugged {
    /// In words.
    fn __scrat_words(&self) -> Failure;
}

impl<E: fmt::Debug> Debugged for &Wrong<E> {
    fn __scrat_words(&self) -> Failure {
        Failure(format!("{:?}", self.0))
    }
}

/// Why a step has no result, in the words of its function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

/// An error that cannot be shown.
pub trait Wordless {
    /// In words.
    fn __scrat_words(&self) -> Failure;
}

impl<E> Wordless for Wrong<E> {
    fn __scrat_words(&self) -> Failure {
        Failure(format!("an error of type {}, which has no words", std::any::type_name::<E>()))
    }
}
