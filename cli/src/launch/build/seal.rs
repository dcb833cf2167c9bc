//! What a program was built from, by content.
//!
//! cargo compares times: a source that is replaced by an *older* file (`mv`, `cp -p`, `tar`, a renamed folder), or
//! by that of another copy of the package, is not noticed, and the old program would be run as if it were the new
//! one. So scrat notes after each build, beside what cargo built, the digest of every file that went into the
//! program, and looks again before the next one:
//!
//! | the program is | a file | and so |
//! | --- | --- | --- |
//! | the one that was sealed | has the same digest | it is up to date |
//! | | has another one, and a newer time | cargo sees that |
//! | | has another one, and an older time | what was built from it is removed, and cargo builds that again |
//! | another, or something else was built since | was put there after it, with an older time | the same |
//!
//! In the last row there is no digest to compare with: somebody called cargo without scrat. There the time at which
//! a file or a folder around it was put where it is tells (`ctime`), which nothing can set back.
//!
//! A digest that is in doubt is `None`, and nothing is equal to it: so it is with files that had changed before a
//! build that failed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use scrat_engine::Digest;
use serde::{Deserialize, Serialize};

/// Nanoseconds since 1970.
pub(crate) type Time = i64;

/// Files with the digests of their contents. One that is not there has none.
pub(crate) type Contents = BTreeMap<PathBuf, Option<String>>;

/// What a program was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    /// The folder of the workspace. Another copy of it may share the folder in which cargo builds.
    pub root: PathBuf,
    pub program: PathBuf,
    /// The program's size and time.
    pub stamp: Option<(u64, Time)>,
    /// When something was last built beside it.
    pub built: Option<Time>,
    /// When this was written.
    pub sealed: Time,
    pub files: Contents,
    /// Whether the hint about incremental builds was given.
    #[serde(default)]
    pub hinted: bool,
}

impl Seal {
    pub(crate) fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    /// A seal that can't be written is missed, not needed: then times tell, as they do for cargo.
    pub(crate) fn write(&self, file: &Path) {
        let folder = file.parent().unwrap_or(file);
        let text = serde_json::to_vec(self).unwrap_or_default();
        let written = std::fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder));
        let written = written.and_then(|new| std::fs::write(new.path(), &text).map(|()| new));
        drop(written.map(|new| new.persist(file)));
    }

    /// The seal as one of the same workspace elsewhere, if it is of a copy.
    pub(crate) fn moved_to(mut self, root: &Path) -> Self {
        if self.root != root {
            let moved = |path: PathBuf| path.strip_prefix(&self.root).map(|inside| root.join(inside)).unwrap_or(path);
            self.files = self.files.into_iter().map(|(path, digest)| (moved(path), digest)).collect();
            self.root = root.to_owned();
        }
        self
    }

    /// Whether the program is the one that was sealed, and nothing was built beside it since.
    pub(crate) fn is_whole(&self, built: Option<Time>) -> bool {
        self.stamp.is_some() && self.stamp == stamp(&self.program) && self.built == built
    }
}

/// The size and the time of a program.
pub(crate) fn stamp(program: &Path) -> Option<(u64, Time)> {
    let found = std::fs::metadata(program).ok()?;
    Some((found.len(), nanos(found.modified().ok()?)))
}

/// The digests of files as they are now. A folder counts with all that is in it.
pub(crate) fn contents<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Contents {
    files.into_iter().map(|file| (file.clone(), content(file).map(|digest| digest.to_string()))).collect()
}

fn content(path: &Path) -> Option<Digest> {
    if !path.is_dir() {
        return std::fs::read(path).ok().map(|bytes| Digest::of(&bytes));
    }
    let mut inside: Vec<_> = std::fs::read_dir(path).ok()?.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    let mut told = Vec::new();
    for path in inside {
        // Names can't have a zero in them, and digests are all of one length.
        told.extend_from_slice(path.file_name()?.as_encoded_bytes());
        told.push(0);
        told.extend_from_slice(content(&path)?.as_bytes());
    }
    Some(Digest::of(&told))
}

/// The files that are not as they were.
pub(crate) fn changed(before: &Contents, now: &Contents) -> Vec<PathBuf> {
    let is_other =
        |(path, digest): &(&PathBuf, &Option<String>)| digest.is_none() || before.get(*path) != Some(*digest);
    now.iter().filter(is_other).map(|(path, _)| path.clone()).collect()
}

