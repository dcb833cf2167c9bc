//! Source text to [`Tokens`].
//!
//! Text with unbalanced delimiters, an unterminated literal or absurd nesting is refused as a whole: its file counts as
//! bytes.

use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind as RustToken, strip_shebang, tokenize};

use super::name::Name;
use super::tokens::{Token, TokenKind, Tokens, position};

/// Deeper nesting than this is refused, so that readers may recurse.
const DEEPEST: usize = 200;

/// Reads `text`, or says at which byte it stops making sense.
pub(crate) fn read(text: &str) -> Result<Tokens, u32> {
    let mut tokens =
        Tokens { list: Vec::with_capacity(text.len() / 4), docs: vec![], lines: line_starts(text), respelled: false };
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
            RustToken::LineComment { .. }
            | RustToken::BlockComment { terminated: true, .. }
            | RustToken::Whitespace
            | RustToken::Frontmatter { .. } => {
                if let Some(last) = tokens.list.last_mut() {
                    last.joint = false;
                }
                if is_doc(token.kind) {
                    tokens.docs.push((position(tokens.list.len()), position(at)..position(end)));
                }
                at = end;
                continue;
            }
            RustToken::BlockComment { .. } => return Err(position(at)),
            RustToken::RawIdent => {
                raw = true;
                name = Name::new(piece.trim_start_matches("r#"));
                TokenKind::Ident
            }
            RustToken::Ident | RustToken::InvalidIdent | RustToken::UnknownPrefix => {
                name = Name::new(piece);
                TokenKind::Ident
            }
            RustToken::ForcedKeywordIdent => {
                name = Name::new(piece.trim_start_matches("k#"));
                TokenKind::Ident
            }
            RustToken::Lifetime { .. } | RustToken::RawLifetime | RustToken::UnknownPrefixLifetime => {
                name = Name::new(piece);
                TokenKind::Lifetime
            }
            RustToken::Literal { kind, .. } => literal(kind).ok_or(position(at))?,
            RustToken::OpenParen | RustToken::OpenBrace | RustToken::OpenBracket => {
                open.push(tokens.list.len());
                if open.len() > DEEPEST {
                    return Err(position(at));
                }
                TokenKind::Open(first(piece))
            }
            RustToken::CloseParen | RustToken::CloseBrace | RustToken::CloseBracket => TokenKind::Close(first(piece)),
            _ => TokenKind::Punct(first(piece)),
        };
        let mut partner = 0;
        if let TokenKind::Close(close) = kind {
            let index = open.pop().ok_or(position(at))?;
            if tokens.list[index].kind != TokenKind::Open(opening(close)) {
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

fn is_name(kind: RustToken) -> bool {
    !matches!(
        kind,
        RustToken::LineComment { .. }
            | RustToken::BlockComment { .. }
            | RustToken::Literal { .. }
            | RustToken::Frontmatter { .. }
            | RustToken::Whitespace
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

fn is_doc(kind: RustToken) -> bool {
    matches!(kind, RustToken::LineComment { doc_style: Some(_) } | RustToken::BlockComment { doc_style: Some(_), .. })
}

fn line_starts(text: &str) -> Vec<u32> {
    let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| position(at + 1));
    std::iter::once(0).chain(after).collect()
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

fn literal(kind: LiteralKind) -> Option<TokenKind> {
    match kind {
        LiteralKind::Int { .. } | LiteralKind::Float { .. } => Some(TokenKind::Literal),
        LiteralKind::Char { terminated } | LiteralKind::Byte { terminated } | LiteralKind::ByteStr { terminated } => {
            terminated.then_some(TokenKind::Literal)
        }
        LiteralKind::Str { terminated } => terminated.then_some(TokenKind::Str),
        LiteralKind::CStr { terminated } => terminated.then_some(TokenKind::Literal),
        LiteralKind::RawStr { n_hashes } => n_hashes.map(|_| TokenKind::Str),
        LiteralKind::RawByteStr { n_hashes } | LiteralKind::RawCStr { n_hashes } => {
            n_hashes.map(|_| TokenKind::Literal)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_know_their_partners_and_comments_leave_no_trace() {
        let tokens = read("#!/bin/x\nfn f(/* ( */) { r#\"}\"# } // }").unwrap();
        let kinds: Vec<_> = tokens.list.iter().map(|token| token.kind).collect();
        assert_eq!(kinds.len(), 7, "{kinds:?}");
        assert_eq!((tokens.list[2].partner, tokens.list[4].partner), (3, 6));
        assert_eq!(tokens.line(tokens.list[0].start), 2);
    }

    #[test]
    fn text_without_balance_is_refused() {
        for text in ["fn f( {", ")", "\"open", "( ]", "/* open", &"(".repeat(9999)] {
            assert!(read(text).is_err(), "{text} was read");
        }
    }
}
