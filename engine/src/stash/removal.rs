//! Removing nuts, with the bytes that no other nut needs.
//!
//! Others store meanwhile, so it is done in pieces: each has the locks for a moment, and leaves the others one.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use super::filter::Filter;
use super::journal::bytes_of;
use super::listing::NutInfo;
use super::nut::digest;
use super::pieces::some_of;
use super::record::Record;
use super::{Stash, StashError, seal};
use crate::clock;
use crate::digest::Digest;

/// What was removed from a stash.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// use scrat::{Filter, Stash};
///
/// let removed = Stash::create(&root)?.remove(&Filter::Key("1c5e".to_owned()))?;
/// println!("{} results, {} bytes", removed.nuts, removed.bytes);
/// # assert_eq!(removed.nuts, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// How many nuts were removed.
    pub nuts: usize,
    /// How many bytes they had.
    pub bytes: u64,
}

/// How many keys of removed nuts are remembered.
const REMOVED_KEPT: usize = 100_000;

/// After fewer nuts than this, what they leave in the index is left for the next removal.
const MANY: usize = 64;

/// How many nuts are looked up while the index is read at once.
const AT_ONCE: usize = 10_000;

/// A nut that is to go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Victim {
    pub(super) key: Digest,
    /// When it was stored, and its digest: if it has been stored again since, it stays.
    pub(super) stored: Option<(i64, Digest)>,
}

impl Victim {
    /// A nut as it was listed.
    pub(super) fn of(nut: &NutInfo) -> Self {
        Self { key: nut.key, stored: Some((nut.created, nut.digest)) }
    }
}

/// What went in one piece.
#[derive(Debug, Default)]
struct Piece {
    /// How many victims are done with.
    done: usize,
    keys: Vec<Digest>,
    bytes: u64,
    /// Files that no nut names any more.
    unused: Vec<Digest>,
}

impl Stash {
    /// Removes the nuts that a filter selects, with the bytes that no other nut needs. What the index lacks and the records
    /// have goes as well, unless a key is meant.
    ///
    /// # Errors
    /// If the stash can't be written. What was removed before that stays removed.
    pub fn remove(&self, filter: &Filter) -> Result<Removed, StashError> {
        let victims = self.victims(filter)?;
        let removed = self.remove_all(&victims)?;
        if !matches!(filter, Filter::Key(_)) {
            self.remove_unlisted(filter)?;
        }
        Ok(removed)
    }

    /// Removes these nuts, with the bytes that no other nut needs. A nut that has been stored again since it was listed
    /// stays.
    ///
    /// # Errors
    /// If the stash can't be written. What was removed before that stays removed.
    pub fn remove_nuts(&self, nuts: &[NutInfo]) -> Result<Removed, StashError> {
        self.remove_all(&nuts.iter().map(Victim::of).collect::<Vec<_>>())
    }

    /// Removes the nuts with these keys, with the bytes that no other nut needs.
    ///
    /// # Errors
    /// If the stash can't be written. What was removed before that stays removed.
    pub fn remove_keys(&self, keys: &[Digest]) -> Result<Removed, StashError> {
        self.remove_all(&keys.iter().map(|&key| Victim { key, stored: None }).collect::<Vec<_>>())
    }

