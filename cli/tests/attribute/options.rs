//! Options of functions and of parameters, and settings that name functions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use scrat::prelude::*;
use scrat::{Config, Engine, Event, Given, Nut, NutError, Stash, Warning, Which};
use scrat_engine::{Force, Plan, RunOptions, RunReport};

use crate::counts;

/// A stash, and what was warned of.
struct Place {
    folder: tempfile::TempDir,
    warnings: Arc<Mutex<Vec<Warning>>>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), warnings: Arc::default(), calls: Arc::default() }
    }

    /// An engine as a new process has it.
    fn engine(&self, change: impl FnOnce(&mut Config)) -> Arc<Engine> {
        let mut config = Config::default();
        change(&mut config);
        let (warnings, calls) = (self.warnings.clone(), self.calls.clone());
        let stash = Stash::create(&self.folder.path().join(".scrat")).unwrap();
        let engine = Engine::new(Some(stash), move |event| match event {
            Event::Warning(warning) => warnings.lock().unwrap().push(warning.clone()),
            Event::Called { function, arguments, took } => {
                let word = if took.is_none() { "hit" } else { "ran" };
                calls.lock().unwrap().push(format!("{word} {function}({arguments})"));
            }
            _ => {}
        });
        Arc::new(engine.with_settings(&config))
    }

    fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        self.engine(|_| ()).enter(work)
    }

    fn warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }
}

/// Runs a pipeline.
fn run(engine: &Arc<Engine>, name: &str) -> RunReport {
    let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == name).unwrap();
    let graph = pipeline.graph(&Given::default()).unwrap();
    let plan = Plan::new(engine, &graph, &Force::Nothing);
    scrat_engine::run(engine, name, &graph, &plan, &RunOptions::default()).unwrap()
}

/// How many steps ran, and how many were found.
fn ran_and_hit(report: &RunReport) -> (usize, usize) {
    (report.totals.ran, report.totals.hits)
}

static TIDE: AtomicU64 = AtomicU64::new(0);

#[stash]
fn tide(day: u64) -> u64 {
    day * 100 + TIDE.load(Ordering::SeqCst)
}

#[pipeline]
fn tides() -> Step<u64> {
    tide::step(5)
}

#[test]
fn a_forced_function_computes_each_result_once_more_and_replaces_it() {
    let place = Place::new();
    assert_eq!(place.enter(|| tide(1)), 100);
    TIDE.store(1, Ordering::SeqCst);
    assert_eq!(place.enter(|| tide(1)), 100);
    for (force, expected) in [("tides, neap", 100), ("tide", 101), ("ti*", 101)] {
        let engine = place.engine(|config| config.force = Which::parse(force));
        engine.enter(|| {
            assert_eq!(tide::is_stashed(1), expected == 100, "{force}");
            assert_eq!((tide(1), tide(1)), (expected, expected), "{force}");
            assert!(tide::is_stashed(1), "{force}");
        });
    }
    assert_eq!(place.enter(|| tide(1)), 101, "what was stored is replaced");
    assert_eq!(counts(tide::stats()), (6, 3));
    let missing = |name: &str| Warning::NoSuchFunction { setting: "force", name: name.to_owned() };
    assert_eq!(place.warnings(), [missing("tides"), missing("neap")]);

    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "tides")), (1, 0));
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "tides")), (0, 1));
    let engine = place.engine(|config| config.force = Which::All);
    assert_eq!(ran_and_hit(&run(&engine, "tides")), (1, 0), "steps are forced as well");
    assert_eq!(engine.enter(|| tide(5)), 501);
    assert_eq!(counts(tide::stats()), (8, 5), "the run has computed this one");
}

#[test]
fn a_limit_of_a_function_that_nobody_knows_is_told() {
    let place = Place::new();
    let limit = scrat::Limit { max_count: Some(1), ..scrat::Limit::NONE };
    let engine = |names: &[&str]| {
        let named: Vec<_> = names.iter().map(|name| ((*name).to_owned(), limit)).collect();
        drop(place.engine(|config| config.limits.functions.extend(named)));
    };
    engine(&["tide", "eb*", "tidee"]);
    let missing = |name: &str| Warning::NoSuchFunction { setting: "stash.functions", name: name.to_owned() };
    assert_eq!(place.warnings(), [missing("tidee")]);
}

