//! What a run shows while it goes on: a bar and the running steps on a terminal, a line for each finished step
//! elsewhere, JSON lines if asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;
use scrat_engine::{Doing, Event, Graph, Outcome, Plan, Status, StepId};
use serde_json::json;

use crate::args::{Common, Format};
use crate::notices::notice;
use crate::print;
use crate::print::last_words;
use crate::print::{result, talk};
use crate::session::shown;
use crate::words::formats;
use crate::words::reasons::reason;

/// How many running steps are shown at most.
const ROWS: usize = 8;

/// The screen of one run. It is shared with the engine, which tells it events from many threads.
pub(crate) struct Screen {
    /// The pipeline that it is about.
    name: &'static str,
    style: Style,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Bars,
    Lines,
    Json,
    Quiet,
}

#[derive(Default)]
struct State {
    labels: Vec<String>,
    kinds: Vec<&'static str>,
    expected: Vec<Option<Duration>>,
    bars: Option<Bars>,
    done: usize,
    total: usize,
    jobs: usize,
    left: Duration,
    saved: Duration,
    /// The steps that run, with the threads on which they do.
    running: BTreeMap<StepId, usize>,
}

struct Bars {
    all: MultiProgress,
    main: ProgressBar,
    rows: BTreeMap<StepId, (ProgressBar, Instant)>,
}

impl Screen {
    pub(crate) fn new(common: &Common, name: &'static str) -> Arc<Self> {
        let style = match common.format {
            Some(Format::Json) => Style::Json,
            _ if common.quiet => Style::Quiet,
            _ if print::talks_to_a_terminal() && !is_dumb() => Style::Bars,
            _ => Style::Lines,
        };
        let screen = Arc::new(Self { name, style, state: Mutex::default() });
        let shower = screen.clone();
        print::show_by(move |line| shower.show_print(line));
        screen
    }

    pub(crate) fn is_json(&self) -> bool {
        self.style == Style::Json
    }

    /// Says something above the bars, unless nothing is to be said.
    pub(crate) fn say(&self, text: impl std::fmt::Display) {
        if self.style != Style::Quiet {
            self.insist(text);
        }
    }

    /// Says what even those must hear who want to hear little.
    pub(crate) fn insist(&self, text: impl std::fmt::Display) {
        self.write(&text.to_string());
    }

    fn write(&self, text: &str) {
        match &self.state().bars {
            Some(bars) => bars.all.suspend(|| talk(text)),
            None => talk(text),
        }
    }

    /// Shows a line that the user's code has printed, with the name of whoever ran then.
    fn show_print(&self, line: &str) {
        let who = self.state().who().unwrap_or_else(|| self.name.to_owned());
        self.insist(format_args!("{} {line}", format_args!("{who} │").dimmed()));
    }

    /// What the pipeline's body computed itself.
    pub(crate) fn tell_body(&self, graph: &Graph) {
        for call in graph.body() {
            let (function, seconds) = (call.function, call.took.as_secs_f64());
            if self.is_json() {
                let outcome = if call.hit { "hit" } else { "ran" };
                result(json!({"event": "body", "function": function.name(), "outcome": outcome, "seconds": seconds}));
            } else if !call.hit {
                let took = formats::seconds(seconds);
                self.say(format_args!(
                    "{} {} in the pipeline's body  {}",
                    "ran   ".green(),
                    function.short_name(),
                    took.dimmed()
                ));
            }
        }
    }

    /// A run of these steps begins.
    pub(crate) fn begin(&self, graph: &Graph, plan: &Plan, jobs: usize) {
        let mut state = self.state();
        state.labels = graph.steps().map(|step| graph.label(step).to_owned()).collect();
        last_words::name(&state.labels);
        state.kinds = graph.steps().map(|step| graph.function(step).name()).collect();
        let expected = |step| plan.expected_nanos(graph, step).map(|nanos| Duration::from_nanos(nanos.unsigned_abs()));
        state.expected = graph.steps().map(expected).collect();
        state.jobs = jobs;
        let open: Vec<_> = graph.steps().filter(|&step| plan.status(step) != Status::Fresh).collect();
        state.total = open.len();
        state.left = open.iter().filter_map(|&step| expected(step)).sum();
        if self.style == Style::Bars && !open.is_empty() {
            let all = MultiProgress::with_draw_target(print::bars());
            let main = all.add(ProgressBar::new(open.len() as u64).with_style(bar_style()));
            main.enable_steady_tick(Duration::from_millis(250));
            state.bars = Some(Bars { all, main, rows: BTreeMap::new() });
            state.show_rest();
        }
    }

