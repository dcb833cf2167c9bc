//! Programs that know scrat by another name: one that renames it in its manifest, and one that has it from a crate of
//! its own, which `crate = …` points to.

use crate::sandbox::Sandbox;

/// Whoever has `memo` for scrat has all of it by that name.
const RENAMED: &str = r#"use std::io::Write;

use memo::Step;
use memo::prelude::{Result, pipeline, stash as keep};

fn note(what: &str) {
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("ran.log").unwrap();
    writeln!(log, "{what}").unwrap();
}

fn helper(x: u64) -> u64 {
    x + 1
}

#[memo::stash(ttl = "7d")]
fn double(x: &[u64], #[stash(ignore)] loud: bool) -> Vec<u64> {
    note(if loud { "DOUBLE" } else { "double" });
    x.iter().map(|x| helper(*x) * 2).collect()
}

#[keep]
fn sum<T: memo::Value + Into<u64> + Copy>(x: Vec<T>) -> Result<u64> {
    note("sum");
    Ok(x.iter().map(|x| (*x).into()).sum())
}

#[derive(PartialEq, serde::Serialize, serde::Deserialize)]
struct Scale(u64);

impl Scale {
    #[::memo::stash]
    fn by(&self, x: u64) -> u64 {
        note("by");
        self.0 * x
    }
}

/// The sum of what is doubled.
#[memo::pipeline(x = 3)]
fn doubled(x: u64) -> Step<u64> {
    sum::step(double::step(vec![x, 1], false))
}

fn main() -> std::process::ExitCode {
    if std::env::args().len() > 1 {
        return memo::main();
    }
    println!("{} {}", sum(double(&[1, 2], true)).unwrap(), Scale(3).by(2));
    std::process::ExitCode::SUCCESS
}
"#;

#[test]
fn a_dependency_renamed_in_the_manifest_needs_no_word_about_it() {
    let sandbox = Sandbox::with_dependencies("renamed", &[("memo", "scrat")], RENAMED);
    let run = || sandbox.cargo("run --quiet").exits(0);

    assert_eq!(run().stdout, "10 6\n");
    assert_eq!(sandbox.ran(), ["DOUBLE", "by", "sum"]);
    assert_eq!(run().stdout, "10 6\n");
    assert_eq!(sandbox.ran(), [""; 0], "hit in a new process");
    sandbox.edit("src/main.rs", "7d", "14d");
    run();
    assert_eq!(sandbox.ran(), [""; 0], "hit: an option of the attribute is no code");
    sandbox.edit("src/main.rs", "x + 1", "x + 2");
    assert_eq!(run().stdout, "14 6\n");
    assert_eq!(sandbox.ran(), ["DOUBLE", "sum"], "miss: what the function calls was edited");

    sandbox.scrat("run doubled").exits(0);
    assert_eq!(sandbox.ran(), ["double", "sum"]);
    sandbox.scrat("run doubled").exits(0);
    assert_eq!(sandbox.ran(), [""; 0], "hit under the command");
    sandbox.edit("src/main.rs", "x + 2", "x + 3");
    sandbox.scrat("run doubled").exits(0);
    assert_eq!(sandbox.ran(), ["double", "sum"], "miss under the command: what the function calls was edited");

    let sources = sandbox.scrat("fingerprint --source").exits(0).stdout;
    for function in ["double", "sum", "by"] {
        assert!(sources.contains(function), "no {function} in {sources}");
    }
}

/// The crate between: it has scrat inside, and a macro that makes stashed functions for others.
const BETWEEN: &str = r#"pub use scrat;

pub mod inside {
    pub use scrat as memory;
}

#[macro_export]
macro_rules! remembered {
    ($name:ident, $body:expr) => {
        #[$crate::scrat::stash(crate = $crate::scrat)]
        fn $name(x: u64) -> u64 {
            $crate::note(stringify!($name));
            $body + x
        }
    };
}

pub fn note(what: &str) {
    use std::io::Write;
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("ran.log").unwrap();
    writeln!(log, "{what}").unwrap();
}
"#;

const BEHIND: &str = r#"use between::note;
use between::scrat::{Step, pipeline, stash};

