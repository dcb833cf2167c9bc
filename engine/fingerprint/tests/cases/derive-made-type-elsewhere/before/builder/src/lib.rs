use proc_macro::{TokenStream, TokenTree};

/// Makes `NAMEBuilder` with `limit()`, which is the struct's number in an attribute-free form.
#[proc_macro_derive(Builder)]
pub fn derive(input: TokenStream) -> TokenStream {
    let text = input.to_string();
    let name = text.split("struct ").nth(1).and_then(|rest| rest.split([' ', '{']).next()).unwrap_or("");
    let size = input.into_iter().filter(|tree| matches!(tree, TokenTree::Group(_))).map(|tree| tree.to_string().len()).sum::<usize>();
    format!("pub struct {name}Builder; impl {name}Builder {{ pub fn limit(&self) -> usize {{ {size} }} }}").parse().unwrap()
}
