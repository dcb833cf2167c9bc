//! Predicates of `cfg`: their normal text, what is known of them without rustc, and their answers.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::lex;
use super::name::Name;
use super::tokens::{TokenKind, View};

/// The normal text of a predicate, valid between `cfg!(` and `)`.
pub(crate) fn text(view: View<'_>, range: Range<usize>) -> Name {
    let mut out = String::new();
    for at in range.clone() {
        let trailing =
            view.is_punct(at, b',') && (at + 1 == range.end || matches!(view.kind(at + 1), Some(TokenKind::Close(_))));
        if trailing {
            continue;
        }
        out.push_str(view.piece(at));
        if matches!(view.kind(at), Some(TokenKind::Punct(b',' | b'='))) && !view.is_punct(at + 1, b'=') {
            out.push(' ');
        }
        if view.is_punct(at + 1, b'=') {
            out.push(' ');
        }
    }
    Name::new(out.trim())
}

/// A predicate, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// `unix`, or `feature = "x"` with the value unquoted.
    Leaf(String, Option<String>),
    True,
    False,
    Unknown,
}

/// Predicates read before, which live as long as their names do.
static READ: Mutex<FxHashMap<Name, &'static Predicate>> = Mutex::new(FxHashMap::with_hasher(FxBuildHasher));

impl Predicate {
    /// The predicate of a name.
    pub(crate) fn of(name: Name) -> &'static Self {
        let known = READ.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied();
        known.unwrap_or_else(|| {
            let read: &'static Self = Box::leak(Box::new(Self::read(name.text())));
            READ.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert(read)
        })
    }

    fn read(text: &str) -> Self {
        match lex::read(text) {
            Ok(tokens) => {
                let view = View { text, tokens: &tokens };
                Self::parse(view, 0..tokens.list.len())
            }
            Err(_) => Self::Unknown,
        }
    }

    fn parse(view: View<'_>, range: Range<usize>) -> Self {
        let Some(word) = view.ident(range.start) else { return Self::Unknown };
        let next = range.start + 1;
        if view.is_open(next, b'(') {
            let inside = view.inside(next);
            let parts = view
                .split(inside, b',')
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(|part| Self::parse(view, part));
            return match word.text() {
                "all" => Self::All(parts.collect()),
                "any" => Self::Any(parts.collect()),
                "not" => parts.into_iter().next().map_or(Self::Unknown, |part| Self::Not(Box::new(part))),
                _ => Self::Unknown,
            };
        }
        if view.is_punct(next, b'=') {
            return match view.string(next + 1) {
                Some(value) => Self::Leaf(word.text().to_owned(), Some(value)),
                None => Self::Unknown,
            };
        }
        match word.text() {
            "true" => Self::True,
            "false" => Self::False,
            word => Self::Leaf(word.to_owned(), None),
        }
    }

    /// Three-valued: `None` where `leaf` does not know.
    pub(crate) fn holds(&self, leaf: &dyn Fn(&str, Option<&str>) -> Option<bool>) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Unknown => None,
            Self::Leaf(name, value) => leaf(name, value.as_deref()),
            Self::Not(inner) => inner.holds(leaf).map(|holds| !holds),
            Self::All(parts) => {
                let answers: Vec<_> = parts.iter().map(|part| part.holds(leaf)).collect();
                if answers.contains(&Some(false)) {
                    Some(false)
                } else if answers.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            Self::Any(parts) => {
                let answers: Vec<_> = parts.iter().map(|part| part.holds(leaf)).collect();
                if answers.contains(&Some(true)) {
                    Some(true)
                } else if answers.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
        }
    }

    /// Every leaf.
    pub(crate) fn leaves(&self, into: &mut Vec<(String, Option<String>)>) {
        match self {
            Self::Leaf(name, value) => into.push((name.clone(), value.clone())),
            Self::Not(inner) => inner.leaves(into),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.leaves(into)),
            Self::True | Self::False | Self::Unknown => {}
        }
    }
}

/// Whether rustc sets this leaf itself, for every crate.
pub(crate) fn of_the_target(name: &str) -> bool {
    name.starts_with("target_")
        || matches!(
            name,
            "unix"
                | "windows"
                | "debug_assertions"
                | "overflow_checks"
                | "panic"
                | "proc_macro"
                | "relocation_model"
                | "fmt_debug"
                | "ub_checks"
        )
}

/// Whether a predicate holds in the set that `rustc --print cfg` lists, one a line.
pub(crate) fn answer(predicate: &str, set: &[String]) -> bool {
    let leaf = |name: &str, value: Option<&str>| {
        let wanted = match value {
            Some(value) => format!("{name}=\"{value}\""),
            None => name.to_owned(),
        };
        Some(set.iter().any(|line| line.trim() == wanted))
    };
    Predicate::read(predicate).holds(&leaf).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_predicate_is_answered_from_the_printed_set() {
        let set = ["unix".to_owned(), "feature=\"fast\"".to_owned()];
        assert!(answer("all(unix, not(feature = \"slow\"))", &set));
        assert!(!answer("any(windows, all(unix, feature = \"slow\"))", &set));
        assert!(answer("all()", &set) && !answer("any()", &set));
    }
}
