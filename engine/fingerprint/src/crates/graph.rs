//! The crates of one build: from the manifest of the one to be analysed along its path dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use salsa::{Database, Setter};

use crate::disk::environment;
use crate::disk::files::clean;
use crate::syntax::name::Name;

use super::config::CargoConfig;
use super::krate::{Dependency, Krate, KrateData};
use super::lockfile::Lockfile;
use super::manifest::{Declared, Manifest};
use super::package::{Package, PackageId};
use super::spec::CrateSpec;

/// What the manifests and the lock file say.
#[derive(Debug, Default)]
pub(crate) struct CrateGraph {
    pub(crate) lock: Lockfile,
    pub(crate) config: CargoConfig,
    /// What sets flags and checks, as text.
    pub(crate) flags: String,
    /// Packages that cargo's configuration replaces, by their names.
    replaced: BTreeMap<String, PathBuf>,
    /// How features are resolved, as text, and whether those of all kinds of dependencies meet.
    resolver: (String, bool),
    /// Manifests read, and the lock file.
    pub(crate) files: Vec<PathBuf>,
    /// The features that each package from outside is asked for, as text.
    pub(crate) features: BTreeMap<Package, BTreeSet<String>>,
    /// The same for crates of the graph, by their folder.
    requests: BTreeMap<PathBuf, BTreeSet<String>>,
    krates: FxHashMap<(PathBuf, bool), Krate>,
    /// The features that are on in the package to be analysed, its library and binaries alike, by its folder.
    on: Option<(PathBuf, BTreeSet<String>)>,
    /// Names of libraries by their packages: a published version never changes.
    libraries: FxHashMap<PackageId, String>,
    /// Who asks, by the folder that is asked.
    owners: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// The feature tables of crates of the graph but for the analysed one, as text.
    tables: BTreeMap<PathBuf, String>,
    /// Features of the analysed package that may switch on something in a dependency.
    switches: Vec<Name>,
    /// The same, by the package from outside.
    pub(crate) switched: BTreeMap<Package, BTreeSet<String>>,
    /// The folder of the analysed package.
    root: PathBuf,
    /// Folders whose crate is being read: dependencies among tests may be cyclic.
    reading: Vec<PathBuf>,
}

impl CrateGraph {
    /// Reads everything again, keeping the identity of crates that are known already.
    pub(crate) fn read(&mut self, db: &mut impl Database, spec: &CrateSpec) -> Krate {
        self.files.clear();
        self.features.clear();
        self.requests.clear();
        self.owners.clear();
        self.tables.clear();
        self.switched.clear();
        let manifest = self.manifest(&spec.manifest_dir);
        let lock = manifest.root().join("Cargo.lock");
        self.lock.read_again(&lock);
        self.files.push(lock);
        self.configure(&manifest);
        let workspace = manifest.root().to_owned();
        self.root.clone_from(&manifest.folder);
        self.switches = manifest.switches().iter().map(|feature| Name::new(feature)).collect();
        self.request(&manifest, spec.test);
        self.on = spec.features.clone().map(|on| (manifest.folder.clone(), on));
        let root = self.krate(db, &manifest, Some(spec), &workspace);
        self.files.sort();
        self.files.dedup();
        root
    }

    /// Reads cargo's configuration, and what the workspace's manifest says of the whole build.
    fn configure(&mut self, manifest: &Manifest) {
        self.config = CargoConfig::read(&manifest.folder);
        self.files.extend(self.config.files.iter().cloned());
        let table = manifest.workspace.as_ref().map_or(&manifest.table, |(_, table)| table);
        self.flags = self.config.said(table);
        let read = |path: PathBuf| Some((Manifest::read(&path)?.name, path));
        self.replaced = self.config.paths().filter_map(read).collect();
        self.files.extend(self.replaced.values().map(|path| path.join("Cargo.toml")));
        let said = |key: &str| table.get(key).and_then(|table| table.get("resolver")).and_then(toml::Value::as_str);
        let resolver = said("workspace").or_else(|| said("package"));
        let old = matches!(manifest.edition.as_str(), "2015" | "2018");
        self.resolver = (resolver.unwrap_or("").to_owned(), resolver == Some("1") || resolver.is_none() && old);
    }

    fn manifest(&mut self, folder: &Path) -> Manifest {
        self.files.push(folder.join("Cargo.toml"));
        let manifest = Manifest::read(folder).unwrap_or_else(|| Manifest::none(folder));
        if let Some((folder, _)) = &manifest.workspace {
            self.files.push(folder.join("Cargo.toml"));
        }
        manifest
    }