    /// The run is over.
    pub(crate) fn end(&self) {
        if let Some(bars) = self.state().bars.take() {
            for (row, _) in bars.rows.values() {
                row.finish_and_clear();
            }
            bars.main.finish_and_clear();
        }
    }

    /// Shows an event.
    pub(crate) fn tell(&self, event: &Event) {
        self.keep_prints_apart(event);
        if let Some(notice) = notice(event) {
            let line = format!("{} {notice}", "scrat:".dimmed());
            if let Event::Warning(_) = event {
                self.insist(line);
            } else {
                self.say(line);
            }
            return;
        }
        if self.is_json() {
            self.tell_json(event);
            return;
        }
        match event {
            Event::Started { step, .. } => self.state().start_row(*step),
            Event::Doing { step, doing } => self.state().say_in_row(*step, *doing),
            Event::Ended { step, outcome } => {
                let line = {
                    let mut state = self.state();
                    state.count(*step, outcome);
                    self.line(&state, *step, outcome)
                };
                match (line, outcome) {
                    (Some(line), Outcome::Failed { .. }) => self.insist(line),
                    (Some(line), _) => self.say(line),
                    (None, _) => {}
                }
            }
            Event::Aborting { step, message } => {
                self.insist(format_args!("{} {}: {message}", "failed".red().bold(), self.label_of(*step)));
            }
            Event::Exported { path, kept: Some(kept), .. } => self.say(format_args!(
                "{} what was in {} is not a result that this stash knows of: it is kept as {}",
                "scrat:".dimmed(),
                shown(path),
                shown(kept)
            )),
            _ => {}
        }
    }

    /// Who runs changes: what was printed until now is of those that ran until now.
    fn keep_prints_apart(&self, event: &Event) {
        match event {
            Event::Started { step, worker, .. } => {
                print::settle(false);
                last_words::note(*worker, Some(step.index()));
                self.state().running.insert(*step, *worker);
            }
            Event::Ended { step, .. } if self.state().running.contains_key(step) => {
                print::settle(true);
                if let Some(worker) = self.state().running.remove(step) {
                    last_words::note(worker, None);
                }
            }
            Event::Aborting { .. } => print::settle(true),
            _ => {}
        }
    }

    /// The label of a step, or else the pipeline's name.
    fn label_of(&self, step: Option<StepId>) -> String {
        let state = self.state();
        step.and_then(|step| state.labels.get(step.index())).cloned().unwrap_or_else(|| self.name.to_owned())
    }

    /// The line for a finished step. On a terminal the bar says enough, except of failures.
    fn line(&self, state: &State, step: StepId, outcome: &Outcome) -> Option<String> {
        let label = state.labels.get(step.index())?;
        match outcome {
            Outcome::Failed { message, .. } => {
                let mut lines = message.lines();
                let first = lines.next().unwrap_or_default();
                let rest: String = lines.map(|line| format!("\n        {line}")).collect();
                Some(format!("{} {label}: {first}{rest}", "failed".red().bold()))
            }
            _ if self.style == Style::Bars => None,
            Outcome::Ran { took, .. } => {
                Some(format!("{} {label}  {}", "ran   ".green(), formats::seconds(took.as_secs_f64()).dimmed()))
            }
            Outcome::Hit { .. } => Some(format!("{} {label}", "hit   ".cyan())),
            _ => None,
        }
    }

