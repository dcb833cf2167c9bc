//! Measures the analyser on a package: `cargo run --release --example measure -- FOLDER [FUNCTIONS]`.
//!
//! A copy of the package is analysed cold, with as many of its functions as asked for taken as stashed
//! (20 unless told otherwise, evenly spread), then after the body of one function was edited, with and without
//! another name in it, and after a declaration was added.
#![expect(clippy::print_stdout, reason = "this prints what it measures")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use scrat_fingerprint::{Analyzer, CrateSpec, Hash, TOOLCHAIN, fingerprint};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let count: usize = arguments.next().map_or(Ok(20), |count| count.parse())?;
    let sandbox = tempfile::tempdir()?;
    let place = sandbox.path().join("package");
    copy(&folder, &place)?;
    let spec = CrateSpec::of_package(&place, TOOLCHAIN)?.into_iter().next().ok_or("no target")?;
    let lines = lines(&place.join("src"))?;

    let start = Instant::now();
    let mut analyzer = Analyzer::new(spec)?;
    let all = analyzer.every_function();
    let names = start.elapsed();
    let step = (all.len() / count.max(1)).max(1);
    let chosen: Vec<String> = all.iter().step_by(step).take(count).cloned().collect();
    let first = take(&analyzer, &chosen);
    let cold = start.elapsed();
    for (name, (whole, _)) in &first {
        assert_eq!(Some(*whole), analyzer.fingerprint(name), "the fingerprint of {name}");
    }
    println!("{}: {lines} lines, {} functions, {} items", folder.display(), all.len(), analyzer.size().0);
    let parts: usize = first.values().map(|(_, parts)| parts).sum();
    println!(
        "  names {names:?}, cold with {} functions {cold:?}, {} parts on average",
        first.len(),
        parts / first.len().max(1)
    );
    println!("  per 100,000 lines: {:.2} s", cold.as_secs_f64() * 100_000.0 / lines.max(1) as f64);

    // Edits in a body: some file's function gets a statement, another each time.
    let (file, text, at) = body(&place.join("src"))?.ok_or("no body to edit")?;
    let shown = file.strip_prefix(&place)?.display().to_string();
    let known: BTreeMap<&String, Hash> = first.iter().map(|(name, (hash, _))| (name, *hash)).collect();
    let statement = |statement: &str| format!("{} {{ {statement}\n{}", &text[..at], &text[at + 3..]);
    let literals = (0..EDITS).map(|edit| statement(&format!("let _edited = {edit};"))).collect();
    say(&format!("body edit in {shown}"), edits(&mut analyzer, &file, literals, &known)?);
    let calls = all.iter().filter(|name| name.starts_with("crate::") || !name.contains('<')).take(EDITS);
    let calls = calls.map(|name| {
        let path = name.split_once("::").map_or("", |(_, path)| path);
        statement(&format!("let _ = crate::{path};"))
    });

    say("body edit that names another function", edits(&mut analyzer, &file, calls.collect(), &known)?);
    let added = (0..EDITS).map(|edit| format!("{text}\npub fn added_by_the_measurement_{edit}() {{}}\n")).collect();
    say("declaration added", edits(&mut analyzer, &file, added, &known)?);
    Ok(())
}

/// How many edits a median is taken of.
const EDITS: usize = 15;

/// What one edit cost, in the order of what was done: files looked at again, and fingerprints of all functions.
struct Edit {
    read: Duration,
    whole: Duration,
    changed: usize,
}

/// Writes one text after the other to a file, each time asking for all fingerprints.
fn edits(
    analyzer: &mut Analyzer,
    file: &Path,
    texts: Vec<String>,
    known: &BTreeMap<&String, Hash>,
) -> Outcome<Vec<Edit>> {
    let mut edits = Vec::new();
    for text in texts {
        fs::write(file, text)?;
        let start = Instant::now();
        analyzer.refresh();
        let read = start.elapsed();
        let changed = known.iter().filter(|(name, hash)| analyzer.fingerprint(name).as_ref() != Some(hash)).count();
        edits.push(Edit { read, whole: start.elapsed(), changed });
    }
    Ok(edits)
}

fn say(what: &str, edits: Vec<Edit>) {
    let median = |of: &dyn Fn(&Edit) -> Duration| {
        let mut all: Vec<Duration> = edits.iter().map(of).collect();
        all.sort();
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let changed = edits.iter().map(|edit| edit.changed).max().unwrap_or(0);
    println!(
        "  {what}: {:.1?}, of which {:.1?} looking at files (medians of {}); {changed} changed",
        median(&|edit| edit.whole),
        median(&|edit| edit.read),
        edits.len()
    );
}

fn take(analyzer: &Analyzer, names: &[String]) -> BTreeMap<String, (Hash, usize)> {
    let found = names.iter().filter_map(|name| {
        let code = analyzer.code(name)?.code;
        let whole = fingerprint(&code.parts);
        Some((name.clone(), (whole, code.parts.len())))
    });
    found.collect()
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
    into.sort();
    Ok(())
}

fn lines(folder: &Path) -> Outcome<usize> {
    let mut files = Vec::new();
    sources(folder, &mut files)?;
    Ok(files.iter().map(|file| fs::read_to_string(file).unwrap_or_default().lines().count()).sum())
}

/// A file with a function, its text, and where its body opens.
fn body(folder: &Path) -> Outcome<Option<(PathBuf, String, usize)>> {
    let mut files = Vec::new();
    sources(folder, &mut files)?;
    let middle = files.len() / 2;
    for file in files.iter().skip(middle).chain(&files) {
        let text = fs::read_to_string(file)?;
        let signature = text.find("\npub fn ").or_else(|| text.find("\n    pub fn "));
        if let Some(at) = signature.and_then(|at| Some(at + text[at..].find(" {\n")?)) {
            return Ok(Some((file.clone(), text, at)));
        }
    }
    Ok(None)
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
