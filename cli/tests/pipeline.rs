//! Pipelines in one process: what runs, what does not, and why. Each test has functions and a stash of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use scrat::prelude::*;
use scrat::{Engine, Event, Stash};
use scrat_engine::{Difference, Force, Given, Graph, Outcome, Plan, Reason, RunOptions, RunReport, Status, pipelines};

/// A stash in a folder of its own, and what the engine told.
struct Sandbox {
    folder: tempfile::TempDir,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Sandbox {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), events: Arc::default() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// A fresh engine, as a new process would have.
    fn engine(&self) -> Arc<Engine> {
        let root = self.folder.path().join(".scrat");
        let stash = if root.exists() { Stash::open(&root) } else { Stash::create(&root) };
        let events = self.events.clone();
        Arc::new(Engine::new(Some(stash.unwrap()), move |event| events.lock().unwrap().push(event.clone())))
    }

    fn run(&self, pipeline: &str, given: &[(&str, &str)]) -> RunReport {
        self.run_with(pipeline, given, &Force::Nothing, on_threads(4))
    }

    fn run_with(&self, pipeline: &str, given: &[(&str, &str)], force: &Force, options: RunOptions) -> RunReport {
        let engine = self.engine();
        let graph = graph(pipeline, given);
        let plan = Plan::new(&engine, &graph, force);
        scrat_engine::run(&engine, pipeline, &graph, &plan, &options).unwrap()
    }

    fn plan(&self, pipeline: &str, given: &[(&str, &str)]) -> (Graph, Plan) {
        let graph = graph(pipeline, given);
        let plan = Plan::new(&self.engine(), &graph, &Force::Nothing);
        (graph, plan)
    }
}

fn on_threads(jobs: usize) -> RunOptions {
    let mut options = RunOptions::default();
    options.jobs = Some(jobs);
    options
}

fn graph(pipeline: &str, given: &[(&str, &str)]) -> Graph {
    let mut typed = Given::default();
    for (name, text) in given {
        typed.set(name, vec![(*text).to_owned()]);
    }
    pipelines().into_iter().find(|known| known.name == pipeline).unwrap().graph(&typed).unwrap()
}

/// `(hits, ran, failed, skipped)`.
fn counts(report: &RunReport) -> (usize, usize, usize, usize) {
    let totals = report.totals;
    (totals.hits, totals.ran, totals.failed, totals.skipped)
}

#[stash]
fn number(from: scrat::File) -> Result<u64> {
    Ok(from.read_to_string()?.trim().parse()?)
}

#[stash]
fn parity(number: u64) -> u64 {
    number % 2
}

#[stash]
fn scaled(parity: u64, by: u64) -> u64 {
    parity * by
}

#[stash]
fn total(parts: Vec<u64>) -> String {
    format!("{}", parts.iter().sum::<u64>())
}

#[pipeline(by = [10, 20, 30])]
fn sums(from: scrat::File, by: Vec<u64>, to: String) -> Step<String> {
    let parity = parity::step(number::step(from));
    let parts: Vec<_> = by.into_iter().map(|by| scaled::step(&parity, by)).collect();
    total::step(parts).export(to)
}

#[test]
fn a_second_run_hits_everything_and_a_removed_export_comes_back() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("out/sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    assert_eq!(counts(&sandbox.run("sums", &given)), (0, 6, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
    std::fs::remove_file(&to).unwrap();
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
}

#[test]
fn an_equal_result_cuts_a_change_off() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    let given = [("from", from.as_str()), ("to", to.as_str())];
    std::fs::write(&from, "3").unwrap();
    sandbox.run("sums", &given);
    std::fs::write(&from, "5").unwrap();
    let (graph, plan) = sandbox.plan("sums", &given);
    assert_eq!([Status::Stale, Status::Pending].map(|status| plan.count(status)), [1, 5]);
    let stale = graph.steps().find(|&step| plan.status(step) == Status::Stale).unwrap();
    assert_eq!(graph.function(stale).short_name(), "number");
    assert!(matches!(plan.reason(stale), Some(Reason::Arguments { changes }) if changes[0].name == "from"));
    // `number` and `parity` run; the parity is the same, so nothing after it does.
    assert_eq!(counts(&sandbox.run("sums", &given)), (4, 2, 0, 0));
    // The shortcut by deep key is learnt even for what did not run.
    assert_eq!(counts(&sandbox.run("sums", &given)), (6, 0, 0, 0));
}

