//! What stands in `#[stash(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::{LitBool, LitInt, LitStr};

use crate::limit::Limit;
use crate::root::Root;

/// How many bytes a function's name may have.
const LONGEST_NAME: usize = 4_096;

#[derive(Default)]
pub(crate) struct Options {
    /// The options that were read.
    given: Vec<String>,
    /// Where scrat is found, if it is said.
    pub krate: Option<syn::Path>,
    pub name: Option<String>,
    pub version: Option<String>,
    ignore_code: bool,
    disable: bool,
    /// What the step of a method is called.
    pub step: Option<syn::Ident>,
    /// Whether values stay in memory, and are cloned for each caller.
    pub memory: bool,
    /// Whether it is remembered element by element.
    pub each: bool,
    /// How old a result may become.
    pub ttl_seconds: Option<u64>,
    /// How much is kept of its results.
    limit: Limit,
    compress: Option<bool>,
    retries: u32,
    /// Items that the function says its result depends on. The analyser reads what is watched by itself; here it
    /// is checked.
    pub watched: Vec<syn::Path>,
    /// Files of the package that it watches.
    pub watched_files: Vec<String>,
    /// Variables that it watches.
    pub watched_envs: Vec<String>,
    /// The codec of the result, if it is said.
    pub serializer: Option<syn::Path>,
    /// What a stored value has to pass.
    pub validate: Option<syn::Path>,
    /// Fields that may be left out of what is stored.
    unimportant: Vec<String>,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let mut options = Self::default();
        syn::meta::parser(|meta| options.set(&meta)).parse2(tokens)?;
        options.limit.check()?;
        Ok(options)
    }

    fn set(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let Some(name) = meta.path.get_ident().map(ToString::to_string) else {
            return Err(meta.error("an option must be a single word"));
        };
        if self.given.contains(&name) && !matches!(name.as_str(), "watch" | "unimportant") {
            return Err(meta.error(format!("`{name}` is given twice")));
        }
        self.given.push(name.clone());
        let text = || meta.value()?.parse::<LitStr>();
        match name.as_str() {
            "crate" => self.krate = Some(Root::parse(meta.value()?)?),
            "name" => {
                let value = text()?;
                let name = value.value();
                if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
                    let message = "`name` must be one line of text, and not empty, such as \"price\"";
                    return Err(syn::Error::new(value.span(), message));
                }
                self.name = Some(name);
            }
            "version" => self.version = Some(text()?.value()),
            "code" => {
                let value = text()?;
                if value.value() != "ignore" {
                    return Err(syn::Error::new(value.span(), "the only value of `code` is \"ignore\""));
                }
                self.ignore_code = true;
            }
            "ttl" => {
                let value = text()?;
                self.ttl_seconds = Some(seconds(&value.value()).ok_or_else(|| {
                    syn::Error::new(value.span(), "expected a whole number and a unit: `30s`, `15m`, `12h` or `7d`")
                })?);
            }
            "max_size" => self.limit.max_size = Some(Limit::size(meta.value()?)?),
            "max_count" => self.limit.max_count = Some(Limit::count(meta.value()?)?),
            "policy" => self.limit.policy = Some(Limit::policy(meta.value()?)?),
            "validate" => self.validate = Some(meta.value()?.parse()?),
            "compress" => self.compress = Some(meta.value()?.parse::<LitBool>()?.value()),
            "serializer" => self.serializer = Some(meta.value()?.parse()?),
            "retries" => self.retries = meta.value()?.parse::<LitInt>()?.base10_parse()?,
            "disable" => self.disable = true,
            "each" => self.each = true,
            "step" => self.step = Some(meta.value()?.parse()?),
            "memory" => self.memory = true,
            "watch" => meta.parse_nested_meta(|watched| self.watch(&watched))?,
            "unimportant" => self.unimportant(meta)?,
            "ignore" => return Err(meta.error("`ignore` goes on a parameter: `#[stash(ignore)] verbose: bool`")),
            other => {
                return Err(meta.error(format!(
                    "there is no option `{other}`; the options are name, version, code, watch, serializer, unimportant, \
                     ttl, max_size, max_count, policy, compress, validate, each, memory, step, retries, disable and crate"
                )));
            }
        }
        Ok(())
    }

    /// Fields by their types: `unimportant(Model::note, Model::log)`.
    fn unimportant(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let before = self.unimportant.len();
        meta.parse_nested_meta(|field| {
            if field.path.segments.len() < 2 || field.input.peek(syn::Token![=]) {
                return Err(field.error("name the field with its type: `unimportant(Model::note)`"));
            }
            let words: Vec<_> = field.path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
            self.unimportant.push(words.join("::"));
            Ok(())
        })?;
        if self.unimportant.len() == before {
            return Err(meta.error("`unimportant` names fields with their types: `unimportant(Model::note)`"));
        }
        Ok(())
    }

    fn watch(&mut self, watched: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if !watched.input.peek(syn::Token![=]) {
            self.watched.push(watched.path.clone());
            return Ok(());
        }
        let text: LitStr = watched.value()?.parse()?;
        if watched.path.is_ident("file") {
            self.watched_files.push(text.value());
        } else if watched.path.is_ident("env") {
            self.watched_envs.push(text.value());
        } else {
            let message = "expected a function, `file = \"…\"` or `env = \"…\"`";
            return Err(syn::Error::new(text.span(), message));
        }
        Ok(())
    }

    pub(crate) fn to_tokens(&self, scrat: &Root) -> TokenStream {
        let option = |value: &Option<TokenStream>| match value {
            Some(value) => quote!(::core::option::Option::Some(#value)),
            None => quote!(::core::option::Option::None),
        };
        let version = option(&self.version.as_ref().map(|version| quote!(#version)));
        let ttl_seconds = option(&self.ttl_seconds.map(|seconds| quote!(#seconds)));
        let compress = option(&self.compress.map(|compress| quote!(#compress)));
        let limit = self.limit.to_tokens(scrat, option);
        let Self { ignore_code, disable, retries, unimportant, .. } = self;
        quote! {
            #scrat::__private::Options {
                version: #version,
                ignore_code: #ignore_code,
                disable: #disable,
                ttl_seconds: #ttl_seconds,
                limit: #limit,
                compress: #compress,
                retries: #retries,
                unimportant: &[#(#unimportant),*],
            }
        }
    }
}

fn seconds(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    text.strip_suffix(unit)?.trim().parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_live_needs_a_number_and_a_unit() {
        assert_eq!(seconds("30s"), Some(30));
        assert_eq!(seconds("7d"), Some(7 * 86_400));
        assert_eq!(seconds("30"), None);
        assert_eq!(seconds("d"), None);
        assert_eq!(seconds("99999999999999999999d"), None);
    }

    #[test]
    fn an_unimportant_field_is_named_with_its_type() {
        let named = Options::parse(quote!(unimportant(Model::note, a::Model::r#type))).unwrap().unimportant;
        assert_eq!(named, ["Model::note", "a::Model::type"]);
        for wrong in [quote!(unimportant(note)), quote!(unimportant()), quote!(unimportant), quote!(unimportant = "a")]
        {
            assert!(Options::parse(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn scrat_is_found_by_a_path_with_or_without_quotes() {
        for given in [quote!(crate = my::scrat, ttl = "7d"), quote!(crate = "my::scrat"), quote!(crate = my::scrat)] {
            let path = Options::parse(given).unwrap().krate.unwrap();
            assert_eq!(quote!(#path).to_string(), "my :: scrat");
        }
        for wrong in [quote!(crate), quote!(crate = 1), quote!(crate = "a b"), quote!(crate = a::<b>)] {
            assert!(Options::parse(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_is_one_line_of_text() {
        assert_eq!(Options::parse(quote!(name = "the price")).unwrap().name.as_deref(), Some("the price"));
        for wrong in ["", "a\nb", "a\u{1b}[2J"] {
            let error = Options::parse(quote!(name = #wrong)).err().unwrap().to_string();
            assert!(error.starts_with("`name` must be one line of text"), "{error}");
        }
    }

    #[test]
    fn an_option_is_given_once() {
        let error = Options::parse(quote!(name = "a", disable, name = "b")).err().unwrap().to_string();
        assert_eq!(error, "`name` is given twice");
    }

    #[test]
    fn an_unknown_option_is_refused_with_the_known_ones() {
        let error = Options::parse(quote!(verison = "2")).err().unwrap().to_string();
        assert!(error.contains("verison") && error.contains("version"), "{error}");
    }
}
