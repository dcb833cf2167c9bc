//! `scrat deinit`: removes what `scrat init` made, after asking.

use std::path::{Path, PathBuf};

use scrat_engine::{CONFIG_FILE, Filter, STASH_FOLDER, Stash};

use crate::args::{Common, Sure};
use crate::complaint::{Complaint, code};
use crate::open::config;
use crate::print::{confirm, talk};
use crate::session::{current_folder, shown};
use crate::words::formats;

/// What `scrat init` writes.
const TEMPLATE: &str = include_str!("init.toml");

pub(crate) fn run(common: &Common, sure: &Sure) -> Result<u8, Complaint> {
    let folder = current_folder();
    let given = config(common, None)?.stash.unwrap_or_else(|| folder.join(STASH_FOLDER));
    let stash = Stash::open(&given).map_err(|error| match (error, Stash::find(&folder)) {
        // `init` makes a stash here, so one further up is not what is to be removed.
        (scrat_engine::StashError::Missing { .. }, Some(above)) if common.stash.is_none() => {
            Complaint::usage(format!("there is no stash in {}", shown(&folder)))
                .hint(format!("the nearest one is {0}: `scrat deinit --stash {0}` removes it", shown(&above)))
        }
        (scrat_engine::StashError::Missing { .. }, None) if common.stash.is_none() => {
            Complaint::usage(format!("there is no stash in {}", shown(&folder)))
                .hint("`scrat init` makes one, and so does the first run")
        }
        (error, _) => error.into(),
    })?;
    let nuts = stash.list(&Filter::default())?;
    let bytes = nuts.iter().map(|nut| nut.size).sum();
    let computing = nuts.iter().map(|nut| nut.nanos.unsigned_abs()).sum::<u64>() as f64 / 1e9;
    let root = shown(&given);
    let file = folder.join(CONFIG_FILE);
    let settings = Settings::at(&file);
    let others = stash.other_things();
    let included = included(&folder, &given);
    let too = match &included {
        Some(file) => format!(", and the include of it in {}", shown(file)),
        None => String::new(),
    };
    let question = format!(
        "remove {root} with {} ({}, {} of computing){}{too}?",
        formats::count(nuts.len(), "nut"),
        formats::bytes(bytes),
        formats::seconds(computing),
        if settings == Settings::AsMade { format!(", and {CONFIG_FILE}") } else { String::new() }
    );
    if settings == Settings::Edited {
        talk(format_args!("{CONFIG_FILE} differs from what `scrat init` writes, and stays"));
    }
    for other in &others {
        talk(format_args!("{} does not belong to scrat, and stays", shown(other)));
    }
    if !sure.yes && !confirm(&question) {
        talk("nothing removed");
        return Ok(0);
    }
    // Through a link the folder is somebody's who put it there.
    let is_link = given.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    let is_gone = stash.dismantle(is_link)?;
    let mut removed = if is_gone { root } else { format!("the stash in {root}") };
    if settings == Settings::AsMade {
        std::fs::remove_file(&file).map_err(|error| {
            Complaint::usage(format!("cannot remove {}: {error}", shown(&file))).code(code::UNWRITABLE)
        })?;
        removed = format!("{removed} and {CONFIG_FILE}");
    }
    #[cfg(feature = "installed")]
    if let Some(file) = &included {
        crate::launch::take_down(file)?;
        removed = format!("{removed} and the include in {}", shown(file));
    }
    let folder = if is_gone { "" } else { "; the folder stays" };
    talk(format_args!("removed {removed}{folder}"));
    Ok(0)
}

/// The settings of cargo's that have the line about this stash which `scrat init` wrote.
#[cfg(feature = "installed")]
fn included(folder: &Path, stash: &Path) -> Option<PathBuf> {
    crate::launch::as_made(folder, stash)
}

#[cfg(not(feature = "installed"))]
fn included(_: &Path, _: &Path) -> Option<PathBuf> {
    None
}

/// The scrat.toml beside the stash.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settings {
    None,
    AsMade,
    Edited,
}

impl Settings {
    fn at(file: &Path) -> Self {
        match std::fs::read_to_string(file) {
            Ok(text) if text.replace("\r\n", "\n") == TEMPLATE.replace("\r\n", "\n") => Self::AsMade,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::None,
            _ => Self::Edited,
        }
    }
}
