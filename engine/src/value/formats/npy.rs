//! NumPy's format of arrays: a header in text, and the elements as they lie in memory.

use std::fmt::Debug;
use std::io::Write;

use crate::value::codec::Failed;
use crate::value::codec::numbers::Number;
use crate::value::preview::numbers::ByPlace;
use crate::value::{Blob, Preview};

/// The `.npy` files of NumPy, for arrays and matrices of numbers.
///
/// The layout is kept: an array in Fortran's order is written, and comes back, in that order; one that lies in memory in
/// neither order is written in C's. Numbers are little-endian. What NumPy has no type for, `i128` and `u128`, is `V16`
/// there, sixteen bytes.
///
/// # Examples
///
/// Arrays of `ndarray` and matrices of `nalgebra` have this format by themselves; its name is needed to read a file
/// that NumPy wrote.
///
/// ```
/// # #[cfg(feature = "ndarray")] {
/// use ndarray::{Array2, array};
/// use scrat::formats::Npy;
/// use scrat::{Codec, File, stash};
///
/// #[stash]
/// fn column_means(table: File) -> std::io::Result<Vec<f64>> {
///     let table: Array2<f64> = Npy::decode(&table.read()?).map_err(std::io::Error::other)?;
///     Ok(table.columns().into_iter().map(|column| column.sum() / column.len() as f64).collect())
/// }
/// # assert_eq!(array![[1.0]].len(), 1);
/// # }
/// ```
#[derive(Debug)]
pub struct Npy;

/// A type of which arrays are kept as [`Npy`]: the numbers of the language, and `bool`.
///
/// # Examples
///
/// ```
/// use scrat::formats::Element;
///
/// fn bytes<E: Element>(count: usize) -> usize {
///     count * E::SIZE
/// }
///
/// assert_eq!(bytes::<f32>(3), 12);
/// ```
pub trait Element: Copy + Debug + PartialOrd + Send + Sync + 'static + sealed::Element {
    /// How many bytes it takes in a file.
    const SIZE: usize;
    /// What NumPy calls it.
    const DESCR: &'static str;
}

mod sealed {
    pub trait Element: Sized {
        fn put(self, to: &mut [u8]);
        fn get(from: &[u8]) -> Option<Self>;
        fn to_f64(self) -> f64;
    }
}

macro_rules! elements {
    ($($type:ty: $descr:literal;)+) => {$(
        impl Element for $type {
            const SIZE: usize = <$type as Number>::SIZE;
            const DESCR: &'static str = $descr;
        }

        impl sealed::Element for $type {
            #[inline]
            fn put(self, to: &mut [u8]) {
                Number::write(self, to);
            }

            #[inline]
            fn get(from: &[u8]) -> Option<Self> {
                Number::read(from)
            }

            fn to_f64(self) -> f64 {
                Number::to_f64(self)
            }
        }
    )+};
}

elements! {
    u8: "|u1"; u16: "<u2"; u32: "<u4"; u64: "<u8"; usize: "<u8"; u128: "|V16";
    i8: "|i1"; i16: "<i2"; i32: "<i4"; i64: "<i8"; isize: "<i8"; i128: "|V16";
    f32: "<f4"; f64: "<f8";
}

impl Element for bool {
    const SIZE: usize = 1;
    const DESCR: &'static str = "|b1";
}

impl sealed::Element for bool {
    fn put(self, to: &mut [u8]) {
        to[0] = self.into();
    }

