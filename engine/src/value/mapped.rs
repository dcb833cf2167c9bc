//! Lists of numbers that lie in a file of the stash instead of being read from it.

use std::borrow::Borrow;
use std::fmt::{self, Debug};
use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codec::numbers::{EXTENSIONS, Number, Numbers, encode, preview_of, save};
use super::codec::{EncodeAny, Form, MapFile, Serde, View, Whole, typed};
use super::{Shared, Told, ValueError};

/// A list of plain numbers that a hit does not copy: `Mapped<[f64]>`.
///
/// It is a slice, whose numbers are read from the stash's file when they are looked at, by way of a memory map. A
/// function that returns `Mapped<[f64]>` makes it from a `Vec`. The bytes in the stash are those of `Vec<f64>`, except
/// that they are never compressed. The file's digest is checked when it is mapped for the first time in a process, and
/// again if the file's size or times have changed since.
///
/// Lists below 32 KiB are read, and so is everything on a machine that is not little-endian. A copy of a `Mapped` costs
/// nothing. The stash never writes into a file that is in place, and removing it leaves a map of it as it is; treat it
/// as read-only, since whoever shortens it by hand ends the programs that have mapped it.
///
/// # Examples
///
/// ```
/// use scrat::{Mapped, stash};
///
/// #[stash]
/// fn samples(count: u32) -> Mapped<[f64]> {
///     (0..count).map(f64::from).collect::<Vec<_>>().into()
/// }
///
/// #[stash]
/// fn total(samples: &[f64]) -> f64 {
///     samples.iter().sum()
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |event| panic!("{event:?}")));
/// # engine.enter(|| {
/// for _ in 0..2 {
///     let samples = samples(10_000);
///     assert_eq!(samples[9_999], 9_999.0);
///     assert_eq!(total(&samples), 49_995_000.0);
/// }
/// assert_eq!((samples::stats().hits, total::stats().hits), (1, 1));
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Mapped<T: ?Sized + ToOwned>(Place<T>);

enum Place<T: ?Sized + ToOwned> {
    Memory(Arc<T::Owned>),
    File(Arc<Mmap>),
}

impl<N: Number> Mapped<[N]> {
    /// Numbers in a file, if this machine can read them from there.
    pub(super) fn of_file(path: &Path) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        #[expect(
            unsafe_code,
            reason = "files in the stash are never written in place: they are replaced and removed by name, which leaves \
                      the map as it is"
        )]
        let map = unsafe { Mmap::map(&file)? };
        Ok(N::in_place(&map).is_some().then(|| Self(Place::File(Arc::new(map)))))
    }
}

impl<N: Number> Deref for Mapped<[N]> {
    type Target = [N];

    fn deref(&self) -> &[N] {
        match &self.0 {
            Place::Memory(numbers) => numbers,
            Place::File(map) => N::in_place(map).expect("it was asked when the file was mapped"),
        }
    }
}

impl<N: Number> From<Vec<N>> for Mapped<[N]> {
    fn from(numbers: Vec<N>) -> Self {
        Self(Place::Memory(Arc::new(numbers)))
    }
}

impl<N: Number> FromIterator<N> for Mapped<[N]> {
    fn from_iter<I: IntoIterator<Item = N>>(numbers: I) -> Self {
        Vec::from_iter(numbers).into()
    }
}

impl<'a, N: Number> IntoIterator for &'a Mapped<[N]> {
    type Item = &'a N;
    type IntoIter = std::slice::Iter<'a, N>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<N: Number> AsRef<[N]> for Mapped<[N]> {
    fn as_ref(&self) -> &[N] {
        self
    }
}

impl<N: Number> Borrow<[N]> for Mapped<[N]> {
    fn borrow(&self) -> &[N] {
        self
    }
}

impl<T: ?Sized + ToOwned> Clone for Mapped<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Place::Memory(numbers) => Place::Memory(numbers.clone()),
            Place::File(map) => Place::File(map.clone()),
        })
    }
}

impl<N: Number> PartialEq for Mapped<[N]> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<N: Number> Debug for Mapped<[N]> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<N: Number> Serialize for Mapped<[N]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, N: Number> Deserialize<'de> for Mapped<[N]> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

impl<N: Number> Form<Mapped<[N]>> for Numbers {
    const ID: Option<&'static str> = <Self as Form<Vec<N>>>::ID;
    const IS_OURS: bool = true;
    const WHOLE: Whole = Whole::ByCodec;
    const ENCODE: Option<EncodeAny> = Some(|value, to| encode(typed::<Mapped<[N]>>(value)?, to));
    const VIEW: Option<View> = Some(View {
        preview: |value| Some(preview_of(value.downcast_ref::<Mapped<[N]>>()?)),
        extensions: EXTENSIONS,
        save: |value, extension, to| save(typed::<Mapped<[N]>>(value)?, extension, to),
    });
    const MAP: Option<MapFile> =
        Some(|path| Ok(Mapped::<[N]>::of_file(path)?.map(|mapped| Arc::new(mapped) as Shared)));

    fn told(value: &Mapped<[N]>) -> Told<'_> {
        Serde::told(value)
    }

    fn decode(bytes: &[u8]) -> Result<Mapped<[N]>, ValueError> {
        <Self as Form<Vec<N>>>::decode(bytes).map(Mapped::from)
    }

    fn share(value: Mapped<[N]>) -> Shared {
        Arc::new(value)
    }

    fn of_shared(value: Shared) -> Option<Arc<Mapped<[N]>>> {
        value.downcast().ok()
    }

    fn see(see: fn(*const ())) {
        <Self as Form<Vec<N>>>::see(see);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_whole_numbers_is_mapped_and_outlives_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers");
        let numbers = [1.5_f64, -0.0, f64::NAN];
        std::fs::write(&path, numbers.map(f64::to_le_bytes).concat()).unwrap();
        let mapped = Mapped::<[f64]>::of_file(&path).unwrap().unwrap();
        std::fs::remove_file(&path).unwrap();
        let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&mapped.clone()), bits(&numbers));

        std::fs::write(&path, [0; 7]).unwrap();
        assert!(Mapped::<[u16]>::of_file(&path).unwrap().is_none(), "half a number");
        assert_eq!(Mapped::<[u8]>::of_file(&path).unwrap().unwrap(), Mapped::from(vec![0; 7]));
    }
}
