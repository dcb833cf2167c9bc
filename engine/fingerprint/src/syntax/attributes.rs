//! Attributes in front of items.

use std::ops::Range;

use super::item::{Attributes, Path, Watch};
use super::name::Name;
use super::tokens::{TokenKind, View};
use super::{cfg, language, paths};

/// Reads the attributes that stand here into `into`; returns the index after them.
pub(crate) fn read(view: View<'_>, mut at: usize, end: usize, inner: bool, into: &mut Attributes) -> usize {
    while at < end && view.is_punct(at, b'#') {
        let open = match (inner, view.is_punct(at + 1, b'!')) {
            (false, false) => at + 1,
            (true, true) => at + 2,
            _ => break,
        };
        if !view.is_open(open, b'[') {
            break;
        }
        one(view, view.inside(open), None, into);
        at = view.after(open);
    }
    at
}

fn one(view: View<'_>, inside: Range<usize>, under: Option<Name>, into: &mut Attributes) {
    let Some((path, after)) = paths::simple(view, inside.start, inside.end) else { return };
    let group = if view.any_open(after) { view.inside(after) } else { after..after };
    let value = || if view.is_punct(after, b'=') { view.string(after + 1) } else { None };
    if path.last().is_some_and(|word| word.text() == "stash") {
        into.watch.extend(serializers(view, group.clone()).into_iter().map(Watch::Item));
        watched(view, group, into);
        into.foreign.push(path);
        return;
    }
    let [word] = &*path else {
        return unknown(view, path, after..inside.end, into);
    };
    match word.text() {
        "cfg" => into.cfg.push(match under {
            // Under another predicate it only counts if that one holds.
            Some(under) => Name::new(&format!("any(not({under}),{})", cfg::text(view, group))),
            None => cfg::text(view, group),
        }),
        "cfg_attr" => {
            let mut parts = view.split(group, b',').into_iter();
            let Some(predicate) = parts.next() else { return };
            let predicate = cfg::text(view, predicate);
            for part in parts.filter(|part| !part.is_empty()) {
                let silent = view
                    .ident(part.start)
                    .is_some_and(|word| matches!(word.text(), "doc" | "allow" | "warn" | "deny" | "forbid" | "expect"));
                if !silent {
                    into.asks.push(predicate);
                }
                one(view, part, Some(predicate), into);
            }
        }
        "unsafe" => one(view, group, under, into),
        "path" => into.path.extend(value().map(|path| (under, path))),
        "macro_use" => into.macro_use = true,
        "macro_export" => into.macro_export = true,
        "track_caller" => into.track_caller = true,
        "test" | "bench" => into.test = true,
        "no_mangle" => into.symbol = Some(Name::new("*")),
        "export_name" | "link_name" => into.symbol = value().map(|name| Name::new(&name)),
        "derive" => {
            for part in view.split(group, b',') {
                if let Some((path, _)) = paths::simple(view, part.start, part.end)
                    && !path.last().is_some_and(|word| language::std_derive(word))
                {
                    into.foreign.push(path);
                }
            }
        }
        "pipeline" => into.foreign.push(path),
        word if language::builtin_attribute(word) => {}
        _ => unknown(view, path, after..inside.end, into),
    }
}

/// What `serializer = Type<Argument>` or `hasher = …` names among the options of a stashed function, or of a parameter of one: the engine
/// calls what that type implements, and no text shows it.
pub(crate) fn serializers(view: View<'_>, options: Range<usize>) -> Vec<Path> {
    serializer_options(view, options).flat_map(|option| paths::every(view, option)).collect()
}

/// Where those types stand.
pub(crate) fn serializer_options(view: View<'_>, options: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let is_one = move |option: &Range<usize>| {
        (view.is_word(option.start, "serializer") || view.is_word(option.start, "hasher"))
            && view.is_punct(option.start + 1, b'=')
    };
    view.split(options, b',').into_iter().filter(is_one).map(|option| option.start + 2..option.end)
}

/// Reads `watch(item, file = "…", env = "…")` among the options of a stashed function.
fn watched(view: View<'_>, options: Range<usize>, into: &mut Attributes) {
    for option in view.split(options, b',') {
        if !view.is_word(option.start, "watch") || !view.any_open(option.start + 1) {
            continue;
        }
        for thing in view.split(view.inside(option.start + 1), b',') {
            let value = if view.is_punct(thing.start + 1, b'=') { view.string(thing.start + 2) } else { None };
            into.watch.extend(match (view.piece(thing.start), value) {
                ("file", Some(file)) => Some(Watch::File(file)),
                ("env", Some(name)) => Some(Watch::Env(Name::new(&name))),
                _ => paths::simple(view, thing.start, thing.end).map(|(path, _)| Watch::Item(path)),
            });
        }
    }
}

fn unknown(view: View<'_>, path: Path, arguments: Range<usize>, into: &mut Attributes) {
    if path.first().is_some_and(|word| matches!(word.text(), "rustfmt" | "clippy" | "diagnostic" | "miri")) {
        return;
    }
    into.foreign.push(path);
    for at in arguments {
        if view.kind(at) == Some(TokenKind::Ident)
            && !(at > 0 && view.is_punct(at - 1, b':'))
            && let Some((path, _)) = paths::simple(view, at, usize::MAX)
            && !path.iter().any(|word| language::keyword(word) && !language::path_keyword(word))
        {
            into.named.push(path);
        }
        into.named.extend(view.string(at).into_iter().flat_map(|text| paths::in_text(&text)));
    }
}