#[test]
fn a_changed_parameter_runs_what_depends_on_it_alone() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    sandbox.run("sums", &[("from", &from), ("to", &to)]);
    let report = sandbox.run("sums", &[("from", &from), ("to", &to), ("by", "10,20,40")]);
    assert_eq!(counts(&report), (4, 2, 0, 0));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "70");
}

#[test]
fn a_forced_step_runs_and_its_equal_result_stops_there() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    sandbox.run("sums", &given);
    let options = || on_threads(2);
    let force = Force::Named("parity".to_owned());
    assert_eq!(counts(&sandbox.run_with("sums", &given, &force, options())), (5, 1, 0, 0));
    assert_eq!(counts(&sandbox.run_with("sums", &given, &Force::All, options())), (0, 6, 0, 0));
}

/// Results of it are too old at once.
#[stash(ttl = "0s")]
fn weather(station: u64) -> u64 {
    station * 2
}

#[pipeline]
fn forecast(station: u64) -> Step<u64> {
    parity::step(weather::step(station))
}

#[test]
fn an_expired_result_is_computed_again_though_what_was_made_of_it_is_there() {
    let sandbox = Sandbox::new();
    let given = [("station", "3")];
    assert_eq!(counts(&sandbox.run("forecast", &given)), (0, 2, 0, 0));
    let (graph, plan) = sandbox.plan("forecast", &given);
    let reasons: Vec<_> = graph.steps().map(|step| plan.reason(step).cloned()).collect();
    assert!(matches!(reasons[..], [Some(Reason::Expired { .. }), Some(Reason::Upstream)]), "{reasons:?}");
    assert_eq!(counts(&sandbox.run("forecast", &given)), (1, 1, 0, 0));
}

#[stash(name = "edited::first")]
fn first_before(x: u64) -> u64 {
    x + 1
}

#[stash(name = "edited::second")]
fn second_before(x: u64) -> u64 {
    x * 2
}

#[stash(name = "edited::first")]
fn first_after(x: u64) -> u64 {
    1 + x
}

#[stash(name = "edited::second")]
fn second_after(x: u64) -> u64 {
    2 * x
}

#[pipeline]
fn edited(after: bool) -> Step<u64> {
    if after { second_after::step(first_after::step(1_u64)) } else { second_before::step(first_before::step(1_u64)) }
}

#[test]
fn a_step_of_new_code_is_stale_before_its_inputs_are_known() {
    let sandbox = Sandbox::new();
    sandbox.run("edited", &[("after", "false")]);
    let (graph, plan) = sandbox.plan("edited", &[("after", "true")]);
    let reasons: Vec<_> = graph.steps().map(|step| plan.reason(step).cloned()).collect();
    assert!(matches!(reasons[..], [Some(Reason::Code { .. }), Some(Reason::Code { .. })]), "{reasons:?}");
    assert_eq!(counts(&sandbox.run("edited", &[("after", "true")])), (0, 2, 0, 0));
    // With that code there are results, so it may turn out fresh.
    let engine = sandbox.engine();
    let plan = Plan::new(&engine, &graph, &Force::Named("edited::first".to_owned()));
    assert_eq!([Status::Stale, Status::Pending].map(|status| plan.count(status)), [1, 1]);
}

#[stash]
fn lines(text: String) -> u64 {
    text.lines().count() as u64
}

#[pipeline]
fn counted(text: String) -> Step<u64> {
    lines::step(text)
}

#[test]
fn a_changed_text_is_told_by_its_first_line_that_differs() {
    let sandbox = Sandbox::new();
    let text = "select mass, species\nfrom penguins\nwhere mass > 3000\n";
    sandbox.run("counted", &[("text", text)]);
    let (graph, plan) = sandbox.plan("counted", &[("text", &text.replace("3000", "3500"))]);
    let step = graph.steps().next().unwrap();
    let changes = plan.reason(step).unwrap().argument_changes();
    let line = |text: &str| Some(text.to_owned());
    let (old, new) = (line("where mass > 3000"), line("where mass > 3500"));
    assert_eq!(changes[0].difference, Some(Difference::Line { path: String::new(), line: 3, old, new }));
}

#[test]
fn an_edited_export_is_kept_aside() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("sum.txt"));
    std::fs::write(&from, "3").unwrap();
    let given = [("from", from.as_str()), ("to", to.as_str())];
    sandbox.run("sums", &given);
    std::fs::write(&to, "my notes").unwrap();
    sandbox.run("sums", &given);
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "60");
    assert_eq!(std::fs::read_to_string(format!("{to}.kept-1")).unwrap(), "my notes");
}

