extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro_derive(Pair)]
pub fn pair(_: TokenStream) -> TokenStream {
    "impl std::fmt::Display for Ticket { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, \"no. {}\", self.0) } }".parse().unwrap()
}
