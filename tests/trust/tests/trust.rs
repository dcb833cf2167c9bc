//! A slice of each trial. The command `trust` tries more: see `docs/reliability.md`.

use std::path::Path;

use trust::fuzz;
use trust::trial::{Figures, calls, damage, kills, many, model, once, power};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_trust"))
}

fn nothing_failed(figures: anyhow::Result<Figures>) {
    let figures = figures.expect("the trial can be made");
    assert_eq!(figures.failed, 0, "\n{figures}");
}

#[test]
fn killed_writers_lose_nothing_that_they_acknowledged() {
    nothing_failed(kills::run(program(), 120, 1));
}

#[test]
fn many_processes_over_a_new_stash_run_each_body_once() {
    nothing_failed(once::run(program(), 6, 16, 60, 1));
}

#[test]
fn damaged_files_never_give_a_wrong_value() {
    nothing_failed(damage::run(program(), 701, 1));
}

#[test]
fn half_of_many_results_are_deleted_while_others_are_stored() {
    nothing_failed(many::run(program(), 4_000, 1));
}

#[test]
fn whatever_happens_a_naive_recomputer_gives_the_same() {
    nothing_failed(model::run(program(), 150, 1));
}

#[test]
fn bytes_that_nobody_wrote_are_read_without_harm() {
    const TIMES: usize = 120;
    let mut random = fastrand::Rng::with_seed(1);
    let seeds = fuzz::seeds().unwrap();
    for ((name, target), (of, seed)) in fuzz::TARGETS.iter().zip(&seeds) {
        assert_eq!(name, of);
        target(seed);
        for _ in 0..TIMES {
            let other = &seeds[random.usize(..seeds.len())].1;
            target(&fuzz::mutilate(&mut random, seed, other));
        }
    }
}

#[test]
#[ignore = "needs strace, and permission to trace"]
fn failing_system_calls_lose_nothing() {
    assert!(calls::can_trace(), "strace does not run here");
    nothing_failed(calls::run(program(), 97, 1));
}

#[test]
#[ignore = "needs an administrator, who may mount disks"]
fn a_power_cut_loses_only_what_may_be_lost() {
    assert!(power::can_mount(), "no disk can be made and mounted here");
    nothing_failed(power::run(program(), 40, 1));
}
