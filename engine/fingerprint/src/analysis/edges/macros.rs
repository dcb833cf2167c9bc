//! A macro call: what its input names, and what its definition names as seen from the call.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::PartKind;

use super::super::db::{Node, facts};
use super::super::facts::{Include, MacroUse, OpenCfg, Reference, sort};
use super::super::item::{Spaces, Text};
use super::super::modules::ModuleId;
use super::super::name::Name;
use super::super::resolve::{Found, Target};
use super::super::{include, words};
use super::Walk;
use super::meaning::Written;

impl<'db> Walk<'db> {
    pub(super) fn macro_use(&mut self, used: &'db MacroUse) {
        let scope = self.map.scope(self.place, used.block);
        self.at = used.block;
        let found = match &*used.path {
            [name] => self.resolver.macro_name(self.map, scope, self.place.item, *name),
            path => self.resolver.path(self.map, scope, path, Spaces::MACROS, self.map),
        };
        let definitions: Vec<Node> = found
            .targets
            .iter()
            .filter_map(|target| match target {
                Target::Node(node) => Some(*node),
                _ => None,
            })
            .collect();
        let plain = !found.targets.is_empty() && found.targets.iter().all(|target| *target == Target::Std)
            || found.targets.is_empty() && used.path.first().is_some_and(|word| words::std_crate(word));
        self.take(Written::Macro(Cow::Borrowed(&used.path)), &found, false);
        if plain {
            self.renamed(used, &found);
            return;
        }
        for reference in &used.wild {
            self.reference(reference);
        }
        self.at = used.block;
        self.members(used.words.iter().copied(), None);
        let mut words = used.words.clone();
        for definition in definitions {
            words.extend(&facts(self.db, definition).members);
            self.expand(definition, scope, used, 0);
        }
        self.pieces(used, &words, scope);
    }

    /// A macro of the standard library called by another name, which reads something at build time all the same.
    fn renamed(&mut self, used: &MacroUse, found: &Found) {
        for path in &found.foreign {
            let name = path.rsplit("::").next().unwrap_or("");
            if used.path.last().is_some_and(|called| called.text() == name) {
                continue;
            }
            match name {
                "include_str" | "include_bytes" | "include" => {
                    let what = |text: &String| Include { what: Text::Literal(text.clone()), code: name == "include" };
                    let mut files: Vec<Include> = used.strings.iter().map(what).collect();
                    if files.is_empty() {
                        files.push(Include { what: Text::Unknown, code: false });
                    }
                    self.includes(&files);
                }
                "env" | "option_env" => {
                    let names: Vec<Name> = used.strings.iter().map(|text| Name::new(text)).collect();
                    self.envs(&names);
                }
                "line" | "column" | "file" => self.places = true,
                "cfg" => {
                    for word in used.words.iter().filter(|word| !matches!(word.text(), "all" | "any" | "not")) {
                        self.out.asks.push(*word);
                        let asks = used.strings.iter().map(|text| Name::new(&format!("{word} = {text:?}")));
                        self.out.asks.extend(asks);
                    }
                }
                _ => {}
            }
        }
    }

    /// Paths that a macro may put together of a module in its input and another word.
    fn pieces(&mut self, used: &MacroUse, words: &[Name], scope: ModuleId) {
        if used.words.len() > 64 {
            return;
        }
        for module in &used.words {
            let found = self.resolver.path(self.map, scope, &[*module], Spaces::TYPES, self.map);
            if !found.targets.iter().any(|target| matches!(target, Target::Module(..))) {
                continue;
            }
            for word in words {
                let path = [*module, *word];
                let mut found = self.resolver.path(self.map, scope, &path, Spaces::ALL, self.map);
                found.calls.clear();
                self.take(Written::Path(Cow::Owned(path.to_vec())), &found, true);
            }
        }
    }

    /// What a definition includes, with strings from the call's input in the place of a metavariable, as far as
    /// there are such files.
    fn filled(&self, include: &Include, used: &MacroUse) -> Vec<Include> {
        if !include.what.is_open() {
            return vec![include.clone()];
        }
        let source = self.node.data().source.path(self.db);
        let candidates = used.strings.iter().map(|text| include.what.filled(text));
        let found: Vec<Include> = candidates
            .filter(|what| include::path(what, &self.map.data, source).is_some_and(|path| self.is_there(&path)))
            .map(|what| Include { what, code: include.code })
            .collect();
        if found.is_empty() { vec![include.clone()] } else { found }
    }

