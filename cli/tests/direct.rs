//! Stashed functions that are simply called. Each test has a stash and functions of its own, so that the counts of
//! a function in this process are the test's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use rayon::prelude::*;
use scrat::prelude::*;
use scrat::{Engine, Event, Stash, Value, Warning};
use serde::{Deserialize, Serialize};

/// A folder with a stash in it.
struct Sandbox {
    folder: tempfile::TempDir,
    warnings: Arc<Mutex<Vec<Warning>>>,
}

impl Sandbox {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), warnings: Arc::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a new process would have: nothing is known but what the stash holds.
    fn engine(&self) -> Arc<Engine> {
        let warnings = self.warnings.clone();
        let stash = Stash::create(&self.path(".scrat")).unwrap();
        Arc::new(Engine::new(Some(stash), move |event| {
            if let Event::Warning(warning) = event {
                warnings.lock().unwrap().push(warning.clone());
            }
        }))
    }

    fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        self.engine().enter(work)
    }

    fn warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings.lock().unwrap())
    }

    /// The files of values that are not in the index.
    fn content(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.path(".scrat/nuts")).unwrap();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect()
    }
}

/// Hits and misses of a function in this process.
fn counts(stats: scrat::Stats) -> (u64, u64) {
    (stats.hits, stats.misses)
}

#[stash]
fn search(tree: &str, sizes: &[u8], folder: &std::path::Path, #[stash(ignore)] fails: bool) -> Result<Vec<usize>> {
    if fails {
        bail!("nothing in {tree}");
    }
    Ok(vec![tree.len(), sizes.len(), folder.components().count()])
}

#[test]
fn hit_for_equal_borrowed_arguments_and_errors_are_not_stored() {
    Sandbox::new().enter(|| {
        assert_eq!(search("oak", &[1], "a/b".as_ref(), true).unwrap_err().to_string(), "nothing in oak");
        assert!(!search::is_stashed("oak", &[1], "a/b".as_ref(), true));
        assert_eq!(search("oak", &[1], "a/b".as_ref(), false).unwrap(), [3, 1, 2]);
        // What is ignored is no part of the key.
        assert_eq!(search(&String::from("oak"), &Vec::from([1]), &PathBuf::from("a/b"), true).unwrap(), [3, 1, 2]);
        assert_eq!(counts(search::stats()), (1, 1), "an error counts neither way");
        assert_eq!(search("elm", &[1], "a/b".as_ref(), false).unwrap(), [3, 1, 2]);
        assert_eq!(counts(search::stats()), (1, 2));
    });
}

trait Tree: Value {
    const NAME: &'static str;
}

#[derive(Serialize, Deserialize)]
struct Oak(u32);
#[derive(Serialize, Deserialize)]
struct Hazel(u32);

impl Tree for Oak {
    const NAME: &'static str = "oak";
}
impl Tree for Hazel {
    const NAME: &'static str = "hazel";
}

#[stash]
fn describe<T: Tree>(tree: T) -> String {
    drop(tree);
    T::NAME.to_owned()
}

#[stash]
fn name_of<T: Tree>() -> String {
    T::NAME.to_owned()
}

#[test]
fn miss_for_another_type_with_equal_bytes() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        sandbox.enter(|| {
            assert_eq!(describe(Oak(1)), "oak");
            assert_eq!(describe(Hazel(1)), "hazel");
            assert_eq!((name_of::<Oak>(), name_of::<Hazel>()), ("oak".to_owned(), "hazel".to_owned()));
        });
    }
    assert_eq!(counts(describe::stats()), (2, 2));
    assert_eq!(counts(name_of::stats()), (2, 2));
}

#[derive(Serialize, Deserialize, Clone)]
struct Scale {
    factor: u32,
}

static WEIGHED: AtomicU32 = AtomicU32::new(0);

impl Scale {
    #[stash]
    fn weigh(&self, nuts: u32) -> u32 {
        WEIGHED.fetch_add(1, Ordering::SeqCst);
        self.factor * nuts
    }

    #[stash]
    fn take_apart(self, mut parts: Vec<u32>) -> Result<Vec<u32>, String> {
        WEIGHED.fetch_add(1, Ordering::SeqCst);
        if parts.is_empty() {
            return Err("no parts".to_owned());
        }
        parts.push(self.factor);
        Ok(parts)
    }
}

