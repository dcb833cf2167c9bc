//! Types as the macro's code knows them: each is checked in one place, which gives what can be done with it.
//!
//! The code beside a stashed function handles its values without asking anything of their types. So a type that does
//! not fit is one error, at the place where it is written, instead of one for each use.

use std::any::{Any, type_name};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::{Kind, Shared, Value, ValueError, decode, duplicate, encode, kind, short};

/// What can be done with values of type `T`.
pub struct Known<T> {
    pub(crate) kind: &'static Kind,
    pub(crate) decode: fn(&[u8]) -> Result<T, ValueError>,
    pub(crate) erase: fn(&T) -> &dyn Any,
    pub(crate) share: fn(T) -> Shared,
    pub(crate) typed: fn(Shared) -> Arc<T>,
    pub(crate) duplicate: fn(&T) -> Result<T, ValueError>,
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Known<T> {}

impl<T> std::fmt::Debug for Known<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known")
    }
}

/// What can be done with values of a type that can be kept.
pub fn known<T: Value>() -> Known<T> {
    Known {
        kind: kind::<T>(),
        decode: decode::<T>,
        erase: |value| value,
        share: |value| Arc::new(value),
        typed: typed::<T>,
        duplicate: duplicate::<T>,
    }
}

/// A shared value as what it is.
pub(crate) fn typed<T: Value>(value: Shared) -> Arc<T> {
    value.downcast().unwrap_or_else(|_| panic!("a step was given something else than a {}", type_name::<T>()))
}

/// What a parameter refers to, or is, and the type that owns such a thing.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be an argument of a stashed function",
    label = "nothing that scrat could keep",
    note = "take a value, or a reference to a value, a slice, a `str` or a `Path`",
    note = "a parameter that the result does not depend on can be left out with `#[stash(ignore)]`"
)]
pub trait Owned {
    /// The owner.
    type Owner;
}

impl<T> Owned for T {
    type Owner = T;
}

impl Owned for str {
    type Owner = String;
}

impl<T> Owned for [T] {
    type Owner = Vec<T>;
}

impl Owned for Path {
    type Owner = PathBuf;
}

/// What can be an argument: a value, or what a borrowed parameter refers to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a stash",
    label = "not a value that scrat can store",
    note = "if the type is yours, derive `serde::Serialize` and `serde::Deserialize` for it, and let it own what it refers to",
    note = "if it is another crate's, turn on that crate's `serde` feature; of a view, take what it is a view of",
    note = "a parameter that the result does not depend on can be left out with `#[stash(ignore)]`"
)]
pub trait Argument: Owned {
    /// What can be done with it.
    const TELLER: Teller<Self>;
    /// What can be done with its owner.
    fn owner() -> Known<Self::Owner>;
}

/// How an argument is told to a key.
#[derive(Debug)]
pub struct Teller<T: ?Sized> {
    pub(crate) encode: fn(&T) -> Result<Vec<u8>, ValueError>,
    pub(crate) short: fn(&T) -> String,
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument for T {
    const TELLER: Teller<T> = teller();
    fn owner() -> Known<T> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl Argument for str {
    const TELLER: Teller<Self> = teller();
    fn owner() -> Known<String> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument for [T] {
    const TELLER: Teller<Self> = teller();
    fn owner() -> Known<Vec<T>> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl Argument for Path {
    const TELLER: Teller<Self> = teller();
    fn owner() -> Known<PathBuf> {
        known()
    }
}

const fn teller<T: Serialize + ?Sized>() -> Teller<T> {
    Teller { encode: encode::<T>, short: short::<T> }
}

/// What is known of a parameter.
pub struct Accepted<T: Owned + ?Sized> {
    pub(crate) teller: Teller<T>,
    pub(crate) owner: Known<T::Owner>,
}

impl<T: Owned + ?Sized> std::fmt::Debug for Accepted<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accepted")
    }
}

/// What is known of a parameter that can be an argument.
pub fn accepted<T: Argument + ?Sized>() -> Accepted<T> {
    Accepted { teller: T::TELLER, owner: T::owner() }
}
