//! `scrat why` without a step: the last run, told by causes.

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{Given, PastOutcome, PastRun, PastStep, Pipeline, Reason};
use serde_json::json;

use crate::args::Common;
use crate::args::parameters::typed;
use crate::complaint::Complaint;
use crate::print::result;
use crate::story::causes::Cause;
use crate::story::last_run::{Last, last};
use crate::story::{edit, json};
use crate::words::formats::{count, seconds, thousands};
use crate::words::reasons::time;
use crate::words::steps::{few_functions, some_lines};
use crate::words::wrap::wrapped;

/// `scrat why`: which steps ran, and why.
pub(super) fn explain(
    common: &Common,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
    json: bool,
) -> Result<u8, Complaint> {
    let last = last(common, pipeline, flags)?;
    let causes = last.causes();
    if json {
        result(as_json(&last, &causes));
        return Ok(0);
    }
    last.tell_if_changed();
    show(&last, &causes);
    Ok(0)
}

fn show(last: &Last, causes: &[Cause]) {
    /// More pieces of code than this are not shown line by line.
    const DIFFS: usize = 5;
    /// More causes than this are counted.
    const SHOWN: usize = 20;
    let PastRun { pipeline, started, finished, totals, .. } = &last.run;
    let took = seconds((finished - started) as f64 / 1e9);
    let mut counts: Vec<String> = [("ran", totals.ran), ("fresh", totals.hits)]
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(word, number)| format!("{} {word}", thousands(number)))
        .collect();
    if totals.failed > 0 {
        counts.push(format!("{} failed", thousands(totals.failed)).red().to_string());
    }
    if totals.skipped > 0 {
        counts.push(format!("{} not reached", thousands(totals.skipped)));
    }
    result(format_args!("{}: run of {}, {took}: {}", pipeline.bold(), time(*started), counts.join(", ")));
    for step in last.steps.iter().filter(|step| step.outcome == PastOutcome::Body) {
        let took = seconds(step.nanos.unwrap_or_default() as f64 / 1e9);
        result(format_args!("the pipeline's body ran {} ({took})", crate::words::reasons::short(&step.function)));
    }
    let flags = flags_of(&last.run);
    if !flags.is_empty() {
        result(wrapped(0, &format!("with {flags}")));
    }
    if totals.ran + totals.failed == 0 {
        result("nothing had changed, so nothing had to run");
    }
    let functions: Vec<_> = last.steps.iter().map(|step| step.function.as_str()).collect();
    let labels: Vec<_> = last.steps.iter().map(|step| step.label.as_str()).collect();
    for (number, cause) in causes.iter().take(SHOWN).enumerate() {
        result("");
        let by = cause.by.map_or_else(String::new, |by| format!("  by {by}"));
        result(wrapped(0, &format!("{}{}", cause.sentence.yellow(), by.dimmed())));
        if let Some(change) = cause.change.as_ref().filter(|_| number < DIFFS) {
            edit::show(change);
        }
        some_lines(&cause.steps, &functions, &labels).iter().for_each(|line| result(format_args!("  {line}")));
        if !cause.behind.is_empty() {
            let steps = count(cause.behind.len(), "step");
            result(wrapped(2, &format!("and behind it {steps}: {}", few_functions(&cause.behind, &functions))));
        }
    }
    if causes.len() > SHOWN {
        result(format_args!("\nand {}", count(causes.len() - SHOWN, "more cause")));
    }
    let cut_off = cut_off(last);
    if cut_off > 0 {
        let steps = count(cut_off, "step");
        let why = "what ran before them returned the same values again";
        result(format_args!("\n{}", wrapped(0, &format!("{steps} did not have to run: {why}"))));
    }
    show_retried(last);
    for step in last.steps.iter().filter(|step| step.outcome == PastOutcome::Failed) {
        let tries = if step.retries > 0 { format!(", {} times", step.retries + 1) } else { String::new() };
        let before = match step.reason() {
            Some(Reason::Failed { message }) if Some(&message) == step.message.as_ref() => ", as the time before",
            _ => "",
        };
        result(format_args!("\n{} {}{tries}{before}", "failed".red().bold(), step.label));
        for line in step.message.iter().flat_map(|message| message.lines()) {
            result(wrapped(2, line));
        }
    }
}

/// The steps that succeeded after they had failed.
fn show_retried(last: &Last) {
    /// More than these are counted.
    const TOLD: usize = 10;
    let retried: Vec<_> =
        last.steps.iter().filter(|step| step.retries > 0 && step.outcome == PastOutcome::Ran).collect();
    if !retried.is_empty() {
        result("");
    }
    for step in retried.iter().take(TOLD) {
        result(format_args!("{} ran after {}", step.label, count(step.retries as usize, "failure")));
    }
    if retried.len() > TOLD {
        result(format_args!("and {} that had failed before", count(retried.len() - TOLD, "more step")));
    }
}

/// What a run was given, as it would be typed.
fn flags_of(run: &PastRun) -> String {
    let flags = run.given.iter().flat_map(Given::iter);
    flags.map(|(name, texts)| format!("{} {}", typed(name), texts.join(","))).collect::<Vec<_>>().join(" ")
}

/// How many steps were taken from the stash though one somewhere before them ran.
fn cut_off(last: &Last) -> usize {
    let mut is_behind = vec![false; last.steps.len()];
    for (at, inputs) in last.inputs.iter().enumerate() {
        is_behind[at] = inputs.iter().any(|&input| is_behind[input] || last.steps[input].outcome == PastOutcome::Ran);
    }
    last.steps.iter().zip(is_behind).filter(|(step, is_behind)| *is_behind && step.outcome == PastOutcome::Hit).count()
}

fn as_json(last: &Last, causes: &[Cause]) -> serde_json::Value {
    let step = |step: &PastStep| {
        json!({
            "step": step.label, "function": step.function, "outcome": step.outcome.as_str(),
            "reason": step.reason().map(|why| json::reason(&why, why.origin())),
            "started_seconds": step.started.map(|nanos| nanos as f64 / 1e9),
            "seconds": step.nanos.map(|nanos| nanos as f64 / 1e9), "worker": step.worker,
            "retries": step.retries, "message": step.message,
        })
    };
    let totals = &last.run.totals;
    let given = last.run.given.as_ref();
    let parameters = given.map(|given| given.iter().collect::<std::collections::BTreeMap<_, _>>());
    json!({
        "schema": 1,
        "pipeline": last.run.pipeline,
        "started_unix_nanos": last.run.started,
        "seconds": (last.run.finished - last.run.started) as f64 / 1e9,
        "steps": last.steps.iter().map(step).collect::<Vec<_>>(),
        "causes": causes.iter().map(|cause| json::cause(cause, |at| &last.steps[at].label)).collect::<Vec<_>>(),
        "ran": totals.ran, "hits": totals.hits, "failed": totals.failed, "skipped": totals.skipped,
        "parameters": parameters,
        "pipeline_changed": last.changed,
    })
}
