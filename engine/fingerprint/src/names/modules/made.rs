//! Names that macro calls make: those that the definitions of the macros write themselves. What stands in the
//! input of a call is known already.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::crates::krate::Krate;
use crate::syntax::item::{Definition, Import, Path, Space, Visibility};
use crate::syntax::name::Name;

use super::map::{Binding, CrateMap, Glob, What};

/// What the macros behind a name may make.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    names: BTreeSet<Name>,
    imports: Vec<Import>,
    /// Whether one of them may implement something.
    pub(crate) impls: bool,
    tracks: bool,
}

impl CrateMap {
    /// The maps of all local crates below this one, with the paths that lead to those with a name here.
    fn below(&self) -> Vec<(Path, &Self)> {
        let mut seen: FxHashSet<Krate> = [self.krate].into_iter().collect();
        let mut found: Vec<(Path, &Self)> = Vec::new();
        for (name, map) in self.named() {
            if seen.insert(map.krate) {
                found.push(([Name::none(), name].into(), map));
            }
        }
        let mut at = 0;
        while let Some((_, map)) = found.get(at).cloned() {
            for (_, other) in map.named() {
                if seen.insert(other.krate) {
                    // It has no name here, so imports that start from it lead nowhere.
                    found.push((Path::default(), other));
                }
            }
            at += 1;
        }
        found
    }

    fn named(&self) -> impl Iterator<Item = (Name, &Self)> {
        let meant = |name: &Name| self.dependencies.get(name).into_iter().flatten();
        self.data.dependencies.keys().flat_map(move |name| meant(name).map(|map| (*name, &**map)))
    }

    /// What a macro called by its last name may make here, whichever of that name it is.
    pub(crate) fn made(&self, name: Name) -> Made {
        self.made_with(name, &self.below())
    }

    fn made_with(&self, name: Name, below: &[(Path, &Self)]) -> Made {
        let mut made = Made::default();
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut todo = vec![name];
        while let Some(name) = todo.pop() {
            if !seen.insert(name) {
                continue;
            }
            let own = self.definitions.get(&name).into_iter().flatten().map(|definition| (None, definition));
            let others = below.iter().flat_map(|(path, map)| {
                map.definitions.get(&name).into_iter().flatten().map(move |definition| (Some(path), definition))
            });
            for (path, definition) in own.chain(others) {
                made.names.extend(&definition.names);
                made.impls |= definition.impls;
                made.tracks |= definition.tracks;
                todo.extend(&definition.calls);
                for import in &definition.imports {
                    made.imports.extend(here(import, path));
                }
            }
            // A macro imported under another name.
            for map in std::iter::once(self).chain(below.iter().map(|(_, map)| *map)) {
                todo.extend(map.renamed(name));
            }
        }
        made
    }

    /// What macros are imported as this name.
    fn renamed(&self, name: Name) -> impl Iterator<Item = Name> {
        let key = (Space::Macros, name);
        self.modules.values().filter_map(move |module| module.names.get(&key)).flatten().filter_map(|binding| {
            match &binding.what {
                What::Import(path) => path.last().copied(),
                _ => None,
            }
        })
    }

    /// The definitions behind a macro of this name, as far as they are known while modules are read.
    pub(super) fn read_so_far(&self, name: Name) -> Vec<&Definition> {
        let mut found = Vec::new();
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut todo = vec![name];
        while let Some(name) = todo.pop() {
            if !seen.insert(name) {
                continue;
            }
            let maps = std::iter::once(self).chain(self.named().map(|(_, map)| map));
            for definition in maps.filter_map(|map| map.definitions.get(&name)).flatten() {
                todo.extend(&definition.calls);
                found.push(definition);
            }
        }
        found
    }

    /// Enters the names and imports that the macro calls among the items make.
    pub(super) fn enter_made(&mut self) {
        let mut known: FxHashMap<Name, Made> = FxHashMap::default();
        {
            let below = self.below();
            for call in self.modules.values().flat_map(|module| &module.calls) {
                if let Some(name) = call.path.last().filter(|name| !known.contains_key(name)) {
                    known.insert(*name, self.made_with(*name, &below));
                }
            }
        }
        for module in self.modules.values_mut() {
            let mut bound: Vec<(Name, Binding)> = Vec::new();
            for call in &mut module.calls {
                let Some(made) = call.path.last().and_then(|name| known.get(name)) else { continue };
                let input = call.words.clone();
                call.words.extend(&made.names);
                call.words.sort_unstable();
                call.words.dedup();
                if made.tracks {
                    self.tracks.extend(&call.words);
                }
                for import in imports(&made.imports, &input) {
                    let path = import.path.clone();
                    if import.name.text() == "*" {
                        let visibility = Visibility::Wider;
                        module.globs.push(Glob { path, visibility, cfg: vec![], call: Some(call.node) });
                        continue;
                    }
                    let what = What::Import(path);
                    let binding = Binding { what, visibility: Visibility::Wider, cfg: vec![], call: Some(call.node) };
                    bound.push((import.name, binding));
                }
            }
            for (name, binding) in bound {
                if name.text() == "_" {
                    module.nameless.push(binding);
                    continue;
                }
                for space in Space::ALL {
                    module.names.entry((space, name)).or_default().push(binding.clone());
                }
            }
        }
    }
}

/// The imports of a definition, with words of the input in the place of a metavariable.
fn imports(written: &[Import], input: &[Name]) -> Vec<Import> {
    let mut found = Vec::new();
    for import in written {
        let is_variable = |name: &&Name| name.starts_with('$') && name.text() != "$crate";
        let mut variables = import.path.iter().chain([&import.name]).filter(is_variable);
        let Some(first) = variables.next() else {
            found.push(import.clone());
            continue;
        };
        // Of several no more is known than that the call makes the name.
        if variables.any(|other| other != first) {
            continue;
        }
        for word in input {
            let put = |name: &Name| if name == first { *word } else { *name };
            found.push(Import { path: import.path.iter().map(put).collect(), name: put(&import.name) });
        }
    }
    found
}

/// An import of a definition as it is meant where the macro is called; `path` leads to the definition's crate.
fn here(import: &Import, path: Option<&Path>) -> Option<Import> {
    let [first, rest @ ..] = &*import.path else { return None };
    if first.text() != "$crate" {
        return Some(import.clone());
    }
    let base: Path = match path {
        None => [Name::new("crate")].into(),
        Some(path) if path.is_empty() => return None,
        Some(path) => path.clone(),
    };
    Some(Import { path: base.iter().chain(rest).copied().collect(), name: import.name })
}
