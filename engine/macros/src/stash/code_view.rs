//! What stands for a stashed function where its code is looked at and never run: `engine/src/code_view.rs` says why.
//!
//! Everything has the name and the signature that it has in the program, so that the user's code compiles. The body is
//! in a closure, whose type has all types of the function, and so has what the compiler makes of it a name of its own for
//! each. Whatever else stands beside the function makes the body visible, and does nothing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::{Stashed, turbofish};
use crate::borrowed::first_impl;
use crate::code;
use crate::signature::{Parameter, Written};

impl Stashed {
    pub(super) fn code_view(&self) -> TokenStream {
        if self.is_method() { self.method_view() } else { self.free_view() }
    }

    fn free_view(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let Written { attrs, vis, sig, block, .. } = &self.function;
        let name = &sig.ident;
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let (names, kinds): (Vec<_>, Vec<_>) =
            self.parsed.parameters.iter().map(|parameter| (&parameter.name, &parameter.kind)).unzip();
        let inputs = &sig.inputs;
        let companion = self.companion();
        let (cfgs, path, beside) = (&companion.cfgs, companion.path(), companion.declare());
        let turbofish = turbofish(sig);
        let types = &self.parsed.types;
        let see = if types.is_empty() {
            quote!(see_function::<__ScratKey, _, _>)
        } else {
            quote!(see_instance::<__ScratKey, (#(::core::marker::PhantomData<#types>,)*), _, _>)
        };
        let body = self.body_view(&see, &quote!(#block));
        let (kept, returned) = (self.kept(), self.returned_view());
        let (step, shelve) = if self.is_async() {
            (None, None)
        } else {
            (self.step_view(), self.each().is_none().then(|| self.shelve_view()))
        };
        let seen = quote!(drop(Self::call_fresh #turbofish (#(#names),*)));
        quote_spanned! {Span::mixed_site()=>
            #(#attrs)*
            #[allow(warnings, reason = "written by #[stash]")]
            #vis fn #name #generics (#(#names: #kinds),*) -> #returned #where_clause {
                #path::call_fresh #turbofish (#(#names),*)
            }

            #beside

            #(#cfgs)*
            #[allow(warnings, reason = "written by #[stash]")]
            impl #path {
                #step

                #vis fn call_fresh #generics (#inputs) -> #returned #where_clause {
                    #body
                }

                #shelve

                #vis fn is_stashed #generics (#(#names: #kinds),*) -> bool #where_clause {
                    #scrat::__private::absent_but(|| #seen)
                }

                #vis fn forget #generics (#(#names: #kinds),*) -> ::core::result::Result<bool, #scrat::StashError> #where_clause {
                    #scrat::__private::absent_but(|| #seen)
                }

                #vis fn clear() -> ::core::result::Result<usize, #scrat::StashError> {
                    #scrat::__private::absent()
                }

                #vis fn totals() -> ::core::result::Result<#scrat::FunctionTotals, #scrat::StashError> {
                    #scrat::__private::absent()
                }

                #vis fn stats() -> #scrat::Stats {
                    #scrat::__private::absent()
                }
            }

