//! Attributes inside and around an item: what they name, and the predicates in them.

use std::ops::Range;

use crate::facts::Reference;
use crate::syntax::item::Spaces;
use crate::syntax::{attributes, cfg, language, normal, paths};

use super::Scan;

impl Scan<'_, '_> {
    /// Reads the attribute whose `#` stands here.
    pub(super) fn attribute(&mut self, hash: usize) {
        let view = self.view;
        let inside = view.inside(if view.is_punct(hash + 1, b'!') { hash + 2 } else { hash + 1 });
        let Some((path, after)) = paths::simple(view, inside.start, inside.end) else { return };
        let group = if view.any_open(after) { view.inside(after) } else { after..after };
        if path.last().is_some_and(|word| word.text() == "stash") {
            let named = attributes::serializers(view, group.clone()).into_iter();
            self.facts.references.extend(named.map(|path| Reference::new(path, self.block, Spaces::ALL)));
        }
        if normal::silent_attribute(view, hash).is_some() {
            return;
        }
        match (path.len(), path[0].text()) {
            (1, "cfg") => self.facts.asks.push(cfg::text(view, group)),
            (1, "cfg_attr") => {
                let mut parts = view.split(group, b',').into_iter();
                if let Some(predicate) = parts.next() {
                    self.facts.asks.push(cfg::text(view, predicate));
                }
                for part in parts.filter(|part| !part.is_empty()) {
                    self.arguments(part);
                }
            }
            (1, "derive") => {
                for part in view.split(group, b',') {
                    if let Some((path, _)) = paths::simple(view, part.start, part.end) {
                        self.facts.references.push(Reference::new(path, self.block, Spaces::MACROS));
                    }
                }
            }
            (1, "unsafe") => {}
            (1, word) if language::builtin_attribute(word) => {}
            _ => {
                self.facts.references.push(Reference::new(path, self.block, Spaces::MACROS));
                self.arguments(after..inside.end);
            }
        }
    }

    /// The arguments of an unknown attribute: everything that they name may be used, with all that is in it.
    fn arguments(&mut self, range: Range<usize>) {
        let view = self.view;
        self.heard(range.clone());
        for path in range.filter_map(|at| view.string(at)).flat_map(|text| paths::in_text(&text)) {
            let reference = Reference::new(path, self.block, Spaces::ALL);
            self.facts.opened.push(Reference { local: true, ..reference.clone() });
            self.facts.references.push(reference);
        }
    }

    /// Tokens that are given to a macro from outside the language. It may call any method, and may use anything that is
    /// in a type or module that they name.
    pub(super) fn heard(&mut self, range: Range<usize>) {
        let used = self.wild(range);
        self.facts.members.extend(used.words);
        self.facts.opened.extend(used.wild.iter().map(|reference| Reference { local: true, ..reference.clone() }));
        self.facts.references.extend(used.wild);
    }
}
