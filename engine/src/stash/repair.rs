//! Repairing a stash: what can be had again is taken in, and what is damaged is set aside.

use std::path::Path;

use super::broken::Broken;
use super::{Checked, FlawKind, Leftovers, Rebuilt, Stash, StashError, access};

/// What was done to repair a stash.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// use scrat::Stash;
///
/// drop(Stash::create(&root)?);
/// let repaired = Stash::repair(&root)?;
/// assert!(repaired.rebuilt.is_none(), "nothing was wrong with its index");
/// assert_eq!((repaired.set_aside, repaired.leftovers.files), (0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repaired {
    /// What the index was rebuilt from, if that was necessary.
    pub rebuilt: Option<Rebuilt>,
    /// Results that were taken out of the index, because their bytes are damaged or gone. Damaged files are in
    /// `damaged/`.
    pub set_aside: usize,
    /// Damaged files that were moved to `damaged/`. A result may have its bytes in another form as well, and stays then.
    pub damaged_files: usize,
    /// What interrupted work had left behind, and was removed.
    pub leftovers: Leftovers,
}

impl Stash {
    /// Makes whole what can be made whole. If the index is damaged, or lacks results that the records have, it is
    /// [rebuilt](Self::rebuild) of the records. Results whose bytes are damaged or gone are taken out, and damaged files
    /// are kept aside. What interrupted work has left behind is removed.
    ///
    /// # Errors
    /// If there is no stash, or it can't be read or written. What could not be read is not taken for damaged.
    pub fn repair(root: &Path) -> Result<Repaired, StashError> {
        access::refuse_private(root)?;
        // Before anything is taken for gone.
        Self::unopened(root, false).take_back()?;
        let checked = Self::open(root).and_then(|stash| stash.check());
        let rebuilt = match checked {
            Ok(checked) if !needs_another_index(&checked) => None,
            // The number of a format may be damaged as well.
            Ok(_) | Err(StashError::Damaged { .. } | StashError::TooNew { .. }) => Some(Self::rebuild(root)?),
            Err(other) => return Err(other),
        };
        let stash = Self::open(root)?;
        let (mut broken, mut damaged_files) = (Vec::new(), 0);
        for flaw in stash.check()?.flaws {
            if flaw.kind == FlawKind::Damaged && !flaw.is_in_index {
                damaged_files += stash.content.set_aside(&flaw.digest)?;
            }
            broken.push(Broken { key: flaw.key, digest: flaw.digest });
        }
        let set_aside = stash.remove_broken(&broken)?;
        Ok(Repaired { rebuilt, set_aside, damaged_files, leftovers: stash.remove_leftovers()? })
    }
}

