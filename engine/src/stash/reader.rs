//! Connections that read the index.
//!
//! Whoever may write to it reads beside the writers, as SQLite does it. So does whoever may not, as long as SQLite's two
//! files are there, or the index has no log. If they are not, nobody can make them for such a reader, who then has these
//! ways:
//!
//! | what is there | how it is read |
//! | --- | --- |
//! | the index alone | as a file that does not change. If it did change meanwhile, it is read again |
//! | a log without its memory, or a journal: somebody was killed, or the stash was copied | a copy of both in a temporary folder |
//! | an index of an earlier format | a copy, which is brought up to date |

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::copied::{Copy, Files};
use super::fault::Fault;
use super::mark::{INDEX, making_nothing, unchanging};
use super::one_machine::has_log;
use super::patience::{go_on, waiting};
use super::{Stash, StashError, access, schema};
use crate::sync::lock;

/// How often an index is read again that changes while it is read.
const TRIES: usize = 5;

#[derive(Debug)]
pub(super) struct Reader {
    // Closed before its copy is removed.
    connection: Connection,
    /// Which file it has open, if that is the index.
    file: Option<access::Identity>,
    /// What it reads if that is not what others write to, and how the files were from which it was made.
    apart: Option<(Files, Option<Arc<Copy>>)>,
    /// Whether it waits for those who write.
    waits: bool,
}

impl Reader {
    pub(super) fn leave(self) {
        leave(self.connection);
        // Its folder may be another process's to remove.
        std::mem::forget(self.apart);
    }
}

impl Stash {
    /// Reads from the index. `work` begins anew if what it read was not all of one state.
    pub(super) fn read<R>(
        &self,
        action: &'static str,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<R>,
    ) -> Result<R, StashError> {
        self.refuse_inherited()?;
        self.refuse_without_locks()?;
        let until = Instant::now() + self.patience.limit();
        let mut tries = 0;
        while tries < TRIES {
            let idle = lock(&self.index.readers).pop();
            let opened = match idle {
                Some(reader) if !self.is_outdated(&reader) && !self.is_replaced(&reader) => Some(reader),
                Some(other) => {
                    leave(other.connection);
                    self.reader()?
                }
                None => self.reader()?,
            };
            let Some(mut reader) = opened else {
                self.join_in_making()?;
                // Somebody may take away what has just been made, and another one is made until that is in vain for long.
                tries += usize::from(!self.is_writable() || Instant::now() >= until);
                continue;
            };
            if reader.waits {
                reader.connection.busy_handler(Some(go_on)).map_err(|source| self.error(action, source))?;
            }
            let result = waiting(&self.patience, self.patience.limit(), || work(&reader.connection));
            let result = result.map_err(|source| self.error(action, source));
            // Somebody was killed who wrote, and this reader may not take back what that one wrote: another one reads a copy.
            let is_barred = !self.is_writable() && matches!(result, Err(StashError::ReadOnly { .. }));
            if !is_barred && !self.is_outdated(&reader) {
                self.put_back(reader);
                return result;
            }
            if is_barred {
                leave(reader.connection);
            }
            tries += 1;
        }
        Err(StashError::Locked { path: self.root().to_owned() })
    }

    /// The same, where all that is read must be of one moment.
    pub(super) fn read_at_once<R>(
        &self,
        action: &'static str,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<R>,
    ) -> Result<R, StashError> {
        self.read(action, |index| {
            let moment = index.unchecked_transaction()?;
            let result = work(&moment)?;
            moment.commit()?;
            Ok(result)
        })
    }

    /// The same, and from files as well.
    pub(super) fn read_with<R>(
        &self,
        action: &'static str,
        mut work: impl FnMut(&Connection) -> Result<R, Fault>,
    ) -> Result<R, StashError> {
        let read = self.read(action, |index| match work(index) {
            Err(Fault::Index(source)) => Err(source),
            Err(Fault::Stash(error)) => Ok(Err(error)),
            Ok(found) => Ok(Ok(found)),
        });
        read?
    }

    /// Keeps a reader for the next time, unless another index has taken the place of the one that it reads.
    fn put_back(&self, reader: Reader) {
        let written = self.written_index();
        if written.is_some() && written != reader.file {
            leave(reader.connection);
        } else {
            lock(&self.index.readers).push(reader);
        }
    }

    /// Closes all readers but those of this file.
    pub(super) fn keep_readers_of(&self, file: Option<access::Identity>) {
        let all: Vec<Reader> = lock(&self.index.readers).drain(..).collect();
        let (same, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| file.is_some() && it.file == file);
        lock(&self.index.readers).extend(same);
        others.into_iter().for_each(|reader| leave(reader.connection));
    }

