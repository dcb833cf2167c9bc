//! What `f::step(…)` takes for a parameter that is left out of the key.
//!
//! Such a parameter need not be a value. A step may run later, on another thread and again, so it keeps the argument
//! itself: then it must be `Send`, `Sync`, `'static`, and `Clone` where the function takes it as its own. All that is
//! asked where `step` is called, never where the function is written: whatever cannot live in a step can still be
//! handed to a call.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a step takes for an ignored parameter that the function owns, or changes.
#[diagnostic::on_unimplemented(
    message = "a step can't keep `{Self}` for an ignored parameter of type `{T}`",
    label = "not a `{T}` that is `Clone + Send + Sync + 'static`",
    note = "a step runs later, perhaps on another thread, so it keeps its ignored arguments",
    note = "a direct call takes any argument there"
)]
pub trait Ignored<T>: Send + Sync + 'static {
    /// One for a call.
    fn give(&self) -> T;
}

impl<T: Clone + Send + Sync + 'static> Ignored<T> for T {
    fn give(&self) -> T {
        self.clone()
    }
}

impl Ignored<String> for &'static str {
    fn give(&self) -> String {
        (*self).to_owned()
    }
}

/// What a step takes for an ignored parameter that the function borrows.
#[diagnostic::on_unimplemented(
    message = "a step can't keep `{Self}` for an ignored parameter that borrows a `{T}`",
    label = "not a `{T}` (or an `Arc` of it) that is `Send + Sync + 'static`",
    note = "a step runs later, perhaps on another thread, so it keeps its ignored arguments",
    note = "a direct call takes any argument there"
)]
pub trait IgnoredRef<T: ?Sized>: Send + Sync + 'static {
    /// It, for a call.
    fn lend(&self) -> &T;
}

impl<T: Send + Sync + 'static> IgnoredRef<T> for T {
    fn lend(&self) -> &T {
        self
    }
}

impl<T: Send + Sync + ?Sized + 'static> IgnoredRef<T> for Arc<T> {
    fn lend(&self) -> &T {
        self
    }
}

impl<T: Sync + 'static> IgnoredRef<T> for &'static T {
    fn lend(&self) -> &T {
        self
    }
}

impl IgnoredRef<str> for &'static str {
    fn lend(&self) -> &str {
        self
    }
}

impl IgnoredRef<str> for String {
    fn lend(&self) -> &str {
        self
    }
}

impl IgnoredRef<Path> for PathBuf {
    fn lend(&self) -> &Path {
        self
    }
}

impl<T: Send + Sync + 'static> IgnoredRef<[T]> for Vec<T> {
    fn lend(&self) -> &[T] {
        self
    }
}
