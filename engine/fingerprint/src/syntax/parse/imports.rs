//! The trees of `use` declarations.

use std::ops::Range;

use crate::syntax::item::Import;
use crate::syntax::name::Name;
use crate::syntax::tokens::View;

/// The imports of a `use` declaration.
pub(super) fn list(view: View<'_>, range: Range<usize>) -> Vec<Import> {
    let mut list = Vec::new();
    tree(view, range, &[], &mut list);
    list
}

/// Reads one tree below `prefix`.
fn tree(view: View<'_>, range: Range<usize>, prefix: &[Name], into: &mut Vec<Import>) {
    let mut path = prefix.to_vec();
    let mut at = range.start;
    if view.is_pair(at, b':', b':') {
        if path.is_empty() {
            path.push(Name::none());
        }
        at += 2;
    }
    while at < range.end {
        if view.is_open(at, b'{') {
            for part in view.split(view.inside(at), b',').into_iter().filter(|part| !part.is_empty()) {
                tree(view, part, &path, into);
            }
            return;
        }
        if view.is_punct(at, b'*') {
            into.push(Import { path: path.into(), name: Name::new("*") });
            return;
        }
        // A metavariable keeps its sign; `$crate` is told apart by who reads this.
        let variable = view.is_punct(at, b'$') && !view.is_word(at + 1, "crate");
        at += usize::from(view.is_punct(at, b'$'));
        let Some(word) = view.ident(at) else { return };
        let word = if variable { Name::new(&format!("${word}")) } else { word };
        if word.text() == "as" && !path.is_empty() {
            let name = view.ident(at + 1).unwrap_or(Name::new("_"));
            into.push(Import { path: path.into(), name });
            return;
        }
        // `{self}` names the module in front of the braces.
        if word.text() != "self" || path.is_empty() {
            path.push(word);
        }
        at += 1;
        if view.is_pair(at, b':', b':') {
            at += 2;
        }
    }
    if let Some(&name) = path.last()
        && !name.is_none()
    {
        into.push(Import { path: path.into(), name });
    }
}
