//! What a program is made of besides the crates that were looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use scrat_fingerprint::Hash;
use scrat_fingerprint::compiler::{Outside, Record, is_scrat};
use scrat_fingerprint::digest::{Digest, Fields};
use toml::{Table, Value};

use super::defined::{defined, words};
use super::library;
use super::lock::{self, behind, closed, dependencies};
use super::overrides::overrides;

/// Packages by the lock file, and libraries of other languages.
pub(super) struct Around {
    /// Versions of packages from outside, by the names of their libraries.
    versions: BTreeMap<String, Vec<String>>,
    /// Crates of the user's own by the lock file, of which there is no record.
    unseen: BTreeSet<String>,
    seen: BTreeSet<String>,
    /// The folders that cargo builds them in.
    folders: BTreeSet<PathBuf>,
    archives: BTreeSet<PathBuf>,
    /// What was bundled into each crate as it was made.
    bundled: BTreeSet<String>,
    flags: String,
    checks: String,
    linking: String,
    /// Those of the unseen that are behind this package.
    linked: BTreeSet<String>,
    /// Crates of the user's own that packages are built on.
    beneath: BTreeSet<String>,
    /// For each package, all that it is built on, and itself.
    bases: BTreeMap<String, BTreeSet<String>>,
    /// Libraries that are called otherwise than any package.
    odd: BTreeSet<PathBuf>,
    /// Variables that packages read when they were compiled, and their values.
    read: BTreeSet<String>,
    known: Mutex<BTreeMap<String, Option<Hash>>>,
    defined: OnceLock<BTreeSet<String>>,
}

impl Around {
    /// What is around a package in this folder.
    pub(super) fn of(folder: &Path, records: &[Record]) -> Self {
        let root = lock::workspace(folder);
        let root = root.as_deref();
        let text = root.and_then(|root| fs::read_to_string(root.join("Cargo.lock")).ok()).unwrap_or_default();
        let table: Table = text.parse().unwrap_or_default();
        let packages = table.get("package").and_then(Value::as_array).into_iter().flatten();
        let dependencies = dependencies(packages.clone());
        let behind = behind(folder, &dependencies);
        let bases = dependencies.keys().map(|&name| (name.replace('-', "_"), closed(vec![name], &dependencies)));
        let bases = bases.collect();
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut unseen = BTreeSet::new();
        let seen: BTreeSet<String> = records.iter().map(|record| record.bodies.krate().to_owned()).collect();
        let count = |name: &str| records.iter().filter(|record| record.bodies.krate() == name).count();
        let mut own: BTreeMap<String, usize> = BTreeMap::new();
        let mut beneath = BTreeSet::new();
        for package in packages {
            let field = |name: &str| package.get(name).and_then(Value::as_str);
            let Some(name) = field("name").map(|name| name.replace('-', "_")) else { continue };
            if field("source").is_some() {
                versions.entry(name).or_default().extend(field("version").map(str::to_owned));
                let behind = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
                let behind = behind.filter_map(|entry| entry.as_str()?.split(' ').next());
                beneath.extend(behind.map(|name| name.replace('-', "_")));
            } else if !is_scrat(&name) {
                let packages = own.entry(name.clone()).or_default();
                *packages += 1;
                // Of two packages of one name, one record tells nothing of the other.
                if count(&name) < *packages {
                    unseen.insert(name);
                }
            }
        }
        let folders = records.iter().flat_map(|record| &record.folders).cloned().collect();
        let archives = records.iter().flat_map(|record| &record.archives).cloned().collect();
        let bundled = records.iter().map(|record| record.bundled.clone()).filter(|digest| !digest.is_empty()).collect();
        // A record tells what functions of the crate do, and not which of them a package's own functions reach.
        // Cargo's `paths` puts one in the place of a package without a word in the lock file.
        let recorded = recorded_in(&folders);
        beneath.retain(|name| own.contains_key(name) || recorded.contains(name));
        let linked = unseen.iter().filter(|name| behind.contains(*name)).cloned().collect();
        let flags = records.first().map(|record| record.flags.clone()).unwrap_or_default();
        let checks = checks(records) + &overrides(root.unwrap_or(folder), &text);
        let linking = records.first().map(|record| record.linking.clone()).unwrap_or_default();
        let own_names = || own.keys().chain(versions.keys());
        let odd = libraries_in(&folders).filter(|(name, _)| !is_scrat(name) && own_names().all(|known| known != name));
        let odd = odd.map(|(_, path)| path).collect();
        let is_package = |name: &str| {
            let is_known = own.contains_key(name) || versions.contains_key(name);
            let is_looked_at = seen.contains(name) || recorded.contains(name);
            !is_scrat(name) && !is_looked_at && (!is_known || behind.contains(name))
        };
        let read = variables(&folders, is_package);
        Self {
            versions,
            unseen,
            seen,
            folders,
            archives,
            bundled,
            flags,
            checks,
            linking,
            linked,
            beneath,
            bases,
            odd,
            read,
            known: Mutex::default(),
            defined: OnceLock::new(),
        }
    }

