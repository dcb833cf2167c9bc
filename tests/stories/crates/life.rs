//! A pipeline that is edited: the stories replace pieces of this text.

use scrat::prelude::*;

/// Notes that something ran.
fn note(what: &str) {
    use std::io::Write;
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("ran.log").expect("a log");
    writeln!(log, "{what}").expect("a line");
}

#[stash]
fn load(csv: scrat::File) -> Result<Vec<i64>> {
    note("load");
    let text = csv.read_to_string()?;
    text.lines().skip(1).map(|line| line.parse().with_context(|| format!("`{line}` is no weight"))).collect()
}

/// Whether a weight can be one. Only `clean` uses it.
fn is_possible(weight: i64) -> bool {
    weight > 0
}

#[stash]
fn clean(weights: &[i64]) -> Vec<i64> {
    note("clean");
    weights.iter().copied().filter(|weight| is_possible(*weight)).collect()
}

#[stash]
fn score(weights: &[i64], times: i64) -> i64 {
    note(&format!("score {times}"));
    weights.iter().sum::<i64>() * times
}

#[stash]
fn report(title: String, scores: Vec<i64>) -> String {
    note("report");
    format!("# {title}\n\n{scores:?}\n")
}

#[pipeline(csv = "data/nuts.csv", times = [1, 2, 3], title = "Nuts")]
fn life(csv: scrat::File, times: Vec<i64>, title: String) -> Step<String> {
    let weights = clean::step(load::step(csv));
    let scores: Vec<_> = times.into_iter().map(|times| score::step(&weights, times)).collect();
    report::step(title, scores).export("results/report.md")
}

fn main() -> std::process::ExitCode {
    scrat::main()
}
