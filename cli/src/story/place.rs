//! Where a file may go that a user asks for, and that no step exports.

use std::path::Path;

use scrat_engine::{Graph, ends_with_separator, leads_into, own_file};

/// What a path is, if a file must not go there.
pub(crate) fn what_is(path: &Path, stash: Option<&Path>, graph: Option<&Graph>) -> Option<&'static str> {
    if ends_with_separator(path) {
        return Some("the name of a folder");
    }
    if stash.is_some_and(|stash| leads_into(path, stash)) {
        return Some("in the stash");
    }
    if graph.is_some_and(|graph| graph.reads(path)) {
        return Some("an input of the pipeline");
    }
    own_file(path).or_else(|| path.is_dir().then_some("a folder"))
}
