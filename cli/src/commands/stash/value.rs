//! A stored value as people look at it, by whichever program has the function.

#[cfg(feature = "installed")]
use std::ffi::OsString;

use scrat_engine::{NutInfo, Shown, Stash, functions, show};
#[cfg(feature = "installed")]
use serde_json::Value;
use serde_json::json;

use crate::complaint::Complaint;
#[cfg(feature = "installed")]
use crate::launch;
use crate::look;
use crate::print::result;

/// Characters of a value that people are shown.
const MOST: usize = 64 * 1024;

/// The value of a nut: this program tells it or, if it has no functions, one of the workspace that was built before. It
/// need not be built anew: whether its types are those of the nut is looked at in any case. Otherwise why not.
pub(super) fn of(stash: &Stash, nut: &NutInfo) -> Result<Shown, String> {
    if !functions().is_empty() {
        return show(stash, nut, MOST).map_err(|why| why.to_string());
    }
    let why = format!(
        "only a program that has the function can show it, and none is built here; run `./program stash show {}` \
         with such a program",
        nut.key.short()
    );
    #[cfg(feature = "installed")]
    return by_others(stash, nut, why);
    #[cfg(not(feature = "installed"))]
    Err(why)
}

#[cfg(feature = "installed")]
fn by_others(stash: &Stash, nut: &NutInfo, mut why: String) -> Result<Shown, String> {
    let words = ["stash", "value", &nut.key.to_string(), "--stash"].map(OsString::from);
    let words: Vec<_> = words.into_iter().chain([stash.root().as_os_str().to_owned()]).collect();
    let near = nut.function.split("::").next().unwrap_or_default();
    for program in launch::built(near).unwrap_or_default() {
        match launch::ask_built(&program, &words).and_then(|told| understood(&told)) {
            Some(Ok(shown)) => return Ok(shown),
            Some(Err(said)) => why = said,
            None => {}
        }
    }
    Err(why)
}

/// What this program says of a value when another one asks: a line about it, and a line with its JSON.
pub(super) fn answer(stash: &Stash, nut: &NutInfo) -> Result<u8, Complaint> {
    match show(stash, nut, MOST) {
        Ok(Shown { preview, json }) => {
            let mut line = look::to_json(&preview);
            line["is_json"] = json.is_some().into();
            result(line);
            json.iter().for_each(result);
        }
        Err(why) => result(json!({"missing": why.to_string()})),
    }
    Ok(0)
}

#[cfg(feature = "installed")]
fn understood(told: &str) -> Option<Result<Shown, String>> {
    let mut lines = told.lines();
    let line: Value = serde_json::from_str(lines.next()?).ok()?;
    if let Some(missing) = line["missing"].as_str() {
        return Some(Err(missing.to_owned()));
    }
    let preview = look::from_json(&line)?;
    Some(Ok(Shown { preview, json: lines.next().map(str::to_owned) }))
}
