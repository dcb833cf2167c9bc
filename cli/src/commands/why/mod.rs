//! `scrat why STEP`: why a step is not fresh, or what its result rests on. Without STEP: the last run.

mod last;

use std::collections::BTreeMap;

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{CodeChange, NutInfo, Origin, Pipeline, Reason, Status, StepId, brief};
use serde_json::{Value, json};

use crate::args::{self, Common, Format};
use crate::complaint::Complaint;
use crate::print::result;
use crate::story::planned::{Planned, folded, prepare, status_word};
use crate::story::{edit, json};
use crate::words::formats::{bytes, count, seconds};
use crate::words::reasons::{
    by, by_theirs, census, change_of_argument, how, origins as origin_words, reason, subject, time,
};
use crate::words::steps::{no_such_step, shortened};
use crate::words::wrap::wrapped;

pub(crate) fn run(
    common: &Common,
    args: &args::Why,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let json = common.format == Some(Format::Json);
    // Alone, the word is the pipeline if that is called so.
    let is_step = |step: &&str| args.which.pipeline.is_some() || *step != pipeline.name;
    let Some(step) = args.step.as_deref().filter(is_step) else {
        return last::explain(common, pipeline, flags, json);
    };
    let planned = prepare(common, None, pipeline, flags)?;
    let steps = planned.graph.named(step);
    if steps.is_empty() {
        return Err(no_such_step(pipeline, &planned.graph, step));
    }
    if json {
        let origins = planned.plan.origins(&planned.graph);
        steps.iter().for_each(|&step| result(as_json(&planned, step, origins[step.index()])));
    } else {
        show(&planned, &steps);
    }
    Ok(0)
}

