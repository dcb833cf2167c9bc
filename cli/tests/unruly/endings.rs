//! What is said of steps that print, end the program, or need much stack.

use std::path::Path;

use crate::command::{command, scrat, told};

pub(crate) fn what_steps_print_is_shown_with_their_names_and_never_among_results(folder: &Path) {
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

pub(crate) fn a_step_that_prints_much_neither_hangs_nor_loses_a_line(folder: &Path) {
    let told = scrat(folder, "run chat --n 2000 --format json");
    assert_eq!((told.code, told.err.matches("hello from").count()), (Some(0), 2000));
}

pub(crate) fn whatever_ends_the_program_the_step_is_named_and_its_message_seen(folder: &Path) {
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

pub(crate) fn a_step_has_as_much_stack_as_it_is_given(folder: &Path) {
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

#[cfg(unix)]
pub(crate) fn a_program_that_fails_is_told_with_its_status_and_what_it_wrote_to_stderr(folder: &Path) {
    let told = scrat(folder, "run programs");
    assert_eq!(told.code, Some(1), "{told:?}");
    told.says(&["failed programmed", "sh -c", "failed (exit status: 3):", "no nuts today"]);
    assert_eq!(scrat(folder, "run programs --status 0").code, Some(0));
    assert_eq!(std::fs::read_to_string(folder.join("out.txt")).unwrap(), "fine\n");
}
