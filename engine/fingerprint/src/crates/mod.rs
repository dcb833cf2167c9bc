//! What manifests and other files beside the sources say: which crates there are, and which is meant by which name.
//!
//! All of it is read anew at each refresh, outside of salsa's queries, and enters those as one input a crate, a
//! [`krate::Krate`].

pub(crate) mod build_script;
pub(crate) mod config;
pub(crate) mod graph;
pub(crate) mod krate;
pub(crate) mod lockfile;
pub(crate) mod manifest;
pub(crate) mod package;
pub(crate) mod settings;
pub(crate) mod spec;
pub(crate) mod toolchain;
