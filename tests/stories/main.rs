//! Stories: what people do with scrat, from the words they type to the files and lines they get.
//!
//! Each story has a [`sandbox`] and drives the real command in it. What ran is told by the functions
//! themselves, which note each of their runs in a file, and by `--format json`; never by a clock. Programs are
//! few, because each costs a compilation: most stories share [`pantry`](sandbox::pantry), and those that edit
//! code have one of their own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../cli/tests/see/document.rs"]
mod document;
mod everywhere;
mod flags;
mod launch;
mod life;
mod memo;
mod mistakes;
mod new;
mod refused;
mod renamed;
mod run_json;
mod sandbox;
mod stash;
mod together;
mod vouched;
