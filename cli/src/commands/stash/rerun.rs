//! `scrat stash check --rerun`: runs stored steps again, to find functions that give another result each time.

#[cfg(feature = "installed")]
use std::ffi::OsString;

use owo_colors::OwoColorize;
use scrat_engine::{Pipeline, Rerun, RerunOutcome, RunOptions, Sample, functions, pipelines, rerun};
use serde_json::{Value, json};

use super::table::plain_table;
use crate::args::Common;
use crate::complaint::{Complaint, code};
#[cfg(feature = "installed")]
use crate::launch;
use crate::open::stash;
use crate::print::{result, talk};
use crate::story::planned::{Planned, prepare};
use crate::words::{difference, formats};

/// Asks this program or, if it has no pipelines, those of the workspace, and tells what they say.
pub(super) fn run(common: &Common, share: f64, dev: bool, json: bool) -> Result<u8, Complaint> {
    // It is missed before anything is built for it.
    drop(stash(common)?);
    let lines = if functions().is_empty() && pipelines().is_empty() {
        ask_others(common, share, dev)?
    } else {
        rerun_all(common, share)?
    };
    if json {
        lines.iter().for_each(result);
    } else {
        tell(&lines);
    }
    let is_same = |line: &Value| matches!(line["outcome"].as_str(), Some("same" | "left out"));
    Ok(if lines.iter().all(is_same) { 0 } else { code::DAMAGED })
}

/// What this program says when another one asks it: lines of JSON.
pub(super) fn own(common: &Common, share: f64) -> Result<u8, Complaint> {
    rerun_all(common, share)?.iter().for_each(result);
    Ok(0)
}

#[cfg(feature = "installed")]
fn ask_others(common: &Common, share: f64, dev: bool) -> Result<Vec<Value>, Complaint> {
    let programs = launch::programs()?;
    if programs.is_empty() {
        return Err(nobody());
    }
    let mut words: Vec<OsString> = ["stash", "rerun"].map(OsString::from).into();
    words.push(share.to_string().into());
    if let Some(stash) = &common.stash {
        words.extend(["--stash".into(), crate::session::users_folder().join(stash).into()]);
    }
    let mut lines = Vec::new();
    for program in programs {
        let told = launch::ask(&program, launch::profile(dev), &words)?;
        lines.extend(told.lines().filter_map(|line| serde_json::from_str(line).ok()));
    }
    Ok(lines)
}

#[cfg(not(feature = "installed"))]
fn ask_others(_common: &Common, _share: f64, _dev: bool) -> Result<Vec<Value>, Complaint> {
    Err(nobody())
}

fn nobody() -> Complaint {
    Complaint::usage("no program here has pipelines, so there is nothing to run again")
        .hint("go to the project's folder, or ask the program itself: `./program stash check --rerun 1%`")
}

fn rerun_all(common: &Common, share: f64) -> Result<Vec<Value>, Complaint> {
    let mut lines = Vec::new();
    for pipeline in pipelines() {
        match prepare(common, None, pipeline, None) {
            Ok(planned) => lines.extend(rerun_one(&planned, pipeline, share)?),
            // It may need a parameter, which nobody knows here.
            Err(complaint) => lines.push(json!({
                "pipeline": pipeline.name, "outcome": "left out", "message": complaint.sentence,
            })),
        }
    }
    Ok(lines)
}

fn rerun_one(
    Planned { graph, plan, engine }: &Planned,
    pipeline: &Pipeline,
    share: f64,
) -> Result<Vec<Value>, Complaint> {
    let lines = std::sync::Mutex::new(Vec::new());
    let tell = |Rerun { step, took, outcome, .. }: &Rerun| {
        let (outcome, message) = match outcome {
            RerunOutcome::Same => ("same", None),
            RerunOutcome::Different { difference: place } => ("different", place.as_ref().map(difference::clause)),
            RerunOutcome::Failed { message } => ("failed", Some(message.clone())),
            _ => return,
        };
        let line = json!({
            "pipeline": pipeline.name, "step": graph.label(*step), "function": graph.function(*step).name(),
            "outcome": outcome, "message": message.as_deref().map(str::trim), "seconds": took.as_secs_f64(),
        });
        lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
    };
    let options = RunOptions::default();
    rerun(engine, graph, plan, &Sample::of(share), &options, &tell)
        .map_err(|error| Complaint::usage(error.to_string()).code(code::STEP_FAILED))?;
    Ok(lines.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn tell(lines: &[Value]) {
    let of = |outcome: &str| lines.iter().filter(move |line| line["outcome"] == outcome).collect::<Vec<_>>();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    for line in of("left out") {
        talk(format_args!("pipeline {} is left out: {}", text(line, "pipeline").bold(), text(line, "message")));
    }
    let (same, different, failed) = (of("same").len(), of("different"), of("failed"));
    let all = same + different.len() + failed.len();
    if all == 0 {
        result("no current result of a pipeline is stored, so nothing ran again");
        return;
    }
    let number = formats::count(all, "stored step");
    if different.is_empty() && failed.is_empty() {
        result(format_args!("{number} ran again: all gave what is stored"));
        return;
    }
    let mut table = plain_table(&["step", "function", "what came out"]);
    for line in different.iter().chain(&failed) {
        let what = match (line["outcome"] == "failed", text(line, "message")) {
            (true, message) => format!("failed: {message}"),
            (false, difference) if difference.is_empty() => "something else".to_owned(),
            (false, difference) => format!("changed {difference}"),
        };
        table.add_row(vec![text(line, "step"), text(line, "function"), what]);
    }
    result(table.trim_fmt());
    result(format_args!("{number} ran again: {} gave something else, {} failed", different.len(), failed.len()));
    if !different.is_empty() {
        talk(
            "such a function depends on something besides its arguments and its code, for instance a clock, a random number, \
             the order of a hash map or of threads, or a file: take that as an argument",
        );
    }
}
