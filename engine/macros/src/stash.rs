//! `#[stash]`: a function and, unless it is a method, a type of its name.
//!
//! Nothing of the user's can get into the way of what is written here. Variables have the macro's own hygiene
//! (`mixed_site`), so that no parameter is one of them; paths start at a crate; methods are called by their type's name.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

use crate::code::{self, Compiled};
use crate::companion::Companion;
use crate::options::Options;
use crate::pass::Pass;
use crate::root::Root;
use crate::signature::{Parameter, Parsed, Written};

mod code_view;
mod each;
mod method;
mod steps;

pub(crate) fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options = Options::parse(options)?;
    let function: Written =
        syn::parse2(item).map_err(|error| syn::Error::new(error.span(), "#[stash] goes on a function with a body"))?;
    let pass = Pass::current();
    let stashed = Stashed::new(options, function, pass)?;
    Ok(if pass == Pass::Code { stashed.code_view() } else { stashed.expand() })
}

struct Stashed {
    options: Options,
    function: Written,
    parsed: Parsed,
    compiled: Compiled,
}

impl Stashed {
    fn new(options: Options, mut function: Written, pass: Pass) -> syn::Result<Self> {
        if let Some(second) = function.attrs.iter().find(|attribute| is_stash(attribute)) {
            return Err(syn::Error::new_spanned(
                second,
                "a function is stashed once: write all options in one #[stash(…)]",
            ));
        }
        let scrat = Root::new(options.krate.clone(), "stash")?;
        let mut parsed = Parsed::new(&mut function, scrat, &options)?;
        let has_types = parsed.receiver.is_some() || !parsed.types.is_empty();
        let compiled = code::find(&function.sig.ident, has_types, &options, pass, &parsed.scrat)?;
        parsed.is_in_impl = parsed.receiver.is_some() || compiled.is_method;
        let stashed = Self { options, function, parsed, compiled };
        stashed.check_each()?;
        stashed.check_step()?;
        Ok(stashed)
    }

    fn is_method(&self) -> bool {
        self.parsed.receiver.is_some() || self.compiled.is_method
    }

    fn is_async(&self) -> bool {
        self.function.sig.asyncness.is_some()
    }

    fn expand(&self) -> TokenStream {
        if self.is_method() { self.method() } else { self.free() }
    }

