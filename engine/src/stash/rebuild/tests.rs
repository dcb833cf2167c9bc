//! Indexes that are lost, damaged or taken away, and what comes back of them.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use super::super::content::INLINE_LIMIT;
use super::super::evict::given::bare;
use super::super::mark::RECORDS;
use super::super::{Argument, Filter, FlawKind, NewNut, NutInfo};
use super::*;
use crate::value::{Attachment, Stat, Written};

struct Place {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        Self { _folder: folder, root }
    }

    fn stash(&self) -> Stash {
        Stash::create(&self.root).unwrap()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn lose_index(&self) {
        for beside in BESIDE {
            drop(fs::remove_file(self.at(&format!("{INDEX}{beside}"))));
        }
    }

    fn records(&self) -> Vec<u8> {
        fs::read(self.at(RECORDS)).unwrap()
    }
}

fn put_with(stash: &Stash, name: &str, bytes: &[u8], attachments: &[Attachment]) -> Digest {
    let arguments = [Argument::new("name", &Written::of(name.as_bytes().to_vec()), name.to_owned(), 100)];
    let new = NewNut {
        version: Some("3"),
        arguments: &arguments,
        arguments_hash: 7,
        attachments,
        nanos: 5,
        ..bare(Digest::of(name.as_bytes()), "demo::f")
    };
    stash.store(&new, Written::of(bytes.to_vec())).unwrap();
    new.key
}

fn put(stash: &Stash, name: &str, bytes: &[u8]) -> Digest {
    put_with(stash, name, bytes, &[])
}

fn all(stash: &Stash) -> Vec<NutInfo> {
    let mut nuts = stash.list(&Filter::All).unwrap();
    nuts.sort_by_key(|nut| nut.key);
    nuts
}

fn value(stash: &Stash, key: &Digest) -> Option<Vec<u8>> {
    stash.lookup(key).unwrap().map(|nut| stash.load(&nut).unwrap())
}

/// Small and large values, one that names a file, one that was stored twice, and one that was deleted.
fn stocked(place: &Place) -> Vec<NutInfo> {
    let stash = place.stash();
    put(&stash, "small", b"nut");
    put(&stash, "large", &vec![7; INLINE_LIMIT + 1]);
    put(&stash, "twice", b"first");
    put(&stash, "twice", b"second");
    let deleted = put(&stash, "deleted", b"gone");
    let file = place.root.join("../file.txt");
    fs::write(&file, "content").unwrap();
    put_with(
        &stash,
        "file",
        b"names one",
        &[Attachment {
            digest: Digest::of(b"content"),
            given: file.clone(),
            stat: Stat::of(&file).unwrap(),
            path: file,
            folder: None,
        }],
    );
    assert_eq!(stash.remove_keys(&[deleted]).unwrap().nuts, 1);
    all(&stash)
}

/// What is told of nuts, but for the counts of uses.
fn lasting(nuts: &[NutInfo]) -> Vec<String> {
    nuts.iter().map(|nut| format!("{:?}", NutInfo { used: 0, uses: 0, ..nut.clone() })).collect()
}

#[test]
fn a_lost_index_is_made_again_with_all_that_was_in_it_and_nothing_that_was_deleted() {
    let place = Place::new();
    let before = stocked(&place);
    place.lose_index();
    assert_eq!(Stash::find(place.root.parent().unwrap()), Some(place.root.clone()));
    let stash = Stash::open(&place.root).unwrap();
    assert_eq!(lasting(&all(&stash)), lasting(&before));
    assert_eq!(value(&stash, &Digest::of(b"twice")).unwrap(), b"second");
    assert_eq!(value(&stash, &Digest::of(b"large")).unwrap(), vec![7; INLINE_LIMIT + 1]);
    assert_eq!(value(&stash, &Digest::of(b"deleted")), None);
    let checked = stash.check().unwrap();
    assert!(checked.is_sound() && checked.nuts == 4 && checked.unused_files == 0, "{checked:?}");
    // What is deleted and stored from here on is known next time.
    let again = put(&stash, "deleted", b"stored again");
    stash.remove_keys(&[Digest::of(b"small")]).unwrap();
    drop(stash);
    place.lose_index();
    let stash = place.stash();
    assert_eq!(value(&stash, &again).unwrap(), b"stored again");
    assert_eq!(value(&stash, &Digest::of(b"small")), None);
}

#[test]
fn a_damaged_index_is_made_again_when_asked_and_kept() {
    let place = Place::new();
    let before = stocked(&place);
    place.lose_index();
    fs::write(place.at(INDEX), b"no database, and long enough to be taken for one".repeat(9)).unwrap();
    assert!(matches!(Stash::open(&place.root), Err(StashError::Damaged { .. })));
    let rebuilt = Stash::rebuild(&place.root).unwrap();
    assert_eq!(rebuilt, Rebuilt { nuts: 4, ..Rebuilt::default() });
    assert_eq!(lasting(&all(&place.stash())), lasting(&before));
    assert!(fs::read(place.at("index.db-replaced")).unwrap().starts_with(b"no database"));
    assert!(place.stash().other_things().is_empty());
    assert!(place.stash().dismantle(false).unwrap());
}

