//! `f::step(…)`: what it takes for each parameter, and what the step hands to the function when it runs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{Token, Type, TypeParamBound, WherePredicate};

use crate::borrowed::{first_impl, lasting};
use crate::signature::Parameter;

/// A parameter of `step`.
pub(crate) struct Taken {
    /// Its type.
    pub kind: TokenStream,
    /// What the function is given of it.
    pub given: TokenStream,
    /// What has to hold for it.
    pub bound: Option<WherePredicate>,
}

/// A parameter that is part of the key: its value, or a step of it.
pub(crate) fn counted(parameter: &Parameter) -> Taken {
    let Parameter { name, scrat, .. } = parameter;
    let inner = parameter.inner();
    let owner = match (parameter.borrows(), inner) {
        (false, _) => quote!(#inner),
        (true, Type::Slice(slice)) => {
            let element = &slice.elem;
            quote!(::std::vec::Vec<#element>)
        }
        (true, _) => quote!(<#inner as #scrat::__private::Owned>::Owner),
    };
    let given =
        if parameter.borrows() { quote!(&#name) } else { quote!(#scrat::__private::Loaded::into_owned(#name)?) };
    Taken { kind: quote!(impl #scrat::__private::IntoInput<#owner>), given, bound: None }
}

/// A parameter that is left out of the key. None if nothing that a step could keep can be written down for it.
///
/// What has to hold is asked of what `step` is given, so that only calling `step` needs it.
pub(crate) fn ignored(parameter: &Parameter, own: &[&Ident]) -> Option<Taken> {
    let Parameter { name, kind, scrat, .. } = parameter;
    let mixed = Span::mixed_site();
    let (inner, borrowed, changed) = match kind {
        Type::Reference(reference) => (unparen(&reference.elem), true, reference.mutability.is_some()),
        kind => (unparen(kind), false, false),
    };
    let sign = match (borrowed, changed) {
        (false, _) => quote!(),
        (true, false) => quote!(&),
        (true, true) => quote!(&mut),
    };
    let (cloned, clone) = if borrowed && !changed {
        (quote!(#name), quote!())
    } else {
        (quote!(::core::clone::Clone::clone(&#name)), quote!(::core::clone::Clone+))
    };
    let bounds = quote!(#clone ::core::marker::Send + ::core::marker::Sync + 'static);
    let anything = |written: &Punctuated<TypeParamBound, Token![+]>| {
        let written = written.iter().filter(|bound| !matches!(bound, TypeParamBound::Lifetime(_)));
        let kind = quote!(impl #(#written +)* #bounds);
        Some(Taken { kind, given: quote!(#sign #cloned), bound: None })
    };
    match inner {
        Type::ImplTrait(any) => return anything(&any.bounds),
        Type::TraitObject(any) if borrowed => return anything(&any.bounds),
        Type::Path(path) if path.path.get_ident().is_some_and(|ident| own.contains(&ident)) => {
            let bound = syn::parse_quote!(#inner: #bounds);
            return Some(Taken { kind: quote!(#inner), given: quote!(#sign #cloned), bound: Some(bound) });
        }
        _ if first_impl(inner).is_some() => return None,
        _ => {}
    }
    let inner = &lasting(inner);
    let slice = match inner {
        Type::Slice(slice) => Some(&slice.elem),
        _ => None,
    };
    let is_unsized =
        slice.is_some() || matches!(inner, Type::Path(path) if path.path.is_ident("str") || path.path.is_ident("Path"));
    let (kind, given) = match (borrowed && !changed, is_unsized) {
        (true, true) => (
            quote!(impl #scrat::__private::IgnoredUnsized<#inner>),
            quote_spanned!(mixed=> #scrat::__private::IgnoredUnsized::lend(&#name)),
        ),
        (true, false) => (
            quote!(impl #scrat::__private::IgnoredRef<fn(&#inner)>),
            quote_spanned!(mixed=> #scrat::__private::lent::<#inner>(#scrat::__private::IgnoredRef::lend(&#name))),
        ),
        (false, _) => {
            let inner = slice.map_or_else(|| quote!(#inner), |element| quote!(::std::vec::Vec<#element>));
            (
                quote!(impl #scrat::__private::Ignored<fn(#inner)>),
                quote_spanned!(mixed=> #sign #scrat::__private::given::<#inner>(#scrat::__private::Ignored::give(&#name))),
            )
        }
    };
    Some(Taken { kind, given, bound: None })
}

fn unparen(kind: &Type) -> &Type {
    match kind {
        Type::Paren(inner) => unparen(&inner.elem),
        kind => kind,
    }
}
