//! MessagePack with the names of fields: for types that leave out some of theirs, and in less room than JSON.

use std::any::type_name;
use std::io::Write;

use super::tree::Tree;
use crate::value::codec::untyped::Told;
use crate::value::codec::{Failed, Whole};
use crate::value::{Blob, Codec, Value, line};

/// MessagePack with the names of fields, for any type that serde knows.
///
/// It is for types with `#[serde(skip_serializing_if = …)]` or `#[serde(flatten)]`, which the default format refuses.
/// A type needs `PartialEq` or `Debug`, so that it can be seen whether a value comes back: there is one word for `None`
/// and `Some(None)`, for example.
///
/// # Examples
///
/// ```
/// use scrat::formats::MessagePack;
/// use scrat::stash;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Reading {
///     value: f64,
///     #[serde(skip_serializing_if = "Option::is_none")]
///     note: Option<String>,
/// }
///
/// #[stash(disable, serializer = MessagePack)]
/// fn reading(value: f64) -> Reading {
///     Reading { value, note: None }
/// }
///
/// assert!(reading(f64::NAN).value.is_nan());
/// ```
#[derive(Debug)]
pub struct MessagePack;

/// How deep a value may be. What reads it goes down no further by default.
const MOST_LEVELS: usize = 1023;

impl<T: Value> Codec<T> for MessagePack {
    const ID: &'static str = "msgpack 1";

    const WHOLE: Whole = Whole::Unsaid;

    const EXTENSIONS: &'static [&'static str] = &["msgpack"];

    fn encode(value: &T, to: &mut Blob) -> Result<(), Failed> {
        write(&Tree::of(&value, false, MOST_LEVELS)?, to)
    }

    fn decode(bytes: &[u8]) -> Result<T, Failed> {
        let mut rest = bytes;
        let mut reader = rmp_serde::Deserializer::new(&mut rest);
        let value = T::deserialize(&mut reader).map_err(|error| format!("{} as {error}", type_name::<T>()))?;
        if rest.is_empty() { Ok(value) } else { Err(format!("{} bytes are left over", rest.len()).into()) }
    }

    fn show(value: &T) -> String {
        const MOST: usize = 4_000;
        line(Told::lent(value).value(), MOST)
    }

    fn save(value: &T, _: &str, to: &mut Blob) -> Result<(), Failed> {
        Self::encode(value, to)
    }
}

/// Writes a marker and a length, in the first of the sizes that holds it.
fn length(
    length: usize,
    fixed: Option<(u8, usize)>,
    [one, two, four]: [Option<u8>; 3],
    to: &mut Blob,
) -> Result<(), Failed> {
    if let Some((marker, most)) = fixed
        && length <= most
    {
        to.write_all(&[marker | length as u8])?;
    } else if let (Some(marker), Ok(length)) = (one, u8::try_from(length)) {
        to.write_all(&[marker, length])?;
    } else if let (Some(marker), Ok(length)) = (two, u16::try_from(length)) {
        to.write_all(&[marker])?;
        to.write_all(&length.to_be_bytes())?;
    } else if let (Some(marker), Ok(length)) = (four, u32::try_from(length)) {
        to.write_all(&[marker])?;
        to.write_all(&length.to_be_bytes())?;
    } else {
        return Err("MessagePack has no text, list or map of more than four billion parts".into());
    }
    Ok(())
}

fn write(tree: &Tree, to: &mut Blob) -> Result<(), Failed> {
    match tree {
        Tree::Nothing => to.write_all(&[0xc0])?,
        Tree::Bool(value) => to.write_all(&[0xc2 | u8::from(*value)])?,
        Tree::Unsigned(value) => unsigned(*value, to)?,
        Tree::Signed(value) => match u128::try_from(*value) {
            Ok(value) => unsigned(value, to)?,
            Err(_) => negative(*value, to)?,
        },
        Tree::F32(value) => {
            to.write_all(&[0xca])?;
            to.write_all(&value.to_be_bytes())?;
        }
        Tree::F64(value) => {
            to.write_all(&[0xcb])?;
            to.write_all(&value.to_be_bytes())?;
        }
        Tree::Text(text) => {
            length(text.len(), Some((0xa0, 31)), [Some(0xd9), Some(0xda), Some(0xdb)], to)?;
            to.write_all(text.as_bytes())?;
        }
        Tree::Bytes(bytes) => {
            length(bytes.len(), None, [Some(0xc4), Some(0xc5), Some(0xc6)], to)?;
            to.write_all(bytes)?;
        }
        Tree::List(elements) => {
            length(elements.len(), Some((0x90, 15)), [None, Some(0xdc), Some(0xdd)], to)?;
            elements.iter().try_for_each(|element| write(element, to))?;
        }
        Tree::Map(entries) => {
            length(entries.len(), Some((0x80, 15)), [None, Some(0xde), Some(0xdf)], to)?;
            for (key, value) in entries {
                write(key, to)?;
                write(value, to)?;
            }
        }
    }
    Ok(())
}

