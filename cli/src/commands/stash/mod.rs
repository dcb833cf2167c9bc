//! `scrat stash`: looks into the stash, and cleans it.

mod archive;
mod check;
mod gc;
mod judge;
mod pin;
mod rerun;
mod table;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use scrat_engine::{Config, Filter, Leftovers, Limit, NutInfo, Preview, Removed, Shown, Stash, brief, functions};
use serde_json::json;

use crate::args::{Asked, Common, Format, StashCommand, Sure};
use crate::complaint::Complaint;
use crate::look;
use crate::open::{config, stash, stash_folder};
use crate::print::{confirm, result, talk};
use crate::session::shown;
use crate::words::formats;
use crate::words::reasons::time;
use crate::words::wrap::wrapped;
use judge::{Known, Verdict};
use table::{align_right, plain_table};

pub(crate) fn run(common: &Common, command: &StashCommand) -> Result<u8, Complaint> {
    if let StashCommand::Known = command {
        judge::own().iter().for_each(result);
        return Ok(0);
    }
    let json = common.format == Some(Format::Json);
    if let StashCommand::Rerun { share } = command {
        return rerun::own(common, *share);
    }
    if let StashCommand::Check { rerun: Some(share), asked, .. } = command {
        return rerun::run(common, *share, asked.dev, json);
    }
    if let StashCommand::Check { rebuild, repair, sample, .. } = command {
        return check::run(&stash_folder(common)?, *rebuild, *repair, *sample, json);
    }
    let stash = stash(common)?;
    match command {
        StashCommand::List { function, stale, asked } => list(&stash, function.clone(), *stale, asked, json),
        StashCommand::Show { key } => show(&stash, key, json),
        StashCommand::Delete { nuts, sure } => delete(&stash, nuts, sure, json),
        StashCommand::Clear(sure) => clear(&stash, sure, json),
        StashCommand::Stats => stats(&stash, json),
        StashCommand::Prune { dry_run, sure, asked } => prune(&stash, *dry_run, sure, asked, json),
        StashCommand::Export { file, function } => archive::export(&stash, file, function.as_deref(), json),
        StashCommand::Import { file } => archive::import(&stash, &config(common, None)?, file, json),
        StashCommand::Gc { max_size, dry_run, sure } => {
            gc::run(&stash, &config(common, None)?, *max_size, *dry_run, sure, json)
        }
        StashCommand::Pin { nuts } => pin::pin(&stash, nuts, json),
        StashCommand::Unpin { nuts } => pin::unpin(&stash, nuts, json),
        StashCommand::Value { key } => value::answer(&stash, &one(&stash, key)?),
        StashCommand::Check { .. } | StashCommand::Rerun { .. } | StashCommand::Known => Ok(0),
    }
}

fn list(stash: &Stash, function: Option<String>, stale: bool, asked: &Asked, json: bool) -> Result<u8, Complaint> {
    let filter = function.clone().map_or(Filter::All, Filter::Ending);
    let known = stale.then(|| Known::ask(asked.dev)).transpose()?;
    let verdict = |nut: &NutInfo| known.as_ref().map(|known| known.verdict(nut));
    let mut listing = Listing::new(stale);
    let damaged = stash.each(&filter, |nut| match verdict(&nut) {
        Some(verdict) if !verdict.is_stale() => {}
        verdict if json => {
            let mut line = as_json(&nut);
            if let Some(verdict) = verdict {
                line["stale"] = verdict.word().into();
            }
            result(line);
        }
        verdict => listing.add(&nut, verdict.map(Verdict::word)),
    })?;
    if !json && listing.is_empty() {
        let sort = if stale { "stale nuts" } else { "nuts" };
        talk(match function {
            Some(function) => format!("no {sort} of `{function}` in {}", shown(stash.root())),
            None => format!("no {sort} in {}", shown(stash.root())),
        });
    }
    listing.print();
    if damaged > 0 {
        let rows = formats::count(damaged, "row");
        talk(format_args!("left out {rows} of the index as damaged; `scrat stash check` says more"));
    }
    Ok(0)
}

/// Nuts as a table, which is printed in pieces: there may be millions.
struct Listing {
    stale: bool,
    rows: Vec<Vec<String>>,
    printed: usize,
}

impl Listing {
    /// So many rows have one head, and columns of one width.
    const PIECE: usize = 1_000;
    /// The column that is left out where nothing is pinned.
    const PINNED: usize = 7;

    fn new(stale: bool) -> Self {
        Self { stale, rows: Vec::new(), printed: 0 }
    }

