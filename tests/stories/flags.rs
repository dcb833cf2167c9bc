//! Parameters of pipelines that are called like flags.

use crate::sandbox::{Sandbox, Tell, pantry};

#[test]
fn a_parameter_that_is_called_like_a_flag_is_never_taken_for_it() {
    let sandbox = Sandbox::empty();
    let run = |flags: &str| sandbox.pantry(&format!("run alike {flags}"));
    let told = run("--param-jobs 7 -j 1 --param-format svg --type 9 --param-features a").exits(0);
    assert_eq!(told.stdout, "jobs 7, format svg, timeline 3, check 3, features a, type 9\n");
    for flag in ["jobs", "format", "timeline", "check"] {
        let hint = format!("write `--param-{flag}` for the parameter; `--scrat-{flag}` for scrat's");
        run(&format!("--{flag} 7")).exits(2).complains(&format!("`--{flag}` is scrat's own flag"), &hint);
    }
    run("--features a").exits(2).complains("`--features` is cargo's own flag", "`--param-features`");
    let told = run("--scrat-format json --scrat-jobs 2 --param-jobs 8").exits(0).events();
    let value = told.iter().find(|event| event["event"] == "result").unwrap();
    assert!(value["value"].as_str().unwrap().starts_with("jobs 8, format png"), "{value}");
    // Of what the installed command takes for cargo's, the program has the last word.
    let mut taken = sandbox.command(pantry(), "run alike");
    taken.env("SCRAT_INVOKED_FROM", sandbox.at(".")).env("SCRAT_TAKEN_FLAGS", "release,features");
    taken.tell().exits(2).complains("`--features` is cargo's own flag", "`--scrat-features` for cargo's");
    // What was given is told as it would be typed again.
    let why = sandbox.pantry("why alike").exits(0).stdout;
    assert!(why.contains("with --param-jobs 8"), "{why}");
    sandbox.pantry("plan alike --param-jobs 8 --scrat-check").exits(0);
}

#[test]
fn a_format_that_is_typed_as_a_flag_is_told_how_it_is_named() {
    let told = Sandbox::with_nuts().pantry("graph stock --html").exits(2);
    told.complains("there is no flag `--html`", "`--format html > graph.html`");
}

#[test]
fn lists_that_are_written_with_spaces_are_told_to_take_commas() {
    let sandbox = Sandbox::with_nuts();
    let told = sandbox.pantry("run stock --times 1 10").exits(2);
    told.complains("`10` is neither a flag nor the value of one", "a list takes commas: `--times 1,10`");
}

#[test]
fn a_step_is_found_by_its_label_with_and_without_quotation_marks() {
    let sandbox = Sandbox::with_nuts();
    sandbox.pantry("run stock").exits(0);
    for step in ["report title=Nuts", "report title=\"Nuts\"", "score times=2", "report", "pantry::report"] {
        let mut why = sandbox.command(pantry(), "why");
        why.args([step, "stock"]);
        let told = why.tell().exits(0);
        assert!(told.stdout.contains("is fresh since"), "{step}: {}", told.stdout);
    }
    let mut why = sandbox.command(pantry(), "why");
    why.args(["score times=7", "stock"]);
    why.tell()
        .exits(2)
        .complains("stock has no step `score times=7`", "its steps of score are: `score times=1`, `score times=2`");
}
