//! What a user sees of a pipeline before, after and between runs. This program is the pipeline's own: called with
//! words, it is the command; called without, it tells the stories, each in a folder of its own.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a story stops where something goes wrong, and says so")]

#[path = "see/document.rs"]
mod document;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use scrat::prelude::*;
use serde_json::Value;

/// Reads numbers, one a line.
#[stash(retries = 1)]
fn load(csv: scrat::File) -> Result<Vec<u64>, std::io::Error> {
    if fs::remove_file("fail-once").is_ok() {
        return Err(std::io::Error::other("not yet"));
    }
    let text = fs::read_to_string(csv.path())?;
    text.lines().map(number).collect()
}

fn number(line: &str) -> Result<u64, std::io::Error> {
    line.parse().map_err(|_| std::io::Error::other(format!("`{line}` is no number")))
}

#[stash]
fn largest(numbers: &[u64]) -> u64 {
    numbers.iter().copied().max().unwrap_or(0)
}

/// It also depends on what it should not: a file that is no argument.
#[stash]
fn scale(number: u64, factor: u64) -> u64 {
    number * factor + fs::read_to_string("dial").map_or(0, |dial| dial.len() as u64)
}

#[stash]
fn total(numbers: Vec<u64>) -> u64 {
    numbers.iter().sum()
}

#[pipeline(csv = "numbers.csv", factors = [1, 2, 3])]
fn numbers(csv: scrat::File, factors: Vec<u64>) -> Step<u64> {
    let largest = largest::step(load::step(csv));
    let scaled: Vec<_> = factors.into_iter().map(|factor| scale::step(&largest, factor)).collect();
    total::step(scaled)
}

