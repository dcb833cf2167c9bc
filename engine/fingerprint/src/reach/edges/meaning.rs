//! What a name is written as and what it resolves to, as a node's digest counts it. All of it is ordered by
//! text, so that no digest depends on what was read first.

use std::borrow::Cow;

use crate::code::{Hash, PartKind};
use crate::digest::{Digest, Fields};
use crate::syntax::name::Name;

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
    /// By its name, or by its identity where several have that name.
    Package(Name),
    Crate(Name),
    /// What is imported from outside: which of its things.
    Foreign(Name),
    /// On the way: a variant, predicates of an import.
    Route(Name),
}

impl Written<'_> {
    pub(super) fn write(&self, fields: &mut Fields) {
        let (tag, path) = match self {
            Self::Path(path) => (0, &**path),
            Self::Macro(path) => (1, &**path),
            Self::Member(name) => (2, std::slice::from_ref(name)),
        };
        fields.number(tag).list(path, |fields, segment| {
            fields.text(segment);
        });
    }
}

impl Meaning {
    pub(super) fn write(&self, fields: &mut Fields) {
        match self {
            Self::Item(kind, key) => fields.number(0).number(*kind as u64).text(key),
            Self::Macro(key, hash) => fields.number(1).text(key).digest(&Digest(*hash)),
            Self::Package(identity) => fields.number(2).text(identity),
            Self::Crate(name) => fields.number(3).text(name),
            Self::Foreign(path) => fields.number(4).text(path),
            Self::Route(said) => fields.number(5).text(said),
        };
    }
}
