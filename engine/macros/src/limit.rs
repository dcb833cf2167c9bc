//! Options that say how much is kept of a function's results.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use scrat_fingerprint::parse_size;
use syn::parse::ParseStream;
use syn::{LitInt, LitStr};

use crate::root::Root;

/// The policies, as they are written and as they are called.
const POLICIES: [(&str, &str); 4] = [("cost", "Cost"), ("lru", "Lru"), ("lfu", "Lfu"), ("fifo", "Fifo")];

/// `max_size`, `max_count` and `policy`.
#[derive(Default)]
pub(crate) struct Limit {
    pub max_size: Option<u64>,
    pub max_count: Option<u64>,
    pub policy: Option<(&'static str, Span)>,
}

impl Limit {
    pub(crate) fn size(value: ParseStream<'_>) -> syn::Result<u64> {
        let text: LitStr = value.parse()?;
        let message = "expected a size: a whole number and a unit, `500 MB` or `2 GiB`";
        bytes(&text.value()).ok_or_else(|| syn::Error::new(text.span(), message))
    }

    pub(crate) fn count(value: ParseStream<'_>) -> syn::Result<u64> {
        let number: LitInt = value.parse()?;
        let count = number.base10_parse::<u64>()?;
        let message = "with `max_count = 0` nothing would be kept; `disable` says that";
        if count > 0 { Ok(count) } else { Err(syn::Error::new(number.span(), message)) }
    }

    pub(crate) fn policy(value: ParseStream<'_>) -> syn::Result<(&'static str, Span)> {
        let text: LitStr = value.parse()?;
        let known = POLICIES.iter().find(|(word, _)| *word == text.value());
        let message = "the policies are \"cost\", \"lru\", \"lfu\" and \"fifo\"";
        known.map(|(_, name)| (*name, text.span())).ok_or_else(|| syn::Error::new(text.span(), message))
    }

    /// A policy says what goes first, and nothing goes without a limit.
    pub(crate) fn check(&self) -> syn::Result<()> {
        match self.policy {
            Some((_, place)) if self.max_size.is_none() && self.max_count.is_none() => Err(syn::Error::new(
                place,
                "`policy` needs a limit beside it: `max_size = \"2 GB\"` or `max_count = 100`",
            )),
            _ => Ok(()),
        }
    }

    pub(crate) fn to_tokens(&self, scrat: &Root, option: impl Fn(&Option<TokenStream>) -> TokenStream) -> TokenStream {
        let max_size = option(&self.max_size.map(|size| quote!(#size)));
        let max_count = option(&self.max_count.map(|count| quote!(#count)));
        let policy = option(&self.policy.map(|(name, _)| {
            let name = Ident::new(name, Span::call_site());
            quote!(#scrat::__private::Policy::#name)
        }));
        quote!(#scrat::__private::Limit { max_size: #max_size, max_count: #max_count, policy: #policy })
    }
}

/// A number of bytes, as in `scrat.toml`, but always with a unit.
fn bytes(text: &str) -> Option<u64> {
    let has_unit = text.ends_with(|letter: char| letter.is_ascii_alphabetic());
    parse_size(text).filter(|&size| has_unit && i64::try_from(size).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn a_size_is_a_number_and_a_unit() {
        for (text, size) in [("2 GB", 2_000_000_000), ("64MiB", 64 << 20), ("1 tb", 1_000_000_000_000), ("5 B", 5)] {
            assert_eq!(bytes(text), Some(size), "{text}");
        }
        for text in ["", "2", "GB", "0 GB", "-1 GB", "1.5 GB", "99999999999 TB", "2 PB"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn a_limit_that_is_none_is_refused_with_what_it_may_be() {
        for (wrong, told) in [
            (quote!(max_size = "much"), "2 GiB"),
            (quote!(max_count = 0), "disable"),
            (quote!(max_count = 3, policy = "oldest"), "\"lru\""),
            (quote!(policy = "lru"), "needs a limit"),
        ] {
            let error = Options::parse(wrong).err().unwrap().to_string();
            assert!(error.contains(told), "{error}");
        }
        assert!(Options::parse(quote!(max_size = "2 GB", max_count = 5, policy = "fifo")).is_ok());
    }
}
