//! What cargo has built, by the files that it was built from.
//!
//! rustc writes a dependency file (`deps/demo-0123.d`) for each crate that it compiles, and cargo one beside each
//! program (`demo.d`) with the files of all local crates in it. A build script's output says which files to
//! watch. All of them are read as text; what can't be read says nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Something that was built, and what from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unit {
    /// The files that were made.
    outputs: Vec<PathBuf>,
    /// The files that were read, from the folder that the compiler ran in.
    sources: Vec<PathBuf>,
    /// The folder of its package, where the crate was told of it.
    package: Option<PathBuf>,
    /// The name of the crate.
    name: String,
}

/// The files that a program is made of, by the file that cargo writes beside it. Empty if there is none.
pub(super) fn sources_of(program: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    Unit::read(&text, "").sources
}

/// The files that a crate was made of, by the file that rustc writes for it. Paths in a workspace start from the folder
/// that rustc ran in.
pub(crate) fn sources_in(list: &Path) -> Vec<PathBuf> {
    Unit::read(&std::fs::read_to_string(list).unwrap_or_default(), "").sources
}

/// All units in the folders of a profile (`target/release`).
pub(super) fn units_in(folders: &[PathBuf]) -> Vec<Unit> {
    let mut units = Vec::new();
    for folder in folders {
        for file in ["deps", "examples"].iter().flat_map(|name| files_in(&folder.join(name))) {
            units.extend(Unit::of_crate(&file));
        }
        for file in files_in(&folder.join("build")).iter().flat_map(|folder| files_in(folder)) {
            units.extend(if file.ends_with("output") { Unit::of_script(&file) } else { Unit::of_crate(&file) });
        }
    }
    units
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

impl Unit {
    fn of_crate(file: &Path) -> Option<Self> {
        if file.extension()? != "d" {
            return None;
        }
        let stem = file.file_stem()?.to_string_lossy();
        Some(Self::read(&std::fs::read_to_string(file).ok()?, stem.rsplit_once('-').map_or(&stem, |(name, _)| name)))
    }

    /// A build script runs again if the record of its output is not there.
    fn of_script(output: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(output).ok()?;
        let watched = text.lines().filter_map(|line| Some(line.split_once("rerun-if-changed=")?.1.into()));
        Some(Self { outputs: vec![output.to_owned()], sources: watched.collect(), ..Self::default() })
    }

    fn read(text: &str, name: &str) -> Self {
        let mut unit = Self { name: name.to_owned(), ..Self::default() };
        for line in text.lines() {
            if let Some(folder) = line.strip_prefix("# env-dep:CARGO_MANIFEST_DIR=") {
                unit.package = Some(folder.into());
            } else if let Some((output, sources)) = line.split_once(": ")
                && !line.starts_with('#')
            {
                unit.outputs.extend(paths(output));
                unit.sources.extend(paths(sources));
            }
        }
        unit.sources.sort();
        unit.sources.dedup();
        unit
    }

    /// Whether a file is one of those that were read. Paths in a workspace start from a folder that is not told, so
    /// those count of the workspace's own crates alone: other projects may build in the same place.
    pub(super) fn reads(&self, file: &Path, crates: &BTreeSet<String>) -> bool {
        let is_ours = self.name.is_empty() || crates.contains(&self.name);
        self.sources.iter().any(|source| match source.is_absolute() {
            true => file.starts_with(source),
            false => is_ours && file.ends_with(source),
        })
    }

    /// Whether it was made from a copy of one of these packages that stands elsewhere.
    pub(super) fn is_of_a_copy(&self, crates: &BTreeSet<String>, folders: &BTreeSet<PathBuf>) -> bool {
        crates.contains(&self.name) && self.package.as_ref().is_some_and(|folder| !folders.contains(folder))
    }

    /// Removes what was made, so that cargo makes it again. What rustc knows of the crate from the last time stays.
    pub(super) fn remove(&self) -> std::io::Result<()> {
        // The list of sources tells the next time, too, if cargo does not come to make it anew.
        for output in self.outputs.iter().filter(|output| output.extension().is_none_or(|extension| extension != "d")) {
            match std::fs::remove_file(output) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
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
        let unit = Unit::read(text, "demo");
        assert_eq!(unit.outputs, [Path::new("/t/deps/demo-01.d"), Path::new("/t/deps/demo-01")]);
        assert_eq!(unit.sources, [Path::new("data/my words.txt"), Path::new("src/main.rs")]);
        let crates = |name: &str| BTreeSet::from([name.to_owned()]);
        let reads = |file: &str, name| unit.reads(Path::new(file), &crates(name));
        assert!(reads("/here/demo/src/main.rs", "demo") && !reads("/here/demo/src/lib.rs", "demo"));
        assert!(!reads("/here/demo/src/main.rs", "other"), "another project's crate has a src/main.rs, too");
        let is_of_a_copy = |name, folder: &str| unit.is_of_a_copy(&crates(name), &BTreeSet::from([folder.into()]));
        assert!(is_of_a_copy("demo", "/there/demo"));
        assert!(!is_of_a_copy("demo", "/here/demo") && !is_of_a_copy("other", "/there/demo"));
    }

    #[test]
    fn what_was_built_from_a_file_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let release = folder.path().join("release");
        for name in ["deps", "build/demo-1"] {
            std::fs::create_dir_all(release.join(name)).unwrap();
        }
        for (name, source) in [("a-1", "src/a.rs"), ("b-2", "src/b.rs")] {
            let output = release.join("deps").join(name);
            std::fs::write(&output, "").unwrap();
            std::fs::write(output.with_extension("d"), format!("{}: {source}\n", output.display())).unwrap();
        }
        let output = release.join("build/demo-1/output");
        std::fs::write(&output, "cargo::rerun-if-changed=in.txt\n").unwrap();

        let units = units_in(std::slice::from_ref(&release));
        for file in ["/here/src/a.rs", "/here/in.txt"] {
            let crates = BTreeSet::from(["a".to_owned()]);
            units.iter().filter(|unit| unit.reads(Path::new(file), &crates)).for_each(|unit| unit.remove().unwrap());
        }
        assert!(!release.join("deps/a-1").exists() && !output.exists());
        assert!(release.join("deps/b-2").exists());
    }
}
