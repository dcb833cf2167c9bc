//! The code behind a function, as it is compiled in: what the analyser found, beside what only rustc knows. Where the
//! compiler is asked, only the function's name in the table of its program is.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use scrat_fingerprint::{Analysis, Analyzer, Beside, with_compiling};
use syn::ext::IdentExt;

use crate::options::Options;
use crate::pass::Pass;
use crate::root::Root;

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

/// What is asked of the analyser about the function of this name, at the place of that name. For a function with types of
/// its own, what is compiled in tells which names of types are clear.
pub(crate) fn find(
    function: &Ident,
    has_types: bool,
    options: &Options,
    pass: Pass,
    scrat: &Root,
) -> syn::Result<Compiled> {
    let asked = with_compiling(|analyzer| {
        let path = name_at(analyzer, function);
        let name = path.clone().unwrap_or_else(|| function.unraw().to_string());
        let analysis = (pass == Pass::Alone).then(|| {
            let modules = if has_types || is_method(&name) { analyzer.clear_modules() } else { Vec::new() };
            (analysis(analyzer, function), modules)
        });
        let files = match &analysis {
            Some((analysis, _)) => analysis.files.clone(),
            None => {
                let watched = options.watched_files.iter().filter_map(|file| analyzer.watched(file));
                watched.chain(analyzer.settings().map(Path::to_owned)).collect()
            }
        };
        (analyzer.beside(&name), mark(function, path.as_deref()), name, analysis, files)
    });
    let (beside, mark, path, analysis, files) = asked.map_err(|error| {
        syn::Error::new(function.span(), format!("scrat can't read the sources of this crate: {error}"))
    })?;
    let is_method = is_method(&path);
    let code = match analysis {
        Some((analysis, modules)) => of_sources(function, &analysis, &modules, scrat)?,
        None => of_compiler(function, has_types || is_method, options, scrat),
    };
    let files = files.iter().map(|file| file.to_string_lossy().into_owned());
    let envs = &options.watched_envs;
    Ok(Compiled {
        name: if is_method { quote!(#path) } else { path_of(function) },
        is_method,
        beside,
        mark,
        code,
        tracked: quote! {
            const _: () = {
                #(let _: &[u8] = ::core::include_bytes!(#files);)*
                #(let _ = ::core::option_env!(#envs);)*
                // rustc notes it among what it was told, by which the command knows a copy of the package.
                let _ = ::core::option_env!("CARGO_MANIFEST_DIR");
            };
        },
    })
}

/// An expression for what the function is called in the table of its program. The pass that looks at the code and the one
/// that compiles the program write the same.
pub(crate) fn key(function: &Ident) -> TokenStream {
    let path = path_of(function);
    quote! {
        ::core::concat!(#path, "\n", ::core::file!(), ":", ::core::line!(), ":", ::core::column!())
    }
}

fn path_of(function: &Ident) -> TokenStream {
    let name = function.unraw().to_string();
    quote!(::core::concat!(::core::module_path!(), "::", #name))
}

fn is_method(path: &str) -> bool {
    path.contains('<')
}

fn analysis(analyzer: &Analyzer, function: &Ident) -> Analysis {
    let span = function.span().unwrap();
    let name = function.unraw().to_string();
    let found = span.local_file().and_then(|file| analyzer.code_at(&file, span.line(), span.column(), &name));
    found.unwrap_or_else(|| analyzer.whole_crate(&name))
}

/// The path of the function, unless it is in no source as such.
fn name_at(analyzer: &Analyzer, function: &Ident) -> Option<String> {
    let span = function.span().unwrap();
    analyzer.name_at(&span.local_file()?, span.line(), span.column(), &function.unraw().to_string())
}

/// Types that are declared in a function have this in their paths, and code may ask for those. So a place is in it only
/// where there is no other way: one that moves would change what the code returns.
fn mark(function: &Ident, path: Option<&str>) -> String {
    let span = function.span().unwrap();
    let mut hasher = DefaultHasher::new();
    match path {
        Some(path) => path.hash(&mut hasher),
        None => (function.to_string(), span.file(), span.line(), span.column()).hash(&mut hasher),
    }
    format!("{:08x}", hasher.finish() >> 32)
}

fn of_compiler(function: &Ident, has_types: bool, options: &Options, scrat: &Root) -> TokenStream {
    let (key, watches) = (key(function), options.watches());
    quote! {
        #scrat::__private::CompiledCode::Compiler { key: #key, has_types: #has_types, watches: #watches }
    }
}

fn of_sources(function: &Ident, analysis: &Analysis, modules: &[String], scrat: &Root) -> syn::Result<TokenStream> {
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
    Ok(quote! {
        #scrat::__private::CompiledCode::Source {
            bytes: #bytes,
            #[allow(unexpected_cfgs, reason = "they stand as they are written in the code behind the function")]
            cfgs: &[#(#cfgs),*],
            envs: &[#(::core::option_env!(#envs)),*],
            modules: &[#(#modules),*],
        }
    })
}
