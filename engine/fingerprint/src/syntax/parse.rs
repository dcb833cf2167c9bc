//! Tokens to items: a tolerant parser that never looks into expressions, but for the items in them.
//!
//! It accepts more than rustc does. What it doesn't understand becomes an item of kind `Unknown`, which
//! counts like a call of an unknown macro, so nothing is skipped.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::index::IdxVec;
use crate::sorted::sort;

use super::item::{Attributes, Block, BlockId, CallHead, Item, ItemId, ItemKind, Path, Shape, Visibility};
use super::name::Name;
use super::tokens::{TokenKind, Tokens, View};
use super::{attributes, const_str, language, lex, paths};

mod definition;
mod imports;
mod items;

/// Where an item stands in its file: everything that [`Shape`] leaves out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    /// Its tokens, attributes included.
    pub(crate) range: Range<usize>,
    /// The token that names it, or its first one after the attributes.
    pub(crate) name_at: usize,
    /// The items inside that count by themselves.
    pub(crate) skip: Vec<Range<usize>>,
    /// The parameters of a function: the index of the opening parenthesis.
    pub(crate) parameters: Option<usize>,
}

/// A file, read.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) text: Arc<str>,
    pub(crate) tokens: Tokens,
    pub(crate) shape: Arc<Shape>,
    pub(crate) spans: IdxVec<Item, Span>,
    /// The opening brace of each block.
    pub(crate) blocks: IdxVec<Block, usize>,
    by_ident: FxHashMap<Name, ItemId>,
}

impl Parsed {
    pub(crate) fn view(&self) -> View<'_> {
        View { text: &self.text, tokens: &self.tokens }
    }

    /// How many tokens of an item stand before one of them, not counting the items inside.
    pub(crate) fn before(&self, item: ItemId, token: usize) -> usize {
        let Some(span) = self.spans.get(item).filter(|span| span.range.contains(&token)) else { return 0 };
        let inside = span.skip.iter().filter(|skip| skip.end <= token);
        token - span.range.start - inside.map(std::iter::ExactSizeIterator::len).sum::<usize>()
    }

    pub(crate) fn find(&self, ident: Name) -> Option<ItemId> {
        self.by_ident.get(&ident).copied()
    }

    pub(crate) fn read(text: Arc<str>) -> Self {
        let Ok(tokens) = lex::read(&text) else {
            let shape = Arc::new(Shape { opaque: true, ..Shape::default() });
            return Self { text, shape, ..Self::default() };
        };
        let mut attributes = Attributes::default();
        let (shape, spans, blocks) = {
            let view = View { text: &text, tokens: &tokens };
            let end = tokens.list.len();
            let mut parser = Parser {
                view,
                shape: Shape::default(),
                spans: IdxVec::default(),
                blocks: IdxVec::default(),
                taken: FxHashMap::default(),
            };
            let start = attributes::read(view, 0, end, true, &mut attributes);
            parser.items(start..end, Within::default());
            sort(&mut parser.shape.body_calls);
            (parser.shape, parser.spans, parser.blocks)
        };
        let shape = Shape { attributes, respelled: tokens.respelled, ..shape };
        let by_ident = shape.items.iter().map(|(id, item)| (item.ident, id)).collect();
        Self { text, tokens, shape: Arc::new(shape), spans, blocks, by_ident }
    }
}

/// Where items are being read.
#[derive(Clone, Copy, Default)]
struct Within {
    parent: Option<ItemId>,
    block: Option<BlockId>,
    /// Inside a trait or impl, where functions are members and other things stay with the header.
    members: bool,
    /// In macro input, where only modules, imports and names count.
    input: bool,
}

struct Parser<'a> {
    view: View<'a>,
    shape: Shape,
    spans: IdxVec<Item, Span>,
    blocks: IdxVec<Block, usize>,
    taken: FxHashMap<String, u32>,
}

