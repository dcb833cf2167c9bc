//! Formats: how values become bytes, and bytes become values.
//!
//! The macro chooses a value's format where its type is written: the one in `#[stash(serializer = …)]`, or else the one
//! that the type [names itself](Stored), or else that of lists of numbers, or else serde's. In a generic function only
//! a type's bounds are known, so the format is serde's. The format's name goes into keys and is stored beside each
//! result, so that bytes in one format are never read as another. A list, option or tuple with something in it that has
//! a format of its own is written [part by part](parts), and so are the values of a [map](maps); what is [behind a
//! pointer](pointers) is written as by itself.

pub(super) mod bincode;
pub(super) mod blob;
pub(super) mod canonical;
pub(super) mod context;
mod decoder;
pub(crate) mod maps;
mod name;
pub(crate) mod numbers;
pub(crate) mod parts;
pub(super) mod pieces;
pub(crate) mod pointers;
pub(super) mod serial;
pub(super) mod untyped;

use std::any::{Any, type_name};
use std::error::Error;
use std::io;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use self::blob::Blob;
use self::untyped::Told;
use super::{Preview, Value, ValueError, decode, encode};

/// A format for values of type `T`: how they become bytes, and come back.
///
/// Equal values must give equal bytes, since a call is found by the bytes of its arguments, and decoding must return
/// the value that was encoded. scrat checks this when it stores a result: the decoded value must have the same bytes,
/// and equal the original if the type can be compared.
///
/// A type of your own [names its format](Stored). For a type from another crate, name the format with
/// `#[stash(serializer = …)]` on the function, for its result, or on a parameter.
///
/// # Examples
///
/// ```
/// use std::error::Error;
/// use std::io::Write;
///
/// use scrat::{Blob, Codec, stash};
/// # use foreign::Grid;
/// # mod foreign {
/// #     #[derive(Clone, Debug, PartialEq)]
/// #     pub struct Grid { pub width: u32, pub cells: Vec<u8> }
/// # }
///
/// /// Four bytes for the width, and then the cells.
/// struct Rows;
///
/// impl Codec<Grid> for Rows {
///     const ID: &'static str = "demo rows 1";
///
///     fn encode(grid: &Grid, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>> {
///         to.write_all(&grid.width.to_le_bytes())?;
///         Ok(to.write_all(&grid.cells)?)
///     }
///
///     fn decode(bytes: &[u8]) -> Result<Grid, Box<dyn Error + Send + Sync>> {
///         let (width, cells) = bytes.split_first_chunk().ok_or("there is no width")?;
///         Ok(Grid { width: u32::from_le_bytes(*width), cells: cells.to_vec() })
///     }
///
///     fn show(grid: &Grid) -> String {
///         format!("{} cells, {} a row", grid.cells.len(), grid.width)
///     }
/// }
///
/// #[stash(serializer = Rows)]
/// fn blank(width: u32, height: u32) -> Grid {
///     Grid { width, cells: vec![0; (width * height) as usize] }
/// }
///
/// #[stash]
/// fn area(#[stash(serializer = Rows)] grid: &Grid) -> u64 {
///     grid.cells.len() as u64
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |event| panic!("{event:?}")));
/// # engine.enter(|| {
/// for _ in 0..2 {
///     assert_eq!(area(&blank(3, 2)), 6);
/// }
/// assert_eq!((blank::stats().hits, area::stats().hits), (1, 1));
/// # });
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a codec of `{T}`",
    label = "not a codec of this type",
    note = "implement `scrat::Codec<{T}>` for `{Self}`"
)]
pub trait Codec<T>: 'static {
    /// The name of the format, with a version. If the codec writes different bytes, it must have a different name.
    const ID: &'static str;

    /// Writes a value's bytes.
    ///
    /// # Errors
    /// If the value can't be written. The function's result is then returned, but not stored.
    fn encode(value: &T, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>>;

    /// The value with these bytes.
    ///
    /// # Errors
    /// If no value has these bytes.
    fn decode(bytes: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>>;

    /// The value as text for people, as lists and reasons show it.
    fn show(_value: &T) -> String {
        type_name::<T>().to_owned()
    }

    /// The value as people look at it: several lines, and a picture if it is one.
    fn preview(value: &T) -> Preview {
        Preview::text(Self::show(value))
    }

    /// Who says that nothing of a value is lost.
    #[doc(hidden)]
    const WHOLE: Whole = Whole::ByCodec;

    /// The extensions of the files that [`save`](Codec::save) writes, without the dot; `*` stands for any.
    const EXTENSIONS: &'static [&'static str] = &[];

    /// Writes the value as a file with one of the [`EXTENSIONS`](Codec::EXTENSIONS), for other programs.
    ///
    /// # Errors
    /// If such a file can't hold this value.
    fn save(_value: &T, extension: &str, _to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(format!("there is no way to write it as `.{extension}`").into())
    }
}

