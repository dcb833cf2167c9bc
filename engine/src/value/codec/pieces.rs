//! The pieces in which values are told, and why one is told no further.

use std::fmt::{self, Display};

use serde::ser;

/// See [`Sink::leaf`](super::untyped::Sink::leaf).
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

/// See [`Sink::around`](super::untyped::Sink::around).
pub(crate) enum Around {
    Some,
    Newtype,
    Variant(u32, &'static str),
}

/// See [`Sink::open`](super::untyped::Sink::open).
pub(crate) enum Compound {
    Seq(Option<usize>),
    Map(Option<usize>),
    Tuple,
    TupleStruct(&'static str),
    TupleVariant(u32, &'static str),
    Struct(&'static str),
    StructVariant(u32, &'static str),
}

/// See [`Sink::part`](super::untyped::Sink::part).
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
