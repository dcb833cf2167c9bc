extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn scaled(by: TokenStream, item: TokenStream) -> TokenStream {
    item.to_string().replace("SCALE", &by.to_string()).parse().unwrap()
}
