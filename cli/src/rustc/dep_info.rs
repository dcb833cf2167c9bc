//! The dependency files that rustc writes for each crate (`deps/demo-0123.d`), and cargo beside each program, read as
//! text. What can't be read says nothing.

use std::path::{Path, PathBuf};

/// What was made of what.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DepInfo {
    /// The files that were made.
    pub outputs: Vec<PathBuf>,
    /// The files that were read, from the folder that the compiler ran in.
    pub sources: Vec<PathBuf>,
    /// The folder of its package, where the crate was told of it.
    pub package: Option<PathBuf>,
}

impl DepInfo {
    /// Reads a file. It is empty if there is none.
    pub(crate) fn of(file: &Path) -> Self {
        Self::read(&std::fs::read_to_string(file).unwrap_or_default())
    }

    pub(crate) fn read(text: &str) -> Self {
        let mut info = Self::default();
        for line in text.lines() {
            if let Some(folder) = line.strip_prefix("# env-dep:CARGO_MANIFEST_DIR=") {
                info.package = Some(folder.into());
            } else if let Some((output, sources)) = line.split_once(": ")
                && !line.starts_with('#')
            {
                info.outputs.extend(paths(output));
                info.sources.extend(paths(sources));
            }
        }
        info.sources.sort();
        info.sources.dedup();
        info
    }
}

/// Paths with spaces between them; a space in a path has a backslash before it.
fn paths(text: &str) -> Vec<PathBuf> {
    let whole = text.replace("\\ ", "\0");
    whole.split_whitespace().map(|path| path.replace('\0', " ").into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_file_tells_outputs_sources_and_the_package() {
        let text = "/t/deps/demo-01.d: src/main.rs data/my\\ words.txt\n\n/t/deps/demo-01: src/main.rs\n\nsrc/main.rs:\n\n# env-dep:CARGO_MANIFEST_DIR=/here/demo\n";
        let info = DepInfo::read(text);
        assert_eq!(info.outputs, [Path::new("/t/deps/demo-01.d"), Path::new("/t/deps/demo-01")]);
        assert_eq!(info.sources, [Path::new("data/my words.txt"), Path::new("src/main.rs")]);
        assert_eq!(info.package.as_deref(), Some(Path::new("/here/demo")));
    }
}
