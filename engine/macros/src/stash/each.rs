//! `#[stash(each)]`: a function over a list, which is remembered element by element.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use super::{Stashed, turbofish};
use crate::signature::{Parameter, quote_between, with_form};

/// The list, and what the function makes of its elements.
pub(super) struct Each<'a> {
    items: &'a Parameter,
    element: &'a Type,
    value: &'a Type,
}

impl Stashed {
    /// Refuses a function that can't be remembered element by element.
    pub(super) fn check_each(&self) -> syn::Result<()> {
        if !self.options.each {
            return Ok(());
        }
        let sig = &self.function.sig;
        let wrong = |message: &str| Err(syn::Error::new(sig.ident.span(), message));
        if self.is_method() || self.is_async() {
            return wrong(
                "`each` is for plain functions: put one beside the method, or call one from the async function",
            );
        }
        if self.parsed.serializer.is_some() || self.parsed.validate.is_some() || self.options.memory {
            return wrong(
                "`each` can't be combined with `serializer`, `validate` and `memory`, which are about the whole list",
            );
        }
        if self.parsed.counted().next().and_then(|items| element_of(&items.kind)).is_none() {
            return wrong("with `each`, the first parameter is the list of elements: `&[T]` or `Vec<T>`");
        }
        if element_of(self.parsed.written_value()).is_none() {
            return wrong(
                "with `each`, the function returns a value for each element: `Vec<U>` or `Result<Vec<U>, E>`",
            );
        }
        Ok(())
    }

    pub(super) fn each(&self) -> Option<Each<'_>> {
        let items = self.parsed.counted().next().filter(|_| self.options.each)?;
        Some(Each { items, element: element_of(&items.kind)?, value: element_of(self.parsed.written_value())? })
    }

    /// What stands in the type beside the function: how elements are told, what is known of their values, and the call.
    pub(super) fn each_beside(&self, each: &Each<'_>) -> TokenStream {
        let scrat = &self.parsed.scrat;
        let sig = &self.function.sig;
        let (generics, _, where_clause) = sig.generics.split_for_impl();
        let Each { items, element, value } = each;
        let mixed = Span::mixed_site();
        let names: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.name).collect();
        let kinds: Vec<_> = self.parsed.parameters.iter().map(|parameter| &parameter.kind).collect();
        let rest: Vec<_> = self.parsed.counted().skip(1).collect();
        let (rest_names, rest_kinds): (Vec<_>, Vec<_>) =
            rest.iter().map(|parameter| (&parameter.name, &parameter.kind)).unzip();
        let told = rest.iter().map(|parameter| self.told_parameter(parameter));
        let single = Parameter { kind: (*element).clone(), default: None, ..(*items).clone() };
        let (accepted, text, types) = (single.accepted(), format!("{}[]", items.text), &self.parsed.types);
        let (form, call) = with_form(value, "known");
        let known = quote_between(value, quote!(#scrat::__private::), call);
        let (output, turbofish, name) = (&self.parsed.output, turbofish(sig), &items.name);
        let told_each = self.told_each(each);
        let (asking, shape) = (self.parsed.asking(), self.parsed.shape_as_written(sig));
        let lent = if items.borrows() { quote_spanned!(mixed=> &missing) } else { quote_spanned!(mixed=> missing) };
        let given = names.iter().map(|own| if *own == name { lent.clone() } else { quote!(#own) });
        quote_spanned! {mixed=>
            #[doc(hidden)]
            fn __known_each #generics () -> #scrat::__private::Known<#value> #where_clause {
                let #form = #scrat::__private::form!(#scrat::__private::Probe::<#value>::NEW);
                let known = #known;
                #scrat::__private::Known::of(known, #scrat::__private::nature!(#scrat::__private::Probe::<#value>::NEW))
            }

            #[doc(hidden)]
            #[allow(clippy::trivially_copy_pass_by_ref, reason = "whatever the types are")]
            fn __tell_each #generics (
                arguments: &mut #scrat::__private::Arguments,
                #name: &#element,
                #(#rest_names: &#rest_kinds),*
            ) #where_clause {
                #(#scrat::__private::Arguments::add_type::<#types>(arguments);)*
                #scrat::__private::Arguments::add(arguments, #text, #accepted, #name);
                #(#told)*
            }

            #[doc(hidden)]
            fn __each #generics (#(#names: #kinds),*) -> #output #where_clause {
                #asking
                let batch = #scrat::__private::begin_each(
                    Self::__function(), Self::__known_each #turbofish (), <[#element]>::len(&#name), &#told_each,
                );
                let missing = #scrat::__private::Batch::missing(&batch);
                if <[usize]>::is_empty(&missing) {
                    return #scrat::__private::Batch::finish(batch, #shape, ::core::option::Option::None);
                }
                let mut copied = ::std::vec::Vec::with_capacity(<[usize]>::len(&missing));
                for index in missing {
                    ::std::vec::Vec::<#element>::push(&mut copied, ::core::clone::Clone::clone(&#name[index]));
                }
                let missing = copied;
                let output = Self::call_fresh #turbofish (#(#given),*);
                #scrat::__private::Batch::finish(batch, #shape, ::core::option::Option::Some(output))
            }
        }
    }

    /// A closure that tells the arguments of one element.
    fn told_each(&self, each: &Each<'_>) -> TokenStream {
        let (scrat, turbofish, name) = (&self.parsed.scrat, turbofish(&self.function.sig), &each.items.name);
        let rest = self.parsed.counted().skip(1).map(|parameter| &parameter.name);
        quote_spanned! {Span::mixed_site()=>
            |arguments: &mut #scrat::__private::Arguments, index: usize| {
                Self::__tell_each #turbofish (arguments, &#name[index], #(&#rest),*)
            }
        }
    }

    /// `is_stashed(…)` and `forget(…)` for all elements.
    pub(super) fn each_looks(&self, each: &Each<'_>) -> (TokenStream, TokenStream) {
        let scrat = &self.parsed.scrat;
        let Each { items, element, .. } = each;
        let (name, turbofish, told) = (&items.name, turbofish(&self.function.sig), self.told_each(each));
        let call = |what: TokenStream| {
            quote_spanned! {Span::mixed_site()=>
                #scrat::__private::#what(
                    Self::__function(),
                    #scrat::__private::Known::kind_of(&Self::__known_each #turbofish ()),
                    <[#element]>::len(&#name),
                    &#told,
                )
            }
        };
        (call(quote!(are_stashed)), call(quote!(forget_each)))
    }

    /// What the code of a value and an element reaches by themselves.
    pub(super) fn each_view(&self) -> Option<TokenStream> {
        let (scrat, Each { element, value, .. }) = (&self.parsed.scrat, self.each()?);
        Some(quote_spanned! {Span::mixed_site()=>
            #scrat::__private::coded_argument(#scrat::__private::form!(#scrat::__private::Probe::<#element>::NEW));
            #scrat::__private::coded_value(#scrat::__private::form!(#scrat::__private::Probe::<#value>::NEW));
        })
    }
}

/// The type of the elements of a slice or a `Vec`.
fn element_of(kind: &Type) -> Option<&Type> {
    match kind {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => Some(&slice.elem),
            _ => None,
        },
        Type::Path(path) => {
            let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
            let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(element) => Some(element),
                _ => None,
            })
        }
        _ => None,
    }
}
