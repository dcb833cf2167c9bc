//! `#[stash]`: a function and, unless it is a method, a type of its name.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, ItemFn, Pat};

use crate::code::{Compiled, analyse};
use crate::options::Options;
use crate::signature::{Parameter, Parsed};

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options = Options::parse(options)?;
    let function: ItemFn =
        syn::parse2(item).map_err(|error| syn::Error::new(error.span(), "#[stash] goes on a function with a body"))?;
    Stashed::new(options, function).map(|stashed| stashed.expand())
}

struct Stashed {
    options: Options,
    function: ItemFn,
    parsed: Parsed,
    compiled: Compiled,
}

impl Stashed {
    fn new(options: Options, mut function: ItemFn) -> syn::Result<Self> {
        let parsed = Parsed::new(&mut function)?;
        let compiled = analyse(&function.sig.ident)?;
        Ok(Self { options, function, parsed, compiled })
    }

    fn expand(&self) -> TokenStream {
        if self.parsed.receiver.is_some() || self.compiled.is_method { self.method() } else { self.free() }
    }

    /// A function beside a type of its name, which holds the body.
    fn free(&self) -> TokenStream {
        let ItemFn { attrs, vis, sig, block, .. } = &self.function;
        let name = &sig.ident;
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let output = &self.parsed.output;
        let lints = attrs.iter().filter(|attribute| is_lint(attribute));
        let parameters: Vec<_> = self.parsed.parameters.iter().collect();
        let names: Vec<_> = parameters.iter().map(|parameter| &parameter.name).collect();
        let kinds: Vec<_> = parameters.iter().map(|parameter| &parameter.kind).collect();
        let inputs = &sig.inputs;
        let registration = self.registration();
        let turbofish = turbofish(sig);
        let fresh = quote!(#name::call_fresh #turbofish (#(#names),*));
        let direct = self.direct(&fresh);
        let tell = self.tell();
        let step = self.step();
        let ignored_lints = quote!(#[allow(dead_code, clippy::too_many_arguments, clippy::needless_pass_by_value, clippy::ptr_arg, clippy::must_use_candidate, clippy::missing_errors_doc, clippy::missing_panics_doc, reason = "written by #[stash]")]);
        let keep_attributes = attrs.iter();
        quote! {
            #(#keep_attributes)*
            #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::too_many_arguments, reason = "written by #[stash]")]
            #vis fn #name #generics (#(#names: #kinds),*) -> #output #where_clause {
                #direct
            }

            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, clippy::empty_enums, reason = "it is named like the function")]
            #vis enum #name {}

            #ignored_lints
            impl #name {
                #registration

                #step

                /// Runs the function, and stores nothing.
                #(#lints)*
                #vis fn call_fresh #generics (#inputs) -> #output #where_clause #block

                /// Whether a call with these arguments would find its value.
                #[allow(unused_variables, reason = "what is left out of the key is not looked at")]
                #vis fn is_stashed #generics (#(#names: #kinds),*) -> bool #where_clause {
                    ::scrat::__private::is_stashed(Self::__function(), #tell)
                }

                /// Forgets the value of a call with these arguments, and says whether there was one.
                #[allow(unused_variables, reason = "what is left out of the key is not looked at")]
                #vis fn forget #generics (#(#names: #kinds),*) -> ::core::result::Result<bool, ::scrat::StashError> #where_clause {
                    ::scrat::__private::forget(Self::__function(), #tell)
                }

                /// Forgets every value of the function, of any code and arguments, and says how many there were.
                #vis fn clear() -> ::core::result::Result<usize, ::scrat::StashError> {
                    ::scrat::__private::clear(Self::__function())
                }

