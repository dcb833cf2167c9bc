//! Types as the macro's code knows them: each is checked in one place, which gives what can be done with it.
//!
//! The code beside a stashed function handles its values without asking anything of their types. So a type that does
//! not fit is one error, at the place where it is written, instead of one for each use.

use std::any::{Any, type_name};
use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::sameness::copy_by_bytes;
use super::sameness::{Cloner, Comparing, Nature, Probe, Sameness, Verdict};
use super::untyped::Untyped;
use super::{Kind, KindOf, Shared, Value, ValueError, kind};

/// Takes a value for its own, or copies it, and compares the copy if it is told to.
type Taking<T> = fn(Shared, &Cloner<T>, &dyn Comparing, bool) -> Result<T, ValueError>;

/// What can be done with values of type `T`. It is small, so that handing it on costs the compiler little.
pub struct Known<T: 'static> {
    table: &'static Table<T>,
    /// How two values are compared, and one cloned.
    pub(crate) same: &'static dyn Comparing,
    clone: &'static Cloner<T>,
}

/// What is the same wherever the type is written.
struct Table<T: 'static> {
    kind: &'static Kind,
    share: fn(T) -> Shared,
    borrow: fn(&Shared) -> &T,
    take: Taking<T>,
    comparing: fn(&'static Sameness<T>) -> &'static dyn Comparing,
}

impl<T> Known<T> {
    /// With what the type itself has for comparing and cloning.
    #[must_use]
    pub fn of(self, nature: Nature<T>) -> Self {
        Self { same: (self.table.comparing)(nature.same), clone: nature.clone, ..self }
    }

    /// What can be done with its values whose type is known no more.
    pub fn kind_of(&self) -> KindOf {
        KindOf(self.table.kind)
    }

    pub(crate) fn kind(&self) -> &'static Kind {
        self.table.kind
    }

    /// How its values are cloned, without the type.
    pub(crate) fn cloner(&self) -> &'static (dyn Any + Send + Sync) {
        self.clone
    }

    pub(crate) fn share(&self, value: T) -> Shared {
        (self.table.share)(value)
    }

    pub(crate) fn borrow<'v>(&self, value: &'v Shared) -> &'v T {
        (self.table.borrow)(value)
    }

    /// The value itself if nobody else has it, or else a copy that is the value itself.
    pub(crate) fn take(&self, value: Shared, compares: bool) -> Result<T, ValueError> {
        (self.table.take)(value, self.clone, self.same, compares)
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
    Known { table: Facts::<T>::TABLE, same: Sameness::<T>::unknown(), clone: Cloner::none() }
}

struct Facts<T>(std::marker::PhantomData<T>);

impl<T: Value> Facts<T> {
    const TABLE: &'static Table<T> = &Table {
        kind: kind::<T>(),
        share: share::<T>,
        borrow: borrow::<T>,
        take: take::<T>,
        comparing: comparing::<T>,
    };
}

// Closures would be two functions each.

fn share<T: Value>(value: T) -> Shared {
    Arc::new(value)
}

fn borrow<T: Value>(value: &Shared) -> &T {
    value.downcast_ref().unwrap_or_else(|| wrong_type(type_name::<T>()))
}

/// The value itself if nobody else has it, or else a copy.
pub(crate) fn take<T: Value>(
    value: Shared,
    cloner: &Cloner<T>,
    same: &dyn Comparing,
    compares: bool,
) -> Result<T, ValueError> {
    let value: Arc<T> = value.downcast().unwrap_or_else(|_| wrong_type(type_name::<T>()));
    match Arc::try_unwrap(value) {
        Ok(value) => Ok(value),
        Err(shared) => match cloner.clone_of(&shared) {
            Some(clone) => Ok(clone),
            None => {
                let copy: Result<Arc<T>, _> = copy_by_bytes(kind::<T>(), &*shared, same, compares)?.downcast();
                Ok(copy.ok().and_then(Arc::into_inner).expect("nobody else has the copy"))
            }
        },
    }
}

fn comparing<T: Value>(same: &'static Sameness<T>) -> &'static dyn Comparing {
    same
}

#[cold]
fn wrong_type(name: &str) -> ! {
    panic!("a step was given something else than a {name}")
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
pub trait Argument: Owned + 'static {
    /// What can be done with it.
    const TELLER: &'static Teller<Self>;
    /// What can be done with its owner.
    fn owner() -> Known<Self::Owner>;
}

/// How an argument is told to a key.
pub struct Teller<T: ?Sized> {
    told: for<'v> fn(&'v &'v T) -> &'v dyn Untyped,
    /// It in its owner.
    borrow: for<'v> fn(&'v dyn Any) -> Option<&'v T>,
}

impl<T: ?Sized> std::fmt::Debug for Teller<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Teller")
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument for T {
    const TELLER: &'static Teller<T> = &teller::<T, T>();
    fn owner() -> Known<T> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl Argument for str {
    const TELLER: &'static Teller<Self> = &teller::<String, Self>();
    fn owner() -> Known<String> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument for [T] {
    const TELLER: &'static Teller<Self> = &teller::<Vec<T>, Self>();
    fn owner() -> Known<Vec<T>> {
        known()
    }
}

#[diagnostic::do_not_recommend]
impl Argument for Path {
    const TELLER: &'static Teller<Self> = &teller::<PathBuf, Self>();
    fn owner() -> Known<PathBuf> {
        known()
    }
}

const fn teller<O: Value + Borrow<T>, T: Serialize + ?Sized>() -> Teller<T> {
    Teller { told: told::<T>, borrow: borrowed::<O, T> }
}

fn told<'v, T: Serialize + ?Sized>(value: &'v &'v T) -> &'v dyn Untyped {
    value
}

fn borrowed<O: Value + Borrow<T>, T: ?Sized>(owner: &dyn Any) -> Option<&T> {
    Some(owner.downcast_ref::<O>()?.borrow())
}

/// What is known of a parameter.
pub struct Accepted<T: Owned + ?Sized + 'static> {
    teller: &'static Teller<T>,
    pub(crate) owner: Known<T::Owner>,
    same: &'static Sameness<T>,
}

impl<T: Owned + ?Sized> Accepted<T> {
    pub(crate) fn told<'v>(&self, value: &'v &'v T) -> &'v dyn Untyped {
        (self.teller.told)(value)
    }

    /// Whether nothing of a value can be lost.
    pub(crate) fn is_sure(&self) -> bool {
        self.same.is_sure()
    }

    /// Compares a value, or what `other` owns, with what `back` owns.
    pub(crate) fn compare(&self, value: &T, other: Option<&dyn Any>, back: &dyn Any) -> Verdict {
        let other = other.map_or(Some(value), self.teller.borrow);
        match (other, (self.teller.borrow)(back)) {
            (Some(value), Some(back)) => self.same.verdict(value, back),
            _ => Verdict::Different,
        }
    }
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
