//! What `f::step(…)` takes for a parameter that is left out of the key.
//!
//! Such a parameter need not be a value. A step may run later, on another thread and again, so it keeps the argument
//! itself: then it must be `Send`, `Sync`, `'static`, and `Clone` where the function takes it as its own. All that is
//! asked where `step` is called, never where the function is written: whatever cannot live in a step can still be
//! handed to a call.
//!
//! A parameter's type stands in a bound as the argument of a function, `fn(T)`, because a type that hides a lifetime
//! (`StdoutLock`) may be written there and nowhere else in a bound. So what is kept comes back without its type, which
//! the bound has seen to.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a step takes for an ignored parameter that the function owns, or changes: for a `T`, `F` is `fn(T)`.
#[diagnostic::on_unimplemented(
    message = "a step can't keep `{Self}` for an ignored parameter of type `{F}`",
    label = "not of the parameter's type, or not `Clone + Send + Sync + 'static`",
    note = "a step runs later, perhaps on another thread, so it keeps its ignored arguments",
    note = "a direct call takes any argument there"
)]
pub trait Ignored<F>: Send + Sync + 'static {
    /// One for a call.
    fn give(&self) -> Box<dyn Any>;
}

impl<T: Clone + Send + Sync + 'static> Ignored<fn(T)> for T {
    fn give(&self) -> Box<dyn Any> {
        Box::new(self.clone())
    }
}

impl Ignored<fn(String)> for &'static str {
    fn give(&self) -> Box<dyn Any> {
        Box::new((*self).to_owned())
    }
}

/// What was kept, as what it is.
pub fn given<T: 'static>(kept: Box<dyn Any>) -> T {
    *kept.downcast().unwrap_or_else(|_| panic!("a step keeps something else than a {}", std::any::type_name::<T>()))
}

/// What a step takes for an ignored parameter that the function borrows: for a `&T`, `F` is `fn(&T)`.
#[diagnostic::on_unimplemented(
    message = "a step can't keep `{Self}` for an ignored parameter of type `{F}`",
    label = "not of the parameter's type (or an `Arc` of it), or not `Send + Sync + 'static`",
    note = "a step runs later, perhaps on another thread, so it keeps its ignored arguments",
    note = "a direct call takes any argument there"
)]
pub trait IgnoredRef<F>: Send + Sync + 'static {
    /// It, for a call.
    fn lend(&self) -> &dyn Any;
}

impl<T: Send + Sync + 'static> IgnoredRef<fn(&T)> for T {
    fn lend(&self) -> &dyn Any {
        self
    }
}

impl<T: Send + Sync + 'static> IgnoredRef<fn(&T)> for Arc<T> {
    fn lend(&self) -> &dyn Any {
        &**self
    }
}

impl<T: Sync + 'static> IgnoredRef<fn(&T)> for &'static T {
    fn lend(&self) -> &dyn Any {
        *self
    }
}

/// What was kept, as what it is.
pub fn lent<T: 'static>(kept: &dyn Any) -> &T {
    kept.downcast_ref().unwrap_or_else(|| panic!("a step keeps something else than a {}", std::any::type_name::<T>()))
}

/// The same for what has no size: its owner is kept.
pub trait IgnoredUnsized<T: ?Sized>: Send + Sync + 'static {
    /// It, for a call.
    fn lend(&self) -> &T;
}

impl IgnoredUnsized<str> for &'static str {
    fn lend(&self) -> &str {
        self
    }
}

impl IgnoredUnsized<str> for String {
    fn lend(&self) -> &str {
        self
    }
}

impl IgnoredUnsized<Path> for PathBuf {
    fn lend(&self) -> &Path {
        self
    }
}

impl<T: Send + Sync + 'static> IgnoredUnsized<[T]> for Vec<T> {
    fn lend(&self) -> &[T] {
        self
    }
}
