//! Where a folder differs from what it was.
//!
//! What was in it is not stored. A few bytes of each of its entries are remembered ([`Manifest::marks`]), by which those
//! are known that changed or are new. Of the entries that are gone only the number is.

use std::collections::{BTreeMap, BTreeSet};

use super::differ::Difference;
use crate::value::{Attachment, Manifest};

/// How many entries of a folder are remembered.
const ENTRIES: usize = 512;

/// The folder that a value is, or has in it, if that is all.
pub(crate) fn only_folder(files: &[Attachment]) -> Option<&Manifest> {
    match files {
        [Attachment { folder: Some(folder), .. }] => Some(folder),
        _ => None,
    }
}

/// What is remembered of what is in a folder, unless it is too much.
pub(crate) fn remembered(folder: &Manifest) -> Option<Vec<u8>> {
    let marks: Vec<u8> = folder.marks().take(ENTRIES + 1).flat_map(|(_, mark)| mark).collect();
    (marks.len() <= ENTRIES * Manifest::MARK).then_some(marks)
}

/// Where a folder differs from the one of which this is remembered.
pub(crate) fn differ_entries(old: &[u8], new: &Manifest) -> Option<Difference> {
    /// How many entries are named.
    const NAMED: usize = 3;
    let (marks, []) = old.as_chunks::<{ Manifest::MARK }>() else { return None };
    let halves = |mark: &[u8; Manifest::MARK]| {
        let (place, node) = mark.split_at(Manifest::MARK / 2);
        (place.to_vec(), node.to_vec())
    };
    let before: BTreeMap<_, _> = marks.iter().map(halves).collect();
    let (mut changed, mut added, mut there) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (path, mark) in new.marks() {
        let (place, node) = halves(&mark);
        match before.get(&place) {
            Some(old) if *old == node => {}
            Some(_) => changed.push(path.into_owned()),
            None => added.push(path.into_owned()),
        }
        there.insert(place);
    }
    let removed = before.keys().filter(|place| !there.contains(*place)).count();
    let numbers = (changed.len(), added.len());
    let named: Vec<_> = changed.into_iter().chain(added).take(NAMED).collect();
    let differs = !named.is_empty() || removed > 0;
    differs.then_some(Difference::Entries { named, changed: numbers.0, added: numbers.1, removed })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn entries_that_changed_or_are_new_are_named_and_those_that_are_gone_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let now = || Manifest::of(folder.path()).unwrap();
        for name in ["a", "b", "c"] {
            write(name, name);
        }
        let before = remembered(&now()).unwrap();
        assert_eq!(differ_entries(&before, &now()), None);
        write("b", "edited");
        write("new", "");
        fs::remove_file(folder.path().join("c")).unwrap();
        let named = vec!["b".to_owned(), "new".to_owned()];
        assert_eq!(
            differ_entries(&before, &now()),
            Some(Difference::Entries { named, changed: 1, added: 1, removed: 1 })
        );
        for number in 0..9 {
            write(&format!("more {number}"), "");
        }
        let Some(Difference::Entries { named, added: 10, .. }) = differ_entries(&before, &now()) else {
            panic!("ten are new")
        };
        assert_eq!(named, ["b", "more 0", "more 1"]);
        assert_eq!(differ_entries(&before[1..], &now()), None, "these are no marks");
    }

    #[test]
    fn of_a_folder_of_very_many_entries_nothing_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..ENTRIES {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        assert_eq!(remembered(&Manifest::of(folder.path()).unwrap()).unwrap().len(), ENTRIES * Manifest::MARK);
        fs::write(folder.path().join("one more"), "").unwrap();
        assert_eq!(remembered(&Manifest::of(folder.path()).unwrap()), None);
    }
}