    fn once(&self, name: String, find: impl FnOnce() -> Option<Hash>) -> Option<Hash> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(name).or_insert_with(find)
    }

    /// The libraries that may define what has a symbol of another language.
    fn foreign_libraries(&self) -> impl Iterator<Item = PathBuf> {
        let unseen = self.linked.iter().flat_map(|package| self.libraries_of(package));
        self.archives.iter().cloned().chain(unseen)
    }

    /// All libraries of a name that were built here. Their bytes tell more than their sources would: which features they have,
    /// and what is behind them, since a library has in it what it was compiled with.
    fn libraries(&self, krate: &str) -> BTreeSet<PathBuf> {
        libraries_in(&self.folders).filter(|(name, _)| name == krate).map(|(_, path)| path).collect()
    }

    /// The same of a package of the user's own, whose library may be called otherwise.
    fn libraries_of(&self, package: &str) -> BTreeSet<PathBuf> {
        let libraries = self.libraries(package);
        if libraries.is_empty() { self.odd.clone() } else { libraries }
    }

    pub(super) fn digest(libraries: &BTreeSet<PathBuf>) -> Option<Hash> {
        let libraries = libraries.iter().map(|file| fs::read(file).unwrap_or_default());
        // A procedural macro counts by what it writes: nothing of it is in the program.
        let libraries = libraries.filter(|bytes| !library::is_macro(bytes));
        let mut digests: Vec<Digest> = libraries.map(|bytes| library::digest(&bytes)).collect();
        digests.sort_unstable();
        digests.dedup();
        let mut fields = Fields::new("scrat unseen crate v2");
        fields.list(&digests, |fields, digest| {
            fields.digest(digest);
        });
        (!digests.is_empty()).then(|| fields.finish().0)
    }
}

/// The crates that were looked at in these folders: a package's are not.
fn recorded_in(folders: &BTreeSet<PathBuf>) -> BTreeSet<String> {
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let records = files.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "scrat"));
    records.filter_map(|path| Some(path.file_stem()?.to_str()?.rsplit_once('-')?.0.to_owned())).collect()
}

/// The libraries in these folders, and what they are called in code.
fn libraries_in(folders: &BTreeSet<PathBuf>) -> impl Iterator<Item = (String, PathBuf)> {
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    files.filter_map(|entry| {
        let path = entry.path();
        let is_library =
            ["rlib", "so", "dylib", "dll"].iter().any(|kind| path.extension().is_some_and(|it| it == *kind));
        let name = library::name(&path).filter(|_| is_library)?.to_owned();
        Some((name, path))
    })
}

/// Whether sums are checked, and so on, in the program, and in crates of the user's own for which that is said otherwise:
/// an instance of generic code is compiled as the crate is that made it. Which ones such a crate makes, all of it tells.
fn checks(records: &[Record]) -> String {
    let said = |record: &Record| {
        let (checks, sharing) = record.checks.rsplit_once(' ').unwrap_or((&record.checks, ""));
        (checks.to_owned(), sharing.to_owned())
    };
    let Some((checks, sharing)) = records.first().map(said) else { return String::new() };
    let others = records.iter().filter(|record| said(record).0 != checks);
    let others: BTreeSet<String> = others
        .map(|record| format!(" {}: {} {}", record.bodies.krate(), record.checks, Digest(record.bodies.whole())))
        .collect();
    // Who makes an instance makes no difference where all make the same.
    if others.is_empty() { checks } else { others.into_iter().fold(checks + " " + &sharing, |all, other| all + &other) }
}

