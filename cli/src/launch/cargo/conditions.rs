//! What only cargo and rustc know of a package: which cfg predicates hold, and what its build script set.
//!
//! Predicates are asked for with a package that is empty and so built at once, from the folder of the right one: there
//! cargo finds the same settings and the same compiler. Features follow from the manifest. A build script has to
//! have run, and cargo runs it only with a build; that is the one that `scrat run` makes, too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use toml::{Table, Value};

use crate::complaint::{Complaint, code};
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::metadata::{Metadata, Package, program};
use crate::launch::cargo::plain::keep_true;
use crate::launch::cargo::progress;
use crate::print::talk;
use crate::session::users_folder;

/// What was found out.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    /// Lines as of `rustc --print cfg`.
    pub predicates: Vec<String>,
    /// Where the package's build script wrote to.
    pub out_dir: Option<PathBuf>,
    /// Variables that it set.
    pub variables: BTreeMap<String, String>,
}

/// A line of cargo's JSON about a build script.
#[derive(Deserialize)]
struct Script {
    reason: String,
    package_id: String,
    out_dir: PathBuf,
    cfgs: Vec<String>,
    env: Vec<(String, String)>,
}

impl Conditions {
    /// Asks about the package in a folder. A folder without a manifest has what rustc says of any crate.
    pub(crate) fn by_cargo(folder: &Path, flags: &CargoFlags, profile: &str, quiet: bool) -> Result<Self, Complaint> {
        keep_true(folder);
        let manifest = folder.join("Cargo.toml");
        if !manifest.is_file() {
            return Ok(Self { predicates: predicates(folder, flags, profile, &Table::new())?, ..Self::default() });
        }
        let metadata = Metadata::read(Some(&manifest), flags)?;
        let manifest = manifest.canonicalize().unwrap_or(manifest);
        let package = metadata.packages.iter().find(|package| package.manifest_path == manifest).ok_or_else(|| {
            Complaint::usage(format!("{} has no package", manifest.display())).hint("name the folder of a crate")
        })?;
        let root = std::fs::read_to_string(metadata.workspace_root.join("Cargo.toml")).unwrap_or_default();
        let root: Table = root.parse().unwrap_or_default();
        let mut told = Self { predicates: predicates(folder, flags, profile, &root)?, ..Self::default() };
        told.predicates.extend(package.features(flags).iter().map(|feature| format!("feature=\"{feature}\"")));
        if package.has_build_script() {
            told.run_script(package, flags, profile, quiet)?;
        }
        Ok(told)
    }

    fn run_script(
        &mut self,
        package: &Package,
        flags: &CargoFlags,
        profile: &str,
        quiet: bool,
    ) -> Result<(), Complaint> {
        let mut command = Command::new(program());
        command.current_dir(package.folder()).args(["build", "--message-format=json-render-diagnostics"]);
        command.args(["--package", &package.id, "--profile", profile]).args(flags.to_build(&users_folder()));
        if quiet {
            command.arg("--quiet");
        }
        let said = output(command, progress::pass_on)?;
        let Some(said) = said.whole else {
            return Err(Complaint::usage(format!(
                "{} does not compile, so its build script has set nothing",
                package.name
            ))
            .code(code::DOES_NOT_COMPILE)
            .hint("fix the errors above"));
        };
        for script in said.lines().filter_map(|line| serde_json::from_str::<Script>(line).ok()) {
            if script.reason == "build-script-executed" && script.package_id == package.id {
                self.out_dir = Some(script.out_dir);
                self.variables = script.env.into_iter().collect();
                self.predicates.extend(script.cfgs);
            }
        }
        Ok(())
    }
}

/// What a command of cargo's said.
pub(crate) struct Said {
    /// All of stdout, if it succeeded.
    pub(crate) whole: Option<String>,
    pub(crate) stderr: String,
}

pub(crate) fn output(
    mut command: Command,
    listen: impl FnOnce(std::process::ChildStderr) -> std::thread::JoinHandle<String>,
) -> Result<Said, Complaint> {
    let cannot = |error| Complaint::usage(format!("cannot run cargo: {error}")).hint("install Rust");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
    let talker = child.stderr.take().map(listen);
    let output = child.wait_with_output().map_err(cannot)?;
    let stderr = talker.and_then(|talker| talker.join().ok()).unwrap_or_default();
    let whole = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned());
    Ok(Said { whole, stderr })
}

