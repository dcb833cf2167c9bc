//! Attributes inside and around an item: what they name, and the predicates in them.

use std::ops::Range;

use super::super::facts::Reference;
use super::super::item::{Path, Spaces};
use super::super::name::Name;
use super::super::{cfg, normal, paths, words};
use super::Scan;

impl Scan<'_, '_> {
    /// Reads the attribute whose `#` stands here.
    pub(super) fn attribute(&mut self, hash: usize) {
        let view = self.view;
        if normal::silent_attribute(view, hash).is_some() {
            return;
        }
        let inside = view.inside(if view.is_punct(hash + 1, b'!') { hash + 2 } else { hash + 1 });
        let Some((path, after)) = paths::simple(view, inside.start, inside.end) else { return };
        let group = if view.any_open(after) { view.inside(after) } else { after..after };
        match (path.len(), path[0].text()) {
            (1, "cfg") => self.facts.asks.push(cfg::text(view, group)),
            (1, "cfg_attr") => {
                let mut parts = words::split(view, group, b',').into_iter();
                if let Some(predicate) = parts.next() {
                    self.facts.asks.push(cfg::text(view, predicate));
                }
                for part in parts.filter(|part| !part.is_empty()) {
                    self.arguments(part);
                }
            }
            (1, "derive") => {
                for part in words::split(view, group, b',') {
                    if let Some((path, _)) = paths::simple(view, part.start, part.end) {
                        self.facts.references.push(Reference {
                            path,
                            block: self.block,
                            spaces: Spaces::MACROS,
                            bound: false,
                            local: false,
                        });
                    }
                }
            }
            (1, "unsafe") => {}
            (1, word) if words::builtin_attribute(word) => {}
            _ => {
                self.facts.references.push(Reference {
                    path,
                    block: self.block,
                    spaces: Spaces::MACROS,
                    bound: false,
                    local: false,
                });
                self.arguments(after..inside.end);
            }
        }
    }

    /// The arguments of an attribute of which nothing is known.
    fn arguments(&mut self, range: Range<usize>) {
        let view = self.view;
        let mut used = self.wild(range.clone());
        self.facts.references.append(&mut used.wild);
        for at in range {
            if let Some(path) = view.string(at).and_then(|text| paths::in_text(&text)) {
                // Of a module that is named, whatever is in it may be used.
                let inside: Path = path.iter().copied().chain([Name::new("*")]).collect();
                self.facts.references.push(Reference {
                    path: inside,
                    block: self.block,
                    spaces: Spaces::TYPES,
                    bound: false,
                    local: true,
                });
                self.facts.references.push(Reference {
                    path,
                    block: self.block,
                    spaces: Spaces::ALL,
                    bound: false,
                    local: false,
                });
            }
        }
    }
}
