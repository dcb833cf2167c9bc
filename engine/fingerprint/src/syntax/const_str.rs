//! Strings known at compile time: literals, `concat!`, `env!`, and `stringify!` of them.

use std::ops::Range;

use super::name::Name;
use super::tokens::View;

/// A string known at compile time, as far as it can be computed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ConstStr {
    Literal(String),
    Env(Name),
    Concat(Vec<Self>),
    Unknown,
}

/// Reads the expression in `range`.
pub(crate) fn read(view: View<'_>, range: Range<usize>) -> ConstStr {
    let mut end = range.end;
    if end > range.start && view.is_punct(end - 1, b',') {
        end -= 1;
    }
    let at = range.start;
    if at + 1 == end {
        return match view.string(at) {
            Some(text) => ConstStr::Literal(text),
            None => match view.piece(at) {
                number if number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => {
                    ConstStr::Literal(number.to_owned())
                }
                bool @ ("true" | "false") => ConstStr::Literal(bool.to_owned()),
                _ => ConstStr::Unknown,
            },
        };
    }
    // `std::concat!` and the like mean the same.
    let mut name = at;
    while view.is_pair(name + 1, b':', b':') {
        name += 3;
    }
    if !view.is_punct(name + 1, b'!') || !view.any_open(name + 2) || view.after(name + 2) != end {
        return ConstStr::Unknown;
    }
    let inside = view.inside(name + 2);
    match view.piece(name) {
        "concat" => ConstStr::Concat(
            view.split(inside, b',').into_iter().filter(|part| !part.is_empty()).map(|part| read(view, part)).collect(),
        ),
        "env" => match view.split(inside, b',').first().and_then(|part| view.string(part.start)) {
            Some(name) => ConstStr::Env(Name::new(&name)),
            None => ConstStr::Unknown,
        },
        _ => ConstStr::Unknown,
    }
}

impl ConstStr {
    /// The string, if every variable in it is known.
    pub(crate) fn value(&self, env: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        match self {
            Self::Literal(text) => Some(text.clone()),
            Self::Env(name) => env(name),
            Self::Concat(parts) => parts.iter().map(|part| part.value(env)).collect(),
            Self::Unknown => None,
        }
    }

    /// Whether a part of it is not known.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Concat(parts) => parts.iter().any(Self::is_open),
            Self::Unknown => true,
            Self::Literal(_) | Self::Env(_) => false,
        }
    }

    /// The same with what is not known taken to be `text`.
    pub(crate) fn filled(&self, text: &str) -> Self {
        match self {
            Self::Concat(parts) => Self::Concat(parts.iter().map(|part| part.filled(text)).collect()),
            Self::Unknown => Self::Literal(text.to_owned()),
            Self::Literal(_) | Self::Env(_) => self.clone(),
        }
    }

    /// The variables in it.
    pub(crate) fn envs(&self, into: &mut Vec<Name>) {
        match self {
            Self::Env(name) => into.push(*name),
            Self::Concat(parts) => parts.iter().for_each(|part| part.envs(into)),
            Self::Literal(_) | Self::Unknown => {}
        }
    }
}
