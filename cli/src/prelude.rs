//! What a program with stashed functions uses: `use scrat::prelude::*;`.
//!
//! [`File`](crate::File) stays out, where it would fight with `std::fs::File`.
//!
//! ```
//! use scrat::prelude::*;
//!
//! #[stash(disable)]
//! fn parse(text: &str) -> Result<u64> {
//!     let number = text.parse().with_context(|| format!("`{text}` is no number"))?;
//!     ensure!(number > 0, "it is zero");
//!     Ok(number)
//! }
//!
//! assert_eq!(parse("3").unwrap(), 3);
//! assert_eq!(parse("three").unwrap_err().to_string(), "`three` is no number");
//! assert_eq!(parse("0").unwrap_err().to_string(), "it is zero");
//! ```

pub use anyhow::{Context, Error, bail, ensure};
pub use scrat_engine::Step;
pub use scrat_macros::{pipeline, stash};

/// A result whose error is anything that can go wrong.
pub type Result<T, E = Error> = std::result::Result<T, E>;
