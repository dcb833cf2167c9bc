//! Room on the disk: giving back what is not in use, and making some where there is none.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::fault::Fault;
use super::nut::digest;
use super::records::Standing;
use super::removal::{Victim, is_there, named_files};
use super::{Stash, StashError, access, io_error, schema, scratch};
use crate::digest::Digest;
use crate::sync::lock;

impl Stash {
    /// Gives the index's free pages back to the system, if they are many.
    pub(super) fn give_space_back(&self) -> Result<(), StashError> {
        /// Fewer free bytes than this are used again soon enough.
        const WORTH_IT: i64 = 1 << 20;
        /// How many pages are given back while others wait.
        const AT_ONCE: i64 = 256;
        /// An index that can't give pages back one by one is written anew if no more bytes than this are in use.
        const SMALL: i64 = 8 << 20;
        let number = |name: &str| {
            self.read("look for free pages", |index| {
                index.query_row(&format!("PRAGMA {name}"), (), |row| row.get::<_, i64>(0))
            })
        };
        let [pages, free, size] = [number("page_count")?, number("freelist_count")?, number("page_size")?];
        let is_much = match self.slack() {
            Some(slack) => (free * size).unsigned_abs() > slack,
            None => free * size >= WORTH_IT && free >= pages / 4,
        };
        if !is_much {
            return Ok(());
        }
        if number("auto_vacuum")? == schema::INCREMENTAL {
            for _ in 0..=free / AT_ONCE {
                self.write("give pages back", |index| {
                    let mut vacuum = index.prepare_cached(&format!("PRAGMA incremental_vacuum({AT_ONCE})"))?;
                    let mut rows = vacuum.query(())?;
                    // Each step gives one back.
                    while rows.next()?.is_some() {}
                    Ok(())
                })?;
                self.breathe();
            }
        } else if (pages - free) * size <= SMALL {
            self.write_anew()?;
        }
        Ok(())
    }

    /// How many bytes that are in use no more a stash may keep for the next results, if it has a limit.
    pub(super) fn slack(&self) -> Option<u64> {
        const PART: u64 = 16;
        /// What less is would be given back for each few results.
        const LEAST: u64 = 1 << 16;
        self.whole().limit.max_size.map(|most| (most / PART).max(LEAST))
    }

    /// Deletes, and where there is no room for that at first, makes some.
    pub(super) fn with_room<R>(
        &self,
        victims: &[Victim],
        mut work: impl FnMut() -> Result<R, StashError>,
    ) -> Result<R, StashError> {
        for make_room in [Self::make_room_of_log, Self::make_room_of_content, Self::make_room_of_records] {
            match work() {
                Err(full) if full.is_full() => {
                    self.index.needs_room.store(true, Ordering::Relaxed);
                    make_room(self, victims)?;
                }
                done => return done,
            }
        }
        work()
    }

    /// Ends what needed room: what was removed to make some is made again if it fits.
    pub(super) fn end_making_room(&self) {
        if self.index.needs_room.swap(false, Ordering::Relaxed) && !self.records().exists() {
            // Whoever stores tries again.
            drop(self.write_with("write the records", |index| self.rewrite(index)));
        }
    }

    /// Carries the log over, and cuts it.
    fn make_room_of_log(&self, _: &[Victim]) -> Result<(), StashError> {
        if let Some(writer) = &*lock(&self.index.writer)
            && let Some(_turn) = self.turn_to_write(Instant::now())
        {
            // Where that is not possible, there are other ways.
            drop(writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())));
        }
        Ok(())
    }

    /// Removes what nobody is going to use any more, and then the files of nuts that are about to go. If it ends there,
    /// those nuts are computed again when they are needed.
    fn make_room_of_content(&self, victims: &[Victim]) -> Result<(), StashError> {
        drop(scratch::sweep(&self.root, Duration::ZERO));
        let _alone = self.content_lock_alone()?;
        let files = self.read("look for files", |index| {
            let (mut keys, mut files) = (BTreeSet::new(), BTreeSet::new());
            for victim in victims {
                if is_there(index, victim)? {
                    keys.insert(victim.key);
                    files.extend(named_files(index, &victim.key)?);
                }
            }
            let mut theirs = Vec::new();
            for file in files {
                if keys_naming(index, &file)?.is_subset(&keys) {
                    theirs.push(file);
                }
            }
            Ok(theirs)
        })?;
        files.iter().try_for_each(|file| self.content.remove(file))
    }

    /// Removes the records, which are made of the index again, if that has all that they have.
    fn make_room_of_records(&self, _: &[Victim]) -> Result<(), StashError> {
        const ACTION: &str = "make room";
        let path = self.records();
        let remove = |index: &Connection| -> Result<(), Fault> {
            let mut standing = Standing::of(&path)?;
            standing.take_out(index)?;
            let has_more =
                standing.damaged > 0 || standing.unknown > 0 || self.count_those_with_bytes(&standing.results)? > 0;
            if has_more {
                return Err(StashError::Full { path: self.root.clone() }.into());
            }
            // Whoever has it open, as this process does, would keep its room as well.
            let file = access::open_plain(&path, OpenOptions::new().write(true));
            let emptied = file.and_then(|file| std::fs::remove_file(&path).and_then(|()| file.set_len(0)));
            match emptied {
                Err(source) if source.kind() != ErrorKind::NotFound => Err(io_error("remove", &path, source).into()),
                _ => Ok(()),
            }
        };
        let mut was_locked = false;
        let removed = self.write_with(ACTION, |index| {
            was_locked = true;
            remove(index)
        });
        match removed {
            // Without room for what SQLite has beside the index, nobody else can write, either.
            Err(full) if full.is_full() && !was_locked => self.read_with(ACTION, remove),
            removed => removed,
        }
    }
}

