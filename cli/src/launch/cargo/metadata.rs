//! The packages of the workspace, as `cargo metadata` tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::complaint::{Complaint, code};
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::progress;
use crate::session;

/// What cargo tells of a workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub packages: Vec<Package>,
    pub workspace_root: PathBuf,
    /// The folder that cargo builds into.
    pub target_directory: PathBuf,
    /// Where what is between is built, if that is elsewhere.
    #[serde(default)]
    pub build_directory: Option<PathBuf>,
}

/// A package of the workspace.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Package {
    pub name: String,
    /// What cargo calls it where several have its name.
    pub id: String,
    pub manifest_path: PathBuf,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub default_run: Option<String>,
    pub targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

/// Something of a package that cargo builds.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Target {
    pub name: String,
    kind: Vec<String>,
    pub src_path: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
    /// `dev` or `build`, if it is not for all of the package.
    kind: Option<String>,
}

/// What a program is to cargo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Bin,
    Example,
    /// No program, but what one is made of.
    Library,
}

/// A program of a package.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub package: String,
    /// What cargo calls the package where several have its name.
    pub package_id: String,
    pub target: String,
    pub kind: Kind,
    pub folder: PathBuf,
    /// The file that it starts from.
    pub root: PathBuf,
    pub workspace: PathBuf,
    /// The names in code of all crates of the workspace, and the folders of its packages.
    pub crates: BTreeSet<String>,
    pub folders: BTreeSet<PathBuf>,
    pub target_directory: PathBuf,
    pub build_directory: PathBuf,
}

impl Target {
    fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|own| own == kind)
    }

    pub(crate) fn is_bin(&self) -> bool {
        self.is("bin")
    }

    pub(crate) fn is_example(&self) -> bool {
        self.is("example")
    }

    /// Whether it is the package's library. A procedural macro is one that programs can't have pipelines from.
    pub(crate) fn is_library(&self) -> bool {
        self.kind.iter().any(|kind| kind.ends_with("lib"))
    }
}

impl Kind {
    /// The flag that tells cargo to build it.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Self::Bin => "--bin",
            Self::Example => "--example",
            Self::Library => "--lib",
        }
    }
}

impl Package {
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    fn names_scrat(&self) -> bool {
        self.dependencies.iter().any(|dependency| dependency.name == "scrat")
    }

    /// The same, so that whoever depends on it may have scrat from it.
    fn hands_scrat_on(&self) -> bool {
        self.dependencies.iter().any(|dependency| dependency.name == "scrat" && dependency.kind.is_none())
    }

    pub(crate) fn library(&self) -> Option<&Target> {
        self.targets.iter().find(|target| target.is_library())
    }

    pub(crate) fn has_build_script(&self) -> bool {
        self.targets.iter().any(|target| target.is("custom-build"))
    }

    /// The features that are on if it is built with these flags.
    pub(crate) fn features(&self, flags: &CargoFlags) -> BTreeSet<String> {
        let mut open: Vec<String> = flags.features();
        if flags.has("all-features") {
            open.extend(self.features.keys().cloned());
        } else if !flags.has("no-default-features") {
            open.push("default".to_owned());
        }
        let mut on = BTreeSet::new();
        while let Some(feature) = open.pop() {
            // `helper/fast` switches the optional dependency on as well, `helper?/fast` and `dep:helper` do not
            // switch on a feature here.
            let own = feature.split('/').next().unwrap_or(&feature);
            if let Some(others) = self.features.get(own)
                && on.insert(own.to_owned())
            {
                open.extend(others.iter().cloned());
            }
        }
        on
    }

    /// The root files of its targets.
    pub(crate) fn source_files(&self) -> impl Iterator<Item = &PathBuf> {
        let is_built = |target: &&Target| !["test", "bench", "example"].iter().any(|kind| target.is(kind));
        self.targets.iter().filter(is_built).map(|target| &target.src_path)
    }

    /// The folders of the packages that it depends on by path.
    pub(crate) fn path_dependencies(&self) -> impl Iterator<Item = PathBuf> {
        self.dependencies.iter().filter_map(|dependency| dependency.path.clone())
    }
}

impl Metadata {
    /// Whether a package depends on scrat, or on one of the workspace that does and may hand it on.
    pub(crate) fn uses_scrat(&self, package: &Package) -> bool {
        if package.names_scrat() {
            return true;
        }
        let mut seen: BTreeSet<&Path> = BTreeSet::new();
        let mut todo = vec![package];
        while let Some(package) = todo.pop() {
            if package.hands_scrat_on() {
                return true;
            }
            let own = package.dependencies.iter().filter(|dependency| dependency.kind.is_none());
            let folders: Vec<&PathBuf> = own.filter_map(|dependency| dependency.path.as_ref()).collect();
            let beneath =
                self.packages.iter().filter(|other| folders.iter().any(|folder| folder.as_path() == other.folder()));
            todo.extend(beneath.filter(|other| seen.insert(other.folder())));
        }
        false
    }

