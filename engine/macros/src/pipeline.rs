//! `#[pipeline]`: a function and its entry in the program's list.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, FnArg, GenericArgument, ItemFn, Lit, Meta, Pat, Path, PathArguments, Token, Type};

use crate::root::Root;

pub(crate) fn expand(defaults: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let (mut defaults, krate) = parse_defaults(defaults)?;
    let mut function: ItemFn = syn::parse2(item)
        .map_err(|error| syn::Error::new(error.span(), "#[pipeline] goes on a function with a body"))?;
    if !function.sig.generics.params.is_empty() {
        return Err(syn::Error::new(
            function.sig.generics.span(),
            "a pipeline can't be generic, because its parameters are read from flags",
        ));
    }
    let scrat = Root::new(krate, "pipeline")?;
    let mut parameters = Vec::new();
    for input in &mut function.sig.inputs {
        parameters.push(Parameter::take(input, &mut defaults)?);
    }
    refuse_equal_flags(&parameters)?;
    if let Some((name, (span, _))) = defaults.into_iter().next() {
        let known =
            parameters.iter().map(|parameter| parameter.name.unraw().to_string()).collect::<Vec<_>>().join(", ");
        return Err(syn::Error::new(span, format!("the pipeline has no parameter `{name}`; it has: {known}")));
    }
    let name = &function.sig.ident;
    let text = name.unraw().to_string();
    let doc = doc(&function.attrs);
    let described = parameters.iter().map(|parameter| parameter.describe(&scrat));
    let taken = parameters.iter().enumerate().map(|(index, parameter)| parameter.taken(index, &scrat));
    let kinds = parameters.iter().map(|parameter| &parameter.kind);
    let values: Vec<_> = (0..parameters.len()).map(|index| format_ident!("value_{index}")).collect();
    let count = parameters.len();
    Ok(quote! {
        #function

        const _: () = {
            static PARAMETERS: [#scrat::__private::PipelineParameter; #count] = [#(#described),*];
            fn take(
                given: &#scrat::__private::Given,
            ) -> ::core::result::Result<(#(#kinds,)*), #scrat::__private::ParameterError> {
                let _ = given;
                ::core::result::Result::Ok((#(#taken,)*))
            }
            fn check(
                given: &#scrat::__private::Given,
            ) -> ::core::result::Result<(), #scrat::__private::ParameterError> {
                take(given).map(::core::mem::drop)
            }
            fn declare(
                given: &#scrat::__private::Given,
            ) -> ::core::result::Result<#scrat::__private::WantedSteps, #scrat::__private::ParameterError> {
                let (#(#values,)*) = take(given)?;
                ::core::result::Result::Ok(#scrat::__private::wanted(#name(#(#values),*)))
            }
            static __SCRAT_PIPELINE: #scrat::__private::Pipeline = #scrat::__private::Pipeline {
                name: #text,
                doc: #doc,
                crate_name: ::core::env!("CARGO_PKG_NAME"),
                place: ::core::concat!(::core::file!(), ":", ::core::line!()),
                parameters: &PARAMETERS,
                check,
                declare,
            };
            #scrat::__private::inventory::submit! { #scrat::__private::RegisteredPipeline(&__SCRAT_PIPELINE) }
            // rustc notes it among what it was told, by which the command knows a copy of the package.
            const _: &str = ::core::env!("CARGO_MANIFEST_DIR");
        };
    })
}

type Defaults = BTreeMap<String, (proc_macro2::Span, Expr)>;

/// The defaults, and where scrat is found, if that is said: no parameter can be called `crate`.
fn parse_defaults(tokens: TokenStream) -> syn::Result<(Defaults, Option<Path>)> {
    let (mut defaults, mut krate) = (Defaults::new(), None);
    for meta in Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens)? {
        let Meta::NameValue(pair) = meta else {
            return Err(syn::Error::new_spanned(meta, "a default is written `parameter = value`"));
        };
        if pair.path.is_ident("crate") {
            krate = Some(Root::parse.parse2(pair.value.into_token_stream())?);
            continue;
        }
        let name = pair
            .path
            .get_ident()
            .map_or_else(|| pair.path.to_token_stream().to_string(), |name| name.unraw().to_string());
        defaults.insert(name, (pair.path.span(), pair.value));
    }
    Ok((defaults, krate))
}

/// Each parameter is a flag, whose name has dashes between the words and no underscore around them.
fn refuse_equal_flags(parameters: &[Parameter]) -> syn::Result<()> {
    let mut seen = BTreeMap::new();
    for Parameter { name, .. } in parameters {
        let text = name.unraw().to_string();
        let flag = text.trim_matches('_').replace('_', "-");
        if flag.is_empty() {
            return Err(syn::Error::new(
                name.span(),
                "a pipeline's parameter needs a name with letters, because it becomes a flag",
            ));
        }
        if let Some(other) = seen.insert(flag.clone(), text.clone()) {
            let message = format!("`{other}` and `{text}` would both be the flag --{flag}: name one of them otherwise");
            return Err(syn::Error::new(name.span(), message));
        }
    }
    Ok(())
}

struct Parameter {
    name: Ident,
    doc: String,
    kind: Type,
    /// What is in the `Vec`, if it takes several values.
    element: Option<Type>,
    default: Option<Expr>,
}

impl Parameter {
    /// Reads a parameter, and takes the attributes off it that rustc would not have there.
    fn take(input: &mut FnArg, defaults: &mut Defaults) -> syn::Result<Self> {
        let FnArg::Typed(typed) = input else {
            return Err(syn::Error::new_spanned(input, "a pipeline must be a free function"));
        };
        let Pat::Ident(pattern) = &*typed.pat else {
            return Err(syn::Error::new_spanned(
                &typed.pat,
                "a pipeline's parameter must be a plain name, because it becomes a flag",
            ));
        };
        let name = pattern.ident.clone();
        let doc = doc(&typed.attrs);
        typed.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
        let kind = (*typed.ty).clone();
        if let Type::Reference(_) = kind {
            return Err(syn::Error::new_spanned(
                kind,
                "a pipeline's parameter must own its value, because it is read from a flag",
            ));
        }
        let default = defaults.remove(&name.unraw().to_string()).map(|(_, value)| value);
        Ok(Self { element: element(&kind), name, doc, kind, default })
    }

    fn describe(&self, scrat: &Root) -> TokenStream {
        let Self { name, doc, kind, element, default } = self;
        let name = name.unraw().to_string();
        let one = element.as_ref().unwrap_or(kind);
        let takes = quote! {{
            #[allow(unused_imports, reason = "it stands back behind the inherent constants of some types")]
            use #scrat::__private::TakesOther as _;
            #scrat::__private::Typed::<#one>::TAKES
        }};
        let kind = tidy(&element.as_ref().unwrap_or(kind).to_token_stream().to_string());
        let many = element.is_some();
        let default = match default {
            Some(default) => {
                let text = show(default);
                quote!(::core::option::Option::Some(#text))
            }
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #scrat::__private::PipelineParameter { name: #name, doc: #doc, kind: #kind, many: #many, takes: #takes, default: #default }
        }
    }

    /// An expression for its value.
    fn taken(&self, index: usize, scrat: &Root) -> TokenStream {
        let kind = &self.kind;
        let default = match &self.default {
            Some(value) => quote_spanned! {value.span()=>
                ::core::option::Option::Some(#scrat::__private::DefaultFor::<#kind>::into_default(#value))
            },
            None => quote!(::core::option::Option::None),
        };
        match &self.element {
            Some(element) => quote_spanned!(kind.span()=> given.many::<#element>(&PARAMETERS[#index], #default)?),
            None => quote_spanned!(kind.span()=> given.one::<#kind>(&PARAMETERS[#index], #default)?),
        }
    }
}

fn element(kind: &Type) -> Option<Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(element) => Some(element.clone()),
        _ => None,
    })
}

/// A doc comment's text.
fn doc(attributes: &[Attribute]) -> String {
    let lines =
        attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| match &attribute
            .meta
        {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value().trim().to_owned()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A default as it would be typed at a prompt.
fn show(default: &Expr) -> String {
    match default {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            other => other.to_token_stream().to_string(),
        },
        Expr::Array(array) => array.elems.iter().map(show).collect::<Vec<_>>().join(","),
        other => tidy(&other.to_token_stream().to_string()),
    }
}

fn tidy(tokens: &str) -> String {
    tokens.replace(" :: ", "::").replace(" < ", "<").replace(" >", ">")
}
