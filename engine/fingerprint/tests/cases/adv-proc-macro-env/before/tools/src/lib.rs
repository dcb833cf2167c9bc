use proc_macro::TokenStream;
#[proc_macro]
pub fn number(_: TokenStream) -> TokenStream { env!("CARGO_PKG_VERSION_PATCH").parse().unwrap() }
