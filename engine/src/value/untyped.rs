//! Values without their types, as they tell themselves to whoever writes them: as bytes, as text, or in search of a place.
//!
//! serde makes a copy of a type's `Serialize` for each serializer. Here is the only one, [`Teller`], in front of a
//! [`Sink`] that may be any: so a program has each of its types once, and what the sinks do is compiled with the engine.

use std::any::type_name;
use std::fmt::{self, Display};

use serde::ser::{self, Serialize, Serializer};

/// A value whose type is known no more.
pub(crate) trait Untyped {
    fn tell(&self, sink: &mut dyn Sink) -> Result<(), Halt>;

    fn type_name(&self) -> &'static str;
}

impl<T: Serialize> Untyped for T {
    fn tell(&self, sink: &mut dyn Sink) -> Result<(), Halt> {
        self.serialize(Teller { sink, name: type_name::<T>() })
    }

    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }
}

/// What values are told to.
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

/// See [`Sink::leaf`].
pub(crate) enum Leaf<'a> {
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    I128(i128),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    U128(u128),
    F32(f32),
    F64(f64),
    Char(char),
    Str(&'a str),
    Displayed(&'a dyn Display),
    Bytes(&'a [u8]),
    None,
    Unit,
    UnitStruct(&'static str),
    UnitVariant(u32, &'static str),
}

/// See [`Sink::around`].
pub(crate) enum Around {
    Some,
    Newtype,
    Variant(u32, &'static str),
}

/// See [`Sink::open`].
pub(crate) enum Compound {
    Seq(Option<usize>),
    Map(Option<usize>),
    Tuple,
    TupleStruct(&'static str),
    TupleVariant(u32, &'static str),
    Struct(&'static str),
    StructVariant(u32, &'static str),
}

/// See [`Sink::part`].
pub(crate) enum Part {
    /// Of a sequence.
    Element,
    /// Of a tuple, by its position.
    Position,
    /// Of what has a name and parts without.
    Numbered,
    Field(&'static str),
    Key,
    Value,
}

/// Why a value is told no further.
#[derive(Debug)]
pub(crate) struct Halt(Option<Box<Why>>);

#[derive(Debug)]
struct Why(String);

impl Halt {
    /// The sink has heard enough.
    pub(crate) const ENOUGH: Self = Self(None);

    pub(crate) fn because(message: String) -> Self {
        Self(Some(Box::new(Why(message))))
    }

    pub(crate) fn into_message(self) -> String {
        self.0.map_or_else(String::new, |why| why.0)
    }
}

impl Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref().map_or("stopped", |why| &why.0))
    }
}

impl std::error::Error for Halt {}

impl From<fmt::Error> for Halt {
    fn from(_: fmt::Error) -> Self {
        Self::ENOUGH
    }
}

impl ser::Error for Halt {
    fn custom<T: Display>(message: T) -> Self {
        Self::because(message.to_string())
    }
}

/// The serializer that every value is told by.
struct Teller<'a> {
    sink: &'a mut dyn Sink,
    /// What is told: the name of its type.
    name: &'static str,
}

impl<'a> Teller<'a> {
    fn open(self, compound: Compound) -> Result<Parts<'a>, Halt> {
        self.sink.open(compound, self.name)?;
        Ok(Parts(self.sink))
    }
}

macro_rules! leaves {
    ($($method:ident($type:ty) as $leaf:ident;)*) => {$(
        fn $method(self, value: $type) -> Result<(), Halt> {
            self.sink.leaf(Leaf::$leaf(value))
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

    leaves! {
        serialize_bool(bool) as Bool;
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
        serialize_char(char) as Char;
        serialize_str(&str) as Str;
        serialize_bytes(&[u8]) as Bytes;
        serialize_unit_struct(&'static str) as UnitStruct;
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Halt> {
        self.sink.leaf(Leaf::Displayed(&value))
    }

    fn serialize_none(self) -> Result<(), Halt> {
        self.sink.leaf(Leaf::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Halt> {
        self.sink.around(Around::Some, &value)
    }

    fn serialize_unit(self) -> Result<(), Halt> {
        self.sink.leaf(Leaf::Unit)
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, variant: &'static str) -> Result<(), Halt> {
        self.sink.leaf(Leaf::UnitVariant(index, variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Halt> {
        self.sink.around(Around::Newtype, &value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Halt> {
        self.sink.around(Around::Variant(index, variant), &value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Parts<'a>, Halt> {
        self.open(Compound::Seq(length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Parts<'a>, Halt> {
        self.open(Compound::Map(length))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Halt> {
        self.open(Compound::Tuple)
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Parts<'a>, Halt> {
        self.open(Compound::TupleStruct(name))
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
        self.open(Compound::Struct(name))
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
        self.sink.is_human_readable()
    }
}

/// The parts of something that was opened.
struct Parts<'a>(&'a mut dyn Sink);

macro_rules! parts {
    ($($trait:ident $method:ident $part:ident;)*) => {$(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Halt;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Halt> {
                self.0.part(Part::$part, &value)
            }

            fn end(self) -> Result<(), Halt> {
                self.0.close()
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
                self.0.part(Part::Field(name), &value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), Halt> {
                self.0.skip(name)
            }

            fn end(self) -> Result<(), Halt> {
                self.0.close()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Halt;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Halt> {
        self.0.part(Part::Key, &key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Halt> {
        self.0.part(Part::Value, &value)
    }

    fn end(self) -> Result<(), Halt> {
        self.0.close()
    }
}