#[test]
fn an_input_file_that_is_missing_fails_its_step_with_the_path() {
    let sandbox = Sandbox::new();
    let report = sandbox.run("sums", &[("from", "no/such/file"), ("to", &sandbox.path("x"))]);
    assert_eq!(counts(&report), (0, 0, 1, 5));
    let failed = report.steps.iter().find_map(|step| match &step.outcome {
        Outcome::Failed { message, .. } => Some(message.clone()),
        _ => None,
    });
    assert!(failed.unwrap().contains("no/such/file"));
}

#[test]
fn a_result_that_is_damaged_on_disk_is_computed_again_in_the_middle_of_a_run() {
    let sandbox = Sandbox::new();
    let to = sandbox.path("out.txt");
    assert_eq!(counts(&sandbox.run("heavy", &[("to", &to)])).1, 3);
    let files = content_files(&sandbox.folder.path().join(".scrat/nuts"));
    assert!(!files.is_empty());
    for file in &files {
        make_writable(file);
        std::fs::write(file, "rotten").unwrap();
    }
    // Only `measure` is asked to run, and its input turns out to be damaged.
    let report = sandbox.run("heavy", &[("to", &to), ("modulus", "7")]);
    assert_eq!(counts(&report), (0, 3, 0, 0), "the damaged one ran as well");
    let (_, steps) = sandbox.engine().stash().unwrap().last_run(None).unwrap().unwrap();
    assert_eq!(steps[0].reason(), Some(Reason::Damaged));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), format!("{}", (0..20_000_u64).map(|x| x % 7).sum::<u64>()));
    let damage = |event: &Event| matches!(event, Event::Warning(scrat::Warning::Damaged { .. }));
    assert!(sandbox.events.lock().unwrap().iter().any(damage));
}

fn content_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let inside = |folder: std::fs::DirEntry| std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    std::fs::read_dir(folder).unwrap().flat_map(|folder| inside(folder.unwrap())).collect()
}

fn make_writable(file: &Path) {
    let mut permissions = std::fs::metadata(file).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "the test is about to damage the file")]
    permissions.set_readonly(false);
    std::fs::set_permissions(file, permissions).unwrap();
}

#[stash]
fn series() -> Vec<u64> {
    (0..20_000).collect()
}

#[stash]
fn measure(series: &[u64], modulus: u64) -> u64 {
    series.iter().map(|x| x % modulus).sum()
}

#[stash]
fn shown(measured: u64) -> String {
    measured.to_string()
}

#[pipeline(modulus = 5)]
fn heavy(modulus: u64, to: String) -> Step<String> {
    shown::step(measure::step(series::step(), modulus)).export(to)
}

static FRAGILE_RUNS: AtomicU32 = AtomicU32::new(0);

#[stash]
fn fragile(number: u64) -> Result<u64> {
    FRAGILE_RUNS.fetch_add(1, Ordering::SeqCst);
    assert!(number != 2, "two is not welcome");
    ensure!(number != 3, "three is an error");
    Ok(number)
}

#[stash]
fn after(number: u64) -> u64 {
    number + 100
}

#[pipeline]
fn breaking() -> Vec<Step<u64>> {
    (0..6).map(|number| after::step(fragile::step(number))).collect()
}

#[test]
fn with_keep_going_only_what_needs_a_failed_step_is_left_out() {
    let sandbox = Sandbox::new();
    let mut options = on_threads(2);
    options.keep_going = true;
    let report = sandbox.run_with("breaking", &[], &Force::Nothing, options);
    assert_eq!(counts(&report), (0, 8, 2, 2));
    let messages: BTreeMap<_, _> = report
        .steps
        .iter()
        .filter_map(|step| match &step.outcome {
            Outcome::Failed { message, .. } => Some((step.step.index(), message.as_str())),
            _ => None,
        })
        .collect();
    let [panic, error] = messages.into_values().collect::<Vec<_>>()[..] else { panic!("two steps fail") };
    assert!(panic.starts_with(&format!("it panicked at {}:", file!())) && panic.ends_with(": two is not welcome"));
    assert_eq!(error, "three is an error");
    // What failed is told as such by the next plan.
    let (graph, plan) = sandbox.plan("breaking", &[]);
    let reasons: Vec<_> = graph.steps().filter_map(|step| plan.reason(step)).collect();
    assert!(
        reasons.iter().any(|reason| matches!(reason, Reason::Failed { message } if message == "three is an error"))
    );
}

