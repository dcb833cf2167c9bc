//! Who may read and write what is in a stash.
//!
//! A stash is for nobody but its user, and is so by the mode of its folder; what is in it has the mode that the umask
//! leaves, and content is read-only. Whoever can write to a stash can put any value into it, so one of another user is
//! refused. But a stash can be shared with a group: its folder is then writable by the group and hands the group on
//! (setgid), which is also how every later process sees it, and what is made in it can be read and written by the group
//! whatever the umask is.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{Stash, StashError, io_error};

impl Stash {
    /// Shares the stash at `root` with the group of its folder: what is in it, and what will be.
    ///
    /// # Errors
    /// If the folder is not the user's.
    pub fn share(root: &Path) -> Result<(), StashError> {
        share(root).map_err(|source| io_error("share", root, source))
    }

    /// Whether it is shared with a group.
    pub fn is_shared(&self) -> bool {
        is_shared(&self.root)
    }
}

/// Makes a stash's own folder unless it is there, for its user alone, and those above it.
pub(super) fn make_root(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    match system::private().create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

/// Makes a folder in a stash unless it is there. What it is in must be there: a stash that somebody removed is not made
/// again. A link that is there instead is an error.
pub(super) fn make_folder(path: &Path, shared: bool) -> io::Result<()> {
    match fs::create_dir(path) {
        Ok(()) => let_group(path, shared),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(path)?.is_dir() {
                return Err(in_the_way());
            }
            // Whoever made it may have been killed before opening it to the group.
            let_group(path, shared);
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Waits until the names in a folder are on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // Elsewhere, a folder can't be opened.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Refuses a stash whose folder belongs to another user, unless it is shared with a group that this user is in, and with
/// nobody else: whoever can write to it chooses what others read. What root owns is trusted: root could change anything
/// anyway.
pub(super) fn refuse_private(root: &Path) -> Result<(), StashError> {
    if system::is_anothers(root) && !(is_shared(root) && system::is_of_our_group(root)) {
        return Err(StashError::Private { path: root.to_owned() });
    }
    Ok(())
}

/// Whether a folder of the stash's own is one, and no link to another. What is not there is no link.
pub(super) fn refuse_link(folder: &Path) -> io::Result<()> {
    if fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir()) { Err(in_the_way()) } else { Ok(()) }
}

/// Whether a file of the stash's own is one, and no link to another.
pub(super) fn refuse_no_file(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) { Err(in_the_way()) } else { Ok(()) }
}

/// No system's error: what is in the way is not what was there.
pub(super) fn in_the_way() -> io::Error {
    io::Error::other("a link or a file is in the way, and is not followed")
}

#[cfg(unix)]
mod system {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::PathBuf;

    use nix::unistd::AccessFlags;
    use rustix::fs::{Mode, OFlags};
    use rustix::io::Errno;

    use super::{File, Path, fs, io};

    /// A builder of folders for nobody but the user.
    pub(super) fn private() -> fs::DirBuilder {
        let mut builder = fs::DirBuilder::new();
        builder.mode(0o700);
        builder
    }

    /// Opens a file by the names on the way to it. None of them may be a link, and it must be a file: anything else
    /// could lead anywhere, or let the reader wait.
    pub(in crate::stash) fn open_below(root: &Path, names: [&str; 3]) -> io::Result<File> {
        let [first, second, name] = names;
        let folder = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || {
            let first = rustix::fs::open(root.join(first), folder, Mode::empty())?;
            let second = rustix::fs::openat(first, second, folder, Mode::empty())?;
            let file = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            rustix::fs::openat(second, name, file, Mode::empty())
        };
        let file = File::from(open().map_err(|error| match error {
            Errno::LOOP | Errno::NOTDIR => super::in_the_way(),
            other => other.into(),
        })?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(super::in_the_way()) }
    }

    /// Opens a file of the stash's own by its path, unless something else is there: a link would lead away, and a pipe let
    /// whoever opens it wait.
    pub(in crate::stash) fn open_plain(path: &Path, options: &mut fs::OpenOptions) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file =
            options.custom_flags(flags.bits().cast_signed()).open(path).map_err(|error| match Errno::from_io_error(
                &error,
            ) {
                Some(Errno::LOOP | Errno::NXIO) => super::in_the_way(),
                _ => error,
            })?;
        if file.metadata()?.is_file() { Ok(file) } else { Err(super::in_the_way()) }
    }

    /// Writable by the group, which is handed on.
    const SHARED: u32 = 0o2020;

    /// Whether a stash is shared with a group.
    pub(in crate::stash) fn is_shared(root: &Path) -> bool {
        fs::metadata(root).is_ok_and(|metadata| metadata.mode() & SHARED == SHARED)
    }

    /// Lets the group do with a file or folder what its owner may, if the stash is shared. Somebody else's is left.
    pub(in crate::stash) fn let_group(path: &Path, shared: bool) {
        if shared {
            drop(open_to_group(path));
        }
    }

    fn open_to_group(path: &Path) -> io::Result<()> {
        let metadata = fs::symlink_metadata(path)?;
        let mode = metadata.mode() & 0o7777;
        let group = (mode & 0o700) >> 3;
        let wanted = match metadata.file_type() {
            kind if kind.is_dir() => mode | group | SHARED,
            kind if kind.is_file() => mode | group,
            _ => mode,
        };
        if wanted == mode {
            return Ok(());
        }
        fs::set_permissions(path, fs::Permissions::from_mode(wanted))
    }

    /// The same for a folder and all that is in it.
    pub(in crate::stash) fn let_group_have_all(folder: &Path, shared: bool) {
        if shared {
            drop(share(folder));
        }
    }

    pub(super) fn share(root: &Path) -> io::Result<()> {
        open_to_group(root)?;
        let mut folders = vec![PathBuf::from(root)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)?.flatten() {
                // What another user of the group has made is shared already, or that user's to share.
                drop(open_to_group(&entry.path()));
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(entry.path());
                }
            }
        }
        Ok(())
    }

    /// Whether an open file has no name any more.
    pub(in crate::stash) fn is_unlinked(file: &File) -> bool {
        file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
    }

    /// The file at a path, whatever its name.
    pub(in crate::stash) fn identity(path: &Path) -> Option<super::Identity> {
        fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
    }

    /// Whether the index belongs to another user.
    pub(in crate::stash) fn is_foreign(root: &Path) -> bool {
        fs::metadata(root.join("index.db"))
            .is_ok_and(|metadata| metadata.uid() != nix::unistd::Uid::effective().as_raw())
    }

    /// Whether a folder belongs to another user who is not root.
    pub(super) fn is_anothers(root: &Path) -> bool {
        let me = nix::unistd::Uid::effective().as_raw();
        fs::metadata(root).is_ok_and(|metadata| metadata.uid() != me && metadata.uid() != 0)
    }

    /// Whether a folder belongs to a group of this user's, and nobody outside of it may write there.
    pub(super) fn is_of_our_group(root: &Path) -> bool {
        const OTHERS: u32 = 0o002;
        let is_ours = |group: u32| {
            nix::unistd::getegid().as_raw() == group
                || nix::unistd::getgroups().is_ok_and(|groups| groups.iter().any(|it| it.as_raw() == group))
        };
        fs::metadata(root).is_ok_and(|metadata| metadata.mode() & OTHERS == 0 && is_ours(metadata.gid()))
    }

    /// Whether the system lets this process write to a file, or there is none. The file must not be opened to find
    /// out: closing it would drop the locks that SQLite has on it in this process.
    pub(in crate::stash) fn may_write(path: &Path) -> bool {
        nix::unistd::faccessat(nix::fcntl::AT_FDCWD, path, AccessFlags::W_OK, nix::fcntl::AtFlags::AT_EACCESS)
            .map_or_else(|error| error == nix::errno::Errno::ENOENT, |()| true)
    }

    /// Refuses a file that the system does not let this process read, without opening it.
    pub(in crate::stash) fn refuse_unreadable(path: &Path) -> io::Result<()> {
        let flags = nix::fcntl::AtFlags::AT_EACCESS;
        Ok(nix::unistd::faccessat(nix::fcntl::AT_FDCWD, path, AccessFlags::R_OK, flags)?)
    }

    /// A builder of files that have the mode of any new file.
    pub(in crate::stash) fn writable() -> tempfile::Builder<'static, 'static> {
        let mut builder = tempfile::Builder::new();
        builder.permissions(fs::Permissions::from_mode(0o666));
        builder
    }

    /// A builder of files that are read-only to those whom the umask lets read them.
    pub(in crate::stash) fn read_only() -> tempfile::Builder<'static, 'static> {
        let mut builder = tempfile::Builder::new();
        builder.permissions(fs::Permissions::from_mode(0o444));
        builder
    }
}