            #kept
        }
    }

    fn method_view(&self) -> TokenStream {
        let Written { attrs, vis, block, .. } = &self.function;
        let (mut sig, rebind) = self.named();
        if sig.asyncness.take().is_some() {
            let returned = self.returned_view();
            sig.output = syn::parse_quote!(-> #returned);
        }
        let Some(step) = &self.options.step else {
            let body = self.body_view(&quote!(see_method::<__ScratKey, _, _>), &quote!(#rebind #block));
            return quote! {
                #(#attrs)*
                #[allow(warnings, reason = "written by #[stash]")]
                #vis #sig {
                    #body
                }
            };
        };
        // The body stands in a function of the name that the closure is in which tells the impl to a key.
        let hidden = syn::Signature { ident: self.hidden(""), ..self.function.sig.clone() };
        let (name, given, turbofish) = (&hidden.ident, self.given_to_method(), turbofish(&sig));
        let body = self.body_view(&quote!(see_method::<__ScratKey, _, _>), &quote!(#block));
        let step = self.method_step_view(step);
        quote! {
            #(#attrs)*
            #[allow(warnings, reason = "written by #[stash]")]
            #vis #sig {
                Self::#name #turbofish (#(#given),*)
            }

            #[allow(warnings, reason = "written by #[stash]")]
            #hidden {
                #body
            }

            #step
        }
    }

    /// What a method hands on.
    pub(super) fn given_to_method(&self) -> Vec<TokenStream> {
        let this = self.parsed.receiver.iter().map(|receiver| {
            let word = receiver.self_token;
            quote!(#word)
        });
        this.chain(self.parsed.parameters.iter().map(|parameter| parameter.name.to_token_stream())).collect()
    }

    /// The step of a method, which gives it what a step gives it.
    fn method_step_view(&self, step: &Ident) -> Option<TokenStream> {
        let scrat = &self.parsed.scrat;
        let Written { vis, sig, .. } = &self.function;
        let (name, taken) = (self.hidden(""), self.taken()?);
        let generics = self.step_generics(&taken);
        let (generics, _, where_clause) = generics.split_for_impl();
        let receiver = self.parsed.receiver.as_ref();
        let this = receiver.map(|_| quote!(_: impl #scrat::__private::IntoInput<Self>));
        let parameters = self.parsed.parameters.iter().zip(&taken).map(|(parameter, taken)| {
            let (name, kind) = (&parameter.name, &taken.kind);
            quote!(#name: #kind)
        });
        let parameters = this.into_iter().chain(parameters);
        let given_self = receiver.map(|receiver| match receiver.kind {
            syn::ReceiverKind::Reference(..) => quote!(&#scrat::__private::absent::<Self>()),
            _ => quote!(#scrat::__private::absent::<Self>()),
        });
        let given = self.parsed.parameters.iter().zip(&taken).map(|(parameter, taken)| match parameter {
            Parameter { ignored: true, .. } => taken.given.clone(),
            Parameter { kind, .. } => quote!(#scrat::__private::absent::<#kind>()),
        });
        let given = given_self.into_iter().chain(given);
        let (value, turbofish) = (self.parsed.value(sig), turbofish(sig));
        Some(quote_spanned! {Span::mixed_site()=>
            #[allow(warnings, reason = "written by #[stash]")]
            #vis fn #step #generics (#(#parameters),*) -> #scrat::Step<#value> #where_clause {
                #scrat::__private::absent_but(|| drop(Self::#name #turbofish (#(#given),*)))
            }
        })
    }

    /// The body, with all that the arguments and the value need on their way into the stash and back.
    fn body_view(&self, see: &TokenStream, block: &TokenStream) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let key = code::key(&self.function.sig.ident);
        let this = self
            .parsed
            .receiver
            .iter()
            .map(|_| quote!(#scrat::__private::form!(#scrat::__private::Probe::<Self>::NEW)));
        let arguments = self.parsed.counted().map(Parameter::form);
        let arguments = this.chain(arguments);
        let hashers = self.parsed.counted().filter_map(|parameter| {
            let (hasher, inner) = (parameter.hasher.as_ref()?, parameter.inner());
            Some(quote!(<#hasher as #scrat::Hasher<#inner>>::hash as *const ()))
        });
        let (output, asking, form) =
            (&self.parsed.output, self.parsed.asking(), self.parsed.form(&self.parsed.shape()));
        let (is_async, each) = (self.is_async(), self.each_view());
        let block = if is_async { quote!(#scrat::__private::polled(async move { #block })) } else { block.clone() };
        let data = &self.compiled.data;
        let data = (!data.is_empty()).then(|| quote!(#scrat::__private::see_data(const { &[#(#data),*] });));
        let body = quote_spanned! {Span::mixed_site()=>
            #scrat::__private::#see(move || -> #output {
                #data
                #(#scrat::__private::coded_argument(#arguments);)*
                #(#scrat::__private::see_code(#hashers);)*
                {
                    #asking
                    #scrat::__private::coded_value(#form);
                }
                #each
                #block
            })
        };
        let body = if is_async { quote!(::core::future::ready(#body)) } else { body };
        quote_spanned! {Span::mixed_site()=>
            struct __ScratKey;
            impl #scrat::__private::Key for __ScratKey {
                const KEY: &'static str = #key;
            }
            #body
        }
    }

    /// What a function returns. An async one does all its work at once, so that whoever names it reaches its code.
    fn returned_view(&self) -> TokenStream {
        let output = &self.parsed.output;
        if self.is_async() { quote!(impl ::core::future::Future<Output = #output>) } else { quote!(#output) }
    }

    /// `shelve(…)`.
    fn shelve_view(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let Written { vis, sig, .. } = &self.function;
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let (names, kinds): (Vec<_>, Vec<_>) =
            self.parsed.parameters.iter().map(|parameter| (&parameter.name, &parameter.kind)).unzip();
        let (shelved, turbofish) = (self.parsed.shelved(sig), turbofish(sig));
        quote_spanned! {Span::mixed_site()=>
            #vis fn shelve #generics (#(#names: #kinds),*) -> #shelved #where_clause {
                #scrat::__private::absent_but(|| drop(Self::call_fresh #turbofish (#(#names),*)))
            }
        }
    }

    /// `step(…)`, which gives the function what a step gives it.
    fn step_view(&self) -> Option<TokenStream> {
        let scrat = &self.parsed.scrat;
        let Written { vis, sig, .. } = &self.function;
        let taken = self.taken()?;
        let generics = self.step_generics(&taken);
        let (generics, _, where_clause) = generics.split_for_impl();
        let names = self.parsed.parameters.iter().map(|parameter| &parameter.name);
        let kinds = taken.iter().map(|taken| &taken.kind);
        let given = self.parsed.parameters.iter().zip(&taken).map(|(parameter, taken)| match parameter {
            Parameter { ignored: true, .. } => taken.given.clone(),
            Parameter { kind, .. } => quote!(#scrat::__private::absent::<#kind>()),
        });
        let (value, turbofish) = (self.parsed.value(sig), turbofish(sig));
        Some(quote_spanned! {Span::mixed_site()=>
            #vis fn step #generics (#(#names: #kinds),*) -> #scrat::Step<#value> #where_clause {
                #scrat::__private::absent_but(|| drop(Self::call_fresh #turbofish (#(#given),*)))
            }
        })
    }

    /// Has a function compiled even if nobody calls it: without types of its own there is one of it.
    fn kept(&self) -> Option<TokenStream> {
        let scrat = &self.parsed.scrat;
        let is_one = |kind: &Type| first_impl(kind).is_none();
        let sig = &self.function.sig;
        if sig.generics.type_params().next().is_some()
            || !self.parsed.parameters.iter().all(|parameter| is_one(&parameter.kind))
        {
            return None;
        }
        let companion = self.companion();
        let (cfgs, path) = (&companion.cfgs, companion.path());
        Some(quote_spanned! {Span::mixed_site()=>
            #(#cfgs)*
            #[allow(warnings, reason = "written by #[stash]")]
            const _: () = {
                fn keep() {
                    #scrat::__private::see_code(#path::call_fresh as *const ());
                }
                #[used]
                static __SCRAT_KEPT: fn() = keep;
            };
        })
    }
}
