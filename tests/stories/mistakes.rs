//! What goes wrong for people: one sentence, a hint, an exit code, and nothing lost.

use std::path::Path;

use crate::sandbox::{Sandbox, Told};

const REPORT: &str = "# Nuts\n\n[6, 12, 18]\n";

/// A folder in which the pipeline has run once.
fn run_once() -> Sandbox {
    let sandbox = Sandbox::with_nuts();
    sandbox.pantry("run stock").exits(0);
    assert_eq!(sandbox.ran().len(), 6);
    sandbox
}

#[test]
fn a_report_that_was_edited_by_hand_is_kept_aside() {
    let sandbox = run_once();
    sandbox.write("results/report.md", "my own notes\n");
    let told = sandbox.pantry("run stock").exits(0);
    told.says(&[
        "nothing to compute",
        "what was in results/report.md is not a result that this stash knows of",
        "results/report.md.kept-1",
    ]);
    assert_eq!(sandbox.read("results/report.md"), REPORT);
    assert_eq!(sandbox.read("results/report.md.kept-1"), "my own notes\n");

    // Another edit, and a new result at the same time.
    sandbox.write("results/report.md", "more notes\n");
    sandbox.pantry("run stock --title Acorns").exits(0).says(&["results/report.md.kept-2"]);
    assert_eq!(sandbox.read("results/report.md"), "# Acorns\n\n[6, 12, 18]\n");
    assert_eq!(sandbox.read("results/report.md.kept-1"), "my own notes\n");
    assert_eq!(sandbox.read("results/report.md.kept-2"), "more notes\n");
    assert_eq!(sandbox.ran(), ["report"]);

    // A file that was there before scrat ever wrote it.
    let other = Sandbox::with_nuts();
    other.write("results/report.md", "from another tool\n");
    other.pantry("run stock").exits(0).says(&["results/report.md.kept-1"]);
    assert_eq!(other.read("results/report.md.kept-1"), "from another tool\n");

    // A folder in its place can't be replaced, which is said before anything runs.
    other.remove("results/report.md");
    std::fs::create_dir(other.at("results/report.md")).unwrap();
    let told = other.pantry("run stock").exits(2).stays_calm();
    assert_eq!(told.stdout, "");
    told.complains("report is exported to results/report.md, which is a folder", "export to a path of its own");
}

#[test]
fn a_broken_row_fails_the_step_that_reads_it() {
    let sandbox = Sandbox::with_nuts();
    sandbox.write("data/nuts.csv", "weight\n3\nheavy\n2\n");
    let told = sandbox.pantry("run stock").exits(1).stays_calm();
    assert_eq!(told.stdout, "");
    let told = told.says(&["failed load", "data/nuts.csv, line 3: `heavy` is no weight", "1 failed, 5 not reached"]);
    assert!(told.stderr.contains(" hint: fix the failed step and run again"), "{}", told.stderr);
    assert_eq!(sandbox.ran(), ["load"]);
    assert!(!sandbox.at("results").exists());

    // It is tried again, and the plan knows why.
    let plan = sandbox.pantry("plan stock").exits(0).stdout;
    assert!(plan.contains("failed the last time: data/nuts.csv, line 3"), "{plan}");
    sandbox.pantry("run stock").exits(1);
    assert_eq!(sandbox.ran(), ["load"], "errors are not stored");
    sandbox.write("data/nuts.csv", "weight\n3\n1\n2\n");
    sandbox.pantry("run stock").exits(0).says(&["6 ran"]);

    // A file that is not there at all.
    let told = sandbox.pantry("run stock --csv data/acorns.csv").exits(1).stays_calm();
    assert_eq!(told.stdout, "");
    assert!(told.stderr.contains("data/acorns.csv"), "{}", told.stderr);
}

