//! Which steps a user means by a label, or by part of one.

/// How well a typed text fits a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meant {
    /// The text means another step.
    No,
    /// The text names the step's function and some of its arguments.
    Partly,
    /// The text names the step's function.
    ByFunction,
    /// The text is the step's label.
    ByLabel,
}

/// How well `typed` fits a step with this function, label and literal arguments. Quotation marks and some of the
/// arguments may be left out: `routes carrier=AA` means `routes year=2013 carrier="AA"`.
pub fn meant<'f>(
    typed: &str,
    function: &str,
    label: &str,
    arguments: impl IntoIterator<Item = (&'f str, &'f str)>,
) -> Meant {
    let (typed, label) = (plain(typed), plain(label));
    if typed == label {
        return Meant::ByLabel;
    }
    let short = function.rsplit("::").next().unwrap_or(function);
    let named = [function, short].into_iter().find_map(|name| typed.strip_prefix(name));
    match named {
        Some("") => Meant::ByFunction,
        Some(rest) if rest.starts_with(' ') => {
            let within = label.strip_prefix(short).unwrap_or_default();
            if has_words(within, rest) || is_made_of(rest, arguments) { Meant::Partly } else { Meant::No }
        }
        _ => Meant::No,
    }
}

/// Without quotation marks, and with one space between words.
fn plain(text: &str) -> String {
    text.replace(['"', '\''], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether these words stand in a text, one after the other.
fn has_words(text: &str, words: &str) -> bool {
    !words.trim().is_empty() && format!("{text} ").contains(&format!("{words} "))
}

/// Whether a text is arguments and nothing else, in any order.
fn is_made_of<'f>(text: &str, arguments: impl IntoIterator<Item = (&'f str, &'f str)>) -> bool {
    let mut facts: Vec<String> =
        arguments.into_iter().map(|(name, value)| format!(" {name}={}", plain(value))).collect();
    // A value may begin like another one's whole argument, so the longest goes first.
    facts.sort_unstable_by_key(|fact| std::cmp::Reverse(fact.len()));
    let mut rest = format!("{text} ");
    loop {
        if rest.trim().is_empty() {
            return true;
        }
        let next = facts.iter().find(|fact| rest.starts_with(&format!("{fact} ")));
        match next {
            Some(fact) => rest = rest[fact.len()..].to_owned(),
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(typed: &str) -> Meant {
        let arguments = [("year", "2013"), ("carrier", "\"AA\""), ("setting", "Tree { depth: 2 }")];
        meant(typed, "demo::routes", "routes carrier=\"AA\" setting=Tree { depth: 2 }", arguments)
    }

    #[test]
    fn a_step_is_meant_by_its_label_its_function_or_some_of_its_arguments() {
        for typed in ["routes carrier=\"AA\" setting=Tree { depth: 2 }", "routes  carrier=AA setting=Tree { depth: 2 }"]
        {
            assert_eq!(of(typed), Meant::ByLabel, "{typed}");
        }
        for typed in ["routes", "demo::routes"] {
            assert_eq!(of(typed), Meant::ByFunction, "{typed}");
        }
        for typed in [
            "routes carrier=AA",
            "routes setting=Tree { depth: 2 }",
            "demo::routes year=2013 carrier='AA'",
            "routes setting=Tree { depth: 2 } carrier=AA",
        ] {
            assert_eq!(of(typed), Meant::Partly, "{typed}");
        }
        for typed in
            ["route", "routes2", "routes carrier=A", "routes year=201", "routes year=2013 carrier=UA", "", "carrier=AA"]
        {
            assert_eq!(of(typed), Meant::No, "{typed}");
        }
    }
}
