//! What serde leaves out of a function's arguments and result, by the attributes of all types that they are made of.
//!
//! A walk from the signature through fields, aliases and type arguments, as far as there are sources. It is about
//! values, so it does not follow what functions do with a type: one that is made and used up in a body may leave out
//! what it likes.
//!
//! | what stands at a field | what it is taken for |
//! | --- | --- |
//! | `skip`, `skip_serializing`, `skip_deserializing` | left out, unless nothing can be lost: `PhantomData`, `()` |
//! | `with`, `serialize_with`, `deserialize_with`, `getter`; `from`, `into`, `try_from` of a type | converted, perhaps with a loss |
//! | nothing, but the type derives no `Serialize` | the same, and so is all within |
//! | the input or the definition of a macro that may make the type has any of them | the same |
//!
//! Variants need no care: one that is skipped is refused when it is encoded, and one behind it, which serde numbers
//! otherwise when it reads, encodes to other bytes than it came from. What is behind type parameters of the function
//! may be any type of the crate, and so may be what a macro in a type's place makes, and what belongs to a type
//! parameter (`T::Out`).

use std::collections::VecDeque;
use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::code::{Forgotten, PartKind};
use crate::crates::krate::Krate;
use crate::db::{Db, Node, parsed, shape};
use crate::names::modules::{CrateMap, Place, Scope, crate_map};
use crate::names::resolve::{Resolver, Target};
use crate::reach::closure::closure;
use crate::reach::edges::edges;
use crate::syntax::item::{ItemKind, Spaces};
use crate::syntax::name::Name;
use crate::syntax::parse::Span;
use crate::syntax::paths;
use crate::syntax::tokens::View;

/// See the module. Sorted, what is left out first.
pub(crate) fn forgotten(db: &dyn Db, function: Node) -> Vec<Forgotten> {
    let krate = function.data().krate;
    let mut walk = TypeWalk::new(db, crate_map(db, krate));
    walk.signature(crate_map(db, krate), function);
    walk.run();
    let mut out = walk.out;
    if walk.any || closure(db, function).generic {
        out.extend(forgotten_of_any(db, krate));
    }
    settle(&mut out);
    out
}

/// The same for a function that may take any type: which fields concern a value is decided at run time, by its type.
pub(crate) fn forgotten_of_any(db: &dyn Db, krate: Krate) -> Vec<Forgotten> {
    let map = crate_map(db, krate);
    let mut out = Vec::new();
    // Those of path dependencies count, too: a caller may have their types.
    let nodes = Resolver::new(map).maps().flat_map(|map| &map.nodes);
    for root in nodes.filter(|node| node.data().kind == PartKind::Type) {
        let mut walk = TypeWalk::new(db, map);
        walk.enter(Visited { node: *root, in_result: true, certain: false });
        walk.run();
        let of = root.data().plain_name();
        out.extend(walk.out.into_iter().map(|field| Forgotten { of: of.to_owned(), certain: false, ..field }));
    }
    settle(&mut out);
    out
}

fn settle(out: &mut Vec<Forgotten>) {
    out.sort_by(|a, b| (!a.certain, &a.of, &a.field, !a.in_result).cmp(&(!b.certain, &b.of, &b.field, !b.in_result)));
    out.dedup();
}

/// A type that a value is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Visited {
    node: Node,
    in_result: bool,
    /// Whether what its attributes leave out is left out of the value: a hand-written `Serialize` further up may
    /// not ask this type at all.
    certain: bool,
}

struct TypeWalk<'db> {
    db: &'db dyn Db,
    resolver: Resolver<'db>,
    todo: VecDeque<Visited>,
    seen: FxHashSet<Visited>,
    out: Vec<Forgotten>,
    /// Whether a type was met that may be any.
    any: bool,
}

impl<'db> TypeWalk<'db> {
    fn new(db: &'db dyn Db, map: &'db CrateMap) -> Self {
        Self {
            db,
            resolver: Resolver::new(map),
            todo: VecDeque::new(),
            seen: FxHashSet::default(),
            out: vec![],
            any: false,
        }
    }

