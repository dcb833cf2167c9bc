//! A value as text, in three styles: a short line for labels (`4`, `"abc"`, `[Penguin { species: …`, `data.csv`),
//! lines for whoever wants to read all of it, and JSON.
//!
//! It stops as soon as it is long enough, so the short form of a large value costs no more than that of a small one.

mod style;

use std::borrow::Cow;
use std::fmt::{self, Write};

use serde::ser::{self, Serialize, Serializer};

use self::style::{Style, escaped};

/// The longest short form, in characters.
const LONGEST: usize = 40;

/// How wide a line is, where a value takes several.
const WIDTH: usize = 76;

/// The short form of a value: one line of at most forty characters.
pub(crate) fn short<T: Serialize + ?Sized>(value: &T) -> String {
    line(value, LONGEST)
}

/// The short form of a value whose longer form on one line is this.
pub fn brief(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() => Cow::Owned(format!("{}…", &line[..end])),
        _ => Cow::Borrowed(line),
    }
}

/// A value on one line of at most so many characters, which ends in `…` if it is cut.
pub(crate) fn line<T: Serialize + ?Sized>(value: &T, most: usize) -> String {
    match write(value, Writer::new(Style::Line, most)) {
        (text, true) => text,
        (text, false) => text + "…",
    }
}

/// A value on as many lines as it takes, and whether that is all of it.
pub(crate) fn lines<T: Serialize + ?Sized>(value: &T, most: usize) -> (String, bool) {
    write(value, Writer::new(Style::Lines, most))
}

/// A value as JSON. None if its type does not say what it is.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    let (text, whole) = write(value, Writer::new(Style::Json, usize::MAX));
    whole.then_some(text)
}

fn write<T: Serialize + ?Sized>(value: &T, mut out: Writer) -> (String, bool) {
    let whole = out.value(value).is_ok();
    (out.text, whole)
}

struct Writer {
    text: String,
    style: Style,
    /// Characters that may still be written.
    left: usize,
    /// How deep a new line is indented.
    depth: usize,
    /// Characters on the line that is being written.
    column: usize,
}

impl Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.put(if character.is_control() { ' ' } else { character })?;
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

impl Writer {
    fn new(style: Style, most: usize) -> Self {
        // The last character is left to the mark of what is cut.
        let left = if style == Style::Line { most.saturating_sub(1) } else { most };
        Self { text: String::new(), style, left, depth: 0, column: 0 }
    }

    fn put(&mut self, character: char) -> fmt::Result {
        self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
        self.text.push(character);
        self.column += 1;
        Ok(())
    }

    fn break_line(&mut self) -> fmt::Result {
        self.put('\n')?;
        self.column = 0;
        (0..self.depth * 4).try_for_each(|_| self.put(' '))
    }

