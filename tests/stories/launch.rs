//! From the words to the right program: which one is built, from which sources, and that it is the one that runs.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use crate::sandbox::Sandbox;

const MAIN: &str = "use scrat::prelude::*;
#[stash]
fn one(x: u64) -> u64 { helper::more(x) }
#[pipeline(n = 1)]
fn launch(n: u64) -> Step<u64> {
    let given: u64 = include_str!(\"given.txt\").trim().parse().expect(\"a number\");
    one::step(n + given)
}
#[pipeline(target = 1)]
fn aimed(target: u64) -> Step<u64> { one::step(target) }
#[cfg(feature = \"extra\")]
#[pipeline]
fn extra() -> Step<u64> { one::step(7) }
fn main() -> std::process::ExitCode { scrat::main() }
";

/// Gives a file the time of an old one.
fn age(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1_600_000_000)).unwrap();
}

impl Sandbox {
    /// Puts an older file in the place of a source, as `mv` and `cp -p` do.
    fn replace_by_older(&self, path: &str, text: &str) {
        self.write("aside", text);
        age(&self.at("aside"));
        std::fs::rename(self.at("aside"), self.at(path)).unwrap();
    }

    #[track_caller]
    fn results_in(&self, words: &str, result: &str) {
        assert_eq!(self.scrat(words).exits(0).stdout, format!("{result}\n"));
    }
}

#[test]
fn what_is_run_is_made_of_the_sources_as_they_are_however_old_they_look() {
    let sandbox = Sandbox::with_crate("story-launch", MAIN);
    let manifest = sandbox.read("Cargo.toml");
    let manifest = manifest.replace(
        "[workspace]",
        "helper = { path = \"helper\", package = \"story-launch-helper\" }\n[features]\nextra = []\n[workspace]",
    );
    sandbox.write("Cargo.toml", &manifest.replace("\n\nhelper", "\nhelper"));
    sandbox.write("src/given.txt", "10");
    sandbox.write("helper/Cargo.toml", "[package]\nname = \"story-launch-helper\"\nedition = \"2024\"\n");
    sandbox.write("helper/src/lib.rs", "pub fn more(x: u64) -> u64 { x + 100 }");
    sandbox.results_in("run launch --dev", "111");

    sandbox.replace_by_older("src/given.txt", "20");
    let plan = sandbox.scrat("plan launch --dev --check").exits(3);
    // More files are named if what an earlier copy of the package left in the shared target folder goes, too.
    plan.says(&["cargo may not see that ", " changed; building again"]);
    sandbox.results_in("run launch --dev", "121");

    // The folder of a dependency changes places with another, and the program itself is edited at the same time.
    sandbox.write("other/Cargo.toml", &sandbox.read("helper/Cargo.toml"));
    sandbox.write("other/src/lib.rs", "pub fn more(x: u64) -> u64 { x + 200 }");
    age(&sandbox.at("other/src/lib.rs"));
    std::fs::rename(sandbox.at("helper"), sandbox.at("before")).unwrap();
    std::fs::rename(sandbox.at("other"), sandbox.at("helper")).unwrap();
    sandbox.edit("src/main.rs", "n + given", "n + given + 1000");
    sandbox.results_in("run launch --dev", "1221");

    // What cargo was called for in between is not taken for what scrat had built.
    sandbox.write("helper/src/lib.rs", "pub fn more(x: u64) -> u64 { x + 300 }");
    sandbox.cargo("build --quiet").exits(0);
    sandbox.replace_by_older("helper/src/lib.rs", "pub fn more(x: u64) -> u64 { x + 200 }");
    sandbox.results_in("run launch --dev", "1221");

    let told = sandbox.scrat("run launch --dev").exits(0);
    assert!(!told.stderr.contains("building again") && !told.stderr.contains("Compiling"), "{}", told.stderr);

    // A parameter that is called like a flag of cargo's.
    let told = sandbox.scrat("run aimed --dev --target 7").exits(2);
    told.complains("`--target` is cargo's own flag", "write `--param-target` for the parameter; `--scrat-target` for");
    sandbox.results_in("run aimed --dev --param-target 7", "207");

    // A pipeline that is not in the program: it says so, and builds nothing more.
    let told = sandbox.scrat("run extra --dev").exits(2);
    let told = told.complains("there is no pipeline `extra` in this program", "use --features");
    assert!(told.stderr.contains("src/main.rs has it"), "{}", told.stderr);
    sandbox.results_in("run extra --dev --features extra", "207");
    sandbox.results_in("run launch --dev", "1221");
}

#[test]
fn programs_examples_and_libraries_are_told_apart() {
    let sandbox = Sandbox::with_crate("story-programs", "fn main() -> std::process::ExitCode { scrat::main() }\n");
    let program = |name: &str| {
        format!(
            "use scrat::prelude::*;\n#[stash]\nfn double(x: u64) -> u64 {{ x * 2 }}\n#[pipeline(x = 21)]\n\
             pub fn {name}(x: u64) -> Step<u64> {{ double::step(x) }}\n"
        )
    };
    let main = "fn main() -> std::process::ExitCode { scrat::main() }\n";
    sandbox.write("src/lib.rs", &program("in_library"));
    sandbox.write("examples/shown.rs", &format!("{}{main}", program("in_example")));
    sandbox.write("src/bin/a-b/main.rs", &format!("{}{main}", program("in_second")));

    // The main program never names the library, so it has no pipelines. It must not build and start itself.
    let told = sandbox.scrat("run in_library --dev").exits(2);
    told.complains("this program has no pipelines", "write `use story_programs as _;` in src/main.rs");
    sandbox.write("src/main.rs", &format!("use story_programs as _;\n{main}"));
    sandbox.results_in("run in_library --dev --x 1", "2");
    sandbox.results_in("run --dev --example=shown", "42");
    sandbox.scrat("run --dev").exits(2).complains("there are several pipelines", "in_example, in_library, in_second");
    sandbox
        .scrat("run --dev --bin other")
        .exits(2)
        .complains("there is no bin `other`", "there are: a-b, story-programs");

    // The functions of the library and of every program; of the sources, nothing is built for them.
    let told = sandbox.scrat("fingerprint --source").exits(0);
    assert!(!told.stderr.contains("Compiling"), "{}", told.stderr);
    let built = sandbox.scrat("fingerprint --dev").exits(0);
    for function in ["story_programs::double", "a_b::double"] {
        assert!(told.stdout.contains(function), "{}", told.stdout);
        assert!(built.stdout.contains(function), "{}", built.stdout);
    }

    // A file that is older than what was built of the one before it is noticed, in a library as well.
    let kept = sandbox.scrat("fingerprint --dev").exits(0).stdout;
    assert_eq!(kept, built.stdout);
    let library = std::fs::read_to_string(sandbox.at("src/lib.rs")).unwrap();
    sandbox.write("src/lib.rs", &library.replace("x * 2", "x * 3"));
    let file = std::fs::File::options().write(true).open(sandbox.at("src/lib.rs")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000)).unwrap();
    assert_ne!(sandbox.scrat("fingerprint --dev").exits(0).stdout, kept);
}
