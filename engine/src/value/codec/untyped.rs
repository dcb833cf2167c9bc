//! Values without their types, as they tell themselves to whoever writes them: as bytes, as text, or in search of a place.
//!
//! serde makes a copy of a type's `Serialize` for each serializer. Here is the only one, [`Teller`], in front of the
//! [`Encoder`] or a [`Sink`] that may be any: so a program has each of its types once, and what the sinks do is compiled
//! with the engine.

use std::any::type_name;
use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use super::canonical::{Encoder, Starts, skipped};
use super::pieces::{Around, Compound, Halt, Leaf, Part};
use crate::stack;

/// A value whose type is known no more.
pub(crate) trait Untyped {
    fn tell(&self, to: To<'_>) -> Result<(), Halt>;

    fn type_name(&self) -> &'static str;
}

impl<T: Serialize> Untyped for T {
    fn tell(&self, to: To<'_>) -> Result<(), Halt> {
        self.serialize(Teller { to, name: type_name::<T>() })
    }

    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }
}

/// A value that can be told, or what its format says of it.
pub struct Told<'v>(How<'v>);

enum How<'v> {
    Lent(&'v dyn Untyped),
    Shown(Shown),
}

/// Words that stand for a value.
struct Shown(String);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'v> Told<'v> {
    pub(in crate::value) fn lent(value: &'v dyn Untyped) -> Self {
        Self(How::Lent(value))
    }

    pub(in crate::value) fn shown(words: String) -> Self {
        Self(How::Shown(Shown(words)))
    }
}

impl std::fmt::Debug for Told<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

impl Told<'_> {
    pub(crate) fn value(&self) -> &dyn Untyped {
        match &self.0 {
            How::Lent(value) => *value,
            How::Shown(words) => words,
        }
    }
}

/// What values are told to.
pub(crate) enum To<'a> {
    /// The one of which much is asked.
    Bytes(&'a mut Encoder),
    Sink(&'a mut dyn Sink),
}

/// What values may be told to.
pub(crate) trait Sink {
    fn is_human_readable(&self) -> bool;

    /// Something that has no parts.
    fn leaf(&mut self, leaf: Leaf<'_>) -> Result<(), Halt>;

    /// Something that has one part, and is no more than it.
    fn around(&mut self, around: Around, value: &dyn Untyped) -> Result<(), Halt>;

    /// Something with parts, of a type of this name. They follow, and then [`Sink::close`].
    fn open(&mut self, compound: Compound, type_name: &'static str) -> Result<(), Halt>;

    fn part(&mut self, part: Part, value: &dyn Untyped) -> Result<(), Halt>;

    /// A field that is not told.
    fn skip(&mut self, _field: &'static str) -> Result<(), Halt> {
        Ok(())
    }

    fn close(&mut self) -> Result<(), Halt>;
}

/// Tells something that is in another value.
pub(crate) fn tell_inside(value: &dyn Untyped, sink: &mut dyn Sink) -> Result<(), Halt> {
    stack::with_room(|| value.tell(To::Sink(sink)))
}

#[inline]
fn inside<T: Serialize + ?Sized>(encoder: &mut Encoder, value: &T) -> Result<(), Halt> {
    if encoder.is_deep() {
        return far_inside(encoder, &value);
    }
    value.serialize(Teller { to: To::Bytes(encoder), name: type_name::<T>() })
}

#[cold]
fn far_inside(encoder: &mut Encoder, value: &dyn Untyped) -> Result<(), Halt> {
    encoder.note_depth()?;
    stack::with_room(|| value.tell(To::Bytes(encoder)))
}

/// The serializer that every value is told by.
struct Teller<'a> {
    to: To<'a>,
    /// What is told: the name of its type.
    name: &'static str,
}

impl<'a> Teller<'a> {
    fn leaf(self, leaf: Leaf<'_>) -> Result<(), Halt> {
        match self.to {
            To::Bytes(encoder) => {
                encoder.leaf(&leaf);
                Ok(())
            }
            To::Sink(sink) => sink.leaf(leaf),
        }
    }

    #[inline]
    fn around<T: Serialize + ?Sized>(self, around: Around, value: &T) -> Result<(), Halt> {
        match self.to {
            To::Bytes(encoder) => {
                encoder.around(&around);
                encoder.enter();
                let told = inside(encoder, value);
                encoder.leave();
                told
            }
            To::Sink(sink) => sink.around(around, &value),
        }
    }

    /// Opens something of which the bytes say no more than its parts do.
    #[inline]
    fn open_plain(self, compound: Compound) -> Result<Parts<'a>, Halt> {
        match self.to {
            To::Bytes(encoder) => {
                encoder.enter();
                Ok(Parts::Bytes(encoder, None))
            }
            To::Sink(sink) => sink.open(compound, self.name).map(|()| Parts::Sink(sink)),
        }
    }

    fn open(self, compound: Compound) -> Result<Parts<'a>, Halt> {
        match self.to {
            To::Bytes(encoder) => {
                encoder.enter();
                encoder.open(&compound, self.name).map(|starts| Parts::Bytes(encoder, starts))
            }
            To::Sink(sink) => sink.open(compound, self.name).map(|()| Parts::Sink(sink)),
        }
    }
}

