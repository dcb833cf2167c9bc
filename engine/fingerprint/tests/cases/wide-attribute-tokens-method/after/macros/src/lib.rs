extern crate proc_macro;
use proc_macro::TokenStream;

#[proc_macro_derive(Checked, attributes(check))]
pub fn checked(input: TokenStream) -> TokenStream {
    let text = input.to_string();
    let check = text.split("check(").nth(1).unwrap().split(")]").next().unwrap().to_owned();
    format!("impl Order {{ pub fn checked(&self) -> u32 {{ {check} }} }}").parse().unwrap()
}