    /// The workspace of a manifest, or of the one that is found from the current folder upwards.
    pub(crate) fn read(manifest: Option<&Path>, flags: &CargoFlags) -> Result<Self, Complaint> {
        let mut command = Command::new(program());
        command.args(["metadata", "--no-deps", "--format-version", "1", "--color=never"]);
        command.args(flags.to_read(&session::users_folder()));
        if let Some(manifest) = manifest {
            command.arg("--manifest-path").arg(manifest);
        }
        let cannot = |error: std::io::Error| {
            Complaint::usage(format!("cannot run cargo: {error}"))
                .hint("install Rust, or run the pipeline's own program")
        };
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
        // What is wrong is told in one sentence; only what takes time is passed on.
        let talker = child.stderr.take().map(progress::pass_on_work);
        let output = child.wait_with_output().map_err(cannot)?;
        let said = talker.and_then(|talker| talker.join().ok()).unwrap_or_default();
        if !output.status.success() {
            let first = said.lines().find_map(|line| line.strip_prefix("error: ")).or_else(|| said.lines().next());
            let first = first.unwrap_or_default();
            let complaint = Complaint::usage(format!("cargo cannot read the project: {first}"));
            return Err(if first.starts_with("could not find `Cargo.toml`") {
                complaint.hint(
                    "go to a project's folder, name one (`scrat run path/to/crate`), or make one with `scrat new NAME`",
                )
            } else {
                complaint.code(code::DOES_NOT_COMPILE).hint("`cargo metadata` shows the whole message")
            });
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Complaint::usage(format!("cannot understand cargo's description of the project: {error}")))
    }

    /// The programs of a package, examples last.
    pub(crate) fn programs(&self, package: &Package) -> Vec<Program> {
        let bins = package.targets.iter().filter(|target| target.is_bin());
        let bins = bins.map(|target| self.program(package, target, Kind::Bin));
        let examples = package.targets.iter().filter(|target| target.is_example());
        bins.chain(examples.map(|target| self.program(package, target, Kind::Example))).collect()
    }

    /// The package's library, if programs can link it.
    pub(crate) fn library(&self, package: &Package) -> Option<Program> {
        let library = package.targets.iter().find(|target| target.is("lib") || target.is("rlib"))?;
        Some(self.program(package, library, Kind::Library))
    }

    fn program(&self, package: &Package, target: &Target, kind: Kind) -> Program {
        let targets = self.packages.iter().flat_map(|package| &package.targets);
        Program {
            package: package.name.clone(),
            package_id: package.id.clone(),
            target: target.name.clone(),
            kind,
            folder: package.folder().to_owned(),
            root: target.src_path.clone(),
            workspace: self.workspace_root.clone(),
            crates: targets.map(|target| target.name.replace('-', "_")).collect(),
            folders: self.packages.iter().map(|package| package.folder().to_owned()).collect(),
            target_directory: self.target_directory.clone(),
            build_directory: self.build_directory.clone().unwrap_or_else(|| self.target_directory.clone()),
        }
    }
}

/// The cargo to use: the one that runs us, if one does.
pub(crate) fn program() -> std::ffi::OsString {
    #[expect(clippy::disallowed_methods, reason = "cargo tells its children so")]
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_switch_on_others() {
        let package = r#"{"name": "demo", "id": "demo", "manifest_path": "/d/Cargo.toml", "targets": [], "dependencies": [],
            "features": {"default": ["a"], "a": ["b", "dep:x"], "b": ["y?/z", "w/z"], "c": [], "w": ["dep:w"], "y": []}}"#;
        let package: Package = serde_json::from_str(package).unwrap();
        let on = |line: &str| {
            let texts: Vec<String> = line.split(' ').map(str::to_owned).collect();
            package.features(&CargoFlags::read(&texts, 0)).into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(on(""), "a b default w");
        assert_eq!(on("--no-default-features"), "");
        assert_eq!(on("--no-default-features -F c,b"), "b c w");
        assert_eq!(on("--no-default-features --all-features"), "a b c default w y");
    }

    #[test]
    fn scrat_is_handed_on_by_what_depends_on_it_and_not_by_what_only_tests_with_it() {
        let package = |name: &str, on: &str, kind: &str| {
            let path = if on == "scrat" { "null".to_owned() } else { format!("\"/w/{on}\"") };
            let text = format!(
                r#"{{"name": "{name}", "id": "{name}", "manifest_path": "/w/{name}/Cargo.toml", "targets": [], "features": {{}},
                    "dependencies": [{{"name": "{on}", "path": {path}, "kind": {kind}}}]}}"#
            );
            serde_json::from_str::<Package>(&text).unwrap()
        };
        let metadata = |packages: [Package; 2]| Metadata {
            packages: packages.into(),
            workspace_root: "/w".into(),
            target_directory: "/w/target".into(),
            build_directory: None,
        };
        let handed = metadata([package("app", "facade", "null"), package("facade", "scrat", "null")]);
        assert!(handed.packages.iter().all(|package| handed.uses_scrat(package)));
        let tested = metadata([package("app", "tested", "null"), package("tested", "scrat", "\"dev\"")]);
        let uses: Vec<bool> = tested.packages.iter().map(|package| tested.uses_scrat(package)).collect();
        assert_eq!(uses, [false, true]);
    }
}
