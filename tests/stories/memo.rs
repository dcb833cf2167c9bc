//! A plain program that calls a slow function: no pipeline, no set-up.

use crate::sandbox::Sandbox;

const MAIN: &str = r#"use std::io::Write;

use scrat::prelude::*;

/// Takes its time.
#[stash]
fn slow_double(x: u64) -> u64 {
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("ran.log").unwrap();
    writeln!(log, "slow_double {x}").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(3));
    x * 2
}

fn main() {
    println!("{} {} {}", slow_double(1), slow_double(1), slow_double(2));
}
"#;

#[test]
fn three_calls_run_the_body_twice_and_not_again_until_it_is_edited() {
    let sandbox = Sandbox::with_crate("memo", MAIN);
    let run = || sandbox.cargo("run --quiet").exits(0);

    let told = run().says(&["scrat: made a stash in"]);
    assert_eq!(told.stdout, "2 2 4\n");
    assert_eq!(sandbox.ran(), ["slow_double 1", "slow_double 2"]);
    assert!(sandbox.at(".scrat/index.db").exists());

    let told = run();
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("2 2 4\n", ""));
    assert_eq!(sandbox.ran(), [""; 0], "hit in a new process");

    sandbox.edit("src/main.rs", "x * 2", "x + x + 1");
    assert_eq!(run().stdout, "3 3 5\n");
    assert_eq!(sandbox.ran(), ["slow_double 1", "slow_double 2"], "miss: the body was edited");

    sandbox.edit("src/main.rs", "/// Takes its time.", "/// Takes all the time that it wants.\n// As squirrels do.");
    assert_eq!(run().stdout, "3 3 5\n");
    assert_eq!(sandbox.ran(), [""; 0], "hit: a comment was edited");

    sandbox.edit("src/main.rs", "x + x + 1", "x * 2");
    assert_eq!(run().stdout, "2 2 4\n");
    assert_eq!(sandbox.ran(), [""; 0], "hit: the results of the earlier code are still there");

    sandbox.edit("src/main.rs", "#[stash]", "#[stash(code = \"ignore\")]");
    assert_eq!(run().stdout, "2 2 4\n");
    assert_eq!(sandbox.ran(), ["slow_double 1", "slow_double 2"]);
    sandbox.edit("src/main.rs", "x * 2", "x * 3");
    assert_eq!(run().stdout, "2 2 4\n");
    assert_eq!(sandbox.ran(), [""; 0], "hit: the code is ignored");
    sandbox.edit("src/main.rs", "-> u64", "-> i64");
    sandbox.edit("src/main.rs", "x * 3", "(x * 2) as i64");
    assert_eq!(run().stdout, "2 2 4\n");
    assert_eq!(sandbox.ran(), ["slow_double 1", "slow_double 2"], "miss: the bytes would mean something else");

    // The same folder, with its stash out of reach: the program does its work all the same, and says so once.
    std::fs::rename(sandbox.at(".scrat"), sandbox.at("away")).unwrap();
    sandbox.write(".scrat", "a file, where a folder should be");
    let told = run();
    assert_eq!(told.stdout, "2 2 4\n");
    assert_eq!(told.stderr.matches("functions run, but nothing is stored").count(), 1, "{}", told.stderr);
    assert_eq!(sandbox.ran(), ["slow_double 1", "slow_double 1", "slow_double 2"]);
}
