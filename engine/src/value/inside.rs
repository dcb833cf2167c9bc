//! A value that is looked at: text, bytes and files as they are, also in an option, a list or a tuple, where each is
//! looked at as it is by itself.

use std::any::Any;

use super::codec::View;
use super::codec::pieces::{Around, Compound, Halt, Leaf, Part};
use super::codec::untyped::{Sink, To, Told, Untyped};
use super::preview::{Preview, together};
use super::{Dir, File, lines, plain};

/// How many elements of a list are looked at.
const FIRST: usize = 10;

/// A value as people look at it, in at most so many characters: as what it is, as its format says, or as it is told.
pub(super) fn look<'v>(
    value: &'v dyn Any,
    view: Option<View>,
    told: impl FnOnce(&'v dyn Any) -> Told<'v>,
    most: usize,
) -> Preview {
    // Bytes have a view as numbers, and may be a picture.
    let seen = plain::preview(value, most).or_else(|| Some((view?.preview)(value)?.within(most)));
    seen.unwrap_or_else(|| {
        let told = told(value);
        parts(told.value(), most).unwrap_or_else(|| whole(told.value(), most))
    })
}

fn whole(told: &dyn Untyped, most: usize) -> Preview {
    let (text, whole) = lines(told, most);
    Preview { cut: !whole, ..Preview::text(text) }
}

/// The parts of a value as people look at them, one below the other. None if no part is a file, a folder, a picture, or
/// text of several lines, since then the value is better shown as a whole.
fn parts(value: &dyn Untyped, most: usize) -> Option<Preview> {
    let mut seen = Parts { most, ..Parts::default() };
    // It stops where it has seen enough.
    drop(value.tell(To::Sink(&mut seen)));
    if !seen.is_seen || !seen.is_better {
        return None;
    }
    let count = seen.count.map(|count| if count == 1 { "1 element".to_owned() } else { format!("{count} elements") });
    Some(together(count.map(Preview::text).into_iter().chain(seen.previews)).within(most))
}

#[derive(Default)]
struct Parts {
    most: usize,
    previews: Vec<Preview>,
    /// How many elements the list has.
    count: Option<usize>,
    /// It is an option, a list or a tuple.
    is_seen: bool,
    /// Some part is better looked at by itself.
    is_better: bool,
}

impl Parts {
    fn add(&mut self, value: &dyn Untyped) -> Result<(), Halt> {
        if self.previews.len() == FIRST {
            return Err(Halt::ENOUGH);
        }
        let mut alone = Alone::default();
        drop(value.tell(To::Sink(&mut alone)));
        let preview = match alone {
            Alone { text: Some(path), .. } if is_a::<File>(value) => plain::preview(&File::new(path), self.most),
            Alone { text: Some(path), .. } if is_a::<Dir>(value) => plain::preview(&Dir::new(path), self.most),
            Alone { text: Some(text), .. } => plain::preview(&text, self.most)
                .filter(|preview| preview.picture.is_some() || preview.text.contains('\n')),
            Alone { bytes, is_bytes: true, .. } => plain::preview(&bytes, self.most),
            _ => None,
        };
        self.is_better |= preview.is_some();
        self.previews.push(preview.unwrap_or_else(|| whole(value, self.most)));
        Ok(())
    }
}

/// Whether the value is of this type. A file or folder tells itself as its path, and so as any text.
fn is_a<T>(value: &dyn Untyped) -> bool {
    value.type_name().trim_start_matches('&') == std::any::type_name::<T>()
}

impl Sink for Parts {
    fn is_human_readable(&self) -> bool {
        true
    }

    fn leaf(&mut self, _: Leaf<'_>) -> Result<(), Halt> {
        Ok(())
    }

    fn around(&mut self, around: Around, value: &dyn Untyped) -> Result<(), Halt> {
        self.is_seen = matches!(around, Around::Some);
        if self.is_seen { self.add(value) } else { Ok(()) }
    }

