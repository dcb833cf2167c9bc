//! Cargo's manifests: the crates of a build, how they call one another, and where their sources are.
//!
//! Cargo itself is never run. A dependency with a path leads to a crate of the same graph; every other
//! one to a package, identified by the lock file. Dependencies of all targets and all kinds of builds
//! count, since naming one too many is harmless.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::disk::files::clean;

use super::package::PackageId;

/// One manifest, read.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) edition: String,
    pub(crate) table: Table,
    /// The workspace's manifest, which may be this very one, and its folder.
    pub(crate) workspace: Option<(PathBuf, Table)>,
    pub(crate) dependencies: Vec<Declared>,
}

/// One dependency as a manifest declares it.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// Its name in code, unless the crate at its end has another one.
    pub(crate) key: String,
    /// The package's name.
    pub(crate) package: String,
    pub(crate) path: Option<PathBuf>,
    /// Whether the name in code is the key's, by `package = …`.
    pub(crate) renamed: bool,
    /// The versions that it may have.
    pub(crate) version: String,
    /// Requested features and whether defaults are on, as text.
    pub(crate) features: String,
    /// Whether it is for the build script alone.
    pub(crate) build: bool,
    pub(crate) development: bool,
}

impl Declared {
    /// Keeps of several versions of the package those that can be meant; all of them, where that is not clear.
    pub(crate) fn choose(&self, ids: &mut Vec<PackageId>) {
        let wanted = self.version.trim_start_matches(['^', '=', '~', ' ']);
        if ids.len() < 2 || !wanted.starts_with(|char: char| char.is_ascii_digit()) || wanted.contains([',', '*']) {
            return;
        }
        // Versions that are compatible with one requirement have the same first number that is not 0.
        let series = |version: &str| -> Option<String> {
            let mut numbers = version.split(['.', '-', '+']);
            let first = numbers.next()?;
            Some(if first == "0" { format!("0.{}", numbers.next()?) } else { first.to_owned() })
        };
        let Some(wanted) = series(wanted) else { return };
        let fits = |id: &PackageId| series(&id.version).is_some_and(|series| series == wanted);
        if ids.iter().any(fits) {
            ids.retain(fits);
        }
    }
}

