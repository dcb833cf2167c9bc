//! Reads the names out of an item's tokens, with a sense of scope but none of types.
//!
//! Ordinary code is walked group by group, so that patterns bind names for as long as they can be meant
//! and fields, labels and keys are told from paths. Where that goes wrong it must go wrong towards more
//! names: a binding may be forgotten early, never kept late. Macro input is read twice, once as ordinary
//! code and once as a bag of words; which of the two counts is decided when the macro is known.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cfg;
use super::facts::{Facts, Include, MacroUse, Reference, sort};
use super::format;
use super::item::{ItemKind, Path, Spaces};
use super::lex::Kind;
use super::name::Name;
use super::normal;
use super::parse::Parsed;
use super::paths;
use super::text;
use super::view::View;
use super::words;

mod pattern;

/// Fills in everything but the hash.
pub(crate) fn item(parsed: &Parsed, index: usize, facts: &mut Facts) {
    let (Some(item), Some(span)) = (parsed.shape.items.get(index), parsed.spans.get(index)) else { return };
    let blocks = if parsed.blocks.is_empty() {
        FxHashMap::default()
    } else {
        parsed.blocks.iter().copied().zip(0..).filter(|(open, _)| span.range.contains(open)).collect()
    };
    let mut scan = Scan {
        view: parsed.view(),
        facts,
        skip: &span.skip,
        blocks,
        generics: &item.generics,
        bound: vec![],
        block: item.block,
        input: false,
        parameters: span.parameters,
        variants: None,
        name_at: span.name_at,
    };
    match item.kind {
        ItemKind::MacroRules => {
            scan.input = true;
            // Not its own name, which would lead to its namesakes.
            let mut used = scan.wild(span.name_at + 1..span.range.end);
            scan.facts.references.append(&mut used.wild);
            scan.facts.words = used.words;
            scan.special(span.range.clone());
            scan.members_in(span.range.clone());
        }
        ItemKind::Use(_) | ItemKind::ExternCrate(_) | ItemKind::FileModule | ItemKind::InlineModule => {}
        _ => {
            if matches!(item.kind, ItemKind::Enum(_)) {
                scan.variants = span
                    .range
                    .clone()
                    .rev()
                    .find(|&at| matches!(scan.view.kind(at), Some(Kind::Close(b'}'))))
                    .and_then(|at| scan.view.token(at))
                    .map(|token| token.partner as usize);
            }
            scan.level(span.range.clone(), 0);
        }
    }
}

/// Every path in a whole file, for one that is included where an expression stands.
pub(crate) fn loose(parsed: &Parsed) -> (Vec<Reference>, Vec<Name>) {
    let mut facts = Facts::default();
    let mut scan = Scan {
        view: parsed.view(),
        facts: &mut facts,
        skip: &[],
        blocks: FxHashMap::default(),
        generics: &[],
        bound: vec![],
        block: None,
        input: true,
        parameters: None,
        variants: None,
        name_at: usize::MAX,
    };
    let mut used = scan.wild(0..parsed.tokens.list.len());
    for reference in &mut used.wild {
        // Locals of what is around it are not known here.
        reference.bound = false;
    }
    for text in &used.strings {
        for word in text.split(|char: char| !ra_ap_rustc_lexer::is_id_continue(char)) {
            if ra_ap_rustc_lexer::is_ident(word) && !words::keyword(word) {
                used.words.push(Name::new(word));
            }
        }
    }
    sort(&mut used.words);
    (used.wild, used.words)
}

struct Scan<'a, 'b> {
    view: View<'a>,
    facts: &'b mut Facts,
    skip: &'b [Range<usize>],
    blocks: FxHashMap<usize, u32>,
    generics: &'b [Name],
    bound: Vec<Name>,
    block: Option<u32>,
    /// Inside macro input.
    input: bool,
    parameters: Option<usize>,
    variants: Option<usize>,
    name_at: usize,
}

