//! A copy of the index, for who may not write to it and has no other way to read it.

use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use rusqlite::OpenFlags;

use super::mark::INDEX;
use super::{Stash, StashError, access, io_error, schema};
use crate::sync::lock;
use crate::value::Stat;

/// A copy of the index in a folder of its own.
#[derive(Debug)]
pub(super) struct Copy {
    pub folder: tempfile::TempDir,
    files: Files,
}

/// The index and what is beside it, as far as that tells that something was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Files {
    pub index: Option<Stat>,
    /// Nothing, if nothing is in it.
    pub log: Option<Stat>,
    /// The same.
    pub journal: Option<Stat>,
    /// Whether somebody may be writing.
    pub is_shared: bool,
}

impl Stash {
    /// How they are now.
    pub(super) fn files(&self) -> Files {
        let [index, log, memory, journal] =
            ["", "-wal", "-shm", "-journal"].map(|beside| self.root().join(format!("{INDEX}{beside}")));
        let unless_empty = |path| Stat::of(path).ok().filter(|stat| stat.size > 0);
        Files {
            index: Stat::of(&index).ok(),
            log: unless_empty(&log),
            // Root gives it an owner whenever it looks at it, which changes nothing of what is in it.
            journal: unless_empty(&journal).map(|stat| Stat { changed: stat.modified, ..stat }),
            is_shared: memory.exists() && log.exists(),
        }
    }

    /// A copy of the index as it is now, for all that read it. None if the files are no more these.
    pub(super) fn copy(&self, files: Files) -> Result<Option<Arc<Copy>>, StashError> {
        let mut known = lock(&self.index.copy);
        if let Some(copy) = known.as_ref().filter(|copy| copy.files == files) {
            return Ok(Some(copy.clone()));
        }
        let folder = tempfile::tempdir().map_err(|source| io_error("make", &std::env::temp_dir(), source))?;
        for beside in ["", "-wal", "-journal"] {
            let name = format!("{INDEX}{beside}");
            copy_file(&self.root().join(&name), &folder.path().join(&name))?;
        }
        if self.files() != files {
            return Ok(None);
        }
        let mut connection =
            self.connect(folder.path().join(INDEX), OpenFlags::SQLITE_OPEN_READ_WRITE, self.patience.limit())?;
        let version = schema::version(&connection).map_err(|source| self.error("read", source))?;
        self.index.is_old.store(version < schema::CURRENT, Ordering::Relaxed);
        schema::migrate(&mut connection, self.content(), |index, before| self.complete_index(index, before))
            .map_err(|fault| self.told("read", fault))?;
        Ok(Some(known.insert(Arc::new(Copy { folder, files })).clone()))
    }
}

fn copy_file(from: &Path, to: &Path) -> Result<(), StashError> {
    /// Those that were copied, open for as long as they are there: whoever closes an index drops the locks that SQLite has
    /// on it in this process.
    static COPIED: Mutex<Vec<(access::Identity, File)>> = Mutex::new(Vec::new());
    let mut copied = lock(&COPIED);
    copied.retain(|(_, file)| !access::is_unlinked(file));
    let which = access::identity(from);
    let copy = |mut file: &File| {
        let mut copy = File::create_new(to).map_err(|source| io_error("write", to, source))?;
        let copying = file.seek(io::SeekFrom::Start(0)).and_then(|_| io::copy(&mut file, &mut copy));
        copying.map(drop).map_err(|source| io_error("copy", from, source))
    };
    if let Some((_, file)) = copied.iter().find(|(known, _)| Some(*known) == which) {
        return copy(file);
    }
    match access::open_plain(from, File::options().read(true)) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(io_error("copy", from, source)),
        Ok(file) => {
            let done = copy(&file);
            copied.extend(which.map(|which| (which, file)));
            done
        }
    }
}