#[test]
fn a_cancelled_run_starts_nothing() {
    let sandbox = Sandbox::new();
    let mut options = on_threads(2);
    options.cancel = Arc::new(AtomicBool::new(true));
    let report = sandbox.run_with("tree", &[], &Force::Nothing, options);
    assert!(report.cancelled);
    assert_eq!((report.totals.ran, report.totals.skipped), (0, report.totals.steps));
}

#[stash]
fn leaf(number: u64) -> u64 {
    number
}

#[stash]
fn join(left: u64, right: u64) -> u64 {
    left.wrapping_add(right)
}

/// Layers of joins, with steps that are declared twice.
#[pipeline(layers = 6, width = 32)]
fn tree(layers: u64, width: u64) -> Vec<Step<u64>> {
    let mut layer: Vec<_> = (0..width).map(leaf::step).collect();
    for _ in 0..layers {
        layer = (0..layer.len()).map(|at| join::step(&layer[at], &layer[(at + 1) % layer.len()])).collect();
    }
    let again = (0..width).map(leaf::step);
    layer.into_iter().chain(again).collect()
}

#[test]
fn steps_declared_twice_are_one_and_parallel_equals_serial() {
    let [serial, parallel] = [1, 8].map(|jobs| {
        let sandbox = Sandbox::new();
        let options = on_threads(jobs);
        let report = sandbox.run_with("tree", &[], &Force::Nothing, options);
        assert_eq!(counts(&report), (0, 32 * 7, 0, 0));
        report.results
    });
    assert_eq!(serial, parallel);
    assert_eq!(serial.len(), 64);
}

#[test]
fn two_engines_over_one_stash_compute_each_step_once() {
    let sandbox = Sandbox::new();
    drop(sandbox.engine());
    let ran: usize = std::thread::scope(|scope| {
        let runs = [(); 3].map(|()| scope.spawn(|| sandbox.run("tree", &[("layers", "3")]).totals.ran));
        runs.map(|run| run.join().unwrap()).into_iter().sum()
    });
    assert_eq!(ran, 32 * 4);
}

#[test]
fn a_chain_of_a_hundred_thousand_steps_is_declared_looked_up_and_dropped() {
    let mut step = leaf::step(0);
    for number in 0..100_000 {
        step = join::step(&step, number);
    }
    drop(step);
}

/// Steps that call a stashed function directly, on the threads of the run.
#[stash]
fn caller(number: u64) -> u64 {
    helper(number % 3)
}

static HELPER_RUNS: AtomicU32 = AtomicU32::new(0);

#[stash]
fn helper(number: u64) -> u64 {
    HELPER_RUNS.fetch_add(1, Ordering::SeqCst);
    std::thread::sleep(std::time::Duration::from_millis(2));
    number * 2
}

#[pipeline]
fn nested() -> Vec<Step<u64>> {
    (0..40).map(caller::step).collect()
}

#[test]
fn direct_calls_inside_steps_share_their_results() {
    let sandbox = Sandbox::new();
    let report = sandbox.run("nested", &[]);
    assert_eq!(counts(&report), (0, 40, 0, 0));
    assert_eq!(HELPER_RUNS.load(Ordering::SeqCst), 3);
}

static DRIFT: AtomicU32 = AtomicU32::new(0);

/// What no stashed function should be: another value each time.
#[stash]
fn drifting() -> Vec<u32> {
    vec![DRIFT.fetch_add(1, Ordering::SeqCst); 10_000]
}

#[stash]
fn first(series: &[u32], times: u32) -> u32 {
    series[0] * times
}

#[pipeline(times = 1)]
fn drifts(times: u32) -> Step<u32> {
    first::step(drifting::step(), times)
}

#[test]
fn a_result_is_kept_for_the_value_that_it_was_computed_from() {
    let sandbox = Sandbox::new();
    sandbox.run("drifts", &[]);
    for file in content_files(&sandbox.folder.path().join(".scrat/nuts")) {
        make_writable(&file);
        std::fs::write(&file, "rotten").unwrap();
    }
    // The input that was looked up is damaged, and what stands in for it is another value.
    assert_eq!(counts(&sandbox.run("drifts", &[("times", "7")])).2, 0);
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    let nuts = |function: &str| {
        let filter = scrat_engine::Filter::Ending(function.to_owned());
        stash.list(&filter).unwrap()
    };
    let series = nuts("drifting").remove(0).digest.short();
    let kept = nuts("first").pop().unwrap();
    let (_, shown) = kept.arguments.iter().find(|(name, _)| name == "series").unwrap();
    assert!(shown.contains(&series), "computed from {series}, kept for {shown}");
}

