//! The first minute: `scrat new`, `scrat run`.

use crate::sandbox::{Sandbox, Tell, write_lock};

#[test]
fn a_new_project_runs_at_once_and_tells_where_its_result_is() {
    let sandbox = Sandbox::empty();
    sandbox.scrat("new story-demo").exits(0).says(&["made story-demo", "cd story-demo && scrat run"]);
    let demo = sandbox.at("story-demo");
    write_lock(&demo);
    // Its steps pretend to be expensive, which a test need not.
    sandbox.edit("story-demo/src/main.rs", "from_secs(1)", "from_millis(1)");
    let in_demo_by = |program: &str, words: &str| {
        let mut command = sandbox.command(program.as_ref(), words);
        command.current_dir(&demo);
        command.tell()
    };
    let in_demo = |words: &str| in_demo_by(env!("CARGO_BIN_EXE_scrat"), words);

    let told = in_demo("run --dev").exits(0).says(&["made a stash in", "6 ran"]);
    assert_eq!(told.stdout, "results/longest.txt\n");
    assert_eq!(sandbox.read("story-demo/results/longest.txt"), "11 hibernation\n11 undergrowth\n10 woodpecker\n");
    let told = in_demo("run --dev").exits(0).says(&["story_demo: nothing to compute, 6 steps fresh"]);
    assert_eq!(told.stdout, "results/longest.txt\n");
    // Plain cargo finds the same program there.
    let told = in_demo_by("cargo", "run -- run");
    let told = told.exits(0).says(&["story_demo: nothing to compute, 6 steps fresh"]);
    assert!(!told.stderr.contains("Compiling"), "{}", told.stderr);
    let told = in_demo("run --dev --top 1 --parts=2").exits(0).says(&["3 ran, 1 fresh"]);
    assert_eq!(told.stdout, "results/longest.txt\n");
    assert_eq!(sandbox.read("story-demo/results/longest.txt"), "11 hibernation\n");

    let help = in_demo("run --dev --help").exits(0);
    for text in ["Parameters of story_demo", "--top <USIZE>", "How many words to show. [default: 3]", "--keep-going"] {
        assert!(help.stdout.contains(text), "no `{text}` in\n{}", help.stdout);
    }
    let drawn = in_demo("graph --dev --format dot").exits(0);
    assert!(drawn.stdout.contains("digraph"), "{}", drawn.stdout);

    sandbox.scrat("new story-demo").exits(2).complains("story-demo exists already", "choose another name");
    sandbox.scrat("new serde").exits(2).complains("`serde` would conflict", "choose another name");
    sandbox.scrat("new 1st").exits(2).complains("`1st` is not a valid crate name", "begin with a letter");
}

#[test]
fn a_new_project_inside_of_a_package_says_that_it_is_apart_from_it() {
    let sandbox = Sandbox::empty();
    sandbox.write("Cargo.toml", "[package]\nname = \"around\"\n");
    let told = sandbox.scrat("new story-inside").exits(0);
    told.says(&["it is a workspace of its own, apart from Cargo.toml", "`[workspace]`", "story-inside/Cargo.toml"]);
    assert!(sandbox.read("story-inside/Cargo.toml").ends_with("\n[workspace]\n"));
}