fn show(planned: &Planned, steps: &[StepId]) {
    /// More fresh steps than this are counted, not told one by one.
    const TOLD: usize = 3;
    /// More reasons than this are not told.
    const GROUPS: usize = 20;
    let Planned { graph, plan, .. } = planned;
    let (fresh, open): (Vec<_>, Vec<_>) = steps.iter().partition(|&&step| plan.status(step) == Status::Fresh);
    let origins = plan.origins(graph);
    // Steps of which the same is to be said are told together.
    let mut groups: Vec<((String, Origin), Vec<StepId>)> = Vec::new();
    let mut place: BTreeMap<(String, Vec<&str>), usize> = BTreeMap::new();
    for step in open {
        let Some(why) = plan.reason(step) else { continue };
        let sentence = match why {
            Reason::Upstream => "may turn out fresh, once what is stale before has run".to_owned(),
            _ => reason(why),
        };
        let origin = origins[step.index()];
        let at = *place.entry((sentence.clone(), origin_words(origin))).or_insert_with(|| {
            groups.push(((sentence, origin), Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(step);
    }
    let more: usize = groups.iter().skip(GROUPS).map(|(_, steps)| steps.len()).sum();
    for ((sentence, origin), steps) in groups.into_iter().take(GROUPS) {
        let status = status_word(plan.status(steps[0]));
        let (name, is) = match steps[..] {
            [only] => (graph.label(only).bold().to_string(), format!("is {status}{}", by(origin))),
            _ => {
                let names = folded(graph, &steps).join(", ");
                (names.bold().to_string(), format!("are {status}{}", by_theirs(origin)))
            }
        };
        result(wrapped(0, &format!("{name} {is}: {sentence}")));
        if let Some(why) = plan.reason(steps[0]) {
            show_changes(why);
        }
        if plan.status(steps[0]) == Status::Pending {
            show_causes_before(planned, steps[0]);
        }
    }
    if more > 0 {
        result(format_args!("and {} for reasons of their own", count(more, "more step")));
    }
    for &step in fresh.iter().take(TOLD) {
        show_fresh(planned, step);
    }
    if fresh.len() > TOLD {
        result(format_args!("and {} more", count(fresh.len() - TOLD, "fresh step")));
    }
}

/// The arguments that changed, if the sentence has not told all of them, and the pieces of code with their lines.
fn show_changes(why: &Reason) {
    if why.argument_changes().len() + why.code_changes().len() > 1 {
        for change in why.argument_changes() {
            result(wrapped(2, &change_of_argument(change)));
        }
    }
    why.code_changes().iter().for_each(show_change);
}

fn show_change(change: &CodeChange) {
    let place = match change {
        CodeChange { file, .. } if file.is_empty() || *file == change.name => String::new(),
        CodeChange { file, line, .. } => format!("  {file}:{line}"),
    };
    result(format_args!("\n  {} {}{}", subject(change), how(change.how), place.dimmed()));
    edit::show(change);
}

/// What must run before a pending step, with the reasons, and the way from there to it.
fn show_causes_before(planned: &Planned, step: StepId) {
    const SHOWN: usize = 5;
    let (graph, plan) = (&planned.graph, &planned.plan);
    let ways = ways_to(planned, step);
    for (root, way) in ways.iter().take(SHOWN) {
        let why = plan.reason(*root).map(reason).unwrap_or_default();
        let way: Vec<_> = way.iter().map(|&step| graph.function(step).short_name()).collect();
        let way = if way.len() > 1 { format!("  ({})", shortened(&way).join(" → ")) } else { String::new() };
        result(wrapped(2, &format!("{} is stale: {why}{}", graph.label(*root), way.dimmed())));
    }
    if ways.len() > SHOWN {
        result(format_args!("  and {} before it", count(ways.len() - SHOWN, "more stale step")));
    }
}

/// The stale steps before a pending one, each with a shortest way from it, both ends included.
fn ways_to(planned: &Planned, step: StepId) -> Vec<(StepId, Vec<StepId>)> {
    let (graph, plan) = (&planned.graph, &planned.plan);
    let mut next: Vec<Option<StepId>> = vec![None; graph.len()];
    let mut queue = std::collections::VecDeque::from([step]);
    let mut ways = Vec::new();
    while let Some(at) = queue.pop_front() {
        if plan.status(at) == Status::Stale {
            let way = std::iter::successors(Some(at), |&at| if at == step { None } else { next[at.index()] });
            ways.push((at, way.collect()));
        }
        for input in graph.inputs(at) {
            if next[input.index()].is_none() && plan.status(input) != Status::Fresh {
                next[input.index()] = Some(at);
                queue.push_back(input);
            }
        }
    }
    ways
}

fn show_fresh(planned: &Planned, step: StepId) {
    let graph = &planned.graph;
    let function = graph.function(step);
    let nut = planned.plan.nut(&planned.engine, graph, step);
    let label = graph.label(step).bold().to_string();
    match &nut {
        Some(nut) => result(format_args!("{label} is fresh since {}", time(nut.created))),
        None => {
            result(wrapped(0, &format!("{label} has no result in the stash, and needs none: what uses it is fresh")));
        }
    }
    let mut rows = Vec::new();
    if let Some(nut) = &nut {
        let uses = match nut.uses {
            0 => "not used since".to_owned(),
            1 => "used once".to_owned(),
            uses => format!("used {uses} times"),
        };
        let last = if nut.uses > 0 { format!(", last {}", time(nut.used)) } else { String::new() };
        let took = seconds(nut.nanos as f64 / 1e9);
        rows.push(("result", format!("{}, took {took}, {uses}{last}", bytes(nut.size))));
    }
    let literals = graph.literals(step);
    rows.extend(literals.iter().map(|(name, text)| ("argument", format!("{name} = {}", brief(text)))));
    let inputs = graph.inputs(step);
    if inputs.len() > 0 {
        rows.push(("inputs", folded(graph, &inputs.collect::<Vec<_>>()).join(", ")));
    }
    let (file, line) = function.place();
    rows.push(("code", format!("{}  {}", census(function.parts()), format!("{file}:{line}").dimmed())));
    for (name, value) in rows {
        result(wrapped(2, &format!("{name:<9} {value}")));
    }
}

fn as_json(planned: &Planned, step: StepId, origin: Origin) -> Value {
    let Planned { graph, plan, engine } = planned;
    let function = graph.function(step);
    let mut kinds = BTreeMap::new();
    for part in function.parts() {
        *kinds.entry(part.kind.word()).or_insert(0) += 1;
    }
    let label = |step: StepId| graph.label(step).to_owned();
    let nut = |nut: NutInfo| {
        json!({
            "key": nut.key.to_string(), "bytes": nut.size, "seconds": nut.nanos as f64 / 1e9, "uses": nut.uses,
            "created_unix_nanos": nut.created, "used_unix_nanos": nut.used,
        })
    };
    let before = if plan.status(step) == Status::Pending { ways_to(planned, step) } else { Vec::new() };
    let before: Vec<_> = before
        .into_iter()
        .map(|(root, way)| {
            json!({
                "step": label(root), "reason": plan.reason(root).map(|why| json::reason(why, why.origin())),
                "way": way.into_iter().map(label).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "schema": 1,
        "step": graph.label(step),
        "function": function.name(),
        "status": status_word(plan.status(step)),
        "reason": plan.reason(step).map(|why| json::reason(why, origin)),
        "before": before,
        "nut": plan.nut(engine, graph, step).map(nut),
        "arguments": graph.whole_literals(step).into_iter().map(|(name, text)| json!({"name": name, "short": text})).collect::<Vec<_>>(),
        "inputs": graph.inputs(step).map(label).collect::<Vec<_>>(),
        "code": {"fingerprint": function.fingerprint().to_string(), "parts": kinds, "calls": function.calls()},
    })
}
