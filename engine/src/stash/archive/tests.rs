//! Archives that are sound, damaged, cut, and made to do harm.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::content::INLINE_LIMIT;
use super::super::evict::given::{Dice, Given, bare};
use super::super::record::CodeRecord;
use super::super::{Argument, NewNut};
use super::*;
use crate::limit::Limit;
use crate::value::{Attachment, Stat, Written};

fn put(stash: &Stash, function: &'static str, name: &str, bytes: &[u8], attachments: &[Attachment]) -> Digest {
    let arguments = [Argument::new("name", &Written::of(name.as_bytes().to_vec()), name.to_owned(), 100)];
    let new = NewNut {
        arguments: &arguments,
        arguments_hash: 7,
        attachments,
        may_pack: true,
        nanos: 5,
        ..bare(Digest::of(name.as_bytes()), function)
    };
    stash.store(&new, Written::of(bytes.to_vec())).unwrap();
    new.key
}

/// A stash with small and large values, some of them compressed, and one that names a file. And its archive.
struct Place {
    folder: tempfile::TempDir,
    keys: Vec<Digest>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join("here/.scrat")).unwrap();
        let path = folder.path().join("named.txt");
        fs::write(&path, "a file").unwrap();
        let stat = Stat::of(&path).unwrap();
        let file = Attachment { digest: Digest::of(b"a file"), given: path.clone(), path, folder: None, stat };
        let noise: Vec<u8> =
            (0..INLINE_LIMIT as u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let keys = vec![
            put(&stash, "demo::f", "small", b"1", &[]),
            put(&stash, "demo::f", "compressed", &vec![7; 3 * INLINE_LIMIT], &[]),
            put(&stash, "demo::g", "as it is", &noise, &[]),
            put(&stash, "demo::g", "with a file", b"2", &[file]),
        ];
        assert_eq!(stash.export_to(&Filter::All, &folder.path().join("archive")).unwrap().nuts, 4);
        Self { folder, keys }
    }

    fn stash(&self, name: &str) -> Stash {
        Stash::create(&self.at(name).join(".scrat")).unwrap()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn values(&self, name: &str) -> Vec<Option<Vec<u8>>> {
        let stash = self.stash(name);
        let value = |key| stash.lookup(key).unwrap().map(|nut| stash.load(&nut).unwrap());
        self.keys.iter().map(value).collect()
    }
}

#[test]
fn what_one_stash_exports_another_one_has_and_its_index_can_be_made_again() {
    let place = Place::new();
    let there = place.stash("there");
    let imported = there.import_from(&place.at("archive")).unwrap();
    assert_eq!((imported.nuts, imported.known), (4, 0));
    assert_eq!(place.values("there"), place.values("here"));
    assert!(there.check().unwrap().is_sound());
    let again = there.import_from(&place.at("archive")).unwrap();
    assert_eq!((again.nuts, again.known), (0, 4));
    drop(there);
    for name in ["index.db", "index.db-wal", "index.db-shm"] {
        drop(fs::remove_file(place.at("there/.scrat").join(name)));
    }
    assert_eq!(place.values("there"), place.values("here"));
    assert_eq!(fs::read(place.stash("there").content().path(&Digest::of(b"a file"))).unwrap(), b"a file");
}