/// Whether cargo may take a file for older than what was built at this time.
pub(crate) fn looks_old(path: &Path, since: Time) -> bool {
    std::fs::metadata(path).and_then(|found| found.modified()).is_ok_and(|time| nanos(time) <= since)
}

/// Whether a file was changed, or put where it is, at this time or later.
pub(crate) fn was_touched(path: &Path, since: Time) -> bool {
    std::fs::metadata(path).is_ok_and(|found| placed(&found).max(found.modified().map_or(0, nanos)) >= since)
}

/// Whether a file was put where it is after something was built, but looks older than that: itself, or with a
/// folder around it. A folder's own time changes with what is in it, so only one without that counts.
pub(crate) fn slipped_in(path: &Path, built: Time) -> bool {
    let itself = std::fs::metadata(path).is_ok_and(|found| placed(&found) > built);
    let with_folder = || {
        path.ancestors().skip(1).any(|folder| {
            std::fs::metadata(folder).is_ok_and(|found| {
                placed(&found) > built && found.modified().is_ok_and(|time| nanos(time) != placed(&found))
            })
        })
    };
    looks_old(path, built) && (itself || with_folder())
}

/// When a file was put where it is, or changed in any other way.
#[cfg(unix)]
fn placed(found: &std::fs::Metadata) -> Time {
    use std::os::unix::fs::MetadataExt;
    found.ctime().saturating_mul(1_000_000_000).saturating_add(found.ctime_nsec())
}

/// Elsewhere the system does not say.
#[cfg(not(unix))]
fn placed(_: &std::fs::Metadata) -> Time {
    0
}

pub(crate) fn nanos(time: SystemTime) -> Time {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => Time::try_from(after.as_nanos()).unwrap_or(Time::MAX),
        Err(before) => -Time::try_from(before.duration().as_nanos()).unwrap_or(Time::MAX),
    }
}

pub(crate) fn now() -> Time {
    #[expect(clippy::disallowed_methods, reason = "no result depends on it: it decides what is built again")]
    nanos(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn date(path: &Path, seconds: u64) {
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn a_file_of_equal_size_and_time_but_other_content_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        std::fs::write(&one, "1").unwrap();
        std::fs::write(&two, "2").unwrap();
        date(&one, 1_000);
        let before = contents([&one, &two]);
        assert_eq!(changed(&before, &contents([&one, &two])), [""; 0].map(PathBuf::from));

        std::fs::write(&one, "3").unwrap();
        date(&one, 1_000);
        assert_eq!(changed(&before, &contents([&one, &two])), std::slice::from_ref(&one));
        let doubted = Contents::from([(two.clone(), None)]);
        assert_eq!(changed(&doubted, &contents([&two])), [two]);
    }

    #[test]
    fn a_folder_has_changed_if_anything_in_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir_all(data.join("deep")).unwrap();
        std::fs::write(data.join("deep/a"), "1").unwrap();
        let before = contents([&data]);
        std::fs::rename(data.join("deep/a"), data.join("deep/b")).unwrap();
        assert_eq!(changed(&before, &contents([&data])), [data]);
    }

    #[test]
    #[cfg(unix)]
    fn an_old_file_that_was_put_in_place_after_the_build_slipped_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.rs");
        std::fs::write(&file, "").unwrap();
        date(&file, 1_000);
        assert!(slipped_in(&file, 2_000_000_000_000));
        assert!(!slipped_in(&file, now() + 1_000_000_000), "it was there before the build");
        date(&file, 3_000);
        assert!(!slipped_in(&file, 2_000_000_000_000), "it is newer than the build, which cargo sees");
    }

    #[test]
    fn a_seal_of_a_copy_is_about_the_files_here() {
        let seal = Seal {
            root: "/there".into(),
            files: Contents::from([("/there/src/main.rs".into(), None), ("/else/lib.rs".into(), None)]),
            ..Seal::default()
        };
        let here = seal.moved_to(Path::new("/here"));
        assert_eq!(here.files.keys().collect::<Vec<_>>(), [Path::new("/else/lib.rs"), Path::new("/here/src/main.rs")]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scrat/x.json");
        let seal = Seal { stamp: Some((1, 2)), sealed: 1 << 60, ..Seal::default() };
        seal.write(&file);
        assert_eq!(Seal::read(&file), Some(seal));
    }
}
