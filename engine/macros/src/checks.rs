//! What a signature can't have, seen from how it is written.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Safety, Signature, Type};

use crate::borrowed::{borrows, first_impl, is_view, owning, show};
use crate::signature::written_value;

/// Refuses a function that can't be stashed whatever its types are.
pub(crate) fn refuse(signature: &Signature) -> syn::Result<()> {
    let wrong = |span: Span, message: &str| Err(syn::Error::new(span, message));
    if let Some(word) = &signature.constness {
        return wrong(word.span(), "a const function can't be stashed: it may run in the compiler");
    }
    if let Safety::Unsafe(word) = &signature.safety {
        return wrong(word.span(), "an unsafe function can't be stashed: put a safe one around it");
    }
    if let Some(constant) = signature.generics.const_params().next() {
        return wrong(constant.span(), "a stashed function can't have const parameters: make it an argument");
    }
    Ok(())
}

/// Refuses what can be no argument however it is spelled.
pub(crate) fn check_parameter(kind: &Type) -> syn::Result<()> {
    const IGNORE: &str = "or leave the parameter out of the key with `#[stash(ignore)]`";
    if let Some(word) = first_impl(kind) {
        let message = format!("a stashed function must name its parameters' types: use `<T: …>`, {IGNORE}");
        return Err(match kind {
            Type::ImplTrait(_) => syn::Error::new_spanned(kind, message),
            _ => syn::Error::new(word.span(), message),
        });
    }
    let inner = match kind {
        Type::Reference(reference) if reference.mutability.is_some() => {
            return Err(syn::Error::new_spanned(
                kind,
                format!(
                    "a stashed function can't change its arguments, because a stored result would not repeat the change: return the \
                     new value, {IGNORE}"
                ),
            ));
        }
        Type::Reference(reference) => &*reference.elem,
        kind => kind,
    };
    if matches!(inner, Type::TraitObject(_))
        || matches!(inner, Type::Paren(inner) if matches!(&*inner.elem, Type::TraitObject(_)))
    {
        return Err(syn::Error::new_spanned(
            kind,
            format!("a `dyn` type can't be part of a key: take the type itself, as `<T: …>`, {IGNORE}"),
        ));
    }
    if !borrows(inner) && !is_view(inner) {
        return Ok(());
    }
    let sign = if matches!(kind, Type::Reference(_)) || is_view(inner) { "&" } else { "" };
    let instead = match owning(inner) {
        Some(owned) => format!("take `{sign}{}`", show(&owned)),
        None => "take what it is a view of, or a reference to that".to_owned(),
    };
    Err(syn::Error::new_spanned(
        kind,
        format!("an argument of a stashed function must own its data, because it may be stored: {instead}, {IGNORE}"),
    ))
}

/// Refuses what can be no result however it is spelled.
pub(crate) fn check_output(output: &Type) -> syn::Result<()> {
    if first_impl(output).is_some() {
        return Err(syn::Error::new_spanned(output, "a stashed function must name the type that it returns"));
    }
    let value = written_value(output).unwrap_or(output);
    // An error may borrow: it is never kept. Behind another name of `Result` nobody knows which is which.
    if !borrows(value) {
        return Ok(());
    }
    let instead = owning(value).map(|owned| format!("; return `{}`", show(&owned))).unwrap_or_default();
    Err(syn::Error::new_spanned(
        value,
        format!(
            "a stashed function must return data that it owns: a stored result has nothing to borrow from{instead}"
        ),
    ))
}
