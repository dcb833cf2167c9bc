//! Files and folders that are being made: in a folder of the process's own in `tmp/`, which it keeps locked. A process
//! that is killed leaves its folder behind, and nobody has that locked any more.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use super::access;
use crate::clock;
use crate::sync::lock;

/// The folder of all of them in a stash.
pub(super) const TMP: &str = "tmp";

/// What is younger than this is left to be removed by somebody who asks for it: there are file systems on which a lock
/// is not seen from everywhere.
const AGE: Duration = Duration::from_secs(3_600);

/// How often a folder is made that somebody takes for abandoned before it is locked.
const TRIES: usize = 10;

/// The folder of one open stash, made when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Scratch(Mutex<Option<Own>>);

#[derive(Debug)]
struct Own {
    path: PathBuf,
    /// Held for as long as it is used.
    _lock: File,
}

/// What nobody is going to use any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Abandoned {
    pub files: usize,
    pub bytes: u64,
}

impl Scratch {
    /// The folder in the stash at `root`. Whoever makes it removes what others left behind.
    pub(super) fn folder(&self, root: &Path, shared: bool) -> io::Result<PathBuf> {
        let mut own = lock(&self.0);
        if let Some(own) = own.as_ref().filter(|own| own.path.is_dir()) {
            return Ok(own.path.clone());
        }
        let tmp = root.join(TMP);
        access::make_folder(&tmp, shared)?;
        drop(sweep(root, AGE));
        for _ in 0..TRIES {
            let path = tempfile::tempdir_in(&tmp)?.keep();
            let folder = match File::open(&path) {
                // Whoever removes what others left behind may take it before it is locked.
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
                Err(other) => {
                    drop(fs::remove_dir(&path));
                    return Err(other);
                }
                Ok(folder) => folder,
            };
            if !is_taken(&folder) && path.is_dir() {
                *own = Some(Own { path: path.clone(), _lock: folder });
                return Ok(path);
            }
            drop(fs::remove_dir(&path));
        }
        Err(io::Error::new(io::ErrorKind::ResourceBusy, "others remove the folder each time that it is made"))
    }

    /// Makes something in the folder, which whoever closes the stash may remove before anything is in it.
    pub(super) fn with_folder<R>(
        &self,
        root: &Path,
        shared: bool,
        make: impl Fn(&Path) -> io::Result<R>,
    ) -> io::Result<R> {
        for _ in 1..TRIES {
            match self.folder(root, shared).and_then(|folder| make(&folder)) {
                Err(gone) if gone.kind() == io::ErrorKind::NotFound && root.is_dir() => {}
                made => return made,
            }
        }
        make(&self.folder(root, shared)?)
    }

    /// Leaves the folder to the process that made it.
    pub(super) fn leave_inherited(&self) {
        if let Ok(mut own) = self.0.try_lock() {
            own.take().into_iter().for_each(std::mem::forget);
        }
    }

    /// Removes the folder, if nothing is in it.
    pub(super) fn close(&self) {
        let mut own = lock(&self.0);
        if own.as_ref().is_some_and(|own| fs::remove_dir(&own.path).is_ok()) {
            *own = None;
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.close();
    }
}

/// Locks a folder, and says whether somebody else has it locked: who counts what was left behind lets go of it again.
fn is_taken(folder: &File) -> bool {
    const LONGEST: Duration = Duration::from_millis(500);
    const PAUSE: Duration = Duration::from_millis(2);
    let began = Instant::now();
    // Where there are no locks, its age alone protects it.
    while matches!(folder.try_lock(), Err(TryLockError::WouldBlock)) {
        if began.elapsed() >= LONGEST {
            return true;
        }
        std::thread::sleep(PAUSE);
    }
    false
}

/// Removes what was abandoned at least this long ago.
pub(super) fn sweep(root: &Path, age: Duration) -> io::Result<Abandoned> {
    let mut swept = Abandoned::default();
    for (entry, _lock) in abandoned(root, age)? {
        let found = measure(&entry.path());
        let removed =
            if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {
                swept.files += found.files;
                swept.bytes += found.bytes;
            }
        }
    }
    Ok(swept)
}

/// Counts what has been abandoned.
pub(super) fn count(root: &Path) -> io::Result<Abandoned> {
    let mut all = Abandoned::default();
    for (entry, _lock) in abandoned(root, Duration::ZERO)? {
        let found = measure(&entry.path());
        all.files += found.files;
        all.bytes += found.bytes;
    }
    Ok(all)
}

