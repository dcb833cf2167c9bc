//! What cargo tells rustc to do, as far as it decides about a second pass.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use scrat_fingerprint::digest::Fields;

use super::library;
use super::linking::{files_of_linker, searched_always};
use super::options::options;

/// One call of rustc by cargo.
#[derive(Debug, Default)]
pub(super) struct Invocation {
    /// All words behind the compiler's path, those of files of arguments among them.
    pub(super) words: Vec<String>,
    pub(super) crate_name: String,
    crate_types: Vec<String>,
    emit: String,
    pub(super) out_dir: Option<PathBuf>,
    extra_filename: String,
    pub(super) target: Option<String>,
    is_test: bool,
    is_question: bool,
}

impl Invocation {
    /// Reads the words behind the compiler's path. None if one of them is no text.
    pub(super) fn read(words: &[OsString]) -> Option<Self> {
        let mut all = Vec::new();
        for word in words {
            let word = word.to_str()?;
            match word.strip_prefix('@') {
                Some(file) => all.extend(std::fs::read_to_string(file).ok()?.lines().map(str::to_owned)),
                None => all.push(word.to_owned()),
            }
        }
        let mut told = Self::default();
        for (name, value) in options(&all) {
            let value = value.unwrap_or_default().to_owned();
            match name {
                "--crate-name" => told.crate_name = value,
                "--crate-type" => told.crate_types.extend(value.split(',').map(str::to_owned)),
                "--emit" => told.emit = value,
                "--out-dir" => told.out_dir = Some(value.into()),
                "--target" => told.target = Some(value),
                "--test" => told.is_test = true,
                "--print" | "-" | "-vV" | "--version" | "-V" => told.is_question = true,
                "-C" => {
                    if let Some(extra) = value.strip_prefix("extra-filename=") {
                        extra.clone_into(&mut told.extra_filename);
                    }
                }
                _ => {}
            }
        }
        if told.crate_types.is_empty() {
            // Cargo doesn't say so of a test or benchmark without a harness.
            told.crate_types.push("bin".to_owned());
        }
        told.words = all;
        Some(told)
    }

    /// The same call for a crate that rustc tells from others by its package, and not as cargo does, by where its wrapper
    /// stands, what it depends on, its features and how it is optimised. A program can see what it is told by: the
    /// identities of its types (`TypeId`) are made of it, and these are in whatever boxes an error of its own.
    ///
    /// Two crates of one program still differ in it: a program has each package with one list of features.
    pub(super) fn told_by(mut self, package: &str) -> Self {
        let mut fields = Fields::new("scrat crate v2");
        fields.text(package);
        for (name, value) in options(&self.words).filter(|(name, _)| TELLING.contains(name)) {
            fields.text(name).text(value.unwrap_or_default());
        }
        let own = fields.finish().short();
        let is_option = |at: usize| at > 0 && matches!(self.words[at - 1].as_str(), "-C" | "--codegen");
        let starts: Vec<(usize, &str)> = self
            .words
            .iter()
            .enumerate()
            .filter_map(|(at, word)| Some((at, word.split_once("metadata=")?.0)))
            .filter(|(at, start)| matches!(*start, "-C" | "--codegen=") || (start.is_empty() && is_option(*at)))
            .collect();
        // Whoever says more of it than cargo does means to tell it from something.
        if let [(at, start)] = starts[..] {
            self.words[at] = format!("{start}metadata={own}");
        }
        self
    }

    /// Whether it compiles a crate for cargo, and not a question or what runs in other compiles.
    pub(super) fn compiles(&self) -> bool {
        !self.is_question
            && self.out_dir.is_some()
            && !self.crate_name.is_empty()
            && !self.crate_name.starts_with("build_script_")
            && self.emit.split(',').any(|kind| kind == "dep-info")
            && !self.crate_types.iter().any(|kind| kind == "proc-macro")
    }

