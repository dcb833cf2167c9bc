//! Limits and direct calls: what a program has in its hands stays.

use scrat::prelude::*;
use scrat::{Filter, Limit, Policy, Warning};

use crate::sandbox::{Sandbox, counts};

#[stash(max_count = 1)]
fn written(text: String) -> Result<scrat::File> {
    let path = std::env::temp_dir().join(format!("scrat-limits-{}-{text}", std::process::id()));
    std::fs::write(&path, &text)?;
    Ok(scrat::File::new(path))
}

#[stash(max_count = 1, policy = "lru")]
fn squared(x: u64) -> u64 {
    x * x
}

#[stash(max_count = 1)]
fn cubed(x: u64) -> u64 {
    x * x * x
}

#[stash(max_size = "40 KB", compress = false)]
fn zeros(count: u64) -> Vec<u8> {
    (0..count).map(|number| (number * number / 7 % 251) as u8).collect()
}

#[test]
fn a_file_that_was_handed_out_stays_as_long_as_the_program_runs() {
    let sandbox = Sandbox::new();
    sandbox.enter(|| written("a".to_owned()).unwrap());
    sandbox.enter(|| {
        let found = written("a".to_owned()).unwrap();
        assert!(found.path().starts_with(sandbox.path(".scrat")));
        for text in ["b", "c"] {
            written(text.to_owned()).unwrap();
        }
        assert_eq!(found.read_to_string().unwrap(), "a");
    });
    sandbox.enter(|| {
        written("d".to_owned()).unwrap();
        assert!(!written::is_stashed("a".to_owned()) && !written::is_stashed("c".to_owned()));
    });
}

#[test]
fn a_handle_keeps_its_result() {
    let sandbox = Sandbox::new();
    sandbox.enter(|| {
        let nut = squared::shelve(3);
        squared(4);
        squared(5);
        assert_eq!(nut.get().unwrap(), 9);
        assert!(!squared::is_stashed(4));
        drop(nut);
        squared(6);
        assert!(!squared::is_stashed(3) && squared::is_stashed(6));
    });
    assert_eq!(sandbox.warnings(), []);
}

#[test]
fn an_evicted_result_is_computed_again_and_never_taken_from_memory() {
    let sandbox = Sandbox::new();
    sandbox.enter(|| {
        assert_eq!([1, 2, 1].map(cubed), [1, 8, 1]);
        assert_eq!(cubed::totals().unwrap().nuts, 1);
    });
    assert_eq!(counts(cubed::stats()), (0, 3));
}

#[test]
fn a_result_that_is_larger_than_its_limit_is_returned_and_told() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine();
    engine.enter(|| {
        assert_eq!(zeros(100_000).len(), 100_000);
        assert_eq!(zeros(1_000).len(), 1_000);
    });
    assert!(
        matches!(&sandbox.warnings()[..], [Warning::NotStored { error, .. }] if error.contains("`max_size` is 40000"))
    );
    let nuts = engine.stash().unwrap().list(&Filter::All).unwrap();
    assert_eq!(nuts.iter().map(|nut| nut.size).collect::<Vec<_>>(), [1_000]);
    assert!(sandbox.content().is_empty());
}

#[test]
fn an_attribute_says_what_is_kept() {
    let options = scrat::functions().into_iter().find(|function| function.name().ends_with("limits::squared"));
    let limit = options.unwrap().options().limit;
    assert_eq!(limit, Limit { max_size: None, max_count: Some(1), policy: Some(Policy::Lru) });
}
