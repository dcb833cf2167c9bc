//! Which program has the wanted pipeline. Sources are searched as text, so nothing has to be built to find out,
//! and a project that does not compile can still be named.

use std::path::{Path, PathBuf};

use super::metadata::{Metadata, Package, Program};
use crate::complaint::Complaint;

/// A program, and the pipeline in it if that is known.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub program: Program,
    pub pipeline: Option<String>,
}

/// Finds the program for what was typed: a pipeline's name, a folder, a manifest, or nothing.
pub(super) fn find(typed: Option<&str>, folder: &Path) -> Result<Found, Complaint> {
    if let Some(typed) = typed
        && let Some(manifest) = as_manifest(&folder.join(typed), typed)?
    {
        return in_manifest(&manifest, typed);
    }
    let metadata = Metadata::read(None)?;
    let all = pipelines_of(metadata.packages.iter().filter(|package| package.uses_scrat()));
    let Some(name) = typed else { return only(all, folder) };
    let mut named: Vec<_> = all.iter().filter(|found| found.pipeline.as_deref() == Some(name)).collect();
    if named.is_empty() {
        named = all.iter().filter(|found| found.program.package == name || found.program.target == name).collect();
    }
    match named[..] {
        [found] => Ok(Found { program: found.program.clone(), pipeline: found.pipeline.clone() }),
        [] => {
            let complaint = Complaint::usage(format!("there is no pipeline `{name}` in this workspace"));
            Err(complaint.hint(match nearest(name, &all) {
                Some(near) => format!("did you mean `{near}`? There are: {}", list(&all)),
                None if all.is_empty() => {
                    "it has none: mark a function with #[pipeline], or begin with `scrat new NAME`".to_owned()
                }
                None => format!("there are: {}", list(&all)),
            }))
        }
        _ => Err(Complaint::usage(format!("several programs have a pipeline `{name}`")).hint(format!(
            "name the folder of one of them: {}",
            named.iter().map(|found| crate::session::shown(&found.program.folder)).collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// The manifest that a path leads to, if what was typed is a path at all.
fn as_manifest(path: &Path, typed: &str) -> Result<Option<PathBuf>, Complaint> {
    if path.is_file() && path.extension().is_some_and(|extension| extension == "toml") {
        return Ok(Some(path.to_owned()));
    }
    if path.join("Cargo.toml").is_file() {
        return Ok(Some(path.join("Cargo.toml")));
    }
    let looks_like_path = typed.contains(std::path::MAIN_SEPARATOR) || typed.ends_with(".toml");
    if looks_like_path {
        let problem = if path.exists() { "has no Cargo.toml" } else { "does not exist" };
        return Err(Complaint::usage(format!("{typed} {problem}")).hint("name a pipeline, or the folder of its crate"));
    }
    Ok(None)
}

fn in_manifest(manifest: &Path, typed: &str) -> Result<Found, Complaint> {
    let metadata = Metadata::read(Some(manifest))?;
    let manifest = manifest.canonicalize().unwrap_or_else(|_| manifest.to_owned());
    let inside = |package: &&Package| package.manifest_path == manifest;
    let package = metadata.packages.iter().find(inside);
    let packages: Vec<_> = match package {
        Some(package) => vec![package],
        None => metadata.packages.iter().collect(),
    };
    if !packages.iter().any(|package| package.uses_scrat()) {
        return Err(Complaint::usage(format!("{typed} does not depend on scrat")).hint("add scrat to its dependencies"));
    }
    only(
        pipelines_of(packages.into_iter().filter(|package| package.uses_scrat())),
        manifest.parent().unwrap_or(&manifest),
    )
}

/// The one pipeline in reach: of the package around the folder, or else of the workspace.
fn only(mut all: Vec<Found>, folder: &Path) -> Result<Found, Complaint> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    if all.iter().any(|found| folder.starts_with(&found.program.folder)) {
        all.retain(|found| folder.starts_with(&found.program.folder));
    }
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(Complaint::usage("there is no pipeline in reach")
            .hint("mark a function with #[pipeline], or begin with `scrat new NAME`")),
        _ => Err(Complaint::usage("there are several pipelines in reach").hint(format!("name one of: {}", list(&all)))),
    }
}

fn list(all: &[Found]) -> String {
    all.iter().filter_map(|found| found.pipeline.as_deref()).collect::<Vec<_>>().join(", ")
}

/// A name that differs by a slip.
fn nearest<'a>(name: &str, all: &'a [Found]) -> Option<&'a str> {
    let slips = if name.len() > 5 { 3 } else { 2 };
    let names = all.iter().filter_map(|found| found.pipeline.as_deref());
    names
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= slips)
        .min()
        .map(|(_, name)| name)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

pub(super) fn pipelines_of<'a>(packages: impl Iterator<Item = &'a Package>) -> Vec<Found> {
    let mut found = Vec::new();
    for program in packages.flat_map(Package::programs) {
        let mut files = Vec::new();
        collect_sources(&program.sources, &mut files);
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let names = pipelines_in(&text);
            found.extend(names.into_iter().map(|name| Found { program: program.clone(), pipeline: Some(name) }));
        }
    }
    found
}

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect_sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The names of functions behind `#[pipeline…]`, read as text.
fn pipelines_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("pipeline") {
        let before = text[..at].trim_end_matches("scrat::").trim_end();
        let line = &before[before.rfind('\n').map_or(0, |start| start + 1)..];
        if !before.ends_with("#[") || line.trim_start().starts_with("//") {
            continue;
        }
        let after = &text[at..];
        // The attribute ends at the bracket that closes it.
        let mut depth = 1;
        let end = after.char_indices().find(|(_, character)| {
            match character {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some(rest) = end.map(|(end, _)| &after[end..]) else { continue };
        let Some(function) = rest.find("fn ").map(|start| &rest[start + 3..]) else { continue };
        let function = function.trim_start();
        let function = function.strip_prefix("r#").unwrap_or(function);
        let name: String = function.chars().take_while(|&c| c == '_' || c.is_alphanumeric()).collect();
        if !name.is_empty() {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_are_found_in_source_text() {
        let text = "
            /// Classifies.
            #[pipeline(csv = \"a]b\", depths = [2, 4])]
            #[allow(dead_code)]
            pub fn penguins(csv: File) -> Step<String> {}
            // #[pipeline] fn old() {}
            #[scrat::pipeline]
            fn other() {}
            #[pipeline]
            fn r#match() {}
            let pipeline = 3;
        ";
        assert_eq!(pipelines_in(text), ["penguins", "other", "match"]);
    }

    #[test]
    fn a_slip_in_a_name_is_noticed() {
        assert_eq!(distance("penguins", "pengiuns"), 2);
        let all = [Found { pipeline: Some("penguins".into()), ..Found::default() }];
        assert_eq!(nearest("penguin", &all), Some("penguins"));
        assert_eq!(nearest("walrus", &all), None);
    }
}
