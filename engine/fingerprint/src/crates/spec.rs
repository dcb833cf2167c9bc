//! Which crate is to be analysed, and where: what the command line of rustc says, or the manifest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk::environment::variable;
use crate::disk::files::clean;

use super::manifest::Manifest;

/// Why there is nothing to analyse.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// There is no manifest, and no library or binary where one would be without it.
    #[error("{} has no manifest, or neither a library nor a binary", .0.display())]
    NoTarget(PathBuf),
    /// The crate's root was named but is not there.
    #[error("the crate's root {} cannot be read", .0.display())]
    NoRoot(PathBuf),
    /// The project's `scrat.toml` is not right.
    #[error("{} is not a valid configuration: {message}", .path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Neither rustc's command line nor the environment say what is compiled.
    #[error("cannot tell which crate is compiled: neither rustc's arguments nor CARGO_MANIFEST_DIR say it")]
    NotCompiling,
}

/// One crate to analyse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateSpec {
    /// The file that the crate starts from.
    pub root: PathBuf,
    /// The folder of its manifest.
    pub manifest_dir: PathBuf,
    /// The name that it has in code.
    pub crate_name: String,
    /// 2015, 2018, 2021 or 2024.
    pub edition: String,
    /// What `rustc -vV` says, or any other text that stands for the compiler.
    pub toolchain: String,
    /// Whether it is a binary, so that its package's library is one of its dependencies.
    pub binary: bool,
    /// Whether it is compiled as a test.
    pub test: bool,
    /// The build script's output, if that is known.
    pub out_dir: Option<PathBuf>,
    /// The features that are on, if that is known: then what is under others does not exist.
    pub features: Option<BTreeSet<String>>,
    /// Whether sources may change while the process lives, as they do under an editor's server.
    pub lasting: bool,
}

impl CrateSpec {
    /// Takes the features from the lines of `rustc --print cfg`.
    pub fn with_features(mut self, cfg_lines: &[String]) -> Self {
        self.features = Some(cfg_lines.iter().filter_map(|line| feature(line)).map(str::to_owned).collect());
        self
    }

