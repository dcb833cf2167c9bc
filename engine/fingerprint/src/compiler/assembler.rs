//! What assembler names.
//!
//! It stands in quotes in LLVM's text, where `\09` is a tab, and `\C3\A9` a letter beyond ASCII. Nobody reads its
//! grammar here: every word of it may be a symbol.

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

/// The files that a piece of assembler includes: `.incbin \22data.bin\22`, as LLVM's text has it.
pub(super) fn included(text: &str) -> impl Iterator<Item = &str> {
    [".incbin", ".include"].into_iter().flat_map(|word| text.match_indices(word)).filter_map(|(at, word)| {
        let rest = text[at + word.len()..].trim_start_matches("\\09").trim_start();
        rest.strip_prefix("\\22")?.split("\\22").next()
    })
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
    fn files_that_are_included_stand_in_quotes() {
        let text = r"x: .incbin \22/a b/data.bin\22\0A .include\09\22more.s\22, 4";
        let mut found: Vec<_> = included(text).collect();
        found.sort_unstable();
        assert_eq!(found, ["/a b/data.bin", "more.s"]);
        assert_eq!(included(r".incbin \0Ax: .included").count(), 0);
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
