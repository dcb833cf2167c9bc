//! Bits that flip in an index, rows that are exchanged, and indexes from before there were seals.

use std::fs;
use std::path::PathBuf;

use super::super::evict::given::bare;
use super::super::mark::{INDEX, RECORDS};
use super::super::schema;
use super::super::{Filter, FlawKind, NewNut, Stash, StashError};
use super::*;
use crate::value::Written;

const FUNCTIONS: [&str; 3] = ["demo::load", "demo::clean", "demo::score"];

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

    /// With so many nuts, each of which a route leads to; at rest.
    fn stocked(nuts: usize) -> Self {
        let place = Self::new();
        let stash = Stash::create(&place.root).unwrap();
        (0..nuts).for_each(|number| put(&stash, number));
        let routes: Vec<_> = (0..nuts).map(|number| (deep(number), key(number))).collect();
        stash.add_routes(&routes).unwrap();
        drop(stash);
        place
    }

    fn index(&self) -> PathBuf {
        self.root.join(INDEX)
    }

    /// Changes the index as no scrat would.
    fn forge(&self, sql: &str) {
        Connection::open(self.index()).unwrap().execute_batch(sql).unwrap();
    }

    fn stash(&self) -> Stash {
        Stash::open(&self.root).unwrap()
    }
}

fn key(number: usize) -> Digest {
    Digest::of(&number.to_le_bytes())
}

fn deep(number: usize) -> Digest {
    Digest::of(format!("deep {number}").as_bytes())
}

fn value(number: usize) -> Vec<u8> {
    format!("value {number}").into_bytes()
}

fn put(stash: &Stash, number: usize) {
    let function = FUNCTIONS[number % FUNCTIONS.len()];
    let new = NewNut {
        identity: Digest::of(function.as_bytes()),
        arguments: &[Argument::new("n", &Written::of(value(number)), number.to_string(), 100)],
        arguments_hash: number as i64,
        nanos: 5,
        ..bare(key(number), function)
    };
    stash.store(&new, Written::of(value(number))).unwrap();
}

/// How many of so many nuts are found, by key and by route. What is found must be right.
fn found(stash: &Stash, nuts: usize) -> usize {
    let is_right = |nut: Result<Option<Nut>, StashError>, number| {
        let Ok(Some(nut)) = nut else { return false };
        let Ok(bytes) = stash.load(&nut) else { return false };
        assert_eq!(bytes, value(number), "nut {number}");
        assert_eq!(nut.key, key(number));
        true
    };
    let by_key = |number: &usize| is_right(stash.lookup(&key(*number)), *number);
    let by_route = |number: &usize| is_right(stash.follow(&deep(*number)), *number);
    (0..nuts).filter(by_key).count() + (0..nuts).filter(by_route).count()
}

/// Numbers without a pattern.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 1_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

#[test]
fn a_flipped_bit_never_gives_a_wrong_value() {
    const NUTS: usize = 200;
    let place = Place::stocked(NUTS);
    let sound = fs::read(place.index()).unwrap();
    assert_eq!(found(&place.stash(), NUTS), 2 * NUTS);
    // A row's number stands behind its key in the index of keys: one byte of it leads to another row.
    let mut flips = Vec::new();
    for number in (0..NUTS).step_by(5) {
        let key = key(number);
        let places = sound.windows(32).enumerate().filter(|(_, bytes)| *bytes == key.0);
        flips.extend(places.map(|(at, _)| (at + 32, 1 << (number / 5 % 7))));
    }
    let mut random = random();
    flips.extend((0..120).map(|_| (random(sound.len()), 1 << random(8))));
    let mut missed = 0;
    for (at, bit) in flips {
        let mut bytes = sound.clone();
        bytes[at] ^= bit;
        fs::write(place.index(), &bytes).unwrap();
        let stash = Stash::unopened(&place.root, false);
        missed += 2 * NUTS - found(&stash, NUTS);
        drop(stash.list(&Filter::All));
    }
    assert!(missed > 100, "the flips did something: {missed}");
}

