//! From a closure to the parts of a function's code, with their places, texts and shortest paths.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Code, Hash, Part, PartKind, fingerprint_of};
use crate::crates::graph::CrateGraph;
use crate::crates::krate::Krate;
use crate::crates::settings::Settings;
use crate::crates::spec::CrateSpec;
use crate::db::{Base, Node, SourceFile, parsed};
use crate::disk::files::relative;
use crate::names::modules::crate_map;
use crate::reach::closure::{Step, StepId, closure};
use crate::reach::edges::{hash, hashes};

use super::functions::stashed;
use super::left_out::{forgotten, forgotten_of_any};

mod dedup;
mod outside;

use dedup::{Mark, settle, settled};

/// What was found out about one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// What is compiled in.
    pub code: Code,
    /// Files other than modules that are read at build time: the macro must name them to rustc.
    pub files: Vec<PathBuf>,
}

/// What parts are put together of.
pub(crate) struct Assembly<'a> {
    pub(crate) db: &'a Base,
    pub(crate) spec: &'a CrateSpec,
    pub(crate) graph: &'a CrateGraph,
    pub(crate) settings: &'a Settings,
    pub(crate) krate: Krate,
}

impl Assembly<'_> {
    /// The code behind some functions, taken as one; none if there are none.
    pub(crate) fn joined(&self, nodes: &[Node]) -> Option<Analysis> {
        let mut analyses = nodes.iter().map(|node| self.analysis(*node));
        let mut first = analyses.next()?;
        for other in analyses {
            let offset = u32::try_from(first.code.parts.len()).unwrap_or(u32::MAX);
            first.code.parts.extend(
                other.code.parts.into_iter().map(|part| Part { via: part.via.map(|via| via + offset), ..part }),
            );
            for (into, from) in [
                (&mut first.code.cfgs, other.code.cfgs),
                (&mut first.code.envs, other.code.envs),
                (&mut first.code.calls, other.code.calls),
                (&mut first.code.notes, other.code.notes),
            ] {
                into.extend(from);
                into.sort();
                into.dedup();
            }
            first.code.forgotten.extend(other.code.forgotten);
            first.files.extend(other.files);
            first.files.sort();
            first.files.dedup();
        }
        Some(first)
    }

    fn analysis(&self, node: Node) -> Analysis {
        let db = self.db;
        let reached = closure(db, node);
        let name = node.data().plain_name();
        let mut code = Code { function: name.to_owned(), notes: reached.notes.clone(), ..Code::default() };
        code.parts.reserve(reached.steps.len() + 16);
        let mut shown: FxHashMap<SourceFile, String> = FxHashMap::default();
        for Step { node, via } in reached.steps.values() {
            let source = node.data().source;
            let file = shown.entry(source).or_insert_with(|| relative(source.path(db), &self.krate.data(db).workspace));
            code.parts.push(self.node(*node, via.map(StepId::number), file));
        }
        let within: FxHashSet<Node> = reached.steps.values().map(|step| step.node).collect();
        let stashed = reached.krates.iter().flat_map(|krate| stashed(db, *krate));
        let calls = stashed.filter(|node| within.contains(node)).map(|node| node.data().plain_name());
        code.calls.extend(calls.filter(|call| *call != name).map(str::to_owned));
        code.forgotten = forgotten(db, node);
        let read = self.beyond_items(reached, &mut code);
        settled_code(&mut code);
        let read = read.into_iter().chain(reached.files.iter().map(|(path, _)| path.clone()));
        let mut files: Vec<PathBuf> = read.filter(|path| path.is_file()).collect();
        files.extend(self.settings.file.clone());
        files.sort();
        files.dedup();
        Analysis { code, files }
    }

    /// The fingerprint of the parts behind some functions, without putting those together.
    pub(crate) fn fingerprint(&self, nodes: &[Node]) -> Hash {
        let db = self.db;
        let beyond: Vec<Code> = nodes
            .iter()
            .map(|node| {
                let mut code = Code::default();
                self.beyond_items(closure(db, *node), &mut code);
                code
            })
            .collect();
        let mut marks: Vec<Mark<'_>> = Vec::new();
        for (node, beyond) in nodes.iter().zip(&beyond) {
            let reached = closure(db, *node);
            let tables: FxHashMap<Krate, _> = reached.krates.iter().map(|krate| (*krate, hashes(db, *krate))).collect();
            let items = reached.sorted.iter().filter_map(|node| {
                let data = node.data();
                Some((data.kind, data.key.text(), *tables.get(&data.krate)?.get(node)?))
            });
            let beyond = beyond.parts.iter().map(|part| (part.kind, part.name.as_str(), part.hash));
            marks.extend(settled(items.chain(beyond).collect()));
        }
        if nodes.len() > 1 {
            marks.sort();
            marks.dedup();
        }
        fingerprint_of(marks.iter().map(|(kind, name, hash)| (*kind, &**name, hash)))
    }

    /// The code behind a function that is not in the sources as such, because a macro makes it: all of the
    /// crate and of the crates in its graph, and every package.
    pub(crate) fn whole_crate(&self, function: &str) -> Analysis {
        let mut code = Code { function: function.to_owned(), ..Code::default() };
        code.notes.push(format!("`{function}` is made by a macro: all code of the crate counts"));
        code.forgotten = forgotten_of_any(self.db, self.krate);
        let mut files = self.whole(self.krate, None, &mut code);
        self.frame(&mut code, &self.below(self.krate));
        files.extend(self.settings.file.clone());
        settled_code(&mut code);
        Analysis { code, files: files.into_iter().filter(|file| file.is_file()).collect() }
    }

    fn node(&self, node: Node, via: Option<u32>, file: &str) -> Part {
        let db = self.db;
        let data = node.data();
        let map = crate_map(db, data.krate);
        let parsed = parsed(db, data.source);
        let span = map.places.get(&node).and_then(|place| parsed.spans.get(place.item));
        let range = span.map_or(0..0, |span| span.range.clone());
        let start = parsed.tokens.list.get(range.start).map_or(0, |token| token.start);
        let end =
            range.end.checked_sub(1).and_then(|last| parsed.tokens.list.get(last)).map_or(start, |token| token.end);
        let mut text = String::new();
        let mut from = start as usize;
        for skip in span.into_iter().flat_map(|span| &span.skip) {
            let (Some(first), Some(last)) =
                (parsed.tokens.list.get(skip.start), parsed.tokens.list.get(skip.end.saturating_sub(1)))
            else {
                continue;
            };
            text.push_str(parsed.text.get(from..first.start as usize).unwrap_or("").trim_end_matches([' ', '\t']));
            from = from.max(last.end as usize);
        }
        text.push_str(parsed.text.get(from..end as usize).unwrap_or(""));
        Part {
            kind: data.kind,
            name: data.key.to_string(),
            hash: hash(db, node),
            file: file.to_owned(),
            line: parsed.tokens.line(start),
            via,
            text,
        }
    }
}

/// Sorts what was found, and keeps each thing once.
fn settled_code(code: &mut Code) {
    settle(&mut code.parts);
    for list in [&mut code.cfgs, &mut code.envs, &mut code.calls, &mut code.notes] {
        list.sort();
        list.dedup();
    }
}

fn part(kind: PartKind, name: &str, hash: Hash) -> Part {
    Part { kind, name: name.to_owned(), hash, file: String::new(), line: 0, via: None, text: String::new() }
}
