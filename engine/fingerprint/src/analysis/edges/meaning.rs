//! What a name is written as and what it resolves to, as a node's digest counts it. All of it is ordered by
//! text, so that no digest depends on what was read first.

use std::borrow::Cow;

use crate::{Hash, PartKind};

use super::super::name::Name;

/// A name where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Written<'a> {
    Path(Cow<'a, [Name]>),
    /// A macro's, with `!` behind it.
    Macro(Cow<'a, [Name]>),
    /// A method's or another member's, for the sake of the traits in scope that declare it.
    Member(Name),
}

/// One thing that a name resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Item(PartKind, Name),
    /// Calls of one macro in one module have one name, and so have a macro's definitions: they are told apart
    /// by what they say.
    Macro(Name, Hash),
    /// By its identity, of which only the name counts here.
    Package(Name),
    Crate(Name),
    /// What is imported from outside: which of its things.
    Foreign(Name),
    /// On the way: a variant, predicates of an import.
    Route(Name),
}

impl Written<'_> {
    pub(super) fn hash(&self, hasher: &mut blake3::Hasher) {
        let (tag, path) = match self {
            Self::Path(path) => (0, &**path),
            Self::Macro(path) => (1, &**path),
            Self::Member(name) => (2, std::slice::from_ref(name)),
        };
        hasher.update(&[tag]);
        hasher.update(&(path.len() as u64).to_le_bytes());
        path.iter().for_each(|segment| write(hasher, segment));
    }
}

impl Meaning {
    pub(super) fn hash(&self, hasher: &mut blake3::Hasher) {
        match self {
            Self::Item(kind, key) => {
                hasher.update(&[0, *kind as u8]);
                write(hasher, key);
            }
            Self::Macro(key, hash) => {
                hasher.update(&[1]);
                write(hasher, key);
                hasher.update(hash);
            }
            Self::Package(identity) => {
                hasher.update(&[2]);
                write(hasher, identity.split(' ').next().unwrap_or(""));
            }
            Self::Crate(name) => {
                hasher.update(&[3]);
                write(hasher, name);
            }
            Self::Foreign(path) => {
                hasher.update(&[4]);
                write(hasher, path);
            }
            Self::Route(said) => {
                hasher.update(&[5]);
                write(hasher, said);
            }
        }
    }
}

/// A text with its length before it.
pub(super) fn write(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
