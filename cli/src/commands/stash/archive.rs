//! `scrat stash export` and `import`: results in a file, for another stash.

use std::path::Path;

use scrat_engine::{Filter, Stash};
use serde_json::json;

use crate::complaint::Complaint;
use crate::print::{result, talk};
use crate::session::shown;
use crate::words::formats;

pub(super) fn export(stash: &Stash, file: &Path, function: Option<&str>, json: bool) -> Result<u8, Complaint> {
    if file.exists() {
        return Err(Complaint::usage(format!("there is a file at {} already", shown(file)))
            .hint("name another one, or remove it first"));
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

pub(super) fn import(stash: &Stash, file: &Path, json: bool) -> Result<u8, Complaint> {
    let imported = stash.import_from(file)?;
    if json {
        result(json!({"nuts": imported.nuts, "known": imported.known}));
        return Ok(0);
    }
    let known = if imported.known > 0 {
        format!("; {} already there", formats::thousands(imported.known))
    } else {
        String::new()
    };
    talk(format_args!("imported {} into {}{known}", formats::count(imported.nuts, "nut"), shown(stash.root())));
    Ok(0)
}
