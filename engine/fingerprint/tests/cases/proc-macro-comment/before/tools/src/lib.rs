extern crate proc_macro;
use proc_macro::TokenStream;
#[proc_macro]
pub fn answer(_: TokenStream) -> TokenStream { "helper(41)".parse().unwrap() }
#[proc_macro_attribute]
pub fn same(_: TokenStream, item: TokenStream) -> TokenStream { item }
