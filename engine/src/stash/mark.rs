//! What tells a stash from any other folder: the mark in its index.
//!
//! A path may be mistyped, or name a folder of the user's. So a folder without the mark is never taken for a stash.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::record::MAGIC;
use super::{StashError, access, io_error, schema, sqlite_error};

/// What SQLite keeps at byte 68 of the file, for programs to know theirs: "SCRT".
pub(super) const APPLICATION_ID: i32 = i32::from_be_bytes(*b"SCRT");

pub(super) use crate::place::{INDEX, RECORDS};

/// What is added to the name of an index that another one was made for.
pub(super) const REPLACED: &str = "-replaced";

/// What SQLite lays beside an index, and the index itself.
pub(super) const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No index, or an empty one: whoever began to make it was stopped.
    Nothing,
    /// The index of a stash, or something unreadable that was one.
    Index,
    /// A database of another program.
    Foreign,
}

/// What is at the place of an index. SQLite alone opens it: closing it otherwise would drop the locks that SQLite has on
/// it in this process.
pub(super) fn index_at(root: &Path) -> Result<Found, StashError> {
    let path = root.join(INDEX);
    let error = |source| io_error("open", &path, source);
    let metadata = match path.symlink_metadata() {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Found::Nothing);
        }
        found => found.map_err(error)?,
    };
    if !metadata.is_file() {
        return Err(error(access::in_the_way()));
    }
    if metadata.len() == 0 {
        return Ok(Found::Nothing);
    }
    let whole = root.canonicalize().map_err(error)?;
    match found(&whole) {
        Ok(found) => Ok(found),
        // What is no database is damaged; SQLite says so.
        Err(failed) if failed.sqlite_error_code() != Some(ErrorCode::CannotOpen) => Ok(Found::Index),
        Err(_) if !path.exists() => Ok(Found::Nothing),
        Err(failed) => {
            access::refuse_unreadable(&path).map_err(error)?;
            Err(sqlite_error::told(root, "open", failed))
        }
    }
}

/// Whose database it is, which its mark says. An index of a format that had no mark yet, or one beside records whose mark
/// is damaged, is known by its tables.
fn found(root: &Path) -> rusqlite::Result<Found> {
    const LAST: i64 = 3;
    let index = Connection::open_with_flags(
        unchanging(&root.join(INDEX)),
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NOFOLLOW,
    )?;
    let mark: i32 = index.query_row("PRAGMA application_id", (), |row| row.get(0))?;
    let is_early = mark == 0 && (1..=LAST).contains(&schema::version(&index)?);
    if mark == APPLICATION_ID {
        return Ok(Found::Index);
    }
    if !is_early && !is_records(&root.join(RECORDS)) {
        return Ok(Found::Foreign);
    }
    let (tables, of_the_first) = index.query_row(
        "SELECT count(*), count(*) FILTER (WHERE name IN ('functions', 'codes', 'nuts', 'attachments', 'routes', 'exports',
            'failures', 'runs', 'run_steps')) FROM sqlite_schema WHERE type = 'table'",
        (),
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
    )?;
    Ok(match (tables, of_the_first) {
        (0, _) => Found::Nothing,
        (_, 9) => Found::Index,
        _ => Found::Foreign,
    })
}

/// Whether a file begins as records do.
fn is_records(path: &Path) -> bool {
    let mut magic = [0; MAGIC.len()];
    let file = access::open_plain(path, std::fs::OpenOptions::new().read(true));
    file.and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == MAGIC
}

/// The name by which SQLite reads an index as a file that does not change, and makes nothing beside it.
pub(super) fn unchanging(index: &Path) -> PathBuf {
    named(index, "immutable=1")
}

/// The name by which SQLite reads an index that others may write to, and makes nothing beside it.
pub(super) fn making_nothing(index: &Path) -> PathBuf {
    named(index, "readonly_shm=1")
}

fn named(index: &Path, how: &str) -> PathBuf {
    let mut name = "file:".to_owned();
    for byte in index.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'\\' | b':' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                name.push(char::from(*byte));
            }
            other => name.push_str(&format!("%{other:02x}")),
        }
    }
    format!("{name}?{how}").into()
}

/// How many bytes the path of a stash may have: SQLite opens no file whose path has more than 512, and adds to its name.
const LONGEST_PATH: usize = 480;

