//! Tokens to bytes that mean the same for the same code: what an item's own hash is taken over.
//!
//! | dropped | kept |
//! | --- | --- |
//! | comments, layout | the text of every token, delimiters, order |
//! | docs and attributes that only lint or document, unless a macro is given them; marks for scrat | every other attribute |
//! | trailing commas, but for tuples of one | all commas in macro input |
//! | whether `> >` is glued | whether `&&`, `||` and `<<` are; in macro input, whether anything is |

use std::ops::Range;

use super::tokens::{TokenKind, View};
use super::{language, paths};

/// Attributes that change no result, but for what a macro makes of them.
const SILENT: &[&str] = &[
    "allow",
    "warn",
    "deny",
    "forbid",
    "expect",
    "doc",
    "must_use",
    "deprecated",
    "rustfmt",
    "clippy",
    "stash",
    "scrat",
    "inline",
    "cold",
    "automatically_derived",
    "diagnostic",
];

/// Writes the tokens of `range` to `out`, without the ranges in `skip` (sorted, none in another); `heard` says that
/// a macro is given all of them.
pub(crate) fn write(view: View<'_>, range: Range<usize>, skip: &[Range<usize>], heard: bool, out: &mut Vec<u8>) {
    Normal { view, skip, out, exact: false, heard }.walk(range);
}

struct Normal<'a, 'b> {
    view: View<'a>,
    skip: &'b [Range<usize>],
    out: &'b mut Vec<u8>,
    /// Inside macro input, where layout may be all that tells two inputs apart.
    exact: bool,
    /// Whether a macro is given what stands here, documentation and all.
    heard: bool,
}

impl Normal<'_, '_> {
    fn walk(&mut self, range: Range<usize>) {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            let next = self.skip.partition_point(|skip| skip.end <= at);
            if let Some(skipped) = self.skip.get(next).filter(|skip| skip.contains(&at)) {
                at = skipped.end;
                continue;
            }
            if self.heard {
                self.docs(at);
            }
            if let Some(end) = silent_attribute(view, at).filter(|_| !self.heard || marks(view, at)) {
                at = end;
                continue;
            }
            match view.kind(at) {
                None => return,
                Some(TokenKind::Punct(b',')) if !self.exact && self.trails(at, range.clone()) => at += 1,
                Some(TokenKind::Open(open)) => {
                    let inside = view.inside(at);
                    let end = inside.end;
                    let input = at >= 2
                        && (view.is_punct(at - 1, b'!') && view.ident(at - 2).is_some()
                            || at >= 3
                                && view.ident(at - 1).is_some()
                                && view.is_punct(at - 2, b'!')
                                && view.is_word(at - 3, "macro_rules"));
                    let (exact, heard) = (self.exact, self.heard);
                    self.exact |= input;
                    self.heard |= input;
                    self.out.push(open);
                    self.walk(inside);
                    self.out.push(b'\xff');
                    (self.exact, self.heard) = (exact, heard);
                    at = end + 1;
                }
                Some(kind) => {
                    self.token(at, kind);
                    at += 1;
                }
            }
        }
        if self.heard {
            self.docs(range.end);
        }
    }

    /// Documentation in front of a token, which is an attribute to a macro.
    fn docs(&mut self, at: usize) {
        for doc in self.view.tokens.docs(at) {
            let text = self.view.text.get(doc).unwrap_or("").replace("\r\n", "\n");
            self.out.push(b'\xfc');
            self.out.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            self.out.extend(text.trim_end().as_bytes());
        }
    }

    fn token(&mut self, at: usize, kind: TokenKind) {
        let view = self.view;
        match kind {
            TokenKind::Punct(char) => {
                self.out.push(char);
                let glued = view.token(at).is_some_and(|token| token.joint)
                    && matches!(view.kind(at + 1), Some(TokenKind::Punct(_)));
                let telling = self.exact || matches!(char, b'&' | b'|' | b'<') && view.is_punct(at + 1, char);
                if glued && telling {
                    self.out.push(b'\xfe');
                }
            }
            _ => {
                let piece = view.piece(at);
                // A line break in a literal is content, but how the file ends its lines is not.
                let ends = kind == TokenKind::Str && piece.contains('\r');
                let piece = if ends { piece.replace("\r\n", "\n") } else { piece.to_owned() };
                self.out.push(b'\xfd');
                self.out.extend(u32::try_from(piece.len()).unwrap_or(u32::MAX).to_le_bytes());
                self.out.extend(piece.as_bytes());
            }
        }
    }

    /// Whether the comma here is the last token of its group and means nothing.
    fn trails(&self, at: usize, range: Range<usize>) -> bool {
        let view = self.view;
        if at + 1 != range.end || range.start == 0 {
            return false;
        }
        let open = range.start - 1;
        match view.kind(open) {
            Some(TokenKind::Open(b'(')) => {}
            Some(TokenKind::Open(_)) => return true,
            _ => return false,
        }
        let mut commas = 0;
        let mut inner = range.start;
        while inner < range.end {
            commas += usize::from(view.is_punct(inner, b','));
            inner = view.after(inner);
        }
        commas > 1 || open > 0 && self.called(open - 1)
    }

    /// Whether what ends here can be called, so that parentheses after it are not a tuple.
    fn called(&self, at: usize) -> bool {
        let view = self.view;
        match view.kind(at) {
            Some(TokenKind::Ident) => !language::keyword(view.piece(at)) || view.is_word(at, "Self"),
            Some(TokenKind::Close(close)) => close != b'}',
            Some(TokenKind::Punct(b'?')) => true,
            _ => false,
        }
    }
}

/// Whether the attribute here is scrat's, which no other macro knows.
fn marks(view: View<'_>, at: usize) -> bool {
    view.piece(at + 2) == "scrat" || is_stash(view, at + 2)
}

/// Whether a path stands here that ends in `stash`: scrat's attribute, under whatever name scrat was imported.
fn is_stash(view: View<'_>, at: usize) -> bool {
    paths::simple(view, at, usize::MAX).is_some_and(|(path, _)| path.last().is_some_and(|word| word.text() == "stash"))
}

/// If an attribute stands here that changes no result, the index after it.
pub(crate) fn silent_attribute(view: View<'_>, at: usize) -> Option<usize> {
    if !view.is_punct(at, b'#') {
        return None;
    }
    let open = if view.is_punct(at + 1, b'!') { at + 2 } else { at + 1 };
    if !view.is_open(open, b'[') {
        return None;
    }
    if is_stash(view, open + 1) {
        return Some(view.after(open));
    }
    let name = view.ident(open + 1)?;
    let conditional = name.text() == "cfg_attr" && {
        let inside = view.inside(open + 2);
        let mut parts = view.split(inside, b',').into_iter().filter(|part| !part.is_empty());
        parts.next().is_some()
            && parts.all(|part| {
                view.ident(part.start).is_some_and(|name| SILENT.contains(&name.text()) && name.text() != "stash")
            })
    };
    (SILENT.contains(&name.text()) || conditional).then(|| view.after(open))
}
