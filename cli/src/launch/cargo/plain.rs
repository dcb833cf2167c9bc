//! What a project tells cargo, so that plain `cargo run`, `cargo test` and an editor's build have the command in front of
//! the compiler as `scrat run` has.
//!
//! | file | in git | what it says |
//! | --- | --- | --- |
//! | `.cargo/config.toml`, beside the workspace's manifest | yes | read the other one, if it is there |
//! | `cargo.toml`, in the stash | no | where the command is |
//!
//! So a clone builds with plain cargo where there is no scrat, and one more `scrat init` is all that it takes where there is.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use scrat_engine::{CARGO_FILE, CARGO_MARK, Stash};
use toml::{Table, Value};

use crate::complaint::{Complaint, code};
use crate::launch::cargo::metadata::program;
use crate::launch::cargo::wrapping::{OTHERS, configured, is_same, set, value_in};
use crate::rustc::OTHER_WRAPPER;
use crate::session::shown;

/// The file of cargo's settings that is the project's.
const SETTINGS: &str = ".cargo/config.toml";

/// Makes plain cargo build through this command, in the workspace that a folder is in, and says so. None if there is no
/// workspace, or this is a program with pipelines and not the installed command.
pub(crate) fn set_up(folder: &Path, stash: &Path, shared: bool) -> Result<Option<String>, Complaint> {
    match workspace_of(folder) {
        Some(workspace) if scrat_engine::pipelines().is_empty() => set_up_in(&workspace, stash, shared).map(Some),
        _ => Ok(None),
    }
}

/// The same, for the folder of a workspace's manifest.
pub(crate) fn set_up_in(workspace: &Path, stash: &Path, shared: bool) -> Result<String, Complaint> {
    let without =
        |why: String| Ok(format!("plain cargo builds without scrat, so more runs again after an edit: {why}"));
    let Some(own) = wrapper() else { return without("the path of this command is not valid UTF-8".to_owned()) };
    if shared {
        return without("someone who shares the stash may not have this command".to_owned());
    }
    if let Some(other) = set(workspace, 1).filter(|other| !is_same(other, Path::new(&own))) {
        return without(format!("its rustc-workspace-wrapper is {}", Path::new(&other).display()));
    }
    let before = before(workspace, &own).filter(|other| !passes_on(other, &own));
    let Some(line) = line(workspace, stash) else {
        return without(format!("{} is not below {}", shown(stash), shown(workspace)));
    };
    let settings = workspace.join(SETTINGS);
    let text = fs::read_to_string(&settings).unwrap_or_default();
    let table: Option<Table> = text.parse().ok();
    let is_there = table.as_ref().is_some_and(|table| !ours(&settings, table, stash).is_empty());
    let is_open =
        table.is_some_and(|table| !table.contains_key("include")) && !workspace.join(".cargo/config").exists();
    if !is_there && is_open {
        let gap = if text.is_empty() { "" } else { "\n" };
        write(&settings, &format!("{COMMENT}\n{line}\n{gap}{text}"))?;
    }
    Stash::make_folder(stash)?;
    write(&stash.join(CARGO_FILE), &inner(workspace, &own))?;
    if let Some(other) = before {
        return without(format!("{}, its rustc-wrapper, calls nothing but compilers", Path::new(&other).display()));
    }
    let settings = shown(&settings);
    Ok(match is_there || is_open {
        true => format!("plain cargo builds as scrat does: {settings} includes {}", shown(&stash.join(CARGO_FILE))),
        false => {
            return without(format!("{settings} has an include of its own, or is unusual; add this to it: {line}"));
        }
    })
}

/// Has the file in the stash name the command as it is now, if the project has one.
pub(crate) fn keep_true(folder: &Path) {
    let Some(own) = wrapper() else { return };
    for workspace in folder.ancestors() {
        let settings = workspace.join(SETTINGS);
        let table = fs::read_to_string(&settings).ok().and_then(|text| text.parse::<Table>().ok()).unwrap_or_default();
        for file in ours(&settings, &table, Path::new("")).into_iter().filter(|file| is_made(file)) {
            let text = inner(workspace, &own);
            if fs::read_to_string(&file).is_ok_and(|old| old != text) {
                // Whoever can't write it builds with the variables all the same.
                drop(write(&file, &text));
            }
        }
    }
}

