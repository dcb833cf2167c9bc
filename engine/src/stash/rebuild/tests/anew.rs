//! Indexes that are made anew beside others who use the stash, and what is left of the old ones.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::super::evict::given::Given;
use super::super::super::rows::each_nut;
use super::*;

#[test]
fn whoever_opens_the_stash_or_stores_in_it_meanwhile_notices_nothing() {
    const ROUNDS: usize = 20;
    let place = Place::new();
    let stays_open = place.stash();
    let large = vec![1; 2 * INLINE_LIMIT];
    put(&stays_open, "before", &large);
    let is_over = AtomicBool::new(false);
    let until_over = &|| !is_over.load(Ordering::Relaxed);
    let (mut expected, rebuilt) = std::thread::scope(|scope| {
        let opening = ["one", "two"].map(|name| {
            let (place, large) = (&place, &large);
            scope.spawn(move || {
                let mut keys = Vec::new();
                while until_over() {
                    let stash = Stash::open(&place.root).unwrap();
                    assert!(stash.is_writable() && stash.lookup(&Digest::of(b"before")).unwrap().is_some());
                    let bytes = if keys.len() % 3 == 0 { large } else { &b"small"[..] };
                    keys.push(put(&stash, &format!("{name} {}", keys.len()), bytes));
                    assert_eq!(stash.pin(&keys[keys.len() - 1..]).unwrap(), 1);
                }
                keys
            })
        });
        let open = scope.spawn(|| {
            let mut keys = Vec::new();
            while until_over() {
                keys.push(put(&stays_open, &format!("three {}", keys.len()), b"small"));
                assert!(stays_open.lookup(&Digest::of(b"before")).unwrap().is_some());
            }
            keys
        });
        let rebuilt: Vec<_> = (0..ROUNDS).map(|_| Stash::rebuild(&place.root)).collect();
        is_over.store(true, Ordering::Relaxed);
        let threads = opening.into_iter().chain([open]);
        (threads.flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>(), rebuilt)
    });
    for rebuilt in rebuilt {
        let rebuilt = rebuilt.unwrap();
        assert_eq!((rebuilt.without_bytes, rebuilt.damaged_bytes), (0, 0));
    }
    drop(stays_open);
    expected.push(Digest::of(b"before"));
    expected.sort();
    let stash = place.stash();
    let mut found: Vec<_> = stash.list(&Filter::All).unwrap().into_iter().map(|nut| nut.key).collect();
    found.sort();
    assert_eq!(found.len(), expected.len());
    assert!(found == expected && stash.check().unwrap().is_sound());
}

#[test]
fn what_an_index_tells_of_the_past_stays_when_it_is_made_anew() {
    let place = Place::new();
    let stash = place.stash();
    let key = put(&stash, "one", b"1");
    stash.note_failure(&Digest::of(b"failed"), "no").unwrap();
    stash.note_hit(key, "demo::f", 5);
    stash.note_miss("demo::gone");
    stash.flush_uses().unwrap();
    let gone = put(&stash, "gone", b"2");
    stash.remove_keys(&[gone]).unwrap();
    let before = stash.removed(&gone).unwrap();
    assert!(before.is_some());
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 1);
    assert_eq!(stash.last_failure(&Digest::of(b"failed")).unwrap().as_deref(), Some("no"));
    assert_eq!(stash.removed(&gone).unwrap(), before);
    let counts: Vec<(String, i64, i64, i64)> = stash
        .read("look", |index| {
            index
                .prepare("SELECT name, hits, misses, nuts FROM functions ORDER BY name")?
                .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect()
        })
        .unwrap();
    assert_eq!(counts, [("demo::f".to_owned(), 1, 0, 1), ("demo::gone".to_owned(), 0, 1, 0)]);
    assert!(!place.at("index.db-replaced").exists() && stash.check().unwrap().is_sound());
    assert!(!stash.has_lost_index(), "it is the same file");
}