    /// Whether code is made, and not only checked.
    pub(super) fn makes_code(&self) -> bool {
        self.emit.split(',').any(|kind| kind == "link")
    }

    /// Whether a table can travel with what is made: it is a library for further crates, or a file that a system loads.
    pub(super) fn can_be_told(&self) -> bool {
        let fits = |kind: &String| matches!(kind.as_str(), "bin" | "lib" | "rlib" | "cdylib");
        self.is_test || self.crate_types.iter().all(fits)
    }

    /// The name that this crate's files have among those of the build, without what tells their kinds.
    fn stem(&self) -> String {
        format!("{}{}", self.crate_name, self.extra_filename)
    }

    /// A file of ours beside those that cargo keeps of the crate.
    pub(super) fn file(&self, extension: &str) -> PathBuf {
        self.out_dir.clone().unwrap_or_default().join(format!("{}.{extension}", self.stem()))
    }

    /// What is linked of it: a program, or a library that a program loads.
    pub(super) fn linked(&self) -> Vec<PathBuf> {
        let folder = self.out_dir.clone().unwrap_or_default();
        if self.is_test || self.crate_types.iter().any(|kind| kind == "bin") {
            return vec![folder.join(self.stem())];
        }
        let is_loaded = self.crate_types.iter().any(|kind| kind == "cdylib");
        is_loaded.then(|| folder.join(format!("lib{}.so", self.stem()))).into_iter().collect()
    }

    /// The library that further crates are compiled with.
    pub(super) fn library(&self) -> Option<PathBuf> {
        if self.is_test || !self.crate_types.iter().any(|kind| matches!(kind.as_str(), "lib" | "rlib")) {
            return None;
        }
        Some(self.out_dir.clone().unwrap_or_default().join(format!("lib{}.rlib", self.stem())))
    }

    /// The libraries that it is compiled with, by the paths that cargo gives.
    pub(super) fn dependencies(&self) -> Vec<PathBuf> {
        let values = options(&self.words).filter(|(name, _)| *name == "--extern").filter_map(|(_, value)| value);
        values.filter_map(|value| value.split_once('=')).map(|(_, path)| PathBuf::from(path)).collect()
    }

    /// Those of them that are called as it is: a package's library beside its program.
    pub(super) fn namesakes(&self) -> Vec<PathBuf> {
        self.dependencies().into_iter().filter(|path| library::name(path) == Some(&self.crate_name)).collect()
    }

