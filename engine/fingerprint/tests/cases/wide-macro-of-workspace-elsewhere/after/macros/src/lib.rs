extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro]
pub fn one(_: TokenStream) -> TokenStream {
    "2".parse().unwrap()
}
