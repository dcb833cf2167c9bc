//! The command as the compiler's wrapper: a second look at each crate that makes code, and a table behind each program.
//!
//! ```text
//! cargo ──> scrat rustc … ─┬─> rustc …                        the crate, as it would be without scrat
//!                          │                                   │ a program? the table goes behind it <──┐
//!                          └─> rustc … --emit=llvm-ir          v                                        │
//!                              LLVM's text ──> bodies ──> a record beside the crate ──> closures ──> fingerprints
//! ```
//!
//! cargo calls it so where `RUSTC_WORKSPACE_WRAPPER` and `RUSTC_WRAPPER` name it: the first for the crates of the
//! workspace, which cargo then keeps apart from those built without, the second for path dependencies that stand outside.
//! What cannot be looked at is compiled as if scrat were not there; the sources then say what a function reaches.

mod caller;
mod defined;
mod dep_info;
mod invocation;
mod known;
mod library;
mod linking;
mod lock;
#[cfg(test)]
mod made;
mod options;
mod outside;
mod overrides;
mod pass;
mod record;
mod table;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use invocation::{Invocation, is_compiler};
use scrat_fingerprint::compiler::is_scrat;

use crate::print::talk;
use crate::session;

pub(crate) use dep_info::DepInfo;
pub(crate) use overrides::cargo_home;
pub(crate) use table::table_of;

/// The variable that tells the macro which pass it is in.
const PASS: &str = "SCRAT_RUSTC_PASS";

/// Another wrapper, which stood where scrat does now, for the compiles that are real.
pub(crate) const OTHER_WRAPPER: &str = "SCRAT_RUSTC_WRAPPER";

/// Compiles a crate, if cargo called this process for that.
pub(crate) fn wrap(words: &[OsString]) -> Option<ExitCode> {
    let own = std::env::current_exe().ok();
    let is_own = |word: &&OsString| own.as_deref().is_some_and(|own| is_same(Path::new(word), own));
    // For a crate of the workspace cargo calls one wrapper through the other.
    let words: Vec<&OsString> = words.iter().skip(1).skip_while(is_own).collect();
    let (compiler, arguments) = words.split_first()?;
    if !is_compiler(compiler) {
        return None;
    }
    let arguments: Vec<OsString> = arguments.iter().copied().cloned().collect();
    Some(compile(&Compiler::new(compiler), &arguments))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other
        || (one.is_absolute()
            && one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other)))
}

/// A compiler, and how it is called.
pub(crate) struct Compiler {
    path: PathBuf,
    wrapper: Option<OsString>,
}

impl Compiler {
    fn new(path: &OsString) -> Self {
        Self { path: path.into(), wrapper: session::variable(OTHER_WRAPPER).filter(|wrapper| !wrapper.is_empty()) }
    }

    /// For what cargo asked for.
    fn as_asked(&self) -> Command {
        match &self.wrapper {
            Some(wrapper) => {
                let mut command = Command::new(wrapper);
                command.arg(&self.path);
                command
            }
            None => Command::new(&self.path),
        }
    }

    /// For our own questions.
    fn plain(&self) -> Command {
        Command::new(&self.path)
    }
}

fn compile(compiler: &Compiler, arguments: &[OsString]) -> ExitCode {
    let Some(invocation) = Invocation::read(arguments).filter(Invocation::compiles) else {
        return as_if_absent(compiler, arguments);
    };
    if !is_own_package() {
        return of_package(compiler, &invocation, arguments);
    }
    let is_unclear =
        || is_behind_another(compiler, arguments) || is_beside_a_namesake() || is_called_like_scrat(&invocation);
    if invocation.makes_code() && is_unclear() {
        return as_if_absent(compiler, arguments);
    }
    if !invocation.makes_code() {
        return checked(compiler, arguments);
    }
    let told = invocation.can_be_told() && runs_on_linux(&invocation);
    match known::toolchain(compiler).filter(|_| told) {
        None => as_if_absent(compiler, arguments),
        Some(Err(unknown)) => {
            if !invocation.linked().is_empty() {
                talk(format_args!("scrat: {unknown}"));
            }
            as_if_absent(compiler, arguments)
        }
        Some(Ok(toolchain)) => pass::both(compiler, &invocation.told_by(&package()), &toolchain),
    }
}

/// Whether the workspace's crates have a wrapper of their own. What that makes of them is not known, so none of the program
/// is looked at, wherever it stands.
fn is_behind_another(compiler: &Compiler, arguments: &[OsString]) -> bool {
    let others = ["RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"];
    let other = others.iter().find_map(|name| session::variable(name).filter(|other| !other.is_empty()));
    let is_own = |other: &OsString| std::env::current_exe().is_ok_and(|own| is_same(Path::new(other), &own));
    other.is_some_and(|other| !is_own(&other))
        || (!is_compiler(compiler.path.as_os_str()) && arguments.first().is_some_and(|word| is_compiler(word)))
}

/// Whether there is another package with the name of one of scrat's. A symbol says of itself that it is of `scrat` and not of
/// which one, so nothing is asked of the compiler there: the sources tell the two apart.
fn is_beside_a_namesake() -> bool {
    locked().is_some_and(|lock| has_a_namesake(&lock))
}

/// Whether a crate of the user's own, or a library that it is compiled with besides scrat, has the name of one of scrat's: a
/// target may be called otherwise than its package.
fn is_called_like_scrat(invocation: &Invocation) -> bool {
    let dependencies = invocation.dependencies();
    let are_scrats = dependencies.iter().filter(|path| library::name(path).is_some_and(is_scrat));
    is_scrat(&invocation.crate_name) || are_scrats.count() > 1
}

