//! What somebody needs just now: nuts that a run is going to load, and files that were handed out. Eviction leaves them.
//!
//! Each open stash that needs anything has a file `locks/use-…` with an entry for whatever it takes and lets go of, and
//! keeps the file locked. The lock is the operating system's, so what a killed process needed is free at once, and
//! whoever finds its file removes it.
//!
//! A lease saves a computation, and nothing's correctness hangs on it. If it can't be written, the caller goes on without.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Stash, access};
use crate::digest::Digest;
use crate::sync::{Process, lock};

/// How the files' names begin.
const PREFIX: &str = "use-";

/// A sign, and what it is about.
const ENTRY: usize = 1 + 32;
const TAKEN: u8 = b'+';
const LEFT: u8 = b'-';

/// What this open stash needs, and what it knows of others.
#[derive(Clone, Debug)]
pub(crate) struct Leases(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    root: PathBuf,
    /// Whether a group shares the stash.
    shared: bool,
    writable: bool,
    own: Option<(File, PathBuf)>,
    /// Which process this is of. What one has that was forked from it is the parent's.
    process: Process,
    /// How often each is taken.
    held: BTreeMap<Digest, u32>,
    others: HashMap<PathBuf, Other>,
}

/// A file of another open stash, as far as it has been read.
#[derive(Debug)]
struct Other {
    file: File,
    held: BTreeSet<Digest>,
}

impl Drop for State {
    fn drop(&mut self) {
        if self.is_inherited() {
            return;
        }
        if let Some((_, path)) = self.own.take() {
            drop(std::fs::remove_file(path));
        }
    }
}

impl Leases {
    pub(super) fn new(root: &Path, writable: bool, shared: bool) -> Self {
        Self(Arc::new(Mutex::new(State {
            root: root.to_owned(),
            shared,
            writable,
            own: None,
            process: Process::this(),
            held: BTreeMap::new(),
            others: HashMap::new(),
        })))
    }

    /// Keeps nuts, by their keys, and files, by their digests, from being evicted until they are let go of.
    pub(crate) fn take(&self, needed: &[Digest]) {
        let mut state = lock(&self.0);
        let mut entries = Vec::new();
        for one in needed {
            let count = state.held.entry(*one).or_default();
            *count += 1;
            if *count == 1 {
                entries.push(TAKEN);
                entries.extend(one.as_bytes());
            }
        }
        state.tell(&entries);
    }

    /// Ends with the program, which no longer needs anything.
    pub(crate) fn end(&self) {
        let mut state = lock(&self.0);
        state.held.clear();
        if let Some((_, path)) = state.own.take() {
            drop(std::fs::remove_file(path));
        }
    }

    /// Lets go of them.
    pub(crate) fn let_go(&self, needed: &[Digest]) {
        let mut state = lock(&self.0);
        let mut entries = Vec::new();
        for one in needed {
            let Some(count) = state.held.get_mut(one) else { continue };
            *count -= 1;
            if *count == 0 {
                state.held.remove(one);
                entries.push(LEFT);
                entries.extend(one.as_bytes());
            }
        }
        state.tell(&entries);
    }
}

/// Lets go of what it keeps when it is dropped.
pub(super) struct Needed {
    leases: Leases,
    what: Vec<Digest>,
}

impl Drop for Needed {
    fn drop(&mut self) {
        self.leases.let_go(&self.what);
    }
}

impl Stash {
    /// Keeps nuts and files from being evicted from here on, also by who had already begun to.
    pub(super) fn need(&self, what: Vec<Digest>) -> Needed {
        self.leases.take(&what);
        // Whoever evicts looks at what others need after beginning to write.
        drop(self.write("wait for evictions", |_| Ok(())));
        Needed { leases: self.leases(), what }
    }

    /// What this open stash needs.
    pub(crate) fn leases(&self) -> Leases {
        self.leases.clone()
    }

    /// Learns what others need, for [`Stash::is_needed`].
    pub(super) fn look_at_leases(&self) {
        let folder = self.root.join("locks");
        if access::refuse_link(&folder).is_err() {
            return;
        }
        let mut state = lock(&self.leases.0);
        let mut others = HashMap::new();
        for entry in std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            let is_own = state.own.as_ref().is_some_and(|(_, own)| *own == path);
            if is_own || !entry.file_name().to_str().is_some_and(is_name) {
                continue;
            }
            let known = state.others.remove(&path);
            let Some(mut other) = known.or_else(|| Other::open(&path)) else { continue };
            if other.is_dead() {
                drop(std::fs::remove_file(&path));
            } else {
                other.read_on();
                others.insert(path, other);
            }
        }
        state.others = others;
    }

    /// Whether somebody needs a nut or a file, as far as is known.
    pub(super) fn is_needed(&self, nut_or_file: &Digest) -> bool {
        let state = lock(&self.leases.0);
        state.held.contains_key(nut_or_file) || state.others.values().any(|other| other.held.contains(nut_or_file))
    }
}

