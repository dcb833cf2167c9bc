//! Pipelines' bodies, other processes, and an index that goes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::command::{command, scrat};

pub(crate) fn a_body_that_fails_is_one_sentence_and_what_it_computes_is_told(folder: &Path) {
    for command in ["run", "plan", "graph"] {
        let told = scrat(folder, &format!("{command} body --how error"));
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""), "{told:?}");
        told.says(&["error: the pipeline body failed before all of its steps were declared: there are no words"]);
        let told = scrat(folder, &format!("{command} body --how panic"));
        assert_eq!(told.code, Some(1), "{told:?}");
        told.says(&["it panicked at", "main.rs:", "no words at all"]);
        assert!(!told.err.contains("backtrace"), "{told:?}");
    }
    let told = scrat(folder, "plan body --how well");
    assert!(told.out.contains("the pipeline's body ran word ("), "{told:?}");
    let told = scrat(folder, "plan body --how well --format json");
    assert_eq!(told.lines()[0]["body"][0]["outcome"], "hit");
    let told = scrat(folder, "run body --how better --timeline trace.json");
    told.says(&["word in the pipeline's body"]);
    assert!(fs::read_to_string(folder.join("trace.json")).unwrap().contains("word in the body"));
    assert!(scrat(folder, "why body").out.contains("the pipeline's body ran word"));
    let lines = scrat(folder, "run body --how best --format json").lines();
    assert!(lines.iter().any(|line| line["event"] == "body" && line["outcome"] == "ran"), "{lines:?}");
    // It goes into the stash that is named.
    scrat(folder, "run body --how best --stash other");
    assert!(scrat(folder, "stash list --stash other").out.lines().count() > 2);
    assert!(scrat(folder, "graph body --last").out.contains("in the body"));
}

pub(crate) fn of_two_pipelines_of_one_name_neither_is_taken_for_the_other(folder: &Path) {
    for command in ["run", "plan", "graph"] {
        let told = scrat(folder, &format!("{command} twin"));
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{told:?}");
        told.says(&["this program has 2 pipelines called `twin`", "rename all but one", "unruly/main.rs:"]);
    }
    assert_eq!(scrat(folder, "run body --how best").code, Some(0), "others are in reach");
}

#[cfg(unix)]
pub(crate) fn whoever_waits_for_another_process_says_so(folder: &Path) {
    scrat(folder, "init");
    let mut first = command(folder, "run waiting").stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    while !folder.join("begun").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = command(folder, "run waiting").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let third = command(folder, "plan direct").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let owner = first.id();
    let said = [second, third].map(|mut waiting| {
        let mut lines = BufReader::new(waiting.stderr.take().unwrap()).lines().map(Result::unwrap);
        let waiting_for = |line: &String| line.contains("waiting for ") && line.contains("computing unruly::until");
        let said = lines.find(waiting_for).unwrap();
        if cfg!(target_os = "linux") {
            assert!(said.contains(&format!("waiting for process {owner}, which")), "{said}");
        }
        (waiting, lines)
    });
    fs::write(folder.join("go"), "").unwrap();
    for (mut waiting, mut lines) in said {
        assert!(!lines.any(|line| line.contains("waiting for ")), "it is said once");
        assert!(waiting.wait().unwrap().success());
    }
    assert!(first.wait().unwrap().success());
}

#[cfg(unix)]
pub(crate) fn an_index_that_is_removed_meanwhile_is_missed(folder: &Path) {
    assert_eq!(scrat(folder, "run mine").code, Some(0));
    let told = scrat(folder, "run careless -j1");
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!(told.err.matches("was removed or replaced while this program used it").count(), 1, "{told:?}");
    let again = scrat(folder, "run careless -j1");
    assert!(again.err.contains("nothing to compute"), "what was stored without an index is there, {again:?}");
    assert!(scrat(folder, "stash check").out.contains("all are as they were stored"));
}
