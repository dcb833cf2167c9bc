//! The words of a compiler's call as options.

/// Options whose value may be a word of its own.
const VALUED: [&str; 27] = [
    "--extern",
    "--check-cfg",
    "--cfg",
    "--emit",
    "--out-dir",
    "--target",
    "--cap-lints",
    "--crate-type",
    "--crate-name",
    "--edition",
    "--error-format",
    "--json",
    "--sysroot",
    "--remap-path-prefix",
    "--color",
    "--diagnostic-width",
    "--print",
    "--allow",
    "--warn",
    "--deny",
    "--forbid",
    "-A",
    "-W",
    "-D",
    "-F",
    "-o",
    "-Z",
];

/// Options of one letter whose value may follow without a space, and what they are called in full.
const SHORT: [(&str, &str); 3] = [("-C", "--codegen"), ("-L", "--library-path"), ("-l", "--library")];

/// The words as options with their values, in order. What is no option is one without a value.
pub(super) fn options(words: &[String]) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut words = words.iter().map(String::as_str);
    std::iter::from_fn(move || {
        let word = words.next()?;
        for (short, long) in SHORT {
            if word == short || word == long {
                return Some((short, words.next()));
            }
            if let Some(value) = word.strip_prefix(short).or_else(|| word.strip_prefix(long)?.strip_prefix('=')) {
                return Some((short, Some(value)));
            }
        }
        if VALUED.contains(&word) {
            return Some((word, words.next()));
        }
        match word.split_once('=') {
            Some((name, value)) if VALUED.contains(&name) => Some((name, Some(value))),
            _ => Some((word, None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_be_a_word_of_its_own_or_not() {
        let words: Vec<String> = "a.rs -Clto -C opt-level=3 --codegen=panic=abort --cfg x --emit=link -Lall --test"
            .split(' ')
            .map(str::to_owned)
            .collect();
        let told: Vec<_> = options(&words).collect();
        assert_eq!(
            told,
            [
                ("a.rs", None),
                ("-C", Some("lto")),
                ("-C", Some("opt-level=3")),
                ("-C", Some("panic=abort")),
                ("--cfg", Some("x")),
                ("--emit", Some("link")),
                ("-L", Some("all")),
                ("--test", None)
            ]
        );
    }
}
