//! What changed, each thing once, with the steps that it makes run: those whose own reason names it, and those
//! behind them. A plan, a drawing and the story of a run are all told by causes.

use std::collections::BTreeMap;

use scrat_engine::{ArgumentChange, CodeChange, Reason, Source};

use crate::words::reasons::{self, ArgumentKind};

/// How many causes are followed to what lies behind them: each costs a walk over the steps.
const FOLLOWED: usize = 100;

/// One thing that changed, or one sort of thing that makes steps run.
#[derive(Debug)]
pub(crate) struct Cause {
    /// `function`, `constant`, …, `argument`, `file`, `value`, or the kind of a reason.
    pub kind: String,
    /// What it is, in a few words: `helper impute`.
    pub subject: String,
    /// The same with what happened to it: `helper impute changed (clean → impute)`.
    pub sentence: String,
    /// `logic` or `data`, where it is one of them.
    pub by: Option<&'static str>,
    /// The parameter whose values changed, and what those are.
    parameter: Option<(ArgumentKind, String)>,
    /// The piece of code.
    pub change: Option<CodeChange>,
    /// Positions of the steps whose own reason names it.
    pub steps: Vec<usize>,
    /// Positions of the steps that are not fresh behind those.
    pub behind: Vec<usize>,
}

/// The causes among the reasons of steps, in the order of the steps; those with more steps behind them don't go
/// first, because what comes first in a pipeline is what its reader looks for first.
///
/// `reasons` has one entry a step, none for a fresh one, inputs before what uses them. Where the members of a fan-out
/// have an argument or an input each that changed, that is one cause, and not one a member.
pub(crate) fn causes(reasons: &[Option<Reason>], inputs: &[Vec<usize>], functions: &[&str]) -> Vec<Cause> {
    let mut found = Found::default();
    for (step, reason) in reasons.iter().enumerate() {
        let Some(reason) = reason else { continue };
        // What it inherits from a step that is not fresh either is that step's story.
        let is_followed = inputs[step].iter().any(|&input| reasons[input].is_some());
        found.reason(step, reason, is_followed);
    }
    let mut causes = folded(found.causes, functions);
    for cause in causes.iter_mut().take(FOLLOWED) {
        cause.behind = behind(&cause.steps, reasons, inputs);
    }
    causes
}

/// Causes that are about the same parameter of the same function, or about inputs of the same kind, as one.
fn folded(causes: Vec<Cause>, functions: &[&str]) -> Vec<Cause> {
    let function = |cause: &Cause| cause.steps.first().map_or("", |&step| functions[step]);
    let sort = |cause: &Cause| {
        let (kind, parameter) = cause.parameter.clone()?;
        Some((kind, function(cause).to_owned(), parameter))
    };
    let mut members: BTreeMap<_, usize> = BTreeMap::new();
    for sort in causes.iter().filter_map(sort) {
        *members.entry(sort).or_default() += 1;
    }
    let mut place: BTreeMap<_, usize> = BTreeMap::new();
    let mut folded: Vec<Cause> = Vec::new();
    for cause in causes {
        let sort = sort(&cause).filter(|sort| members[sort] > 1);
        match sort.as_ref().and_then(|sort| place.get(sort)) {
            Some(&at) => {
                let all = &mut folded[at].steps;
                all.extend(cause.steps);
                all.sort_unstable();
                all.dedup();
            }
            None => {
                let mut cause = cause;
                if let Some(sort) = sort {
                    let (number, (kind, _, parameter)) = (members[&sort], &sort);
                    (cause.subject, cause.sentence) = reasons::many_changed(*kind, parameter, number);
                    place.insert(sort, folded.len());
                }
                folded.push(cause);
            }
        }
    }
    folded
}

fn behind(start: &[usize], reasons: &[Option<Reason>], inputs: &[Vec<usize>]) -> Vec<usize> {
    let mut reached = vec![false; reasons.len()];
    for &step in start {
        reached[step] = true;
    }
    let mut behind = Vec::new();
    for step in 0..reasons.len() {
        if !reached[step] && reasons[step].is_some() && inputs[step].iter().any(|&input| reached[input]) {
            reached[step] = true;
            behind.push(step);
        }
    }
    behind
}

