//! Whether a stash is on a disk of this machine alone, or on one that other machines may write to as well.
//!
//! SQLite's log needs memory that all who use the index share, which machines don't. So on a disk of several machines the
//! index has no log: whoever writes keeps the pages as they were in a journal (`index.db-journal`) until they are written,
//! while readers wait.
//!
//! | the index | on a disk of this machine | on another disk |
//! | --- | --- | --- |
//! | is new | gets a log | gets none |
//! | has a log | keeps it | loses it, once nobody uses it |
//! | has none | gets none: the machine that took it may go on | gets none |

use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Stash, StashError, schema};

/// Whether an open index has a log.
pub(super) fn has_log(index: &Connection) -> rusqlite::Result<bool> {
    index.query_row("PRAGMA journal_mode", (), |row| Ok(row.get_ref(0)?.as_str()? == "wal"))
}

impl Stash {
    /// Whether no other machine writes to the disk that the stash is on, as far as that is known for certain.
    pub(super) fn is_on_one_machine(&self) -> bool {
        *self.index.is_on_one_machine.get_or_init(|| {
            #[cfg(test)]
            if is_told_otherwise() {
                return false;
            }
            system::is_of_one_machine(self.root())
        })
    }

    /// Opens the index for a writer. It may have a log that must go: whoever has the index alone can read that without
    /// sharing memory.
    pub(super) fn connect_alone_if_shared(&self) -> Result<Connection, StashError> {
        let connection = self.connect_to_stay(OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::ZERO)?;
        if !self.is_on_one_machine() {
            let alone = connection.pragma_update(None, "locking_mode", "EXCLUSIVE");
            alone.map_err(|source| self.error("open", source))?;
        }
        Ok(connection)
    }

    /// Gives a new index a log or takes it from one, and sets when what is written to it is on the disk.
    pub(super) fn choose_log(&self, index: &Connection) -> rusqlite::Result<()> {
        let keeps_log = self.is_on_one_machine() && (has_log(index)? || schema::version(index)? == 0);
        index.pragma_update(None, "journal_mode", if keeps_log { "WAL" } else { "TRUNCATE" })?;
        // Without a log, what is not waited for could tear the index in a power cut.
        index.pragma_update(None, "synchronous", if keeps_log { self.durability().synchronous() } else { "FULL" })?;
        if !self.is_on_one_machine() {
            index.pragma_update(None, "locking_mode", "NORMAL")?;
            // Whoever is alone is so until he has read once more.
            schema::version(index)?;
        }
        Ok(())
    }

    /// A connection that reads the index while others write to it, and whether it waits for them.
    pub(super) fn connect_beside(&self) -> Result<(Connection, bool), StashError> {
        let patience = self.patience.limit();
        if self.is_on_one_machine() {
            // SQLite would wait in silence.
            let connection = self.connect_to_stay(OpenFlags::SQLITE_OPEN_READ_ONLY, Duration::ZERO)?;
            let has_log = self.patience.wait(patience, || {
                match has_log(&connection).map_err(|source| self.error("read", source)) {
                    Err(StashError::Locked { .. }) => None,
                    found => Some(found),
                }
            });
            match has_log.unwrap_or_else(|| Err(StashError::Locked { path: self.root.clone() })) {
                Err(locked @ StashError::Locked { .. }) => return Err(locked),
                // Without a log, a reader may have to take back what somebody wrote who was killed.
                Ok(false) | Err(StashError::ReadOnly { .. }) => {}
                // Whatever is wrong is told by whoever reads more.
                Ok(true) | Err(_) => return Ok((connection, false)),
            }
        }
        let connection = self.connect_to_stay(OpenFlags::SQLITE_OPEN_READ_WRITE, patience)?;
        connection.pragma_update(None, "query_only", true).map_err(|source| self.error("open", source))?;
        Ok((connection, true))
    }
}

/// Whether tests run as if every disk were one of several machines.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "no program reads this")]
fn is_told_otherwise() -> bool {
    std::env::var_os("SCRAT_TEST_SEVERAL_MACHINES").is_some()
}

