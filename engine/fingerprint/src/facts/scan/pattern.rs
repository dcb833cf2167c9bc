//! Patterns: where they are, and which names they bind.

use std::ops::Range;

use crate::facts::Reference;
use crate::syntax::item::Spaces;
use crate::syntax::language;
use crate::syntax::name::Name;
use crate::syntax::tokens::TokenKind;

use super::Scan;

impl Scan<'_, '_> {
    /// A function's parameters, which stay bound for all of it.
    pub(super) fn parameters(&mut self, range: Range<usize>) {
        let mut bound = Vec::new();
        for part in self.view.split(range, b',') {
            let at = self.attributes(part.start);
            let colon = self.colon(at..part.end);
            self.pattern(at..colon, b'(', &mut bound);
            self.level(colon..part.end, b'<');
        }
        self.bound.append(&mut bound);
    }

    /// Reads the attributes that stand here; the index after them.
    fn attributes(&mut self, mut at: usize) -> usize {
        let view = self.view;
        while view.is_punct(at, b'#') && view.is_open(at + 1, b'[') {
            self.attribute(at);
            at = view.after(at + 1);
        }
        at
    }

    /// The variants of an enum: their names are declarations.
    pub(super) fn variant_list(&mut self, range: Range<usize>) {
        let view = self.view;
        for part in view.split(range, b',') {
            let mut at = self.attributes(part.start);
            if view.ident(at).is_some() && !view.is_punct(at + 1, b'!') {
                at += 1;
            }
            self.level(at.min(part.end)..part.end, 0);
        }
    }

    /// Whether the `|` here opens a closure's parameters.
    pub(super) fn begins_closure(&self, at: usize, start: usize) -> bool {
        let view = self.view;
        if at == start {
            return true;
        }
        match view.kind(at - 1) {
            Some(TokenKind::Punct(b'?')) => false,
            Some(TokenKind::Punct(_) | TokenKind::Open(_)) => true,
            Some(TokenKind::Ident) => matches!(
                view.piece(at - 1),
                "move" | "return" | "async" | "static" | "else" | "break" | "in" | "match" | "if" | "while"
            ),
            _ => false,
        }
    }

    /// Reads a closure's parameters; returns the index after them.
    pub(super) fn closure(&mut self, at: usize, end: usize) -> usize {
        let view = self.view;
        if view.is_pair(at, b'|', b'|') {
            return at + 2;
        }
        let mut close = at + 1;
        while close < end && !view.is_punct(close, b'|') {
            close = view.after(close);
        }
        if close >= end {
            return at + 1;
        }
        let mut bound = Vec::new();
        for part in view.split(at + 1..close, b',') {
            let colon = self.colon(part.clone());
            self.pattern(part.start..colon, b'(', &mut bound);
            self.level(colon..part.end, b'<');
        }
        self.bound.append(&mut bound);
        close + 1
    }