/// The variables that packages read as they were compiled (`env!`), as the compiler notes them beside each. Not cargo's
/// own, and not those that a package's build script sets, which are its own affair.
fn variables(folders: &BTreeSet<PathBuf>, is_package: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let scripts: Vec<PathBuf> =
        folders.iter().filter_map(|folder| Some(folder.parent()?.join("build"))).flat_map(|it| entries(&it)).collect();
    let mut set: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for script in scripts {
        let (Some(krate), Ok(said)) = (crate_of(&script), fs::read_to_string(script.join("output"))) else { continue };
        let names = said.lines().filter_map(|line| line.split_once("rustc-env=")?.1.split('=').next());
        set.entry(krate).or_default().extend(names.map(str::to_owned));
    }
    let mut read = BTreeSet::new();
    for file in folders.iter().flat_map(|folder| entries(folder)) {
        let is_noted = file.extension().is_some_and(|it| it == "d");
        let Some(krate) = crate_of(&file).filter(|krate| is_noted && is_package(krate)) else { continue };
        let noted = fs::read_to_string(&file).unwrap_or_default();
        let lines = noted.lines().filter_map(|line| line.strip_prefix("# env-dep:"));
        let counts = |line: &&str| {
            let name = line.split('=').next().unwrap_or(line);
            // A library may be called otherwise than the package whose script it is.
            let is_set = match set.get(&krate) {
                Some(set) => set.contains(name),
                None => set.values().any(|set| set.contains(name)),
            };
            !name.starts_with("CARGO") && name != "OUT_DIR" && !is_set
        };
        read.extend(lines.filter(counts).map(|line| format!("{krate} {line}")));
    }
    read
}

/// The crate that cargo has made something for, by its path: the name of the package or of the target, and a digest.
fn crate_of(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    Some(stem.rsplit_once('-').map_or(stem, |(name, _)| name).replace('-', "_"))
}

impl Outside for Around {
    fn version(&self, krate: &str) -> Option<String> {
        match self.versions.get(krate).map(Vec::as_slice) {
            Some([only]) => Some(only.clone()),
            _ => None,
        }
    }

    fn unseen(&self, krate: &str) -> Option<Hash> {
        // A library may be called otherwise than its package in the lock file.
        let is_told = self.seen.contains(krate) || self.versions.contains_key(krate);
        if is_scrat(krate) || (is_told && !self.unseen.contains(krate)) {
            return None;
        }
        self.once(format!("crate {krate}"), || Self::digest(&self.libraries(krate)))
    }

    fn library(&self, krate: &str) -> Option<Hash> {
        self.once(format!("library {krate}"), || Self::digest(&self.libraries(krate)))
    }

    fn foreign(&self) -> Option<Hash> {
        // One library may call another, and names say little of where a symbol is: all of them count.
        self.once("libraries".to_owned(), || {
            let libraries = Self::digest(&self.foreign_libraries().collect());
            let mut fields = Fields::new("scrat foreign libraries v4");
            fields.option(libraries, |fields, digest| {
                fields.digest(&Digest(digest));
            });
            fields.list(&self.bundled, |fields, digest| {
                fields.text(digest);
            });
            (libraries.is_some() || !self.linking.is_empty()).then(|| fields.text(&self.linking).finish().0)
        })
    }

    fn defines(&self, is_wanted: fn(&str) -> bool) -> bool {
        let defined = self.defined.get_or_init(|| {
            let libraries = self.foreign_libraries().filter_map(|path| fs::read(path).ok());
            libraries.filter(|bytes| !library::is_macro(bytes)).flat_map(|bytes| defined(&bytes)).collect()
        });
        let mut told = words(self.linking.as_bytes()).filter_map(|word| std::str::from_utf8(word).ok());
        defined.iter().any(|symbol| is_wanted(symbol)) || told.any(is_wanted)
    }

    fn share(&self, one: &str, other: &str) -> bool {
        // A library may be called otherwise than its package in the lock file.
        match (self.bases.get(one), self.bases.get(other)) {
            (Some(one), Some(other)) => !one.is_disjoint(other),
            _ => true,
        }
    }

    fn checks(&self) -> &str {
        &self.checks
    }