#[cfg(target_os = "linux")]
mod system {
    use std::path::Path;

    /// File systems that have their disk, or their memory, for themselves, by the numbers that Linux gives them: ext2 to 4,
    /// XFS, Btrfs, Bcachefs, F2FS, ZFS, JFS, ReiserFS, NILFS2, UBIFS, JFFS2, FAT, exFAT, NTFS (two), UDF, HFS+, tmpfs, ramfs,
    /// overlayfs, aufs, SquashFS, EROFS and ISO 9660. Of any other, FUSE among them, nobody knows who else writes to it.
    const OWN: [u32; 24] = [
        0xef53,
        0x5846_5342,
        0x9123_683e,
        0xca45_1a4e,
        0xf2f5_2010,
        0x2fc1_2fc1,
        0x3153_464a,
        0x5265_4973,
        0x3434,
        0x2405_1905,
        0x72b6,
        0x4d44,
        0x2011_bab0,
        0x7366_746e,
        0x5346_544e,
        0x1501_3346,
        0x482b,
        0x0102_1994,
        0x8584_58f6,
        0x794c_7630,
        0x6175_6673,
        0x7371_7368,
        0xe0f5_e1e2,
        0x9660,
    ];

    pub(super) fn is_of_one_machine(folder: &Path) -> bool {
        rustix::fs::statfs(folder).is_ok_and(|system| is_own(system.f_type as u32))
    }

    pub(super) fn is_own(file_system: u32) -> bool {
        OWN.contains(&file_system)
    }
}

#[cfg(target_vendor = "apple")]
mod system {
    use std::path::Path;

    /// What the system calls `MNT_LOCAL`.
    const LOCAL: u32 = 0x1000;

    pub(super) fn is_of_one_machine(folder: &Path) -> bool {
        rustix::fs::statfs(folder).is_ok_and(|system| system.f_flags & LOCAL != 0)
    }
}

#[cfg(windows)]
mod system {
    use std::path::Path;

    /// A drive that stands for a folder of another machine has that one's name in its whole path.
    pub(super) fn is_of_one_machine(folder: &Path) -> bool {
        use std::path::{Component, Prefix};
        let whole = folder.canonicalize();
        whole.is_ok_and(|whole| match whole.components().next() {
            Some(Component::Prefix(prefix)) => !matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)),
            _ => true,
        })
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
mod system {
    use std::path::Path;

    pub(super) fn is_of_one_machine(_: &Path) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;
    use std::sync::mpsc;
    use std::time::Instant;

    use super::*;
    use crate::digest::Digest;
    use crate::stash::Filter;
    use crate::stash::evict::given::{Given, Place};

    /// The stash of a place as if its disk were one of several machines.
    fn shared(root: &Path) -> Stash {
        let stash = Stash::unopened(root, true);
        stash.index.is_on_one_machine.set(false).unwrap();
        stash
    }

    fn is_logged(root: &Path) -> bool {
        has_log(&Connection::open(root.join("index.db")).unwrap()).unwrap()
    }