struct Told {
    out: String,
    code: i32,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// Calls the command in a folder.
fn scrat(folder: &Path, words: &str) -> Told {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(words.split(' '))
        .current_dir(folder)
        .env_remove("SCRAT_INVOKED_FROM")
        .output()
        .unwrap();
    Told { out: String::from_utf8(output.stdout).unwrap(), code: output.status.code().unwrap_or(-1) }
}

fn numbers_are(folder: &Path, text: &str) {
    fs::write(folder.join("numbers.csv"), text).unwrap();
}

fn why_alone_tells_the_last_run_by_causes(folder: &Path) {
    assert_eq!(scrat(folder, "why").code, 2, "nothing ran yet");
    scrat(folder, "run");
    let first = scrat(folder, "why --format json").json();
    assert_eq!(first["ran"], 6);
    assert_eq!(first["causes"].as_array().unwrap().len(), 1);
    assert_eq!(first["causes"][0]["kind"], "never_run");

    numbers_are(folder, "1\n5\n4\n");
    scrat(folder, "run");
    let told = scrat(folder, "why");
    assert!(told.out.contains("input file numbers.csv changed  by data\n  load\n"), "{}", told.out);
    assert!(told.out.contains("and behind it 1 step: largest"), "{}", told.out);
    assert!(told.out.contains("4 steps did not have to run"), "{}", told.out);
    assert_eq!(scrat(folder, "why numbers").out, told.out, "the pipeline may be named in place of a step");
}

fn why_tells_what_a_fresh_step_rests_on(folder: &Path) {
    scrat(folder, "run");
    let told = scrat(folder, "why total").out;
    for part in ["total is fresh since 20", "inputs    scale factor=1, scale factor=2, scale factor=3", "1 function"] {
        assert!(told.contains(part), "{told}");
    }
    let told = scrat(folder, "why load --format json").json();
    assert_eq!(told["arguments"][0]["short"], "numbers.csv");
    assert_eq!(told["nut"]["bytes"], 24);
}

fn a_plan_names_each_cause_once_and_by_what_it_is(folder: &Path) {
    let plan = scrat(folder, "plan --format json").json();
    assert_eq!((&plan["never_run"], &plan["stale"], &plan["pending"]), (&1.into(), &1.into(), &5.into()));
    scrat(folder, "run");
    let plan = scrat(folder, "plan --factors 1,2,7 --format json").json();
    assert_eq!(plan["causes"][0]["text"], "argument factor changed from 3 to 7");
    assert_eq!((&plan["causes"][0]["by"], &plan["causes"][0]["behind"]), (&"data".into(), &1.into()));
    let step = |label: &str| plan["steps"].as_array().unwrap().iter().find(|step| step["step"] == label).unwrap();
    assert_eq!(step("scale factor=7")["reason"]["by"], serde_json::json!(["own data"]));
    assert_eq!(step("total")["reason"]["by"], serde_json::json!(["inherited data"]));
    assert_eq!(plan["critical_path"], serde_json::json!(["scale factor=7", "total"]));
    assert_eq!(plan["expected_bytes"], 16);
    assert_eq!(plan["input_files"], serde_json::json!(["numbers.csv"]));
}

fn a_changed_value_is_told_by_where_it_first_differs(folder: &Path) {
    scrat(folder, "run");
    numbers_are(folder, "1\n3\n5\n");
    scrat(folder, "run --factors 1,2,7");
    let last = scrat(folder, "why --format json").json();
    let step = |label: &str| last["steps"].as_array().unwrap().iter().find(|step| step["step"] == label).unwrap();
    let text = |label: &str| &step(label)["reason"]["text"];
    assert_eq!(text("largest"), "the value of load changed at [1] from 2 to 3");
    assert_eq!(text("total"), "numbers[2] (scale factor=7) changed from 15 to 35");
    let inside = &step("total")["reason"]["arguments"][0]["difference"];
    assert_eq!((&inside["kind"], &inside["first"]["kind"]), (&"elements".into(), &"part".into()));
    scrat(folder, "run --factors 1,2,7,8");
    let told = scrat(folder, "why --format json").out;
    assert!(told.contains("numbers changed from 3 to 4 values, first at numbers[3] (scale factor=8)"), "{told}");
}

fn what_does_not_come_out_again_is_found(folder: &Path) {
    let stored = |words: &str| scrat(folder, words);
    assert_eq!(stored("stash check --rerun 50%").code, 2, "there is no stash yet");
    scrat(folder, "run");
    let listed = stored("stash list --format json").out;
    let told = stored("stash check --rerun 100%");
    assert_eq!((told.code, told.out.trim()), (0, "6 stored steps ran again: all gave what is stored"));
    fs::write(folder.join("dial"), "!").unwrap();
    let told = stored("stash check --rerun 100%");
    assert_eq!(told.code, 4, "{}", told.out);
    assert!(told.out.contains("6 stored steps ran again: 3 gave something else, 0 failed"), "{}", told.out);
    assert!(told.out.contains("scale factor=2") && told.out.contains("changed from 10 to 11"), "{}", told.out);
    let told = stored("stash check --rerun 100% --format json").out;
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let outcome = |step: &str| lines.iter().find(|line| line["step"] == step).unwrap()["outcome"].clone();
    assert_eq!([outcome("total"), outcome("scale factor=3")], ["same", "different"]);
    let told = stored("stash check --rerun 0.01% --format json").out;
    assert_eq!(told.lines().count(), 1, "one at least: {told}");
    assert_eq!(stored("stash list --format json").out, listed, "nothing is stored, and nothing counted as used");
    assert_eq!(scrat(folder, "plan --check").code, 0);
    for words in ["stash check --rerun 0%", "stash check --rerun 3", "stash check --sample 101%"] {
        assert_eq!(scrat(folder, words).code, 2, "{words}");
    }
    let told = stored("stash check --sample 100%").out;
    assert!(told.starts_with("6 nuts checked ("), "{told}");
}

fn a_deleted_nut_is_not_called_never_run(folder: &Path) {
    scrat(folder, "run");
    scrat(folder, "stash delete total --yes");
    let plan = scrat(folder, "plan --format json").json();
    assert_eq!(plan["causes"][0]["kind"], "evicted");
    assert_eq!(plan["never_run"], 0);
}

fn a_sum_of_sizes_is_whole_or_says_of_how_many_it_is(folder: &Path) {
    let caption = || scrat(folder, "graph").out.lines().next().unwrap().to_owned();
    assert_eq!(caption(), "numbers · plan · 6 steps", "nothing is known");
    scrat(folder, "run");
    // Three numbers, their largest, three times a number, and the sum, of eight bytes each.
    assert_eq!(caption(), "numbers · plan · 6 steps · 64 B of results");
    let totals = scrat(folder, "graph --format json").json()["totals"].clone();
    assert_eq!((&totals["bytes"], &totals["sized"]), (&64.into(), &6.into()));
    numbers_are(folder, "1\n2\n6\n");
    let told = scrat(folder, "plan --format json").json();
    assert_eq!(told["expected_bytes"], 64);
    assert!(scrat(folder, "plan").out.contains(", 64 B of results\n"));
    assert_eq!(caption(), "numbers · plan · 6 steps", "no result is current");
}

fn an_evicted_nut_is_told_with_the_limit_it_was_over(folder: &Path) {
    scrat(folder, "run");
    fs::write(folder.join("scrat.toml"), "[stash]\nmax_count = 4\npolicy = \"fifo\"\n").unwrap();
    let shown = scrat(folder, "stash gc --dry-run --format json").json();
    assert_eq!((&shown["over"][0]["nuts"], &shown["removed"]["nuts"]), (&1.into(), &0.into()), "{shown}");
    assert_eq!(shown["over"][0]["limit"], serde_json::json!({"of": "stash", "kind": "max_count", "most": 4}));
    scrat(folder, "stash pin load");
    let table = scrat(folder, "stash list").out;
    assert!(table.lines().any(|line| line.contains("load") && line.ends_with("pinned")), "{table}");
    assert_eq!(scrat(folder, "stash gc").code, 2);
    assert_eq!(scrat(folder, "stash list --format json").out.lines().count(), 6, "nobody was there to say yes");
    let removed = scrat(folder, "stash gc --yes --format json").json();
    assert_eq!(removed["removed"]["nuts"], 2, "{removed}");
    assert!(!scrat(folder, "stash list").out.contains("largest"));
    let plan = scrat(folder, "plan --format json").json();
    assert_eq!((&plan["stale"], &plan["pending"]), (&0.into(), &0.into()), "what was made of them is there");
    let plan = scrat(folder, "plan --factors 1,2,7 --format json").json();
    let largest = plan["steps"].as_array().unwrap().iter().find(|step| step["step"] == "largest").unwrap();
    assert_eq!(largest["reason"]["limit"]["kind"], "max_count");
    let told = scrat(folder, "why largest --factors 1,2,7").out;
    assert!(told.contains("evicted") && told.contains("over `max_count` of the stash (4 nuts)"), "{told}");
    let left = scrat(folder, "stash gc --max-size 1B --yes --format json").json();
    assert_eq!((&left["removed"]["nuts"], &left["still_over"][0]["limit"]["kind"]), (&3.into(), &"max_size".into()));
    scrat(folder, "stash unpin load");
    let left = scrat(folder, "stash gc --max-size 1B --yes --format json").json();
    assert_eq!((&left["removed"]["nuts"], &left["still_over"]), (&1.into(), &serde_json::json!([])));
    assert_eq!(scrat(folder, "stash gc --max-size much").code, 2);
    assert_eq!(scrat(folder, "stash pin nothing").code, 2);
    fs::write(folder.join("scrat.toml"), "[stash]\nmax_sise = \"4 GB\"\n").unwrap();
    assert_eq!(scrat(folder, "stash gc").code, 2);
}

fn the_last_run_is_drawn_with_how_each_step_ended(folder: &Path) {
    scrat(folder, "run");
    numbers_are(folder, "1\nx\n");
    assert_eq!(scrat(folder, "run").code, 1);
    let picture = scrat(folder, "graph --last --format json").json();
    let statuses: Vec<_> = picture["nodes"].as_array().unwrap().iter().map(|node| &node["status"]).collect();
    assert_eq!(statuses, ["failed", "skipped", "skipped", "skipped", "skipped", "skipped"]);
    assert_eq!(picture["edges"].as_array().unwrap().len(), 1 + 3 + 3);
    let text = scrat(folder, "graph --last --factors 1,2").out;
    assert!(text.contains("pipeline changed since"), "{text}");
}

fn the_record_of_a_run_keeps_parameters_tries_and_messages(folder: &Path) {
    scrat(folder, "run --factors 1,2,7,9");
    let picture = scrat(folder, "graph --last --format json").json();
    assert_eq!(picture["edges"].as_array().unwrap().len(), 1 + 4 + 4, "as the run was, with no flag");
    let told = scrat(folder, "why");
    assert!(told.out.contains("\nwith --factors 1,2,7,9\n"), "{}", told.out);
    fs::write(folder.join("fail-once"), "").unwrap();
    numbers_are(folder, "1\n2\n");
    assert_eq!(scrat(folder, "run").code, 0);
    assert!(scrat(folder, "why").out.contains("\nload ran after 1 failure\n"));
    assert!(scrat(folder, "graph --last").out.contains("■ load  ◆1  ran after 1 failure"));
    numbers_are(folder, "1\nx\n");
    assert_eq!(scrat(folder, "run").code, 1);
    let told = scrat(folder, "why").out;
    assert!(told.contains("\nfailed load, 2 times\n  `x` is no number\n") && !told.contains("with --"), "{told}");
    let last = scrat(folder, "why --format json").json();
    assert_eq!((&last["steps"][0]["retries"], &last["parameters"]), (&1.into(), &serde_json::json!({})));
    let drawn = scrat(folder, "graph --last").out;
    assert!(drawn.contains("✗ load  ◆1  `x` is no number"), "{drawn}");
    let node = &scrat(folder, "graph --last --format json").json()["nodes"][0];
    assert_eq!((&node["retries"], &node["message"]), (&1.into(), &"`x` is no number".into()));
}

fn a_timeline_has_a_bar_for_each_step_that_ran(folder: &Path) {
    scrat(folder, "run --timeline run.json -j 2");
    let bars = |name: &str| {
        let trace: Value = serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == "X").count()
    };
    assert_eq!(bars("run.json"), 6);
    scrat(folder, "graph --timeline last.json");
    assert_eq!(bars("last.json"), 6);
}

