//! `scrat stash export` and `import`: results in a file, for another stash.

use std::path::Path;

use scrat_engine::{Config, Filter, Stash, leads_into};
use serde_json::json;

use super::limits_of_functions;
use crate::complaint::Complaint;
use crate::print::{result, talk};
use crate::session::shown;
use crate::words::formats;

pub(super) fn export(stash: &Stash, file: &Path, function: Option<&str>, json: bool) -> Result<u8, Complaint> {
    if file.exists() {
        return Err(Complaint::usage(format!("there is a file at {} already", shown(file)))
            .hint("name another one, or remove it first"));
    }
    if leads_into(file, stash.root()) {
        return Err(Complaint::usage(format!("the archive would go to {}, which is in the stash", shown(file)))
            .hint("write it to a file of its own"));
    }
    let filter = function.map_or(Filter::All, |name| Filter::Ending(name.to_owned()));
    if let Some(name) = function
        && stash.list(&filter)?.is_empty()
    {
        return Err(Complaint::usage(format!("the stash has no results of `{name}`"))
            .hint("`scrat stash list` shows the functions"));
    }
    let archived = stash.export_to(&filter, file)?;
    if json {
        result(json!({"nuts": archived.nuts, "bytes": archived.bytes, "left_out": archived.left_out}));
        return Ok(0);
    }
    let (number, bytes) = (formats::count(archived.nuts, "nut"), formats::bytes(archived.bytes));
    talk(format_args!("exported {number} to {} ({bytes})", shown(file)));
    if archived.left_out > 0 {
        let number = formats::count(archived.left_out, "nut");
        talk(format_args!("left out {number}, whose bytes are damaged or gone; `scrat stash check` shows which"));
    }
    Ok(0)
}

pub(super) fn import(stash: &Stash, config: &Config, file: &Path, json: bool) -> Result<u8, Complaint> {
    let imported = stash.import_from(file)?;
    let over = stash.over_limits(config.limits.stash, &limits_of_functions(config))?;
    let removed = stash.evict(&over)?;
    if json {
        result(json!({"nuts": imported.nuts, "known": imported.known, "removed": removed.nuts}));
        return Ok(0);
    }
    let known = if imported.known > 0 {
        format!("; {} already there", formats::thousands(imported.known))
    } else {
        String::new()
    };
    talk(format_args!("imported {} into {}{known}", formats::count(imported.nuts, "nut"), shown(stash.root())));
    if removed.nuts > 0 {
        let (number, bytes) = (formats::count(removed.nuts, "nut"), formats::bytes(removed.bytes));
        talk(format_args!("removed {number} ({bytes}) that were over a limit; `scrat.toml` sets how much is kept"));
    }
    Ok(0)
}
