//! The type that stands beside a function, under which `step` and the others are found, and its name.
//!
//! A function has its name among values alone, so a module, a type, an import or a crate may have the same one among
//! types. The type must not get into the way of any: it is declared in a module of its own, and where there is something
//! else of its name it is brought in by a glob, which whatever is written in the open hides. What is hidden so is still
//! there as `stashed_` and the function's name.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use scrat_fingerprint::Beside;
use syn::ext::IdentExt;
use syn::{Attribute, Visibility};

pub(crate) struct Companion<'a> {
    pub function: &'a Ident,
    pub visibility: &'a Visibility,
    pub beside: Beside,
    /// What tells its module from that of another function of this name, which a glob may bring.
    pub mark: &'a str,
    /// The predicates that the function stands under.
    pub cfgs: Vec<&'a Attribute>,
}

impl Companion<'_> {
    fn module(&self) -> Ident {
        format_ident!("__scrat_{}_{}", self.function.unraw(), self.mark)
    }

    /// A path to the type.
    pub(crate) fn path(&self) -> TokenStream {
        let (module, name) = (self.module(), self.function);
        quote!(#module::#name)
    }

    /// The type, and its names.
    pub(crate) fn declare(&self) -> TokenStream {
        let Self { function, visibility, cfgs, .. } = self;
        let module = self.module();
        let other = format_ident!("stashed_{}", self.function.unraw());
        let import = |visibility: TokenStream, path: TokenStream| {
            quote! {
                #(#cfgs)*
                #[doc(hidden)]
                #[allow(unused_imports, non_camel_case_types, reason = "nobody has to use it")]
                #visibility use #module::#path;
            }
        };
        let same = match self.beside {
            Beside::Everybody => import(quote!(#visibility), quote!(#function)),
            Beside::Hidden => import(quote!(#visibility), quote!(*)),
            Beside::Module => import(quote!(), quote!(*)),
            Beside::Nobody => quote!(),
        };
        let another = import(quote!(#visibility), quote!(#function as #other));
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(unreachable_pub, non_camel_case_types, non_snake_case, reason = "who may use it is said beside it, and it is named like the function")]
            mod #module {
                #[allow(dead_code, missing_docs, missing_debug_implementations, clippy::empty_enums, reason = "it is a name")]
                pub enum #function {}
            }
            #another
            #same
        }
    }
}
