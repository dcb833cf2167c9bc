//! What stands for an argument in a key instead of its bytes.

use std::any::{Any, type_name};
use std::error::Error;

use super::codec::Failed;
use super::{Blob, Room, ValueError, Written};
use crate::digest::{Digest, Fields};

/// What stands for an argument in the key of a call, instead of the bytes that its codec writes.
///
/// The contract: arguments for which a hasher writes the same are the same to the function, so that a result for one of
/// them is right for the other; and it writes the same for an argument in every process. scrat can't check this. The
/// hasher is part of the function's code: a result is found no longer once it is edited.
///
/// It is for direct calls, and for values that are given to a step. If a parameter is given the result of another step,
/// the digest of that result's bytes counts as always: a run looks for what is stored before the result is loaded.
///
/// # Examples
///
/// ```
/// use std::error::Error;
/// use std::io::Write;
///
/// use scrat::{Blob, Hasher, stash};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// struct Photo {
///     pixels: Vec<u8>,
///     taken: String,
/// }
///
/// /// Only the pixels count.
/// struct Pixels;
///
/// impl Hasher<Photo> for Pixels {
///     const ID: &'static str = "demo pixels 1";
///
///     fn hash(photo: &Photo, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>> {
///         Ok(to.write_all(&photo.pixels)?)
///     }
/// }
///
/// #[stash]
/// fn brightness(#[stash(hasher = Pixels)] photo: &Photo) -> u64 {
///     photo.pixels.iter().copied().map(u64::from).sum()
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |event| panic!("{event:?}")));
/// # engine.enter(|| {
/// let mut photo = Photo { pixels: vec![1, 2], taken: "at noon".to_owned() };
/// assert_eq!(brightness(&photo), 3);
/// photo.taken = "at night".to_owned();
/// assert!(brightness::is_stashed(&photo));
/// photo.pixels[0] = 5;
/// assert!(!brightness::is_stashed(&photo));
/// # });
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hasher of `{T}`",
    label = "not a hasher of this type",
    note = "implement `scrat::Hasher<{T}>` for `{Self}`"
)]
pub trait Hasher<T: ?Sized>: 'static {
    /// The name of the hasher, with a version. It is part of the key.
    const ID: &'static str;

    /// Writes what counts of an argument.
    ///
    /// # Errors
    /// If that can't be said. The function then runs, and its result is not stored.
    fn hash(argument: &T, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// A hasher whose type is known no more.
pub(crate) struct Hashing<T: ?Sized> {
    id: &'static str,
    hash: fn(&T, &mut Blob) -> Result<(), Failed>,
}

impl<T: ?Sized> Clone for Hashing<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Hashing<T> {}

impl<T: ?Sized> Hashing<T> {
    pub(super) fn by<H: Hasher<T>>() -> Self {
        Self { id: H::ID, hash: H::hash }
    }

    pub(super) fn hash(&self, argument: &T) -> Result<Hashed, ValueError> {
        let mut to = Blob::new(Room::Digest);
        (self.hash)(argument, &mut to)
            .map_err(|error| ValueError::Encode { kind: type_name::<T>(), message: error.to_string() })?;
        let written = to.finish();
        Ok(Hashed { in_key: Fields::new("scrat hash v1").text(self.id).digest(&written.digest).finish(), written })
    }
}

/// What stands for an argument.
pub(crate) struct Hashed {
    pub written: Written,
    pub in_key: Digest,
}

/// Hashes what a step is given for a parameter with a hasher.
pub(crate) type HashAny = Box<dyn Fn(&dyn Any) -> Result<Hashed, ValueError> + Send + Sync>;
