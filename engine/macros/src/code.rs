//! The code behind a function, as it is compiled in.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use scrat_fingerprint::{Code, Part, PartKind};

pub(crate) struct Compiled {
    /// An expression for the function's name.
    pub name: TokenStream,
    pub is_method: bool,
    /// An expression of type `CompiledCode`.
    pub code: TokenStream,
    /// Items that make Cargo track what the analysis read.
    pub tracked: TokenStream,
}

pub(crate) fn analyse(function: &Ident) -> syn::Result<Compiled> {
    let text = function.span().source_text().unwrap_or_default();
    let name = function.to_string();
    let part = Part {
        kind: PartKind::Function,
        name: name.clone(),
        hash: [0; 32],
        file: String::new(),
        line: 0,
        via: None,
        text,
    };
    let code = Code { function: name.clone(), parts: vec![part], ..Code::default() };
    let bytes = proc_macro2::Literal::byte_string(&code.to_bytes());
    Ok(Compiled {
        name: quote!(::core::concat!(::core::module_path!(), "::", #name)),
        is_method: false,
        code: quote!(::scrat::__private::CompiledCode { bytes: #bytes, cfgs: &[], envs: &[] }),
        tracked: TokenStream::new(),
    })
}
