//! What becomes of results: exports, values on disk, failures to read.

use std::sync::Arc;

use scrat::prelude::*;
use scrat::{Engine, Event, Filter, Stash};
use scrat_engine::{Force, Outcome, Plan, Reason, Status};

use crate::sandbox::{Sandbox, content_files, counts, graph, make_writable, on_threads};

#[test]
fn an_edited_export_is_kept_aside() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    sandbox.run("sums", &given);
    std::fs::write(&to, "my notes").unwrap();
    sandbox.run("sums", &given);
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
    assert_eq!(std::fs::read_to_string(format!("{to}.kept-1")).unwrap(), "my notes");
}

#[test]
fn a_panic_while_something_fresh_is_exported_is_told_and_fails_the_run() {
    let sandbox = Sandbox::new();
    let to = sandbox.path("out.txt");
    let given = [("to", to.as_str())];
    sandbox.run("heavy", &given);
    std::fs::remove_file(&to).unwrap();
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    let engine = Arc::new(Engine::new(Some(stash), |event| {
        assert!(!matches!(event, Event::Exported { .. }), "no word of exports");
    }));
    let graph = graph("heavy", &given);
    let plan = Plan::new(&engine, &graph, &Force::Nothing);
    let report = scrat_engine::run(&engine, "heavy", &graph, &plan, &on_threads(2)).unwrap();
    let [failure] = &report.export_failures[..] else { panic!("{report:?}") };
    assert!(failure.contains("no word of exports"), "{failure}");
    assert!(!report.is_complete());
}

#[test]
fn an_input_file_that_is_missing_fails_its_step_with_the_path() {
    let sandbox = Sandbox::new();
    let report = sandbox.run("sums", &[("from", "no/such/file"), ("to", &sandbox.path("x"))]);
    assert_eq!(counts(&report), (0, 0, 1, 5));
    let failed = report.steps.iter().find_map(|step| match &step.outcome {
        Outcome::Failed { message, .. } => Some(message.clone()),
        _ => None,
    });
    assert!(failed.unwrap().contains("no/such/file"));
}

#[test]
fn a_result_that_is_damaged_on_disk_is_computed_again_in_the_middle_of_a_run() {
    let sandbox = Sandbox::new();
    let to = sandbox.path("out.txt");
    assert_eq!(counts(&sandbox.run("heavy", &[("to", &to)])).1, 3);
    let files = content_files(&sandbox.folder.path().join(".scrat/nuts"));
    assert!(!files.is_empty());
    for file in &files {
        make_writable(file);
        std::fs::write(file, "rotten").unwrap();
    }
    // Only `measure` is asked to run, and its input turns out to be damaged.
    let report = sandbox.run("heavy", &[("to", &to), ("modulus", "7")]);
    assert_eq!(counts(&report), (0, 3, 0, 0), "the damaged one ran as well");
    let (_, steps) = sandbox.engine().stash().unwrap().last_run(None).unwrap().unwrap();
    assert_eq!(steps[0].reason(), Some(Reason::Damaged));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), format!("{}", (0..20_000_u64).map(|x| x % 7).sum::<u64>()));
    let damage = |event: &Event| matches!(event, Event::Warning(scrat::Warning::Damaged { .. }));
    assert!(sandbox.events.lock().unwrap().iter().any(damage));
}