#[cfg(not(unix))]
mod system {
    use super::{File, Path, fs, io};

    pub(super) fn private() -> fs::DirBuilder {
        fs::DirBuilder::new()
    }

    pub(in crate::stash) fn open_below(root: &Path, names: [&str; 3]) -> io::Result<File> {
        let path = names.iter().fold(root.to_owned(), |path, name| path.join(name));
        let is_file = fs::symlink_metadata(&path)?.is_file();
        if is_file { File::open(path) } else { Err(super::in_the_way()) }
    }

    pub(in crate::stash) fn open_plain(path: &Path, options: &mut fs::OpenOptions) -> io::Result<File> {
        options.open(path)
    }

    pub(in crate::stash) fn is_shared(_: &Path) -> bool {
        false
    }

    pub(in crate::stash) fn let_group(_: &Path, _: bool) {}

    pub(in crate::stash) fn let_group_have_all(_: &Path, _: bool) {}

    pub(super) fn share(_: &Path) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    pub(in crate::stash) fn is_unlinked(_: &File) -> bool {
        false
    }

    pub(in crate::stash) fn identity(_: &Path) -> Option<super::Identity> {
        None
    }

    pub(in crate::stash) fn is_foreign(_: &Path) -> bool {
        false
    }

    pub(super) fn is_of_our_group(_: &Path) -> bool {
        true
    }

