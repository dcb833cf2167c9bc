//! Steps that print, panic, end the program, need a large stack, change the current folder, or write where something
//! else is. This program is the pipelines' own: called with words, it is the command; called without, it tells the
//! stories, each in a folder of its own.

#![expect(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout, reason = "that is what it is about")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use scrat::prelude::*;
use serde_json::Value;

#[stash]
fn chatty(n: u64) -> u64 {
    println!("hello from {n}");
    // In one piece: what another step prints may come between two.
    std::io::stderr().write_all(format!("aside from {n}\n").as_bytes()).unwrap();
    print!("no newline");
    n
}

#[stash]
fn parent(n: u64) -> u64 {
    let mut child = Command::new("sh").args(["-c", "echo from the child; echo and its aside >&2"]).spawn().unwrap();
    child.wait().unwrap();
    n
}

#[pipeline(n = 3)]
fn chat(n: u64) -> Vec<Step<u64>> {
    println!("declaring");
    (0..n).map(chatty::step).chain([parent::step(n)]).collect()
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if std::thread::panicking() {
            panic!("another one while cleaning up")
        }
    }
}

#[stash]
fn end(how: String) -> u64 {
    let _bomb = (how == "twice").then_some(Bomb);
    print!("unfinished words");
    match how.as_str() {
        "twice" => panic!("the one that matters"),
        "abort" => std::process::abort(),
        "exit" => std::process::exit(0),
        "thread" => std::thread::spawn(|| std::process::abort()).join().unwrap(),
        _ => overflow(1),
    }
}

#[expect(unconditional_recursion, reason = "that is what it is about")]
fn overflow(n: u64) -> u64 {
    let pad = [n; 64];
    std::hint::black_box(&pad);
    1 + overflow(n + 1)
}

#[pipeline(how = "twice")]
fn ending(how: String) -> Step<u64> {
    end::step(how)
}

fn down(n: u64) -> u64 {
    let pad = [n; 64];
    std::hint::black_box(&pad);
    if n == 0 { 0 } else { 1 + down(n - 1) }
}

#[stash]
fn deep(n: u64) -> u64 {
    down(n)
}

#[pipeline(n = 5_000)]
fn mine(n: u64) -> Step<u64> {
    deep::step(n)
}

#[stash]
fn wander(to: String) -> u64 {
    std::env::set_current_dir(to).unwrap();
    1
}

#[stash]
fn text(n: u64, from: scrat::File) -> Result<String> {
    Ok(format!("{n} {}", from.read_to_string()?))
}

#[pipeline(to = "elsewhere", out = "results/text.txt")]
fn trip(to: String, out: String) -> Step<String> {
    std::env::set_current_dir("elsewhere").unwrap();
    std::env::set_current_dir("..").unwrap();
    text::step(wander::step(to), "in.txt").export(out)
}

#[stash]
fn word(of: String) -> String {
    format!("{of}\n")
}

#[pipeline(paths = ["a.txt", "b.txt"])]
fn words(paths: Vec<String>) -> Vec<Step<String>> {
    paths.into_iter().enumerate().map(|(n, path)| word::step(n.to_string()).export(path)).collect()
}

#[pipeline(out = "out.txt")]
fn reading(out: String) -> Step<String> {
    text::step(1_u64, "in.txt").export(out)
}

/// Runs until a file is there, but not for ever.
#[stash]
fn until(file: String) -> u64 {
    fs::write("begun", "").unwrap();
    (0..10_000).find(|_| {
        std::thread::sleep(Duration::from_millis(5));
        Path::new(&file).exists()
    });
    1
}

#[pipeline(file = "go")]
fn waiting(file: String) -> Step<u64> {
    until::step(file)
}

#[pipeline(file = "go")]
fn direct(file: String) -> Step<String> {
    word::step(until(file).to_string())
}

#[stash]
fn unindex(index: String) -> u64 {
    fs::remove_file(index).unwrap();
    1
}

#[pipeline(index = ".scrat/index.db")]
fn careless(index: String) -> Vec<Step<u64>> {
    vec![deep::step(1_u64), unindex::step(index), deep::step(2_u64)]
}

