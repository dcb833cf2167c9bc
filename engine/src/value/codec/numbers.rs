//! The format of lists of plain numbers: their bytes one after the other, little-endian, and nothing else.

use std::any::{Any, type_name};
use std::fmt::Debug;
use std::io::Write;
use std::sync::Arc;

use super::blob::Blob;
use super::untyped::Told;
use super::{EncodeAny, Form, Serde, Shared, View, Whole, failed, typed};
use crate::sealed::IsSealed;
use crate::value::{Preview, Value, ValueError, json, preview};

/// How many bytes are put together at once.
const PIECE: usize = 64 * 1024;

/// A number that is its bytes: the integers of Rust, and its floats. Nothing else can be one.
///
/// `usize` and `isize` take eight on every machine.
pub trait Number: Value + Copy + Debug + PartialOrd + IsSealed {
    /// How many bytes it takes.
    #[doc(hidden)]
    const SIZE: usize;

    /// Puts them into a place of that size.
    #[doc(hidden)]
    fn write(self, to: &mut [u8]);

    /// The number of these bytes. None if it is too large for this machine.
    #[doc(hidden)]
    fn read(from: &[u8]) -> Option<Self>;

    /// The numbers of these bytes, where they lie. None if they are not numbers as this machine has them.
    #[doc(hidden)]
    fn in_place(bytes: &[u8]) -> Option<&[Self]>;

    /// The bytes of these numbers, where they lie. None if they are not bytes as they are stored.
    #[doc(hidden)]
    fn bytes_in_place(numbers: &[Self]) -> Option<&[u8]>;

    /// The number nearest to it.
    #[doc(hidden)]
    fn to_f64(self) -> f64;
}

/// Whether a number is in a file as it is in the memory of this machine.
fn is_stored_as_here<N: Number>() -> bool {
    cfg!(target_endian = "little") && size_of::<N>() == N::SIZE
}

macro_rules! numbers {
    ($($type:ty as $stored:ty;)+) => {$(
        impl IsSealed for $type {}

        impl Number for $type {
            const SIZE: usize = size_of::<$stored>();

            #[inline]
            fn write(self, to: &mut [u8]) {
                #[allow(clippy::allow_attributes, clippy::unnecessary_cast, reason = "needed for some")]
                to.copy_from_slice(&(self as $stored).to_le_bytes());
            }

            #[inline]
            fn read(from: &[u8]) -> Option<Self> {
                #[allow(clippy::allow_attributes, clippy::useless_conversion, reason = "needed for some")]
                <$stored>::from_le_bytes(from.try_into().ok()?).try_into().ok()
            }

            fn in_place(bytes: &[u8]) -> Option<&[Self]> {
                is_stored_as_here::<Self>().then(|| bytemuck::try_cast_slice(bytes).ok()).flatten()
            }

            fn bytes_in_place(numbers: &[Self]) -> Option<&[u8]> {
                is_stored_as_here::<Self>().then(|| bytemuck::cast_slice(numbers))
            }

            fn to_f64(self) -> f64 {
                #[allow(clippy::allow_attributes, clippy::unnecessary_cast, reason = "needed for most")]
                (self as f64)
            }
        }
    )+};
}

numbers! {
    u8 as u8; u16 as u16; u32 as u32; u64 as u64; u128 as u128; usize as u64;
    i8 as i8; i16 as i16; i32 as i32; i64 as i64; i128 as i128; isize as i64;
    f32 as f32; f64 as f64;
}

/// The form of a list of numbers.
#[derive(Debug)]
pub struct Numbers;

impl<N: Number> Form<Vec<N>> for Numbers {
    const ID: Option<&'static str> = Some("numbers 1");
    const IS_OURS: bool = true;
    const WHOLE: Whole = Whole::ByCodec;
    const ENCODE: Option<EncodeAny> = Some(encode_any::<N>);
    const VIEW: Option<View> = Some(View { preview: preview_any::<N>, extensions: EXTENSIONS, save: save_any::<N> });

    fn told(value: &Vec<N>) -> Told<'_> {
        Serde::told(value)
    }

    fn decode(bytes: &[u8]) -> Result<Vec<N>, ValueError> {
        let failed = |message: &str| ValueError::Decode { kind: type_name::<Vec<N>>(), message: message.to_owned() };
        if !bytes.len().is_multiple_of(N::SIZE) {
            return Err(failed("the last number is not whole"));
        }
        if let Some(numbers) = N::in_place(bytes) {
            return Ok(numbers.to_vec());
        }
        let numbers: Option<Vec<N>> = bytes.chunks_exact(N::SIZE).map(N::read).collect();
        numbers.ok_or_else(|| failed("a number is too large for this machine"))
    }

    fn share(value: Vec<N>) -> Shared {
        Arc::new(value)
    }

    fn of_shared(value: Shared) -> Option<Arc<Vec<N>>> {
        value.downcast().ok()
    }

    fn see(see: fn(*const ())) {
        see(encode::<N> as *const ());
        see(<Self as Form<Vec<N>>>::decode as *const ());
    }
}

