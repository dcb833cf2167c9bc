//! `scrat why STEP`: why a step is not fresh.

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{How, Pipeline, Status};

use super::plan::prepare;
use crate::args::{self, Common};
use crate::complaint::Complaint;
use crate::session::result;
use crate::words::{diff, reason, subject};

pub(crate) fn run(
    common: &Common,
    args: &args::Why,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let planned = prepare(common, None, pipeline, flags)?;
    let (graph, plan) = (&planned.graph, &planned.plan);
    let is_meant = |step: &scrat_engine::StepId| {
        let function = graph.function(*step);
        [graph.label(*step), function.short_name(), function.name()].contains(&args.step.as_str())
    };
    let steps: Vec<_> = graph.steps().filter(is_meant).collect();
    if steps.is_empty() {
        let mut names: Vec<_> = graph.steps().map(|step| graph.function(step).short_name()).collect();
        names.sort_unstable();
        names.dedup();
        return Err(Complaint::usage(format!("{} has no step `{}`", pipeline.name, args.step))
            .hint(format!("its functions are: {}", names.join(", "))));
    }
    let mut said: Vec<String> = Vec::new();
    for step in steps {
        let Some(why) = plan.reason(step) else {
            result(format_args!("{} is fresh", graph.label(step).bold()));
            continue;
        };
        let sentence = reason(why);
        result(format_args!(
            "{} is {}: {sentence}",
            graph.label(step).bold(),
            super::plan::status_word(plan.status(step))
        ));
        if said.contains(&sentence) {
            continue;
        }
        said.push(sentence);
        for change in why.code_changes() {
            let place =
                if change.file.is_empty() { String::new() } else { format!("  {}:{}", change.file, change.line) };
            let how = match change.how {
                How::Added => "added",
                How::Removed => "removed",
                How::Changed => "changed",
            };
            result(format_args!("\n  {} {how}{}", subject(change), place.dimmed()));
            for line in diff(&change.old, &change.new).lines() {
                match line.as_bytes().first() {
                    Some(b'+') => result(format_args!("    {}", line.green())),
                    Some(b'-') => result(format_args!("    {}", line.red())),
                    _ => result(format_args!("    {line}")),
                }
            }
        }
        if plan.status(step) == Status::Pending {
            let before: Vec<_> =
                graph.inputs(step).into_iter().filter(|&input| plan.status(input) != Status::Fresh).collect();
            for input in before {
                result(format_args!("  {} is {}", graph.label(input), super::plan::status_word(plan.status(input))));
            }
        }
    }
    Ok(0)
}