    fn packages(&self) -> Option<Hash> {
        if self.flags.is_empty() && self.beneath.is_empty() && self.read.is_empty() {
            return None;
        }
        self.once("packages".to_owned(), || {
            let beneath: Vec<Hash> =
                self.beneath.iter().filter_map(|krate| Self::digest(&self.libraries_of(krate))).collect();
            let mut fields = Fields::new("scrat packages v2");
            fields.text(&self.flags).list(&beneath, |fields, digest| {
                fields.digest(&Digest(*digest));
            });
            fields.list(&self.read, |fields, variable| {
                fields.text(variable);
            });
            Some(fields.finish().0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(krate: &str, folder: &Path) -> Record {
        let bodies = scrat_fingerprint::compiler::Bodies::read(krate, [""]);
        Record { bodies, folders: vec![folder.to_owned()], ..Record::default() }
    }

    #[test]
    fn packages_share_memory_if_one_is_built_on_the_other_or_both_on_a_third() {
        let folder = tempfile::tempdir().expect("a folder");
        let package = |name: &str, on: &str| {
            let on = if on.is_empty() { String::new() } else { format!("dependencies = [\"{on}\"]\n") };
            format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"registry+somewhere\"\n{on}")
        };
        let lock = [("plug-in", "list"), ("list", ""), ("reader", "list"), ("csv", "")].map(|(a, b)| package(a, b));
        fs::write(folder.path().join("Cargo.lock"), lock.concat()).expect("a lock file");
        let around = Around::of(folder.path(), &[]);
        for (one, other) in [("list", "list"), ("plug_in", "list"), ("list", "reader"), ("plug_in", "reader")] {
            assert!(around.share(one, other), "{one} {other}");
        }
        assert!(!around.share("csv", "list") && !around.share("plug_in", "csv"));
        assert!(around.share("csv", "called_otherwise"), "nobody knows what is behind it");
    }

    #[test]
    fn variables_that_packages_read_count_but_not_cargos_and_not_those_of_build_scripts() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("deps");
        let script = place.path().join("build/lib-1");
        for folder in [&folder, &script] {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(script.join("output"), "cargo:rustc-env=REVISION=12\ncargo::rustc-env=BUILT=now\n").expect("a file");
        let package = |name: &str, more: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n{more}");
        let from = "source = \"registry+somewhere\"\n";
        let lock = [package("app", "dependencies = [\"lib\"]\n"), package("lib", from), package("unused", from)];
        fs::write(place.path().join("Cargo.lock"), lock.concat()).expect("a lock file");
        fs::write(place.path().join("Cargo.toml"), "[package]\nname = \"app\"\n").expect("a manifest");
        let packages = |krate: &str, noted: &str| {
            fs::write(folder.join(format!("{krate}-1.d")), format!("lib.rlib: src/lib.rs\n\n{noted}")).expect("a file");
            let packages = Around::of(place.path(), &[record("app", &folder)]).packages();
            fs::remove_file(folder.join(format!("{krate}-1.d"))).expect("it is there");
            packages
        };
        let noted = packages("lib", "# env-dep:LEVEL=hi\n");
        assert!(noted.is_some());
        assert_ne!(noted, packages("lib", "# env-dep:LEVEL=low\n"));
        assert_ne!(noted, packages("lib", "# env-dep:LEVEL\n"), "it is not set");
        for others in ["CARGO_PKG_VERSION=1.0.0", "OUT_DIR=/a", "REVISION=12", "BUILT=now"] {
            assert_eq!(packages("lib", &format!("# env-dep:{others}\n")), None, "{others}");
        }
        assert_eq!(packages("app", "# env-dep:LEVEL=hi\n"), None, "the text of the program's own crates tells");
        assert_eq!(packages("unused", "# env-dep:LEVEL=hi\n"), None, "it is not behind the program");
        fs::write(folder.join("app2-1.scrat"), "").expect("a record");
        assert_eq!(packages("app2", "# env-dep:LEVEL=hi\n"), None, "nor is another program");
        let script = place.path().join("build/other-1");
        fs::create_dir_all(&script).expect("a folder");
        fs::write(script.join("output"), "cargo:rustc-env=LEVEL=12\n").expect("a file");
        assert_eq!(packages("lib", "# env-dep:LEVEL=hi\n"), noted, "another package's script sets it");
    }

    #[test]
    fn checks_of_each_crate_of_the_users_own_count() {
        let with = |krate: &str, checks: &str| Record { checks: checks.to_owned(), ..record(krate, Path::new(".")) };
        let of = |program: &str, library: &str| {
            let records = [with("app", program), with("lib", library), with("other", program)];
            Around::of(Path::new("."), &records).checks().to_owned()
        };
        assert_eq!(of("yes shared", "yes shared"), of("yes alone", "yes shared"), "each makes the same");
        assert!(of("yes shared", "no shared").starts_with("yes shared lib: no shared "));
        assert_ne!(of("yes shared", "no shared"), of("yes alone", "no shared"), "another one makes it");
    }

    #[test]
    fn what_was_bundled_into_a_crate_counts_as_it_was_then() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("libown.a");
        fs::write(&archive, "new").expect("a library");
        let foreign = |bundled: &str| {
            let archives = vec![archive.clone()];
            let library = Record { archives, bundled: bundled.to_owned(), ..record("library", folder.path()) };
            Around::of(folder.path(), &[record("app", folder.path()), library]).foreign()
        };
        assert_eq!(foreign("old"), foreign("old"));
        assert_ne!(foreign("old"), foreign("new"), "it was made again of the file that is there");
    }

    #[test]
    fn a_library_may_define_what_the_compiler_calls() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("libm.o");
        fs::write(&archive, "\0cos\0").expect("a library");
        let record =
            Record { archives: vec![archive], linking: "--defsym=pow=5".to_owned(), ..record("app", folder.path()) };
        let around = Around::of(folder.path(), &[record]);
        assert!(around.defines(|name| name == "cos") && around.defines(|name| name == "pow"));
        assert!(!around.defines(|name| name == "sin"));
    }

    #[test]
    fn what_the_linker_is_told_counts_for_code_of_other_languages() {
        let told = |linking: &str| {
            let record = Record { linking: linking.to_owned(), ..record("app", Path::new("nowhere")) };
            Around::of(Path::new("nowhere"), &[record]).foreign()
        };
        assert_eq!(told(""), None);
        assert_ne!(told("link-arg=-Wl,--defsym=LIMIT=5\n"), told("link-arg=-Wl,--defsym=LIMIT=6\n"));
    }

    #[test]
    fn a_library_may_be_called_otherwise_than_its_package() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let lock = "[[package]]\nname = \"app\"\ndependencies = [\"words\", \"json\"]\n\
             [[package]]\nname = \"words\"\n\
             [[package]]\nname = \"json\"\nversion = \"1.0.0\"\nsource = \"registry+somewhere\"\ndependencies = [\"words\"]\n";
        fs::write(folder.join("Cargo.lock"), lock).expect("a lock file");
        let around = |library: &str| {
            fs::write(folder.join("libvocabulary-1.rlib"), library).expect("a library");
            let around = Around::of(folder, &[record("app", folder)]);
            (around.foreign(), around.packages())
        };
        let before = around("one");
        assert!(before.0.is_some() && before.1.is_some());
        let after = around("another");
        assert!(before.0 != after.0 && before.1 != after.1);
    }