#[pipeline(how = "error")]
fn body(how: String) -> Result<Step<String>> {
    let words = word(how.clone());
    match how.as_str() {
        "error" => bail!("there are no words"),
        "panic" => panic!("no words at all"),
        _ => Ok(word::step(words)),
    }
}

#[derive(Debug)]
struct Told {
    out: String,
    err: String,
    /// None if a signal ended it.
    code: Option<i32>,
}

impl Told {
    fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}")))
            .collect()
    }

    fn says(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.err.contains(text), "`{text}` is not in {self:#?}");
        }
    }
}

/// The command, to be called in a folder.
fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(words.split(' ')).current_dir(folder).env_remove("SCRAT_INVOKED_FROM");
    command
}

fn scrat(folder: &Path, words: &str) -> Told {
    told(command(folder, words))
}

fn told(mut command: Command) -> Told {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    Told { out, err, code: output.status.code() }
}

fn what_steps_print_is_shown_with_their_names_and_never_among_results(folder: &Path) {
    for words in ["run chat --format json -j1 --force", "run chat --format json --force", "run chat -j1 --force"] {
        let told = scrat(folder, words);
        assert_eq!(told.code, Some(0), "{told:?}");
        if words.contains("json") {
            told.lines();
        } else {
            assert_eq!(told.out, "chatty n=0: 0\nchatty n=1: 1\nchatty n=2: 2\nparent: 3\n");
        }
        told.says(&["chat │ declaring", "hello from 2", "│ from the child", "│ and its aside", "aside from 1"]);
        if words.contains("-j1") {
            told.says(&["chatty n=1 │ hello from 1", "chatty n=1 │ no newline", "parent │ from the child"]);
        }
    }
    let plan = scrat(folder, "plan chat --format json");
    assert_eq!(plan.lines().len(), 1);
    plan.says(&["chat │ declaring"]);
}

fn a_step_that_prints_much_neither_hangs_nor_loses_a_line(folder: &Path) {
    let told = scrat(folder, "run chat --n 2000 --format json");
    assert_eq!((told.code, told.err.matches("hello from").count()), (Some(0), 2000));
}

fn whatever_ends_the_program_the_step_is_named_and_its_message_seen(folder: &Path) {
    for how in ["twice", "abort", "overflow", "thread"] {
        let told = scrat(folder, &format!("run ending --how {how}"));
        assert_eq!(told.code, None, "a signal ends it: {told:?}");
        told.says(&["error: the program was aborted while it ran end"]);
        if how == "twice" {
            told.says(&["failed end: it panicked at", "the one that matters", "another one while cleaning up"]);
        }
        if how == "overflow" {
            told.says(&["has overflowed its stack", "SCRAT_STACK=64MiB"]);
        }
    }
    let told = scrat(folder, "run ending --how exit");
    assert_eq!(told.code, Some(1), "{told:?}");
    told.says(&["end │ unfinished words", "error: end called exit", "hint: return an error instead"]);
    scrat(folder, "run ending --how twice --format json").lines();
}

fn a_step_has_as_much_stack_as_it_is_given(folder: &Path) {
    let with = |n: u64, stack: &str| {
        let mut command = command(folder, &format!("run mine --n {n}"));
        command.env("SCRAT_STACK", stack);
        told(command)
    };
    assert_eq!(scrat(folder, "run mine").code, Some(0), "as much as the main thread");
    assert_eq!(with(100_000, "2MiB").code, None);
    assert_eq!(with(100_000, "256MiB").code, Some(0));
    let told = with(1, "plenty");
    assert_eq!(told.code, Some(2));
    told.says(&["SCRAT_STACK is `plenty`: expected a size"]);
}

fn a_step_that_changes_the_current_folder_moves_nothing(folder: &Path) {
    fs::create_dir(folder.join("elsewhere")).unwrap();
    fs::write(folder.join("in.txt"), "right").unwrap();
    fs::write(folder.join("elsewhere/in.txt"), "wrong").unwrap();
    let told = scrat(folder, "run trip --timeline trace.json");
    assert_eq!((told.code, told.out.as_str()), (Some(0), "results/text.txt\n"), "{told:?}");
    assert_eq!(fs::read_to_string(folder.join("results/text.txt")).unwrap(), "1 right");
    assert!(folder.join("trace.json").exists());
    assert_eq!(fs::read_dir(folder.join("elsewhere")).unwrap().count(), 1);
    scrat(folder, "run trip").says(&["nothing to compute"]);
}