#[test]
fn some_nuts_are_exported_and_damaged_ones_are_left_out() {
    let place = Place::new();
    let here = place.stash("here");
    let some = here.export_to(&Filter::Ending("f".to_owned()), &place.at("some")).unwrap();
    assert_eq!((some.nuts, some.left_out), (2, 0));
    let plain = here.content().path(&Digest::of(b"a file"));
    fs::remove_file(&plain).unwrap();
    fs::write(&plain, "rotten").unwrap();
    let rest = here.export_to(&Filter::All, &place.at("rest")).unwrap();
    assert_eq!((rest.nuts, rest.left_out), (3, 1));
    assert_eq!(place.stash("there").import_from(&place.at("rest")).unwrap().nuts, 3);
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let place = Place::new();
    fs::write(place.at("mine"), "work of years").unwrap();
    assert!(place.stash("here").export_to(&Filter::All, &place.at("mine")).is_err());
    assert_eq!(fs::read(place.at("mine")).unwrap(), b"work of years");
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_archive_and_nobody_waits_for_what_comes_through_it() {
    let place = Place::new();
    nix::unistd::mkfifo(&place.at("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let error = place.stash("there").import_from(&place.at("pipe")).unwrap_err();
    assert!(error.to_string().contains("it is not a file"), "{error}");
}

#[test]
fn an_archive_that_is_damaged_anywhere_or_cut_changes_nothing() {
    let place = Place::new();
    let whole = fs::read(place.at("archive")).unwrap();
    let there = place.stash("there");
    let refused = |bytes: &[u8]| {
        fs::write(place.at("other"), bytes).unwrap();
        let error = there.import_from(&place.at("other")).unwrap_err();
        assert!(matches!(error, StashError::Archive { .. }), "{error}");
    };
    for at in (0..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        refused(&bytes);
        refused(&whole[..at]);
    }
    refused(&[&whole[..], b"more"].concat());
    refused(b"");
    assert!(there.list(&Filter::All).unwrap().is_empty());
    there.content().each(|digest, _| panic!("{digest} was put there")).unwrap();
}

#[test]
fn an_archive_that_was_made_to_do_harm_changes_nothing() {
    let place = Place::new();
    let there = place.stash("there");
    let key = put(&there, "demo::f", "mine", b"work of years", &[]);
    let refused = |contents: &[(Packed, &[u8])], records: &[Vec<u8>], why: &str| {
        let contents: Vec<u8> =
            contents.iter().flat_map(|(packed, bytes)| [packed.to_bytes(), bytes.to_vec()].concat()).collect();
        let count = u64::from(!contents.is_empty());
        let records: Vec<u8> = records.concat();
        let at = HEADER + contents.len() as u64;
        let header = Header { contents: count, records: at, length: at + records.len() as u64 };
        fs::write(place.at("hostile"), [header.to_bytes(), contents, records].concat()).unwrap();
        let error = there.import_from(&place.at("hostile")).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!(there.list(&Filter::All).unwrap().len(), 1);
    };
    let removed = Record::Removed { keys: vec![key], at: i64::MAX };
    refused(&[], &[removed.to_bytes(b"").unwrap()], "delete");
    let nut = |is_inline: bool, attachments: Vec<Digest>| NutRecord {
        key: Digest::of(b"forged"),
        function: "demo::f".into(),
        identity: Digest::of(b"identity"),
        fingerprint: Digest::of(b"fingerprint"),
        version: None,
        arguments_hash: 0,
        arguments: vec![].into(),
        digest: Digest::of(b"1"),
        size: 1,
        codec: None,
        is_inline,
        attachments,
        nanos: 1,
        created: 1,
    };
    let record = |nut| Record::Nut(nut).to_bytes(b"2").unwrap();
    refused(&[], &[record(nut(true, vec![]))], "other bytes");
    refused(&[], &[record(nut(false, vec![]))], "not in it");
    let named = Record::Nut(nut(true, vec![Digest::of(b"no file")])).to_bytes(b"1").unwrap();
    refused(&[], &[named], "a file that a result names");
    let long = Packed { digest: Digest::of(b""), form: Form::Plain, length: u64::MAX };
    refused(&[(long, b"")], &[], DAMAGED);
    let bomb = zstd::bulk::compress(&vec![0; 1 << 24], 1).unwrap();
    let packed = Packed { digest: Digest::of(b"1"), form: Form::Packed, length: bomb.len() as u64 };
    refused(&[(packed, &bomb)], &[], DAMAGED);
    let code = CodeRecord { identity: Digest::of(b"i"), fingerprint: Digest::of(b"f"), version: None };
    let mut newer = Record::Code(code).to_bytes(b"").unwrap();
    newer[8] = 99;
    refused(&[], &[newer], DAMAGED);
}

#[test]
fn what_is_evicted_while_it_is_written_to_an_archive_is_not_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let [stash, other] = [(), ()].map(|()| Stash::create(&root).unwrap());
    let archive = folder.path().join("archive");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                let mut nut = Given::new(&number.to_string());
                nut.bytes = Dice(number).noise(2 * INLINE_LIMIT);
                nut.limit = Limit { max_count: Some(20), ..Limit::NONE };
                nut.put(&other);
                number += 1;
            }
        });
        let exported: Vec<_> = (0..50)
            .map(|_| {
                let exported = stash.export_to(&Filter::All, &archive);
                drop(fs::remove_file(&archive));
                exported
            })
            .collect();
        is_over.store(true, Ordering::Relaxed);
        for exported in exported {
            assert_eq!(exported.unwrap().left_out, 0);
        }
    });
}

#[test]
fn a_time_that_nobody_waited_is_taken_in_as_one_that_can_be_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let [from, to] = ["from", "to"].map(|name| Stash::create(&folder.path().join(name)).unwrap());
    for (name, nanos) in [("long", i64::MAX), ("before", i64::MIN)] {
        let key = Digest::of(name.as_bytes());
        from.store(&NewNut { nanos, ..bare(key, "demo::f") }, Written::of(b"1".to_vec())).unwrap();
    }
    from.export_to(&Filter::All, &archive).unwrap();
    assert_eq!(to.import_from(&archive).unwrap().nuts, 2);
    for nut in to.list(&Filter::All).unwrap() {
        let nanos = to.lookup(&nut.key).unwrap().unwrap().nanos;
        assert!((0..=LONGEST).contains(&nanos));
        for _ in 0..100 {
            to.note_hit(nut.key, "demo::f", nanos);
            to.flush_uses().unwrap();
        }
    }
    assert_eq!(to.totals().unwrap()[0].saved_nanos, i64::MAX.unsigned_abs());
    assert!(to.check().unwrap().is_sound());
}

#[test]
fn a_name_that_no_function_can_have_is_refused() {
    for (at, name) in ["", "a\nb", "a\u{1b}[2J", "long"].into_iter().enumerate() {
        let name = if name == "long" { "n".repeat(5_000).leak() } else { name };
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive");
        let [from, to] = ["from", "to"].map(|name| Stash::create(&folder.path().join(name)).unwrap());
        put(&from, name, &at.to_string(), b"1", &[]);
        from.export_to(&Filter::All, &archive).unwrap();
        let error = to.import_from(&archive).unwrap_err().to_string();
        assert!(error.ends_with("a function in it has a name that none can have"), "{error}");
        assert!(to.list(&Filter::All).unwrap().is_empty());
    }
}