    #[test]
    fn a_crate_that_nobody_looked_at_may_have_what_is_called_by_a_symbol_but_a_macro_has_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let lock = "[[package]]\nname = \"app\"\ndependencies = [\"words\", \"scrat-macros\"]\n\
             [[package]]\nname = \"words\"\n[[package]]\nname = \"scrat-macros\"\n";
        fs::write(folder.join("Cargo.lock"), lock).expect("a lock file");
        let foreign = |name: &str, library: &str| {
            fs::write(folder.join(name), library).expect("a library");
            Around::of(folder, &[record("app", folder)]).foreign()
        };
        assert_eq!(foreign("libscrat_macros-1.so", "of another build"), None);
        assert_eq!(foreign("libwords-1.so", "__rustc_proc_macro_decls_0123__"), None);
        assert!(foreign("libwords-2.so", "any other").is_some());
    }

    #[test]
    fn a_crate_that_a_package_is_built_on_counts_for_the_package_even_if_the_program_uses_it_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        // By `paths` in cargo's settings it stands in the place of a package that the lock file tells of.
        for source in ["", "source = \"registry+somewhere\"\n"] {
            let lock = format!(
                "version = 4\n\
             [[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"digits\", \"json\"]\n\
             [[package]]\nname = \"digits\"\nversion = \"1.0.0\"\n{source}\
             [[package]]\nname = \"json\"\nversion = \"1.0.0\"\nsource = \"registry+somewhere\"\ndependencies = [\"digits\"]\n"
            );
            fs::write(folder.join("Cargo.lock"), lock).expect("a lock file");
            let packages = |library: &str| {
                fs::write(folder.join("libdigits-1.rlib"), library).expect("a library");
                fs::write(folder.join("digits-1.scrat"), "").expect("a record");
                Around::of(folder, &[record("app", folder)]).packages()
            };
            let before = packages("7");
            assert!(before.is_some());
            assert_eq!(before, packages("7"));
            assert_ne!(before, packages("8"));
        }
    }
}
