//! Taking out nuts whose bytes are wrong or gone. Somebody else may be storing them again at that moment, so each is looked
//! at once more in the transaction in which it goes.
//!
//! Their records stay. If the bytes are in them, or come back, the nut is as good as it was.

use rusqlite::{Connection, OptionalExtension};

use super::fault::Fault;
use super::pieces::some_of;
use super::removal::named_files;
use super::{Stash, StashError, seal};
use crate::digest::Digest;

/// What somebody found wrong with a nut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Broken {
    pub key: Digest,
    /// Of its bytes, or of a file that it names.
    pub digest: Digest,
}

impl Stash {
    /// Takes out those of these that are still broken, and says how many.
    pub(super) fn remove_broken(&self, seen: &[Broken]) -> Result<usize, StashError> {
        self.memory.clear();
        let (mut removed, mut left) = (0, seen);
        while !left.is_empty() {
            let (done, gone) = self.write_with("remove damaged nuts", |index| {
                let mut gone = 0;
                let done = some_of(left, |broken| {
                    if self.is_broken(index, broken)? {
                        gone += index
                            .prepare_cached("DELETE FROM nuts WHERE key = ?1")?
                            .execute([broken.key.as_bytes()])?;
                    }
                    Ok::<_, Fault>(())
                })?;
                Ok((done, gone))
            })?;
            removed += gone;
            left = &left[done..];
            if !left.is_empty() {
                self.breathe();
            }
        }
        self.memory.clear();
        Ok(removed)
    }

    fn is_broken(&self, index: &Connection, broken: &Broken) -> Result<bool, Fault> {
        let Broken { key, digest } = broken;
        let entry = index
            .prepare_cached(&format!("SELECT {}, n.content FROM {} WHERE n.key = ?1", seal::COLUMNS, seal::ALL_ROWS))?
            .query_row([key.as_bytes()], |row| {
                let content = row.get_ref(seal::WIDTH)?.as_blob_or_null().unwrap_or_default();
                Ok((seal::nut(row, Some(key)), content.map(Digest::of)))
            })
            .optional()?;
        match entry {
            None => Ok(false),
            // What the index leads to may be another key's.
            Some((None, _)) => Ok(seal::mend(index, key).map(|()| false)?),
            Some((Some(nut), Some(content))) if nut.digest == *digest => Ok(content != *digest),
            Some((Some(_), _)) => {
                Ok(named_files(index, key)?.contains(digest) && self.content.lengths(digest)?.is_empty())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::evict::given::{Dice, Given, Place};
    use super::*;
    use crate::stash::Filter;

    #[test]
    fn what_was_stored_again_since_it_was_seen_stays() {
        let place = Place::new();
        let stash = place.stash();
        let small = Given::new("small");
        let mut large = Given::new("large");
        large.bytes = Dice(1).noise(100_000);
        let seen = [&small, &large].map(|nut| Broken { key: nut.put(&stash), digest: Digest::of(&nut.bytes) });
        assert_eq!(stash.remove_broken(&seen).unwrap(), 0, "neither is broken");
        std::fs::remove_file(stash.content().path(&seen[1].digest)).unwrap();
        let spoil = |index: &rusqlite::Transaction<'_>| {
            index.execute("UPDATE nuts SET content = x'00' WHERE content IS NOT NULL", ()).map(drop)
        };
        stash.write("spoil", spoil).unwrap();
        for nut in [&small, &large] {
            nut.put(&stash);
        }
        assert_eq!(stash.remove_broken(&seen).unwrap(), 0, "both were stored again");
        std::fs::remove_file(stash.content().path(&seen[1].digest)).unwrap();
        stash.write("spoil", spoil).unwrap();
        assert_eq!(stash.remove_broken(&seen).unwrap(), 2);
        assert!(stash.list(&Filter::All).unwrap().is_empty());
    }
}
