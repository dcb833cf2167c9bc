use proc_macro::TokenStream;
#[proc_macro]
pub fn number(_: TokenStream) -> TokenStream { outer::text().parse().unwrap() }