/// The keys of the nuts that name a file.
fn keys_naming(index: &Connection, file: &Digest) -> rusqlite::Result<BTreeSet<Digest>> {
    index
        .prepare_cached(
            "SELECT key FROM nuts WHERE digest = ?1 AND content IS NULL
             UNION SELECT n.key FROM attachments a JOIN nuts n ON n.id = a.nut WHERE a.digest = ?1",
        )?
        .query_map([file.as_bytes()], |row| digest(row, 0))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stash::evict::given::bare;
    use crate::value::Written;

    fn stash() -> (tempfile::TempDir, Stash) {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        (folder, stash)
    }

    fn fill(stash: &Stash) -> Vec<Digest> {
        let keys: Vec<_> = (0..200_u32).map(|number| Digest::of(&number.to_le_bytes())).collect();
        for key in &keys {
            store(stash, *key, key.as_bytes().iter().copied().cycle().take(30_000).collect());
        }
        keys
    }

    fn store(stash: &Stash, key: Digest, bytes: Vec<u8>) -> Digest {
        stash.store(&bare(key, "f"), Written::of(bytes)).unwrap()
    }

    fn index_bytes(stash: &Stash) -> u64 {
        stash.close();
        std::fs::metadata(stash.root().join("index.db")).unwrap().len()
    }

    #[test]
    fn a_removal_gives_space_back() {
        let (_folder, stash) = stash();
        let keys = fill(&stash);
        assert!(index_bytes(&stash) > 5_000_000);
        stash.remove_keys(&keys[1..]).unwrap();
        let left = index_bytes(&stash);
        assert!(left < 500_000, "{left}");
        assert!(std::fs::metadata(stash.records()).unwrap().len() < 100_000);
        assert!(stash.check().unwrap().is_sound());
    }

    #[test]
    fn an_index_that_was_made_without_it_gives_space_back_too() {
        let (folder, first) = stash();
        drop(first);
        let root = folder.path().join(".scrat");
        let index = Connection::open(root.join("index.db")).unwrap();
        index.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM").unwrap();
        drop(index);
        let stash = Stash::open(&root).unwrap();
        let keys = fill(&stash);
        assert!(index_bytes(&stash) > 5_000_000);
        stash.remove_keys(&keys[1..]).unwrap();
        let left = index_bytes(&stash);
        assert!(left < 500_000, "{left}");
        assert!(Stash::open(&root).unwrap().check().unwrap().is_sound());
    }

    #[test]
    fn room_is_made_of_what_is_about_to_go_alone() {
        let (folder, stash) = stash();
        let keys = [b"one", b"two"].map(|name| Digest::of(name));
        let [both, own] = [1, 2].map(|byte| vec![byte; 100_000]);
        let [both, _] = keys.map(|key| store(&stash, key, both.clone()));
        let third = Digest::of(b"three");
        let own = store(&stash, third, own);
        let victim = |key: Digest, stored| Victim { key, stored };
        stash.make_room_of_content(&[victim(keys[0], None), victim(third, Some((0, own)))]).unwrap();
        assert!(stash.content().length(&both).is_some(), "another nut needs it");
        assert!(stash.content().length(&own).is_some(), "it was stored again");
        stash.make_room_of_content(&[keys[0], keys[1], third].map(|key| victim(key, None))).unwrap();
        assert!(stash.content().length(&both).is_none() && stash.content().length(&own).is_none());

        // A result that the index lacks is not given up for room.
        let fourth = store(&stash, Digest::of(b"lost"), b"small".to_vec());
        stash
            .write("lose one", |index| index.execute("DELETE FROM nuts WHERE digest = ?1", [fourth.as_bytes()]))
            .unwrap();
        assert!(stash.make_room_of_records(&[]).is_err_and(|error| error.is_full()) && stash.records().exists());
        drop(stash);
        assert!(Stash::repair(&folder.path().join(".scrat")).unwrap().rebuilt.is_some());
        let stash = Stash::open(&folder.path().join(".scrat")).unwrap();

        store(&stash, third, b"third".to_vec());
        stash.make_room_of_records(&[]).unwrap();
        assert_eq!(stash.remove_keys(&[third]).unwrap().nuts, 1);
        assert!(!stash.records().exists(), "what was just made room of is not filled again");
        store(&stash, Digest::of(b"four"), b"small".to_vec());
        assert_eq!(stash.check().unwrap().without_record, 0);
    }
}