    fn get(from: &[u8]) -> Option<Self> {
        match from {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    fn to_f64(self) -> f64 {
        self.into()
    }
}

/// An array's shape, and its elements in the order in which they lie in memory.
pub(super) struct Flat<E> {
    pub shape: Vec<usize>,
    pub fortran: bool,
    pub elements: Vec<E>,
}

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Where the elements begin is a multiple of this.
const ALIGNMENT: usize = 64;

/// Writes an array.
pub(super) fn write<E: Element>(
    shape: &[usize],
    fortran: bool,
    elements: impl Iterator<Item = E>,
    to: &mut Blob,
) -> Result<(), Failed> {
    const PIECE: usize = 64 * 1024;
    let lengths: Vec<_> = shape.iter().map(ToString::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let order = if fortran { "True" } else { "False" };
    let mut header =
        format!("{{'descr': '{}', 'fortran_order': {order}, 'shape': ({}{comma}), }}", E::DESCR, lengths.join(", "));
    let prefix = MAGIC.len() + 4;
    let unpadded = prefix + header.len() + 1;
    header.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(ALIGNMENT) - unpadded));
    header.push('\n');
    to.write_all(MAGIC)?;
    to.write_all(&[1, 0])?;
    to.write_all(&u16::try_from(header.len()).map_err(|_| "it has too many dimensions")?.to_le_bytes())?;
    to.write_all(header.as_bytes())?;
    let mut piece = vec![0; PIECE / E::SIZE * E::SIZE];
    let mut filled = 0;
    for element in elements {
        element.put(&mut piece[filled..filled + E::SIZE]);
        filled += E::SIZE;
        if filled == piece.len() {
            to.write_all(&piece)?;
            filled = 0;
        }
    }
    Ok(to.write_all(&piece[..filled])?)
}

/// Reads an array.
pub(super) fn read<E: Element>(bytes: &[u8]) -> Result<Flat<E>, Failed> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is no file of NumPy's")?;
    let (version, rest) = rest.split_first_chunk::<2>().ok_or(CUT)?;
    let (length, rest) = match version[0] {
        1 => rest.split_first_chunk().map(|(length, rest)| (usize::from(u16::from_le_bytes(*length)), rest)),
        2 | 3 => rest.split_first_chunk().map(|(length, rest)| (u32::from_le_bytes(*length) as usize, rest)),
        other => return Err(format!("version {other} of NumPy's format is not known").into()),
    }
    .ok_or(CUT)?;
    let (header, body) = rest.split_at_checked(length).ok_or(CUT)?;
    let header = std::str::from_utf8(header)?;
    let descr = field(header, "descr")?.trim_matches(['\'', '"']);
    let (order, kind) = descr.split_at_checked(1).ok_or("it has no type")?;
    if kind != &E::DESCR[1..] || !matches!(order, "<" | ">" | "|" | "=") {
        return Err(format!("its elements are `{descr}`, not `{}`", E::DESCR).into());
    }
    let fortran = match field(header, "fortran_order")? {
        "True" => true,
        "False" => false,
        other => return Err(format!("`{other}` is no order").into()),
    };
    let shape = field(header, "shape")?.trim_start_matches('(').trim_end_matches(')');
    let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
    let shape: Vec<usize> = lengths.map(|length| length.parse()).collect::<Result<_, _>>()?;
    let size = shape.iter().try_fold(E::SIZE, |size, length| size.checked_mul(*length));
    if size != Some(body.len()) {
        return Err(format!("{} bytes are not what an array of the shape {shape:?} takes", body.len()).into());
    }
    let mut one = vec![0; E::SIZE];
    let backwards = order == ">";
    let element = |bytes: &[u8]| {
        if !backwards {
            return E::get(bytes);
        }
        one.copy_from_slice(bytes);
        one.reverse();
        E::get(&one)
    };
    let elements: Option<Vec<E>> = body.chunks_exact(E::SIZE).map(element).collect();
    Ok(Flat { shape, fortran, elements: elements.ok_or("one of its elements is none of its type")? })
}

const CUT: &str = "it ends in its header";

/// What stands behind a key in the header: a text, a word, or what is in parentheses.
fn field<'h>(header: &'h str, key: &str) -> Result<&'h str, Failed> {
    let missing = || format!("its header has no `{key}`");
    let at = ['\'', '"'].iter().find_map(|quote| {
        let key = format!("{quote}{key}{quote}");
        header.find(&key).map(|at| at + key.len())
    });
    let rest = header[at.ok_or_else(missing)?..].trim_start().strip_prefix(':').ok_or_else(missing)?.trim_start();
    let end = if rest.starts_with('(') { rest.find(')').map(|end| end + 1) } else { rest.find([',', '}']) };
    Ok(rest[..end.ok_or_else(missing)?].trim_end())
}