    /// The crate of a package: its library, or the one that is to be analysed.
    fn krate(
        &mut self,
        db: &mut impl Database,
        manifest: &Manifest,
        spec: Option<&CrateSpec>,
        workspace: &Path,
    ) -> Krate {
        let (library, library_root) = manifest.library();
        let mut dependencies = BTreeMap::new();
        let mut packages = BTreeSet::new();
        self.reading.push(manifest.folder.clone());
        for declared in &manifest.dependencies {
            let tests = spec.is_some_and(|spec| spec.test);
            if declared.build || declared.development && !tests {
                continue;
            }
            let found = self.dependency(db, manifest, declared, workspace);
            if let Some((name, dependency)) = found {
                if let Dependency::Package(package) = &dependency {
                    packages.insert(*package);
                }
                add(&mut dependencies, &name, dependency);
            }
        }
        if spec.is_some_and(|spec| spec.binary) && library_root.exists() {
            let own = self.krate(db, manifest, None, workspace);
            dependencies.insert(Name::new(&library), vec![Dependency::Local(own)]);
        }
        let script = self.script(db, manifest, workspace);
        self.reading.pop();
        let name = spec.map_or(library, |spec| spec.crate_name.clone());
        let data = KrateData {
            variables: manifest.variables(&name),
            name: Name::new(&name),
            root: spec.map_or(library_root, |spec| spec.root.clone()),
            folder: manifest.folder.clone(),
            workspace: workspace.to_owned(),
            edition: Name::new(spec.map_or(&manifest.edition, |spec| &spec.edition)),
            proc_macro: manifest.proc_macro(),
            current: spec.is_some(),
            test: spec.is_some_and(|spec| spec.test),
            dependencies,
            build_script: manifest.build_script(),
            script,
            out_dir: spec.and_then(|spec| spec.out_dir.clone()),
            on: self.on.clone().filter(|(folder, _)| *folder == manifest.folder).map(|(_, on)| on),
            features: self.asked(manifest),
            forwarding: self.switches.clone(),
            packages: packages.into_iter().collect(),
        };
        self.enter(db, (manifest.folder.clone(), spec.is_some()), data)
    }

    /// The build script of a package as a crate.
    fn script(&mut self, db: &mut impl Database, manifest: &Manifest, workspace: &Path) -> Option<Krate> {
        let root = manifest.build_script().filter(|root| root.exists())?;
        let mut dependencies = BTreeMap::new();
        let mut packages = BTreeSet::new();
        for declared in manifest.dependencies.iter().filter(|declared| declared.build) {
            let Some((name, dependency)) = self.dependency(db, manifest, declared, workspace) else { continue };
            if let Dependency::Package(package) = &dependency {
                packages.insert(*package);
            }
            add(&mut dependencies, &name, dependency);
        }
        let name = "build_script_build";
        let data = KrateData {
            variables: manifest.variables(name),
            name: Name::new(name),
            root: root.clone(),
            folder: manifest.folder.clone(),
            workspace: workspace.to_owned(),
            edition: Name::new(&manifest.edition),
            proc_macro: false,
            current: false,
            test: false,
            dependencies,
            build_script: None,
            script: None,
            out_dir: None,
            on: None,
            features: self.asked(manifest),
            forwarding: self.switches.clone(),
            packages: packages.into_iter().collect(),
        };
        Some(self.enter(db, (root, false), data))
    }

    /// What the manifests say about the features of a crate, as text: its own table, what is asked of it, and
    /// the same of those who ask.
    fn asked(&self, manifest: &Manifest) -> String {
        let mut said = vec![manifest.features(), format!("resolver {}", self.resolver.0)];
        let mut seen = BTreeSet::new();
        let mut todo = vec![&manifest.folder];
        while let Some(folder) = todo.pop() {
            if !seen.insert(folder) {
                continue;
            }
            said.extend(self.requests.get(folder).into_iter().flatten().cloned());
            said.extend(self.tables.get(folder).filter(|_| *folder != manifest.folder).cloned());
            todo.extend(self.owners.get(folder).into_iter().flatten());
        }
        said.join("\n")
    }

    /// Enters what is known of a crate, keeping the identity of one that is known already.
    fn enter(&mut self, db: &mut impl Database, key: (PathBuf, bool), data: KrateData) -> Krate {
        match self.krates.get(&key) {
            Some(krate) => {
                if **krate.data(db) != data {
                    krate.set_data(db).to(Arc::new(data));
                }
                *krate
            }
            None => {
                let krate = Krate::new(db, Arc::new(data));
                self.krates.insert(key, krate);
                krate
            }
        }
    }

    /// Collects what manifests ask of one another's features.
    fn request(&mut self, owner: &Manifest, tests: bool) {
        for declared in &owner.dependencies {
            let path = declared.path.clone().filter(|path| path.join("Cargo.toml").exists());
            let Some(path) = path.or_else(|| self.patched(owner, &declared.package)) else { continue };
            let apart = declared.build || declared.development && !tests;
            if apart && !self.resolver.1 || declared.package == SCRAT && is_scrat(&path) {
                continue;
            }
            let mut request = format!("{}: {}", owner.name, declared.features);
            for feature in owner.forwarding(&declared.key) {
                request.push_str(&format!(" {feature}"));
            }
            let known = self.requests.contains_key(&path);
            self.owners.entry(path.clone()).or_default().insert(owner.folder.clone());
            self.requests.entry(path.clone()).or_default().insert(request);
            if !known && let Some(manifest) = Manifest::read(&path) {
                self.tables.insert(path.clone(), manifest.features());
                self.request(&manifest, false);
            }
        }
    }