    /// The single `:` outside groups, or the end.
    fn colon(&self, range: Range<usize>) -> usize {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            if view.is_pair(at, b':', b':') {
                at += 2;
                continue;
            }
            if view.is_punct(at, b':') {
                return at;
            }
            at = view.after(at);
        }
        range.end
    }

    /// Where the pattern behind `let` ends.
    pub(super) fn pattern_end(&self, start: usize, end: usize) -> usize {
        let view = self.view;
        let mut at = start;
        while at < end {
            match view.kind(at) {
                Some(TokenKind::Punct(b':')) if view.is_pair(at, b':', b':') => {
                    at += 2;
                    continue;
                }
                Some(TokenKind::Punct(b'=')) if at > start && view.is_pair(at - 1, b'.', b'=') => {}
                Some(TokenKind::Punct(b'=' | b':' | b';')) => return at,
                _ => {}
            }
            at = view.after(at);
        }
        end
    }

    /// Reads a pattern; the names that it may bind go to `into`.
    pub(super) fn pattern(&mut self, range: Range<usize>, open: u8, into: &mut Vec<Name>) {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            match view.kind(at) {
                Some(TokenKind::Open(delimiter)) => {
                    self.pattern(view.inside(at), delimiter, into);
                    at = view.after(at);
                }
                Some(TokenKind::Punct(b'#')) if view.is_open(at + 1, b'[') => at = self.attributes(at),
                Some(TokenKind::Punct(b':')) if view.is_pair(at, b':', b':') => at = self.path(at, range.end, b'('),
                Some(TokenKind::Punct(b'$')) => at += 2,
                Some(TokenKind::Ident) => at = self.pattern_word(at, range.end, open, into),
                Some(TokenKind::Punct(b'<')) => match view.after_angles(at, range.end) {
                    Some(after) => {
                        self.level(at + 1..after - 1, b'<');
                        at = after;
                    }
                    None => at += 1,
                },
                _ => at += 1,
            }
        }
    }

    fn pattern_word(&mut self, at: usize, end: usize, open: u8, into: &mut Vec<Name>) -> usize {
        let view = self.view;
        let Some(name) = view.ident(at) else { return at + 1 };
        let keyword = language::keyword(&name) && !view.token(at).is_some_and(|token| token.raw);
        let path = view.is_pair(at + 1, b':', b':')
            || matches!(view.kind(at + 1), Some(TokenKind::Open(b'(' | b'{')))
            || view.is_punct(at + 1, b'!');
        if path && (!keyword || language::path_keyword(&name)) {
            return self.path(at, end, b'(');
        }
        let key = open == b'{' && view.is_punct(at + 1, b':');
        if !keyword && !key {
            let reference = Reference::new([name].into(), self.block, Spaces::VALUES);
            self.facts.references.push(Reference { bound: true, ..reference });
            // A name in capitals is a constant by custom, perhaps one that a macro makes.
            if name.chars().next().is_some_and(|char| char.is_lowercase() || char == '_') {
                into.push(name);
            }
        }
        at + 1
    }

    /// Whether a group of braces is the body of a `match`.
    pub(super) fn has_arms(&self, range: Range<usize>) -> bool {
        self.arrow(range).is_some()
    }

    fn arrow(&self, range: Range<usize>) -> Option<usize> {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            if let Some(end) = self.skipped(at) {
                at = end;
                continue;
            }
            if view.is_pair(at, b'=', b'>') {
                return Some(at);
            }
            at = view.after(at);
        }
        None
    }

    /// Reads the arms of a `match`.
    pub(super) fn arms(&mut self, range: Range<usize>) {
        let view = self.view;
        let mut at = range.start;
        while let Some(arrow) = self.arrow(at..range.end) {
            let base = self.bound.len();
            let mut guard = at;
            while guard < arrow && !view.is_word(guard, "if") {
                guard = view.after(guard);
            }
            let mut names = Vec::new();
            self.pattern(at..guard, b'(', &mut names);
            self.bound.append(&mut names);
            // A binding of the guard lives on in the arm.
            let kept = self.bound.len();
            self.level(guard..arrow, 0);
            self.bound.truncate(kept);
            let end = self.arm_end(arrow + 2, range.end);
            self.level(arrow + 2..end, 0);
            self.bound.truncate(base);
            at = if view.is_punct(end, b',') { end + 1 } else { end };
        }
        self.level(at..range.end, 0);
    }

    fn arm_end(&self, start: usize, end: usize) -> usize {
        let view = self.view;
        let mut at = start;
        let word = view.piece(start);
        if view.is_open(start, b'{') || matches!(word, "match" | "if" | "loop" | "while" | "for" | "unsafe" | "async") {
            while at < end && !view.is_open(at, b'{') && !view.is_punct(at, b',') {
                at = view.after(at);
            }
            if view.is_open(at, b'{') {
                at = view.after(at);
                while view.is_word(at, "else") && at < end {
                    while at < end && !view.is_open(at, b'{') {
                        at = view.after(at);
                    }
                    at = view.after(at);
                }
                if !view.is_punct(at, b'.') && !view.is_punct(at, b'?') {
                    return at.min(end);
                }
            }
        }
        while at < end && !view.is_punct(at, b',') {
            at = view.after(at);
        }
        at
    }
}
