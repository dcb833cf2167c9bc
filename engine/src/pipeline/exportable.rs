//! The types of values that can be written to paths outside the stash, where people look for results.

use std::any::Any;
use std::io;

use crate::sealed::Sealed;
use crate::value::{Dir, File, Value};

/// What there is of a value to be written to a path.
#[derive(Debug)]
pub enum Exported {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A copy of a file.
    File(File),
    /// A copy of a folder.
    Folder(Dir),
}

/// The same, of a value whose type is no longer known.
pub(crate) type Erased = fn(&dyn Any) -> io::Result<Exported>;

/// A type whose values can be written to a path: text, bytes, a file, or a folder.
///
/// This trait is implemented for `String`, `Vec<u8>`, [`File`] and [`Dir`], and for nothing else.
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
    label = "only `String`, `Vec<u8>`, `scrat::File` and `scrat::Dir` can be written to a path",
    note = "add a step that turns the value into text or bytes"
)]
pub trait Export: Value {
    /// What is written.
    #[doc(hidden)]
    fn exported(&self, _: Sealed) -> Exported;

    #[doc(hidden)]
    const IS_FOLDER: bool = false;

    #[doc(hidden)]
    const ERASED: Erased = |value| match value.downcast_ref::<Self>() {
        Some(value) => Ok(value.exported(Sealed)),
        None => Err(io::Error::other("the value is of another type than was declared")),
    };
}

impl Export for String {
    fn exported(&self, _: Sealed) -> Exported {
        Exported::Bytes(self.clone().into_bytes())
    }
}

impl Export for Vec<u8> {
    fn exported(&self, _: Sealed) -> Exported {
        Exported::Bytes(self.clone())
    }
}

impl Export for File {
    fn exported(&self, _: Sealed) -> Exported {
        Exported::File(self.clone())
    }
}

impl Export for Dir {
    fn exported(&self, _: Sealed) -> Exported {
        Exported::Folder(self.clone())
    }

    const IS_FOLDER: bool = true;
}
