//! What changed between two lists of parts, and the way by which the function reaches a part.
//!
//! Both are asked of the very lists that were digested, so an explanation can't drift from the fingerprint.

use std::collections::BTreeMap;

use super::part::{Part, PartKind};

/// How one part differs between two lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the new list has it.
    Added(Part),
    /// Only the old list has it.
    Removed(Part),
    /// Both have it, with other content.
    Changed {
        /// As it was.
        old: Part,
        /// As it is.
        new: Part,
    },
}

impl Change {
    /// The part as it is now, or as it was if it is gone.
    pub fn part(&self) -> &Part {
        match self {
            Self::Added(part) | Self::Removed(part) | Self::Changed { new: part, .. } => part,
        }
    }
}

/// What was added, removed and changed between two lists of parts, in the order of kind and name.
pub fn difference(old: &[Part], new: &[Part]) -> Vec<Change> {
    let by_name = |parts: &[Part]| -> BTreeMap<(PartKind, String), Part> {
        parts.iter().map(|part| ((part.kind, part.name.clone()), part.clone())).collect()
    };
    let mut before = by_name(old);
    let mut changes = BTreeMap::new();
    for (key, new) in by_name(new) {
        match before.remove(&key) {
            None => drop(changes.insert(key, Change::Added(new))),
            Some(old) if old.hash != new.hash => drop(changes.insert(key, Change::Changed { old, new })),
            Some(_) => {}
        }
    }
    changes.extend(before.into_iter().map(|(key, old)| (key, Change::Removed(old))));
    changes.into_values().collect()
}

/// The names on a shortest path from the function to `parts[index]`, both included.
pub fn path_to(parts: &[Part], index: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut at = Some(index);
    while let Some(part) = at.and_then(|at| parts.get(at)) {
        path.push(part.name.clone());
        if path.len() > parts.len() {
            break;
        }
        at = part.via.map(|via| via as usize);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use crate::digest::Digest;

    use super::*;

    fn part(kind: PartKind, name: &str, content: &str, via: Option<u32>) -> Part {
        let hash = Digest::of(content.as_bytes()).0;
        Part { kind, name: name.to_owned(), hash, file: String::new(), line: 0, via, text: content.to_owned() }
    }

    #[test]
    fn a_difference_names_what_changed_and_the_path_to_it() {
        let old = vec![
            part(PartKind::Function, "demo::clean", "fn clean", None),
            part(PartKind::Function, "demo::normalise", "fn normalise", Some(0)),
            part(PartKind::Constant, "demo::SCALE", "const SCALE", Some(1)),
        ];
        let mut new = old.clone();
        new[2] = part(PartKind::Constant, "demo::SCALE", "const SCALE = 2", Some(1));
        let changes = difference(&old, &new);
        assert_eq!(changes, [Change::Changed { old: old[2].clone(), new: new[2].clone() }]);
        assert_eq!(path_to(&new, 2), ["demo::clean", "demo::normalise", "demo::SCALE"]);
        assert_eq!(difference(&old, &old), []);
    }
}
