//! What a program with stashed functions uses: `use scrat::prelude::*;`.
//!
//! [`File`](crate::File) stays out, where it would fight with `std::fs::File`.

pub use anyhow::{Context, Error, bail, ensure};
pub use scrat_engine::Step;
pub use scrat_macros::{pipeline, stash};

/// A result whose error is anything that can go wrong.
pub type Result<T, E = Error> = std::result::Result<T, E>;
