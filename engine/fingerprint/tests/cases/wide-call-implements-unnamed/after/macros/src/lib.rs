extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro]
pub fn displays(_: TokenStream) -> TokenStream {
    "impl std::fmt::Display for Ticket { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, \"number {}\", self.0) } }".parse().unwrap()
}
