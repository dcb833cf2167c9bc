//! Where a changed argument first differs from what it was, as far as both values are still there.
//!
//! A value is told by the names of its type, and the old one was written by old code. So it is compared only if no
//! type that the code reaches has changed, no package, and not the function's signature: otherwise the names
//! would be guesses.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use scrat_fingerprint::{Part, PartKind};

use crate::call::squirrel::Squirrel;
use crate::digest::Digest;
use crate::engine::panics;
use crate::function::Function;
use crate::pipeline::graph::{Graph, GraphSource, GraphStep};
use crate::pipeline::node::SourceKind;
use crate::stash::{Argument, Neighbour, Stash};
use crate::value::{
    self, Attachment, Difference, Kind, Manifest, Named, differ_entries, digest_file, only_folder, serving_files,
};

/// How many different pairs of values are compared in one plan or run, so that asking why stays cheap.
const PAIRS: usize = 32;

/// Bytes of files that are read for one comparison, at most.
const FILES: u64 = 64 * 1024 * 1024;

/// How many members of a list are remembered.
const MEMBERS: usize = 4096;

/// How many bytes of a member's digest are.
const PREFIX: usize = 8;

/// Compares arguments. Each pair of values is compared once, however many steps take it.
pub(crate) struct Comparison<'g> {
    graph: &'g Graph,
    known: HashMap<(Vec<u8>, Vec<u8>), Option<Difference>>,
    /// Whether what an old code took and returned is of the types of its function as it is now.
    alike: HashMap<(&'static str, Digest), bool>,
}

/// One argument, as it was and as it is.
pub(crate) struct Changed<'a> {
    pub step: &'a GraphStep,
    /// The nut that it is compared with.
    pub nut: &'a Neighbour,
    pub old: &'a Argument,
    pub new: &'a Argument,
    /// Files among the arguments as they are.
    pub files: &'a [Attachment],
}

impl<'g> Comparison<'g> {
    pub(crate) fn new(graph: &'g Graph) -> Self {
        Self { graph, known: HashMap::new(), alike: HashMap::new() }
    }

    /// Where an argument first differs. None if its short forms say it, or if that can't be known.
    pub(crate) fn compare(&mut self, squirrel: Squirrel<'_>, changed: &Changed<'_>) -> Option<Difference> {
        let at = changed.step.inputs.iter().position(|input| input.name == changed.new.name)?;
        match (&changed.step.inputs[at].from, &changed.step.node.inputs[at].source.0) {
            (GraphSource::Literal { files, .. }, SourceKind::Literal { kind, .. }) => {
                let (old, new) = (changed.old, changed.new);
                if let Some(folder) = only_folder(files) {
                    return entries(old, folder);
                }
                let (before, after) = (old.short(), new.short());
                if let (Cow::Borrowed(before), Cow::Borrowed(after)) = (&before, &after)
                    && files.is_empty()
                    && before != after
                {
                    return None;
                }
                self.literals(squirrel, kind, changed)
            }
            (GraphSource::Step(from), _) => {
                let (old, new) = (changed.old.digest.as_bytes(), changed.new.digest.as_bytes());
                let from = self.graph.step(*from);
                self.values(squirrel.stash, from.node.function, from.node.kind, old, new)
            }
            (GraphSource::Steps(_), _) => self.elements(squirrel.stash, at, changed),
            _ => None,
        }
    }

    /// Two literals, of which the old one was small enough to be remembered.
    fn literals(&mut self, squirrel: Squirrel<'_>, kind: &Kind, changed: &Changed<'_>) -> Option<Difference> {
        let (old, new) = (changed.old.bytes.as_ref()?, changed.new.bytes.as_ref()?);
        let is_value = |argument: &Argument, bytes: &[u8]| Digest::of(bytes) == argument.digest;
        if !is_value(changed.old, old) || !self.has_types_of(squirrel.stash, &changed.nut.identity, squirrel.function) {
            return None;
        }
        differ(squirrel.stash, changed.files, kind, old, new)
    }

    /// Two values of a function, by the beginnings of their digests.
    fn values(
        &mut self,
        stash: &Stash,
        function: &'static Function,
        kind: &Kind,
        old: &[u8],
        new: &[u8],
    ) -> Option<Difference> {
        let pair = (old.to_owned(), new.to_owned());
        if let Some(known) = self.known.get(&pair) {
            return known.clone();
        }
        if self.known.len() == PAIRS {
            return None;
        }
        let stored = stash.peek(function.name(), old).zip(stash.peek(function.name(), new));
        let stored = stored.filter(|(old, new)| old.codec == new.codec && new.codec.as_deref() == kind.codec());
        let stored = stored.filter(|(old, _)| self.has_types_of(stash, &old.identity, function));
        let difference = stored.and_then(|(old, new)| differ(stash, &[], kind, &old.bytes, &new.bytes));
        self.known.insert(pair, difference.clone());
        difference
    }

    fn has_types_of(&mut self, stash: &Stash, identity: &Digest, function: &'static Function) -> bool {
        *self.alike.entry((function.name(), *identity)).or_insert_with(|| {
            let old = stash.parts_of(identity).unwrap_or_default();
            have_types_of(&old, function)
        })
    }

