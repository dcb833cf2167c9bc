//! The program that most stories run. Its functions note each of their runs in `ran.log`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use scrat::prelude::*;

/// Notes that something ran, in one write, so that several processes can do so at once.
fn note(what: &str) {
    let mut log = OpenOptions::new().create(true).append(true).open("ran.log").expect("a log");
    log.write_all(format!("{what}\n").as_bytes()).expect("a line");
}

/// Waits until the story makes a file, or has forgotten to.
fn wait_for(path: &str) {
    for _ in 0..12_000 {
        if Path::new(path).exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody made {path}");
}

#[stash]
fn load(csv: scrat::File) -> Result<Vec<i64>> {
    note("load");
    let text = csv.read_to_string()?;
    let rows = text.lines().enumerate().skip(1);
    rows.map(|(row, text)| text.parse().with_context(|| format!("{csv}, line {}: `{text}` is no weight", row + 1)))
        .collect()
}

#[stash]
fn clean(weights: &[i64]) -> Vec<i64> {
    note("clean");
    weights.iter().copied().filter(|weight| *weight > 0).collect()
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

/// Weighs nuts.
#[pipeline(csv = "data/nuts.csv", times = [1, 2, 3], title = "Nuts")]
fn stock(
    /// The weights, one a line.
    csv: scrat::File,
    /// How many times to count them.
    times: Vec<i64>,
    /// The heading.
    title: String,
) -> Step<String> {
    let weights = clean::step(load::step(csv));
    let scores: Vec<_> = times.into_iter().map(|times| score::step(&weights, times)).collect();
    report::step(title, scores).export("results/report.md")
}

#[stash]
fn told(text: String) -> String {
    text
}

/// Has parameters that are called like flags of scrat and of cargo.
#[pipeline(jobs = 3, format = "png", timeline = 3, check = 3, features = "none", r#type = 3)]
fn alike(jobs: u64, format: String, timeline: u64, check: u64, features: String, r#type: u64) -> Step<String> {
    told::step(format!("jobs {jobs}, format {format}, timeline {timeline}, check {check}, features {features}, type {type}", type = r#type))
}

#[stash]
fn risky(mood: String) -> Result<u64> {
    note("risky");
    match mood.as_str() {
        "panic" => panic!("the branch broke"),
        "fail" => bail!("no nuts on this branch"),
        _ => Ok(1),
    }
}

#[stash]
fn safe(number: u64) -> u64 {
    note(&format!("safe {number}"));
    number
}

#[stash]
fn sum(numbers: Vec<u64>) -> u64 {
    note("sum");
    numbers.iter().sum()
}

/// Has one step that fails if it is told to, one that needs it, and two that don't.
#[pipeline(mood = "good")]
fn moody(mood: String) -> (Step<u64>, Step<u64>, Step<u64>) {
    let risky = risky::step(mood);
    (sum::step(vec![risky]), safe::step(1), safe::step(2))
}

#[stash]
fn gate(before: u64) -> u64 {
    note("gate");
    wait_for("go");
    before + 100
}

/// Has a step that waits for the file `go`, and others beside it.
#[pipeline]
fn beside() -> Step<u64> {
    let mut steps = vec![gate::step(0)];
    steps.extend((1..=3).map(safe::step));
    sum::step(steps)
}

/// Has a step that waits for the file `go`, after and before another.
#[pipeline]
fn between() -> Step<u64> {
    sum::step(vec![gate::step(safe::step(1))])
}

#[stash]
fn spread(count: u64) -> u64 {
    note("spread");
    let threads: Vec<_> = (0..count).map(|number| std::thread::spawn(move || safe(number))).collect();
    threads.into_iter().map(|thread| thread.join().expect("a number")).sum()
}

/// Has a step that calls stashed functions on threads of its own.
#[pipeline]
fn threads() -> Step<u64> {
    spread::step(3)
}

#[stash]
fn seed(number: u64) -> u64 {
    number
}

/// Has one step that needs very many.
#[pipeline(count = 2000)]
fn wide(count: u64) -> Step<u64> {
    sum::step((0..count).map(seed::step).collect::<Vec<_>>())
}

fn main() -> std::process::ExitCode {
    scrat::main()
}