    /// The folders that the libraries behind it are in.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let values = options(&self.words).filter(|(name, _)| *name == "-L").filter_map(|(_, value)| value);
        values.filter_map(|value| value.strip_prefix("dependency=")).map(PathBuf::from).collect()
    }

    /// The libraries of other languages that become part of it, and the lists by which the linker puts it together.
    pub(super) fn archives(&self) -> Vec<PathBuf> {
        let values = |wanted: &'static str| {
            options(&self.words).filter(move |(name, _)| *name == wanted).filter_map(|(_, value)| value)
        };
        // Cargo's own are for crates.
        let kinds = values("-L").map(|path| path.split_once('=').unwrap_or(("", path)));
        let folders =
            kinds.filter(|(kind, _)| !matches!(*kind, "dependency" | "crate")).map(|(_, folder)| folder.into());
        let folders: Vec<PathBuf> = folders.chain(searched_always()).collect();
        let named = values("-l").flat_map(|library| {
            let (_, name) = library.split_once('=').unwrap_or(("", library));
            let name = name.split(':').next().unwrap_or(name);
            [format!("lib{name}.a"), format!("lib{name}.so"), name.to_owned()]
        });
        let named =
            named.filter_map(|file| folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file()));
        // Sources may name a library by themselves, in any way. What is in a folder that is searched is all taken for linked,
        // unless it is the system's, or of no use to a linker.
        let is_of_system =
            |folder: &&PathBuf| ["/usr", "/lib", "/lib64"].iter().any(|system| folder.starts_with(system));
        let made = folders.iter().filter(|folder| !is_of_system(folder));
        let made = made.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        let made = made.map(|entry| entry.path()).filter(|path| {
            let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
            extension.is_some_and(|extension| !NOT_LINKED.contains(&&*extension)) && path.is_file()
        });
        let files = files_of_linker(&self.linking(), &folders, named.chain(made).collect());
        files.into_iter().collect()
    }

    /// What packages are compiled with as well as this crate: predicates and options of code that are not cargo's own, nor
    /// from the crate's build script, which said this. Cargo tells features of the crate first, and what its script says
    /// last.
    pub(super) fn flags(&self, script: &str) -> String {
        let said = script.lines().filter_map(|line| line.strip_prefix("cargo:"));
        let said = said.map(|said| said.trim_start_matches(':'));
        let of_script: Vec<&str> = said.filter_map(|said| said.strip_prefix("rustc-cfg=")).collect();
        let told: Vec<_> = options(&self.words).filter_map(|(name, value)| Some((name, value?))).collect();
        let own = told.iter().position(|(_, value)| value.starts_with("metadata=")).unwrap_or(0);
        let mut unmatched = of_script;
        let mut flags = Vec::new();
        for (at, (name, value)) in told.iter().enumerate().rev() {
            let key = value.split('=').next().unwrap_or(value);
            let counts = match *name {
                "--cfg" if at < own => key != "feature",
                "--cfg" => match unmatched.iter().position(|cfg| cfg == value) {
                    Some(at) => {
                        unmatched.swap_remove(at);
                        false
                    }
                    None => true,
                },
                "-C" => !WRITTEN.contains(&key) && !CARGOS.contains(&key),
                "-Z" => true,
                _ => false,
            };
            flags.extend(counts.then(|| format!("{name} {value}\n")));
        }
        flags.reverse();
        flags.concat()
    }

    /// What LLVM is told beyond the text that it gets: numbers may be computed in other ways.
    pub(super) fn generating(&self) -> impl Iterator<Item = &str> {
        let told = options(&self.words).filter(|(name, _)| *name == "-C").filter_map(|(_, value)| value);
        told.filter(|flag| matches!(flag.split('=').next(), Some("llvm-args" | "passes" | "soft-float")))
    }

    /// What the linker is told, which may give a symbol another meaning, and which one it is, if that is told.
    pub(super) fn linking(&self) -> String {
        let told = options(&self.words).filter(|(name, _)| *name == "-C").filter_map(|(_, value)| value);
        let told = told.filter(|flag| matches!(flag.split('=').next(), Some("link-arg" | "link-args" | "linker")));
        told.map(|flag| format!("{flag}\n")).collect()
    }

    /// The same words for a pass that writes LLVM's text, without optimisation, into a folder.
    pub(super) fn for_text(&self, folder: &Path, incremental: &Path) -> Vec<String> {
        let is_kept = |name: &str, value: Option<&str>| match name {
            "--emit" | "--out-dir" | "--error-format" | "--json" | "--diagnostic-width" | "--color" => false,
            "-C" => !WRITTEN.contains(&value.unwrap_or_default().split('=').next().unwrap_or_default()),
            _ => true,
        };
        let mut words: Vec<String> = Vec::new();
        for (name, value) in options(&self.words).filter(|(name, value)| is_kept(name, *value)) {
            words.push(name.to_owned());
            words.extend(value.map(str::to_owned));
        }
        let checks = self.checks();
        words.extend(["--emit=llvm-ir", "--cap-lints=allow", "--out-dir"].map(str::to_owned));
        words.push(folder.display().to_string());
        for flag in [
            "opt-level=0",
            "no-prepopulate-passes",
            "debuginfo=0",
            // An edit then makes few of the modules again.
            "codegen-units=256",
            &format!("incremental={}", incremental.display()),
            V0,
        ] {
            words.push(format!("-C{flag}"));
        }
        words.extend(checks.split(' ').map(str::to_owned));
        words
    }

    /// Whether instances of generic code are taken from the crates before, if nothing else is said.
    pub(super) fn sharing(&self) -> &'static str {
        let told: Vec<_> = options(&self.words).collect();
        let level = told.iter().rev().find_map(|(name, value)| match (*name, *value) {
            ("-O", _) => Some("3"),
            ("-C", Some(value)) => value.strip_prefix("opt-level="),
            _ => None,
        });
        if matches!(level, None | Some("0" | "1" | "s" | "z")) { "shared" } else { "alone" }
    }

    /// Whether debug assertions hold, and whether sums are checked, in the profile that cargo asks for: as options.
    pub(super) fn checks(&self) -> String {
        let is_optimised = options(&self.words).any(|(name, _)| name == "-O");
        let flags = || options(&self.words).filter(|(name, _)| *name == "-C").filter_map(|(_, value)| value);
        let said = |wanted: &str| {
            let values = flags().filter_map(|flag| {
                let (name, value) = flag.split_once('=').unwrap_or((flag, "yes"));
                (name == wanted).then_some(value)
            });
            values.last()
        };
        let is_on = |value: &str| matches!(value, "yes" | "y" | "on" | "true");
        let optimised = said("opt-level").is_some_and(|level| level != "0") || is_optimised;
        let assertions = said("debug-assertions").map_or(!optimised, is_on);
        let sums = said("overflow-checks").map_or(assertions, is_on);
        let yes = |is: bool| if is { "yes" } else { "no" };
        format!("-Cdebug-assertions={} -Coverflow-checks={}", yes(assertions), yes(sums))
    }
}

