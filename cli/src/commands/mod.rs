//! The commands, one a file.

pub(crate) mod completions;
pub(crate) mod deinit;
#[cfg(feature = "installed")]
pub(crate) mod fingerprint;
pub(crate) mod graph;
pub(crate) mod init;
#[cfg(feature = "installed")]
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod stash;
pub(crate) mod why;