static MET: (Mutex<[bool; 2]>, std::sync::Condvar) = (Mutex::new([false; 2]), std::sync::Condvar::new());

/// Says that a place was reached, and waits until the other one was.
fn meet(place: usize) {
    let mut met = MET.0.lock().unwrap();
    met[place] = true;
    MET.1.notify_all();
    drop(MET.1.wait_while(met, |met| !met[1 - place]).unwrap());
}

#[stash]
fn held() -> u32 {
    meet(0);
    1
}

#[stash]
fn free() -> u32 {
    meet(1);
    2
}

#[stash]
fn both(held: u32, free: u32) -> u32 {
    held + free
}

#[pipeline]
fn beside_another() -> Step<u32> {
    both::step(held::step(), free::step())
}

#[test]
fn a_step_that_somebody_else_computes_is_put_aside_while_the_others_run() {
    let sandbox = Sandbox::new();
    let other = sandbox.engine();
    let held_by_other = std::thread::spawn(move || other.enter(held));
    while !MET.0.lock().unwrap()[0] {
        std::thread::yield_now();
    }
    // On one thread: the other one goes on only when `free` has begun.
    let options = on_threads(1);
    let report = sandbox.run_with("beside_another", &[], &Force::Nothing, options);
    assert_eq!(counts(&report), (1, 2, 0, 0));
    assert_eq!(held_by_other.join().unwrap(), 1);
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Model {
    /// Longer than a short form, and the same in all.
    name: String,
    depth: u64,
}

#[stash]
fn fitted(model: Model, rows: Vec<u64>) -> u64 {
    model.depth + rows.len() as u64
}

#[stash]
fn judged(fitted: u64, round: u64) -> u64 {
    fitted + round
}

#[stash]
fn again(number: u64) -> u64 {
    number + 1
}

#[pipeline(depths = [1, 20])]
fn labelled(depths: Vec<u64>) -> Vec<Step<u64>> {
    let name = "a model whose name says nothing about it ".repeat(3);
    let fit = |depth| fitted::step(Model { name: name.clone(), depth }, vec![depth; 50]);
    depths.into_iter().map(|depth| judged::step(again::step(fit(depth)), 1)).collect()
}

#[test]
fn labels_keep_what_tells_siblings_apart_however_far_behind_it_is() {
    let graph = graph("labelled", &[]);
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    assert_eq!(labels.len(), 6);
    for function in ["fitted", "again", "judged"] {
        for depth in ["depth: 1", "depth: 20"] {
            let label = labels.iter().find(|label| label.starts_with(function) && label.contains(depth));
            assert!(label.is_some(), "no {function} with {depth} in {labels:?}");
        }
    }
    let named = graph.named("judged round=1");
    assert_eq!(named.len(), 2);
}

#[stash]
fn advance(state: u64, round: u64) -> u64 {
    state + round
}

#[pipeline(rounds = 5)]
fn chained(rounds: u64) -> Step<u64> {
    (0..rounds).fold(advance::step(0, 0), |state, round| advance::step(state, round + 1))
}

#[pipeline]
fn repeated() -> Step<u64> {
    (0..3).fold(again::step(1), |state, _| again::step(state))
}

#[test]
fn a_step_of_a_chain_is_called_by_its_own_argument_and_not_by_all_before_it() {
    let chain = graph("chained", &[]);
    let labels: Vec<_> = chain.steps().map(|step| chain.label(step).to_owned()).collect();
    assert_eq!(labels[1..4], ["advance round=1", "advance round=2", "advance round=3"]);
    assert!(labels.iter().all(|label| label.chars().count() < 40), "{labels:?}");
    let repeated = graph("repeated", &[]);
    let labels: Vec<_> = repeated.steps().map(|step| repeated.label(step)).collect();
    assert_eq!(labels, ["again #1", "again #2", "again #3", "again #4"]);
}

#[test]
fn what_a_chain_is_called_grows_with_its_length_and_no_faster() {
    let letters = |rounds: &str| {
        let chain = graph("chained", &[("rounds", rounds)]);
        chain.steps().map(|step| chain.label(step).len()).sum::<usize>()
    };
    let (short, long) = (letters("500"), letters("4000"));
    assert!(long < short * 10, "{short} letters, then {long}");
}

/// The reasons of the steps that must run, by label.
fn reasons(sandbox: &Sandbox, pipeline: &str, given: &[(&str, &str)]) -> BTreeMap<String, Reason> {
    let (graph, plan) = sandbox.plan(pipeline, given);
    let stale = graph.steps().filter_map(|step| Some((graph.label(step).to_owned(), plan.reason(step)?.clone())));
    stale.filter(|(_, reason)| *reason != Reason::Upstream).collect()
}

#[test]
fn a_reason_compares_with_the_last_run_and_not_with_what_was_stored_last() {
    let sandbox = Sandbox::new();
    // Stored last is what was made of `bees`; run last is what was made of `ants`.
    for title in ["ants", "bees", "ants"] {
        sandbox.run("headed", &[("title", title)]);
    }
    let told = reasons(&sandbox, "headed", &[("title", "moths")]);
    let Some(Reason::Arguments { changes }) = told.get("heading") else { panic!("{told:?}") };
    assert_eq!((changes[0].old.as_deref(), changes[0].new.as_deref()), (Some("\"ants\""), Some("\"moths\"")));
}

#[test]
fn new_members_of_a_fan_out_never_ran_and_blame_nothing_that_is_fresh() {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("in"), sandbox.path("to"));
    let run = |text: &str, by: &str| {
        std::fs::write(&from, text).unwrap();
        sandbox.run("sums", &[("from", &from), ("to", &to), ("by", by)]);
    };
    // Trials of another day, with another parity.
    run("4", "50,60");
    run("3", "10,20");
    let told = reasons(&sandbox, "sums", &[("from", &from), ("to", &to), ("by", "10,20,50,60,70")]);
    let scaled: Vec<_> = told.iter().filter(|(label, _)| label.starts_with("scaled")).collect();
    assert_eq!(scaled.len(), 3, "{told:?}");
    assert!(scaled.iter().all(|(_, reason)| **reason == Reason::NeverRun), "{told:?}");
    // A member in place of another one has its argument changed.
    let told = reasons(&sandbox, "sums", &[("from", &from), ("to", &to), ("by", "10,30")]);
    let Some(Reason::Arguments { changes }) = told.get("scaled by=30") else { panic!("{told:?}") };
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].old.as_deref(), changes[0].new.as_deref()), (Some("20"), Some("30")));
}

