//! What stands before an item's braces, item by item.

use std::ops::Range;

use crate::syntax::item::{BlockId, Generics, ImplHead, ItemId, ItemKind, TraitHead};
use crate::syntax::name::Name;
use crate::syntax::tokens::{TokenKind, View};
use crate::syntax::{attributes, paths};

use super::{Adding, Parser, Within, imports};

impl Parser<'_> {
    pub(super) fn function(&mut self, add: Adding, at: usize, end: usize) -> usize {
        let view = self.view;
        let name = view.ident(at + 1).unwrap_or_default();
        let mut open = at + 2;
        let own = generics(view, &mut open, end);
        let (brace, after) = self.header(open, end);
        if add.attributes.track_caller {
            self.shape.tracks.push(name);
        }
        let inside_trait = add.place.members
            && add.place.parent.is_some_and(|parent| matches!(self.shape.items[parent].kind, ItemKind::Trait(_)));
        if inside_trait {
            if let Some(ItemKind::Trait(head)) = add.place.parent.map(|parent| &mut self.shape.items[parent].kind) {
                head.members.push(name);
            }
            // Without a body it is a part of the trait.
            if brace.is_none() {
                return after;
            }
        }
        let index = self.add(add, after, ItemKind::Function, name);
        self.shape.items[index].generics.extend(own);
        if view.is_open(open, b'(') {
            self.spans[index].parameters = Some(open);
        }
        self.lengths(open..brace.unwrap_or(after), index, None);
        if let Some(brace) = brace {
            self.bodies(brace..after, index, None);
        }
        after
    }

    pub(super) fn data(&mut self, add: Adding, word: &str, at: usize, end: usize) -> usize {
        let view = self.view;
        let name = view.ident(at + 1).unwrap_or_default();
        let mut next = at + 2;
        let own = generics(view, &mut next, end);
        let tuple = view.is_open(next, b'(');
        let (brace, after) = self.header(next, end);
        let kind = match (word, brace) {
            ("union", _) => ItemKind::Union,
            ("enum", Some(brace)) => ItemKind::Enum(variants(view, view.inside(brace))),
            ("enum", None) => ItemKind::Enum(vec![]),
            (_, brace) => ItemKind::Struct(tuple || brace.is_none()),
        };
        let block = add.place.block;
        let index = self.add(add, after, kind, name);
        self.shape.items[index].generics.extend(own);
        self.lengths(next..after, index, block);
        after
    }

    pub(super) fn trait_(&mut self, add: Adding, at: usize, end: usize) -> usize {
        let view = self.view;
        let name = view.ident(at + 1).unwrap_or_default();
        let mut next = at + 2;
        let own = generics(view, &mut next, end);
        let (brace, after) = self.header(next, end);
        let supers = paths::every(view, next..brace.unwrap_or(after));
        let block = add.place.block;
        let input = add.place.input;
        let index = self.add(add, after, ItemKind::Trait(TraitHead { members: vec![], supers }), name);
        self.shape.items[index].generics.extend(own);
        if let Some(brace) = brace {
            self.members(view.inside(brace), index, block, input);
        }
        after
    }

    pub(super) fn impl_(&mut self, mut add: Adding, at: usize, end: usize) -> usize {
        let view = self.view;
        add.name_at = at;
        let mut next = at + 1;
        let own = generics(view, &mut next, end);
        let (brace, after) = self.header(next, end);
        let head_end = brace.unwrap_or(after);
        let (of, target) = split_impl(view, next..head_end);
        let mut head = ImplHead::default();
        let mut types = paths::every(view, target.clone());
        let mut title = String::from("<");
        if let Some(of) = of {
            let from = if view.is_punct(of.start, b'!') { of.start + 1 } else { of.start };
            let from = if view.is_word(from, "const") { from + 1 } else { from };
            head.of = paths::simple(view, from, of.end).map(|(path, _)| path);
            let mut inside = paths::every(view, from..of.end);
            inside.retain(|path| Some(path) != head.of.as_ref());
            types.append(&mut inside);
            title.push_str(&plain(view, target.clone()));
            title.push_str(" as ");
            title.push_str(&plain(view, of));
        } else {
            title.push_str(&plain(view, target.clone()));
        }
        title.push('>');
        head.title = Name::new(&title);
        head.target = paths::simple(view, target.start, target.end).map(|(path, _)| path);
        types.sort_unstable();
        types.dedup();
        head.types = types;
        let name = head.title;
        let block = add.place.block;
        let input = add.place.input;
        let index = self.add(add, after, ItemKind::Impl(Box::new(head)), name);
        self.shape.items[index].generics.extend(own);
        if let Some(brace) = brace {
            self.members(view.inside(brace), index, block, input);
        }
        after
    }

    /// Functions in a trait or impl; everything else there stays with the header.
    fn members(&mut self, range: Range<usize>, owner: ItemId, block: Option<BlockId>, input: bool) {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            let mut word = at;
            while view.is_punct(word, b'#') && view.is_open(word + 1, b'[') {
                word = view.after(word + 1);
            }
            if view.is_word(word, "pub") {
                word += 1;
                if view.is_open(word, b'(') {
                    word = view.after(word);
                }
            }
            let mut function = word;
            while view.ident(function).is_some_and(|word| {
                matches!(word.text(), "default" | "unsafe" | "async" | "const" | "extern" | "safe" | "gen")
            }) || view.kind(function) == Some(TokenKind::Str)
            {
                function += 1;
            }
            if view.is_word(function, "fn") && !input {
                let place = Within { parent: Some(owner), block, members: true, ..Within::default() };
                at = self.item(at, range.end, place).max(at + 1);
                continue;
            }
            // A constant of an impl counts by itself, like a function.
            let of_impl = matches!(self.shape.items[owner].kind, ItemKind::Impl(_));
            let constant = if view.is_word(word, "default") { word + 1 } else { word };
            if of_impl && view.is_word(constant, "const") && !view.is_word(constant + 1, "_") && !input {
                let place = Within { parent: Some(owner), block, members: true, ..Within::default() };
                at = self.item(at, range.end, place).max(at + 1);
                continue;
            }
            if let ItemKind::Impl(head) = &mut self.shape.items[owner].kind {
                head.others = true;
            }
            let mut end = word;
            while end < range.end && !view.is_punct(end, b';') {
                let brace = view.is_open(end, b'{');
                end = view.after(end);
                if brace && !view.is_punct(end, b';') && !view.is_word(word, "const") && !view.is_word(word, "type") {
                    break;
                }
            }
            if matches!(view.piece(word), "const" | "type")
                && let Some(name) = view.ident(word + 1)
                && let ItemKind::Trait(head) = &mut self.shape.items[owner].kind
            {
                head.members.push(name);
            }
            if let Some((_, after)) = paths::simple(view, word, range.end)
                && view.macro_group(after).is_some()
                && let ItemKind::Trait(head) = &mut self.shape.items[owner].kind
            {
                head.members.push(TraitHead::open());
            }
            self.bodies(word..end.min(range.end), owner, block);
            at = (end + 1).max(at + 1);
        }
    }

    /// Blocks in the lengths of array types.
    fn lengths(&mut self, range: Range<usize>, owner: ItemId, block: Option<BlockId>) {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            if view.is_open(at, b'[') {
                if view.inside(at).any(|at| view.is_open(at, b'{')) {
                    self.bodies(view.inside(at), owner, block);
                }
                at = view.after(at);
            } else {
                at += 1;
            }
        }
    }

    pub(super) fn module(&mut self, mut add: Adding, at: usize) -> usize {
        let view = self.view;
        let name = view.ident(at + 1).unwrap_or_default();
        if view.is_open(at + 2, b'{') {
            let after = view.after(at + 2);
            let inside = view.inside(at + 2);
            let start = attributes::read(view, inside.start, inside.end, true, &mut add.attributes);
            let index = self.add(add, after, ItemKind::InlineModule, name);
            // A module hides what is around it, so its items are in no block.
            self.items(start..inside.end, Within { parent: Some(index), ..Within::default() });
            after
        } else {
            let after = self.closed(at + 2);
            self.add(add, after, ItemKind::FileModule, name);
            after
        }
    }

    pub(super) fn use_(&mut self, add: Adding, at: usize, end: usize) -> usize {
        let semi = self.until(at, end);
        let list = imports::list(
            self.view,
            at + 1..semi.saturating_sub(usize::from(self.view.is_punct(semi.wrapping_sub(1), b';'))),
        );
        self.add(add, semi, ItemKind::Use(list), Name::none());
        semi
    }

    pub(super) fn value(&mut self, mut add: Adding, word: &str, at: usize, end: usize) -> usize {
        let view = self.view;
        let name_at = if view.is_word(at + 1, "mut") { at + 2 } else { at + 1 };
        add.name_at = name_at;
        let name = view.ident(name_at).unwrap_or_default();
        let after = self.until(at, end);
        let kind = match word {
            "type" => ItemKind::Alias,
            "const" => ItemKind::Constant,
            _ => ItemKind::Static,
        };
        let alias = kind == ItemKind::Alias;
        let mut next = name_at + 1;
        let own = generics(view, &mut next, after);
        let block = add.place.block;
        let index = self.add(add, after, kind, name);
        self.shape.items[index].generics.extend(own);
        if alias {
            self.lengths(next..after, index, block);
        } else {
            self.bodies(next..after, index, block);
        }
        after
    }

    pub(super) fn extern_crate(&mut self, add: Adding, at: usize, end: usize) -> usize {
        let view = self.view;
        let krate = view.ident(at + 2).unwrap_or_default();
        let name = if view.is_word(at + 3, "as") { view.ident(at + 4).unwrap_or(krate) } else { krate };
        let after = self.until(at, end);
        self.add(add, after, ItemKind::ExternCrate(krate), name);
        after
    }

    pub(super) fn extern_block(&mut self, add: Adding, at: usize, end: usize) -> usize {
        let view = self.view;
        let open = if view.kind(at + 1) == Some(TokenKind::Str) { at + 2 } else { at + 1 };
        if !view.is_open(open, b'{') {
            return self.unknown(add, at, end);
        }
        let place = add.place;
        let after = view.after(open);
        let index = self.add(add, after, ItemKind::ExternBlock, Name::none());
        let inside = view.inside(open);
        let before = self.shape.items.len();
        self.items(inside, Within { parent: Some(index), ..place });
        for item in self.shape.items.values_mut().skip(before) {
            if matches!(item.kind, ItemKind::Function | ItemKind::Static) {
                item.kind = ItemKind::Foreign;
            }
        }
        after
    }

    pub(super) fn unknown(&mut self, add: Adding, at: usize, end: usize) -> usize {
        let view = self.view;
        if add.place.input || add.place.members {
            return at + 1;
        }
        let mut after = at;
        while after < end {
            let brace = view.is_open(after, b'{');
            let semi = view.is_punct(after, b';');
            after = view.after(after);
            if brace || semi {
                break;
            }
        }
        self.add(add, after.max(at + 1).min(end.max(at + 1)), ItemKind::Unknown, Name::new("unknown"));
        after
    }

    /// From the end of an item's name and generics: its body's brace, and the index after the item.
    fn header(&self, mut at: usize, end: usize) -> (Option<usize>, usize) {
        let view = self.view;
        while at < end {
            match view.kind(at) {
                Some(TokenKind::Open(b'{')) => return (Some(at), view.after(at)),
                Some(TokenKind::Punct(b';')) => return (None, at + 1),
                Some(TokenKind::Punct(b'<')) => at = view.after_angles(at, end).unwrap_or(at + 1),
                _ => at = view.after(at),
            }
        }
        (None, end)
    }

    /// The index after the `;` that ends what starts here.
    fn until(&self, mut at: usize, end: usize) -> usize {
        while at < end && !self.view.is_punct(at, b';') {
            at = self.view.after(at);
        }
        (at + 1).min(end)
    }
}