#[test]
fn a_damaged_entry_of_the_index_is_a_miss_with_that_reason_and_is_stored_again() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    sandbox.run("sums", &given);
    let root = sandbox.folder.path().join(".scrat");
    let nut = Stash::open(&root).unwrap().list(&Filter::Ending("total".to_owned())).unwrap().remove(0);
    // A bit of the digest, wherever it stands.
    let mut bytes = std::fs::read(root.join("index.db")).unwrap();
    for at in 0..bytes.len() - 32 {
        if bytes[at..at + 32] == *nut.digest.as_bytes() {
            bytes[at] ^= 1;
        }
    }
    std::fs::write(root.join("index.db"), bytes).unwrap();
    let (graph, plan) = sandbox.plan("sums", &given);
    let stale = graph.steps().find(|&step| plan.status(step) == Status::Stale).unwrap();
    assert_eq!(plan.reason(stale), Some(&Reason::Damaged));
    assert_eq!(counts(&sandbox.run("sums", &given)), (5, 1, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
    assert!(Stash::open(&root).unwrap().check().unwrap().is_sound());
}

/// Reads a file while somebody edits it and changes it back, as soon as the clock of the file system tells the difference.
#[cfg(unix)]
#[stash]
fn read_amid_edits(text: scrat::File) -> Result<String> {
    use std::os::unix::fs::MetadataExt;
    let before = text.read()?;
    let changed = || std::fs::metadata(&text).map(|metadata| (metadata.ctime(), metadata.ctime_nsec()));
    let then = changed()?;
    loop {
        std::fs::write(&text, "others")?;
        let seen = text.read_to_string()?;
        std::fs::write(&text, &before)?;
        if changed()? != then {
            return Ok(seen);
        }
    }
}

#[cfg(unix)]
#[pipeline]
fn amid_edits(text: scrat::File, to: String) -> Step<String> {
    read_amid_edits::step(text).export(to)
}

#[test]
#[cfg(unix)]
fn a_step_whose_input_was_another_file_while_it_ran_runs_again() {
    let sandbox = Sandbox::new();
    let (text, to) = (sandbox.path("text"), sandbox.path("out"));
    std::fs::write(&text, "mine").unwrap();
    let given = [("text", text.as_str()), ("to", to.as_str())];
    for _ in 0..2 {
        assert_eq!(counts(&sandbox.run("amid_edits", &given)), (0, 1, 0, 0));
    }
    let told = |event: &Event| matches!(event, Event::Warning(scrat::Warning::InputChanged { .. }));
    assert_eq!(sandbox.events.lock().unwrap().iter().filter(|event| told(event)).count(), 2, "once in each run");
}

#[stash]
fn series() -> Vec<u64> {
    (0..20_000).collect()
}

#[stash]
fn measure(series: &[u64], modulus: u64) -> u64 {
    series.iter().map(|x| x % modulus).sum()
}

#[stash]
fn shown(measured: u64) -> String {
    measured.to_string()
}

#[pipeline(modulus = 5)]
fn heavy(modulus: u64, to: String) -> Step<String> {
    shown::step(measure::step(series::step(), modulus)).export(to)
}

/// Numbers in chunks. Only the numbers are written and compared.
#[derive(Debug, Clone)]
struct Chunks(Vec<Vec<u64>>);

impl PartialEq for Chunks {
    fn eq(&self, other: &Self) -> bool {
        self.0.concat() == other.0.concat()
    }
}

impl serde::Serialize for Chunks {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.concat().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Chunks {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(|numbers| Self(vec![numbers]))
    }
}

#[stash]
fn chunked(count: u64) -> Chunks {
    Chunks((0..count).map(|chunk| vec![chunk]).collect())
}

#[stash(disable)]
fn unstored(count: u64) -> Chunks {
    Chunks((0..count).map(|chunk| vec![chunk]).collect())
}

#[stash]
fn how_many(chunks: &Chunks, others: Chunks, modulus: u64) -> String {
    format!("{} {} {modulus}", chunks.0.len(), others.0.len())
}

#[pipeline(modulus = 1)]
fn chunks(modulus: u64, to: String) -> Step<String> {
    how_many::step(chunked::step(5), unstored::step(5), modulus).export(to)
}

#[test]
fn a_step_is_given_the_same_value_whether_it_is_fresh_or_stored() {
    let sandbox = Sandbox::new();
    let to = sandbox.path("out.txt");
    for modulus in ["1", "2"] {
        sandbox.run("chunks", &[("to", &to), ("modulus", modulus)]);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), format!("1 1 {modulus}"));
    }
}
