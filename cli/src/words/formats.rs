//! Times, sizes and long texts, as every format writes them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `350 µs`, `12 ms`, `3.1 s`, `4 min 05 s`, `2 h 10 min`.
pub(crate) fn seconds(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match seconds {
        s if s < 0.000_999_5 => format!("{:.0} µs", s * 1e6),
        s if s < 0.999_5 => format!("{:.0} ms", s * 1e3),
        s if s < 59.95 => format!("{s:.1} s"),
        _ if whole < 3_600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// `812 B`, `14.2 kB`.
pub(crate) fn bytes(bytes: u64) -> String {
    humansize::format_size(bytes, humansize::FormatSizeOptions::from(humansize::DECIMAL).decimal_places(1))
}

/// `1 step`, `2,345 steps`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// `2,345`.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The text on one line: control characters, line breaks among them, become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let is_unseen = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || turns_around(c);
    text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect()
}

/// A name out of a stash, which somebody else may have written.
pub(crate) fn name(text: &str) -> String {
    const COLUMNS: usize = 200;
    fit(&one_line(text), COLUMNS)
}

/// Whether a character changes in which direction those behind it are shown, so that a text reads as another.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with characters in place of those that would make a terminal do something.
pub(crate) fn harmless(text: &str) -> String {
    let shown = |c: char| match u32::from(c) {
        _ if matches!(c, '\n' | '\t') => c,
        _ if !c.is_control() && !turns_around(c) => c,
        // There are pictures of these.
        number @ 0..0x20 => char::from_u32(0x2400 + number).unwrap_or(' '),
        _ => char::REPLACEMENT_CHARACTER,
    };
    text.replace("\r\n", "\n").chars().map(shown).collect()
}

/// At most `columns` wide in a terminal, with `…` where something is left out.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(c);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// Columns in a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_read_at_a_glance() {
        let times = [0.0, 0.000_35, 0.012, 0.9996, 3.08, 59.96, 245.0, 7_810.0].map(seconds);
        assert_eq!(times, ["0 µs", "350 µs", "12 ms", "1.0 s", "3.1 s", "1 min 00 s", "4 min 05 s", "2 h 10 min"]);
        assert_eq!([0, 812, 14_208, 3_200_000].map(bytes), ["0 B", "812 B", "14.2 kB", "3.2 MB"]);
        assert_eq!(count(1, "step"), "1 step");
        assert_eq!(count(12_345, "step"), "12,345 steps");
    }

    #[test]
    fn cut_text_counts_columns_not_characters() {
        assert_eq!(fit("penguin", 7), "penguin");
        assert_eq!(fit("penguins", 7), "pengui…");
        assert_eq!(fit("企鹅企鹅", 5), "企鹅…");
        assert_eq!(fit("x", 0), "");
        assert_eq!(name("a\u{202e}b\n"), "a b ");
        assert_eq!(name(&"n".repeat(1_000)).chars().count(), 200);
        assert_eq!(harmless("a\u{2066}b"), "a\u{fffd}b");
        assert_eq!(one_line("a\nb\u{1b}[31mc\u{2028}d"), "a b [31mc d");
    }

    #[test]
    fn a_text_makes_a_terminal_do_nothing() {
        assert_eq!(harmless("a\tb\r\nc\u{1b}]52;\u{7}\u{9b}ü"), "a\tb\nc␛]52;␇\u{fffd}ü");
    }
}