/// A type that names its own format. The type need not implement serde's traits.
///
/// # Examples
///
/// ```
/// use std::error::Error;
/// use std::io::Write;
///
/// use scrat::{Blob, Codec, Stored, stash};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Dna(Vec<u8>);
///
/// struct Letters;
///
/// impl Stored for Dna {
///     type Codec = Letters;
/// }
///
/// impl Codec<Dna> for Letters {
///     const ID: &'static str = "demo letters 1";
///
///     fn encode(dna: &Dna, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>> {
///         Ok(to.write_all(&dna.0)?)
///     }
///
///     fn decode(bytes: &[u8]) -> Result<Dna, Box<dyn Error + Send + Sync>> {
///         Ok(Dna(bytes.to_vec()))
///     }
/// }
///
/// #[stash(disable)]
/// fn reversed(dna: &Dna) -> Dna {
///     Dna(dna.0.iter().rev().copied().collect())
/// }
///
/// assert_eq!(reversed(&Dna(b"ACC".to_vec())), Dna(b"CCA".to_vec()));
/// ```
pub trait Stored: Sized + Send + Sync + 'static {
    /// The format.
    type Codec: Codec<Self>;
}

/// Who says that bytes are all of a value, where the value's type can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// The codec, which writes what it says.
    ByCodec,
    /// What the type tells serde.
    BySerde,
    /// Nobody: the format may have the same bytes for two values that serde tells apart.
    Unsaid,
}

impl Whole {
    /// Of a value that has parts of both.
    pub(super) const fn and(self, other: Self) -> Self {
        if self as u8 > other as u8 { self } else { other }
    }
}

/// Why a value has no bytes, or bytes no value.
pub(super) type Failed = Box<dyn Error + Send + Sync>;

/// A value of any type, shared between threads.
pub(crate) type Shared = Arc<dyn Any + Send + Sync>;

/// What the functions of a value are made from: serde, or a [`Codec`].
///
/// The macro's code requires this trait, and so the compiler's message about a type that has no format comes from here.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be kept in a stash",
    label = "not a value that scrat can store",
    note = "if it is a view of something, as `ArrayView2` is, take a reference to that: `&Array2<f64>`",
    note = "if the type is yours, derive `serde::Serialize` and `serde::Deserialize` for it, and let it own what it refers to; on a field that is an array, a matrix, a data frame or an image, put `#[serde(with = \"scrat::as_value\")]`",
    note = "if it is an array, a matrix, a data frame or an image, turn on scrat's feature that is called like its crate",
    note = "if it is from another crate, turn on that crate's `serde` feature, or name a codec with `serializer = …`",
    note = "if it is an alias (`type Scored = (DataFrame, f64)`), write out what it stands for: of an alias, scrat does not see the parts",
    note = "a parameter that the result does not depend on can be left out with `#[stash(ignore)]`"
)]
pub trait Form<T>: 'static {
    /// Names the format. None is serde's.
    const ID: Option<&'static str>;

    /// Whether nothing of a value is lost that consists of the standard library's types alone.
    const IS_OURS: bool;

    /// Who says that nothing of a value is lost, where its type can't be compared.
    const WHOLE: Whole;

    /// Writes the bytes of a value, where it does not tell them itself.
    const ENCODE: Option<EncodeAny>;

    /// The value, to be told.
    fn told(value: &T) -> Told<'_>;

    /// The value that has these bytes.
    ///
    /// # Errors
    /// If there is none.
    fn decode(bytes: &[u8]) -> Result<T, ValueError>;

    /// The value, for any thread.
    fn share(value: T) -> Shared;

    /// The value with its type again.
    fn of_shared(value: Shared) -> Option<Arc<T>>;

    /// How values are looked at and saved, where that is not told.
    const VIEW: Option<View>;

    /// Finds a value in the file of its bytes, without reading it.
    const MAP: Option<MapFile> = None;

    /// Shows the code that writes and reads bytes.
    fn see(see: fn(*const ()));
}

