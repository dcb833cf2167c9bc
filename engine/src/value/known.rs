//! Types as the macro's code knows them: each is checked in one place, which gives what can be done with it.
//!
//! The code beside a stashed function handles its values without asking anything of their types. So a type that does
//! not fit is one error, at the place where it is written, instead of one for each use.

use std::any::{Any, type_name};
use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::codec::numbers::{self, Number, Numbers};
use super::codec::parts::ListOf;
use super::codec::{By, Chosen, Form, Serde};
use super::hasher::{HashAny, Hashed, Hasher, Hashing};
use super::kind::{Valid, kind_of};
use super::probe::{ByClone as _, Probe, SurelyTheSame as _};
use super::sameness::{Cloner, Comparing, Nature, Plain, Sameness, Verdict, copy_by_bytes};
use super::{Blob, Kind, KindOf, Room, Shared, Told, Value, ValueError, Written, encode_told, keeping_files};
use crate::digest::Digest;

/// Takes a value for its own, or copies it, and compares the copy if it is told to.
type Taking<T> = fn(Shared, &Kind, &Cloner<T>, &dyn Comparing, bool) -> Result<(T, Verdict), ValueError>;

/// What can be done with values of type `T`. It is small, so that handing it on costs the compiler little.
pub struct Known<T: 'static> {
    table: &'static Table<T>,
    /// How two values are compared, and one cloned.
    pub(crate) same: &'static dyn Comparing,
    clone: &'static Cloner<T>,
    valid: Option<Valid>,
    in_memory: bool,
}

/// What is the same wherever the type is written.
struct Table<T: 'static> {
    kind: &'static Kind,
    share: fn(T) -> Shared,
    take: Taking<T>,
}

impl<T> Known<T> {
    /// With what the type itself has for comparing and cloning.
    #[must_use]
    pub fn of(self, nature: Nature<T>) -> Self {
        Self { same: nature.same, clone: nature.clone, ..self }
    }

    /// With what a stored value has to pass.
    #[must_use]
    pub fn valid_by(self, valid: fn(&dyn Any) -> bool) -> Self {
        Self { valid: Some(valid), ..self }
    }

    /// What can be done with its values whose type is known no more.
    pub fn kind_of(&self) -> KindOf {
        KindOf { kind: self.table.kind, valid: self.valid, in_memory: self.in_memory }
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
        value.downcast_ref().unwrap_or_else(|| wrong_type(type_name::<T>()))
    }

    /// The value itself if nobody else has it, or else a copy, and whether that is the value.
    pub(crate) fn take(&self, value: Shared, compares: bool) -> Result<(T, Verdict), ValueError> {
        (self.table.take)(value, self.table.kind, self.clone, self.same, compares)
    }
}

impl<T: Clone> Known<T> {
    /// With values that stay in memory, and are cloned for each caller.
    #[must_use]
    pub fn kept_in_memory(self) -> Self {
        Self { clone: Cloner::by_clone(), in_memory: true, ..self }
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

/// What can be done with values of a type in the form that was chosen for it.
pub fn known<T: 'static, F: Form<T>>(_: &Chosen<T, F>) -> Known<T> {
    Known {
        table: Facts::<T, F>::TABLE,
        same: Sameness::<T>::unknown(),
        clone: Cloner::none(),
        valid: None,
        in_memory: false,
    }
}

struct Facts<T, F>(std::marker::PhantomData<(F, T)>);

impl<T: 'static, F: Form<T>> Facts<T, F> {
    const TABLE: &'static Table<T> = &Table { kind: kind_of::<T, F>(), share: F::share, take: taken::<T, F> };
}

fn taken<T: 'static, F: Form<T>>(
    value: Shared,
    kind: &Kind,
    cloner: &Cloner<T>,
    same: &dyn Comparing,
    compares: bool,
) -> Result<(T, Verdict), ValueError> {
    take(value, F::of_shared, kind, cloner, same, compares)
}

/// The value itself if nobody else has it, or else a copy, and whether that is the value.
pub(crate) fn take<T: 'static>(
    value: Shared,
    of_shared: fn(Shared) -> Option<Arc<T>>,
    kind: &Kind,
    cloner: &Cloner<T>,
    same: &dyn Comparing,
    compares: bool,
) -> Result<(T, Verdict), ValueError> {
    let value = of_shared(value).unwrap_or_else(|| wrong_type(type_name::<T>()));
    match Arc::try_unwrap(value) {
        Ok(value) => Ok((value, Verdict::Same)),
        Err(shared) => match cloner.clone_of(&shared) {
            Some(clone) => Ok((clone, Verdict::Same)),
            None => {
                let (copy, verdict) = copy_by_bytes(kind, &*shared, same, compares)?;
                let copy = of_shared(copy).and_then(Arc::into_inner).expect("nobody else has the copy");
                Ok((copy, verdict))
            }
        },
    }
}

