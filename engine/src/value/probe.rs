//! Types, asked what they have: a method call that finds the first of several traits that the type has the means for, the
//! better ones behind more references. Only the place knows that writes the type out, so the macros ask there; in a generic
//! function a type has what its bounds say.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use super::codec::maps::MapOf;
use super::codec::numbers::{Number, Numbers};
use super::codec::parts::{Choice, ListOf, OptionOf, TupleOf};
use super::codec::pointers::Behind;
use super::codec::{By, Chosen, Serde, Stored};
use super::mapped::Mapped;
use super::sameness::{Cloner, Loses, Plain, Sameness, by_both, by_equality, by_text, unknown};

/// Stands for a type where a macro asks what that has.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Probe<T> {
    /// The only one.
    pub const NEW: Self = Self(PhantomData);
}

macro_rules! ways {
    ($($(#[$doc:meta])* $name:ident for $on:ty where [$($bound:tt)*] is $loses:ident $compare:ident;)+) => {$(
        $(#[$doc])*
        pub trait $name<T: ?Sized + 'static> {
            /// How to compare.
            fn sameness(&self) -> &'static Sameness<T> ;
        }

        impl<T: ?Sized + 'static $($bound)*> $name<T> for $on {
            fn sameness(&self) -> &'static Sameness<T> {
                const { &Sameness { loses: Loses::$loses, compare: $compare } }
            }
        }
    )+};
}

ways! {
    /// Nothing can be lost.
    SurelyTheSame for &&&&Probe<T> where [+ Plain + PartialEq] is Sure by_equality;
    /// By both, where one does not say.
    ByEqualityAndText for &&&Probe<T> where [+ PartialEq + Debug] is Maybe by_both;
    /// By `PartialEq` alone.
    ByEquality for &&Probe<T> where [+ PartialEq] is Maybe by_equality;
    /// By `Debug` alone.
    ByText for &Probe<T> where [+ Debug] is Maybe by_text;
    /// It can't be said.
    ByNothing for Probe<T> where [] is Maybe unknown;
}

/// A type that can be cloned.
pub trait ByClone<T: 'static> {
    /// How.
    fn cloner(&self) -> &'static Cloner<T>;
}

impl<T: Clone + 'static> ByClone<T> for &Probe<T> {
    fn cloner(&self) -> &'static Cloner<T> {
        const { &Cloner(Some(T::clone)) }
    }
}

/// A type that can be copied by its bytes alone.
pub trait ByBytes<T: 'static> {
    /// Not otherwise.
    fn cloner(&self) -> &'static Cloner<T>;
}

impl<T: 'static> ByBytes<T> for Probe<T> {
    fn cloner(&self) -> &'static Cloner<T> {
        const { &Cloner(None) }
    }
}

/// A type that names its own format.
pub trait ByStored<T: Stored> {
    /// That one.
    fn form(&self) -> Chosen<T, By<T::Codec>> {
        Chosen::NEW
    }
}

impl<T: Stored> ByStored<T> for &Probe<T> {}

/// A list of numbers.
pub trait ByNumbers<T: ?Sized> {
    /// Their bytes.
    fn form(&self) -> Chosen<T, Numbers> {
        Chosen::NEW
    }
}

impl<N: Number> ByNumbers<Vec<N>> for &Probe<Vec<N>> {}
impl<N: Number> ByNumbers<[N]> for &Probe<[N]> {}
impl<N: Number> ByNumbers<Mapped<[N]>> for &Probe<Mapped<[N]>> {}

/// The form of everything else.
pub trait BySerde<T: ?Sized> {
    /// Serde's.
    fn form(&self) -> Chosen<T, Serde> {
        Chosen::NEW
    }
}

impl<T: ?Sized> BySerde<T> for Probe<T> {}

impl<T: ?Sized> Probe<T> {
    /// The form that is written at a function or parameter.
    pub const fn by<C>(&self) -> Chosen<T, By<C>> {
        Chosen::NEW
    }
}

/// Stands for a type that is written as one made of others, with the forms of those, in a tuple.
pub struct Made<T: ?Sized, P>(PhantomData<(P, T)>);

impl<T: ?Sized, P> Made<T, P> {
    /// Of a type, and the forms of what it is made of.
    pub const fn of(_: &Probe<T>, _: P) -> Self
    where
        P: Copy,
    {
        Self(PhantomData)
    }
}

impl<T: ?Sized, P> std::fmt::Debug for Made<T, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Made")
    }
}

impl<T: Stored, P> ByStored<T> for &&Made<T, P> {}
impl<N: Number, P> ByNumbers<Vec<N>> for &&Made<Vec<N>, P> {}
impl<N: Number, P> ByNumbers<[N]> for &&Made<[N], P> {}
impl<T: ?Sized, P> BySerde<T> for Made<T, P> {}

/// A type that is made of others: by a codec for its parts if one of them has one.
pub trait ByParts {
    /// The type.
    type Of: ?Sized;
    /// The form.
    type Form;