mod inner {
    pub(crate) use between::inside;

    #[between::scrat::stash(crate = self::inside::memory)]
    pub(crate) fn third(x: u64) -> Result<u64, std::fmt::Error> {
        super::note("third");
        Ok(x * 3)
    }
}

fn helper(x: u64) -> u64 {
    x + 1
}

#[stash(crate = between::scrat, version = "1")]
fn first(x: u64) -> u64 {
    note("first");
    helper(x)
}

#[stash(crate = "between::scrat")]
fn second<T: between::scrat::Value + Clone>(x: T, #[stash(ignore)] _tell: &str) -> Vec<T> {
    note("second");
    vec![x.clone(), x]
}

between::remembered!(fourth, 4);

struct Plain;

impl Plain {
    #[stash(crate = between::scrat)]
    fn method(x: u64) -> u64 {
        note("method");
        x
    }
}

#[pipeline(crate = between::scrat, x = 2)]
fn four(x: u64) -> (Step<Vec<u64>>, Step<u64>, Step<u64>) {
    (second::step(first::step(x), "quietly"), inner::third::step(x), fourth::step(x))
}

fn main() -> std::process::ExitCode {
    if std::env::args().len() > 1 {
        return between::scrat::main();
    }
    println!("{:?} {} {} {}", second(first(1), "loudly"), inner::third(1).unwrap(), fourth(1), Plain::method(1));
    std::process::ExitCode::SUCCESS
}
"#;

#[test]
fn scrat_inside_of_another_crate_is_found_where_the_attribute_says() {
    let sandbox = Sandbox::with_dependencies("behind", &[("between", "between")], BEHIND);
    sandbox.write_crate("between", &[("scrat", "scrat")]);
    sandbox.write("between/src/lib.rs", BETWEEN);
    let run = || sandbox.cargo("run --quiet").exits(0);

    assert_eq!(run().stdout, "[2, 2] 3 5 1\n");
    assert_eq!(sandbox.ran(), ["first", "fourth", "method", "second", "third"]);
    assert_eq!(run().stdout, "[2, 2] 3 5 1\n");
    assert_eq!(sandbox.ran(), [""; 0], "hit in a new process");
    sandbox.edit("src/main.rs", "crate = between::scrat, version", "crate = ::between::inside::memory, version");
    run();
    assert_eq!(sandbox.ran(), [""; 0], "hit: where scrat is found is no code");
    sandbox.edit("src/main.rs", "x + 1", "x + 2");
    assert_eq!(run().stdout, "[3, 3] 3 5 1\n");
    let why = "miss: what `first` calls was edited; of what a macro made of another's text all of the crate counts";
    assert_eq!(sandbox.ran(), ["first", "fourth", "second"], "{why}");

    sandbox.scrat("run four --dev").exits(0);
    assert_eq!(sandbox.ran(), ["first", "fourth", "second", "third"]);
    sandbox.scrat("run four --dev").exits(0);
    assert_eq!(sandbox.ran(), [""; 0], "hit under the command");
    sandbox.edit("src/main.rs", "x + 2", "x + 3");
    sandbox.scrat("run four --dev").exits(0);
    assert_eq!(sandbox.ran(), ["first", "second"], "miss under the command: what the function calls was edited");
}

#[test]
fn where_scrat_is_not_found_the_error_says_what_to_write() {
    let main = "#[between::scrat::stash]\nfn f(x: u64) -> u64 {\n    x\n}\n\n\
                #[between::scrat::pipeline]\nfn p() -> between::scrat::Step<u64> {\n    todo!()\n}\n\nfn main() {}\n";
    let sandbox = Sandbox::with_dependencies("lost", &[("between", "lost-between")], main);
    sandbox.write_crate("lost-between", &[("scrat", "scrat")]);
    sandbox.write("lost-between/src/lib.rs", BETWEEN);
    sandbox.cargo("build").exits(101).says(&[
        "this crate has no dependency on scrat of its own: say where scrat is found, `#[stash(crate = path::to::scrat)]`",
        "`#[pipeline(crate = path::to::scrat)]`",
    ]);
}
