//! How a text is written, by style.

/// A style of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// On one line, for people who know what it is: long lists are counted, texts stand as they are.
    Line,
    /// On one line, all of it.
    Flat,
    /// On several lines, as Rust's `{:#?}` would do it.
    Lines,
    /// JSON, on one line.
    Json,
}

/// A text between quotation marks.
pub(super) fn escaped(text: &str, style: Style) -> String {
    if style != Style::Json {
        return format!("{text:?}");
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            character if character.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => out.push(character),
        }
    }
    out.push('"');
    out
}
