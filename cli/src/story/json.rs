//! Reasons and causes in JSON, the same in every command.

use scrat_engine::{How, Origin, Passed, Reason, Source};
use serde_json::{Value, json};

use crate::story::causes::Cause;
use crate::words::difference;
use crate::words::reasons;

/// A reason: `kind`, a sentence, what it is by, and what changed.
pub(crate) fn reason(why: &Reason, origin: Origin) -> Value {
    let code: Vec<_> = why
        .code_changes()
        .iter()
        .map(|change| {
            let how = match change.how {
                How::Added => "added",
                How::Removed => "removed",
                How::Changed => "changed",
            };
            json!({
                "kind": change.kind.word(), "name": change.name, "how": how, "file": change.file, "line": change.line,
                "path": change.path, "diff": reasons::diff(&change.old, &change.new),
            })
        })
        .collect();
    let arguments: Vec<_> = why
        .argument_changes()
        .iter()
        .map(|change| {
            let (source, step) = match &change.source {
                Source::File => ("file", None),
                Source::Folder => ("folder", None),
                Source::Step { label } => ("step", Some(label)),
                Source::Steps { .. } => ("steps", None),
                _ => ("literal", None),
            };
            let difference = change.difference.as_ref().map(difference::json);
            json!({
                "name": change.name, "old": change.old, "new": change.new, "source": source, "step": step,
                "difference": difference,
            })
        })
        .collect();
    json!({
        "kind": why.kind(), "text": reasons::reason(why), "by": reasons::origins(origin),
        "code": code, "arguments": arguments, "limit": limit_of(why),
    })
}

fn limit_of(why: &Reason) -> Option<Value> {
    match why {
        Reason::Evicted { limit: Some(passed), .. } => Some(limit(passed)),
        _ => None,
    }
}

/// A limit that was passed.
pub(crate) fn limit(passed: &Passed) -> Value {
    json!({
        "of": if passed.of_stash { "stash" } else { "function" }, "kind": passed.kind.word(), "most": passed.most,
    })
}

/// A cause, with labels for the steps that it makes run by itself and the number of those behind.
pub(crate) fn cause<'l>(cause: &Cause, label: impl Fn(usize) -> &'l str) -> Value {
    json!({
        "kind": cause.kind, "subject": cause.subject, "text": cause.sentence, "by": cause.by,
        "steps": cause.steps.iter().map(|&step| label(step)).collect::<Vec<_>>(),
        "behind": cause.behind.len(),
    })
}
