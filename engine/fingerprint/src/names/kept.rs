//! What readers work out of a value and keep beside it.

use std::any::Any;
use std::fmt;
use std::sync::OnceLock;

/// A place for what follows from a value alone. It does not count as a part of the value: two that differ in it are
/// equal.
#[derive(Default)]
pub(crate) struct Kept(OnceLock<Box<dyn Any + Send + Sync>>);

impl Kept {
    /// What is kept. There is one kind of it for each value, which its first reader decides on.
    pub(crate) fn get<T: Default + Any + Send + Sync>(&self) -> Option<&T> {
        self.0.get_or_init(|| Box::new(T::default())).downcast_ref()
    }
}

impl PartialEq for Kept {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Kept {}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}