#[test]
fn what_only_the_index_has_survives_its_being_made_again() {
    let place = Place::new();
    let before = stocked(&place);
    fs::write(place.at(RECORDS), b"nothing of what was there").unwrap();
    assert_eq!(place.stash().check().unwrap().without_record, 4);
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 4);
    assert_eq!(lasting(&all(&place.stash())), lasting(&before));
    assert!(place.stash().check().unwrap().is_sound());
}

#[test]
fn what_only_the_records_have_survives_too() {
    let place = Place::new();
    let stash = place.stash();
    put(&stash, "in both", b"1");
    let old = fs::read(place.at(RECORDS)).unwrap();
    put(&stash, "in the index", b"2");
    stash.close();
    let lasting = fs::read(place.at(INDEX)).unwrap();
    // Another program stored into an index that was taken away from under it.
    fs::write(place.at(RECORDS), &old).unwrap();
    place.lose_index();
    put(&place.stash(), "in the records", b"3");
    place.lose_index();
    fs::write(place.at(INDEX), lasting).unwrap();
    assert_eq!(all(&place.stash()).len(), 2);
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 3);
    assert_eq!(all(&place.stash()).len(), 3);
}

#[test]
fn what_only_the_records_have_is_kept_when_they_shrink() {
    let place = Place::new();
    let stash = place.stash();
    put(&stash, "in the records", b"1");
    drop(stash);
    place.lose_index();
    let records = place.records();
    fs::remove_file(place.at(RECORDS)).unwrap();
    let stash = place.stash();
    fs::write(place.at(RECORDS), records).unwrap();
    let keys: Vec<Digest> = (0..100).map(|number| put(&stash, &format!("f{number}"), &vec![1; INLINE_LIMIT])).collect();
    stash.remove_keys(&keys).unwrap();
    assert!(place.records().len() < 10_000);
    drop(stash);
    place.lose_index();
    assert_eq!(value(&place.stash(), &Digest::of(b"in the records")).unwrap(), b"1");
}

#[test]
fn records_that_are_gone_are_written_again() {
    let place = Place::new();
    let before = stocked(&place);
    fs::remove_file(place.at(RECORDS)).unwrap();
    // By whoever opens the stash to write,
    let stash = place.stash();
    put(&stash, "later", b"1");
    // and by whoever has it open.
    fs::remove_file(place.at(RECORDS)).unwrap();
    put(&stash, "last", b"2");
    drop(stash);
    place.lose_index();
    assert_eq!(all(&place.stash()).len(), before.len() + 2);
}

#[test]
fn a_piece_of_a_record_costs_none_of_the_others() {
    let place = Place::new();
    let stash = place.stash();
    put(&stash, "one", b"1");
    let cut = place.records();
    // Somebody was killed in the middle of writing, twice.
    for piece in [&cut[..cut.len() / 2], &cut[..5]] {
        fs::OpenOptions::new().append(true).open(place.at(RECORDS)).unwrap().write_all(piece).unwrap();
    }
    put(&stash, "two", b"2");
    drop(stash);
    place.lose_index();
    let stash = place.stash();
    assert_eq!(value(&stash, &Digest::of(b"one")).unwrap(), b"1");
    assert_eq!(value(&stash, &Digest::of(b"two")).unwrap(), b"2");
    assert!(stash.check().unwrap().damaged_record_bytes > 0);
    drop(stash);
    assert!(Stash::rebuild(&place.root).unwrap().damaged_bytes > 0);
}

#[test]
fn every_flipped_byte_costs_one_record_at_most() {
    let place = Place::new();
    let stash = place.stash();
    for number in 0..5 {
        put(&stash, &number.to_string(), b"nut");
    }
    drop(stash);
    let whole = place.records();
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(place.at(RECORDS), bytes).unwrap();
        let mut records = Records::open(&place.at(RECORDS)).unwrap().unwrap();
        let mut count = 0;
        while records.next().unwrap().is_some() {
            count += 1;
        }
        // Code, and five nuts.
        assert_eq!((count, records.damaged > 0), (5, true), "byte {at}");
    }
}

#[test]
fn results_whose_bytes_are_gone_or_others_are_told_and_left_out() {
    let place = Place::new();
    drop(stocked(&place));
    fs::remove_file(place.stash().content().path(&Digest::of(b"content"))).unwrap();
    let large = place.stash().content().path(&Digest::of(&vec![7; INLINE_LIMIT + 1]));
    fs::remove_file(&large).unwrap();
    fs::write(&large, vec![8; INLINE_LIMIT + 1]).unwrap();
    fs::create_dir_all(place.at("nuts/ab")).unwrap();
    fs::write(place.at(&format!("nuts/ab/ab{}", "0".repeat(62))), "left").unwrap();
    let checked = place.stash().check().unwrap();
    let kinds: Vec<_> = checked.flaws.iter().map(|flaw| (flaw.key, flaw.kind)).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&(Digest::of(b"large"), FlawKind::Damaged)), "{kinds:?}");
    assert!(kinds.contains(&(Digest::of(b"file"), FlawKind::Missing)), "{kinds:?}");
    assert_eq!((checked.unused_files, checked.unused_bytes), (1, 4));
    let rebuilt = Stash::rebuild(&place.root).unwrap();
    assert_eq!((rebuilt.nuts, rebuilt.without_bytes), (3, 1));
}

