//! What stands at a byte of a value's canonical form: the value is walked as it was encoded, and the walk stops
//! where it comes to that byte. So the type names the fields, and nothing is built.
//!
//! It has to count what `codec` writes; a test compares the two.

use std::fmt::{self, Write};

use crate::value::codec::canonical::has_no_order;
use crate::value::codec::pieces::{Around, Compound, Halt, Leaf, Part};
use crate::value::codec::serial::canonical;
use crate::value::codec::untyped::{Sink, Untyped, tell_inside};
use crate::value::short;

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
    /// A folder: digest and length of its manifest.
    Folder,
}

/// The names by which [`super::File`] and [`super::Dir`] tell what they are.
const FILE: &str = "scrat::File";
const FOLDER: &str = "scrat::Dir";

/// What stands at byte `at` of the canonical form of `value`.
pub(super) fn locate(value: &dyn Untyped, at: usize) -> Option<Located> {
    let mut walk = Walk { at, ..Walk::default() };
    drop(walk.visit(value));
    let (start, what) = walk.found?;
    Some(Located { path: walk.path, start, what })
}

/// Where each element of the list or map that begins at byte `at` ends.
pub(super) fn ends(value: &dyn Untyped, at: usize) -> Vec<usize> {
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
    /// What is open, the innermost last.
    open: Vec<Open>,
}

/// A compound value whose parts are walked.
struct Open {
    /// Which part is next.
    next: usize,
    /// How long the path was before a map's key was put on it.
    before: usize,
    is_wanted: bool,
}

impl Walk {
    fn visit(&mut self, value: &dyn Untyped) -> Result<(), Halt> {
        if has_no_order(value.type_name()) {
            let size = canonical(value)?.len();
            return self.pass(size, || What::Unordered);
        }
        let walked = tell_inside(value, self);
        if let Some(start) = self.is_mark.take() {
            self.found = Some((start, What::Leaf(short(value))));
        }
        walked
    }

    /// Goes over `size` bytes, or stops if the place is among them.
    fn pass(&mut self, size: usize, what: impl FnOnce() -> What) -> Result<(), Halt> {
        let start = self.passed;
        self.passed += size;
        if self.at < self.passed {
            self.found = Some((start, what()));
            return Err(Halt::ENOUGH);
        }
        Ok(())
    }

    /// Goes over what says which variant follows.
    fn mark(&mut self, size: usize) -> Result<(), Halt> {
        let start = self.passed;
        self.passed += size;
        if self.at < self.passed {
            self.is_mark = Some(start);
            return Err(Halt::ENOUGH);
        }
        Ok(())
    }

    fn fixed<N: ToString>(&mut self, number: N) -> Result<(), Halt> {
        self.pass(size_of::<N>(), || What::Leaf(number.to_string()))
    }

    fn text(&mut self, text: &str) -> Result<(), Halt> {
        self.pass(8 + text.len(), || What::Text(text.to_owned()))
    }

    /// Walks a part; its step stays on the path if the place is in it.
    fn step(&mut self, step: fmt::Arguments<'_>, value: &dyn Untyped) -> Result<(), Halt> {
        let before = self.path.len();
        // Writing to a `String` can't fail.
        let _ = self.path.write_fmt(step);
        self.visit(value)?;
        self.path.truncate(before);
        Ok(())
    }

    /// Notes where an element of the wanted list ends.
    fn note_end(&mut self) {
        if self.open.last().is_some_and(|open| open.is_wanted) {
            self.ends.push(self.passed);
        }
    }
}

impl Sink for Walk {
    fn is_human_readable(&self) -> bool {
        false
    }

    fn leaf(&mut self, leaf: Leaf<'_>) -> Result<(), Halt> {
        match leaf {
            Leaf::Bool(value) => self.fixed(value),
            Leaf::I8(value) => self.fixed(value),
            Leaf::I16(value) => self.fixed(value),
            Leaf::I32(value) => self.fixed(value),
            Leaf::I64(value) => self.fixed(value),
            Leaf::I128(value) => self.fixed(value),
            Leaf::U8(value) => self.fixed(value),
            Leaf::U16(value) => self.fixed(value),
            Leaf::U32(value) => self.fixed(value),
            Leaf::U64(value) => self.fixed(value),
            Leaf::U128(value) => self.fixed(value),
            Leaf::F32(value) => self.fixed(value),
            Leaf::F64(value) => self.fixed(value),
            Leaf::Char(value) => self.pass(value.len_utf8(), || What::Leaf(format!("{value:?}"))),
            Leaf::Str(value) => self.text(value),
            Leaf::Displayed(value) => self.text(&value.to_string()),
            Leaf::Bytes(value) => self.pass(8 + value.len(), || What::Leaf(format!("{} bytes", value.len()))),
            Leaf::None => self.mark(1),
            Leaf::Unit | Leaf::UnitStruct(_) => Ok(()),
            Leaf::UnitVariant(..) => self.mark(4),
        }
    }

    fn around(&mut self, around: Around, value: &dyn Untyped) -> Result<(), Halt> {
        match around {
            Around::Some => self.mark(1)?,
            Around::Newtype => {}
            Around::Variant(..) => self.mark(4)?,
        }
        self.visit(value)
    }

    fn open(&mut self, compound: Compound, _: &'static str) -> Result<(), Halt> {
        const SIZE: usize = 40;
        let mut is_wanted = false;
        match compound {
            Compound::Seq(length) | Compound::Map(length) => {
                let length = length.ok_or(Halt::ENOUGH)?;
                is_wanted = self.list == Some(self.passed);
                self.pass(8, || What::Length(length))?;
            }
            Compound::TupleVariant(..) | Compound::StructVariant(..) => self.mark(4)?,
            Compound::Struct(name @ (FILE | FOLDER)) if self.at < self.passed.saturating_add(SIZE) => {
                let what = if name == FILE { What::File } else { What::Folder };
                self.found = Some((self.passed, what));
                return Err(Halt::ENOUGH);
            }
            Compound::Tuple | Compound::TupleStruct(_) | Compound::Struct(_) => {}
        }
        self.open.push(Open { next: 0, before: 0, is_wanted });
        Ok(())
    }

    fn part(&mut self, part: Part, value: &dyn Untyped) -> Result<(), Halt> {
        let before = self.path.len();
        let open = self.open.last_mut().ok_or(Halt::ENOUGH)?;
        let index = open.next;
        match part {
            Part::Element | Part::Position => self.step(format_args!("[{index}]"), value)?,
            Part::Numbered => self.step(format_args!(".{index}"), value)?,
            Part::Field(name) => self.step(format_args!(".{name}"), value)?,
            Part::Key => {
                open.before = before;
                self.step(format_args!(".keys()[{index}]"), value)?;
                self.path.push_str(&format!("[{}]", short(value)));
            }
            Part::Value => {
                let before = open.before;
                self.visit(value)?;
                self.path.truncate(before);
                self.note_end();
                return Ok(());
            }
        }
        if let Some(open) = self.open.last_mut() {
            open.next += 1;
        }
        if let Part::Element = part {
            self.note_end();
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Halt> {
        match self.open.pop() {
            Some(open) if open.is_wanted => Err(Halt::ENOUGH),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use proptest::prelude::*;

    use super::*;
    use crate::value::encode;

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

    fn place(value: &dyn Untyped, at: usize) -> (String, What) {
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
