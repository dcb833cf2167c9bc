//! Where two values of one type first differ, in words that a reader of the code knows: fields, elements, lines.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::locate::{What, ends, locate};
use crate::digest::Digest;
use crate::value::codec::context::{Named, find};
use crate::value::codec::serial::canonical;
use crate::value::codec::untyped::{Told, Untyped};
use crate::value::{Kind, Room};

/// Files and values above so many bytes are not compared.
pub(crate) const LARGEST: u64 = 8 * 1024 * 1024;

/// Where two values first differ.
///
/// # Examples
///
/// ```
/// use scrat::{ArgumentChange, Difference};
///
/// /// Where an argument differs, in words.
/// fn place(change: &ArgumentChange) -> String {
///     match &change.difference {
///         Some(Difference::Line { line, .. }) => format!("line {line}"),
///         Some(Difference::Part { path, .. }) => path.clone(),
///         _ => change.name.clone(),
///     }
/// }
///
/// assert_eq!(place(&ArgumentChange::default()), "");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Difference {
    /// In a number, a variant or something else that is small.
    Part {
        /// The path to it as Rust would write it: `[17].measured[2]`; empty for the value itself.
        path: String,
        /// The short form of the old part.
        old: String,
        /// The short form of the new part.
        new: String,
    },
    /// In a text, or a file of text.
    Line {
        /// The path to the text; empty for the value itself.
        path: String,
        /// The number of the line, from 1.
        line: usize,
        /// The old line, cut to what fits; none if the old text ended before it.
        old: Option<String>,
        /// The new line, cut to what fits; none if the new text ends before it.
        new: Option<String>,
    },
    /// In the number of elements of a list or map.
    Length {
        /// The path to the list; empty for the value itself.
        path: String,
        /// How many elements it had.
        old: usize,
        /// How many elements it has now.
        new: usize,
        /// Where the elements that both have first differ; none if elements were only added or removed at the end.
        first: Option<Box<Self>>,
    },
    /// Somewhere in a map or set without an order.
    Within {
        /// The path to the map or set.
        path: String,
    },
    /// In bytes about which nothing more is known.
    Byte {
        /// How many bytes before the difference are the same.
        offset: u64,
        /// How many bytes there were.
        old: u64,
        /// How many there are.
        new: u64,
    },
    /// In the elements of a list that steps returned, one each.
    Elements {
        /// How many elements the list had.
        old: usize,
        /// How many elements the list has now.
        new: usize,
        /// Positions of the first few elements that differ. If the list has another length, only that of the first one.
        positions: Vec<usize>,
        /// How many elements differ; 0 if the list has another length.
        changed: usize,
        /// The label of the step that returned the first element that differs.
        step: Option<String>,
        /// Where that element differs.
        first: Option<Box<Self>>,
    },
    /// In what is in a folder.
    Entries {
        /// The paths of the first few files and folders that differ or are new, relative to the folder.
        named: Vec<String>,
        /// How many are not what they were.
        changed: usize,
        /// How many are new.
        added: usize,
        /// How many are gone.
        removed: usize,
    },
}

/// Where two values with these canonical bytes first differ. None if they don't, or if the bytes are not those of a
/// value of this kind.
pub(crate) fn differ(kind: &Kind, old: &[u8], new: &[u8]) -> Option<Difference> {
    let faithful = |bytes: &[u8]| {
        let value = kind.decode(bytes).ok()?;
        let again = kind.write(&*value, Room::Memory).ok()?;
        (again.small(usize::MAX)? == bytes).then_some(value)
    };
    first(old, new)?;
    let (old_value, new_value) = (faithful(old)?, faithful(new)?);
    let told = (kind.told(&*old_value), kind.told(&*new_value));
    if kind.codec().is_none() {
        return between(&told, (old, new));
    }
    // Bytes of another codec say nothing of where in a value they stand. Those of the telling do.
    between(&told, (&canonical(told.0.value()).ok()?, &canonical(told.1.value()).ok()?))
}

fn between((old, new): &(Told<'_>, Told<'_>), bytes: (&[u8], &[u8])) -> Option<Difference> {
    let at = first(bytes.0, bytes.1)?;
    Pair { old: old.value(), new: new.value(), bytes }.at(at, at)
}

/// Where the contents of two files first differ.
fn differ_files(old: &Path, new: &Path) -> Option<Difference> {
    let read = |path: &Path| {
        let is_small = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() <= LARGEST);
        is_small.then(|| std::fs::read(path).ok()).flatten()
    };
    differ_bytes(&read(old)?, &read(new)?)
}

