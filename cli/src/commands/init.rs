//! `scrat init`: a stash, a commented scrat.toml, and plain cargo through this command.

use std::path::Path;

use scrat_engine::{CONFIG_FILE, STASH_FOLDER, Stash, StashError};

use crate::args::{Common, Init};
use crate::complaint::{Complaint, code};
use crate::open::config;
use crate::print::talk;
use crate::session::{current_folder, shown};

/// What a new scrat.toml says, but for where the stash is.
const TEMPLATE: &str = include_str!("init.toml");

/// What a scrat.toml in a folder says that `scrat init` has made for the stash at `root`.
pub(super) fn template(folder: &Path, root: &Path) -> String {
    const PLACE: &str = "# stash.path = \".scrat\"";
    let root = if root.is_absolute() { root.to_owned() } else { folder.join(root) };
    let place = root.strip_prefix(folder).unwrap_or(&root);
    match place.to_str() {
        // The texts of JSON are texts of TOML.
        Some(place) if Path::new(place) != Path::new(STASH_FOLDER) => {
            TEMPLATE.replace(PLACE, &format!("stash.path = {}", serde_json::Value::from(place)))
        }
        _ => TEMPLATE.to_owned(),
    }
}

pub(crate) fn run(common: &Common, args: &Init) -> Result<u8, Complaint> {
    let folder = current_folder();
    let root = config(common, None)?.stash.unwrap_or_else(|| folder.join(STASH_FOLDER));
    let say = |text: String| {
        if !common.quiet {
            talk(text);
        }
    };
    let mut shared = args.shared;
    match Stash::open(&root) {
        Ok(stash) => {
            shared |= stash.is_shared();
            say(format!("there is already a stash in {}", shown(&root)));
        }
        Err(StashError::Missing { .. }) => {
            drop(Stash::create(&root)?);
            say(format!("made a stash in {}", shown(&root)));
        }
        Err(error) => return Err(error.into()),
    }
    if args.shared {
        Stash::share(&root)?;
        say(format!("shared {} with the group of its folder", shown(&root)));
    }
    let file = folder.join(CONFIG_FILE);
    if file.exists() {
        say(format!("{CONFIG_FILE} already exists, and stays as it is"));
    } else {
        let written = std::fs::write(&file, template(&folder, &root)).and_then(|()| open_to_group(&file, shared));
        written.map_err(|error| {
            Complaint::usage(format!("cannot write {}: {error}", shown(&file))).code(code::UNWRITABLE)
        })?;
        say(format!("wrote {}", shown(&file)));
    }
    #[cfg(feature = "installed")]
    if let Some(said) = crate::launch::set_up(&folder, &root, shared)? {
        say(said);
    }
    #[cfg(not(feature = "installed"))]
    let _: bool = shared;
    Ok(0)
}

/// Lets the group of a shared stash read the settings beside it, whatever the umask is.
#[cfg(unix)]
fn open_to_group(file: &Path, shared: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    const READ: u32 = 0o040;
    if !shared {
        return Ok(());
    }
    let mode = std::fs::metadata(file)?.permissions().mode();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode | READ))
}

#[cfg(not(unix))]
fn open_to_group(_: &Path, _: bool) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_sets_nothing_and_its_examples_are_valid() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scrat.toml"), super::TEMPLATE).unwrap();
        let set = |text: &str| {
            std::fs::write(folder.path().join("scrat.toml"), text).unwrap();
            scrat_engine::Config::load(folder.path()).unwrap()
        };
        assert_eq!(set(super::TEMPLATE), set(""));
        let examples: String = super::TEMPLATE
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = "))
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(set(&examples).jobs, Some(4));
    }

    #[test]
    fn a_stash_elsewhere_is_named_in_the_settings() {
        let here = std::path::Path::new("/here");
        let named = |root: &str| super::template(here, std::path::Path::new(root));
        assert_eq!(named("/here/.scrat"), super::TEMPLATE);
        assert_eq!(named(".scrat"), super::TEMPLATE);
        assert!(named("/here/cache/nuts").contains("\nstash.path = \"cache/nuts\"\n"));
        assert!(named("/there/a \"b\"").contains("\nstash.path = \"/there/a \\\"b\\\"\"\n"));
    }
}
