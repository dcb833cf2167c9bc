//! A field of a serde struct in the format that its type has by itself.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::{self, SerializeTuple, Serializer};

use super::codec::context::is_keeping;
use super::{Blob, Codec, Room, Stored};

/// Keeps a field in the format of its own type: as the name of that format, and the value's bytes.
///
/// # Errors
/// If the value has no bytes.
pub fn serialize<T: Stored, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        // Of the text nothing comes back, and another value may have the same.
        if is_keeping() {
            let why = format!("a value in the format `{}` can't be kept in a format for people", T::Codec::ID);
            return Err(ser::Error::custom(why));
        }
        return serializer.serialize_str(&T::Codec::show(value));
    }
    let mut to = Blob::new(Room::Memory);
    T::Codec::encode(value, &mut to).map_err(ser::Error::custom)?;
    let bytes = to.finish().into_memory().unwrap_or_default();
    let mut pair = serializer.serialize_tuple(2)?;
    pair.serialize_element(T::Codec::ID)?;
    pair.serialize_element(&Bytes(&bytes))?;
    pair.end()
}

/// Reads it.
///
/// # Errors
/// If it was written in another format, or the bytes are no value.
pub fn deserialize<'de, T: Stored, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_tuple(2, Pair(PhantomData))
}

struct Bytes<'a>(&'a [u8]);

impl ser::Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct Owned(Vec<u8>);

impl<'de> de::Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Owned;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Owned, E> {
                Ok(Owned(bytes.to_vec()))
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Owned, E> {
                Ok(Owned(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Any)
    }
}

struct Pair<T>(PhantomData<T>);

impl<'de, T: Stored> Visitor<'de> for Pair<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value in the format `{}`", T::Codec::ID)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<T, A::Error> {
        let missing = || de::Error::custom("the value is missing");
        let codec: String = pair.next_element()?.ok_or_else(missing)?;
        if codec != T::Codec::ID {
            return Err(de::Error::invalid_value(de::Unexpected::Str(&codec), &self));
        }
        let Owned(bytes) = pair.next_element()?.ok_or_else(missing)?;
        T::Codec::decode(&bytes).map_err(de::Error::custom)
    }
}