#[stash]
fn ebb(day: u64) -> u64 {
    day + 1
}

#[stash]
fn flood(day: u64) -> u64 {
    day + 2
}

#[test]
fn a_disabled_function_runs_each_time_beside_others_that_are_stored() {
    let place = Place::new();
    place.enter(|| assert_eq!((ebb(1), flood(1)), (2, 3)));
    let engine = place.engine(|config| config.disable = Which::parse("options::ebb"));
    engine.enter(|| {
        assert!(!ebb::is_stashed(1) && flood::is_stashed(1));
        assert_eq!((ebb(1), flood(1)), (2, 3));
    });
    assert_eq!((counts(ebb::stats()), counts(flood::stats())), ((0, 1), (1, 1)));
    assert_eq!(place.warnings(), []);
}

#[stash(code = "ignore")]
fn plant(
    tree: &str,
    #[stash(default = "loam")] soil: &str,
    #[stash(default = &[1, 2])] years: &[u64],
    #[stash(default = 3)] depth: u64,
    #[stash(ignore)] loud: bool,
) -> String {
    assert!(!loud, "planting {tree}");
    format!("{tree} in {soil}, {depth} deep, {years:?}")
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Spade(u64);

impl Spade {
    #[stash]
    fn dig(&self, #[stash(default = Spade(1))] other: Spade, #[stash(default = 3)] depth: u64) -> u64 {
        self.0 + other.0 + depth
    }
}

#[pipeline]
fn planted() -> Step<String> {
    plant::step("oak", "loam", vec![1, 2], 3, false)
}

#[test]
fn a_parameter_with_a_default_is_one_like_any_other() {
    let place = Place::new();
    for loud in [false, true] {
        place.enter(|| {
            assert_eq!(plant("oak", "loam", &[1, 2], 3, loud), "oak in loam, 3 deep, [1, 2]");
            assert_eq!(plant("oak", "sand", &[1, 2], 3, loud), "oak in sand, 3 deep, [1, 2]");
            assert_eq!(plant("oak", "loam", &[1, 2], 4, loud), "oak in loam, 4 deep, [1, 2]");
            assert_eq!(Spade(1).dig(Spade(1), 3), 5);
            assert_eq!(Spade(1).dig(Spade(1), 4), 6);
        });
    }
    assert_eq!(counts(plant::stats()), (3, 3));
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "planted")), (0, 1));
    place.enter(|| {
        assert!(plant::forget("oak", "loam", &[1, 2], 3, true).unwrap());
        assert!(!plant::is_stashed("oak", "loam", &[1, 2], 3, true));
        assert!(plant::is_stashed("oak", "loam", &[1, 2], 4, true));
    });
    assert_eq!(place.warnings(), []);
}

static READY: AtomicU64 = AtomicU64::new(0);

fn is_ready(answer: &Option<u64>) -> bool {
    answer.is_some()
}

#[stash(validate = is_ready)]
fn ask(x: u64) -> Result<Option<u64>> {
    Ok((READY.load(Ordering::SeqCst) > 0).then_some(x))
}

/// Unwraps the answer, and thus has another value if the other one has.
#[stash]
fn answered(answer: Option<u64>) -> u64 {
    answer.unwrap_or_default()
}

#[stash(validate = Vec::is_empty)]
fn nothing_of<T: scrat::Value + Clone>(x: &T) -> Vec<T> {
    vec![x.clone()]
}

impl Spade {
    #[stash(validate = panics)]
    fn broken(&self) -> u64 {
        self.0
    }
}

fn panics(_: &u64) -> bool {
    panic!("it can't tell")
}

#[pipeline]
fn asked() -> Step<u64> {
    answered::step(ask::step(2))
}