impl State {
    fn is_inherited(&self) -> bool {
        !self.process.is_this()
    }

    fn tell(&mut self, entries: &[u8]) {
        if entries.is_empty() || !self.writable || self.is_inherited() {
            return;
        }
        if self.own.is_some() {
            self.write(entries);
            return;
        }
        self.own = self.make();
        // In a new file, all that is held is news.
        let all: Vec<u8> = self.held.keys().flat_map(|one| [&[TAKEN], &one.as_bytes()[..]].concat()).collect();
        self.write(&all);
    }

    fn write(&self, entries: &[u8]) {
        if let Some((file, _)) = &self.own {
            let mut file = file;
            drop(file.write_all(entries));
        }
    }

    /// Makes a file that is locked before anybody can see it.
    fn make(&self) -> Option<(File, PathBuf)> {
        let [tmp, locks] = ["tmp", "locks"].map(|name| self.root.join(name));
        access::make_folder(&tmp, self.shared).ok()?;
        access::make_folder(&locks, self.shared).ok()?;
        access::refuse_link(&locks).ok()?;
        let file = access::writable().tempfile_in(tmp).ok()?;
        access::let_group(file.path(), self.shared);
        file.as_file().lock().ok()?;
        let name: String = file.path().file_name()?.to_str()?.chars().filter(char::is_ascii_alphanumeric).collect();
        let path = locks.join(format!("{PREFIX}{name}"));
        let file = file.persist_noclobber(&path).ok()?;
        Some((file, path))
    }
}

impl Other {
    fn open(path: &Path) -> Option<Self> {
        let file = access::open_plain(path, File::options().read(true)).ok()?;
        Some(Self { file, held: BTreeSet::new() })
    }

    /// Whether nobody has it locked. Where there are no locks, nobody is taken for dead.
    fn is_dead(&self) -> bool {
        let is_free = self.file.try_lock_shared().is_ok();
        if is_free {
            drop(self.file.unlock());
        }
        is_free
    }

    /// Reads what was added.
    fn read_on(&mut self) {
        let mut added = Vec::new();
        drop(self.file.read_to_end(&mut added));
        let (entries, rest) = added.as_chunks::<ENTRY>();
        for [sign, digest @ ..] in entries {
            let digest = Digest(*digest);
            if *sign == TAKEN {
                self.held.insert(digest)
            } else {
                self.held.remove(&digest)
            };
        }
        // What is not whole is read again.
        drop(self.file.seek(SeekFrom::Current(-(rest.len() as i64))));
    }
}

/// Whether a file in `locks/` is such a one.
pub(super) fn is_name(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|letter| letter.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Digest {
        Digest::of(&[number])
    }

    fn files(root: &Path) -> usize {
        let names = std::fs::read_dir(root.join("locks")).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_str().is_some_and(is_name)).count()
    }

    #[test]
    fn what_is_needed_is_known_to_all_until_the_last_one_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let [one, two] = [(), ()].map(|()| Stash::create(&root).unwrap());
        let is_needed = |stash: &Stash, number| {
            stash.look_at_leases();
            stash.is_needed(&key(number))
        };
        one.leases.take(&[key(1), key(2)]);
        one.leases.take(&[key(1)]);
        assert!([1, 2].iter().all(|number| is_needed(&one, *number) && is_needed(&two, *number)));
        assert!(!is_needed(&one, 3) && !is_needed(&two, 3));
        one.leases.let_go(&[key(1), key(2)]);
        assert!(is_needed(&two, 1) && !is_needed(&two, 2));
        one.leases.let_go(&[key(1), key(7)]);
        assert!(!is_needed(&two, 1) && !is_needed(&one, 1));
        one.leases.take(&[key(4)]);
        assert!(is_needed(&two, 4), "what is added later is read later");
        assert_eq!(files(&root), 1);
        drop(one);
        assert!(!is_needed(&two, 4));
        assert_eq!(files(&root), 0);
    }

    #[test]
    fn what_a_dead_process_needed_is_free_and_its_file_goes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let file = root.join("locks/use-a1b2c3");
        std::fs::write(&file, [&[TAKEN], &key(1).as_bytes()[..]].concat()).unwrap();
        stash.look_at_leases();
        assert!(!stash.is_needed(&key(1)) && !file.exists());
        assert!(stash.other_things().is_empty());
    }

    #[test]
    fn nothing_stays_of_a_program_that_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        stash.leases.take(&[key(1)]);
        assert_eq!(files(&root), 1);
        stash.leases.end();
        assert_eq!(files(&root), 0);
        stash.leases.let_go(&[key(1)]);
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_among_them_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let [pipe, link, outside] = ["pipe", "link", "outside"].map(|name| folder.path().join(name));
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        std::fs::write(&outside, "").unwrap();
        std::os::unix::fs::symlink(&outside, &link).unwrap();
        assert!(Other::open(&outside).is_some());
        assert!(Other::open(&pipe).is_none() && Other::open(&link).is_none());
    }
}