    /// The nuts that a filter selects now, those that are damaged as well. While somebody reads, the log grows of what
    /// others write, so it is done in pieces.
    fn victims(&self, filter: &Filter) -> Result<Vec<Victim>, StashError> {
        const ACTION: &str = "list nuts";
        let mut ids: Vec<i64> = self.read(ACTION, |index| {
            let rows = filter.rows(index)?;
            let mut ids = index.prepare(&format!("SELECT n.id FROM nuts n WHERE {}", rows.condition))?;
            ids.query_map((), |row| row.get(0))?.collect()
        })?;
        ids.sort_unstable();
        let mut victims = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let keys = self.read(ACTION, |index| {
                // Another index would have other numbers.
                let rows = filter.rows(index)?;
                let mut key =
                    index.prepare(&format!("SELECT n.key FROM nuts n WHERE n.id = ?1 AND ({})", rows.condition))?;
                let mut keys = Vec::new();
                for id in ids {
                    keys.extend(key.query_row([id], |row| Ok(digest(row, 0).ok())).optional()?.flatten());
                }
                Ok(keys)
            })?;
            victims.extend(keys.into_iter().map(|key| Victim { key, stored: None }));
        }
        Ok(victims)
    }

    /// In pieces, so that nobody who stores meanwhile waits for long.
    fn remove_all(&self, victims: &[Victim]) -> Result<Removed, StashError> {
        let mut removed = Removed::default();
        let mut left = victims;
        while !left.is_empty() {
            let piece = self.with_room(left, || self.remove_piece(left)).inspect_err(|_| self.end_making_room())?;
            removed.nuts += piece.keys.len();
            removed.bytes += piece.bytes;
            left = &left[piece.done..];
            if !left.is_empty() {
                self.breathe();
            }
        }
        if removed.nuts >= MANY {
            // The nuts are gone, whatever becomes of this.
            drop(self.tidy_index());
        }
        self.end_making_room();
        drop(self.compact_if_worth_it());
        Ok(removed)
    }

    fn remove_piece(&self, victims: &[Victim]) -> Result<Piece, StashError> {
        self.memory.clear();
        let _alone = self.content_lock_alone()?;
        let piece = self.write_with("remove nuts", |index| {
            let mut piece = Piece::default();
            let mut files = BTreeSet::new();
            let at = clock::now();
            // The last ones are remembered in the end.
            let is_noted = victims.len() <= REMOVED_KEPT;
            piece.done = some_of(victims, |victim| {
                let named = named_files(index, &victim.key)?;
                if let Some(size) = delete(index, victim)? {
                    if is_noted {
                        index
                            .prepare_cached("INSERT OR REPLACE INTO removed(key, at) VALUES (?1, ?2)")?
                            .execute((victim.key.as_bytes(), at))?;
                    }
                    piece.keys.push(victim.key);
                    piece.bytes += size;
                    files.extend(named);
                }
                Ok::<_, rusqlite::Error>(())
            })?;
            for file in files {
                if !is_named(index, &file)? {
                    // What could not be removed must not be without a name.
                    self.content.refuse_links(&self.content.path(&file))?;
                    piece.unused.push(file);
                }
            }
            // Without records, the next result that is stored writes them without these.
            if !piece.keys.is_empty() && self.records().exists() {
                // Whoever deletes may have a full disk. What is not noted would be there again in an index that is made
                // anew.
                let record = bytes_of(&Record::Removed { keys: piece.keys.clone(), at }, b"")?;
                drop(self.append(index, &record));
            }
            Ok(piece)
        })?;
        self.memory.clear();
        for file in &piece.unused {
            self.content.remove(file)?;
        }
        Ok(piece)
    }

    /// Removes what removed nuts leave in the index, and gives its free pages back.
    fn tidy_index(&self) -> Result<(), StashError> {
        let astray: Vec<Vec<u8>> = self.read("look for routes", |index| {
            index
                .prepare("SELECT deep FROM routes WHERE NOT EXISTS (SELECT 1 FROM nuts WHERE nuts.key = routes.key)")?
                .query_map((), |row| row.get(0))?
                .collect()
        })?;
        self.write_each("remove routes", &astray, |index, deep| {
            index
                .prepare_cached(
                    "DELETE FROM routes WHERE deep = ?1 AND NOT EXISTS (SELECT 1 FROM nuts WHERE nuts.key = routes.key)",
                )?
                .execute([deep])
                .map(drop)
        })?;
        // They only make a reason better, so the oldest may go.
        let old: Vec<Vec<u8>> = self.read("look for old removals", |index| {
            index
                .prepare("SELECT key FROM removed ORDER BY at DESC LIMIT -1 OFFSET ?1")?
                .query_map([REMOVED_KEPT as i64], |row| row.get(0))?
                .collect()
        })?;
        self.write_each("forget removals", &old, |index, key| {
            index.prepare_cached("DELETE FROM removed WHERE key = ?1")?.execute([key]).map(drop)
        })?;
        self.give_space_back()
    }

    /// Writes to the index for each of these, in pieces.
    fn write_each<T>(
        &self,
        action: &'static str,
        items: &[T],
        mut work: impl FnMut(&Connection, &T) -> rusqlite::Result<()>,
    ) -> Result<(), StashError> {
        let mut left = items;
        while !left.is_empty() {
            let done = self.write(action, |index| some_of(left, |item| work(index, item)))?;
            left = &left[done..];
            self.breathe();
        }
        Ok(())
    }
}

