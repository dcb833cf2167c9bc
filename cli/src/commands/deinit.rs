//! `scrat deinit`: removes what `scrat init` made, after asking.

use std::path::{Path, PathBuf};

use scrat_engine::{CONFIG_FILE, Filter, STASH_FOLDER, Stash, StashError};

use crate::args::{Common, Sure};
use crate::complaint::{Complaint, code};
use crate::open::config;
use crate::print::{confirm, talk};
use crate::session::{current_folder, shown};
use crate::words::formats;

pub(crate) fn run(common: &Common, sure: &Sure) -> Result<u8, Complaint> {
    let folder = current_folder();
    let given = config(common, None)?.stash.unwrap_or_else(|| folder.join(STASH_FOLDER));
    let file = folder.join(CONFIG_FILE);
    let settings = Settings::at(&file, &super::init::template(&folder, &given));
    let included = included(&folder, &given);
    let opened = Stash::open(&given);
    if matches!(opened, Err(StashError::Missing { .. })) && (settings == Settings::AsMade || included.is_some()) {
        return tidy_up(&given, (settings == Settings::AsMade).then_some(&*file), included.as_deref(), sure);
    }
    let stash = opened.map_err(|error| match (error, Stash::find(&folder)) {
        // `init` makes a stash here, so one further up is not what is to be removed.
        (StashError::Missing { .. }, Some(above)) if common.stash.is_none() => {
            Complaint::usage(format!("there is no stash in {}", shown(&folder)))
                .hint(format!("the nearest one is {0}: `scrat deinit --stash {0}` removes it", shown(&above)))
        }
        (StashError::Missing { .. }, None) if common.stash.is_none() => {
            Complaint::usage(format!("there is no stash in {}", shown(&folder)))
                .hint("`scrat init` makes one, and so does the first run")
        }
        (error, _) => error.into(),
    })?;
    let nuts = stash.list(&Filter::default())?;
    let bytes = nuts.iter().map(|nut| nut.size).sum();
    let computing = nuts.iter().map(|nut| nut.nanos.unsigned_abs()).sum::<u64>() as f64 / 1e9;
    let root = shown(&given);
    let others = stash.other_things();
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
    if !sure.yes && !confirm(&question)? {
        talk("nothing removed");
        return Ok(0);
    }
    // Through a link the folder is somebody's who put it there.
    let is_link = given.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    let is_gone = stash.dismantle(is_link)?;
    let mut removed = if is_gone { root } else { format!("the stash in {root}") };
    for also in remove_settings((settings == Settings::AsMade).then_some(&*file), included.as_deref())? {
        removed = format!("{removed} and {also}");
    }
    let folder = if is_gone { "" } else { "; the folder stays" };
    talk(format_args!("removed {removed}{folder}"));
    Ok(0)
}

/// Removes what `scrat init` made beside a stash that somebody has removed by hand.
fn tidy_up(stash: &Path, file: Option<&Path>, included: Option<&Path>, sure: &Sure) -> Result<u8, Complaint> {
    let files: Vec<_> =
        file.into_iter().map(shown).chain(included.map(|it| format!("the include in {}", shown(it)))).collect();
    let question = format!("there is no stash at {} any more; remove {}?", shown(stash), files.join(" and "));
    if sure.yes || confirm(&question)? {
        talk(format_args!("removed {}", remove_settings(file, included)?.join(" and ")));
    } else {
        talk("nothing removed");
    }
    Ok(0)
}

/// Removes the settings, and the include among cargo's. Says what was removed.
fn remove_settings(file: Option<&Path>, included: Option<&Path>) -> Result<Vec<String>, Complaint> {
    let mut removed = Vec::new();
    if let Some(file) = file {
        std::fs::remove_file(file).map_err(|error| {
            Complaint::usage(format!("cannot remove {}: {error}", shown(file))).code(code::UNWRITABLE)
        })?;
        removed.push(CONFIG_FILE.to_owned());
    }
    #[cfg(feature = "installed")]
    if let Some(file) = included {
        crate::launch::take_down(file)?;
        removed.push(format!("the include in {}", shown(file)));
    }
    #[cfg(not(feature = "installed"))]
    let _: Option<&Path> = included;
    Ok(removed)
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
    fn at(file: &Path, made: &str) -> Self {
        match std::fs::read_to_string(file) {
            Ok(text) if text.replace("\r\n", "\n") == made.replace("\r\n", "\n") => Self::AsMade,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::None,
            _ => Self::Edited,
        }
    }
}
