//! Whether bytes may stand for a value: an argument for its key, a result for what is stored.
//!
//! Each value is compared with what its bytes stand for before they are trusted, since serde may leave out a part of
//! it that another value has. Large ones are compared once a process. What the analyser saw to be left out by an
//! attribute does not come here: such a function is not stashed at all ([`Function::forgets`]).

use std::any::Any;
use std::sync::atomic::Ordering;

use crate::function::Function;
use crate::value::{Attachment, Comparing, ValueError, Verdict};

/// Whether a result comes back as it was.
pub(crate) fn result(
    function: &Function,
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
    if bytes.len() <= SMALL || !checked.load(Ordering::Relaxed) {
        let verdict = same.check_any(value, bytes, files.to_vec(), function.compares_values())?;
        function.judge(verdict, same.type_name())?;
        checked.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// Whether an argument is what its bytes say, as `compare` tells. A key found by less would be that of other
/// arguments as well, so it is asked before every look-up, and up to a larger size.
pub(crate) fn argument(
    function: &Function,
    (name, type_name): (&str, &str),
    size: usize,
    compare: impl FnOnce() -> Result<Verdict, ValueError>,
) -> Result<(), ValueError> {
    const SMALL: usize = 1024 * 1024;
    if !function.compares_values() {
        return Ok(());
    }
    let position = function.parameters().iter().position(|parameter| parameter.name == name);
    // Beyond the 64th parameter nothing is remembered.
    let bit = position.and_then(|position| 1_u64.checked_shl(u32::try_from(position).ok()?)).unwrap_or(0);
    let checked = &function.tally().arguments_checked;
    if size <= SMALL || checked.load(Ordering::Relaxed) & bit == 0 {
        function.judge(compare()?, type_name)?;
        checked.fetch_or(bit, Ordering::Relaxed);
    }
    Ok(())
}
