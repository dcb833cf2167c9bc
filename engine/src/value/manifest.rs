//! What is in a folder, as bytes that stand for all of it: the sorted list of its entries.
//!
//! Only what is in the folder counts, never where it is. A link to a file counts as the file; a link to a folder could
//! lead anywhere, and is refused. So a manifest has folders and files, and no path in one leads out of the folder:
//! bytes that say otherwise are no manifest.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::copy::{Access, copy, create};
use super::stat::digest_file;
use super::survey::{Found, path_of, survey, unreadable};
use super::{decode, encode};
use crate::digest::Digest;

/// What every manifest begins with.
const HEAD: &[u8] = b"scrat folder 1\n";

/// The entries of a folder, at any depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    digest: Digest,
    bytes: Arc<[u8]>,
    entries: Vec<Entry>,
}

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// The bytes of the names on the way to it, with `/` between them.
    path: Vec<u8>,
    node: Node,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Node {
    Folder,
    File { digest: [u8; 32], length: u64, executable: bool },
}

impl Manifest {
    /// What is in a folder now.
    ///
    /// # Errors
    /// If it can't be read, if something in it is neither a file nor a folder, or if it changes while it is read.
    pub(crate) fn of(root: &Path) -> io::Result<Self> {
        const TRIES: usize = 5;
        for _ in 0..TRIES {
            let before = match survey(root) {
                // It was there when the folder was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound && root.exists() => continue,
                before => before?,
            };
            let entries: io::Result<Vec<_>> = before.iter().map(|found| read(found, root)).collect();
            // A file that is gone meanwhile is a change, too.
            if survey(root).is_ok_and(|after| after == before) {
                return Self::new(entries?).map_err(io::Error::other);
            }
        }
        Err(io::Error::other("it keeps changing while it is read"))
    }

    /// The manifest that has these bytes.
    ///
    /// # Errors
    /// If they are none, or if a path in it leads out of the folder.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let entries = bytes.strip_prefix(HEAD).ok_or("it is not the manifest of a folder")?;
        let manifest = Self::new(decode(entries).map_err(|error| error.to_string())?)?;
        if *manifest.bytes == *bytes { Ok(manifest) } else { Err("its bytes are not those of its entries".to_owned()) }
    }

    fn new(entries: Vec<Entry>) -> Result<Self, String> {
        let mut folders = BTreeSet::new();
        for (index, entry) in entries.iter().enumerate() {
            let refused = |why| format!("`{}` {why}", String::from_utf8_lossy(&entry.path));
            if index > 0 && entries[index - 1].path >= entry.path {
                return Err(refused("is not in its place in the order"));
            }
            if !leads_down(&entry.path) {
                return Err(refused("is not the path of something in the folder"));
            }
            let parent = entry.path.iter().rposition(|byte| *byte == b'/').map(|end| &entry.path[..end]);
            if parent.is_some_and(|parent| !folders.contains(parent)) {
                return Err(refused("is in no folder"));
            }
            if entry.node == Node::Folder {
                folders.insert(&*entry.path);
            }
        }
        let mut bytes = HEAD.to_vec();
        bytes.extend(encode(&entries).map_err(|error| error.to_string())?);
        Ok(Self { digest: Digest::of(&bytes), bytes: bytes.into(), entries })
    }

    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its files, by paths relative to the folder, each with the digest of its content.
    pub(crate) fn files(&self) -> impl Iterator<Item = (PathBuf, Digest)> + '_ {
        self.entries.iter().filter_map(|entry| match entry.node {
            Node::File { digest, .. } => Some((path_of(&entry.path)?, Digest(digest))),
            Node::Folder => None,
        })
    }

    /// Each entry with its mark: four bytes of a digest of its path, and four of one of what it is. Where two folders
    /// differ is found by the marks of one of them.
    pub(crate) fn marks(&self) -> impl Iterator<Item = (Cow<'_, str>, [u8; Self::MARK])> + '_ {
        let mark = |entry: &Entry| {
            let mut mark = [0; Self::MARK];
            let (path, node) = mark.split_at_mut(Self::MARK / 2);
            path.copy_from_slice(&Digest::of(&entry.path).0[..Self::MARK / 2]);
            let bytes = encode(&entry.node).unwrap_or_default();
            node.copy_from_slice(&Digest::of(&bytes).0[..Self::MARK / 2]);
            mark
        };
        self.entries.iter().map(move |entry| (String::from_utf8_lossy(&entry.path), mark(entry)))
    }

    /// Bytes of a mark.
    pub(crate) const MARK: usize = 8;
    /// How many bytes its files have.
    pub(crate) fn length(&self) -> u64 {
        let length = |entry: &Entry| if let Node::File { length, .. } = entry.node { length } else { 0 };
        self.entries.iter().map(length).sum()
    }

    /// The manifest that a file is, if it is one.
    pub(crate) fn read(file: &mut File) -> Option<Self> {
        let mut head = [0; HEAD.len()];
        file.read_exact(&mut head).ok().filter(|()| head == *HEAD)?;
        let mut bytes = head.to_vec();
        file.read_to_end(&mut bytes).ok()?;
        Self::parse(&bytes).ok()
    }

    /// Everything in it, by paths relative to the folder; what is in a folder comes after the folder.
    fn nodes(&self) -> impl Iterator<Item = (PathBuf, &Node)> + '_ {
        self.entries.iter().filter_map(|entry| Some((path_of(&entry.path)?, &entry.node)))
    }

    /// Makes a folder with all of it, which must not be there yet, of copies of files that `source` finds.
    ///
    /// # Errors
    /// If something can't be written, or if a file is not what the manifest says.
    pub(crate) fn write(
        &self,
        root: &Path,
        access: Access,
        source: &dyn Fn(&Path, &Digest) -> PathBuf,
    ) -> io::Result<()> {
        fs::create_dir(root)?;
        for (path, node) in self.nodes() {
            let at = root.join(&path);
            let Node::File { digest, executable, .. } = node else {
                fs::create_dir(&at)?;
                continue;
            };
            let from = source(&path, &Digest(*digest));
            copy(&File::open(&from)?, &create(&at, access, *executable)?)?;
            if Digest::of_reader(File::open(&at)?)?.0 != *digest {
                return Err(io::Error::other(format!("{} is not what it was", from.display())));
            }
        }
        Ok(())
    }
}

