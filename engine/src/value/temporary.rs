//! Temporary folders that last for as long as a file in them is used.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use tempfile::TempDir;

/// Keeps a temporary folder. It is no part of the value that has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Temporary(#[expect(dead_code, reason = "it is held, and not read")] Option<Arc<TempDir>>);

impl Temporary {
    pub(crate) fn new(folder: TempDir) -> Self {
        Self(Some(Arc::new(folder)))
    }
}

impl PartialEq for Temporary {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Temporary {}

impl PartialOrd for Temporary {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Temporary {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Temporary {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