#[test]
fn rows_that_were_exchanged_are_not_found_and_a_check_names_them() {
    let place = Place::stocked(4);
    place.forge(
        "CREATE TEMP TABLE other AS SELECT * FROM nuts WHERE id = 1;
         UPDATE nuts SET (digest, size, content, arguments, seal) =
            (SELECT digest, size, content, arguments, seal FROM other) WHERE id = 2",
    );
    let stash = place.stash();
    assert!(matches!(stash.lookup(&key(1)), Err(StashError::Damaged { .. })));
    assert_eq!(found(&stash, 4), 6);
    assert_eq!((stash.list(&Filter::All).unwrap().len(), stash.info(&key(1)).is_err()), (3, true));
    let checked = stash.check().unwrap();
    let [flaw] = &checked.flaws[..] else { panic!("{checked:?}") };
    assert_eq!((flaw.kind, flaw.key, checked.is_sound()), (FlawKind::Entry, key(1), false));

    put(&stash, 1);
    assert_eq!(found(&stash, 4), 8, "what is stored again is sound");
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn routes_that_were_exchanged_are_not_followed() {
    let place = Place::stocked(3);
    let blob = |digest: Digest| format!("x'{digest}'");
    place.forge(&format!("UPDATE routes SET key = {} WHERE deep = {}", blob(key(1)), blob(deep(0))));
    let stash = place.stash();
    assert!(matches!(stash.follow(&deep(0)), Err(StashError::Damaged { .. })));
    assert!(stash.neighbour(&deep(0)).unwrap().is_none());
    assert_eq!(stash.check().unwrap().damaged_routes, 1);
    stash.add_routes(&[(deep(0), key(0))]).unwrap();
    assert_eq!(stash.follow(&deep(0)).unwrap().unwrap().key, key(0));
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn storing_where_the_index_leads_to_another_row_loses_neither() {
    const NUTS: usize = 9;
    let place = Place::stocked(NUTS);
    let mut bytes = fs::read(place.index()).unwrap();
    let wanted = key(3);
    // The nut's own row comes first in its page; the index of keys has the number 4 behind it.
    let at = (0..bytes.len() - 32)
        .filter(|at| bytes[*at..*at + 32] == *wanted.as_bytes() && bytes[*at + 32] == 4)
        .collect::<Vec<_>>();
    let [at] = at[..] else { panic!("{at:?}") };
    bytes[at + 32] ^= 1;
    fs::write(place.index(), &bytes).unwrap();

    let stash = place.stash();
    assert!(stash.lookup(&wanted).is_err());
    assert!(!stash.check().unwrap().index_faults.is_empty());
    put(&stash, 3);
    assert_eq!(found(&stash, NUTS), 2 * NUTS);
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn a_row_of_nonsense_is_passed_over() {
    for nonsense in ["size = 'large'", "nanos = x'00'", "key = 1", "codec = 5", "seal = NULL", "arguments = 'text'"] {
        let place = Place::stocked(3);
        place.forge(&format!("UPDATE nuts SET {nonsense} WHERE id = 2"));
        let stash = place.stash();
        let mut seen = 0;
        assert_eq!(stash.each(&Filter::All, |_| seen += 1).unwrap(), 1, "{nonsense}");
        assert_eq!((seen, stash.check().unwrap().flaws.len()), (2, 1), "{nonsense}");
        assert!(stash.neighbours("demo::clean", None, 9).unwrap().is_empty());
    }
}

#[test]
fn an_index_from_before_seals_is_sealed_by_its_records_or_by_its_bytes() {
    for has_records in [true, false] {
        let place = Place::stocked(5);
        schema::take_back(&Connection::open(place.index()).unwrap());
        if !has_records {
            fs::remove_file(place.root.join(RECORDS)).unwrap();
        }
        let stash = place.stash();
        assert_eq!(stash.read("look", schema::version).unwrap(), schema::CURRENT);
        assert_eq!(found(&stash, 5), 10, "{has_records}");
        assert!(stash.check().unwrap().is_sound());
    }
}

#[test]
fn an_index_of_each_earlier_format_keeps_its_nuts() {
    for version in 1..schema::CURRENT {
        let place = Place::new();
        fs::create_dir(&place.root).unwrap();
        let index = Connection::open(place.index()).unwrap();
        schema::make_old(&index, version).unwrap();
        index
            .execute_batch(
                "INSERT INTO functions(name) VALUES ('demo::f');
                 INSERT INTO codes(identity, fingerprint, parts) VALUES (zeroblob(32), zeroblob(32), x'');",
            )
            .unwrap();
        index
            .execute(
                "INSERT INTO nuts(key, function, code, arguments_hash, arguments, digest, size, content, nanos, created, used)
                 VALUES (?1, 1, 1, 7, ?2, ?3, ?4, ?5, 5, 6, 6)",
                (
                    key(0).as_bytes(),
                    Argument::to_bytes(&[]).unwrap(),
                    Digest::of(&value(0)).as_bytes(),
                    value(0).len() as i64,
                    value(0),
                ),
            )
            .unwrap();
        index
            .execute("INSERT INTO routes(deep, key) VALUES (?1, ?2)", (deep(0).as_bytes(), key(0).as_bytes()))
            .unwrap();
        drop(index);
        let stash = Stash::create(&place.root).unwrap();
        assert_eq!(found(&stash, 1), 2, "format {version}");
        assert!(stash.check().unwrap().is_sound(), "format {version}");
    }
}

#[test]
fn an_entry_from_before_seals_that_proves_nothing_gets_none() {
    for has_records in [true, false] {
        let place = Place::stocked(5);
        schema::take_back(&Connection::open(place.index()).unwrap());
        // With a record, any field tells; without one, only the bytes do.
        place.forge("UPDATE nuts SET content = x'00' WHERE id = 1; UPDATE nuts SET created = created - 1 WHERE id = 2");
        if !has_records {
            fs::remove_file(place.root.join(RECORDS)).unwrap();
        }
        let stash = place.stash();
        assert_eq!(found(&stash, 5), 6 + 2 * usize::from(!has_records));
    }
}

#[test]
fn a_changed_letter_in_a_trigger_is_found_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".scrat");
    let stash = Stash::create(&root).unwrap();
    let new = bare(Digest::of(b"one"), "demo::f");
    stash.store(&new, Written::of(b"1".to_vec())).unwrap();
    drop(stash);
    let index = rusqlite::Connection::open(root.join("index.db")).unwrap();
    index.execute_batch("PRAGMA writable_schema = ON").unwrap();
    let changed = index
        .execute("UPDATE sqlite_master SET sql = replace(sql, 'old.digest', 'old.dioest') WHERE type = 'trigger'", ())
        .unwrap();
    assert!(changed > 0);
    drop(index);
    let new = bare(Digest::of(b"two"), "demo::f");
    let stash = Stash::open(&root).unwrap();
    let told = stash.store(&new, Written::of(b"2".to_vec())).unwrap_err();
    assert!(matches!(told, StashError::Damaged { .. }), "{told}");
    let checked = stash.check().unwrap();
    assert!(checked.index_faults.iter().any(|fault| fault.contains("old.dioest")), "{:?}", checked.index_faults);
    drop(stash);
    Stash::repair(&root).unwrap();
    let stash = Stash::open(&root).unwrap();
    assert!(stash.check().unwrap().is_sound());
    stash.store(&new, Written::of(b"2".to_vec())).unwrap();
    assert_eq!(stash.list(&Filter::All).unwrap().len(), 2);
}