/// Reads generic parameters, moving `at` behind them.
fn generics(view: View<'_>, at: &mut usize, end: usize) -> Generics {
    let Some(after) = view.after_angles(*at, end) else { return Generics::default() };
    let mut found = Generics::default();
    let mut depth = 0;
    let mut fresh = false;
    let mut inner = *at;
    while inner < after {
        match view.kind(inner) {
            Some(TokenKind::Punct(b'<')) => {
                depth += 1;
                fresh = depth == 1;
            }
            Some(TokenKind::Punct(b'>')) if !view.arrow_ends(inner) => depth -= 1,
            Some(TokenKind::Punct(b',')) if depth == 1 => fresh = true,
            Some(TokenKind::Punct(b'#')) => {}
            Some(TokenKind::Open(_)) => {}
            Some(TokenKind::Ident) if fresh && view.is_word(inner, "const") => {}
            Some(TokenKind::Ident) if fresh => {
                found.names.extend(view.ident(inner));
                found.types |= !view.is_word(inner - 1, "const");
                fresh = false;
            }
            _ => fresh = false,
        }
        inner = view.after(inner);
    }
    *at = after;
    found
}

fn variants(view: View<'_>, range: Range<usize>) -> Vec<Name> {
    let parts = view.split(range, b',').into_iter();
    parts
        .filter_map(|part| {
            let mut at = part.start;
            while view.is_punct(at, b'#') && view.is_open(at + 1, b'[') {
                at = view.after(at + 1);
            }
            view.ident(at)
        })
        .collect()
}

