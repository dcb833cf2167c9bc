//! An expression for the form of a type. What a type is the compiler says; but of lists, options, tuples, maps and
//! pointers it is asked for each part, so that one can have a format of its own among others that serde knows.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use crate::root::Root;

/// For a probe of a type that is written like this: the codec that is named, or else what the compiler finds.
pub(crate) fn form_of(scrat: &Root, probe: &TokenStream, written: &Type, codec: Option<&syn::Path>) -> TokenStream {
    if let Some(codec) = codec {
        return quote!(#scrat::__private::Probe::by::<#codec>(&#probe));
    }
    let parts = if is_plain(written) { Vec::new() } else { parts(written) };
    let parts = parts.into_iter().map(|part| form(scrat, part));
    quote!(#scrat::__private::form!(#probe #(, #parts)*))
}

/// Of a type that is written like this.
fn form(scrat: &Root, written: &Type) -> TokenStream {
    form_of(scrat, &quote!(#scrat::__private::Probe::<#written>::NEW), written, None)
}

/// What a type is made of, by its spelling. If it is another one of this name, the compiler sees that.
fn parts(written: &Type) -> Vec<&Type> {
    const MOST: usize = 6;
    match written {
        Type::Paren(inner) => parts(&inner.elem),
        Type::Group(inner) => parts(&inner.elem),
        Type::Tuple(tuple) if tuple.elems.len() <= MOST => tuple.elems.iter().collect(),
        Type::Slice(slice) => vec![&slice.elem],
        Type::Path(path) => {
            let Some((name, types)) = generic(path) else { return Vec::new() };
            match (name.as_str(), types.len()) {
                ("Vec" | "Option" | "Arc" | "Box", 1) | ("BTreeMap" | "HashMap", 2) => types,
                // The third says how it hashes.
                ("HashMap", 3) => types[..2].to_vec(),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The name of a type, and the types between its angle brackets, if there is nothing else between them.
fn generic(path: &syn::TypePath) -> Option<(String, Vec<&Type>)> {
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(part) => Some(part),
        _ => None,
    });
    Some((last.ident.to_string(), types.collect::<Option<_>>()?))
}

/// Whether a type is a pointer, which serde may not know even if it knows what that points to.
fn is_pointer(written: &Type) -> bool {
    match written {
        Type::Paren(inner) => is_pointer(&inner.elem),
        Type::Group(inner) => is_pointer(&inner.elem),
        Type::Path(path) => generic(path).is_some_and(|(name, _)| name == "Arc" || name == "Box"),
        _ => false,
    }
}

/// Whether a type is one of the language's, by its bare name. If it is another one of this name, the compiler says so.
pub(crate) fn is_primitive(written: &Type) -> bool {
    const PRIMITIVE: [&str; 16] = [
        "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
        "f64",
    ];
    matches!(written, Type::Path(path) if path.path.get_ident().is_some_and(|ident| PRIMITIVE.iter().any(|name| ident == name)))
}

/// Whether a type is made of the language's own alone, for which nobody has another format.
fn is_plain(written: &Type) -> bool {
    match written {
        Type::Path(path) if path.path.is_ident("str") || path.path.is_ident("String") => true,
        written if is_primitive(written) => true,
        written => {
            let parts = parts(written);
            !is_pointer(written) && !parts.is_empty() && parts.into_iter().all(is_plain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Type {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn lists_options_tuples_maps_and_pointers_are_taken_apart() {
        for (written, expected) in [
            ("(DataFrame, f64)", &["DataFrame", "f64"][..]),
            ("std::vec::Vec<(A, B)>", &["(A , B)"]),
            ("Option<A>", &["A"]),
            ("[A]", &["A"]),
            ("Vec<A, Alloc>", &[]),
            ("HashMap<A, B>", &["A", "B"]),
            ("std::collections::HashMap<A, B, State>", &["A", "B"]),
            ("BTreeMap<A, Vec<B>>", &["A", "Vec < B >"]),
            ("std::sync::Arc<A>", &["A"]),
            ("Box<dyn A>", &["dyn A"]),
            ("Cow<'static, A>", &[]),
            ("DataFrame", &[]),
            ("()", &[]),
        ] {
            let written = parsed(written);
            let parts: Vec<_> = parts(&written).into_iter().map(|part| quote!(#part).to_string()).collect();
            assert_eq!(parts, expected);
        }
    }

    #[test]
    fn what_the_language_has_needs_no_question_for_each_part() {
        assert!(is_plain(&parsed("Vec<(String, Option<f64>)>")));
        assert!(is_plain(&parsed("HashMap<String, Vec<u8>>")));
        assert!(!is_plain(&parsed("Vec<(String, Frame)>")));
        assert!(!is_plain(&parsed("Arc<String>")));
        assert!(!is_plain(&parsed("(Arc<String>)")));
        assert!(!is_plain(&parsed("()")));
    }
}
