//! Which functions a setting is about.

use serde::Deserialize;

/// Which functions a setting is about: none, all, or those of some names.
///
/// # Examples
///
/// ```
/// use scrat::Which;
///
/// let some = Which::parse("clean, model::fit*");
/// assert!(some.includes("app::clean") && some.includes("app::model::fit_tree"));
/// assert!(!some.includes("app::unclean") && !some.includes("app::fit"));
/// assert_eq!((Which::parse("1"), Which::parse("0")), (Which::All, Which::Nothing));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Which {
    /// None.
    #[default]
    Nothing,
    /// All.
    All,
    /// Those whose full names, or ends of these after a `::`, are one of these texts. `*` stands for any text.
    Named(Vec<String>),
}

impl Which {
    /// What a text means: `1` or `true`, `0` or `false`, or names, separated by commas.
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "1" | "true" => Self::All,
            "" | "0" | "false" => Self::Nothing,
            names => {
                Self::Named(names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect())
            }
        }
    }

    /// Whether the function with this full name is meant.
    pub fn includes(&self, function: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| means(name, function)),
        }
    }

    /// The names that mean none of these functions.
    pub(crate) fn missing<'a>(&'a self, functions: &[&str]) -> impl Iterator<Item = &'a str> {
        let names = if let Self::Named(names) = self { names.as_slice() } else { &[] };
        let is_missing = |name: &&str| !functions.iter().any(|function| means(name, function));
        names.iter().map(String::as_str).filter(is_missing)
    }
}

impl<'de> Deserialize<'de> for Which {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::Boolean(true) => Ok(Self::All),
            toml::Value::Boolean(false) => Ok(Self::Nothing),
            toml::Value::String(names) => Ok(Self::parse(&names)),
            _ => Err(serde::de::Error::custom("expected true, false, or names of functions, such as \"clean, fit*\"")),
        }
    }
}

pub(super) fn means(pattern: &str, function: &str) -> bool {
    // A method's type is in brackets.
    let function = &function.replace(['<', '>'], "");
    let ends = function.match_indices("::").map(|(at, sign)| &function[at + sign.len()..]);
    std::iter::once(function.as_str()).chain(ends).any(|end| matches(pattern, end))
}

fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_the_rest_for_itself() {
        for (pattern, text) in
            [("fit", "fit"), ("*", ""), ("*", "fit"), ("f*", "f"), ("f*t*e", "fit_tree"), ("*e", "e")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("fit", "fits"), ("", "f"), ("f*t", "tf"), ("ab*ba", "aba"), ("a*b*c", "acb")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_function_is_meant_by_its_path_or_by_the_end_of_it() {
        for pattern in ["a::m::f", "m::f", "f", "a::*", "*f"] {
            assert!(means(pattern, "a::m::f"), "{pattern}");
        }
        for pattern in ["a::m", "m", "a::f", "g"] {
            assert!(!means(pattern, "a::m::f"), "{pattern}");
        }
        assert!(means("Scale::of", "a::<Scale>::of") && means("of", "a::<Scale>::of"));
    }

    #[test]
    fn a_name_that_means_nothing_is_found() {
        let which = Which::parse("clean,clena , f*");
        assert_eq!(which.missing(&["a::clean", "a::fit"]).collect::<Vec<_>>(), ["clena"]);
        assert_eq!(Which::All.missing(&[]).count(), 0);
    }
}
