//! What assembler names.
//!
//! It stands in quotes in LLVM's text, where `\09` is a tab, and `\C3\A9` a letter beyond ASCII. Nobody reads its
//! grammar here: every word of it may be a symbol.

use std::collections::BTreeSet;

/// The words of a piece of assembler that may be symbols, as LLVM's text has them.
///
/// A `.` and a `$` may be part of a symbol or stand beside one, so both are tried.
pub(super) fn words(quoted: &str) -> impl Iterator<Item = &str> {
    let in_quotes = quoted.split("\\22").skip(1).step_by(2);
    let unquoted = quoted.split(is_between).flat_map(pieces).flat_map(|run| {
        let without = run.trim_start_matches('$');
        let parts = without.split(['.', '$']).filter(move |part| *part != without);
        [run].into_iter().filter(move |run| *run != without).chain([without]).chain(parts)
    });
    in_quotes.chain(unquoted).filter(|word| !word.is_empty() && !word.starts_with(|char: char| char.is_ascii_digit()))
}

/// Whether assembler may have something with a name like this: a word of it is one, or macros make words.
pub(super) fn may_name(text: &str, is_wanted: fn(&str) -> bool) -> bool {
    const MAKES_WORDS: [&str; 3] = [".macro", ".irp", ".rept"];
    MAKES_WORDS.iter().any(|makes| text.contains(makes)) || text.lines().flat_map(words).any(is_wanted)
}

/// What may be the name of a file that a piece of assembler, as LLVM's text has it, includes by `.incbin` or `.include`. A
/// macro may put the two together, so each word may be one, and all that is between two quotes.
pub(super) fn included(text: &str) -> BTreeSet<String> {
    if !includes(text) {
        return BTreeSet::new();
    }
    let plain = plain(text);
    let words = plain.split(|char: char| char.is_whitespace() || "\"',;()".contains(char));
    let words = words.chain(plain.split('"')).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Whether a piece of assembler may include a file.
pub(super) fn includes(text: &str) -> bool {
    text.to_ascii_lowercase().contains(".inc")
}

/// What LLVM's text means: `\22` is a quote.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let code = others.get(..2).filter(|_| *first == b'\\').and_then(|code| std::str::from_utf8(code).ok());
        let meant = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(meant.unwrap_or(*first));
        rest = if meant.is_some() { &others[2..] } else { others };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether assembler has a label of this name.
pub(super) fn defines(text: &str, name: &str) -> bool {
    let is_part = |char: char| char == '_' || char == '.' || char == '$' || char.is_alphanumeric();
    text.match_indices(name).any(|(at, _)| {
        // What comes before may be the digits of an escape.
        let before = &text[..at];
        let is_start = before.ends_with("\\09") || before.ends_with("\\0A") || !before.ends_with(is_part);
        is_start && text[at + name.len()..].starts_with(':')
    })
}

fn is_between(char: char) -> bool {
    !(matches!(char, '_' | '.' | '$' | '\\') || char.is_alphanumeric())
}

/// What is between the escapes of a text that stand for no letters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_separator = |at: &usize| !matches!(text.as_bytes().get(at + 1), Some(b'8' | b'9' | b'A'..=b'F'));
        match text.match_indices('\\').map(|(at, _)| at).find(is_separator) {
            Some(at) => {
                rest = text.get(at + 3..);
                Some(&text[..at])
            }
            None => rest.take(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_what_a_colon_follows() {
        for text in ["module asm \"f:\"", r"\09f:\0A", r"ret\0Af: ret", "a; f:"] {
            assert!(defines(text, "f"), "{text}");
        }
        for text in ["call f", "ff:", "f_:", ".globl f\n"] {
            assert!(!defines(text, "f"), "{text}");
        }
    }

    #[test]
    fn what_is_included_may_be_any_word_and_all_that_is_in_quotes() {
        for text in [
            r"x: .incbin \22/a b/data.bin\22\0A .include\09\22more.s\22, 4",
            r".macro take what\0A .INCBIN \22\\what\22\0A.endm\0Atake more.s\0Atake \22/a b/data.bin\22",
            r".incbin /* this */ \22/a b/data.bin\22; .include 'more.s'",
        ] {
            let found = included(text);
            assert!(["/a b/data.bin", "more.s"].iter().all(|file| found.contains(*file)), "{found:?}");
        }
        assert!(included(r".incbin \22d\C3\A4.bin\22").contains("dä.bin"));
        assert!(included(r".globl more.s").is_empty());
    }

    #[test]
    fn a_name_may_be_a_word_or_made_by_a_macro() {
        let is_wanted: fn(&str) -> bool = |name| name == "sin";
        for text in [r".globl sin\0Asin:\0A", r".set sin, mine", r".macro m x\0As\\x:"] {
            assert!(may_name(text, is_wanted), "{text}");
        }
        assert!(!may_name(r".globl sine\0Asine: ret", is_wanted));
    }

    #[test]
    fn every_symbol_is_a_word_however_it_stands() {
        for (text, symbol) in [
            (r"\09call f\0A", "f"),
            (r"\09.quad\09go", "go"),
            (r"callq table.go@PLT", "table.go"),
            (r"movl $$LIMIT, %eax", "LIMIT"),
            (r"lea rdi, [rip + a.b]", "a.b"),
            (r"lea rdi, [rip + a.b]", "a"),
            (r".globl \22two words\22", "two words"),
            (r"call gr\C3\B6\C3\9Fe\0A", r"gr\C3\B6\C3\9Fe"),
            (r"\0Aret\0A\09x_1:", "x_1"),
            (r"one;two", "two"),
        ] {
            assert!(words(text).any(|word| word == symbol), "{text}");
        }
        assert_eq!(words(r"\09mov 12, 0x7\0A").collect::<Vec<_>>(), ["mov"]);
    }
}
