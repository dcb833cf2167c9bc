//! Paths as they are written.

use std::ops::Range;

use super::item::Path;
use super::name::Name;
use super::tokens::{TokenKind, View};
use super::{language, lex};

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
        if at + 2 < end && view.is_pair(at, b':', b':') && view.kind(at + 2) == Some(TokenKind::Ident) {
            at += 2;
        } else {
            return Some((segments.into(), at));
        }
    }
}

/// Every path in a piece of type syntax.
pub(crate) fn every(view: View<'_>, range: Range<usize>) -> Vec<Path> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let starts = view.is_pair(at, b':', b':') && !(at > range.start && view.is_punct(at - 1, b'>'))
            || view.ident(at).is_some_and(|word| !language::keyword(&word) || language::path_keyword(&word))
            || view.is_punct(at, b'$') && view.is_word(at + 1, "crate");
        if starts && let Some((path, after)) = simple(view, at, range.end) {
            if !path.iter().all(|word| language::keyword(word)) {
                found.push(path);
            }
            at = after;
        } else {
            at += 1;
        }
    }
    found
}

/// The paths in a string of an attribute, as serde and others have them. Prose has none but those that nothing else
/// looks like.
pub(crate) fn in_text(text: &str) -> Vec<Path> {
    let Ok(tokens) = lex::read(text) else { return vec![] };
    let view = View { text, tokens: &tokens };
    let word = |at: usize| view.ident(at).is_some_and(|word| !language::keyword(&word));
    let prose = (1..tokens.list.len()).any(|at| word(at - 1) && word(at));
    let mut found = every(view, 0..tokens.list.len());
    if prose {
        found.retain(|path| path.len() > 1);
    }
    found
}
