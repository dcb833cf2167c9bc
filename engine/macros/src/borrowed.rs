//! What a type borrows, and what one looks like that owns the same. Spelling is enough for this: a reference and a
//! lifetime are always written with their own signs. Only views of arrays are mostly written without: they are known by
//! name, because the compiler would ask for the lifetime first.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

/// Whether a type has a reference in it, or a lifetime other than `'static`.
pub(crate) fn borrows(kind: &impl ToTokens) -> bool {
    any(kind.to_token_stream(), &mut |before, token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '&',
        TokenTree::Ident(name) => before == Some('\'') && name != "static",
        _ => false,
    })
}

/// Whether a type is a view of `ndarray` or `nalgebra`.
pub(crate) fn is_view(kind: &Type) -> bool {
    let Type::Path(path) = kind else { return false };
    let (Some(first), Some(last)) = (path.path.segments.first(), path.path.segments.last()) else { return false };
    let is_theirs = path.path.segments.len() == 1 || first.ident == "ndarray" || first.ident == "nalgebra";
    is_theirs && viewed(&last.ident).is_some()
}

/// The name of what a view of this name is of.
fn viewed(name: &Ident) -> Option<Ident> {
    let text = name.to_string();
    let (before, after) = text.split_once("View")?;
    let after = after.strip_prefix("Mut").unwrap_or(after);
    let is_known = match before {
        "Array" => matches!(after, "" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "D"),
        "DMatrix" | "DVector" => after.is_empty(),
        _ => false,
    };
    is_known.then(|| Ident::new(&format!("{before}{after}"), name.span()))
}

/// The first `impl` in a type.
pub(crate) fn first_impl(kind: &impl ToTokens) -> Option<Ident> {
    let mut found = None;
    any(kind.to_token_stream(), &mut |_, token| match token {
        TokenTree::Ident(name) if name == "impl" => {
            found = Some(name.clone());
            true
        }
        _ => false,
    });
    found
}

/// Whether one of these names occurs.
pub(crate) fn mentions(tokens: &impl ToTokens, names: &[&Ident]) -> bool {
    any(
        tokens.to_token_stream(),
        &mut |before, token| matches!(token, TokenTree::Ident(name) if before != Some('\'') && names.contains(&name)),
    )
}

/// Whether a token is such that, given the sign before it.
fn any(tokens: TokenStream, is_such: &mut impl FnMut(Option<char>, &TokenTree) -> bool) -> bool {
    let mut before = None;
    tokens.into_iter().any(|token| {
        let found = is_such(before, &token);
        before = match &token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
        match token {
            _ if found => true,
            TokenTree::Group(group) => any(group.stream(), is_such),
            _ => false,
        }
    })
}

/// The type that owns what this one borrows, if that can be told.
pub(crate) fn owning(kind: &Type) -> Option<Type> {
    let mut kind = kind.clone();
    match &mut kind {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => {
                let element = owning(&slice.elem)?;
                return Some(syn::parse_quote!(Vec<#element>));
            }
            Type::Path(path) if path.path.is_ident("str") => return Some(syn::parse_quote!(String)),
            Type::Path(path) if path.path.is_ident("Path") => return Some(syn::parse_quote!(PathBuf)),
            Type::TraitObject(_) | Type::ImplTrait(_) => return None,
            inner => return owning(inner),
        },
        Type::Path(path) => {
            let last = path.path.segments.last_mut()?;
            if let (Some(owner), PathArguments::AngleBracketed(arguments)) = (viewed(&last.ident), &mut last.arguments)
            {
                last.ident = owner;
                let types = arguments.args.iter().filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)));
                arguments.args = types.cloned().collect();
                return Some(kind);
            }
            let is_cow = last.ident == "Cow";
            if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
                let borrows = arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)));
                for argument in &mut arguments.args {
                    match argument {
                        GenericArgument::Type(inner) if is_cow => return owning(&syn::parse_quote!(&#inner)),
                        GenericArgument::Type(inner) => *inner = owning(inner)?,
                        _ => {}
                    }
                }
                if borrows {
                    return None;
                }
            }
        }
        Type::Tuple(tuple) => {
            for element in &mut tuple.elems {
                *element = owning(element)?;
            }
        }
        Type::Array(array) => *array.elem = owning(&array.elem)?,
        Type::Slice(slice) => *slice.elem = owning(&slice.elem)?,
        Type::Paren(inner) => return owning(&inner.elem),
        _ => return None,
    }
    Some(kind)
}

/// The type with everything in it borrowed for as long as the program runs.
pub(crate) fn lasting(kind: &Type) -> Type {
    let mut kind = kind.clone();
    let forever = || syn::Lifetime::new("'static", proc_macro2::Span::call_site());
    match &mut kind {
        Type::Reference(reference) => {
            reference.lifetime = Some(forever());
            *reference.elem = lasting(&reference.elem);
        }
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
                for argument in &mut arguments.args {
                    match argument {
                        GenericArgument::Lifetime(lifetime) => *lifetime = forever(),
                        GenericArgument::Type(inner) => *inner = lasting(inner),
                        _ => {}
                    }
                }
            }
        }
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|element| *element = lasting(element)),
        Type::Array(array) => *array.elem = lasting(&array.elem),
        Type::Slice(slice) => *slice.elem = lasting(&slice.elem),
        Type::Paren(inner) => *inner.elem = lasting(&inner.elem),
        _ => {}
    }
    kind
}

/// A type as somebody would write it.
pub(crate) fn show(kind: &impl ToTokens) -> String {
    let text = kind.to_token_stream().to_string();
    [
        (" :: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        (" ;", ";"),
    ]
    .iter()
    .fold(text, |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Type {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn what_borrows_is_told_and_what_owns_the_same_is_named() {
        for (borrowed, owned) in [
            ("Option<&str>", Some("Option<String>")),
            ("[&str]", Some("[String]")),
            ("Vec<&'a [u8]>", Some("Vec<Vec<u8>>")),
            ("Cow<'_, str>", Some("String")),
            ("std::borrow::Cow<'_, [f64]>", Some("Vec<f64>")),
            ("(u8, &Path)", Some("(u8, PathBuf)")),
            ("&Nest", Some("Nest")),
            ("ArrayView<'_, f64, Ix2>", Some("Array<f64, Ix2>")),
            ("ndarray::ArrayViewMut1<'a, f64>", Some("ndarray::Array1<f64>")),
            ("Slices<'_, f64>", None),
            ("Box<dyn Fn(&str)>", None),
        ] {
            assert!(borrows(&parsed(borrowed)), "{borrowed}");
            assert_eq!(owning(&parsed(borrowed)).as_ref().map(show).as_deref(), owned, "{borrowed}");
        }
        for (view, owned) in
            [("ArrayView2<f64>", "Array2<f64>"), ("nalgebra::DMatrixView<f64>", "nalgebra::DMatrix<f64>")]
        {
            assert!(is_view(&parsed(view)), "{view}");
            assert_eq!(owning(&parsed(view)).as_ref().map(show).as_deref(), Some(owned));
        }
        for own in ["demo::ArrayView2<f64>", "View", "PageView", "ArrayViewer", "&ArrayView2<f64>"] {
            assert!(!is_view(&parsed(own)), "{own}");
        }
        for owned in ["Vec<u8>", "Cow<'static, str>", "[u8; 3]", "demo::Nest<T>"] {
            assert!(!borrows(&parsed(owned)), "{owned}");
        }
    }
}
