//! Finding the program that has a pipeline, building it with cargo, and becoming it, or running it again and again.

#[cfg(feature = "installed")]
mod become_program;
#[cfg(feature = "installed")]
mod build;
mod flags;
#[cfg(feature = "installed")]
mod hint;
#[cfg(feature = "installed")]
mod metadata;
#[cfg(feature = "installed")]
mod modules;
#[cfg(feature = "installed")]
mod place;
#[cfg(feature = "installed")]
mod request;
#[cfg(feature = "installed")]
mod seal;
#[cfg(feature = "installed")]
mod search;
#[cfg(feature = "installed")]
mod sources;
#[cfg(feature = "installed")]
mod talk;
#[cfg(feature = "installed")]
mod told;
#[cfg(feature = "installed")]
mod touched;
#[cfg(feature = "installed")]
mod units;
#[cfg(feature = "installed")]
mod watch;

#[cfg(feature = "installed")]
pub(crate) use become_program::become_pipeline;
#[cfg(feature = "installed")]
pub(crate) use flags::CargoFlags;
pub(crate) use flags::with_cargo_flags;
#[cfg(feature = "installed")]
pub(crate) use hint::LINES as QUICK_PROFILE;
#[cfg(feature = "installed")]
pub(crate) use metadata::Metadata;
#[cfg(feature = "installed")]
pub(crate) use request::Request;
#[cfg(feature = "installed")]
pub(crate) use told::Told;
