//! The types of values that can be written to paths outside the stash, where people look for results.

use std::any::Any;
use std::io;

use crate::sealed::IsSealed;
use crate::value::{File, Value};

/// The bytes of a value, without its type.
pub(crate) type Erased = fn(&dyn Any) -> io::Result<Vec<u8>>;

/// A type whose values can be written to a path: text, bytes, or a file.
///
/// This trait is implemented for `String`, `Vec<u8>` and [`File`], and for nothing else.
///
/// # Examples
///
/// ```
/// use scrat::{Export, Step, stash};
///
/// #[stash]
/// fn report(title: String) -> String {
///     format!("# {title}")
/// }
///
/// /// Writes whatever can be written.
/// fn into_results<T: Export>(step: Step<T>, name: &str) -> Step<T> {
///     step.export(format!("results/{name}"))
/// }
///
/// let _report = into_results(report::step("Nuts"), "report.md");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be exported",
    label = "only `String`, `Vec<u8>` and `scrat::File` can be written to a path",
    note = "add a step that turns the value into text or bytes"
)]
pub trait Export: Value + IsSealed {
    /// The bytes to write.
    ///
    /// # Errors
    /// If the bytes are in a file that can't be read.
    fn file_bytes(&self) -> io::Result<Vec<u8>>;

    #[doc(hidden)]
    const ERASED: Erased = |value| match value.downcast_ref::<Self>() {
        Some(value) => value.file_bytes(),
        None => Err(io::Error::other("the value is of another type than was declared")),
    };
}

impl IsSealed for String {}
impl IsSealed for Vec<u8> {}
impl IsSealed for File {}

impl Export for String {
    fn file_bytes(&self) -> io::Result<Vec<u8>> {
        Ok(self.clone().into_bytes())
    }
}

impl Export for Vec<u8> {
    fn file_bytes(&self) -> io::Result<Vec<u8>> {
        Ok(self.clone())
    }
}

impl Export for File {
    fn file_bytes(&self) -> io::Result<Vec<u8>> {
        self.read()
    }
}
