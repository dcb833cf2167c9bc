//! Source text to a flat list of tokens, where each delimiter knows its partner.
//!
//! Comments and white space are gone here, so nothing later can depend on them; documentation, which macros are
//! given as attributes, is kept apart. A token keeps its byte range; hashes never look at it. Text that has no balanced delimiters, an unterminated
//! literal, or absurd nesting is refused whole: its file counts as bytes.

use std::ops::Range;

use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, strip_shebang, tokenize};

use super::name::Name;

/// Deeper nesting than this is refused, so that readers may recurse.
const DEEPEST: usize = 200;

/// What a token is. Punctuation is one character each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
    pub(crate) kind: Kind,
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
    docs: Vec<(u32, Range<u32>)>,
    lines: Vec<u32>,
    /// Whether some name may be taken for another one that is written with other characters.
    pub(crate) respelled: bool,
}

impl Tokens {
    /// Reads `text`, or says at which byte it stops making sense.
    pub(crate) fn read(text: &str) -> Result<Self, u32> {
        let mut tokens =
            Self { list: Vec::with_capacity(text.len() / 4), docs: vec![], lines: line_starts(text), respelled: false };
        let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let shebang = strip_shebang(&text[bom..]).unwrap_or(0);
        let mut at = bom + shebang;
        let mut open: Vec<usize> = Vec::new();
        let none = Name::none();
        let start = at;
        for token in tokenize(&text[start..], FrontmatterAllowed::Yes) {
            let end = at + token.len as usize;
            let piece = text.get(at..end).unwrap_or("");
            if !piece.is_ascii() && is_name(token.kind) && piece.chars().any(may_be_another) {
                tokens.respelled = true;
            }
            let mut raw = false;
            let mut name = none;
            let kind = match token.kind {
                TokenKind::LineComment { .. }
                | TokenKind::BlockComment { terminated: true, .. }
                | TokenKind::Whitespace
                | TokenKind::Frontmatter { .. } => {
                    if let Some(last) = tokens.list.last_mut() {
                        last.joint = false;
                    }
                    if is_doc(token.kind) {
                        tokens.docs.push((position(tokens.list.len()), position(at)..position(end)));
                    }
                    at = end;
                    continue;
                }
                TokenKind::BlockComment { .. } => return Err(position(at)),
                TokenKind::RawIdent => {
                    raw = true;
                    name = Name::new(piece.trim_start_matches("r#"));
                    Kind::Ident
                }
                TokenKind::Ident | TokenKind::InvalidIdent | TokenKind::UnknownPrefix => {
                    name = Name::new(piece);
                    Kind::Ident
                }
                TokenKind::ForcedKeywordIdent => {
                    name = Name::new(piece.trim_start_matches("k#"));
                    Kind::Ident
                }
                TokenKind::Lifetime { .. } | TokenKind::RawLifetime | TokenKind::UnknownPrefixLifetime => {
                    name = Name::new(piece);
                    Kind::Lifetime
                }
                TokenKind::Literal { kind, .. } => literal(kind).ok_or(position(at))?,
                TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                    open.push(tokens.list.len());
                    if open.len() > DEEPEST {
                        return Err(position(at));
                    }
                    Kind::Open(first(piece))
                }
                TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => Kind::Close(first(piece)),
                _ => Kind::Punct(first(piece)),
            };
            let mut partner = 0;
            if let Kind::Close(close) = kind {
                let index = open.pop().ok_or(position(at))?;
                if tokens.list[index].kind != Kind::Open(opening(close)) {
                    return Err(position(at));
                }
                tokens.list[index].partner = position(tokens.list.len());
                partner = position(index);
            }
            tokens.list.push(Token { kind, joint: true, raw, start: position(at), end: position(end), partner, name });
            at = end;
        }
        match open.last() {
            Some(&index) => Err(tokens.list[index].start),
            None => Ok(tokens),
        }
    }

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

fn is_name(kind: TokenKind) -> bool {
    !matches!(
        kind,
        TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. }
            | TokenKind::Literal { .. }
            | TokenKind::Frontmatter { .. }
            | TokenKind::Whitespace
    )
}

/// Whether a character in a name may be written in another way as well, as a letter and its accent: the blocks of
/// Unicode with characters that its normal form C replaces, or joins with the one before.
fn may_be_another(char: char) -> bool {
    matches!(
        u32::from(char),
        0x300..=0x36f
            | 0x374
            | 0x37e
            | 0x387
            | 0x653..=0x655
            | 0x900..=0xdff
            | 0xf43..=0xfb9
            | 0x102e
            | 0x1100..=0x11ff
            | 0x1b35
            | 0x1f71..=0x1fff
            | 0x2126..=0x212b
            | 0x3099..=0x309a
            | 0xf900..=0xfaff
            | 0xfb1d..=0xfb4f
            | 0x11000..=0x11fff
            | 0x1d15e..=0x1d1c0
            | 0x2f800..=0x2fa1f
    )
}

fn is_doc(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::LineComment { doc_style: Some(_) } | TokenKind::BlockComment { doc_style: Some(_), .. })
}

fn line_starts(text: &str) -> Vec<u32> {
    let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| position(at + 1));
    std::iter::once(0).chain(after).collect()
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn first(piece: &str) -> u8 {
    piece.bytes().next().unwrap_or(b'?')
}

fn opening(close: u8) -> u8 {
    match close {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}

fn literal(kind: LiteralKind) -> Option<Kind> {
    match kind {
        LiteralKind::Int { .. } | LiteralKind::Float { .. } => Some(Kind::Literal),
        LiteralKind::Char { terminated } | LiteralKind::Byte { terminated } | LiteralKind::ByteStr { terminated } => {
            terminated.then_some(Kind::Literal)
        }
        LiteralKind::Str { terminated } => terminated.then_some(Kind::Str),
        LiteralKind::CStr { terminated } => terminated.then_some(Kind::Literal),
        LiteralKind::RawStr { n_hashes } => n_hashes.map(|_| Kind::Str),
        LiteralKind::RawByteStr { n_hashes } | LiteralKind::RawCStr { n_hashes } => n_hashes.map(|_| Kind::Literal),
    }
}

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
    fn delimiters_know_their_partners_and_comments_leave_no_trace() {
        let tokens = Tokens::read("#!/bin/x\nfn f(/* ( */) { r#\"}\"# } // }").unwrap();
        let kinds: Vec<_> = tokens.list.iter().map(|token| token.kind).collect();
        assert_eq!(kinds.len(), 7, "{kinds:?}");
        assert_eq!((tokens.list[2].partner, tokens.list[4].partner), (3, 6));
        assert_eq!(tokens.line(tokens.list[0].start), 2);
    }

    #[test]
    fn text_without_balance_is_refused() {
        for text in ["fn f( {", ")", "\"open", "( ]", "/* open", &"(".repeat(9999)] {
            assert!(Tokens::read(text).is_err(), "{text} was read");
        }
    }

    #[test]
    fn a_string_is_unquoted_as_rustc_does_it() {
        assert_eq!(unquote(r##"r#"a\n"b"#"##), "a\\n\"b");
        assert_eq!(unquote("\"a\\n\\x41\\u{42}\\\n   c\\\\\""), "a\nABc\\");
    }
}
