//! What a program is made of: the folders and files whose change may change what it computes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::complaint::Complaint;
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::metadata::{Metadata, Package, Program};

/// The sources of a program's package and of the packages that it depends on by path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sources {
    /// Folders of sources, with all that is in them.
    pub trees: BTreeSet<PathBuf>,
    /// Folders of manifests, build scripts and lock files, without what is deeper.
    pub folders: BTreeSet<PathBuf>,
}

impl Sources {
    pub(super) fn of(program: &Program, flags: &CargoFlags) -> Result<Self, Complaint> {
        let metadata = Metadata::read(Some(&program.folder.join("Cargo.toml")), flags)?;
        let mut sources = Self { folders: BTreeSet::from([metadata.workspace_root.clone()]), ..Self::default() };
        let mut open = vec![program.folder.clone()];
        while let Some(folder) = open.pop() {
            if !sources.folders.insert(folder.clone()) && folder != metadata.workspace_root {
                continue;
            }
            match metadata.packages.iter().find(|package| package.folder() == folder) {
                Some(package) => {
                    sources.trees.extend(package.source_folders());
                    open.extend(package.path_dependencies().filter(|folder| !sources.folders.contains(folder)));
                }
                // A path dependency outside the workspace: its sources stand where they usually do.
                None => drop(sources.trees.insert(folder.join("src"))),
            }
        }
        // That of an example, or of a program that stands elsewhere.
        let own = program.root.parent().filter(|folder| *folder != program.folder);
        sources.trees.extend(own.map(Path::to_owned));
        sources.trees.retain(|folder| folder.is_dir());
        Ok(sources)
    }

    /// Whether a change of this file may matter.
    pub(super) fn concern(&self, path: &Path) -> bool {
        let is_hidden = path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            // Editors keep such files beside those that they write.
            name.starts_with('.') || name.ends_with('~') || name.starts_with('#')
        });
        let in_tree = self.trees.iter().any(|tree| path.starts_with(tree));
        let beside = path.parent().is_some_and(|folder| self.folders.contains(folder))
            && path.file_name().is_some_and(|name| {
                name.to_string_lossy().ends_with(".rs")
                    || ["Cargo.toml", "Cargo.lock", "scrat.toml"].iter().any(|known| name == *known)
            });
        !is_hidden && (in_tree || beside)
    }
}

impl Package {
    fn source_folders(&self) -> BTreeSet<PathBuf> {
        // The folder of a build script is the package's own, with everything in it.
        let folder = |path: &PathBuf| path.parent().filter(|folder| *folder != self.folder()).map(Path::to_owned);
        self.source_files().filter_map(folder).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_manifests_concern_a_program_and_what_editors_leave_does_not() {
        let sources = Sources {
            trees: BTreeSet::from([PathBuf::from("/p/src")]),
            folders: BTreeSet::from([PathBuf::from("/p")]),
        };
        for path in ["/p/src/main.rs", "/p/src/deep/data.txt", "/p/Cargo.toml", "/p/build.rs"] {
            assert!(sources.concern(Path::new(path)), "{path}");
        }
        for path in ["/p/src/.main.rs.swp", "/p/src/main.rs~", "/p/results/report.md", "/p/target/x/build.rs"] {
            assert!(!sources.concern(Path::new(path)), "{path}");
        }
    }
}