/// The lines of `rustc --print cfg` as cargo would call it in a folder, for a package without features.
fn predicates(folder: &Path, flags: &CargoFlags, profile: &str, root: &Table) -> Result<Vec<String>, Complaint> {
    let cannot =
        |error: std::io::Error| Complaint::usage(format!("cannot make a folder for a question to cargo: {error}"));
    let empty = tempfile::tempdir().map_err(cannot)?;
    let manifest = empty.path().join("Cargo.toml");
    let text = format!(
        "[package]\nname = \"question\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n{}",
        profiles(root)
    );
    std::fs::write(&manifest, text).and_then(|()| std::fs::write(empty.path().join("lib.rs"), "")).map_err(cannot)?;
    let mut command = Command::new(program());
    command.current_dir(folder).args(["rustc", "--quiet", "--color=never", "--profile", profile]);
    command.arg("--manifest-path").arg(&manifest).arg("--target-dir").arg(empty.path().join("target"));
    command.args(flags.to_ask(&users_folder())).args(["--", "--print", "cfg"]);
    let said = output(command, progress::pass_on_work)?;
    let Some(whole) = said.whole else {
        talk(said.stderr.trim_end());
        return Err(Complaint::usage("cargo cannot tell which cfg predicates hold")
            .code(code::DOES_NOT_COMPILE)
            .hint("fix the errors above"));
    };
    Ok(whole.lines().map(str::to_owned).collect())
}

/// What in a workspace's profiles decides over predicates, as text of a manifest.
fn profiles(root: &Table) -> String {
    const KEYS: [&str; 5] = ["inherits", "opt-level", "debug-assertions", "overflow-checks", "panic"];
    let mut text = String::new();
    let profiles = root.get("profile").and_then(Value::as_table);
    for (name, profile) in profiles.into_iter().flatten() {
        text += &format!("[profile.{name:?}]\n");
        for (key, value) in KEYS.iter().filter_map(|key| Some((key, profile.get(key)?))) {
            match value {
                Value::String(value) => text += &format!("{key} = {value:?}\n"),
                Value::Boolean(value) => text += &format!("{key} = {value}\n"),
                Value::Integer(value) => text += &format!("{key} = {value}\n"),
                _ => {}
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_those_of_the_workspace() {
        let root: Table =
            "[profile.release]\ndebug-assertions = true\nlto = \"thin\"\n[profile.fast]\ninherits = \"release\"\nopt-level = 2\n"
                .parse()
                .unwrap();
        assert_eq!(
            profiles(&root),
            "[profile.\"fast\"]\ninherits = \"release\"\nopt-level = 2\n[profile.\"release\"]\ndebug-assertions = true\n"
        );
    }

    #[test]
    fn a_package_may_have_the_name_of_one_that_it_depends_on() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        for (at, version, more) in [
            ("first one", "1.0.0", "[dependencies]\nsecond = { path = \"../second\", package = \"demo\" }\n"),
            ("second", "2.0.0", ""),
        ] {
            write(
                &format!("{at}/Cargo.toml"),
                &format!("[package]\nname = \"demo\"\nversion = \"{version}\"\n{more}[workspace]\n"),
            );
            write(&format!("{at}/src/lib.rs"), "");
            write(
                &format!("{at}/build.rs"),
                &format!("fn main() {{ println!(\"cargo:rustc-cfg=of_{}\"); }}", &version[..1]),
            );
        }
        let told = Conditions::by_cargo(&folder.path().join("first one"), &CargoFlags::default(), "dev", true);
        let predicates = told.unwrap_or_else(|complaint| panic!("{complaint:?}")).predicates;
        let has = |wanted: &str| predicates.iter().any(|line| line == wanted);
        assert!(has("of_1") && !has("of_2"), "{predicates:?}");
    }

    #[test]
    fn predicates_follow_the_profile_and_the_settings_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".cargo")).unwrap();
        std::fs::write(folder.path().join(".cargo/config.toml"), "[build]\nrustflags = [\"--cfg\", \"special\"]\n")
            .unwrap();
        let ask = |profile: &str, root: &str| {
            predicates(folder.path(), &CargoFlags::default(), profile, &root.parse().unwrap()).unwrap()
        };
        let has = |lines: &[String], wanted: &str| lines.iter().any(|line| line == wanted);
        let release = ask("release", "");
        assert!(has(&release, "special") && !has(&release, "debug_assertions"), "{release:?}");
        assert!(has(&ask("dev", ""), "debug_assertions"));
        assert!(has(&ask("release", "[profile.release]\ndebug-assertions = true"), "debug_assertions"));
    }
}