#[test]
fn a_stored_result_that_its_function_refuses_is_computed_again_and_replaced() {
    let place = Place::new();
    let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "asked").unwrap();
    let reasons = || {
        let (engine, graph) = (place.engine(|_| ()), pipeline.graph(&Given::default()).unwrap());
        let plan = Plan::new(&engine, &graph, &Force::Nothing);
        graph.steps().map(|step| plan.reason(step).map(|reason| reason.kind())).collect::<Vec<_>>()
    };
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "asked")), (2, 0));
    assert_eq!(reasons(), [Some("refused"), Some("upstream")]);
    for ready in [0, 1] {
        READY.store(ready, Ordering::SeqCst);
        for again in [false, true] {
            place.enter(|| {
                assert_eq!(ask::is_stashed(1), ready > 0 && again);
                assert_eq!(ask(1).unwrap(), (ready > 0).then_some(1));
            });
        }
    }
    assert_eq!(counts(ask::stats()), (1, 1 + 3));
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "asked")), (2, 0));
    assert_eq!(reasons(), [None, None]);
    place.enter(|| {
        assert_eq!((nothing_of(&1), nothing_of(&1)), (vec![1], vec![1]));
        assert_eq!((Spade(1).broken(), Spade(1).broken()), (1, 1));
    });
    assert_eq!(counts(nothing_of::stats()), (0, 2));
}

#[stash]
fn spoken(x: u64, #[stash(ignore)] _loud: bool, words: &[u8]) -> usize {
    words.len() + x as usize
}

#[test]
fn each_call_of_a_verbose_function_is_told_with_its_arguments() {
    let place = Place::new();
    let engine = place.engine(|config| config.verbose = Which::parse("spoken,ebb"));
    engine.enter(|| {
        assert_eq!((spoken(1, true, &[7]), spoken(1, false, &[7]), tide(9)), (2, 2, tide::call_fresh(9)));
        assert_eq!(ebb::shelve(9).get().unwrap(), 10);
    });
    let calls = std::mem::take(&mut *place.calls.lock().unwrap());
    let said = "attribute::options::spoken(x: 1, words: [7])";
    assert_eq!(calls, [format!("ran {said}"), format!("hit {said}"), "ran attribute::options::ebb(day: 9)".to_owned()]);
}

static PRESSED: AtomicU64 = AtomicU64::new(0);

#[stash]
fn press(flower: &str, size: usize) -> Vec<String> {
    PRESSED.fetch_add(1, Ordering::SeqCst);
    vec![flower.to_owned(); size]
}

#[stash]
fn press_gently(flower: &str) -> Result<String, &str> {
    if flower.is_empty() { Err(flower) } else { Ok(flower.to_uppercase()) }
}

#[stash]
fn pressed<T: scrat::Value + Clone>(flower: T) -> Result<Vec<T>> {
    Ok(vec![flower])
}

/// A value that can't be stored.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Wilted(#[serde(skip)] u64);

#[stash]
fn wilt(days: u64) -> Wilted {
    Wilted(days)
}

fn can_be_sent<T: Send + Sync + Clone>(_: &T) {}

#[test]
fn a_shelved_result_is_computed_once_and_loaded_when_it_is_asked_for() {
    let place = Place::new();
    let first: Nut<Vec<String>> = place.enter(|| press::shelve("aster", 2));
    can_be_sent(&first);
    assert_eq!((first.bytes(), first.function()), (Some(8 + 2 * 13), "attribute::options::press"));
    let other = place.enter(|| press::shelve("aster", 2));
    assert_eq!((first.key(), first.digest()), (other.key(), other.digest()));
    assert_eq!(PRESSED.load(Ordering::SeqCst), 1);
    // Outside of the engine that made it, and in another thread.
    let loaded = std::thread::spawn(move || (other.get().unwrap(), other)).join().unwrap();
    assert_eq!(loaded.0, ["aster", "aster"]);
    assert_eq!(counts(press::stats()), (1, 1));

    assert!(loaded.1.forget().unwrap() && !loaded.1.forget().unwrap());
    assert!(matches!(first.get(), Err(NutError::Gone { .. })));
    place.enter(|| {
        assert!(!press::is_stashed("aster", 2));
        assert_eq!(press_gently::shelve("rose").unwrap().get().unwrap(), "ROSE");
        assert_eq!(press_gently::shelve("").unwrap_err(), "");
        assert_eq!(pressed::shelve(3_u8).unwrap().get().unwrap(), [3]);
        let wilted = wilt::shelve(5);
        assert_eq!((wilted.get().unwrap().0, wilted.key()), (5, None), "it is kept in memory");
        assert!(!wilted.forget().unwrap());
    });
    let nowhere = Arc::new(Engine::new(None, |_| ()));
    assert_eq!(nowhere.enter(|| press::shelve("iris", 1)).get().unwrap(), ["iris"]);
}

#[stash]
fn counted(x: u64) -> u64 {
    x
}