    /// A declared dependency: its name in code, and what it is.
    fn dependency(
        &mut self,
        db: &mut impl Database,
        owner: &Manifest,
        declared: &Declared,
        workspace: &Path,
    ) -> Option<(String, Dependency)> {
        let key = declared.key.replace('-', "_");
        let path = declared.path.clone().filter(|path| path.join("Cargo.toml").exists());
        let path = path.or_else(|| self.patched(owner, &declared.package));
        // Of a package that is not here only the name is known.
        if declared.package == SCRAT && path.as_deref().is_none_or(is_scrat) {
            return Some((key, Dependency::Scrat));
        }
        let Some(path) = path else {
            let mut found = self.lock.find(&owner.name, &owner.version, &declared.package);
            declared.choose(&mut found);
            let library = if declared.renamed { None } else { self.library(owner.root(), &found) };
            let package = Package::new(found);
            let mut asked = format!("{}; resolver {}", declared.features, self.resolver.0);
            for (feature, there) in owner.forwarded(&declared.key) {
                asked.push_str(&format!("; {feature}: {there}"));
            }
            let forwarding = owner.forwarding(&declared.key);
            if owner.folder == self.root {
                self.switched.entry(package).or_default().extend(forwarding);
            } else if !forwarding.is_empty() {
                asked.push_str(&self.asked(owner));
                self.switched.entry(package).or_default().extend(self.switches.iter().map(ToString::to_string));
            }
            self.features.entry(package).or_default().insert(asked);
            return Some((library.unwrap_or(key), Dependency::Package(package)));
        };
        if self.reading.contains(&path) {
            return None;
        }
        let manifest = self.manifest(&path);
        let name = if declared.renamed { key } else { manifest.library().0 };
        let krate = self.krate(db, &manifest, None, workspace);
        Some((name, Dependency::Local(krate)))
    }

    /// What the library of a package from outside is called in code, if its sources are on this machine.
    fn library(&mut self, root: &Path, ids: &[PackageId]) -> Option<String> {
        let id = ids.first()?;
        if let Some(known) = self.libraries.get(id) {
            return Some(known.clone());
        }
        let library = unpacked(root, id)?.library().0;
        self.libraries.insert(id.clone(), library.clone());
        Some(library)
    }

    /// A package replaced by a local one with `[patch]`, in the manifest or in cargo's configuration, or with `paths`.
    fn patched(&self, owner: &Manifest, package: &str) -> Option<PathBuf> {
        let (folder, table) =
            owner.workspace.as_ref().map_or((&owner.folder, &owner.table), |(folder, table)| (folder, table));
        let own = table.get("patch").and_then(toml::Value::as_table).map(|patches| (folder, patches));
        let patched = own.into_iter().chain(self.config.patches()).find_map(|(folder, patches)| {
            patches.values().filter_map(toml::Value::as_table).find_map(|patches| {
                let (_, patch) = patches.iter().find(|(key, patch)| {
                    patch.get("package").and_then(toml::Value::as_str).unwrap_or(key) == package
                })?;
                let path = clean(&folder.join(patch.get("path")?.as_str()?));
                path.join("Cargo.toml").exists().then_some(path)
            })
        });
        self.replaced.get(package).cloned().or(patched)
    }
}

/// Adds what a name in code may mean.
fn add(dependencies: &mut BTreeMap<Name, Vec<Dependency>>, name: &str, dependency: Dependency) {
    let meant = dependencies.entry(Name::new(name)).or_default();
    if !meant.contains(&dependency) {
        meant.push(dependency);
    }
}

/// The manifest of a package from outside, if its sources are on this machine: its library may have a name of its own.
fn unpacked(root: &Path, id: &PackageId) -> Option<Manifest> {
    if id.version.is_empty() {
        return None;
    }
    let folder = format!("{}-{}", id.name, id.version);
    let home = environment::cargo_home();
    let indexes =
        home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok()).into_iter().flatten().flatten();
    let mut places = vec![root.join("vendor").join(&folder), root.join("vendor").join(&id.name)];
    places.extend(indexes.map(|index| index.path().join(&folder)));
    places.into_iter().find(|place| place.join("Cargo.toml").exists()).and_then(|place| Manifest::read(&place))
}

/// The package that has the attributes.
const SCRAT: &str = "scrat";

/// Whether the package in a folder is scrat, and not another one of that name: scrat depends on its macros.
fn is_scrat(folder: &Path) -> bool {
    let macros = format!("{SCRAT}-macros");
    Manifest::read(folder).is_some_and(|manifest| manifest.dependencies.iter().any(|one| one.package == macros))
}
