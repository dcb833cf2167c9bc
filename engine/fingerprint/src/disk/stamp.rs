//! Whether a file is unchanged, without reading it.

use std::path::Path;

/// A file's size, times and place on the disk, taken when its last change was long enough ago that any
/// further one must show in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileStamp {
    size: u64,
    place: (u64, u64),
    /// Of the content and of what is known of it, which nothing can set back: seconds and nanoseconds.
    times: [(i64, i64); 2],
}

/// How coarse a file system's clock may be, and how far from ours.
const SECONDS: u64 = 3;

impl FileStamp {
    /// None if the file is not there, changed just now, or the system does not say enough.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;

        let found = std::fs::metadata(path).ok()?;
        #[expect(clippy::disallowed_methods, reason = "no result depends on it: it decides what is read again")]
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
        let settled = now.as_secs().checked_sub(SECONDS)?;
        let times = [(found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec())];
        let old = times.iter().all(|(seconds, _)| u64::try_from(*seconds).is_ok_and(|seconds| seconds < settled));
        old.then(|| Self { size: found.size(), place: (found.dev(), found.ino()), times })
    }

    /// Elsewhere every file is read again.
    #[cfg(not(unix))]
    pub(crate) fn of(_path: &Path) -> Option<Self> {
        None
    }
}
