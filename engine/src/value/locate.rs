//! What stands at a byte of a value's canonical form: the value is walked as it was encoded, and the walk stops
//! where it comes to that byte. So the type names the fields, and nothing is built.
//!
//! It has to count what `codec` writes; a test compares the two.

use std::any::type_name;
use std::fmt::{self, Write};

use serde::ser::{self, Serialize, Serializer};

use super::canonical::has_no_order;
use super::{encode, short};

/// What stands at a byte.
#[derive(Debug)]
pub(super) struct Located {
    /// The way to it as Rust would write it: `[17].measured[2]`; empty for the value itself.
    pub path: String,
    /// Where it begins.
    pub start: usize,
    pub what: What,
}

/// A part of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Something small, in its short form.
    Leaf(String),
    /// A text.
    Text(String),
    /// The length of a list or map.
    Length(usize),
    /// A map or set without an order, whose entries stand elsewhere in the value than in its bytes.
    Unordered,
    /// A file: digest and length of its content.
    File,
}

/// The name by which [`super::File`] tells that it is one.
pub(super) const FILE: &str = "scrat::File";

/// What stands at byte `at` of the canonical form of `value`.
pub(super) fn locate<T: Serialize + ?Sized>(value: &T, at: usize) -> Option<Located> {
    let mut walk = Walk { at, ..Walk::default() };
    drop(walk.visit(value));
    let (start, what) = walk.found?;
    Some(Located { path: walk.path, start, what })
}

/// Where each element of the list or map that begins at byte `at` ends.
pub(super) fn ends<T: Serialize + ?Sized>(value: &T, at: usize) -> Vec<usize> {
    let mut walk = Walk { at: usize::MAX, list: Some(at), ..Walk::default() };
    drop(walk.visit(value));
    walk.ends
}

#[derive(Default)]
struct Walk {
    /// The byte that is looked for.
    at: usize,
    /// The list whose elements' ends are wanted.
    list: Option<usize>,
    /// How many bytes were passed.
    passed: usize,
    path: String,
    found: Option<(usize, What)>,
    /// Found the mark of an enum or option; the value that has it is to be shown.
    is_mark: Option<usize>,
    ends: Vec<usize>,
}

/// The walk is over.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stop")
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl Walk {
    fn visit<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        if has_no_order(type_name::<T>()) {
            let size = encode(value).map_err(|_| Stop)?.len();
            return self.pass(size, || What::Unordered);
        }
        let walked = value.serialize(&mut *self);
        if let Some(start) = self.is_mark.take() {
            self.found = Some((start, What::Leaf(short(value))));
        }
        walked
    }

    /// Goes over `size` bytes, or stops if the place is among them.
    fn pass(&mut self, size: usize, what: impl FnOnce() -> What) -> Result<(), Stop> {
        let start = self.passed;
        self.passed += size;
        if self.at < self.passed {
            self.found = Some((start, what()));
            return Err(Stop);
        }
        Ok(())
    }

    /// Goes over what says which variant follows.
    fn mark(&mut self, size: usize) -> Result<(), Stop> {
        let start = self.passed;
        self.passed += size;
        if self.at < self.passed {
            self.is_mark = Some(start);
            return Err(Stop);
        }
        Ok(())
    }

    fn open(&mut self, length: Option<usize>) -> Result<Parts<'_>, Stop> {
        let length = length.ok_or(Stop)?;
        let is_wanted = self.list == Some(self.passed);
        self.pass(8, || What::Length(length))?;
        Ok(Parts { walk: self, next: 0, before: 0, is_wanted })
    }

    fn parts(&mut self) -> Parts<'_> {
        Parts { walk: self, next: 0, before: 0, is_wanted: false }
    }
}

/// The parts of a compound value.
struct Parts<'w> {
    walk: &'w mut Walk,
    next: usize,
    /// How long the path was before a map's key was put on it.
    before: usize,
    is_wanted: bool,
}

impl Parts<'_> {
    /// Walks a part; its step stays on the path if the place is in it.
    fn part<T: Serialize + ?Sized>(&mut self, step: fmt::Arguments<'_>, value: &T) -> Result<(), Stop> {
        let before = self.walk.path.len();
        // Writing to a `String` can't fail.
        let _ = self.walk.path.write_fmt(step);
        self.walk.visit(value)?;
        self.walk.path.truncate(before);
        self.next += 1;
        Ok(())
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        let index = self.next;
        self.part(format_args!("[{index}]"), value)?;
        if self.is_wanted {
            self.walk.ends.push(self.walk.passed);
        }
        Ok(())
    }

    fn end(self) -> Result<(), Stop> {
        if self.is_wanted { Err(Stop) } else { Ok(()) }
    }
}

macro_rules! fixed {
    ($($method:ident($kind:ty);)*) => {
        $(fn $method(self, value: $kind) -> Result<(), Stop> {
            self.pass(size_of::<$kind>(), || What::Leaf(value.to_string()))
        })*
    };
}

impl<'w> Serializer for &'w mut Walk {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = Parts<'w>;
    type SerializeTupleStruct = Parts<'w>;
    type SerializeTupleVariant = Parts<'w>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = Parts<'w>;

