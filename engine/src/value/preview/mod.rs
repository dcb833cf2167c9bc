//! What a value looks like to people who want to see more of it than a line.

pub(super) mod picture;

use std::fmt::{Debug, Write};

/// A value as people look at it: a few lines of text, and a picture if it has one.
///
/// # Examples
///
/// ```
/// use scrat::Preview;
///
/// let preview = Preview::text("3 trees\noak, elm, ash").with_picture("image/svg+xml", "<svg/>");
/// assert!(preview.text.starts_with("3 trees"));
/// assert_eq!(preview.picture.unwrap().bytes, b"<svg/>");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// Lines of text.
    pub text: String,
    /// Whether the text was longer than was asked for, and its end is left out.
    pub cut: bool,
    /// The picture.
    pub picture: Option<Picture>,
}

impl Preview {
    /// Lines of text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The first characters of a text.
    pub(super) fn beginning(text: &str, most: usize) -> Self {
        let end = text.char_indices().nth(most).map(|(end, _)| end);
        Self { cut: end.is_some(), ..Self::text(&text[..end.unwrap_or(text.len())]) }
    }

    /// The same in at most so many characters.
    pub(super) fn within(mut self, most: usize) -> Self {
        if let Some((end, _)) = self.text.char_indices().nth(most) {
            self.text.truncate(end);
            self.cut = true;
        }
        self
    }

    /// The same, with a picture: its media type, as `image/png`, and the bytes of its file.
    #[must_use]
    pub fn with_picture(self, media_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { picture: Some(Picture { media_type: media_type.into(), bytes: bytes.into() }), ..self }
    }
}

/// A picture in a [`Preview`].
///
/// # Examples
///
/// ```
/// use scrat::{Picture, Preview};
///
/// let Some(Picture { media_type, .. }) = Preview::text("a dot").with_picture("image/svg+xml", "<svg/>").picture else {
///     panic!("it has one");
/// };
/// assert_eq!(media_type, "image/svg+xml");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Picture {
    /// What the bytes are, as `image/png`.
    pub media_type: String,
    /// The bytes of the picture's file.
    pub bytes: Vec<u8>,
}

/// How many numbers a preview shows.
const FIRST: usize = 20;

/// The least, the mean and the greatest of numbers, and the first of them.
pub(super) fn of_numbers<N: Copy + Debug + PartialOrd>(
    numbers: impl Iterator<Item = N>,
    to_f64: fn(N) -> f64,
) -> String {
    let (mut first, mut count, mut sum, mut nans) = (String::new(), 0_usize, 0.0, 0_usize);
    let mut range: Option<(N, N)> = None;
    for number in numbers {
        if count < FIRST {
            let comma = if count == 0 { "" } else { ", " };
            write!(first, "{comma}{number:?}").unwrap_or_default();
        }
        count += 1;
        if number.partial_cmp(&number).is_none() {
            nans += 1;
            continue;
        }
        sum += to_f64(number);
        range = Some(range.map_or((number, number), |(least, most)| {
            (if number < least { number } else { least }, if number > most { number } else { most })
        }));
    }
    let mut text = match range {
        Some((least, most)) => format!("min {least:?} · mean {} · max {most:?}", sum / (count - nans) as f64),
        None => String::new(),
    };
    if nans > 0 {
        text += if text.is_empty() { "" } else { " · " };
        text += &format!("{nans} NaN");
    }
    if count > FIRST {
        first += ", …";
    }
    if text.is_empty() { first } else { text + "\n" + &first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_summed_up_without_those_that_are_none() {
        let of = |numbers: &[f64]| of_numbers(numbers.iter().copied(), |number| number);
        assert_eq!(of(&[1.0, f64::NAN, 3.0]), "min 1.0 · mean 2 · max 3.0 · 1 NaN\n1.0, NaN, 3.0");
        assert_eq!(of(&[f64::NAN]), "1 NaN\nNaN");
        assert_eq!(of(&[]), "");
        let many = of_numbers(0..100_u8, f64::from);
        assert!(many.starts_with("min 0 · mean 49.5 · max 99\n0, 1, 2") && many.ends_with("19, …"), "{many}");
    }
}