fn encode_any<N: Number>(value: &dyn Any, to: &mut Blob) -> Result<(), ValueError> {
    encode(typed::<Vec<N>>(value)?, to)
}

fn preview_any<N: Number>(value: &dyn Any) -> Option<Preview> {
    Some(preview_of(value.downcast_ref::<Vec<N>>()?))
}

pub(in crate::value) fn preview_of<N: Number>(numbers: &[N]) -> Preview {
    let shown = preview::numbers::ByPlace { at: |place: &[usize]| numbers[place[0]], to_f64: N::to_f64 }
        .preview(&[numbers.len()], numbers.iter().copied());
    Preview::text(format!("{} × {}\n{shown}", numbers.len(), type_name::<N>()).trim_end())
}

fn save_any<N: Number>(value: &dyn Any, extension: &str, to: &mut Blob) -> Result<(), ValueError> {
    save(typed::<Vec<N>>(value)?, extension, to)
}

/// Files that numbers are saved as.
pub(in crate::value) const EXTENSIONS: &[&str] = &["json", "txt"];

/// One number a line, or a list in JSON.
pub(in crate::value) fn save<N: Number>(numbers: &[N], extension: &str, to: &mut Blob) -> Result<(), ValueError> {
    let write = |to: &mut Blob| match json(&numbers).filter(|_| extension == "json") {
        Some(json) => writeln!(to, "{json}"),
        None => numbers.iter().try_for_each(|number| writeln!(to, "{number:?}")),
    };
    write(to).map_err(|error| failed::<Vec<N>>(error.into()))
}

/// Writes the bytes of numbers.
pub(in crate::value) fn encode<N: Number>(numbers: &[N], to: &mut Blob) -> Result<(), ValueError> {
    if let Some(bytes) = N::bytes_in_place(numbers) {
        // In pieces, so that what is digested is still at hand when it is written.
        let mut pieces = bytes.chunks(4 * PIECE);
        return pieces.try_for_each(|piece| to.write_all(piece)).map_err(|error| failed::<Vec<N>>(error.into()));
    }
    let mut piece = vec![0; PIECE.min(numbers.len() * N::SIZE)];
    for numbers in numbers.chunks(PIECE / N::SIZE) {
        let piece = &mut piece[..numbers.len() * N::SIZE];
        for (to, number) in piece.chunks_exact_mut(N::SIZE).zip(numbers) {
            number.write(to);
        }
        to.write_all(piece).map_err(|error| failed::<Vec<N>>(error.into()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::codec::blob::Room;

    fn bytes<N: Number>(numbers: &[N]) -> Vec<u8> {
        let mut blob = Blob::new(Room::Memory);
        encode(numbers, &mut blob).unwrap();
        blob.finish().bytes().unwrap().into_owned()
    }

    #[test]
    fn numbers_are_their_bytes_and_come_back() {
        assert_eq!(bytes(&[1_u16, 0x0302]), [1, 0, 2, 3]);
        assert_eq!(bytes(&[1_usize]), [1, 0, 0, 0, 0, 0, 0, 0]);
        assert!(bytes::<f64>(&[]).is_empty());
        let many: Vec<f64> = (0..100_000).map(|at| f64::from(at) * -0.3).collect();
        assert_eq!(<Numbers as Form<Vec<f64>>>::decode(&bytes(&many)).unwrap(), many);
        let odd = [f32::NAN, -0.0, f32::INFINITY, f32::from_bits(0x7fc0_1234)];
        let back = <Numbers as Form<Vec<f32>>>::decode(&bytes(&odd)).unwrap();
        assert_eq!(back.map_bits(), odd.to_vec().map_bits());
        assert_eq!(<Numbers as Form<Vec<i128>>>::decode(&bytes(&[i128::MIN])).unwrap(), [i128::MIN]);
    }

    trait Bits {
        fn map_bits(&self) -> Vec<u32>;
    }

    impl Bits for Vec<f32> {
        fn map_bits(&self) -> Vec<u32> {
            self.iter().map(|number| number.to_bits()).collect()
        }
    }

    #[test]
    fn bytes_that_are_no_whole_numbers_are_refused() {
        let error = <Numbers as Form<Vec<u32>>>::decode(&[0; 7]).unwrap_err().to_string();
        assert!(error.contains("not whole"), "{error}");
    }
}
