//! Ids of steps, and tables with an entry for each step.

use std::ops::{Index, IndexMut};

/// A step of a graph: its position in the order of declaration.
///
/// # Examples
///
/// ```
/// use scrat::{Event, StepId};
///
/// /// The step that an event is about.
/// fn step(event: &Event) -> Option<StepId> {
///     match event {
///         Event::Started { step, .. } | Event::Ended { step, .. } => Some(*step),
///         _ => None,
///     }
/// }
///
/// assert_eq!(step(&Event::StashMade { path: ".scrat".into() }), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub(crate) u32);

impl StepId {
    /// The position, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("a graph has under four thousand million steps"))
    }
}

/// A table with an entry for some of the steps. It grows as entries are added, in any order.
#[derive(Debug)]
pub(crate) struct StepTable<T> {
    rows: Vec<Option<T>>,
}

impl<T> Default for StepTable<T> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<T> StepTable<T> {
    /// Sets the entry of a step, and returns the one that it had before.
    pub(crate) fn insert(&mut self, step: StepId, value: T) -> Option<T> {
        if step.index() >= self.rows.len() {
            self.rows.resize_with(step.index() + 1, || None);
        }
        self.rows[step.index()].replace(value)
    }

    /// The steps that have an entry, with their entries, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (StepId, &T)> {
        self.rows.iter().enumerate().filter_map(|(index, row)| Some((StepId::at(index), row.as_ref()?)))
    }
}

impl<T> Index<StepId> for StepTable<T> {
    type Output = T;

    fn index(&self, step: StepId) -> &T {
        self.rows[step.index()].as_ref().expect("the step is in the table")
    }
}

impl<T> IndexMut<StepId> for StepTable<T> {
    fn index_mut(&mut self, step: StepId) -> &mut T {
        self.rows[step.index()].as_mut().expect("the step is in the table")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_grows_in_any_order_and_lists_what_it_has_in_that_of_the_steps() {
        let mut table = StepTable::default();
        assert_eq!((table.insert(StepId(4), 'e'), table.insert(StepId(1), 'b')), (None, None));
        assert_eq!(table.insert(StepId(1), 'c'), Some('b'));
        table[StepId(4)] = 'f';
        assert_eq!(table[StepId(4)], 'f');
        assert_eq!(table.iter().map(|(step, value)| (step.0, *value)).collect::<Vec<_>>(), [(1, 'c'), (4, 'f')]);
    }
}