    fn beside(root: &Path) -> Vec<String> {
        let names = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name.starts_with("index.db-")).collect();
        names.sort();
        names
    }

    fn is_there(stash: &Stash, key: &Digest) -> bool {
        stash.lookup(key).unwrap().is_some()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn networks_and_what_nobody_knows_may_be_of_several_machines() {
        let [nfs, smb, fuse, nine] = [0x6969, 0xfe53_4d42, 0x6573_5546, 0x0102_1997];
        assert!(![nfs, smb, fuse, nine, 0xdead].into_iter().any(system::is_own));
        let [ext4, memory, overlay] = [0xef53, 0x0102_1994, 0x794c_7630];
        assert!([ext4, memory, overlay].into_iter().all(system::is_own));
        assert!(!system::is_of_one_machine(Path::new("/proc")));
    }

    #[test]
    fn where_several_machines_write_a_new_index_has_no_log_and_never_gets_one() {
        let place = Place::new();
        std::fs::create_dir(&place.root).unwrap();
        let [one, other] = [shared(&place.root), shared(&place.root)];
        let first = Given::new("first").put(&one);
        assert_eq!(beside(&place.root), ["index.db-journal"]);
        assert!(is_there(&other, &first));
        let second = Given::new("second").put(&other);
        assert!(is_there(&one, &second));
        assert_eq!(beside(&place.root), ["index.db-journal"]);
        // As the machine sees it whose disk it is.
        let owner = place.stash();
        let third = Given::new("third").put(&owner);
        assert!(!is_logged(&place.root), "others would not see what is in a log");
        assert!([&one, &other, &owner].into_iter().all(|stash| is_there(stash, &third)));
        assert!(owner.check().unwrap().is_sound());
        drop((one, other, owner));
        std::fs::remove_file(place.root.join("index.db")).unwrap();
        let owner = place.stash();
        assert!(is_logged(&place.root) && [first, second, third].iter().all(|key| is_there(&owner, key)));
    }

    #[test]
    fn an_index_that_has_a_log_loses_it_once_nobody_uses_it() {
        let place = Place::new();
        let local = place.stash();
        let first = Given::new("first").put(&local);
        let moved = shared(&place.root);
        moved.patience.note(true);
        assert!(matches!(moved.lookup(&first), Err(StashError::Locked { .. })), "its log is in use");
        assert!(is_logged(&place.root) && is_there(&local, &first));
        drop(local);
        assert!(is_there(&moved, &first));
        assert!(!is_logged(&place.root));
        let second = Given::new("second").put(&moved);
        assert!(is_there(&place.stash(), &second));
    }

    #[test]
    fn an_index_that_is_made_anew_has_no_log_either() {
        let place = Place::new();
        let first = Given::new("first").put(&place.stash());
        for is_lost in [true, false] {
            let moved = shared(&place.root);
            let index = place.root.join("index.db");
            if is_lost {
                std::fs::remove_file(&index).unwrap();
            } else {
                std::fs::write(&index, [7; 9_000]).unwrap();
                Stash::rebuild(&place.root).unwrap();
            }
            assert!(is_there(&moved, &first), "lost: {is_lost}");
            assert!(!is_logged(&place.root), "lost: {is_lost}");
        }
    }

    #[test]
    fn a_commit_waits_for_those_who_read() {
        let place = Place::new();
        std::fs::create_dir(&place.root).unwrap();
        let [reader, writer] = [shared(&place.root), shared(&place.root)];
        let before = Given::new("before").put(&writer);
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            let tell = &tell;
            let looked = reader.read_at_once("look", |index| {
                let count =
                    || -> rusqlite::Result<i64> { index.query_row("SELECT count(*) FROM nuts", (), |row| row.get(0)) };
                let first = count()?;
                scope.spawn(|| tell.send(Given::new("after").put(&writer)).unwrap());
                assert!(told.recv_timeout(Duration::from_millis(200)).is_err(), "it waits");
                Ok([first, count()?])
            });
            assert_eq!(looked.unwrap(), [1, 1]);
            let after = told.recv().unwrap();
            assert!(is_there(&reader, &after) && is_there(&reader, &before));
        });
    }

    #[test]
    fn who_read_in_vain_does_not_wait_as_long_again() {
        let place = Place::new();
        std::fs::create_dir(&place.root).unwrap();
        let stash = shared(&place.root);
        let key = Given::new("nut").put(&stash);
        assert!(is_there(&stash, &key));
        let other = Connection::open(place.root.join("index.db")).unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        stash.patience.note(true);
        for _ in 0..2 {
            let began = Instant::now();
            assert!(matches!(stash.lookup(&key), Err(StashError::Locked { .. })));
            assert!(began.elapsed() < Duration::from_secs(10), "the first wait lasts 30 seconds");
        }
        other.execute_batch("COMMIT").unwrap();
        assert!(is_there(&stash, &key));
    }

    #[test]
    #[cfg(unix)]
    fn what_somebody_wrote_who_was_killed_is_taken_back() {
        let place = Place::new();
        std::fs::create_dir(&place.root).unwrap();
        let stash = shared(&place.root);
        let keys: Vec<Digest> = (0..40).map(|number| Given::new(&number.to_string()).put(&stash)).collect();
        let other = Connection::open(place.root.join("index.db")).unwrap();
        // So that what it writes is in the index before it is committed.
        other
            .execute_batch(
                "PRAGMA cache_size = 1; BEGIN; UPDATE nuts SET digest = x'00', seal = NULL; DELETE FROM routes",
            )
            .unwrap();
        for who in ["several machines", "one machine", "who may not write"] {
            let copy = tempfile::tempdir().unwrap();
            // Not copied here: whoever closes the index drops the locks on it.
            let names = ["index.db", "index.db-journal", "records"].map(|name| place.root.join(name));
            assert!(Command::new("cp").args(&names).arg(copy.path()).status().unwrap().success());
            let content = || {
                ["index.db", "index.db-journal"].map(|name| std::fs::read(copy.path().join(name)).unwrap_or_default())
            };
            let before = content();
            assert!(!before[1].is_empty());
            let stash = match who {
                "several machines" => shared(copy.path()),
                "one machine" => Stash::unopened(copy.path(), true),
                _ => Stash::unopened(copy.path(), false),
            };
            let found = keys.iter().map(|key| stash.lookup(key).map(|it| it.is_some()));
            assert_eq!(found.filter(|found| matches!(found, Ok(true))).count(), 40, "{who}");
            assert_eq!(content() == before, who == "who may not write", "{who}");
        }
        other.execute_batch("ROLLBACK").unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn who_may_not_write_and_was_there_before_somebody_was_killed_reads_on() {
        let place = Place::new();
        std::fs::create_dir(&place.root).unwrap();
        let stash = shared(&place.root);
        let keys: Vec<Digest> = (0..40).map(|number| Given::new(&number.to_string()).put(&stash)).collect();
        let there = tempfile::tempdir().unwrap();
        let copy = |names: [&str; 2]| {
            let files = names.map(|name| place.root.join(name));
            assert!(Command::new("cp").args(&files).arg(there.path()).status().unwrap().success());
        };
        copy(["index.db", "records"]);
        let reader = Stash::unopened(there.path(), false);
        assert!(is_there(&reader, &keys[0]));
        let other = Connection::open(place.root.join("index.db")).unwrap();
        other.execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE nuts SET digest = x'00', seal = NULL").unwrap();
        copy(["index.db", "index.db-journal"]);
        assert!(keys.iter().all(|key| is_there(&reader, key)));
        other.execute_batch("ROLLBACK").unwrap();
    }

    #[test]
    fn who_may_not_write_reads_an_index_without_a_log_while_others_write() {
        let place = Place::new();
        std::fs::create_dir(&place.root).unwrap();
        let writer = shared(&place.root);
        let first = Given::new("first").put(&writer);
        let reader = Stash::unopened(&place.root, false);
        assert!(is_there(&reader, &first));
        let second = Given::new("second").put(&writer);
        assert!(is_there(&reader, &second));
        assert_eq!(reader.list(&Filter::All).unwrap().len(), 2);
        assert_eq!(beside(&place.root), ["index.db-journal"]);
    }

    #[test]
    fn other_tests_hold_without_a_log() {
        const OTHERS: [&str; 8] = [
            "run::",
            "stash::history",
            "stash::leases",
            "stash::locks",
            "stash::pins",
            "stash::repair",
            "stash::settle",
            "stash::unlisted",
        ];
        let mut tests = Command::new(std::env::current_exe().unwrap());
        let output = tests.args(OTHERS).env("SCRAT_TEST_SEVERAL_MACHINES", "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("test run::"), "{said}");
    }
}
