//! Which code a stashed function's result depends on: source text to fingerprints.
//!
//! A running program needs [`code`] alone. The analyser that fills a [`Code`] from source text comes with
//! the feature `analysis`.

mod code;
mod wire;

pub use code::{
    Answers, Change, Code, FINGERPRINT_VERSION, Hash, Part, PartKind, difference, fingerprint, parts_from_bytes,
    parts_to_bytes, path_to,
};
pub use wire::Truncated;