    fn open(&mut self, compound: Compound, _: &'static str) -> Result<(), Halt> {
        match compound {
            Compound::Seq(count) => self.count = count,
            Compound::Tuple => {}
            _ => return Err(Halt::ENOUGH),
        }
        self.is_seen = true;
        Ok(())
    }

    fn part(&mut self, _: Part, value: &dyn Untyped) -> Result<(), Halt> {
        self.add(value)
    }

    fn close(&mut self) -> Result<(), Halt> {
        Ok(())
    }
}

/// A value that is a text or bytes and nothing else.
#[derive(Default)]
struct Alone {
    text: Option<String>,
    bytes: Vec<u8>,
    is_bytes: bool,
}

impl Sink for Alone {
    fn is_human_readable(&self) -> bool {
        true
    }

    fn leaf(&mut self, leaf: Leaf<'_>) -> Result<(), Halt> {
        match leaf {
            Leaf::Str(text) if !self.is_bytes => self.text = Some(text.to_owned()),
            Leaf::Displayed(text) if !self.is_bytes => self.text = Some(text.to_string()),
            Leaf::U8(byte) if self.is_bytes => self.bytes.push(byte),
            _ => self.is_bytes = false,
        }
        if self.is_bytes || self.text.is_some() { Ok(()) } else { Err(Halt::ENOUGH) }
    }

    fn around(&mut self, _: Around, _: &dyn Untyped) -> Result<(), Halt> {
        Err(Halt::ENOUGH)
    }

    fn open(&mut self, compound: Compound, _: &'static str) -> Result<(), Halt> {
        self.is_bytes = matches!(compound, Compound::Seq(Some(length)) if length <= plain::LARGEST_PICTURE);
        if self.is_bytes { Ok(()) } else { Err(Halt::ENOUGH) }
    }

    fn part(&mut self, _: Part, value: &dyn Untyped) -> Result<(), Halt> {
        value.tell(To::Sink(self))
    }

    fn close(&mut self) -> Result<(), Halt> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg'/>";

    fn text(value: &dyn Untyped) -> Option<String> {
        parts(value, 1_000).map(|preview| preview.text)
    }

    #[test]
    fn a_file_is_shown_by_its_beginning_wherever_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let file = File::new(&path);
        assert_eq!(text(&Some(file.clone())).unwrap(), "a,b\n1,2\n");
        assert_eq!(text(&(3, file.clone())).unwrap(), "3\n\na,b\n1,2\n");
        assert_eq!(text(&vec![file.clone()]).unwrap(), "1 element\n\na,b\n1,2\n");
        assert!(text(&vec![file; 30]).unwrap().starts_with("30 elements\n\na,b\n"));
        assert_eq!(text(&Some(path.display().to_string())), None, "a text that is a path is a text");
    }

    #[test]
    fn a_text_of_several_lines_is_shown_in_lines_and_a_picture_as_one() {
        assert_eq!(text(&Some("two\nlines")).unwrap(), "two\nlines");
        assert_eq!(text(&("two\nlines", 0.5)).unwrap(), "two\nlines\n\n0.5");
        let seen = parts(&(1, SVG.as_bytes().to_vec()), 1_000).unwrap();
        assert_eq!(seen.picture.unwrap().bytes, SVG.as_bytes());
        assert!(parts(&vec![SVG], 1_000).unwrap().picture.is_some());
    }

    #[test]
    fn what_is_well_shown_as_a_whole_is_not_taken_apart() {
        assert_eq!(text(&vec!["oak", "elm"]), None);
        assert_eq!(text(&vec![vec!["two\nlines"]]), None);
        assert_eq!(text(&(1, vec![0_u8, 1, 2])), None);
        assert_eq!(text(&None::<String>), None);
        assert_eq!(text(&"two\nlines"), None);
        let map = std::collections::BTreeMap::from([(1, "two\nlines")]);
        assert_eq!(text(&map), None);
        let cut = parts(&vec!["x\n".repeat(300); 4], 100).unwrap();
        assert!(cut.cut && cut.text.chars().count() == 100);
    }
}
