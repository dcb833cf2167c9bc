//! The code behind a function, as it is compiled in: what the analyser found, beside what only rustc knows. Where the
//! compiler is asked, only the function's name in the table of its program is.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use scrat_fingerprint::digest::Digest;
use scrat_fingerprint::{Analysis, Analyzer, Beside, Code, fingerprint, with_compiling};
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
    /// Texts that stand for what the result depends on besides code, where the code is looked at.
    pub data: Vec<TokenStream>,
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
        // Nothing would tell cargo that it came to be.
        let missing = options.watched_files.iter().find(|file| analyzer.watched(file).is_none()).cloned();
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
        let data = if pass == Pass::Code { data(analyzer, function, options) } else { Ok(Vec::new()) };
        (analyzer.beside(&name), mark(function, path.as_deref()), name, analysis, files, data, missing)
    });
    let (beside, mark, path, analysis, files, data, missing) = asked.map_err(|error| {
        syn::Error::new(function.span(), format!("scrat can't read the sources of this crate: {error}"))
    })?;
    if let Some(file) = missing {
        let message = format!("there is no file `{file}` in the folder of the package, which `watch` names");
        return Err(syn::Error::new(function.span(), message));
    }
    let is_method = is_method(&path);
    let code = match analysis {
        Some((analysis, modules)) => of_sources(function, &analysis, &modules, scrat)?,
        None => of_compiler(function, has_types || is_method, scrat),
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
        data: data?,
    })
}

/// The version of a function and what it watches, which the compiler has nothing of, as constants: whoever calls the
/// function reaches them with it.
fn data(analyzer: &Analyzer, function: &Ident, options: &Options) -> syn::Result<Vec<TokenStream>> {
    let version = options.version.iter().map(|version| quote!(::core::concat!("version ", #version)));
    let files = options.watched_files.iter().map(|file| {
        let content = analyzer.watched(file).and_then(|path| std::fs::read(path).ok());
        // One that can't be read is told by the compiler.
        let content = Digest::of(&content.unwrap_or_default()).to_string();
        quote!(::core::concat!("file ", #content))
    });
    let envs = options.watched_envs.iter().flat_map(answer_of);
    let mut data: Vec<TokenStream> = version.chain(files).chain(envs).collect();
    if !options.watched.is_empty() {
        let code = analysis(analyzer, function).code;
        let parts = Digest(fingerprint(&code.parts)).to_string();
        data.push(quote!(::core::concat!("items ", #parts)));
        for predicate in predicates(function, &code)? {
            data.push(quote!(if #predicate { "on" } else { "off" }));
        }
        data.extend(code.envs.iter().flat_map(answer_of));
    }
    Ok(data)
}

/// Whether a variable is set, and its value.
fn answer_of(variable: &String) -> [TokenStream; 2] {
    let value = quote!(::core::option_env!(#variable));
    [
        quote!(if #value.is_some() { "set" } else { "unset" }),
        quote!(match #value { ::core::option::Option::Some(value) => value, ::core::option::Option::None => "" }),
    ]
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

fn of_compiler(function: &Ident, has_types: bool, scrat: &Root) -> TokenStream {
    let key = key(function);
    quote! {
        #scrat::__private::CompiledCode::Compiler { key: #key, has_types: #has_types }
    }
}

/// The predicates behind a function, as expressions.
fn predicates(function: &Ident, code: &Code) -> syn::Result<Vec<TokenStream>> {
    let parsed = code.cfgs.iter().map(|predicate| {
        predicate.parse::<TokenStream>().map(|predicate| quote!(::core::cfg!(#predicate))).map_err(|error| {
            syn::Error::new(function.span(), format!("the cfg predicate `{predicate}` can't be read: {error}"))
        })
    });
    parsed.collect()
}

fn of_sources(function: &Ident, analysis: &Analysis, modules: &[String], scrat: &Root) -> syn::Result<TokenStream> {
    let code = &analysis.code;
    let bytes = Literal::byte_string(&code.to_bytes());
    let cfgs = predicates(function, code)?;
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