    /// The crate that the running rustc compiles: for use inside a procedural macro.
    ///
    /// `toolchain` is recorded when the macro crate is built, which is by the same compiler.
    ///
    /// # Errors
    /// If neither rustc's arguments nor cargo's variables say it.
    pub fn compiling(toolchain: &str) -> Result<Self, SpecError> {
        let folder = variable("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let said = Arguments::read(std::env::args().skip(1));
        let here = std::env::current_dir().unwrap_or_default();
        let root = said.root.map(|root| clean(&here.join(root)));
        let lasting = root.is_none();
        let Some(manifest_dir) = folder.or_else(|| root.as_deref().and_then(manifest_above)) else {
            return Err(SpecError::NotCompiling);
        };
        let fallback =
            || ["src/lib.rs", "src/main.rs"].iter().map(|root| manifest_dir.join(root)).find(|root| root.exists());
        let root = root
            .filter(|root| root.exists())
            .or_else(fallback)
            .ok_or_else(|| SpecError::NoTarget(manifest_dir.clone()))?;
        let root = below(&root, &manifest_dir).unwrap_or(root);
        let manifest = Manifest::read(&manifest_dir).unwrap_or_else(|| Manifest::none(&manifest_dir));
        let library = manifest.library();
        let crate_name = said.name.or_else(|| variable("CARGO_CRATE_NAME")).unwrap_or_else(|| library.0.clone());
        let binary = library.1 != root;
        Ok(Self {
            crate_name: crate_name.replace('-', "_"),
            edition: said.edition.unwrap_or_else(|| manifest.edition.clone()),
            toolchain: toolchain.to_owned(),
            binary,
            test: said.test,
            out_dir: variable("OUT_DIR").map(PathBuf::from),
            // Without a root these are not rustc's arguments but those of an editor's server.
            features: (!lasting).then_some(said.features),
            root,
            manifest_dir,
            lasting,
        })
    }

    /// The library and every binary of the package in a folder.
    ///
    /// A folder without a manifest counts as a package `case` of edition 2024 that depends on scrat.
    ///
    /// # Errors
    /// If there is neither.
    pub fn of_package(folder: &Path, toolchain: &str) -> Result<Vec<Self>, SpecError> {
        let folder = std::path::absolute(folder).map(|folder| clean(&folder)).unwrap_or_else(|_| folder.to_owned());
        let manifest = Manifest::read(&folder).unwrap_or_else(|| Manifest::none(&folder));
        let library = manifest.library();
        let spec = |name: String, root: PathBuf, binary| Self {
            root,
            manifest_dir: folder.clone(),
            crate_name: name,
            edition: manifest.edition.clone(),
            toolchain: toolchain.to_owned(),
            binary,
            test: false,
            out_dir: None,
            features: None,
            lasting: true,
        };
        let mut found: Vec<Self> = Vec::new();
        if library.1.exists() {
            found.push(spec(library.0, library.1, false));
        }
        found.extend(
            manifest
                .binaries()
                .into_iter()
                .filter(|(_, root)| root.exists())
                .map(|(name, root)| spec(name, root, true)),
        );
        if found.is_empty() { Err(SpecError::NoTarget(folder)) } else { Ok(found) }
    }
}

/// A path as one below a folder, if it leads there when links are followed.
fn below(path: &Path, folder: &Path) -> Option<PathBuf> {
    let rest = path.canonicalize().ok()?;
    let rest = rest.strip_prefix(folder.canonicalize().ok()?).ok()?;
    Some(folder.join(rest))
}

fn manifest_above(root: &Path) -> Option<PathBuf> {
    root.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").exists()).map(Path::to_owned)
}

/// The feature that a predicate on the command line, or a line of `rustc --print cfg`, switches on.
fn feature(predicate: &str) -> Option<&str> {
    predicate.strip_prefix("feature=")?.trim().strip_prefix('"')?.strip_suffix('"')
}

/// A crate's name in code and its file, of `name=file`. There may be options before it: `priv,noprelude:name=file`.
fn external(told: &str) -> Option<(String, PathBuf)> {
    let (name, file) = told.split_once('=')?;
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    Some((name.to_owned(), PathBuf::from(file)))
}

/// What the crate that the running rustc compiles calls the library of a package, if it depends on it: for use inside a
/// procedural macro.
///
/// rustc was told it with `--extern`, for this very crate. Under an editor's server there are no such arguments, and
/// the manifest says it for all crates of the package.
pub fn name_of_dependency(package: &str) -> Option<String> {
    let library = package.replace('-', "_");
    let said = Arguments::read(std::env::args().skip(1));
    let names: Vec<String> = if said.name.as_deref() == Some(&library) {
        // It is that library, or a crate that is called so.
        Some(said.names_of(&library)).filter(|names| !names.is_empty()).unwrap_or_else(|| vec![library.clone()])
    } else if !said.externs.is_empty() {
        said.names_of(&library)
    } else if said.root.is_some() {
        // Without cargo rustc looks for crates itself.
        vec![library.clone()]
    } else {
        let manifest = variable("CARGO_MANIFEST_DIR").and_then(|folder| Manifest::read(Path::new(&folder)));
        let declared = manifest.into_iter().flat_map(|manifest| manifest.dependencies);
        let declared = declared.filter(|declared| declared.package == package && !declared.build);
        // The key, unless the library has a name of its own: then it is that one.
        declared.map(|one| if one.renamed { one.key.replace('-', "_") } else { library.clone() }).collect()
    };
    names.iter().find(|name| **name == library).or(names.first()).cloned()
}

/// What rustc was told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    root: Option<PathBuf>,
    name: Option<String>,
    edition: Option<String>,
    features: BTreeSet<String>,
    /// Names of crates in code, and the files that they stand for.
    externs: Vec<(String, PathBuf)>,
    test: bool,
}

