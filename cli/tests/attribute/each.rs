//! Functions that are remembered element by element.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use scrat::prelude::*;
use scrat::{Engine, Event, Given, Stash};
use scrat_engine::{Force, Plan, RunOptions};

use crate::counts;

fn engine(folder: &tempfile::TempDir) -> Arc<Engine> {
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    Arc::new(Engine::new(Some(stash), |event| assert!(!matches!(event, Event::Warning(_)), "{event:?}")))
}

static GIVEN: Mutex<Vec<Vec<String>>> = Mutex::new(Vec::new());

fn given() -> Vec<Vec<String>> {
    std::mem::take(&mut GIVEN.lock().unwrap())
}

#[stash(each)]
fn translate(words: &[String], language: &str, #[stash(ignore)] loud: bool) -> Result<Vec<(String, usize)>> {
    GIVEN.lock().unwrap().push(words.to_vec());
    ensure!(!words.contains(&"?".to_owned()), "no word");
    assert!(!loud || !words.is_empty());
    Ok(words.iter().map(|word| (format!("{word} in {language}"), word.len())).collect())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn spoken(text: &str, language: &str) -> Vec<(String, usize)> {
    text.split(' ').map(|word| (format!("{word} in {language}"), word.len())).collect()
}

#[pipeline]
fn translated() -> Step<Vec<(String, usize)>> {
    translate::step(words("oak elm yew"), "fr", false)
}

#[test]
fn only_missing_elements_are_given_each_once_and_in_one_call() {
    let folder = tempfile::tempdir().unwrap();
    engine(&folder).enter(|| {
        assert_eq!(translate(&words("oak elm oak ash"), "fr", true).unwrap(), spoken("oak elm oak ash", "fr"));
        assert_eq!(given(), [words("oak elm ash")]);
        assert_eq!(translate(&words("ash fir oak fir"), "fr", false).unwrap(), spoken("ash fir oak fir", "fr"));
        assert_eq!(given(), [words("fir")]);
    });
    engine(&folder).enter(|| {
        assert_eq!(translate(&words("fir oak fir"), "fr", false).unwrap(), spoken("fir oak fir", "fr"));
        assert_eq!(translate(&[], "fr", false).unwrap(), []);
        assert_eq!(given(), Vec::<Vec<String>>::new());
        assert_eq!(translate(&words("oak"), "de", false).unwrap(), spoken("oak", "de"));
        assert_eq!(given(), [words("oak")], "another language is another call");

        assert!(translate(&words("fir ? box"), "fr", false).is_err());
        assert_eq!(given(), [words("? box")]);
        assert!(!translate::is_stashed(&words("box"), "fr", false), "nothing of an error is stored");
        assert!(translate::is_stashed(&words("fir oak"), "fr", false));
        assert!(translate::forget(&words("fir box"), "fr", false).unwrap());
        assert!(!translate::is_stashed(&words("fir oak"), "fr", false));
        assert!(translate::is_stashed(&words("oak"), "fr", false));
    });
    assert_eq!(counts(translate::stats()), (2 + 2 + 1, 3 + 1 + 1));
    let engine = engine(&folder);
    let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "translated").unwrap();
    for expected in [vec![words("yew")], vec![]] {
        let graph = pipeline.graph(&Given::default()).unwrap();
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        scrat_engine::run(&engine, "translated", &graph, &plan, &RunOptions::default()).unwrap();
        assert_eq!(given(), expected, "a step looks for its elements as well");
    }
}

static COUNT: AtomicU64 = AtomicU64::new(0);

#[stash(each)]
fn counted(list: &[u64]) -> Vec<u64> {
    list.iter().map(|_| COUNT.fetch_add(1, Ordering::Relaxed)).collect()
}

#[pipeline]
fn counting() -> Step<Vec<u64>> {
    counted::step(vec![1, 2, 1])
}

static AGED: AtomicU64 = AtomicU64::new(0);