/// Where bytes of an unknown type first differ.
fn differ_bytes(old: &[u8], new: &[u8]) -> Option<Difference> {
    let offset = first(old, new)?;
    match (std::str::from_utf8(old), std::str::from_utf8(new)) {
        (Ok(old), Ok(new)) => Some(lines(String::new(), old, new)),
        _ => Some(Difference::Byte { offset: offset as u64, old: old.len() as u64, new: new.len() as u64 }),
    }
}

/// The first byte that is another one.
fn first(old: &[u8], new: &[u8]) -> Option<usize> {
    let at = old.iter().zip(new).position(|(old, new)| old != new);
    at.or_else(|| (old.len() != new.len()).then(|| old.len().min(new.len())))
}

struct Pair<'v> {
    old: &'v dyn Untyped,
    new: &'v dyn Untyped,
    bytes: (&'v [u8], &'v [u8]),
}

impl Pair<'_> {
    /// The difference that is there at these bytes. Everything around them is alike.
    fn at(&self, old: usize, new: usize) -> Option<Difference> {
        let (old, new) = (locate(self.old, old)?, locate(self.new, new)?);
        let path = new.path;
        match (old.what, new.what) {
            (What::Length(before), What::Length(after)) => {
                let first = self.elements(old.start, new.start).map(Box::new);
                Some(Difference::Length { path, old: before, new: after, first })
            }
            (What::Text(before), What::Text(after)) => Some(texts(path, &before, &after)),
            (What::File, What::File) => {
                let content = |bytes: &[u8], start: usize| {
                    let digest = Digest::try_from(bytes.get(start..start + 32)?).ok()?;
                    find(&digest, Named::File)
                };
                differ_files(&content(self.bytes.0, old.start)?.path, &content(self.bytes.1, new.start)?.path)
            }
            (What::Unordered, What::Unordered) if !path.is_empty() => Some(Difference::Within { path }),
            (What::Leaf(before), What::Leaf(after)) => Some(Difference::Part { path, old: before, new: after }),
            _ => None,
        }
    }

    /// The first difference among the elements that two lists both have, which begin at these bytes.
    fn elements(&self, old: usize, new: usize) -> Option<Difference> {
        const HEAD: usize = 8;
        let (mut a, mut b) = (old + HEAD, new + HEAD);
        for (a_end, b_end) in ends(self.old, old).into_iter().zip(ends(self.new, new)) {
            if let Some(at) = first(self.bytes.0.get(a..a_end)?, self.bytes.1.get(b..b_end)?) {
                return self.at(a + at, b + at);
            }
            (a, b) = (a_end, b_end);
        }
        None
    }
}

fn texts(path: String, old: &str, new: &str) -> Difference {
    const SHORT: usize = 40;
    let is_short = |text: &str| text.chars().count() <= SHORT && !text.contains('\n');
    if is_short(old) && is_short(new) {
        return Difference::Part { path, old: format!("{old:?}"), new: format!("{new:?}") };
    }
    lines(path, old, new)
}

fn lines(path: String, old: &str, new: &str) -> Difference {
    let (mut before, mut after) = (old.split('\n'), new.split('\n'));
    let mut line = 1;
    loop {
        let (old, new) = (before.next(), after.next());
        if old != new || old.is_none() {
            let column = old.unwrap_or("").chars().zip(new.unwrap_or("").chars()).take_while(|(a, b)| a == b).count();
            let part = |text: &str| around(text, column);
            return Difference::Line { path, line, old: old.map(part), new: new.map(part) };
        }
        line += 1;
    }
}