#[derive(Default)]
struct Found {
    causes: Vec<Cause>,
    place: BTreeMap<(String, String), usize>,
}

impl Found {
    fn reason(&mut self, step: usize, reason: &Reason, is_followed: bool) {
        for change in reason.code_changes() {
            self.code(step, change);
        }
        for change in reason.argument_changes() {
            self.argument(step, change, is_followed);
        }
        let has_changes = !reason.code_changes().is_empty() || !reason.argument_changes().is_empty();
        if !has_changes && *reason != Reason::Upstream {
            // Each has a time of its own, and all of them are one cause.
            let sentence = match reason {
                Reason::Expired { .. } => "older than `ttl` allows".to_owned(),
                Reason::Evicted { limit: None, .. } => "deleted from the stash".to_owned(),
                Reason::Evicted { limit: Some(passed), .. } => format!("evicted: {}", reasons::limit(passed)),
                _ => reasons::reason(reason),
            };
            let by = matches!(reason, Reason::Code { .. } | Reason::Version { .. } | Reason::Codec { .. })
                .then_some("logic");
            self.add(step, reason.kind(), sentence.clone(), sentence, by);
        }
    }

    fn code(&mut self, step: usize, change: &CodeChange) {
        let subject = reasons::subject(change);
        let sentence = reasons::change_of_code(change);
        let at = self.add_as(step, change.kind.word(), change.name.clone(), subject, sentence, Some("logic"));
        let cause = &mut self.causes[at];
        match &cause.change {
            None => cause.change = Some(change.clone()),
            // Several functions reach it, each on a way of its own.
            Some(first) if first.path != change.path => {
                cause.sentence = format!("{} {}", cause.subject, reasons::how(change.how));
            }
            Some(_) => {}
        }
    }

    fn argument(&mut self, step: usize, change: &ArgumentChange, is_followed: bool) {
        let sentence = reasons::change_of_argument(change);
        let (kind, subject) = match &change.source {
            Source::Step { .. } | Source::Steps { .. } if is_followed => return,
            Source::Step { label } => (ArgumentKind::Value, format!("value of {label}")),
            Source::Steps { .. } => (ArgumentKind::Value, format!("values for {}", change.name)),
            Source::File => (ArgumentKind::File, format!("file {}", change.new.as_ref().unwrap_or(&change.name))),
            Source::Folder => (ArgumentKind::Folder, format!("folder {}", change.new.as_ref().unwrap_or(&change.name))),
            _ => (ArgumentKind::Literal, format!("argument {}", change.name)),
        };
        // Steps may be compared with nuts of different days: what it is now is the cause.
        let name = format!("{subject} {}", change.new.as_deref().unwrap_or_default());
        let at = self.add_as(step, kind.word(), name, subject, sentence.clone(), Some("data"));
        if self.causes[at].sentence != sentence {
            self.causes[at].sentence = reasons::argument_now(change);
        }
        self.causes[at].parameter = Some((kind, change.name.clone()));
    }

    fn add(&mut self, step: usize, kind: &str, subject: String, sentence: String, by: Option<&'static str>) {
        self.add_as(step, kind, sentence.clone(), subject, sentence, by);
    }

