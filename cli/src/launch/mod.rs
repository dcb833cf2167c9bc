//! Finding the program that has a pipeline, building it with cargo, and becoming it, or running it again and again.
//!
//! | file or folder | owns |
//! | --- | --- |
//! | `cargo` | what cargo is told, and what it answers |
//! | `find` | which program has a pipeline |
//! | `request` | what can be read off the words before the pipeline is known |
//! | `build` | a program that is made of the sources as they are |
//! | `ask`, `artifacts` | what only built programs know |
//! | `watch` | building and running again after each save |
//! | `become_program` | the same words, in the program that has the pipeline |

mod artifacts;
mod ask;
mod become_program;
mod build;
mod cargo;
mod find;
mod request;
mod watch;

pub(crate) use artifacts::artifacts;
pub(crate) use ask::{ask, ask_built, built, function_names, profile, profiles, programs};
pub(crate) use become_program::become_pipeline;
pub(crate) use build::QUICK_PROFILE;
pub(crate) use cargo::conditions::Conditions;
pub(crate) use cargo::flags::CargoFlags;
pub(crate) use cargo::metadata::Metadata;
pub(crate) use cargo::plain::{as_made, set_up, set_up_in, take_down};
pub(crate) use request::Request;
