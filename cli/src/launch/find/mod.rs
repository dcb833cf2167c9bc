//! Which program has the wanted pipeline. Sources are searched as text, so nothing has to be built to find out,
//! and a project that does not compile can still be named.
//!
//! A pipeline in a program's own files is that program's, be it a binary or an example. One in a library is linked
//! into the programs that name the library; a package that has none may be used by a program of another.

mod modules;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::complaint::Complaint;
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::metadata::{Kind, Metadata, Package, Program};
use crate::nearest::nearest;
use crate::session::shown;
use modules::modules;

/// A program, and the pipeline in it if that is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub program: Program,
    pub pipeline: Option<String>,
    /// The file in which it was found.
    pub file: PathBuf,
    /// Whether that is a library's, and its name in code.
    pub library: Option<String>,
    /// How willingly this one is taken, where several would do: the least first.
    pub(crate) rank: u8,
}

/// Finds the program for what was typed: a pipeline's name, a folder, a manifest, or nothing.
pub(crate) fn find(typed: Option<&str>, folder: &Path, flags: &CargoFlags) -> Result<Found, Complaint> {
    let flagged = flags.value("manifest-path").map(|path| crate::session::users_folder().join(path));
    let named = match typed {
        Some(typed) => as_manifest(&folder.join(typed), typed)?.map(|manifest| (manifest, typed)),
        None => None,
    };
    let name = typed.filter(|_| named.is_none());
    let manifest = named.as_ref().map(|(manifest, _)| manifest.clone()).or(flagged);
    let metadata = Metadata::read(manifest.as_deref(), flags)?;
    let mut packages: Vec<&Package> = metadata.packages.iter().collect();
    let mut home = folder.to_owned();
    if let Some(manifest) = manifest {
        let manifest = manifest.canonicalize().unwrap_or(manifest);
        home = manifest.parent().map(Path::to_owned).unwrap_or_default();
        if packages.iter().any(|package| package.manifest_path == manifest) {
            packages.retain(|package| package.manifest_path == manifest);
        }
    }
    if let Some(wanted) = flags.value("package") {
        packages.retain(|package| package.name == wanted);
        if packages.is_empty() {
            let names: Vec<_> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
            return Err(Complaint::usage(format!("there is no package `{wanted}` in this workspace"))
                .hint(format!("there are: {}", names.join(", "))));
        }
    }
    if let Some((_, typed)) = named
        && !packages.iter().any(|package| metadata.uses_scrat(package))
    {
        return Err(Complaint::usage(format!("{typed} does not depend on scrat")).hint("add scrat to its dependencies"));
    }
    let (mut all, homeless) = pipelines_of(&metadata, &packages);
    for (flag, kind) in [("bin", Kind::Bin), ("example", Kind::Example)] {
        let Some(wanted) = flags.value(flag) else { continue };
        all.retain(|found| found.program.kind == kind && found.program.target == wanted);
        if all.is_empty() {
            // The text may not show what a macro makes. The program itself will say what it has.
            return program_named(&metadata, &packages, kind, wanted).map(|program| Found {
                program,
                pipeline: name.map(str::to_owned),
                ..Found::default()
            });
        }
    }
    pick(all, name, &home).map_err(|complaint| {
        match homeless.iter().find(|(pipeline, _)| name.is_none_or(|name| name == pipeline)) {
            Some((pipeline, library)) if complaint.code == crate::complaint::code::USAGE => {
                no_program(pipeline, library)
            }
            _ => complaint,
        }
    })
}

/// The program that a flag names.
fn program_named(metadata: &Metadata, packages: &[&Package], kind: Kind, name: &str) -> Result<Program, Complaint> {
    let programs = packages.iter().flat_map(|package| metadata.programs(package));
    let (named, others): (Vec<_>, Vec<_>) =
        programs.filter(|program| program.kind == kind).partition(|program| program.target == name);
    let what = kind.flag().trim_start_matches("--");
    match &named[..] {
        [only] => Ok(only.clone()),
        [] => {
            let others: Vec<_> = others.iter().map(|program| program.target.as_str()).collect();
            let hint =
                if others.is_empty() { "it has none".to_owned() } else { format!("there are: {}", others.join(", ")) };
            Err(Complaint::usage(format!("there is no {what} `{name}` in this workspace")).hint(hint))
        }
        _ => Err(Complaint::usage(format!("several packages have a {what} `{name}`")).hint("name one with --package")),
    }
}

