//! `scrat run`: runs a pipeline.

mod screen;

use std::path::Path;
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{Engine, Force, Pipeline, Plan, RunOptions, RunReport, RunResult, Stash};
use serde_json::json;

use crate::args::parameters::given;
use crate::args::{self, Common};
use crate::complaint::{Complaint, code};
use crate::open::{config, force, running_engine};
use crate::print;
use crate::print::last_words;
use crate::print::{result, results_to_a_terminal};
use crate::session::{processors, shown, users_folder};
use crate::story::timeline::check_paths;
use crate::words::formats;
use screen::Screen;

pub(crate) fn run(
    common: &Common,
    args: &args::Run,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let given = given(pipeline, flags);
    let config = config(common, Some(&args.forcing))?;
    pipeline.check(&given)?;
    // From here on, code of the user's runs: the pipeline's body first.
    let apart = print::keep_apart();
    let screen = Screen::new(common, pipeline.name);
    let listener = screen.clone();
    let engine = running_engine(&config, move |event| listener.tell(event))?;
    let under_way = last_words::listen();
    let graph = pipeline.graph_in(&engine, &given)?;
    let timeline = args.timeline.as_ref().map(|file| users_folder().join(file));
    check_paths(&graph, &engine, timeline.as_deref())?;
    let force = force(&args.forcing, pipeline, &graph)?;
    screen.tell_body(&graph);
    let plan = Plan::new(&engine, &graph, &force);
    let mut options = RunOptions::default();
    options.jobs = args.jobs.or(config.jobs);
    options.stack = config.stack;
    options.on_start = Some(last_words::make_room);
    options.streams = print::for_exports(screen.is_json());
    options.keep_going = args.keep_going || config.keep_going;
    options.given = given;
    stop_on_interrupt(&options.cancel, &screen);
    screen.begin(&graph, &plan, options.jobs.unwrap_or_else(processors));
    let report = scrat_engine::run(&engine, pipeline.name, &graph, &plan, &options)
        .map_err(|error| Complaint::usage(error.to_string()).code(code::STEP_FAILED))?;
    drop(under_way);
    drop(apart);
    screen.end();
    if screen.is_json() {
        finish_json(&report);
    } else {
        let is_stored = engine.stash().is_some_and(Stash::is_writable);
        finish(&screen, pipeline, &report, is_stored, options.keep_going, force == Force::All);
    }
    if let Some(file) = timeline {
        write_timeline(&file, &engine, pipeline, &options)?;
    }
    Ok(exit_code(&report))
}

/// Writes the run that just ended for a viewer of traces.
fn write_timeline(path: &Path, engine: &Engine, pipeline: &Pipeline, options: &RunOptions) -> Result<(), Complaint> {
    let stash = engine.stash().filter(|stash| stash.is_writable());
    let last = stash.map(|stash| stash.last_run(Some(pipeline.name))).transpose()?.flatten();
    let (run, steps) = last.ok_or_else(|| {
        Complaint::usage("the run was not recorded, so there is no timeline of it").hint("runs are recorded in a stash")
    })?;
    crate::story::timeline::write(path, engine.stash().map(Stash::root), &run, &steps, &options.streams)
}

/// The first Ctrl-C starts nothing new; the second stops at once.
fn stop_on_interrupt(cancel: &Arc<AtomicBool>, screen: &Arc<Screen>) {
    let (cancel, screen) = (cancel.clone(), screen.clone());
    let set = ctrlc::set_handler(move || {
        if cancel.swap(true, Ordering::AcqRel) {
            last_words::forget();
            #[expect(clippy::exit, reason = "the user asked twice; what is stored is whole at any moment")]
            exit(i32::from(code::INTERRUPTED));
        }
        screen.say("stopping: running steps are finished and stored; Ctrl-C again stops at once");
    });
    // Without a handler Ctrl-C ends the process, which loses nothing that is stored.
    drop(set);
}

fn exit_code(report: &RunReport) -> u8 {
    match report {
        report if report.is_complete() => 0,
        report if report.cancelled && report.totals.failed == 0 => code::INTERRUPTED,
        _ => code::STEP_FAILED,
    }
}

fn finish(
    screen: &Screen,
    pipeline: &Pipeline,
    report: &RunReport,
    is_stored: bool,
    keeps_going: bool,
    forces_all: bool,
) {
    for failure in &report.export_failures {
        screen.insist(format_args!("{} {failure}", "failed".red().bold()));
    }
    screen.say(summary(pipeline, report));
    if report.totals.failed > 0 {
        screen.say(format_args!(
            "{} {}fix the failed step and run again{}",
            " hint:".cyan(),
            if report.totals.ran > 0 && is_stored { "what ran is stored; " } else { "" },
            if report.totals.skipped > 0 && !keeps_going {
                ", or use --keep-going to run what does not depend on it"
            } else {
                ""
            }
        ));
    } else if report.cancelled && is_stored {
        let goes_on = match forces_all {
            true => "run again without --force: only what is not fresh runs then",
            false => "the same command continues from there",
        };
        screen.say(format_args!("{} what ran is stored; {goes_on}", " hint:".cyan()));
    }
    for RunResult { label, text, whole, .. } in &report.results {
        // A program that reads it gets all of it.
        let text = if results_to_a_terminal() { text } else { whole };
        if report.results.len() == 1 || text.contains('\n') {
            result(text);
        } else {
            result(format_args!("{label}: {text}"));
        }
    }
    if report.export_failures.is_empty() && report.is_complete() {
        for path in &report.exports {
            result(shown(path));
        }
    }
}

fn summary(pipeline: &Pipeline, report: &RunReport) -> String {
    let totals = &report.totals;
    let took = formats::seconds(report.took.as_secs_f64());
    let saved = match totals.saved_nanos as f64 / 1e9 {
        saved if saved >= 0.0005 => format!(", {} saved", formats::seconds(saved)),
        _ => String::new(),
    };
    let name = pipeline.name.bold().to_string();
    if report.is_complete() && totals.ran == 0 {
        let steps = formats::count(totals.steps, "step");
        return format!("{name}: nothing to compute, {steps} fresh{saved} ({took})");
    }
    let mut parts = vec![format!("{} ran", formats::thousands(totals.ran))];
    if totals.hits > 0 {
        parts.push(format!("{} fresh{saved}", formats::thousands(totals.hits)));
    }
    if totals.failed > 0 {
        parts.push(format!("{} failed", formats::thousands(totals.failed)).red().to_string());
    }
    if totals.skipped > 0 {
        parts.push(format!("{} not reached", formats::thousands(totals.skipped)));
    }
    format!("{name}: {} ({took})", parts.join(", "))
}

fn finish_json(report: &RunReport) {
    for RunResult { label, whole, .. } in &report.results {
        result(json!({"event": "result", "step": label, "value": whole}));
    }
    result(json!({
        "event": "finished",
        "schema": 1,
        "steps": report.totals.steps,
        "hits": report.totals.hits,
        "ran": report.totals.ran,
        "failed": report.totals.failed,
        "skipped": report.totals.skipped,
        "seconds": report.took.as_secs_f64(),
        "saved_seconds": report.totals.saved_nanos as f64 / 1e9,
        "exports": report.exports,
        "export_failures": report.export_failures,
    }));
}
