use proc_macro::TokenStream;
#[proc_macro_attribute]
pub fn tweak(_: TokenStream, i: TokenStream) -> TokenStream { i.to_string().replace("1", "3").parse().unwrap() }
