//! Exports that are not allowed: two steps to one file, or a step to a file that has another purpose already.
//!
//! They are found before anything runs, by where the paths lead and not by how they are spelled.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::engine::config;
use crate::id::StepId;
use crate::pipeline::graph::Graph;
use crate::pipeline::pattern::InputPattern;
use crate::place::{Place, absolute, start_folder};

/// Why a pipeline's exports can't all be written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportConflict {
    /// Two steps are exported to one file, whose content would depend on which step ends last.
    #[error("{first} and {second} are both exported to {}", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The label of a step.
        first: String,
        /// The label of another.
        second: String,
    },
    /// One export needs a folder where another needs a file.
    #[error("{step} is exported to {}, which has to be a folder for {inner}, exported to {}", path.display(), inside.display())]
    Inside {
        /// The path of the file.
        path: PathBuf,
        /// The label of the step that is exported to it.
        step: String,
        /// The path below it.
        inside: PathBuf,
        /// The label of the step that is exported to that path.
        inner: String,
    },
    /// The path is used for something else.
    #[error("{step} is exported to {}, which is {what}", path.display())]
    Taken {
        /// The path.
        path: PathBuf,
        /// The label of the step.
        step: String,
        /// What the path is used for.
        what: String,
    },
}

/// An export, or something else that a path is needed for.
struct Target<'g> {
    step: StepId,
    path: &'g Path,
    place: PathBuf,
    is_folder: bool,
}

impl Graph {
    /// Checks that no export goes to one of these paths, or to a path inside it. Each path comes with a description of
    /// what it is used for.
    ///
    /// # Errors
    /// The first export that does.
    pub fn check_reserved(&self, reserved: &[(&Path, &str)]) -> Result<(), ExportConflict> {
        for (path, what) in reserved {
            let Place::Path(reserved) = Place::of(&absolute(path)) else { continue };
            for step in self.steps() {
                let mut exports = self.step(step).exports.iter();
                let is_hit = |place: Place| matches!(place, Place::Path(place) if place.starts_with(&reserved) || reserved.starts_with(&place));
                if let Some(export) = exports.find(|export| is_hit(Place::of(&export.at))) {
                    return Err(self.taken(step, &export.path, what));
                }
            }
        }
        Ok(())
    }

    fn taken(&self, step: StepId, path: &Path, what: &str) -> ExportConflict {
        ExportConflict::Taken { path: path.to_owned(), step: self.label(step).to_owned(), what: what.to_owned() }
    }

    /// Checks that every export has a file to itself, with no other purpose.
    pub(crate) fn check_exports(&self) -> Result<(), ExportConflict> {
        if self.steps().all(|step| self.step(step).exports.is_empty()) {
            return Ok(());
        }
        let others = Taken::new(self);
        let mut targets: BTreeMap<PathBuf, Target<'_>> = BTreeMap::new();
        for step in self.steps() {
            for export in &self.step(step).exports {
                let taken = |what: &str| self.taken(step, &export.path, what);
                if ends_with_separator(&export.path) && !export.is_folder {
                    return Err(taken("the name of a folder"));
                }
                // What is written into takes from many.
                let Place::Path(place) = Place::of(&export.at) else { continue };
                match place.metadata() {
                    Ok(there) if there.is_dir() && !export.is_folder => return Err(taken("a folder")),
                    Ok(there) if !there.is_dir() && !there.is_file() && !export.is_folder => continue,
                    _ => {}
                }
                if let Some(what) = others.what_is(&place) {
                    return Err(taken(what));
                }
                if let Some(what) = others.what_is_in(&place).filter(|_| export.is_folder) {
                    return Err(taken(what));
                }
                if let Some(other) = targets.get(&place).filter(|other| other.step != step) {
                    return Err(ExportConflict::Twice {
                        path: export.path.clone(),
                        first: self.label(other.step).to_owned(),
                        second: self.label(step).to_owned(),
                    });
                }
                let is_folder = export.is_folder;
                targets.insert(place.clone(), Target { step, path: &export.path, place, is_folder });
            }
        }
        for target in targets.values() {
            if let Some(outer) = target.place.ancestors().skip(1).find_map(|folder| targets.get(folder)) {
                if outer.is_folder {
                    let what = format!("in the folder that {} is exported to", self.label(outer.step));
                    return Err(self.taken(target.step, target.path, &what));
                }
                return Err(ExportConflict::Inside {
                    path: outer.path.to_owned(),
                    step: self.label(outer.step).to_owned(),
                    inside: target.path.to_owned(),
                    inner: self.label(target.step).to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// The files that exports must leave alone.
struct Taken {
    inputs: BTreeSet<Place>,
    patterns: Vec<InputPattern>,
    /// Settings and sources of the program, wherever its workspace begins.
    own: BTreeMap<PathBuf, &'static str>,
}

impl Taken {
    fn new(graph: &Graph) -> Self {
        Self {
            inputs: graph.input_places().map(Place::of).collect(),
            patterns: graph.input_patterns().cloned().collect(),
            own: own_files(),
        }
    }

    /// What a path is, if it is not free for an export.
    fn what_is(&self, place: &Path) -> Option<&'static str> {
        let is_input = |place: &Path| self.inputs.contains(&Place::Path(place.to_owned()));
        if is_input(place) {
            return Some("an input of the pipeline");
        }
        if place.ancestors().any(is_input) {
            return Some("in a folder that is an input of the pipeline");
        }
        if self.patterns.iter().any(|pattern| pattern.matches(place)) {
            return Some("among the files that the pipeline looks for");
        }
        self.own.get(place).copied().filter(|_| place.exists())
    }

    /// What is in a folder, if the folder is not free for an export.
    fn what_is_in(&self, folder: &Path) -> Option<&'static str> {
        let is_in = |place: &Path| place.starts_with(folder);
        if self.inputs.iter().any(|input| matches!(input, Place::Path(input) if is_in(input))) {
            return Some("a folder with an input of the pipeline in it");
        }
        if is_in(start_folder()) || self.own.keys().any(|own| is_in(own) && own.exists()) {
            return Some("a folder with sources or settings of the program in it");
        }
        None
    }
}

/// A description of what a path leads to, however it is spelled, if that is a source of the program or its settings.
pub fn own_file(path: &Path) -> Option<&'static str> {
    match Place::of(&absolute(path)) {
        Place::Path(place) => own_files().get(&place).copied().filter(|_| place.exists()),
        Place::Descriptor(_) => None,
    }
}

/// Files that are named relative to the program's package or to a folder above it.
fn own_files() -> BTreeMap<PathBuf, &'static str> {
    const SETTINGS: [&str; 3] = [config::FILE, "Cargo.toml", "Cargo.lock"];
    let functions = crate::functions();
    let sources: BTreeSet<_> = functions.iter().map(|function| function.place().0).collect();
    let named = SETTINGS.map(|name| (name, "a file of settings"));
    let named: Vec<_> =
        named.into_iter().chain(sources.into_iter().map(|source| (source, "a source of the program"))).collect();
    let folders = start_folder().ancestors();
    folders.flat_map(|folder| named.iter().map(move |(name, what)| (folder.join(name), *what))).collect()
}

/// Whether a path is written as that of a folder.
pub fn ends_with_separator(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}