fn the_code_view_draws_functions_in_every_format(folder: &Path) {
    let picture = scrat(folder, "graph --code --format json").json();
    let stashed = picture["nodes"].as_array().unwrap().iter().filter(|node| node["kind"] == "function");
    let functions: Vec<_> = stashed.map(|node| &node["function"]).collect();
    assert_eq!(functions, ["see::load", "see::largest", "see::scale", "see::total"]);
    // In this workspace, scrat's own functions are code like any other.
    let helper = picture["nodes"].as_array().unwrap().iter().find(|node| node["function"] == "see::number").unwrap();
    assert_eq!((&helper["kind"], &helper["status"]), (&"helper".into(), &"helper".into()));
    let drawn = |format: &str| scrat(folder, &format!("graph --code --format {format}")).out;
    assert!(drawn("text").contains("○ number  helper") && drawn("text").contains(" helpers\n"), "{}", drawn("text"));
    assert!(drawn("dot").contains("shape=ellipse") && drawn("mermaid").contains("([\"○ number"));
    assert!(drawn("svg").contains("class=\"card helper\"") && drawn("html").contains("\"helper\""));
    for format in ["text", "dot", "mermaid", "svg", "html"] {
        let drawn = scrat(folder, &format!("graph --code --format {format}"));
        assert!(drawn.code == 0 && drawn.out.contains("largest"), "{format}: {}", drawn.out);
    }
}