impl Parser<'_> {
    fn items(&mut self, range: Range<usize>, place: Within) {
        let mut at = range.start;
        while at < range.end {
            if self.view.is_punct(at, b';') {
                at += 1;
                continue;
            }
            let before = at;
            at = self.item(at, range.end, place).max(before + 1);
        }
    }

    /// Reads one item; returns the index after it.
    fn item(&mut self, start: usize, end: usize, place: Within) -> usize {
        let view = self.view;
        let mut attributes = Attributes::default();
        let mut at = attributes::read(view, start, end, false, &mut attributes);
        let mut visibility = Visibility::Private;
        if view.is_word(at, "pub") {
            at += 1;
            visibility = Visibility::Wider;
            if view.is_open(at, b'(') {
                let inside = view.inside(at);
                visibility = match view.piece(inside.start) {
                    "self" => Visibility::Private,
                    "super" => Visibility::Super,
                    "crate" => Visibility::Crate,
                    "in" => Visibility::Somewhere,
                    _ => Visibility::Wider,
                };
                at = view.after(at);
            }
        } else if view.is_word(at, "crate") && !view.is_pair(at + 1, b':', b':') {
            at += 1;
            visibility = Visibility::Wider;
        }
        let first = at;
        while at < end
            && self.view.ident(at).is_some_and(|word| {
                matches!(word.text(), "default" | "unsafe" | "async" | "safe" | "gen" | "auto" | "extern" | "const")
            })
            && self.qualifies(at)
        {
            at += if view.is_word(at, "extern") && view.kind(at + 1) == Some(TokenKind::Str) { 2 } else { 1 };
        }
        let word = view.ident(at).filter(|_| view.token(at).is_some_and(|token| !token.raw)).map_or("", Name::text);
        let mut add = Adding { start, name_at: at + 1, attributes, visibility, place };
        match word {
            "fn" => self.function(add, at, end),
            "struct" | "union" | "enum" if view.ident(at + 1).is_some() => self.data(add, word, at, end),
            "trait" => self.trait_(add, at, end),
            "impl" => self.impl_(add, at, end),
            "mod" if view.ident(at + 1).is_some() => self.module(add, at),
            "use" => self.use_(add, at, end),
            "type" | "const" | "static" => self.value(add, word, at, end),
            "extern" if view.is_word(at + 1, "crate") => self.extern_crate(add, at, end),
            "extern" => self.extern_block(add, at, end),
            "macro_rules" if view.is_punct(at + 1, b'!') && view.any_open(at + 3) => {
                let name = view.ident(at + 2).unwrap_or_default();
                add.name_at = at + 2;
                let after = self.closed(view.after(at + 3));
                let definition = definition::read(view, view.inside(at + 3));
                self.add(add, after, ItemKind::MacroRules(Box::new(definition)), name);
                after
            }
            "macro" if view.ident(at + 1).is_some() => {
                let name = view.ident(at + 1).unwrap_or_default();
                let mut after = view.after(at + 2);
                if view.is_open(after, b'{') {
                    after = view.after(after);
                }
                let definition = definition::read(view, at + 2..after);
                self.add(add, after, ItemKind::MacroRules(Box::new(definition)), name);
                after
            }
            _ => {
                if let Some((path, after)) = paths::simple(view, first, end)
                    && let Some(group) = view.macro_group(after)
                {
                    add.name_at = first;
                    return self.call(add, path, group);
                }
                self.unknown(add, first, end)
            }
        }
    }

    /// Whether the contextual word here is a qualifier of what follows it.
    fn qualifies(&self, at: usize) -> bool {
        let view = self.view;
        if view.is_word(at, "extern") {
            let next = if view.kind(at + 1) == Some(TokenKind::Str) { at + 2 } else { at + 1 };
            return view.is_word(next, "fn");
        }
        let next = at + 1;
        let Some(word) = view.ident(next) else { return false };
        match word.text() {
            "fn" | "impl" | "trait" | "extern" | "unsafe" | "async" | "safe" | "auto" | "mod" => true,
            "const" | "static" | "type" => {
                view.is_word(at, "default") || view.is_word(at, "unsafe") || view.is_word(at, "safe")
            }
            "default" | "gen" => true,
            _ => false,
        }
    }

    /// The index after a macro call or definition that ends before `after`: parentheses want a `;`.
    fn closed(&self, after: usize) -> usize {
        if self.view.is_punct(after, b';') { after + 1 } else { after }
    }

    fn call(&mut self, mut add: Adding, path: Path, group: usize) -> usize {
        let view = self.view;
        let after = self.closed(view.after(group));
        let inside = view.inside(group);
        let mut head = CallHead { path, ..CallHead::default() };
        for at in inside.clone() {
            head.words.extend(view.ident(at).filter(|word| self.may_declare(at, word)));
            head.strings.extend(view.string(at).filter(|text| text.len() < 512));
            let inner = at > inside.start && view.is_punct(at - 1, b':') && view.ident(at.wrapping_sub(3)).is_some();
            if !inner && let Some((path, _)) = paths::simple(view, at, inside.end) {
                head.paths.push(path);
            }
        }
        head.words.sort_unstable();
        head.words.dedup();
        head.paths.sort_unstable();
        head.paths.dedup();
        if head.path.last().is_some_and(|word| word.text() == "include") {
            head.include = Some(const_str::read(view, inside.clone()));
        }
        let name = *head.path.last().unwrap_or(&Name::none());
        add.visibility = Visibility::Wider;
        let place = add.place;
        let index = self.add(add, after, ItemKind::Call(head), name);
        if !place.members {
            self.input(inside, Within { parent: Some(index), input: true, ..place }, 0);
        }
        after
    }

    /// Whether a macro may declare something by the name that stands here in its input. A name of the standard prelude
    /// is most likely just used, unless it stands by itself.
    fn may_declare(&self, at: usize, word: &str) -> bool {
        let view = self.view;
        if !language::prelude(word) {
            return true;
        }
        let before = matches!(view.kind(at - 1), Some(TokenKind::Open(_) | TokenKind::Punct(b',' | b';')));
        let after = matches!(
            view.kind(at + 1),
            Some(TokenKind::Close(_) | TokenKind::Open(_) | TokenKind::Punct(b',' | b';' | b'='))
        );
        !language::primitive(word) && before && after
    }

    /// Items in the input of a macro call: at its start, and in each group of braces.
    fn input(&mut self, range: Range<usize>, place: Within, depth: u32) {
        let view = self.view;
        let mut at = range.start;
        let mut fresh = true;
        while at < range.end {
            if fresh && self.begins_item(at, range.end) {
                let before = at;
                at = self.item(at, range.end, place).max(before + 1);
                continue;
            }
            if view.is_open(at, b'{') && depth < 8 {
                self.input(view.inside(at), place, depth + 1);
            }
            fresh = view.is_punct(at, b';') || view.any_open(at) || view.is_punct(at, b'>') && view.arrow_ends(at);
            at = view.after(at);
        }
    }

    /// Whether what stands here, at the start of a statement, is certainly an item.
    fn begins_item(&self, start: usize, end: usize) -> bool {
        let view = self.view;
        let mut at = start;
        while view.is_punct(at, b'#') && view.is_open(at + 1, b'[') {
            at = view.after(at + 1);
        }
        if at >= end || view.token(at).is_none_or(|token| token.kind != TokenKind::Ident || token.raw) {
            return false;
        }
        let next = |word| view.is_word(at + 1, word);
        match view.piece(at) {
            "pub" | "fn" | "struct" | "enum" | "trait" | "mod" | "use" | "type" => true,
            "impl" => true,
            "macro_rules" => view.is_punct(at + 1, b'!') && view.ident(at + 2).is_some(),
            "macro" => view.ident(at + 1).is_some(),
            "extern" => {
                next("crate")
                    || next("fn")
                    || next("unsafe")
                    || view.is_open(at + 1, b'{')
                    || view.kind(at + 1) == Some(TokenKind::Str)
            }
            "union" => {
                view.ident(at + 1).is_some_and(|word| !language::keyword(&word))
                    && (view.is_open(at + 2, b'{') || view.is_punct(at + 2, b'<'))
            }
            "unsafe" => next("fn") || next("impl") || next("trait") || next("extern"),
            "async" => next("fn") || next("unsafe"),
            "auto" => next("trait"),
            "const" => {
                (view.ident(at + 1).is_some_and(|word| !language::keyword(&word)) || next("_"))
                    && view.is_punct(at + 2, b':')
                    || next("fn")
                    || next("async")
                    || (next("unsafe") || next("extern")) && !view.is_open(at + 2, b'{')
            }
            "static" => next("mut") || view.ident(at + 1).is_some() && view.is_punct(at + 2, b':'),
            _ => false,
        }
    }

    /// Finds the blocks in `range` that declare items, and reads those.
    fn bodies(&mut self, range: Range<usize>, owner: ItemId, block: Option<BlockId>) {
        let view = self.view;
        let mut at = range.start;
        while at < range.end {
            if let Some(TokenKind::Open(open)) = view.kind(at) {
                let inside = view.inside(at);
                let plain = at > 1 && view.ident(at - 2).is_some_and(|word| language::std_macro(&word));
                if at > 0 && view.is_punct(at - 1, b'!') && !view.is_open(at, b'{') && !plain {
                    // Macro input in parentheses or brackets is scanned as tokens, not for items.
                    at = inside.end + 1;
                    continue;
                }
                if open == b'{' {
                    self.block(at, owner, block);
                } else {
                    self.bodies(inside.clone(), owner, block);
                }
                at = inside.end + 1;
            } else {
                self.note_call(at, owner);
                at += 1;
            }
        }
    }

    /// Notes the macro that is called here in a body.
    fn note_call(&mut self, at: usize, owner: ItemId) {
        let view = self.view;
        if view.is_punct(at + 1, b'!')
            && view.any_open(at + 2)
            && let Some(name) = view.ident(at).filter(|name| !language::std_macro(name))
        {
            self.shape.body_calls.push((owner, name));
        }
    }

    fn block(&mut self, open: usize, owner: ItemId, outer: Option<BlockId>) {
        let view = self.view;
        let range = view.inside(open);
        let first = self.shape.blocks.len();
        let mut own = outer;
        let mut made = false;
        let mut fresh = true;
        let mut at = range.start;
        while at < range.end {
            if fresh && self.begins_item(at, range.end) {
                if !made {
                    made = true;
                    own = Some(self.shape.blocks.push(Block { parent: outer, owner }));
                    self.blocks.push(open);
                }
                let place = Within { parent: Some(owner), block: own, ..Within::default() };
                let before = at;
                at = self.item(at, range.end, place).max(before + 1);
                continue;
            }
            let group = matches!(view.kind(at), Some(TokenKind::Open(_)));
            fresh = view.is_punct(at, b';') || view.is_open(at, b'{');
            if group {
                let end = view.after(at);
                self.bodies(at..end, owner, own);
                at = end;
            } else {
                // An attribute belongs to what follows it.
                self.note_call(at, owner);
                at += 1;
            }
        }
        // What stands in front of the first item sees the items of this block, too: blocks in there were read before it
        // was known that this is one.
        if made && let Some(own) = own {
            for (id, block) in self.shape.blocks.iter_mut().skip(first) {
                if id != own && block.owner == owner && block.parent == outer {
                    block.parent = Some(own);
                }
            }
        }
    }

    fn add(&mut self, add: Adding, end: usize, kind: ItemKind, name: Name) -> ItemId {
        let range = add.start..end;
        let parent = add.place.parent.and_then(|parent| self.shape.items.get(parent));
        let mut ident = String::new();
        if let Some(parent) = parent {
            ident.push_str(&parent.ident);
            ident.push('/');
        }
        let letter = match &kind {
            ItemKind::Function => "fn ",
            ItemKind::Impl(_) => "impl ",
            ItemKind::MacroRules(_) => "macro ",
            ItemKind::Call(_) => "call ",
            ItemKind::Use(_) => "use ",
            ItemKind::Constant | ItemKind::Static => "const ",
            _ => "",
        };
        ident.push_str(letter);
        ident.push_str(&name);
        for predicate in &add.attributes.cfg {
            ident.push_str(" if ");
            ident.push_str(predicate);
        }
        let count = self.taken.entry(ident.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            ident.push_str(&format!(" #{count}"));
        }
        let owner = parent.filter(|_| add.place.members);
        let generics = owner.map(|owner| owner.generics.clone()).unwrap_or_default();
        let id = self.shape.items.push(Item {
            kind,
            name,
            ident: Name::new(&ident),
            parent: add.place.parent,
            block: add.place.block,
            visibility: add.visibility,
            attributes: add.attributes,
            generics,
        });
        // An item that counts by itself is left out of the tokens of the one around it.
        if let Some(parent) = add.place.parent
            && !add.place.input
        {
            self.spans[parent].skip.push(range.clone());
        }
        self.spans.push(Span { range, name_at: add.name_at, skip: vec![], parameters: None });
        id
    }
}

/// What is known of an item when its kind has been recognised.
struct Adding {
    start: usize,
    name_at: usize,
    attributes: Attributes,
    visibility: Visibility,
    place: Within,
}
