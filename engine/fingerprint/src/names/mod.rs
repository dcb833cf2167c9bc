//! What a name may mean, seen from where it stands.
//!
//! `modules` says what each module of a crate declares, as rustc loads them; `resolve` follows a path through those,
//! and through imports, globs and macros.

pub(crate) mod include;
pub(crate) mod kept;
pub(crate) mod modules;
pub(crate) mod resolve;
