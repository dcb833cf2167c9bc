//! Stashes and archives as each version of the format wrote them: whoever has one keeps all that is in it.
//!
//! A folder `golden/N` has a stash of version N of the index, the archive of it, and what both hold. It is written once,
//! and never changed: those up to 5 by the programs of their time, which called stashed functions and ran a pipeline,
//! and later ones by the test that is ignored here.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::content::INLINE_LIMIT;
use super::evict::given::bare;
use super::schema::CURRENT;
use super::{Argument, Filter, NewNut, Stash};
use crate::digest::Digest;
use crate::value::{Attachment, Stat, Written};

/// The first version whose stashes have records beside the index.
const WITH_RECORDS: i64 = 4;

/// The first version that there are archives of.
const WITH_ARCHIVE: i64 = 5;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stash/golden")
}

/// The versions from one on, with what their stashes hold. None may be missing, or its users would be forgotten.
fn versions(first: i64) -> Vec<(PathBuf, String)> {
    let folders = (first..=CURRENT).map(|version| golden().join(version.to_string()));
    folders
        .map(|folder| match fs::read_to_string(folder.join("holds.txt")) {
            Ok(holds) => (folder, holds),
            Err(error) => panic!("{} is not written: {error}", folder.display()),
        })
        .collect()
}

/// A line for each nut, in the order of keys. Each is read, so its digest and its seal have been compared.
fn holds(stash: &Stash) -> String {
    let mut nuts = stash.list(&Filter::All).unwrap();
    nuts.sort_by_key(|nut| nut.key);
    nuts.iter().fold(String::new(), |mut text, nut| {
        let stored = stash.lookup(&nut.key).unwrap().unwrap();
        let bytes = stash.load(&stored).unwrap();
        assert_eq!(Digest::of(&bytes), nut.digest);
        let arguments: Vec<_> = nut.arguments.iter().map(|(name, text)| format!("{name}={text}")).collect();
        let codec = stored.codec.as_deref().unwrap_or("serde");
        let pinned = if nut.pinned { " pinned" } else { "" };
        let (key, function, arguments) = (nut.key, &nut.function, arguments.join(","));
        writeln!(text, "{key} {function} {arguments} {} bytes {codec} {} ns{pinned}", bytes.len(), nut.nanos).unwrap();
        text
    })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// The version of an index, as the header of its file says.
fn written(root: &Path) -> u32 {
    let index = fs::read(root.join("index.db")).unwrap();
    u32::from_be_bytes(index[60..64].try_into().unwrap())
}

#[test]
fn a_stash_of_any_version_opens_with_all_that_it_holds() {
    for (version, expected) in versions(1) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        copy(&version.join("stash"), &root);
        assert!(version.ends_with(written(&root).to_string()), "{}", version.display());
        let stash = Stash::open(&root).unwrap();
        assert_eq!(holds(&stash), expected, "{}", version.display());
        let checked = stash.check().unwrap();
        assert!(checked.is_sound(), "{}: {checked:?}", version.display());
        drop(stash);
        assert_eq!(i64::from(written(&root)), CURRENT, "{}", version.display());
    }
}

#[test]
fn the_index_of_any_version_is_made_again_of_its_records() {
    for (version, expected) in versions(WITH_RECORDS) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        copy(&version.join("stash"), &root);
        fs::remove_file(root.join("index.db")).unwrap();
        let rebuilt = Stash::rebuild(&root).unwrap();
        assert_eq!((rebuilt.damaged_bytes, rebuilt.unknown_records), (0, 0), "{}", version.display());
        assert_eq!(holds(&Stash::open(&root).unwrap()), expected, "{}", version.display());
    }
}

#[test]
fn an_archive_of_any_version_is_imported() {
    for (version, expected) in versions(WITH_ARCHIVE) {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        stash.import_from(&version.join("archive")).unwrap();
        // What is pinned is each stash's own affair.
        assert_eq!(holds(&stash), expected.replace(" pinned", ""), "{}", version.display());
    }
}

/// Writes the folder of the version that this program writes, if it is not there.
#[test]
#[ignore = "it is run once for a version: cargo test -p scrat-engine -- --ignored write_the_golden"]
fn write_the_golden_stash_of_this_version() {
    let folder = golden().join(CURRENT.to_string());
    assert!(!folder.exists(), "a golden stash is never changed");
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    let path = scratch.path().join("named.txt");
    fs::write(&path, "a file").unwrap();
    let stat = Stat::of(&path).unwrap();
    let file = Attachment { digest: Digest::of(b"a file"), given: path.clone(), path, folder: None, stat };
    let noise: Vec<u8> =
        (0..=INLINE_LIMIT as u32 / 4).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let put = |name: &str, bytes: Vec<u8>, codec: Option<&'static str>, attachments: &[Attachment]| {
        let arguments = [Argument::new("name", &Written::of(name.as_bytes().to_vec()), name.to_owned(), 100)];
        let new = NewNut {
            arguments: &arguments,
            codec,
            attachments,
            may_pack: true,
            nanos: 5_000_000,
            ..bare(Digest::of(name.as_bytes()), "demo::f")
        };
        stash.store(&new, Written::of(bytes)).unwrap();
        new.key
    };
    put("small", b"1".to_vec(), None, &[]);
    put("compressed", vec![7; 3 * INLINE_LIMIT], None, &[]);
    let pinned = put("as it is", noise, Some("demo numbers 1"), &[]);
    put("with a file", b"2".to_vec(), None, &[file]);
    stash.pin(&[pinned]).unwrap();
    let text = holds(&stash);
    fs::create_dir_all(&folder).unwrap();
    stash.export_to(&Filter::All, &folder.join("archive")).unwrap();
    drop(stash);
    fs::remove_file(root.join(".gitignore")).unwrap();
    copy(&root, &folder.join("stash"));
    fs::write(folder.join("holds.txt"), text).unwrap();
}