/// The shape and the type, as `3 × 4 f64`.
pub(super) fn show<E>(shape: &[usize]) -> String {
    let lengths: Vec<_> = shape.iter().map(ToString::to_string).collect();
    let lengths = if lengths.is_empty() { "one".to_owned() } else { lengths.join(" × ") };
    format!("{lengths} {}", std::any::type_name::<E>())
}

/// The shape, and what can be said of the elements, of which `at` has each.
pub(super) fn preview<E: Element>(
    shape: &[usize],
    elements: impl Iterator<Item = E>,
    at: impl Fn(&[usize]) -> E,
) -> Preview {
    let shown = ByPlace { at, to_f64: sealed::Element::to_f64 }.preview(shape, elements);
    Preview::text(format!("{}\n{shown}", show::<E>(shape)).trim_end())
}

/// Writes what is written as `.npy`, or a row a line for an array of at most two dimensions.
pub(super) fn save<E: Element>(shape: &[usize], rows: impl Iterator<Item = E>, to: &mut Blob) -> Result<(), Failed> {
    let columns = match *shape {
        [] | [_] => 1,
        [_, columns] => columns,
        _ => return Err("only an array of at most two dimensions is a table".into()),
    };
    for (at, element) in rows.enumerate() {
        let end = if (at + 1).is_multiple_of(columns) { "\n" } else { "," };
        write!(to, "{element:?}{end}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Room;
    use crate::value::hostile::try_all;

    fn written<E: Element>(shape: &[usize], elements: &[E]) -> Vec<u8> {
        let mut blob = Blob::new(Room::Memory);
        write(shape, false, elements.iter().copied(), &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    #[test]
    fn the_bytes_are_those_that_numpy_writes() {
        let bytes = written(&[2, 1], &[1.0_f64, -2.0]);
        let (header, body) = bytes.split_at(128);
        assert_eq!(&header[..10], b"\x93NUMPY\x01\x00\x76\x00");
        let header = std::str::from_utf8(&header[10..]).unwrap();
        assert_eq!(header.trim_end(), "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }");
        assert!(header.ends_with(" \n"));
        assert_eq!(body, [1.0_f64, -2.0].map(f64::to_le_bytes).concat());
    }

    #[test]
    fn what_a_header_says_is_not_believed() {
        let bytes = written(&[2], &[1_u32, 2]);
        assert_eq!(read::<u32>(&bytes).unwrap().elements, [1, 2]);
        let with = |from: &str, to: &str| {
            let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
            let mut bytes = bytes.clone();
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            read::<u32>(&bytes).err().unwrap().to_string()
        };
        assert!(with("(2,), }          ", "(99999999999999,)").contains("shape"));
        assert!(with("(2,), }             ", "(9999999999, 9999999999, 99)").contains("shape"));
        assert!(with("'shape'", "'sharp'").contains("no `shape`"));
        assert!(with("<u4", "<f4").contains("<f4"));
        assert!(with("False", "Maybe").contains("Maybe"));
        for end in 0..bytes.len() {
            assert!(read::<u32>(&bytes[..end]).is_err());
        }
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_an_array_or_an_error() {
        try_all(&written(&[2, 3], &[1_u32, 2, 3, 4, 5, 6]), |bytes| drop(read::<u32>(bytes)));
        try_all(&written(&[2], &[true, false]), |bytes| drop(read::<bool>(bytes)));
    }

    #[test]
    fn numbers_of_another_byte_order_are_read() {
        let mut bytes = written(&[1], &[0x0102_0304_u32.swap_bytes()]);
        let at = bytes.iter().position(|byte| *byte == b'<').unwrap();
        bytes[at] = b'>';
        assert_eq!(read::<u32>(&bytes).unwrap().elements, [0x0102_0304]);
    }

    #[test]
    fn only_zero_and_one_are_truth_values() {
        let mut bytes = written(&[1], &[true]);
        assert_eq!(read::<bool>(&bytes).unwrap().elements, [true]);
        *bytes.last_mut().unwrap() = 2;
        assert!(read::<bool>(&bytes).is_err());
    }
}