fn two_steps_never_share_a_path(folder: &Path) {
    fs::create_dir_all(folder.join("real/inner")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", folder.join("link")).unwrap();
    let absolute = folder.join("a.txt").display().to_string();
    for (one, other) in [
        ("a.txt", "a.txt"),
        ("a.txt", "./a.txt"),
        ("a.txt", "real/../a.txt"),
        ("a.txt", &absolute),
        ("real/a.txt", "link/a.txt"),
        ("a.txt", "link/inner/../../a.txt"),
        ("out", "out/b.txt"),
    ] {
        for command in ["run", "plan", "graph"] {
            let told = scrat(folder, &format!("{command} words --paths {one},{other}"));
            assert_eq!(told.code, Some(2), "{one} {other}: {told:?}");
            told.says(&["exported to", "hint: give each step a path of its own"]);
        }
    }
    assert!(!folder.join("a.txt").exists() && !folder.join("out").exists(), "nothing ran");
    assert_eq!(scrat(folder, "run words --paths /dev/null,/dev/null").code, Some(0));
}

fn an_export_takes_nothing_elses_place(folder: &Path) {
    fs::write(folder.join("in.txt"), "in").unwrap();
    fs::create_dir(folder.join("full")).unwrap();
    fs::write(folder.join("scrat.toml"), "").unwrap();
    scrat(folder, "run reading");
    for (path, what) in [
        ("in.txt", "an input of the pipeline"),
        ("full/../in.txt", "an input of the pipeline"),
        ("full", "a folder"),
        ("new/", "the name of a folder"),
        (".scrat/index.db", "in the stash"),
        (".scrat/nuts/mine.txt", "in the stash"),
        ("scrat.toml", "a file of settings"),
    ] {
        let told = scrat(folder, &format!("run reading --out {path}"));
        assert_eq!(told.code, Some(2), "{path}: {told:?}");
        told.says(&[what]);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(".scrat", folder.join("link")).unwrap();
    fs::write(folder.join("mine.json"), "{}").unwrap();
    let index = fs::read(folder.join(".scrat/index.db")).unwrap();
    for path in [
        "in.txt",
        "out.txt",
        "full",
        "new/",
        ".scrat/index.db",
        "full/../.scrat/nuts/ab/new.json",
        "link/new.json",
        "scrat.toml",
        "mine.json",
    ] {
        for words in ["run reading --force", "graph reading"] {
            let told = scrat(folder, &format!("{words} --timeline {path}"));
            assert_eq!(told.code, Some(2), "{words} {path}: {told:?}");
            told.says(&[if path == "out.txt" && words != "graph reading" { "exported" } else { "hint: " }]);
        }
    }
    assert!(fs::read(folder.join(".scrat/index.db")).unwrap() == index, "nothing ran");
    assert_eq!(fs::read_to_string(folder.join("mine.json")).unwrap(), "{}");
    assert_eq!(fs::read_to_string(folder.join("scrat.toml")).unwrap(), "");
    assert_eq!(fs::read_to_string(folder.join("in.txt")).unwrap(), "in");
}

#[cfg(unix)]
fn only_files_are_replaced(folder: &Path) {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    fs::write(folder.join("in.txt"), "in").unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    let is_fifo = || fs::symlink_metadata(folder.join("pipe")).unwrap().file_type().is_fifo();
    let told = scrat(folder, "run reading --out pipe");
    assert_eq!(told.code, Some(1));
    told.says(&["cannot write pipe: it is a FIFO that nobody reads from"]);
    assert!(is_fifo());
    let reader = Command::new("cat").arg(folder.join("pipe")).stdout(Stdio::piped()).spawn().unwrap();
    assert_eq!(scrat(folder, "run reading --out pipe").code, Some(0));
    assert_eq!(reader.wait_with_output().unwrap().stdout, b"1 in");
    assert!(is_fifo());

    assert_eq!(scrat(folder, "run reading --out /dev/null").code, Some(0));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    for out in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        assert_eq!(scrat(folder, &format!("run reading --out {out}")).out, format!("1 in{out}\n"));
    }
    scrat(folder, "run reading --out /dev/stdout --format json").lines();
    let told = scrat(folder, "run reading --out /dev/full");
    assert_eq!(told.code, Some(1), "{told:?}");

    symlink("target.txt", folder.join("link.txt")).unwrap();
    assert_eq!(scrat(folder, "run reading --out link.txt").code, Some(0));
    assert!(fs::symlink_metadata(folder.join("link.txt")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(folder.join("target.txt")).unwrap(), "1 in");

    scrat(folder, "run reading");
    fs::set_permissions(folder.join("out.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(folder.join("in.txt"), "other").unwrap();
    scrat(folder, "run reading");
    assert_eq!(fs::read_to_string(folder.join("out.txt")).unwrap(), "1 other");
    assert_eq!(fs::metadata(folder.join("out.txt")).unwrap().permissions().mode() & 0o777, 0o640);

    let socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    let told = scrat(folder, "run reading --out socket");
    told.says(&["a socket is in its place"]);
    drop(socket);
}

fn a_body_that_fails_is_one_sentence_and_what_it_computes_is_told(folder: &Path) {
    for command in ["run", "plan", "graph"] {
        let told = scrat(folder, &format!("{command} body --how error"));
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""), "{told:?}");
        told.says(&["error: the pipeline body failed before all of its steps were declared: there are no words"]);
        let told = scrat(folder, &format!("{command} body --how panic"));
        assert_eq!(told.code, Some(1), "{told:?}");
        told.says(&["it panicked at", "unruly.rs:", "no words at all"]);
        assert!(!told.err.contains("backtrace"), "{told:?}");
    }
    let told = scrat(folder, "plan body --how well");
    assert!(told.out.contains("the pipeline's body ran word ("), "{told:?}");
    let told = scrat(folder, "plan body --how well --format json");
    assert_eq!(told.lines()[0]["body"][0]["outcome"], "hit");
    let told = scrat(folder, "run body --how better --timeline trace.json");
    told.says(&["word in the pipeline's body"]);
    assert!(fs::read_to_string(folder.join("trace.json")).unwrap().contains("word in the body"));
    assert!(scrat(folder, "why body").out.contains("the pipeline's body ran word"));
    let lines = scrat(folder, "run body --how best --format json").lines();
    assert!(lines.iter().any(|line| line["event"] == "body" && line["outcome"] == "ran"), "{lines:?}");
    // It goes into the stash that is named.
    scrat(folder, "run body --how best --stash other");
    assert!(scrat(folder, "stash list --stash other").out.lines().count() > 2);
    assert!(scrat(folder, "graph body --last").out.contains("in the body"));
}

fn deinit_removes_what_init_made_and_nothing_else(folder: &Path) {
    fs::create_dir_all(folder.join("data/tmp")).unwrap();
    fs::write(folder.join("data/tmp/precious.csv"), "1").unwrap();
    for words in ["deinit --stash . --yes", "deinit --stash data --yes", "stash clear --stash data --yes"] {
        assert_eq!(scrat(folder, words).code, Some(2), "{words}");
    }
    for words in ["init --stash .", "init --stash data", "init --stash /", "run words --stash data"] {
        let told = scrat(folder, words);
        assert_eq!(told.code, Some(2), "{words}: {told:?}");
        told.says(&["is not a stash and has other things in it", "hint: name an empty or a new folder"]);
    }
    let mut by_variable = command(folder, "run words");
    by_variable.env("SCRAT_STASH", "data");
    assert_eq!(told(by_variable).code, Some(2));

    assert_eq!(scrat(folder, "init").code, Some(0));
    fs::create_dir(folder.join("inner")).unwrap();
    let told = scrat(&folder.join("inner"), "deinit --yes");
    assert_eq!(told.code, Some(2), "what is further up was made by somebody else: {told:?}");
    told.says(&["there is no stash in", "the nearest one is"]);
    fs::write(folder.join("scrat.toml"), "jobs = 2\n").unwrap();
    fs::write(folder.join(".scrat/notes.txt"), "mine").unwrap();
    let told = scrat(folder, "deinit");
    told.says(&[
        "scrat.toml is not as `scrat init` wrote it, and stays",
        "notes.txt is not scrat's",
        "remove .scrat with 0",
    ]);
    assert!(folder.join(".scrat/index.db").exists());
    scrat(folder, "deinit --yes").says(&["removed the stash in .scrat; the folder stays"]);
    assert_eq!(fs::read_dir(folder.join(".scrat")).unwrap().count(), 1);
    assert!(folder.join("scrat.toml").exists());
    fs::remove_file(folder.join("scrat.toml")).unwrap();

    fs::create_dir(folder.join("place")).unwrap();
    fs::remove_dir_all(folder.join(".scrat")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("place", folder.join(".scrat")).unwrap();
    assert_eq!(scrat(folder, "init").code, Some(0));
    let told = scrat(folder, "deinit --yes");
    told.says(&["removed the stash in .scrat and scrat.toml; the folder stays"]);
    assert!(folder.join(".scrat").exists(), "the link is the user's");
    assert_eq!(fs::read(folder.join("data/tmp/precious.csv")).unwrap(), b"1");
}

#[cfg(unix)]
fn whoever_waits_for_another_process_says_so(folder: &Path) {
    scrat(folder, "init");
    let mut first = command(folder, "run waiting").stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    while !folder.join("begun").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = command(folder, "run waiting").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let third = command(folder, "plan direct").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let said = [second, third].map(|mut waiting| {
        let mut lines = BufReader::new(waiting.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("waiting for another process, which computes unruly::until")));
        (waiting, lines)
    });
    fs::write(folder.join("go"), "").unwrap();
    for (mut waiting, mut lines) in said {
        assert!(!lines.any(|line| line.contains("waiting for another")), "it is said once");
        assert!(waiting.wait().unwrap().success());
    }
    assert!(first.wait().unwrap().success());
}

#[cfg(unix)]
fn an_index_that_is_removed_meanwhile_is_missed(folder: &Path) {
    assert_eq!(scrat(folder, "run mine").code, Some(0));
    let told = scrat(folder, "run careless -j1");
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!(told.err.matches("was removed or replaced while this program used it").count(), 1, "{told:?}");
    assert!(scrat(folder, "stash check --rebuild").out.contains("all are as they were stored"));
    let again = scrat(folder, "run careless -j1");
    assert!(again.err.contains("nothing to compute"), "what was stored without an index is there, {again:?}");
}

type Story = fn(&Path);

fn main() -> ExitCode {
    let stories: &[(&str, Story)] = &[
        ("what_steps_print", what_steps_print_is_shown_with_their_names_and_never_among_results),
        ("prints_much", a_step_that_prints_much_neither_hangs_nor_loses_a_line),
        ("ends_the_program", whatever_ends_the_program_the_step_is_named_and_its_message_seen),
        ("stack", a_step_has_as_much_stack_as_it_is_given),
        ("folder", a_step_that_changes_the_current_folder_moves_nothing),
        ("share_a_path", two_steps_never_share_a_path),
        ("elses_place", an_export_takes_nothing_elses_place),
        #[cfg(unix)]
        ("only_files", only_files_are_replaced),
        #[cfg(unix)]
        ("waits", whoever_waits_for_another_process_says_so),
        #[cfg(unix)]
        ("missed", an_index_that_is_removed_meanwhile_is_missed),
        ("removes", deinit_removes_what_init_made_and_nothing_else),
        ("body", a_body_that_fails_is_one_sentence_and_what_it_computes_is_told),
    ];
    let words: Vec<String> = std::env::args().skip(1).collect();
    let is_command =
        |word: &String| ["run", "plan", "graph", "why", "stash", "init", "deinit"].contains(&word.as_str());
    if words.first().is_some_and(is_command) {
        return scrat::main();
    }
    let wanted = words.iter().find(|word| !word.starts_with('-'));
    for (name, story) in stories.iter().filter(|(name, _)| wanted.is_none_or(|wanted| name.contains(wanted.as_str()))) {
        eprintln!("story {name}");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
        story(folder.path());
        drop(std::io::stderr().flush());
    }
    ExitCode::SUCCESS
}