/// As much of a line around a column as fits on a screen beside another one.
fn around(line: &str, column: usize) -> String {
    const FITS: usize = 48;
    const BEFORE: usize = 16;
    let from = if column < FITS - BEFORE { 0 } else { column - BEFORE };
    let mut part: String = if from > 0 { "…".to_owned() } else { String::new() };
    part.extend(
        line.chars()
            .skip(from)
            .take(FITS)
            .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }),
    );
    if line.chars().nth(from + FITS).is_some() {
        part.push('…');
    }
    part
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use super::*;
    use crate::value::kind::kind;
    use crate::value::{File, Value, encode, serving_files};

    fn between<T: Value>(old: &T, new: &T) -> Option<Difference> {
        differ(kind::<T>(), &encode(old).unwrap(), &encode(new).unwrap())
    }

    fn part(path: &str, old: &str, new: &str) -> Difference {
        Difference::Part { path: path.to_owned(), old: old.to_owned(), new: new.to_owned() }
    }

    #[test]
    fn a_number_in_a_list_is_found_by_its_index() {
        let old: Vec<f64> = (0..344).map(f64::from).collect();
        let mut new = old.clone();
        new[17] = 0.5;
        new[200] = 0.5;
        assert_eq!(between(&old, &new), Some(part("[17]", "17", "0.5")));
        assert_eq!(between(&old, &old), None);
    }

    #[test]
    fn a_list_of_another_length_tells_both_and_the_first_element_that_differs() {
        let length = |old, new, first: Option<Difference>| {
            Some(Difference::Length { path: String::new(), old, new, first: first.map(Box::new) })
        };
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let old = words(&["acorn", "beech", "oak"]);
        assert_eq!(between(&old, &words(&["acorn", "beech", "oak", "yew"])), length(3, 4, None));
        let inserted = words(&["acorn", "ash", "beech", "oak"]);
        assert_eq!(between(&old, &inserted), length(3, 4, Some(part("[1]", "\"beech\"", "\"ash\""))));
        let nested = (1_u8, vec![words(&["a"]), words(&["b"])]);
        let longer = (1_u8, vec![words(&["a"]), words(&["b", "c"])]);
        let Some(Difference::Length { path, .. }) = between(&nested, &longer) else { panic!("another difference") };
        assert_eq!(path, "[1][1]");
    }

    #[test]
    fn a_text_tells_the_line_and_as_much_of_it_as_fits() {
        let old = "id,mass\n1,3750\n2,3800\n".to_owned();
        let line = |line, old: Option<&str>, new: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            Some(Difference::Line { path: String::new(), line, old: own(old), new: own(new) })
        };
        assert_eq!(between(&old, &old.replace("3800", "3900")), line(3, Some("2,3800"), Some("2,3900")));
        assert_eq!(between(&old, &format!("{old}3,1\n")), line(4, Some(""), Some("3,1")));
        assert_eq!(between(&old, &old.trim_end().to_owned()), line(4, Some(""), None));
        let [a, b] = ['a', 'b'].map(|c| format!("{}{c}{}", "x".repeat(100), "y".repeat(100)));
        let Some(Difference::Line { old: Some(old), .. }) = between(&a, &b) else { panic!("another difference") };
        assert_eq!(old, format!("…{}a{}…", "x".repeat(16), "y".repeat(31)));
    }

    #[test]
    fn an_option_and_a_map_tell_what_stands_there() {
        assert_eq!(between(&Some(3_u8), &None), Some(part("", "3", "None")));
        let old = BTreeMap::from([("Adelie".to_owned(), 1.5), ("Gentoo".to_owned(), 2.5)]);
        let mut new = old.clone();
        new.insert("Gentoo".to_owned(), 3.5);
        assert_eq!(between(&old, &new), Some(part("[\"Gentoo\"]", "2.5", "3.5")));
    }

    #[test]
    fn bytes_that_are_no_value_of_the_type_tell_nothing() {
        assert_eq!(differ(kind::<bool>(), &[0], &[2]), None);
        assert_eq!(differ(kind::<u32>(), &[0; 4], &[1; 5]), None);
        let unknown = Difference::Byte { offset: 1, old: 2, new: 3 };
        assert_eq!(differ_bytes(&[255, 1], &[255, 2, 3]), Some(unknown));
    }

    #[test]
    fn files_are_compared_by_their_lines_while_both_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
        std::fs::write(&a, "1\n2\n").unwrap();
        std::fs::write(&b, "1\n3\n").unwrap();
        let [old, new] = [&a, &b].map(|path| encode(&vec![File::new(path)]).unwrap());
        let paths = [(Digest::of(b"1\n2\n"), a), (Digest::of(b"1\n3\n"), b)];
        let find = move |digest: &Digest, _| {
            paths.iter().find(|(known, _)| known == digest).map(|(_, path)| path.clone().into())
        };
        let found = serving_files(Rc::new(find), || differ(kind::<Vec<File>>(), &old, &new));
        assert!(matches!(found, Some(Difference::Line { line: 2, .. })), "{found:?}");
        assert_eq!(differ(kind::<Vec<File>>(), &old, &new), None);
    }
}
