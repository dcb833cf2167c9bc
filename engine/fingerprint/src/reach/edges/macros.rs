//! A macro call: what its input names, and what its definition names as seen from the call.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::code::PartKind;
use crate::crates::krate::Krate;
use crate::db::{Node, facts};
use crate::facts::{Facts, Include, MacroUse, OpenCfg, Reference};
use crate::names::include;
use crate::names::modules::{CrateMap, ModuleId, Scope};
use crate::names::resolve::{Found, Target};
use crate::sorted::sort;
use crate::syntax::const_str::ConstStr;
use crate::syntax::item::{Space, Spaces};
use crate::syntax::language;
use crate::syntax::name::Name;

use super::EdgeWalk;
use super::meaning::Written;
use super::pieces::Pieces;

impl<'db> EdgeWalk<'db> {
    pub(super) fn macro_use(&mut self, used: &'db MacroUse) {
        let scope = self.map.scope_at(self.place, used.block);
        self.at = used.block;
        let found = match &*used.path {
            [name] => self.resolver.macro_name(scope, self.place.item, *name),
            path => self.resolver.path(scope, path, Spaces::MACROS, self.map),
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
            || found.targets.is_empty() && used.path.first().is_some_and(|word| language::std_crate(word));
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
        self.pieces.add(scope.id, &used.words, self.map.krate);
        let mut involved = Vec::new();
        for definition in definitions {
            self.expand(definition, scope, 0, &mut involved);
        }
        self.read_input(&involved, used);
    }

    /// A macro of the standard library that was imported under another name reads what it reads all the same: the scan
    /// of the item's tokens knows these macros by their own names alone.
    fn renamed(&mut self, used: &MacroUse, found: &Found) {
        for path in &found.foreign {
            let name = path.rsplit("::").next().unwrap_or("");
            if used.path.last().is_some_and(|called| called.text() == name) {
                continue;
            }
            match name {
                "include_str" | "include_bytes" | "include" => {
                    let what =
                        |text: &String| Include { what: ConstStr::Literal(text.clone()), code: name == "include" };
                    let mut files: Vec<Include> = used.strings.iter().map(what).collect();
                    if files.is_empty() {
                        files.push(Include { what: ConstStr::Unknown, code: false });
                    }
                    self.includes(&files);
                }
                "env" | "option_env" => {
                    let names: Vec<Name> = used.strings.iter().map(|text| Name::new(text)).collect();
                    self.envs(&names);
                }
                "line" | "column" | "file" => self.places = true,
                "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => {
                    self.out.asks.push(Name::new("debug_assertions"));
                }
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

    /// Paths that macros may put together of modules and names in their input and their definitions.
    ///
    /// `$module::$name` is a path that is written nowhere. So each of the words is looked up in each module that one of
    /// the words names, and in the root of each crate that has a definition.
    pub(super) fn put_together(&mut self) {
        let Pieces { scopes, words, krates } = std::mem::take(&mut self.pieces);
        let mut todo: Vec<(Krate, ModuleId)> = krates.into_iter().map(|krate| (krate, CrateMap::ROOT)).collect();
        for scope in scopes {
            for word in &words {
                let found = self.resolver.lexical(self.map.scope(scope), Space::Types, *word);
                todo.extend(found.targets.iter().filter_map(|target| target.module()));
            }
        }
        self.at = None;
        let mut seen: FxHashSet<(Krate, ModuleId)> = FxHashSet::default();
        while let Some((krate, id)) = todo.pop() {
            let Some(scope) = self.resolver.scope(krate, id).filter(|_| seen.insert((krate, id))) else { continue };
            let inside = scope.module();
            let mut here: Vec<Name> = if inside.globs.is_empty() && inside.calls.is_empty() {
                inside.names.keys().map(|(_, name)| *name).filter(|name| words.contains(name)).collect()
            } else {
                words.iter().copied().collect()
            };
            sort(&mut here);
            for name in here {
                for space in
                    Space::ALL.into_iter().filter(|space| inside.bound(*space, name) || !inside.globs.is_empty())
                {
                    if !self.resolver.is_bound(space, name) {
                        continue;
                    }
                    let found = self.resolver.inside(scope, space, name, None);
                    if found.targets.is_empty() {
                        continue;
                    }
                    todo.extend(found.targets.iter().filter_map(|target| target.module()));
                    self.take(Written::Path(Cow::Owned(vec![inside.path, name])), &found, true);
                }
            }
        }
    }

    /// Asks about whatever `#[cfg($predicate)]` in a macro's definition may become: each word of the input by itself,
    /// and with each string as its value. rustc answers them all; the ones that are not meant change nothing, as a
    /// rule.
    pub(super) fn open_predicates(&mut self, calls: &[MacroUse]) {
        const MANY: usize = 1024;
        if !self.open_cfg.any {
            return;
        }
        let OpenCfg { mut words, mut strings, .. } = std::mem::take(&mut self.open_cfg);
        for used in calls {
            words.extend(used.words.iter().filter(|word| !language::keyword(word)));
            strings.extend(used.strings.iter().cloned());
        }
        words.push(Name::new("feature"));
        words.retain(|word| !matches!(word.text(), "all" | "any" | "not"));
        sort(&mut words);
        sort(&mut strings);
        self.out.asks.extend(&words);
        if words.len() * strings.len() > MANY {
            // That many words were not written for a predicate: only those that most predicates are made of.
            words.retain(|word| matches!(word.text(), "feature" | "panic") || word.starts_with("target_"));
        }
        for word in &words {
            self.out.asks.extend(strings.iter().map(|text| Name::new(&format!("{word} = {text:?}"))));
        }
    }

    /// What a macro's definition names, looked up where the macro is called: a `macro_rules!` has hygiene for locals
    /// and for `$crate`, and for no other names. It and those that it calls are involved.
    fn expand(&mut self, definition: Node, scope: Scope<'db>, depth: u32, involved: &mut Vec<Node>) {
        if definition.data().kind != PartKind::Macro || depth > 64 || involved.contains(&definition) {
            return;
        }
        involved.push(definition);
        if let Some(inner) = self.expanded.get(&(definition, scope.id)).cloned() {
            // Another call of a macro that was looked into: only its input is new.
            inner.into_iter().for_each(|inner| self.expand(inner, scope, depth + 1, involved));
            return;
        }
        self.expanded.insert((definition, scope.id), vec![]);
        let rules = facts(self.db, definition);
        let dollar = self.resolver.map(definition.data().krate).unwrap_or(self.map);
        self.pieces.add(scope.id, &rules.words, dollar.krate);
        self.places |= rules.places;
        self.out.asks.extend(&rules.asks);
        self.open_cfg.any |= rules.open_cfg.any;
        self.open_cfg.words.extend(&rules.open_cfg.words);
        self.open_cfg.strings.extend(rules.open_cfg.strings.iter().cloned());
        // So do its method calls mean what the traits in scope at the call make of them.
        self.members(rules.members.iter().copied(), None);
        self.envs(&rules.envs);
        for reference in &rules.references {
            let mut found = self.look_up(scope, &Reference { block: None, ..reference.clone() }, dollar);
            let inner: Vec<Node> = found
                .targets
                .iter()
                .filter_map(|target| match target {
                    Target::Node(node) if node.data().kind == PartKind::Macro => Some(*node),
                    _ => None,
                })
                .collect();
            // Most names in a definition are locals or metavariables of the macro. If one leads nowhere, that
            // does not mean that a macro makes it.
            found.calls.clear();
            self.take(Written::Path(Cow::Borrowed(&reference.path)), &found, true);
            self.expanded.entry((definition, scope.id)).or_default().extend(&inner);
            for definition in inner {
                self.expand(definition, scope, depth + 1, involved);
            }
        }
    }

    /// What definitions read at build time, where the name is put together of strings in the call's input or in the
    /// definitions. If one of those names a file that is there, that file is meant.
    fn read_input(&mut self, involved: &[Node], used: &MacroUse) {
        let rules: Vec<&Facts> = involved.iter().map(|definition| &**facts(self.db, *definition)).collect();
        if rules.iter().all(|rules| rules.includes.is_empty() && rules.open_envs.is_empty()) {
            return;
        }
        let strings: BTreeSet<&String> =
            used.strings.iter().chain(rules.iter().flat_map(|rules| &rules.strings)).collect();
        let source = self.node.data().source.path(self.db);
        for include in rules.iter().flat_map(|rules| &rules.includes) {
            let mut found = vec![include.clone()];
            if include.what.is_open() {
                let filled = strings.iter().map(|text| Include { what: include.what.filled(text), code: include.code });
                let there: Vec<Include> = filled
                    .filter(|filled| {
                        include::path(&filled.what, &self.map.data, source)
                            .is_some_and(|path| self.db.asset(&path).is_file(self.db))
                    })
                    .collect();
                if !there.is_empty() {
                    found = there;
                }
            }
            self.includes(&found);
        }
        let open = rules.iter().flat_map(|rules| &rules.open_envs);
        let names = open.flat_map(|name| strings.iter().filter_map(|text| name.filled(text).value(&|_| None)));
        let names: Vec<Name> = names.map(|name| Name::new(&name)).collect();
        self.envs(&names);
    }
}
