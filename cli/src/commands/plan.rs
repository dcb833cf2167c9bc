//! `scrat plan`: what would run, why, and how long it should take.

use std::collections::BTreeMap;

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{Force, Graph, Pipeline, Plan, Reason, Status, StepId};
use serde_json::{Value, json};

use super::run::processors;
use crate::args::{self, Common, Format};
use crate::complaint::{Complaint, code};
use crate::draw::words;
use crate::notices::notice;
use crate::session::{config, force, given, looking_engine, result, talk};
use crate::words::reason;

/// A pipeline that was looked up.
pub(crate) struct Planned {
    pub graph: Graph,
    pub plan: Plan,
}

/// Looks a pipeline up, as `plan`, `graph` and `why` need it.
pub(crate) fn prepare(
    common: &Common,
    forcing: Option<&args::Forcing>,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<Planned, Complaint> {
    let config = config(common, forcing)?;
    let graph = pipeline.graph(&given(pipeline, flags))?;
    let force = forcing.map_or(Ok(Force::Nothing), |forcing| force(forcing, pipeline, &graph))?;
    let engine = looking_engine(&config, |event| {
        if let Some(notice) = notice(event) {
            talk(format_args!("{} {notice}", "scrat:".dimmed()));
        }
    })?;
    let plan = Plan::new(&engine, &graph, &force);
    Ok(Planned { graph, plan })
}

pub(crate) fn run(
    common: &Common,
    args: &args::Plan,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let planned = prepare(common, Some(&args.forcing), pipeline, flags)?;
    match common.format {
        Some(Format::Json) => result(as_json(&planned.graph, &planned.plan)),
        None | Some(Format::Text) => show(pipeline, &planned, args.jobs.unwrap_or_else(processors)),
        Some(_) => {
            return Err(
                Complaint::usage("a plan is printed as text or json").hint("`scrat graph` draws it in other formats")
            );
        }
    }
    let stale = planned.plan.count(Status::Stale) + planned.plan.count(Status::Pending);
    Ok(if args.check && stale > 0 { code::STALE } else { 0 })
}

fn as_json(graph: &Graph, plan: &Plan) -> Value {
    let step = |step: StepId| {
        let why = plan.reason(step).map(|why| {
            let causes: Vec<_> = why
                .code_changes()
                .iter()
                .map(|change| json!({"kind": change.kind, "name": change.name, "file": change.file, "line": change.line, "path": change.path}))
                .collect();
            let arguments: Vec<_> = why
                .argument_changes()
                .iter()
                .map(|change| json!({"name": change.name, "old": change.old, "new": change.new}))
                .collect();
            json!({"kind": why.kind(), "text": reason(why), "code": causes, "arguments": arguments})
        });
        json!({
            "step": graph.label(step),
            "function": graph.function(step).name(),
            "status": status_word(plan.status(step)),
            "reason": why,
            "inputs": graph.inputs(step).into_iter().map(|input| graph.label(input).to_owned()).collect::<Vec<_>>(),
            "expected_seconds": plan.expected_nanos(graph, step).map(|nanos| nanos as f64 / 1e9),
        })
    };
    json!({
        "schema": 1,
        "steps": graph.steps().map(step).collect::<Vec<_>>(),
        "fresh": plan.count(Status::Fresh),
        "stale": plan.count(Status::Stale),
        "pending": plan.count(Status::Pending),
    })
}

pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Fresh => "fresh",
        Status::Stale => "stale",
        Status::Pending => "pending",
    }
}

