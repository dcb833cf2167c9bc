//! `scrat stash check`: whether everything in the stash is what was stored, and making its index again.

use std::path::Path;

use scrat_engine::{Checked, Flaw, FlawKind, Rebuilt, Repaired, Sample, Stash};
use serde_json::json;

use super::table::plain_table;
use crate::complaint::{Complaint, code};
use crate::print::{result, talk};
use crate::session::shown;
use crate::words::formats;

pub(super) fn run(root: &Path, rebuild: bool, repair: bool, sample: Option<f64>, json: bool) -> Result<u8, Complaint> {
    let repaired = repair.then(|| Stash::repair(root)).transpose()?;
    let rebuilt = match &repaired {
        Some(repaired) => repaired.rebuilt,
        None => rebuild.then(|| Stash::rebuild(root)).transpose()?,
    };
    let sample = sample.map_or_else(Sample::all, Sample::of);
    let checked = Stash::open(root)?.check_sample(&sample)?;
    if json {
        result(as_json(&checked, rebuilt.as_ref(), repaired.as_ref()));
    } else {
        if let Some(rebuilt) = &rebuilt {
            tell_rebuilt(root, rebuilt);
        }
        if let Some(repaired) = &repaired {
            tell_repaired(repaired);
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

fn tell_repaired(repaired: &Repaired) {
    if repaired.set_aside > 0 {
        let number = formats::count(repaired.set_aside, "nut");
        talk(format_args!("set aside {number}, whose bytes are damaged or gone, to be computed again when needed"));
    }
    if repaired.damaged_files > 0 {
        let files = formats::count(repaired.damaged_files, "damaged file");
        talk(format_args!("moved {files} to damaged/; `scrat stash gc` removes what is there"));
    }
    if repaired.leftovers.files > 0 {
        let (files, bytes) =
            (formats::count(repaired.leftovers.files, "file"), formats::bytes(repaired.leftovers.bytes));
        talk(format_args!("removed {files} ({bytes}) left behind by interruptions"));
    }
    if *repaired == Repaired::default() {
        talk("nothing to repair");
    }
}

fn tell(checked: &Checked) {
    let number = formats::count(checked.nuts, "nut");
    let read = format!("{} read", formats::bytes(checked.bytes));
    if checked.flaws.is_empty() && !checked.index_faults.is_empty() {
        result(format_args!("{number} checked ({read}), as far as the index can be read"));
    } else if checked.flaws.is_empty() {
        result(format_args!("{number} checked ({read}): all are as they were stored"));
    } else {
        let mut table = plain_table(&["key", "function", "what is wrong"]);
        for flaw in &checked.flaws {
            table.add_row(vec![flaw.key.short(), crate::words::reasons::short(&flaw.function), word(flaw).to_owned()]);
        }
        result(table.trim_fmt());
        result(format_args!("{number} checked ({read}): {}", formats::count(checked.flaws.len(), "flaw")));
        talk("damaged results are computed again when they are needed; `scrat stash check --repair` sets them aside");
    }
    if checked.unused_files > 0 {
        let files = formats::count(checked.unused_files, "file");
        let bytes = formats::bytes(checked.unused_bytes);
        talk(format_args!(
            "{files} ({bytes}) of no nut, left over from work that did not end; `scrat stash gc` removes such"
        ));
    }
    if checked.only_in_records > 0 {
        let number = formats::count(checked.only_in_records, "nut");
        talk(format_args!("{number} can be had again from the records; `scrat stash check --repair` takes them in"));
    }
    tell_index(checked);
    if checked.damaged_record_bytes > 0 || checked.without_record > 0 {
        talk("some records are damaged or missing; `scrat stash check --repair` writes them again");
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
        talk("the index is damaged; `scrat stash check --repair` makes it again, with every result that it had");
    }
}

fn word(flaw: &Flaw) -> &'static str {
    match flaw.kind {
        FlawKind::Missing => "its bytes are gone",
        FlawKind::Entry => "its entry in the index is damaged",
        _ => "its bytes are damaged",
    }
}

fn as_json(checked: &Checked, rebuilt: Option<&Rebuilt>, repaired: Option<&Repaired>) -> serde_json::Value {
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
        "only_in_records": checked.only_in_records,
        "repaired": repaired.map(|repaired| json!({
            "set_aside": repaired.set_aside, "damaged_files": repaired.damaged_files, "leftover_files": repaired.leftovers.files,
            "leftover_bytes": repaired.leftovers.bytes,
        })),
        "rebuilt": rebuilt.map(|rebuilt| json!({
            "nuts": rebuilt.nuts, "without_bytes": rebuilt.without_bytes, "damaged_record_bytes": rebuilt.damaged_bytes,
            "unknown_records": rebuilt.unknown_records,
        })),
    })
}
