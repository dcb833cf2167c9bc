//! A stored result as people look at it: on the terminal, and as JSON from one program to another.

mod terminal;

use scrat_engine::Preview;
use serde_json::{Value, json};

use crate::print::{columns, result};
use crate::words::base64;
use crate::words::formats::harmless;

/// Prints a preview: its text, and its picture where the terminal can show it.
pub(crate) fn print(preview: &Preview) {
    let text = text(preview);
    if !text.is_empty() {
        result(text);
    }
    if let Some(picture) = &preview.picture {
        terminal::picture(&picture.media_type, &picture.bytes);
    }
}

/// The text of a preview, as results go: as it is, unless a terminal would heed what is in it.
pub(crate) fn text(preview: &Preview) -> String {
    let text = preview.text.trim_end_matches('\n');
    if columns().is_some() { harmless(text) } else { text.to_owned() }
}

/// A preview for another program.
pub(crate) fn to_json(preview: &Preview) -> Value {
    let picture = preview.picture.as_ref();
    json!({
        "text": preview.text,
        "cut": preview.cut,
        "picture": picture.map(|picture| json!([picture.media_type, base64::encode(&picture.bytes)])),
    })
}

/// A preview from another program. One of an earlier version says nothing of pictures.
#[cfg(any(feature = "installed", test))]
pub(crate) fn from_json(told: &Value) -> Option<Preview> {
    let mut preview = Preview::text(told["text"].as_str()?);
    preview.cut = told["cut"].as_bool().unwrap_or(false);
    if let (Some(media_type), Some(bytes)) = (told["picture"][0].as_str(), told["picture"][1].as_str()) {
        preview = preview.with_picture(media_type, base64::decode(bytes)?);
    }
    Some(preview)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_understood_by_another_program() {
        let mut preview = Preview::text("a dot\n").with_picture("image/png", b"\x89PNG");
        preview.cut = true;
        assert_eq!(from_json(&to_json(&preview)), Some(preview));
        assert_eq!(from_json(&json!({"text": "3", "is_json": true})), Some(Preview::text("3")));
        assert_eq!(from_json(&json!({"missing": "why"})), None);
    }
}