    fn add_as(
        &mut self,
        step: usize,
        kind: &str,
        name: String,
        subject: String,
        sentence: String,
        by: Option<&'static str>,
    ) -> usize {
        let at = *self.place.entry((kind.to_owned(), name)).or_insert_with(|| {
            let kind = kind.to_owned();
            self.causes.push(Cause {
                kind,
                subject,
                sentence,
                by,
                parameter: None,
                change: None,
                steps: Vec::new(),
                behind: Vec::new(),
            });
            self.causes.len() - 1
        });
        if self.causes[at].steps.last() != Some(&step) {
            self.causes[at].steps.push(step);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helper(path: &[&str]) -> Option<Reason> {
        let mut change = CodeChange::default();
        change.name = "demo::impute".to_owned();
        change.path = path.iter().map(ToString::to_string).collect();
        Some(Reason::Code { changes: vec![change] })
    }

    fn value(label: &str) -> Option<Reason> {
        changed("data", Source::Step { label: label.to_owned() }, "‹a›", "‹b›")
    }

    fn changed(name: &str, source: Source, old: &str, new: &str) -> Option<Reason> {
        let mut change = ArgumentChange::default();
        (change.name, change.source) = (name.to_owned(), source);
        (change.old, change.new) = (Some(old.to_owned()), Some(new.to_owned()));
        Some(Reason::Arguments { changes: vec![change] })
    }

    #[test]
    fn a_helper_that_two_functions_reach_is_one_cause_with_what_is_behind_both() {
        let reasons = [
            helper(&["demo::clean", "demo::impute"]),
            helper(&["demo::score", "demo::impute"]),
            None,
            Some(Reason::Upstream),
        ];
        let causes = causes(&reasons, &[vec![], vec![], vec![0], vec![1, 2]], &["clean", "score", "f", "g"]);
        assert_eq!(causes.len(), 1);
        assert_eq!(causes[0].sentence, "helper impute changed");
        assert_eq!((&causes[0].steps[..], &causes[0].behind[..]), (&[0, 1][..], &[3][..]));
        assert_eq!(causes[0].by, Some("logic"));
    }

    #[test]
    fn an_argument_that_was_different_things_is_one_cause() {
        let seed = |old: &str| changed("seed", Source::Literal, old, "6");
        let causes = causes(&[seed("5"), seed("1"), seed("5")], &[vec![], vec![], vec![]], &["f", "f", "g"]);
        assert_eq!(causes.len(), 1);
        assert_eq!((causes[0].sentence.as_str(), causes[0].steps.len()), ("argument seed changed to 6", 3));
    }

    #[test]
    fn an_inherited_change_is_a_cause_only_where_nothing_before_it_tells_why() {
        let reasons = [helper(&["demo::load", "demo::impute"]), value("load")];
        assert_eq!(causes(&reasons, &[vec![], vec![0]], &["load", "f"]).len(), 1);
        let alone = causes(&[None, value("load")], &[vec![], vec![0]], &["load", "f"]);
        assert_eq!(alone.iter().map(|cause| cause.kind.as_str()).collect::<Vec<_>>(), ["value"]);
        assert_eq!(alone[0].sentence, "the value of load changed");
    }

    fn argument(name: &str, source: Source, new: &str) -> Option<Reason> {
        changed(name, source, "0", new)
    }

    #[test]
    fn a_fan_out_whose_members_all_have_another_argument_is_one_cause() {
        let reasons: Vec<_> = (0..30).map(|by| argument("by", Source::Literal, &by.to_string())).collect();
        let mut functions = vec!["scaled"; 29];
        functions.push("other");
        let causes = causes(&reasons, &vec![vec![]; 30], &functions);
        let told: Vec<_> = causes.iter().map(|cause| (cause.sentence.as_str(), cause.steps.len())).collect();
        assert_eq!(told, [("29 values of argument by changed", 29), ("argument by changed from 0 to 29", 1)]);
        assert_eq!(causes[0].subject, "argument by");
    }

    #[test]
    fn a_fan_out_over_values_or_files_that_changed_is_one_cause() {
        let value = |number: u32| argument("score", Source::Step { label: format!("score number={number}") }, "‹ab›");
        let file = |number: u32| argument("csv", Source::File, &format!("{number}.csv"));
        let reasons = [value(1), value(2), file(1), file(2), file(3)];
        let causes = causes(&reasons, &vec![vec![]; 5], &["rate", "rate", "load", "load", "load"]);
        let told: Vec<_> = causes.iter().map(|cause| (cause.kind.as_str(), cause.sentence.as_str())).collect();
        assert_eq!(told, [("value", "2 values for score changed"), ("file", "3 input files for csv changed")]);
    }
}