impl Scan<'_, '_> {
    /// Reads the tokens of one group; `open` is its delimiter, 0 at the top.
    fn level(&mut self, range: Range<usize>, open: u8) {
        let base = self.bound.len();
        if open == b'{' && !self.input && self.has_arms(range.clone()) {
            self.arms(range);
            self.bound.truncate(base);
            return;
        }
        let view = self.view;
        let mut pending: Vec<Name> = Vec::new();
        let mut conditional: Option<usize> = None;
        let mut closure: Option<usize> = None;
        let mut at = range.start;
        while at < range.end {
            if let Some(end) = self.skipped(at) {
                at = end;
                continue;
            }
            match view.kind(at) {
                None => break,
                Some(Kind::Open(delimiter)) => {
                    if Some(at) == self.parameters {
                        self.parameters(view.inside(at));
                    } else if Some(at) == self.variants {
                        self.variant_list(view.inside(at));
                    } else {
                        self.group(at, delimiter);
                    }
                    if delimiter == b'{'
                        && let Some(length) = conditional.take()
                    {
                        self.bound.truncate(length);
                    }
                    at = view.after(at);
                }
                Some(Kind::Punct(b';')) => {
                    if let Some(length) = closure.take() {
                        self.bound.truncate(length);
                    }
                    self.bound.append(&mut pending);
                    at += 1;
                }
                Some(Kind::Punct(b',')) => {
                    if let Some(length) = closure.take() {
                        self.bound.truncate(length);
                    }
                    at += 1;
                }
                Some(Kind::Punct(b'#')) if view.is_open(at + 1, b'[') => {
                    self.attribute(at);
                    at = view.after(at + 1);
                }
                Some(Kind::Punct(b'#')) if view.is_punct(at + 1, b'!') && view.is_open(at + 2, b'[') => {
                    self.attribute(at);
                    at = view.after(at + 2);
                }
                Some(Kind::Punct(b'|')) if !self.input && self.begins_closure(at, range.start) => {
                    let length = self.bound.len();
                    let end = self.closure(at, range.end);
                    closure.get_or_insert(length);
                    at = end;
                }
                Some(Kind::Punct(b':')) if view.is_pair(at, b':', b':') => at = self.path(at, range.end, open),
                Some(Kind::Punct(b'$')) => at = self.variable(at, range.end),
                Some(Kind::Ident) => match view.piece(at) {
                    "let" => {
                        let end = self.pattern_end(at + 1, range.end);
                        let mut names = Vec::new();
                        self.pattern(at + 1..end, b'(', &mut names);
                        let asks = at > range.start
                            && (view.is_word(at - 1, "if")
                                || view.is_word(at - 1, "while")
                                || view.is_punct(at - 1, b'&')
                                || view.is_punct(at - 1, b'|'));
                        if asks {
                            conditional.get_or_insert(self.bound.len());
                            self.bound.append(&mut names);
                        } else if !self.input {
                            pending.append(&mut names);
                        }
                        at = end;
                    }
                    "for" if !view.is_punct(at + 1, b'<') => {
                        let found = (at + 1..range.end).find(|&in_| view.is_word(in_, "in") || view.is_open(in_, b'{'));
                        match found.filter(|&found| view.is_word(found, "in") && !self.input) {
                            Some(end) => {
                                let mut names = Vec::new();
                                self.pattern(at + 1..end, b'(', &mut names);
                                conditional.get_or_insert(self.bound.len());
                                self.bound.append(&mut names);
                                at = end + 1;
                            }
                            None => at += 1,
                        }
                    }
                    _ => at = self.path(at, range.end, open),
                },
                Some(Kind::Str) => {
                    if self.input {
                        self.captures(at);
                    }
                    at += 1;
                }
                Some(_) => at += 1,
            }
        }
        self.bound.truncate(base);
    }

    fn skipped(&self, at: usize) -> Option<usize> {
        let next = self.skip.partition_point(|skip| skip.end <= at);
        self.skip.get(next).filter(|skip| skip.contains(&at)).map(|skip| skip.end)
    }

    fn group(&mut self, at: usize, delimiter: u8) {
        let inside = self.view.inside(at);
        let block = self.block;
        if let Some(&own) = self.blocks.get(&at) {
            self.block = Some(own);
        }
        self.level(inside, delimiter);
        self.block = block;
    }