    pub(super) fn is_anothers(_: &Path) -> bool {
        false
    }

    pub(in crate::stash) fn may_write(path: &Path) -> bool {
        !fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly())
    }

    pub(in crate::stash) fn refuse_unreadable(_: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(in crate::stash) fn writable() -> tempfile::Builder<'static, 'static> {
        tempfile::Builder::new()
    }

    pub(in crate::stash) fn read_only() -> tempfile::Builder<'static, 'static> {
        tempfile::Builder::new()
    }
}

use system::share;
/// Whether an error says that no more files can be opened.
pub(super) fn says_too_many(error: &io::Error) -> bool {
    #[cfg(unix)]
    let too_many = [nix::errno::Errno::EMFILE, nix::errno::Errno::ENFILE].map(|errno| errno as i32);
    #[cfg(not(unix))]
    let too_many = [4];
    error.raw_os_error().is_some_and(|error| too_many.contains(&error))
}

/// What tells a file from all others: its device, and its number there.
pub(super) type Identity = (u64, u64);

pub(super) use system::{
    identity, is_foreign, is_shared, is_unlinked, let_group, let_group_have_all, may_write, open_below, open_plain,
    read_only, refuse_unreadable, writable,
};

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;
    use crate::digest::Digest;
    use crate::value::Kept;

    /// The modes of all that is in a folder, by names; content by the word.
    fn modes(root: &Path) -> BTreeMap<String, u32> {
        let mut modes = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
                let name = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                if name.starts_with("tmp/") {
                    continue;
                }
                let is_folder = entry.file_type().unwrap().is_dir();
                let name =
                    if name.starts_with("nuts/") { if is_folder { "nuts/…" } else { "content" } } else { &name };
                modes.insert(name.to_owned(), entry.metadata().unwrap().permissions().mode() & 0o7777);
                if is_folder {
                    folders.push(entry.path());
                }
            }
        }
        modes
    }

    #[test]
    fn a_stash_is_for_its_user_alone_until_it_is_shared() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("deep/.scrat");
        drop(Stash::create(&root).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(&root), 0o700);
        let open = root.with_file_name("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        drop(Stash::create(&open).unwrap());
        assert_eq!(mode(&open), 0o755, "a folder that is there keeps its mode");

        const SOMEBODY: u32 = 12_345;
        if std::os::unix::fs::chown(&root, Some(SOMEBODY), None).is_err() {
            // Only root can give something away.
            return;
        }
        let is_refused = |error: StashError| matches!(error, StashError::Private { .. });
        assert!(Stash::open(&root).is_err_and(is_refused));
        assert!(Stash::create(&root).is_err_and(is_refused));
        assert!(Stash::rebuild(&root).is_err_and(is_refused));
        Stash::share(&root).unwrap();
        assert_eq!(mode(&root), 0o2770);
        assert!(Stash::open(&root).is_ok());
    }

    /// All that a stash makes, while it is open.
    fn fill(root: &Path) -> Stash {
        let stash = Stash::create(root).unwrap();
        stash.content().put(&Digest::of(b"nut"), Kept::Memory(b"nut".to_vec()), false).unwrap();
        drop(stash.try_lock(&Digest::of(b"key")));
        drop(stash.content_lock_alone().unwrap());
        stash.note_failure(&Digest::of(b"key"), "no").unwrap();
        stash
    }

    fn expected(folder: u32, file: u32, content: u32) -> BTreeMap<String, u32> {
        let folders = ["locks", "nuts", "nuts/…", "tmp"].map(|name| (name, folder));
        let files = [
            ".gitignore",
            "index.db",
            "index.db-shm",
            "index.db-wal",
            "locks/content",
            "locks/index",
            "locks/keys",
            "locks/open",
            "records",
        ];
        let all = folders.into_iter().chain(files.map(|name| (name, file))).chain([("content", content)]);
        all.map(|(name, mode)| (name.to_owned(), mode)).collect()
    }

    /// Runs this program with another umask, and nothing but the test beside it, in a folder.
    fn fill_with_umask(umask: &str, folder: &Path) {
        fs::write(folder.join("here"), "").unwrap();
        let mut shell = Command::new("sh");
        shell.current_dir(folder).args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]);
        shell.arg(std::env::current_exe().unwrap());
        let output = shell.args(["--ignored", "--exact", "stash::access::tests::in_a_process_of_its_own"]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    #[test]
    #[ignore = "it is called by the tests beside it"]
    fn in_a_process_of_its_own() {
        if Path::new("here").exists() {
            let stash = fill(Path::new(".scrat"));
            let modes = modes(Path::new(".scrat"));
            fs::write("modes", format!("{modes:?}")).unwrap();
            drop(stash);
        }
    }

    #[test]
    fn what_is_made_has_the_mode_that_the_umask_leaves() {
        for (umask, folder, file, content) in [
            ("022", 0o755, 0o644, 0o444),
            ("002", 0o775, 0o664, 0o444),
            ("027", 0o750, 0o640, 0o440),
            ("077", 0o700, 0o600, 0o400),
        ] {
            let place = tempfile::tempdir().unwrap();
            fill_with_umask(umask, place.path());
            let modes = fs::read_to_string(place.path().join("modes")).unwrap();
            assert_eq!(modes, format!("{:?}", expected(folder, file, content)), "umask {umask}");
        }
    }

    #[test]
    fn a_shared_stash_is_for_the_group_whatever_the_umask_is() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join(".scrat");
        fs::create_dir(&root).unwrap();
        Stash::share(&root).unwrap();
        fill_with_umask("077", place.path());
        let modes = fs::read_to_string(place.path().join("modes")).unwrap();
        assert_eq!(modes, format!("{:?}", expected(0o2770, 0o660, 0o440)));
    }

    #[test]
    fn a_stash_that_is_there_can_be_shared_later() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join(".scrat");
        fill_with_umask("077", place.path());
        Stash::share(&root).unwrap();
        let mut expected = expected(0o2770, 0o660, 0o440);
        expected.retain(|name, _| !name.starts_with("index.db-"));
        assert_eq!(modes(&root), expected);
        assert!(is_shared(&root));
    }

    #[test]
    fn a_folder_is_shared_with_us_if_the_group_is_ours_and_nobody_else_may_write() {
        let folder = tempfile::tempdir().unwrap();
        for (mode, is_so) in [(0o2770, true), (0o2775, true), (0o2777, false)] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(system::is_of_our_group(folder.path()), is_so, "{mode:o}");
        }
    }
}