    fixed! {
        serialize_bool(bool);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64); serialize_i128(i128);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64); serialize_u128(u128);
        serialize_f32(f32); serialize_f64(f64);
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        self.pass(value.len_utf8(), || What::Leaf(format!("{value:?}")))
    }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        self.pass(8 + value.len(), || What::Text(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        self.pass(8 + value.len(), || What::Leaf(format!("{} bytes", value.len())))
    }

    fn serialize_none(self) -> Result<(), Stop> {
        self.mark(1)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        self.mark(1)?;
        self.visit(value)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Stop> {
        self.mark(4)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Stop> {
        self.visit(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        self.mark(4)?;
        self.visit(value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Parts<'w>, Stop> {
        self.open(length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w>, Stop> {
        Ok(self.parts())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'w>, Stop> {
        Ok(self.parts())
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Parts<'w>, Stop> {
        self.mark(4)?;
        Ok(self.parts())
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Parts<'w>, Stop> {
        self.open(length)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w>, Stop> {
        const SIZE: usize = 40;
        if name == FILE && self.at < self.passed.saturating_add(SIZE) {
            self.found = Some((self.passed, What::File));
            return Err(Stop);
        }
        Ok(self.parts())
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Parts<'w>, Stop> {
        self.mark(4)?;
        Ok(self.parts())
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! parts {
    ($($trait:ident $method:ident $step:literal;)*) => {$(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                let index = self.next;
                self.part(format_args!($step, index), value)
            }

            fn end(self) -> Result<(), Stop> {
                self.end()
            }
        }
    )*};
}

parts! {
    SerializeTuple serialize_element "[{}]";
    SerializeTupleStruct serialize_field ".{}";
    SerializeTupleVariant serialize_field ".{}";
}

impl ser::SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.element(value)
    }

    fn end(self) -> Result<(), Stop> {
        self.end()
    }
}

macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Stop> {
                self.part(format_args!(".{name}"), value)
            }

            fn end(self) -> Result<(), Stop> {
                self.end()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        let index = self.next;
        self.before = self.walk.path.len();
        self.part(format_args!(".keys()[{index}]"), key)?;
        self.walk.path.push_str(&format!("[{}]", short(key)));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.walk.visit(value)?;
        self.walk.path.truncate(self.before);
        if self.is_wanted {
            self.walk.ends.push(self.walk.passed);
        }
        Ok(())
    }

    fn end(self) -> Result<(), Stop> {
        self.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use proptest::prelude::*;

    use super::*;

    #[derive(serde::Serialize)]
    struct Bird {
        species: Species,
        measured: [f64; 2],
        sex: Option<u8>,
    }

    #[derive(serde::Serialize)]
    enum Species {
        Gentoo,
        Other { name: String },
    }

    fn place<T: Serialize>(value: &T, at: usize) -> (String, What) {
        let located = locate(value, at).unwrap();
        (located.path, located.what)
    }

    fn leaf(path: &str, text: &str) -> (String, What) {
        (path.to_owned(), What::Leaf(text.to_owned()))
    }

    #[test]
    fn a_byte_is_found_by_the_names_on_the_way_to_it() {
        let bird = |species| Bird { species, measured: [1.5, 2.5], sex: None };
        let birds = vec![bird(Species::Gentoo), bird(Species::Other { name: "emu".to_owned() })];
        let (first, second) = (8, 8 + 4 + 16 + 1);
        assert_eq!(place(&birds, 0), (String::new(), What::Length(2)));
        assert_eq!(place(&birds, first), leaf("[0].species", "Gentoo"));
        assert_eq!(place(&birds, first + 4 + 8), leaf("[0].measured[1]", "2.5"));
        assert_eq!(place(&birds, second - 1), leaf("[0].sex", "None"));
        assert_eq!(place(&birds, second + 4), ("[1].species.name".to_owned(), What::Text("emu".to_owned())));
        assert!(locate(&birds, encode(&birds).unwrap().len()).is_none());
    }

    #[test]
    fn a_byte_in_a_map_is_found_by_its_key() {
        let map = BTreeMap::from([("ash [1]", vec![1_u8]), ("oak", vec![2, 3])]);
        let end = encode(&map).unwrap().len();
        assert_eq!(place(&map, end - 1), leaf("[\"oak\"][1]", "3"));
    }

    #[test]
    fn a_byte_in_a_map_without_an_order_is_found_no_closer() {
        let value = (1_u8, HashMap::from([(1_u8, 2_u8), (3, 4)]), 5_u8);
        assert_eq!(place(&value, 10), ("[1]".to_owned(), What::Unordered));
        assert_eq!(place(&value, 13), leaf("[2]", "5"));
    }

    #[test]
    fn the_ends_of_elements_are_those_of_their_bytes() {
        let value = (7_u8, vec!["a".to_owned(), String::new(), "bc".to_owned()], 1_u64);
        assert_eq!(ends(&value, 1), [18, 26, 36]);
        assert_eq!(ends(&value, 0), [0_usize; 0]);
    }

    type Anything = (Vec<(String, Option<i64>)>, BTreeMap<u8, f64>, HashMap<String, Vec<char>>, (bool, i128, char));

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn as_many_bytes_are_passed_as_are_written(value: Anything) {
            let size = encode(&value).unwrap().len();
            prop_assert!(locate(&value, size - 1).is_some());
            prop_assert!(locate(&value, size).is_none());
        }
    }
}