#[test]
fn a_stored_argument_and_a_value_can_be_read_again_however_long_they_are() {
    let sandbox = Sandbox::new();
    let title = "a title of many letters ".repeat(20);
    sandbox.run("headed", &[("title", &title)]);
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    let nut = stash.list(&scrat_engine::Filter::default()).unwrap().remove(0);
    assert_eq!(nut.arguments, [("title".to_owned(), format!("{title:?}"))]);
    let shown = scrat_engine::show(&stash, &nut, 1 << 16).unwrap();
    assert!(shown.whole && shown.text.contains("count: 480"), "{}", shown.text);
    let json: serde_json::Value = serde_json::from_str(&shown.json.unwrap()).unwrap();
    assert_eq!(json["title"], title.as_str());
    let short = scrat_engine::show(&stash, &nut, 100).unwrap();
    assert!(!short.whole && short.text.chars().count() == 100);
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Heading {
    title: String,
    count: usize,
}

#[stash]
fn heading(title: String) -> Heading {
    Heading { count: title.len(), title }
}

#[pipeline]
fn headed(title: String) -> Step<Heading> {
    heading::step(title)
}

#[stash]
fn kept(r#type: u64) -> u64 {
    r#type
}

#[pipeline(r#type = 3, _seed = 1)]
fn r#loop(r#type: u64, _seed: u64) -> Vec<Step<u64>> {
    vec![kept::step(r#type), kept::step(_seed + 10)]
}

#[test]
fn raw_identifiers_are_called_by_their_names() {
    let pipeline = pipelines().into_iter().find(|pipeline| pipeline.name == "loop").unwrap();
    let names: Vec<_> = pipeline.parameters.iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["type", "_seed"]);
    assert_eq!(scrat_engine::flag("_seed"), "seed");
    let graph = graph("loop", &[("type", "7")]);
    let labels: Vec<_> = graph.steps().map(|step| graph.label(step)).collect();
    assert_eq!(labels, ["kept type=7", "kept type=11"]);
}
