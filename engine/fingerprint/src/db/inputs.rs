//! Files as salsa's inputs. One that is missing is an input as well, so that its appearance is noticed.

use std::path::PathBuf;
use std::sync::Arc;

use crate::code::Hash;
use crate::disk::files::Content;

/// A file of source text; `None` if it can't be read as that.
#[salsa::input(debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) text: Option<Arc<str>>,
}

/// A file or folder that counts by its content; `None` if it can't be read.
#[salsa::input(debug)]
pub(crate) struct Asset {
    pub(crate) path: PathBuf,
    #[returns(copy)]
    pub(crate) content: Option<Content>,
}

impl Asset {
    pub(crate) fn hash(self, db: &dyn salsa::Database) -> Option<Hash> {
        self.content(db).map(|content| match content {
            Content::File(hash) | Content::Folder(hash) => hash,
        })
    }

    /// Whether it is a file that can be read, and no folder.
    pub(crate) fn is_file(self, db: &dyn salsa::Database) -> bool {
        matches!(self.content(db), Some(Content::File(_)))
    }
}