impl Arguments {
    fn read(words: impl Iterator<Item = String>) -> Self {
        let mut said = Self::default();
        let mut words = words.flat_map(|word| match word.strip_prefix('@') {
            Some(path) => {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                text.lines().map(str::to_owned).collect()
            }
            None => vec![word],
        });
        while let Some(word) = words.next() {
            match word.as_str() {
                "--test" => said.test = true,
                "--crate-name" => said.name = words.next(),
                "--edition" => said.edition = words.next(),
                "--cfg" => said.features.extend(words.next().as_deref().and_then(feature).map(str::to_owned)),
                "--extern" => said.externs.extend(words.next().as_deref().and_then(external)),
                // Options whose value is a word of its own.
                "--check-cfg"
                | "--emit"
                | "--out-dir"
                | "--target"
                | "--cap-lints"
                | "--crate-type"
                | "--error-format"
                | "--json"
                | "--sysroot"
                | "--remap-path-prefix"
                | "--color"
                | "--diagnostic-width"
                | "--print"
                | "--explain"
                | "--codegen"
                | "--allow"
                | "--warn"
                | "--deny"
                | "--forbid"
                | "-A"
                | "-W"
                | "-D"
                | "-F"
                | "-C"
                | "-L"
                | "-l"
                | "-o"
                | "-Z" => drop(words.next()),
                word => {
                    if let Some(name) = word.strip_prefix("--crate-name=") {
                        said.name = Some(name.to_owned());
                    } else if let Some(edition) = word.strip_prefix("--edition=") {
                        said.edition = Some(edition.to_owned());
                    } else if let Some(predicate) = word.strip_prefix("--cfg=") {
                        said.features.extend(feature(predicate).map(str::to_owned));
                    } else if let Some(named) = word.strip_prefix("--extern=") {
                        said.externs.extend(external(named));
                    } else if !word.starts_with('-') && word.ends_with(".rs") && said.root.is_none() {
                        said.root = Some(PathBuf::from(word));
                    }
                }
            }
        }
        said
    }

    /// What a library is called here. Its file is called `lib`, its own name, and what cargo tells versions apart by.
    fn names_of(&self, library: &str) -> Vec<String> {
        let is_it = |file: &Path| {
            let stem = file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_prefix("lib"));
            stem.is_some_and(|stem| stem.split_once('-').map_or(stem, |(name, _)| name) == library)
        };
        self.externs.iter().filter(|(_, file)| is_it(file)).map(|(name, _)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_source_file_among_rustcs_arguments() {
        let line = "--crate-name case --edition=2024 src/lib.rs --error-format=json --crate-type lib --emit=metadata \
                    -C metadata=1 --cfg test.rs --cfg feature=\"fast\" --cfg=feature=\"wide\" --extern scrat=libscrat.rlib --test -L dependency=x";
        let said = Arguments::read(line.split_whitespace().map(str::to_owned));
        assert_eq!(said.root, Some(PathBuf::from("src/lib.rs")));
        assert_eq!((said.name.as_deref(), said.edition.as_deref(), said.test), (Some("case"), Some("2024"), true));
        assert_eq!(said.features, BTreeSet::from(["fast".to_owned(), "wide".to_owned()]));
        assert_eq!(said.names_of("scrat"), ["scrat"]);
    }

    #[test]
    fn a_library_is_called_what_rustc_was_told_whatever_its_own_name() {
        let line = "--crate-name case src/lib.rs --extern memo=/t/deps/libscrat-0a1b.rlib \
                    --extern=other=/t/deps/libscrat_engine-0a1b.rmeta --extern priv,noprelude:third=/t/libscrat.rlib \
                    --extern proc_macro --extern scrat=/t/deps/libother-0a1b.rlib";
        let said = Arguments::read(line.split_whitespace().map(str::to_owned));
        assert_eq!(said.names_of("scrat"), ["memo", "third"]);
        assert_eq!(said.names_of("scrat_engine"), ["other"]);
        assert_eq!(said.names_of("scrat_macros"), [""; 0]);
    }
}
