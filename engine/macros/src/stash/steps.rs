//! `f::step(…)`: a call that is declared and not made.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Generics, WherePredicate};

use super::{Stashed, turbofish};
use crate::signature::{Parameter, Written};
use crate::step::{self, Taken};

impl Stashed {
    /// What `step(…)` takes for each parameter, unless one has a type that no step can have.
    pub(super) fn taken(&self) -> Option<Vec<Taken>> {
        let own = self.own_types();
        (self.parsed.parameters.iter())
            .map(
                |parameter| {
                    if parameter.ignored { step::ignored(parameter, &own) } else { Some(step::counted(parameter)) }
                },
            )
            .collect()
    }

    pub(super) fn own_types(&self) -> Vec<&Ident> {
        self.function.sig.generics.type_params().map(|parameter| &parameter.ident).collect()
    }

    /// Whether a step holds anything but what its inputs are made of.
    pub(super) fn holds(&self) -> bool {
        self.parsed.parameters.iter().any(|parameter| parameter.ignored)
    }

    /// The generics of `step(…)`.
    pub(super) fn step_generics(&self, taken: &[Taken]) -> Generics {
        let (own, holds) = (self.own_types(), self.holds());
        let mut generics = self.function.sig.generics.clone();
        let bounds = taken.iter().filter_map(|taken| taken.bound.clone());
        let lasting = own.iter().filter(|_| holds).map(|name| -> WherePredicate { syn::parse_quote!(#name: 'static) });
        let bounds: Vec<_> = bounds.chain(lasting).collect();
        if !bounds.is_empty() {
            generics.make_where_clause().predicates.extend(bounds);
        }
        generics
    }

    /// `step(…)`, unless a parameter has a type that no step can have.
    pub(super) fn step(&self) -> Option<TokenStream> {
        let scrat = &self.parsed.scrat;
        let Written { vis, sig, .. } = &self.function;
        let (taken, holds) = (self.taken()?, self.holds());
        let generics = self.step_generics(&taken);
        let (generics, _, where_clause) = generics.split_for_impl();
        let names: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.name).collect();
        let kinds = taken.iter().map(|taken| &taken.kind);
        let given = taken.iter().map(|taken| &taken.given);
        let counted: Vec<_> = self.parsed.counted().map(|parameter| &parameter.name).collect();
        let accepted: Vec<_> = self.parsed.counted().map(|parameter| self.asked(parameter)).collect();
        let inputs_added = self.parsed.counted().map(|parameter| self.step_input(parameter));
        let types = &self.parsed.types;
        let value = self.parsed.value(sig);
        let (asking, shape) = (self.parsed.asking(), self.parsed.shape_as_written(sig));
        let known = self.known(&quote!(Self), &shape);
        let turbofish = turbofish(sig);
        // The result of a step is as old as its oldest element, and its age is counted from the run.
        let by_element = self.options.each && self.options.ttl_seconds.is_none();
        let body = if by_element { quote!(__each) } else { quote!(call_fresh) };
        let (mixed, words) = (Span::mixed_site(), self.parsed.words());
        let inputs = Ident::new("inputs", mixed);
        let work = quote_spanned! {mixed=>
            let _ = &#inputs;
            #(let #counted = #scrat::__private::Inputs::take(#inputs, &#accepted);)*
            #scrat::__private::ran(#shape, #known, Self::#body #turbofish (#(#given),*), #words)
        };
        // What is captured lasts. What captures nothing is a function, which lasts whatever its types are, and is not
        // another one for each type of input.
        let (run, function) = if holds {
            (quote_spanned!(mixed=> move |#inputs: &mut #scrat::__private::Inputs| { #work }), None)
        } else if self.parsed.returns_own_types(sig) {
            // What is wrong with such a type is told once for each body that it stands in.
            let closure = quote_spanned!(mixed=> |#inputs: &mut #scrat::__private::Inputs| { #work });
            (quote_spanned!(mixed=> #scrat::__private::run(#closure)), None)
        } else {
            let (generics, _, where_clause) = sig.generics.split_for_impl();
            let failure = quote!(#scrat::__private::Failure);
            let function = quote_spanned! {mixed=>
                #[doc(hidden)]
                fn __run #generics (
                    #inputs: &mut #scrat::__private::Inputs,
                ) -> ::core::result::Result<#scrat::__private::Ran, #failure> #where_clause {
                    #asking
                    #work
                }
            };
            (quote_spanned!(mixed=> #scrat::__private::run(Self::__run #turbofish)), Some(function))
        };
        Some(quote_spanned! {mixed=>
            /// Declares a call as a step: each parameter takes its value, a `Step` of it, a reference to such a
            /// step, or, for a `Vec`, a `Vec` of steps. One that is left out of the key takes an argument that the step
            /// can keep.
            #vis fn step #generics (#(#names: #kinds),*) -> #scrat::Step<#value> #where_clause {
                #asking
                let mut builder = #scrat::__private::StepBuilder::new(Self::__function());
                let _ = &mut builder;
                #(#scrat::__private::StepBuilder::add_type::<#types>(&mut builder);)*
                #(#inputs_added)*
                #scrat::__private::StepBuilder::build(builder, #shape, #known, ::std::boxed::Box::new(#run))
            }

            #function
        })
    }

    /// A statement that gives a step one of its inputs.
    pub(super) fn step_input(&self, parameter: &Parameter) -> TokenStream {
        let (scrat, mixed) = (&self.parsed.scrat, Span::mixed_site());
        let Parameter { name, text, .. } = parameter;
        let accepted = self.asked(parameter);
        let default = parameter.default(&quote_spanned!(mixed=> default)).map(|(default, lent)| {
            quote_spanned! {mixed=>
                match ::core::convert::identity(#default) {
                    default => #scrat::__private::StepBuilder::set_default(&mut builder, &#accepted, #lent),
                }
            }
        });
        quote_spanned! {mixed=>
            #scrat::__private::StepBuilder::add(&mut builder, #text, &#accepted, #name);
            #default
        }
    }
}
