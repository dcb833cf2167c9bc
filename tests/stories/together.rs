//! Several processes at one stash, and processes that die.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::sandbox::{Sandbox, Told, pantry};

#[test]
fn two_runs_at_once_compute_each_step_once() {
    let sandbox = Sandbox::with_nuts();
    let start = || {
        let mut command = sandbox.command(pantry(), "run beside -j 1 --format json");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    // The first one waits in its first step. The second goes on with the others, so it is there when that ends.
    let first = start();
    sandbox.wait_until_runs("gate");
    let second = start();
    sandbox.wait_until_runs("safe 3");
    sandbox.write("go", "");
    let [first, second] = [first, second].map(|child| Told::from(child.wait_with_output().unwrap()).exits(0).totals());
    assert_eq!(first.ran + second.ran, 5, "{first:?} {second:?}");
    assert_eq!(first.hits + second.hits, 5);
    assert_eq!(sandbox.ran(), ["gate", "safe 1", "safe 2", "safe 3", "sum"]);
}

#[test]
fn a_killed_run_leaves_what_was_finished_and_no_lock() {
    let sandbox = Sandbox::with_nuts();
    let mut command = sandbox.command(pantry(), "run between");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sandbox.wait_until_runs("gate");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(sandbox.ran(), ["gate", "safe 1"]);
    // The system has released its locks.
    sandbox.write("go", "");
    let told = sandbox.pantry("run between --format json").exits(0);
    assert_eq!((told.totals().ran, told.totals().hits), (2, 1));
    assert_eq!(sandbox.ran(), ["gate", "sum"]);
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_stores_what_ends_and_says_how_to_go_on() {
    let sandbox = Sandbox::with_nuts();
    let mut command = sandbox.command(pantry(), "run beside -j 1");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    sandbox.wait_until_runs("gate");
    let sent = sandbox.command("kill".as_ref(), &format!("-INT {}", child.id())).status().unwrap();
    assert!(sent.success());
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("stopping: running steps are finished and stored")));
    sandbox.write("go", "");
    assert!(said.any(|line| line.contains("the same command continues from there")));
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(sandbox.ran(), ["gate"]);
    let told = sandbox.pantry("run beside --format json").exits(0);
    assert_eq!((told.totals().ran, told.totals().hits), (4, 1));
}