    /// Two lists of values that steps returned.
    fn elements(&mut self, stash: &Stash, at: usize, changed: &Changed<'_>) -> Option<Difference> {
        /// How many positions are told.
        const FEW: usize = 8;
        let (before, after) = (members(changed.old)?, members(changed.new)?);
        let from = changed.step.inputs[at].from.steps();
        let positions: Vec<_> = (0..before.len().min(after.len())).filter(|&at| before[at] != after[at]).collect();
        let (old, new) = (before.len(), after.len());
        if old != new {
            let first = positions.first().copied().unwrap_or(old.min(new));
            let step = from.get(first).map(|&step| self.graph.label(step).to_owned());
            return Some(Difference::Elements { old, new, positions: vec![first], changed: 0, step, first: None });
        }
        let step = *from.get(*positions.first()?)?;
        let node = &self.graph.step(step).node;
        let first = match positions[..] {
            [only] => self.values(stash, node.function, node.kind, before[only], after[only]),
            _ => None,
        };
        Some(Difference::Elements {
            old,
            new,
            changed: positions.len(),
            positions: positions.into_iter().take(FEW).collect(),
            step: Some(self.graph.label(step).to_owned()),
            first: first.map(Box::new),
        })
    }
}

/// What an argument remembers of the members of a list of steps' values: the beginnings of their digests.
pub(crate) fn remembered(members: &[Digest]) -> Option<Vec<u8>> {
    let beginnings = members.iter().flat_map(|digest| digest.0[..PREFIX].iter().copied());
    (members.len() <= MEMBERS).then(|| beginnings.collect())
}

/// The beginnings of the members' digests. None if it is no list of steps' values, or a longer one.
fn members(argument: &Argument) -> Option<Vec<&[u8]>> {
    let bytes = argument.bytes.as_deref()?;
    // What a literal remembers is its value.
    let is_list = bytes.len().is_multiple_of(PREFIX) && Digest::of(bytes) != argument.digest;
    is_list.then(|| bytes.chunks_exact(PREFIX).collect())
}

fn differ(stash: &Stash, files: &[Attachment], kind: &Kind, old: &[u8], new: &[u8]) -> Option<Difference> {
    let (content, files) = (stash.content().clone(), files.to_vec());
    let left = Cell::new(FILES);
    let find = move |digest: &Digest, named| {
        // Where two folders differ is not looked for.
        if named == Named::Folder {
            return None;
        }
        let given = files.iter().find(|file| file.digest == *digest).map(|file| file.path.clone());
        let length = match &given {
            Some(path) => std::fs::metadata(path).ok()?.len(),
            None => content.length(digest)?,
        };
        // Without one of its files a value is not decoded, and so not compared.
        left.set(left.get().checked_sub(length)?);
        match given {
            Some(path) => digest_file(&path).ok().filter(|(found, _)| found == digest).map(|_| path.into()),
            None => content.file(digest).map(Into::into),
        }
    };
    // The values' own code runs here, on bytes of another day: whatever it does, a reason is still found.
    panics::catch_here(|| serving_files(Rc::new(find), || value::differ(kind, old, new))).ok().flatten()
}

/// What is in a folder, and what an argument remembers of what was.
fn entries(old: &Argument, new: &Manifest) -> Option<Difference> {
    // Until entries were remembered, these were the bytes of the value.
    let marks = old.bytes.as_deref().filter(|bytes| Digest::of(bytes) != old.digest);
    differ_entries(marks?, new)
}

/// Whether code had the types that a function has now. Where the sources were not looked at, nobody knows.
pub(crate) fn have_types_of(old: &[Part], function: &'static Function) -> bool {
    let new = function.parts();
    let of_sources = |part: &Part| part.kind != PartKind::Compiled;
    new.iter().any(of_sources) && types(old, function.name()) == types(new, function.name())
}

/// The types and packages that a function reaches, and its signature.
fn types<'p>(parts: &'p [Part], function: &str) -> (Vec<(&'p str, [u8; 32])>, Option<&'p str>) {
    let kinds = [PartKind::Type, PartKind::Package, PartKind::Crate];
    let types = parts.iter().filter(|part| kinds.contains(&part.kind));
    let own = parts.iter().find(|part| part.kind == PartKind::Function && part.name == function);
    let signature = own.map(|part| part.text.split('{').next().unwrap_or_default());
    (types.map(|part| (part.name.as_str(), part.hash)).collect(), signature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Written;

    #[test]
    fn a_list_of_members_is_told_from_a_literal_of_as_many_bytes() {
        let digests = [Digest::of(b"a"), Digest::of(b"b")];
        let list = Argument {
            name: "scores".to_owned(),
            digest: Digest([1; 32]),
            text: String::new(),
            bytes: remembered(&digests),
        };
        assert_eq!(members(&list).unwrap(), [&digests[0].0[..8], &digests[1].0[..8]]);
        let bytes = vec![0; 16];
        let literal = Argument::new("scores", &Written::of(bytes), String::new(), 16);
        assert_eq!(members(&literal), None);
        assert_eq!(remembered(&vec![digests[0]; MEMBERS + 1]), None);
    }
}
