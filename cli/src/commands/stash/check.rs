//! `scrat stash check`: whether everything in the stash is what was stored, and making its index again.

use std::path::Path;

use scrat_engine::{Checked, Flaw, FlawKind, Rebuilt, Stash};
use serde_json::json;

use super::table::plain_table;
use crate::complaint::{Complaint, code};
use crate::print::{result, talk};
use crate::session::shown;
use crate::words::formats;

pub(super) fn run(root: &Path, rebuild: bool, json: bool) -> Result<u8, Complaint> {
    let rebuilt = rebuild.then(|| Stash::rebuild(root)).transpose()?;
    let checked = Stash::open(root)?.check()?;
    if json {
        result(as_json(&checked, rebuilt.as_ref()));
    } else {
        if let Some(rebuilt) = &rebuilt {
            tell_rebuilt(root, rebuilt);
        }
        tell(&checked);
    }
    Ok(if checked.is_sound() { 0 } else { code::DAMAGED })
}

fn tell_rebuilt(root: &Path, rebuilt: &Rebuilt) {
    talk(format_args!("rebuilt the index of {}, with {}", shown(root), formats::count(rebuilt.nuts, "nut")));
    if rebuilt.without_bytes > 0 {
        talk(format_args!("left out {}, whose bytes are gone", formats::count(rebuilt.without_bytes, "nut")));
    }
    if rebuilt.damaged_bytes > 0 {
        talk(format_args!("skipped {} of damaged records", formats::bytes(rebuilt.damaged_bytes)));
    }
    if rebuilt.unknown_records > 0 {
        let number = formats::count(rebuilt.unknown_records, "record");
        talk(format_args!("skipped {number} of a newer scrat, which this one cannot read"));
    }
}

fn tell(checked: &Checked) {
    let number = formats::count(checked.nuts, "nut");
    let read = format!("{} on disk", formats::bytes(checked.bytes));
    if checked.flaws.is_empty() {
        result(format_args!("{number} checked ({read}): all are as they were stored"));
    } else {
        let mut table = plain_table(&["key", "function", "what is wrong"]);
        for flaw in &checked.flaws {
            table.add_row(vec![flaw.key.short(), crate::words::reasons::short(&flaw.function), word(flaw).to_owned()]);
        }
        result(table.trim_fmt());
        result(format_args!("{number} checked ({read}): {}", formats::count(checked.flaws.len(), "flaw")));
        talk("damaged results are computed again when they are needed; nothing else is affected");
    }
    if checked.unused_files > 0 {
        let files = formats::count(checked.unused_files, "file");
        talk(format_args!(
            "{files} ({}) belong to no nut, left behind by an interruption",
            formats::bytes(checked.unused_bytes)
        ));
    }
    tell_index(checked);
    if checked.damaged_record_bytes > 0 || checked.without_record > 0 {
        talk("some records are damaged or missing; `scrat stash check --rebuild` writes them again");
    }
}

/// What is wrong with the index itself.
fn tell_index(checked: &Checked) {
    for fault in &checked.index_faults {
        talk(format_args!("SQLite says of the index: {fault}"));
    }
    if checked.damaged_routes > 0 {
        let routes = formats::thousands(checked.damaged_routes);
        talk(format_args!("damaged routes from a step to its result, which are not taken: {routes}"));
    }
    let has_flaw = checked.flaws.iter().any(|flaw| flaw.kind == FlawKind::Entry);
    if has_flaw || checked.damaged_routes > 0 || !checked.index_faults.is_empty() {
        talk("the index is damaged; `scrat stash check --rebuild` makes it again, with every result that it had");
    }
}

fn word(flaw: &Flaw) -> &'static str {
    match flaw.kind {
        FlawKind::Missing => "its bytes are gone",
        FlawKind::Entry => "its entry in the index is damaged",
        _ => "its bytes are damaged",
    }
}

fn as_json(checked: &Checked, rebuilt: Option<&Rebuilt>) -> serde_json::Value {
    let flaws = checked.flaws.iter().map(|flaw| {
        let what = match flaw.kind {
            FlawKind::Missing => "missing",
            FlawKind::Entry => "entry",
            _ => "damaged",
        };
        json!({
            "key": flaw.key.to_string(), "function": flaw.function, "what": what, "digest": flaw.digest.to_string(),
        })
    });
    json!({
        "nuts": checked.nuts, "bytes": checked.bytes, "flaws": flaws.collect::<Vec<_>>(),
        "unused_files": checked.unused_files, "unused_bytes": checked.unused_bytes,
        "damaged_record_bytes": checked.damaged_record_bytes, "without_record": checked.without_record,
        "index_faults": checked.index_faults, "damaged_routes": checked.damaged_routes,
        "rebuilt": rebuilt.map(|rebuilt| json!({
            "nuts": rebuilt.nuts, "without_bytes": rebuilt.without_bytes, "damaged_record_bytes": rebuilt.damaged_bytes,
            "unknown_records": rebuilt.unknown_records,
        })),
    })
}
