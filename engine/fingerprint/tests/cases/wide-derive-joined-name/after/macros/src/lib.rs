extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro_derive(Rated)]
pub fn rated(input: TokenStream) -> TokenStream {
    let text = input.to_string();
    let name = text.split_whitespace().nth(2).unwrap().trim_end_matches(';').to_owned();
    let called = format!("{}_{}", "basic", "rate");
    format!("impl {name} {{ pub fn rated(x: u32) -> u32 {{ {called}(x) }} }}").parse().unwrap()
}
