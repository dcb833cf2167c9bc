//! A case as a folder: `case.toml`, and the packages `before` and `after`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::{Case, Outcome, Side, Tier};

pub(super) fn read(folder: &Path) -> Result<Case, String> {
    let text = fs::read_to_string(folder.join("case.toml")).map_err(|error| error.to_string())?;
    let table: Table = text.parse().map_err(|error| format!("case.toml: {error}"))?;
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut case = Case {
        name: folder.file_name().unwrap_or_default().display().to_string(),
        title: text("title").unwrap_or_default(),
        tier: text("tier").map_or(Some(Tier::Must), |tier| Tier::of(&tier)).ok_or("no such tier")?,
        expect: outcomes(table.get("expect"))?,
        compiled: outcomes(table.get("compiled"))?,
        renamed: texts(table.get("renamed")),
        package: text("package"),
        bin: text("bin"),
        compiles: table.get("compiles").and_then(Value::as_bool).unwrap_or(true),
        before: Side::default(),
        after: Side::default(),
    };
    for (name, side) in [("before", &mut case.before), ("after", &mut case.after)] {
        side.env = texts(table.get("env").and_then(|env| env.get(name)));
        collect(&folder.join(name), "", &mut side.files).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(case)
}

fn texts(table: Option<&Value>) -> BTreeMap<String, String> {
    let pairs = table.and_then(Value::as_table).into_iter().flatten();
    pairs.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

fn outcomes(table: Option<&Value>) -> Result<BTreeMap<String, Outcome>, String> {
    texts(table).into_iter().map(|(root, word)| Ok((root, Outcome::of(&word)?))).collect()
}

fn collect(folder: &Path, path: &str, files: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{path}{}", entry.file_name().display());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
