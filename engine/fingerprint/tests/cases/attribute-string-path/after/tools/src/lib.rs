extern crate proc_macro;
#[proc_macro_derive(Show, attributes(show))]
pub fn show(_: proc_macro::TokenStream) -> proc_macro::TokenStream { proc_macro::TokenStream::new() }
