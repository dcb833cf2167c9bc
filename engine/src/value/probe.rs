//! Types, asked what they have: a method call that finds the first of several traits that the type has the means for, the
//! better ones behind more references. Only the place knows that writes the type out, so the macros ask there; in a generic
//! function a type has what its bounds say.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::codec::numbers::{Number, Numbers};
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

/// The form of a probe's type.
#[doc(hidden)]
#[macro_export]
macro_rules! __form {
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

/// The same of an argument.
#[doc(hidden)]
#[macro_export]
macro_rules! __accepted_of {
    ($accepted:expr) => {{
        let accepted = $accepted;
        let (same, owner) = ($crate::__sameness!(accepted.probe()), $crate::__nature!(accepted.owner_probe()));
        $crate::private::Accepted::of(accepted, same, owner)
    }};
}