    fn add(&mut self, nut: &NutInfo, verdict: Option<&str>) {
        let mut row = vec![
            nut.key.short(),
            crate::words::reasons::short(&nut.function),
            formats::fit(&arguments(nut), 40),
            formats::bytes(nut.size),
            formats::seconds(nut.nanos as f64 / 1e9),
            nut.uses.to_string(),
            time(nut.created),
        ];
        row.push(if nut.pinned { "pinned".to_owned() } else { String::new() });
        row.extend(verdict.map(str::to_owned));
        self.rows.push(row);
        if self.rows.len() == Self::PIECE {
            self.print();
        }
    }

    fn is_empty(&self) -> bool {
        self.printed == 0 && self.rows.is_empty()
    }

    /// Prints what has not been printed yet.
    fn print(&mut self) {
        if self.rows.is_empty() {
            return;
        }
        let mut head = vec!["key", "function", "arguments", "size", "took", "uses", "stored", "pinned"];
        head.extend(self.stale.then_some("why stale"));
        if self.rows.iter().all(|row| row[Self::PINNED].is_empty()) {
            head.remove(Self::PINNED);
            self.rows.iter_mut().for_each(|row| drop(row.remove(Self::PINNED)));
        }
        let mut table = plain_table(&head);
        self.printed += self.rows.len();
        table.add_rows(std::mem::take(&mut self.rows));
        align_right(&mut table, &[3, 4, 5]);
        result(table.trim_fmt());
    }
}

fn show(stash: &Stash, key: &str, json: bool) -> Result<u8, Complaint> {
    let nut = one(stash, key)?;
    let shown = value::of(stash, &nut);
    if json {
        let (value, why) = match &shown {
            Ok(shown) => (shown.json.as_deref().unwrap_or("null"), None),
            Err(why) => ("null", Some(why)),
        };
        let mut line = as_json(&nut);
        line["value_missing"] = json!(why);
        // As it is: a number of 128 bits would not survive being read and written again.
        let line = line.to_string();
        result(format_args!("{},\"value\":{value}}}", line.strip_suffix('}').unwrap_or(&line)));
        return Ok(0);
    }
    let mut rows = vec![
        ("key", nut.key.to_string()),
        ("function", formats::name(&nut.function)),
        ("fingerprint", nut.fingerprint.to_string()),
        ("digest", nut.digest.to_string()),
        ("size", formats::bytes(nut.size)),
        ("took", formats::seconds(nut.nanos as f64 / 1e9)),
        ("stored", time(nut.created)),
        ("last used", time(nut.used)),
        ("uses", nut.uses.to_string()),
    ];
    rows.extend(nut.pinned.then(|| ("pinned", "never evicted".to_owned())));
    rows.extend(nut.arguments.iter().map(|(name, text)| ("argument", formats::one_line(&format!("{name} = {text}")))));
    let fits =
        |preview: &Preview| !preview.text.contains('\n') && preview.text.len() <= 80 && preview.picture.is_none();
    match &shown {
        Ok(shown) if fits(&shown.preview) => rows.push(("value", look::text(&shown.preview))),
        Ok(_) => {}
        Err(why) => rows.push(("value", format!("not shown: {why}"))),
    }
    for (name, value) in rows {
        result(format_args!("{name:<12} {value}"));
    }
    if let Ok(Shown { preview, .. }) = shown
        && !fits(&preview)
    {
        result("");
        look::print(&preview);
        if preview.cut {
            talk("that is the beginning; `--format json` prints all of it");
        }
    }
    Ok(0)
}