#[test]
fn a_method_has_its_receiver_as_an_argument() {
    let sandbox = Sandbox::new();
    let (single, double) = (Scale { factor: 1 }, Scale { factor: 2 });
    for _ in 0..2 {
        sandbox.enter(|| {
            assert_eq!((single.weigh(3), double.weigh(3), double.weigh(4)), (3, 6, 8));
            assert_eq!(double.clone().take_apart(vec![1]), Ok(vec![1, 2]));
        });
    }
    assert_eq!(WEIGHED.load(Ordering::SeqCst), 4);
    sandbox.enter(|| {
        assert_eq!(double.clone().take_apart(Vec::new()), Err("no parts".to_owned()));
        assert_eq!(double.clone().take_apart(Vec::new()), Err("no parts".to_owned()));
    });
    assert_eq!(WEIGHED.load(Ordering::SeqCst), 6, "errors are not stored");
}

#[stash]
fn squirrel_away(nuts: u32) -> u32 {
    nuts + 1
}

#[test]
fn a_function_says_what_it_knows_and_forgets_what_it_is_told_to() {
    Sandbox::new().enter(|| {
        assert!(!squirrel_away::is_stashed(1));
        assert_eq!(squirrel_away::call_fresh(1), 2);
        assert!(!squirrel_away::is_stashed(1), "a fresh call stores nothing");
        assert_eq!(squirrel_away(1), 2);
        assert!(squirrel_away::is_stashed(1) && !squirrel_away::is_stashed(2));
        assert_eq!(squirrel_away(1), 2);
        assert_eq!(counts(squirrel_away::stats()), (1, 1));

        assert!(squirrel_away::forget(1).unwrap());
        assert!(!squirrel_away::forget(1).unwrap(), "there was nothing to forget");
        assert!(!squirrel_away::is_stashed(1));
        assert_eq!(squirrel_away(1), 2);
        assert_eq!(counts(squirrel_away::stats()), (1, 2), "miss after it was forgotten");

        squirrel_away(2);
        squirrel_away(3);
        assert_eq!(squirrel_away::clear().unwrap(), 3);
        assert_eq!(squirrel_away::clear().unwrap(), 0);
        squirrel_away(2);
        assert_eq!(counts(squirrel_away::stats()), (1, 5));
    });
}

#[stash]
fn fill(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

#[test]
fn a_damaged_value_is_set_aside_and_computed_again() {
    let sandbox = Sandbox::new();
    let whole = sandbox.enter(|| fill(40_000));
    let [file] = &sandbox.content()[..] else { panic!("a value above 32 KiB has a file: {:?}", sandbox.content()) };
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    assert_eq!(counts(fill::stats()), (1, 1));

    // One bit, in a file that is read-only to those who mean well.
    let mut bytes = std::fs::read(file).unwrap();
    bytes[20_000] ^= 1;
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, &bytes).unwrap();
    assert_eq!(sandbox.enter(|| fill(40_000)), whole, "never a wrong value");
    assert_eq!(counts(fill::stats()), (1, 2));
    assert!(matches!(sandbox.warnings()[..], [Warning::Damaged { .. }]));
    let aside = sandbox.path(".scrat/damaged").join(file.file_name().unwrap());
    assert_eq!(std::fs::read(aside).unwrap(), bytes, "what was damaged is kept");
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    assert_eq!(counts(fill::stats()), (2, 2), "hit: it was stored again");

    // Gone altogether, and cut short.
    std::fs::remove_file(file).unwrap();
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, &whole[..100]).unwrap();
    assert_eq!(sandbox.enter(|| fill(40_000)), whole);
    assert_eq!(counts(fill::stats()), (2, 4));
    assert_eq!(sandbox.warnings().len(), 2);
}

#[stash]
fn count_lines(text: scrat::File) -> Result<usize> {
    Ok(text.read_to_string()?.lines().count())
}

#[stash]
fn write_lines(to: String, lines: usize) -> Result<scrat::File> {
    std::fs::write(&to, "nut\n".repeat(lines))?;
    Ok(scrat::File::new(to))
}

