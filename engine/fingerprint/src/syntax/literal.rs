//! The content of string literals.

use rustc_literal_escaper::unescape_str;

/// The content of a string literal, plain or raw. An escape that rustc would refuse is left out.
pub(crate) fn unquote(literal: &str) -> String {
    let raw = literal.starts_with('r');
    let inner = literal.trim_start_matches('r').trim_matches('#');
    let inner = inner.strip_prefix('"').unwrap_or(inner);
    let inner = inner.rfind('"').map_or(inner, |end| &inner[..end]);
    // rustc reads a file as if all its lines ended alike.
    let inner = inner.replace("\r\n", "\n");
    if raw || !inner.contains('\\') {
        return inner;
    }
    let mut content = String::with_capacity(inner.len());
    unescape_str(&inner, |_, char| content.extend(char));
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_unquoted_as_rustc_does_it() {
        assert_eq!(unquote(r##"r#"a\n"b"#"##), "a\\n\"b");
        assert_eq!(unquote("\"a\\n\\x41\\u{42}\\\n   c\\\\\""), "a\nABc\\");
        assert_eq!(unquote("\"\\u{1_F600}\\0\\'\\\"\""), "\u{1F600}\0'\"");
    }

    #[test]
    fn lines_may_end_as_they_like() {
        assert_eq!(unquote("\"a\\\r\n   b\\t\""), unquote("\"a\\\n   b\\t\""));
    }
}
