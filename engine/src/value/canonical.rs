//! A serializer around a serializer that makes equal values encode equally, and refuses what would not
//! come back.
//!
//! `HashMap` and `HashSet` iterate in an order of their own, so their entries are sorted by their encoded
//! bytes. serde does not say which map has no order, and sorting an `IndexMap` would lose one; so only the
//! types that are known to have none are sorted, by name. One behind a wrapper that forwards (`#[serde(
//! transparent)]`) is not seen: its digest then varies, which costs a miss and never a wrong hit.

use std::any::type_name;
use std::fmt::Display;

use serde::ser::{self, Error as _, Serialize, Serializer};

use super::codec::encode_raw;

/// A value on its way into canonical bytes.
pub(super) struct Canonical<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Canonical<'a, T> {
    pub(super) fn new(value: &'a T) -> Self {
        Self(value)
    }
}

impl<T: Serialize + ?Sized> Serialize for Canonical<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Layer { inner: serializer, unordered: has_no_order(type_name::<T>()) })
    }
}

/// Whether a type of this name iterates in an order that means nothing.
pub(super) fn has_no_order(mut name: &str) -> bool {
    const POINTERS: [&str; 5] = ["&", "mut ", "alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<"];
    while let Some(inner) = POINTERS.iter().find_map(|pointer| name.strip_prefix(pointer)) {
        name = inner;
    }
    [
        "std::collections::hash::map::HashMap<",
        "std::collections::hash::set::HashSet<",
        "hashbrown::map::HashMap<",
        "hashbrown::set::HashSet<",
    ]
    .iter()
    .any(|unordered| name.starts_with(unordered))
}

struct Layer<S> {
    inner: S,
    unordered: bool,
}

/// What is being written between the brackets of a compound value.
enum Compound<C> {
    /// Elements pass through.
    Passing(C),
    /// Entries are kept, each as its bytes, until all are there.
    Sorting { inner: C, entries: Vec<Vec<u8>> },
}

/// Bytes that are encoded already.
struct Encoded(Vec<u8>);

impl Serialize for Encoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use ser::SerializeTuple;
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|byte| tuple.serialize_element(byte))?;
        tuple.end()
    }
}

fn encoded<T: Serialize + ?Sized, E: ser::Error>(value: &T) -> Result<Vec<u8>, E> {
    encode_raw(&Canonical(value)).map_err(E::custom)
}

macro_rules! forward {
    ($($method:ident($kind:ty);)*) => {
        $(fn $method(self, value: $kind) -> Result<S::Ok, S::Error> { self.inner.$method(value) })*
    };
}

impl<S: Serializer> Serializer for Layer<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Compound<S::SerializeSeq>;
    type SerializeTuple = Compound<S::SerializeTuple>;
    type SerializeTupleStruct = Compound<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Compound<S::SerializeTupleVariant>;
    type SerializeMap = Compound<S::SerializeMap>;
    type SerializeStruct = Compound<S::SerializeStruct>;
    type SerializeStructVariant = Compound<S::SerializeStructVariant>;

    forward! {
        serialize_bool(bool);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64); serialize_i128(i128);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64); serialize_u128(u128);
        serialize_f32(f32); serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_unit_struct(&'static str);
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_some(&Canonical(value))
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_struct(name, &Canonical(value))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_variant(name, index, variant, &Canonical(value))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        let inner = self.inner.serialize_seq(length)?;
        Ok(if self.unordered { Compound::Sorting { inner, entries: Vec::new() } } else { Compound::Passing(inner) })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        let inner = self.inner.serialize_map(length)?;
        Ok(if self.unordered { Compound::Sorting { inner, entries: Vec::new() } } else { Compound::Passing(inner) })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        self.inner.serialize_tuple(length).map(Compound::Passing)
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeTupleStruct, S::Error> {
        self.inner.serialize_tuple_struct(name, length).map(Compound::Passing)
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        self.inner.serialize_tuple_variant(name, index, variant, length).map(Compound::Passing)
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        self.inner.serialize_struct(name, length).map(Compound::Passing)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        self.inner.serialize_struct_variant(name, index, variant, length).map(Compound::Passing)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

fn skipped<E: ser::Error>(field: &str) -> E {
    E::custom(format_args!(
        "field `{field}` was left out by `skip_serializing_if`, and could not be told from its neighbours when read back"
    ))
}

impl<C: ser::SerializeSeq> ser::SerializeSeq for Compound<C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        match self {
            Self::Passing(inner) => inner.serialize_element(&Canonical(value)),
            Self::Sorting { entries, .. } => encoded(value).map(|bytes| entries.push(bytes)),
        }
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        match self {
            Self::Passing(inner) => inner.end(),
            Self::Sorting { mut inner, mut entries } => {
                entries.sort_unstable();
                entries.into_iter().try_for_each(|bytes| inner.serialize_element(&Encoded(bytes)))?;
                inner.end()
            }
        }
    }
}

impl<C: ser::SerializeMap> ser::SerializeMap for Compound<C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        match self {
            Self::Passing(inner) => inner.serialize_key(&Canonical(key)),
            Self::Sorting { entries, .. } => encoded(key).map(|bytes| entries.push(bytes)),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        match self {
            Self::Passing(inner) => inner.serialize_value(&Canonical(value)),
            Self::Sorting { entries, .. } => {
                let entry = entries.last_mut().ok_or_else(|| C::Error::custom("a map gave a value before its key"))?;
                entry.extend(encoded::<_, C::Error>(value)?);
                Ok(())
            }
        }
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        match self {
            Self::Passing(inner) => inner.end(),
            Self::Sorting { mut inner, mut entries } => {
                entries.sort_unstable();
                entries.into_iter().try_for_each(|bytes| inner.serialize_entry(&Encoded(bytes), &()))?;
                inner.end()
            }
        }
    }
}

macro_rules! passing {
    ($trait:ident, $method:ident) => {
        impl<C: ser::$trait> ser::$trait for Compound<C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                match self {
                    Self::Passing(inner) | Self::Sorting { inner, .. } => inner.$method(&Canonical(value)),
                }
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                match self {
                    Self::Passing(inner) | Self::Sorting { inner, .. } => inner.end(),
                }
            }
        }
    };
    ($trait:ident) => {
        impl<C: ser::$trait> ser::$trait for Compound<C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), C::Error> {
                match self {
                    Self::Passing(inner) | Self::Sorting { inner, .. } => inner.serialize_field(key, &Canonical(value)),
                }
            }

            fn skip_field(&mut self, key: &'static str) -> Result<(), C::Error> {
                Err(skipped(key))
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                match self {
                    Self::Passing(inner) | Self::Sorting { inner, .. } => inner.end(),
                }
            }
        }
    };
}

passing!(SerializeTuple, serialize_element);
passing!(SerializeTupleStruct, serialize_field);
passing!(SerializeTupleVariant, serialize_field);
passing!(SerializeStruct);
passing!(SerializeStructVariant);
