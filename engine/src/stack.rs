//! How much stack a thread of a run has, and what values take that are nested deeply.
//!
//! A function that fits the stack of the main thread, where a direct call of it runs, must fit that of a step. And where
//! the function itself fits, so must what is done with its values: they are written, read and compared by code that
//! calls itself once for each level of them. The code of serde's traits can be given more stack on the way. That of
//! `PartialEq`, `Debug` and `Clone` can't, so it gets as much as the deepest value seen so far may need.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What threads have at least: what the main thread has by default on most systems.
pub(crate) const LEAST: usize = 8 << 20;

/// What threads have where the main thread has no limit. It is address space until it is used.
#[cfg(unix)]
const UNLIMITED: u64 = 256 << 20;

/// How many levels a value may have. A list that is linked by `Option<Box<Self>>` takes two for each element.
pub(crate) const MOST_LEVELS: usize = 1 << 18;

/// How many levels any stack has room for.
const FEW_LEVELS: usize = 48;

/// What has to be left for a level, and the few calls to the next one.
const LEAST_LEFT: usize = 256 << 10;

/// What is added at a time.
const MORE: usize = 4 << 20;

/// What a level takes at most of the code that compares or clones. It is address space until it is used.
const LEVEL: usize = 4 << 10;

/// The levels of the deepest value that was seen in this process, if they are not few.
static DEEPEST: AtomicUsize = AtomicUsize::new(0);

/// Whether a value has more levels here than any stack has room for.
#[inline]
pub(crate) fn is_deep(levels: usize) -> bool {
    levels > FEW_LEVELS
}

/// Notes how deep a value is.
pub(crate) fn note_depth(levels: usize) {
    DEEPEST.fetch_max(levels, Ordering::Relaxed);
}

/// Why a value is not written or read.
pub(crate) fn too_deep() -> String {
    format!(
        "it is nested more than {MOST_LEVELS} levels deep; keep it as a flat list whose elements name one another by number"
    )
}

/// Goes one level down in a value, on more stack if little is left.
pub(crate) fn with_room<R>(work: impl FnOnce() -> R) -> R {
    let (mut work, mut result) = (Some(work), None);
    grown(&mut || result = work.take().map(|work| work()));
    result.expect("it has run")
}

/// The library's generic code is compiled here, and not for each type.
fn grown(work: &mut dyn FnMut()) {
    stacker::maybe_grow(LEAST_LEFT, MORE, work);
}

/// Runs code that goes through a whole value by itself.
pub(crate) fn with_room_for_any(work: &mut dyn FnMut()) {
    match DEEPEST.load(Ordering::Relaxed) {
        0 => work(),
        levels => stacker::maybe_grow(levels * LEVEL, levels * LEVEL + LEAST_LEFT, work),
    }
}

/// The stack of the main thread in bytes, or a sensible number where that has no limit.
#[cfg(unix)]
pub(crate) fn of_main_thread() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Stack).current;
    usize::try_from(limit.unwrap_or(UNLIMITED)).unwrap_or(LEAST).max(LEAST)
}

#[cfg(not(unix))]
pub(crate) fn of_main_thread() -> usize {
    LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_no_less_stack_than_most_programs() {
        assert!(of_main_thread() >= LEAST);
    }
}
