//! Values of which serde leaves something out: two arguments that differ in it must not be one, and a stored result
//! must not be another than the one that was returned.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use scrat::prelude::*;
use scrat::{Engine, Event, Stash, Warning};
use serde::{Deserialize, Serialize};

/// Runs `work` with a stash of its own, and returns the functions that were warned about, with what was said.
fn warned(work: impl FnOnce()) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = said.clone();
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    let engine = Arc::new(Engine::new(Some(stash), move |event| {
        if let Event::Warning(Warning::NoKey { function, error } | Warning::Unstorable { function, error }) = event {
            told.lock().unwrap().push(format!("{function}: {error}"));
        }
    }));
    engine.enter(work);
    std::mem::take(&mut *said.lock().unwrap())
}

fn counts(stats: scrat::Stats) -> (u64, u64) {
    (stats.hits, stats.misses)
}

/// Neither comparable nor printable: what is left out can be seen in the source alone.
#[derive(Serialize, Deserialize, Clone)]
struct Silent {
    weights: Vec<u64>,
    #[serde(skip)]
    note: String,
}

fn silent(note: &str) -> Silent {
    Silent { weights: vec![1], note: note.to_owned() }
}

#[stash]
fn train(n: u64) -> Silent {
    Silent { weights: vec![n], note: format!("trained on {n}") }
}

#[stash]
fn show(model: &Silent) -> String {
    format!("{} {:?}", model.note, model.weights)
}

#[stash]
fn show_all(models: &[Option<Silent>], title: &str) -> String {
    models.iter().flatten().map(|model| format!("{title}{}", model.note)).collect()
}

#[test]
fn a_field_that_is_skipped_is_seen_in_the_source_of_a_type_that_can_not_be_compared() {
    let said = warned(|| {
        assert_eq!((train(1).note, train(1).note), ("trained on 1".to_owned(), "trained on 1".to_owned()));
        assert_eq!((show(&silent("a")), show(&silent("b"))), ("a [1]".to_owned(), "b [1]".to_owned()));
        assert_eq!(
            (show_all(&[Some(silent("a"))], "x"), show_all(&[Some(silent("b"))], "x")),
            ("xa".into(), "xb".into())
        );
        assert!(!train::is_stashed(1) && !show::is_stashed(&silent("a")));
    });
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().all(|said| said.contains("Silent::note") && said.contains("unimportant")), "{said:?}");
}

#[stash(unimportant(Silent::note))]
fn weigh(model: &Silent) -> usize {
    model.weights.len()
}

#[test]
fn hit_where_the_field_is_named_as_unimportant() {
    let said = warned(|| assert_eq!((weigh(&silent("a")), weigh(&silent("b"))), (1, 1)));
    assert_eq!((said.len(), counts(weigh::stats())), (0, (1, 1)));
}

#[stash]
fn count_inside(n: u64) -> usize {
    let model = Silent { weights: vec![n; 3], note: "mine".to_owned() };
    show(&model).len()
}

#[test]
fn hit_for_a_function_that_uses_such_a_type_in_its_body_alone() {
    warned(|| assert_eq!(count_inside(1), count_inside(1)));
    assert_eq!(counts(count_inside::stats()), (1, 1));
}