                /// Counts of the calls in this process.
                #vis fn stats() -> ::scrat::Stats {
                    ::scrat::__private::stats(Self::__function())
                }
            }
        }
    }

    /// A method keeps its body in itself: nothing can stand beside it.
    fn method(&self) -> TokenStream {
        let ItemFn { attrs, vis, sig, block, .. } = &self.function;
        let mut sig = sig.clone();
        // Arguments are borrowed for their digests before the body takes them apart.
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
        let output = &self.parsed.output;
        let registration = self.registration();
        let direct = self.direct(&quote!({
            #[allow(clippy::redundant_closure_call, reason = "`return` and `?` in the body must end the body alone")]
            (move || -> #output { #rebind #block })()
        }));
        quote! {
            #(#attrs)*
            #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::too_many_arguments, reason = "written by #[stash]")]
            #vis #sig {
                #registration
                #direct
            }
        }
    }

    /// The memoized call around an expression that runs the body.
    fn direct(&self, fresh: &TokenStream) -> TokenStream {
        let tell = self.tell();
        let value = &self.parsed.value;
        let required = self.requirements();
        let (hit, finish) = if self.parsed.fallible {
            (quote!(::core::result::Result::Ok(value)), quote!(finish_result))
        } else {
            (quote!(value), quote!(finish))
        };
        let function = self.function_path();
        quote! {
            #required
            match ::scrat::__private::begin::<#value>(#function, ::scrat::__private::nature!(#value), #tell) {
                ::scrat::__private::Begun::Hit(value) => #hit,
                ::scrat::__private::Begun::Miss(pending) => pending.#finish(#fresh),
            }
        }
    }

    /// Checks of types that point at the user's own tokens.
    fn requirements(&self) -> TokenStream {
        let mut checks = TokenStream::new();
        for parameter in self.parsed.parameters.iter().filter(|parameter| !parameter.ignored) {
            let owned = &parameter.owned;
            checks.extend(quote_spanned!(parameter.kind.span()=> ::scrat::__private::require_value::<#owned>();));
        }
        let value = &self.parsed.value;
        checks.extend(quote_spanned!(value.span()=> ::scrat::__private::require_value::<#value>();));
        if !self.parsed.fallible {
            checks.extend(quote_spanned! {value.span()=>
                {
                    #[allow(unused_imports, reason = "it stands back behind the inherent constant of a Result")]
                    use ::scrat::__private::NoResult as _;
                    const {
                    ::core::assert!(
                        !::scrat::__private::Returned::<#value>::IS_RESULT,
                        "a stashed function writes `Result` out: behind an alias, its errors would be stored"
                    );
                    }
                }
            });
        }
        checks
    }

    fn function_path(&self) -> TokenStream {
        if self.parsed.receiver.is_some() || self.compiled.is_method {
            return quote!(&__SCRAT_FUNCTION);
        }
        let name = &self.function.sig.ident;
        quote!(#name::__function())
    }

    /// A closure that tells the arguments.
    fn tell(&self) -> TokenStream {
        let types = Parsed::type_parameters(&self.function.sig);
        let this = self.parsed.receiver.as_ref().map(|receiver| {
            let this = if let syn::ReceiverKind::Reference(..) = receiver.kind { quote!(self) } else { quote!(&self) };
            quote_spanned! {receiver.span()=>
                arguments.add::<Self, Self>("self", #this, ::scrat::__private::sameness!(Self))?;
            }
        });
        let self_type =
            (self.parsed.receiver.is_some() || self.compiled.is_method).then(|| quote!(arguments.add_type::<Self>();));
        let told = self.parsed.parameters.iter().filter(|parameter| !parameter.ignored).map(|parameter| {
            let Parameter { name, borrowed, owned, .. } = parameter;
            let text = name.unraw().to_string();
            let value = if *borrowed { quote!(#name) } else { quote!(&#name) };
            let told = parameter.told();
            quote!(arguments.add::<#owned, #told>(#text, #value, ::scrat::__private::sameness!(#told))?;)
        });
        quote! {
            |arguments| {
                let _ = &arguments;
                #self_type
                #(arguments.add_type::<#types>();)*
                #this
                #(#told)*
                ::core::result::Result::Ok(())
            }
        }
    }

    /// `step(…)`.
    fn step(&self) -> TokenStream {
        let ItemFn { vis, sig, .. } = &self.function;
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let names: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.name).collect();
        let owned: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.owned).collect();
        let types = Parsed::type_parameters(sig);
        let value = &self.parsed.value;
        let passed = self.parsed.parameters.iter().map(|parameter| {
            let name = &parameter.name;
            if parameter.borrowed { quote!(&#name) } else { quote!(#name.into_owned()?) }
        });
        let turbofish = turbofish(sig);
        let ran = if self.parsed.fallible {
            quote!(Self::call_fresh #turbofish (#(#passed),*).map_err(::scrat::__private::Failure::of)?)
        } else {
            quote!(Self::call_fresh #turbofish (#(#passed),*))
        };
        quote! {
            /// Declares a call as a step: each parameter takes its value, a `Step` of it, a reference to such a
            /// step, or, for a `Vec`, a `Vec` of steps.
            #vis fn step #generics (#(#names: impl ::scrat::__private::IntoInput<#owned>),*) -> ::scrat::Step<#value> #where_clause {
                ::scrat::__private::StepBuilder::new(Self::__function())
                    #(.with_type::<#types>())*
                    #(.with::<#owned>(#names, ::scrat::__private::nature!(#owned)))*
                    .build::<#value>(|inputs| {
                        let _ = &inputs;
                        #(let #names = inputs.take::<#owned>(::scrat::__private::nature!(#owned));)*
                        ::core::result::Result::Ok(::scrat::__private::Ran::new::<#value>(#ran))
                    }, ::scrat::__private::nature!(#value))
            }
        }
    }

    /// The static that describes the function, and its entry in the program's list.
    fn registration(&self) -> TokenStream {
        let name = match &self.options.name {
            Some(name) => name.to_token_stream(),
            None => self.compiled.name.clone(),
        };
        let parameters = self.parsed.receiver.iter().map(|_| (String::from("self"), false));
        let parameters = parameters
            .chain(
                self.parsed.parameters.iter().map(|parameter| (parameter.name.unraw().to_string(), parameter.ignored)),
            )
            .map(|(name, ignored)| quote!(::scrat::__private::Parameter { name: #name, ignored: #ignored }));
        let options = self.options.to_tokens();
        let code = &self.compiled.code;
        let tracked = &self.compiled.tracked;
        let watched = &self.options.watched;
        let result = self.result();
        let statics = quote! {
            #tracked
            #(
                #[allow(unused_imports, reason = "it says whether what is watched is there")]
                use #watched as _;
            )*
            static __SCRAT_FUNCTION: ::scrat::__private::Function = ::scrat::__private::Function::new(
                #name,
                (::core::module_path!(), ::core::file!(), ::core::line!()),
                &[#(#parameters),*],
                #options,
                #code,
            ) #result;
            ::scrat::__private::inventory::submit! { ::scrat::__private::Registered(&__SCRAT_FUNCTION) }
        };
        if self.parsed.receiver.is_some() || self.compiled.is_method {
            return statics;
        }
        quote! {
            #[doc(hidden)]
            fn __function() -> &'static ::scrat::__private::Function {
                #statics
                &__SCRAT_FUNCTION
            }
        }
    }
}

impl Stashed {
    /// What tells the type of its results, if that is one for all calls and can be named beside the function.
    fn result(&self) -> TokenStream {
        let is_method = self.parsed.receiver.is_some() || self.compiled.is_method;
        if is_method || self.function.sig.generics.type_params().next().is_some() {
            return TokenStream::new();
        }
        let value = &self.parsed.value;
        quote_spanned!(value.span()=> .with_result(::scrat::__private::KindOf::of::<#value>()))
    }
}

fn turbofish(sig: &syn::Signature) -> TokenStream {
    let types: Vec<&Ident> = sig.generics.type_params().map(|parameter| &parameter.ident).collect();
    if types.is_empty() { TokenStream::new() } else { quote!(::<#(#types),*>) }
}

fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|lint| attribute.path().is_ident(lint))
}
