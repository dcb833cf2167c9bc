//! The tokens of a file, and the view of them that all readers read from. Each delimiter knows its partner, so a group
//! is passed over at once.
//!
//! Comments and white space are gone, so nothing later can depend on them; documentation, which macros are given as
//! attributes, is kept apart. A token keeps its byte range; hashes never look at it.

use std::ops::Range;

use super::literal;
use super::name::Name;

/// What a token is. Punctuation is one character each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// An identifier or keyword; a raw one has its `r#` stripped in the name only.
    Ident,
    Lifetime,
    /// A string literal of any sort but bytes.
    Str,
    /// Any other literal.
    Literal,
    Punct(u8),
    Open(u8),
    Close(u8),
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Whether the next token follows without a gap.
    pub(crate) joint: bool,
    /// Whether it is a raw identifier, which is never a keyword.
    pub(crate) raw: bool,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// For a delimiter, the index of the one that matches.
    pub(crate) partner: u32,
    /// For an identifier or lifetime, its text.
    pub(crate) name: Name,
}

/// The tokens of one file.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) list: Vec<Token>,
    /// Doc comments: the index of the token that follows, and where they stand.
    pub(super) docs: Vec<(u32, Range<u32>)>,
    pub(super) lines: Vec<u32>,
    /// Whether some name may be taken for another one that is written with other characters.
    pub(crate) respelled: bool,
}

impl Tokens {
    /// The doc comments that stand right before a token.
    pub(crate) fn docs(&self, before: usize) -> impl Iterator<Item = Range<usize>> {
        let before = position(before);
        let start = self.docs.partition_point(|(at, _)| *at < before);
        let here = self.docs[start..].iter().take_while(move |(at, _)| *at == before);
        here.map(|(_, range)| range.start as usize..range.end as usize)
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, byte: u32) -> u32 {
        position(self.lines.partition_point(|&start| start <= byte))
    }
}

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

    pub(crate) fn kind(self, at: usize) -> Option<TokenKind> {
        self.token(at).map(|token| token.kind)
    }

    /// The text of a token as written.
    pub(crate) fn piece(self, at: usize) -> &'a str {
        self.token(at).and_then(|token| self.text.get(token.start as usize..token.end as usize)).unwrap_or("")
    }

    pub(crate) fn is_punct(self, at: usize, char: u8) -> bool {
        self.kind(at) == Some(TokenKind::Punct(char))
    }

    pub(crate) fn is_open(self, at: usize, char: u8) -> bool {
        self.kind(at) == Some(TokenKind::Open(char))
    }

    pub(crate) fn any_open(self, at: usize) -> bool {
        matches!(self.kind(at), Some(TokenKind::Open(_)))
    }

    /// Whether two punctuation characters stand here, glued.
    pub(crate) fn is_pair(self, at: usize, first: u8, second: u8) -> bool {
        self.token(at).is_some_and(|token| token.kind == TokenKind::Punct(first) && token.joint)
            && self.is_punct(at + 1, second)
    }

    /// The identifier here, raw or not, keyword or not.
    pub(crate) fn ident(self, at: usize) -> Option<Name> {
        self.token(at).filter(|token| token.kind == TokenKind::Ident).map(|token| token.name)
    }

    /// Whether this word stands here, not raw.
    pub(crate) fn is_word(self, at: usize, word: &str) -> bool {
        self.token(at).is_some_and(|token| token.kind == TokenKind::Ident && !token.raw && token.name.text() == word)
    }

    /// The index after a token, or after a whole group if it opens one.
    pub(crate) fn after(self, at: usize) -> usize {
        match self.token(at) {
            Some(token) if matches!(token.kind, TokenKind::Open(_)) => token.partner as usize + 1,
            _ => at + 1,
        }
    }

    /// What stands inside the group that opens here.
    pub(crate) fn inside(self, at: usize) -> Range<usize> {
        match self.token(at) {
            Some(token) if matches!(token.kind, TokenKind::Open(_)) => at + 1..token.partner as usize,
            _ => at..at,
        }
    }

    /// The content of the string literal here.
    pub(crate) fn string(self, at: usize) -> Option<String> {
        (self.kind(at) == Some(TokenKind::Str)).then(|| literal::unquote(self.piece(at)))
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

    /// Splits a range at a character of punctuation outside groups.
    pub(crate) fn split(self, range: Range<usize>, by: u8) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        let mut at = range.start;
        while at < range.end {
            if self.kind(at) == Some(TokenKind::Punct(by)) {
                parts.push(start..at);
                start = at + 1;
            }
            at = self.after(at);
        }
        parts.push(start..range.end);
        parts
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
                TokenKind::Punct(b'<') => depth += 1,
                TokenKind::Punct(b'>') if !self.arrow_ends(at) => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                TokenKind::Punct(b';') => return None,
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

/// A place in a text or in a list of tokens.
pub(super) fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
