extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro]
pub fn priced(input: TokenStream) -> TokenStream {
    format!("crate::hidden::deep::price({input})").parse().unwrap()
}
