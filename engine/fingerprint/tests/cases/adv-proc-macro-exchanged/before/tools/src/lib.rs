use proc_macro::TokenStream;
#[proc_macro]
pub fn one(_: TokenStream) -> TokenStream { "1".parse().unwrap() }
#[proc_macro]
pub fn two(_: TokenStream) -> TokenStream { "2".parse().unwrap() }
