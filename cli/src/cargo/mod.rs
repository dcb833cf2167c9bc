//! Finding the program that has a pipeline, building it with cargo, and becoming it, or running it again and again.

mod artifacts;
mod ask;
mod become_program;
mod build;
mod given;
mod hint;
mod metadata;
mod modules;
mod place;
mod plain;
mod request;
mod seal;
mod search;
mod sources;
mod talk;
mod told;
mod touched;
mod units;
mod watch;
mod wrapping;

pub(crate) use artifacts::artifacts;
pub(crate) use ask::{ask, ask_built, built, function_names, programs};
pub(crate) use become_program::become_pipeline;
pub(crate) use given::CargoFlags;
pub(crate) use hint::LINES as QUICK_PROFILE;
pub(crate) use metadata::Metadata;
pub(crate) use plain::{as_made, set_up, set_up_in, take_down};
pub(crate) use request::Request;
pub(crate) use told::Told;
pub(crate) use units::sources_in;