/// Whether a lock file has two packages whose libraries are called like one of scrat's.
fn has_a_namesake(lock: &str) -> bool {
    let libraries: Vec<_> = names(lock).map(|name| name.replace('-', "_")).filter(|name| is_scrat(name)).collect();
    let all: BTreeSet<_> = libraries.iter().collect();
    all.len() < libraries.len()
}

/// Whether the package's text is the user's: it is neither fetched nor part of scrat.
fn is_own_package() -> bool {
    let Some(folder) = session::variable("CARGO_MANIFEST_DIR").map(PathBuf::from) else { return false };
    let name = session::variable("CARGO_PKG_NAME").unwrap_or_default();
    let is_scrat = ["scrat", "scrat-engine", "scrat-fingerprint", "scrat-macros"].iter().any(|own| name == *own);
    let text = folder.to_string_lossy().replace('\\', "/");
    // Anybody may have a folder that is called as cargo's are.
    let truly = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_cargos =
        cargo_home().is_none_or(|home| folder.starts_with(&home) || truly(&folder).starts_with(truly(&home)));
    let is_fetched = (is_cargos && (text.contains("/registry/src/") || text.contains("/git/checkouts/")))
        || text.contains("/rustlib/src/")
        || folder.join(".cargo-checksum.json").exists();
    !is_scrat && !is_fetched
}

/// Which package it is: its name, and its version where there are two of that name. Outside of registries cargo has one of
/// a name and version.
fn package() -> String {
    let said = |name| session::variable(name).unwrap_or_default().to_string_lossy().into_owned();
    let name = said("CARGO_PKG_NAME");
    if locked().is_some_and(|lock| names(&lock).filter(|other| *other == name).count() == 1) {
        return name;
    }
    format!("{name} {}", said("CARGO_PKG_VERSION"))
}

/// The lock file of the workspace.
fn locked() -> Option<String> {
    let folder = session::variable("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::read_to_string(lock::workspace(&folder)?.join("Cargo.lock")).ok()
}

/// The names of the packages in a lock file.
fn names(lock: &str) -> impl Iterator<Item = &str> {
    lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
}

/// Whether what is made can have a table behind it: an ELF file may be longer than it says.
fn runs_on_linux(invocation: &Invocation) -> bool {
    match &invocation.target {
        Some(target) => target.contains("linux"),
        None => cfg!(target_os = "linux"),
    }
}

/// Calls the compiler as cargo meant it.
fn as_if_absent(compiler: &Compiler, arguments: &[OsString]) -> ExitCode {
    instead(compiler.as_asked().args(arguments))
}

/// Calls it for a package, which counts by its symbols. They say what generic code in it is made for, so that the same
/// code is one thing whichever package happens to have made it.
fn of_package(compiler: &Compiler, invocation: &Invocation, arguments: &[OsString]) -> ExitCode {
    let mut command = compiler.as_asked();
    command.args(arguments);
    if invocation.makes_code() {
        command.arg(format!("-C{}", invocation::V0));
    }
    instead(&mut command)
}

/// Calls it for a check, in which nothing is made that could run: the macro need not look at anything.
fn checked(compiler: &Compiler, arguments: &[OsString]) -> ExitCode {
    instead(compiler.as_asked().args(arguments).env(PASS, "program 1"))
}

#[cfg(unix)]
fn instead(command: &mut Command) -> ExitCode {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    cannot(command, &error)
}

#[cfg(not(unix))]
fn instead(command: &mut Command) -> ExitCode {
    match command.status() {
        Ok(status) => code_of(status),
        Err(error) => cannot(command, &error),
    }
}

fn cannot(command: &Command, error: &std::io::Error) -> ExitCode {
    talk(format_args!("scrat: cannot run {}: {error}", Path::new(command.get_program()).display()));
    ExitCode::FAILURE
}

/// The exit code of a compiler that was waited for. What ended it by force would otherwise not be told.
fn code_of(status: ExitStatus) -> ExitCode {
    if status.code().is_none() {
        talk(format_args!("scrat: the compiler was ended by force: {status}"));
    }
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_may_be_called_like_one_of_scrats_though_its_package_is_not() {
        let is_like = |line: &str| {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            is_called_like_scrat(&Invocation::read(&words).unwrap())
        };
        assert!(!is_like("--crate-name demo --extern scrat=d/libscrat-1.rlib --extern serde=d/libserde-2.rlib"));
        assert!(!is_like("--crate-name demo --extern memo=d/libscrat-1.rlib"), "it has another name here");
        assert!(is_like("--crate-name scrat --extern scrat=d/libscrat-1.rlib"));
        assert!(is_like("--crate-name demo --extern scrat=d/libscrat-1.rlib --extern own=d/libscrat_engine-2.rlib"));
    }

    #[test]
    fn two_packages_of_one_of_scrats_names_are_namesakes() {
        let lock =
            |names: &[&str]| names.iter().map(|name| format!("[[package]]\nname = \"{name}\"\n")).collect::<String>();
        assert!(!has_a_namesake(&lock(&["demo", "scrat", "scrat-engine", "serde", "serde"])));
        assert!(has_a_namesake(&lock(&["scrat", "demo", "scrat"])));
        assert!(has_a_namesake(&lock(&["scrat", "scrat-engine", "scrat_engine"])));
    }
}
