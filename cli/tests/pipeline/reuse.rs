//! What runs, and what is taken from the stash.

use scrat::prelude::*;
use scrat_engine::{Difference, Force, Plan, Reason, Status};

use crate::sandbox::{Sandbox, counts, on_threads};

#[stash]
fn number(from: scrat::File) -> Result<u64> {
    Ok(from.read_to_string()?.trim().parse()?)
}

#[stash]
fn parity(number: u64) -> u64 {
    number % 2
}

#[stash]
fn scaled(parity: u64, by: u64) -> u64 {
    parity * by
}

#[stash]
fn total(parts: Vec<u64>) -> String {
    format!("{}", parts.iter().sum::<u64>())
}

#[pipeline(by = [10, 20, 30])]
fn sums(from: scrat::File, by: Vec<u64>, to: String) -> Step<String> {
    let parity = parity::step(number::step(from));
    let parts: Vec<_> = by.into_iter().map(|by| scaled::step(&parity, by)).collect();
    total::step(parts).export(to)
}

#[test]
fn a_second_run_hits_everything_and_a_removed_export_comes_back() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("out/sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    assert_eq!(counts(&sandbox.run("sums", &given)), (0, 6, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
    std::fs::remove_file(&to).unwrap();
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
}

#[test]
fn an_equal_result_cuts_a_change_off() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    let given = [("from", from.as_str()), ("to", to.as_str())];
    std::fs::write(&from, "3").unwrap();
    sandbox.run("sums", &given);
    std::fs::write(&from, "5").unwrap();
    let (graph, plan) = sandbox.plan("sums", &given);
    assert_eq!([Status::Stale, Status::Pending].map(|status| plan.count(status)), [1, 5]);
    let stale = graph.steps().find(|&step| plan.status(step) == Status::Stale).unwrap();
    assert_eq!(graph.function(stale).short_name(), "number");
    assert!(matches!(plan.reason(stale), Some(Reason::Arguments { changes }) if changes[0].name == "from"));
    // `number` and `parity` run; the parity is the same, so nothing after it does.
    assert_eq!(counts(&sandbox.run("sums", &given)), (4, 2, 0, 0));
    // The shortcut by deep key is learnt even for what did not run.
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
}

#[test]
fn a_changed_parameter_runs_what_depends_on_it_alone() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    sandbox.run("sums", &[("from", &from), ("to", &to)]);
    let report = sandbox.run("sums", &[("from", &from), ("to", &to), ("by", "10,20,40")]);
    assert_eq!(counts(&report), (4, 2, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "70");
}

#[test]
fn a_forced_step_runs_and_its_equal_result_stops_there() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    sandbox.run("sums", &given);
    let options = || on_threads(2);
    let force = Force::Named("parity".to_owned());
    assert_eq!(counts(&sandbox.run_with("sums", &given, &force, options())), (5, 1, 0, 0));
    assert_eq!(counts(&sandbox.run_with("sums", &given, &Force::All, options())), (0, 6, 0, 0));
}

/// Results of it are too old at once.
#[stash(ttl = "0s")]
fn weather(station: u64) -> u64 {
    station * 2
}

#[pipeline]
fn forecast(station: u64) -> Step<u64> {
    parity::step(weather::step(station))
}

#[test]
fn an_expired_result_is_computed_again_though_what_was_made_of_it_is_there() {
    let sandbox = Sandbox::new();
    let given = [("station", "3")];
    assert_eq!(counts(&sandbox.run("forecast", &given)), (0, 2, 0, 0));
    let (graph, plan) = sandbox.plan("forecast", &given);
    let reasons: Vec<_> = graph.steps().map(|step| plan.reason(step).cloned()).collect();
    assert!(matches!(reasons[..], [Some(Reason::Expired { .. }), Some(Reason::Upstream)]), "{reasons:?}");
    assert_eq!(counts(&sandbox.run("forecast", &given)), (1, 1, 0, 0));
}

#[stash(name = "edited::first")]
fn first_before(x: u64) -> u64 {
    x + 1
}

#[stash(name = "edited::second")]
fn second_before(x: u64) -> u64 {
    x * 2
}

#[stash(name = "edited::first")]
fn first_after(x: u64) -> u64 {
    1 + x
}

#[stash(name = "edited::second")]
fn second_after(x: u64) -> u64 {
    2 * x
}

#[pipeline]
fn edited(after: bool) -> Step<u64> {
    if after { second_after::step(first_after::step(1_u64)) } else { second_before::step(first_before::step(1_u64)) }
}

#[test]
fn a_step_of_new_code_is_stale_before_its_inputs_are_known() {
    let sandbox = Sandbox::new();
    sandbox.run("edited", &[("after", "false")]);
    let (graph, plan) = sandbox.plan("edited", &[("after", "true")]);
    let reasons: Vec<_> = graph.steps().map(|step| plan.reason(step).cloned()).collect();
    assert!(matches!(reasons[..], [Some(Reason::Code { .. }), Some(Reason::Code { .. })]), "{reasons:?}");
    assert_eq!(counts(&sandbox.run("edited", &[("after", "true")])), (0, 2, 0, 0));
    // With that code there are results, so it may turn out fresh.
    let engine = sandbox.engine();
    let plan = Plan::new(&engine, &graph, &Force::Named("edited::first".to_owned()));
    assert_eq!([Status::Stale, Status::Pending].map(|status| plan.count(status)), [1, 1]);
}

#[stash]
fn lines(text: String) -> u64 {
    text.lines().count() as u64
}

#[pipeline]
fn counted(text: String) -> Step<u64> {
    lines::step(text)
}

#[test]
fn a_changed_text_is_told_by_its_first_line_that_differs() {
    let sandbox = Sandbox::new();
    let text = "select mass, species\nfrom penguins\nwhere mass > 3000\n";
    sandbox.run("counted", &[("text", text)]);
    let (graph, plan) = sandbox.plan("counted", &[("text", &text.replace("3000", "3500"))]);
    let step = graph.steps().next().unwrap();
    let changes = plan.reason(step).unwrap().argument_changes();
    let line = |text: &str| Some(text.to_owned());
    let (old, new) = (line("where mass > 3000"), line("where mass > 3500"));
    assert_eq!(changes[0].difference, Some(Difference::Line { path: String::new(), line: 3, old, new }));
}
