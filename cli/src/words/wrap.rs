//! Long sentences on a terminal: broken between words, and what follows stands under what came first.

use unicode_width::UnicodeWidthStr;

use crate::print::columns;

/// A line that begins with `indent` spaces, as several if it is too long. Whatever sets colours in it takes no room.
pub(crate) fn wrapped(indent: usize, text: &str) -> String {
    broken(indent, text, columns().unwrap_or(usize::MAX))
}

fn broken(indent: usize, text: &str, columns: usize) -> String {
    let hanging = indent + 2;
    let mut out = " ".repeat(indent);
    let mut used = indent;
    for (at, word) in words(text).into_iter().enumerate() {
        let wide = anstream::adapter::strip_str(word).to_string().width();
        if at > 0 && used + 1 + wide > columns && used > hanging {
            out.push('\n');
            out.push_str(&" ".repeat(hanging));
            used = hanging;
        } else if at > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += wide;
    }
    out
}

/// The words of a text. A count stays with what it counts, and an arrow with what it points at.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    for (space, _) in text.match_indices(' ') {
        let (before, after) = (&text[start..space], &text[space + 1..]);
        if after.starts_with('×') || before == "→" || after.starts_with(' ') || before.is_empty() {
            continue;
        }
        words.push(before);
        start = space + 1;
    }
    words.push(&text[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_broken_between_words_and_goes_on_further_right() {
        assert_eq!(broken(2, "split, score ×75, choose", 14), "  split,\n    score ×75,\n    choose");
        assert_eq!(broken(0, "clean → impute → median", 16), "clean → impute\n  → median");
        assert_eq!(broken(2, "as it is", 80), "  as it is");
        assert_eq!(broken(0, "a \u{1b}[33mred\u{1b}[0m b", 7), "a \u{1b}[33mred\u{1b}[0m b");
        assert_eq!(broken(0, "incomprehensibilities", 5), "incomprehensibilities");
    }
}
