//! `scrat stash`: looks into the stash, and cleans it.

use std::collections::BTreeSet;

use comfy_table::{CellAlignment, Table, presets};
use scrat_engine::{Filter, NutInfo, Stash};
use serde_json::json;

use crate::args::{Common, Format, StashCommand, Sure};
use crate::complaint::Complaint;
use crate::draw::words;
use crate::session::{confirm, result, shown, stash, talk};
use crate::words::time;

pub(crate) fn run(common: &Common, command: &StashCommand) -> Result<u8, Complaint> {
    let stash = stash(common)?;
    let json = common.format == Some(Format::Json);
    match command {
        StashCommand::List { function } => list(&stash, function.clone(), json),
        StashCommand::Show { key } => show(&stash, key, json),
        StashCommand::Delete { nuts, sure } => delete(&stash, nuts, sure),
        StashCommand::Clear(sure) => clear(&stash, sure),
        StashCommand::Stats => stats(&stash, json),
    }
}

fn list(stash: &Stash, function: Option<String>, json: bool) -> Result<u8, Complaint> {
    let nuts = stash.list(&function.clone().map_or(Filter::All, Filter::Ending))?;
    if json {
        nuts.iter().for_each(|nut| result(as_json(nut)));
        return Ok(0);
    }
    if nuts.is_empty() {
        talk(match function {
            Some(function) => format!("no nuts of `{function}` in {}", shown(stash.root())),
            None => format!("no nuts in {}", shown(stash.root())),
        });
        return Ok(0);
    }
    let mut table = plain_table(&["key", "function", "arguments", "size", "took", "uses", "stored"]);
    for nut in &nuts {
        table.add_row(vec![
            nut.key.short(),
            crate::words::short(&nut.function).to_owned(),
            words::fit(&arguments(nut), 40),
            words::bytes(nut.size),
            words::seconds(nut.nanos as f64 / 1e9),
            nut.uses.to_string(),
            time(nut.created),
        ]);
    }
    align_right(&mut table, &[3, 4, 5]);
    result(table.trim_fmt());
    Ok(0)
}

fn show(stash: &Stash, key: &str, json: bool) -> Result<u8, Complaint> {
    let nut = one(stash, key)?;
    if json {
        result(as_json(&nut));
        return Ok(0);
    }
    let mut rows = vec![
        ("key", nut.key.to_string()),
        ("function", nut.function.clone()),
        ("fingerprint", nut.fingerprint.to_string()),
        ("value", format!("{} ({})", nut.digest, words::bytes(nut.size))),
        ("took", words::seconds(nut.nanos as f64 / 1e9)),
        ("stored", time(nut.created)),
        ("last used", time(nut.used)),
        ("uses", nut.uses.to_string()),
    ];
    rows.extend(nut.arguments.iter().map(|(name, short)| ("argument", format!("{name} = {short}"))));
    for (name, value) in rows {
        result(format_args!("{name:<12} {value}"));
    }
    Ok(0)
}

/// The nut whose key begins like this.
fn one(stash: &Stash, key: &str) -> Result<NutInfo, Complaint> {
    let complaint = |text: String| Complaint::usage(text).hint("`scrat stash list` shows the keys");
    let key = key.to_ascii_lowercase();
    if key.is_empty() || !key.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(complaint(format!("`{key}` is no beginning of a key")));
    }
    let mut nuts = stash.list(&Filter::Key(key.clone()))?;
    match nuts.len() {
        1 => Ok(nuts.remove(0)),
        0 => Err(complaint(format!("no key begins with `{key}`"))),
        count => Err(complaint(format!("{count} keys begin with `{key}`"))),
    }
}

fn delete(stash: &Stash, nuts: &str, sure: &Sure) -> Result<u8, Complaint> {
    remove(stash, &meant(stash, nuts)?, sure)
}