    fn run(&mut self) {
        while let Some(visited) = self.todo.pop_front() {
            let data = visited.node.data();
            let Some(map) = self.resolver.map(data.krate) else { continue };
            let Some(place) = map.places.get(&visited.node) else { continue };
            let parsed = parsed(self.db, data.source);
            let Some(span) = parsed.spans.get(place.item) else { continue };
            match data.kind {
                PartKind::Type => self.data(map, place, visited, parsed.view(), span),
                PartKind::MacroCall => self.made(visited, parsed.view(), span.range.clone()),
                _ => {}
            }
        }
    }

    fn enter(&mut self, visited: Visited) {
        if self.seen.insert(visited) {
            self.todo.push_back(visited);
        }
    }

    /// The types of the parameters that count, and of the value that is returned.
    fn signature(&mut self, map: &'db CrateMap, function: Node) {
        let Some(place) = map.places.get(&function) else { return };
        let parsed = parsed(self.db, function.data().source);
        let (view, span) = (parsed.view(), parsed.spans.get(place.item));
        let Some((span, open)) = span.and_then(|span| Some((span, span.parameters?))) else { return };
        for parameter in split(view, view.inside(open)) {
            let attributes = attributes(view, parameter.clone());
            if attributes.iter().any(|inside| is_ignored(view, inside.clone())) {
                continue;
            }
            if parameter.clone().any(|at| view.is_word(at, "self")) {
                self.own(map, place, false);
            }
            let mut at = after_attributes(view, parameter.clone());
            while at < parameter.end && (!view.is_punct(at, b':') || view.is_pair(at, b':', b':')) {
                at = if view.is_pair(at, b':', b':') { at + 2 } else { view.after(at) };
            }
            self.types_in(map, place, at..parameter.end, (false, true));
        }
        let after = view.after(open);
        if !view.is_pair(after, b'-', b'>') {
            return;
        }
        let mut end = after + 2;
        while end < span.range.end && !view.is_open(end, b'{') && !view.is_word(end, "where") {
            end = view.after(end);
        }
        self.types_in(map, place, value(view, after + 2..end), (true, true));
    }

    /// `Self`: what the impl around a function is for.
    fn own(&mut self, map: &'db CrateMap, place: &Place, in_result: bool) {
        let Some(owner) = place.owner else { return };
        let shape = shape(self.db, owner.data().source);
        let Some(around) = map.places.get(&owner) else { return };
        let Some(ItemKind::Impl(head)) = shape.items.get(around.item).map(|item| &item.kind) else { return };
        for path in head.types.iter().chain(&head.target) {
            self.path(map.scope(around.module), path, (in_result, true));
        }
    }

    /// Every type that a range of tokens names.
    fn types_in(&mut self, map: &'db CrateMap, place: &Place, range: Range<usize>, (in_result, certain): (bool, bool)) {
        let parsed = parsed(self.db, map.mounts[place.mount].source);
        let view = parsed.view();
        let generics = parsed.shape.items.get(place.item).map(|item| item.generics.names.as_slice());
        let mut at = range.start;
        while at < range.end {
            if view.is_punct(at, b'#') && view.is_open(at + 1, b'[') {
                at = view.after(at + 1);
                continue;
            }
            match paths::simple(view, at, range.end) {
                // What stands for a type parameter is named where it is given.
                Some((path, after)) if generics.is_some_and(|generics| generics.contains(&path[0])) => {
                    self.any |= path.len() > 1;
                    at = after;
                }
                Some((path, after)) => {
                    self.any |= view.is_punct(after, b'!');
                    if path[0].text() == "Self" {
                        self.own(map, place, in_result);
                    } else {
                        self.path(map.scope(place.module), &path, (in_result, certain));
                    }
                    at = after;
                }
                None => at += 1,
            }
        }
    }

    fn path(&mut self, scope: Scope<'db>, path: &[Name], (in_result, certain): (bool, bool)) {
        let found = self.resolver.path(scope, path, Spaces::TYPES, scope.map);
        let nodes = found.targets.iter().filter_map(|target| match target {
            Target::Node(node) => Some(*node),
            _ => None,
        });
        let owners = found.members.iter().map(|(node, _)| *node);
        let lost = found.targets.is_empty();
        let made =
            found.calls.iter().filter_map(Target::node).filter(|call| lost && call.data().kind == PartKind::MacroCall);
        for node in nodes.chain(owners).chain(made) {
            self.enter(Visited { node, in_result, certain });
        }
    }

