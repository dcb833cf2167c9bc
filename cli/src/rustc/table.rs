//! From records to the table of a program.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use scrat_fingerprint::compiler::{Bodies, Linked, Record, SourceOf};
use scrat_fingerprint::{Code, Entry, Instance, Table, strictness_of};

use super::outside::Around;
use super::record;
use crate::session;

/// The table of a library that was built, by the path that cargo tells. None if there is no record of it.
pub(crate) fn table_of(built: &Path, folder: &Path) -> Option<Result<Table, String>> {
    let record = record::of_result(built)?;
    Some(made(record, folder))
}

/// The table of what is being compiled.
pub(super) fn of(record: Record) -> Result<Table, String> {
    let folder = session::variable("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    made(record, &folder)
}

fn made(record: Record, folder: &Path) -> Result<Table, String> {
    let (toolchain, target) = (record.toolchain.clone(), record.target.clone());
    let records = with_those_before(record);
    let bodies: Vec<&Bodies> = records.iter().map(|record| &record.bodies).collect();
    let strictness = strictness_of(folder).map_err(|error| error.to_string())?;
    let around = Around::of(folder, &records);
    let linked = Linked::new(&bodies, (&toolchain, &target), strictness, &around);
    let roots = linked.roots();
    let fingerprints = in_parallel(&roots, |root| linked.fingerprint(root));
    let mut instances: BTreeMap<&str, Vec<Instance>> = BTreeMap::new();
    for (root, fingerprint) in roots.iter().zip(fingerprints) {
        let (fingerprint, is_one) = fingerprint.unzip();
        let instance = Instance { types: root.types.to_owned(), fingerprint, is_one: is_one == Some(true) };
        instances.entry(root.key).or_default().push(instance);
    }
    let sources: Vec<&SourceOf> = records.iter().flat_map(|record| &record.sources).collect();
    let entries = instances.into_iter().map(|(key, instances)| {
        let unknown = Code { function: key.lines().next().unwrap_or(key).to_owned(), ..Code::default() };
        let code = source(key, &sources).map_or(unknown, |source| source.code.clone());
        (key.to_owned(), Entry::new(instances, &code))
    });
    Ok(Table { entries: entries.collect() })
}

/// A record and those of all crates behind it, each once.
fn with_those_before(first: Record) -> Vec<Record> {
    let mut todo: VecDeque<PathBuf> = first.before.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    let mut records = vec![first];
    while let Some(path) = todo.pop_front() {
        if seen.insert(path.clone())
            && let Some(record) = record::read(&path)
        {
            todo.extend(record.before.iter().cloned());
            records.push(record);
        }
    }
    records
}

/// The function that a key is of: of its name, in its file, and nearest behind the line of its attribute.
fn source<'s>(key: &str, sources: &[&'s SourceOf]) -> Option<&'s SourceOf> {
    let (path, place) = key.split_once('\n')?;
    let name = path.rsplit("::").next()?;
    let (place, _column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    let line: u32 = line.parse().ok()?;
    let file = without_dots(Path::new(file));
    let fits =
        |source: &&&SourceOf| source.name == name && without_dots(&source.file).ends_with(&file) && source.line >= line;
    sources.iter().filter(fits).min_by_key(|source| source.line).copied()
}

/// A path without what leads up again.
fn without_dots(file: &Path) -> PathBuf {
    let mut path = PathBuf::new();
    for part in file.components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

/// What `find` says of each, on as many threads as there are processors.
fn in_parallel<T: Sync, R: Clone + Send>(items: &[T], find: impl Fn(&T) -> Option<R> + Sync) -> Vec<Option<R>> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![None; items.len()]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let (at, Some(item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    (at, items.get(at))
                } {
                    let one = find(item);
                    if let Ok(mut found) = found.lock() {
                        found[at] = one;
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_in_a_file_that_a_path_leads_to() {
        let at = |file: &str| SourceOf { name: "load".into(), file: file.into(), line: 3, code: Code::default() };
        let sources = [at("/home/me/demo/src/../elsewhere/load.rs"), at("/home/me/demo/src/load.rs")];
        let found = |key: &str| source(key, &sources.iter().collect::<Vec<_>>()).map(|source| source.file.clone());
        for (key, file) in [("src/../elsewhere/load.rs", 0), ("src/load.rs", 1)] {
            assert_eq!(found(&format!("demo::load\n{key}:2:1")).as_ref(), Some(&sources[file].file));
        }
        assert_eq!(found("demo::load\nsrc/other.rs:2:1"), None);
        assert_eq!(found("demo::load\nsrc/load.rs:4:1"), None, "it stands behind");
    }
}
