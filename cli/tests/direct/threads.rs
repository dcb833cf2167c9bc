//! Threads, panics, deep recursion, and the end of a process.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use scrat::prelude::*;
use scrat::{Engine, Stash};

use crate::sandbox::{Sandbox, counts};

#[stash]
fn leaf(number: u64) -> u64 {
    number * number
}

#[stash]
fn branch(from: u64) -> u64 {
    let engine = Engine::current();
    // Neighbouring branches share half of their leaves, and so wait for one another.
    (from..from + 16).into_par_iter().map(|number| engine.enter(|| leaf(number))).sum()
}

#[test]
fn nested_calls_on_the_threads_of_a_pool_do_not_hang() {
    let engine = Sandbox::new().engine();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    let sums: Vec<u64> =
        pool.install(|| (0..64_u64).into_par_iter().map(|n| engine.enter(|| branch(n / 2 * 8))).collect());
    let expected = |n: u64| (n / 2 * 8..n / 2 * 8 + 16).map(|number| number * number).sum::<u64>();
    assert_eq!(sums, (0..64).map(expected).collect::<Vec<_>>());
}

#[stash]
fn slow(number: u32) -> u32 {
    std::thread::sleep(std::time::Duration::from_millis(10));
    number
}

#[test]
fn threads_that_want_the_same_value_compute_it_once() {
    let sandbox = Sandbox::new();
    // Two engines over one stash, as two processes have.
    let engines = [sandbox.engine(), sandbox.engine()];
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (engine, start) = (&engines[thread % 2], &start);
            scope.spawn(move || {
                start.wait();
                engine.enter(|| assert_eq!(slow(7), 7));
            });
        }
    });
    assert_eq!(counts(slow::stats()), (7, 1));
}

static BREAKS: AtomicU32 = AtomicU32::new(1);

#[stash]
fn fall(height: u32) -> u32 {
    if BREAKS.fetch_sub(1, Ordering::SeqCst) == 1 {
        std::panic::panic_any(height);
    }
    BREAKS.store(0, Ordering::SeqCst);
    height
}

#[test]
fn a_panic_goes_to_the_caller_and_lets_others_try() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine();
    let panic = std::thread::scope(|scope| scope.spawn(|| engine.enter(|| fall(3))).join()).unwrap_err();
    assert_eq!(panic.downcast_ref::<u32>(), Some(&3), "the panic itself");
    assert!(!engine.enter(|| fall::is_stashed(3)));
    std::thread::scope(|scope| {
        scope.spawn(|| engine.enter(|| assert_eq!(fall(3), 3)));
    });
    assert_eq!(engine.enter(|| fall(3)), 3);
    assert_eq!(counts(fall::stats()), (1, 1));
}

/// Calls an ignored test of this program in a process of its own, in the sandbox's folder, after a line of shell.
#[cfg(unix)]
fn call_alone(sandbox: &Sandbox, test: &str, shell: &str) {
    std::fs::write(sandbox.path("here"), "").unwrap();
    let mut command = std::process::Command::new("sh");
    command.current_dir(sandbox.folder.path()).env_remove("SCRAT_STASH").env_remove("SCRAT_DISABLE");
    command.args(["-c", &format!("{shell}; exec \"$@\""), "sh"]).arg(std::env::current_exe().unwrap());
    let output = command.args(["--ignored", "--exact", test]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Whether a test beside called this one.
#[cfg(unix)]
fn is_called() -> bool {
    std::path::Path::new("here").exists()
}

#[stash]
fn rabbits(months: u32) -> u64 {
    if months < 2 { u64::from(months) } else { rabbits(months - 1).wrapping_add(rabbits(months - 2)) }
}

#[test]
#[ignore = "it is called by the test below"]
#[cfg(unix)]
fn recursing_in_a_process_of_its_own() {
    if is_called() {
        rabbits(400);
        assert_eq!(counts(rabbits::stats()), (398, 401));
        assert!((0..=400).all(rabbits::is_stashed));
    }
}

#[test]
#[cfg(unix)]
fn a_recursion_deeper_than_there_are_descriptors_runs_once_for_each_argument() {
    let sandbox = Sandbox::new();
    call_alone(&sandbox, "threads::recursing_in_a_process_of_its_own", "ulimit -n 256");
    assert!(sandbox.enter(|| rabbits::is_stashed(400)));
}

#[stash]
fn bury(nuts: u32) -> u32 {
    nuts + 1
}

#[test]
#[ignore = "it is called by the test below"]
#[cfg(unix)]
fn burying_in_a_process_of_its_own() {
    if is_called() {
        // Threads of a pool never end, and the main one calls nothing.
        (0..100_u32).into_par_iter().for_each(|nuts| assert_eq!(bury(nuts), nuts + 1));
        (0..100_u32).into_par_iter().for_each(|nuts| assert_eq!(bury(nuts), nuts + 1));
    }
}

#[test]
#[cfg(unix)]
fn a_program_of_direct_calls_closes_its_stash_when_it_ends() {
    let sandbox = Sandbox::new();
    call_alone(&sandbox, "threads::burying_in_a_process_of_its_own", "true");
    assert!(!sandbox.path(".scrat/index.db-wal").exists(), "what was written is in the index");
    let stash = Stash::open(&sandbox.path(".scrat")).unwrap();
    let [totals] = &stash.totals().unwrap()[..] else { panic!("one function") };
    assert_eq!((totals.nuts, totals.hits, totals.misses), (100, 100, 100));
}