/// Whether a nut is still the one that is meant.
pub(super) fn is_there(index: &Connection, victim: &Victim) -> rusqlite::Result<bool> {
    let (created, digest) = victim.stored.as_ref().map(|(created, digest)| (created, digest.as_bytes())).unzip();
    index
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM nuts WHERE key = ?1 AND (?2 IS NULL OR (created = ?2 AND digest = ?3)))",
        )?
        .query_row((victim.key.as_bytes(), created, digest), |row| row.get(0))
}

/// Deletes a nut if it is still the one that is meant. Returns how many bytes it had.
fn delete(index: &Connection, victim: &Victim) -> rusqlite::Result<Option<u64>> {
    let (created, digest) = victim.stored.as_ref().map(|(created, digest)| (created, digest.as_bytes())).unzip();
    // A damaged index must not lead to another nut.
    seal::mend(index, &victim.key)?;
    index
        .prepare_cached(
            "DELETE FROM nuts WHERE key = ?1 AND (?2 IS NULL OR (created = ?2 AND digest = ?3)) RETURNING size",
        )?
        .query_row((victim.key.as_bytes(), created, digest), |row| row.get(0))
        .optional()
        .map(|size: Option<i64>| size.map(i64::unsigned_abs))
}

/// The files that a nut names: its own bytes, if they are one, and those that its value names.
pub(super) fn named_files(index: &Connection, key: &Digest) -> rusqlite::Result<Vec<Digest>> {
    index
        .prepare_cached(
            "SELECT digest FROM nuts WHERE key = ?1 AND content IS NULL
             UNION SELECT a.digest FROM attachments a JOIN nuts n ON n.id = a.nut WHERE n.key = ?1",
        )?
        .query_map([key.as_bytes()], |row| digest(row, 0))?
        .collect()
}