/// How values of a type that is no longer known are looked at and saved.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub(super) preview: fn(&dyn Any) -> Option<Preview>,
    pub(super) extensions: &'static [&'static str],
    pub(super) save: fn(&dyn Any, &str, &mut Blob) -> Result<(), ValueError>,
}

/// Finds a value in the file of its bytes. None where they have to be read.
pub(crate) type MapFile = fn(&Path) -> io::Result<Option<Shared>>;

/// Writes the bytes of a value whose type is no longer known.
pub(crate) type EncodeAny = fn(&dyn Any, &mut Blob) -> Result<(), ValueError>;

/// The form of what serde knows.
#[derive(Debug)]
pub struct Serde;

#[diagnostic::do_not_recommend]
impl<T: Value> Form<T> for Serde {
    const ID: Option<&'static str> = None;
    const IS_OURS: bool = true;
    const WHOLE: Whole = Whole::BySerde;
    const ENCODE: Option<EncodeAny> = None;
    const VIEW: Option<View> = None;

    fn told(value: &T) -> Told<'_> {
        Told::lent(value)
    }

    fn decode(bytes: &[u8]) -> Result<T, ValueError> {
        decode(bytes)
    }

    fn share(value: T) -> Shared {
        Arc::new(value)
    }

    fn of_shared(value: Shared) -> Option<Arc<T>> {
        value.downcast().ok()
    }

    fn see(see: fn(*const ())) {
        see(encode::<T> as *const ());
        see(decode::<T> as *const ());
    }
}

/// The form of what a codec knows.
#[derive(Debug)]
pub struct By<C>(PhantomData<C>);

impl<T: Send + Sync + 'static, C: Codec<T>> Form<T> for By<C> {
    const ID: Option<&'static str> = Some(C::ID);
    const IS_OURS: bool = false;
    const WHOLE: Whole = C::WHOLE;
    const ENCODE: Option<EncodeAny> = Some(encode_any::<T, C>);
    const VIEW: Option<View> =
        Some(View { preview: preview::<T, C>, extensions: C::EXTENSIONS, save: save_any::<T, C> });

    fn told(value: &T) -> Told<'_> {
        Told::shown(C::show(value))
    }

    fn decode(bytes: &[u8]) -> Result<T, ValueError> {
        C::decode(bytes).map_err(|error| ValueError::Decode { kind: type_name::<T>(), message: error.to_string() })
    }

    fn share(value: T) -> Shared {
        Arc::new(value)
    }

    fn of_shared(value: Shared) -> Option<Arc<T>> {
        value.downcast().ok()
    }

    fn see(see: fn(*const ())) {
        see(C::encode as *const ());
        see(C::decode as *const ());
    }
}

fn encode_any<T: 'static, C: Codec<T>>(value: &dyn Any, to: &mut Blob) -> Result<(), ValueError> {
    C::encode(typed(value)?, to).map_err(failed::<T>)
}

fn preview<T: 'static, C: Codec<T>>(value: &dyn Any) -> Option<Preview> {
    value.downcast_ref().map(C::preview)
}

fn save_any<T: 'static, C: Codec<T>>(value: &dyn Any, extension: &str, to: &mut Blob) -> Result<(), ValueError> {
    C::save(typed(value)?, extension, to).map_err(failed::<T>)
}

/// A value with its type again.
pub(super) fn typed<T: 'static>(value: &dyn Any) -> Result<&T, ValueError> {
    value.downcast_ref().ok_or_else(|| failed::<T>("it is of another type".into()))
}

/// Why a value of this type has no bytes.
pub(super) fn failed<T>(error: Failed) -> ValueError {
    match error.downcast() {
        // That of a part.
        Ok(error) => *error,
        Err(error) => ValueError::Encode { kind: type_name::<T>(), message: error.to_string() },
    }
}

/// The form that was chosen for a type.
pub struct Chosen<T: ?Sized, F>(PhantomData<(F, T)>);

impl<T: ?Sized, F> Chosen<T, F> {
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<T: ?Sized, F> Clone for Chosen<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, F> Copy for Chosen<T, F> {}

impl<T: ?Sized, F> std::fmt::Debug for Chosen<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chosen")
    }
}