fn no_program(pipeline: &str, library: &Path) -> Complaint {
    Complaint::usage(format!("no program has the pipeline `{pipeline}` of {} in it", shown(library))).hint(
        "give its package a src/main.rs that names the library (`use … as _;`) and calls scrat::main(), or an example that does",
    )
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

/// The pipeline that is meant: by name, or the only one in reach. The package around the folder goes first.
fn pick(all: Vec<Found>, name: Option<&str>, folder: &Path) -> Result<Found, Complaint> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut meant: Vec<Found> = match name {
        None => all.clone(),
        Some(name) => {
            let is_named = |found: &&Found| found.pipeline.as_deref() == Some(name);
            let is_programs = |found: &&Found| found.program.package == name || found.program.target == name;
            let named: Vec<_> = all.iter().filter(is_named).cloned().collect();
            if named.is_empty() { all.iter().filter(is_programs).cloned().collect() } else { named }
        }
    };
    if meant.iter().any(|found| folder.starts_with(&found.program.folder)) {
        meant.retain(|found| folder.starts_with(&found.program.folder));
    }
    if meant.iter().map(|found| &found.pipeline).collect::<BTreeSet<_>>().len() == 1 {
        let least = meant.iter().map(|found| found.rank).min();
        meant.retain(|found| Some(found.rank) == least);
    }
    match (&meant[..], name) {
        ([found], _) => Ok(found.clone()),
        ([], Some(name)) => {
            let complaint = Complaint::usage(format!("there is no pipeline `{name}` in this workspace"));
            Err(complaint.hint(match nearest(name, all.iter().filter_map(|found| found.pipeline.as_deref())) {
                Some(near) => format!("did you mean `{near}`? There are: {}", list(&all)),
                None if all.is_empty() => {
                    "there are none: mark a function with #[pipeline], or start with `scrat new NAME`".to_owned()
                }
                None => format!("there are: {}", list(&all)),
            }))
        }
        ([], None) => Err(Complaint::usage("there is no pipeline in this workspace")
            .hint("mark a function with #[pipeline], or start with `scrat new NAME`")),
        ([first, rest @ ..], Some(name)) if rest.iter().all(|found| found.program.root == first.program.root) => {
            Err(Complaint::usage(format!("`{name}` has several pipelines"))
                .hint(format!("name one of: {}", list(&meant))))
        }
        (_, Some(name)) => Err(Complaint::usage(format!("several programs have a pipeline `{name}`"))
            .hint(format!("name the folder or the program of one: {}", programs(&meant).join(", ")))),
        (_, None) => Err(Complaint::usage("there are several pipelines in this workspace")
            .hint(format!("name one of: {}", list(&meant)))),
    }
}

