//! Whether bytes may stand for a value: an argument for its key, a result for what is stored.
//!
//! Each value is compared with what its bytes stand for before they are trusted, since serde may leave out a part of
//! it that another value has. Only large ones of the standard library's types, which lose nothing, are compared once a
//! process. What the analyser saw to be left out by an attribute does not come here: such a function is not stashed at
//! all ([`Function::forgets`]).

use std::any::Any;
use std::sync::atomic::Ordering;

use crate::function::Function;
use crate::value::{Attachment, Comparing, ValueError, Verdict};

/// Whether a result comes back as it was.
pub(crate) fn result(
    function: &'static Function,
    same: &dyn Comparing,
    value: &dyn Any,
    bytes: &[u8],
    files: &[Attachment],
) -> Result<(), ValueError> {
    const SMALL: usize = 64 * 1024;
    if let Some(forgets) = function.forgets_of_result() {
        return Err(forgets);
    }
    let checked = &function.tally().checked;
    if !same.is_sure() || bytes.len() <= SMALL || !checked.load(Ordering::Relaxed) {
        let verdict = same.check_any(value, bytes, files.to_vec(), function.compares_values())?;
        function.judge(verdict, same.type_name())?;
        checked.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// Whether an argument is what its bytes say, as `compare` tells. A key found by less would be that of other
/// arguments as well, so it is asked before every look-up.
pub(crate) fn argument(
    function: &'static Function,
    type_name: &str,
    compare: impl FnOnce() -> Result<Verdict, ValueError>,
) -> Result<(), ValueError> {
    if function.compares_values() {
        function.judge(compare()?, type_name)?;
    }
    Ok(())
}
