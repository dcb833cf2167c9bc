//! Limits against a model that knows nothing of indexes and triggers.

use std::collections::{BTreeMap, BTreeSet};

use super::super::placed::Placed;
use super::given::{Dice, Given, Place};
use super::*;
use crate::limit::LimitKind;
use crate::stash::Filter;
use crate::value::{Attachment, Written};

fn keys(stash: &Stash) -> BTreeSet<Digest> {
    stash.list(&Filter::All).unwrap().into_iter().map(|nut| nut.key).collect()
}

fn all(stash: &Stash) -> (u64, u64) {
    stash.read("sum", |index| taken(index, None)).unwrap()
}

const COUNT: fn(u64, Policy) -> Limit =
    |most, policy| Limit { max_count: Some(most), policy: Some(policy), max_size: None };

/// Everything counted anew, from the rows and from the disk: for all, and for each function.
fn counted(stash: &Stash) -> Vec<(u64, u64)> {
    let rows: Vec<(i64, i64, i64, Option<Digest>, i64)> = stash
        .read("count", |index| {
            index
                .prepare("SELECT id, function, length(arguments), digest, length(content) FROM nuts")?
                .query_map((), |row| {
                    let content: Option<i64> = row.get(4)?;
                    let file = if content.is_none() { Some(digest(row, 3)?) } else { None };
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, file, content.unwrap_or(0)))
                })?
                .collect()
        })
        .unwrap();
    let attachments: Vec<(i64, Digest)> = stash
        .read("count", |index| {
            index
                .prepare("SELECT nut, digest FROM attachments")?
                .query_map((), |row| Ok((row.get(0)?, digest(row, 1)?)))?
                .collect()
        })
        .unwrap();
    let functions: i64 =
        stash.read("count", |index| index.query_row("SELECT count(*) FROM functions", (), |row| row.get(0))).unwrap();
    let scopes = std::iter::once(None).chain((1..=functions).map(Some));
    let sum = |function: Option<i64>| {
        let mine: Vec<_> = rows.iter().filter(|row| function.is_none_or(|id| row.1 == id)).collect();
        let ids: BTreeSet<i64> = mine.iter().map(|row| row.0).collect();
        let named = attachments.iter().filter(|(nut, _)| ids.contains(nut)).map(|(_, file)| *file);
        let files: BTreeSet<Digest> = mine.iter().filter_map(|row| row.3).chain(named).collect();
        let entries: i64 = mine.iter().map(|row| 2 * (row.2 + row.4) + 800).sum();
        let files: u64 = files.iter().map(|file| stash.content.room(file).expect("it is there")).sum();
        (mine.len() as u64, entries.unsigned_abs() + files)
    };
    scopes.map(sum).collect()
}

fn told(stash: &Stash) -> Vec<(u64, u64)> {
    stash
        .read("sum", |index| {
            let functions: i64 = index.query_row("SELECT count(*) FROM functions", (), |row| row.get(0))?;
            std::iter::once(None).chain((1..=functions).map(Some)).map(|id| taken(index, id)).collect()
        })
        .unwrap()
}

/// Files of `nuts/` that no result names.
fn orphans(stash: &Stash) -> usize {
    let mut orphans = 0;
    let named = |file: &Digest| {
        stash.read("look", |index| {
            index.query_row("SELECT EXISTS (SELECT 1 FROM files WHERE digest = ?1)", [file.as_bytes()], |row| {
                row.get::<_, bool>(0)
            })
        })
    };
    stash.content.each(|file, _| orphans += usize::from(!named(&file).unwrap())).unwrap();
    orphans
}

