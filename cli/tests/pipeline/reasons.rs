//! What a reason compares with, and what can be read again of a nut.

use std::collections::BTreeMap;

use scrat::Stash;
use scrat::prelude::*;
use scrat_engine::Reason;

use crate::sandbox::Sandbox;

/// The reasons of the steps that must run, by label.
fn reasons(sandbox: &Sandbox, pipeline: &str, given: &[(&str, &str)]) -> BTreeMap<String, Reason> {
    let (graph, plan) = sandbox.plan(pipeline, given);
    let stale = graph.steps().filter_map(|step| Some((graph.label(step).to_owned(), plan.reason(step)?.clone())));
    stale.filter(|(_, reason)| *reason != Reason::Upstream).collect()
}

#[test]
fn a_reason_compares_with_the_last_run_and_not_with_what_was_stored_last() {
    let sandbox = Sandbox::new();
    // Stored last is what was made of `bees`; run last is what was made of `ants`.
    for title in ["ants", "bees", "ants"] {
        sandbox.run("headed", &[("title", title)]);
    }
    let told = reasons(&sandbox, "headed", &[("title", "moths")]);
    let Some(Reason::Arguments { changes }) = told.get("heading") else { panic!("{told:?}") };
    assert_eq!((changes[0].old.as_deref(), changes[0].new.as_deref()), (Some("\"ants\""), Some("\"moths\"")));
}

#[test]
fn new_members_of_a_fan_out_never_ran_and_blame_nothing_that_is_fresh() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("to"));
    let run = |text: &str, by: &str| {
        std::fs::write(&from, text).unwrap();
        sandbox.run("sums", &[("from", &from), ("to", &to), ("by", by)]);
    };
    // Trials of another day, with another parity.
    run("4", "50,60");
    run("3", "10,20");
    let told = reasons(&sandbox, "sums", &[("from", &from), ("to", &to), ("by", "10,20,50,60,70")]);
    let scaled: Vec<_> = told.iter().filter(|(label, _)| label.starts_with("scaled")).collect();
    assert_eq!(scaled.len(), 3, "{told:?}");
    assert!(scaled.iter().all(|(_, reason)| **reason == Reason::NeverRun), "{told:?}");
    // A member in place of another one has its argument changed.
    let told = reasons(&sandbox, "sums", &[("from", &from), ("to", &to), ("by", "10,30")]);
    let Some(Reason::Arguments { changes }) = told.get("scaled by=30") else { panic!("{told:?}") };
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].old.as_deref(), changes[0].new.as_deref()), (Some("20"), Some("30")));
}

#[test]
fn a_stored_argument_and_a_value_can_be_read_again_however_long_they_are() {
    let sandbox = Sandbox::new();
    let title = "a title of many letters ".repeat(20);
    sandbox.run("headed", &[("title", &title)]);
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    let nut = stash.list(&scrat_engine::Filter::default()).unwrap().remove(0);
    assert_eq!(nut.arguments, [("title".to_owned(), format!("{title:?}"))]);
    let shown = scrat_engine::show(&stash, &nut, 1 << 16).unwrap();
    assert!(!shown.preview.cut && shown.preview.text.contains("count: 480"), "{}", shown.preview.text);
    let json: serde_json::Value = serde_json::from_str(&shown.json.unwrap()).unwrap();
    assert_eq!(json["title"], title.as_str());
    let short = scrat_engine::preview(&stash, &nut, 100).unwrap();
    assert!(short.cut && short.text.chars().count() == 100);
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Heading {
    title: String,
    count: usize,
}

#[stash]
fn heading(title: String) -> Heading {
    Heading { count: title.len(), title }
}

#[pipeline]
fn headed(title: String) -> Step<Heading> {
    heading::step(title)
}