/// Deletes what no program finds any more as it is now, after saying what that is.
fn prune(stash: &Stash, dry_run: bool, sure: &Sure, asked: &Asked, json: bool) -> Result<u8, Complaint> {
    let known = Known::ask(asked.dev)?;
    let nuts = stash.list(&Filter::default())?;
    let (stale, kept): (Vec<_>, Vec<_>) = nuts.into_iter().partition(|nut| known.verdict(nut).is_stale());
    let mut functions: BTreeMap<(&str, Verdict), Vec<&NutInfo>> = BTreeMap::new();
    for nut in &stale {
        functions.entry((&nut.function, known.verdict(nut))).or_default().push(nut);
    }
    let unknown = kept.iter().filter(|nut| known.verdict(nut) == Verdict::Unknown);
    let unknown: BTreeSet<&str> = unknown.map(|nut| nut.function.as_str()).collect();
    if json {
        let row = |((function, verdict), nuts): (&(&str, Verdict), &Vec<&NutInfo>)| {
            json!({
                "function": function, "why": verdict.word(), "nuts": nuts.len(), "bytes": size(nuts.iter().copied()),
                "seconds": computing(nuts.iter().copied()),
            })
        };
        let removed = if dry_run { 0 } else { removal(stash, &stale, sure, true)?.nuts };
        result(json!({
            "judged_by": known.programs, "stale": functions.iter().map(row).collect::<Vec<_>>(), "not_judged": unknown,
            "removed": removed,
        }));
        return Ok(0);
    }
    let judges = known.judges.join(", ");
    if stale.is_empty() {
        talk(format_args!("nothing to prune: every nut that {judges} can judge is of current code"));
    } else {
        let mut table = plain_table(&["function", "why", "nuts", "size", "to compute again"]);
        for ((function, verdict), nuts) in &functions {
            table.add_row(vec![
                formats::name(function),
                verdict.word().to_owned(),
                formats::thousands(nuts.len()),
                formats::bytes(size(nuts.iter().copied())),
                formats::seconds(computing(nuts.iter().copied())),
            ]);
        }
        align_right(&mut table, &[2, 3, 4]);
        result(table.trim_fmt());
        talk(format_args!("judged by: {judges}"));
    }
    if !unknown.is_empty() {
        let names = unknown.into_iter().map(formats::name).collect::<Vec<_>>().join(", ");
        talk(wrapped(
            0,
            &format!("kept, since no program here can judge them: {names}; `scrat stash delete` removes them"),
        ));
    }
    if dry_run || stale.is_empty() {
        return Ok(0);
    }
    removal(stash, &stale, sure, false)?;
    Ok(0)
}

/// Deletes these nuts, after asking, and none that was stored in the meantime.
fn removal(stash: &Stash, nuts: &[NutInfo], sure: &Sure, quiet: bool) -> Result<Removed, Complaint> {
    if nuts.is_empty() || (!sure.yes && !confirm(&question(nuts))?) {
        if !quiet {
            talk("nothing deleted");
        }
        return Ok(Removed::default());
    }
    let removed = stash.remove_nuts(nuts)?;
    if !quiet {
        talk(format_args!("deleted {} ({})", formats::count(removed.nuts, "nut"), formats::bytes(removed.bytes)));
    }
    Ok(removed)
}

fn question(nuts: &[NutInfo]) -> String {
    let (number, bytes) = (formats::count(nuts.len(), "nut"), formats::bytes(size(nuts)));
    format!("delete {number} ({bytes}, {} of computing)?", formats::seconds(computing(nuts)))
}

/// The limit of each function: what the settings say of it, and what its attribute says where this program has it.
fn limits_of_functions(config: &Config) -> impl Fn(&str) -> Limit {
    let linked: BTreeMap<_, _> = functions().into_iter().map(|it| (it.name(), it.options().limit)).collect();
    move |name| {
        let (said, own) = (config.limits.of(name), linked.get(name).copied().unwrap_or_default());
        Limit {
            max_size: said.max_size.or(own.max_size),
            max_count: said.max_count.or(own.max_count),
            policy: said.policy.or(own.policy),
        }
    }
}

fn size<'n>(nuts: impl IntoIterator<Item = &'n NutInfo>) -> u64 {
    nuts.into_iter().map(|nut| nut.size).sum()
}

/// The seconds that nuts took.
fn computing<'n>(nuts: impl IntoIterator<Item = &'n NutInfo>) -> f64 {
    nuts.into_iter().map(|nut| nut.nanos.unsigned_abs()).sum::<u64>() as f64 / 1e9
}

/// The nut whose key begins like this.
fn one(stash: &Stash, key: &str) -> Result<NutInfo, Complaint> {
    let complaint = |text: String| Complaint::usage(text).hint("`scrat stash list` shows the keys");
    let key = key.to_ascii_lowercase();
    if key.is_empty() || !key.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(complaint(format!("`{key}` is not the start of a key")));
    }
    let mut nuts = stash.list(&Filter::Key(key.clone()))?;
    match nuts.len() {
        1 => Ok(nuts.remove(0)),
        0 => Err(complaint(format!("no key begins with `{key}`"))),
        count => Err(complaint(format!("{count} keys begin with `{key}`"))),
    }
}

fn delete(stash: &Stash, nuts: &str, sure: &Sure, json: bool) -> Result<u8, Complaint> {
    let meant = meant(stash, nuts)?;
    let removed = removal(stash, &meant, sure, json)?;
    let deleted = removed.nuts;
    let is_key = meant.iter().all(|nut| nut.key.to_string().starts_with(&nuts.to_ascii_lowercase()));
    if deleted > 0 && !is_key {
        let functions: BTreeSet<_> = meant.into_iter().map(|nut| nut.function).collect();
        functions.into_iter().try_for_each(|function| stash.remove_unlisted(&Filter::Function(function)))?;
    }
    if json {
        result(json!({"removed": removed.nuts, "bytes": removed.bytes}));
    }
    Ok(0)
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
    let functions: Vec<_> = functions.into_iter().map(formats::name).collect();
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
            .hint(format!("name one of them: {}", functions.join(", ")))),
    }
}

