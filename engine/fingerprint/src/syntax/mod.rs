//! Rust's text to what a file declares: no names are resolved here, and no expression is looked into but for the items
//! in it.
//!
//! | file | what it has |
//! | --- | --- |
//! | `name` | interned text |
//! | `tokens`, `lex` | a file's tokens, in which each delimiter knows its partner; text to those |
//! | `item`, `parse` | what a file declares; tokens to that |
//! | `attributes`, `cfg`, `paths`, `formats`, `const_str` | one piece of syntax each |
//! | `normal` | tokens to bytes that are the same for the same code |
//! | `language`, `std_library` | words that the language and its library have taken |

pub(crate) mod attributes;
pub(crate) mod cfg;
pub(crate) mod const_str;
pub(crate) mod formats;
pub(crate) mod item;
pub(crate) mod language;
pub(crate) mod lex;
mod literal;
pub(crate) mod name;
pub(crate) mod normal;
pub(crate) mod parse;
pub(crate) mod paths;
pub(crate) mod std_library;
pub(crate) mod tokens;
