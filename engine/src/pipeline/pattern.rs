//! Patterns that a pipeline's function looks for files with.

use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};
use serde::{Deserialize, Serialize};

use crate::place::{Place, absolute};

pub(super) const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// A pattern that a pipeline's function looked for files with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputPattern {
    /// The folder that all such files are in, without links.
    pub folder: PathBuf,
    /// The rest of the pattern, relative to the folder.
    pub pattern: String,
}

impl InputPattern {
    pub(super) fn new(text: &str) -> Result<Self, glob::PatternError> {
        Pattern::new(text)?;
        let is_plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
        let parts: Vec<_> = Path::new(text).components().collect();
        let plain = parts.iter().take(parts.len().saturating_sub(1)).take_while(|part| is_plain(part)).count();
        let pattern = parts[plain..].iter().collect::<PathBuf>().to_string_lossy().into_owned();
        let folder = absolute(&Path::new(".").join(parts[..plain].iter().collect::<PathBuf>()));
        let folder = match Place::of(&folder) {
            Place::Path(folder) => folder,
            Place::Descriptor(_) => folder,
        };
        Ok(Self { folder, pattern })
    }

    /// Whether a path, which has no links in it, matches.
    pub fn matches(&self, path: &Path) -> bool {
        let Ok(rest) = path.strip_prefix(&self.folder) else { return false };
        Pattern::new(&self.pattern).is_ok_and(|pattern| pattern.matches_path_with(rest, OPTIONS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_what_would_be_found() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let pattern = InputPattern::new(&format!("{}/a [[]1]/../*/x*.csv", folder.path().display())).unwrap();
        assert!(!pattern.matches(&root.join("a [1]/x.csv")), "`..` after a star is followed by nobody");
        let pattern = InputPattern::new(&format!("{}/./*/x?.csv", folder.path().display())).unwrap();
        assert_eq!((pattern.folder.as_path(), pattern.pattern.as_str()), (&*root, "*/x?.csv"));
        assert!(pattern.matches(&root.join("a [1]/x1.csv")));
        assert!(!pattern.matches(&root.join("a [1]/b/x1.csv")));
        assert!(!pattern.matches(&root.join("x1.csv")));
        assert!(!pattern.matches(Path::new("/elsewhere/a/x1.csv")));
    }
}