/// Random work, counted anew every so often.
fn work(steps: u64, check_every: u64, names: u64, seed: u64) {
    let place = Place::new();
    let stash = place.stash();
    let mut dice = Dice(seed);
    let noises: Vec<Vec<u8>> = (0..6).map(|number| dice.noise(33_000 + number * 1_000)).collect();
    let plain: Vec<Vec<u8>> = (1..5).map(|number| vec![number; 40_000 * usize::from(number)]).collect();
    let files: Vec<Attachment> = (0..4).map(|number| place.file(&noises[number])).collect();
    let folders = [place.folder(&[&noises[0], b"a"]), place.folder(&[b"a", b"b", &plain[0]])];
    let limit = Limit { max_size: Some(900_000), max_count: None, policy: None };
    for step in 0..steps {
        let mut given = Given::new(&format!("nut {}", dice.roll(names)));
        given.function = ["demo::f", "demo::g", "demo::h"][dice.roll(3) as usize];
        // A key belongs to one function.
        given.name = format!("{} {}", given.function, given.name);
        match dice.roll(if steps > 10_000 { 40 } else { 12 }) {
            0 | 1 => given.bytes = noises[dice.roll(6) as usize].clone(),
            2 => (given.bytes, given.may_pack) = (plain[dice.roll(4) as usize].clone(), true),
            3 => given.bytes = plain[dice.roll(4) as usize].clone(),
            4 => given.attachments = vec![files[dice.roll(4) as usize].clone()],
            5 => given.attachments = vec![folders[dice.roll(2) as usize].clone(), files[0].clone()],
            6 => {
                stash.remove_keys(&[given.key()]).unwrap();
                continue;
            }
            7 => {
                if let Some(nut) = stash.lookup(&given.key()).unwrap() {
                    stash.give_up(&nut, false);
                }
                continue;
            }
            8 => {
                stash.pin(&[given.key()]).unwrap();
                stash.unpin(&[Given::new(&format!("demo::f nut {}", dice.roll(names))).key()]).unwrap();
                continue;
            }
            length => given.bytes = dice.noise(5 * length as usize),
        }
        given.nanos = dice.roll(1_000_000) as i64;
        stash.set_limit(if step % 500 < 400 { limit } else { Limit::NONE });
        if given.function == "demo::h" {
            given.limit =
                Limit { max_count: Some(5), policy: Some(Policy::ALL[dice.roll(4) as usize]), max_size: None };
        }
        given.put(&stash);
        if step % check_every == 0 {
            assert_eq!(told(&stash), counted(&stash), "after {step} steps with seed {seed}");
        }
    }
    assert_eq!(told(&stash), counted(&stash));
    stash.set_limit(Limit::NONE);
    Given::new("last").put(&stash);
    assert!(stash.check().unwrap().is_sound());
    assert_eq!(orphans(&stash), 0);
    drop(stash);
    Stash::rebuild(&place.root).unwrap();
    let rebuilt = place.stash();
    assert_eq!(told(&rebuilt), counted(&rebuilt));
    assert!(told(&rebuilt)[0].0 > 10);
}

#[test]
fn what_is_there_is_counted_exactly_whatever_happens() {
    (0..3).for_each(|seed| work(400, 10, 40, seed));
}

#[test]
#[ignore = "it takes minutes"]
fn what_is_there_is_counted_exactly_after_a_million_operations() {
    work(1_000_000, 20_000, 3_000, 7);
}

/// What the model knows of a nut.
#[derive(Clone, Debug)]
struct Known {
    id: i64,
    created: i64,
    used: i64,
    uses: i64,
    nanos: i64,
    weight: f64,
    parents: Vec<Digest>,
}

#[derive(Default)]
struct Model {
    there: BTreeMap<Digest, Known>,
    gone: BTreeMap<Digest, (i64, Vec<Digest>)>,
}

impl Model {
    fn cost(&self, nut: &Known) -> f64 {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&Digest> = nut.parents.iter().collect();
        let mut debt = 0;
        while let Some(parent) = next.pop() {
            if let Some((nanos, parents)) = self.gone.get(parent).filter(|_| seen.insert(*parent)) {
                debt += nanos;
                next.extend(parents);
            }
        }
        (nut.nanos + debt) as f64 * (nut.uses as f64 + 1.0) / nut.weight
    }

