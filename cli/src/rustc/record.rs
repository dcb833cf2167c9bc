//! Records of crates, in the folder in which cargo keeps what was built of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use scrat_fingerprint::compiler::{Bodies, Record, SourceOf, Stamp};
use scrat_fingerprint::{Analyzer, Answers, Code, CrateSpec, answers};

use super::Compiler;
use super::invocation::Invocation;

/// The record beside a library, `libdemo-0123.rlib` or `.rmeta`, or beside a program in `deps`.
pub(crate) fn record_of(built: &Path) -> Option<PathBuf> {
    let stem = built.file_stem()?.to_str()?;
    let extension = built.extension().and_then(|extension| extension.to_str());
    let name = if matches!(extension, Some("rlib" | "rmeta")) { stem.strip_prefix("lib")? } else { stem };
    Some(built.with_file_name(format!("{name}.scrat")))
}

/// The records of the crates that one is compiled with, if they have any. One may not be there yet: cargo starts a crate as
/// soon as it knows the types of those before it.
pub(super) fn before(dependencies: &[PathBuf]) -> Vec<PathBuf> {
    dependencies.iter().filter_map(|path| record_of(path)).collect()
}

/// Puts a record in place at once.
pub(super) fn write(path: &Path, record: &Record) -> Result<(), String> {
    let new = path.with_extension(format!("scrat-{}", std::process::id()));
    fs::write(&new, record.to_bytes())
        .and_then(|()| fs::rename(&new, path))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads a record, if it is of the library that is beside it: a build without scrat may have made that anew.
pub(super) fn read(path: &Path) -> Option<Record> {
    let record = Record::from_bytes(&fs::read(path).ok()?).ok()?;
    let name = path.file_stem()?.to_str()?;
    let library = path.with_file_name(format!("lib{name}.rlib"));
    let is_current = record.built.is_none() || record.built == Stamp::of(&library);
    is_current.then_some(record)
}

/// The record of a library, by the path that cargo gives, if there is one and it is current.
pub(super) fn of_library(built: &Path) -> Option<Record> {
    read(&record_of(built)?)
}

/// The record of a library that cargo has put in front of the others: one file with two names, by which it is found.
pub(super) fn of_result(library: &Path) -> Option<Record> {
    let stamp = Some(Stamp::of(library)?);
    let begin = format!("{}-", library.file_stem()?.to_str()?.strip_prefix("lib")?);
    let entries = fs::read_dir(library.parent()?.join("deps")).ok()?.flatten().map(|entry| entry.path());
    let is_its = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(&begin) && name.ends_with(".scrat")
    };
    entries.filter(is_its).filter_map(|path| read(&path)).find(|record| record.built == stamp)
}

/// What the analyser says of the crate's stashed functions, for telling later what changed, and what their types leave out.
pub(super) fn sources(
    compiler: &Compiler,
    invocation: &Invocation,
    bodies: &Bodies,
    toolchain: &str,
) -> Result<Vec<SourceOf>, String> {
    let spec = CrateSpec::compiling(toolchain).map_err(|error| error.to_string())?;
    if bodies.keys().next().is_none() && !mentions_scrat(&spec.root) {
        return Ok(Vec::new());
    }
    let analyzer = Analyzer::new(spec).map_err(|error| error.to_string())?;
    let mut variables: BTreeMap<String, String> = analyzer.variables();
    variables.extend(
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    );
    let mut lines = None;
    let mut found = Vec::new();
    for function in analyzer.functions() {
        let Some(analysis) = analyzer.code(&function.name) else { continue };
        let code = analysis.code;
        let told =
            if code.cfgs.is_empty() { &[][..] } else { lines.get_or_insert_with(|| predicates(compiler, invocation)) };
        let answers = answers(&code, told, &variables);
        found.push(SourceOf {
            name: own_name(&function.name),
            file: function.file,
            line: function.line,
            code: answered(code, &answers),
        });
    }
    Ok(found)
}

/// Whether a crate can have functions that are stashed elsewhere, since it is generic code that others call.
fn mentions_scrat(root: &Path) -> bool {
    let folder = root.parent().unwrap_or(root);
    let mut todo = vec![folder.to_owned()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && fs::read(&path).is_ok_and(|text| text.windows(5).any(|word| word == b"stash"))
            {
                return true;
            }
        }
    }
    false
}

fn own_name(path: &str) -> String {
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

/// A code whose predicates and variables are parts like others.
fn answered(code: Code, answers: &Answers) -> Code {
    let parts = code.parts(answers);
    Code { parts, cfgs: Vec::new(), envs: Vec::new(), ..code }
}

/// The lines of `rustc --print cfg` for the crate.
fn predicates(compiler: &Compiler, invocation: &Invocation) -> Vec<String> {
    let mut command = compiler.plain();
    command.args(invocation.for_text(Path::new("."), Path::new("."))).arg("--print=cfg");
    let said = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&said).lines().map(str::to_owned).collect()
}