    fn companion(&self) -> Companion<'_> {
        Companion {
            function: &self.function.sig.ident,
            visibility: &self.function.vis,
            beside: self.compiled.beside,
            mark: &self.compiled.mark,
            cfgs: self.function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect(),
        }
    }

    /// A function beside a type of its name, which holds the body.
    fn free(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let Written { attrs, vis, sig, block, .. } = &self.function;
        let (name, asyncness) = (&sig.ident, &sig.asyncness);
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let output = &self.parsed.output;
        let lints = attrs.iter().filter(|attribute| is_lint(attribute));
        let names: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.name).collect();
        let kinds: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.kind).collect();
        let inputs = &sig.inputs;
        let companion = self.companion();
        let (cfgs, path, beside) = (&companion.cfgs, companion.path(), companion.declare());
        let registration = self.registration();
        let turbofish = turbofish(sig);
        let each = self.each();
        let direct = match &each {
            Some(_) => quote!(#path::__each #turbofish (#(#names),*)),
            None => self.direct(&quote!(#path::call_fresh #turbofish (#(#names),*))),
        };
        let (counted, counted_kinds): (Vec<_>, Vec<_>) =
            self.parsed.counted().map(|parameter| (&parameter.name, &parameter.kind)).unzip();
        let tell = self.tell();
        let told = self.told();
        let known = self.known(&quote!(Self), &self.parsed.shape());
        let asking = self.parsed.asking();
        let kind = quote!({ #asking #scrat::__private::Known::kind_of(&#known) });
        // A step runs on a thread, where no executor is.
        let (step, shelve) =
            if self.is_async() { (None, None) } else { (self.step(), each.is_none().then(|| self.shelve())) };
        let each_beside = each.as_ref().map(|each| self.each_beside(each));
        let (is_stashed, forget) = each.as_ref().map(|each| self.each_looks(each)).unwrap_or_else(|| {
            let look = |what: TokenStream| quote!(#scrat::__private::#what(Self::__function(), #kind, &#told));
            (look(quote!(is_stashed)), look(quote!(forget)))
        });
        let arguments_of = self.parsed.counted().map(|parameter| {
            let (ask, inner, accepted) = (ask(parameter), parameter.inner(), parameter.accepted());
            quote! {
                #[doc(hidden)]
                fn #ask #generics () -> #scrat::__private::Accepted<#inner> #where_clause {
                    #accepted
                }
            }
        });
        let value_of = self.names_value().then(|| {
            let (value, asking) = (self.parsed.value(sig), self.parsed.asking());
            let known = self.parsed.known(&self.parsed.shape());
            quote! {
                #[doc(hidden)]
                fn __known #generics () -> #scrat::__private::Known<#value> #where_clause {
                    #asking
                    #known
                }
            }
        });
        let has_types = sig.generics.type_params().next().is_some();
        let kind_of = (!has_types).then(|| {
            quote! {
                #[doc(hidden)]
                fn __kind() -> #scrat::__private::KindOf {
                    #scrat::__private::Known::kind_of(&Self::__known())
                }
            }
        });
        let keep_attributes = attrs.iter();
        let is_placed = attrs.iter().any(|attribute| attribute.path().is_ident("inline"));
        let apart = (!is_placed).then(|| quote!(#[inline(never)]));
        let mixed = Span::mixed_site();
        let arguments = Ident::new("arguments", mixed);
        quote_spanned! {mixed=>
            #(#keep_attributes)*
            #[allow(clippy::needless_pass_by_value, clippy::ptr_arg, clippy::too_many_arguments, clippy::needless_pass_by_ref_mut, reason = "written by #[stash]")]
            #apart
            #vis #asyncness fn #name #generics (#(#names: #kinds),*) -> #output #where_clause {
                #direct
            }

            #beside

            #(#cfgs)*
            #[allow(dead_code, clippy::type_complexity, clippy::multiple_bound_locations, clippy::too_many_arguments, clippy::needless_pass_by_value, clippy::needless_pass_by_ref_mut, clippy::ptr_arg, clippy::must_use_candidate, clippy::missing_errors_doc, clippy::missing_panics_doc, reason = "written by #[stash]")]
            impl #path {
                #registration

                #step

                #(#arguments_of)*

                #value_of

                #kind_of

                /// Runs the function, and stores nothing.
                #(#lints)*
                #[inline(never)]
                #vis #asyncness fn call_fresh #generics (#inputs) -> #output #where_clause #block

                #shelve

                #each_beside

                /// Whether a call with these arguments would find its value.
                #[allow(unused_variables, reason = "what is left out of the key is not looked at")]
                #vis fn is_stashed #generics (#(#names: #kinds),*) -> bool #where_clause {
                    #is_stashed
                }

                /// Forgets the value of a call with these arguments, and says whether there was one.
                #[allow(unused_variables, reason = "what is left out of the key is not looked at")]
                #vis fn forget #generics (#(#names: #kinds),*) -> ::core::result::Result<bool, #scrat::StashError> #where_clause {
                    #forget
                }

                /// Forgets every value of the function, of any code and arguments, and says how many there were.
                #vis fn clear() -> ::core::result::Result<usize, #scrat::StashError> {
                    #scrat::__private::clear(Self::__function())
                }

                /// What of the function is stored, with counts of its calls in all processes.
                #[inline]
                #vis fn totals() -> ::core::result::Result<#scrat::FunctionTotals, #scrat::StashError> {
                    #scrat::__private::totals(Self::__function())
                }

                /// Counts of the calls in this process.
                #vis fn stats() -> #scrat::Stats {
                    #scrat::__private::stats(Self::__function())
                }

                #[doc(hidden)]
                #[allow(clippy::trivially_copy_pass_by_ref, clippy::extra_unused_lifetimes, clippy::extra_unused_type_parameters, reason = "whatever the types are")]
                fn __tell #generics (
                    #arguments: &mut #scrat::__private::Arguments,
                    (#(#counted,)*): (#(&#counted_kinds,)*),
                ) #where_clause {
                    #tell
                }
            }
        }
    }

    /// The memoized call around an expression that runs the body.
    fn direct(&self, fresh: &TokenStream) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let shape = self.parsed.shape();
        let known = self.known(&self.companion().path(), &shape);
        let told = self.told();
        let function = if self.is_method() {
            self.static_of_method()
        } else {
            let path = self.companion().path();
            quote!(#path::__function())
        };
        let (asking, mixed) = (self.parsed.asking(), Span::mixed_site());
        // The import ends before the body begins.
        if self.is_async() {
            return quote_spanned! {mixed=>
                let begun = { #asking #scrat::__private::begin_async(#function, #shape, #known, &#told).await };
                let pending = match begun {
                    #scrat::__private::Awaited::Hit(value) => return value,
                    #scrat::__private::Awaited::Miss(pending) => pending,
                };
                #scrat::__private::AwaitedPending::finish(pending, #fresh).await
            };
        }
        quote_spanned! {mixed=>
            let begun = { #asking #scrat::__private::begin(#function, #shape, #known, &#told) };
            match begun {
                #scrat::__private::Begun::Hit(value) => value,
                #scrat::__private::Begun::Miss(pending) => #scrat::__private::Pending::finish(pending, #fresh),
            }
        }
    }

    /// What tells the arguments.
    fn told(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let mixed = Span::mixed_site();
        if self.is_method() {
            let tell = self.tell();
            let within = self.within_impl();
            return quote_spanned! {mixed=>
                |arguments: &mut #scrat::__private::Arguments| {
                    #scrat::__private::Arguments::add_method(arguments, #within);
                    #tell
                }
            };
        }
        let path = self.companion().path();
        let turbofish = turbofish(&self.function.sig);
        let counted = self.parsed.counted().map(|parameter| &parameter.name);
        quote_spanned!(mixed=> #scrat::__private::telling(#path::__tell #turbofish, (#(&#counted,)*)))
    }

    /// Statements that tell the arguments: those of a free function are borrowed there, those of a method are not.
    fn tell(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let mixed = Span::mixed_site();
        let types = &self.parsed.types;
        let this = self.parsed.receiver.as_ref().map(|receiver| {
            let span = receiver.span();
            let this = if let syn::ReceiverKind::Reference(..) = receiver.kind {
                quote_spanned!(span=> self)
            } else {
                quote_spanned!(span=> &self)
            };
            let accepted = self.accepted_self(receiver);
            quote_spanned!(mixed=> #scrat::__private::Arguments::add(arguments, "self", #accepted, #this);)
        });
        let self_type = self
            .is_method()
            .then(|| quote_spanned!(mixed=> #scrat::__private::Arguments::add_type::<Self>(arguments);));
        let told = self.parsed.counted().map(|parameter| self.told_parameter(parameter));
        quote_spanned! {mixed=>
            let _ = &arguments;
            #self_type
            #(#scrat::__private::Arguments::add_type::<#types>(arguments);)*
            #this
            #(#told)*
        }
    }

    /// A statement that tells an argument.
    fn told_parameter(&self, parameter: &Parameter) -> TokenStream {
        let (scrat, mixed) = (&self.parsed.scrat, Span::mixed_site());
        let Parameter { name, text, .. } = parameter;
        let accepted = self.asked(parameter);
        let value = match (self.is_method(), parameter.borrows()) {
            (true, false) => quote!(&#name),
            _ => quote!(#name),
        };
        match parameter.default(&quote_spanned!(mixed=> default)) {
            None => quote_spanned!(mixed=> #scrat::__private::Arguments::add(arguments, #text, #accepted, #value);),
            Some((default, lent)) => quote_spanned! {mixed=>
                match ::core::convert::identity(#default) {
                    default => #scrat::__private::Arguments::add_with_default(arguments, #text, #accepted, #value, #lent),
                }
            },
        }
    }

    /// Whether the type of the value can be written down whatever the function's own types are.
    fn names_value(&self) -> bool {
        !self.is_method() && !self.parsed.returns_own_types(&self.function.sig)
    }

    /// What is known of the value.
    fn known(&self, path: &impl ToTokens, shape: &TokenStream) -> TokenStream {
        if !self.names_value() {
            return self.parsed.known(shape);
        }
        let turbofish = turbofish(&self.function.sig);
        quote!(#path::__known #turbofish ())
    }

    /// What is known of a parameter of a free function: it is checked in one place beside it.
    fn asked(&self, parameter: &Parameter) -> TokenStream {
        if self.is_method() {
            return parameter.accepted();
        }
        let (ask, turbofish) = (ask(parameter), turbofish(&self.function.sig));
        quote!(Self::#ask #turbofish ())
    }

    /// `shelve(…)`. It is compiled only where it is called.
    fn shelve(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let Written { vis, sig, .. } = &self.function;
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let (names, kinds): (Vec<_>, Vec<_>) =
            self.parsed.parameters.iter().map(|parameter| (&parameter.name, &parameter.kind)).unzip();
        let (asking, shape) = (self.parsed.asking(), self.parsed.shape_as_written(sig));
        let (known, told) = (self.known(&quote!(Self), &shape), self.told());
        let (shelved, turbofish) = (self.parsed.shelved(sig), turbofish(sig));
        quote_spanned! {Span::mixed_site()=>
            /// A handle of the value of a call with these arguments, which is computed and stored if it is not there. The
            /// value is loaded when the handle is asked for it.
            #[inline]
            #vis fn shelve #generics (#(#names: #kinds),*) -> #shelved #where_clause {
                #asking
                let shelved = #scrat::__private::shelved(Self::__function(), #shape, #known, &#told);
                match shelved {
                    #scrat::__private::Shelved::Hit(nut) => nut,
                    #scrat::__private::Shelved::Miss(pending) => {
                        #scrat::__private::Pending::shelve(pending, Self::call_fresh #turbofish (#(#names),*))
                    }
                }
            }
        }
    }

    /// The static that describes the function, and its entry in the program's list.
    fn registration(&self) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let name = match &self.options.name {
            Some(name) => name.to_token_stream(),
            None => self.compiled.name.clone(),
        };
        let parameters = self.parsed.receiver.iter().map(|_| (String::from("self"), false));
        let parameters = parameters
            .chain(self.parsed.parameters.iter().map(|parameter| (parameter.text.clone(), parameter.ignored)))
            .map(|(name, ignored)| quote!(#scrat::__private::Parameter { name: #name, ignored: #ignored }));
        let options = self.options.to_tokens(scrat);
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
            static __SCRAT_FUNCTION: #scrat::__private::Function = #scrat::__private::Function::new(
                #name,
                (::core::module_path!(), ::core::file!(), ::core::line!()),
                &[#(#parameters),*],
                #options,
                #code,
            ) #result;
            #scrat::__private::inventory::submit! { #scrat::__private::Registered(&__SCRAT_FUNCTION) }
        };
        if self.is_method() {
            return statics;
        }
        quote! {
            #[doc(hidden)]
            fn __function() -> &'static #scrat::__private::Function {
                #statics
                &__SCRAT_FUNCTION
            }
        }
    }
}

/// The name of the function that says what is known of a parameter.
fn ask(parameter: &Parameter) -> Ident {
    format_ident!("__parameter_{}", parameter.index, span = Span::mixed_site())
}

impl Stashed {
    /// What tells the type of its results, if that is one for all calls and can be named beside the function.
    fn result(&self) -> TokenStream {
        if self.is_method() || self.function.sig.generics.type_params().next().is_some() {
            return TokenStream::new();
        }
        let path = self.companion().path();
        quote!(.with_result(#path::__kind))
    }
}

fn turbofish(sig: &syn::Signature) -> TokenStream {
    let types: Vec<&Ident> = sig.generics.type_params().map(|parameter| &parameter.ident).collect();
    if types.is_empty() { TokenStream::new() } else { quote!(::<#(#types),*>) }
}

/// Whether it is this attribute once more.
fn is_stash(attribute: &Attribute) -> bool {
    let words: Vec<_> = attribute.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    words == ["stash"] || words == ["scrat", "stash"]
}

fn is_lint(attribute: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"].iter().any(|lint| attribute.path().is_ident(lint))
}
