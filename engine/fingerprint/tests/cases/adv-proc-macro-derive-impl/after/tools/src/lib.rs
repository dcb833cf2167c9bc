use proc_macro::TokenStream;
#[proc_macro_derive(Num)]
pub fn num(_: TokenStream) -> TokenStream { "impl Num for S { fn num(&self) -> u32 { 2 } }".parse().unwrap() }