#[cold]
fn wrong_type(name: &str) -> ! {
    panic!("a step was given something else than a {name}")
}

/// What a parameter refers to, or is, and the type that owns such a thing.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be an argument of a stashed function",
    label = "not a value that scrat can store",
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

/// What can be an argument in a form: a value, or what a borrowed parameter refers to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a stash",
    label = "not a value that scrat can store",
    note = "if it is a view of something, as `ArrayView2` is, take a reference to that: `&Array2<f64>`",
    note = "if the type is yours, derive `serde::Serialize` and `serde::Deserialize` for it, and let it own what it refers to; on a field that is an array, a matrix, a data frame or an image, put `#[serde(with = \"scrat::as_value\")]`",
    note = "if it is an array, a matrix, a data frame or an image, turn on scrat's feature that is called like its crate",
    note = "if it is from another crate, turn on that crate's `serde` feature, or name a codec with `serializer = …`",
    note = "if it is an alias (`type Scored = (DataFrame, f64)`), write out what it stands for: of an alias, scrat does not see the parts",
    note = "a parameter that the result does not depend on can be left out with `#[stash(ignore)]`"
)]
pub trait Argument<F>: Owned + 'static {
    /// What can be done with it.
    const TELLER: &'static Teller<Self>;
    /// What can be done with its owner.
    fn owner() -> Known<Self::Owner>;
}

/// How an argument is told to a key.
pub struct Teller<T: ?Sized> {
    told: for<'v> fn(&'v &'v T) -> Told<'v>,
    /// Writes its bytes, where it does not tell them itself.
    encode: Option<Encode<T>>,
    /// It in its owner.
    borrow: for<'v> fn(&'v dyn Any) -> Option<&'v T>,
}

type Encode<T> = fn(&T, &mut Blob) -> Result<(), ValueError>;

impl<T: ?Sized> std::fmt::Debug for Teller<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Teller")
    }
}

impl<T: 'static, F: Form<T>> Argument<F> for T {
    const TELLER: &'static Teller<T> = &Teller {
        told: |value| F::told(value),
        encode: match F::ENCODE {
            Some(_) => Some(encode_owned::<T, F>),
            None => None,
        },
        borrow: |owner| owner.downcast_ref(),
    };
    fn owner() -> Known<T> {
        known::<T, F>(&Chosen::NEW)
    }
}

fn encode_owned<T: 'static, F: Form<T>>(value: &T, to: &mut Blob) -> Result<(), ValueError> {
    F::ENCODE.map_or(Ok(()), |encode| encode(value, to))
}