/// The nuts of one function, or the one whose key begins like this. What may mean several things means none.
fn meant(stash: &Stash, nuts: &str) -> Result<Vec<NutInfo>, Complaint> {
    let exact = stash.list(&Filter::Function(nuts.to_owned()))?;
    if !exact.is_empty() {
        return Ok(exact);
    }
    let ending = stash.list(&Filter::Ending(nuts.to_owned()))?;
    let keyed = if nuts.is_empty() { Vec::new() } else { stash.list(&Filter::Key(nuts.to_owned()))? };
    let functions: BTreeSet<_> = ending.iter().map(|nut| nut.function.as_str()).collect();
    let functions: Vec<_> = functions.into_iter().collect();
    match (&functions[..], &keyed[..]) {
        ([], [_]) => Ok(keyed),
        ([_], []) => Ok(ending),
        ([], []) => Err(Complaint::usage(format!("there is no function and no key `{nuts}` in the stash"))
            .hint("`scrat stash list` shows both")),
        ([], _) => Err(Complaint::usage(format!("{} keys begin with `{nuts}`", keyed.len()))
            .hint("type more digits; `scrat stash list` shows the keys")),
        ([function], _) => Err(Complaint::usage(format!("`{nuts}` is the function {function} and the start of a key"))
            .hint("name the function in full, or type more digits of the key")),
        _ => Err(Complaint::usage(format!("`{nuts}` may be one of {} functions", functions.len()))
            .hint(format!("delete those of one: {}", functions.join(", ")))),
    }
}

fn clear(stash: &Stash, sure: &Sure) -> Result<u8, Complaint> {
    remove(stash, &stash.list(&Filter::All)?, sure)
}

/// Removes the nuts that were asked about, and none that was stored in the meantime.
fn remove(stash: &Stash, found: &[NutInfo], sure: &Sure) -> Result<u8, Complaint> {
    if found.is_empty() {
        talk("nothing to delete");
        return Ok(0);
    }
    let nanos: u64 = found.iter().map(|nut| nut.nanos.unsigned_abs()).sum();
    let bytes = found.iter().map(|nut| nut.size).sum();
    let question = format!(
        "delete {} ({}, {} of computing)?",
        words::count(found.len(), "nut"),
        words::bytes(bytes),
        words::seconds(nanos as f64 / 1e9)
    );
    if !sure.yes && !confirm(&question) {
        talk("nothing deleted");
        return Ok(0);
    }
    let keys: Vec<_> = found.iter().map(|nut| nut.key).collect();
    let removed = stash.remove_keys(&keys)?;
    talk(format_args!("deleted {} ({})", words::count(removed.nuts, "nut"), words::bytes(removed.bytes)));
    Ok(0)
}

fn stats(stash: &Stash, json: bool) -> Result<u8, Complaint> {
    let totals = stash.totals()?;
    if json {
        for function in &totals {
            result(json!({
                "function": function.function, "nuts": function.nuts, "bytes": function.bytes, "hits": function.hits,
                "misses": function.misses, "saved_seconds": function.saved_nanos as f64 / 1e9,
            }));
        }
        return Ok(0);
    }
    let mut table = plain_table(&["function", "nuts", "size", "hits", "misses", "time saved"]);
    let mut sum = scrat_engine::FunctionTotals { function: "all".to_owned(), ..Default::default() };
    for function in &totals {
        sum.nuts += function.nuts;
        sum.bytes += function.bytes;
        sum.hits += function.hits;
        sum.misses += function.misses;
        sum.saved_nanos += function.saved_nanos;
    }
    for function in totals.iter().chain([&sum]) {
        table.add_row(vec![
            function.function.clone(),
            words::thousands(function.nuts),
            words::bytes(function.bytes),
            function.hits.to_string(),
            function.misses.to_string(),
            words::seconds(function.saved_nanos as f64 / 1e9),
        ]);
    }
    align_right(&mut table, &[1, 2, 3, 4, 5]);
    result(table.trim_fmt());
    Ok(0)
}

fn plain_table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(head.to_vec());
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

fn align_right(table: &mut Table, columns: &[usize]) {
    for &column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn arguments(nut: &NutInfo) -> String {
    nut.arguments.iter().map(|(name, short)| format!("{name}={short}")).collect::<Vec<_>>().join(" ")
}

fn as_json(nut: &NutInfo) -> serde_json::Value {
    json!({
        "key": nut.key.to_string(), "function": nut.function, "fingerprint": nut.fingerprint.to_string(),
        "arguments": nut.arguments.iter().map(|(name, short)| json!({"name": name, "short": short})).collect::<Vec<_>>(),
        "digest": nut.digest.to_string(), "bytes": nut.size, "seconds": nut.nanos as f64 / 1e9,
        "created_unix_nanos": nut.created, "used_unix_nanos": nut.used, "uses": nut.uses,
    })
}
