//! A function's signature, as the engine needs it: parameters with the types that own what they borrow, and
//! the type of the value.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, ItemFn, Pat, PathArguments, Receiver, ReceiverKind, ReturnType,
    Safety, Signature, Type,
};

pub(crate) struct Parameter {
    /// What it is called in the key.
    pub name: Ident,
    /// As it is written.
    pub kind: Type,
    /// What an owner of it is.
    pub owned: Type,
    pub borrowed: bool,
    pub ignored: bool,
}

impl Parameter {
    /// The type that is digested: what it borrows, if it does.
    pub(crate) fn told(&self) -> &Type {
        match &self.kind {
            Type::Reference(reference) if self.borrowed => &reference.elem,
            kind => kind,
        }
    }
}

pub(crate) struct Parsed {
    pub receiver: Option<Receiver>,
    pub parameters: Vec<Parameter>,
    pub output: Type,
    /// The value: the output, or what is in it if it is a `Result`.
    pub value: Type,
    pub fallible: bool,
}

impl Parsed {
    /// Reads a function, and takes scrat's own attributes off its parameters.
    pub(crate) fn new(function: &mut ItemFn) -> syn::Result<Self> {
        refuse(&function.sig)?;
        let mut receiver = None;
        let mut parameters = Vec::new();
        for (index, argument) in function.sig.inputs.iter_mut().enumerate() {
            match argument {
                FnArg::Receiver(this) => {
                    if let ReceiverKind::Reference(_, _, Some(_)) = this.kind {
                        return Err(syn::Error::new_spanned(
                            this,
                            "a stashed method can't change `self`: a stored result would not repeat that; take `&self`",
                        ));
                    }
                    receiver = Some(this.clone());
                }
                FnArg::Typed(typed) => {
                    let ignored = take_ignored(&mut typed.attrs)?;
                    let name = match &*typed.pat {
                        Pat::Ident(pattern) if pattern.subpat.is_none() => pattern.ident.clone(),
                        _ => format_ident!("argument_{}", index),
                    };
                    let kind = (*typed.ty).clone();
                    let (owned, borrowed) = owned(&kind)?;
                    parameters.push(Parameter { name, kind, owned, borrowed, ignored });
                }
            }
        }
        let output = match &function.sig.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, output) => (**output).clone(),
        };
        if let Type::ImplTrait(_) = output {
            return Err(syn::Error::new_spanned(&output, "a stashed function names the type that it returns"));
        }
        let result = result_value(&output);
        let fallible = result.is_some();
        let value = result.unwrap_or_else(|| output.clone());
        if let Type::Reference(_) = value {
            return Err(syn::Error::new_spanned(
                &value,
                "a stashed function returns what it owns: a stored result has nothing to borrow from; return a `String` \
                 for a `&str`, a `Vec` for a slice",
            ));
        }
        Ok(Self { receiver, parameters, output, value, fallible })
    }

    /// The function's own types: those that a result may depend on though no argument shows them.
    pub(crate) fn type_parameters(signature: &Signature) -> Vec<TokenStream> {
        signature
            .generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => {
                    let name = &parameter.ident;
                    Some(quote!(#name))
                }
                GenericParam::Const(_) | GenericParam::Lifetime(_) => None,
            })
            .collect()
    }
}

fn refuse(signature: &Signature) -> syn::Result<()> {
    let wrong = |span: proc_macro2::Span, message: &str| Err(syn::Error::new(span, message));
    if let Some(word) = &signature.asyncness {
        return wrong(word.span(), "an async function can't be stashed: stash what it awaits, or block on it inside");
    }
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

/// Takes `#[stash(ignore)]` off a parameter.
fn take_ignored(attributes: &mut Vec<Attribute>) -> syn::Result<bool> {
    let mut ignored = false;
    let mut kept = Vec::new();
    for attribute in attributes.drain(..) {
        let is_ours = attribute.path().segments.last().is_some_and(|segment| segment.ident == "stash");
        if !is_ours {
            kept.push(attribute);
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("ignore") {
                ignored = true;
                Ok(())
            } else {
                Err(meta.error("the only option of a parameter is `ignore`"))
            }
        })?;
    }
    *attributes = kept;
    Ok(ignored)
}

/// The type that owns what a parameter borrows, and whether it borrows.
fn owned(kind: &Type) -> syn::Result<(Type, bool)> {
    let Type::Reference(reference) = kind else {
        if let Type::ImplTrait(_) = kind {
            return Err(syn::Error::new_spanned(kind, "a stashed function names its parameters' types: use `<T: …>`"));
        }
        return Ok((kind.clone(), false));
    };
    if reference.mutability.is_some() {
        return Err(syn::Error::new_spanned(
            kind,
            "a stashed function can't change its arguments: a stored result would not repeat that; return the new value",
        ));
    }
    let inner = &*reference.elem;
    let owned = match inner {
        Type::Slice(slice) => {
            let element = &slice.elem;
            syn::parse_quote_spanned!(kind.span()=> ::std::vec::Vec<#element>)
        }
        Type::Path(path) if path.qself.is_none() => {
            match path.path.segments.last().map(|last| last.ident.to_string()) {
                Some(name) if name == "str" && path.path.segments.len() == 1 => {
                    syn::parse_quote_spanned!(kind.span()=> ::std::string::String)
                }
                Some(name)
                    if name == "Path" && path.path.segments.last().is_some_and(|last| last.arguments.is_none()) =>
                {
                    syn::parse_quote_spanned!(kind.span()=> <#inner as ::std::borrow::ToOwned>::Owned)
                }
                _ => inner.clone(),
            }
        }
        _ => inner.clone(),
    };
    Ok((owned, true))
}

/// What is in a `Result`, if the type is written as one.
fn result_value(output: &Type) -> Option<Type> {
    let Type::Path(path) = output else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    match &last.arguments {
        PathArguments::None => Some(syn::parse_quote!(())),
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::Type(value) => Some(value.clone()),
            _ => None,
        }),
        PathArguments::Parenthesized(_) => None,
    }
}
