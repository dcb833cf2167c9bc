//! Looking into the stash, and cleaning it; and what every command does alike.

use crate::sandbox::{Sandbox, pantry};

/// Keys of nuts, in the order in which they are listed.
fn keys(sandbox: &Sandbox, words: &str) -> Vec<String> {
    let nuts = sandbox.scrat(&format!("stash list {words} --format json")).exits(0).events();
    nuts.iter().map(|nut| nut["key"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nuts_are_listed_shown_counted_and_deleted() {
    let sandbox = Sandbox::with_nuts();
    // On one thread nuts are stored, and so listed, in the order of their declaration.
    sandbox.pantry("run stock -j 1").exits(0);
    sandbox.pantry("run stock").exits(0);
    sandbox.ran();

    let list = sandbox.scrat("stash list").exits(0);
    assert_eq!(list.stderr, "");
    assert_eq!(list.stdout.lines().count(), 7, "a head and six nuts\n{}", list.stdout);
    assert!(list.stdout.trim_start().starts_with("key "), "{}", list.stdout);
    for text in ["load", "csv=data/nuts.csv", "times=3", "title=\"Nuts\""] {
        assert!(list.stdout.contains(text), "no `{text}` in\n{}", list.stdout);
    }
    assert_eq!(keys(&sandbox, "").len(), 6);
    let scores = keys(&sandbox, "score");
    assert_eq!(scores.len(), 3);
    assert_eq!(keys(&sandbox, "pantry::score"), scores, "by the full name, too");
    sandbox.scrat("stash list nobody").exits(0).says(&["no nuts of `nobody` in .scrat"]);

    let show = sandbox.scrat(&format!("stash show {}", &scores[0][..12])).exits(0);
    for text in [scores[0].as_str(), "pantry::score", "times = ", "fingerprint", "took"] {
        assert!(show.stdout.contains(text), "no `{text}` in\n{}", show.stdout);
    }
    sandbox.scrat("stash show zz").exits(2).complains("`zz` is not the start of a key", "`scrat stash list`");
    sandbox.scrat("stash show ffffffffff").exits(2).complains("no key begins with `ffffffffff`", "`scrat stash list`");

    let stats = sandbox.scrat("stash stats --format json").exits(0).events();
    let score = stats.iter().find(|row| row["function"] == "pantry::score").unwrap();
    assert_eq!((score["nuts"].as_u64(), score["misses"].as_u64()), (Some(3), Some(3)));
    let on_disk = stats.last().unwrap()["bytes_on_disk"].as_u64().unwrap();
    assert!(on_disk > stats.iter().filter_map(|row| row["bytes"].as_u64()).sum(), "{stats:?}");
    let table = sandbox.scrat("stash stats").exits(0).stdout;
    let last: Vec<_> = table.lines().rev().take(2).map(str::trim_start).collect();
    assert!(
        table.trim_start().starts_with("function") && last[1].starts_with("all") && last[0].starts_with("on disk: "),
        "{table}"
    );

    // Nobody is there to answer: nothing is deleted.
    sandbox.scrat("stash delete score").exits(2).says(&["[y/N]"]).complains("nobody answered", "`--yes`");
    assert_eq!(keys(&sandbox, "").len(), 6);
    sandbox.scrat(&format!("stash delete {} --yes", scores[0])).exits(0);
    assert_eq!(keys(&sandbox, "score"), scores[1..]);
    // What is wanted is still there; a step in between may be gone.
    sandbox.pantry("run stock").exits(0).says(&["nothing to compute"]);
    sandbox.scrat("stash delete report --yes").exits(0);
    sandbox.pantry("run stock").exits(0).says(&["2 ran, 4 fresh"]);
    assert_eq!(sandbox.ran(), ["report", "score 1"]);
    sandbox
        .scrat("stash delete nobody --yes")
        .exits(2)
        .complains("no function and no key `nobody`", "`scrat stash list`");

    // A name is a whole one, letter by letter.
    for name in ["scor_", "SCORE", "core", "%"] {
        sandbox.scrat(&format!("stash delete {name} --yes")).exits(2);
    }
    assert_eq!(keys(&sandbox, "").len(), 6);

    sandbox.scrat("stash clear --yes").exits(0);
    assert_eq!(keys(&sandbox, ""), [""; 0]);
    sandbox.scrat("stash list").exits(0).says(&["no nuts in .scrat"]);
    sandbox.pantry("run stock").exits(0).says(&["6 ran"]);
}

#[test]
fn init_makes_a_stash_and_deinit_removes_it() {
    let sandbox = Sandbox::with_nuts();
    sandbox.scrat("init").exits(0).says(&["made a stash in .scrat", "wrote scrat.toml"]);
    sandbox.scrat("init").exits(0).says(&["there is already a stash in .scrat", "stays as it is"]);
    assert!(sandbox.read("scrat.toml").lines().all(|line| line.is_empty() || line.starts_with('#')));
    assert_eq!(sandbox.read(".scrat/.gitignore"), "*\n");

    // It is found from folders below, and `run` makes no other.
    std::fs::create_dir(sandbox.at("below")).unwrap();
    let mut below = sandbox.command(pantry(), "run stock --csv ../data/nuts.csv");
    assert!(below.current_dir(sandbox.at("below")).status().unwrap().success());
    assert!(!sandbox.at("below/.scrat").exists());
    assert_eq!(keys(&sandbox, "").len(), 6);

    sandbox.scrat("deinit").exits(2).says(&["remove .scrat with 6 nuts", "nothing was removed"]);
    assert!(sandbox.at(".scrat/index.db").exists());
    sandbox.scrat("deinit --yes").exits(0).says(&["removed .scrat"]);
    assert!(!sandbox.at(".scrat").exists() && !sandbox.at("scrat.toml").exists());
    assert!(sandbox.at("data/nuts.csv").exists() && sandbox.at("below/results/report.md").exists());

    // A stash elsewhere is named in the settings, so it is the one that is used.
    sandbox.scrat("init --stash cache/here").exits(0);
    sandbox.pantry("run stock").exits(0).says(&["6 ran"]);
    assert_eq!(keys(&sandbox, "--stash cache/here").len(), 6);
    std::fs::remove_dir_all(sandbox.at("cache")).unwrap();
    sandbox.scrat("deinit --yes").exits(0).says(&["removed scrat.toml"]);
    assert!(!sandbox.at("scrat.toml").exists());
}

#[test]
#[cfg(unix)]
fn a_stash_is_shared_with_its_group_from_the_start_or_later() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::empty();
    let mode = |name: &str| std::fs::metadata(sandbox.at(name)).unwrap().permissions().mode() & 0o2060;
    sandbox.scrat("init --shared").exits(0).says(&["made a stash in .scrat", "shared .scrat with the group"]);
    assert_eq!((mode(".scrat"), mode(".scrat/nuts"), mode(".scrat/index.db")), (0o2060, 0o2060, 0o060));
    assert_eq!(mode("scrat.toml") & 0o040, 0o040);
    sandbox.remove("scrat.toml");
    sandbox.scrat("init --stash later").exits(0);
    sandbox
        .scrat("init --stash later --shared")
        .exits(0)
        .says(&["there is already a stash", "shared later with the group"]);
    assert_eq!((mode("later"), mode("later/index.db")), (0o2060, 0o060));
}

#[test]
fn another_stash_can_be_named() {
    let sandbox = Sandbox::with_nuts();
    sandbox.pantry("run stock --stash cache/one").exits(0).says(&["made a stash in", "cache/one\n", "6 ran"]);
    assert!(!sandbox.at(".scrat").exists());
    sandbox.pantry("run stock --stash cache/one").exits(0).says(&["nothing to compute"]);
    sandbox.pantry("run stock --stash cache/two").exits(0).says(&["6 ran"]);
    assert_eq!(keys(&sandbox, "--stash cache/one").len(), 6);

    // Flag over environment over file.
    sandbox.write("scrat.toml", "stash = \"cache/one\"\n");
    sandbox.pantry("run stock").exits(0).says(&["nothing to compute"]);
    let nuts = |words: &str| {
        let mut list = sandbox.command(pantry(), words);
        let output = list.env("SCRAT_STASH", "cache/three").output().unwrap();
        assert!(output.status.success());
        output.stdout.iter().filter(|byte| **byte == b'\n').count()
    };
    sandbox.scrat("init --stash cache/three --quiet").exits(0);
    assert_eq!(nuts("stash list --format json"), 0);
    assert_eq!(nuts("stash list --format json --stash cache/two"), 6);
}

#[test]
fn quiet_says_nothing_but_results_and_errors() {
    let sandbox = Sandbox::with_nuts();
    let told = sandbox.pantry("run moody --quiet").exits(0);
    assert!(told.stdout.contains('2'), "{}", told.stdout);
    assert_eq!(told.stderr, "", "not even that a stash was made");
    let told = sandbox.pantry("run stock -q").exits(0);
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("results/report.md\n", ""));
    let told = Sandbox::empty().pantry("run moody -q -j 1 --mood fail").exits(1);
    assert_eq!(told.stdout, "");
    told.says(&["no nuts on this branch"]);
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let sandbox = Sandbox::with_nuts();
    for words in ["run stock", "run stock", "plan stock --force", "graph stock", "stash list", "run moody --mood fail"]
    {
        let told = sandbox.pantry(words);
        assert!(!told.stdout.contains('\x1b') && !told.stderr.contains('\x1b'), "{words}: {told:?}");
        let told = sandbox.pantry(&format!("{words} --color never"));
        assert!(!told.stdout.contains('\x1b') && !told.stderr.contains('\x1b'), "{words}: {told:?}");
    }
    let told = sandbox.pantry("run moody --mood fail --color=always").exits(1);
    assert!(told.stderr.contains("\x1b["), "{told:?}");
    let told = sandbox.pantry("plan stock --force --color always").exits(0);
    assert!(told.stdout.contains("\x1b["), "{told:?}");
    let told = sandbox.scrat("stash show zz --color always").exits(2);
    assert!(told.stderr.contains("\x1b["), "{told:?}");
}

#[test]
fn json_lines_tell_a_run_from_start_to_end() {
    let sandbox = Sandbox::with_nuts();
    let told = sandbox.pantry("run stock --format json").exits(0);
    let events = told.events();
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((count("started"), count("ended"), count("exported"), count("finished")), (6, 6, 1, 1));
    let started = events.iter().find(|event| event["event"] == "started").unwrap();
    assert_eq!(started["reason"]["kind"], "never_run");
    let last = events.last().unwrap();
    for name in ["schema", "steps", "hits", "ran", "failed", "skipped", "seconds", "saved_seconds"] {
        assert!(last[name].is_number(), "{name} in {last}");
    }

    let again = sandbox.pantry("run stock --format json").exits(0);
    assert_eq!((again.totals().hits, again.totals().ran), (6, 0));
    let value = sandbox.pantry("run moody --format json").exits(0).events();
    assert_eq!(value.iter().filter(|event| event["event"] == "result").count(), 3);
}

#[test]
fn completions_are_scripts_for_a_shell() {
    let sandbox = Sandbox::empty();
    for (shell, text) in [("bash", "complete -F"), ("zsh", "#compdef scrat"), ("fish", "complete -c scrat")] {
        let told = sandbox.scrat(&format!("completions {shell}")).exits(0);
        assert!(told.stdout.contains(text), "no `{text}` for {shell}");
        assert_eq!(told.stderr, "");
    }
    sandbox.scrat("completions tcsh").exits(2).says(&["invalid value 'tcsh'", "bash"]);
}

#[test]
fn nuts_go_from_one_stash_to_another_in_a_file() {
    let sandbox = Sandbox::with_nuts();
    sandbox.pantry("run stock").exits(0);
    sandbox.ran();
    sandbox.scrat("stash export some.nuts score").exits(0).says(&["exported 3 nuts to some.nuts"]);
    sandbox.scrat("stash export all.nuts").exits(0).says(&["exported 6 nuts to all.nuts"]);
    sandbox.scrat("stash export all.nuts").exits(2).complains("there is a file at all.nuts already", "remove it first");
    sandbox.scrat("stash export .scrat/tmp/all.nuts").exits(2).complains("which is in the stash", "a file of its own");
    sandbox.scrat("stash export x.nuts nobody").exits(2).complains("no results of `nobody`", "`scrat stash list`");

    sandbox.scrat("stash clear --yes").exits(0);
    sandbox.scrat("stash import some.nuts").exits(0).says(&["imported 3 nuts into .scrat"]);
    let imported = sandbox.scrat("stash import all.nuts --format json").exits(0).events();
    assert_eq!((imported[0]["nuts"].as_u64(), imported[0]["known"].as_u64()), (Some(3), Some(3)));
    sandbox.pantry("run stock").exits(0).says(&["6 steps fresh"]);
    assert_eq!(sandbox.ran(), [""; 0]);
    sandbox.scrat("stash clear --yes").exits(0);
    sandbox.write("scrat.toml", "[stash]\nmax_count = 2\n");
    sandbox.scrat("stash import all.nuts").exits(0).says(&["imported 6 nuts", "removed 4 nuts", "over a limit"]);
    assert_eq!(sandbox.scrat("stash list --format json").exits(0).events().len(), 2);

    sandbox
        .scrat("stash import data/nuts.csv")
        .exits(2)
        .complains("cannot be imported: it is not an archive of nuts", "nothing was changed");
}