#[test]
fn functions_and_results_keep_their_numbers_and_results_their_uses_and_pins() {
    let place = Place::new();
    let stash = place.stash();
    let [mut first, mut second] = ["first", "second"].map(Given::new);
    second.function = "demo::g";
    (first.parents, second.parents) = (vec![second.key()], vec![]);
    first.put(&stash);
    second.put(&stash);
    stash.pin(&[second.key()]).unwrap();
    stash.note_hit(first.key(), "demo::f", 5);
    stash.flush_uses().unwrap();
    let seen = |stash: &Stash| -> Vec<String> {
        stash
            .read("look", |index| {
                index
                    .prepare(
                        "SELECT concat_ws(' ', f.name, f.id, n.id, n.uses, n.used, n.pinned, hex(n.parents))
                         FROM nuts n JOIN functions f ON f.id = n.function ORDER BY f.name",
                    )?
                    .query_map((), |row| row.get(0))?
                    .collect()
            })
            .unwrap()
    };
    let before = seen(&stash);
    // In another order, and without the pin.
    let swapped = stash.written(|put| {
        stash
            .read_with("look", |index| {
                let mut all = Vec::new();
                each_nut(index, |nut, content| {
                    all.push((nut, content.to_vec()));
                    Ok(())
                })?;
                Ok(all)
            })?
            .into_iter()
            .rev()
            .try_for_each(|(nut, content)| put(&Record::Nut(nut), &content))
    });
    stash.put_in_place(swapped.unwrap()).unwrap();
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 2);
    assert_eq!(seen(&stash), before);
    let third = put(&stash, "third", b"3");
    assert!(stash.lookup(&third).unwrap().is_some() && stash.check().unwrap().is_sound());
    place.lose_index();
    let pinned = place.stash().list(&Filter::All).unwrap().into_iter().filter(|nut| nut.pinned);
    assert_eq!(pinned.map(|nut| nut.key).collect::<Vec<_>>(), [second.key()], "the records have the pin again");
}

#[test]
fn an_index_of_a_newer_scrat_stays_and_a_wrong_number_is_damage() {
    let place = Place::new();
    let stash = place.stash();
    put(&stash, "one", b"1");
    stash.write("be damaged", |index| index.pragma_update(None, "user_version", schema::CURRENT | (1 << 20))).unwrap();
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 1);
    stash
        .write("be newer", |index| {
            index.execute_batch("ALTER TABLE nuts ADD COLUMN more INTEGER; PRAGMA user_version = 99")
        })
        .unwrap();
    assert!(matches!(Stash::rebuild(&place.root), Err(StashError::TooNew { found: 99, .. })));
    let version: i64 = stash.read("look", schema::version).unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_value_of_another_kind_in_the_index_is_damage_that_the_records_mend() {
    let place = Place::new();
    let stash = place.stash();
    let [first, second] = ["first", "second"].map(|name| put(&stash, name, b"1"));
    stash
        .write("spoil", |index| {
            index.execute("UPDATE nuts SET key = CAST(key AS TEXT) WHERE key = ?1", [first.as_bytes()])
        })
        .unwrap();
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 2);
    let stash = place.stash();
    assert!([first, second].iter().all(|key| stash.lookup(key).unwrap().is_some()));
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn an_index_that_somebody_was_killed_in_the_making_of_is_made_by_the_next_one() {
    let place = Place::new();
    let key = put(&place.stash(), "one", b"1");
    place.lose_index();
    // What is in the middle of a transaction that is not in the log, as the first one of an index is.
    let index = Connection::open(place.at(INDEX)).unwrap();
    index.execute_batch("PRAGMA cache_size = 1; PRAGMA application_id = 1396920916; CREATE TABLE half (a)").unwrap();
    index.execute_batch("BEGIN").unwrap();
    for _ in 0..100 {
        index.execute("INSERT INTO half VALUES (zeroblob(3000))", ()).unwrap();
    }
    let [half, journal] = ["", "-journal"].map(|beside| fs::read(place.at(&format!("{INDEX}{beside}"))).unwrap());
    assert!(!journal.is_empty());
    drop(index);
    place.lose_index();
    fs::write(place.at(INDEX), half).unwrap();
    fs::write(place.at("index.db-journal"), journal).unwrap();
    let stash = Stash::open(&place.root).unwrap();
    assert!(stash.is_writable() && stash.lookup(&key).unwrap().is_some());
    put(&stash, "two", b"2");
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn what_can_be_read_of_a_damaged_index_comes_back_though_there_are_no_records() {
    let place = Place::new();
    let stash = place.stash();
    for number in 0..300 {
        put(&stash, &number.to_string(), &[7; 900]);
    }
    drop(stash);
    fs::remove_file(place.at(RECORDS)).unwrap();
    let mut bytes = fs::read(place.at(INDEX)).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xEE);
    fs::write(place.at(INDEX), bytes).unwrap();
    let rebuilt = Stash::rebuild(&place.root).unwrap();
    assert!(rebuilt.nuts > 200, "{rebuilt:?}");
    assert!(place.stash().check().unwrap().is_sound());
}