/// What is in `tmp/` and nobody's, locked while it is looked at.
fn abandoned(root: &Path, age: Duration) -> io::Result<Vec<(DirEntry, Option<File>)>> {
    access::refuse_link(&root.join(TMP))?;
    let entries = match fs::read_dir(root.join(TMP)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let is_ours = entry.file_name().to_str().is_some_and(is_scratch);
        if !is_ours || !is_older(&entry, age) {
            continue;
        }
        let kind = entry.file_type()?;
        if !kind.is_dir() {
            // An earlier scrat made files here, without a lock.
            found.extend(is_older(&entry, AGE).then_some((entry, None)));
        } else if let Ok(folder) = File::open(entry.path())
            && folder.try_lock().is_ok()
        {
            found.push((entry, Some(folder)));
        }
    }
    Ok(found)
}

/// Whether a file or folder is named as `tempfile` does it.
pub(super) fn is_scratch(name: &str) -> bool {
    const RANDOM: usize = 6;
    name.strip_prefix(".tmp")
        .is_some_and(|rest| rest.len() == RANDOM && rest.bytes().all(|it| it.is_ascii_alphanumeric()))
}

fn is_older(entry: &DirEntry, age: Duration) -> bool {
    let modified = entry.metadata().and_then(|entry| entry.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let age = i64::try_from(age.as_nanos()).unwrap_or(i64::MAX);
    clock::now().saturating_sub(clock::nanos(modified)) >= age
}

/// How many files there are at a path, and how large they are.
fn measure(path: &Path) -> Abandoned {
    let mut all = Abandoned::default();
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        match fs::symlink_metadata(&path) {
            Ok(entry) if entry.is_dir() => {
                let entries = fs::read_dir(&path).into_iter().flatten().flatten();
                open.extend(entries.map(|entry| entry.path()));
            }
            Ok(entry) => {
                all.files += 1;
                all.bytes += entry.len();
            }
            Err(_) => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_somebody_takes_for_abandoned_is_made_again() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        const ENOUGH: usize = 3;
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        fs::create_dir(root.join(TMP)).unwrap();
        let taken = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let making = scope.spawn(|| {
                // Until somebody has found some that were not locked yet, as far as that comes about.
                for number in 0..20_000 {
                    let scratch = Scratch::default();
                    let folder = scratch.folder(root, false).unwrap();
                    fs::write(folder.join("file"), "").unwrap_or_else(|error| panic!("{number}: {error}"));
                    fs::remove_file(folder.join("file")).unwrap();
                    if taken.load(Ordering::Relaxed) >= ENOUGH {
                        break;
                    }
                }
            });
            while !making.is_finished() {
                taken.fetch_add(abandoned(root, Duration::ZERO).unwrap().len(), Ordering::Relaxed);
                drop(sweep(root, Duration::ZERO));
            }
        });
    }

    #[test]
    fn what_a_killed_process_leaves_is_removed_and_what_a_living_one_makes_stays() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let living = Scratch::default();
        let used = living.folder(root, false).unwrap();
        fs::write(used.join("half"), "bytes").unwrap();
        let left = tempfile::tempdir_in(root.join(TMP)).unwrap().keep();
        fs::create_dir(left.join("folder")).unwrap();
        fs::write(left.join("folder/half"), "bytes").unwrap();
        let mine = root.join(TMP).join("notes.txt");
        fs::write(&mine, "mine").unwrap();

        let one = Abandoned { files: 1, bytes: 5 };
        assert_eq!(count(root).unwrap(), one);
        assert_eq!(sweep(root, AGE).unwrap(), Abandoned::default(), "it is too young");
        assert_eq!(sweep(root, Duration::ZERO).unwrap(), one);
        assert_eq!(count(root).unwrap(), Abandoned::default());
        assert!(used.join("half").exists() && mine.exists() && !left.exists());
        assert_eq!(living.folder(root, false).unwrap(), used);

        drop(living);
        assert!(used.exists(), "somebody still writes there");
        assert_eq!(sweep(root, Duration::ZERO).unwrap(), one);
        let idle = Scratch::default();
        let unused = idle.folder(root, false).unwrap();
        drop(idle);
        assert!(!unused.exists());
    }

    #[test]
    fn what_is_made_as_somebody_removes_the_folder_is_made_in_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let (scratch, tries) = (Scratch::default(), std::cell::Cell::new(0));
        let made = scratch.with_folder(root, false, |folder| {
            tries.set(tries.get() + 1);
            if tries.get() == 1 {
                scratch.close();
            }
            tempfile::tempdir_in(folder)
        });
        assert!(made.unwrap().path().is_dir() && tries.get() == 2);
        fs::remove_dir_all(root).unwrap();
        assert!(scratch.with_folder(root, false, |folder| tempfile::tempdir_in(folder)).is_err());
    }

    #[test]
    fn a_folder_that_is_gone_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let scratch = Scratch::default();
        let first = scratch.folder(root, false).unwrap();
        fs::remove_dir_all(root.join(TMP)).unwrap();
        let second = scratch.folder(root, false).unwrap();
        assert!(second.is_dir() && first != second);
        fs::remove_dir_all(root).unwrap();
        assert!(scratch.folder(root, false).is_err(), "a stash that was removed is not made again");
        assert!(!root.exists());
    }
}