fn needs_another_index(checked: &Checked) -> bool {
    // The records have the same bytes as the index.
    let has_damaged_entries = checked.flaws.iter().any(|flaw| flaw.kind == FlawKind::Entry || flaw.is_in_index);
    has_damaged_entries
        || !checked.index_faults.is_empty()
        || checked.damaged_routes > 0
        || checked.damaged_record_bytes > 0
        || checked.without_record > 0
        || checked.only_in_records > 0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::evict::given::{Dice, Given, Place};
    use super::*;
    use crate::digest::Digest;
    use crate::stash::Filter;

    fn keys(stash: &Stash) -> BTreeSet<Digest> {
        stash.list(&Filter::All).unwrap().into_iter().map(|nut| nut.key).collect()
    }

    #[test]
    fn what_the_records_have_comes_back_and_what_is_damaged_is_set_aside() {
        let place = Place::new();
        let stash = place.stash();
        let [small, mut large, lost] = ["small", "large", "lost"].map(Given::new);
        large.bytes = Dice(1).noise(100_000);
        for nut in [&small, &large, &lost] {
            nut.put(&stash);
        }
        let before = keys(&stash);
        assert_eq!(before.len(), 3);
        stash
            .write("lose one", |index| index.execute("DELETE FROM nuts WHERE key = ?1", [lost.key().as_bytes()]))
            .unwrap();
        let file = stash.content().path(&Digest::of(&large.bytes));
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, "rotten").unwrap();
        assert_eq!(stash.check().unwrap().only_in_records, 1);
        drop(stash);

        let repaired = Stash::repair(&place.root).unwrap();
        assert!(repaired.rebuilt.is_some());
        let stash = place.stash();
        assert!(stash.check().unwrap().is_sound());
        assert_eq!(keys(&stash), BTreeSet::from([small.key(), lost.key()]));
        let again = Stash::repair(&place.root).unwrap();
        assert_eq!((again.rebuilt, again.set_aside), (None, 0), "{again:?}");
    }

    #[test]
    fn damaged_files_are_kept_aside_and_their_results_computed_again() {
        let place = Place::new();
        let stash = place.stash();
        let mut large = Given::new("large");
        large.bytes = Dice(1).noise(100_000);
        large.put(&stash);
        let file = stash.content().path(&Digest::of(&large.bytes));
        let mut rotten = large.bytes.clone();
        rotten[70_000] ^= 1;
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, &rotten).unwrap();
        drop(stash);
        let repaired = Stash::repair(&place.root).unwrap();
        assert_eq!((repaired.rebuilt, repaired.set_aside), (None, 1), "{repaired:?}");
        let kept = place.root.join("damaged").join(Digest::of(&large.bytes).to_string());
        assert_eq!(std::fs::read(kept).unwrap(), rotten);
        let stash = place.stash();
        assert!(stash.check().unwrap().is_sound() && keys(&stash).is_empty());
    }

    #[test]
    fn a_file_that_somebody_has_made_whole_again_stays() {
        let place = Place::new();
        let stash = place.stash();
        let mut large = Given::new("large");
        large.bytes = Dice(1).noise(100_000);
        large.put(&stash);
        // Somebody found it damaged before.
        let nut = stash.lookup(&large.key()).unwrap().unwrap();
        stash.give_up(&nut, true);
        assert_eq!(keys(&stash), BTreeSet::from([large.key()]));
        assert_eq!(stash.content.set_aside(&nut.digest).unwrap(), 0);
        assert!(stash.check().unwrap().is_sound());
    }

    #[test]
    fn right_bytes_stay_where_they_are_beside_damaged_ones_and_come_back_if_they_were_moved() {
        let place = Place::new();
        let stash = place.stash();
        let mut large = Given::new("large");
        large.bytes = Dice(1).noise(100_000);
        large.put(&stash);
        let plain = stash.content().path(&Digest::of(&large.bytes));
        let packed = plain.with_extension("zst");
        std::fs::write(&packed, "rotten").unwrap();
        drop(stash);
        let inode = || crate::value::Stat::of(&plain).unwrap();
        let before = inode();
        let repaired = Stash::repair(&place.root).unwrap();
        assert_eq!((repaired.set_aside, repaired.damaged_files), (0, 1), "{repaired:?}");
        assert!(!packed.exists() && inode() == before, "what is right was not touched");

        // Somebody was killed after moving it, and somebody else has missed it.
        std::fs::rename(&plain, place.root.join("damaged").join(plain.file_name().unwrap())).unwrap();
        let stash = place.stash();
        let nut = stash.lookup(&large.key()).unwrap().unwrap();
        stash.give_up(&nut, true);
        assert_eq!(keys(&stash), BTreeSet::new());
        drop(stash);
        Stash::repair(&place.root).unwrap();
        assert_eq!(keys(&place.stash()), BTreeSet::from([large.key()]));
    }

    #[test]
    fn what_only_the_records_have_is_no_leftover() {
        let place = Place::new();
        let stash = place.stash();
        let [mut large, mut gone] = ["large", "gone"].map(Given::new);
        (large.bytes, gone.bytes) = (Dice(1).noise(100_000), Dice(2).noise(100_000));
        let root = stash.root().to_owned();
        drop(stash);
        // An index that is older than the records, as in a backup.
        let [index, older] = ["index.db", "older.db"].map(|name| root.join(name));
        std::fs::copy(&index, &older).unwrap();
        let stash = place.stash();
        for nut in [&large, &gone] {
            nut.put(&stash);
        }
        stash.remove_keys(&[gone.key()]).unwrap();
        drop(stash);
        std::fs::rename(&older, &index).unwrap();
        let stash = place.stash();
        assert!(keys(&stash).is_empty());
        assert_eq!(stash.remove_leftovers().unwrap().files, 0);
        assert_eq!(stash.check().unwrap().only_in_records, 1);
        drop(stash);
        assert!(Stash::repair(&root).unwrap().rebuilt.is_some());
        assert_eq!(keys(&Stash::open(&root).unwrap()), BTreeSet::from([large.key()]));
    }

    #[test]
    fn a_stash_that_others_use_meanwhile_is_sound() {
        let place = Place::new();
        let (stash, other) = (place.stash(), place.stash());
        std::thread::scope(|scope| {
            let storing = scope.spawn(|| {
                for number in 0..60 {
                    let mut nut = Given::new(&number.to_string());
                    nut.bytes = Dice(number).noise(if number % 2 == 0 { 100_000 } else { 10 });
                    nut.put(&other);
                    if number % 3 == 0 {
                        other.remove_keys(&[nut.key()]).unwrap();
                    }
                }
            });
            while !storing.is_finished() {
                let checked = stash.check().unwrap();
                assert!(checked.is_sound() && checked.only_in_records == 0, "{checked:?}");
            }
        });
        assert_eq!(keys(&stash).len(), 40);
    }
}
