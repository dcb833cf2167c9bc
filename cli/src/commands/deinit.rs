//! `scrat deinit`: removes the stash and scrat.toml, after asking.

use scrat_engine::{CONFIG_FILE, Filter};

use crate::args::{Common, Sure};
use crate::complaint::{Complaint, code};
use crate::draw::words;
use crate::session::{confirm, current_folder, shown, stash, talk};

pub(crate) fn run(common: &Common, sure: &Sure) -> Result<u8, Complaint> {
    let stash = stash(common)?;
    let nuts = stash.list(&Filter::default())?;
    let bytes = nuts.iter().map(|nut| nut.size).sum();
    let hours = nuts.iter().map(|nut| nut.nanos.unsigned_abs()).sum::<u64>() as f64 / 1e9;
    let root = stash.root().to_owned();
    let question = format!(
        "remove {} with {} ({}, {} of computing)?",
        shown(&root),
        words::count(nuts.len(), "nut"),
        words::bytes(bytes),
        words::seconds(hours)
    );
    if !sure.yes && !confirm(&question) {
        talk("nothing removed");
        return Ok(0);
    }
    drop(stash);
    let cannot = |path: &std::path::Path, error: std::io::Error| {
        Complaint::usage(format!("cannot remove {}: {error}", shown(path))).code(code::UNWRITABLE)
    };
    std::fs::remove_dir_all(&root).map_err(|error| cannot(&root, error))?;
    let file = current_folder().join(CONFIG_FILE);
    let mut removed = shown(&root);
    if file.exists() {
        std::fs::remove_file(&file).map_err(|error| cannot(&file, error))?;
        removed = format!("{removed} and {CONFIG_FILE}");
    }
    talk(format_args!("removed {removed}"));
    Ok(0)
}
