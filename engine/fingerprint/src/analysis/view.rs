//! A range of tokens together with the text that they stand in: what all readers read from.

use std::ops::Range;

use super::lex::{Kind, Token, Tokens, unquote};
use super::name::Name;

/// A file's tokens and text.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a Tokens,
}

impl<'a> View<'a> {
    pub(crate) fn token(self, at: usize) -> Option<&'a Token> {
        self.tokens.list.get(at)
    }

    pub(crate) fn kind(self, at: usize) -> Option<Kind> {
        self.token(at).map(|token| token.kind)
    }

    /// The text of a token as written.
    pub(crate) fn piece(self, at: usize) -> &'a str {
        self.token(at).and_then(|token| self.text.get(token.start as usize..token.end as usize)).unwrap_or("")
    }

    pub(crate) fn is_punct(self, at: usize, char: u8) -> bool {
        self.kind(at) == Some(Kind::Punct(char))
    }

    pub(crate) fn is_open(self, at: usize, char: u8) -> bool {
        self.kind(at) == Some(Kind::Open(char))
    }

    pub(crate) fn any_open(self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::Open(_)))
    }

    /// Whether two punctuation characters stand here, glued.
    pub(crate) fn is_pair(self, at: usize, first: u8, second: u8) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Punct(first) && token.joint)
            && self.is_punct(at + 1, second)
    }

    /// The identifier here, raw or not, keyword or not.
    pub(crate) fn ident(self, at: usize) -> Option<Name> {
        self.token(at).filter(|token| token.kind == Kind::Ident).map(|token| token.name)
    }

    /// Whether this word stands here, not raw.
    pub(crate) fn is_word(self, at: usize, word: &str) -> bool {
        self.token(at).is_some_and(|token| token.kind == Kind::Ident && !token.raw && token.name.text() == word)
    }

    /// The index after a token, or after a whole group if it opens one.
    pub(crate) fn after(self, at: usize) -> usize {
        match self.token(at) {
            Some(token) if matches!(token.kind, Kind::Open(_)) => token.partner as usize + 1,
            _ => at + 1,
        }
    }

    /// What stands inside the group that opens here.
    pub(crate) fn inside(self, at: usize) -> Range<usize> {
        match self.token(at) {
            Some(token) if matches!(token.kind, Kind::Open(_)) => at + 1..token.partner as usize,
            _ => at..at,
        }
    }

    /// The content of the string literal here.
    pub(crate) fn string(self, at: usize) -> Option<String> {
        (self.kind(at) == Some(Kind::Str)).then(|| unquote(self.piece(at)))
    }

    /// Whether a macro call's `!` and group follow the path that ends before `at`; the group's index.
    pub(crate) fn macro_group(self, at: usize) -> Option<usize> {
        if !self.is_punct(at, b'!') {
            return None;
        }
        if self.any_open(at + 1) {
            return Some(at + 1);
        }
        (self.ident(at + 1).is_some() && self.any_open(at + 2)).then_some(at + 2)
    }

    /// If generic arguments open here with `<`, the index after the matching `>`.
    pub(crate) fn after_angles(self, at: usize, end: usize) -> Option<usize> {
        if !self.is_punct(at, b'<') {
            return None;
        }
        let mut depth = 0_i32;
        let mut at = at;
        while at < end {
            match self.kind(at)? {
                Kind::Punct(b'<') => depth += 1,
                Kind::Punct(b'>') if !self.arrow_ends(at) => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                Kind::Punct(b';') => return None,
                _ => {}
            }
            at = self.after(at);
        }
        None
    }

    /// Whether the `>` here ends `->` or `=>`.
    pub(crate) fn arrow_ends(self, at: usize) -> bool {
        at > 0 && (self.is_pair(at - 1, b'-', b'>') || self.is_pair(at - 1, b'=', b'>'))
    }
}