/// The project's settings of cargo, if they include the file of this stash just as they were told to.
pub(crate) fn as_made(folder: &Path, stash: &Path) -> Option<PathBuf> {
    let workspace = workspace_of(folder)?;
    let settings = workspace.join(SETTINGS);
    let text = fs::read_to_string(&settings).ok()?;
    text.starts_with(&format!("{COMMENT}\n{}\n", line(&workspace, stash)?)).then_some(settings)
}

/// Takes what [`set_up`] added out of settings that are as made.
pub(crate) fn take_down(settings: &Path) -> Result<(), Complaint> {
    let text = fs::read_to_string(settings).unwrap_or_default();
    let rest: String = text.split_inclusive('\n').skip(2).collect();
    let rest = rest.strip_prefix('\n').unwrap_or(&rest);
    if !rest.is_empty() {
        return write(settings, rest);
    }
    fs::remove_file(settings).map_err(|error| unwritable(settings, &error))?;
    // It stays if something else is in it.
    drop(settings.parent().map(fs::remove_dir));
    Ok(())
}

const COMMENT: &str =
    "# Where `scrat init` was called, plain cargo builds through scrat, too. Elsewhere this is nothing.";

/// The line that includes the file of a stash. None if that is not in the workspace.
fn line(workspace: &Path, stash: &Path) -> Option<String> {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let inside = canonical(stash).strip_prefix(canonical(workspace)).ok()?.to_owned();
    let names: Option<Vec<&str>> = inside.iter().map(|name| name.to_str()).collect();
    let path = quoted(&format!("../{}/{CARGO_FILE}", names?.join("/")));
    Some(format!("include = [{{ path = {path}, optional = true }}]"))
}

/// The files of ours that settings of cargo include, that of this stash among them even if it is not there.
fn ours(settings: &Path, table: &Table, stash: &Path) -> Vec<PathBuf> {
    let folder = settings.parent().unwrap_or(settings);
    let items = match table.get("include") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(item) => std::slice::from_ref(item),
        None => &[],
    };
    let paths = items.iter().filter_map(|item| item.as_str().or_else(|| item.get("path")?.as_str()));
    let place = |file: &Path| file.parent().and_then(|folder| folder.canonicalize().ok());
    let wanted = place(&stash.join(CARGO_FILE));
    let is_ours = |file: &PathBuf| is_made(file) || (wanted.is_some() && place(file) == wanted);
    paths.map(|path| folder.join(path)).filter(|file| file.ends_with(CARGO_FILE) && is_ours(file)).collect()
}

fn is_made(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.starts_with(CARGO_MARK))
}

/// What the file in the stash says.
fn inner(workspace: &Path, own: &str) -> String {
    let mut out = format!("{CARGO_MARK}\n[build]\nrustc-wrapper = {}\n", quoted(own));
    let before = before(workspace, own);
    if before.as_ref().is_none_or(|other| passes_on(other, own)) {
        out += &format!("rustc-workspace-wrapper = {}\n", quoted(own));
    }
    // What is set further up this file goes over, so it has to come behind.
    let other = configured(workspace, "rustc-wrapper").filter(|other| !is_same(other, Path::new(own)));
    if let Some(other) = other.as_ref().and_then(|other| other.to_str()).filter(|_| before.is_none()) {
        out += &format!("\n[env]\n{OTHER_WRAPPER} = {}\n", quoted(other));
    }
    out
}

/// A wrapper that goes over this file: in a variable, or in the settings that include it. It is called with ours as if that
/// were the compiler.
fn before(workspace: &Path, own: &str) -> Option<OsString> {
    let variable = OTHERS.iter().find_map(|name| crate::session::variable(name).filter(|other| !other.is_empty()));
    let other = variable.or_else(|| value_in(&workspace.join(".cargo"), "rustc-wrapper"));
    other.filter(|other| !is_same(other, Path::new(own)))
}