    fn tell_json(&self, event: &Event) {
        let state = self.state();
        let label = |step: &StepId| state.labels.get(step.index()).cloned().unwrap_or_default();
        let function = |step: &StepId| state.kinds.get(step.index()).copied().unwrap_or_default();
        let line = match event {
            Event::Started { step, worker, reason: why } => json!({
                "event": "started", "step": label(step), "function": function(step), "worker": worker,
                "reason": {"kind": why.kind(), "text": reason(why)},
            }),
            Event::Ended { step, outcome } => {
                let (name, seconds, message) = match outcome {
                    Outcome::Hit { .. } => ("hit", None, None),
                    Outcome::Ran { took, .. } => ("ran", Some(took.as_secs_f64()), None),
                    Outcome::Failed { took, message } => ("failed", Some(took.as_secs_f64()), Some(message)),
                    _ => ("skipped", None, None),
                };
                json!({
                    "event": "ended", "step": label(step), "function": function(step), "outcome": name,
                    "seconds": seconds, "message": message,
                })
            }
            Event::Aborting { step, message } => json!({
                "event": "ended", "step": step.as_ref().map(label), "function": step.as_ref().map(function),
                "outcome": "failed", "seconds": null, "message": message,
            }),
            Event::Exported { path, unchanged, kept } => json!({
                "event": "exported", "path": path, "unchanged": unchanged, "kept": kept,
            }),
            _ => return,
        };
        result(line);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Those that run: the labels of few, the function of many, or else a number. None if nothing does.
    fn who(&self) -> Option<String> {
        const FEW: usize = 2;
        let running: Vec<_> = self.running.keys().filter_map(|step| self.labels.get(step.index())).collect();
        let mut functions: Vec<_> = self.running.keys().filter_map(|step| self.kinds.get(step.index())).collect();
        functions.dedup();
        match (running.as_slice(), functions.as_slice()) {
            ([], _) => None,
            (few, _) if few.len() <= FEW => Some(few.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(", ")),
            (many, [one]) => Some(format!("{} ×{}", crate::words::reasons::short(one), many.len())),
            (many, _) => Some(format!("{} steps", many.len())),
        }
    }

    fn start_row(&mut self, step: StepId) {
        let label = self.labels.get(step.index()).cloned().unwrap_or_default();
        if let Some(bars) = &mut self.bars
            && bars.rows.len() < ROWS
        {
            let row = bars.all.add(ProgressBar::new_spinner().with_style(row_style()).with_message(label));
            row.enable_steady_tick(Duration::from_millis(250));
            bars.rows.insert(step, (row, Instant::now()));
        }
    }

    /// What a running step does beside running: in its row, since large values take a while.
    fn say_in_row(&self, step: StepId, doing: Doing) {
        let Some((row, _)) = self.bars.as_ref().and_then(|bars| bars.rows.get(&step)) else { return };
        row.set_message(format!("{}{}", self.label(step), said(doing, |from| self.label(from))));
    }

    fn label(&self, step: StepId) -> &str {
        self.labels.get(step.index()).map(String::as_str).unwrap_or_default()
    }

    fn count(&mut self, step: StepId, outcome: &Outcome) {
        self.done += 1;
        self.left = self.left.saturating_sub(self.expected.get(step.index()).copied().flatten().unwrap_or_default());
        if let Outcome::Hit { saved } = outcome {
            self.saved += *saved;
        }
        if let Some(bars) = &mut self.bars {
            if let Some((row, _)) = bars.rows.remove(&step) {
                row.finish_and_clear();
                bars.all.remove(&row);
            }
            bars.main.inc(1);
        }
        self.show_rest();
    }

    /// The time that is left, by recorded durations.
    fn show_rest(&self) {
        let Some(bars) = &self.bars else { return };
        let left = self.left.as_secs_f64() / self.jobs.max(1) as f64;
        let mut parts = Vec::new();
        if left >= 1.0 {
            parts.push(format!("about {} left", formats::seconds(left)));
        }
        if self.saved >= Duration::from_secs(1) {
            parts.push(format!("{} saved", formats::seconds(self.saved.as_secs_f64())));
        }
        bars.main.set_message(parts.join(" · "));
    }
}

/// What stands behind the label of a step that does this.
fn said<'l>(doing: Doing, label: impl FnOnce(StepId) -> &'l str) -> String {
    let (word, bytes) = match doing {
        Doing::Loading { from, bytes } => (format!("loading {}", label(from)), Some(bytes)),
        Doing::Storing { bytes } => ("storing".to_owned(), bytes),
        _ => return String::new(),
    };
    let size = bytes.map_or_else(String::new, |bytes| format!(" ({})", formats::bytes(bytes)));
    format!("  {word}{size}")
}

fn bar_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:24.green/dim} {pos}/{len}  {elapsed}  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━━─")
}

fn row_style() -> ProgressStyle {
    ProgressStyle::with_template("  {spinner:.green} {wide_msg} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn is_dumb() -> bool {
    #[expect(clippy::disallowed_methods, reason = "what the terminal can do is told this way")]
    let term = std::env::var("TERM");
    term.is_ok_and(|term| term == "dumb")
}