/// The entry of what was found in a folder.
fn read(found: &Found, root: &Path) -> io::Result<Entry> {
    let node = match &found.file {
        None => Node::Folder,
        Some((_, executable)) => {
            let path = path_of(&found.path).map(|path| root.join(path)).ok_or(io::ErrorKind::InvalidInput)?;
            let (digest, length) = digest_file(&path).map_err(|error| unreadable(&found.path, &error))?;
            Node::File { digest: digest.0, length, executable: *executable }
        }
    };
    Ok(Entry { path: found.path.clone(), node })
}

/// Whether a path leads to something below the folder that it starts in.
pub(crate) fn leads_down(path: &[u8]) -> bool {
    let names = path.split(|byte| *byte == b'/').count();
    let is_name = |part: Component<'_>| matches!(part, Component::Normal(_));
    // Of `a//b`, `./a` and `a/.` there are fewer parts than names.
    !path.contains(&0)
        && path_of(path).is_some_and(|path| path.components().count() == names && path.components().all(is_name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::STASH;

    fn file(path: &str) -> Entry {
        Entry { path: path.into(), node: Node::File { digest: [7; 32], length: 1, executable: false } }
    }

    fn folder(path: &str) -> Entry {
        Entry { path: path.into(), node: Node::Folder }
    }

    fn fill(root: &Path) {
        fs::create_dir_all(root.join("a/empty")).unwrap();
        fs::create_dir(root.join("a-b")).unwrap();
        fs::write(root.join("a/x"), "1").unwrap();
        fs::write(root.join("a-b/x"), "2").unwrap();
    }

    #[test]
    fn equal_folders_have_one_manifest_wherever_they_are_and_each_change_gives_another() {
        let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        fill(a.path());
        fill(b.path());
        let manifest = Manifest::of(a.path()).unwrap();
        assert_eq!(manifest, Manifest::of(b.path()).unwrap());
        assert_eq!(Manifest::parse(manifest.bytes()).unwrap(), manifest);
        let paths: Vec<_> = manifest.nodes().map(|(path, _)| path.to_str().unwrap().to_owned()).collect();
        assert_eq!(paths, ["a", "a-b", "a-b/x", "a/empty", "a/x"]);

        let mut seen = BTreeSet::from([manifest.digest().0]);
        let mut is_news = || seen.insert(Manifest::of(b.path()).unwrap().digest().0);
        fs::write(b.path().join("a/x"), "3").unwrap();
        assert!(is_news(), "content");
        fs::rename(b.path().join("a/x"), b.path().join("a/y")).unwrap();
        assert!(is_news(), "a name");
        fs::remove_dir(b.path().join("a/empty")).unwrap();
        assert!(is_news(), "an empty folder");
        fs::write(b.path().join("a/empty"), "").unwrap();
        assert!(is_news(), "a file where a folder was");
    }

    #[test]
    #[cfg(unix)]
    fn the_executable_bit_counts_and_no_other_does() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("tool"), "#!/bin/sh").unwrap();
        let with = |mode| {
            fs::set_permissions(root.path().join("tool"), fs::Permissions::from_mode(mode)).unwrap();
            Manifest::of(root.path()).unwrap().digest()
        };
        assert_eq!(with(0o644), with(0o400));
        assert_ne!(with(0o644), with(0o755));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_a_file_is_the_file_and_other_links_are_refused_by_name() {
        use std::os::unix::fs::symlink;
        let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        fs::write(a.path().join("x"), "1").unwrap();
        symlink(a.path().join("x"), b.path().join("x")).unwrap();
        assert_eq!(Manifest::of(a.path()).unwrap(), Manifest::of(b.path()).unwrap());

        symlink(a.path(), b.path().join("up")).unwrap();
        let error = Manifest::of(b.path()).unwrap_err().to_string();
        assert!(error.contains("`up` in it is a link to a folder"), "{error}");
        fs::remove_file(b.path().join("up")).unwrap();
        symlink("nowhere", b.path().join("lost")).unwrap();
        let error = Manifest::of(b.path()).unwrap_err().to_string();
        assert!(error.contains("`lost` in it is a link that leads nowhere"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_name_that_is_not_text_is_a_name() {
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"\xff\xfe");
        fs::write(root.path().join(name), "1").unwrap();
        let manifest = Manifest::parse(Manifest::of(root.path()).unwrap().bytes()).unwrap();
        assert_eq!(manifest.files().next().unwrap().0, PathBuf::from(name));
    }

    #[test]
    fn a_folder_with_a_stash_in_it_is_refused() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(STASH)).unwrap();
        let error = Manifest::of(root.path()).unwrap_err().to_string();
        assert!(error.contains("is a stash"), "{error}");
    }

    #[test]
    fn a_path_that_leads_out_of_the_folder_is_refused() {
        for path in ["..", "a/../../b", "/etc/passwd", "", ".", "a//b", "a/", "./a", "a/.", "a\0b"] {
            let entries = vec![folder("a"), file(path)];
            let mut bytes = HEAD.to_vec();
            bytes.extend(encode(&entries).unwrap());
            assert!(Manifest::parse(&bytes).is_err(), "{path:?}");
            assert!(!leads_down(path.as_bytes()), "{path:?}");
        }
        assert!(leads_down(b"a/..b/c.d"));
    }

    #[test]
    fn entries_out_of_order_twice_or_in_no_folder_are_refused() {
        assert!(Manifest::new(vec![folder("a"), file("a/b")]).is_ok());
        for entries in [
            vec![file("b"), file("a")],
            vec![file("a"), file("a")],
            vec![file("a/b")],
            vec![file("a"), file("a/b")],
            vec![folder("a"), file("a/b"), file("a/b/c")],
        ] {
            assert!(Manifest::new(entries.clone()).is_err(), "{entries:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_path_of_a_manifest_leads_out(path: Vec<u8>) {
            if let Ok(manifest) = Manifest::new(vec![Entry { path, node: Node::Folder }]) {
                let root = Path::new("/root");
                for (path, _) in manifest.nodes() {
                    prop_assert!(root.join(&path).starts_with(root) && root.join(&path) != root);
                    prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
                }
            }
        }

        #[test]
        fn bytes_are_a_manifest_only_if_they_are_its_own(bytes: Vec<u8>) {
            let mut all = HEAD.to_vec();
            all.extend(bytes);
            if let Ok(manifest) = Manifest::parse(&all) {
                prop_assert_eq!(manifest.bytes(), &all[..]);
            }
        }
    }
}