    /// Reads the path, field or method that starts here; returns the index after it.
    fn path(&mut self, start: usize, end: usize, open: u8) -> usize {
        let view = self.view;
        let dotted = start > 0 && view.is_punct(start - 1, b'.') && !(start > 1 && view.is_pair(start - 2, b'.', b'.'));
        if dotted && let Some(name) = view.ident(start) {
            if view.is_open(start + 1, b'(') || view.is_pair(start + 1, b':', b':') || self.input {
                self.facts.members.push(name);
            }
            return start + 1;
        }
        let mut at = start;
        let mut segments: Vec<Name> = Vec::new();
        if view.is_pair(at, b':', b':') {
            at += 2;
            if at >= end || view.ident(at).is_none() {
                return at;
            }
            if start > 0 && view.is_punct(start - 1, b'>') && !view.arrow_ends(start - 1) {
                // Behind a type that is no path: a member of whatever that is.
                while let Some(name) = view.ident(at) {
                    self.facts.members.push(name);
                    at += 1;
                    if view.is_pair(at, b':', b':') && view.ident(at + 2).is_some() {
                        at += 2;
                    } else {
                        break;
                    }
                }
                return at;
            }
            segments.push(Name::none());
        }
        let Some(first) = view.ident(at) else { return at + 1 };
        let raw = view.token(at).is_some_and(|token| token.raw);
        if !raw && words::keyword(&first) {
            let more = view.is_pair(at + 1, b':', b':');
            if !words::path_keyword(&first) || !more && first.text() != "Self" {
                return at + 1;
            }
        }
        let mut arguments = Vec::new();
        loop {
            segments.extend(view.ident(at));
            at += 1;
            if at + 1 >= end || !view.is_pair(at, b':', b':') {
                break;
            }
            if view.ident(at + 2).is_some() {
                at += 2;
            } else if let Some(after) = view.after_angles(at + 2, end) {
                arguments.push(at + 3..after - 1);
                at = after;
                if view.is_pair(at, b':', b':') && view.ident(at + 2).is_some() {
                    at += 2;
                } else {
                    break;
                }
            } else {
                break;
            }
        }
        for range in arguments {
            self.level(range, b'<');
        }
        if let Some(group) = view.macro_group(at).filter(|group| *group < end) {
            self.macro_use(segments.into(), group);
            return view.after(group);
        }
        if segments.len() == 1 && self.is_no_path(start, at, open) {
            return at;
        }
        let spaces = if view.is_open(at, b'(') { Spaces::VALUES } else { Spaces::BOTH };
        // `Fn(A) -> B` is a type with parentheses.
        let spaces =
            if segments.len() == 1 && view.is_pair(view.after(at), b'-', b'>') { Spaces::BOTH } else { spaces };
        self.reference(segments, spaces);
        at
    }

    /// Whether a lone identifier is a key, a declared name, or the name of an associated type.
    fn is_no_path(&self, start: usize, at: usize, open: u8) -> bool {
        let view = self.view;
        if start == self.name_at {
            return true;
        }
        let previous = start.wrapping_sub(1);
        if matches!(view.piece(previous), "fn" | "struct" | "enum" | "union" | "trait" | "type" | "mod")
            && view.kind(previous) == Some(Kind::Ident)
        {
            return true;
        }
        let colon = view.is_punct(at, b':') && !view.is_pair(at, b':', b':');
        if colon && (open == b'{' || open == b'(') {
            let starts = matches!(view.kind(previous), Some(Kind::Open(_) | Kind::Close(_)))
                || view.is_punct(previous, b',')
                || view.is_word(previous, "pub")
                || view.is_word(previous, "mut")
                || view.is_word(previous, "ref");
            return starts && !self.input;
        }
        let bound = view.is_punct(at, b'=') && !view.is_pair(at, b'=', b'=') && !view.is_pair(at, b'=', b'>');
        bound && !self.input && open != b'{' && (view.is_punct(previous, b'<') || view.is_punct(previous, b','))
    }

    fn reference(&mut self, segments: Vec<Name>, spaces: Spaces) {
        let first = segments.first().copied().unwrap_or(Name::none());
        if self.generics.contains(&first) {
            self.facts.members.extend(segments.into_iter().skip(1));
            return;
        }
        let bound = segments.len() == 1 && self.bound.contains(&first);
        self.facts.references.push(Reference { path: segments.into(), block: self.block, spaces, bound, local: false });
    }

    /// `$crate::…`, or a metavariable with what follows it.
    fn variable(&mut self, at: usize, end: usize) -> usize {
        let view = self.view;
        if view.is_word(at + 1, "crate")
            && let Some((path, after)) = paths::simple(view, at, end)
        {
            let group = view.macro_group(after).filter(|group| *group < end);
            return match group {
                Some(group) => {
                    self.macro_use(path, group);
                    view.after(group)
                }
                None => {
                    self.facts.references.push(Reference {
                        path,
                        block: self.block,
                        spaces: Spaces::ALL,
                        bound: false,
                        local: false,
                    });
                    after
                }
            };
        }
        if view.ident(at + 1).is_some() { at + 2 } else { at + 1 }
    }

