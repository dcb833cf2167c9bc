//! A recorded run as a Chrome trace: one lane a worker, one bar a step that ran.
//!
//! The format is the JSON object form of the Trace Event Format: complete events (`ph: X`) with times in
//! microseconds after the start of the run, and metadata events that name the lanes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use scrat_engine::{Engine, Graph, PastOutcome, PastRun, PastStep, Stash, Streams, write_out};
use serde_json::{Value, json};

use super::place::what_is;
use crate::complaint::{Complaint, code};
use crate::session::shown;
use crate::words::reasons::reason;

/// The number of the one process that a trace tells of.
const PROCESS: u8 = 1;

/// Why a timeline is not written to a path.
fn taken(path: &Path, what: &str) -> Complaint {
    Complaint::usage(format!("the timeline would go to {}, which is {what}", shown(path)))
        .hint("write the timeline to a file of its own")
}

/// Checks that a timeline takes nothing's place: it is written over an earlier one, and over nothing else.
fn check(path: &Path, stash: Option<&Path>, graph: Option<&Graph>) -> Result<(), Complaint> {
    if let Some(what) = what_is(path, stash, graph) {
        return Err(taken(path, what));
    }
    match path.metadata() {
        Ok(there) if there.is_file() && there.len() > 0 && !is_timeline(path) => {
            Err(taken(path, "a file that `scrat` did not write as a timeline"))
        }
        // A device or a FIFO is written into.
        _ => Ok(()),
    }
}

/// Checks that no export goes where something of ours is, and that the timeline takes nothing's place, either.
pub(crate) fn check_paths(graph: &Graph, engine: &Engine, timeline: Option<&Path>) -> Result<(), Complaint> {
    let stash = engine.stash().map(Stash::root);
    let in_stash = stash.map(|stash| (stash, "in the stash"));
    let reserved: Vec<_> = in_stash.into_iter().chain(timeline.map(|file| (file, "where the timeline goes"))).collect();
    graph.check_reserved(&reserved)?;
    timeline.map_or(Ok(()), |file| check(file, stash, Some(graph)))
}

/// Whether a file begins as [`trace`] begins it. Its names come in one of two orders: features of the JSON library
/// are the whole program's.
fn is_timeline(path: &Path) -> bool {
    const LONGEST: u64 = 256;
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok()
        && ["{\"displayTimeUnit\":", "{\"traceEvents\":["].iter().any(|start| head.starts_with(start))
        && ["\"traceEvents\":[{", "\"name\":\"scrat run "].iter().all(|part| head.contains(part))
}

/// Writes the trace of a run.
pub(crate) fn write(
    path: &Path,
    stash: Option<&Path>,
    run: &PastRun,
    steps: &[PastStep],
    streams: &Streams,
) -> Result<(), Complaint> {
    // What a step has put there since it was looked at is not ours, either.
    check(path, stash, None)?;
    write_out(path, format!("{}\n", trace(run, steps)).as_bytes(), streams)
        .map_err(|error| Complaint::usage(format!("cannot write {}: {error}", path.display())).code(code::UNWRITABLE))
}

fn trace(run: &PastRun, steps: &[PastStep]) -> Value {
    let name = |what: &str, lane: i64, name: String| json!({"name": what, "ph": "M", "pid": PROCESS, "tid": lane, "args": {"name": name}});
    let lanes: BTreeSet<i64> = steps.iter().filter_map(|step| step.worker).collect();
    let mut events = vec![name("process_name", 0, format!("scrat run {}", run.pipeline))];
    events.extend(lanes.into_iter().map(|lane| name("thread_name", lane, format!("worker {lane}"))));
    events.extend(steps.iter().filter_map(event));
    json!({"traceEvents": events, "displayTimeUnit": "ms"})
}

/// The bar of a step; none for one that did not run.
fn event(step: &PastStep) -> Option<Value> {
    let micros = |nanos: i64| nanos as f64 / 1e3;
    Some(json!({
        "name": step.label,
        "cat": step.function,
        "ph": "X",
        "pid": PROCESS,
        "tid": step.worker?,
        "ts": micros(step.started?),
        "dur": micros(step.nanos?),
        "args": {
            "function": step.function,
            "outcome": step.outcome.as_str(),
            "reason": step.reason().map(|why| reason(&why)),
        },
        // A viewer's own name for a colour.
        "cname": if step.outcome == PastOutcome::Failed { "terrible" } else { "good" },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> PastRun {
        let mut run = PastRun::default();
        run.pipeline = "demo".to_owned();
        run
    }

    #[test]
    fn a_timeline_is_written_over_an_earlier_one_and_over_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace.json");
        let run = demo();
        let write = || write(&path, None, &run, &[], &Streams::default());
        write().unwrap();
        write().unwrap();
        std::fs::write(&path, "").unwrap();
        write().unwrap();
        for mine in ["mine", "{}", "{\"traceEvents\":[{\"name\":\"mine\"}]}", "{\"a\":\"scrat run demo\"}"] {
            std::fs::write(&path, mine).unwrap();
            assert!(write().unwrap_err().sentence.contains("did not write as a timeline"), "{mine}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), mine);
        }
    }

    #[test]
    fn a_trace_has_a_lane_for_each_worker_and_a_bar_for_each_step_that_ran() {
        let step = |label: &str, worker, started, nanos| {
            let mut step = PastStep::default();
            step.label = label.to_owned();
            step.function = "demo::f".to_owned();
            step.outcome = PastOutcome::Ran;
            (step.worker, step.started, step.nanos) = (worker, started, nanos);
            step
        };
        let steps = [
            step("f x=1", Some(0), Some(2_500), Some(1_000)),
            step("f x=2", Some(1), Some(0), Some(3_000)),
            step("f x=3", None, None, None),
        ];
        let trace = trace(&demo(), &steps);
        let events = trace["traceEvents"].as_array().unwrap();
        let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).collect::<Vec<_>>();
        assert_eq!(of("M").len(), 3);
        let bars = of("X");
        assert_eq!(bars.len(), 2);
        assert_eq!((&bars[0]["ts"], &bars[0]["dur"], &bars[0]["tid"]), (&json!(2.5), &json!(1.0), &json!(0)));
    }
}