    /// A struct, enum, union or alias.
    fn data(&mut self, map: &'db CrateMap, place: &Place, visited: Visited, view: View<'db>, span: &Span) {
        let name = visited.node.data().plain_name();
        let Visited { in_result, mut certain, .. } = visited;
        let shape = shape(self.db, visited.node.data().source);
        let Some(item) = shape.items.get(place.item) else { return };
        if item.kind == ItemKind::Alias {
            return self.types_in(map, place, span.name_at + 1..span.range.end, (in_result, certain));
        }
        let own = attributes(view, span.range.start..span.name_at);
        let derives = own.iter().cloned().flatten().any(|at| view.is_word(at, "Serialize"));
        let by_hand = (!derives).then(|| "a `Serialize` that is not derived".to_owned());
        for attribute in conversions(view, &own).into_iter().map(|word| format!("`#[serde({word})]`")).chain(by_hand) {
            self.tell(name.to_owned(), attribute, false, in_result);
        }
        certain &= derives;
        let name_at = span.name_at;
        let after = view.after_angles(name_at + 1, span.range.end).unwrap_or(name_at + 1);
        // A type parameter's default is named nowhere else.
        let defaults = split(view, name_at + 2..after.max(name_at + 2)).into_iter().filter_map(|parameter| {
            let equals = parameter.clone().find(|&at| view.is_punct(at, b'='))?;
            Some(equals + 1..parameter.end)
        });
        for default in defaults {
            self.types_in(map, place, default, (in_result, false));
        }
        let body = (after..span.range.end).find(|&at| view.is_open(at, b'{') || at == after && view.is_open(at, b'('));
        let Some(body) = body else { return };
        if !matches!(item.kind, ItemKind::Enum(_)) {
            return self.fields(map, place, view, body, (name, in_result, certain));
        }
        for variant in split(view, view.inside(body)) {
            let mut at = after_attributes(view, variant.clone());
            let name = format!("{name}::{}", view.ident(at).map_or("", |name| name.text()));
            at += 1;
            if at < variant.end && view.any_open(at) {
                self.fields(map, place, view, at, (&name, in_result, certain));
            }
        }
    }

    fn fields(
        &mut self,
        map: &'db CrateMap,
        place: &Place,
        view: View<'db>,
        open: usize,
        (owner, in_result, certain): (&str, bool, bool),
    ) {
        let named = view.is_open(open, b'{');
        for (index, field) in split(view, view.inside(open)).into_iter().filter(|field| !field.is_empty()).enumerate() {
            let own = attributes(view, field.clone());
            let mut at = after_attributes(view, field.clone());
            if view.is_word(at, "pub") {
                at = if view.is_open(at + 1, b'(') && named { view.after(at + 1) } else { at + 1 };
            }
            let name = if named { view.ident(at).map_or("", |name| name.text()).to_owned() } else { index.to_string() };
            let kind = if named { at + 2..field.end } else { at..field.end };
            let skipped = words_of(view, &own)
                .into_iter()
                .find(|word| matches!(word.as_str(), "skip" | "skip_serializing" | "skip_deserializing"));
            if let Some(word) = skipped {
                if !is_empty(view, kind) {
                    self.tell(format!("{owner}::{name}"), format!("`#[serde({word})]`"), certain, in_result);
                }
                continue;
            }
            for word in conversions(view, &own) {
                self.tell(format!("{owner}::{name}"), format!("`#[serde({word})]`"), false, in_result);
            }
            self.types_in(map, place, kind, (in_result, certain));
        }
    }

    /// What a macro call may make: options of serde anywhere in its input or its definition.
    fn made(&mut self, visited: Visited, view: View<'db>, call: Range<usize>) {
        let mut words = loose(view, call);
        for node in edges(self.db, visited.node).nodes.iter().filter(|node| node.data().kind == PartKind::Macro) {
            let data = node.data();
            let Some(place) = self.resolver.map(data.krate).and_then(|map| map.places.get(node)) else { continue };
            let parsed = parsed(self.db, data.source);
            let Some(span) = parsed.spans.get(place.item) else { continue };
            words.extend(loose(parsed.view(), span.range.clone()));
        }
        for word in words {
            let name = visited.node.data().plain_name().to_owned();
            self.tell(name, format!("`#[serde({word})]`"), false, visited.in_result);
        }
    }

