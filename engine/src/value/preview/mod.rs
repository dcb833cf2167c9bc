//! What a value looks like to people who want to see more of it than a line.

pub(super) mod numbers;
pub(super) mod picture;

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

/// Previews one below the other, with the first picture among them.
pub(super) fn together(previews: impl Iterator<Item = Preview>) -> Preview {
    let mut all = Preview::default();
    for preview in previews {
        if !all.text.is_empty() {
            all.text += "\n\n";
        }
        all.text += &preview.text;
        all.cut |= preview.cut;
        all.picture = all.picture.or(preview.picture);
    }
    all
}
