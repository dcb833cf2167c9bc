//! What the macro has to know of the names around a function, apart from the code that it reaches.

use std::collections::BTreeSet;
use std::path::Path;

use toml::Value;

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::crates::lockfile::Lockfile;
use crate::crates::manifest::Manifest;
use crate::crates::spec::CrateSpec;
use crate::db::Db;
use crate::names::modules::{Binding, CrateMap, Module, What, crate_map};
use crate::syntax::item::Space;
use crate::syntax::name::Name;

/// Who may use a type that stands beside a function under the function's own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// All who may use the function.
    Everybody,
    /// The same, but for where something else in the function's module has its name: that hides the type.
    Hidden,
    /// The function's module: an import of the function elsewhere would bring a second meaning of some name along.
    Module,
    /// No one: in the function's module the name means a crate, or a type of the language.
    Nobody,
}

/// The modules of a crate, without its name, in which a path says which item is meant.
///
/// A function's or constant's inside has the path that a module of its name has, so a module that shares one is left
/// out with all that is in it, and so is one whose name is in the input of a macro call beside it. One that has a
/// function called like a type, with a capital, is left out as well: functions have types of their own, of the same
/// name.
pub(crate) fn clear_modules(db: &dyn Db, krate: Krate) -> Vec<String> {
    let map = crate_map(db, krate);
    let modules = map.modules.values().filter(|module| is_clear(map, module));
    let paths: BTreeSet<&str> = modules.map(|module| plain(module.path)).collect();
    let unclear: Vec<&str> =
        map.modules.values().filter(|module| !is_clear(map, module)).map(|module| plain(module.path)).collect();
    let clear = paths.into_iter().filter(|path| !unclear.contains(path));
    clear.map(|path| path.split_once("::").map_or("", |(_, rest)| rest).to_owned()).collect()
}

fn plain(path: Name) -> &'static str {
    path.text().split(" if ").next().unwrap_or("")
}

fn is_clear(map: &CrateMap, module: &Module) -> bool {
    let is_like_a_type =
        |name: &Name| name.text().trim_start_matches("r#").starts_with(|c: char| !c.is_lowercase() && c != '_');
    let is_function = |binding: &Binding| match &binding.what {
        What::Node(node) => node.data().kind == PartKind::Function,
        _ => false,
    };
    let values = module.names.iter().filter(|((space, name), _)| *space == Space::Values && is_like_a_type(name));
    if values.flat_map(|(_, bindings)| bindings).any(is_function) {
        return false;
    }
    let mut at = module;
    while let Some(parent) = at.parent {
        let parent = map.module(parent);
        if at.block {
            return false;
        }
        let name = Name::new(plain(at.path).rsplit("::").next().unwrap_or(""));
        let values = parent.names.get(&(Space::Values, name));
        let made = parent.calls.iter().filter(|call| call.node.data().kind == PartKind::MacroCall);
        if values.into_iter().flatten().any(|binding| matches!(binding.what, What::Node(_)))
            || made.into_iter().any(|call| call.path.is_empty() || call.words.contains(&name))
        {
            return false;
        }
        at = parent;
    }
    !at.block
}

/// Whether another crate of the same name may be in a program with this one: then a path does not say whose it is.
pub(crate) fn shares_its_name(db: &dyn Db, krate: Krate, spec: &CrateSpec, lock: &Lockfile) -> bool {
    let data = krate.data(db);
    let own = spec.crate_name.as_str();
    let Some(manifest) = Manifest::read(&spec.manifest_dir) else { return false };
    let library = manifest.library();
    let mut targets = manifest.binaries();
    if library.1.exists() {
        targets.push(library);
    }
    targets.iter().any(|(name, root)| name == own && *root != spec.root)
        || data.dependencies.contains_key(&Name::new(own))
        || others(&manifest, &spec.root).any(|name| name == own)
        || lock.shares(&manifest.name, own)
}

/// The names of tests, examples and benchmarks in code, but for the one that starts from `root`.
fn others(manifest: &Manifest, root: &Path) -> impl Iterator<Item = String> {
    let root = root.to_owned();
    let named = ["test", "example", "bench"].into_iter().flat_map(|kind| {
        let tables = manifest.table.get(kind).and_then(Value::as_array).into_iter().flatten();
        tables.filter_map(|table| table.get("name").and_then(Value::as_str))
    });
    let named: Vec<String> = named.map(str::to_owned).collect();
    let found = ["tests", "examples", "benches"].into_iter().flat_map(|folder| {
        let entries = std::fs::read_dir(manifest.folder.join(folder)).into_iter().flatten().flatten();
        entries.map(|entry| entry.path())
    });
    let found: Vec<String> = found
        .filter(|path| *path != root && path.join("main.rs") != root)
        .filter_map(|path| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned))
        .collect();
    named.into_iter().chain(found).map(|name| name.replace('-', "_"))
}

/// Who may use a type beside the function of this path.
pub(crate) fn beside(db: &dyn Db, krate: Krate, path: &str) -> Beside {
    const LANGUAGE: [&str; 22] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f16", "f32", "f64", "f128", "core", "alloc", "std",
    ];
    let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
    let map = crate_map(db, krate);
    let key = (Space::Types, Name::new(name));
    let at_root = map.root().module().names.get(&key).into_iter().flatten();
    if LANGUAGE.contains(&name)
        || map.data.dependencies.contains_key(&Name::new(name))
        || at_root.into_iter().any(|binding| matches!(binding.what, What::Crate(_)))
    {
        return Beside::Nobody;
    }
    let is_imported_beside_another = |module: &Module| {
        let bindings = module.names.get(&key).map_or(&[][..], Vec::as_slice);
        bindings.len() > 1 && bindings.iter().any(|binding| matches!(binding.what, What::Import(_)))
    };
    if module.split("::").any(|segment| segment == name) || map.modules.values().any(is_imported_beside_another) {
        return Beside::Module;
    }
    let values = (Space::Values, key.1);
    let is_hidden = |module: &Module| module.names.contains_key(&key) && module.names.contains_key(&values);
    if map.modules.values().any(is_hidden) { Beside::Hidden } else { Beside::Everybody }
}
