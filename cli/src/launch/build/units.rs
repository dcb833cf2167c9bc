//! What cargo has built, by the files that it was built from.
//!
//! There is a dependency file for each crate (`deps/demo-0123.d`), and one beside each program (`demo.d`) with the
//! files of all local crates in it. A build script's output says which files to watch, and is read as text, too.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::rustc::DepInfo;

/// Something that was built, and what from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    info: DepInfo,
    /// The name of the crate; of a build script's output, that of its package.
    name: String,
    is_script: bool,
}

/// The files that a program is made of, by the file that cargo writes beside it. Empty if there is none.
pub(crate) fn sources_of(program: &Path) -> Vec<PathBuf> {
    DepInfo::of(&program.with_extension("d")).sources
}

/// All units in the folders of a profile (`target/release`).
pub(crate) fn units_in(folders: &[PathBuf]) -> Vec<Unit> {
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
        let name = stem.rsplit_once('-').map_or(&*stem, |(name, _)| name).to_owned();
        Some(Self { info: DepInfo::of(file), name, is_script: false })
    }

    /// A build script runs again if the record of its output is not there.
    fn of_script(output: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(output).ok()?;
        let watched = text.lines().filter_map(|line| Some(line.split_once("rerun-if-changed=")?.1.into()));
        let info = DepInfo { outputs: vec![output.to_owned()], sources: watched.collect(), package: None };
        let folder = output.parent()?.file_name()?.to_string_lossy();
        let name = folder.rsplit_once('-').map_or(&*folder, |(name, _)| name).to_owned();
        Some(Self { info, name, is_script: true })
    }

    /// Whether a file is one of those that were read. Paths in a workspace start from a folder that is not told, so
    /// those count of the workspace's own crates alone: other projects may build in the same place. Those of a build script
    /// start from its package, which may be any.
    pub(crate) fn reads(&self, file: &Path, crates: &BTreeSet<String>) -> bool {
        self.info.sources.iter().any(|source| match source.is_absolute() {
            true => file.starts_with(source),
            false if self.is_script => self.script_reads(file, source),
            false => crates.contains(&self.name) && file.ends_with(source),
        })
    }

    /// Whether a build script means a file by a path from its package. Of a path that leaves the package, the rest decides.
    fn script_reads(&self, file: &Path, source: &Path) -> bool {
        let leaves = source.components().any(|part| part == Component::ParentDir);
        let inside = source.components().rev().take_while(|part| matches!(part, Component::Normal(_)));
        let inside: Vec<_> = inside.collect();
        let inside: PathBuf = inside.into_iter().rev().collect();
        file.ends_with(&inside) && (leaves || self.is_package_of(file, &inside))
    }

    /// Whether the package has this name in which a file has such a path.
    fn is_package_of(&self, file: &Path, inside: &Path) -> bool {
        let manifest = file.ancestors().nth(inside.components().count()).map(|folder| folder.join("Cargo.toml"));
        let text = manifest.and_then(|manifest| std::fs::read_to_string(manifest).ok()).unwrap_or_default();
        let table: toml::Table = text.parse().unwrap_or_default();
        table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str) == Some(&self.name)
    }

    /// Whether it was made from a copy of one of these packages that stands elsewhere. Only a workspace's own sources are
    /// told from a folder on: all build scripts have one name, those of packages from a registry, too.
    pub(crate) fn is_of_a_copy(&self, crates: &BTreeSet<String>, folders: &BTreeSet<PathBuf>) -> bool {
        crates.contains(&self.name)
            && self.info.sources.iter().any(|source| source.is_relative())
            && self.info.package.as_ref().is_some_and(|folder| !folders.contains(folder))
    }

    /// Removes what was made, so that cargo makes it again. What rustc knows of the crate from the last time stays.
    pub(crate) fn remove(&self) -> std::io::Result<()> {
        // The list of sources tells the next time, too, if cargo does not come to make it anew.
        for output in
            self.info.outputs.iter().filter(|output| output.extension().is_none_or(|extension| extension != "d"))
        {
            match std::fs::remove_file(output) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_workspace_is_read_by_its_own_crates_alone() {
        let text = "/t/deps/demo-01: src/main.rs

# env-dep:CARGO_MANIFEST_DIR=/here/demo
";
        let unit = Unit { info: DepInfo::read(text), name: "demo".to_owned(), is_script: false };
        let crates = |name: &str| BTreeSet::from([name.to_owned()]);
        let reads = |file: &str, name| unit.reads(Path::new(file), &crates(name));
        assert!(reads("/here/demo/src/main.rs", "demo") && !reads("/here/demo/src/lib.rs", "demo"));
        assert!(!reads("/here/demo/src/main.rs", "other"), "another project's crate has a src/main.rs, too");
        let is_of_a_copy = |name, folder: &str| unit.is_of_a_copy(&crates(name), &BTreeSet::from([folder.into()]));
        assert!(is_of_a_copy("demo", "/there/demo"));
        assert!(!is_of_a_copy("demo", "/here/demo") && !is_of_a_copy("other", "/there/demo"));

        let text = "/t/build/b-01: /registry/sqlite/build.rs\n\n# env-dep:CARGO_MANIFEST_DIR=/registry/sqlite\n";
        let script = "build_script_build".to_owned();
        let unit = Unit { info: DepInfo::read(text), name: script.clone(), is_script: false };
        let is_of_a_copy = unit.is_of_a_copy(&BTreeSet::from([script]), &BTreeSet::from(["/here/demo".into()]));
        assert!(!is_of_a_copy, "the script of a registry's package is called as that of ours");
    }

    #[test]
    fn what_was_built_from_a_file_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let release = folder.path().join("release");
        for name in ["deps", "build/a-demo-1", "build/other-1"] {
            std::fs::create_dir_all(release.join(name)).unwrap();
        }
        for (name, source) in [("a-1", "src/a.rs"), ("b-2", "src/b.rs")] {
            let output = release.join("deps").join(name);
            std::fs::write(&output, "").unwrap();
            std::fs::write(output.with_extension("d"), format!("{}: {source}\n", output.display())).unwrap();
        }
        let [output, of_another] = ["a-demo", "other"].map(|name| release.join(format!("build/{name}-1/output")));
        for output in [&output, &of_another] {
            std::fs::write(output, "cargo::rerun-if-changed=data/in.txt\n").unwrap();
        }
        let input = folder.path().join("data/in.txt");
        std::fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"a-demo\"\n").unwrap();

        let units = units_in(std::slice::from_ref(&release));
        for file in [Path::new("/here/src/a.rs"), &input] {
            let crates = BTreeSet::from(["a".to_owned()]);
            units.iter().filter(|unit| unit.reads(file, &crates)).for_each(|unit| unit.remove().unwrap());
        }
        assert!(!release.join("deps/a-1").exists() && !output.exists());
        assert!(release.join("deps/b-2").exists());
        assert!(of_another.exists(), "it means a file of its own package");
    }

    #[test]
    fn a_build_script_may_mean_a_file_by_dots() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("demo");
        std::fs::create_dir(&package).unwrap();
        std::fs::write(package.join("Cargo.toml"), "[package]\nname = \"demo\"\n").unwrap();
        let reads = |source: &str, file: PathBuf| {
            let info = DepInfo { sources: vec![source.into()], ..DepInfo::default() };
            Unit { info, name: "demo".to_owned(), is_script: true }.reads(&file, &BTreeSet::new())
        };
        assert!(reads("./in.txt", package.join("in.txt")) && reads("in.txt", package.join("in.txt")));
        assert!(reads("../in.txt", folder.path().join("in.txt")));
        assert!(!reads("in.txt", folder.path().join("in.txt")) && !reads("in.txt", package.join("a/in.txt")));
    }
}
