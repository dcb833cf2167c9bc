//! Types as the macro's code knows them: each is checked in one place, which gives what can be done with it.
//!
//! The code beside a stashed function handles its values without asking anything of their types. So a type that does
//! not fit is one error, at the place where it is written, instead of one for each use.

use std::any::{Any, type_name};
use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::function::KindOf;

use super::sameness::{Cloner, Comparing, Nature, Probe, Sameness, Verdict};
use super::{Attachment, Kind, Shared, Value, ValueError, copy, decode, encode, kind, line};

/// What can be done with values of type `T`.
pub struct Known<T: 'static> {
    pub(crate) kind: &'static Kind,
    pub(crate) decode: fn(&[u8]) -> Result<T, ValueError>,
    pub(crate) erase: fn(&T) -> &dyn Any,
    pub(crate) share: fn(T) -> Shared,
    pub(crate) typed: fn(Shared) -> Arc<T>,
    /// How two values are compared, and one cloned: the same, with the type and without.
    pub(crate) same: &'static dyn Comparing,
    pub(crate) cloner: &'static (dyn Any + Send + Sync),
    clone: &'static Cloner<T>,
    comparing: fn(&'static Sameness<T>) -> &'static dyn Comparing,
    copy: fn(&T, &Cloner<T>, &dyn Comparing, bool) -> Result<T, ValueError>,
}

impl<T> Known<T> {
    /// With what the type itself has for comparing and cloning.
    #[must_use]
    pub fn of(self, nature: Nature<T>) -> Self {
        Self { same: (self.comparing)(nature.same), cloner: nature.clone, clone: nature.clone, ..self }
    }

    /// What can be done with its values whose type is known no more.
    pub fn kind_of(&self) -> KindOf {
        KindOf(self.kind)
    }

    /// A copy that is the value itself.
    pub(crate) fn copy(&self, value: &T, compares: bool) -> Result<T, ValueError> {
        (self.copy)(value, self.clone, self.same, compares)
    }
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
        same: Sameness::<T>::unknown(),
        cloner: Cloner::<T>::none(),
        clone: Cloner::none(),
        comparing: |same| same,
        copy: |value, cloner, same, compares| copy(value, Some(cloner), same, compares),
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
    type Owner: 'static;
}

impl<T: 'static> Owned for T {
    type Owner = T;
}

impl Owned for str {
    type Owner = String;
}

impl<T: 'static> Owned for [T] {
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
    pub(crate) line: fn(&T, usize) -> String,
    /// Whether it is what its bytes stand for.
    pub(crate) check: fn(&Sameness<T>, &T, &[u8], Vec<Attachment>) -> Result<Verdict, ValueError>,
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument for T {
    const TELLER: Teller<T> = teller::<T, T>();
    fn owner() -> Known<T> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl Argument for str {
    const TELLER: Teller<Self> = teller::<String, Self>();
    fn owner() -> Known<String> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument for [T] {
    const TELLER: Teller<Self> = teller::<Vec<T>, Self>();
    fn owner() -> Known<Vec<T>> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl Argument for Path {
    const TELLER: Teller<Self> = teller::<PathBuf, Self>();
    fn owner() -> Known<PathBuf> {
        known()
    }
}

const fn teller<O: Value + Borrow<T>, T: Serialize + ?Sized>() -> Teller<T> {
    Teller { encode: encode::<T>, line: line::<T>, check: Sameness::check::<O> }
}

/// What is known of a parameter.
pub struct Accepted<T: Owned + ?Sized + 'static> {
    pub(crate) teller: Teller<T>,
    pub(crate) owner: Known<T::Owner>,
    pub(crate) same: &'static Sameness<T>,
}

impl<T: Owned + ?Sized> Accepted<T> {
    /// For asking what the type has.
    pub const fn probe(&self) -> Probe<T> {
        Probe::NEW
    }

    /// For asking what the owner has.
    pub const fn owner_probe(&self) -> Probe<T::Owner> {
        Probe::NEW
    }

    /// With what the type and its owner have for comparing and cloning.
    #[must_use]
    pub fn of(self, same: &'static Sameness<T>, owner: Nature<T::Owner>) -> Self {
        Self { owner: self.owner.of(owner), same, ..self }
    }
}

impl<T: Owned + ?Sized> std::fmt::Debug for Accepted<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accepted")
    }
}

/// What is known of a parameter that can be an argument.
pub fn accepted<T: Argument + ?Sized>() -> Accepted<T> {
    Accepted { teller: T::TELLER, owner: T::owner(), same: Sameness::unknown() }
}