fn plan_and_why_print_what_the_document_says(folder: &Path) {
    const DOCUMENT: &str = include_str!("../../docs/plan-json.md");
    let plan = |words: &str| document::hold(DOCUMENT, "scrat plan", &scrat(folder, words).json());
    let why = |words: &str| {
        let told = scrat(folder, words).out;
        for line in told.lines() {
            document::hold(DOCUMENT, "scrat why STEP", &serde_json::from_str(line).unwrap());
        }
        assert!(!told.is_empty());
    };
    let last = || document::hold(DOCUMENT, "scrat why", &scrat(folder, "why --format json").json());
    plan("plan --format json");
    scrat(folder, "run");
    last();
    plan("plan --factors 1,2,7 --format json");
    why("why scale --factors 1,2,7 --format json");
    why("why total --factors 1,2,7 --format json");
    numbers_are(folder, "1\n3\n7\n");
    scrat(folder, "run --factors 1,2,7");
    last();
    numbers_are(folder, "1\n3\n7\n8\n");
    scrat(folder, "run --factors 1,2,7,8");
    last();
    numbers_are(folder, "x\n");
    scrat(folder, "run");
    last();
    plan("plan --format json");
}

fn main() -> ExitCode {
    type Story = (&'static str, fn(&Path));
    const STORIES: [Story; 13] = [
        ("what_does_not_come_out_again_is_found", what_does_not_come_out_again_is_found),
        ("why_alone_tells_the_last_run_by_causes", why_alone_tells_the_last_run_by_causes),
        ("why_tells_what_a_fresh_step_rests_on", why_tells_what_a_fresh_step_rests_on),
        ("a_plan_names_each_cause_once_and_by_what_it_is", a_plan_names_each_cause_once_and_by_what_it_is),
        ("a_changed_value_is_told_by_where_it_first_differs", a_changed_value_is_told_by_where_it_first_differs),
        ("a_deleted_nut_is_not_called_never_run", a_deleted_nut_is_not_called_never_run),
        ("a_sum_of_sizes_is_whole_or_says_of_how_many_it_is", a_sum_of_sizes_is_whole_or_says_of_how_many_it_is),
        ("an_evicted_nut_is_told_with_the_limit_it_was_over", an_evicted_nut_is_told_with_the_limit_it_was_over),
        ("the_last_run_is_drawn_with_how_each_step_ended", the_last_run_is_drawn_with_how_each_step_ended),
        (
            "the_record_of_a_run_keeps_parameters_tries_and_messages",
            the_record_of_a_run_keeps_parameters_tries_and_messages,
        ),
        ("a_timeline_has_a_bar_for_each_step_that_ran", a_timeline_has_a_bar_for_each_step_that_ran),
        ("plan_and_why_print_what_the_document_says", plan_and_why_print_what_the_document_says),
        ("the_code_view_draws_functions_in_every_format", the_code_view_draws_functions_in_every_format),
    ];
    let words: Vec<_> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| ["run", "plan", "graph", "why", "stash"].contains(&word.as_str())) {
        return scrat::main();
    }
    let wanted = |name: &str| {
        let mut filters = words.iter().filter(|word| !word.starts_with('-')).peekable();
        filters.peek().is_none() || filters.any(|filter| name.contains(filter.as_str()))
    };
    // A harness is asked for its list, and for what it ignores, which is nothing.
    if words.iter().any(|word| word == "--list" || word == "--ignored") {
        return ExitCode::SUCCESS;
    }
    for (name, story) in STORIES.iter().filter(|(name, _)| wanted(name)) {
        let folder = tempfile::tempdir().unwrap();
        numbers_are(folder.path(), "1\n2\n5\n");
        story(folder.path());
        eprintln!("{name} ... ok");
    }
    ExitCode::SUCCESS
}