#[test]
fn what_a_write_that_came_to_nothing_added_to_the_records_is_taken_back() {
    let place = Place::new();
    let stash = place.stash();
    put(&stash, "one", b"1");
    let before = place.records();
    let key = Digest::of(b"one");
    let fail = |index: &rusqlite::Transaction<'_>| -> Result<(), Fault> {
        stash.append(index, &bytes_of(&Record::Removed { keys: vec![key], at: i64::MAX }, b"")?)?;
        stash.append(index, b"and more")?;
        Err(StashError::Full { path: place.root.clone() }.into())
    };
    assert!(stash.write_with("fail", fail).is_err());
    assert!(place.records() == before);
    fs::remove_file(place.at(RECORDS)).unwrap();
    assert!(stash.write_with("fail", fail).is_err());
    assert!(!place.at(RECORDS).exists(), "they were made of what came to nothing");
    put(&stash, "two", b"2");
    assert_eq!(stash.check().unwrap().without_record, 0);
}

#[test]
fn what_was_deleted_after_the_index_was_lost_does_not_come_back_with_who_had_it_open() {
    let place = Place::new();
    let old = place.stash();
    let [first, second] = ["first", "second"].map(|name| put(&old, name, b"1"));
    place.lose_index();
    let new = place.stash();
    assert_eq!(new.remove_keys(&[first]).unwrap().nuts, 1);
    let third = put(&old, "third", b"3");
    assert!(old.has_lost_index());
    let checked = new.check().unwrap();
    assert_eq!((checked.only_in_records, checked.without_record), (0, 0));
    place.lose_index();
    let mut keys: Vec<_> = place.stash().list(&Filter::All).unwrap().into_iter().map(|nut| nut.key).collect();
    keys.sort();
    let mut expected = [second, third];
    expected.sort();
    assert_eq!(keys, expected);
}

#[test]
fn who_only_reads_goes_on_with_the_index_that_is_there() {
    let place = Place::new();
    let stash = place.stash();
    let [first, second] = ["first", "second"].map(|name| put(&stash, name, b"1"));
    stash.close();
    let reading = Stash::open(&place.root).unwrap();
    assert!(reading.lookup(&first).unwrap().is_some());
    // It holds what SQLite has beside the index, which must not be mixed with the other one.
    place.lose_index();
    fs::write(place.at("index.db-shm"), "of the one that was lost").unwrap();
    let other = place.stash();
    other.remove_keys(&[first]).unwrap();
    assert!(reading.lookup(&first).unwrap().is_none() && reading.lookup(&second).unwrap().is_some());
}

#[test]
#[cfg(unix)]
fn a_pipe_or_a_link_at_the_place_of_a_lock_keeps_nobody() {
    let place = Place::new();
    put(&place.stash(), "one", b"1");
    let [lock, outside] = ["locks/index", "../outside"].map(|name| place.at(name));
    drop(fs::remove_file(&lock));
    nix::unistd::mkfifo(&lock, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let stash = Stash::open(&place.root).unwrap();
    put(&stash, "two", b"2");
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 2);
    fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink(&outside, &lock).unwrap();
    assert_eq!(Stash::open(&place.root).unwrap().list(&Filter::All).unwrap().len(), 2);
    assert_eq!(Stash::rebuild(&place.root).unwrap().nuts, 2);
    assert!(!outside.exists());
}
