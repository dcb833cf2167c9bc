//! Where the crate `scrat` is found. All that the macros write into other people's code begins there.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use scrat_fingerprint::name_of_dependency;
use syn::parse::ParseStream;
use syn::{LitStr, Path};

/// The package that is meant, whatever it is called where the macro is used.
const PACKAGE: &str = "scrat";

/// A path to the crate. In `quote!` it is `#scrat`.
#[derive(Clone)]
pub(crate) struct Root(TokenStream);

impl Root {
    /// The path that an attribute has in its `crate = …`, or else what the manifest calls the crate.
    pub(crate) fn new(given: Option<Path>, attribute: &str) -> syn::Result<Self> {
        if let Some(path) = given {
            return Ok(Self(path.to_token_stream().into_iter().map(|token| at(token, Span::call_site())).collect()));
        }
        let name = name_of_dependency(PACKAGE).ok_or_else(|| {
            let message = format!(
                "this crate has no dependency on scrat of its own: say where scrat is found, \
                 `#[{attribute}(crate = path::to::scrat)]`"
            );
            syn::Error::new(Span::call_site(), message)
        })?;
        let name = Ident::new(&name, Span::call_site());
        Ok(Self(quote!(::#name)))
    }

    /// What stands behind `crate =`: a path, which may be in quotes, as serde has it.
    pub(crate) fn parse(value: ParseStream<'_>) -> syn::Result<Path> {
        if value.peek(LitStr) {
            return value.parse::<LitStr>()?.parse_with(Path::parse_mod_style);
        }
        value.call(Path::parse_mod_style)
    }
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// A token that the compiler shows at a place. `$crate` has the crate that it stands for in its own.
pub(crate) fn at(mut token: TokenTree, place: Span) -> TokenTree {
    if !matches!(&token, TokenTree::Ident(word) if word == "$crate") {
        token.set_span(place);
    }
    token
}
