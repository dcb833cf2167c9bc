//! The code behind a function, as it is compiled in: what the analyser found, beside what only rustc knows.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use scrat_fingerprint::{Analysis, Analyzer, Beside, with_compiling};
use syn::ext::IdentExt;

pub(crate) struct Compiled {
    /// An expression for the function's name.
    pub name: TokenStream,
    pub is_method: bool,
    /// Who may use the type beside the function under the function's name.
    pub beside: Beside,
    /// A few digits that stand for its path and place.
    pub mark: String,
    /// An expression of type `CompiledCode`.
    pub code: TokenStream,
    /// Items that make Cargo track what the analysis read.
    pub tracked: TokenStream,
}

/// Asks the analyser about the function of this name, at the place of that name. For a function with types of its own,
/// what is compiled in tells which names of types are clear.
pub(crate) fn analyse(function: &Ident, has_types: bool) -> syn::Result<Compiled> {
    let asked = with_compiling(|analyzer| {
        let analysis = find(analyzer, function);
        let is_method = analysis.code.function.contains('<');
        let modules = if has_types || is_method { analyzer.clear_modules() } else { Vec::new() };
        let beside = analyzer.beside(&analysis.code.function);
        (analysis, modules, beside)
    });
    let (analysis, modules, beside) = asked.map_err(|error| {
        syn::Error::new(function.span(), format!("scrat can't read the sources of this crate: {error}"))
    })?;
    compiled(function, &analysis, &modules, beside)
}

fn find(analyzer: &Analyzer, function: &Ident) -> Analysis {
    let span = function.span().unwrap();
    let name = function.unraw().to_string();
    let found = span.local_file().and_then(|file| analyzer.code_at(&file, span.line(), span.column(), &name));
    found.unwrap_or_else(|| analyzer.whole_crate(&name))
}

fn mark(function: &Ident, path: &str) -> String {
    let span = function.span().unwrap();
    let mut hasher = DefaultHasher::new();
    (path, span.file(), span.line(), span.column()).hash(&mut hasher);
    format!("{:08x}", hasher.finish() >> 32)
}

fn compiled(function: &Ident, analysis: &Analysis, modules: &[String], beside: Beside) -> syn::Result<Compiled> {
    let code = &analysis.code;
    let bytes = Literal::byte_string(&code.to_bytes());
    let cfgs = code
        .cfgs
        .iter()
        .map(|predicate| {
            predicate.parse::<TokenStream>().map(|predicate| quote!(::core::cfg!(#predicate))).map_err(|error| {
                syn::Error::new(function.span(), format!("the cfg predicate `{predicate}` can't be read: {error}"))
            })
        })
        .collect::<syn::Result<Vec<_>>>()?;
    let envs = &code.envs;
    let files = analysis.files.iter().map(|file| file.to_string_lossy().into_owned());
    let is_method = code.function.contains('<');
    let name = if is_method {
        let name = &code.function;
        quote!(#name)
    } else {
        let name = function.unraw().to_string();
        quote!(::core::concat!(::core::module_path!(), "::", #name))
    };
    Ok(Compiled {
        name,
        is_method,
        beside,
        mark: mark(function, &code.function),
        code: quote! {
            ::scrat::__private::CompiledCode {
                bytes: #bytes,
                #[allow(unexpected_cfgs, reason = "they stand as they are written in the code behind the function")]
                cfgs: &[#(#cfgs),*],
                envs: &[#(::core::option_env!(#envs)),*],
                modules: &[#(#modules),*],
            }
        },
        tracked: quote! {
            #(const _: &[u8] = ::core::include_bytes!(#files);)*
            // rustc notes it among what it was told, by which the command knows a copy of the package.
            const _: ::core::option::Option<&str> = ::core::option_env!("CARGO_MANIFEST_DIR");
        },
    })
}