    fn tell(&mut self, field: String, attribute: String, certain: bool, in_result: bool) {
        self.out.push(Forgotten { field, attribute, certain, in_result, of: String::new() });
    }
}

/// Splits at commas outside of groups and of angle brackets.
fn split(view: View<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (range.start, range.start);
    while at < range.end {
        if view.is_punct(at, b',') {
            parts.push(start..at);
            start = at + 1;
        }
        at = view.after_angles(at, range.end).unwrap_or_else(|| view.after(at));
    }
    parts.push(start..range.end);
    parts
}

/// The type that is stored: what is in a `Result`, without its error.
fn value(view: View<'_>, output: Range<usize>) -> Range<usize> {
    let Some((path, after)) = paths::simple(view, output.start, output.end) else { return output };
    if path.last().is_none_or(|last| last.text() != "Result") || !view.is_punct(after, b'<') {
        return output;
    }
    split(view, after + 1..output.end).into_iter().next().unwrap_or(output)
}

/// The insides of the attributes that a range begins with.
fn attributes(view: View<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end && view.is_punct(at, b'#') && view.is_open(at + 1, b'[') {
        found.push(view.inside(at + 1));
        at = view.after(at + 1);
    }
    found
}

fn after_attributes(view: View<'_>, range: Range<usize>) -> usize {
    let mut at = range.start;
    while at < range.end && view.is_punct(at, b'#') && view.is_open(at + 1, b'[') {
        at = view.after(at + 1);
    }
    at
}

fn is_ignored(view: View<'_>, inside: Range<usize>) -> bool {
    let stash = paths::simple(view, inside.start, inside.end)
        .filter(|(path, after)| path.last().is_some_and(|last| last.text() == "stash") && view.any_open(*after));
    stash.is_some_and(|(_, after)| view.inside(after).any(|at| view.is_word(at, "ignore")))
}

/// What stands in the serde attributes among these, also in those under a `cfg_attr`: first words.
fn words_of(view: View<'_>, attributes: &[Range<usize>]) -> Vec<String> {
    let mut found = Vec::new();
    for inside in attributes {
        if view.is_word(inside.start, "serde") {
            found.extend(in_serde(view, inside.start));
        } else if view.is_word(inside.start, "cfg_attr") {
            let parts = view.split(view.inside(inside.start + 1), b',');
            let serde = parts.into_iter().skip(1).filter(|part| view.is_word(part.start, "serde"));
            found.extend(serde.flat_map(|part| in_serde(view, part.start)));
        }
    }
    found
}

/// The first words of the options in `serde(…)`, whose name stands here.
fn in_serde(view: View<'_>, at: usize) -> impl Iterator<Item = String> {
    let parts = view.split(view.inside(at + 1), b',');
    parts.into_iter().filter_map(move |part| view.ident(part.start)).map(|word| word.text().to_owned())
}

/// Those of the options by which a value is converted on the way.
fn conversions(view: View<'_>, attributes: &[Range<usize>]) -> Vec<String> {
    let mut words = words_of(view, attributes);
    words.retain(|word| {
        matches!(
            word.as_str(),
            "with" | "serialize_with" | "deserialize_with" | "getter" | "remote" | "from" | "try_from" | "into"
        )
    });
    words
}

/// Options anywhere in a macro's input or definition.
fn loose(view: View<'_>, range: Range<usize>) -> Vec<String> {
    let serde = range.filter(|&at| view.is_word(at, "serde") && view.is_open(at + 1, b'('));
    let words = serde.flat_map(|at| in_serde(view, at));
    words
        .filter(|word| {
            matches!(
                word.as_str(),
                "skip" | "skip_serializing" | "skip_deserializing" | "with" | "serialize_with" | "from" | "into"
            )
        })
        .collect()
}

/// Whether a type has one value alone.
fn is_empty(view: View<'_>, kind: Range<usize>) -> bool {
    if kind.len() == 2 && view.is_open(kind.start, b'(') {
        return true;
    }
    let path = paths::simple(view, kind.start, kind.end);
    let last = path.and_then(|(path, after)| Some((path.last().copied()?, after)));
    last.is_some_and(|(name, after)| {
        name.text() == "PhantomData" && view.after_angles(after, kind.end).unwrap_or(after) == kind.end
    })
}