#[test]
fn totals_are_those_of_all_processes() {
    let place = Place::new();
    assert_eq!(place.enter(|| counted::totals().unwrap().nuts), 0);
    place.enter(|| (counted(1), counted(2), counted(1)));
    let totals = place.enter(|| {
        counted(1);
        counted::totals().unwrap()
    });
    assert_eq!((totals.nuts, totals.bytes, totals.hits, totals.misses), (2, 16, 2, 2));
    assert_eq!(totals.function, "attribute::options::counted");
}

#[stash(memory)]
fn table(size: u64) -> Arc<Vec<u64>> {
    Arc::new((0..size).collect())
}

#[stash(memory, validate = is_short)]
fn text<T: scrat::Value + Clone>(of: T) -> Result<Vec<T>> {
    Ok(vec![of])
}

fn is_short<T>(list: &[T]) -> bool {
    list.len() < 2
}

#[test]
fn repeated_hits_in_memory_hand_out_the_same_arc() {
    let place = Place::new();
    place.enter(|| {
        table(1_000);
        let (first, second) = (table(1_000), table(1_000));
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(first.len(), 1_000);
        assert!(Engine::current().stash().unwrap().memory_bytes() >= 8_000);
        assert_eq!(table(100_000).len(), 100_000, "one that is too large for bytes");
        assert!(Arc::ptr_eq(&table(100_000), &table(100_000)));
        assert!(table::forget(1_000).unwrap());
        assert!(!Arc::ptr_eq(&first, &table(1_000)), "it is computed again");
        assert_eq!([text(1).unwrap(), text(1).unwrap(), text(1).unwrap()], [[1], [1], [1]]);
    });
    let engine = place.engine(|config| config.memory.budget = Some(0));
    engine.enter(|| {
        assert!(!Arc::ptr_eq(&table(1_000), &table(1_000)), "nothing is kept");
        assert_eq!(engine.stash().unwrap().memory_bytes(), 0);
    });
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Press<T> {
    force: T,
}

impl<T: scrat::Value + Clone> Press<T> {
    #[stash(step = press_step)]
    fn press(&self, (flower, times): (String, usize), #[stash(ignore)] loud: bool) -> Result<Vec<(T, String)>> {
        assert!(!loud, "pressing");
        ensure!(times > 0, "not at all");
        Ok(vec![(self.force.clone(), flower); times])
    }

    #[stash(step = new_step)]
    fn new(force: T) -> Self {
        Self { force }
    }

    #[stash(step = apart_step)]
    fn apart<U: scrat::Value + Clone>(self, other: &U, #[stash(default = 1)] times: u64) -> (T, Vec<U>) {
        (self.force, vec![other.clone(); times as usize])
    }
}

type Pressed = Vec<(u64, String)>;

#[pipeline]
fn pressing() -> (Step<Pressed>, Step<(u64, Vec<u8>)>) {
    let press = Press::new_step(5_u64);
    let pressed = Press::press_step(&press, ("rose".to_owned(), 2), false);
    (pressed, Press::apart_step(press, 7_u8, 2))
}

#[test]
fn a_method_has_a_step_by_the_name_that_it_is_given_with_the_key_of_a_call() {
    let place = Place::new();
    let expected = [(5, "rose".to_owned()), (5, "rose".to_owned())];
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "pressing")), (3, 0));
    place.enter(|| {
        let press = Press::new(5_u64);
        assert_eq!(press.press(("rose".to_owned(), 2), true).unwrap(), expected);
        assert!(press.press(("rose".to_owned(), 0), false).is_err());
        assert_eq!(press.apart(&7_u8, 2), (5, vec![7, 7]));
        assert_eq!(Press::new(5_u8).apart(&7_u64, 2), (5, vec![7, 7]), "other types, another call");
    });
    assert_eq!(ran_and_hit(&run(&place.engine(|_| ()), "pressing")), (0, 3));
    let misses = |name: &str| {
        let function = scrat::functions().into_iter().find(|function| function.name().ends_with(name)).unwrap();
        let totals = place.engine(|_| ()).stash().unwrap().totals().unwrap();
        totals.into_iter().find(|totals| totals.function == function.name()).unwrap().misses
    };
    assert_eq!((misses(">::press"), misses(">::new"), misses(">::apart")), (1, 2, 2));
}
