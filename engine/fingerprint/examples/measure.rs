//! Measures the analyser on a package: `cargo run --release --example measure -- FOLDER [FUNCTIONS]`.
//!
//! A copy of the package is analysed cold, with as many of its functions as asked for taken as stashed
//! (20 unless told otherwise, evenly spread), then after the body of one function was edited, and after a
//! declaration was added.
#![expect(clippy::print_stdout, reason = "this prints what it measures")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

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
    println!("{}: {lines} lines, {} functions, {} items", folder.display(), all.len(), analyzer.size().0);
    let parts: usize = first.values().map(|(_, parts)| parts).sum();
    println!(
        "  names {names:?}, cold with {} functions {cold:?}, {} parts on average",
        first.len(),
        parts / first.len().max(1)
    );
    println!("  per 100,000 lines: {:.2} s", cold.as_secs_f64() * 100_000.0 / lines.max(1) as f64);

    // An edit in a body: some file's last function gets a statement.
    let (file, text, edited) = body_edit(&place.join("src"))?.ok_or("no body to edit")?;
    fs::write(&file, edited)?;
    let start = Instant::now();
    analyzer.refresh();
    let read = start.elapsed();
    analyzer.size();
    let declarations = start.elapsed();
    let second = brief(&analyzer, &chosen);
    let after = start.elapsed();
    let changed =
        first.iter().filter(|(name, (hash, _))| second.get(*name).is_none_or(|(other, _)| other != hash)).count();
    println!(
        "  body edit in {}: {after:?}, of which reading files until {read:?} and checking declarations until {declarations:?}; {changed} changed",
        file.strip_prefix(&place)?.display()
    );
    let start = Instant::now();
    let one = brief(&analyzer, &chosen[..chosen.len().min(1)]);
    println!("  asking again for one: {:?} ({} found)", start.elapsed(), one.len());

    fs::write(&file, format!("{text}\npub fn added_by_the_measurement() {{}}\n"))?;
    let start = Instant::now();
    analyzer.refresh();
    let third = take(&analyzer, &chosen);
    let after = start.elapsed();
    let changed =
        first.iter().filter(|(name, (hash, _))| third.get(*name).is_none_or(|(other, _)| other != hash)).count();
    println!("  declaration added: {after:?}; {changed} changed");
    Ok(())
}

fn take(analyzer: &Analyzer, names: &[String]) -> BTreeMap<String, (Hash, usize)> {
    let found = names.iter().filter_map(|name| {
        let code = analyzer.code(name)?.code;
        Some((name.clone(), (fingerprint(&code.parts), code.parts.len())))
    });
    found.collect()
}

/// The same without texts, as a loop that watches would ask.
fn brief(analyzer: &Analyzer, names: &[String]) -> BTreeMap<String, (Hash, usize)> {
    let found = names.iter().filter_map(|name| {
        let code = analyzer.brief(name)?.code;
        Some((name.clone(), (fingerprint(&code.parts), code.parts.len())))
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

/// A file with a function, its text, and the same with one statement more.
fn body_edit(folder: &Path) -> Outcome<Option<(PathBuf, String, String)>> {
    let mut files = Vec::new();
    sources(folder, &mut files)?;
    let middle = files.len() / 2;
    for file in files.iter().skip(middle).chain(&files) {
        let text = fs::read_to_string(file)?;
        let body = text
            .find("\npub fn ")
            .or_else(|| text.find("\n    pub fn "))
            .and_then(|at| Some(at + text[at..].find(" {\n")?));
        if let Some(at) = body {
            let edited = format!("{} {{ let _edited = 1;\n{}", &text[..at], &text[at + 3..]);
            return Ok(Some((file.clone(), text, edited)));
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
