//! What a macro's definition may declare where it is called, as far as its own text says it.

use std::ops::Range;

use crate::syntax::item::{Definition, Import};
use crate::syntax::name::Name;
use crate::syntax::tokens::{TokenKind, View};
use crate::syntax::{const_str, language};

use super::imports;

/// Reads the tokens of a definition.
pub(super) fn read(view: View<'_>, range: Range<usize>) -> Definition {
    let mut found = Definition::default();
    // The body of a function, an impl or a trait: what is declared in there cannot be named from outside.
    let mut hidden = 0..0;
    for at in range.clone() {
        let Some(word) = view.ident(at) else { continue };
        if !hidden.contains(&at) && matches!(word.text(), "fn" | "impl" | "trait") {
            hidden = body(view, at, range.end).unwrap_or(hidden);
        }
        match word.text() {
            "impl" | "derive" => found.impls = true,
            "track_caller" => found.tracks = true,
            "mod" if view.is_punct(at + 1, b'$') && view.is_punct(at + 3, b';') => found.any_module = true,
            "mod" if view.is_punct(at + 2, b';') => found.modules.extend(view.ident(at + 1)),
            "path" if view.is_punct(at + 1, b'=') && !view.is_punct(at.wrapping_sub(1), b'$') => found.paths = true,
            "include" if view.is_punct(at + 1, b'!') => {
                found.includes.push(const_str::read(view, view.inside(at + 2)));
            }
            "use" if !view.is_punct(at.wrapping_sub(1), b'$') => imports(view, at + 1..range.end, &mut found),
            _ if view.is_punct(at + 1, b'!') && view.any_open(at + 2) && !language::std_macro(&word) => {
                found.calls.push(word);
            }
            _ if !hidden.contains(&at) && declares(view, at) => found.names.push(word),
            _ => {}
        }
    }
    if !found.includes.is_empty() || !found.calls.is_empty() {
        found.strings = range.filter_map(|at| view.string(at)).filter(|text| text.len() < 512).collect();
    }
    for list in [&mut found.names, &mut found.calls] {
        list.sort_unstable();
        list.dedup();
    }
    found
}

/// What stands between the braces of the item that begins here.
fn body(view: View<'_>, at: usize, end: usize) -> Option<Range<usize>> {
    let mut next = at + 1;
    while next < end {
        match view.kind(next)? {
            TokenKind::Open(b'{') => return Some(view.inside(next)),
            TokenKind::Close(_) | TokenKind::Punct(b';') => return None,
            _ => next = view.after(next),
        }
    }
    None
}

/// Whether the identifier here is declared by the word before it.
fn declares(view: View<'_>, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    let word =
        view.ident(at).is_some_and(|word| language::keyword(&word)) && !view.token(at).is_some_and(|token| token.raw);
    match view.piece(before) {
        "fn" | "struct" | "enum" | "union" | "trait" | "type" | "mod" | "const" | "static" | "macro" => !word,
        "mut" => view.is_word(before.wrapping_sub(1), "static"),
        "!" => view.is_word(before.wrapping_sub(1), "macro_rules"),
        _ => false,
    }
}

fn imports(view: View<'_>, range: Range<usize>, found: &mut Definition) {
    let mut end = range.start;
    while end < range.end && !view.is_punct(end, b';') {
        end = view.after(end);
    }
    let tree = range.start..end;
    let own = view.is_punct(tree.start, b'$') && view.is_word(tree.start + 1, "crate");
    for import in imports::list(view, tree) {
        let path = match &*import.path {
            [_, rest @ ..] if own => std::iter::once(Name::new("$crate")).chain(rest.iter().copied()).collect(),
            _ => import.path,
        };
        found.imports.push(Import { path, name: import.name });
    }
}
