//! Copies of files: by sharing the bytes where the file system can (reflink), and never by a second name of one file,
//! since what is edited under one name would change under the other.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Copies all of a file into an empty one.
pub(crate) fn copy(from: &File, mut to: &File) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if rustix::fs::ioctl_ficlone(to, from).is_ok() {
        return Ok(());
    }
    io::copy(&mut &*from, &mut to).map(drop)
}

/// What may be done with files that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// They are to be read.
    ReadOnly,
    /// They are somebody's own.
    Full,
}

/// A new file, which must not be there yet, with what the umask leaves of its mode.
pub(super) fn create(path: &Path, access: Access, executable: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let execute = if executable { 0o111 } else { 0 };
        options.mode(if access == Access::Full { 0o666 } else { 0o444 } | execute);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_all_the_bytes_and_a_life_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
        let bytes = vec![7; 3_000_001];
        std::fs::write(&from, &bytes).unwrap();
        copy(&File::open(&from).unwrap(), &create(&to, Access::Full, false).unwrap()).unwrap();
        assert!(std::fs::read(&to).unwrap() == bytes);
        std::fs::write(&to, "mine").unwrap();
        assert!(std::fs::read(&from).unwrap() == bytes);
        assert!(create(&to, Access::Full, false).is_err(), "what is there stays");
    }
}
