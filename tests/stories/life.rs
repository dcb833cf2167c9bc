//! The life of a pipeline: run, run again, edit, run, undo.

use serde_json::Value;

use crate::sandbox::{Sandbox, short};

const MAIN: &str = include_str!("crates/life.rs");
const REPORT: &str = "# Nuts\n\n[6, 12, 18]\n";
const NOTHING: [&str; 0] = [];

#[test]
fn editing_a_helper_reruns_only_what_reaches_it_and_undoing_nothing() {
    let sandbox = Sandbox::with_crate("story-life", MAIN);
    sandbox.write("data/nuts.csv", "weight\n3\n1\n-1\n2\n");
    let run = || sandbox.scrat("run --dev").exits(0);
    let plan = || statuses(&sandbox.scrat("plan --dev --format json").exits(0).events());

    let first = run().says(&["made a stash in", "life: 6 ran"]);
    assert_eq!(first.stdout, "results/report.md\n");
    assert_eq!(sandbox.read("results/report.md"), REPORT);
    assert_eq!(sandbox.ran(), ["clean", "load", "report", "score 1", "score 2", "score 3"]);

    let second = run().says(&["life: nothing to compute, 6 steps fresh"]);
    assert_eq!(second.stdout, "results/report.md\n");
    assert_eq!(sandbox.ran(), NOTHING, "hit: nothing changed");
    assert!(!second.stderr.contains("Compiling") && !second.stderr.contains("Finished"), "{}", second.stderr);

    // A file that is gone comes back from the stash.
    sandbox.remove("results/report.md");
    run().says(&["nothing to compute"]);
    assert_eq!(sandbox.read("results/report.md"), REPORT);
    assert_eq!(sandbox.ran(), NOTHING, "hit: the report is in the stash");

    // A helper that only `clean` uses. Its result stays the same, and so all that follows does.
    sandbox.edit("src/main.rs", "weight > 0", "weight >= 1");
    let plan_after_edit = plan();
    assert_eq!(plan_after_edit["load"], ["fresh"]);
    assert_eq!(plan_after_edit["clean"], ["stale: helper is_possible changed (clean → is_possible)"]);
    assert_eq!(plan_after_edit["score"], ["pending: may turn out fresh"; 3]);
    assert_eq!(plan_after_edit["report"], ["pending: may turn out fresh"]);
    let drawn = sandbox.scrat("graph --dev").exits(0).stdout;
    assert!(drawn.contains("clean") && drawn.contains("is_possible"), "{drawn}");
    sandbox.scrat("plan --dev --check").exits(3);
    run().says(&["life: 1 ran, 5 fresh"]);
    assert_eq!(sandbox.ran(), ["clean"], "miss: clean reaches the helper; hit: what follows it");
    sandbox.scrat("plan --dev --check").exits(0);

    // The edit is undone.
    sandbox.edit("src/main.rs", "weight >= 1", "weight > 0");
    assert!(plan().values().flatten().all(|status| status == "fresh"));
    run().says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), NOTHING, "hit: the results of that code are still there");

    // A comment, and the layout.
    sandbox.edit("src/main.rs", "/// Whether a weight can be one. Only `clean` uses it.", "// Can it be?\n");
    assert!(plan().values().flatten().all(|status| status == "fresh"));
    run().says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), NOTHING, "hit: comments are no code");

    // The helper now lets another weight through: the change goes on to the end.
    sandbox.edit("src/main.rs", "weight > 0", "weight > 1");
    run().says(&["life: 5 ran, 1 fresh"]);
    assert_eq!(sandbox.ran(), ["clean", "report", "score 1", "score 2", "score 3"]);
    assert_eq!(sandbox.read("results/report.md"), "# Nuts\n\n[5, 10, 15]\n");

    // A project that does not compile, and then does again.
    sandbox.edit("src/main.rs", "weight > 1", "weight > \"1\"");
    let told = sandbox.scrat("run --dev").exits(6).stays_calm();
    assert_eq!(told.stdout, "");
    let told = told.says(&["mismatched types", "error: story-life does not compile", " hint: fix the errors above"]);
    assert!(!told.stderr.contains("could not compile `scrat"), "{}", told.stderr);
    assert_eq!(sandbox.read("results/report.md"), "# Nuts\n\n[5, 10, 15]\n");
    sandbox.edit("src/main.rs", "weight > \"1\"", "weight > 0");
    run().says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), NOTHING);
    assert_eq!(sandbox.read("results/report.md"), REPORT);

    // What only other code finds is listed, and deleted if that is wanted; what is current stays.
    let stale = sandbox.scrat("stash list --stale --dev --format json").exits(0).events();
    let stale: Vec<_> = stale.iter().map(|nut| (&nut["function"], &nut["stale"])).collect();
    assert_eq!(stale, [(&"story_life::clean".into(), &"other code".into()); 2]);
    let told = sandbox.scrat("stash prune --dry-run --dev").exits(0);
    assert!(told.stdout.contains("story_life::clean  other code"), "{}", told.stdout);
    // Nothing was built in another profile, so nothing is built in that one, and none of its code is the measure.
    let told = sandbox.scrat("stash prune").exits(2);
    told.says(&["delete 2 nuts", "nobody answered, so nothing was removed", "judged by: story-life (dev)"]);
    sandbox.scrat("stash prune --yes").exits(0).says(&["deleted 2 nuts"]);
    sandbox.scrat("stash prune --dev --yes").exits(0).says(&["nothing to prune"]);
    run().says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), NOTHING, "hit: only results of other code are gone");

    // A value is told by the program that has its type.
    let nuts = sandbox.scrat("stash list report --format json").exits(0).events();
    let key = nuts[0]["key"].as_str().unwrap();
    let shown = sandbox.scrat(&format!("stash show {key}")).exits(0).stdout;
    assert!(shown.ends_with(&format!("\n{REPORT}")), "{shown}");
    let shown = sandbox.scrat(&format!("stash show {key} --format json")).exits(0).events();
    assert_eq!(shown[0]["value"], REPORT);

    // Pipelines and flags that don't exist.
    sandbox.scrat("run lief --dev").exits(2).complains("there is no pipeline `lief`", "did you mean `life`?");
    sandbox.scrat("run other/folder --dev").exits(2).complains("other/folder does not exist", "name a pipeline");
    let told = sandbox.scrat("run --dev --titel Acorns").exits(2).stays_calm();
    assert_eq!(told.stdout, "");
    told.says(&["error: unexpected argument '--titel' found", "'--title'"]);
    assert_eq!(sandbox.ran(), NOTHING);
}