/// Splits `Trait for Type where …` into the trait, if there is one, and the type.
fn split_impl(view: View<'_>, range: Range<usize>) -> (Option<Range<usize>>, Range<usize>) {
    let mut of = None;
    let mut start = range.start;
    let mut at = range.start;
    while at < range.end {
        if view.is_word(at, "where") {
            return (of, start..at);
        }
        if view.is_word(at, "for") && !view.is_punct(at + 1, b'<') && of.is_none() {
            of = Some(start..at);
            start = at + 1;
        }
        at = match view.kind(at) {
            Some(TokenKind::Punct(b'<')) => view.after_angles(at, range.end).unwrap_or(at + 1),
            _ => view.after(at),
        };
    }
    (of, start..range.end)
}

/// Tokens as readable text.
fn plain(view: View<'_>, range: Range<usize>) -> String {
    let mut out = String::new();
    for at in range.clone() {
        let wordy =
            |kind: Option<TokenKind>| matches!(kind, Some(TokenKind::Ident | TokenKind::Lifetime | TokenKind::Literal));
        if at > range.start && wordy(view.kind(at)) && (wordy(view.kind(at - 1)) || view.is_punct(at - 1, b',')) {
            out.push(' ');
        }
        out.push_str(view.piece(at));
    }
    out
}