    /// Whether what it reads is no more what is there.
    fn is_outdated(&self, reader: &Reader) -> bool {
        reader.apart.as_ref().is_some_and(|(files, _)| *files != self.files())
    }

    /// Whether another index has taken the place of the one that it has open. What was read of that one is of one state.
    fn is_replaced(&self, reader: &Reader) -> bool {
        reader.apart.is_none() && reader.file.is_some() && reader.file != access::identity(&self.index_path())
    }

    /// None if what is to be copied changes at this moment, or if there is no whole index, which can be made.
    fn reader(&self) -> Result<Option<Reader>, StashError> {
        let patience = self.patience.limit();
        if self.is_lost() {
            return Ok(None);
        }
        self.refuse_other_index()?;
        let is_written = self.is_writable();
        if is_written && !self.is_on_one_machine() && self.written_index().is_none() {
            // Whoever writes sees to it that it has no log.
            return Ok(None);
        }
        let _stays = self.index_lock(patience)?;
        let file = access::identity(&self.index_path());
        // SQLite would wait in silence.
        let version = |connection: &Connection| {
            let error = |source| self.error("read", source);
            connection.busy_timeout(Duration::ZERO).map_err(error)?;
            let version = self.patience.wait(patience, || match schema::version(connection).map_err(error) {
                Err(StashError::Locked { .. }) => None,
                version => Some(version),
            });
            connection.busy_timeout(patience).map_err(error)?;
            version.unwrap_or_else(|| Err(StashError::Locked { path: self.root().to_owned() }))
        };
        let beside = |connection, waits| Some(Reader { connection, file, apart: None, waits });
        let files = self.files();
        let can_share = self.can_share();
        if is_written && can_share {
            let (connection, waits) = match self.connect_beside() {
                // Somebody has removed it meanwhile.
                Err(_) if self.is_lost() => return Ok(None),
                connected => connected?,
            };
            match version(&connection) {
                // Even a reader needs room beside the index. Without any, nobody writes to it.
                Err(StashError::Full { .. }) if files.log.is_none() => {}
                Ok(0) => return Ok(None),
                Err(locked @ (StashError::Locked { .. } | StashError::NoLocks { .. })) => return Err(locked),
                _ => {
                    self.hold_shared_memory();
                    return Ok(beside(connection, waits));
                }
            }
        }
        let connect = |name| self.connect(name, OpenFlags::SQLITE_OPEN_READ_ONLY, patience);
        let is_old = self.index.is_old.load(Ordering::Relaxed);
        if files.is_shared && can_share && self.is_on_one_machine() && !is_old {
            // Whoever may write leaves the log alone as long as it is read.
            self.hold_open();
            if let Ok(connection) = connect(self.index_path())
                && version(&connection).is_ok()
            {
                self.hold_shared_memory();
                return Ok(beside(connection, false));
            }
        }
        if files.log.is_none()
            && !is_old
            && let Ok(connection) = connect(making_nothing(&self.index_path()))
            && version(&connection).is_ok()
            && has_log(&connection).is_ok_and(|has_log| !has_log)
        {
            return Ok(beside(connection, true));
        }
        if files.log.is_some() || files.journal.is_some() || is_old {
            let Some(copy) = self.copy(files)? else { return Ok(None) };
            let path = copy.folder.path().join(INDEX);
            let connection = self.connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, patience)?;
            return Ok(Some(Reader { connection, file: None, apart: Some((files, Some(copy))), waits: false }));
        }
        let connection = connect(unchanging(&self.index_path()))?;
        Ok(Some(Reader { connection, file, apart: Some((files, None)), waits: false }))
    }

    /// Reads the index as if it had the format of today, without changing it.
    pub(super) fn read_up_to_date(&self) {
        self.index.is_old.store(true, Ordering::Relaxed);
        lock(&self.index.readers).clear();
    }

    pub(super) fn index_path(&self) -> PathBuf {
        self.root().join(INDEX)
    }
}

/// Closes a connection to an index that may be at its place no more. SQLite would remove the log that is there now,
/// which is another one's.
pub(super) fn leave(connection: Connection) {
    keep_log(&connection, true);
    drop(connection);
}

