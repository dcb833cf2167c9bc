//! Lists as they are kept: sorted, each element once.

/// Sorts a list, and leaves each of its elements once.
pub(crate) fn sort<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}
