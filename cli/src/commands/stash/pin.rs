//! `scrat stash pin` and `unpin`: nuts that are never evicted.

use scrat_engine::Stash;
use serde_json::json;

use super::meant;
use crate::complaint::Complaint;
use crate::print::{result, talk};
use crate::words::formats;

pub(super) fn pin(stash: &Stash, nuts: &[String], json: bool) -> Result<u8, Complaint> {
    let keys = keys(stash, nuts)?;
    let pinned = stash.pin(&keys)?;
    if json {
        result(json!({"pinned": pinned}));
        return Ok(0);
    }
    talk(format_args!("pinned {}{}", formats::count(pinned, "nut"), others(keys.len() - pinned, "pinned already")));
    Ok(0)
}

pub(super) fn unpin(stash: &Stash, nuts: &[String], json: bool) -> Result<u8, Complaint> {
    let keys = keys(stash, nuts)?;
    let unpinned = stash.unpin(&keys)?;
    if json {
        result(json!({"unpinned": unpinned}));
        return Ok(0);
    }
    talk(format_args!("unpinned {}{}", formats::count(unpinned, "nut"), others(keys.len() - unpinned, "not pinned")));
    Ok(0)
}

fn others(number: usize, what: &str) -> String {
    match number {
        0 => String::new(),
        1 => format!("; 1 nut was {what}"),
        _ => format!("; {} were {what}", formats::count(number, "nut")),
    }
}

/// The nuts that the words mean, each once.
fn keys(stash: &Stash, nuts: &[String]) -> Result<Vec<scrat_engine::Digest>, Complaint> {
    let mut keys = Vec::new();
    for nuts in nuts {
        keys.extend(meant(stash, nuts)?.into_iter().map(|nut| nut.key));
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}
