//! Steps that print, panic, end the program, need a large stack, change the current folder, or write where something
//! else is. This program is the pipelines' own: called with words, it is the command; called without, it tells the
//! stories, each in a folder of its own.

#![expect(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout, reason = "that is what it is about")]

mod command;
mod endings;
mod others;
mod paths;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use scrat::prelude::*;

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

#[stash]
fn programmed(program: scrat::Command) -> Result<scrat::File> {
    Ok(program.run()?.stdout())
}

#[pipeline(status = 3)]
fn programs(status: u8) -> Step<scrat::File> {
    let script = format!("echo fine; echo no nuts today >&2; exit {status}");
    programmed::step(scrat::Command::new("sh").arg("-c").arg(script)).export("out.txt")
}

mod east {
    use super::*;

    #[pipeline(n = 1)]
    fn twin(n: u64) -> Step<u64> {
        parent::step(n)
    }
}

mod west {
    use super::*;

    #[pipeline(n = 2)]
    fn twin(n: u64) -> Step<u64> {
        parent::step(n)
    }
}

type Story = fn(&Path);

fn main() -> ExitCode {
    let stories: &[(&str, Story)] = &[
        ("what_steps_print", endings::what_steps_print_is_shown_with_their_names_and_never_among_results),
        ("prints_much", endings::a_step_that_prints_much_neither_hangs_nor_loses_a_line),
        ("ends_the_program", endings::whatever_ends_the_program_the_step_is_named_and_its_message_seen),
        ("stack", endings::a_step_has_as_much_stack_as_it_is_given),
        ("folder", paths::a_step_that_changes_the_current_folder_moves_nothing),
        ("share_a_path", paths::two_steps_never_share_a_path),
        ("elses_place", paths::an_export_takes_nothing_elses_place),
        #[cfg(unix)]
        ("only_files", paths::only_files_are_replaced),
        #[cfg(unix)]
        ("waits", others::whoever_waits_for_another_process_says_so),
        #[cfg(unix)]
        ("missed", others::an_index_that_is_removed_meanwhile_is_missed),
        ("removes", paths::deinit_removes_what_init_made_and_nothing_else),
        #[cfg(unix)]
        ("failing_program", endings::a_program_that_fails_is_told_with_its_status_and_what_it_wrote_to_stderr),
        ("one_name", others::of_two_pipelines_of_one_name_neither_is_taken_for_the_other),
        ("body", others::a_body_that_fails_is_one_sentence_and_what_it_computes_is_told),
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
