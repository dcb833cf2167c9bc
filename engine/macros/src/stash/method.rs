//! Methods. An attribute on a method does not see whether it stands in an impl of a trait, where no other item may be added.
//! So a method keeps all in itself, unless its options name a step, which stands beside it then.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Pat, Receiver, ReceiverKind};

use super::{Stashed, turbofish};
use crate::signature::{Parameter, Written, asked_of, quote_between, with_form};

impl Stashed {
    /// Refuses a step that can't be.
    pub(super) fn check_step(&self) -> syn::Result<()> {
        let Some(step) = &self.options.step else { return Ok(()) };
        let wrong = |message: &str| Err(syn::Error::new(step.span(), message));
        if !self.is_method() {
            return wrong("`step = …` names the step of a method: a function `f` has `f::step` already");
        }
        if self.is_async() {
            return wrong("an async method has no step: a step runs on a thread");
        }
        let receiver = self.parsed.receiver.as_ref().map(|receiver| &receiver.kind);
        if !matches!(receiver, None | Some(ReceiverKind::Value | ReceiverKind::Reference(..))) {
            return wrong("a method with a step takes `self` or `&self`");
        }
        if self.taken().is_none() {
            return wrong("a step can't keep an ignored parameter of such a type");
        }
        Ok(())
    }

    /// A name for something hidden beside a method.
    pub(super) fn hidden(&self, what: &str) -> Ident {
        format_ident!("__scrat_{}{}", what, self.function.sig.ident.unraw())
    }