/// Whether the log stays as it is when this connection is closed, whoever else has it open.
pub(super) fn keep_log(connection: &Connection, keep: bool) {
    drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep));
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::digest::Digest;
    use crate::value::Stat;

    fn is_noted(stash: &Stash, key: &Digest) -> bool {
        stash.last_failure(key).unwrap().is_some()
    }

    #[test]
    fn who_may_not_write_reads_what_a_writer_has_not_carried_over() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let writer = Stash::create(&root).unwrap();
        let [first, second] = [b"first", b"later"].map(|name| Digest::of(name));
        writer.note_failure(&first, "no").unwrap();
        assert!(writer.files().is_shared);
        let reader = Stash::unopened(&root, false);
        assert!(is_noted(&reader, &first));

        drop(reader);
        writer.close();
        let at_rest = Files { index: Stat::of(&writer.index_path()).ok(), log: None, journal: None, is_shared: false };
        assert_eq!(writer.files(), at_rest, "a stash at rest is one file");
        let reader = Stash::unopened(&root, false);
        assert!(is_noted(&reader, &first));
        assert!(matches!(lock(&reader.index.readers)[0].apart, Some((_, None))), "nobody writes to it");
        writer.note_failure(&second, "no").unwrap();
        assert!(is_noted(&reader, &second), "somebody does");
        assert!(matches!(reader.note_failure(&second, "no"), Err(StashError::ReadOnly { .. })));
    }

    #[test]
    fn what_was_read_while_the_index_changed_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let writer = Stash::create(&root).unwrap();
        let [key, other] = [b"one", b"two"].map(|name| Digest::of(name));
        writer.note_failure(&other, "no").unwrap();
        writer.close();
        let reader = Stash::unopened(&root, false);
        let mut rounds = 0;
        let count = reader.read("count", |index| {
            let count: i64 = index.query_row("SELECT count(*) FROM failures", (), |row| row.get(0))?;
            rounds += 1;
            if rounds == 1 {
                // As a process does that comes and goes.
                writer.note_failure(&key, "no").unwrap();
                writer.close();
            }
            Ok(count)
        });
        assert_eq!((count.unwrap(), rounds), (2, 2));
        let always = reader.read("count", |_| {
            writer.note_failure(&Digest::of(&[rounds as u8]), "no").unwrap();
            writer.close();
            rounds += 1;
            Ok(())
        });
        assert!(matches!(always, Err(StashError::Locked { .. })));
    }

    /// A stash that somebody was killed in, as a copy of it is elsewhere.
    fn left_behind(folder: &Path, keys: &[Digest]) -> PathBuf {
        let root = folder.join("original/.scrat");
        let writer = Stash::create(&root).unwrap();
        keys.iter().for_each(|key| writer.note_failure(key, "no").unwrap());
        let copy = folder.join("copy");
        fs::create_dir(&copy).unwrap();
        for name in [INDEX, "index.db-wal", "records"] {
            fs::copy(root.join(name), copy.join(name)).unwrap();
        }
        copy
    }

    #[test]
    fn a_log_that_nobody_carried_over_is_read_by_who_may_not_write() {
        let folder = tempfile::tempdir().unwrap();
        let keys = [b"1", b"2", b"3"].map(|name| Digest::of(name));
        let root = left_behind(folder.path(), &keys);
        let files = ["index.db", "index.db-wal"].map(|name| fs::read(root.join(name)).unwrap());
        assert!(!files[1].is_empty());
        let reader = Stash::unopened(&root, false);
        assert_eq!(reader.read("look", schema::version).unwrap(), schema::CURRENT);
        assert!(keys.iter().all(|key| is_noted(&reader, key)));
        assert_eq!(["index.db", "index.db-wal"].map(|name| fs::read(root.join(name)).unwrap()), files);
        assert!(!root.join("index.db-shm").exists());

        // Somebody who may write carries it over, and goes on.
        let writer = Stash::open(&root).unwrap();
        let other = Digest::of(b"other");
        writer.note_failure(&other, "no").unwrap();
        assert!(is_noted(&reader, &other) && is_noted(&reader, &keys[0]));
        writer.close();
        assert!(is_noted(&reader, &other) && is_noted(&reader, &keys[0]));
    }

    #[test]
    #[ignore = "it is called by the test below"]
    fn opening_in_a_process_of_its_own() {
        if !Path::new("here").exists() {
            return;
        }
        let mut held = Vec::new();
        while let Ok(file) = fs::File::open("here") {
            held.push(file);
        }
        let mut refused = 0;
        let stash = loop {
            match Stash::open(Path::new(".scrat")) {
                Ok(stash) => break stash,
                Err(StashError::TooManyFiles { .. }) => refused += 1,
                Err(other) => panic!("after {refused}: {other:?}"),
            }
            held.pop();
        };
        drop(held);
        assert!(refused > 1 && stash.is_writable(), "{refused}");
        fs::write("opened", "").unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn too_many_open_files_are_told_as_that() {
        let folder = tempfile::tempdir().unwrap();
        drop(Stash::create(&folder.path().join(".scrat")).unwrap());
        fs::write(folder.path().join("here"), "").unwrap();
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(folder.path()).args(["-c", "ulimit -n 64; exec \"$@\"", "sh"]);
        shell.arg(std::env::current_exe().unwrap());
        shell.args(["--ignored", "--exact", "stash::reader::tests::opening_in_a_process_of_its_own"]);
        let output = shell.output().unwrap();
        assert!(folder.path().join("opened").exists(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    #[test]
    fn an_index_of_an_earlier_format_is_read_without_changing_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        drop(Stash::create(&root).unwrap());
        let key = Digest::of(b"key");
        let index = Connection::open(root.join(INDEX)).unwrap();
        schema::take_back(&index);
        index.execute("INSERT INTO failures VALUES (?1, 1, 'no')", [key.as_bytes()]).unwrap();
        drop(index);
        let before = fs::read(root.join(INDEX)).unwrap();
        let stash = Stash::open_as(&root, false).unwrap();
        assert!(is_noted(&stash, &key) && stash.list(&crate::stash::Filter::All).unwrap().is_empty());
        assert!(stash.check().unwrap().is_sound());
        assert_eq!(fs::read(root.join(INDEX)).unwrap(), before);
    }

    #[test]
    fn whoever_reads_an_index_that_is_gone_or_only_begun_makes_it() {
        use crate::stash::evict::given::{Given, Place};
        let place = Place::new();
        let stash = place.stash();
        let key = Given::new("nut").put(&stash);
        for is_begun in [false, true] {
            drop(Stash::open(&place.root).unwrap());
            assert!(stash.lookup(&key).unwrap().is_some());
            for beside in ["", "-wal", "-shm"] {
                drop(fs::remove_file(place.root.join(format!("{INDEX}{beside}"))));
            }
            if is_begun {
                fs::write(place.root.join(INDEX), "").unwrap();
            }
            assert!(stash.lookup(&key).unwrap().is_some(), "begun: {is_begun}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_beside_the_index_is_told_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("stash");
        drop(Stash::create(&root).unwrap());
        for beside in ["index.db-journal", "index.db-wal", "index.db-shm"] {
            let pipe = root.join(beside);
            drop(fs::remove_file(&pipe));
            nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
            let told = Stash::open(&root).unwrap_err().to_string();
            assert!(told.contains(beside) && told.contains("in the way"), "{told}");
            assert!(Stash::unopened(&root, false).lookup(&Digest::of(b"key")).is_err());
            fs::remove_file(pipe).unwrap();
        }
    }

    #[test]
    #[cfg(unix)]
    fn no_link_stands_for_the_index_or_a_folder_of_the_stash() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let [root, outside] = ["stash", "outside"].map(|name| folder.path().join(name));
        drop(Stash::create(&root).unwrap());
        fs::create_dir_all(outside.join(".tmpABCDEF/thesis")).unwrap();
        let instead = |name: &str, target: &Path, look: &dyn Fn()| {
            let (place, aside) = (root.join(name), folder.path().join("aside"));
            fs::rename(&place, &aside).unwrap();
            symlink(target, &place).unwrap();
            look();
            fs::remove_file(&place).unwrap();
            fs::rename(&aside, &place).unwrap();
        };
        let key = Digest::of(b"key");
        instead("tmp", &outside, &|| {
            assert!(Stash::open(&root).unwrap().remove_leftovers().is_err());
        });
        instead("locks", &outside, &|| {
            let stash = Stash::open(&root).unwrap();
            drop(stash.try_lock(&key));
            assert!(stash.content_lock_alone().is_err());
        });
        let other = outside.join("other.db");
        fs::write(&other, "").unwrap();
        instead(INDEX, &other, &|| {
            assert!(Stash::open(&root).is_err() && Stash::create(&root).is_err());
        });
        assert_eq!(fs::metadata(&other).unwrap().len(), 0);
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 2, "nothing was made there");
        assert!(outside.join(".tmpABCDEF/thesis").exists());
        assert!(Stash::open(&root).unwrap().check().unwrap().is_sound());
    }
}