fn clear(stash: &Stash, sure: &Sure, json: bool) -> Result<u8, Complaint> {
    let (nuts, unlisted) = (stash.list(&Filter::All)?, stash.count_unlisted(&Filter::All)?);
    let say = |text: String| {
        if !json {
            talk(text);
        }
    };
    let mut removed = Removed::default();
    if nuts.is_empty() && unlisted == 0 {
        say("nothing to delete".to_owned());
    } else if !nuts.is_empty() {
        removed = removal(stash, &nuts, sure, json)?;
    }
    let is_meant = nuts.is_empty() || removed.nuts > 0;
    if is_meant && unlisted > 0 {
        let number = formats::count(unlisted, "nut");
        if sure.yes || confirm(&format!("delete {number} that the index lacks and the records have?"))? {
            stash.remove_unlisted(&Filter::All)?;
            say(format!("deleted {number} that only the records had"));
        }
    }
    let mut cleaned = [Leftovers::default(); 2];
    if is_meant {
        cleaned = [stash.remove_leftovers()?, stash.remove_kept_aside()?];
    }
    for (cleaned, why) in cleaned.iter().zip(["that an interruption had left behind", "kept aside as damaged"]) {
        if cleaned.files > 0 {
            let (files, bytes) = (formats::count(cleaned.files, "file"), formats::bytes(cleaned.bytes));
            say(format!("removed {files} ({bytes}) {why}"));
        }
    }
    if json {
        let files: usize = cleaned.iter().map(|cleaned| cleaned.files).sum();
        let bytes = removed.bytes + cleaned.iter().map(|cleaned| cleaned.bytes).sum::<u64>();
        result(json!({"removed": removed.nuts, "files": files, "bytes": bytes}));
    }
    Ok(0)
}

fn stats(stash: &Stash, json: bool) -> Result<u8, Complaint> {
    let totals = stash.totals()?;
    let on_disk = stash.bytes_on_disk()?;
    if json {
        for function in &totals {
            result(json!({
                "function": function.function, "nuts": function.nuts, "bytes": function.bytes, "hits": function.hits,
                "misses": function.misses, "saved_seconds": function.saved_nanos as f64 / 1e9,
            }));
        }
        result(json!({"stash": stash.root().display().to_string(), "bytes_on_disk": on_disk}));
        return Ok(0);
    }
    let mut table = plain_table(&["function", "nuts", "size", "hits", "misses", "time saved"]);
    let mut sum = scrat_engine::FunctionTotals::default();
    sum.function = "all".to_owned();
    for function in &totals {
        sum.nuts += function.nuts;
        sum.bytes += function.bytes;
        sum.hits += function.hits;
        sum.misses += function.misses;
        sum.saved_nanos += function.saved_nanos;
    }
    for function in totals.iter().chain([&sum]) {
        table.add_row(vec![
            formats::name(&function.function),
            formats::thousands(function.nuts),
            formats::bytes(function.bytes),
            function.hits.to_string(),
            function.misses.to_string(),
            formats::seconds(function.saved_nanos as f64 / 1e9),
        ]);
    }
    align_right(&mut table, &[1, 2, 3, 4, 5]);
    result(table.trim_fmt());
    result(format_args!("on disk: {}, with the index and all that belongs to it", formats::bytes(on_disk)));
    Ok(0)
}

fn arguments(nut: &NutInfo) -> String {
    nut.arguments
        .iter()
        .map(|(name, text)| formats::one_line(&format!("{name}={}", brief(text))))
        .collect::<Vec<_>>()
        .join(" ")
}

fn as_json(nut: &NutInfo) -> serde_json::Value {
    json!({
        "key": nut.key.to_string(), "function": nut.function, "fingerprint": nut.fingerprint.to_string(),
        "arguments": nut.arguments.iter().map(|(name, text)| json!({"name": name, "short": text})).collect::<Vec<_>>(),
        "digest": nut.digest.to_string(), "bytes": nut.size, "seconds": nut.nanos as f64 / 1e9,
        "created_unix_nanos": nut.created, "used_unix_nanos": nut.used, "uses": nut.uses, "pinned": nut.pinned,
    })
}
