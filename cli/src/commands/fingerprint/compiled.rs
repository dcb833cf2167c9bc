//! Fingerprints of a package as the compiler makes them: those that its programs have in them.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use scrat_engine::Digest;
use scrat_fingerprint::{Entry, PartKind, Table};

use super::Told;
use crate::args;
use crate::complaint::Complaint;
use crate::launch::{CargoFlags, artifacts};
use crate::rustc::table_of;

/// Builds the package, and reads what was found out on the way. None if that can't be: it is compiled by a compiler that
/// is not known, or for a system whose programs can't have a table.
pub(super) fn functions(
    folder: &Path,
    args: &args::Fingerprint,
    cargo: &CargoFlags,
    quiet: bool,
) -> Result<Option<Vec<Told>>, Complaint> {
    let mut tables = Vec::new();
    let mut is_whole = true;
    artifacts(folder, cargo, (args.dev, quiet), |artifact| {
        let table = if artifact.is_library {
            table_of(&artifact.file, folder).transpose()
        } else {
            File::open(&artifact.file).and_then(|file| Table::read(&file)).map_err(|error| error.to_string())
        };
        match table {
            Ok(table) => {
                is_whole &= table.is_some();
                tables.extend(table.map(|table| (artifact.crate_name, table)));
                Ok(())
            }
            Err(problem) => {
                let sentence = format!("the fingerprints of {} can't be read: {problem}", artifact.crate_name);
                Err(Complaint::usage(sentence).hint("build it again, or ask about the sources with --source"))
            }
        }
    })?;
    if !is_whole {
        return Ok(None);
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (crate_name, table) in tables {
        for (key, entry) in table.entries {
            let is_own = key.split("::").next() == Some(&crate_name);
            if is_own && seen.insert(key.clone()) {
                found.extend(told(&key, &entry));
            }
        }
    }
    Ok(Some(found))
}

fn told(key: &str, entry: &Entry) -> Option<Told> {
    let code = entry.code().ok()?;
    let (name, place) = key.split_once('\n')?;
    let mut place = place.rsplitn(3, ':').skip(1);
    let (line, file) = (place.next()?, place.next()?);
    let own = code.parts.first().filter(|part| part.kind == PartKind::Function);
    Some(Told {
        name: if code.function.is_empty() { name.to_owned() } else { code.function.clone() },
        kind: "compiler",
        fingerprint: Digest(entry.fingerprint()?),
        file: own.map_or(file, |part| &part.file).into(),
        line: own.map_or(line.parse().ok()?, |part| part.line),
        parts: code.parts.clone(),
        calls: code.calls,
        notes: Vec::new(),
    })
}