/// Each number of many is told without a call.
macro_rules! numbers {
    ($($method:ident($type:ty) as $leaf:ident;)*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<(), Halt> {
            match self.to {
                To::Bytes(encoder) => {
                    encoder.put(&value.to_le_bytes());
                    Ok(())
                }
                To::Sink(sink) => sink.leaf(Leaf::$leaf(value)),
            }
        }
    )*};
}

macro_rules! leaves {
    ($($method:ident($type:ty) as $leaf:ident;)*) => {$(
        fn $method(self, value: $type) -> Result<(), Halt> {
            self.leaf(Leaf::$leaf(value))
        }
    )*};
}

impl<'a> Serializer for Teller<'a> {
    type Ok = ();
    type Error = Halt;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    numbers! {
        serialize_i8(i8) as I8;
        serialize_i16(i16) as I16;
        serialize_i32(i32) as I32;
        serialize_i64(i64) as I64;
        serialize_i128(i128) as I128;
        serialize_u8(u8) as U8;
        serialize_u16(u16) as U16;
        serialize_u32(u32) as U32;
        serialize_u64(u64) as U64;
        serialize_u128(u128) as U128;
        serialize_f32(f32) as F32;
        serialize_f64(f64) as F64;
    }

    leaves! {
        serialize_bool(bool) as Bool;
        serialize_char(char) as Char;
        serialize_str(&str) as Str;
        serialize_bytes(&[u8]) as Bytes;
        serialize_unit_struct(&'static str) as UnitStruct;
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Halt> {
        self.leaf(Leaf::Displayed(&value))
    }

    fn serialize_none(self) -> Result<(), Halt> {
        self.leaf(Leaf::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Halt> {
        self.around(Around::Some, value)
    }

    fn serialize_unit(self) -> Result<(), Halt> {
        self.leaf(Leaf::Unit)
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, variant: &'static str) -> Result<(), Halt> {
        self.leaf(Leaf::UnitVariant(index, variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Halt> {
        self.around(Around::Newtype, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Halt> {
        self.around(Around::Variant(index, variant), value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Parts<'a>, Halt> {
        self.open(Compound::Seq(length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Parts<'a>, Halt> {
        self.open(Compound::Map(length))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Halt> {
        self.open_plain(Compound::Tuple)
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Parts<'a>, Halt> {
        self.open_plain(Compound::TupleStruct(name))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Halt> {
        self.open(Compound::TupleVariant(index, variant))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'a>, Halt> {
        self.open_plain(Compound::Struct(name))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Halt> {
        self.open(Compound::StructVariant(index, variant))
    }

    fn is_human_readable(&self) -> bool {
        match &self.to {
            To::Bytes(_) => false,
            To::Sink(sink) => sink.is_human_readable(),
        }
    }
}

/// The parts of something that was opened.
enum Parts<'a> {
    Bytes(&'a mut Encoder, Starts),
    Sink(&'a mut dyn Sink),
}

impl Parts<'_> {
    #[inline]
    fn part<T: Serialize + ?Sized>(&mut self, part: Part, value: &T) -> Result<(), Halt> {
        match self {
            Self::Bytes(encoder, starts) => {
                encoder.part(&part, starts);
                inside(encoder, value)
            }
            Self::Sink(sink) => sink.part(part, &value),
        }
    }

    fn skip(&mut self, field: &'static str) -> Result<(), Halt> {
        match self {
            Self::Bytes(..) => Err(skipped(field)),
            Self::Sink(sink) => sink.skip(field),
        }
    }

    #[inline]
    fn close(self) -> Result<(), Halt> {
        match self {
            Self::Bytes(encoder, starts) => {
                if let Some(starts) = starts {
                    encoder.sort(&starts);
                }
                encoder.leave();
                Ok(())
            }
            Self::Sink(sink) => sink.close(),
        }
    }
}

macro_rules! parts {
    ($($trait:ident $method:ident $part:ident;)*) => {$(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Halt;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Halt> {
                self.part(Part::$part, value)
            }

            fn end(self) -> Result<(), Halt> {
                self.close()
            }
        }
    )*};
}

parts! {
    SerializeSeq serialize_element Element;
    SerializeTuple serialize_element Position;
    SerializeTupleStruct serialize_field Numbered;
    SerializeTupleVariant serialize_field Numbered;
}

macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Halt;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Halt> {
                self.part(Part::Field(name), value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), Halt> {
                self.skip(name)
            }

            fn end(self) -> Result<(), Halt> {
                self.close()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Halt;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Halt> {
        self.part(Part::Key, key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Halt> {
        self.part(Part::Value, value)
    }

    fn end(self) -> Result<(), Halt> {
        self.close()
    }
}
