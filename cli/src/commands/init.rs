//! `scrat init`: a stash, a commented scrat.toml, and plain cargo through this command.

use scrat_engine::{CONFIG_FILE, STASH_FOLDER, Stash, StashError};

use crate::args::{Common, Init};
use crate::complaint::{Complaint, code};
use crate::open::config;
use crate::print::talk;
use crate::session::{current_folder, shown};

/// What a new scrat.toml says.
const TEMPLATE: &str = include_str!("init.toml");

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
        std::fs::write(&file, TEMPLATE).map_err(|error| {
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
}
