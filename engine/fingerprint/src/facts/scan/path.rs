//! Paths, fields and methods in ordinary code, and metavariables in macro definitions.

use crate::facts::Reference;
use crate::syntax::item::Spaces;
use crate::syntax::name::Name;
use crate::syntax::tokens::TokenKind;
use crate::syntax::{language, paths};

use super::Scan;

impl Scan<'_, '_> {
    /// Reads the path, field or method that starts here; returns the index after it.
    pub(super) fn path(&mut self, start: usize, end: usize, open: u8) -> usize {
        let view = self.view;
        let dotted = start > 0 && view.is_punct(start - 1, b'.') && !(start > 1 && view.is_pair(start - 2, b'.', b'.'));
        if dotted && let Some(name) = view.ident(start) {
            if view.is_open(start + 1, b'(') || view.is_pair(start + 1, b':', b':') || self.input {
                self.facts.members.push(name);
            }
            return start + 1;
        }
        let mut at = start;
        let mut segments: Vec<Name> = Vec::new();
        if view.is_pair(at, b':', b':') {
            at += 2;
            if at >= end || view.ident(at).is_none() {
                return at;
            }
            if start > 0 && view.is_punct(start - 1, b'>') && !view.arrow_ends(start - 1) {
                // Behind a type that is not a path, as in `<T as Rate>::of`: a member of an unknown type.
                while let Some(name) = view.ident(at) {
                    self.facts.members.push(name);
                    at += 1;
                    if view.is_pair(at, b':', b':') && view.ident(at + 2).is_some() {
                        at += 2;
                    } else {
                        break;
                    }
                }
                return at;
            }
            segments.push(Name::none());
        }
        let Some(first) = view.ident(at) else { return at + 1 };
        let raw = view.token(at).is_some_and(|token| token.raw);
        // In edition 2015 it was a name.
        let name = first.text() == "async" && view.is_open(at + 1, b'(');
        if !raw && !name && language::keyword(&first) {
            let more = view.is_pair(at + 1, b':', b':');
            if !language::path_keyword(&first) || !more && first.text() != "Self" {
                return at + 1;
            }
        }
        let mut arguments = Vec::new();
        loop {
            segments.extend(view.ident(at));
            at += 1;
            if at + 1 >= end || !view.is_pair(at, b':', b':') {
                break;
            }
            if view.ident(at + 2).is_some() {
                at += 2;
            } else if let Some(after) = view.after_angles(at + 2, end) {
                arguments.push(at + 3..after - 1);
                at = after;
                if view.is_pair(at, b':', b':') && view.ident(at + 2).is_some() {
                    at += 2;
                } else {
                    break;
                }
            } else {
                break;
            }
        }
        for range in arguments {
            self.level(range, b'<');
        }
        if let Some(group) = view.macro_group(at).filter(|group| *group < end) {
            self.macro_use(segments.into(), group);
            return view.after(group);
        }
        if segments.len() == 1 && self.is_no_path(start, at, open) {
            return at;
        }
        let spaces = if view.is_open(at, b'(') { Spaces::VALUES } else { Spaces::BOTH };
        // `Fn(A) -> B` is a type with parentheses.
        let spaces =
            if segments.len() == 1 && view.is_pair(view.after(at), b'-', b'>') { Spaces::BOTH } else { spaces };
        self.reference(segments, spaces);
        at
    }

    /// Whether a lone identifier is a key, a declared name, or the name of an associated type.
    fn is_no_path(&self, start: usize, at: usize, open: u8) -> bool {
        let view = self.view;
        if start == self.name_at {
            return true;
        }
        let previous = start.wrapping_sub(1);
        if matches!(view.piece(previous), "fn" | "struct" | "enum" | "union" | "trait" | "type" | "mod")
            && view.kind(previous) == Some(TokenKind::Ident)
        {
            return true;
        }
        let colon = view.is_punct(at, b':') && !view.is_pair(at, b':', b':');
        if colon && (open == b'{' || open == b'(') {
            let starts = matches!(view.kind(previous), Some(TokenKind::Open(_) | TokenKind::Close(_)))
                || view.is_punct(previous, b',')
                || view.is_word(previous, "pub")
                || view.is_word(previous, "mut")
                || view.is_word(previous, "ref");
            return starts && !self.input;
        }
        let bound = view.is_punct(at, b'=') && !view.is_pair(at, b'=', b'=') && !view.is_pair(at, b'=', b'>');
        bound && !self.input && (view.is_punct(previous, b'<') || open != b'{' && view.is_punct(previous, b','))
    }

    pub(super) fn reference(&mut self, segments: Vec<Name>, spaces: Spaces) {
        let first = segments.first().copied().unwrap_or(Name::none());
        let local = self.generics.contains(&first);
        if local {
            // A type parameter hides types alone, and none from an item inside.
            self.facts.members.extend(segments.iter().skip(1));
        }
        if segments.iter().any(|segment| segment.text() == "Location") {
            self.facts.places = true;
        }
        let bound = segments.len() == 1 && self.bound.contains(&first);
        self.facts.references.push(Reference { path: segments.into(), block: self.block, spaces, bound, local });
    }

    /// `$crate::…`, or a metavariable with what follows it.
    pub(super) fn variable(&mut self, at: usize, end: usize) -> usize {
        let view = self.view;
        if view.is_word(at + 1, "crate")
            && let Some((path, after)) = paths::simple(view, at, end)
        {
            let group = view.macro_group(after).filter(|group| *group < end);
            return match group {
                Some(group) => {
                    self.macro_use(path, group);
                    view.after(group)
                }
                None => {
                    self.facts.references.push(Reference::new(path, self.block, Spaces::ALL));
                    after
                }
            };
        }
        if view.ident(at + 1).is_some() { at + 2 } else { at + 1 }
    }
}
