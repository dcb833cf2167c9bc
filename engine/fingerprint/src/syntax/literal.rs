//! The content of string literals.

/// The content of a string literal as written, with the common escapes undone.
pub(crate) fn unquote(literal: &str) -> String {
    let raw = literal.starts_with('r');
    let inner = literal.trim_start_matches('r').trim_matches('#');
    let inner = inner.strip_prefix('"').unwrap_or(inner);
    let inner = inner.rfind('"').map_or(inner, |end| &inner[..end]);
    if raw || !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('x') => {
                let code: String = chars.by_ref().take(2).collect();
                out.extend(u8::from_str_radix(&code, 16).ok().map(char::from));
            }
            Some('u') => {
                let code: String = chars.by_ref().skip(1).take_while(|char| *char != '}').collect();
                out.extend(u32::from_str_radix(&code.replace('_', ""), 16).ok().and_then(char::from_u32));
            }
            Some('\n' | '\r') => while chars.next_if(|char| char.is_whitespace()).is_some() {},
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_unquoted_as_rustc_does_it() {
        assert_eq!(unquote(r##"r#"a\n"b"#"##), "a\\n\"b");
        assert_eq!(unquote("\"a\\n\\x41\\u{42}\\\n   c\\\\\""), "a\nABc\\");
    }
}