#[diagnostic::do_not_recommend]
impl Argument<Serde> for str {
    const TELLER: &'static Teller<Self> = &teller::<String, Self>();
    fn owner() -> Known<String> {
        known::<_, Serde>(&Chosen::NEW)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Argument<Serde> for [T] {
    const TELLER: &'static Teller<Self> = &teller::<Vec<T>, Self>();
    fn owner() -> Known<Vec<T>> {
        known::<_, Serde>(&Chosen::NEW)
    }
}

#[diagnostic::do_not_recommend]
impl<N: Number> Argument<Numbers> for [N] {
    const TELLER: &'static Teller<Self> = &Teller { encode: Some(numbers::encode::<N>), ..teller::<Vec<N>, Self>() };
    fn owner() -> Known<Vec<N>> {
        known::<_, Numbers>(&Chosen::NEW)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static, F: Form<T>> Argument<By<ListOf<F>>> for [T] {
    const TELLER: &'static Teller<Self> = &Teller {
        told: |list| Told::shown(ListOf::<F>::show_all(list)),
        encode: Some(ListOf::<F>::write),
        borrow: |owner| Some(owner.downcast_ref::<Vec<T>>()?.as_slice()),
    };
    fn owner() -> Known<Vec<T>> {
        known::<_, By<ListOf<F>>>(&Chosen::NEW)
    }
}

#[diagnostic::do_not_recommend]
impl Argument<Serde> for Path {
    const TELLER: &'static Teller<Self> = &teller::<PathBuf, Self>();
    fn owner() -> Known<PathBuf> {
        known::<_, Serde>(&Chosen::NEW)
    }
}

const fn teller<O: Value + Borrow<T>, T: Serialize + ?Sized>() -> Teller<T> {
    Teller { told: told::<T>, encode: None, borrow: borrowed::<O, T> }
}

fn told<'v, T: Serialize + ?Sized>(value: &'v &'v T) -> Told<'v> {
    Told::lent(value)
}

fn borrowed<O: Value + Borrow<T>, T: ?Sized>(owner: &dyn Any) -> Option<&T> {
    Some(owner.downcast_ref::<O>()?.borrow())
}

/// What is known of a parameter.
pub struct Accepted<T: Owned + ?Sized + 'static> {
    teller: &'static Teller<T>,
    pub(crate) owner: Known<T::Owner>,
    same: &'static Sameness<T>,
    /// What stands for it in keys, if that is not its bytes.
    hashing: Option<Hashing<T>>,
}

impl<T: Owned + ?Sized> Accepted<T> {
    pub(crate) fn told<'v>(&self, value: &'v &'v T) -> Told<'v> {
        (self.teller.told)(value)
    }

    /// A value's bytes.
    pub(crate) fn write(&self, value: &T, room: Room) -> Result<Written, ValueError> {
        match self.teller.encode {
            None => encode_told(self.told(&value).value(), self.owner.kind().type_name(), room),
            Some(encode) => {
                let mut blob = Blob::new(room);
                encode(value, &mut blob)?;
                Ok(blob.finish())
            }
        }
    }

    /// The value as its hasher has it, if there is one.
    pub(crate) fn hash(&self, value: &T) -> Option<Result<Hashed, ValueError>> {
        self.hashing.map(|hashing| hashing.hash(value))
    }

    /// The hasher for what the owner holds, if there is one.
    pub(crate) fn hash_any(&self) -> Option<HashAny> {
        let (hashing, borrow) = (self.hashing?, self.teller.borrow);
        Some(Box::new(move |owner| hashing.hash(borrow(owner).unwrap_or_else(|| wrong_type(type_name::<T>())))))
    }

    /// The digest of a value as keys have it, if it has one.
    pub(crate) fn digest_in_key(&self, value: &T) -> Option<Digest> {
        if let Some(hashed) = self.hash(value) {
            return Some(hashed.ok()?.in_key);
        }
        let (written, _) = keeping_files(|| self.write(value, Room::Digest));
        Some(self.owner.kind().in_key(written.ok()?.digest))
    }

    /// Whether nothing of a value can be lost.
    pub(crate) fn is_sure(&self) -> bool {
        self.same.is_sure() && self.owner.kind().is_ours()
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

    /// The same of a type that owns itself.
    #[must_use]
    pub fn of_owner(self, nature: Nature<T>) -> Self
    where
        T: Owned<Owner = T> + Sized,
    {
        self.of(nature.same, nature)
    }

    /// With what stands for its values in keys.
    #[must_use]
    pub fn hashed<H: Hasher<T>>(self) -> Self {
        Self { hashing: Some(Hashing::by::<H>()), ..self }
    }
}

impl<T: Owned + ?Sized> std::fmt::Debug for Accepted<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accepted")
    }
}

/// A type of the language, of which all that a macro asks types for is known.
///
/// To ask costs the compiler time at each place.
#[diagnostic::on_unimplemented(
    message = "a type that is called like one of the language's cannot be used in a stashed function",
    label = "not the language's type of this name",
    note = "rename the type, or write it with a path, as in `self::u64`"
)]
pub trait Primitive: Plain + PartialEq + Clone + Value {}

macro_rules! primitives {
    ($($type:ident)+) => { $(impl Primitive for $type {})+ };
}

primitives! { bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 }

/// What is known of a parameter of such a type.
pub fn accepted_primitive<T: Primitive>() -> Accepted<T> {
    let nature = sure_nature();
    accepted(&Chosen::<T, Serde>::NEW).of(nature.same, nature)
}

/// What is known of a value of such a type.
pub fn known_primitive<T: Primitive>() -> Known<T> {
    known(&Chosen::<T, Serde>::NEW).of(sure_nature())
}

fn sure_nature<T: Primitive>() -> Nature<T> {
    Nature { same: (&&&&&Probe::<T>::NEW).sameness(), clone: (&&Probe::<T>::NEW).cloner() }
}

/// What is known of a parameter that can be an argument in the form that was chosen for it.
pub fn accepted<T: Argument<F> + ?Sized, F>(_: &Chosen<T, F>) -> Accepted<T> {
    Accepted { teller: T::TELLER, owner: T::owner(), same: Sameness::unknown(), hashing: None }
}