    /// That one.
    fn form(&self) -> Chosen<Self::Of, Self::Form> {
        Chosen::NEW
    }
}

macro_rules! by_parts {
    ($($type:ty, $codec:ty, $($part:ident $form:ident),+;)+) => {$(
        impl<$($part, $form: Choice),+> ByParts for &Made<$type, ($(Chosen<$part, $form>,)+)> {
            type Of = $type;
            type Form = by_parts!(@or By<$codec>, $($form)+);
        }
    )+};
    (@or $own:ty,) => { Serde };
    (@or $own:ty, $form:ident $($more:ident)*) => { $form::Or<$own, by_parts!(@or $own, $($more)*)> };
}

by_parts! {
    Vec<A>, ListOf<FA>, A FA;
    [A], ListOf<FA>, A FA;
    Option<A>, OptionOf<FA>, A FA;
    BTreeMap<K, V>, MapOf<FK, FV>, K FK, V FV;
    (A,), TupleOf<(FA,)>, A FA;
    (A, B), TupleOf<(FA, FB)>, A FA, B FB;
    (A, B, C), TupleOf<(FA, FB, FC)>, A FA, B FB, C FC;
    (A, B, C, D), TupleOf<(FA, FB, FC, FD)>, A FA, B FB, C FC, D FD;
    (A, B, C, D, E), TupleOf<(FA, FB, FC, FD, FE)>, A FA, B FB, C FC, D FD, E FE;
    (A, B, C, D, E, F), TupleOf<(FA, FB, FC, FD, FE, FF)>, A FA, B FB, C FC, D FD, E FE, F FF;
}

impl<K, V, S, FK: Choice, FV: Choice> ByParts for &Made<HashMap<K, V, S>, (Chosen<K, FK>, Chosen<V, FV>)> {
    type Of = HashMap<K, V, S>;
    type Form = FK::Or<By<MapOf<FK, FV>>, FV::Or<By<MapOf<FK, FV>>, Serde>>;
}

macro_rules! behind {
    ($($pointer:ident)+) => {$(
        impl<T, F> ByParts for &Made<$pointer<T>, (Chosen<T, F>,)> {
            type Of = $pointer<T>;
            type Form = Behind<F>;
        }
    )+};
}

behind! { Arc Box }

/// The form of a probe's type, which may be written as one made of others: then with their forms.
#[doc(hidden)]
#[macro_export]
macro_rules! __form {
    ($probe:expr, $($part:expr),+) => {{
        #[allow(unused_imports, reason = "one of them is the way for this type")]
        use $crate::private::{ByNumbers as _, ByParts as _, BySerde as _, ByStored as _};
        (&&&$crate::private::Made::of(&$probe, ($($part,)+))).form()
    }};
    ($probe:expr) => {{
        #[allow(unused_imports, reason = "one of them is the way for this type")]
        use $crate::private::{ByNumbers as _, BySerde as _, ByStored as _};
        (&&$probe).form()
    }};
}

/// How values of a probe's type are compared.
#[doc(hidden)]
#[macro_export]
macro_rules! __sameness {
    ($probe:expr) => {{
        #[allow(unused_imports, reason = "one of them is the way for this type")]
        use $crate::private::{
            ByEquality as _, ByEqualityAndText as _, ByNothing as _, ByText as _, SurelyTheSame as _,
        };
        (&&&&&$probe).sameness()
    }};
}

/// What a probe's type has for comparing and cloning.
#[doc(hidden)]
#[macro_export]
macro_rules! __nature {
    ($probe:expr) => {{
        #[allow(unused_imports, reason = "one of them is the way for this type")]
        use $crate::private::{ByBytes as _, ByClone as _};
        let probe = $probe;
        $crate::private::Nature { same: $crate::__sameness!(probe), clone: (&&probe).cloner() }
    }};
}

/// What is known of a value, with what its type has for comparing and cloning. It is asked where the type is written
/// out: in a generic function it would not be found.
#[doc(hidden)]
#[macro_export]
macro_rules! __known_of {
    ($known:expr, $shape:expr) => {
        $crate::private::Known::of($known, $crate::__nature!($shape.probe()))
    };
}

/// The same of an argument that owns itself: one question less.
#[doc(hidden)]
#[macro_export]
macro_rules! __accepted_of_owner {
    ($accepted:expr) => {{
        let accepted = $accepted;
        let nature = $crate::__nature!(accepted.probe());
        $crate::private::Accepted::of_owner(accepted, nature)
    }};
}

/// The same of any argument.
#[doc(hidden)]
#[macro_export]
macro_rules! __accepted_of {
    ($accepted:expr) => {{
        let accepted = $accepted;
        let (same, owner) = ($crate::__sameness!(accepted.probe()), $crate::__nature!(accepted.owner_probe()));
        $crate::private::Accepted::of(accepted, same, owner)
    }};
}