    /// A value within another or by itself: where lines are written, on this one if it fits.
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        if self.style == Style::Lines {
            let room = WIDTH.saturating_sub(self.column).max(LONGEST / 2);
            if let (text, true) = write(value, Self { left: room, ..Self::new(Style::Flat, 0) }) {
                return Ok(self.write_str(&text)?);
            }
        }
        value.serialize(self)
    }

    fn is_json(&self) -> bool {
        self.style == Style::Json
    }

    fn text(&mut self, text: &str) -> Result<(), Stop> {
        if self.style == Style::Line {
            self.write_char('"')?;
            self.write_str(text)?;
            return Ok(self.write_char('"')?);
        }
        Ok(self.write_str(&escaped(text, self.style))?)
    }

    /// What a variant begins with that holds something, and what it ends with.
    fn variant(&mut self, variant: &str) -> Result<&'static str, Stop> {
        if !self.is_json() {
            self.write_str(variant)?;
            return Ok("");
        }
        self.write_char('{')?;
        self.text(variant)?;
        self.write_str(": ")?;
        Ok("}")
    }

    fn open(&mut self, [open, close]: [&str; 2], after: &'static str) -> Result<Elements<'_>, Stop> {
        self.write_str(open)?;
        self.depth += 1;
        Ok(Elements { out: self, count: 0, close: format!("{close}{after}"), named: false })
    }

    /// Fields between braces.
    fn fields(&mut self, after: &'static str) -> Result<Elements<'_>, Stop> {
        let braces = match self.style {
            Style::Json => ["{", "}"],
            Style::Lines => [" {", "}"],
            Style::Line | Style::Flat => [" { ", " }"],
        };
        Ok(Elements { named: true, ..self.open(braces, after)? })
    }

    fn brackets(&self, otherwise: [&'static str; 2]) -> [&'static str; 2] {
        if self.is_json() { ["[", "]"] } else { otherwise }
    }
}

/// Elements between brackets.
struct Elements<'a> {
    out: &'a mut Writer,
    count: usize,
    close: String,
    /// Whether each has a line of its own, where lines are written.
    named: bool,
}

impl Elements<'_> {
    /// Goes to where the next element is written, of which so many characters are known to fit a line.
    fn next(&mut self, width: Option<usize>) -> Result<(), Stop> {
        self.count += 1;
        let first = self.count == 1;
        if self.out.style != Style::Lines {
            return if first { Ok(()) } else { Ok(self.out.write_str(", ")?) };
        }
        if !first {
            self.out.write_char(',')?;
        }
        // Small ones share a line.
        let fits = width.is_some_and(|width| self.out.column + width + 2 <= WIDTH);
        if first || self.named || !fits {
            return Ok(self.out.break_line()?);
        }
        Ok(self.out.write_char(' ')?)
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        const SMALL: usize = 24;
        let small = || match write(value, Writer { left: SMALL, ..Writer::new(Style::Flat, 0) }) {
            (text, true) => Some(text.chars().count()),
            _ => None,
        };
        let width = if self.out.style == Style::Lines && !self.named { small() } else { None };
        self.next(width)?;
        self.out.value(value)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Stop> {
        self.next(None)?;
        if self.out.is_json() {
            self.out.text(name)?;
        } else {
            self.out.write_str(name)?;
        }
        self.out.write_str(": ")?;
        self.out.value(value)
    }

    fn close(self) -> Result<(), Stop> {
        self.out.depth -= 1;
        if self.out.style == Style::Lines && self.count > 0 {
            self.out.write_char(',')?;
            self.out.break_line()?;
        }
        Ok(self.out.write_str(&self.close)?)
    }
}

macro_rules! display {
    ($($method:ident($kind:ty);)*) => {
        $(fn $method(self, value: $kind) -> Result<(), Stop> { Ok(write!(self, "{value}")?) })*
    };
}

impl<'a> Serializer for &'a mut Writer {
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
    }

    fn serialize_f32(self, value: f32) -> Result<(), Stop> {
        match self.style {
            Style::Json if !value.is_finite() => self.text(&value.to_string()),
            _ => Ok(write!(self, "{value}")?),
        }
    }

    fn serialize_f64(self, value: f64) -> Result<(), Stop> {
        match self.style {
            Style::Json if !value.is_finite() => self.text(&value.to_string()),
            _ => Ok(write!(self, "{value}")?),
        }
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        match self.style {
            Style::Json => self.text(value.encode_utf8(&mut [0; 4])),
            _ => Ok(write!(self, "{value:?}")?),
        }
    }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        self.text(value)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Stop> {
        match self.style {
            Style::Json => self.text(&value.to_string()),
            _ => Ok(write!(self, "{value}")?),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        match self.style {
            Style::Line => Ok(write!(self, "{} bytes", value.len())?),
            _ => value.serialize(self),
        }
    }

    fn serialize_none(self) -> Result<(), Stop> {
        Ok(self.write_str(if self.is_json() { "null" } else { "None" })?)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(self.write_str(if self.is_json() { "null" } else { "()" })?)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Stop> {
        Ok(self.write_str(if self.is_json() { "null" } else { name })?)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Stop> {
        if self.is_json() { self.text(variant) } else { Ok(self.write_str(variant)?) }
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
        let after = self.variant(variant)?;
        let [open, close] = if self.is_json() { ["", ""] } else { ["(", ")"] };
        self.write_str(open)?;
        value.serialize(&mut *self)?;
        self.write_str(close)?;
        Ok(self.write_str(after)?)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a>, Stop> {
        const MANY: usize = 8;
        if let Some(length) = length.filter(|&length| length > MANY && self.style == Style::Line) {
            write!(self, "{length} × ")?;
        }
        self.open(["[", "]"], "")
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'a>, Stop> {
        self.open(self.brackets(["(", ")"]), "")
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Elements<'a>, Stop> {
        if !self.is_json() {
            self.write_str(name)?;
        }
        self.open(self.brackets(["(", ")"]), "")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Stop> {
        let after = self.variant(variant)?;
        self.open(self.brackets(["(", ")"]), after)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Elements<'a>, Stop> {
        Ok(Elements { named: true, ..self.open(["{", "}"], "")? })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Elements<'a>, Stop> {
        if !self.is_json() {
            self.write_str(name)?;
        }
        self.fields("")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Elements<'a>, Stop> {
        let after = self.variant(variant)?;
        self.fields(after)
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
        if !self.out.is_json() {
            return self.element(key);
        }
        self.next(None)?;
        let (text, true) = write(key, Writer::new(Style::Json, usize::MAX)) else { return Err(Stop) };
        // A key is a text in JSON.
        if text.starts_with('"') { Ok(self.out.write_str(&text)?) } else { self.out.text(&text) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.out.write_str(": ")?;
        self.out.value(value)
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
        Pair(u8, char),
        Nothing,
    }

    #[derive(serde::Serialize)]
    struct Fitted {
        model: Model,
        names: std::collections::BTreeMap<u8, String>,
        numbers: Vec<u32>,
        missing: Option<f64>,
    }

    fn fitted() -> Fitted {
        Fitted {
            model: Model::Pair(1, 'x'),
            names: [(1, "a \"b\"\n".to_owned())].into(),
            numbers: (100..140).collect(),
            missing: Some(f64::NAN),
        }
    }

    #[test]
    fn json_is_what_any_reader_of_json_takes() {
        let text = json(&fitted()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(value["model"], serde_json::json!({"Pair": [1, "x"]}));
        assert_eq!(value["names"]["1"], "a \"b\"\n");
        assert_eq!(value["numbers"].as_array().unwrap().len(), 40);
        assert_eq!(value["missing"], "NaN");
        let all = [Model::Nothing, Model::Tree { depth: 2 }, Model::Neighbours(3)];
        let all: serde_json::Value = serde_json::from_str(&json(&all).unwrap()).unwrap();
        assert_eq!(all, serde_json::json!(["Nothing", {"Tree": {"depth": 2}}, {"Neighbours": 3}]));
        assert_eq!(json(&File::new("a.csv")).unwrap(), "\"a.csv\"");
    }

    #[test]
    fn a_value_takes_as_many_lines_as_it_needs_and_small_elements_share_one() {
        let (text, whole) = lines(&fitted(), 10_000);
        assert!(whole);
        let shown: Vec<_> = text.lines().collect();
        assert_eq!(shown[..3], ["Fitted {", "    model: Pair(1, 'x'),", "    names: {1: \"a \\\"b\\\"\\n\"},"]);
        assert_eq!(shown[3], "    numbers: [");
        assert!(shown[4].starts_with("        100, 101, 102") && shown[4].chars().count() <= WIDTH + 1, "{text}");
        assert_eq!(*shown.last().unwrap(), "}");
        assert_eq!(lines(&vec![1, 2], 100), ("[1, 2]".to_owned(), true));
        let (text, whole) = lines(&(0..10_000).collect::<Vec<u32>>(), 500);
        assert!(!whole && text.chars().count() == 500);
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
        for text in ["short".to_owned(), "x".repeat(39), "x".repeat(40), "ü".repeat(41), "x".repeat(400)] {
            assert_eq!(brief(&line(&text, 4096)), short(&text));
        }
    }
}
