//! `scrat stash gc`: removes what is over a limit and what nothing refers to, after saying what that is.

use std::collections::BTreeMap;

use scrat_engine::{Config, Leftovers, Limit, NutInfo, Passed, Removed, Stash};
use serde_json::{Value, json};

use super::table::{align_right, plain_table};
use super::{computing, limits_of_functions, size};
use crate::args::Sure;
use crate::complaint::Complaint;
use crate::print::{confirm, result, talk};
use crate::story::json::limit as limit_as_json;
use crate::words::formats;
use crate::words::reasons;

/// What would go.
struct Found {
    over: Vec<(NutInfo, Passed)>,
    leftovers: Leftovers,
    /// What was kept aside as damaged.
    aside: Leftovers,
}

pub(super) fn run(
    stash: &Stash,
    config: &Config,
    max_size: Option<u64>,
    dry_run: bool,
    sure: &Sure,
    json: bool,
) -> Result<u8, Complaint> {
    let limit = Limit { max_size: max_size.or(config.limits.stash.max_size), ..config.limits.stash };
    let of_function = limits_of_functions(config);
    let found = Found {
        over: stash.over_limits(limit, &of_function)?,
        leftovers: stash.leftovers()?,
        aside: stash.kept_aside()?,
    };
    if !json && !found.is_empty() {
        found.tell();
    }
    let mut removed = Removed::default();
    let mut cleaned = Leftovers::default();
    if !dry_run && !found.is_empty() {
        if sure.yes || confirm(&found.question())? {
            removed = stash.evict(&found.over)?;
            cleaned = sum(stash.remove_leftovers()?, stash.remove_kept_aside()?);
            if !json && (removed.nuts, cleaned.files) == (0, 0) {
                talk("nothing removed: what was found has gone, or is in use again");
            } else if !json {
                talk(format_args!(
                    "removed {} ({})",
                    both(removed.nuts, cleaned.files),
                    formats::bytes(removed.bytes + cleaned.bytes)
                ));
            }
        } else if !json {
            talk("nothing removed");
        }
    }
    let still =
        if dry_run && !found.over.is_empty() { Vec::new() } else { stash.passed_limits(limit, &of_function)? };
    if !json && found.is_empty() && still.is_empty() {
        talk("nothing to remove: no limit is passed, and nothing is left over");
    }
    if !json && (removed.nuts > 0 || found.over.is_empty()) {
        for (function, passed) in &still {
            let whose = function.as_ref().map_or_else(String::new, |function| format!("{}: ", formats::name(function)));
            let passed = reasons::limit(passed);
            talk(format_args!(
                "{whose}still {passed}, since what is left is pinned or in use (hint: `scrat stash list` shows pins)"
            ));
        }
    }
    if json {
        let over: Vec<_> =
            found.by_function().iter().map(|((function, passed), nuts)| row(function, passed, nuts)).collect();
        result(json!({
            "over": over,
            "still_over": still.iter().map(|(function, passed)| json!({
                "function": function, "text": reasons::limit(passed), "limit": limit_as_json(passed),
            })).collect::<Vec<_>>(),
            "leftovers": { "files": found.leftovers.files, "bytes": found.leftovers.bytes },
            "kept_aside": { "files": found.aside.files, "bytes": found.aside.bytes },
            "removed": {
                "nuts": removed.nuts, "files": cleaned.files, "bytes": removed.bytes + cleaned.bytes,
            },
        }));
    }
    Ok(0)
}

fn row(function: &str, passed: &str, nuts: &[&(NutInfo, Passed)]) -> Value {
    json!({
        "function": function, "text": passed, "limit": nuts.first().map(|(_, passed)| limit_as_json(passed)),
        "nuts": nuts.len(), "bytes": size(infos(nuts)), "seconds": computing(infos(nuts)),
    })
}

fn infos<'n>(nuts: &[&'n (NutInfo, Passed)]) -> impl Iterator<Item = &'n NutInfo> {
    nuts.iter().map(|(nut, _)| nut)
}

impl Found {
    fn is_empty(&self) -> bool {
        self.over.is_empty() && self.files().files == 0
    }

    /// All that is no result.
    fn files(&self) -> Leftovers {
        sum(self.leftovers, self.aside)
    }

    /// By function, and by the limit that is passed.
    fn by_function(&self) -> BTreeMap<(&str, String), Vec<&(NutInfo, Passed)>> {
        let mut functions: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for found in &self.over {
            functions.entry((found.0.function.as_str(), reasons::limit(&found.1))).or_default().push(found);
        }
        functions
    }

    fn tell(&self) {
        if !self.over.is_empty() {
            let mut table = plain_table(&["function", "limit", "nuts", "size", "to compute again"]);
            for ((function, passed), nuts) in self.by_function() {
                table.add_row(vec![
                    formats::name(function),
                    passed,
                    formats::thousands(nuts.len()),
                    formats::bytes(size(infos(&nuts))),
                    formats::seconds(computing(infos(&nuts))),
                ]);
            }
            align_right(&mut table, &[2, 3, 4]);
            result(table.trim_fmt());
        }
        if self.leftovers.files > 0 {
            let (files, bytes) = (formats::count(self.leftovers.files, "file"), formats::bytes(self.leftovers.bytes));
            talk(format_args!("{files} ({bytes}) left over from interrupted work"));
        }
        if self.aside.files > 0 {
            let (files, bytes) = (formats::count(self.aside.files, "file"), formats::bytes(self.aside.bytes));
            talk(format_args!("{files} ({bytes}) kept aside as damaged"));
        }
    }

    fn question(&self) -> String {
        let nuts: Vec<_> = self.over.iter().collect();
        let bytes = formats::bytes(size(infos(&nuts)) + self.files().bytes);
        let what = both(nuts.len(), self.files().files);
        format!("remove {what} ({bytes}, {} of computing)?", formats::seconds(computing(infos(&nuts))))
    }
}

fn sum(mut one: Leftovers, other: Leftovers) -> Leftovers {
    one.files += other.files;
    one.bytes += other.bytes;
    one
}

/// Nuts and files, as far as there are any.
fn both(nuts: usize, files: usize) -> String {
    let counted = [(nuts, "nut"), (files, "leftover file")].into_iter().filter(|(number, _)| *number > 0);
    counted.map(|(number, noun)| formats::count(number, noun)).collect::<Vec<_>>().join(" and ")
}