    /// Reads the attribute whose `#` stands here.
    fn attribute(&mut self, hash: usize) {
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

    fn macro_use(&mut self, path: Path, group: usize) {
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
            "env" | "option_env" => match view.string(inside.start) {
                Some(name) => self.facts.envs.push(Name::new(&name)),
                None => self.facts.open_env = true,
            },
            "include_str" | "include_bytes" | "include" => {
                let what = text::read(view, inside);
                self.facts.open_include |= what == super::item::Text::Unknown;
                self.facts.includes.push(Include { what, code: word.text() == "include" });
            }
            "cfg" => self.facts.asks.push(cfg::text(view, inside)),
            "line" | "column" | "file" => self.facts.places = true,
            _ => {}
        }
    }

    /// The same, anywhere in the tokens of a macro's definition.
    fn special(&mut self, range: Range<usize>) {
        let view = self.view;
        for at in range {
            let Some(word) = view.ident(at) else {
                if view.is_punct(at, b'#')
                    && view.is_open(at + 1, b'[')
                    && view.is_word(at + 2, "cfg")
                    && view.is_open(at + 3, b'(')
                {
                    self.facts.asks.push(cfg::text(view, view.inside(at + 3)));
                }
                continue;
            };
            if view.is_punct(at + 1, b'!') && view.any_open(at + 2) {
                self.special_call(&[word], view.inside(at + 2));
            }
        }
    }

    /// Names behind a dot, or behind a type that is no path, anywhere in a range.
    fn members_in(&mut self, range: Range<usize>) {
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
            let parameter = matches!(view.kind(at - 1), Some(Kind::Open(b'(') | Kind::Punct(b',' | b'|')))
                && (view.is_punct(at + 1, b':') && !view.is_pair(at + 1, b':', b':') || view.is_punct(at + 1, b'|'));
            if let_ || parameter {
                names.insert(name);
            }
        }
        names
    }

    /// Everything in a range that may name something, whatever a macro makes of it.
    pub(super) fn wild(&mut self, range: Range<usize>) -> MacroUse {
        let view = self.view;
        let mut used =
            MacroUse { path: Box::default(), block: self.block, wild: vec![], words: vec![], strings: vec![] };
        let declared = self.declared(range.clone());
        for at in range.clone() {
            match view.kind(at) {
                Some(Kind::Ident) => {
                    let raw = view.token(at).is_some_and(|token| token.raw);
                    let Some(word) = view.ident(at) else { continue };
                    if raw || !words::keyword(&word) {
                        used.words.push(word);
                    } else if !words::path_keyword(&word) {
                        if word.text() == "impl" {
                            used.words.push(word);
                        }
                        continue;
                    }
                    if matches!(word.text(), "Location") {
                        self.facts.places = true;
                    }
                    // The middle of a path is no start of one.
                    let inner = at > range.start + 1
                        && view.is_pair(at - 2, b':', b':')
                        && view.kind(at.wrapping_sub(3)) == Some(Kind::Ident);
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
                    if alone && (matches!(word.text(), "self" | "super" | "crate") || self.generics.contains(&word)) {
                        continue;
                    }
                    let bound = alone && self.bound.contains(&word);
                    let called = matches!(view.kind(at + 1), Some(Kind::Open(_) | Kind::Punct(b'!')));
                    let local = alone && !called && declared.contains(&word);
                    used.wild.push(Reference { path, block: self.block, spaces: Spaces::ALL, bound, local });
                }
                Some(Kind::Str) => {
                    let text = view.string(at).unwrap_or_default();
                    for name in format::captures(&text) {
                        let bound = self.bound.contains(&name);
                        used.wild.push(Reference {
                            path: [name].into(),
                            block: self.block,
                            spaces: Spaces::VALUES,
                            bound,
                            local: false,
                        });
                    }
                    if text.len() < 512 {
                        used.strings.push(text);
                    }
                }
                Some(Kind::Punct(b'#'))
                    if view.is_open(at + 1, b'[') && view.is_word(at + 2, "cfg") && view.is_open(at + 3, b'(') =>
                {
                    self.facts.asks.push(cfg::text(view, view.inside(at + 3)));
                }
                _ => {}
            }
        }
        sort(&mut used.wild);
        sort(&mut used.words);
        sort(&mut used.strings);
        used
    }

    /// Names captured by the format string here.
    fn captures(&mut self, at: usize) {
        let text = self.view.string(at).unwrap_or_default();
        for name in format::captures(&text) {
            self.reference(vec![name], Spaces::VALUES);
        }
    }
}
