//! Where paths lead: which file is meant, however its path is spelled, and even if the current folder changes.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

/// The name of a stash's folder, unless another one was named.
pub(crate) const STASH: &str = ".scrat";

/// The index of a stash.
pub(crate) const INDEX: &str = "index.db";

/// All records of a stash.
pub(crate) const RECORDS: &str = "records";

/// Whether a folder is a stash, as far as that can be told without opening anything in it: closing the index again would
/// drop SQLite's locks on it in this process.
pub(crate) fn looks_like_stash(folder: &Path) -> bool {
    [INDEX, RECORDS].iter().all(|name| folder.join(name).symlink_metadata().is_ok_and(|file| file.is_file()))
}

/// The program's current folder when this function was first called. It is remembered because a step that changes the
/// current folder changes it for the whole process.
pub fn start_folder() -> &'static Path {
    static START: OnceLock<PathBuf> = OnceLock::new();
    START.get_or_init(|| std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")))
}

/// Returns to the start folder if a pipeline's body or a step has changed the current one.
pub(crate) fn return_to_start() {
    let start = start_folder();
    if std::env::current_dir().is_ok_and(|now| now != start) {
        // A folder that is gone is missed by whoever needs it.
        drop(std::env::set_current_dir(start));
    }
}

/// The absolute path. If the start folder is not known, the path stays as it is.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Whether a path leads to a folder or to something in it, however the path is spelled.
pub fn leads_into(path: &Path, folder: &Path) -> bool {
    Place::of(&absolute(path)).is_in(&Place::of(&absolute(folder)))
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A path without links, `.` and `..`, as far as the folders on the way are there.
    Path(PathBuf),
    /// An open file of this process: `/dev/stdout`, `/dev/fd/3`.
    Descriptor(u32),
}

impl Place {
    /// Whether this is another place, or something below it.
    pub(crate) fn is_in(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path(path), Self::Path(other)) => path.starts_with(other),
            _ => self == other,
        }
    }

    /// Follows an absolute path. What is not there yet is taken as it is written.
    pub(crate) fn of(path: &Path) -> Self {
        /// As many as the system follows. A circle ends here.
        const LINKS: usize = 40;
        let mut links = 0;
        let mut at = PathBuf::new();
        let mut rest: VecDeque<OsString> = parts(path).collect();
        while let Some(part) = rest.pop_front() {
            match Path::new(&part).components().next() {
                Some(Component::ParentDir) => drop(at.pop()),
                Some(Component::CurDir) | None => {}
                Some(Component::Prefix(_) | Component::RootDir) => at.push(part),
                Some(Component::Normal(name)) => {
                    if let Some(number) = descriptor(&at, &part).filter(|_| rest.is_empty()) {
                        return Self::Descriptor(number);
                    }
                    let next = at.join(name);
                    match std::fs::read_link(&next) {
                        Ok(target) if links < LINKS => {
                            links += 1;
                            for part in parts(&target).collect::<Vec<_>>().into_iter().rev() {
                                rest.push_front(part);
                            }
                        }
                        _ => at = next,
                    }
                }
            }
        }
        Self::Path(at)
    }
}

fn parts(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().map(|part| part.as_os_str().to_owned())
}

/// The number of an open file of this process. The links that stand for them lead to the file by a way of their
/// own; what they seem to say is no path.
fn descriptor(folder: &Path, name: &OsString) -> Option<u32> {
    let own = format!("/proc/{}/fd", std::process::id());
    let is_ours = folder == Path::new("/dev/fd") || folder == Path::new(&own);
    name.to_str().filter(|_| is_ours)?.parse().ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn one_file_has_one_place_however_it_is_spelled() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("real/inner")).unwrap();
        symlink("real", root.join("link")).unwrap();
        symlink(root.join("real/inner"), root.join("deep")).unwrap();
        symlink("link/out.txt", root.join("to-come")).unwrap();
        let place = Place::Path(root.join("real/out.txt"));
        for spelling in
            ["real/out.txt", "real/./out.txt", "link/out.txt", "deep/../out.txt", "new/../real/out.txt", "to-come"]
        {
            assert_eq!(Place::of(&root.join(spelling)), place, "{spelling}");
        }
        assert_ne!(Place::of(&root.join("deep/out.txt")), place);
        symlink("circle", root.join("circle")).unwrap();
        assert!(matches!(Place::of(&root.join("circle/a")), Place::Path(_)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_names_of_open_files_are_no_paths() {
        assert_eq!(Place::of(Path::new("/dev/stdout")), Place::Descriptor(1));
        assert_eq!(Place::of(Path::new("/dev/fd/2")), Place::Descriptor(2));
        assert_eq!(Place::of(Path::new("/proc/self/fd/7")), Place::Descriptor(7));
        assert_eq!(Place::of(Path::new("/dev/null")), Place::Path("/dev/null".into()));
    }
}