#[test]
fn a_step_that_fails_or_panics_ends_the_run_unless_told_to_keep_going() {
    for (mood, message) in
        [("fail", "no nuts on this branch"), ("panic", "it panicked at src/main.rs:84: the branch broke")]
    {
        let sandbox = Sandbox::empty();
        let told = sandbox.pantry(&format!("run moody --mood {mood} -j 1")).exits(1).stays_calm();
        assert_eq!(told.stdout, "", "no result without the failed step");
        told.says(&["failed risky", message, "0 ran, 1 failed, 3 not reached", " hint: "]);
        assert_eq!(sandbox.ran(), ["risky"]);

        let told = sandbox.pantry(&format!("run moody --mood {mood} --keep-going")).exits(1).stays_calm();
        let told = told.says(&["failed risky", message, "2 ran, 1 failed, 1 not reached", " hint: "]);
        assert_eq!(told.stderr.matches(message).count(), 1, "said once\n{}", told.stderr);
        assert_eq!(sandbox.ran(), ["risky", "safe 1", "safe 2"]);
        assert!(told.stdout.contains('1') && told.stdout.contains('2'), "{}", told.stdout);

        let told = sandbox.pantry(&format!("run moody --mood {mood} --keep-going --format json")).exits(1).stays_calm();
        let totals = told.totals();
        assert_eq!((totals.hits, totals.ran, totals.failed, totals.skipped), (2, 0, 1, 1));
        assert!(told.outcomes().contains(&("risky".to_owned(), "failed".to_owned())), "{:?}", told.outcomes());

        sandbox.ran();
        sandbox.pantry("run moody").exits(0).says(&["2 ran, 2 fresh"]);
        assert_eq!(sandbox.ran(), ["risky", "sum"]);
    }
}

#[test]
fn a_damaged_index_stops_the_run_before_it_starts() {
    let sandbox = run_once();
    for folder in ["index.db-wal", "index.db-shm"] {
        drop(std::fs::remove_file(sandbox.at(".scrat").join(folder)));
    }
    sandbox.write(".scrat/index.db", "this is no database, and long enough to be looked at as one");
    for words in ["run stock", "plan stock", "stash list", "stash stats"] {
        let told = sandbox.pantry(words).exits(4);
        let told = told.complains("is damaged", "scrat stash check --repair");
        assert!(told.stderr.contains(".scrat"), "{}", told.stderr);
    }
    assert_eq!(sandbox.ran(), [""; 0]);
    // The hint is followed.
    let told = sandbox.pantry("stash check --rebuild").exits(0).says(&["rebuilt the index of .scrat, with 6 nuts"]);
    assert!(told.stdout.starts_with("6 nuts checked"), "{}", told.stdout);
    sandbox.pantry("run stock").exits(0).says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), [""; 0]);
}

#[test]
fn a_lost_index_is_made_again_by_whoever_comes_next() {
    let sandbox = run_once();
    for file in ["index.db", "index.db-wal", "index.db-shm"] {
        drop(std::fs::remove_file(sandbox.at(".scrat").join(file)));
    }
    let told = sandbox.pantry("plan stock --check").exits(0);
    assert!(told.stdout.contains("nothing to compute"), "{}", told.stdout);
    sandbox.pantry("run stock").exits(0).says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), [""; 0]);
}

#[test]
fn a_stash_of_a_newer_scrat_is_left_alone() {
    let sandbox = run_once();
    let index = sandbox.at(".scrat/index.db");
    for beside in ["index.db-wal", "index.db-shm"] {
        assert!(!sandbox.at(".scrat").join(beside).exists(), "{beside} would hide what is written below");
    }
    // `user_version`, at byte 60 of the header.
    let mut bytes = std::fs::read(&index).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    std::fs::write(&index, &bytes).unwrap();
    for words in ["run stock", "plan stock", "stash list"] {
        let told = sandbox.pantry(words).exits(2);
        told.complains("has format 9999, and this scrat knows formats up to", "install the scrat that made it");
    }
    assert_eq!(std::fs::read(&index).unwrap(), bytes, "not a byte of it was touched");
}

#[test]
fn a_stash_that_is_not_there_is_missed_by_name() {
    let sandbox = Sandbox::with_nuts();
    for words in ["stash list", "stash stats", "stash show ab", "stash clear --yes", "deinit --yes"] {
        sandbox.scrat(words).exits(2).complains("there is no stash in", "`scrat init` makes one");
    }
    sandbox
        .scrat("stash list --stash elsewhere")
        .exits(2)
        .complains("there is no stash at", "`scrat init --stash elsewhere` makes one there");
    assert!(!sandbox.at(".scrat").exists() && !sandbox.at("elsewhere").exists(), "looking makes nothing");
    // A plan makes none either.
    sandbox.pantry("plan stock").exits(0);
    assert!(!sandbox.at(".scrat").exists());
    // Nor does a run whose parameters are wrong.
    sandbox.pantry("run stock --times one").exits(2).complains("`one` is not a value for --times", "run --help");
    assert!(!sandbox.at(".scrat").exists());
    sandbox.scrat("run").exits(2).complains("could not find `Cargo.toml`", "`scrat new NAME`");
}