#[test]
fn what_is_deleted_is_not_kept_in_the_records_for_long() {
    let place = Place::new();
    let stash = place.stash();
    let bytes = vec![1; INLINE_LIMIT];
    let keys: Vec<Digest> = (0..100).map(|number| put(&stash, &format!("f{number}"), &bytes)).collect();
    let before = place.records().len();
    stash.remove_keys(&keys[..90]).unwrap();
    assert!(place.records().len() < before / 5, "{before} and then {}", place.records().len());
    // Whoever had the file open writes into the one that is there now.
    put(&stash, "later", b"nut");
    drop(stash);
    place.lose_index();
    assert_eq!(all(&place.stash()).len(), 11);
}

#[test]
fn many_writers_leave_whole_records() {
    let place = Place::new();
    drop(place.stash());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let stash = place.stash();
            scope.spawn(move || {
                for number in 0..25 {
                    put(&stash, &format!("{writer} {number}"), &vec![writer; 1000]);
                }
            });
        }
    });
    place.lose_index();
    let stash = place.stash();
    assert_eq!(all(&stash).len(), 100);
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn many_who_find_the_index_lost_make_it_once() {
    let place = Place::new();
    let before = stocked(&place);
    place.lose_index();
    std::thread::scope(|scope| {
        let all_of = || scope.spawn(|| lasting(&all(&Stash::open(&place.root).unwrap())));
        let openers: Vec<_> = (0..6).map(|_| all_of()).collect();
        for opener in openers {
            assert_eq!(opener.join().unwrap(), lasting(&before));
        }
    });
}

#[test]
#[cfg(unix)]
fn what_is_stored_after_the_index_was_removed_is_there_with_what_was_before() {
    for lost in [&["index.db"][..], &["index.db", "index.db-wal", "index.db-shm"], &["index.db", RECORDS]] {
        let place = Place::new();
        let (stash, other) = (place.stash(), place.stash());
        let large = vec![3; 2 * INLINE_LIMIT];
        put_with(&stash, "before", b"1", &[]);
        put_with(&other, "beside", b"2", &[]);
        for name in lost {
            fs::remove_file(place.at(name)).unwrap();
        }
        put_with(&stash, "after", &large, &[]);
        put_with(&other, "afterwards", b"4", &[]);
        assert!(stash.has_lost_index() && other.has_lost_index(), "{lost:?}");
        put_with(&stash, "last", b"5", &[]);
        for stash in [&stash, &other, &place.stash()] {
            assert_eq!(stash.list(&Filter::All).unwrap().len(), 5, "{lost:?}");
            assert!(stash.check().unwrap().is_sound(), "{lost:?}");
        }
    }
}

#[test]
fn folders_that_a_copy_left_out_are_made_again() {
    let place = Place::new();
    drop(place.stash());
    ["nuts", "locks", "tmp"].map(|name| place.at(name)).iter().for_each(|folder| fs::remove_dir_all(folder).unwrap());
    let stash = Stash::open(&place.root).unwrap();
    put_with(&stash, "small", b"1", &[]);
    put_with(&stash, "large", &vec![3; 2 * INLINE_LIMIT], &[]);
    fs::remove_file(place.at(RECORDS)).unwrap();
    put_with(&stash, "last", b"2", &[]);
    assert!(stash.try_lock(&Digest::of(b"key")).is_some() && place.at("locks/keys").exists());
    assert!(stash.check().unwrap().is_sound());
    assert_eq!(stash.list(&Filter::All).unwrap().len(), 3);
}

#[test]
fn a_deletion_counts_for_what_was_stored_before_it_whatever_the_clock_said() {
    let place = Place::new();
    let stash = place.stash();
    let keys = vec![put(&stash, "ahead", b"1")];
    // The clock was set back between the two.
    let deletion = bytes_of(&Record::Removed { keys: keys.clone(), at: 1 }, b"").unwrap();
    stash.write_with("delete", |index| stash.append(index, &deletion)).unwrap();
    assert!(!Standing::of(&stash.records()).unwrap().results.contains_key(&keys[0]));
    drop(stash);
    place.lose_index();
    assert!(place.stash().list(&Filter::All).unwrap().is_empty());
    // And what is stored after it is there.
    put(&place.stash(), "ahead", b"2");
    place.lose_index();
    assert_eq!(place.stash().list(&Filter::All).unwrap().len(), 1);
}

mod anew;