/// Refuses a path that SQLite could not open.
pub(super) fn refuse_long(root: &Path) -> Result<(), StashError> {
    let whole = std::path::absolute(root).map_err(|source| io_error("use", root, source))?;
    if whole.as_os_str().len() <= LONGEST_PATH {
        return Ok(());
    }
    let why =
        format!("the path of a stash has {LONGEST_PATH} bytes at most, and this one has {}", whole.as_os_str().len());
    Err(io_error("use", root, io::Error::new(io::ErrorKind::InvalidInput, why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stash::Stash;

    #[test]
    fn an_index_whose_mark_is_damaged_is_one_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        crate::stash::evict::given::Given::new("nut").put(&Stash::create(&root).unwrap());
        let index = root.join(INDEX);
        let spoil = || {
            let mut bytes = std::fs::read(&index).unwrap();
            bytes[69] ^= 1;
            std::fs::write(&index, bytes).unwrap();
        };
        spoil();
        let stash = Stash::open(&root).unwrap();
        assert_eq!(stash.list(&crate::stash::Filter::All).unwrap().len(), 1);
        drop(stash);
        assert_eq!(Stash::rebuild(&root).unwrap().nuts, 1);
        assert_eq!(std::fs::read(&index).unwrap()[68..72], APPLICATION_ID.to_be_bytes(), "it is mended");

        std::fs::write(&index, "S").unwrap();
        assert_eq!(index_at(&root).unwrap(), Found::Nothing, "one that was cut is as good as none");
        assert_eq!(Stash::rebuild(&root).unwrap().nuts, 1);

        // Where nothing else is a stash's, it is another program's.
        std::fs::remove_file(root.join(RECORDS)).unwrap();
        spoil();
        assert!(matches!(Stash::open(&root), Err(StashError::Foreign { .. })));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn looking_at_an_index_drops_no_lock_that_this_process_has_on_it() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        crate::stash::evict::given::Given::new("nut").put(&stash);
        let inode = format!(":{} ", std::fs::metadata(root.join(INDEX)).unwrap().ino());
        let locks = || {
            let all = std::fs::read_to_string("/proc/locks").unwrap_or_default();
            all.lines().filter(|line| line.contains("POSIX") && line.contains(&inode)).count()
        };
        if locks() == 0 {
            // Not every system lets everybody see them.
            return;
        }
        // How many there are depends on what is being read at that moment.
        Stash::check_place(&root).unwrap();
        drop(Stash::open(&root).unwrap());
        assert!(locks() > 0);
    }

    #[test]
    #[cfg(unix)]
    fn a_stash_has_whatever_name_the_system_has() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        for name in [&b"a?b#c%41 d\"e&f=g"[..], b"\xff\xfe", b"new\nline", "nüsse".as_bytes()] {
            let root = folder.path().join(std::ffi::OsStr::from_bytes(name));
            crate::stash::evict::given::Given::new("nut").put(&Stash::create(&root).unwrap());
            assert_eq!(index_at(&root).unwrap(), Found::Index);
            let unchanging = Connection::open_with_flags(
                unchanging(&root.join(INDEX)),
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
            );
            assert_eq!(schema::version(&unchanging.unwrap()).unwrap(), schema::CURRENT);
        }
    }

    #[test]
    fn a_path_that_sqlite_cannot_open_is_refused_before_anything_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let of = |length: usize| {
            let mut path = folder.path().to_owned();
            while path.as_os_str().len() < length - 101 {
                path.push("d".repeat(100));
            }
            path.join("d".repeat(length - path.as_os_str().len() - 1))
        };
        let longest = of(LONGEST_PATH);
        Stash::create(&longest).unwrap();
        assert!(Stash::open(&longest).unwrap().check().unwrap().is_sound());
        Stash::rebuild(&longest).unwrap();
        let too_long = of(LONGEST_PATH + 1);
        let error = Stash::create(&too_long).unwrap_err().to_string();
        assert!(error.ends_with("has 480 bytes at most, and this one has 481"), "{error}");
        assert!(!too_long.exists() && Stash::open(&too_long).is_err());
    }

    #[test]
    fn the_database_of_another_program_is_no_stash() {
        let folder = tempfile::tempdir().unwrap();
        let index = rusqlite::Connection::open(folder.path().join(INDEX)).unwrap();
        index.execute_batch("CREATE TABLE nuts (id); PRAGMA user_version = 3;").unwrap();
        drop(index);
        let before = std::fs::read(folder.path().join(INDEX)).unwrap();
        assert!(matches!(Stash::open(folder.path()), Err(StashError::Foreign { .. })));
        assert!(matches!(Stash::create(folder.path()), Err(StashError::Foreign { .. })));
        assert_eq!(std::fs::read(folder.path().join(INDEX)).unwrap(), before);
    }
}