    /// Asks about all that may stand in place of the metavariables of a predicate: each word by itself, and with
    /// each string as its value.
    pub(super) fn open_predicates(&mut self, calls: &[MacroUse]) {
        const MANY: usize = 1024;
        if !self.open_cfg.any {
            return;
        }
        let OpenCfg { mut words, mut strings, .. } = std::mem::take(&mut self.open_cfg);
        for used in calls {
            words.extend(used.words.iter().filter(|word| !words::keyword(word)));
            strings.extend(used.strings.iter().cloned());
        }
        words.push(Name::new("feature"));
        words.retain(|word| !matches!(word.text(), "all" | "any" | "not"));
        sort(&mut words);
        sort(&mut strings);
        self.out.asks.extend(&words);
        if words.len() * strings.len() > MANY {
            // More than anybody wrote for this: those that predicates are mostly made of.
            words.retain(|word| matches!(word.text(), "feature" | "panic") || word.starts_with("target_"));
        }
        for word in &words {
            self.out.asks.extend(strings.iter().map(|text| Name::new(&format!("{word} = {text:?}"))));
        }
    }

    /// What a macro's definition names, looked up where the macro is called.
    fn expand(&mut self, definition: Node, scope: ModuleId, used: &MacroUse, depth: u32) {
        if definition.data().kind != PartKind::Macro || depth > 64 {
            return;
        }
        self.read_input(definition, used);
        if self.expanded.contains_key(&(definition, scope)) {
            return self.expand_again(definition, scope, used);
        }
        self.expanded.insert((definition, scope), vec![]);
        let rules = facts(self.db, definition);
        let dollar = self.resolver.map(definition.data().krate).unwrap_or(self.map);
        self.places |= rules.places;
        self.out.asks.extend(&rules.asks);
        self.open_cfg.any |= rules.open_cfg.any;
        self.open_cfg.words.extend(&rules.open_cfg.words);
        self.open_cfg.strings.extend(rules.open_cfg.strings.iter().cloned());
        // Traits in scope where it is called decide about its method calls, and what it reads at build
        // time is read from there.
        self.members(rules.members.iter().copied(), None);
        self.envs(&rules.envs);
        for reference in &rules.references {
            let mut found = self.look_up(self.map, scope, &Reference { block: None, ..reference.clone() }, dollar);
            let inner: Vec<Node> = found
                .targets
                .iter()
                .filter_map(|target| match target {
                    Target::Node(node) if node.data().kind == PartKind::Macro => Some(*node),
                    _ => None,
                })
                .collect();
            // Metavariables and locals of the macro's make most names there mean nothing here.
            found.calls.clear();
            self.take(Written::Path(Cow::Borrowed(&reference.path)), &found, true);
            self.expanded.entry((definition, scope)).or_default().extend(&inner);
            for definition in inner {
                self.expand(definition, scope, used, depth + 1);
            }
        }
    }

    /// What a definition reads at build time, by names in the call's input.
    fn read_input(&mut self, definition: Node, used: &MacroUse) {
        let rules = facts(self.db, definition);
        let known = rules.includes.iter().filter(|include| include.what != Text::Unknown);
        let known: Vec<Include> = known.flat_map(|include| self.filled(include, used)).collect();
        self.includes(&known);
        let open = rules.open_envs.iter().flat_map(|name| used.strings.iter().map(|text| name.filled(text)));
        let names: Vec<Name> = open.filter_map(|name| name.value(&|_| None)).map(|name| Name::new(&name)).collect();
        self.envs(&names);
        if rules.open_include {
            let files: Vec<Include> =
                used.strings.iter().map(|text| Include { what: Text::Literal(text.clone()), code: false }).collect();
            self.includes(&files);
        }
    }

    /// Another call of a macro that was looked into: only its input is new.
    fn expand_again(&mut self, definition: Node, scope: ModuleId, used: &MacroUse) {
        let mut seen: FxHashSet<Node> = [definition].into_iter().collect();
        let mut todo = vec![definition];
        while let Some(next) = todo.pop() {
            let inner = self.expanded.get(&(next, scope)).cloned().unwrap_or_default();
            for inner in inner.into_iter().filter(|inner| seen.insert(*inner)) {
                self.read_input(inner, used);
                todo.push(inner);
            }
        }
    }
}