    /// What goes so that no more than this many stay.
    fn evict(&mut self, most: usize, policy: Policy, newest: &Digest) {
        while self.there.len() > most {
            let order = |nut: &Known| match policy {
                Policy::Cost => (self.cost(nut), nut.used, nut.id),
                Policy::Lru => (0.0, nut.used, nut.id),
                Policy::Lfu => (nut.uses as f64, nut.used, nut.id),
                Policy::Fifo => (0.0, nut.created, nut.id),
            };
            let first = self.there.iter().filter(|(key, _)| *key != newest);
            let first = first.min_by(|(_, a), (_, b)| order(a).partial_cmp(&order(b)).unwrap());
            let key = *first.unwrap().0;
            let nut = self.there.remove(&key).unwrap();
            self.gone.insert(key, (nut.nanos, nut.parents));
        }
    }
}

fn row(stash: &Stash, key: &Digest) -> (i64, i64, i64) {
    stash
        .read("look", |index| {
            index.query_row("SELECT id, created, weight FROM nuts WHERE key = ?1", [key.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
        })
        .unwrap()
}

#[test]
fn each_policy_takes_what_a_model_takes() {
    const MOST: usize = 12;
    for policy in Policy::ALL {
        for seed in 0..4 {
            let place = Place::new();
            let stash = place.stash();
            let of_function = seed % 2 == 0;
            let limit = COUNT(MOST as u64, policy);
            if !of_function {
                stash.set_limit(limit);
            }
            let mut dice = Dice(seed * 31 + 5);
            let mut model = Model::default();
            for step in 0..120 {
                let there: Vec<Digest> = model.there.keys().copied().collect();
                if dice.roll(3) == 0 && !there.is_empty() {
                    let key = there[dice.roll(there.len() as u64) as usize];
                    stash.note_hit(key, "demo::f", 0);
                    stash.flush_uses().unwrap();
                    let used = stash.info(&key).unwrap().unwrap().used;
                    let nut = model.there.get_mut(&key).unwrap();
                    (nut.uses, nut.used) = (nut.uses + 1, used);
                    continue;
                }
                let mut given = Given::new(&format!("nut {step}"));
                let length = dice.roll(3_000);
                given.bytes = dice.noise(length as usize);
                given.nanos = dice.roll(1_000) as i64;
                // Made of what is there or was: what was stored again would be dearer in the index for a while.
                let known: Vec<Digest> = model.there.keys().chain(model.gone.keys()).copied().collect();
                given.parents = known.iter().filter(|_| dice.roll(4) == 0).copied().collect();
                given.limit = if of_function { limit } else { Limit::NONE };
                let key = given.put(&stash);
                let (id, created, weight) = row(&stash, &key);
                let nut = Known {
                    id,
                    created,
                    used: created,
                    uses: 0,
                    nanos: given.nanos,
                    weight: weight as f64,
                    parents: given.parents,
                };
                model.there.insert(key, nut);
                model.evict(MOST, policy, &key);
                let expected: BTreeSet<Digest> = model.there.keys().copied().collect();
                assert_eq!(keys(&stash), expected, "{policy:?} with seed {seed} after {step} steps");
            }
        }
    }
}

#[test]
fn an_order_is_an_index_and_nothing_is_sorted() {
    let place = Place::new();
    let stash = place.stash();
    for policy in Policy::ALL {
        for function in [None, Some(1)] {
            let scope = Scope { function, limit: COUNT(1, policy) };
            let plan = |query: &str| -> Vec<String> {
                let explain = |index: &Connection| {
                    scope.prepare(index)?;
                    let mut explain = index.prepare(&format!("EXPLAIN QUERY PLAN {query}"))?;
                    let values = [None, Some(1), Some(2)];
                    let count = explain.parameter_count();
                    let values = rusqlite::params_from_iter(std::iter::once(function).chain(values).take(count));
                    explain.query_map(values, |row| row.get(3))?.collect()
                };
                stash.write("explain", |index| explain(index)).unwrap()
            };
            let by = format!("nuts_by_{}", order(policy).0);
            for query in scope.queries() {
                let plan = plan(&query);
                assert!(plan.len() == 1 && plan[0].contains(&by), "{plan:?}");
            }
            if let Some(change) = scope.change_of_the_future() {
                let plan = plan(&change);
                let is_search = |line: &String| line.starts_with("SEARCH") || !line.contains("nuts");
                assert!(plan.iter().all(is_search), "{plan:?}");
            }
        }
    }
}

#[test]
fn the_size_never_passes_a_limit_by_more_than_one_nut() {
    let place = Place::new();
    let stash = place.stash();
    stash.set_limit(Limit { max_size: Some(400_000), ..Limit::NONE });
    let mut dice = Dice(3);
    for number in 0..40 {
        let mut given = Given::new(&number.to_string());
        given.bytes = dice.noise(if number % 3 == 0 { 50_000 } else { 20_000 });
        given.put(&stash);
        assert!(all(&stash).1 <= 400_000);
        let files = std::fs::read_dir(place.root.join("nuts")).unwrap();
        let files = files.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        assert!(files.map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>() <= 400_000);
    }
    assert_eq!(orphans(&stash), 0);
    assert!(all(&stash).0 > 5);
}

#[test]
fn a_result_that_is_larger_than_a_limit_is_not_stored_and_takes_nothing_with_it() {
    let place = Place::new();
    let stash = place.stash();
    stash.set_limit(Limit { max_size: Some(60_000), ..Limit::NONE });
    let small = Given::new("small").put(&stash);
    let mut large = Given::new("large");
    large.bytes = Dice(1).noise(80_000);
    assert!(matches!(large.try_put(&stash), Err(StashError::TooLarge { most: 60_000, .. })));
    assert_eq!((keys(&stash), orphans(&stash)), (BTreeSet::from([small]), 0));
    (large.bytes, large.may_pack) = (vec![7; 80_000], true);
    large.put(&stash);
    assert!(keys(&stash).contains(&small), "compressed it is small enough");
}

#[test]
fn what_is_pinned_or_needed_stays_and_the_newest_one_does() {
    let place = Place::new();
    let [stash, other] = [(), ()].map(|()| place.stash());
    let [pinned, needed, needed_here, first] =
        ["pinned", "needed", "here", "first"].map(|it| Given::new(it).put(&stash));
    stash.pin(&[pinned]).unwrap();
    other.leases().take(&[needed]);
    stash.leases().take(&[needed_here]);
    stash.set_limit(COUNT(1, Policy::Fifo));
    let newest = Given::new("newest").put(&stash);
    assert_eq!(keys(&stash), BTreeSet::from([pinned, needed, needed_here, newest]));
    assert!(stash.lookup(&first).unwrap().is_none());
    other.leases().let_go(&[needed]);
    stash.leases().let_go(&[needed_here]);
    stash.unpin(&[pinned]).unwrap();
    let last = Given::new("last").put(&stash);
    assert_eq!(keys(&stash), BTreeSet::from([last]));
}

#[test]
fn what_went_is_remembered_with_its_limit_until_it_is_stored_again() {
    let place = Place::new();
    let stash = place.stash();
    let first = Given::new("first").put(&stash);
    let mut second = Given::new("second");
    second.limit = COUNT(1, Policy::Lru);
    second.put(&stash);
    let (_, passed) = stash.removed(&first).unwrap().unwrap();
    assert_eq!(passed, Some(Passed { of_stash: false, kind: LimitKind::MaxCount, most: 1 }));
    Given::new("first").put(&stash);
    assert_eq!(stash.removed(&first).unwrap(), None);
    stash.remove_keys(&[first]).unwrap();
    assert_eq!(stash.removed(&first).unwrap().map(|(_, passed)| passed), Some(None));
    drop(stash);
    Stash::rebuild(&place.root).unwrap();
    let rebuilt = place.stash();
    assert_eq!(keys(&rebuilt), BTreeSet::from([second.key()]), "what was evicted does not come back from the records");
}

#[test]
fn a_file_that_was_removed_before_its_entry_is_put_there_again() {
    let place = Place::new();
    let stash = place.stash();
    let mut given = Given::new("large");
    given.bytes = Dice(5).noise(50_000);
    let file = place.file(b"attached");
    let own = Digest::of(&given.bytes);
    for digest in [own, file.digest] {
        assert!(stash.content.room(&digest).is_none());
    }
    let put = stash.content.put(&own, Written::of(given.bytes.clone()).kept, false).unwrap();
    stash.content.put_named(&file).unwrap();
    let attachments = [file.clone()];
    let placed = Placed { own: Some(put), attachments: &attachments };
    for digest in [own, file.digest] {
        stash.content.remove(&digest).unwrap();
    }
    assert_eq!(placed.files(&stash.content).unwrap().values().sum::<u64>(), 50_008);
    assert_eq!(stash.content.read(&own, 50_000).unwrap(), Some(given.bytes));
    assert!(stash.content.file(&file.digest).is_some());
}

#[test]
fn a_lowered_limit_is_reached_in_pieces() {
    let place = Place::new();
    let stash = place.stash();
    for number in 0..3 * PIECE {
        Given::new(&number.to_string()).put(&stash);
    }
    stash.set_limit(COUNT(10, Policy::Fifo));
    Given::new("last").put(&stash);
    assert_eq!(all(&stash).0, 10);
}

#[test]
fn what_a_clock_that_was_ahead_dates_goes_before_what_comes_now() {
    const YEAR: i64 = 365 * 24 * 3_600 * 1_000_000_000;
    for policy in [Policy::Lru, Policy::Lfu, Policy::Fifo] {
        for of_function in [false, true] {
            let place = Place::new();
            let stash = place.stash();
            let put = |name: &str| {
                let mut given = Given::new(name);
                given.limit = if of_function { COUNT(4, policy) } else { Limit::NONE };
                given.put(&stash)
            };
            stash.set_limit(if of_function { Limit::NONE } else { COUNT(4, policy) });
            for number in 0..4 {
                put(&format!("ahead {number}"));
            }
            stash
                .write("date", |index| {
                    index.execute("UPDATE nuts SET created = created + ?1, used = used + ?1", [YEAR]).map(drop)
                })
                .unwrap();
            let now: Vec<Digest> = (0..4).map(|number| put(&format!("now {number}"))).collect();
            assert_eq!(keys(&stash), now.into_iter().collect(), "{policy:?}");
        }
    }
}

#[test]
fn what_is_evicted_goes_from_the_records_after_it_has_gone_from_the_index() {
    let place = Place::new();
    let stash = place.stash();
    let stored = ["a", "b", "c"].map(|name| Given::new(name).put(&stash));
    let length = || std::fs::metadata(place.root.join("records")).unwrap().len();
    let before = length();
    let limit = COUNT(2, Policy::Fifo);
    let came_to_nothing = stash.write_with("store", |index| -> Result<(), Fault> {
        let scope = Scope { function: None, limit };
        assert_eq!(stash.make_room(index, &[scope], &stored[2])?.keys, stored[..1]);
        // As if the process were killed here, or the disk were full.
        assert_eq!(length(), before);
        Err(Fault::Index(rusqlite::Error::InvalidQuery))
    });
    assert!(came_to_nothing.is_err() && stash.info(&stored[0]).unwrap().is_some());
    stash.set_limit(limit);
    Given::new("d").put(&stash);
    drop(stash);
    Stash::rebuild(&place.root).unwrap();
    assert_eq!(keys(&place.stash()), [stored[2], Given::new("d").key()].into());
}

#[test]
fn what_was_stored_again_before_its_eviction_was_recorded_stays_in_the_records() {
    let place = Place::new();
    let stash = place.stash();
    let key = Given::new("a").put(&stash);
    let gone = Gone { keys: vec![key, Given::new("b").key()], ..Gone::default() };
    stash.write_with("record", |index| stash.record_gone(index, &gone)).unwrap();
    drop(stash);
    Stash::rebuild(&place.root).unwrap();
    assert_eq!(keys(&place.stash()), [key].into());
}
