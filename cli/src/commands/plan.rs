//! `scrat plan`: what would run, why, and how long it should take.

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{BodyCall, Function, Graph, Pipeline, Plan, Reason, Status, StepId};
use serde_json::{Value, json};

use crate::args::{self, Common, Format};
use crate::complaint::{Complaint, code};
use crate::print::result;
use crate::session::processors;
use crate::story::forecast::Forecast;
use crate::story::json;
use crate::story::planned::{Planned, body_computed, causes_of, prepare, status_word};
use crate::words::formats;
use crate::words::steps::{few_functions, some_lines};
use crate::words::wrap::wrapped;

pub(crate) fn run(
    common: &Common,
    args: &args::Plan,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let planned = prepare(common, Some(&args.forcing), pipeline, flags)?;
    let jobs = args.jobs.unwrap_or_else(processors);
    match common.format {
        Some(Format::Json) => result(as_json(pipeline, &planned.graph, &planned.plan, jobs)),
        _ => show(pipeline, &planned, jobs),
    }
    let stale = planned.plan.count(Status::Stale) + planned.plan.count(Status::Pending);
    Ok(if args.check && stale > 0 { code::STALE } else { 0 })
}

fn as_json(pipeline: &Pipeline, graph: &Graph, plan: &Plan, jobs: usize) -> Value {
    let origins = plan.origins(graph);
    let step = |step: StepId| {
        json!({
            "step": graph.label(step),
            "function": graph.function(step).name(),
            "status": status_word(plan.status(step)),
            "reason": plan.reason(step).map(|why| json::reason(why, origins[step.index()])),
            "inputs": graph.inputs(step).map(|input| graph.label(input).to_owned()).collect::<Vec<_>>(),
            "expected_seconds": plan.expected_nanos(graph, step).map(|nanos| nanos as f64 / 1e9),
            "expected_bytes": plan.expected_bytes(graph, step),
        })
    };
    let forecast = Forecast::of(graph, plan, jobs);
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    json!({
        "schema": 1,
        "pipeline": pipeline.name,
        "steps": graph.steps().map(step).collect::<Vec<_>>(),
        "causes": causes_of(graph, plan).iter().map(|cause| json::cause(cause, |at| labels[at])).collect::<Vec<_>>(),
        "fresh": plan.count(Status::Fresh),
        "stale": plan.count(Status::Stale),
        "pending": plan.count(Status::Pending),
        "never_run": never_run(graph, plan),
        "input_files": graph.input_files(),
        "input_patterns": graph.input_patterns().collect::<Vec<_>>(),
        "body": body_json(graph),
        "expected_seconds": forecast.seconds,
        "expected_bytes": forecast.bytes,
        "critical_path": forecast.path.iter().map(|&step| graph.label(step)).collect::<Vec<_>>(),
        "critical_path_seconds": forecast.path_seconds,
    })
}

fn body_lines(graph: &Graph) -> Vec<String> {
    let line = |(function, count, seconds): (&'static Function, usize, f64)| {
        let often = if count > 1 { format!(" ×{count}") } else { String::new() };
        let (name, took) = (function.short_name(), formats::seconds(seconds));
        format!("the pipeline's body ran {name}{often} ({took}): what it calls itself runs for a plan, too")
    };
    body_computed(graph).into_iter().map(line).collect()
}

fn body_json(graph: &Graph) -> Vec<Value> {
    let call = |call: &BodyCall| {
        json!({
            "function": call.function.name(), "outcome": if call.hit { "hit" } else { "ran" },
            "seconds": call.took.as_secs_f64(),
        })
    };
    graph.body().iter().map(call).collect()
}

/// How many stale steps have no nut to be compared with.
fn never_run(graph: &Graph, plan: &Plan) -> usize {
    graph.steps().filter(|&step| plan.reason(step) == Some(&Reason::NeverRun)).count()
}

fn show(pipeline: &Pipeline, planned: &Planned, jobs: usize) {
    /// More causes than this are counted.
    const SHOWN: usize = 20;
    let Planned { graph, plan, .. } = planned;
    for line in body_lines(graph) {
        result(line);
    }
    let [fresh, stale, pending] = [Status::Fresh, Status::Stale, Status::Pending].map(|status| plan.count(status));
    let name = pipeline.name.bold().to_string();
    if stale + pending == 0 {
        result(format_args!("{name}: nothing to compute, {} fresh", formats::count(fresh, "step")));
        return;
    }
    let never = never_run(graph, plan);
    let counts = [(stale - never, "stale"), (never, "never run"), (pending, "pending")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0).chain([(fresh, "fresh")]);
    let counts: Vec<_> = counts.map(|(number, word)| format!("{} {word}", formats::thousands(number))).collect();
    result(format_args!("{name}: {}", counts.join(", ")));
    let functions: Vec<_> = graph.steps().map(|step| graph.function(step).name()).collect();
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    let causes = causes_of(graph, plan);
    for cause in causes.iter().take(SHOWN) {
        result("");
        let by = cause.by.map_or_else(String::new, |by| format!("  by {by}"));
        result(wrapped(0, &format!("{}{}", cause.sentence.yellow(), by.dimmed())));
        for line in some_lines(&cause.steps, &functions, &labels) {
            result(format_args!("  {line}"));
        }
        if !cause.behind.is_empty() {
            let behind = few_functions(&cause.behind, &functions);
            result(wrapped(2, &format!("and behind it {}: {behind}", formats::count(cause.behind.len(), "step"))));
        }
    }
    if causes.len() > SHOWN {
        result(format_args!("\nand {}", formats::count(causes.len() - SHOWN, "more cause")));
    }
    result("");
    if pending > 0 {
        result("pending steps may turn out fresh, once those before them have run".dimmed());
    }
    for line in Forecast::of(graph, plan, jobs).lines(graph) {
        result(wrapped(0, &line));
    }
}
