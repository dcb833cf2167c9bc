//! Macro input and macro definitions: everything in them that may name something. What the macro makes of it is not
//! known here.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::facts::{Include, MacroUse, Reference};
use crate::sorted::sort;
use crate::syntax::item::{Path, Spaces};
use crate::syntax::name::Name;
use crate::syntax::tokens::TokenKind;
use crate::syntax::{cfg, const_str, formats, language, paths};

use super::Scan;

impl Scan<'_, '_> {
    pub(super) fn macro_use(&mut self, path: Path, group: usize) {
        let inside = self.view.inside(group);
        self.special_call(&path, inside.clone());
        let mut used = self.wild(inside.clone());
        used.path = path;
        self.facts.macros.push(used);
        let input = std::mem::replace(&mut self.input, true);
        let length = self.bound.len();
        self.level(inside, b'(');
        self.bound.truncate(length);
        self.input = input;
    }

    /// Macros of the language that read something at build time.
    fn special_call(&mut self, path: &[Name], inside: Range<usize>) {
        let view = self.view;
        let Some(word) = path.last() else { return };
        match word.text() {
            "env" | "option_env" => {
                let name = view.split(inside, b',').into_iter().next().unwrap_or(0..0);
                let name = const_str::read(view, name);
                match name.value(&|_| None) {
                    Some(name) => self.facts.envs.push(Name::new(&name)),
                    None => self.facts.open_envs.push(name),
                }
            }
            "include_str" | "include_bytes" | "include" => {
                let what = const_str::read(view, inside);
                self.facts.includes.push(Include { what, code: word.text() == "include" });
            }
            "cfg" => self.ask(inside),
            "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => {
                self.facts.asks.push(Name::new("debug_assertions"));
            }
            "line" | "column" | "file" => self.facts.places = true,
            _ => {}
        }
    }

    /// The same, anywhere in the tokens of a macro's definition.
    pub(super) fn special(&mut self, range: Range<usize>) {
        let view = self.view;
        for at in range {
            let Some(word) = view.ident(at) else {
                self.ask_of_attribute(at);
                continue;
            };
            if view.is_punct(at + 1, b'!') && view.any_open(at + 2) {
                self.special_call(&[word], view.inside(at + 2));
                if !language::std_macro(&word) {
                    self.may_be_asked(view.inside(at + 2));
                }
            }
        }
    }

    /// Asks about the predicate of the attribute whose `#` may stand here.
    fn ask_of_attribute(&mut self, at: usize) {
        let view = self.view;
        if !view.is_punct(at, b'#') || !view.is_open(at + 1, b'[') || !view.is_open(at + 3, b'(') {
            return;
        }
        let inside = view.inside(at + 3);
        match view.piece(at + 2) {
            "cfg" => self.ask(inside),
            "cfg_attr" => self.ask(view.split(inside, b',').into_iter().next().unwrap_or(0..0)),
            _ => {}
        }
    }

    /// Asks about a predicate. One with a metavariable in it is known where the macro is called.
    fn ask(&mut self, predicate: Range<usize>) {
        let view = self.view;
        if predicate.clone().any(|at| view.is_punct(at, b'$')) {
            self.facts.open_cfg.any = true;
            self.may_be_asked(predicate);
        } else {
            self.facts.asks.push(cfg::text(view, predicate));
        }
    }

    /// Notes what may be put into a predicate.
    fn may_be_asked(&mut self, range: Range<usize>) {
        let view = self.view;
        let open = &mut self.facts.open_cfg;
        for at in range {
            let variable = at > 0 && view.is_punct(at - 1, b'$');
            open.words.extend(view.ident(at).filter(|word| !variable && !language::keyword(word)));
            open.strings.extend(view.string(at));
        }
    }

    /// Names behind a dot, or behind a type that is not a path (`<T>::name`), anywhere in a range.
    pub(super) fn members_in(&mut self, range: Range<usize>) {
        let view = self.view;
        for at in range {
            let Some(name) = view.ident(at).filter(|_| at >= 3) else { continue };
            let dotted = view.is_punct(at - 1, b'.') && !view.is_punct(at - 2, b'.');
            let behind = view.is_pair(at - 2, b':', b':')
                && (view.is_punct(at - 3, b'>')
                    || at >= 4 && view.is_punct(at - 4, b'$') && !view.is_word(at - 3, "crate"));
            if dotted || behind {
                self.facts.members.push(name);
            }
        }
    }

    /// Names in lower case that the tokens of a range seem to declare as locals or parameters.
    fn declared(&self, range: Range<usize>) -> FxHashSet<Name> {
        let view = self.view;
        let mut names = FxHashSet::default();
        for at in range.skip(1) {
            let Some(name) = view.ident(at).filter(|name| name.starts_with(char::is_lowercase)) else { continue };
            let let_ = matches!(view.piece(at - 1), "let" | "mut" | "for" | "ref");
            let parameter = matches!(view.kind(at - 1), Some(TokenKind::Open(b'(') | TokenKind::Punct(b',' | b'|')))
                && (view.is_punct(at + 1, b':') && !view.is_pair(at + 1, b':', b':') || view.is_punct(at + 1, b'|'));
            if let_ || parameter {
                names.insert(name);
            }
        }
        names
    }

    /// Everything in a range that may name something, if a macro does with it what it likes.
    pub(crate) fn wild(&mut self, range: Range<usize>) -> MacroUse {
        let view = self.view;
        let mut used =
            MacroUse { path: Box::default(), block: self.block, wild: vec![], words: vec![], strings: vec![] };
        let declared = self.declared(range.clone());
        for at in range.clone() {
            match view.kind(at) {
                Some(TokenKind::Ident) => {
                    let raw = view.token(at).is_some_and(|token| token.raw);
                    let Some(word) = view.ident(at) else { continue };
                    if raw || !language::keyword(&word) {
                        used.words.push(word);
                    } else if !language::path_keyword(&word) {
                        if word.text() == "impl" {
                            used.words.push(word);
                        }
                        continue;
                    }
                    if matches!(word.text(), "Location") {
                        self.facts.places = true;
                    }
                    // In any macro's input this is most likely a predicate of `cfg`.
                    if word.text() == "feature" && view.is_punct(at + 1, b'=') && view.string(at + 2).is_some() {
                        self.facts.asks.push(cfg::text(view, at..at + 3));
                    }
                    // A path is read from its first segment.
                    let inner = at > range.start + 1
                        && view.is_pair(at - 2, b':', b':')
                        && view.kind(at.wrapping_sub(3)) == Some(TokenKind::Ident);
                    let variable = at > 0 && view.is_punct(at - 1, b'$');
                    // `$x:expr` says what `$x` may be.
                    let specifier = at >= 3
                        && view.is_punct(at - 1, b':')
                        && view.ident(at - 2).is_some()
                        && view.is_punct(at - 3, b'$');
                    if inner || specifier || variable && word.text() != "crate" {
                        continue;
                    }
                    let start = if variable {
                        at - 1
                    } else if at > range.start + 1
                        && view.is_pair(at - 2, b':', b':')
                        && !view.is_punct(at.wrapping_sub(3), b'>')
                    {
                        at - 2
                    } else {
                        at
                    };
                    let Some((path, _)) = paths::simple(view, start, range.end) else { continue };
                    let alone = path.len() == 1;
                    if alone && matches!(word.text(), "self" | "super" | "crate") {
                        continue;
                    }
                    let bound = alone && self.bound.contains(&word);
                    let called = matches!(view.kind(at + 1), Some(TokenKind::Open(_) | TokenKind::Punct(b'!')));
                    let local = alone && !called && declared.contains(&word) || self.generics.contains(&word);
                    used.wild.push(Reference { path, block: self.block, spaces: Spaces::ALL, bound, local });
                }
                Some(TokenKind::Str) => {
                    let text = view.string(at).unwrap_or_default();
                    for name in formats::captures(&text) {
                        let bound = self.bound.contains(&name);
                        let reference = Reference::new([name].into(), self.block, Spaces::VALUES);
                        used.wild.push(Reference { bound, ..reference });
                    }
                    if text.len() < 512 {
                        used.strings.push(text);
                    }
                }
                Some(TokenKind::Punct(b'#')) => self.ask_of_attribute(at),
                _ => {}
            }
        }
        sort(&mut used.wild);
        sort(&mut used.words);
        sort(&mut used.strings);
        used
    }

    /// Names captured by the format string here.
    pub(super) fn captures(&mut self, at: usize) {
        let text = self.view.string(at).unwrap_or_default();
        for name in formats::captures(&text) {
            self.reference(vec![name], Spaces::VALUES);
        }
    }
}