fn show(pipeline: &Pipeline, planned: &Planned, jobs: usize) {
    let Planned { graph, plan, .. } = planned;
    let [fresh, stale, pending] = [Status::Fresh, Status::Stale, Status::Pending].map(|status| plan.count(status));
    let name = pipeline.name.bold().to_string();
    if stale + pending == 0 {
        result(format_args!("{name}: nothing to compute, {} fresh", words::count(fresh, "step")));
        return;
    }
    result(format_args!(
        "{name}: {} stale, {} pending, {} fresh",
        words::thousands(stale).yellow(),
        words::thousands(pending),
        words::thousands(fresh)
    ));
    for (why, steps) in by_reason(graph, plan) {
        result("");
        result(why.yellow());
        for line in folded(graph, &steps) {
            result(format_args!("  {line}"));
        }
    }
    let waiting: Vec<_> = graph.steps().filter(|&step| plan.status(step) == Status::Pending).collect();
    if !waiting.is_empty() {
        result("");
        result("pending: may turn out fresh, once those before them have run");
        for line in folded(graph, &waiting) {
            result(format_args!("  {line}"));
        }
    }
    result("");
    result(expectation(graph, plan, jobs));
}

fn by_reason(graph: &Graph, plan: &Plan) -> Vec<(String, Vec<StepId>)> {
    let mut order: Vec<String> = Vec::new();
    let mut steps: BTreeMap<String, Vec<StepId>> = BTreeMap::new();
    for step in graph.steps().filter(|&step| plan.status(step) == Status::Stale) {
        let why = plan.reason(step).unwrap_or(&Reason::NeverRun);
        let said = reason(why);
        if !steps.contains_key(&said) {
            order.push(said.clone());
        }
        steps.entry(said).or_default().push(step);
    }
    order.into_iter().filter_map(|said| steps.remove(&said).map(|steps| (said, steps))).collect()
}

/// Steps by function: few with their labels, many as a count.
fn folded(graph: &Graph, steps: &[StepId]) -> Vec<String> {
    const FEW: usize = 4;
    let mut order: Vec<&str> = Vec::new();
    let mut by_function: BTreeMap<&str, Vec<StepId>> = BTreeMap::new();
    for &step in steps {
        let function = graph.function(step).name();
        if !by_function.contains_key(function) {
            order.push(function);
        }
        by_function.entry(function).or_default().push(step);
    }
    let mut lines = Vec::new();
    for function in order {
        let members = &by_function[function];
        let name = graph.function(members[0]).short_name();
        if members.len() <= FEW {
            lines.extend(members.iter().map(|&step| graph.label(step).to_owned()));
        } else {
            lines.push(format!("{name} ×{}", words::thousands(members.len())));
        }
    }
    lines
}

/// How long it should take, by recorded durations.
fn expectation(graph: &Graph, plan: &Plan, jobs: usize) -> String {
    let open: Vec<_> = graph.steps().filter(|&step| plan.status(step) != Status::Fresh).collect();
    let known: Vec<_> = open.iter().filter_map(|&step| plan.expected_nanos(graph, step)).collect();
    if known.is_empty() {
        return "how long it takes is not known yet".to_owned();
    }
    let work = known.iter().sum::<i64>() as f64 / 1e9;
    let chain = longest_chain(graph, plan);
    let on = if jobs == 1 { "one thread".to_owned() } else { format!("{jobs} threads") };
    let expected = (work / jobs as f64).max(chain);
    let unknown = open.len() - known.len();
    let rest =
        if unknown > 0 { format!(", and {} that never ran", words::count(unknown, "step")) } else { String::new() };
    format!("at most about {} on {on}{rest}", words::seconds(expected))
}

/// Seconds of the longest chain of steps that may have to run one after the other.
fn longest_chain(graph: &Graph, plan: &Plan) -> f64 {
    let mut longest = vec![0.0_f64; graph.len()];
    for step in graph.steps() {
        if plan.status(step) != Status::Fresh {
            let before = graph.inputs(step).into_iter().map(|input| longest[input.index()]).fold(0.0, f64::max);
            longest[step.index()] = before + plan.expected_nanos(graph, step).unwrap_or(0) as f64 / 1e9;
        }
    }
    longest.into_iter().fold(0.0, f64::max)
}
