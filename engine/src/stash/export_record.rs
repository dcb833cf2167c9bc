//! Exports: which values were written to paths outside the stash, and what the files looked like then.

use std::path::Path;

use rusqlite::OptionalExtension;

use super::nut::digest;
use super::{Stash, StashError};
use crate::digest::Digest;
use crate::value::Stat;

/// What scrat wrote to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Export {
    /// Digest of the value.
    pub value: Digest,
    /// Digest of the file's content.
    pub content: Digest,
    /// The file as it was left.
    pub stat: Stat,
}

impl Stash {
    /// What was last written to a path.
    pub(crate) fn export(&self, path: &Path) -> Result<Option<Export>, StashError> {
        self.read("look up an export", |index| {
            index
                .prepare_cached("SELECT value, content, size, modified, changed, inode FROM exports WHERE path = ?1")?
                .query_row([path.to_string_lossy()], |row| {
                    Ok(Export {
                        value: digest(row, 0)?,
                        content: digest(row, 1)?,
                        stat: Stat {
                            size: row.get::<_, i64>(2)?.unsigned_abs(),
                            modified: row.get(3)?,
                            changed: row.get(4)?,
                            inode: row.get::<_, i64>(5)? as u64,
                        },
                    })
                })
                .optional()
        })
    }

    /// Notes what was written to a path.
    pub(crate) fn note_export(&self, path: &Path, export: &Export) -> Result<(), StashError> {
        self.write("note an export", |index| {
            index
                .prepare_cached(
                    "INSERT OR REPLACE INTO exports(path, value, content, size, modified, changed, inode)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    path.to_string_lossy(),
                    export.value.as_bytes(),
                    export.content.as_bytes(),
                    export.stat.size as i64,
                    export.stat.modified,
                    export.stat.changed,
                    export.stat.inode as i64,
                ))
                .map(drop)
        })
    }
}
