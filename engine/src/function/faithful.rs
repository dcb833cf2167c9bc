//! Whether bytes may stand for a value: an argument for its key, a result for what is stored.
//!
//! Each value is compared with what its bytes stand for before they are trusted, since serde may leave out a part of
//! it that another value has. Only large ones of the standard library's types, which lose nothing, are compared once a
//! process. What the analyser saw to be left out by an attribute does not come here: such a function is not stashed at
//! all ([`Function::forgets`]).

use std::any::Any;
use std::sync::atomic::Ordering;

use crate::function::Function;
use crate::value::{Attachment, Comparing, Kind, Shared, ValueError, Verdict, Whole, Written};

/// Checks that a result comes back as it was. Returns what came back if that may differ in what does not count, such as
/// the layout of an array or the chunks of a frame: it is handed on in place of the result, so that what uses a value
/// does the same with it whether it is fresh or stored.
pub(crate) fn result(
    function: &'static Function,
    kind: &Kind,
    same: &dyn Comparing,
    value: &dyn Any,
    written: &Written,
    files: &[Attachment],
) -> Result<Option<Shared>, ValueError> {
    const SMALL: u64 = 64 * 1024;
    if let Some(forgets) = function.forgets_of_result() {
        return Err(forgets);
    }
    let checked = &function.tally().checked;
    let is_sure = kind.is_ours() && same.is_sure();
    if !is_sure || written.length <= SMALL || !checked.load(Ordering::Relaxed) {
        let (verdict, back) = same.check_any(kind, value, written, files.to_vec(), function.compares_values())?;
        judge(function, kind, verdict)?;
        checked.store(true, Ordering::Relaxed);
        return Ok((!is_sure).then_some(back));
    }
    Ok(None)
}

/// Whether an argument is what its bytes say, as `compare` tells. A key found by less would be that of other
/// arguments as well, so it is asked before every look-up.
pub(crate) fn argument(
    function: &'static Function,
    kind: &Kind,
    compare: impl FnOnce() -> Result<Verdict, ValueError>,
) -> Result<(), ValueError> {
    if function.compares_values() {
        judge(function, kind, compare()?)?;
    }
    Ok(())
}

/// Where a type does not say whether a value came back, a codec is taken at its word, and of what serde writes, the
/// attributes on the type decide.
pub(crate) fn judge(function: &'static Function, kind: &Kind, verdict: Verdict) -> Result<(), ValueError> {
    match kind.whole() {
        Whole::ByCodec => Ok(()),
        Whole::BySerde => function.judge(verdict, kind.type_name()),
        Whole::Unsaid if verdict == Verdict::Unknown => Err(ValueError::Incomparable {
            field: kind.type_name().to_owned(),
            attribute: format!("the format `{}`", kind.codec().unwrap_or("serde")),
        }),
        Whole::Unsaid => Ok(()),
    }
}
