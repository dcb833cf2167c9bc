//! A function's signature, as the engine needs it: parameters, and how their types are written. What the types are is
//! asked of the compiler, never of their spelling.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Pat, Receiver, ReceiverKind, ReturnType, Signature, Type, Visibility};

use crate::borrowed::{borrows, mentions};
use crate::checks::{check_output, check_parameter, refuse};
use crate::form::{form_of, is_primitive};
use crate::options::Options;
use crate::root::{self, Root};

/// A function as it is written. Its body is nobody's business: it is handed on as it is, which costs less than to parse it.
pub(crate) struct Written {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub sig: Signature,
    pub block: TokenTree,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (attrs, vis, sig) = (input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?);
        match input.parse()? {
            block @ TokenTree::Group(_) => Ok(Self { attrs, vis, sig, block }),
            other => Err(syn::Error::new(other.span(), "expected a body")),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Parameter {
    /// As it is written, or one of ours where that is a pattern.
    pub name: Ident,
    /// Which one it is, the receiver included.
    pub index: usize,
    /// What it is called in the key.
    pub text: String,
    /// As it is written.
    pub kind: Type,
    pub ignored: bool,
    /// The codec of it, if it is said.
    pub serializer: Option<syn::Path>,
    /// What stands for it in the key, if it is said.
    pub hasher: Option<syn::Path>,
    /// What calls without it meant, if it was added later.
    pub default: Option<syn::Expr>,
    /// Where scrat is found.
    pub scrat: Root,
}

impl Parameter {
    /// What it borrows, or is.
    pub(crate) fn inner(&self) -> &Type {
        match &self.kind {
            Type::Reference(reference) => &reference.elem,
            kind => kind,
        }
    }

    pub(crate) fn borrows(&self) -> bool {
        matches!(self.kind, Type::Reference(_))
    }

    /// An expression for its default, and what a variable that holds that is lent as.
    pub(crate) fn default(&self, variable: &TokenStream) -> Option<(&syn::Expr, TokenStream)> {
        let lent = if self.borrows() { quote!(#variable) } else { quote!(&#variable) };
        Some((self.default.as_ref()?, lent))
    }

    /// An expression that says what can be done with it, or the error that nothing can. It is the same wherever it stands,
    /// so that the compiler tells an error once.
    pub(crate) fn accepted(&self) -> TokenStream {
        let (inner, scrat) = (self.inner(), &self.scrat);
        let start = quote!(#scrat::__private::);
        let accepted = if is_primitive(inner) && self.serializer.is_none() {
            quote_between(inner, start, quote!(accepted_primitive::<#inner>()))
        } else {
            let (form, call) = with_form(inner, "accepted");
            let owns = !self.borrows();
            asked_of(scrat, inner, owns, (&form, &self.form()), &quote_between(inner, start, call))
        };
        match &self.hasher {
            Some(hasher) => quote!(#scrat::__private::Accepted::hashed::<#hasher>(#accepted)),
            None => accepted,
        }
    }

    /// An expression for the form that it has in keys.
    pub(crate) fn form(&self) -> TokenStream {
        let (inner, scrat) = (self.inner(), &self.scrat);
        form_of(scrat, &quote!(#scrat::__private::Probe::<#inner>::NEW), inner, self.serializer.as_ref())
    }
}

pub(crate) struct Parsed {
    /// Where scrat is found.
    pub scrat: Root,
    pub receiver: Option<Receiver>,
    pub parameters: Vec<Parameter>,
    pub output: Type,
    /// The codec of the result, if it is said.
    pub serializer: Option<syn::Path>,
    /// What a stored result has to pass.
    pub validate: Option<syn::Path>,
    /// Whether it stands in an impl, whose types nothing is known of.
    pub is_in_impl: bool,
    /// Whether values stay in memory.
    in_memory: bool,
    /// The function's own types that a result may depend on though no argument shows them.
    pub types: Vec<Ident>,
}

impl Parsed {
    /// Reads a function, and takes scrat's own attributes off its parameters.
    pub(crate) fn new(function: &mut Written, scrat: Root, options: &Options) -> syn::Result<Self> {
        refuse(&function.sig)?;
        let mut receiver = None;
        let mut parameters = Vec::new();
        for (index, argument) in function.sig.inputs.iter_mut().enumerate() {
            match argument {
                FnArg::Receiver(this) => {
                    if let ReceiverKind::Reference(_, _, Some(_)) = this.kind {
                        return Err(syn::Error::new_spanned(
                            this,
                            "a stashed method can't change `self`, because a stored result would not repeat the change: take `&self`",
                        ));
                    }
                    receiver = Some(this.clone());
                }
                FnArg::Typed(typed) => {
                    let Own { ignored, serializer, hasher, default } = Own::take(&mut typed.attrs)?;
                    let name = match &*typed.pat {
                        Pat::Ident(pattern) if pattern.subpat.is_none() => pattern.ident.clone(),
                        _ => format_ident!("argument_{}", index, span = Span::mixed_site()),
                    };
                    let kind = ungrouped(&typed.ty).clone();
                    if !ignored {
                        check_parameter(&kind)?;
                    }
                    let (text, scrat) = (name.unraw().to_string(), scrat.clone());
                    parameters.push(Parameter { index, text, name, kind, ignored, serializer, hasher, default, scrat });
                }
            }
        }
        let output = match &function.sig.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, output) => ungrouped(output).clone(),
        };
        check_output(&output)?;
        let counts = |name: &Ident| {
            mentions(&function.block, &[name])
                || mentions(&output, &[name])
                || parameters.iter().any(|parameter| !parameter.ignored && mentions(&parameter.kind, &[name]))
                || !parameters.iter().any(|parameter| parameter.ignored && mentions(&parameter.kind, &[name]))
        };
        let types = function.sig.generics.type_params().map(|parameter| &parameter.ident);
        let types = types.filter(|name| counts(name)).cloned().collect();
        let (serializer, validate) = (options.serializer.clone(), options.validate.clone());
        let in_memory = options.memory;
        Ok(Self { scrat, receiver, parameters, output, serializer, validate, is_in_impl: false, in_memory, types })
    }

    /// The parameters that are part of the key.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| !parameter.ignored)
    }

    /// The type of the value: the output, or what is in it if it is a `Result`. The compiler is asked which, unless the
    /// answer depends on the function's own types: then it goes by the name.
    pub(crate) fn value(&self, signature: &Signature) -> TokenStream {
        if borrows(&self.output)
            && let Some(value) = written_value(&self.output)
        {
            return value.to_token_stream();
        }
        if is_no_result(&self.output) {
            return self.output.to_token_stream();
        }
        self.of_output(signature, quote!(Value))
    }

    /// The type of the value as it is written.
    pub(crate) fn written_value(&self) -> &Type {
        written_value(&self.output).unwrap_or(&self.output)
    }

    /// The type that `shelve` returns: the output, with a handle of the value for the value.
    pub(crate) fn shelved(&self, signature: &Signature) -> TokenStream {
        let (scrat, value) = (&self.scrat, self.value(signature));
        self.of_output(signature, quote!(With<#scrat::Nut<#value>>))
    }

    /// A type that belongs to the output.
    fn of_output(&self, signature: &Signature, which: TokenStream) -> TokenStream {
        let (output, scrat) = (&self.output, &self.scrat);
        if is_no_result(output) {
            return quote_between(output, quote!(<#output as #scrat::__private::Returns<false>>::), which);
        }
        if self.returns_own_types(signature) || borrows(output) {
            // An error that borrows can't be asked about in a constant.
            let is_result = is_called_result(output) || borrows(output);
            let start = quote!(<#output as #scrat::__private::Returns<#is_result>>::);
            return quote_between(output, start, which);
        }
        quote! {
            <#output as #scrat::__private::Returns<{
                #[allow(unused_imports, reason = "it stands back behind the inherent constant of a Result")]
                use #scrat::__private::NoResult as _;
                #scrat::__private::Returned::<#output>::IS_RESULT
            }>>::#which
        }
    }

    /// Whether the function's own types are in what it returns, or those of an impl may be.
    pub(crate) fn returns_own_types(&self, signature: &Signature) -> bool {
        let own: Vec<_> = signature.generics.type_params().map(|parameter| &parameter.ident).collect();
        self.is_in_impl || mentions(&self.output, &own)
    }

    /// An expression that says whether the output is a `Result`, as [`Parsed::value`] has it.
    pub(crate) fn shape_as_written(&self, signature: &Signature) -> TokenStream {
        let shape = self.shape();
        if !self.returns_own_types(signature) || is_no_result(&self.output) {
            return shape;
        }
        let (scrat, is_result) = (&self.scrat, is_called_result(&self.output));
        quote_between(&self.output, quote!(#scrat::__private::), quote!(as_written::<_, #is_result, _>(#shape)))
    }

    /// An expression that says whether the output is a `Result`, where [`Parsed::asking`] stands above it.
    pub(crate) fn shape(&self) -> TokenStream {
        let (output, scrat) = (&self.output, &self.scrat);
        if is_no_result(output) {
            return quote_between(output, quote!(#scrat::__private::), quote!(no_result::<#output>()));
        }
        quote_between(output, quote!(#scrat::__private::Returned::<#output>::), quote!(shape()))
    }

    /// What an expression of [`Parsed::shape`] needs.
    pub(crate) fn asking(&self) -> TokenStream {
        let scrat = &self.scrat;
        if is_no_result(&self.output) {
            return TokenStream::new();
        }
        quote! {
            #[allow(unused_imports, reason = "it stands back behind the inherent function of a Result")]
            use #scrat::__private::NoResult as _;
        }
    }

    /// A function that puts an error of the output into words.
    pub(crate) fn words(&self) -> TokenStream {
        let scrat = &self.scrat;
        if is_no_result(&self.output) {
            return quote!(#scrat::__private::no_error);
        }
        quote_spanned! {Span::mixed_site()=>
            |wrong| {
                #[allow(unused_imports, reason = "one of them fits")]
                use #scrat::__private::{Debugged as _, Displayed as _, Wordless as _};
                (&&&wrong).__scrat_words()
            }
        }
    }

    /// An expression that says what can be done with the value, or the error that nothing can, which points at it.
    pub(crate) fn known(&self, shape: &TokenStream) -> TokenStream {
        let scrat = &self.scrat;
        let shown = written_value(&self.output).unwrap_or(&self.output);
        let primitive = is_primitive(&self.output) && self.serializer.is_none();
        let (variable, call) = with_form(shown, "known");
        let form = self.form(shape);
        let known = quote_between(shown, quote!(#scrat::__private::), call);
        let known_of = if primitive {
            quote_between(shown, quote!(#scrat::__private::), quote!(known_primitive::<#shown>()))
        } else {
            quote_spanned!(Span::mixed_site()=> #scrat::__private::known_of!(known, #shape))
        };
        let known_of = if self.in_memory {
            quote_spanned!(Span::mixed_site()=> #scrat::__private::Known::kept_in_memory(#known_of))
        } else {
            known_of
        };
        let known_of = match &self.validate {
            None => known_of,
            Some(valid) => quote_spanned! {Span::mixed_site()=>
                #scrat::__private::Known::valid_by(#known_of, |value: &dyn ::core::any::Any| {
                    #scrat::__private::is_valid(value, #shape, |value| #valid(value))
                })
            },
        };
        if primitive {
            return known_of;
        }
        quote_spanned! {Span::mixed_site()=>
            {
                let #variable = #form;
                let known = #known;
                #known_of
            }
        }
    }

    /// An expression for the form of the value.
    pub(crate) fn form(&self, shape: &TokenStream) -> TokenStream {
        let written = written_value(&self.output).unwrap_or(&self.output);
        form_of(&self.scrat, &quote!(#shape.probe()), written, self.serializer.as_ref())
    }
}

/// A variable for the form of a type, and a call of a function of this name with it. The compiler points at what a call is
/// given, so both are where the type is shown, and have the user's hygiene.
pub(crate) fn with_form(shown: &impl ToTokens, function: &str) -> (Ident, TokenStream) {
    let mut spans = shown.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let function = Ident::new(function, last);
    let form = Ident::new("__scrat_form", last);
    let lent = quote_spanned!(first=> &);
    let call = quote!(#function(#lent #form));
    (form, call)
}

/// What is known of an argument, which owns itself or may not, with what its type is asked for. The checked expression stands outside of that macro:
/// inside, each use of it would be an error of its own.
pub(crate) fn asked_of(
    scrat: &Root,
    inner: &impl ToTokens,
    owns: bool,
    (variable, form): (&Ident, &TokenStream),
    accepted: &TokenStream,
) -> TokenStream {
    let ask = Ident::new(if owns { "accepted_of_owner" } else { "accepted_of" }, Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        {
            let #variable = #form;
            let accepted: #scrat::__private::Accepted<#inner> = #accepted;
            #scrat::__private::#ask!(accepted)
        }
    }
}

/// Code in two pieces which reaches over some tokens of the user's, for the compiler to point at.
pub(crate) fn quote_between(shown: &impl ToTokens, start: TokenStream, end: TokenStream) -> TokenStream {
    let mut spans = shown.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let at = |tokens: TokenStream, span| tokens.into_iter().map(move |token| root::at(token, span));
    at(start, first).chain(at(end, last)).collect()
}

/// A type without the invisible brackets around what a macro was given.
fn ungrouped(kind: &Type) -> &Type {
    match kind {
        Type::Group(group) => ungrouped(&group.elem),
        kind => kind,
    }
}

/// What `#[stash(…)]` says of a parameter.
#[derive(Default)]
struct Own {
    ignored: bool,
    serializer: Option<syn::Path>,
    hasher: Option<syn::Path>,
    default: Option<syn::Expr>,
}

impl Own {
    /// Takes scrat's attributes off a parameter.
    fn take(attributes: &mut Vec<Attribute>) -> syn::Result<Self> {
        let mut own = Self::default();
        let mut kept = Vec::new();
        for attribute in attributes.drain(..) {
            let is_ours = attribute.path().segments.last().is_some_and(|segment| segment.ident == "stash");
            if !is_ours {
                kept.push(attribute);
                continue;
            }
            attribute.parse_nested_meta(|meta| {
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                let is_twice = match name.as_str() {
                    "ignore" => std::mem::replace(&mut own.ignored, true),
                    "serializer" => own.serializer.replace(meta.value()?.parse()?).is_some(),
                    "hasher" => own.hasher.replace(meta.value()?.parse()?).is_some(),
                    "default" => own.default.replace(meta.value()?.parse()?).is_some(),
                    _ => {
                        let known = "`ignore`, `serializer = …`, `hasher = …` and `default = …`";
                        return Err(meta.error(format!("the options of a parameter are {known}")));
                    }
                };
                if is_twice {
                    return Err(meta.error(format!("`{name}` is given twice")));
                }
                if own.ignored && (own.serializer.is_some() || own.hasher.is_some()) {
                    return Err(
                        meta.error("an ignored parameter is not in the key, so it needs no serializer and no hasher")
                    );
                }
                if own.ignored && own.default.is_some() {
                    return Err(meta.error("an ignored parameter is in no key, so it needs no default"));
                }
                Ok(())
            })?;
        }
        *attributes = kept;
        Ok(own)
    }
}

/// Whether the language alone says that a type is no `Result`: no name can be one for it.
fn is_no_result(output: &Type) -> bool {
    match output {
        Type::Paren(inner) => is_no_result(&inner.elem),
        Type::Tuple(_) | Type::Array(_) => true,
        output => is_primitive(output),
    }
}

/// Whether a type is called `Result`.
fn is_called_result(output: &Type) -> bool {
    matches!(output, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result"))
}

/// The arguments of what is written like a `Result`: by that name, or by one that ends so.
fn written_result(output: &Type) -> Option<&syn::PathArguments> {
    let Type::Path(path) = output else { return None };
    let last = path.path.segments.last()?;
    last.ident.to_string().ends_with("Result").then_some(&last.arguments)
}

/// What is in something that is written like a `Result`: the place to point at.
pub(crate) fn written_value(output: &Type) -> Option<&Type> {
    let syn::PathArguments::AngleBracketed(arguments) = written_result(output)? else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(value) => Some(value),
        _ => None,
    })
}
