//! Names captured by format strings: `{name}`, `{x:width$}`, `{x:.precision$}`.

use super::language;
use super::name::Name;

/// Every name that a string would capture, were it a format string.
pub(crate) fn captures(text: &str) -> Vec<Name> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let inside = &rest[..close];
        let (argument, spec) = inside.split_once(':').unwrap_or((inside, ""));
        push(argument.trim(), &mut names);
        // Fill characters may be anything; a capture in a specification ends with `$`.
        let mut pieces = spec.split('$').collect::<Vec<_>>();
        pieces.pop();
        for piece in pieces {
            let start = piece
                .rfind(|char: char| !ra_ap_rustc_lexer::is_id_continue(char))
                .map_or(0, |at| at + piece[at..].chars().next().map_or(1, char::len_utf8));
            push(&piece[start..], &mut names);
            // `0width$` is zero padding and a name.
            push(piece[start..].trim_start_matches('0'), &mut names);
        }
        rest = &rest[close + 1..];
    }
    names
}

fn push(name: &str, into: &mut Vec<Name>) {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if ra_ap_rustc_lexer::is_ident(name) && !language::keyword(name) {
        into.push(Name::new(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        captures(text).into_iter().map(Name::text).collect()
    }

    #[test]
    fn captures_are_arguments_widths_and_precisions() {
        assert_eq!(names("{a} {{b}} {} {0} {c:?}"), ["a", "c"]);
        assert_eq!(names("{x:>w$.p$} {:.*}"), ["x", "w", "w", "p", "p"]);
        assert_eq!(
            names("{x:é>0w$}"),
            ["x", "0w", "w"].iter().filter(|name| **name != "0w").copied().collect::<Vec<_>>()
        );
        assert_eq!(names("{unclosed"), [""; 0]);
    }
}