#[stash(each, ttl = "1h")]
fn aging(list: &[u64]) -> Vec<u64> {
    list.iter().map(|_| AGED.fetch_add(1, Ordering::Relaxed)).collect()
}

#[pipeline]
fn growing_old() -> Step<Vec<u64>> {
    aging::step(vec![1])
}

fn run(engine: &Arc<Engine>, name: &str, force: &Force) -> usize {
    let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == name).unwrap();
    let graph = pipeline.graph(&Given::default()).unwrap();
    let plan = Plan::new(engine, &graph, force);
    scrat_engine::run(engine, name, &graph, &plan, &RunOptions::default()).unwrap().totals.ran
}

#[test]
fn a_forced_step_computes_its_elements_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder);
    let before = engine.enter(|| counted(&[1, 2]));
    assert_eq!(run(&engine, "counting", &Force::Nothing), 1);
    assert_eq!(engine.enter(|| counted(&[1, 2])), before);
    assert_eq!(run(&engine, "counting", &Force::All), 1);
    let after = engine.enter(|| counted(&[1, 2, 3]));
    assert!(after[..2].iter().all(|value| !before.contains(value)), "{before:?} {after:?}");
    assert_eq!(run(&engine, "counting", &Force::Nothing), 0);
    assert_eq!(engine.enter(|| counted(&[1, 2, 3])), after);
}

#[test]
fn the_result_of_a_step_is_not_made_of_elements_that_are_older_than_it_may_become() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder);
    for _ in 0..2 {
        assert_eq!(engine.enter(|| aging(&[1])), [0]);
    }
    assert_eq!(run(&engine, "growing_old", &Force::Nothing), 1);
    assert_eq!(AGED.load(Ordering::Relaxed), 2);
}

#[stash(each)]
fn owned<T: scrat::Value + Clone>(list: Vec<T>, #[stash(default = 1)] times: usize) -> Vec<Vec<T>> {
    list.into_iter().map(|element| vec![element; times]).collect()
}

#[stash(each)]
fn short(list: &[u64]) -> Vec<u64> {
    list.iter().skip(1).copied().collect()
}

#[test]
fn a_list_may_be_owned_and_generic_and_a_wrong_number_of_values_is_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    engine(&folder).enter(|| {
        assert_eq!(owned(vec![1_u8, 2], 2), [[1, 1], [2, 2]]);
        assert_eq!(owned(vec!["a".to_owned(), "a".to_owned()], 1), [["a"], ["a"]]);
        assert_eq!(owned(vec![2_u8], 2), [[2, 2]]);
        assert_eq!(counts(owned::stats()), (1, 3));
        let panic = std::panic::catch_unwind(|| short(&[1, 2, 3])).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.contains("short was given 3 elements and returned 2 values"), "{message}");
    });
}

static COMPUTED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

#[stash(each)]
fn slowly(list: &[u64]) -> Vec<u64> {
    COMPUTED.lock().unwrap().extend(list);
    std::thread::sleep(std::time::Duration::from_millis(20));
    list.iter().map(|x| x * 10).collect()
}

#[test]
fn threads_whose_lists_overlap_compute_each_element_once_and_wait_in_no_circle() {
    let folder = tempfile::tempdir().unwrap();
    let engines = [engine(&folder), engine(&folder)];
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (start, engine) = (&start, &engines[thread as usize % 2]);
            scope.spawn(move || {
                let list: Vec<u64> = (0..10).map(|x| (x * (thread + 1) + thread) % 11).collect();
                start.wait();
                let expected: Vec<u64> = list.iter().map(|x| x * 10).collect();
                assert_eq!(engine.enter(|| slowly(&list)), expected);
            });
        }
    });
    let mut computed = std::mem::take(&mut *COMPUTED.lock().unwrap());
    computed.sort_unstable();
    assert_eq!(computed, (0..10).collect::<Vec<_>>());
}