/// A string of TOML, which JSON's are as well.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether another wrapper calls ours. One that takes nothing but compilers that it knows would break the build.
fn passes_on(other: &OsString, own: &str) -> bool {
    let mut command = Command::new(other);
    command.args([own, "rustc", "-vV"]).stdin(Stdio::null()).stderr(Stdio::null());
    command.output().is_ok_and(|output| output.status.success() && output.stdout.starts_with(b"rustc "))
}

fn wrapper() -> Option<String> {
    std::env::current_exe().ok()?.into_os_string().into_string().ok()
}

fn workspace_of(folder: &Path) -> Option<PathBuf> {
    let mut command = Command::new(program());
    command.args(["locate-project", "--workspace", "--message-format", "plain"]).current_dir(folder);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let manifest = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Path::new(manifest.trim_end()).parent().map(Path::to_owned)
}

fn write(path: &Path, text: &str) -> Result<(), Complaint> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Complaint {
    Complaint::usage(format!("cannot write {}: {error}", shown(path))).code(code::UNWRITABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_are_there_are_kept_and_come_back_as_they_were() {
        for before in ["", "[alias]\nb = \"build\"\n"] {
            let folder = tempfile::tempdir().unwrap();
            let stash = folder.path().join(".scrat");
            let settings = folder.path().join(SETTINGS);
            if !before.is_empty() {
                write(&settings, before).unwrap();
            }
            fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
            for _ in 0..2 {
                let said = set_up_in(folder.path(), &stash, false).unwrap();
                assert!(said.contains("builds as scrat does"), "{said}");
            }
            let text = fs::read_to_string(&settings).unwrap();
            assert!(text.ends_with(before) && text.matches("../.scrat/cargo.toml").count() == 1, "{text}");
            assert!(is_made(&stash.join(CARGO_FILE)));
            #[cfg(unix)]
            assert_eq!(
                std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&stash).unwrap().permissions()) & 0o777,
                0o700
            );
            let made = as_made(folder.path(), &stash).unwrap();
            take_down(&made).unwrap();
            assert_eq!(fs::read_to_string(&settings).unwrap_or_default(), before);
            assert_eq!(settings.parent().unwrap().exists(), !before.is_empty());
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_wrapper_that_calls_nothing_but_compilers_is_given_none_to_call() {
        let folder = tempfile::tempdir().unwrap();
        let (stash, settings) = (folder.path().join(".scrat"), folder.path().join(SETTINGS));
        write(&settings, "[build]\nrustc-wrapper = \"false\"\n").unwrap();
        let said = set_up_in(folder.path(), &stash, false).unwrap();
        assert!(said.contains("nothing but compilers"), "{said}");
        let text = fs::read_to_string(stash.join(CARGO_FILE)).unwrap();
        assert!(text.contains("rustc-wrapper") && !text.contains("rustc-workspace-wrapper"), "{text}");
        assert!(!text.contains("[env]"), "cargo calls it already\n{text}");
    }

    #[test]
    fn settings_with_an_include_of_their_own_stay_and_it_is_told_what_to_add() {
        let folder = tempfile::tempdir().unwrap();
        let (stash, settings) = (folder.path().join("cache"), folder.path().join(SETTINGS));
        fs::create_dir(&stash).unwrap();
        for before in ["include = [\"mine.toml\"]\n", "no toml\n"] {
            write(&settings, before).unwrap();
            let said = set_up_in(folder.path(), &stash, false).unwrap();
            assert!(
                said.contains(r#"add this to it: include = [{ path = "../cache/cargo.toml", optional = true }]"#),
                "{said}"
            );
            assert_eq!(fs::read_to_string(&settings).unwrap(), before);
        }
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(set_up_in(folder.path(), elsewhere.path(), false).unwrap().contains("is not below"));
        assert!(set_up_in(folder.path(), &stash, true).unwrap().contains("shares"));
    }
}
