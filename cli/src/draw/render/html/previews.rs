//! What the page's data has of results. Texts are shown as text, and pictures as images by `data:` addresses, in which
//! the browser runs no script.

use scrat_engine::{Picture as Image, Preview};
use serde::Serialize;

use crate::words::base64;

/// The kinds of pictures that every browser draws.
const DRAWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"];

#[derive(Serialize)]
pub(super) struct PagePreview<'a> {
    text: &'a str,
    cut: bool,
    image: Option<String>,
}

impl<'a> PagePreview<'a> {
    pub(super) fn of(preview: &'a Preview) -> Self {
        let image = preview.picture.as_ref().filter(|image| DRAWN.contains(&image.media_type.as_str()));
        Self { text: &preview.text, cut: preview.cut, image: image.map(address) }
    }
}

fn address(image: &Image) -> String {
    format!("data:{};base64,{}", image.media_type, base64::encode(&image.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_picture_that_browsers_draw_has_an_address() {
        let image = |media_type: &str| PagePreview::of(&Preview::text("").with_picture(media_type, b"foo")).image;
        assert_eq!(image("image/png").unwrap(), "data:image/png;base64,Zm9v");
        assert_eq!(image("text/html"), None);
    }
}