mod half {
    //! A conversion that forgets.
    pub(crate) fn serialize<S: serde::Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(value.floor())
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        serde::Deserialize::deserialize(from)
    }
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Halved(#[serde(with = "half")] f64);

#[derive(Serialize, Deserialize)]
struct SilentlyHalved(#[serde(with = "half")] f64);

#[stash]
fn double(value: &Halved) -> f64 {
    value.0 * 2.0
}

#[stash]
fn double_silently(value: &SilentlyHalved) -> f64 {
    value.0 * 2.0
}

#[stash]
fn halve(value: f64) -> Halved {
    Halved(value / 2.0)
}

#[test]
fn a_conversion_that_forgets_is_seen_by_equality_and_one_that_cannot_be_seen_is_refused() {
    let said = warned(|| {
        assert_eq!((double(&Halved(1.0)), double(&Halved(1.0)), double(&Halved(1.5))), (2.0, 2.0, 3.0));
        assert_eq!((double_silently(&SilentlyHalved(1.0)), double_silently(&SilentlyHalved(1.5))), (2.0, 3.0));
        assert_eq!((halve(3.0).0, halve(3.0).0, halve(4.0).0, halve(4.0).0), (1.5, 1.5, 2.0, 2.0));
    });
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(counts(double::stats()).0, 1, "a value that comes back is kept");
    assert_eq!(counts(halve::stats()), (1, 3));
}

#[derive(Serialize, Deserialize, Debug)]
#[serde(from = "u32", into = "u32")]
struct Rounded {
    exact: f64,
}

impl Clone for Rounded {
    fn clone(&self) -> Self {
        Self { exact: self.exact }
    }
}

impl From<u32> for Rounded {
    fn from(value: u32) -> Self {
        Self { exact: f64::from(value) }
    }
}

impl From<Rounded> for u32 {
    fn from(value: Rounded) -> Self {
        value.exact as Self
    }
}

#[stash]
fn exactly(value: &Rounded) -> f64 {
    value.exact
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(untagged)]
enum Length {
    Metres(u64),
    Miles(u64),
}

#[stash]
fn unit(length: Length) -> String {
    format!("{length:?}")
}

#[test]
fn two_arguments_of_equal_bytes_are_two() {
    warned(|| {
        assert_eq!((exactly(&Rounded { exact: 1.0 }), exactly(&Rounded { exact: 1.5 })), (1.0, 1.5));
        assert_eq!(unit(Length::Metres(1)), "Metres(1)");
        assert_eq!(unit(Length::Miles(1)), "Miles(1)");
    });
}

#[derive(Serialize, Deserialize, Debug, Clone)]
struct Tagged<T> {
    value: T,
    #[serde(skip)]
    tag: std::marker::PhantomData<fn() -> T>,
}

#[stash]
fn untag(tagged: Tagged<u32>) -> u32 {
    tagged.value
}

#[test]
fn hit_where_nothing_is_lost_with_the_field() {
    let tagged = Tagged { value: 1, tag: std::marker::PhantomData };
    assert_eq!(warned(|| assert_eq!((untag(tagged.clone()), untag(tagged)), (1, 1))), [""; 0]);
    assert_eq!(counts(untag::stats()), (1, 1));
}

#[derive(Serialize, Deserialize)]
enum Event_ {
    Seen {
        #[serde(skip_serializing, default)]
        who: String,
    },
    Heard(#[serde(skip_deserializing)] String),
}

type Events = Vec<Event_>;

#[stash]
fn tell(events: &Events) -> String {
    events
        .iter()
        .map(|event| match event {
            Event_::Seen { who } => who.as_str(),
            Event_::Heard(what) => what.as_str(),
        })
        .collect()
}

#[test]
fn fields_of_variants_behind_an_alias_are_seen() {
    let said = warned(|| {
        let seen = |who: &str| vec![Event_::Seen { who: who.to_owned() }, Event_::Heard(String::new())];
        assert_eq!((tell(&seen("a")), tell(&seen("b"))), ("a".to_owned(), "b".to_owned()));
    });
    assert!(said[0].contains("Event_::Seen::who") || said[0].contains("Event_::Heard::0"), "{said:?}");
}

struct Owner;

#[derive(Serialize, Deserialize, Clone)]
struct Keeper {
    name: String,
    #[serde(skip)]
    keys: u32,
}

impl Keeper {
    #[stash]
    fn open(&self, door: u32) -> u32 {
        self.keys * door + self.name.len() as u32
    }
}

impl Owner {
    #[stash]
    fn hire(#[stash(ignore)] _keeper: &Keeper, age: u32) -> Result<u32, String> {
        Ok(age)
    }
}

#[test]
fn a_method_knows_what_its_own_type_forgets_and_what_is_ignored_is_not_asked() {
    let keeper = |keys| Keeper { name: "a".to_owned(), keys };
    let said = warned(|| {
        assert_eq!((keeper(1).open(10), keeper(2).open(10)), (11, 21));
        assert_eq!((Owner::hire(&keeper(1), 3), Owner::hire(&keeper(2), 3)), (Ok(3), Ok(3)));
    });
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("Keeper::keys"), "{said:?}");
}

#[stash]
fn reach(address: std::net::SocketAddrV6) -> String {
    format!("{address:?}")
}

#[test]
fn what_a_type_without_sources_forgets_is_seen_as_soon_as_there_is_something_to_lose() {
    let address = |scope| std::net::SocketAddrV6::new(std::net::Ipv6Addr::LOCALHOST, 1, 0, scope);
    let said = warned(|| {
        assert_eq!((reach(address(0)), reach(address(0))), ("[::1]:1".to_owned(), "[::1]:1".to_owned()));
        assert_eq!(reach(address(7)), "[::1%7]:1");
    });
    assert_eq!((said.len(), counts(reach::stats())), (1, (1, 1)), "{said:?}");
}

trait Note {
    fn note(&self) -> String;
}

impl Note for Silent {
    fn note(&self) -> String {
        self.note.clone()
    }
}

impl Note for u64 {
    fn note(&self) -> String {
        self.to_string()
    }
}

#[stash]
fn describe<T: Note + Serialize + serde::de::DeserializeOwned + Send + Sync + 'static>(value: &Vec<T>) -> String {
    value.iter().map(Note::note).collect()
}

#[test]
fn a_type_parameter_is_judged_by_what_stands_for_it() {
    let said = warned(|| {
        assert_eq!((describe(&vec![silent("a")]), describe(&vec![silent("b")])), ("a".to_owned(), "b".to_owned()));
        assert_eq!((describe(&vec![1]), describe(&vec![1])), ("1".to_owned(), "1".to_owned()));
    });
    assert_eq!((said.len(), counts(describe::stats())), (1, (1, 1)), "{said:?}");
}

/// Cannot be cloned: a copy by way of its bytes would forget.
#[derive(Serialize, Deserialize, Debug)]
struct Single {
    weight: u64,
    #[serde(skip)]
    note: String,
}

#[stash]
fn single(n: u64) -> Single {
    Single { weight: n, note: format!("note {n}") }
}

#[stash]
fn lend(single: &Single) -> String {
    single.note.clone()
}

#[stash]
fn give(model: Silent, all: Vec<Silent>) -> String {
    format!("{} {}", model.note, all.iter().map(|model| model.note.as_str()).collect::<String>())
}

#[stash]
fn join(parts: Vec<String>) -> String {
    parts.join("|")
}

#[pipeline]
fn copies(n: u64, to: String) -> Step<String> {
    let trained = train::step(n);
    let all = vec![trained.clone(), train::step(n + 1)];
    let singles = single::step(n);
    let parts =
        vec![show::step(&trained), give::step(silent("literal"), &all), give::step(&trained, all), lend::step(singles)];
    join::step(parts).export(to)
}

#[test]
fn a_pipeline_hands_on_whole_values_and_runs_what_forgets_each_time() {
    use scrat_engine::{Force, Given, Plan, RunOptions, Status, pipelines, run};
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("to");
    let mut given = Given::default();
    given.set("n", vec!["3".to_owned()]);
    given.set("to", vec![to.to_str().unwrap().to_owned()]);
    Stash::create(&folder.path().join(".scrat")).unwrap();
    let text = "trained on 3 [3]|literal trained on 3trained on 4|trained on 3 trained on 3trained on 4|note 3";
    for (force, hits) in [(Force::Nothing, 0), (Force::Nothing, 1), (Force::Named("lend".to_owned()), 1)] {
        let engine = Arc::new(Engine::new(Some(Stash::open(&folder.path().join(".scrat")).unwrap()), |_| {}));
        let pipeline = pipelines().into_iter().find(|known| known.name == "copies").unwrap();
        let graph = pipeline.graph(&given).unwrap();
        let plan = Plan::new(&engine, &graph, &force);
        assert_eq!(plan.count(Status::Stale), graph.len() - 1, "all but the last one forget");
        let report = run(&engine, "copies", &graph, &plan, &RunOptions::default()).unwrap();
        assert_eq!((report.totals.hits, report.totals.failed), (hits, 0));
        assert_eq!(std::fs::read_to_string(&to).unwrap(), text);
        std::fs::remove_file(&to).unwrap();
    }
}