impl Manifest {
    /// Reads `folder/Cargo.toml`; `None` if there is none that says anything.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let table = table(&folder.join("Cargo.toml"))?;
        let workspace = workspace(folder, &table);
        let shared = workspace.as_ref().and_then(|(_, table)| table.get("workspace")).and_then(Value::as_table);
        let package = table.get("package").or_else(|| table.get("project")).and_then(Value::as_table);
        let field = |key: &str| -> Option<String> {
            let value = package?.get(key)?;
            inherited(value, || shared?.get("package")?.get(key)).and_then(text)
        };
        let mut manifest = Self {
            folder: folder.to_owned(),
            name: field("name").unwrap_or_default(),
            version: field("version").unwrap_or_else(|| "0.0.0".to_owned()),
            edition: field("edition").unwrap_or_else(|| "2015".to_owned()),
            table,
            workspace,
            dependencies: vec![],
        };
        manifest.dependencies = manifest.declared();
        Some(manifest)
    }

    /// What a case without a manifest is: one library, its only dependency scrat.
    pub(crate) fn none(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            name: "case".to_owned(),
            version: "0.1.0".to_owned(),
            edition: "2024".to_owned(),
            table: Table::new(),
            workspace: None,
            dependencies: vec![Declared {
                key: "scrat".to_owned(),
                package: "scrat".to_owned(),
                path: None,
                renamed: false,
                version: String::new(),
                features: String::new(),
                build: false,
                development: false,
            }],
        }
    }

    /// The workspace's folder, or its own.
    pub(crate) fn root(&self) -> &Path {
        self.workspace.as_ref().map_or(&self.folder, |(folder, _)| folder)
    }

    fn declared(&self) -> Vec<Declared> {
        let mut list = Vec::new();
        let mut tables = vec![&self.table];
        if let Some(targets) = self.table.get("target").and_then(Value::as_table) {
            tables.extend(targets.values().filter_map(Value::as_table));
        }
        for table in tables {
            for (kind, build, development) in [
                ("dependencies", false, false),
                ("dev-dependencies", false, true),
                ("dev_dependencies", false, true),
                ("build-dependencies", true, false),
                ("build_dependencies", true, false),
            ] {
                let Some(entries) = table.get(kind).and_then(Value::as_table) else { continue };
                for (key, value) in entries {
                    list.push(self.one(key, value, build, development));
                }
            }
        }
        list.sort_by(|a, b| (a.development, a.build, &a.key).cmp(&(b.development, b.build, &b.key)));
        list
    }

    fn one(&self, key: &str, value: &Value, build: bool, development: bool) -> Declared {
        let shared = value.get("workspace").and_then(Value::as_bool) == Some(true);
        let (base, source) = match (&self.workspace, shared) {
            (Some((folder, table)), true) => {
                let found = table.get("workspace").and_then(|workspace| workspace.get("dependencies")?.get(key));
                (folder.as_path(), found.unwrap_or(value))
            }
            _ => (self.folder.as_path(), value),
        };
        let field = |name: &str| source.get(name).and_then(Value::as_str);
        let mut features: Vec<String> = [source, value]
            .iter()
            .filter_map(|value| value.get("features").and_then(Value::as_array))
            .flatten()
            .filter_map(|feature| feature.as_str().map(str::to_owned))
            .collect();
        for value in [source, value] {
            for name in ["default-features", "default_features", "optional"] {
                if let Some(on) = value.get(name).and_then(Value::as_bool) {
                    features.push(format!("{name}={on}"));
                }
            }
        }
        features.sort();
        features.dedup();
        Declared {
            key: key.to_owned(),
            package: field("package").unwrap_or(key).to_owned(),
            path: field("path").map(|path| clean(&base.join(path))),
            renamed: field("package").is_some_and(|package| package != key),
            version: source.as_str().or_else(|| field("version")).unwrap_or("").to_owned(),
            features: features.join(","),
            build,
            development,
        }
    }

    /// The library's name in code and its root, whether or not that file is there.
    pub(crate) fn library(&self) -> (String, PathBuf) {
        let table = self.table.get("lib");
        let name = table.and_then(|lib| lib.get("name")).and_then(Value::as_str).unwrap_or(&self.name);
        let path = table.and_then(|lib| lib.get("path")).and_then(Value::as_str).unwrap_or("src/lib.rs");
        (name.replace('-', "_"), clean(&self.folder.join(path)))
    }

    /// Whether the library is of procedural macros.
    pub(crate) fn proc_macro(&self) -> bool {
        let lib = self.table.get("lib");
        let flag = |key: &str| lib.and_then(|lib| lib.get(key)).and_then(Value::as_bool) == Some(true);
        flag("proc-macro") || flag("proc_macro")
    }

    /// The binaries: their names in code and roots.
    pub(crate) fn binaries(&self) -> Vec<(String, PathBuf)> {
        let mut found = BTreeMap::new();
        let main = self.folder.join("src/main.rs");
        if main.exists() {
            found.insert(self.name.replace('-', "_"), main);
        }
        let entries = std::fs::read_dir(self.folder.join("src/bin")).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
            if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(name.replace('-', "_"), path.clone());
            } else if path.join("main.rs").exists() {
                found.insert(name.replace('-', "_"), path.join("main.rs"));
            }
        }
        for bin in self.table.get("bin").and_then(Value::as_array).into_iter().flatten() {
            let Some(name) = bin.get("name").and_then(Value::as_str) else { continue };
            let path = bin.get("path").and_then(Value::as_str).map(|path| clean(&self.folder.join(path)));
            let code = name.replace('-', "_");
            let guess = self.folder.join("src/bin").join(format!("{name}.rs"));
            let path = path.or_else(|| found.get(&code).cloned()).unwrap_or(guess);
            found.retain(|_, other| *other != path);
            found.insert(code, path);
        }
        found.into_iter().collect()
    }

    /// The build script, if there is one.
    pub(crate) fn build_script(&self) -> Option<PathBuf> {
        let package = self.table.get("package").and_then(Value::as_table);
        match package.and_then(|package| package.get("build")) {
            Some(Value::Boolean(false)) => None,
            Some(Value::String(path)) => Some(clean(&self.folder.join(path))),
            _ => Some(self.folder.join("build.rs")).filter(|path| path.exists()),
        }
    }

    /// The variables that cargo sets from the manifest.
    pub(crate) fn variables(&self, crate_name: &str) -> BTreeMap<String, String> {
        let shared = self.workspace.as_ref().and_then(|(_, table)| table.get("workspace")).and_then(Value::as_table);
        let package = self.table.get("package").and_then(Value::as_table);
        let field = |key: &str| -> String {
            let value = package.and_then(|package| package.get(key));
            value
                .and_then(|value| inherited(value, || shared?.get("package")?.get(key)))
                .and_then(|value| match value {
                    Value::Array(list) => Some(list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(":")),
                    other => text(other),
                })
                .unwrap_or_default()
        };
        let (core, pre) = match self.version.split_once(['-', '+']) {
            Some((core, rest)) if self.version.contains('-') => (core, rest.split('+').next().unwrap_or("")),
            Some((core, _)) => (core, ""),
            None => (self.version.as_str(), ""),
        };
        let mut numbers = core.split('.').chain(std::iter::repeat("0"));
        let mut number = || numbers.next().unwrap_or("0").to_owned();
        let readme = field("readme");
        [
            ("CARGO_PKG_NAME", self.name.clone()),
            ("CARGO_PKG_VERSION", self.version.clone()),
            ("CARGO_PKG_VERSION_MAJOR", number()),
            ("CARGO_PKG_VERSION_MINOR", number()),
            ("CARGO_PKG_VERSION_PATCH", number()),
            ("CARGO_PKG_VERSION_PRE", pre.to_owned()),
            ("CARGO_PKG_AUTHORS", field("authors")),
            ("CARGO_PKG_DESCRIPTION", field("description")),
            ("CARGO_PKG_HOMEPAGE", field("homepage")),
            ("CARGO_PKG_REPOSITORY", field("repository")),
            ("CARGO_PKG_LICENSE", field("license")),
            ("CARGO_PKG_LICENSE_FILE", field("license-file")),
            ("CARGO_PKG_RUST_VERSION", field("rust-version")),
            ("CARGO_PKG_README", if readme.is_empty() { self.found_readme() } else { readme }),
            ("CARGO_CRATE_NAME", crate_name.to_owned()),
            ("CARGO_MANIFEST_DIR", self.folder.to_string_lossy().into_owned()),
            ("CARGO_MANIFEST_PATH", self.folder.join("Cargo.toml").to_string_lossy().into_owned()),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }

    fn found_readme(&self) -> String {
        let names = ["README.md", "README.txt", "README"];
        names.into_iter().find(|name| self.folder.join(name).exists()).unwrap_or("").to_owned()
    }

    /// The `[features]` table as text.
    pub(crate) fn features(&self) -> String {
        self.table.get("features").map(|features| format!("{features:?}")).unwrap_or_default()
    }

    /// Features of this package that may switch on something in a dependency.
    pub(crate) fn switches(&self) -> Vec<String> {
        let features = self.table.get("features").and_then(Value::as_table).into_iter().flatten();
        features
            .filter(|(_, list)| {
                let mut list = list.as_array().into_iter().flatten().filter_map(Value::as_str);
                list.any(|entry| {
                    entry.contains('/')
                        || entry.starts_with("dep:")
                        || self.dependencies.iter().any(|declared| declared.key == entry)
                })
            })
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Features of this package that switch on something in a dependency of that key.
    pub(crate) fn forwarding(&self, key: &str) -> Vec<String> {
        self.forwarded(key).map(|(name, _)| name.to_owned()).collect()
    }

    /// The same, with what each switches on there, as text.
    pub(crate) fn forwarded(&self, key: &str) -> impl Iterator<Item = (&str, String)> {
        let features = self.table.get("features").and_then(Value::as_table).into_iter().flatten();
        let prefixes = [format!("{key}/"), format!("{key}?/"), format!("dep:{key}")];
        let key = key.to_owned();
        features.filter_map(move |(name, list)| {
            let list = list.as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut there: Vec<&str> = list
                .filter(|entry| *entry == key || prefixes.iter().any(|prefix| entry.starts_with(prefix.as_str())))
                .collect();
            there.sort_unstable();
            (!there.is_empty()).then(|| (name.as_str(), there.join(",")))
        })
    }
}

fn table(path: &Path) -> Option<Table> {
    std::fs::read_to_string(path).ok()?.parse().ok()
}

fn workspace(folder: &Path, own: &Table) -> Option<(PathBuf, Table)> {
    if own.contains_key("workspace") {
        return Some((folder.to_owned(), own.clone()));
    }
    if let Some(path) = own.get("package").and_then(|package| package.get("workspace")).and_then(Value::as_str) {
        let folder = clean(&folder.join(path));
        return table(&folder.join("Cargo.toml")).map(|table| (folder, table));
    }
    let own = folder;
    folder.ancestors().skip(1).find_map(|folder| {
        let table = table(&folder.join("Cargo.toml"))?;
        (table.contains_key("workspace") && !excluded(&table, folder, own)).then(|| (folder.to_owned(), table))
    })
}

/// Whether a workspace excludes a package below it.
fn excluded(workspace: &Table, root: &Path, folder: &Path) -> bool {
    let listed = |key: &str| {
        let list = workspace.get("workspace").and_then(|workspace| workspace.get(key)).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).any(|path| folder.starts_with(clean(&root.join(path))))
    };
    listed("exclude") && !listed("members")
}

/// The value itself, or the workspace's if it says `workspace = true`.
fn inherited<'a>(value: &'a Value, shared: impl FnOnce() -> Option<&'a Value>) -> Option<&'a Value> {
    match value.get("workspace").and_then(Value::as_bool) {
        Some(true) => shared(),
        _ => Some(value),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