/// The extensions of what a compiler lays into a folder besides what is linked.
const NOT_LINKED: [&str; 8] = ["d", "rs", "rlib", "rmeta", "h", "pdb", "log", "timestamp"];

/// Symbols that say whose they are, and mean the same wherever they stand.
pub(super) const V0: &str = "symbol-mangling-version=v0";

/// What two crates of one package differ in.
const TELLING: [&str; 3] = ["--crate-name", "--crate-type", "--test"];

/// What cargo says of each crate, and what concerns linking.
const CARGOS: [&str; 7] =
    ["metadata", "extra-filename", "linker", "link-arg", "link-args", "symbol-mangling-version", "rpath"];

/// What is said anew for LLVM's text, or concerns files that are not written.
const WRITTEN: [&str; 14] = [
    "opt-level",
    "debuginfo",
    "codegen-units",
    "incremental",
    "lto",
    "linker-plugin-lto",
    "embed-bitcode",
    "save-temps",
    "instrument-coverage",
    "profile-generate",
    "profile-use",
    "split-debuginfo",
    "strip",
    "remark",
];

/// Whether a word is the path of a compiler, with which cargo calls its wrapper. No command of ours is a path.
pub(super) fn is_compiler(word: &OsStr) -> bool {
    let path = Path::new(word);
    let is_named_so = path.file_stem().is_some_and(|stem| stem.to_string_lossy().contains("rustc"));
    is_named_so || (path.components().count() > 1 && path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Invocation {
        Invocation::read(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).unwrap()
    }

    const LIBRARY: &str = "--crate-name demo --edition=2024 src/lib.rs --error-format=json --json=artifacts --crate-type lib \
        --emit=dep-info,metadata,link -C opt-level=3 -C lto -C embed-bitcode=no --cfg feature=\"a\" -C metadata=12 \
        -C extra-filename=-12 --out-dir /t/release/deps -C strip=debuginfo -L dependency=/t/release/deps \
        --extern scrat=/t/release/deps/libscrat-5.rmeta";

    #[test]
    fn libraries_of_other_languages_are_found_where_they_are_searched_for_and_not_in_the_systems_folders() {
        let folder = tempfile::tempdir().unwrap();
        let [made, named] = ["made", "named"].map(|name| folder.path().join(name));
        for (folder, file) in [(&made, "libin_source.a"), (&made, "note.d"), (&named, "libshared.so")] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(file), "").unwrap();
        }
        let line = format!(
            "--crate-name demo -L native={} -L {} -L /usr/lib -l dylib=shared -C link-arg=-Wl,--defsym=A=1",
            made.display(),
            named.display()
        );
        let read = read(&line);
        assert_eq!(read.archives(), [made.join("libin_source.a"), named.join("libshared.so")]);
        assert_eq!(read.linking(), "link-arg=-Wl,--defsym=A=1\n");
    }

    #[test]
    fn a_list_by_which_the_linker_puts_the_program_together_is_found_however_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list.ld");
        std::fs::write(&list, "answer = one;").unwrap();
        let (searched, list) = (folder.path().display(), list.display().to_string());
        for told in [
            format!("-C link-arg={list}"),
            format!("-C link-arg=-Wl,{list}"),
            format!("-C link-arg=-Wl,-T,{list}"),
            format!("-C link-arg=-T{list}"),
            format!("-C link-arg=-Wl,--version-script={list}"),
            format!("-C link-arg=@{list}"),
            format!("-L {searched} -C link-arg=-Tlist.ld"),
        ] {
            assert_eq!(read(&format!("--crate-name demo {told}")).archives(), [PathBuf::from(&list)], "{told}");
        }
        assert!(read("--crate-name demo -C link-arg=-Tnowhere.ld").archives().is_empty());
        let [further, library] = ["further.ld", "liblisted.so"].map(|name| folder.path().join(name));
        std::fs::write(&list, format!("INCLUDE {}\n", further.display())).unwrap();
        std::fs::write(&further, "INPUT(-llisted)").unwrap();
        std::fs::write(&library, "answer = one;").unwrap();
        let told = read(&format!("--crate-name demo -C link-arg=-L{searched} -C link-arg={list}"));
        assert_eq!(told.archives(), [further, library, PathBuf::from(&list)], "each names the next");
    }

    #[test]
    fn a_compile_of_cargos_is_told_from_a_question_and_from_what_runs_at_compile_time() {
        let library = read(LIBRARY);
        assert!(library.compiles() && library.makes_code() && library.can_be_told());
        assert_eq!(library.library(), Some("/t/release/deps/libdemo-12.rlib".into()));
        assert_eq!(library.file("scrat"), PathBuf::from("/t/release/deps/demo-12.scrat"));
        assert_eq!(library.dependencies(), [PathBuf::from("/t/release/deps/libscrat-5.rmeta")]);
        assert!(!read("-vV").compiles());
        assert!(!read("- --crate-name ___ --print=file-names --crate-type bin").compiles());
        assert!(!read(&LIBRARY.replace("--crate-type lib", "--crate-type proc-macro")).compiles());
        assert!(!read(&LIBRARY.replace("--crate-name demo", "--crate-name build_script_build")).compiles());
        assert!(!read(&LIBRARY.replace(",link", "")).makes_code());
        assert!(!read(&LIBRARY.replace("--crate-type lib", "--crate-type staticlib")).can_be_told());
        for kind in ["--crate-type bin", "--test", "--cfg test"] {
            let program = read(&LIBRARY.replace("--crate-type lib", kind));
            assert_eq!(program.linked(), [PathBuf::from("/t/release/deps/demo-12")]);
        }
    }

    #[test]
    fn a_crate_is_told_by_its_package_and_not_by_what_cargo_says_nor_by_its_features() {
        let words = |line: &str, package: &str| read(line).told_by(package).words;
        let own = words(LIBRARY, "demo 1.0.0");
        let elsewhere = LIBRARY.replace("metadata=12", "metadata=77").replace("opt-level=3", "opt-level=2");
        let metadata = |words: &[String]| words.iter().find(|word| word.contains("metadata=")).cloned();
        let features = LIBRARY.replace("--cfg feature=\"a\"", "--cfg feature=\"b\" --cfg said_by_a_script");
        for same in [elsewhere, features] {
            assert_eq!(metadata(&words(&same, "demo 1.0.0")), metadata(&own));
        }
        assert_eq!(own.len(), read(LIBRARY).words.len());
        for other in [
            words(LIBRARY, "demo 2.0.0"),
            words(&LIBRARY.replace("--crate-type lib", "--crate-type cdylib"), "demo 1.0.0"),
        ] {
            assert_ne!(metadata(&other), metadata(&own));
        }
        let said = format!("{LIBRARY} --cfg metadata=3 -Cmetadata=4");
        assert_eq!(words(&said, "demo 1.0.0"), read(&said).words, "somebody says so");
        let joined = words(&LIBRARY.replace("-C metadata=12", "-Cmetadata=12"), "demo 1.0.0");
        assert!(joined.iter().any(|word| word.starts_with("-Cmetadata=") && word != "-Cmetadata=12"));
    }

    #[test]
    fn flags_of_all_crates_are_neither_features_nor_what_the_crates_build_script_says() {
        let flags = |more: &str, script: &str| read(&format!("{LIBRARY} {more}")).flags(script);
        assert_eq!(flags("", ""), "");
        assert_eq!(flags("--cfg fast", "cargo::rustc-cfg=fast\n"), "");
        assert_eq!(flags("--cfg fast", "cargo:rustc-cfg=fast\n"), "");
        assert_eq!(flags("--cfg fast", "note: cargo:rustc-cfg=fast\n"), "--cfg fast\n", "that is no word to cargo");
        assert_eq!(flags("--cfg slow --cfg fast", "cargo::rustc-cfg=fast\n"), "--cfg slow\n");
        assert_eq!(
            flags("--cfg fast -Cpanic=abort --cfg fast", "cargo::rustc-cfg=fast\n"),
            "--cfg fast\n-C panic=abort\n"
        );
        assert_eq!(
            flags("--cfg feature=\"x\"", ""),
            "--cfg feature=\"x\"\n",
            "packages may have a feature of that name"
        );
    }

    #[test]
    fn the_pass_for_text_keeps_what_decides_about_code_and_nothing_else() {
        let words = read(LIBRARY).for_text(Path::new("/o"), Path::new("/i"));
        let line = words.join(" ");
        for kept in [
            "--crate-name demo",
            "--cfg feature=\"a\"",
            "-C metadata=12",
            "-Cdebug-assertions=no",
            "-Coverflow-checks=no",
        ] {
            assert!(line.contains(kept), "{kept}: {line}");
        }
        for gone in ["lto", "embed-bitcode", "opt-level=3", "json", "strip", "dep-info"] {
            assert!(!line.contains(gone), "{gone}: {line}");
        }
        assert!(line.contains("-Copt-level=0") && line.contains("--emit=llvm-ir"));
        let dev = read(&LIBRARY.replace("-C opt-level=3", "-C overflow-checks=off"))
            .for_text(Path::new("/o"), Path::new("/i"));
        let quick = read(&LIBRARY.replace("-C opt-level=3", "-O")).for_text(Path::new("/o"), Path::new("/i"));
        assert!(quick.contains(&"-Cdebug-assertions=no".to_owned()));
        assert!(dev.contains(&"-Cdebug-assertions=yes".to_owned()) && dev.contains(&"-Coverflow-checks=no".to_owned()));
    }

    #[test]
    fn a_compiler_is_a_path_or_called_like_one() {
        for (word, is) in [("rustc", true), ("/bin/sh", true), ("rustc-nightly", true), ("run", false), ("-vV", false)]
        {
            assert_eq!(is_compiler(OsStr::new(word)), is, "{word}");
        }
    }
}
