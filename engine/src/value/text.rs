//! A value as text, in three styles: a short line for labels (`4`, `"abc"`, `[Penguin { species: …`, `data.csv`),
//! lines for whoever wants to read all of it, and JSON.
//!
//! It stops as soon as it is long enough, so the short form of a large value costs no more than that of a small one.

mod style;

use std::borrow::Cow;
use std::fmt::{self, Write};

use self::style::{Style, escaped};
use super::codec::pieces::{Around, Compound, Halt, Leaf, Part};
use super::codec::untyped::{Sink, To, Untyped, tell_inside};

/// The longest short form, in characters.
const LONGEST: usize = 40;

/// How wide a line is, where a value takes several.
const WIDTH: usize = 76;

/// The short form of a value: one line of at most forty characters.
pub(crate) fn short(value: &dyn Untyped) -> String {
    line(value, LONGEST)
}

/// The short form of a value, given its longer form on one line.
pub fn brief(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() => Cow::Owned(format!("{}…", &line[..end])),
        _ => Cow::Borrowed(line),
    }
}

/// A value on one line of at most so many characters, which ends in `…` if it is cut.
pub(crate) fn line(value: &dyn Untyped, most: usize) -> String {
    match write(value, Writer::new(Style::Line, most)) {
        (text, true) => text,
        (text, false) => text + "…",
    }
}

/// A value on as many lines as it takes, and whether that is all of it.
pub(crate) fn lines(value: &dyn Untyped, most: usize) -> (String, bool) {
    write(value, Writer::new(Style::Lines, most))
}

/// A value as JSON. None if its type does not say what it is.
pub(crate) fn json(value: &dyn Untyped) -> Option<String> {
    let (text, whole) = write(value, Writer::new(Style::Json, usize::MAX));
    whole.then_some(text)
}

fn write(value: &dyn Untyped, mut out: Writer) -> (String, bool) {
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
    /// What is open, the innermost last.
    open: Vec<Open>,
}

/// Elements between brackets.
struct Open {
    count: usize,
    close: String,
    /// Whether each has a line of its own, where lines are written.
    named: bool,
}

impl Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.put(if character.is_control() { ' ' } else { character })?;
        }
        Ok(())
    }
}

impl Writer {
    fn new(style: Style, most: usize) -> Self {
        // The last character is left to the mark of what is cut.
        let left = if style == Style::Line { most.saturating_sub(1) } else { most };
        Self { text: String::new(), style, left, depth: 0, column: 0, open: Vec::new() }
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
    fn value(&mut self, value: &dyn Untyped) -> Result<(), Halt> {
        if self.style == Style::Lines {
            let room = WIDTH.saturating_sub(self.column).max(LONGEST / 2);
            if let (text, true) = write(value, Self { left: room, ..Self::new(Style::Flat, 0) }) {
                return Ok(self.write_str(&text)?);
            }
        }
        tell_inside(value, self)
    }

    fn is_json(&self) -> bool {
        self.style == Style::Json
    }

    fn text(&mut self, text: &str) -> Result<(), Halt> {
        if self.style == Style::Line {
            self.write_char('"')?;
            self.write_str(text)?;
            return Ok(self.write_char('"')?);
        }
        Ok(self.write_str(&escaped(text, self.style))?)
    }

    /// What a variant begins with that holds something, and what it ends with.
    fn variant(&mut self, variant: &str) -> Result<&'static str, Halt> {
        if !self.is_json() {
            self.write_str(variant)?;
            return Ok("");
        }
        self.write_char('{')?;
        self.text(variant)?;
        self.write_str(": ")?;
        Ok("}")
    }

    fn brackets(&self, otherwise: [&'static str; 2]) -> [&'static str; 2] {
        if self.is_json() { ["[", "]"] } else { otherwise }
    }

    fn begin(&mut self, [open, close]: [&str; 2], after: &str, named: bool) -> Result<(), Halt> {
        self.write_str(open)?;
        self.depth += 1;
        self.open.push(Open { count: 0, close: format!("{close}{after}"), named });
        Ok(())
    }

    /// Begins fields between braces.
    fn begin_fields(&mut self, after: &str) -> Result<(), Halt> {
        let braces = match self.style {
            Style::Json => ["{", "}"],
            Style::Lines => [" {", "}"],
            Style::Line | Style::Flat => [" { ", " }"],
        };
        self.begin(braces, after, true)
    }

    /// Goes to where the next element is written, of which so many characters are known to fit a line.
    fn next(&mut self, width: Option<usize>) -> Result<(), Halt> {
        let open = self.open.last_mut().ok_or(Halt::ENOUGH)?;
        open.count += 1;
        let (first, named) = (open.count == 1, open.named);
        if self.style != Style::Lines {
            return if first { Ok(()) } else { Ok(self.write_str(", ")?) };
        }
        if !first {
            self.write_char(',')?;
        }
        // Small ones share a line.
        let fits = width.is_some_and(|width| self.column + width + 2 <= WIDTH);
        if first || named || !fits {
            return Ok(self.break_line()?);
        }
        Ok(self.write_char(' ')?)
    }

    fn element(&mut self, value: &dyn Untyped) -> Result<(), Halt> {
        const SMALL: usize = 24;
        let small = || match write(value, Self { left: SMALL, ..Self::new(Style::Flat, 0) }) {
            (text, true) => Some(text.chars().count()),
            _ => None,
        };
        let named = self.open.last().is_some_and(|open| open.named);
        let width = if self.style == Style::Lines && !named { small() } else { None };
        self.next(width)?;
        self.value(value)
    }

    fn field(&mut self, name: &str, value: &dyn Untyped) -> Result<(), Halt> {
        self.next(None)?;
        if self.is_json() {
            self.text(name)?;
        } else {
            self.write_str(name)?;
        }
        self.write_str(": ")?;
        self.value(value)
    }

    fn key(&mut self, key: &dyn Untyped) -> Result<(), Halt> {
        if !self.is_json() {
            return self.element(key);
        }
        self.next(None)?;
        let (text, true) = write(key, Self::new(Style::Json, usize::MAX)) else { return Err(Halt::ENOUGH) };
        // A key is a text in JSON.
        if text.starts_with('"') { Ok(self.write_str(&text)?) } else { self.text(&text) }
    }

    fn display(&mut self, value: impl fmt::Display) -> Result<(), Halt> {
        Ok(write!(self, "{value}")?)
    }

    fn float(&mut self, value: impl fmt::Display, is_finite: bool) -> Result<(), Halt> {
        if self.is_json() && !is_finite { self.text(&value.to_string()) } else { self.display(value) }
    }
}

impl Sink for Writer {
    fn is_human_readable(&self) -> bool {
        true
    }

