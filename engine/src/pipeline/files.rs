//! Input files that are named by a pattern.
//!
//! A pipeline whose function looks for files has another graph when there are other files, so the pattern is noted while
//! it is declared: a watch waits for such files, and no step is exported among them.

use std::path::{Path, PathBuf};

use super::node::note_pattern;
use super::pattern::{InputPattern, OPTIONS};
use crate::place::absolute;
use crate::value::File;

/// The files that a pattern matches, sorted by path. In a pattern, `*` is any part of a name, `?` one character,
/// `[a-z]` one of several, and `**` any number of folders; a name that begins with a dot must be written with it.
/// Folders are left out. A relative pattern starts at the current folder.
///
/// In a pipeline, let each file be the argument of a step of its own: a new file is then the only one that is computed.
///
/// # Errors
/// If it is not a pattern, if no file matches it, or if a folder can't be read.
///
/// # Examples
///
/// ```
/// use scrat::prelude::*;
/// use scrat::File;
///
/// #[stash]
/// fn count(text: File) -> Result<usize> {
///     Ok(text.read_to_string()?.split_whitespace().count())
/// }
///
/// #[stash]
/// fn total(counts: &[usize]) -> String {
///     counts.iter().sum::<usize>().to_string()
/// }
///
/// #[pipeline]
/// fn words(folder: String) -> Result<Step<String>> {
///     let texts = scrat::files(&format!("{folder}/*.txt"))?;
///     Ok(total::step(texts.into_iter().map(count::step).collect::<Vec<_>>()))
/// }
/// # let folder = tempfile::tempdir()?;
/// # for name in ["a.txt", "b.txt", "c.md"] {
/// #     std::fs::write(folder.path().join(name), name)?;
/// # }
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "words").unwrap();
/// # let mut given = scrat_engine::Given::default();
/// # given.set("folder", vec![folder.path().to_str().unwrap().to_owned()]);
/// # assert_eq!(pipeline.graph(&given).unwrap().len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn files(pattern: &str) -> Result<Vec<File>, FilesError> {
    let wrong = |error: glob::PatternError| FilesError::Pattern { pattern: pattern.to_owned(), message: error.msg };
    note_pattern(InputPattern::new(pattern).map_err(wrong)?);
    let mut files = Vec::new();
    for path in glob::glob_with(pattern, OPTIONS).map_err(wrong)? {
        let path = path.map_err(|error| FilesError::Unreadable {
            path: error.path().to_owned(),
            source: std::io::Error::new(error.error().kind(), error.error().to_string()),
        })?;
        if path.is_file() {
            files.push(File::new(path));
        }
    }
    if files.is_empty() {
        return Err(FilesError::Nothing { pattern: pattern.to_owned(), folder: absolute(Path::new(".")) });
    }
    files.sort();
    Ok(files)
}

/// Why there are no files for a pattern.
///
/// # Examples
///
/// ```
/// use scrat::FilesError;
///
/// let error = scrat::files("no/such/folder/*.csv").unwrap_err();
/// assert!(matches!(error, FilesError::Nothing { .. }));
/// assert!(error.to_string().starts_with("no file matches `no/such/folder/*.csv`"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// It is not a pattern.
    #[error("`{pattern}` is not a pattern of paths: {message}; write `[*]` for a `*` in a name, and `[[]` for a `[`")]
    Pattern {
        /// The text.
        pattern: String,
        /// What is wrong with it.
        message: &'static str,
    },
    /// No file matches it.
    #[error("no file matches `{pattern}`, seen from {}; `*` stays in one folder, and `**` goes down", folder.display())]
    Nothing {
        /// The pattern.
        pattern: String,
        /// The folder at which a relative pattern starts.
        folder: PathBuf,
    },
    /// A folder can't be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    fn found(folder: &tempfile::TempDir, pattern: &str) -> Vec<String> {
        let files = files(&format!("{}/{pattern}", folder.path().display())).unwrap();
        let name = |file: &File| file.path().strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
        files.iter().map(name).collect()
    }

    #[test]
    fn files_are_found_sorted_without_folders_and_hidden_files() {
        let folder = folder_with(&["b.csv", "a.csv", "a10.csv", ".hidden.csv", "c.txt", "d.csv/e.csv", "x/y/z.csv"]);
        assert_eq!(found(&folder, "*.csv"), ["a.csv", "a10.csv", "b.csv"]);
        assert_eq!(found(&folder, "**/*.csv"), ["a.csv", "a10.csv", "b.csv", "d.csv/e.csv", "x/y/z.csv"]);
        assert_eq!(found(&folder, "[ab].csv"), ["a.csv", "b.csv"]);
        assert_eq!(found(&folder, "c.txt"), ["c.txt"]);
    }

    #[test]
    fn a_bad_pattern_and_one_without_files_are_told_in_a_sentence() {
        let error = files("data/[a.csv").unwrap_err().to_string();
        assert!(error.starts_with("`data/[a.csv` is not a pattern of paths: "), "{error}");
        let folder = folder_with(&["inner/a.csv"]);
        let error = files(&format!("{}/*.csv", folder.path().display())).unwrap_err().to_string();
        assert!(error.contains("no file matches") && error.contains("`**` goes down"), "{error}");
    }
}
