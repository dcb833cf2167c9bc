//! Paths as they are written.

use super::item::Path;
use super::lex::Kind;
use super::name::Name;
use super::view::View;
use super::words;

/// Reads `a::b::c`, `::a`, `$crate::a` without generic arguments; returns it and the index after it.
pub(crate) fn simple(view: View<'_>, start: usize, end: usize) -> Option<(Path, usize)> {
    let mut segments = Vec::new();
    let mut at = start;
    if at < end && view.is_pair(at, b':', b':') {
        segments.push(Name::none());
        at += 2;
    } else if at < end && view.is_punct(at, b'$') && view.is_word(at + 1, "crate") {
        segments.push(Name::new("$crate"));
        at += 2;
        if !view.is_pair(at, b':', b':') {
            return Some((segments.into(), at));
        }
        at += 2;
    }
    loop {
        if at >= end {
            return None;
        }
        segments.push(view.ident(at)?);
        at += 1;
        if at + 2 < end && view.is_pair(at, b':', b':') && view.kind(at + 2) == Some(Kind::Ident) {
            at += 2;
        } else {
            return Some((segments.into(), at));
        }
    }
}

/// A path written in a string, as attributes of serde and others have it.
pub(crate) fn in_text(text: &str) -> Option<Path> {
    let text = text.split('<').next().unwrap_or(text).trim();
    let mut segments = Vec::new();
    for (index, segment) in text.split("::").enumerate() {
        let segment = segment.trim();
        if segment.is_empty() && index == 0 && text.starts_with("::") {
            segments.push(Name::none());
            continue;
        }
        if !ra_ap_rustc_lexer::is_ident(segment) || words::keyword(segment) && !words::path_keyword(segment) {
            return None;
        }
        segments.push(Name::new(segment));
    }
    Some(segments.into())
}