    fn leaf(&mut self, leaf: Leaf<'_>) -> Result<(), Halt> {
        match leaf {
            Leaf::Bool(value) => self.display(value),
            Leaf::I8(value) => self.display(value),
            Leaf::I16(value) => self.display(value),
            Leaf::I32(value) => self.display(value),
            Leaf::I64(value) => self.display(value),
            Leaf::I128(value) => self.display(value),
            Leaf::U8(value) => self.display(value),
            Leaf::U16(value) => self.display(value),
            Leaf::U32(value) => self.display(value),
            Leaf::U64(value) => self.display(value),
            Leaf::U128(value) => self.display(value),
            Leaf::F32(value) => self.float(value, value.is_finite()),
            Leaf::F64(value) => self.float(value, value.is_finite()),
            Leaf::Char(value) if self.is_json() => self.text(value.encode_utf8(&mut [0; 4])),
            Leaf::Char(value) => Ok(write!(self, "{value:?}")?),
            Leaf::Str(value) => self.text(value),
            Leaf::Displayed(value) if self.is_json() => self.text(&value.to_string()),
            Leaf::Displayed(value) => self.display(value),
            Leaf::Bytes(value) if self.style == Style::Line => Ok(write!(self, "{} bytes", value.len())?),
            Leaf::Bytes(value) => value.to_vec().tell(To::Sink(self)),
            Leaf::None => Ok(self.write_str(if self.is_json() { "null" } else { "None" })?),
            Leaf::Unit => Ok(self.write_str(if self.is_json() { "null" } else { "()" })?),
            Leaf::UnitStruct(name) => Ok(self.write_str(if self.is_json() { "null" } else { name })?),
            Leaf::UnitVariant(_, variant) if self.is_json() => self.text(variant),
            Leaf::UnitVariant(_, variant) => Ok(self.write_str(variant)?),
        }
    }

    fn around(&mut self, around: Around, value: &dyn Untyped) -> Result<(), Halt> {
        let Around::Variant(_, variant) = around else { return tell_inside(value, self) };
        let after = self.variant(variant)?;
        let [open, close] = if self.is_json() { ["", ""] } else { ["(", ")"] };
        self.write_str(open)?;
        tell_inside(value, self)?;
        self.write_str(close)?;
        Ok(self.write_str(after)?)
    }

    fn open(&mut self, compound: Compound, _: &'static str) -> Result<(), Halt> {
        const MANY: usize = 8;
        match compound {
            Compound::Seq(length) => {
                if let Some(length) = length.filter(|&length| length > MANY && self.style == Style::Line) {
                    write!(self, "{length} × ")?;
                }
                self.begin(["[", "]"], "", false)
            }
            Compound::Map(_) => self.begin(["{", "}"], "", true),
            Compound::Tuple => self.begin(self.brackets(["(", ")"]), "", false),
            Compound::TupleStruct(name) => {
                if !self.is_json() {
                    self.write_str(name)?;
                }
                self.begin(self.brackets(["(", ")"]), "", false)
            }
            Compound::TupleVariant(_, variant) => {
                let after = self.variant(variant)?;
                self.begin(self.brackets(["(", ")"]), after, false)
            }
            Compound::Struct(name) => {
                if !self.is_json() {
                    self.write_str(name)?;
                }
                self.begin_fields("")
            }
            Compound::StructVariant(_, variant) => {
                let after = self.variant(variant)?;
                self.begin_fields(after)
            }
        }
    }

    fn part(&mut self, part: Part, value: &dyn Untyped) -> Result<(), Halt> {
        match part {
            Part::Element | Part::Position | Part::Numbered => self.element(value),
            Part::Field(name) => self.field(name, value),
            Part::Key => self.key(value),
            Part::Value => {
                self.write_str(": ")?;
                self.value(value)
            }
        }
    }

    fn close(&mut self) -> Result<(), Halt> {
        let Open { count, close, .. } = self.open.pop().ok_or(Halt::ENOUGH)?;
        self.depth -= 1;
        if self.style == Style::Lines && count > 0 {
            self.write_char(',')?;
            self.break_line()?;
        }
        Ok(self.write_str(&close)?)
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
        assert_eq!(short(&"abc"), "\"abc\"");
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
        assert_eq!(short(&"two\nlines"), "\"two lines\"");
        for text in ["short".to_owned(), "x".repeat(39), "x".repeat(40), "ü".repeat(41), "x".repeat(400)] {
            assert_eq!(brief(&line(&text, 4096)), short(&text));
        }
    }
}