/// Whether a nut names a file.
pub(super) fn is_named(index: &Connection, file: &Digest) -> rusqlite::Result<bool> {
    index
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM nuts WHERE digest = ?1 AND content IS NULL)
                 OR EXISTS (SELECT 1 FROM attachments WHERE digest = ?1)",
        )?
        .query_row([file.as_bytes()], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stash::NewNut;
    use crate::stash::evict::given::bare;
    use crate::value::Written;

    fn stash() -> (tempfile::TempDir, Stash) {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        (folder, stash)
    }

    /// Stores bytes under a function's name, which is the key as well.
    fn store(stash: &Stash, function: &'static str, bytes: Vec<u8>) -> Digest {
        let key = Digest::of(function.as_bytes());
        store_as(stash, key, function, bytes)
    }

    fn store_as(stash: &Stash, key: Digest, function: &'static str, bytes: Vec<u8>) -> Digest {
        let code = Digest::of(function.as_bytes());
        let new = NewNut { identity: code, fingerprint: code, ..bare(key, function) };
        stash.store(&new, Written::of(bytes)).unwrap()
    }

    fn numbered(number: u32) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    #[test]
    fn removing_a_functions_nuts_takes_no_other_functions() {
        let (_folder, stash) = stash();
        let functions = ["app::load", "other::app::load", "app::LOAD", "load"];
        for function in functions {
            store(&stash, function, b"nut".to_vec());
        }
        assert_eq!(stash.remove(&Filter::Function("app::load".to_owned())).unwrap().nuts, 1);
        let left: Vec<_> = stash.list(&Filter::All).unwrap().into_iter().map(|nut| nut.function).collect();
        assert_eq!(left, functions[1..]);
        assert_eq!(stash.remove(&Filter::Function("%".to_owned())).unwrap().nuts, 0);
        assert_eq!(stash.remove(&Filter::Function(String::new())).unwrap().nuts, 0);
    }

    #[test]
    fn a_nut_that_was_stored_again_since_it_was_listed_stays() {
        let (_folder, stash) = stash();
        store(&stash, "f", b"old".to_vec());
        let listed = stash.list(&Filter::All).unwrap();
        let new = store(&stash, "f", b"new".to_vec());
        assert_eq!(stash.remove_nuts(&listed).unwrap(), Removed::default());
        let listed = stash.list(&Filter::All).unwrap();
        assert_eq!(listed[0].digest, new);
        assert_eq!(stash.remove_nuts(&listed).unwrap(), Removed { nuts: 1, bytes: 3 });
    }

    #[test]
    fn a_deletion_that_was_killed_after_it_was_noted_leaves_a_sound_stash() {
        let (folder, stash) = stash();
        let key = Digest::of(b"f");
        store(&stash, "f", b"nut".to_vec());
        let note = |index: &rusqlite::Transaction<'_>| {
            stash.append(index, &bytes_of(&Record::Removed { keys: vec![key], at: clock::now() }, b"")?)
        };
        stash.write_with("note", note).unwrap();
        assert!(stash.check().unwrap().is_sound());
        assert_eq!(stash.list(&Filter::All).unwrap().len(), 1);
        drop(stash);
        let root = folder.path().join(".scrat");
        Stash::rebuild(&root).unwrap();
        let stash = Stash::open(&root).unwrap();
        assert_eq!(stash.list(&Filter::All).unwrap().len(), 0, "it is deleted, as somebody asked");
        store(&stash, "f", b"again".to_vec());
        drop(stash);
        Stash::rebuild(&root).unwrap();
        let stash = Stash::open(&root).unwrap();
        assert!(stash.check().unwrap().is_sound() && stash.list(&Filter::All).unwrap().len() == 1);
    }

    #[test]
    fn what_was_stored_after_a_deletion_counts_whatever_the_clock_said() {
        let (folder, stash) = stash();
        let root = folder.path().join(".scrat");
        let (key, ahead) = (Digest::of(b"f"), clock::now() + 86_400_000_000_000);
        store(&stash, "f", b"nut".to_vec());
        let delete = |index: &rusqlite::Transaction<'_>| {
            index.execute("DELETE FROM nuts", ())?;
            index.execute("INSERT INTO removed(key, at) VALUES (?1, ?2)", (key.as_bytes(), ahead))?;
            stash.append(index, &bytes_of(&Record::Removed { keys: vec![key], at: ahead }, b"")?)
        };
        stash.write_with("delete", delete).unwrap();
        drop(stash);
        let older = std::fs::read(root.join("index.db")).unwrap();
        store(&Stash::open(&root).unwrap(), "f", b"nut".to_vec());
        std::fs::write(root.join("index.db"), older).unwrap();
        assert_eq!(Stash::open(&root).unwrap().check().unwrap().only_in_records, 1);
        assert_eq!(Stash::rebuild(&root).unwrap().nuts, 1);
    }

    #[test]
    fn others_store_while_many_are_removed() {
        const MANY: u32 = 1_000;
        let (folder, stash) = stash();
        let mut keys: Vec<_> = (0..MANY).map(numbered).collect();
        store(&stash, "f", b"nut".to_vec());
        for &key in &keys {
            store_as(&stash, key, "f", b"nut".to_vec());
        }
        keys.push(Digest::of(b"f"));
        let other = Stash::open(&folder.path().join(".scrat")).unwrap();
        std::thread::scope(|scope| {
            let removing = scope.spawn(|| stash.remove_keys(&keys).unwrap());
            while !removing.is_finished() {
                store_as(&other, Digest::of(b"other"), "g", b"nut".to_vec());
            }
            assert_eq!(removing.join().unwrap().nuts, keys.len());
        });
        store_as(&other, Digest::of(b"other"), "g", b"nut".to_vec());
        let left = stash.list(&Filter::All).unwrap();
        assert_eq!(left.iter().map(|nut| nut.key).collect::<Vec<_>>(), [Digest::of(b"other")]);
    }

    #[test]
    fn the_file_of_a_value_that_is_replaced_goes_unless_another_nut_names_it() {
        let (_folder, stash) = stash();
        let [first, second] = [1, 2].map(|byte| vec![byte; 100_000]);
        let old = store(&stash, "f", first.clone());
        assert!(stash.content().length(&old).is_some());
        let new = store(&stash, "f", second.clone());
        assert_eq!(stash.content().length(&old), None);
        assert!(stash.content().length(&new).is_some());

        store(&stash, "g", second);
        store(&stash, "f", first);
        assert!(stash.content().length(&new).is_some(), "it is the other nut's");
        store(&stash, "f", b"small".to_vec());
        assert_eq!(stash.content().length(&old), None);
        assert!(stash.check().unwrap().is_sound());
    }
}
