//! Input files that are looked for, and programs that are run over them.

use scrat::prelude::*;
use scrat::{Command, File};
use scrat_engine::Plan;

use crate::sandbox::{Sandbox, counts};

#[stash]
fn length(text: File) -> Result<u64> {
    Ok(text.read()?.len() as u64)
}

#[stash]
fn summary(lengths: &[u64]) -> String {
    format!("{lengths:?}")
}

#[pipeline]
fn lengths(folder: String, to: String) -> Result<Step<String>> {
    let texts = scrat::files(&format!("{folder}/*.txt"))?;
    Ok(summary::step(texts.into_iter().map(length::step).collect::<Vec<_>>()).export(to))
}

#[test]
fn a_new_file_computes_only_itself_and_a_removed_one_nothing_but_the_summary() {
    let sandbox = Sandbox::new();
    let (data, to) = (sandbox.path("data"), sandbox.path("out/summary"));
    std::fs::create_dir(&data).unwrap();
    let write = |name: &str, text: &str| std::fs::write(sandbox.path(&format!("data/{name}.txt")), text).unwrap();
    let given = [("folder", data.as_str()), ("to", to.as_str())];
    write("b", "12");
    write("c", "123");
    assert_eq!(counts(&sandbox.run("lengths", &given)), (0, 3, 0, 0));
    write("a", "1");
    assert_eq!(counts(&sandbox.run("lengths", &given)), (2, 2, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "[1, 2, 3]");
    std::fs::remove_file(sandbox.path("data/b.txt")).unwrap();
    assert_eq!(counts(&sandbox.run("lengths", &given)), (2, 1, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "[1, 3]");
    write("b", "12");
    assert_eq!(counts(&sandbox.run("lengths", &given)), (4, 0, 0, 0), "and it is still known when it is back");

    let (graph, _) = sandbox.plan("lengths", &given);
    let pattern = graph.input_patterns().next().unwrap();
    assert!(pattern.matches(&std::fs::canonicalize(&data).unwrap().join("new.txt")));
}

#[test]
fn no_file_and_an_export_among_the_files_are_told() {
    let sandbox = Sandbox::new();
    let data = sandbox.path("data");
    let refused = |to: &str| {
        let mut given = scrat_engine::Given::default();
        given.set("folder", vec![data.clone()]);
        given.set("to", vec![sandbox.path(to)]);
        let pipeline = scrat_engine::pipelines().into_iter().find(|known| known.name == "lengths").unwrap();
        pipeline.graph(&given).unwrap_err().to_string()
    };
    assert!(refused("out").contains("no file matches"), "{}", refused("out"));
    std::fs::create_dir(&data).unwrap();
    std::fs::write(sandbox.path("data/a.txt"), "1").unwrap();
    let error = refused("data/summary.txt");
    assert!(error.contains("among the files that the pipeline looks for"), "{error}");
}

/// Sorts with a program that is an argument.
#[stash]
fn sorted(sort: Command, lines: File) -> Result<File> {
    Ok(sort.arg(lines).run()?.stdout())
}

#[pipeline]
fn sorting(sort: String, lines: File, to: String) -> Step<File> {
    sorted::step(Command::new(sort).arg("-n").env("LC_ALL", "C"), lines).export(to)
}

#[cfg(unix)]
#[test]
fn a_program_is_run_again_if_it_is_another_one_and_its_output_outlives_it() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let [tool, lines, to] = ["tool", "lines", "sorted"].map(|name| sandbox.path(name));
    let script = |text: &str| {
        std::fs::write(&tool, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    script("exec sort \"$@\"");
    std::fs::write(&lines, "10\n9\n").unwrap();
    let given = [("sort", tool.as_str()), ("lines", lines.as_str()), ("to", to.as_str())];
    assert_eq!(counts(&sandbox.run("sorting", &given)), (0, 1, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "9\n10\n");
    assert_eq!(counts(&sandbox.run("sorting", &given)), (1, 0, 0, 0));
    script("exec sort -r \"$@\"");
    assert_eq!(counts(&sandbox.run("sorting", &given)), (0, 1, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "10\n9\n");
    std::fs::remove_file(&to).unwrap();
    script("exec sort \"$@\"");
    assert_eq!(counts(&sandbox.run("sorting", &given)), (1, 0, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "9\n10\n");
}

#[test]
fn a_step_whose_program_is_not_there_says_so() {
    let sandbox = Sandbox::new();
    let [lines, to] = ["lines", "sorted"].map(|name| sandbox.path(name));
    std::fs::write(&lines, "1").unwrap();
    let given = [("sort", "no-such-program"), ("lines", lines.as_str()), ("to", to.as_str())];
    let (graph, plan): (_, Plan) = sandbox.plan("sorting", &given);
    assert_eq!(plan.count(scrat_engine::Status::Stale), 1);
    assert_eq!(graph.len(), 1);
    let report = sandbox.run("sorting", &given);
    assert_eq!(counts(&report).2, 1);
    let told = format!("{:?}", report.steps);
    assert!(told.contains("there is no program `no-such-program`"), "{told}");
}
