//! scrat
#[doc(hidden)]
pub use scrat_engine::private as __private;
pub use scrat_engine::{Engine, File, Stash, StashError, Stats, Step};
pub use scrat_macros::{pipeline, stash};
/// Everything a pipeline needs.
pub mod prelude {
    pub use anyhow::{Context, Error, bail, ensure};
    pub use scrat_engine::Step;
    pub use scrat_macros::{pipeline, stash};
    /// A result.
    pub type Result<T, E = Error> = std::result::Result<T, E>;
}