#[test]
fn a_stash_that_cannot_be_made_is_no_reason_not_to_run() {
    let sandbox = Sandbox::with_nuts();
    sandbox.write("file", "not a folder");
    let told = sandbox.pantry("run stock --stash file/stash").exits(0).stays_calm();
    assert_eq!(told.stdout, "results/report.md\n");
    let told = told.says(&["functions run, but nothing is stored", "6 ran"]);
    assert_eq!(told.stderr.matches("nothing is stored").count(), 1, "said once\n{}", told.stderr);
    assert_eq!(sandbox.read("results/report.md"), REPORT);
    assert_eq!(sandbox.ran().len(), 6);
    sandbox.scrat("init --stash file/stash").exits(5).complains("cannot make", "permissions");
}

#[test]
#[cfg(unix)]
fn a_stash_in_a_read_only_folder_is_read() {
    let sandbox = run_once();
    let before = sandbox.at(".scrat");
    let Some(_guard) = ReadOnly::new(&before) else {
        println!("skipped: this user may write to a read-only folder");
        return;
    };
    let read_only = |told: Told| told.exits(0).stays_calm().says(&["cannot be written; what is in it is used"]);
    read_only(sandbox.pantry("run stock")).says(&["nothing to compute"]);
    assert_eq!(sandbox.ran(), [""; 0]);
    read_only(sandbox.pantry("run stock --times 4")).says(&["2 ran, 2 fresh"]);
    assert_eq!(sandbox.ran(), ["report", "score 4"]);
    let told = sandbox.scrat("stash clear --yes").exits(5);
    told.complains("cannot be written", "--stash DIR");
}

/// A folder and all in it, read-only while this lives.
#[cfg(unix)]
struct ReadOnly(Vec<std::path::PathBuf>);

#[cfg(unix)]
impl ReadOnly {
    /// None if that does not keep this user from writing, as it does not keep root.
    fn new(folder: &Path) -> Option<Self> {
        let mut folders = vec![folder.to_owned()];
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            folders.extend(inside.filter(|path| path.is_dir()));
            at += 1;
        }
        let guard = Self(folders);
        guard.set(0o555);
        std::fs::write(folder.join("attempt"), "").is_err().then_some(guard)
    }

    fn set(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        for folder in &self.0 {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

#[cfg(unix)]
impl Drop for ReadOnly {
    fn drop(&mut self) {
        self.set(0o755);
    }
}

#[test]
fn settings_that_are_not_right_are_named_with_their_file() {
    let sandbox = Sandbox::with_nuts();
    sandbox.write("scrat.toml", "jbos = 2\n");
    let told = sandbox.pantry("run stock").exits(2);
    let told = told.complains("scrat.toml is not a valid configuration", "the settings are: stash (");
    assert!(told.stderr.contains("jbos"), "{}", told.stderr);
    sandbox.write("scrat.toml", "stash = \"kept\"\njobs = 1\n");
    sandbox.pantry("run stock").exits(0).says(&["made a stash in", "kept\n"]);

    let mut command = sandbox.command(crate::sandbox::pantry(), "run stock");
    command.env("SCRAT_JOBS", "many");
    use crate::sandbox::Tell;
    command
        .tell()
        .exits(2)
        .complains("SCRAT_JOBS is `many`: expected a number of threads", "set SCRAT_JOBS to that, or unset it");
}

#[test]
fn misspelt_commands_and_flags_are_named() {
    let sandbox = Sandbox::with_nuts();
    for (words, texts) in [
        ("fingerprnit", ["unrecognized subcommand 'fingerprnit'", "'fingerprint'"]),
        ("stash lits", ["unrecognized subcommand 'lits'", "list"]),
        ("stash list --fromat json", ["unexpected argument '--fromat'", "--format"]),
        ("stash list --format yaml", ["invalid value 'yaml'", "json"]),
    ] {
        let told = sandbox.scrat(words).exits(2).stays_calm().says(&texts);
        assert_eq!(told.stdout, "");
    }
    let told = sandbox.pantry("run stock --kep-going").exits(2).stays_calm();
    assert_eq!(told.stdout, "");
    told.says(&["unexpected argument '--kep-going'", "--keep-going"]);
    let told = sandbox.pantry("run stock -j 0").stays_calm();
    assert_eq!((told.code, told.stdout.as_str()), (2, ""), "{}", told.stderr);
}