#[test]
fn miss_for_an_edited_file_and_a_returned_file_comes_back_with_its_content() {
    let sandbox = Sandbox::new();
    let [text, copy, made] = ["text", "copy", "made"].map(|name| sandbox.path(name));
    std::fs::write(&text, "a\nb\n").unwrap();
    std::fs::write(&copy, "a\nb\n").unwrap();
    sandbox.enter(|| {
        assert_eq!(count_lines(scrat::File::new(&text)).unwrap(), 2);
        assert_eq!(count_lines(scrat::File::new(&copy)).unwrap(), 2);
        assert_eq!(counts(count_lines::stats()), (1, 1), "hit: the content counts, not the place");
        // The same size, within the same moment.
        std::fs::write(&text, "a\n\n\n").unwrap();
        assert_eq!(count_lines(scrat::File::new(&text)).unwrap(), 3);
        assert_eq!(counts(count_lines::stats()), (1, 2));
        std::fs::remove_file(&text).unwrap();
        assert!(count_lines(scrat::File::new(&text)).is_err());
    });
    let gone = sandbox.warnings();
    assert!(matches!(&gone[..], [Warning::NoKey { error, .. }] if error.contains("text")), "{gone:?}");

    let name = made.to_str().unwrap().to_owned();
    sandbox.enter(|| write_lines(name.clone(), 3).unwrap());
    std::fs::remove_file(&made).unwrap();
    let file = sandbox.enter(|| write_lines(name.clone(), 3).unwrap());
    assert_eq!(file.read_to_string().unwrap(), "nut\nnut\nnut\n");
    assert!(file.path().starts_with(sandbox.path(".scrat").canonicalize().unwrap()), "{file}");
    assert!(!made.exists());
    assert_eq!(counts(write_lines::stats()), (1, 1));
}

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

#[stash]
fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

#[test]
fn a_function_that_calls_itself_runs_once_for_each_argument() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.enter(|| fibonacci(60)), 1_548_008_755_920);
    assert_eq!(counts(fibonacci::stats()), (58, 61));
    assert_eq!(sandbox.enter(|| fibonacci(61)), 2_504_730_781_961);
    assert_eq!(counts(fibonacci::stats()), (60, 62));
}

#[stash]
fn largest(stock: &HashMap<String, Vec<u32>>) -> u32 {
    stock.values().flatten().copied().max().unwrap_or(0)
}

#[test]
fn hit_for_an_equal_map_in_whatever_order() {
    Sandbox::new().enter(|| {
        let entry = |n: u32| (format!("tree {n}"), vec![n, n * 2]);
        let forwards: HashMap<_, _> = (0..100).map(entry).collect();
        let backwards: HashMap<_, _> = (0..100).rev().map(entry).collect();
        assert_eq!((largest(&forwards), largest(&backwards)), (198, 198));
        assert_eq!(counts(largest::stats()), (1, 1));
    });
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Nest {
    #[serde(skip_serializing_if = "Option::is_none")]
    twigs: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves: Option<u32>,
}

#[stash]
fn build(twigs: u32) -> Nest {
    Nest { twigs: None, leaves: Some(twigs) }
}

#[stash]
fn look(at: u32) -> serde_json::Value {
    serde_json::json!({ "at": at })
}

#[test]
fn a_value_that_would_not_come_back_is_refused_aloud_once_and_still_returned() {
    let sandbox = Sandbox::new();
    sandbox.enter(|| {
        for number in [1, 2, 1] {
            assert_eq!(build(number), Nest { twigs: None, leaves: Some(number) });
            assert_eq!(look(number), serde_json::json!({ "at": number }));
        }
        assert!(!build::is_stashed(1) && !look::is_stashed(1));
    });
    let refused: Vec<_> = sandbox
        .warnings()
        .into_iter()
        .map(|warning| match warning {
            Warning::Unstorable { function, error } => format!("{function}: {error}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused[0].starts_with("direct::build: ") && refused[0].contains("skip_serializing_if"), "{refused:?}");
    assert!(refused[1].starts_with("direct::look: ") && refused[1].contains("Value"), "{refused:?}");
    assert_eq!((counts(build::stats()), counts(look::stats())), ((0, 3), (0, 3)));
}

#[stash]
fn prepare(nuts: u32) {
    assert!(nuts > 0);
}

#[stash]
fn check(nuts: u32) -> Result<()> {
    ensure!(nuts > 0, "no nuts");
    Ok(())
}

#[test]
fn a_function_that_returns_nothing_is_remembered_too() {
    Sandbox::new().enter(|| {
        prepare(1);
        prepare(1);
        assert!(check(0).is_err());
        check(1).unwrap();
        check(1).unwrap();
        assert_eq!((counts(prepare::stats()), counts(check::stats())), ((1, 1), (1, 1)));
    });
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
    call_alone(&sandbox, "recursing_in_a_process_of_its_own", "ulimit -n 256");
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
    call_alone(&sandbox, "burying_in_a_process_of_its_own", "true");
    assert!(!sandbox.path(".scrat/index.db-wal").exists(), "what was written is in the index");
    let stash = Stash::open(&sandbox.path(".scrat")).unwrap();
    let [totals] = &stash.totals().unwrap()[..] else { panic!("one function") };
    assert_eq!((totals.nuts, totals.hits, totals.misses), (100, 100, 100));
}