fn unsigned(value: u128, to: &mut Blob) -> Result<(), Failed> {
    if let Ok(value) = u8::try_from(value) {
        if value >= 0x80 {
            to.write_all(&[0xcc])?;
        }
        to.write_all(&[value])?;
    } else if let Ok(value) = u16::try_from(value) {
        to.write_all(&[0xcd])?;
        to.write_all(&value.to_be_bytes())?;
    } else if let Ok(value) = u32::try_from(value) {
        to.write_all(&[0xce])?;
        to.write_all(&value.to_be_bytes())?;
    } else if let Ok(value) = u64::try_from(value) {
        to.write_all(&[0xcf])?;
        to.write_all(&value.to_be_bytes())?;
    } else {
        return Err(TOO_LARGE.into());
    }
    Ok(())
}

fn negative(value: i128, to: &mut Blob) -> Result<(), Failed> {
    if let Ok(value) = i8::try_from(value) {
        if value < -32 {
            to.write_all(&[0xd0])?;
        }
        to.write_all(&value.to_be_bytes())?;
    } else if let Ok(value) = i16::try_from(value) {
        to.write_all(&[0xd1])?;
        to.write_all(&value.to_be_bytes())?;
    } else if let Ok(value) = i32::try_from(value) {
        to.write_all(&[0xd2])?;
        to.write_all(&value.to_be_bytes())?;
    } else if let Ok(value) = i64::try_from(value) {
        to.write_all(&[0xd3])?;
        to.write_all(&value.to_be_bytes())?;
    } else {
        return Err(TOO_LARGE.into());
    }
    Ok(())
}

const TOO_LARGE: &str = "MessagePack has no whole numbers of more than 64 bits";

#[cfg(test)]
mod tests {
    use super::super::tree::tests::{Anything, anything, bytes};
    use super::*;
    use crate::value::hostile::try_all;

    #[test]
    fn what_serde_knows_comes_back() {
        let bytes_of_it = bytes::<MessagePack, _>(&anything()).unwrap();
        let back: Anything = MessagePack::decode(&bytes_of_it).unwrap();
        assert_eq!(back, anything());
        assert_eq!(bytes::<MessagePack, _>(&back).unwrap(), bytes_of_it);
    }

    #[test]
    fn lengths_that_are_not_there_are_an_error() {
        let huge = [0xdd, 0xff, 0xff, 0xff, 0xff];
        assert!(<MessagePack as Codec<Vec<u64>>>::decode(&huge).is_err());
        let text = [0xdb, 0xff, 0xff, 0xff, 0xff, b'a'];
        assert!(<MessagePack as Codec<String>>::decode(&text).is_err());
        let mut rest = bytes::<MessagePack, _>(&1_u8).unwrap();
        rest.push(0);
        assert!(<MessagePack as Codec<u8>>::decode(&rest).is_err());
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_a_value_or_an_error() {
        let whole = bytes::<MessagePack, _>(&anything()).unwrap();
        try_all(&whole, |bytes| drop(<MessagePack as Codec<Anything>>::decode(bytes)));
    }

    #[test]
    fn a_value_is_nested_as_deep_as_it_can_be_read_back() {
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Nested(Vec<Self>);
        let nested = |levels: usize| {
            let mut nested = Nested(vec![]);
            (1..levels).for_each(|_| nested = Nested(vec![std::mem::replace(&mut nested, Nested(vec![]))]));
            bytes::<MessagePack, _>(&nested)
        };
        assert!(<MessagePack as Codec<Nested>>::decode(&nested(MOST_LEVELS / 2).unwrap()).is_ok());
        let refused = nested(MOST_LEVELS + 1).err().unwrap();
        assert!(refused.contains("levels deep"), "{refused}");
    }

    #[test]
    fn whole_numbers_take_the_least_room_and_come_back() {
        for number in [0, 1, -1, -32, -33, 127, 128, 255, 256, -128, -129, 65_535, 65_536, i64::MAX, i64::MIN] {
            let bytes_of_it = bytes::<MessagePack, _>(&number).unwrap();
            assert_eq!(<MessagePack as Codec<i64>>::decode(&bytes_of_it).unwrap(), number);
            assert_eq!(bytes_of_it, rmp_serde::to_vec(&number).unwrap());
        }
        assert!(bytes::<MessagePack, _>(&u128::MAX).is_err());
    }
}