#[test]
fn a_module_that_a_library_and_its_program_both_have_runs_again_only_if_it_does_something_else() {
    const SHARED: &str = "use scrat::prelude::*;
#[stash]
pub fn scaled(x: u64) -> u64 {
    use std::io::Write;
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open(\"ran.log\").unwrap();
    writeln!(log, \"scaled {x}\").unwrap();
    x * crate::SCALE
}
";
    const MAIN: &str = "use scrat::prelude::*;
mod shared;
const SCALE: u64 = 2;
#[stash]
fn text(both: Vec<u64>) -> String { format!(\"{both:?}\") }
#[pipeline]
fn both() -> Step<String> {
    text::step(vec![shared::scaled::step(1), story_both::shared::scaled::step(2)]).export(\"both.txt\")
}
fn main() -> std::process::ExitCode { scrat::main() }
";
    let sandbox = Sandbox::with_crate("story-both", MAIN);
    sandbox.write("src/shared.rs", SHARED);
    sandbox.write("src/lib.rs", "pub mod shared;\npub const SCALE: u64 = 2;\n");
    let run = || sandbox.scrat("run --dev").exits(0);
    run();
    assert_eq!((sandbox.ran().len(), &*sandbox.read("both.txt")), (2, "[2, 4]"));
    sandbox.edit("src/main.rs", "mod shared;", "\n\nmod shared;");
    run();
    assert_eq!(sandbox.ran(), NOTHING, "hit: the two do the same, wherever they stand");
    sandbox.edit("src/main.rs", "SCALE: u64 = 2", "SCALE: u64 = 3");
    run();
    assert_eq!(sandbox.read("both.txt"), "[3, 4]", "the two do not do the same");
    sandbox.ran();
}

/// What a plan says of each function's steps: the status, and why.
fn statuses(plan: &[Value]) -> std::collections::BTreeMap<String, Vec<String>> {
    let mut statuses = std::collections::BTreeMap::<_, Vec<_>>::new();
    for step in plan[0]["steps"].as_array().unwrap() {
        let status = step["status"].as_str().unwrap();
        let status = match step["reason"]["text"].as_str() {
            Some(reason) => format!("{status}: {reason}"),
            None => status.to_owned(),
        };
        statuses.entry(short(step["function"].as_str().unwrap()).to_owned()).or_default().push(status);
    }
    statuses
}

#[test]
fn a_parameter_reruns_only_what_depends_on_it() {
    let sandbox = Sandbox::with_nuts();
    assert_eq!(sandbox.pantry("run stock --format json").exits(0).totals().ran, 6);
    assert_eq!(sandbox.ran().len(), 6);

    assert_eq!(sandbox.pantry("run stock --times 1,2,4 --format json").exits(0).totals().ran, 2);
    assert_eq!(sandbox.ran(), ["report", "score 4"], "miss: one more score, and what is made of it");
    assert_eq!(sandbox.read("results/report.md"), "# Nuts\n\n[6, 12, 24]\n");

    sandbox.pantry("run stock --title Acorns").exits(0).says(&["1 ran, 5 fresh"]);
    assert_eq!(sandbox.ran(), ["report"]);
    sandbox.pantry("run stock --times 3 --times 2 --times 1").exits(0);
    assert_eq!(sandbox.ran(), ["report"], "hit: each score is known; miss: their order counts");

    sandbox.pantry("run stock").exits(0).says(&["nothing to compute, 6 steps fresh"]);
    assert_eq!(sandbox.ran(), NOTHING);
    assert_eq!(sandbox.read("results/report.md"), REPORT, "exports follow the parameters back");

    // The input: a row that `clean` drops changes nothing after it.
    sandbox.write("data/nuts.csv", "weight\n3\n1\n-1\n2\n-7\n");
    sandbox.pantry("run stock").exits(0).says(&["2 ran, 4 fresh"]);
    assert_eq!(sandbox.ran(), ["clean", "load"]);
    // The same content under another name is the same value.
    sandbox.write("data/others.csv", "weight\n3\n1\n-1\n2\n");
    sandbox.pantry("run stock --csv data/others.csv").exits(0).says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), NOTHING);

    sandbox
        .pantry("run stock --times many")
        .exits(2)
        .complains("`many` is not a value for --times, which takes i64", "--help");
    sandbox.pantry("run").exits(2).complains("this program has several pipelines", "stock");
    sandbox.pantry("run stocks").exits(2).complains("there is no pipeline `stocks`", "stock");
}

#[test]
fn a_step_may_need_thousands() {
    let sandbox = Sandbox::with_nuts();
    let told = sandbox.pantry("run wide --quiet").exits(0);
    assert_eq!(told.stdout, "1999000\n");
    sandbox.pantry("run wide").exits(0).says(&["nothing to compute, 2,001 steps fresh"]);
    let totals = sandbox.pantry("run wide --count 2001 --format json").exits(0).totals();
    assert_eq!((totals.hits, totals.ran), (2000, 2));
}

#[test]
fn threads_of_a_step_use_the_stash_of_the_run() {
    let sandbox = Sandbox::with_nuts();
    sandbox.pantry("run threads --stash elsewhere").exits(0).says(&["1 ran"]);
    assert_eq!(sandbox.ran(), ["safe 0", "safe 1", "safe 2", "spread"]);
    sandbox.pantry("run threads --stash elsewhere --force").exits(0).says(&["1 ran"]);
    assert_eq!(sandbox.ran(), ["spread"], "hit: what the threads called");
    assert!(!sandbox.at(".scrat").exists(), "there is no second stash");
    sandbox.pantry("run threads --disable").exits(0);
    assert_eq!(sandbox.ran(), ["safe 0", "safe 1", "safe 2", "spread"]);
    assert!(!sandbox.at(".scrat").exists(), "nothing is stored");
}

#[test]
fn force_and_disable_run_what_is_fresh() {
    let sandbox = Sandbox::with_nuts();
    sandbox.pantry("run stock").exits(0);
    assert_eq!(sandbox.ran().len(), 6);

    sandbox.pantry("run stock --force clean").exits(0).says(&["1 ran, 5 fresh"]);
    assert_eq!(sandbox.ran(), ["clean"]);
    sandbox.pantry("run stock --force").exits(0).says(&["6 ran"]);
    assert_eq!(sandbox.ran().len(), 6);
    sandbox
        .pantry("run stock --force cleen")
        .exits(2)
        .complains("stock has no step `cleen`", "clean, load, report, score");

    sandbox.pantry("run stock --disable").exits(0).says(&["6 ran"]);
    assert_eq!(sandbox.ran().len(), 6);
    let elsewhere = Sandbox::with_nuts();
    elsewhere.pantry("run stock --disable").exits(0);
    assert!(!elsewhere.at(".scrat").exists(), "nothing is stored");
    assert_eq!(elsewhere.read("results/report.md"), REPORT);
}
