//! Types that name their codec behind pointers, and as the values of maps.

#![expect(clippy::boxed_local, reason = "boxed values are what is tried")]

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::Arc;

use scrat::{Blob, Codec, Literal, Step, Stored, pipeline, stash};

use crate::sandbox::{Failed, Sandbox};

/// It knows nothing of serde, and cannot be cloned.
#[derive(Debug, PartialEq)]
struct Dna(String);

struct Letters;

impl Stored for Dna {
    type Codec = Letters;
}

impl Codec<Dna> for Letters {
    const ID: &'static str = "test letters 1";

    fn encode(dna: &Dna, to: &mut Blob) -> Result<(), Failed> {
        Ok(to.write_all(dna.0.as_bytes())?)
    }

    fn decode(bytes: &[u8]) -> Result<Dna, Failed> {
        Ok(Dna(String::from_utf8(bytes.to_vec())?))
    }

    fn show(dna: &Dna) -> String {
        dna.0.clone()
    }
}

fn dna(letters: &str) -> Dna {
    Dna(letters.to_owned())
}

#[stash(memory)]
fn shared(times: usize) -> Arc<Dna> {
    Arc::new(dna(&"AC".repeat(times)))
}

#[stash]
fn boxed(dna: &Arc<Dna>) -> Box<Dna> {
    Box::new(Dna(dna.0.to_lowercase()))
}

#[stash]
fn by_name(dna: Arc<Dna>, more: Box<Dna>) -> HashMap<String, Dna> {
    (0..20).map(|at| (at.to_string(), Dna(format!("{}{at}", dna.0)))).chain([("more".to_owned(), *more)]).collect()
}

#[stash]
fn sorted(by_name: &HashMap<String, Dna>) -> BTreeMap<String, Vec<(Dna, u8)>> {
    by_name.iter().map(|(name, dna)| (name.clone(), vec![(Dna(dna.0.clone()), 1)])).collect()
}

#[stash]
fn lengths(sorted: BTreeMap<String, Vec<(Dna, u8)>>, pairs: &Arc<(Dna, u8)>) -> Arc<Vec<u64>> {
    let lengths = sorted.values().flatten().map(|(dna, _)| dna.0.len() as u64);
    Arc::new(lengths.chain([pairs.0.0.len() as u64]).collect())
}

#[stash]
fn total(lengths: &Arc<Vec<u64>>, texts: Arc<Vec<String>>) -> Arc<str> {
    format!("{} {}", lengths.iter().sum::<u64>(), texts.join(" ")).into()
}

#[pipeline]
fn around() -> Step<Arc<str>> {
    let shared = shared::step(2);
    let by_name = by_name::step(&shared, boxed::step(&shared));
    let lengths = lengths::step(sorted::step(by_name), Literal(Arc::new((dna("ACC"), 7))));
    total::step(lengths, Literal(Arc::new(vec!["nuts".to_owned()])))
}

fn call() -> String {
    let first = shared(2);
    let sorted = sorted(&by_name(first.clone(), boxed(&first)));
    assert_eq!(sorted["3"], [(dna("ACAC3"), 1)]);
    total(&lengths(sorted, &Arc::new((dna("ACC"), 7))), Arc::new(vec!["nuts".to_owned()])).to_string()
}

#[test]
fn a_type_with_a_codec_is_kept_behind_pointers_and_in_maps_the_same_for_calls_and_steps() {
    let sandbox = Sandbox::new();
    let called = sandbox.process(call);
    assert_eq!(called, "117 nuts");
    assert_eq!(sandbox.process(call), called);
    let stats = [boxed::stats(), by_name::stats(), sorted::stats(), lengths::stats(), total::stats()];
    assert!(stats.iter().all(|stats| (stats.hits, stats.misses) == (1, 1)), "{stats:?}");
    let (ran, texts) = sandbox.run("around");
    assert_eq!((ran, texts), (0, vec!["\"117 nuts\"".to_owned()]));
    assert_eq!(sandbox.warnings(), [""; 0]);
}

#[test]
fn a_shared_value_that_is_kept_in_memory_is_one_for_all_callers() {
    let sandbox = Sandbox::new();
    sandbox.process(|| shared(5));
    sandbox.process(|| assert!(Arc::ptr_eq(&shared(5), &shared(5))));
    assert_eq!(sandbox.warnings(), [""; 0]);
}
