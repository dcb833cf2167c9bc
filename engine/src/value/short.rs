//! A short readable form of any value, for labels: `4`, `"abc"`, `[Penguin { species: …`, `data.csv`.
//!
//! It stops as soon as it is long enough, so a large value costs no more than a small one.

use std::fmt::{self, Write};

use serde::ser::{self, Serialize, Serializer};

/// The longest form, in characters.
const LONGEST: usize = 40;

/// The short form of a value: one line of at most forty characters.
pub(crate) fn short<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = Shortener { text: String::new(), count: 0 };
    match value.serialize(&mut out) {
        Ok(()) => out.text,
        Err(Stop) => out.text + "…",
    }
}

struct Shortener {
    text: String,
    count: usize,
}

impl Write for Shortener {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.count == LONGEST - 1 {
                return Err(fmt::Error);
            }
            self.text.push(if character.is_control() { ' ' } else { character });
            self.count += 1;
        }
        Ok(())
    }
}

/// The form is as long as it may be, or the value can't be shown.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stop")
    }
}

impl std::error::Error for Stop {}

impl From<fmt::Error> for Stop {
    fn from(_: fmt::Error) -> Self {
        Self
    }
}

impl ser::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Elements between brackets.
struct Elements<'a> {
    out: &'a mut Shortener,
    first: bool,
    close: &'static str,
}

impl Elements<'_> {
    fn next(&mut self) -> Result<(), Stop> {
        if !std::mem::take(&mut self.first) {
            self.out.write_str(", ")?;
        }
        Ok(())
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.next()?;
        value.serialize(&mut *self.out)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Stop> {
        self.next()?;
        write!(self.out, "{name}: ")?;
        value.serialize(&mut *self.out)
    }

    fn close(self) -> Result<(), Stop> {
        Ok(self.out.write_str(self.close)?)
    }
}

impl Shortener {
    fn open(&mut self, open: &str, close: &'static str) -> Result<Elements<'_>, Stop> {
        self.write_str(open)?;
        Ok(Elements { out: self, first: true, close })
    }
}

macro_rules! display {
    ($($method:ident($kind:ty);)*) => {
        $(fn $method(self, value: $kind) -> Result<(), Stop> { Ok(write!(self, "{value}")?) })*
    };
}

impl<'a> Serializer for &'a mut Shortener {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Elements<'a>;
    type SerializeStruct = Elements<'a>;
    type SerializeStructVariant = Elements<'a>;

    display! {
        serialize_bool(bool);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64); serialize_i128(i128);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64); serialize_u128(u128);
        serialize_f32(f32); serialize_f64(f64);
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        Ok(write!(self, "{value:?}")?)
    }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        self.write_char('"')?;
        for character in value.chars() {
            self.write_char(character)?;
        }
        Ok(self.write_char('"')?)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Stop> {
        Ok(write!(self, "{value}")?)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        Ok(write!(self, "{} bytes", value.len())?)
    }

    fn serialize_none(self) -> Result<(), Stop> {
        Ok(self.write_str("None")?)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(self.write_str("()")?)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Stop> {
        Ok(self.write_str(name)?)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Stop> {
        Ok(self.write_str(variant)?)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        write!(self, "{variant}(")?;
        value.serialize(&mut *self)?;
        Ok(self.write_str(")")?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a>, Stop> {
        const MANY: usize = 8;
        match length {
            Some(length) if length > MANY => {
                write!(self, "{length} × ")?;
                self.open("[", "]")
            }
            _ => self.open("[", "]"),
        }
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, Stop> {
        self.open("(", ")")
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Elements<'a>, Stop> {
        self.write_str(name)?;
        self.open("(", ")")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Stop> {
        self.write_str(variant)?;
        self.open("(", ")")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Elements<'a>, Stop> {
        self.open("{", "}")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Elements<'a>, Stop> {
        self.write_str(name)?;
        self.open(" { ", " }")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Stop> {
        self.write_str(variant)?;
        self.open(" { ", " }")
    }
}

macro_rules! elements {
    ($($trait:ident $method:ident;)*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                self.element(value)
            }

            fn end(self) -> Result<(), Stop> {
                self.close()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl ser::$trait for Elements<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Stop> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Stop> {
                self.close()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Elements<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.out.write_str(": ")?;
        value.serialize(&mut *self.out)
    }

    fn end(self) -> Result<(), Stop> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::File;

    #[derive(serde::Serialize)]
    enum Model {
        Tree { depth: usize },
        Neighbours(usize),
    }

    #[test]
    fn small_values_are_whole() {
        assert_eq!(short(&4), "4");
        assert_eq!(short("abc"), "\"abc\"");
        assert_eq!(short(&Some(0.5)), "0.5");
        assert_eq!(short(&[Model::Tree { depth: 2 }]), "(Tree { depth: 2 })");
        assert_eq!(short(&vec![Model::Neighbours(3)]), "[Neighbours(3)]");
        assert_eq!(short(&File::new("data/a.csv")), "data/a.csv");
    }

    #[test]
    fn large_values_stop_at_forty_characters() {
        let long = short(&(0..1_000_000).collect::<Vec<u32>>());
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.starts_with("1000000 × [0, 1, 2"), "{long}");
        assert_eq!(short(&"x".repeat(100)).chars().count(), LONGEST);
        assert_eq!(short("two\nlines"), "\"two lines\"");
    }
}