fn list(all: &[Found]) -> String {
    let names: BTreeSet<_> = all.iter().filter_map(|found| found.pipeline.as_deref()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// How to name each of several programs: by folder, and by flag where that is not enough.
fn programs(all: &[Found]) -> Vec<String> {
    let folders: BTreeSet<_> = all.iter().map(|found| &found.program.folder).collect();
    let named = |found: &Found| match folders.len() {
        1 => format!("{} {}", found.program.kind.flag(), found.program.target),
        number if number == all.len() => shown(&found.program.folder),
        _ => format!("{} {} {}", shown(&found.program.folder), found.program.kind.flag(), found.program.target),
    };
    all.iter().map(named).collect()
}

/// All pipelines of these packages with their programs, and those of libraries that are in no program.
pub(crate) fn pipelines_of(metadata: &Metadata, packages: &[&Package]) -> (Vec<Found>, Vec<(String, PathBuf)>) {
    let mut all = Vec::new();
    let mut homeless = Vec::new();
    for package in packages.iter().filter(|package| metadata.uses_scrat(package)) {
        let programs = metadata.programs(package);
        let main = package.default_run.as_deref().unwrap_or(&package.name);
        let rank = |program: &Program| match program.kind {
            Kind::Bin if program.target == main => 0,
            Kind::Bin => 1,
            Kind::Example | Kind::Library => 2,
        };
        let own: Vec<BTreeSet<PathBuf>> = programs.iter().map(|program| modules(&program.root)).collect();
        let library = package.library().map(|library| modules(&library.src_path)).unwrap_or_default();
        // Files that nothing declares in a way that can be read as text.
        let mut loose = BTreeSet::new();
        for target in package.targets.iter().filter(|target| target.is_bin() || target.is_library()) {
            collect_sources(target.src_path.parent().unwrap_or(&target.src_path), &mut loose);
        }
        loose.retain(|file| !library.contains(file) && !own.iter().any(|own| own.contains(file)));
        let mut known = BTreeSet::new();
        for (program, files) in programs.iter().zip(&own) {
            for (pipeline, file) in pipelines_in_files(files) {
                known.insert(file.clone());
                let found = Found { program: program.clone(), file, rank: rank(program), ..Found::default() };
                all.push(Found { pipeline: Some(pipeline), ..found });
            }
        }
        for (files, is_library) in [(&library, true), (&loose, false)] {
            for (pipeline, file) in pipelines_in_files(files).into_iter().filter(|(_, file)| !known.contains(file)) {
                let name = package.library().filter(|_| is_library).map(|library| library.name.replace('-', "_"));
                let users = users(metadata, package, &programs, &own, name.as_deref());
                if users.is_empty() {
                    homeless.push((pipeline.clone(), file.clone()));
                }
                all.extend(users.into_iter().map(|program| Found {
                    rank: rank(&program),
                    program,
                    pipeline: Some(pipeline.clone()),
                    file: file.clone(),
                    library: name.clone(),
                }));
            }
        }
    }
    // What stands there twice, each under a `cfg` of its own, is one.
    let mut seen = BTreeSet::new();
    all.retain(|found| seen.insert((found.program.root.clone(), found.pipeline.clone())));
    (all, homeless)
}

/// The programs that may have what is in a package's library or loose files: those that name the library, in its own
/// package or else in one that depends on it, or else its main program, which will say if it does not.
fn users(
    metadata: &Metadata,
    package: &Package,
    programs: &[Program],
    own: &[BTreeSet<PathBuf>],
    library: Option<&str>,
) -> Vec<Program> {
    let named_in = |files: &BTreeSet<PathBuf>| library.is_some_and(|library| names(files, library));
    let naming: Vec<_> = programs.iter().zip(own).filter(|(_, files)| named_in(files)).collect();
    if !naming.is_empty() {
        return naming.into_iter().map(|(program, _)| program.clone()).collect();
    }
    if !programs.is_empty() {
        let main = package.default_run.as_deref().unwrap_or(&package.name);
        let main = programs.iter().find(|program| program.target == main).or(programs.first());
        return main.into_iter().cloned().collect();
    }
    let depends = |other: &&Package| other.path_dependencies().any(|folder| folder == package.folder());
    let others = metadata.packages.iter().filter(depends).flat_map(|other| metadata.programs(other));
    others.filter(|program| named_in(&modules(&program.root))).collect()
}

/// Whether a crate's name occurs as a word.
fn names(files: &BTreeSet<PathBuf>, name: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    files.iter().any(|file| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.match_indices(name)
            .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
    })
}

fn pipelines_in_files(files: &BTreeSet<PathBuf>) -> BTreeMap<String, PathBuf> {
    let in_file = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        pipelines_in(&text).into_iter().map(|name| (name, file.clone())).collect::<Vec<_>>()
    };
    files.iter().flat_map(in_file).collect()
}

fn collect_sources(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect_sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path);
        }
    }
}

/// The names of functions behind `#[pipeline…]`, read as text.
fn pipelines_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("pipeline") {
        let before = before_path(&text[..at]).trim_end();
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

/// Text without the path that its last word ends: `scrat::`, or what scrat is called there.
fn before_path(mut text: &str) -> &str {
    while let Some(path) = text.strip_suffix("::") {
        text = path.trim_end_matches(|c: char| c == '_' || c.is_alphanumeric());
    }
    text
}

/// The parameters of a function in source text, as far as they can be read without parsing it.
pub(crate) fn parameters_in(text: &str, function: &str) -> Vec<String> {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let behind = text.match_indices("fn ").find_map(|(at, found)| {
        let rest = text[at + found.len()..].trim_start().trim_start_matches("r#").strip_prefix(function)?;
        (!rest.starts_with(is_part)).then_some(rest)
    });
    let Some((_, list)) = behind.and_then(|rest| rest.split_once('(')) else { return Vec::new() };
    let mut parameters = vec![String::new()];
    let mut depth = 0;
    for character in list.chars() {
        match character {
            ')' if depth == 0 => break,
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => parameters.push(String::new()),
            _ => parameters.last_mut().into_iter().for_each(|last| last.push(character)),
        }
    }
    let name = |text: &String| text.split_once(':')?.0.split_whitespace().last().map(str::to_owned);
    parameters.iter().filter_map(name).map(|name| name.trim_start_matches("r#").to_owned()).collect()
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
            #[::my::memo::pipeline(crate = my::memo)]
            fn third() {}
            let pipeline = 3;
        ";
        assert_eq!(pipelines_in(text), ["penguins", "other", "match", "third"]);
    }

    #[test]
    fn parameters_of_a_pipeline_are_found_in_source_text() {
        let text = "
            fn penguins_at(a: u64) {}
            pub fn penguins(
                csv: File, pairs: Vec<(u64, [u8; 2])>,
                r#type: u64, mut target: String,
            ) -> Step<String> { f(x) }
            fn r#match() {}
        ";
        assert_eq!(parameters_in(text, "penguins"), ["csv", "pairs", "type", "target"]);
        assert!(parameters_in(text, "match").is_empty() && parameters_in(text, "other").is_empty());
    }
}
