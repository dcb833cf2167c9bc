//! Files as salsa's inputs. One that is missing is an input as well, so that its appearance is noticed.

use std::path::PathBuf;
use std::sync::Arc;

use crate::code::Hash;

/// A file of source text; `None` if it can't be read as that.
#[salsa::input(debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) text: Option<Arc<str>>,
}

/// A file or folder of which only the content's digest counts; `None` if it can't be read.
#[salsa::input(debug)]
pub(crate) struct Asset {
    pub(crate) path: PathBuf,
    #[returns(copy)]
    pub(crate) hash: Option<Hash>,
}