    /// An expression for the static of a method.
    pub(super) fn static_of_method(&self) -> TokenStream {
        match &self.options.step {
            None => quote!(&__SCRAT_FUNCTION),
            Some(_) => {
                let function = self.hidden("function_");
                quote!(Self::#function())
            }
        }
    }

    /// An expression for a closure whose type has all types of the impl in it.
    pub(super) fn within_impl(&self) -> TokenStream {
        match &self.options.step {
            None => quote!(&|| ()),
            Some(_) => {
                let closure = self.hidden("");
                quote!(&Self::#closure())
            }
        }
    }

    /// An expression that says what can be done with `self`.
    pub(super) fn accepted_self(&self, receiver: &Receiver) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let (variable, call) = with_form(receiver, "accepted");
        let accepted = quote_between(receiver, quote!(#scrat::__private::), call);
        let form = quote!(#scrat::__private::form!(#scrat::__private::Probe::<Self>::NEW));
        asked_of(scrat, &quote!(Self), false, (&variable, &form), &accepted)
    }

    /// A method keeps its body in itself: nothing can stand beside it.
    pub(super) fn method(&self) -> TokenStream {
        let Written { attrs, vis, block, .. } = &self.function;
        let (sig, rebind) = self.named();
        let output = &self.parsed.output;
        let registration = self.registration();
        let body = if self.is_async() {
            quote!(async move { #rebind #block })
        } else {
            quote!((move || -> #output { #rebind #block })())
        };
        let body = quote!({
            #[allow(unused_braces, clippy::redundant_closure_call, reason = "`return` and `?` in the body must end the body alone")]
            #body
        });
        if let Some(step) = &self.options.step {
            return self.method_with_step(step);
        }
        let direct = self.direct(&body);
        quote! {
            #(#attrs)*
            #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::too_many_arguments, reason = "written by #[stash]")]
            #vis #sig {
                #registration
                #direct
            }
        }
    }

    /// A method's signature with a name for each argument, and what takes those apart again: they are borrowed for their
    /// digests before the body does.
    pub(super) fn named(&self) -> (syn::Signature, TokenStream) {
        let mut sig = self.function.sig.clone();
        let mut rebind = TokenStream::new();
        let typed = sig.inputs.iter_mut().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        for (typed, parameter) in typed.zip(&self.parsed.parameters) {
            let name = &parameter.name;
            let pattern = std::mem::replace(&mut *typed.pat, syn::parse_quote!(#name));
            if !matches!(&pattern, Pat::Ident(plain) if plain.mutability.is_none() && plain.by_ref.is_none()) {
                rebind.extend(quote!(let #pattern = #name;));
            }
        }
        (sig, rebind)
    }

    /// A method, and what stands beside it so that it has a step: its static, its body, and the step itself.
    fn method_with_step(&self, step: &Ident) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let Written { attrs, vis, block, .. } = &self.function;
        let (sig, _) = self.named();
        let (function, closure, fresh) = (self.hidden("function_"), self.hidden(""), self.hidden("fresh_"));
        let body = syn::Signature { ident: fresh.clone(), ..self.function.sig.clone() };
        let registration = self.registration();
        let (given, turbofish) = (self.given_to_method(), turbofish(&sig));
        let direct = self.direct(&quote!(Self::#fresh #turbofish (#(#given),*)));
        let declared = self.method_step(step, &fresh);
        quote_spanned! {Span::mixed_site()=>
            #(#attrs)*
            #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::too_many_arguments, reason = "written by #[stash]")]
            #vis #sig {
                #direct
            }

            #[doc(hidden)]
            fn #function() -> &'static #scrat::__private::Function {
                #registration
                &__SCRAT_FUNCTION
            }

            #[doc(hidden)]
            fn #closure() -> impl ::core::ops::Fn() {
                || ()
            }

            #[doc(hidden)]
            #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::too_many_arguments, reason = "written by #[stash]")]
            #body #block

            #declared
        }
    }

    /// The step of a method.
    fn method_step(&self, step: &Ident, fresh: &Ident) -> Option<TokenStream> {
        let scrat = &self.parsed.scrat;
        let Written { vis, sig, .. } = &self.function;
        let (mixed, taken) = (Span::mixed_site(), self.taken()?);
        let generics = self.step_generics(&taken);
        let (generics, _, where_clause) = generics.split_for_impl();
        let parameters = self.parsed.parameters.iter().zip(&taken).map(|(parameter, taken)| {
            let (name, kind) = (&parameter.name, &taken.kind);
            quote!(#name: #kind)
        });
        let receiver = self.parsed.receiver.as_ref();
        let this = Ident::new("this", mixed);
        let parameters =
            receiver.map(|_| quote!(#this: impl #scrat::__private::IntoInput<Self>)).into_iter().chain(parameters);
        let accepted_self = receiver.map(|receiver| self.accepted_self(receiver));
        let add_self = accepted_self.as_ref().map(|accepted| {
            quote_spanned!(mixed=> #scrat::__private::StepBuilder::add(&mut builder, "self", &#accepted, #this);)
        });
        let take_self = accepted_self
            .as_ref()
            .map(|accepted| quote_spanned!(mixed=> let #this = #scrat::__private::Inputs::take(inputs, &#accepted);));
        let given_self = receiver.map(|receiver| match receiver.kind {
            ReceiverKind::Reference(..) => quote!(&#this),
            _ => quote!(#scrat::__private::Loaded::into_owned(#this)?),
        });
        let given = given_self.into_iter().chain(taken.iter().map(|taken| taken.given.clone()));
        let counted: Vec<_> = self.parsed.counted().map(|parameter| &parameter.name).collect();
        let accepted = self.parsed.counted().map(Parameter::accepted);
        let inputs_added = self.parsed.counted().map(|parameter| self.step_input(parameter));
        let types = &self.parsed.types;
        let (function, within) = (self.static_of_method(), self.within_impl());
        let (value, asking, shape) = (self.parsed.value(sig), self.parsed.asking(), self.parsed.shape_as_written(sig));
        let (known, turbofish, words) = (self.parsed.known(&shape), turbofish(sig), self.parsed.words());
        Some(quote_spanned! {mixed=>
            /// Declares a call of the method as a step: `self` and each parameter take a value or a `Step` of it.
            #[allow(dead_code, clippy::type_complexity, clippy::too_many_arguments, clippy::must_use_candidate, reason = "written by #[stash]")]
            #vis fn #step #generics (#(#parameters),*) -> #scrat::Step<#value> #where_clause {
                #asking
                let mut builder = #scrat::__private::StepBuilder::new(#function);
                #scrat::__private::StepBuilder::add_method(&mut builder, #within);
                #scrat::__private::StepBuilder::add_type::<Self>(&mut builder);
                #(#scrat::__private::StepBuilder::add_type::<#types>(&mut builder);)*
                #add_self
                #(#inputs_added)*
                let run = move |inputs: &mut #scrat::__private::Inputs| {
                    let _ = &inputs;
                    #take_self
                    #(let #counted = #scrat::__private::Inputs::take(inputs, &#accepted);)*
                    #scrat::__private::ran(#shape, #known, Self::#fresh #turbofish (#(#given),*), #words)
                };
                #scrat::__private::StepBuilder::build(builder, #shape, #known, ::std::boxed::Box::new(run))
            }
        })
    }
}
